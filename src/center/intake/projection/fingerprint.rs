//! One text over everything counted, equal only where all of it is equal.

use crate::center::db::{Row, Tx, Value, params};
use crate::center::ledger::Error;
use crate::center::ledger::store::unsigned;
use crate::chain::Hash;

/// Rows that are compared one by one: roll-ups with something in them, shifts, the register.
const ROWS: [&str; 7] = [
    "select day, hour, level, with_service, n, window_id, employee_no, item_id, channel
     from rollups where n <> 0
     order by day, hour, window_id, employee_no, item_id, level, with_service, channel",
    "select day, level, n, window_id, tag from reason_rollups where n <> 0
     order by day, window_id, tag, level",
    "select terminal_id, day, rated, dissatisfied from terminal_days
     where rated <> 0 or dissatisfied <> 0 order by terminal_id, day",
    "select day, window_id, employee_no, item_id, finished, rated, silent, cut, took_ms
     from service_rollups
     where finished <> 0 or rated <> 0 or silent <> 0 or cut <> 0 or took_ms <> 0
     order by day, window_id, employee_no, item_id",
    "select leaf, terminal_id, window_id, employee_no, day, from_at, to_at, means, why, away_at,
            away_ms, away_times, finished, rated, silent, cut
     from shifts order by leaf",
    "select leaf, number, at, day, window_id, employee_no, terminal_id, seq, about, tags, anonymous,
            has_contact, training
     from complaints order by leaf",
    "select leaf, terminal_id, at, passed, micros_1, micros_2, micros_3, sizes, fault
     from self_tests order by leaf",
];

/// Rows of which there are too many to be read: counted and added up.
const SUMS: [&str; 2] = [
    "select count(*) as n, cast(coalesce(sum(leaf), 0) as bigint) as leaves,
            cast(coalesce(sum(counted * leaf), 0) as bigint) as counted,
            cast(coalesce(sum(has_contact), 0) as bigint) as contacts,
            cast(coalesce(sum(length(tags)), 0) as bigint) as tags,
            cast(coalesce(sum(length(uncounted)), 0) as bigint) as uncounted
     from ratings",
    "select count(*) as n, cast(coalesce(sum(leaf), 0) as bigint) as leaves,
            cast(coalesce(sum(shift), 0) as bigint) as shifts,
            cast(coalesce(sum(begun_at % 1000000), 0) as bigint) as begun,
            cast(coalesce(sum(finished_at % 1000000), 0) as bigint) as finished,
            cast(coalesce(sum(took_ms), 0) as bigint) as took,
            cast(coalesce(sum(asked_ms), 0) as bigint) as asked,
            cast(coalesce(sum(rated_leaf), 0) as bigint) as rated,
            cast(coalesce(sum(length(outcome)), 0) as bigint) as outcomes
     from services",
];

/// How many ratings count, and one text over everything counted.
pub(in crate::center::intake) async fn fingerprint(tx: &mut Tx) -> Result<(u64, String), Error> {
    let mut all = Vec::new();
    for sql in ROWS.iter().chain(&SUMS) {
        let mut text = String::new();
        for row in tx.read(sql, params![]).await? {
            write(&mut text, &row);
        }
        all.extend(Hash::of(&[text.as_bytes()]).0);
    }
    let sql = "select cast(coalesce(sum(n), 0) as bigint) as n from rollups";
    let rated = tx.read_one(sql, params![]).await?;
    let rated = rated.map(|row| row.int("n")).transpose()?.map_or(0, unsigned);
    Ok((rated, Hash::of(&[&all]).to_string()))
}

fn write(text: &mut String, row: &Row) {
    for value in row.values() {
        match value {
            Value::Int(number) => text.push_str(&number.to_string()),
            Value::Text(word) => text.push_str(word),
            Value::Null | Value::Float(_) | Value::Bytes(_) => text.push('\u{1e}'),
        }
        text.push('\u{1f}');
    }
    text.push('\n');
}
