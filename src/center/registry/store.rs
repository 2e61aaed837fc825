//! Units and windows as they stand.

pub mod enrolment;
pub mod health;
pub mod terminals;

use crate::center::db::{Db, Error, Row, params};

/// Who does something, and when, in milliseconds UTC.
#[derive(Clone, Copy, Debug)]
pub struct By<'a> {
    /// The officer's account.
    pub officer: &'a str,
    /// Now.
    pub now: i64,
}

/// A unit (单位) in the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Its name in addresses.
    pub unit_id: String,
    /// Its full name.
    pub name: String,
    /// How many units stand above it.
    pub depth: i64,
    /// How many windows it and the units below it have.
    pub windows: i64,
}

/// All units, each before those below it.
///
/// # Errors
/// When the database fails.
pub async fn units(db: &Db) -> Result<Vec<Unit>, Error> {
    let sql = "with recursive tree(unit_id, name, depth, path) as (
                   select unit_id, name, 0, unit_id from units where parent_id is null
                   union all
                   select u.unit_id, u.name, t.depth + 1, t.path || '/' || u.unit_id
                   from units u join tree t on u.parent_id = t.unit_id),
               counted as (select unit_id, count(*) as n from windows group by unit_id)
               select t.unit_id, t.name, t.depth,
                      cast(coalesce((select sum(c.n) from tree b join counted c on c.unit_id = b.unit_id
                                     where b.path = t.path or b.path like t.path || '/%'), 0) as bigint) as windows
               from tree t order by t.path";
    let read = |row: &Row| {
        Ok(Unit {
            unit_id: row.text("unit_id")?.to_owned(),
            name: row.text("name")?.to_owned(),
            depth: row.int("depth")?,
            windows: row.int("windows")?,
        })
    };
    db.read(sql, params![]).await?.iter().map(read).collect()
}

/// A window (窗口) with who is on duty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// Its identity.
    pub window_id: String,
    /// The number on its sign.
    pub number: String,
    /// What is done there.
    pub name: String,
    /// The name of who serves there now.
    pub on_duty: Option<String>,
}

impl Window {
    /// As people call it: `3 号窗口 · 预防接种`.
    #[must_use]
    pub fn label(&self) -> String {
        label(&self.number, &self.name)
    }
}

/// As people call a window: `3 号窗口 · 预防接种`.
#[must_use]
pub fn label(number: &str, name: &str) -> String {
    format!("{number} 号窗口 · {name}")
}

/// The windows of a unit and of those below it, or all where `unit` is empty, by number.
///
/// # Errors
/// When the database fails.
pub async fn windows(db: &Db, unit: &str) -> Result<Vec<Window>, Error> {
    let sql = "with recursive below(unit_id) as (
                   select unit_id from units where unit_id = $1
                   union
                   select u.unit_id from units u join below b on u.parent_id = b.unit_id)
               select w.window_id, w.number, w.name, s.name as on_duty
               from windows w left join staff s on s.employee_no = w.employee_no
               where $1 = '' or w.unit_id in (select unit_id from below)
               order by w.unit_id, length(w.number), w.number, w.window_id";
    let read = |row: &Row| {
        Ok(Window {
            window_id: row.text("window_id")?.to_owned(),
            number: row.text("number")?.to_owned(),
            name: row.text("name")?.to_owned(),
            on_duty: row.opt_text("on_duty")?.map(str::to_owned),
        })
    };
    db.read(sql, params![unit]).await?.iter().map(read).collect()
}
