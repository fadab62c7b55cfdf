//! The home page: the blocks that an administrator arranged, with what there is for them now.

use crate::{
    error::Result,
    groups::{self, Group, GroupFilter},
    playlists::{self, Playlist},
    settings::{BlockOrder, HomeBlock, HomeSettings},
    videos::{self, Filter, Key, Scope, Sort, Video},
};
use rusqlite::Connection;
use uuid::Uuid;

/// Who looks at it.
#[derive(Debug, Clone, Default)]
pub struct Reader {
    /// What lists show to this reader, apart from scope, order and page.
    pub lists: Filter,
    /// In which order the reader wants to see films, where nobody chose another heading for them.
    pub order: Option<BlockOrder>,
}

/// A block with what it shows.
#[derive(Debug, Clone, PartialEq)]
pub enum Shown {
    /// Markdown.
    Welcome(String),
    /// One film in large; where it was not chosen, as the first in which order.
    Billboard(Box<Video>, Option<BlockOrder>),
    /// Films by a rule, with a heading of their own or none.
    Videos(String, BlockOrder, Vec<Video>),
    /// Films that were chosen.
    Featured(String, Vec<Video>),
    /// Some groups, and how many there are.
    Groups(u64, Vec<Group>),
    /// A group with its newest films.
    Group(Group, Vec<Video>),
    /// A playlist with its first films.
    Playlist(Box<Playlist>, Vec<Video>),
}

/// The home page of a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Home {
    /// From the top down. What there is nothing of is left out.
    pub blocks: Vec<Shown>,
    /// How many films lists show to this reader.
    pub films: u64,
    /// The only group there is, when nobody arranged anything: its page is the home page.
    pub only: Option<Group>,
}

/// What the home page shows to somebody.
pub fn look(conn: &Connection, settings: &HomeSettings, reader: &Reader) -> Result<Home> {
    let films = videos::list(conn, &Filter { count: 0, ..listed(reader) })?.total.unwrap_or_default();
    let mut only = None;
    if settings.welcome.trim().is_empty() && settings.blocks == HomeBlock::usual() {
        let (total, mut groups) = some_groups(conn, 2)?;
        only = groups.pop().filter(|group| total == 1 && group.origin.is_none());
    }
    let mut blocks = Vec::new();
    let mut large = None;
    for block in &settings.blocks {
        let shown = show(conn, settings, block, reader, large)?;
        if let Some(Shown::Billboard(video, Some(order))) = &shown {
            large = Some((video.id, *order));
        }
        blocks.extend(shown);
    }
    Ok(Home { blocks, films, only })
}

/// `large` is the first film in an order where it stands above already.
fn show(
    conn: &Connection,
    settings: &HomeSettings,
    block: &HomeBlock,
    reader: &Reader,
    large: Option<(i64, BlockOrder)>,
) -> Result<Option<Shown>> {
    let filled = |videos: &Vec<Video>| !videos.is_empty();
    Ok(match block {
        HomeBlock::Welcome {} => {
            Some(settings.welcome.clone()).filter(|words| !words.trim().is_empty()).map(Shown::Welcome)
        }
        HomeBlock::Billboard { video: Some(uuid) } => {
            let chosen = chosen(conn, &[*uuid], reader)?.pop();
            chosen.map(|video| Shown::Billboard(Box::new(video), None))
        }
        HomeBlock::Billboard { video: None } => {
            let order = reader.order.unwrap_or(BlockOrder::PublishedAt);
            let first = by_rule(conn, order, 1, reader)?.pop();
            first.map(|video| Shown::Billboard(Box::new(video), Some(order)))
        }
        HomeBlock::Videos { heading, order, count } => {
            let order = reader.order.filter(|_| heading.is_empty()).unwrap_or(*order);
            let mut films = by_rule(conn, order, count + 1, reader)?;
            films.retain(|film| Some((film.id, order)) != large);
            films.truncate(*count as usize);
            Some(films).filter(filled).map(|films| Shown::Videos(heading.clone(), order, films))
        }
        HomeBlock::Featured { heading, videos } => {
            let films = chosen(conn, videos, reader)?;
            Some(films).filter(filled).map(|films| Shown::Featured(heading.clone(), films))
        }
        HomeBlock::Groups { count } => {
            let (total, groups) = some_groups(conn, *count)?;
            (!groups.is_empty()).then_some(Shown::Groups(total, groups))
        }
        HomeBlock::Group { name, count } => match groups::by_name(conn, name, None) {
            Ok(group) => {
                let scope = Scope::OfGroups(vec![group.id]);
                let filter = Filter { scope, count: *count, skip_total: true, ..listed(reader) };
                let films = videos::list(conn, &filter)?.videos;
                Some(Shown::Group(group, films))
            }
            Err(error) if error.is_not_found() => None,
            Err(error) => return Err(error),
        },
        HomeBlock::Playlist { playlist, count } => of_playlist(conn, &Key::Uuid(*playlist), *count, reader)?,
    })
}

fn listed(reader: &Reader) -> Filter {
    Filter { descending: true, ..reader.lists.clone() }
}

fn by_rule(conn: &Connection, order: BlockOrder, count: u32, reader: &Reader) -> Result<Vec<Video>> {
    let sort = match order {
        BlockOrder::PublishedAt => Sort::PublishedAt,
        BlockOrder::Trending => Sort::Heat,
        BlockOrder::Hot => Sort::Stir,
        BlockOrder::Likes => Sort::Likes,
        BlockOrder::Views => Sort::Views,
    };
    Ok(videos::list(conn, &Filter { sort, count, skip_total: true, ..listed(reader) })?.videos)
}

/// Those that publish, newest first; until somebody does, those that there are.
fn some_groups(conn: &Connection, count: u32) -> Result<(u64, Vec<Group>)> {
    let filter = |has_videos| GroupFilter {
        has_videos,
        sort: Some("-createdAt".to_owned()),
        count,
        ..GroupFilter::default()
    };
    let publishing = groups::list(conn, &filter(true))?;
    if publishing.0 > 0 { Ok(publishing) } else { groups::list(conn, &filter(false)) }
}

/// These films in this order, without those that lists do not show to the reader.
fn chosen(conn: &Connection, uuids: &[Uuid], reader: &Reader) -> Result<Vec<Video>> {
    let count = u32::try_from(uuids.len()).unwrap_or(u32::MAX);
    let filter = Filter { uuids: uuids.to_vec(), count, skip_total: true, ..listed(reader) };
    let mut films = videos::list(conn, &filter)?.videos;
    films.sort_by_key(|film| uuids.iter().position(|uuid| *uuid == film.uuid));
    Ok(films)
}

fn of_playlist(conn: &Connection, key: &Key, count: u32, reader: &Reader) -> Result<Option<Shown>> {
    let playlist = match playlists::find(conn, key) {
        Ok(playlist) => playlist,
        Err(error) if error.is_not_found() => return Ok(None),
        Err(error) => return Err(error),
    };
    if playlist.privacy != playlists::Privacy::Public {
        return Ok(None);
    }
    let elements = playlists::elements(conn, playlist.id, 0, count)?;
    let ids: Vec<i64> = elements.iter().filter_map(|element| element.video).collect();
    let found = videos::find_many(conn, &ids)?;
    let uuids: Vec<Uuid> = ids.iter().filter_map(|id| Some(found.get(id)?.uuid)).collect();
    let films = chosen(conn, &uuids, reader)?;
    Ok(Some(films).filter(|films| !films.is_empty()).map(|films| Shown::Playlist(Box::new(playlist), films)))
}
