//! The duty ledger (上岗服务工作台帐): shifts one by one, and what each person did at each window.

use std::collections::BTreeMap;

use crate::center::db::{Db, Error, Row, Value, params};
use crate::domain::Day;

/// Which part of the ledger is looked at.
#[derive(Clone, Debug)]
pub struct Filter {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
    /// The last day of which services are told: one that is over.
    pub counted_to: Day,
    /// A window, or empty for all.
    pub window: String,
    /// An employee number, or empty for all.
    pub person: String,
}

/// Services and how they ended for the citizen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Served {
    /// Finished.
    pub finished: i64,
    /// Of these, rated.
    pub rated: i64,
    /// Of these, not rated.
    pub silent: i64,
    /// Of these not rated, those whose prompt the next service cut short.
    pub cut: i64,
}

impl Served {
    /// The response rate (评价率), where there is a service to answer for.
    #[must_use]
    pub fn response_rate(self) -> Option<f64> {
        (self.finished > 0).then(|| self.rated as f64 / self.finished as f64)
    }
}

impl std::ops::AddAssign for Served {
    fn add_assign(&mut self, other: Served) {
        self.finished += other.finished;
        self.rated += other.rated;
        self.silent += other.silent;
        self.cut += other.cut;
    }
}

/// What one person did at one window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// Shifts that began.
    pub shifts: i64,
    /// How long they lasted together, in milliseconds, of those that are over.
    pub lasted_ms: i64,
    /// Absences within them, in milliseconds.
    pub away_ms: i64,
    /// Services.
    pub served: Served,
}

/// Window and employee number.
pub type Post = (String, String);

/// The sums of a period, by window and person.
///
/// # Errors
/// When the database fails.
pub async fn sums(db: &Db, filter: &Filter) -> Result<BTreeMap<Post, Sum>, Error> {
    let mut sums: BTreeMap<Post, Sum> = BTreeMap::new();
    let sql = "select window_id, employee_no, count(*) as shifts,
                      cast(coalesce(sum(to_at - from_at), 0) as bigint) as lasted,
                      cast(coalesce(sum(away_ms), 0) as bigint) as away
               from shifts
               where day >= $1 and day <= $2 and ($3 = '' or window_id = $3)
                 and ($4 = '' or employee_no = $4)
               group by window_id, employee_no";
    for row in db.read(sql, filter.values(filter.to)).await? {
        let sum = sums.entry(post(&row)?).or_default();
        (sum.shifts, sum.lasted_ms, sum.away_ms) =
            (row.int("shifts")?, row.int("lasted")?, row.int("away")?);
    }
    let sql = "select window_id, employee_no, cast(sum(finished) as bigint) as finished,
                      cast(sum(rated) as bigint) as rated, cast(sum(silent) as bigint) as silent,
                      cast(sum(cut) as bigint) as cut
               from service_rollups
               where day >= $1 and day <= $2 and ($3 = '' or window_id = $3)
                 and ($4 = '' or employee_no = $4)
               group by window_id, employee_no having sum(finished) <> 0";
    for row in db.read(sql, filter.values(filter.counted_to)).await? {
        sums.entry(post(&row)?).or_default().served = served(&row)?;
    }
    Ok(sums)
}

impl Filter {
    fn values(&self, to: Day) -> Vec<Value> {
        params![self.from.number(), to.number(), self.window.as_str(), self.person.as_str()]
    }
}

fn post(row: &Row) -> Result<Post, Error> {
    Ok((row.text("window_id")?.to_owned(), row.text("employee_no")?.to_owned()))
}

fn served(row: &Row) -> Result<Served, Error> {
    Ok(Served {
        finished: row.int("finished")?,
        rated: row.int("rated")?,
        silent: row.int("silent")?,
        cut: row.int("cut")?,
    })
}

/// One sign-on to sign-off of a person at a window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// The leaf of its entry.
    pub leaf: i64,
    /// The day on which it began.
    pub day: i64,
    /// The window.
    pub window_id: String,
    /// Who.
    pub employee_no: String,
    /// From when; nothing where only the end is known.
    pub from_at: Option<i64>,
    /// To when; nothing while it lasts.
    pub to_at: Option<i64>,
    /// How the person signed on: `pin`, `card`, `system`, or empty.
    pub means: String,
    /// Why it ended, or empty while it lasts.
    pub why: String,
    /// Absences that are over, in milliseconds.
    pub away_ms: i64,
    /// How many absences there were.
    pub away_times: i64,
    /// Services.
    pub served: Served,
}

/// The shifts of a period before a leaf, the newest first, at most `limit`.
///
/// # Errors
/// When the database fails.
pub async fn shifts(
    db: &Db,
    filter: &Filter,
    before: i64,
    limit: i64,
) -> Result<Vec<Shift>, Error> {
    let sql = "select leaf, day, window_id, employee_no, from_at, to_at, means, why, away_ms,
                      away_times, finished, rated, silent, cut
               from shifts
               where day >= $1 and day <= $2 and ($3 = '' or window_id = $3)
                 and ($4 = '' or employee_no = $4) and leaf < $5
               order by leaf desc limit $6";
    let mut values = filter.values(filter.to);
    values.extend(params![before, limit]);
    let read = |row: &Row| {
        Ok(Shift {
            leaf: row.int("leaf")?,
            day: row.int("day")?,
            window_id: row.text("window_id")?.to_owned(),
            employee_no: row.text("employee_no")?.to_owned(),
            from_at: row.opt_int("from_at")?,
            to_at: row.opt_int("to_at")?,
            means: row.text("means")?.to_owned(),
            why: row.text("why")?.to_owned(),
            away_ms: row.int("away_ms")?,
            away_times: row.int("away_times")?,
            served: served(row)?,
        })
    };
    db.read(sql, values).await?.iter().map(read).collect()
}

/// The first day of which the ledger tells.
///
/// # Errors
/// When the database fails.
pub async fn first_day(db: &Db) -> Result<Option<Day>, Error> {
    let row = db.read_one("select min(day) as first from shifts", params![]).await?;
    let first = row.map(|row| row.opt_int("first")).transpose()?.flatten();
    Ok(first.and_then(Day::from_number))
}

/// The names of all people, by employee number.
///
/// # Errors
/// When the database fails.
pub async fn names(db: &Db) -> Result<BTreeMap<String, String>, Error> {
    let rows = db.read("select employee_no, name from staff", params![]).await?;
    let read = |row: &Row| Ok((row.text("employee_no")?.to_owned(), row.text("name")?.to_owned()));
    rows.iter().map(read).collect()
}

/// Services of one month of a unit and of those below it, or of everything where `unit` is empty:
/// all together to one day, and by window to another.
///
/// # Errors
/// When the database fails.
pub async fn of_unit(
    db: &Db,
    unit: &str,
    from: Day,
    (totals_to, windows_to): (Day, Day),
) -> Result<(Served, BTreeMap<String, Served>), Error> {
    let sql = "with recursive below(unit_id) as (
                   select unit_id from units where unit_id = $1
                   union
                   select u.unit_id from units u join below b on u.parent_id = b.unit_id)
               select window_id, case when day > $3 then 1 else 0 end as late,
                      cast(sum(finished) as bigint) as finished,
                      cast(sum(rated) as bigint) as rated, cast(sum(silent) as bigint) as silent,
                      cast(sum(cut) as bigint) as cut
               from service_rollups
               where day >= $2 and day <= $4
                 and ($1 = '' or window_id in (select w.window_id from windows w
                                               where w.unit_id in (select unit_id from below)))
               group by window_id, late";
    let values = params![unit, from.number(), windows_to.number(), totals_to.number()];
    let (mut total, mut windows) = (Served::default(), BTreeMap::<String, Served>::new());
    for row in db.read(sql, values).await? {
        let served = served(&row)?;
        total += served;
        if row.int("late")? == 0 {
            *windows.entry(row.text("window_id")?.to_owned()).or_default() += served;
        }
    }
    Ok((total, windows))
}
