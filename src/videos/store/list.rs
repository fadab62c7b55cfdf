//! Pages of videos. Conditions are put together from fixed texts; values are always bound.

use super::{
    super::{Filter, Made, Page, Scope, Sort},
    find_many, merge,
    row::{COLUMNS, video},
};
use crate::{error::Result, moderation::mutes::Muting};
use rusqlite::{Connection, ToSql, params, params_from_iter, types::Value};

/// The condition of the partial indexes, word by word.
const LISTED: &str = "videos.privacy in (1, 4) and videos.state = 1";

/// That it is not made to take the place of another; of these there are a few.
const UNSEEN: &str = "videos.id not in (select id from videos where replaces is not null)";

/// Videos that have a job which makes renditions of them.
const WORKED_ON: &str = "select cast(substr(ifnull(subject, ''), 7) as integer) from jobs
  where state in ('waiting', 'active') and kind in ('probe', 'transcode')";
/// That nothing was planned for a video yet.
const UNPLANNED: &str = "not exists (select 1 from renditions where video_id = videos.id and kind = 'hls')";

/// A query that grows.
#[derive(Default)]
pub(super) struct Query {
    conditions: Vec<String>,
    pub(super) values: Vec<Value>,
    /// No condition but those that `video_counts` knows.
    counted: bool,
}

impl Query {
    fn also(&mut self, condition: &str) {
        self.conditions.push(condition.to_owned());
        self.counted = false;
    }

    /// A condition with one value, which stands in it as `?`.
    fn with(&mut self, condition: &str, value: impl Into<Value>) {
        self.also(condition);
        self.values.push(value.into());
    }

    /// A condition with a list, which stands in it as `?` and is read by `json_each`.
    fn with_list<T: serde::Serialize>(&mut self, condition: &str, list: &[T]) -> Result<()> {
        self.with(condition, serde_json::to_string(list)?);
        Ok(())
    }

    /// That a column has one of some values. A single one is read off its index in order.
    fn one_of<T: serde::Serialize + Clone + Into<Value>>(&mut self, column: &str, list: &[T]) -> Result<()> {
        if let [one] = list {
            self.with(&format!("{column} = ?"), one.clone());
            return Ok(());
        }
        self.with_list(&format!("{column} in (select value from json_each(?))"), list)
    }

    pub(super) fn text(&self) -> String {
        if self.conditions.is_empty() { "true".to_owned() } else { self.conditions.join(" and ") }
    }
}

pub(in crate::videos) fn page(conn: &Connection, filter: &Filter) -> Result<Page> {
    let query = conditions(filter)?;
    let total = if filter.skip_total { None } else { Some(total(conn, filter, &query)?) };
    let mut videos = Vec::new();
    if let Some(heads) = merge::heads(filter) {
        videos = merge::page(conn, filter, heads)?;
    } else if filter.count > 0 {
        let mut statement = conn.prepare_cached(&select(filter, &query))?;
        let mut values: Vec<&dyn ToSql> = query.values.iter().map(|value| value as &dyn ToSql).collect();
        values.push(&filter.count);
        values.push(&filter.start);
        for row in statement.query_map(params_from_iter(values), video)? {
            videos.push(row?);
        }
    }
    Ok(Page { total, videos })
}

/// The same of what was found by words, best first.
pub(in crate::videos) fn page_of_found(conn: &Connection, filter: &Filter, found: &[i64]) -> Result<Page> {
    let mut query = conditions(&Filter { search: None, ..filter.clone() })?;
    let mut order = "found.key".to_owned();
    if filter.sort != Sort::Match {
        order = format!("{} {}, found.key", column(filter.sort), direction(filter));
    } else if !filter.descending {
        order.push_str(" desc");
    }
    query.values.insert(0, serde_json::to_string(found)?.into());
    let sql = format!(
        "select videos.id from json_each(?) found cross join videos on videos.id = found.value
         where {} order by {order}",
        query.text()
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let rows = statement.query_map(params_from_iter(&query.values), |row| row.get(0))?;
    let ids: Vec<i64> = rows.collect::<rusqlite::Result<_>>()?;
    let total = (!filter.skip_total).then_some(ids.len() as u64);
    // What was found is limited, and all of it had to be looked at to know how many may be seen.
    let page: Vec<i64> = ids.into_iter().skip(filter.start as usize).take(filter.count as usize).collect();
    let mut videos = find_many(conn, &page)?;
    videos.sort_by_key(|video| page.iter().position(|id| *id == video.id));
    Ok(Page { total, videos })
}

/// Whether more is asked than who may see it.
pub(in crate::videos) fn is_sifted(filter: &Filter) -> Result<bool> {
    let asked = conditions(&Filter { search: None, ..filter.clone() })?;
    Ok(!asked.counted || filter.local.is_some() || !matches!(filter.scope, Scope::Listed))
}

fn direction(filter: &Filter) -> &'static str {
    if filter.descending { "desc" } else { "asc" }
}

/// What a list is in the order of.
pub(super) fn column(sort: Sort) -> &'static str {
    match sort {
        Sort::PublishedAt | Sort::Match => "videos.published_at",
        Sort::CreatedAt => "videos.created_at",
        Sort::OriginallyPublishedAt => "ifnull(videos.originally_published_at, videos.published_at)",
        Sort::Views => "videos.views",
        Sort::Likes => "videos.likes",
        Sort::Comments => "videos.comments",
        Sort::Heat => "videos.heat",
        Sort::Stir => "videos.stir",
        Sort::Name => "videos.name collate nocase",
        Sort::Duration => "videos.duration_ms",
        Sort::Size => "videos.files_size",
    }
}

/// The page is counted off in an index; only its own rows are read.
fn select(filter: &Filter, query: &Query) -> String {
    let (sort, direction) = (column(filter.sort), direction(filter));
    let conditions = query.text();
    format!(
        "select {COLUMNS} from
           (select videos.id as page_id from videos where {conditions}
            order by {sort} {direction}, videos.id {direction} limit ? offset ?)
         cross join videos on videos.id = page_id
         order by {sort} {direction}, videos.id {direction}"
    )
}

fn total(conn: &Connection, filter: &Filter, query: &Query) -> Result<u64> {
    let total: i64 = if query.counted {
        let unheard = unheard(conn, filter)?;
        let groups = match &filter.scope {
            Scope::OfGroups(groups) | Scope::Feed { groups, .. } => Some(serde_json::to_string(groups)?),
            _ => None,
        };
        conn.prepare_cached(
            "select ifnull(sum(videos), 0) from video_counts
             where (?1 or privacy = 1) and (?2 is null or sensitive = ?2 or kinds & ?5 <> 0) and kinds & ?6 = 0
               and (?3 is null or local = ?3)
               and (?4 is null or group_id in (select value from json_each(?4)))",
        )?
        .query_row(
            params![
                filter.viewer.account.is_some(),
                filter.sensitive,
                filter.local,
                groups,
                if filter.sensitive == Some(false) { filter.kinds_too } else { 0 },
                filter.kinds_not
            ],
            |row| row.get::<_, i64>(0),
        )? - unheard
    } else {
        let sql = format!("select count(*) from videos where {}", query.text());
        conn.prepare_cached(&sql)?.query_row(params_from_iter(&query.values), |row| row.get(0))?
    };
    Ok(total.max(0) as u64)
}

pub(super) fn conditions(filter: &Filter) -> Result<Query> {
    let mut query = Query::default();
    // The marker stays as long as only what the counts know is asked for.
    scope(&mut query, filter)?;
    match filter.sensitive {
        Some(false) if filter.kinds_too != 0 => {
            query.with("(videos.sensitive = 0 or videos.sensitive_flags & ? <> 0)", filter.kinds_too);
        }
        Some(sensitive) => query.with("videos.sensitive = ?", sensitive),
        None => {}
    }
    if filter.kinds_not != 0 {
        query.with("videos.sensitive_flags & ? = 0", filter.kinds_not);
    }
    match filter.local {
        Some(true) => query.also("videos.origin is null"),
        Some(false) => query.also("videos.origin is not null"),
        None => {}
    }
    query.counted = match &filter.scope {
        Scope::Listed | Scope::OfGroups(_) => true,
        Scope::Feed { authors, .. } => authors.is_empty(),
        _ => false,
    };
    mute(&mut query, filter);
    if let Some(text) = filter.search.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        query.with("instr(lower(videos.name), lower(?)) > 0", text.to_owned());
    }
    if filter.live == Some(true) || !filter.automatic_tags.is_empty() {
        query.also("false");
    }
    if !filter.privacies.is_empty() {
        let ids: Vec<i64> = filter.privacies.iter().map(|privacy| privacy.id()).collect();
        query.with_list("videos.privacy in (select value from json_each(?))", &ids)?;
    }
    if !filter.states.is_empty() {
        query.with_list("videos.state in (select value from json_each(?))", &filter.states)?;
    }
    said(&mut query, filter)?;
    files(&mut query, filter);
    match filter.made {
        Some(Made::Ready) => {
            let (under_way, failed) = (under_way(), failed());
            query.also(&format!("videos.id not in ({under_way}) and videos.id not in ({failed})"));
        }
        Some(Made::UnderWay) => query.also(&format!("videos.id in ({})", under_way())),
        Some(Made::Failed) => query.also(&format!("videos.id in ({})", failed())),
        None => {}
    }
    Ok(query)
}

/// That the one who asks does not hear who sent a video; takes the asking account twice. Everybody hears oneself.
const MUTED: &str =
    "exists (select 1 from mutes where mutes.account_id = videos.author_id and mutes.account_id is not ?
  and (mutes.by_id is null or mutes.by_id = ?))";
/// The same of the server that it comes from; takes the asking account once.
const AWAY: &str = "exists (select 1 from mutes where mutes.host = videos.origin
  and (mutes.by_id is null or mutes.by_id = ?))";

/// Leaves out those whom the one who asks does not hear. Not by `also`: they are not in the counts, and counted apart.
fn mute(query: &mut Query, filter: &Filter) {
    let me = Value::from(filter.viewer.account);
    if filter.muting.accounts {
        query.conditions.push(format!("not {MUTED}"));
        query.values.extend([me.clone(), me.clone()]);
    }
    if filter.muting.hosts {
        query.conditions.push(format!("not {AWAY}"));
        query.values.push(me);
    }
}

/// Of what `video_counts` knows, how many videos are of those who are not heard: read off the indexes of authors and of
/// servers, of whom few are muted.
fn unheard(conn: &Connection, filter: &Filter) -> Result<i64> {
    let me = Value::from(filter.viewer.account);
    let few = |of: &str| format!("{of} from mutes where by_id is null or by_id = ?)");
    let mut total = 0;
    let mut count = |filter: &Filter, few: String, muted: &str, times: usize| -> Result<()> {
        let mut query = conditions(filter)?;
        query.with(&few, me.clone());
        query.also(muted);
        query.values.extend(vec![me.clone(); times]);
        let sql = format!("select count(*) from videos where {}", query.text());
        let found: i64 =
            conn.prepare_cached(&sql)?.query_row(params_from_iter(&query.values), |row| row.get(0))?;
        total += found;
        Ok(())
    };
    let nobody = Filter { muting: Muting::default(), ..filter.clone() };
    if filter.muting.accounts {
        count(&nobody, few("videos.author_id in (select account_id"), MUTED, 2)?;
    }
    if filter.muting.hosts {
        // Those of the accounts are counted already.
        let rest = Filter { muting: Muting { hosts: false, ..filter.muting }, ..filter.clone() };
        count(&rest, few("videos.origin in (select host"), AWAY, 1)?;
    }
    Ok(total)
}

fn scope(query: &mut Query, filter: &Filter) -> Result<()> {
    match &filter.scope {
        Scope::Listed => query.also(LISTED),
        Scope::OfGroups(groups) => {
            query.also(LISTED);
            query.one_of("videos.group_id", groups)?;
        }
        Scope::OfAuthor(account) => {
            query.also(LISTED);
            query.with("videos.author_id = ?", *account);
        }
        Scope::Feed { groups, authors } => {
            query.also(LISTED);
            if authors.is_empty() {
                query.one_of("videos.group_id", groups)?;
            } else {
                let condition = "(videos.group_id in (select value from json_each(?))
                  or videos.author_id in (select value from json_each(?)))";
                query.with_list(condition, groups)?;
                query.values.push(serde_json::to_string(authors)?.into());
            }
        }
        Scope::AllOfAuthor(account) => query.with("videos.author_id = ?", *account),
        Scope::Managed(groups) => query.one_of("videos.group_id", groups)?,
        Scope::All => {}
    }
    if matches!(filter.scope, Scope::AllOfAuthor(_) | Scope::Managed(_) | Scope::All) {
        query.also(UNSEEN);
    }
    if filter.scope.is_of_listed() && filter.viewer.account.is_none() {
        query.also("videos.privacy = 1");
    }
    Ok(())
}

/// What people say about videos.
fn said(query: &mut Query, filter: &Filter) -> Result<()> {
    if !filter.categories.is_empty() {
        query.one_of("videos.category", &filter.categories)?;
    }
    if !filter.licences.is_empty() {
        query.one_of("videos.licence", &filter.licences)?;
    }
    if !filter.languages.is_empty() {
        if filter.languages.iter().any(|language| language == "_unknown") {
            let condition =
                "(videos.language is null or videos.language in (select value from json_each(?)))";
            query.with_list(condition, &filter.languages)?;
        } else {
            query.one_of("videos.language", &filter.languages)?;
        }
    }
    if !filter.tags_one_of.is_empty() {
        query.with_list(
            "videos.id in (select video_id from tags where tag in (select value from json_each(?)))",
            &filter.tags_one_of,
        )?;
    }
    for tag in filter.tags_all_of.iter().take(5) {
        query.with("videos.id in (select video_id from tags where tag = ?)", tag.clone());
    }
    if !filter.uuids.is_empty() {
        query.with_list("videos.uuid in (select value from json_each(?))", &filter.uuids)?;
    }
    match &filter.origin {
        Some(Some(host)) => query.with("videos.origin = ?", host.clone()),
        Some(None) => query.also("videos.origin is null"),
        None => {}
    }
    if let Some(account) = filter.not_watched_by {
        query.with("videos.id not in (select video_id from watch_positions where account_id = ?)", account);
    }
    let bounds = [
        ("videos.duration_ms >= ?", filter.duration.0.map(|at_least| milliseconds(at_least, -500))),
        ("videos.duration_ms < ?", filter.duration.1.map(|at_most| milliseconds(at_most, 500))),
        ("videos.published_at >= ?", filter.published.0.map(|at| at.0)),
        ("videos.published_at <= ?", filter.published.1.map(|at| at.0)),
        ("videos.originally_published_at >= ?", filter.originally.0.map(|at| at.0)),
        ("videos.originally_published_at <= ?", filter.originally.1.map(|at| at.0)),
    ];
    for (condition, bound) in bounds {
        if let Some(bound) = bound {
            query.with(condition, bound);
        }
    }
    Ok(())
}

/// Of seconds as somebody typed them, however many: moved by half a second, since lengths are told rounded.
fn milliseconds(seconds: i64, moved: i64) -> i64 {
    seconds.saturating_mul(1000).saturating_add(moved)
}

/// What files there are.
fn files(query: &mut Query, filter: &Filter) {
    for (wanted, kind) in [(filter.hls, "hls"), (filter.progressive, "web")] {
        let Some(wanted) = wanted else { continue };
        let condition = if wanted {
            "videos.id in (select video_id from renditions where kind = ? and size is not null)"
        } else {
            "videos.id not in (select video_id from renditions where kind = ? and size is not null)"
        };
        query.with(condition, kind.to_owned());
    }
}

/// Videos of which something is to be made: what was planned is not whole, or it is not known yet what to make.
fn under_way() -> String {
    format!(
        "select video_id from renditions where kind = 'hls' and size is null and video_id in ({WORKED_ON})
         union all select id from videos where id in ({WORKED_ON}) and {UNPLANNED}
         union all select id from videos where state <> 1 and failure_code is null and {UNPLANNED}"
    )
}

/// Videos of which something is missing that no job makes.
fn failed() -> String {
    format!(
        "select video_id from renditions where kind = 'hls' and size is null and video_id not in ({WORKED_ON})
         union all select id from videos where failure_code is not null and id not in ({WORKED_ON}) and {UNPLANNED}"
    )
}

pub(in crate::videos) fn explain(conn: &Connection, filter: &Filter) -> Result<Vec<String>> {
    let mut plan = Vec::new();
    let (sql, values) = match merge::heads(filter) {
        Some(heads) => merge::statement(filter, heads)?,
        None => {
            let query = conditions(filter)?;
            let sql = select(filter, &query);
            let page = [Value::from(i64::from(filter.count)), Value::from(i64::from(filter.start))];
            (sql, query.values.into_iter().chain(page).collect())
        }
    };
    let mut statement = conn.prepare(&format!("explain query plan {sql}"))?;
    let mut rows = statement.query(params_from_iter(values))?;
    while let Some(row) = rows.next()? {
        plan.push(row.get(3)?);
    }
    Ok(plan)
}
