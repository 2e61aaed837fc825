//! Taps and terminals made by the program: real journals, real keys, the real protocol.

mod book;
mod dice;
pub mod fleet;
pub mod history;
pub mod past;
mod visits;

use std::path::Path;
use std::sync::{Arc, mpsc};

use crate::clock::SystemClock;
use crate::domain::Level;
use crate::terminal::journal::{Answer, Error, Journal, Owner};

/// Taps into the journal of `folder`, one after the other, and tells each seq once it is durable.
/// `count` 0 goes on for ever.
///
/// # Errors
/// When the journal fails.
pub fn taps(folder: &Path, count: u64, mut thanked: impl FnMut(u64)) -> Result<(), Error> {
    let journal = journal(folder)?;
    let (reply, saved) = mpsc::channel();
    for (tap, level) in (1_u64..).zip(Level::ALL.into_iter().cycle()) {
        let reply = reply.clone();
        let answer = Answer::new(level, "0317");
        journal.save(answer, move |result| {
            let _gone = reply.send(result);
        });
        thanked(saved.recv().map_err(|_| Error::Closed)??.seq);
        if tap == count {
            break;
        }
    }
    Ok(())
}

/// The journal of a terminal that no center knows.
///
/// # Errors
/// When it cannot be opened.
pub fn journal(folder: &Path) -> Result<Journal, Error> {
    let failed = |source| crate::sqlite::Error::File { path: folder.to_owned(), source };
    std::fs::create_dir_all(folder).map_err(failed)?;
    let odd = |error: crate::domain::InvalidId| Error::Damaged(error.to_string());
    let owner = Owner {
        path: folder.join("journal.sqlite"),
        terminal: "T-0000".parse().map_err(odd)?,
        window: "w0".parse().map_err(odd)?,
        keep_days: 30,
        change_seconds: 5,
    };
    Journal::open(owner, Arc::new(SystemClock::new().map_err(failed)?))
}
