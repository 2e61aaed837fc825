//! The ledger's tables.

mod apart;
mod sheet;

use super::Error;
use crate::center::db::{Row, Tx, Value, params};
use crate::chain::{Batch, Entry, Hash, Tree};
use crate::domain::{Incarnation, TerminalId};

pub use apart::{Flag, add_gap, quarantine, raise};
pub use sheet::Sheet;
pub(super) use sheet::{position, set_position};

/// A number as the database holds it; seqs and leaves stay far below its limit.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A number that was stored by [`signed`].
pub(crate) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// The log's end: epoch, tree, and where the center's own journal is.
#[derive(Clone, Debug)]
pub struct Log {
    /// Counts up from 1; a new one begins when the center is restored from a backup.
    pub epoch: u64,
    /// The leaf at which this epoch begins.
    pub base: u64,
    /// The tree over this epoch's leaves.
    pub tree: Tree,
    /// The incarnation of the center's own journal; nothing before its first act in this epoch.
    pub journal: Option<Incarnation>,
}

impl Log {
    /// Reads the end of the log; an empty one begins epoch 1.
    ///
    /// # Errors
    /// When the database cannot be read or what it holds is not a tree.
    pub async fn load(tx: &mut Tx) -> Result<Log, Error> {
        let sql = "select epoch, base, size, frontier, journal from log where one = 1";
        match tx.read_one(sql, params![]).await? {
            Some(row) => Log::read(&row),
            None => Ok(Log { epoch: 1, base: 0, tree: Tree::default(), journal: None }),
        }
    }

    fn read(row: &Row) -> Result<Log, Error> {
        let journal: Option<[u8; 16]> = row.bytes("journal")?.try_into().ok();
        Ok(Log {
            epoch: unsigned(row.int("epoch")?),
            base: unsigned(row.int("base")?),
            tree: Tree::restore(unsigned(row.int("size")?), row.bytes("frontier")?)?,
            journal: journal.map(Incarnation),
        })
    }

    /// Writes the end of the log.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn save(&self, tx: &mut Tx) -> Result<(), Error> {
        let sql = "insert into log (one, epoch, base, size, root, frontier, journal)
                   values (1, $1, $2, $3, $4, $5, $6)
                   on conflict (one) do update set epoch = excluded.epoch, base = excluded.base,
                       size = excluded.size, root = excluded.root, frontier = excluded.frontier,
                       journal = excluded.journal";
        let values = params![
            signed(self.epoch),
            signed(self.base),
            signed(self.tree.size()),
            self.tree.root().0,
            self.tree.edge_bytes(),
            self.journal.map(|journal| journal.0.to_vec()).unwrap_or_default()
        ];
        tx.run(sql, values).await?;
        Ok(())
    }

    /// The leaf that the next entry gets.
    #[must_use]
    pub fn next_leaf(&self) -> u64 {
        self.base + self.tree.size()
    }

    /// Lets the tree grow by the entries of a batch after the first `known`. Gives their first
    /// leaf and the row that keeps them.
    fn append(
        &mut self,
        batch: &Batch,
        hashes: &[Hash],
        known: u64,
        received_at: i64,
    ) -> (u64, Vec<Value>) {
        let first_leaf = self.next_leaf();
        for hash in hashes.iter().skip(usize::try_from(known).unwrap_or(usize::MAX)) {
            self.tree.push(hash);
        }
        let header = &batch.header;
        let row = params![
            signed(first_leaf),
            header.terminal.as_str(),
            header.incarnation.0,
            signed(header.first + known),
            signed(header.last),
            header.previous.0,
            header.head.0,
            received_at,
            batch.signed.as_str(),
            batch.signature.0,
            batch.entry_lines().into_bytes()
        ];
        (first_leaf, row)
    }
}

/// An entry of the log by its place in its journal.
///
/// # Errors
/// When the database cannot be read.
async fn entry_at(
    tx: &mut Tx,
    terminal: &TerminalId,
    incarnation: Incarnation,
    seq: u64,
) -> Result<Option<KeptEntry>, Error> {
    let sql = "select first_leaf, terminal_id, incarnation, first_seq, last_seq, previous,
                      received_at, signed, body
               from batches where terminal_id = $1 and incarnation = $2 and first_seq <= $3
               order by first_seq desc limit 1";
    let row = tx.read_one(sql, params![terminal.as_str(), incarnation.0, signed(seq)]).await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Kept::read(&row)?.entries.into_iter().find(|entry| entry.seq == seq))
}

/// An entry with its place in the ledger.
#[derive(Clone, Debug)]
pub struct KeptEntry {
    /// Its place in the log.
    pub leaf: u64,
    /// Its place in its journal.
    pub seq: u64,
    /// Its hash.
    pub hash: Hash,
    /// Its lines.
    pub entry: Entry,
}

/// A batch as the ledger keeps it: only the entries that it added.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Who sent it.
    pub terminal: TerminalId,
    /// Of which life.
    pub incarnation: Incarnation,
    /// When it arrived, in milliseconds UTC.
    pub received_at: i64,
    /// The header as it was signed.
    pub signed: String,
    /// The entries.
    pub entries: Vec<KeptEntry>,
}

impl Kept {
    fn read(row: &Row) -> Result<Kept, Error> {
        let text = std::str::from_utf8(row.bytes("body")?).unwrap_or_default();
        let all = Batch::read_entries(text)?;
        let first_seq = unsigned(row.int("first_seq")?);
        let first_leaf = unsigned(row.int("first_leaf")?);
        let added = unsigned(row.int("last_seq")? + 1) - first_seq;
        let known = all.len() as u64 - added.min(all.len() as u64);
        let mut hash = Hash::try_from(row.bytes("previous")?)?;
        let mut entries = Vec::with_capacity(all.len());
        for (place, entry) in (0_u64..).zip(all) {
            hash = entry.hash(&hash);
            if place >= known {
                let (leaf, seq) = (first_leaf + place - known, first_seq + place - known);
                entries.push(KeptEntry { leaf, seq, hash, entry });
            }
        }
        let wrong = |_| db_text("terminal_id");
        Ok(Kept {
            terminal: row.text("terminal_id")?.parse().map_err(wrong)?,
            incarnation: Incarnation(row.array("incarnation")?),
            received_at: row.int("received_at")?,
            signed: row.text("signed")?.to_owned(),
            entries,
        })
    }
}

fn db_text(column: &str) -> Error {
    let found = "a text that is not of its form";
    crate::center::db::Error::Column { column: column.into(), wanted: "what was written", found }
        .into()
}

/// Batches from a leaf on, in the order of the log, at most `limit`.
///
/// # Errors
/// When the database cannot be read.
pub async fn batches_from(tx: &mut Tx, leaf: u64, limit: u64) -> Result<Vec<Kept>, Error> {
    let sql = "select first_leaf, terminal_id, incarnation, first_seq, last_seq, previous,
                      received_at, signed, body
               from batches where first_leaf >= $1 order by first_leaf limit $2";
    let rows = tx.read(sql, params![signed(leaf), signed(limit)]).await?;
    rows.iter().map(Kept::read).collect()
}

/// Appends one batch. The caller saves the log and moves the position.
pub(super) async fn append(
    tx: &mut Tx,
    log: &mut Log,
    batch: &Batch,
    hashes: &[Hash],
    received_at: i64,
) -> Result<(), Error> {
    let (_, row) = log.append(batch, hashes, 0, received_at);
    Ok(tx.append("batches", BATCH, vec![row]).await?)
}

/// The columns of a batch.
const BATCH: &[&str] = &[
    "first_leaf",
    "terminal_id",
    "incarnation",
    "first_seq",
    "last_seq",
    "previous",
    "head",
    "received_at",
    "signed",
    "signature",
    "body",
];
