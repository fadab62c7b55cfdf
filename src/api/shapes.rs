//! People and groups in JSON, as PeerTube 8 writes them with what older clients read. The one place that knows these
//! shapes; lists load everything they need in three queries, however many rows they have.

use crate::{
    accounts::{self, Account, images::Image},
    clock::Timestamp,
    error::Result,
    groups::{self, Group},
    urls::Urls,
};
use rusqlite::Connection;
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

/// A page of a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct List<T> {
    /// How many there are in all.
    pub total: u64,
    /// Those of this page.
    pub data: Vec<T>,
}

/// The number of something that was just made.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Numbered {
    /// Its number.
    pub id: i64,
}

/// One size of an avatar or banner.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActorImage {
    width: u32,
    height: u32,
    /// Older clients put the host before it.
    path: String,
    file_url: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// An account or group beside a video or comment.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ActorSummary)]
pub struct Summary {
    id: i64,
    name: String,
    display_name: String,
    url: String,
    host: String,
    avatars: Vec<ActorImage>,
}

/// One size of an avatar, in short.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AvatarInfo {
    width: u32,
    path: String,
    file_url: String,
}

/// An account or group in a notification.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActorInfo {
    id: i64,
    /// As it is shown.
    pub display_name: String,
    /// Its handle.
    pub name: String,
    /// Where it lives.
    pub host: String,
    /// For older clients.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    avatar: Option<AvatarInfo>,
    avatars: Vec<AvatarInfo>,
}

impl From<Summary> for ActorInfo {
    fn from(Summary { id, name, display_name, host, avatars, .. }: Summary) -> Self {
        let short = |ActorImage { width, path, file_url, .. }| AvatarInfo { width, path, file_url };
        let avatars: Vec<AvatarInfo> = avatars.into_iter().map(short).collect();
        let avatar = avatars.iter().max_by_key(|avatar| avatar.width).cloned();
        Self { id, display_name, name, host, avatar, avatars }
    }
}

/// What accounts and groups have in common.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ActorCommon)]
struct Common {
    url: String,
    name: String,
    host: String,
    avatars: Vec<ActorImage>,
    id: i64,
    host_redundancy_allowed: bool,
    following_count: u64,
    followers_count: u64,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

impl Common {
    fn summary(self, display_name: String) -> Summary {
        let Self { id, name, url, host, avatars, .. } = self;
        Summary { id, name, display_name, url, host, avatars }
    }
}

/// An account.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Account)]
pub struct AccountJson {
    #[serde(flatten)]
    actor: Common,
    display_name: String,
    #[schema(required)]
    description: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    /// Of accounts that live here.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    user_id: Option<i64>,
}

/// A group; PeerTube's VideoChannel.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = VideoChannel)]
pub struct ChannelJson {
    #[serde(flatten)]
    actor: Common,
    banners: Vec<ActorImage>,
    display_name: String,
    #[schema(required)]
    description: Option<String>,
    #[schema(required)]
    support: Option<String>,
    is_local: bool,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    owner_account: Option<AccountJson>,
}

/// An account or group beside another that it follows.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Actor)]
pub struct ActorJson {
    #[serde(flatten)]
    actor: Common,
    banners: Vec<ActorImage>,
}

/// People and groups of one answer, loaded together.
pub struct Actors<'a> {
    urls: &'a Urls,
    accounts: HashMap<i64, Account>,
    groups: HashMap<i64, Group>,
    account_images: HashMap<i64, Vec<Image>>,
    group_images: HashMap<i64, Vec<Image>>,
}

impl<'a> Actors<'a> {
    /// Loads accounts, groups, and the owners of these groups. Numbers may repeat.
    pub fn load(conn: &Connection, urls: &'a Urls, accounts: &[i64], groups: &[i64]) -> Result<Self> {
        let found = groups::find_many(conn, groups)?;
        let mut ids: Vec<i64> =
            accounts.iter().copied().chain(found.iter().map(|group| group.owner_id)).collect();
        ids.sort_unstable();
        ids.dedup();
        Ok(Self {
            urls,
            accounts: accounts::find_many(conn, &ids)?
                .into_iter()
                .map(|account| (account.id, account))
                .collect(),
            account_images: accounts::images::of_accounts(conn, &ids)?,
            group_images: accounts::images::of_groups(conn, groups)?,
            groups: found.into_iter().map(|group| (group.id, group)).collect(),
        })
    }

    /// An account in short; `None` when it was not loaded.
    pub fn account_summary(&self, id: i64) -> Option<Summary> {
        let AccountJson { actor, display_name, .. } = self.account(id)?;
        Some(actor.summary(display_name))
    }

    /// Name and host of an account.
    pub fn handle_of(&self, id: i64) -> Option<(String, String)> {
        let account = self.accounts.get(&id)?;
        Some((account.name.clone(), host(self.urls, account.origin.as_deref())))
    }

    /// A group in short.
    pub fn group_summary(&self, id: i64) -> Option<Summary> {
        let ChannelJson { actor, display_name, .. } = self.group(id, false)?;
        Some(actor.summary(display_name))
    }

    /// An account in a notification.
    pub fn account_info(&self, id: i64) -> Option<ActorInfo> {
        self.account_summary(id).map(ActorInfo::from)
    }

    /// A group in a notification.
    pub fn group_info(&self, id: i64) -> Option<ActorInfo> {
        self.group_summary(id).map(ActorInfo::from)
    }

    /// The owner of a group.
    pub fn owner_of(&self, group: i64) -> Option<i64> {
        Some(self.groups.get(&group)?.owner_id)
    }

    /// An account as its page shows it.
    pub fn account(&self, id: i64) -> Option<AccountJson> {
        let account = self.accounts.get(&id)?;
        Some(AccountJson {
            actor: Common {
                url: account_url(self.urls, account),
                name: account.name.clone(),
                host: host(self.urls, account.origin.as_deref()),
                avatars: self.images(&self.account_images, id, accounts::images::Kind::Avatar),
                id,
                host_redundancy_allowed: false,
                following_count: account.following,
                followers_count: account.followers,
                created_at: account.created_at,
            },
            display_name: account.display_name.clone(),
            description: account.description.clone(),
            updated_at: account.updated_at,
            user_id: account.origin.is_none().then_some(id),
        })
    }

    /// A group as its page shows it, with its owner when `with_owner`.
    pub fn group(&self, id: i64, with_owner: bool) -> Option<ChannelJson> {
        let group = self.groups.get(&id)?;
        Some(ChannelJson {
            actor: Common {
                url: group_url(self.urls, group),
                name: group.name.clone(),
                host: host(self.urls, group.origin.as_deref()),
                avatars: self.images(&self.group_images, id, accounts::images::Kind::Avatar),
                id,
                host_redundancy_allowed: false,
                // Groups follow nobody.
                following_count: 0,
                followers_count: group.followers,
                created_at: group.created_at,
            },
            banners: self.images(&self.group_images, id, accounts::images::Kind::Banner),
            display_name: group.display_name.clone(),
            description: group.description.clone(),
            support: group.support.clone(),
            is_local: group.origin.is_none(),
            updated_at: group.updated_at,
            owner_account: if with_owner { self.account(group.owner_id) } else { None },
        })
    }

    /// An account as it stands beside what it follows.
    pub fn account_actor(&self, id: i64) -> Option<ActorJson> {
        let banners = self.images(&self.account_images, id, accounts::images::Kind::Banner);
        Some(ActorJson { actor: self.account(id)?.actor, banners })
    }

    /// A group as it stands beside who follows it.
    pub fn group_actor(&self, id: i64) -> Option<ActorJson> {
        let ChannelJson { actor, banners, .. } = self.group(id, false)?;
        Some(ActorJson { actor, banners })
    }

    fn images(
        &self,
        of: &HashMap<i64, Vec<Image>>,
        id: i64,
        kind: accounts::images::Kind,
    ) -> Vec<ActorImage> {
        let images = of.get(&id).map(Vec::as_slice).unwrap_or_default();
        actor_images(self.urls, images.iter().filter(|image| image.kind == kind))
    }
}

/// Pictures as PeerTube writes them.
pub fn actor_images<'i>(urls: &Urls, images: impl Iterator<Item = &'i Image>) -> Vec<ActorImage> {
    images
        .map(|image| {
            let path = Urls::lazy_static_path(image.kind.folder(), &image.file);
            ActorImage {
                width: image.width,
                height: image.height,
                file_url: urls.absolute(&path),
                path,
                created_at: image.created_at,
                updated_at: image.created_at,
            }
        })
        .collect()
}

/// One account as its page shows it.
pub fn account(conn: &Connection, urls: &Urls, id: i64) -> Result<AccountJson> {
    let missing = || crate::error::Error::not_found("Account");
    Actors::load(conn, urls, &[id], &[])?.account(id).ok_or_else(missing)
}

/// One group as its page shows it, with its owner.
pub fn group(conn: &Connection, urls: &Urls, id: i64) -> Result<ChannelJson> {
    let missing = || crate::error::Error::not_found("Video channel");
    Actors::load(conn, urls, &[], &[id])?.group(id, true).ok_or_else(missing)
}

/// Splits `name` or `name@host` into the name and, when it is not ours, the host.
pub fn handle<'h>(urls: &Urls, handle: &'h str) -> (&'h str, Option<&'h str>) {
    match handle.split_once('@') {
        Some((name, host)) if host != urls.host() => (name, Some(host)),
        Some((name, _)) => (name, None),
        None => (handle, None),
    }
}

fn host(urls: &Urls, origin: Option<&str>) -> String {
    origin.unwrap_or_else(|| urls.host()).to_owned()
}

fn account_url(urls: &Urls, account: &Account) -> String {
    match &account.origin {
        Some(origin) => urls.elsewhere(origin).account(&account.name),
        None => urls.account(&account.name),
    }
}

fn group_url(urls: &Urls, group: &Group) -> String {
    match &group.origin {
        Some(origin) => urls.elsewhere(origin).group(&group.name),
        None => urls.group(&group.name),
    }
}
