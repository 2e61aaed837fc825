//! The terminal's append-only store of entries: one SQLite file, one thread that owns it.
//!
//! [`Journal::save`] answers only after the commit is on the disk. Everything that reads or moves
//! positions runs on the same thread, between two saves.

mod days;
mod draft;
mod file;
mod moves;
mod note;
mod shelf;
mod tail;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};

use tokio::sync::{oneshot, watch};

use crate::chain::{self, StartReason};
use crate::clock::Clock;
use crate::domain::{FieldKey, Incarnation, Level, ReceiptCode, TerminalId, WindowId};
use crate::sqlite;

pub use file::File;
pub use moves::{Summary, Unsent, Verdict};
pub use note::Note;

use self::shelf::{Shelf, Work};

/// Why the journal cannot do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file, the disk or the schema.
    #[error(transparent)]
    Storage(#[from] sqlite::Error),
    /// Bytes in the file that are not what was written.
    #[error("the journal is damaged: {0}")]
    Damaged(String),
    /// The operating system gives no random numbers.
    #[error("no random numbers: {0}")]
    Random(getrandom::Error),
    /// What was asked to be recorded cannot be: a field without a key, a text that is too long.
    /// Nothing was written.
    #[error("it cannot be recorded: {0}")]
    Unfit(String),
    /// The journal's thread has ended, or the file is closed after a failure.
    #[error("the journal is closed")]
    Closed,
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        Error::Storage(error.into())
    }
}

impl From<chain::Error> for Error {
    fn from(error: chain::Error) -> Self {
        Error::Damaged(error.to_string())
    }
}

impl From<chain::field::Error> for Error {
    fn from(error: chain::field::Error) -> Self {
        match error {
            chain::field::Error::Random(error) => Error::Random(error),
            other => Error::Unfit(other.to_string()),
        }
    }
}

impl Error {
    /// Whether the storage has failed, so that it must be opened and checked anew.
    fn is_failure(&self) -> bool {
        !matches!(self, Error::Unfit(_))
    }

    /// Whether the file itself is beyond use, so that it must be set aside.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
        match self {
            Error::Damaged(_) => true,
            Error::Storage(sqlite::Error::Sqlite(error)) => {
                matches!(error.sqlite_error_code(), Some(DatabaseCorrupt | NotADatabase))
            }
            _ => false,
        }
    }
}

/// Whose journal it is and how it is kept.
#[derive(Clone, Debug)]
pub struct Owner {
    /// The file; SQLite keeps two more beside it.
    pub path: PathBuf,
    /// The terminal, as the center named it.
    pub terminal: TerminalId,
    /// The window it stands at.
    pub window: WindowId,
    /// How many days acknowledged entries are kept, by the center's clock.
    pub keep_days: u32,
    /// How long after the first rating of a service a second one corrects it.
    pub change_seconds: u32,
}

/// What a citizen answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The level tapped.
    pub level: Level,
    /// The rating it corrects, when the citizen thought better of it.
    pub corrects: Option<Saved>,
    /// The employee number of the person on duty; empty when nobody is.
    pub staff: String,
    /// The service item; empty when it is not known.
    pub item: String,
    /// The service, as [`Journal::name_service`] named it; empty for a rating without one.
    pub service: String,
    /// For practice: never counted.
    pub training: bool,
}

impl Answer {
    /// A level for the person of this number, about nothing in particular.
    #[must_use]
    pub fn new(level: Level, staff: &str) -> Answer {
        let (item, service) = Default::default();
        Answer { level, corrects: None, staff: staff.into(), item, service, training: false }
    }
}

/// Where an entry stands, durably.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// The journal's life.
    pub incarnation: Incarnation,
    /// The entry's place in it.
    pub seq: u64,
    /// The code for the citizen: every rating has one, and a correction keeps the code of what it
    /// corrects; a record has one when it is numbered.
    pub receipt: Option<ReceiptCode>,
}

/// A handle to the journal's thread; clones share it, and the thread ends with the last of them.
#[derive(Clone)]
pub struct Journal {
    work: Sender<Work>,
    committed: watch::Receiver<u64>,
    memory: Option<String>,
}

impl Journal {
    /// Opens the journal, or begins one; a damaged file is set aside and a new life begun, which
    /// remembers nothing.
    ///
    /// # Errors
    /// When the folder cannot be written, or the file belongs to a newer program.
    pub fn open(owner: Owner, clock: Arc<dyn Clock>) -> Result<Journal, Error> {
        let file = tail::open_or_set_aside(&owner, &*clock)?;
        let (work, inbox) = channel();
        let (commits, committed) = watch::channel(0);
        let memory = file.memory()?;
        let shelf = Shelf::new(owner, clock, file, commits);
        std::thread::Builder::new()
            .name("journal".into())
            .spawn(move || shelf.run(&inbox))
            .map_err(|source| sqlite::Error::File {
                path: PathBuf::from("journal thread"),
                source,
            })?;
        Ok(Journal { work, committed, memory })
    }

    /// What was to be remembered when the journal was opened, as it was given to
    /// [`Journal::record`]. Nothing for a new terminal, and nothing when the file was damaged: then
    /// nobody knows who was on duty, and a person has to sign on again.
    #[must_use]
    pub fn memory(&self) -> Option<&str> {
        self.memory.as_deref()
    }

    /// Saves an answer; `reply` is called on the journal's thread once it is durable, or failed.
    ///
    /// A service is rated once. Another answer for it, that is not said to correct the first, is a
    /// correction of it within `change_seconds`, and after that evidence that is not counted.
    pub fn save(&self, answer: Answer, reply: impl FnOnce(Result<Saved, Error>) + Send + 'static) {
        let work: Work = Box::new(move |shelf| {
            let result = shelf.change(|file, clock| file.save(&answer, clock));
            reply(result);
        });
        // A thread that has ended drops the work, and with it the reply: flow's own deadline tells.
        drop(self.work.send(work));
    }

    /// Records anything else, and in the same commit what must survive a restart from now on;
    /// `memory` replaces what was remembered before, and nothing leaves it. It stands readable on
    /// the disk: no ticket, no phone number, no opinion belongs there.
    ///
    /// `reply` is called on the journal's thread once both are durable, or failed. Where a field of
    /// personal data has no key, or its text does not fit, nothing is written.
    pub fn record(
        &self,
        note: Note,
        memory: Option<String>,
        reply: impl FnOnce(Result<Saved, Error>) + Send + 'static,
    ) {
        let work: Work = Box::new(move |shelf| {
            let keys = shelf.field_keys.clone();
            let record = |file: &mut File, clock: &dyn Clock| {
                file.record(&note, memory.as_deref(), &keys, clock)
            };
            reply(shelf.change(record));
        });
        drop(self.work.send(work));
    }

    /// Replaces what must survive a restart, where nothing is recorded.
    pub fn remember(&self, memory: String, reply: impl FnOnce(Result<(), Error>) + Send + 'static) {
        let work: Work =
            Box::new(move |shelf| reply(shelf.change(|file, _| file.remember(&memory))));
        drop(self.work.send(work));
    }

    /// The center's keys that personal data is sealed to; until then notes with any are refused.
    pub fn set_field_keys(&self, keys: Vec<FieldKey>) {
        let work: Work = Box::new(move |shelf| shelf.field_keys = keys);
        drop(self.work.send(work));
    }

    /// Names a service: by its ticket, so that one ticket has one name all day and no name tells
    /// the ticket or links two days; without a ticket, or where the storage fails, at random.
    /// `reply` gets an empty name only where there are no random numbers.
    pub fn name_service(
        &self,
        ticket: Option<String>,
        reply: impl FnOnce(String) + Send + 'static,
    ) {
        let work: Work = Box::new(move |shelf| {
            let name = |file: &mut File, clock: &dyn Clock| {
                file.name_service(ticket.as_deref(), clock.now())
            };
            reply(shelf.change(name).or_else(|_| days::random_name()).unwrap_or_default());
        });
        drop(self.work.send(work));
    }

    /// Tells whether the storage takes writes (again): reopens the file where it was closed.
    pub fn probe(&self, reply: impl FnOnce(bool) + Send + 'static) {
        let work: Work = Box::new(move |shelf| reply(shelf.change(|file, _| file.touch()).is_ok()));
        drop(self.work.send(work));
    }

    /// Runs something on the journal's file and waits for what it gives.
    ///
    /// # Errors
    /// What the work gives, or [`Error::Closed`].
    pub async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut File, &dyn Clock) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (reply, answer) = oneshot::channel();
        let work: Work = Box::new(move |shelf| drop(reply.send(shelf.change(work))));
        self.work.send(work).map_err(|_| Error::Closed)?;
        answer.await.map_err(|_| Error::Closed)?
    }

    /// Changes with every commit of a new entry: wait on it after having looked.
    #[must_use]
    pub fn committed(&self) -> watch::Receiver<u64> {
        self.committed.clone()
    }
}

/// The reason for a new life of the journal, beside what the terminal has already told.
impl From<Verdict> for StartReason {
    fn from(verdict: Verdict) -> StartReason {
        match verdict {
            Verdict::RolledBack => StartReason::RolledBack,
            _ => StartReason::Clone,
        }
    }
}
