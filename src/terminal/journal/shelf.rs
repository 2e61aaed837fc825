//! The journal's thread: one work after the other on a file that failures close.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use tokio::sync::watch;

use super::{Error, File, Owner, tail};
use crate::clock::Clock;
use crate::domain::FieldKey;

/// How long nobody taps before the write-ahead log is folded back into the file.
const QUIET: Duration = Duration::from_secs(2);

/// How often an idle terminal looks whether the day is over.
const IDLE: Duration = Duration::from_secs(600);

/// Works done after which the log is folded back when nobody taps, and even while people tap. A
/// rating writes some 3 KB of log, so the log stays below 4 MB.
const FOLD_WHEN_QUIET: u32 = 64;
const FOLD_ANYWAY: u32 = 1024;

/// What another thread asks for.
pub(super) type Work = Box<dyn FnOnce(&mut Shelf) + Send>;

/// What the journal's thread holds: the file, unless a failure closed it.
pub(super) struct Shelf {
    owner: Owner,
    clock: Arc<dyn Clock>,
    file: Option<File>,
    /// Something in the file could not be read: it is set aside before the next change.
    is_damaged: bool,
    commits: watch::Sender<u64>,
    /// What personal data is sealed to.
    pub field_keys: Vec<FieldKey>,
    /// Done since the write-ahead log was folded back.
    works: u32,
}

impl Shelf {
    pub fn new(
        owner: Owner,
        clock: Arc<dyn Clock>,
        file: File,
        commits: watch::Sender<u64>,
    ) -> Shelf {
        let (file, field_keys) = (Some(file), Vec::new());
        Shelf { owner, clock, file, is_damaged: false, commits, field_keys, works: 0 }
    }

    pub fn run(mut self, inbox: &Receiver<Work>) {
        loop {
            let is_due = self.works >= FOLD_WHEN_QUIET
                || self.file.as_ref().is_some_and(|file| file.log_holds_old_key);
            match inbox.recv_timeout(if is_due { QUIET } else { IDLE }) {
                Ok(work) => {
                    work(&mut self);
                    self.works += 1;
                }
                Err(RecvTimeoutError::Timeout) if is_due => self.fold(),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            // Whoever waited has the reply by now.
            if self.works >= FOLD_ANYWAY {
                self.fold();
            }
            let now = self.clock.now();
            self.tidy("the key of a day that is over could not be replaced", |file| {
                file.turn_day(now)
            });
        }
    }

    /// Runs a change; after any failure of the storage the file is closed, and opened and checked
    /// anew before the next change: a failed sync is never tried again in place (Rebello et al.,
    /// "Can Applications Recover from fsync Failures?", ATC 2020).
    pub fn change<T>(
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
            Err(error) if error.is_failure() => {
                self.is_damaged = error.is_damage();
                self.file = None;
            }
            Ok(_) if file.written() != before => {
                self.commits.send_modify(|count| *count += 1);
            }
            _ => {}
        }
        result
    }

    fn fold(&mut self) {
        self.works = 0;
        self.tidy("the write-ahead log could not be folded back", File::fold_log);
    }

    /// Work that nobody waits for, on a file that is open.
    fn tidy(&mut self, failed: &str, work: impl FnOnce(&mut File) -> Result<(), Error>) {
        if let Some(file) = &mut self.file
            && let Err(error) = work(file)
        {
            tracing::warn!(%error, "{failed}");
            self.is_damaged = error.is_damage();
            self.file = None;
        }
    }
}
