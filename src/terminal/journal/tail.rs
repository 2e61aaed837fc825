//! Checks a journal when it is opened, and sets a damaged one aside.

use std::path::{Path, PathBuf};

use rusqlite::params;

use super::file::{File, hash_of, place, seq_of};
use super::{Error, Owner};
use crate::chain::{Entry, StartReason};
use crate::clock::Clock;

/// How many of the last entries are checked at every start; the verifier checks all.
const CHECKED: i64 = 256;

/// Opens the journal. A file that is damaged is kept beside under another name, and a new life
/// begins which says so; the terminal goes on serving.
pub(super) fn open_or_set_aside(owner: &Owner, clock: &dyn Clock) -> Result<File, Error> {
    match open_checked(owner, StartReason::New, clock) {
        Err(error) if error.is_damage() => {
            tracing::error!(%error, "the journal is damaged");
            set_aside_and_begin(owner, clock)
        }
        other => other,
    }
}

/// Keeps the file beside under another name and begins a new life that says why.
pub(super) fn set_aside_and_begin(owner: &Owner, clock: &dyn Clock) -> Result<File, Error> {
    let aside = set_aside(&owner.path, clock)?;
    tracing::error!(aside = %aside.display(), "the journal was set aside");
    open_checked(owner, StartReason::Damage, clock)
}

fn open_checked(owner: &Owner, reason: StartReason, clock: &dyn Clock) -> Result<File, Error> {
    let file = File::open(owner, reason, clock)?;
    check_tail(&file)?;
    Ok(file)
}

/// Each of the last entries must be readable and hash to what stands beside it.
fn check_tail(file: &File) -> Result<(), Error> {
    let sql = "select place, public, private, hash from entries where place >= ?1
               order by place desc limit ?2";
    let mut statement = file.connection.prepare(sql)?;
    let rows = statement.query_map(params![place(file.end.ordinal, 0), CHECKED], |row| {
        let entry = Entry { public: row.get(1)?, private: row.get(2)? };
        Ok((row.get::<_, i64>(0)?, entry, row.get::<_, Vec<u8>>(3)?))
    })?;
    let mut later: Option<(u64, Entry, crate::chain::Hash)> = None;
    for row in rows {
        let (place, entry, hash) = row?;
        let (seq, hash) = (seq_of(place)?, hash_of(&hash)?);
        entry.read().map_err(|error| Error::Damaged(format!("entry {seq}: {error}")))?;
        if let Some((after, next, its_hash)) = &later
            && (*after != seq + 1 || next.hash(&hash) != *its_hash)
        {
            return Err(Error::Damaged(format!("entry {after} does not follow entry {seq}")));
        }
        later = Some((seq, entry, hash));
    }
    Ok(())
}

fn set_aside(path: &Path, clock: &dyn Clock) -> Result<PathBuf, Error> {
    let stamp = clock.now();
    let beside = |path: &Path, ending: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    };
    let aside = beside(path, &format!(".damaged-{}-{}", stamp.wall, stamp.mono));
    for ending in ["", "-wal", "-shm"] {
        let (from, to) = (beside(path, ending), beside(&aside, ending));
        if from.exists() {
            std::fs::rename(&from, &to)
                .map_err(|source| crate::sqlite::Error::File { path: from, source })?;
        }
    }
    Ok(aside)
}
