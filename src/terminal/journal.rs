//! The terminal's append-only store of entries: one SQLite file, one thread that owns it.
//!
//! [`Journal::save`] answers only after the commit is on the disk. Everything that reads or moves
//! positions runs on the same thread, between two saves.

mod draft;
mod file;
mod moves;
mod tail;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use tokio::sync::{oneshot, watch};

use crate::chain::{self, StartReason};
use crate::clock::Clock;
use crate::domain::{Field, Incarnation, Level, ReceiptCode, Record, TerminalId, WindowId};
use crate::sqlite;

pub use file::File;
pub use moves::{Summary, Unsent, Verdict};

/// How long nobody taps before the write-ahead log is folded back into the file.
const QUIET: Duration = Duration::from_secs(2);

/// Works done after which it is folded back when nobody taps, and even while people tap. A rating
/// writes some 3 KB of log, so the log stays below 4 MB.
const FOLD_WHEN_QUIET: u32 = 64;
const FOLD_ANYWAY: u32 = 1024;

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

impl Error {
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
    /// The id of the service item; empty when it is not known.
    pub item: String,
    /// The service; empty for a rating without one.
    pub service: String,
    /// For practice: never counted.
    pub training: bool,
}

/// Something to record beside ratings.
#[derive(Clone, PartialEq, Eq)]
pub struct Note {
    /// What.
    pub record: Record,
    /// The employee number of the person it is about, or empty.
    pub staff: String,
    /// The id of the service item, or empty.
    pub item: String,
    /// The service, or empty.
    pub service: String,
    /// For practice: never counted.
    pub training: bool,
    /// The entry that it adds to: it goes where that one stands.
    pub to: Option<Saved>,
    /// It gets a number of its own, for whoever asks after it.
    pub numbered: bool,
    /// Personal data, sealed before it is written.
    pub personal: Vec<(Field, String)>,
}

impl Note {
    /// A record about nobody in particular.
    #[must_use]
    pub fn new(record: Record) -> Note {
        Note {
            record,
            staff: String::new(),
            item: String::new(),
            service: String::new(),
            training: false,
            to: None,
            numbered: false,
            personal: Vec::new(),
        }
    }
}

impl std::fmt::Debug for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let fields: Vec<_> = self.personal.iter().map(|(field, _)| field).collect();
        write!(f, "Note({:?}, staff {}, service {}, ", self.record, self.staff, self.service)?;
        write!(f, "item {}, sealed {fields:?})", self.item)
    }
}

/// Where an answer stands, durably.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// The journal's life.
    pub incarnation: Incarnation,
    /// The entry's place in it.
    pub seq: u64,
    /// The code for the citizen; a correction keeps the code of what it corrects.
    pub receipt: ReceiptCode,
}

type Work = Box<dyn FnOnce(&mut Shelf) + Send>;

/// A handle to the journal's thread; clones share it, and the thread ends with the last of them.
#[derive(Clone)]
pub struct Journal {
    work: Sender<Work>,
    committed: watch::Receiver<u64>,
}

impl Journal {
    /// Opens the journal, or begins one; a damaged file is set aside and a new life begun.
    ///
    /// # Errors
    /// When the folder cannot be written, or the file belongs to a newer program.
    pub fn open(owner: Owner, clock: Arc<dyn Clock>) -> Result<Journal, Error> {
        let file = tail::open_or_set_aside(&owner, &*clock)?;
        let (work, inbox) = channel();
        let (commits, committed) = watch::channel(0);
        let shelf = Shelf { owner, clock, file: Some(file), is_damaged: false, commits, works: 0 };
        std::thread::Builder::new()
            .name("journal".into())
            .spawn(move || shelf.run(&inbox))
            .map_err(|source| sqlite::Error::File {
                path: PathBuf::from("journal thread"),
                source,
            })?;
        Ok(Journal { work, committed })
    }

    /// Saves an answer; `reply` is called on the journal's thread once it is durable, or failed.
    pub fn save(&self, answer: Answer, reply: impl FnOnce(Result<Saved, Error>) + Send + 'static) {
        let work: Work = Box::new(move |shelf| {
            let result = shelf.change(|file, clock| file.save(&answer, clock));
            reply(result);
        });
        // A thread that has ended drops the work, and with it the reply: flow's own deadline tells.
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

/// What the journal's thread holds: the file, unless a failure closed it.
struct Shelf {
    owner: Owner,
    clock: Arc<dyn Clock>,
    file: Option<File>,
    /// Something in the file could not be read: it is set aside before the next change.
    is_damaged: bool,
    commits: watch::Sender<u64>,
    /// Done since the write-ahead log was folded back.
    works: u32,
}

impl Shelf {
    fn run(mut self, inbox: &Receiver<Work>) {
        loop {
            let next = if self.works < FOLD_WHEN_QUIET {
                inbox.recv().map_err(|_| RecvTimeoutError::Disconnected)
            } else {
                inbox.recv_timeout(QUIET)
            };
            match next {
                Ok(work) => {
                    work(&mut self);
                    self.works += 1;
                }
                Err(RecvTimeoutError::Timeout) => self.fold(),
                Err(RecvTimeoutError::Disconnected) => return,
            }
            // Whoever waited has the reply by now.
            if self.works >= FOLD_ANYWAY {
                self.fold();
            }
        }
    }

    /// Runs a change; after any failure of the storage the file is closed, and opened and checked
    /// anew before the next change: a failed sync is never tried again in place (Rebello et al.,
    /// "Can Applications Recover from fsync Failures?", ATC 2020).
    fn change<T>(
        &mut self,
        work: impl FnOnce(&mut File, &dyn Clock) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(if self.is_damaged {
                tail::set_aside_and_begin(&self.owner, &*self.clock)?
            } else {
                tail::open_or_set_aside(&self.owner, &*self.clock)?
            }),
        };
        self.is_damaged = false;
        let before = file.written();
        let result = work(file, &*self.clock);
        match &result {
            Err(error) => {
                self.is_damaged = error.is_damage();
                self.file = None;
            }
            Ok(_) if file.written() != before => {
                self.commits.send_modify(|count| *count += 1);
            }
            Ok(_) => {}
        }
        result
    }

    fn fold(&mut self) {
        self.works = 0;
        if let Some(file) = &mut self.file
            && let Err(error) = file.fold_log()
        {
            tracing::warn!(%error, "the write-ahead log could not be folded back");
            self.is_damaged = error.is_damage();
            self.file = None;
        }
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
