//! Videos of several groups and authors in the order of time. Each has its videos in that order in an index; they are
//! merged like sorted heaps of paper: the newest of all heads is taken off, and the next one of its heap comes up. A page
//! costs a step for each heap and one for each video down to its end, however many videos there are.

use super::{
    super::{Filter, Scope, Sort, Video},
    list::{column, conditions},
    row::{COLUMNS, video},
};
use crate::error::Result;
use rusqlite::{Connection, params_from_iter, types::Value};

/// The groups and the authors to merge, when a list is of that sort.
pub(super) fn heads(filter: &Filter) -> Option<(&[i64], &[i64])> {
    let (groups, authors) = match &filter.scope {
        Scope::OfGroups(groups) => (groups.as_slice(), [].as_slice()),
        Scope::Feed { groups, authors } => (groups.as_slice(), authors.as_slice()),
        _ => return None,
    };
    let by_time = matches!(filter.sort, Sort::PublishedAt | Sort::CreatedAt);
    (groups.len() + authors.len() > 1 && by_time).then_some((groups, authors))
}

pub(super) fn page(conn: &Connection, filter: &Filter, heads: (&[i64], &[i64])) -> Result<Vec<Video>> {
    if filter.count == 0 {
        return Ok(Vec::new());
    }
    let (sql, values) = statement(filter, heads)?;
    let mut statement = conn.prepare_cached(&sql)?;
    let rows = statement.query_map(params_from_iter(values), video)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The statement and what is bound to it. A recursive query whose queue has an order is a priority queue: it holds the
/// head of each heap. A video that lies in two heaps comes up from both as the same row, which `union` takes once; both
/// go on from it.
pub(super) fn statement(
    filter: &Filter,
    (groups, authors): (&[i64], &[i64]),
) -> Result<(String, Vec<Value>)> {
    let each = Filter { scope: Scope::Listed, ..filter.clone() };
    let query = conditions(&each)?;
    let (conditions, time) = (query.text(), column(filter.sort));
    let (direction, beyond) = if filter.descending { ("desc", "<") } else { ("asc", ">") };
    let head = format!("order by {time} {direction}, videos.id {direction} limit 1");
    let row = format!("{time}, videos.id, videos.group_id, videos.author_id");
    let heaps = [("group_id", groups), ("author_id", authors)];
    let mut values = Vec::new();
    let (mut first, mut next) = (Vec::new(), Vec::new());
    for (heap, numbers) in heaps {
        if numbers.is_empty() {
            continue;
        }
        first.push(format!(
            "select {row} from json_each(?) as heap cross join videos on videos.id = (
               select videos.id from videos where videos.{heap} = heap.value and {conditions} {head})"
        ));
        values.push(Value::from(serde_json::to_string(numbers)?));
        values.extend(query.values.clone());
    }
    for (heap, numbers) in heaps {
        if numbers.is_empty() {
            continue;
        }
        next.push(format!(
            "select {row} from merged cross join videos on videos.id = (
               select videos.id from videos where videos.{heap} = merged.{heap}
                 and ({time}, videos.id) {beyond} (merged.at, merged.id) and {conditions} {head})
             where merged.{heap} in (select value from json_each(?))"
        ));
        values.extend(query.values.clone());
        values.push(Value::from(serde_json::to_string(numbers)?));
    }
    first.append(&mut next);
    let steps = first.join(" union ");
    let sql = format!(
        "with recursive merged (at, id, group_id, author_id) as (
           {steps}
           order by 1 {direction}, 2 {direction} limit ? offset ?)
         select {COLUMNS} from merged cross join videos on videos.id = merged.id
         order by merged.at {direction}, merged.id {direction}"
    );
    values.extend([Value::from(i64::from(filter.count)), Value::from(i64::from(filter.start))]);
    Ok((sql, values))
}
