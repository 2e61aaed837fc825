//! SQLite, opened with care: version, pragmas and migrations are checked, never assumed.
//!
//! The ground floor under the terminal's journal and the center's default database. Everything
//! here blocks, so each owner gives its connection a thread of its own.

use std::{
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use sha2::{Digest, Sha256};

/// The oldest SQLite that is used. Up to 3.51.2 a checkpoint that meets a commit can lose it
/// (the WAL-reset bug).
pub const OLDEST_SQLITE: i32 = 3_051_003;

/// How a database file is opened.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Bytes a page, a power of two. It counts for a new file only; an old one keeps its own.
    pub page_size: u32,
    /// Pages in the write-ahead log that bring on a checkpoint.
    pub wal_autocheckpoint: u32,
    /// How long a statement waits for another process's lock.
    pub busy_timeout: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { page_size: 4096, wal_autocheckpoint: 1000, busy_timeout: Duration::from_secs(5) }
    }
}

/// Why a database file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A SQLite that can lose a commit was linked.
    #[error("SQLite {found} is too old, at least {OLDEST_SQLITE} is needed (the WAL-reset bug)")]
    TooOld {
        /// Its version number.
        found: i32,
    },
    /// The file cannot be made or read.
    #[error("{}: {source}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// A pragma was set and is something else when read back.
    #[error("{}: pragma {pragma} is {found} and not {wanted}", path.display())]
    Pragma {
        /// Which file.
        path: PathBuf,
        /// Which pragma.
        pragma: &'static str,
        /// What was set.
        wanted: String,
        /// What stands there.
        found: String,
    },
    /// The schema cannot be brought up to date.
    #[error(transparent)]
    Migration(#[from] MigrationError),
    /// Anything SQLite says.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
}

impl Error {
    /// Another connection holds the file: the same call may succeed a little later.
    pub fn is_busy(&self) -> bool {
        matches!(self, Self::Sqlite(e) if matches!(
            e.sqlite_error_code(),
            Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked)
        ))
    }
}

/// Opens a database for reading and writing. A new file is for its owner's eyes only (0600).
///
/// Write-ahead log and synchronous FULL, so what is committed survives a power cut.
pub fn open(path: &Path, options: Options) -> Result<Connection, Error> {
    check_version(rusqlite::version_number())?;
    let new = create_private(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)?;
    let pragmas = Pragmas { conn: &conn, path };
    conn.busy_timeout(options.busy_timeout)?;
    if new {
        pragmas.set("page_size", options.page_size)?;
    }
    pragmas.set("journal_mode", "wal")?;
    pragmas.set("synchronous", 2)?;
    pragmas.set("foreign_keys", 1)?;
    pragmas.set("trusted_schema", 0)?;
    pragmas.set("wal_autocheckpoint", options.wal_autocheckpoint)?;
    pragmas.expect("busy_timeout", options.busy_timeout.as_millis())?;
    Ok(conn)
}

/// Opens an existing database so that no statement can change it.
pub fn open_read_only(path: &Path, options: Options) -> Result<Connection, Error> {
    check_version(rusqlite::version_number())?;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)?;
    let pragmas = Pragmas { conn: &conn, path };
    conn.busy_timeout(options.busy_timeout)?;
    pragmas.set("query_only", 1)?;
    pragmas.set("trusted_schema", 0)?;
    pragmas.expect("busy_timeout", options.busy_timeout.as_millis())?;
    Ok(conn)
}

/// Refuses a SQLite older than [`OLDEST_SQLITE`]. `found` is SQLite's own version number.
pub fn check_version(found: i32) -> Result<(), Error> {
    if found < OLDEST_SQLITE { Err(Error::TooOld { found }) } else { Ok(()) }
}

/// Creates an empty file when there is none, and tells whether it is new. SQLite gives its log files the same permissions.
pub(crate) fn create_private(path: &Path) -> Result<bool, Error> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(true),
        // A crash between creation and the first page leaves an empty file: it is still new.
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => std::fs::metadata(path)
            .map(|found| found.len() == 0)
            .map_err(|source| Error::File { path: path.to_owned(), source }),
        Err(source) => Err(Error::File { path: path.to_owned(), source }),
    }
}

/// Sets pragmas and believes only what is read back: SQLite ignores many of them silently.
struct Pragmas<'a> {
    conn: &'a Connection,
    path: &'a Path,
}

impl Pragmas<'_> {
    fn set(&self, pragma: &'static str, wanted: impl ToString) -> Result<(), Error> {
        let wanted = wanted.to_string();
        // Some pragmas answer with a row and some do not.
        self.conn.pragma_update(None, pragma, &wanted)?;
        self.expect(pragma, wanted)
    }

    fn expect(&self, pragma: &'static str, wanted: impl ToString) -> Result<(), Error> {
        let wanted = wanted.to_string();
        let found = self.conn.pragma_query_value(None, pragma, |row| {
            Ok(match row.get_ref(0)? {
                rusqlite::types::ValueRef::Integer(n) => n.to_string(),
                other => other.as_str()?.to_owned(),
            })
        })?;
        if found == wanted {
            return Ok(());
        }
        Err(Error::Pragma { path: self.path.to_owned(), pragma, wanted, found })
    }
}

/// One step of a schema, embedded in the program. A released one never changes.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// 1, 2, 3 and so on without a gap.
    pub number: i64,
    /// A word for people.
    pub name: &'static str,
    /// The statements.
    pub sql: &'static str,
}

impl Migration {
    /// SHA-256 of the text, in hexadecimal.
    pub fn sha256(&self) -> String {
        data_encoding::HEXLOWER.encode(&Sha256::digest(self.sql))
    }
}

/// Why a schema cannot be brought up to date.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum MigrationError {
    /// A released migration was changed afterwards.
    #[error("migration {number} ({name}) is not the one that this database was made with")]
    Changed {
        /// Which one.
        number: i64,
        /// Its word for people.
        name: String,
    },
    /// The database was made by a newer program.
    #[error(
        "the database is at migration {found}, this program knows {known}: use a newer program"
    )]
    Newer {
        /// The newest migration of the database.
        found: i64,
        /// The newest one of this program.
        known: i64,
    },
    /// The numbers have a gap, or stand in another order.
    #[error("migration {number} stands where {wanted} belongs")]
    OutOfOrder {
        /// The number that was found.
        number: i64,
        /// The number that belongs there.
        wanted: i64,
    },
}

/// The migrations that are still to run, given the (number, sha256) of those that ran, in order.
pub fn pending<'a>(
    migrations: &'a [Migration],
    applied: &[(i64, String)],
) -> Result<&'a [Migration], MigrationError> {
    let numbers = || migrations.iter().map(|m| m.number);
    if let Some((number, wanted)) = numbers().zip(1..).find(|(number, wanted)| number != wanted) {
        return Err(MigrationError::OutOfOrder { number, wanted });
    }
    let known = numbers().next_back().unwrap_or(0);
    if let Some(&(found, _)) = applied.iter().find(|(number, _)| *number > known) {
        return Err(MigrationError::Newer { found, known });
    }
    for ((number, sha256), migration) in applied.iter().zip(migrations) {
        if *number != migration.number {
            return Err(MigrationError::OutOfOrder { number: *number, wanted: migration.number });
        }
        if *sha256 != migration.sha256() {
            let name = migration.name.to_owned();
            return Err(MigrationError::Changed { number: *number, name });
        }
    }
    Ok(migrations.get(applied.len()..).unwrap_or_default())
}

/// Brings a schema up to date, each migration in a transaction of its own.
pub fn migrate(conn: &mut Connection, migrations: &[Migration]) -> Result<(), Error> {
    while apply_next(conn, migrations)? {}
    Ok(())
}

/// Looks and applies under one write lock, so two programs that start together do it once.
fn apply_next(conn: &mut Connection, migrations: &[Migration]) -> Result<bool, Error> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    tx.execute_batch(
        "create table if not exists migrations(
            number integer primary key, name text not null,
            sha256 text not null, applied_at integer not null) strict",
    )?;
    let Some(migration) = pending(migrations, &applied(&tx)?)?.first() else {
        tx.commit()?;
        return Ok(false);
    };
    tx.execute_batch(migration.sql)?;
    tx.execute(
        "insert into migrations(number, name, sha256, applied_at) values ($1, $2, $3, $4)",
        (migration.number, migration.name, migration.sha256(), now_ms()),
    )?;
    tx.commit()?;
    Ok(true)
}

fn applied(tx: &Transaction) -> Result<Vec<(i64, String)>, rusqlite::Error> {
    let mut statement = tx.prepare("select number, sha256 from migrations order by number")?;
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// Milliseconds UTC, for `applied_at` alone.
pub(crate) fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
