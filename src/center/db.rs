//! The center's database: one handle over SQLite and PostgreSQL.
//!
//! One SQL text serves both. Parameters are `$1`, `$2` and so on, in any order; sums are cast to
//! bigint; a column is read by its name. Only the migrations and the bulk append differ.
//!
//! Write transactions run one at a time on both databases, so what a transaction read is still
//! true when it writes, and code that is right on SQLite is right on PostgreSQL.

mod migrations;
mod postgres;
mod sqlite;
mod value;

use std::path::Path;

pub(crate) use value::params;
pub use value::{Row, Value};

/// A handle to the center's database. Clones share it; it closes when the last one is dropped.
#[derive(Clone)]
pub struct Db(Engine);

#[derive(Clone)]
enum Engine {
    Sqlite(sqlite::Threads),
    Postgres(postgres::Server),
}

/// A write transaction. Dropping it takes everything back, and so does a call on it that is
/// cancelled or fails: after that it can only be dropped.
pub struct Tx(TxEngine);

enum TxEngine {
    Sqlite(sqlite::Tx),
    Postgres(Box<postgres::Tx>),
}

/// Why the database did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The caller's mistake: an address, a number of parameters, a transaction that has failed.
    #[error("{0}")]
    Refused(String),
    /// The file cannot be opened, or the schema not brought up to date.
    #[error(transparent)]
    Open(#[from] crate::sqlite::Error),
    /// SQLite refuses a statement.
    #[error("{source}, in: {sql}")]
    Sqlite {
        /// The statement.
        sql: String,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// PostgreSQL refuses a statement.
    #[error("{}, in: {sql}", postgres::explain(source))]
    Postgres {
        /// The statement.
        sql: String,
        /// What PostgreSQL says.
        source: tokio_postgres::Error,
    },
    /// No connection: the server is away, or the database is closing.
    #[error("no connection to the database: {0}")]
    Lost(String),
    /// A column is not of the kind that was asked for.
    #[error("column {column}: {found} instead of {wanted}")]
    Column {
        /// Its name.
        column: String,
        /// The kind that was asked for.
        wanted: &'static str,
        /// What stands there.
        found: &'static str,
    },
}

impl Error {
    /// Busy, a conflict with another transaction, or a lost connection: the whole transaction may
    /// succeed when it is done again.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Refused(_) | Self::Column { .. } => false,
            Self::Open(error) => error.is_busy(),
            Self::Sqlite { source, .. } => sqlite::is_busy(source),
            Self::Postgres { source, .. } => postgres::is_retryable(source),
            Self::Lost(_) => true,
        }
    }
}

impl Db {
    /// Opens `sqlite:/path/center.sqlite` (created when missing) or `postgresql://…`, and brings
    /// its schema up to date.
    pub async fn open(url: &str) -> Result<Self, Error> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            return Ok(Self(Engine::Sqlite(sqlite::Threads::start(Path::new(path)).await?)));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self(Engine::Postgres(postgres::Server::connect(url).await?)));
        }
        // The address is not repeated: it may hold a password.
        Err(Error::Refused("a database address begins with sqlite: or postgresql://".to_owned()))
    }

    /// Runs a query that changes nothing, and can change nothing, outside any transaction.
    pub async fn read(&self, sql: &str, params: Vec<Value>) -> Result<Vec<Row>, Error> {
        match &self.0 {
            Engine::Sqlite(threads) => threads.read(sql, params).await,
            Engine::Postgres(server) => server.read(sql, params).await,
        }
    }

    /// The first row of [`read`](Self::read).
    pub async fn read_one(&self, sql: &str, params: Vec<Value>) -> Result<Option<Row>, Error> {
        Ok(self.read(sql, params).await?.into_iter().next())
    }

    /// Begins a write transaction, after those that were asked for before.
    ///
    /// Holding one while asking for another waits for ever.
    pub async fn begin(&self) -> Result<Tx, Error> {
        Ok(Tx(match &self.0 {
            Engine::Sqlite(threads) => TxEngine::Sqlite(threads.begin().await?),
            Engine::Postgres(server) => TxEngine::Postgres(Box::new(server.begin().await?)),
        }))
    }

    /// Whether it is the embedded database.
    pub fn is_sqlite(&self) -> bool {
        matches!(self.0, Engine::Sqlite(_))
    }

    /// Writes one consistent copy of a SQLite database to a new file, beside running work.
    ///
    /// The file appears under its name only when it is whole and on the disk.
    pub async fn backup(&self, to: &Path) -> Result<(), Error> {
        match &self.0 {
            Engine::Sqlite(threads) => threads.backup(to).await,
            Engine::Postgres(_) => {
                Err(Error::Refused("a PostgreSQL database is backed up with pg_dump".to_owned()))
            }
        }
    }
}

impl Tx {
    /// Runs a query that sees what this transaction wrote; `returning` works here too.
    pub async fn read(&mut self, sql: &str, params: Vec<Value>) -> Result<Vec<Row>, Error> {
        match &mut self.0 {
            TxEngine::Sqlite(tx) => tx.read(sql, params).await,
            TxEngine::Postgres(tx) => tx.read(sql, params).await,
        }
    }

    /// The first row of [`read`](Self::read).
    pub async fn read_one(&mut self, sql: &str, params: Vec<Value>) -> Result<Option<Row>, Error> {
        Ok(self.read(sql, params).await?.into_iter().next())
    }

    /// Runs one query once for each set of parameters, in order and in one go; the answer has the
    /// rows of each.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn read_many(
        &mut self,
        sql: &'static str,
        each: Vec<Vec<Value>>,
    ) -> Result<Vec<Vec<Row>>, Error> {
        match &mut self.0 {
            TxEngine::Sqlite(tx) => tx.read_many(sql, each).await,
            TxEngine::Postgres(tx) => tx.read_many(sql, each).await,
        }
    }

    /// Runs one statement; the answer is how many rows it changed.
    pub async fn run(&mut self, sql: &str, params: Vec<Value>) -> Result<u64, Error> {
        match &mut self.0 {
            TxEngine::Sqlite(tx) => tx.run(sql, params).await,
            TxEngine::Postgres(tx) => tx.run(sql, params).await,
        }
    }

    /// Runs one statement once for each set of parameters, in order and in one go; the answer is
    /// how many rows changed in all.
    pub async fn run_many(
        &mut self,
        sql: &'static str,
        rows: Vec<Vec<Value>>,
    ) -> Result<u64, Error> {
        match &mut self.0 {
            TxEngine::Sqlite(tx) => tx.run_many(sql, rows).await,
            TxEngine::Postgres(tx) => tx.run_many(sql, rows).await,
        }
    }

    /// Adds many rows to one table, by the fastest way that the database has.
    pub async fn append(
        &mut self,
        table: &'static str,
        columns: &'static [&'static str],
        rows: Vec<Vec<Value>>,
    ) -> Result<(), Error> {
        match &mut self.0 {
            TxEngine::Sqlite(tx) => tx.append(table, columns, rows).await,
            TxEngine::Postgres(tx) => tx.append(table, columns, rows).await,
        }
    }

    /// Makes it durable. A call that is cancelled may have done so or not.
    pub async fn commit(self) -> Result<(), Error> {
        match self.0 {
            TxEngine::Sqlite(tx) => tx.commit().await,
            TxEngine::Postgres(tx) => tx.commit().await,
        }
    }
}

/// Whether a transaction can go on. A call marks it as running before it starts and as whole when
/// it has succeeded, so a call that is cancelled or fails leaves its trace.
#[derive(Clone, Copy, Default, PartialEq)]
enum Health {
    #[default]
    Whole,
    Running,
    Failed,
}

impl Health {
    fn enter(&mut self) -> Result<(), Error> {
        if *self != Self::Whole {
            return Err(Error::Refused(
                "an earlier statement of this transaction failed or was cut short".to_owned(),
            ));
        }
        *self = Self::Running;
        Ok(())
    }

    fn leave<T>(&mut self, outcome: Result<T, Error>) -> Result<T, Error> {
        *self = if outcome.is_ok() { Self::Whole } else { Self::Failed };
        outcome
    }
}

fn check_count(sql: &str, wanted: usize, given: usize) -> Result<(), Error> {
    if wanted == given {
        return Ok(());
    }
    Err(Error::Refused(format!("{given} parameters instead of {wanted}, in: {sql}")))
}
