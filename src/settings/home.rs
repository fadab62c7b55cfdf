//! The blocks of which an administrator makes the home page; `crate::home` finds what there is for them.

use crate::error::{InvalidField, Location};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use utoipa::ToSchema;
use uuid::Uuid;

/// Blocks of a page at most.
pub const MOST: usize = 20;
/// Things in a block at most.
pub const MOST_IN_ONE: u32 = 24;
/// Letters of a heading at most.
const HEADING_LONGEST: usize = 80;

/// What films of a block are in order of, in PeerTube's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum BlockOrder {
    /// The newest first.
    PublishedAt,
    /// What is watched most these days.
    Trending,
    /// What people do most with these days.
    Hot,
    /// What most people like.
    Likes,
    /// What was watched most.
    Views,
}

/// A part of the home page. What there is nothing of is left out when the page is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "camelCase", deny_unknown_fields)]
pub enum HomeBlock {
    /// The words of welcome.
    Welcome {},
    /// One film in large: this one, else the newest.
    Billboard {
        /// Null for the newest.
        #[schema(required)]
        video: Option<Uuid>,
    },
    /// Films of everyone, by a rule.
    Videos {
        /// Above them; empty for what the order is called.
        heading: String,
        /// Which.
        order: BlockOrder,
        /// How many at most.
        count: u32,
    },
    /// Films that were chosen, in this order.
    Featured {
        /// Above them; empty for "Featured".
        heading: String,
        /// Which.
        videos: Vec<Uuid>,
    },
    /// Who publishes, newest first.
    Groups {
        /// How many at most.
        count: u32,
    },
    /// A group with its newest films.
    Group {
        /// Its handle without host.
        name: String,
        /// How many films at most.
        count: u32,
    },
    /// A public playlist with its first films.
    Playlist {
        /// Which.
        playlist: Uuid,
        /// How many films at most.
        count: u32,
    },
}

impl HomeBlock {
    /// The home page of who chose nothing.
    pub fn usual() -> Vec<Self> {
        vec![
            Self::Welcome {},
            Self::Billboard { video: None },
            Self::Groups { count: 6 },
            Self::Videos { heading: String::new(), order: BlockOrder::PublishedAt, count: 8 },
        ]
    }

    fn fault(&self) -> Option<&'static str> {
        let of_count =
            |count: u32| (!(1..=MOST_IN_ONE).contains(&count)).then_some("From 1 to 24 in a block.");
        let of_heading = |heading: &str| {
            (heading.chars().count() > HEADING_LONGEST).then_some("A heading has 80 characters at most.")
        };
        match self {
            Self::Welcome {} | Self::Billboard { .. } => None,
            Self::Videos { heading, count, .. } => of_count(*count).or_else(|| of_heading(heading)),
            Self::Featured { heading, videos } => of_heading(heading)
                .or_else(|| (videos.len() > MOST_IN_ONE as usize).then_some("At most 24 films in a block."))
                .or_else(|| videos.is_empty().then_some("Choose at least one film, or remove the block."))
                .or_else(|| {
                    let different: HashSet<_> = videos.iter().collect();
                    (different.len() < videos.len()).then_some("Each film once in a block.")
                }),
            Self::Groups { count } | Self::Playlist { count, .. } => of_count(*count),
            Self::Group { name, count } => of_count(*count).or_else(|| {
                (name.is_empty() || name.len() > 120).then_some("Choose a group, or remove the block.")
            }),
        }
    }
}

/// What is wrong with blocks, each as `home.blocks.N` counted from 0.
pub(super) fn check(blocks: &[HomeBlock]) -> Vec<InvalidField> {
    let wrong = |field: String, rule: &'static str| InvalidField {
        field: field.into(),
        rule: rule.into(),
        location: Location::Body,
        value: None,
    };
    if blocks.len() > MOST {
        return vec![wrong("home.blocks".into(), "At most 20 blocks.")];
    }
    let faults = blocks.iter().enumerate();
    faults.filter_map(|(at, block)| Some(wrong(format!("home.blocks.{at}"), block.fault()?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn blocks_are_written_as_they_are_read_and_what_is_wrong_is_named() {
        for block in HomeBlock::usual() {
            let written = serde_json::to_value(&block).unwrap();
            assert_eq!(serde_json::from_value::<HomeBlock>(written).unwrap(), block);
        }
        for bad in [
            json!({"kind": "weather"}),
            json!({"kind": "welcome", "count": 3}),
            json!({"kind": "videos", "heading": "", "order": "worst", "count": 3}),
            json!({"kind": "playlist", "playlist": "none", "count": 3}),
        ] {
            assert!(serde_json::from_value::<HomeBlock>(bad.clone()).is_err(), "{bad}");
        }
        let of = |heading: &str, count| HomeBlock::Videos {
            heading: heading.into(),
            order: BlockOrder::Likes,
            count,
        };
        let group = HomeBlock::Group { name: String::new(), count: 3 };
        let featured = |videos| HomeBlock::Featured { heading: String::new(), videos };
        let (none, twice) = (featured(Vec::new()), featured(vec![Uuid::nil(); 2]));
        let page = [of("", 24), of("", 25), of("", 0), of(&"é".repeat(81), 1), group, none, twice];
        let fields: Vec<_> = check(&page).into_iter().map(|wrong| wrong.field).collect();
        let expected: Vec<_> = (1..=6).map(|at| format!("home.blocks.{at}")).collect();
        assert_eq!(fields, expected);
        assert_eq!(check(&vec![of("", 1); 21])[0].field, "home.blocks");
    }
}
