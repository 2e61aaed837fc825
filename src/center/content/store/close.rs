//! The close of a day: figures grow by what may be released, and what shows them is published.

use std::collections::{BTreeMap, BTreeSet};

use super::figures::{cell, counted};
use super::{Publisher, publish_unit};
use crate::center::content::rules::{Cell, Counted, first_day, is_released, months};
use crate::center::db::{Db, Row, Tx, params};
use crate::center::ledger::Error;
use crate::domain::Day;

/// The last day that was closed.
///
/// # Errors
/// When the database fails.
pub async fn last_closed(db: &Db) -> Result<Option<Day>, Error> {
    let row = db.read_one("select day from closed_days where one = 1", params![]).await?;
    let day = row.map(|row| row.int("day")).transpose()?;
    Ok(day.and_then(Day::from_number))
}

/// Closes a day that is over. Gives how many windows got new content. Doing it again, or after it
/// was cut short, does no harm: the day counts as closed only when everything is published.
///
/// # Errors
/// When the database fails.
pub async fn close_day(db: &Db, publisher: &Publisher<'_>, day: Day) -> Result<usize, Error> {
    let last = last_closed(db).await?;
    let mut tx = db.begin().await?;
    release(&mut tx, day).await?;
    tx.commit().await?;
    // In another month terminals show other figures, or none, though nothing was released.
    let units = match last {
        Some(last) if months(last) != months(day) => all_units(db).await?,
        _ => changed_units(db, last).await?,
    };
    let mut published = 0;
    for unit in units {
        // A transaction a unit, so that ratings need not wait for all of them.
        let mut tx = db.begin().await?;
        published += publish_unit(&mut tx, publisher, &unit).await?;
        tx.commit().await?;
    }
    let mut tx = db.begin().await?;
    let sql = "insert into closed_days(one, day) values (1, $1)
               on conflict (one) do update set day = excluded.day";
    tx.run(sql, params![day.number()]).await?;
    tx.commit().await?;
    Ok(published)
}

async fn all_units(db: &Db) -> Result<BTreeSet<String>, Error> {
    unit_ids(db.read("select unit_id from units", params![]).await?)
}

/// The units whose figures were released after the last day that was closed.
async fn changed_units(db: &Db, last: Option<Day>) -> Result<BTreeSet<String>, Error> {
    let sql = "select w.unit_id as unit_id from published_figures p
               join windows w on w.window_id = p.window_id where p.released_on > $1
               union
               select s.unit_id as unit_id from published_figures p
               join staff s on s.employee_no = p.employee_no where p.released_on > $1";
    unit_ids(db.read(sql, params![last.map_or(0, Day::number)]).await?)
}

fn unit_ids(rows: Vec<Row>) -> Result<BTreeSet<String>, Error> {
    rows.iter().map(|row| Ok(row.text("unit_id")?.to_owned())).collect()
}

async fn release(tx: &mut Tx, day: Day) -> Result<(), Error> {
    let now = counted_until(tx, day).await?;
    let released = released(tx, day).await?;
    let before = |cell: &Cell| released.get(cell).copied().unwrap_or_default();
    let new = now.into_iter().filter(|(cell, now)| is_released(before(cell), *now));
    let rows = new.map(|(cell, Counted { services, rated_services, tally })| {
        params![
            cell.month,
            cell.window,
            cell.employee_no,
            services,
            rated_services,
            tally.satisfied,
            tally.basic,
            tally.dissatisfied,
            day.number()
        ]
    });
    tx.run_many(
        "insert into published_figures(month, window_id, employee_no, services, rated_services,
                                       satisfied, basic, dissatisfied, released_on)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (month, window_id, employee_no) do update set
             services = excluded.services, rated_services = excluded.rated_services,
             satisfied = excluded.satisfied, basic = excluded.basic,
             dissatisfied = excluded.dissatisfied, released_on = excluded.released_on",
        rows.collect(),
    )
    .await?;
    Ok(())
}

async fn released(tx: &mut Tx, day: Day) -> Result<BTreeMap<Cell, Counted>, Error> {
    let [month, before] = months(day);
    let sql = "select month, window_id, employee_no, services, rated_services, satisfied, basic,
                      dissatisfied
               from published_figures where month in ($1, $2)";
    let rows = tx.read(sql, params![month, before]).await?;
    rows.iter().map(|row| Ok((cell(row)?, counted(row)?))).collect()
}

/// What is counted of the day's month and the one before, up to the day.
async fn counted_until(tx: &mut Tx, day: Day) -> Result<BTreeMap<Cell, Counted>, Error> {
    let services = services_until(tx, day).await?;
    let sql = "select day / 100 as month, window_id, employee_no, cast(0 as bigint) as services,
                      cast(coalesce(sum(n) filter (where with_service = 1), 0) as bigint)
                          as rated_services,
                      cast(coalesce(sum(n) filter (where level = 1), 0) as bigint) as satisfied,
                      cast(coalesce(sum(n) filter (where level = 2), 0) as bigint) as basic,
                      cast(coalesce(sum(n) filter (where level = 3), 0) as bigint) as dissatisfied
               from rollups where day >= $1 and day <= $2
               group by day / 100, window_id, employee_no";
    let rows = tx.read(sql, params![first_day(day).number(), day.number()]).await?;
    let with_services = |row| -> Result<(Cell, Counted), Error> {
        let (cell, counted) = (cell(row)?, counted(row)?);
        // A rating may have arrived before the end of its service.
        let services = services.get(&cell).copied().unwrap_or(0).max(counted.rated_services);
        Ok((cell, Counted { services, ..counted }))
    };
    rows.iter().map(with_services).collect()
}

/// Services finished.
async fn services_until(tx: &mut Tx, day: Day) -> Result<BTreeMap<Cell, i64>, Error> {
    let sql =
        "select day / 100 as month, window_id, employee_no, cast(sum(finished) as bigint) as services
         from service_rollups where day >= $1 and day <= $2
         group by day / 100, window_id, employee_no";
    let rows = tx.read(sql, params![first_day(day).number(), day.number()]).await?;
    rows.iter().map(|row| Ok((cell(row)?, row.int("services")?))).collect()
}
