//! SQLite behind the handle: one thread writes, a few threads read, the handle is their channels.

mod copy;
mod statement;

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::{Connection, ErrorCode};
use tokio::sync::{mpsc, oneshot};

use super::{Error, Health, Row, Value, migrations};
use crate::sqlite::{Options, migrate, open, open_read_only};

const READERS: usize = 4;
const CACHED_STATEMENTS: usize = 256;
const WRITER_CACHE_KIB: i64 = 64 * 1024;
const READER_CACHE_KIB: i64 = 16 * 1024;
/// Calls that may stand in a queue before the next caller waits to stand in it.
const QUEUE: usize = 1024;

#[derive(Clone)]
pub(super) struct Threads {
    path: Arc<Path>,
    sessions: mpsc::Sender<Session>,
    reads: mpsc::Sender<Read>,
}

/// One transaction as the writer sees it: it lasts until the sending end is gone.
struct Session {
    begun: oneshot::Sender<Result<(), Error>>,
    commands: mpsc::Receiver<Command>,
}

enum Command {
    Do(Write),
    Commit(oneshot::Sender<Result<(), Error>>),
}

/// Work inside a transaction; it sends its own answer.
type Write = Box<dyn FnOnce(&Connection) -> Condition + Send>;

/// Work for a reader; it sends its own answer.
type Read = Box<dyn FnOnce(&mut Keeper) + Send>;

impl Threads {
    pub(super) async fn start(path: &Path) -> Result<Self, Error> {
        let path: Arc<Path> = path.into();
        let (sessions, queue) = mpsc::channel(QUEUE);
        let keeper = Keeper { path: path.clone(), access: Access::Write, conn: None };
        start_thread("db-writer".to_owned(), keeper, |keeper| write(keeper, queue)).await?;
        let (reads, queue) = mpsc::channel(QUEUE);
        let queue = Arc::new(Mutex::new(queue));
        for n in 1..=READERS {
            let keeper = Keeper { path: path.clone(), access: Access::Read, conn: None };
            let queue = queue.clone();
            start_thread(format!("db-reader-{n}"), keeper, move |keeper| read(keeper, &queue))
                .await?;
        }
        Ok(Self { path, sessions, reads })
    }

    pub(super) async fn read(&self, sql: &str, params: Vec<Value>) -> Result<Vec<Row>, Error> {
        let (reply, answer) = oneshot::channel();
        let sql = sql.to_owned();
        let work: Read = Box::new(move |keeper| {
            // Nobody waits for the answer any more.
            if reply.is_closed() {
                return;
            }
            let outcome = keeper.conn().and_then(|conn| statement::query(conn, &sql, &params));
            if condition(&outcome) == Condition::Doubtful {
                keeper.conn = None;
            }
            drop(reply.send(outcome));
        });
        self.reads.send(work).await.map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }

    pub(super) async fn begin(&self) -> Result<Tx, Error> {
        let (begun, answer) = oneshot::channel();
        let (commands, queue) = mpsc::channel(1);
        self.sessions.send(Session { begun, commands: queue }).await.map_err(|_| closed())?;
        answer.await.map_err(|_| closed())??;
        Ok(Tx { commands, health: Health::default() })
    }

    pub(super) async fn backup(&self, to: &Path) -> Result<(), Error> {
        let (from, to) = (self.path.clone(), to.to_owned());
        let copied = tokio::task::spawn_blocking(move || copy::copy(&from, &to)).await;
        copied.map_err(|_| closed())?
    }
}

pub(super) struct Tx {
    commands: mpsc::Sender<Command>,
    health: Health,
}

impl Tx {
    pub(super) async fn read(&mut self, sql: &str, params: Vec<Value>) -> Result<Vec<Row>, Error> {
        let sql = sql.to_owned();
        self.on_writer(move |conn| statement::query(conn, &sql, &params)).await
    }

    pub(super) async fn read_many(
        &mut self,
        sql: &'static str,
        each: Vec<Vec<Value>>,
    ) -> Result<Vec<Vec<Row>>, Error> {
        self.on_writer(move |conn| {
            each.iter().map(|params| statement::query(conn, sql, params)).collect()
        })
        .await
    }

    pub(super) async fn run(&mut self, sql: &str, params: Vec<Value>) -> Result<u64, Error> {
        let sql = sql.to_owned();
        self.on_writer(move |conn| statement::run_many(conn, &sql, &[params])).await
    }

    pub(super) async fn run_many(
        &mut self,
        sql: &'static str,
        rows: Vec<Vec<Value>>,
    ) -> Result<u64, Error> {
        self.on_writer(move |conn| statement::run_many(conn, sql, &rows)).await
    }

    pub(super) async fn append(
        &mut self,
        table: &'static str,
        columns: &'static [&'static str],
        rows: Vec<Vec<Value>>,
    ) -> Result<(), Error> {
        self.on_writer(move |conn| statement::append(conn, table, columns, &rows)).await
    }

    pub(super) async fn commit(mut self) -> Result<(), Error> {
        self.health.enter()?;
        let (reply, answer) = oneshot::channel();
        self.commands.send(Command::Commit(reply)).await.map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }

    async fn on_writer<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.health.enter()?;
        let (reply, answer) = oneshot::channel();
        let work: Write = Box::new(move |conn| {
            // A cancelled call has cut its transaction: nothing of it will be kept.
            if reply.is_closed() {
                return Condition::Good;
            }
            let outcome = work(conn);
            let condition = condition(&outcome);
            drop(reply.send(outcome));
            condition
        });
        let outcome = match self.commands.send(Command::Do(work)).await {
            Ok(()) => answer.await.unwrap_or_else(|_| Err(closed())),
            Err(_) => Err(closed()),
        };
        self.health.leave(outcome)
    }
}

fn closed() -> Error {
    Error::Lost("it is closing".to_owned())
}

/// A connection and how to get another one.
struct Keeper {
    path: Arc<Path>,
    access: Access,
    conn: Option<Connection>,
}

#[derive(Clone, Copy)]
enum Access {
    Write,
    Read,
}

impl Keeper {
    fn conn(&mut self) -> Result<&Connection, Error> {
        let conn = match self.conn.take() {
            Some(conn) => conn,
            None => self.open()?,
        };
        Ok(self.conn.insert(conn))
    }

    fn open(&self) -> Result<Connection, Error> {
        // Scattered index pages are rewritten often: fewer checkpoints write each of them less.
        let options = Options { wal_autocheckpoint: 8000, ..Options::default() };
        let conn = match self.access {
            Access::Read => open_read_only(&self.path, options)?,
            Access::Write => {
                let mut conn = open(&self.path, options)?;
                migrate(&mut conn, migrations::SQLITE)?;
                conn
            }
        };
        conn.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
        let cache = match self.access {
            Access::Write => WRITER_CACHE_KIB,
            Access::Read => READER_CACHE_KIB,
        };
        let sized = conn.pragma_update(None, "cache_size", -cache);
        sized.map_err(crate::sqlite::Error::from)?;
        Ok(conn)
    }
}

/// Starts a thread and waits until its connection is open. The thread ends with its queue.
async fn start_thread(
    name: String,
    mut keeper: Keeper,
    serve: impl FnOnce(Keeper) + Send + 'static,
) -> Result<(), Error> {
    let (ready, opened) = oneshot::channel();
    let body = move || {
        let outcome = keeper.conn().map(|_| ());
        let good = outcome.is_ok();
        if ready.send(outcome).is_ok() && good {
            serve(keeper);
        }
    };
    let thread = std::thread::Builder::new().name(name).spawn(body);
    thread.map_err(|error| Error::Lost(error.to_string()))?;
    opened.await.map_err(|_| closed())?
}

fn read(mut keeper: Keeper, queue: &Mutex<mpsc::Receiver<Read>>) {
    loop {
        // Whoever holds the lock waits for the next piece of work; the others wait for the lock.
        let work = queue.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv();
        match work {
            Some(work) => work(&mut keeper),
            None => return,
        }
    }
}

fn write(mut keeper: Keeper, mut sessions: mpsc::Receiver<Session>) {
    while let Some(session) = sessions.blocking_recv() {
        if transact(&mut keeper, session) == Condition::Doubtful {
            keeper.conn = None;
        }
    }
}

/// One transaction, from its beginning to a commit or to the end of its commands.
fn transact(keeper: &mut Keeper, session: Session) -> Condition {
    let Session { begun, mut commands } = session;
    if begun.is_closed() {
        return Condition::Good;
    }
    let started = keeper.conn().and_then(|conn| execute(conn, "begin immediate").map(|()| conn));
    let conn = match started {
        Ok(conn) => conn,
        Err(error) => {
            let outcome = Err(error);
            let condition = condition(&outcome);
            drop(begun.send(outcome));
            return condition;
        }
    };
    if begun.send(Ok(())).is_err() {
        return roll_back(conn);
    }
    while let Some(command) = commands.blocking_recv() {
        match command {
            Command::Do(work) => {
                if work(conn) == Condition::Doubtful {
                    return Condition::Doubtful;
                }
            }
            Command::Commit(reply) => return commit(conn, reply),
        }
    }
    roll_back(conn)
}

fn commit(conn: &Connection, reply: oneshot::Sender<Result<(), Error>>) -> Condition {
    if reply.is_closed() {
        return roll_back(conn);
    }
    let outcome = execute(conn, "commit");
    // After a failed commit nothing is known of what the disk holds: the connection goes.
    let condition = if outcome.is_ok() { Condition::Good } else { Condition::Doubtful };
    drop(reply.send(outcome));
    condition
}

fn roll_back(conn: &Connection) -> Condition {
    // SQLite has rolled back by itself after some errors.
    if conn.is_autocommit() || execute(conn, "rollback").is_ok() {
        Condition::Good
    } else {
        Condition::Doubtful
    }
}

fn execute(conn: &Connection, sql: &str) -> Result<(), Error> {
    conn.execute_batch(sql).map_err(|source| Error::Sqlite { sql: sql.to_owned(), source })
}

/// Whether a connection is still to be trusted.
#[derive(PartialEq)]
enum Condition {
    Good,
    /// The disk failed or the file is damaged. The connection is dropped, which takes its
    /// transaction back, and the file is opened and read anew.
    Doubtful,
}

fn condition<T>(outcome: &Result<T, Error>) -> Condition {
    match outcome {
        Err(Error::Sqlite { source, .. }) if is_damage(source) => Condition::Doubtful,
        _ => Condition::Good,
    }
}

fn is_damage(error: &rusqlite::Error) -> bool {
    use ErrorCode::{DatabaseCorrupt, NotADatabase, SystemIoFailure};
    matches!(error.sqlite_error_code(), Some(SystemIoFailure | DatabaseCorrupt | NotADatabase))
}

pub(super) fn is_busy(error: &rusqlite::Error) -> bool {
    use ErrorCode::{DatabaseBusy, DatabaseLocked};
    matches!(error.sqlite_error_code(), Some(DatabaseBusy | DatabaseLocked))
}
