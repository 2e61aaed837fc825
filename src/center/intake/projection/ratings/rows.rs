//! Ratings and their roll-ups as rows.

use super::{Key, New, OfDay, Rating, ReasonKey};
use crate::center::db::{self, Row, Value, params};
use crate::center::intake::rules::{Counted, TERMINAL_CHANNEL, Uncounted};
use crate::center::ledger::Error;
use crate::center::ledger::store::{signed, unsigned};
use crate::domain::TerminalId;

pub(super) const ROLLUP: &str = "insert into rollups (day, hour, window_id, employee_no, item_id,
        level, with_service, channel, n)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    on conflict (day, hour, window_id, employee_no, item_id, level, with_service, channel)
    do update set n = rollups.n + excluded.n";

pub(super) const REASON: &str = "insert into reason_rollups (day, window_id, tag, level, n)
    values ($1, $2, $3, $4, $5)
    on conflict (day, window_id, tag, level) do update set n = reason_rollups.n + excluded.n";

pub(super) const DAY: &str = "insert into terminal_days (terminal_id, day, rated, dissatisfied)
    values ($1, $2, $3, $4)
    on conflict (terminal_id, day) do update set rated = terminal_days.rated + excluded.rated,
        dissatisfied = terminal_days.dissatisfied + excluded.dissatisfied";

pub(super) const COLUMNS: &[&str] = &[
    "leaf",
    "day",
    "hour",
    "rated_at",
    "window_id",
    "employee_no",
    "item_id",
    "level",
    "with_service",
    "channel",
    "receipt",
    "terminal_id",
    "incarnation",
    "seq",
    "corrects",
    "counted",
    "service",
    "uncounted",
    "tags",
    "has_contact",
];

pub(super) fn row(new: New) -> Vec<Value> {
    let New { leaf, rating, terminal, incarnation, seq } = new;
    let Rating { counted, corrects, is_counted, tags, has_contact } = rating;
    params![
        signed(leaf),
        counted.day,
        counted.hour,
        counted.rated_at,
        counted.window,
        counted.employee_no,
        counted.item,
        i64::from(counted.level.code()),
        !counted.service.is_empty(),
        TERMINAL_CHANNEL,
        counted.receipt,
        String::from(terminal),
        incarnation.0,
        signed(seq),
        corrects.map(signed),
        is_counted,
        counted.service,
        counted.uncounted.map_or("", Uncounted::as_str),
        json(&tags),
        has_contact
    ]
}

/// What may have changed of a rating that the database had already.
pub(super) fn kept((leaf, rating): (u64, Rating)) -> Vec<Value> {
    params![signed(leaf), rating.is_counted, json(&rating.tags), rating.has_contact]
}

pub(super) fn rollup((key, by): (Key, i64)) -> Vec<Value> {
    params![
        key.day,
        key.hour,
        key.window,
        key.employee_no,
        key.item,
        i64::from(key.level),
        key.with_service,
        TERMINAL_CHANNEL,
        by
    ]
}

pub(super) fn reason(((day, window, tag, level), by): (ReasonKey, i64)) -> Vec<Value> {
    params![day, window, tag, i64::from(level), by]
}

pub(super) fn day(((terminal, day), of): ((TerminalId, i64), OfDay)) -> Vec<Value> {
    params![String::from(terminal), day, of.rated, of.dissatisfied]
}

/// Texts as a JSON list.
fn json(texts: &[String]) -> String {
    serde_json::Value::from(texts).to_string()
}

pub(super) fn read(row: &Row) -> Result<Rating, Error> {
    let uncounted = match row.text("uncounted")? {
        "" => None,
        "training" => Some(Uncounted::Training),
        _ => Some(Uncounted::Again),
    };
    let odd = |column: &str| db::Error::Column {
        column: column.into(),
        wanted: "what was written",
        found: "something else",
    };
    let counted = Counted {
        rated_at: row.int("rated_at")?,
        is_time_known: true,
        day: row.int("day")?,
        hour: row.int("hour")?,
        window: row.text("window_id")?.to_owned(),
        employee_no: row.text("employee_no")?.to_owned(),
        item: row.text("item_id")?.to_owned(),
        level: row.int("level")?.try_into().map_err(|_| odd("level"))?,
        service: row.text("service")?.to_owned(),
        receipt: row.text("receipt")?.to_owned(),
        uncounted,
    };
    Ok(Rating {
        counted,
        corrects: row.opt_int("corrects")?.map(unsigned),
        is_counted: row.int("counted")? != 0,
        tags: serde_json::from_str(row.text("tags")?).map_err(|_| odd("tags"))?,
        has_contact: row.int("has_contact")? != 0,
    })
}
