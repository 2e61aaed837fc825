//! How terminals fare beside what they say themselves: their last self-test and their flags.

use std::collections::HashMap;

use crate::center::db::{Db, Error, Row, params};

/// The last self-test of a terminal's buttons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tested {
    /// When, in milliseconds UTC.
    pub at: i64,
    /// Whether all three reacted alike.
    pub has_passed: bool,
    /// How long each took, in microseconds, in the order of the buttons.
    pub micros: [i64; 3],
    /// What was not as it should be.
    pub fault: String,
}

/// What the center knows of a terminal's health.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// Its last self-test.
    pub tested: Option<Tested>,
    /// Flags about it since the time that was asked for.
    pub flags: i64,
    /// It stands at a window where people practise: nothing there is counted.
    pub is_training: bool,
}

/// The health of terminals from one name to another, with flags since an instant.
///
/// # Errors
/// When the database fails.
pub async fn health(
    db: &Db,
    (first, last): (&str, &str),
    since: i64,
) -> Result<HashMap<String, Health>, Error> {
    let sql = "select t.terminal_id, s.at, s.passed, s.micros_1, s.micros_2, s.micros_3, s.fault,
                      coalesce(w.training, 0) as training,
                      (select count(*) from flags f
                       where f.terminal_id = t.terminal_id and f.raised_at >= $3) as flags
               from terminals t left join windows w on w.window_id = t.window_id
               left join self_tests s on s.leaf =
                   (select max(x.leaf) from self_tests x where x.terminal_id = t.terminal_id)
               where t.terminal_id >= $1 and t.terminal_id <= $2";
    let rows = db.read(sql, params![first, last, since]).await?;
    let read = |row: &Row| {
        let health = Health {
            tested: tested(row)?,
            flags: row.int("flags")?,
            is_training: row.int("training")? != 0,
        };
        Ok((row.text("terminal_id")?.to_owned(), health))
    };
    rows.iter().map(read).collect()
}

fn tested(row: &Row) -> Result<Option<Tested>, Error> {
    let Some(at) = row.opt_int("at")? else { return Ok(None) };
    Ok(Some(Tested {
        at,
        has_passed: row.int("passed")? != 0,
        micros: [row.int("micros_1")?, row.int("micros_2")?, row.int("micros_3")?],
        fault: row.text("fault")?.to_owned(),
    }))
}
