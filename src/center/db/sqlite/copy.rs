//! A copy of a whole database beside running work.

use std::{fs, io, path::Path, time::Duration};

use rusqlite::{Connection, backup::Backup};

use super::super::Error;
use crate::sqlite::{self, Options};

/// Copies `from` as it stands at one moment. `to` appears whole, or not at all.
pub(super) fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    if to.exists() {
        return Err(Error::Refused(format!("{} is already there", to.display())));
    }
    let mut part = to.as_os_str().to_owned();
    part.push(".part");
    let part = Path::new(&part);
    let copied = fill(from, part).and_then(|()| {
        // A link never replaces a file that came in the meantime, as a rename would.
        file(to, fs::hard_link(part, to))?;
        let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty());
        file(to, sync(folder.unwrap_or(Path::new("."))))
    });
    let removed = file(part, fs::remove_file(part));
    copied.and(removed)
}

fn fill(from: &Path, part: &Path) -> Result<(), Error> {
    // What an earlier copy left behind when the power went.
    if part.exists() {
        file(part, fs::remove_file(part))?;
    }
    let source = sqlite::open_read_only(from, Options::default())?;
    sqlite::create_private(part)?;
    copy_pages(&source, part).map_err(sqlite::Error::from)?;
    file(part, sync(part))
}

fn copy_pages(source: &Connection, part: &Path) -> rusqlite::Result<()> {
    let mut target = Connection::open(part)?;
    // All pages in one step, so that a busy writer does not make it start again and again.
    Backup::new(source, &mut target)?.run_to_completion(i32::MAX, Duration::from_millis(50), None)
}

fn sync(path: &Path) -> io::Result<()> {
    fs::File::open(path)?.sync_all()
}

fn file<T>(path: &Path, outcome: io::Result<T>) -> Result<T, Error> {
    let error = |source| sqlite::Error::File { path: path.to_owned(), source };
    outcome.map_err(|source| error(source).into())
}
