//! Looks for terminals at which nobody was dissatisfied for improbably long.

use chrono::Days;

use crate::center::db::{self, Tx, params};
use crate::center::ledger::Error;
use crate::center::ledger::store::{Flag, raise};
use crate::center::review::rules::improbable::{DAYS, IMPROBABLE, probability};
use crate::domain::Day;

/// A terminal is not flagged again within this time, in milliseconds.
const AGAIN_AFTER: i64 = 30 * 24 * 3_600_000;

/// Flags terminals whose latest ratings, none of them dissatisfied, are improbable under their unit's
/// share of the last [`DAYS`] days. Costs one look at the terminals' days: to be done once a day.
///
/// # Errors
/// When the database fails.
pub async fn flag(tx: &mut Tx, today: Day, now: i64) -> Result<(), Error> {
    let first = today.date().checked_sub_days(Days::new(DAYS)).map_or(today, Day::from);
    let sql = "with recent as (
                   select d.terminal_id, d.day, d.rated, d.dissatisfied, w.unit_id
                   from terminal_days d join terminals t on t.terminal_id = d.terminal_id
                   join windows w on w.window_id = t.window_id
                   where d.day >= $1 and t.status = 'active'),
               latest as (
                   select terminal_id, max(case when dissatisfied > 0 then day else 0 end) as bad
                   from recent group by terminal_id),
               unit as (
                   select unit_id, sum(rated) as rated, sum(dissatisfied) as dissatisfied
                   from recent group by unit_id)
               select r.terminal_id, min(r.day) as since, cast(sum(r.rated) as bigint) as run,
                      cast(u.rated as bigint) as rated,
                      cast(u.dissatisfied as bigint) as dissatisfied
               from recent r join latest l on l.terminal_id = r.terminal_id
               join unit u on u.unit_id = r.unit_id
               where r.day > l.bad
                 and r.terminal_id not in (select terminal_id from flags
                                           where rule = 'no_dissatisfied' and raised_at > $2)
               group by r.terminal_id, u.rated, u.dissatisfied
               order by r.terminal_id";
    let mut flags = Vec::new();
    for row in tx.read(sql, params![first.number(), now - AGAIN_AFTER]).await? {
        let (run, rated, dissatisfied) =
            (row.int("run")?, row.int("rated")?, row.int("dissatisfied")?);
        let probability = probability(run, rated, dissatisfied);
        if probability >= IMPROBABLE {
            continue;
        }
        let since = Day::from_number(row.int("since")?).unwrap_or(first);
        let evidence = format!(
            "从 {since} 起 {run} 次评价没有「不满意」；本单位 {DAYS} 天 {rated} 次中 {dissatisfied} 次；\
             概率 {probability:.1e}"
        );
        let terminal = row.text("terminal_id")?.parse().map_err(|_| db::Error::Column {
            column: "terminal_id".into(),
            wanted: "a terminal's name",
            found: "something else",
        })?;
        flags.push(Flag { leaf: None, terminal, rule: "no_dissatisfied", evidence });
    }
    raise(tx, &flags, now).await
}
