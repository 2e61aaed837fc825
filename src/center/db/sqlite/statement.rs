//! One statement on a SQLite connection. Parameters are bound by name: SQLite takes `$2` for a
//! name, and would give the first number to whichever stands first in the text.

use std::sync::Arc;

use rusqlite::{CachedStatement, Connection};

use super::super::{Error, Row, Value};

pub(super) fn query(conn: &Connection, sql: &str, params: &[Value]) -> Result<Vec<Row>, Error> {
    let mut bound = Bound::prepare(conn, sql)?;
    bound.bind(params)?;
    bound.rows().map_err(|source| failed(sql, source))
}

/// Runs one statement once for each set of parameters; the answer is how many rows changed.
pub(super) fn run_many(conn: &Connection, sql: &str, rows: &[Vec<Value>]) -> Result<u64, Error> {
    let mut bound = Bound::prepare(conn, sql)?;
    let mut changed = 0;
    for row in rows {
        bound.bind(row)?;
        let rows = bound.statement.raw_execute().map_err(|source| failed(sql, source))?;
        changed += u64::try_from(rows).unwrap_or(u64::MAX);
    }
    Ok(changed)
}

pub(super) fn append(
    conn: &Connection,
    table: &str,
    columns: &[&str],
    rows: &[Vec<Value>],
) -> Result<(), Error> {
    let places: Vec<String> = (1..=columns.len()).map(|n| format!("${n}")).collect();
    let (columns, places) = (columns.join(", "), places.join(", "));
    run_many(conn, &format!("insert into {table}({columns}) values ({places})"), rows)?;
    Ok(())
}

struct Bound<'a> {
    sql: &'a str,
    statement: CachedStatement<'a>,
    /// For each of SQLite's own numbers, from 1 on, the place of its parameter, from 0 on.
    places: Vec<usize>,
    /// How many parameters the text asks for.
    wanted: usize,
}

impl<'a> Bound<'a> {
    fn prepare(conn: &'a Connection, sql: &'a str) -> Result<Self, Error> {
        let statement = conn.prepare_cached(sql).map_err(|source| failed(sql, source))?;
        let place = |n| {
            let number = statement.parameter_name(n)?.strip_prefix('$')?.parse::<usize>().ok()?;
            number.checked_sub(1)
        };
        let places: Option<Vec<usize>> = (1..=statement.parameter_count()).map(place).collect();
        let Some(places) = places else {
            return Err(Error::Refused(format!("parameters are $1, $2 and so on, in: {sql}")));
        };
        let wanted = places.iter().max().map_or(0, |place| place + 1);
        Ok(Self { sql, statement, places, wanted })
    }

    fn bind(&mut self, params: &[Value]) -> Result<(), Error> {
        super::super::check_count(self.sql, self.wanted, params.len())?;
        for (n, &place) in (1..).zip(&self.places) {
            if let Some(value) = params.get(place) {
                let bound = self.statement.raw_bind_parameter(n, value);
                bound.map_err(|source| failed(self.sql, source))?;
            }
        }
        Ok(())
    }

    fn rows(&mut self) -> rusqlite::Result<Vec<Row>> {
        let names = self.statement.column_names();
        let columns: Arc<[String]> = names.into_iter().map(str::to_owned).collect();
        let mut rows = self.statement.raw_query();
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            let values: Result<Vec<Value>, _> = (0..columns.len()).map(|n| row.get(n)).collect();
            all.push(Row::new(columns.clone(), values?));
        }
        Ok(all)
    }
}

fn failed(sql: &str, source: rusqlite::Error) -> Error {
    Error::Sqlite { sql: sql.to_owned(), source }
}
