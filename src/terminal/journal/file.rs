//! The journal's file: appends entries, each in a commit of its own.

use rusqlite::{Connection, OptionalExtension, params};

use super::days::{Days, Place};
use super::{Answer, Error, Owner, Saved, draft};
use crate::chain::{Entry, Hash, Predecessor, StartReason};
use crate::clock::Clock;
use crate::domain::Incarnation;
use crate::sqlite::{self, Migration, Options};

const MIGRATIONS: &[Migration] = &[
    Migration { number: 1, name: "first", sql: include_str!("0001_first.sql") },
    Migration { number: 2, name: "counter", sql: include_str!("0002_counter.sql") },
];

/// Pages of 2 KiB: a rating fills a third of one, so a commit writes little more than the rating.
const PAGE_BYTES: u32 = 2048;

/// Bits of a place that hold the seq.
const SEQ_BITS: u32 = 40;

/// The current incarnation's end.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    pub ordinal: i64,
    pub incarnation: Incarnation,
    pub seq: u64,
    pub hash: Hash,
}

/// An open journal file.
pub struct File {
    pub(super) connection: Connection,
    pub(super) owner: Owner,
    pub(super) end: End,
    pub(super) days: Days,
    /// Where what is to be remembered stands.
    pub(super) memory_at: Option<i64>,
    /// The write-ahead log may still hold the key of a day that is over.
    pub(super) log_holds_old_key: bool,
    written: u64,
}

impl File {
    /// Opens the file; where it has no incarnation yet, begins one for `reason`.
    pub(super) fn open(
        owner: &Owner,
        reason: StartReason,
        clock: &dyn Clock,
    ) -> Result<File, Error> {
        // Folding the log back costs syncs, so it is done when nobody taps, not inside a commit.
        let options =
            Options { page_size: PAGE_BYTES, wal_autocheckpoint: 0, ..Options::default() };
        let mut connection = sqlite::open(&owner.path, options)?;
        // A key that is replaced is overwritten; "fast" writes no page for it that is not written
        // anyway.
        connection.pragma_update_and_check(None, "secure_delete", "fast", |_| Ok(()))?;
        sqlite::migrate(&mut connection, MIGRATIONS)?;
        let end = match read_end(&connection)? {
            Some(end) => end,
            None => {
                let transaction = connection.transaction()?;
                let end = begin(&transaction, owner, None, reason, clock)?;
                transaction.commit()?;
                end
            }
        };
        let days = Days::read(&connection)?;
        let mut file = File {
            connection,
            owner: owner.clone(),
            end,
            days,
            memory_at: None,
            // A program that was killed may have left it so.
            log_holds_old_key: true,
            written: 0,
        };
        file.memory_at = file.newest_memory()?.map(|(place, _)| place);
        Ok(file)
    }

    /// Writes one answer; when this returns, it is on the disk.
    pub(super) fn save(&mut self, answer: &Answer, clock: &dyn Clock) -> Result<Saved, Error> {
        let now = clock.now();
        let what = self.days.place(answer, now, self.owner.change_seconds);
        // A correction goes where its rating stands, even when another life has begun since: if
        // the rating travels as a branch, so does what corrects it.
        let (after, receipt) = match &what {
            Place::Corrects(saved, _) => {
                (self.end_of(saved.incarnation)?.unwrap_or(self.end), saved.receipt.clone())
            }
            Place::First | Place::Again => (self.end, None),
        };
        let receipt = receipt.map_or_else(draft::receipt, Ok)?;
        let saved =
            Saved { incarnation: after.incarnation, seq: after.seq + 1, receipt: Some(receipt) };
        let Saved { incarnation, seq, receipt } = saved.clone();
        let head = draft::Head { owner: &self.owner, incarnation, seq, receipt };
        let entry = draft::answer(head, answer, &what, now)?;
        let place = self.append(after, &entry, None, None)?;
        self.days.note(answer, place, &saved, &what, now);
        Ok(saved)
    }

    /// Writes an entry behind the end of its life, with what waits beside it and what is to be
    /// remembered from now on, in one commit; gives its place.
    pub(super) fn append(
        &mut self,
        after: End,
        entry: &Entry,
        sealed: Option<&str>,
        memory: Option<&str>,
    ) -> Result<i64, Error> {
        let (seq, hash) = (after.seq + 1, entry.hash(&after.hash));
        let at = place(after.ordinal, signed(seq)?);
        match memory {
            None => insert(&self.connection, at, entry, &hash, sealed)?,
            Some(memory) => {
                let transaction = self.connection.transaction()?;
                insert(&transaction, at, entry, &hash, sealed)?;
                remember(&transaction, self.memory_at, at, memory)?;
                transaction.commit()?;
                self.memory_at = Some(at);
            }
        }
        if after.ordinal == self.end.ordinal {
            self.end = End { seq, hash, ..after };
        }
        self.written += 1;
        Ok(at)
    }

    /// Replaces what is to be remembered, without an entry.
    pub(super) fn remember(&mut self, memory: &str) -> Result<(), Error> {
        let at = place(self.end.ordinal, signed(self.end.seq)?);
        let transaction = self.connection.transaction()?;
        remember(&transaction, self.memory_at, at, memory)?;
        transaction.commit()?;
        self.memory_at = Some(at);
        Ok(())
    }

    /// What is to be remembered; nothing when nothing ever was, or went with a damaged file.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn memory(&self) -> Result<Option<String>, Error> {
        Ok(self.newest_memory()?.map(|(_, memory)| memory))
    }

    fn newest_memory(&self) -> Result<Option<(i64, String)>, Error> {
        let sql = "select place, memory from entries where memory is not null
                   order by place desc limit 1";
        let row = self.connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)));
        Ok(row.optional()?)
    }

    /// Where a life ends; nothing for one that does not stand in this file.
    pub(super) fn end_of(&self, incarnation: Incarnation) -> Result<Option<End>, Error> {
        if incarnation == self.end.incarnation {
            return Ok(Some(self.end));
        }
        let sql = "select i.ordinal, e.place, e.hash from incarnations i
                   join entries e on e.place >= i.ordinal << 40 and e.place < (i.ordinal + 1) << 40
                   where i.incarnation = ?1 order by e.place desc limit 1";
        let row: Option<(i64, i64, Vec<u8>)> = self
            .connection
            .prepare_cached(sql)?
            .query_row([incarnation.to_string()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()?;
        let Some((ordinal, place, hash)) = row else { return Ok(None) };
        Ok(Some(End { ordinal, incarnation, seq: seq_of(place)?, hash: hash_of(&hash)? }))
    }

    /// Proves that the storage takes a durable write.
    pub(super) fn touch(&mut self) -> Result<(), Error> {
        let sql = "insert into facts (name, value) values ('probed', 1)
                   on conflict (name) do update set value = value + 1";
        self.connection.execute(sql, [])?;
        Ok(())
    }

    /// Folds the write-ahead log back into the file and begins it anew. The first commit of a log
    /// syncs its header too: better this one than a citizen's. The log's file stays as long as it
    /// has become, so that later commits write over it: a file that grows costs more with each sync.
    /// Only where it may hold the key of a day that is over, it is emptied.
    pub(super) fn fold_log(&mut self) -> Result<(), Error> {
        if self.log_holds_old_key {
            self.connection.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(()))?;
            self.log_holds_old_key = false;
        } else {
            self.connection.query_row("pragma wal_checkpoint(passive)", [], |_| Ok(()))?;
        }
        self.touch()
    }

    /// How many entries were written since the file was opened.
    pub(super) fn written(&self) -> u64 {
        self.written
    }

    /// Begins a new incarnation after the current one, in the same commit with `also`.
    pub(super) fn begin_anew(
        &mut self,
        reason: StartReason,
        clock: &dyn Clock,
        also: impl FnOnce(&Connection) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let End { incarnation, seq, hash, .. } = self.end;
        let predecessor = Predecessor { incarnation, seq, hash };
        let transaction = self.connection.transaction()?;
        also(&transaction)?;
        let end = begin(&transaction, &self.owner, Some(predecessor), reason, clock)?;
        transaction.commit()?;
        self.end = end;
        self.written += 1;
        Ok(())
    }
}

fn insert(
    db: &Connection,
    place: i64,
    entry: &Entry,
    hash: &Hash,
    sealed: Option<&str>,
) -> Result<(), Error> {
    let sql = "insert into entries (place, public, private, hash, sealed)
               values (?1, ?2, ?3, ?4, ?5)";
    db.prepare_cached(sql)?.execute(params![
        place,
        entry.public,
        entry.private,
        hash.0.as_slice(),
        sealed
    ])?;
    Ok(())
}

/// What is to be remembered stands with the entry at `place` from now on, and nowhere else.
pub(super) fn remember(
    db: &Connection,
    before: Option<i64>,
    place: i64,
    memory: &str,
) -> Result<(), Error> {
    if let Some(before) = before {
        db.prepare_cached("update entries set memory = null where place = ?1")?
            .execute([before])?;
    }
    db.prepare_cached("update entries set memory = ?2 where place = ?1")?
        .execute(params![place, memory])?;
    Ok(())
}

/// Where the entry with this seq of an incarnation stands.
pub(super) fn place(ordinal: i64, seq: i64) -> i64 {
    (ordinal << SEQ_BITS) + seq
}

/// The seq of what stands at a place.
pub(super) fn seq_of(place: i64) -> Result<u64, Error> {
    unsigned(place & ((1 << SEQ_BITS) - 1))
}

/// A seq as SQLite holds it.
pub(super) fn signed(seq: u64) -> Result<i64, Error> {
    i64::try_from(seq).map_err(|_| Error::Damaged(format!("seq {seq} is beyond counting")))
}

/// A seq as it was stored.
pub(super) fn unsigned(seq: i64) -> Result<u64, Error> {
    u64::try_from(seq).map_err(|_| Error::Damaged(format!("seq {seq} is below zero")))
}

/// A hash as it was stored.
pub(super) fn hash_of(bytes: &[u8]) -> Result<Hash, Error> {
    Ok(Hash::try_from(bytes)?)
}

fn begin(
    db: &Connection,
    owner: &Owner,
    predecessor: Option<Predecessor>,
    reason: StartReason,
    clock: &dyn Clock,
) -> Result<End, Error> {
    let incarnation = Incarnation(draft::random()?);
    let entry = draft::start(owner, incarnation, predecessor, reason, clock.now())?;
    let hash = entry.hash(&Hash::ZERO);
    let sql = "insert into incarnations (incarnation, next_seq, kept_from, kept_hash, diverged)
               values (?1, 1, 1, ?2, 0) returning ordinal";
    let zero = Hash::ZERO.0;
    let values = params![incarnation.to_string(), zero.as_slice()];
    let ordinal: i64 = db.query_row(sql, values, |row| row.get(0))?;
    insert(db, place(ordinal, 1), &entry, &hash, None)?;
    Ok(End { ordinal, incarnation, seq: 1, hash })
}

fn read_end(db: &Connection) -> Result<Option<End>, Error> {
    let sql = "select i.ordinal, i.incarnation, e.place, e.hash from incarnations i
               left join entries e on e.place >= i.ordinal << 40
               order by i.ordinal desc, e.place desc limit 1";
    let row = db
        .query_row(sql, [], |row| {
            let place: Option<i64> = row.get(2)?;
            let hash: Option<Vec<u8>> = row.get(3)?;
            Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, place.zip(hash)))
        })
        .optional()?;
    let Some((ordinal, incarnation, last)) = row else { return Ok(None) };
    let (place, hash) =
        last.ok_or_else(|| Error::Damaged("an incarnation without entries".into()))?;
    let incarnation =
        incarnation.parse().map_err(|_| Error::Damaged("an incarnation's name".into()))?;
    Ok(Some(End { ordinal, incarnation, seq: seq_of(place)?, hash: hash_of(&hash)? }))
}
