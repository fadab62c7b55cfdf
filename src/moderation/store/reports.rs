//! Reports and their messages. Conditions are put together from fixed texts; values are always bound.

use crate::{
    clock::Timestamp,
    error::Result,
    moderation::reports::{Filter, Kind, Message, Part, Reason, Report, Sort, State, Tally},
    videos::Video,
};
use rusqlite::{
    Connection, OptionalExtension, Row, Transaction, named_params, params, params_from_iter,
    types::{Type, Value},
};
use uuid::Uuid;

const COLUMNS: &str = "reports.id, reports.reporter_id, reports.reason, reports.predefined, reports.kind,
  reports.video_id, reports.video_uuid, reports.video_name, reports.start_at, reports.end_at, reports.comment_id,
  reports.quoted, reports.account_id, reports.state, reports.note, reports.messages, reports.created_at,
  reports.updated_at";

fn report(row: &Row<'_>) -> rusqlite::Result<Report> {
    let wrong = |column| rusqlite::Error::InvalidColumnType(column, "reports".to_owned(), Type::Null);
    let bits: i64 = row.get(3)?;
    let uuid: Option<String> = row.get(6)?;
    let uuid = uuid.map(|uuid| Uuid::try_parse(&uuid)).transpose().map_err(|_| wrong(6))?;
    let messages: i64 = row.get(15)?;
    Ok(Report {
        id: row.get(0)?,
        reporter: row.get(1)?,
        reason: row.get(2)?,
        predefined: Reason::ALL.into_iter().filter(|reason| bits & reason.bit() != 0).collect(),
        kind: match row.get(4)? {
            1 => Kind::Video,
            2 => Kind::Comment,
            _ => Kind::Account,
        },
        video: row.get(5)?,
        video_was: uuid.zip(row.get(7)?),
        part: (row.get(8)?, row.get(9)?),
        comment: row.get(10)?,
        quoted: row.get(11)?,
        account: row.get(12)?,
        state: State::from_id(row.get(13)?).ok_or_else(|| wrong(13))?,
        note: row.get(14)?,
        messages: messages.max(0).unsigned_abs(),
        created_at: row.get(16)?,
        updated_at: row.get(17)?,
    })
}

/// What is reported.
pub(in crate::moderation) struct NewRow<'a> {
    pub kind: Kind,
    pub video: Option<&'a Video>,
    pub part: (Option<i64>, Option<i64>),
    pub comment: Option<i64>,
    pub quoted: &'a str,
    pub account: Option<i64>,
}

/// Whether somebody reported the same and nobody has decided yet.
pub(in crate::moderation) fn waits(conn: &Connection, reporter: i64, row: &NewRow<'_>) -> Result<bool> {
    Ok(conn
        .prepare_cached(
            "select exists (select 1 from reports where reporter_id = :reporter and state = 1 and kind = :kind
               and video_id is :video and comment_id is :comment and (:kind <> 3 or account_id is :account))",
        )?
        .query_row(
            named_params! {
                ":reporter": reporter,
                ":kind": row.kind as i64,
                ":video": row.video.map(|video| video.id),
                ":comment": row.comment,
                ":account": row.account,
            },
            |row| row.get(0),
        )?)
}

pub(in crate::moderation) fn insert(
    tx: &Transaction<'_>,
    now: Timestamp,
    reporter: i64,
    row: &NewRow<'_>,
    reason: &str,
    predefined: &[Reason],
) -> Result<i64> {
    tx.prepare_cached(
        "insert into reports (reporter_id, reason, predefined, kind, video_id, video_uuid, video_name, start_at, end_at,
           comment_id, quoted, account_id, created_at, updated_at)
         values (:reporter, :reason, :predefined, :kind, :video, :uuid, :name, :start, :end, :comment, :quoted, :account,
           :now, :now)",
    )?
    .execute(named_params! {
        ":reporter": reporter,
        ":reason": reason,
        ":predefined": predefined.iter().fold(0, |bits, reason| bits | reason.bit()),
        ":kind": row.kind as i64,
        ":video": row.video.map(|video| video.id),
        ":uuid": row.video.map(|video| video.uuid.to_string()),
        ":name": row.video.map(|video| &video.name),
        ":start": row.part.0,
        ":end": row.part.1,
        ":comment": row.comment,
        ":quoted": row.quoted,
        ":account": row.account,
        ":now": now,
    })?;
    Ok(tx.last_insert_rowid())
}

pub(in crate::moderation) fn find(conn: &Connection, id: i64) -> Result<Option<Report>> {
    let sql = format!("select {COLUMNS} from reports where id = ?1");
    Ok(conn.prepare_cached(&sql)?.query_row([id], report).optional()?)
}

pub(in crate::moderation) fn set_note(
    tx: &Transaction<'_>,
    now: Timestamp,
    id: i64,
    note: Option<&str>,
) -> Result<()> {
    tx.prepare_cached("update reports set note = ?2, updated_at = ?3 where id = ?1")?
        .execute(params![id, note, now])?;
    Ok(())
}

pub(in crate::moderation) fn set_state(
    tx: &Transaction<'_>,
    now: Timestamp,
    id: i64,
    state: State,
) -> Result<()> {
    tx.prepare_cached(
        "update reports set state = ?2, updated_at = ?3,
           decided_at = case when ?2 = 1 then null else ifnull(decided_at, ?3) end where id = ?1",
    )?
    .execute(params![id, state as i64, now])?;
    Ok(())
}

pub(in crate::moderation) fn remove(tx: &Transaction<'_>, id: i64) -> Result<()> {
    tx.prepare_cached("delete from reports where id = ?1")?.execute([id])?;
    Ok(())
}

/// That the name of an account holds `?`, which is asked twice.
const NAMED: &str =
    "(select id from accounts where instr(name, lower(?)) > 0 or instr(lower(display_name), lower(?)) > 0)";

pub(in crate::moderation) fn list(conn: &Connection, filter: &Filter) -> Result<(u64, Vec<Report>)> {
    let (conditions, values) = conditions(filter);
    let total: i64 = conn
        .prepare_cached(&format!("select count(*) from reports where {conditions}"))?
        .query_row(params_from_iter(&values), |row| row.get(0))?;
    let direction = if filter.ascending { "asc" } else { "desc" };
    let order = match filter.sort {
        Sort::CreatedAt => format!("reports.created_at {direction}, reports.id {direction}"),
        Sort::State => {
            format!("reports.state {direction}, reports.created_at {direction}, reports.id {direction}")
        }
    };
    let mut statement = conn.prepare_cached(&format!(
        "select {COLUMNS} from reports where {conditions} order by {order} limit ? offset ?"
    ))?;
    let mut values = values;
    values.extend([Value::from(filter.count), Value::from(filter.start)]);
    let rows = statement.query_map(params_from_iter(&values), report)?;
    Ok((total.max(0).unsigned_abs(), rows.collect::<rusqlite::Result<_>>()?))
}

fn conditions(filter: &Filter) -> (String, Vec<Value>) {
    let mut conditions = vec!["true".to_owned()];
    let mut values: Vec<Value> = Vec::new();
    let numbers = [
        ("reports.reporter_id = ?", filter.reporter),
        ("reports.id = ?", filter.id),
        ("reports.kind = ?", filter.kind.map(|kind| kind as i64)),
        ("reports.state = ?", filter.state.map(|state| state as i64)),
        ("reports.predefined & ? <> 0", filter.predefined.map(Reason::bit)),
    ];
    for (condition, value) in numbers {
        if let Some(value) = value {
            conditions.push(condition.to_owned());
            values.push(value.into());
        }
    }
    let title = "instr(lower(ifnull(reports.video_name, '')), lower(?)) > 0";
    let texts = [
        (
            format!(
                "(instr(lower(reports.reason), lower(?)) > 0 or {title} or reports.reporter_id in {NAMED}
                  or reports.account_id in {NAMED})"
            ),
            6,
            &filter.search,
        ),
        (format!("reports.reporter_id in {NAMED}"), 2, &filter.search_reporter),
        (format!("reports.account_id in {NAMED}"), 2, &filter.search_account),
        (title.to_owned(), 1, &filter.search_video),
        (
            "reports.video_id in (select videos.id from videos join groups on groups.id = videos.group_id
               where instr(groups.name, lower(?)) > 0 or instr(lower(groups.display_name), lower(?)) > 0)"
                .to_owned(),
            2,
            &filter.search_group,
        ),
    ];
    for (condition, times, text) in texts {
        let Some(text) = text.as_deref().map(str::trim).filter(|text| !text.is_empty()) else { continue };
        conditions.push(condition);
        values.extend(std::iter::repeat_n(Value::from(text.to_owned()), times));
    }
    if filter.video_gone {
        conditions.push("reports.video_uuid is not null and reports.video_id is null".to_owned());
    }
    if filter.video_blocked {
        conditions.push("reports.video_id in (select video_id from video_blocks)".to_owned());
    }
    (conditions.join(" and "), values)
}

pub(in crate::moderation) fn tally(conn: &Connection, report: &Report) -> Result<Tally> {
    let count = |sql: &str, values: &[&dyn rusqlite::ToSql]| -> Result<u64> {
        let count: i64 = conn.prepare_cached(sql)?.query_row(values, |row| row.get(0))?;
        Ok(count.max(0).unsigned_abs())
    };
    Ok(Tally {
        by_reporter: count("select count(*) from reports where reporter_id = ?1", &[&report.reporter])?,
        about_account: count("select count(*) from reports where account_id = ?1", &[&report.account])?,
        about_video: count(
            "select count(*) from reports where video_id = ?1 and kind = 1",
            &[&report.video],
        )?,
        nth: count(
            "select count(*) from reports where video_id = ?1 and kind = 1 and id <= ?2",
            &[&report.video, &report.id],
        )?,
    })
}

pub(in crate::moderation) fn part_of(conn: &Connection, account: i64) -> Result<Part> {
    let (about, accepted, written): (i64, i64, i64) = conn
        .prepare_cached(
            "select count(*), count(*) filter (where state = 3),
               (select count(*) from reports where reporter_id = ?1)
             from reports where account_id = ?1",
        )?
        .query_row([account], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let count = |count: i64| count.max(0).unsigned_abs();
    Ok(Part { about: count(about), accepted: count(accepted), written: count(written) })
}

pub(in crate::moderation) fn figures(conn: &Connection) -> Result<(u64, u64, Option<u64>)> {
    let (all, decided, average): (i64, i64, Option<f64>) = conn
        .prepare_cached(
            "select count(*), count(*) filter (where state <> 1), avg(decided_at - created_at) from reports",
        )?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let average = average.map(|average| average.max(0.0).round() as u64);
    Ok((all.max(0).unsigned_abs(), decided.max(0).unsigned_abs(), average))
}

pub(in crate::moderation) fn messages(conn: &Connection, id: i64) -> Result<Vec<Message>> {
    let mut statement = conn.prepare_cached(
        "select id, account_id, by_staff, text, created_at from report_messages where report_id = ?1 order by id",
    )?;
    let rows = statement.query_map([id], |row| {
        Ok(Message {
            id: row.get(0)?,
            account: row.get(1)?,
            by_staff: row.get(2)?,
            text: row.get(3)?,
            created_at: row.get(4)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(in crate::moderation) fn say(
    tx: &Transaction<'_>,
    now: Timestamp,
    id: i64,
    account: i64,
    by_staff: bool,
    text: &str,
) -> Result<i64> {
    tx.prepare_cached(
        "insert into report_messages (report_id, account_id, by_staff, text, created_at) values (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![id, account, by_staff, text, now])?;
    let message = tx.last_insert_rowid();
    tx.prepare_cached("update reports set updated_at = ?2 where id = ?1")?.execute(params![id, now])?;
    Ok(message)
}

pub(in crate::moderation) fn unsay(tx: &Transaction<'_>, message: i64) -> Result<()> {
    tx.prepare_cached("delete from report_messages where id = ?1")?.execute([message])?;
    Ok(())
}
