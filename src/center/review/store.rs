//! The overview's figures, read from roll-ups alone; the duty ledger, the register, the flags.

pub mod duty;
pub mod improbable;
pub mod register;

use std::collections::BTreeMap;

use super::rules::{Month, Tally};
use crate::center::db::{Db, Error, Row, params};
use crate::center::registry::store::terminals;
use crate::domain::Day;

/// What is counted in one period, for one unit with those below it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Days with ratings.
    pub days: BTreeMap<Day, Tally>,
    /// Windows with ratings on whole days.
    pub windows: BTreeMap<String, Tally>,
}

impl Figures {
    /// All days together.
    #[must_use]
    pub fn total(&self) -> Tally {
        self.days.values().fold(Tally::default(), |sum, tally| sum + *tally)
    }
}

/// Until when figures are read.
#[derive(Clone, Copy, Debug)]
pub struct Until {
    /// The last day of the totals.
    pub totals: Day,
    /// The last day of single windows: never a day that is not over, so that nobody beside a
    /// window learns from its figures what was just answered.
    pub windows: Day,
}

/// Counts one month of a unit and of those below it, or of everything where `unit` is empty.
///
/// # Errors
/// When the database fails.
pub async fn figures(db: &Db, month: Month, unit: &str, until: Until) -> Result<Figures, Error> {
    // Grouped in the order of the roll-ups' key first, so that SQLite sorts hours and not rows.
    let sql = "with recursive below(unit_id) as (
                   select unit_id from units where unit_id = $1
                   union
                   select u.unit_id from units u join below b on u.parent_id = b.unit_id),
               hours as materialized (
                   select day, hour, window_id,
                          sum(n) filter (where level = 1) as satisfied,
                          sum(n) filter (where level = 2) as basic,
                          sum(n) filter (where level = 3) as dissatisfied
                   from rollups
                   where day >= $2 and day <= $3
                     and ($1 = '' or window_id in (select w.window_id from windows w
                                                   where w.unit_id in (select unit_id from below)))
                   group by day, hour, window_id)
               select day, '' as window_id, cast(coalesce(sum(satisfied), 0) as bigint) as satisfied,
                      cast(coalesce(sum(basic), 0) as bigint) as basic,
                      cast(coalesce(sum(dissatisfied), 0) as bigint) as dissatisfied
               from hours where day <= $4 group by day
               union all
               select 0 as day, window_id, cast(coalesce(sum(satisfied), 0) as bigint) as satisfied,
                      cast(coalesce(sum(basic), 0) as bigint) as basic,
                      cast(coalesce(sum(dissatisfied), 0) as bigint) as dissatisfied
               from hours where day <= $5 group by window_id";
    let (first, last) = (month.first().number(), month.last().number());
    let params = params![unit, first, last, until.totals.number(), until.windows.number()];
    let mut figures = Figures::default();
    for row in db.read(sql, params).await? {
        let tally = tally(&row)?;
        match Day::from_number(row.int("day")?) {
            Some(day) => figures.days.insert(day, tally),
            None => figures.windows.insert(row.text("window_id")?.to_owned(), tally),
        };
    }
    Ok(figures)
}

fn tally(row: &Row) -> Result<Tally, Error> {
    Ok(Tally {
        satisfied: row.int("satisfied")?,
        basic: row.int("basic")?,
        dissatisfied: row.int("dissatisfied")?,
    })
}

/// The first day that has a rating.
///
/// # Errors
/// When the database fails.
pub async fn first_day(db: &Db) -> Result<Option<Day>, Error> {
    let row = db.read_one("select min(day) as first from rollups", params![]).await?;
    let first = row.map(|row| row.opt_int("first")).transpose()?.flatten();
    Ok(first.and_then(Day::from_number))
}

/// A short text that differs whenever the overview of a unit may differ: the log's epoch and size,
/// the terminals' summary, and the day.
///
/// # Errors
/// When the database fails.
pub async fn mark(db: &Db, unit: &str, now: i64) -> Result<String, Error> {
    let log = db.read_one("select epoch, size from log where one = 1", params![]).await?;
    let (epoch, size) = match log {
        Some(log) => (log.int("epoch")?, log.int("size")?),
        None => (0, 0),
    };
    let terminals::Summary { all, online, backlog, .. } = terminals::summary(db, unit, now).await?;
    let day = Day::of(now).map_or(0, Day::number);
    Ok(format!("{epoch}.{size}.{all}.{online}.{backlog}.{day}"))
}
