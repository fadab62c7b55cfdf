//! Numbers and codes with what they mean, as PeerTube writes enumerations: `{id, label}`, the label in English.

use crate::{
    accounts::Role,
    comments::Policy,
    text::tables,
    videos::{Privacy, State},
};
use serde::Serialize;
use utoipa::{
    ToSchema,
    openapi::schema::{Object, ObjectBuilder, Type},
};

/// A number and what it means.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NumberLabel {
    /// Null when it is not known.
    #[schema(required)]
    pub id: Option<i64>,
    /// In English.
    pub label: String,
}

/// A code and what it means.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TextLabel {
    /// Null when it is not known.
    #[schema(required)]
    pub id: Option<String>,
    /// In English.
    pub label: String,
}

/// A language and its name.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LanguageLabel {
    id: String,
    label: String,
}

/// Lines of a picture; 0 is sound alone.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ResolutionLabel {
    id: u32,
    label: String,
}

/// Who may see a video.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PrivacyLabel {
    #[schema(schema_with = privacies)]
    id: i64,
    label: &'static str,
}

/// How far the making of a video is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StateLabel {
    #[schema(schema_with = states)]
    id: i64,
    label: &'static str,
}

/// Who may comment.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CommentsLabel {
    #[schema(schema_with = comment_policies)]
    id: i64,
    label: &'static str,
}

/// Which sites may frame a video.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FramesLabel {
    #[schema(schema_with = frame_policies)]
    id: i64,
    label: &'static str,
}

/// What an account may do.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = UserRole)]
pub struct RoleLabel {
    #[schema(schema_with = roles)]
    id: i64,
    label: &'static str,
}

/// A number that is one of these.
pub(super) fn one_of<const N: usize>(ids: [i64; N]) -> Object {
    ObjectBuilder::new().schema_type(Type::Integer).enum_values(Some(ids)).build()
}

/// As [`Privacy`] numbers them.
pub(super) fn privacies() -> Object {
    one_of(Privacy::ALL.map(Privacy::id))
}

fn states() -> Object {
    one_of(State::ALL.map(State::id))
}

/// Everyone, nobody, everyone after approval.
pub(super) fn comment_policies() -> Object {
    one_of([1, 2, 3])
}

fn frame_policies() -> Object {
    one_of([1, 2, 3])
}

fn roles() -> Object {
    one_of([Role::Administrator.id(), Role::Moderator.id(), Role::User.id()])
}

impl NumberLabel {
    fn known(id: Option<i64>, label: Option<&str>) -> Self {
        Self { id, label: label.unwrap_or("Unknown").to_owned() }
    }

    /// PeerTube's name of a category.
    pub fn category(id: Option<i64>) -> Self {
        Self::known(id, id.and_then(tables::category))
    }

    /// PeerTube's name of a licence.
    pub fn licence(id: Option<i64>) -> Self {
        Self::known(id, id.and_then(tables::licence))
    }
}

impl TextLabel {
    /// PeerTube's name of a language.
    pub fn language(id: Option<&str>) -> Self {
        let label = id.and_then(tables::language).unwrap_or("Unknown").to_owned();
        Self { id: id.map(str::to_owned), label }
    }
}

impl LanguageLabel {
    /// PeerTube's name of a language.
    pub fn of(id: &str) -> Self {
        Self { id: id.to_owned(), label: tables::language(id).unwrap_or("Unknown").to_owned() }
    }
}

impl ResolutionLabel {
    /// PeerTube's name of a resolution.
    pub fn of(id: u32) -> Self {
        let label = if id == 0 { "Audio only".to_owned() } else { format!("{id}p") };
        Self { id, label }
    }
}

impl From<Privacy> for PrivacyLabel {
    fn from(privacy: Privacy) -> Self {
        let id = privacy.id();
        let named = tables::PRIVACIES.iter().find(|(known, _)| *known == id);
        Self { id, label: named.map_or("Unknown", |(_, label)| label) }
    }
}

impl From<State> for StateLabel {
    fn from(state: State) -> Self {
        Self { id: state.id(), label: state.label() }
    }
}

impl From<Role> for RoleLabel {
    fn from(role: Role) -> Self {
        Self { id: role.id(), label: role.label() }
    }
}

impl From<Policy> for CommentsLabel {
    fn from(policy: Policy) -> Self {
        let label = match policy {
            Policy::Open => "Enabled",
            Policy::Disabled => "Disabled",
            Policy::Approval => "Requires approval",
        };
        Self { id: policy as i64, label }
    }
}

impl FramesLabel {
    /// All may.
    pub const ALL: Self = Self { id: 1, label: "All allowed" };
}
