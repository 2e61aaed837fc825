//! The journal's file: appends entries, each in a commit of its own.

use rusqlite::{Connection, OptionalExtension, params};

use super::{Answer, Error, Owner, Saved, draft};
use crate::chain::{Entry, Hash, Predecessor, StartReason};
use crate::clock::Clock;
use crate::domain::Incarnation;
use crate::sqlite::{self, Migration, Options};

const MIGRATIONS: &[Migration] =
    &[Migration { number: 1, name: "first", sql: include_str!("0001_first.sql") }];

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
        Ok(File { connection, owner: owner.clone(), end, written: 0 })
    }

    /// Writes one answer; when this returns, it is on the disk.
    pub(super) fn save(&mut self, answer: &Answer, clock: &dyn Clock) -> Result<Saved, Error> {
        let receipt = match &answer.corrects {
            Some(saved) => saved.receipt.clone(),
            None => draft::receipt()?,
        };
        // A correction goes where its rating stands, even when another life has begun since: if
        // the rating travels as a branch, so does what corrects it.
        let after = match &answer.corrects {
            Some(saved) => self.end_of(saved.incarnation)?.unwrap_or(self.end),
            None => self.end,
        };
        let (incarnation, seq) = (after.incarnation, after.seq + 1);
        let entry =
            draft::answer(&self.owner, incarnation, seq, receipt.clone(), answer, clock.now())?;
        let hash = entry.hash(&after.hash);
        insert(&self.connection, after.ordinal, seq, &entry, &hash)?;
        if after.ordinal == self.end.ordinal {
            self.end = End { seq, hash, ..after };
        }
        self.written += 1;
        Ok(Saved { incarnation, seq, receipt })
    }

    /// Where a life ends; nothing for one that does not stand in this file.
    fn end_of(&self, incarnation: Incarnation) -> Result<Option<End>, Error> {
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
    pub(super) fn fold_log(&mut self) -> Result<(), Error> {
        self.connection.query_row("pragma wal_checkpoint(passive)", [], |_| Ok(()))?;
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
    ordinal: i64,
    seq: u64,
    entry: &Entry,
    hash: &Hash,
) -> Result<(), Error> {
    let sql = "insert into entries (place, public, private, hash) values (?1, ?2, ?3, ?4)";
    db.prepare_cached(sql)?.execute(params![
        place(ordinal, signed(seq)?),
        entry.public,
        entry.private,
        hash.0.as_slice()
    ])?;
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
    insert(db, ordinal, 1, &entry, &hash)?;
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
