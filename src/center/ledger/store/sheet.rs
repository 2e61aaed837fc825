//! What one transaction adds to the ledger: decided in memory, then written in a few calls. Each
//! call waits for the database's thread, so a call a batch would cost more than the batch.

use std::collections::HashMap;

use super::{KeptEntry, Log, apart, signed, unsigned};
use crate::center::db::{Row, Tx, Value, params};
use crate::center::ledger::Error;
use crate::center::ledger::rules::{self, Claim, Join, Place};
use crate::chain::{Batch, Hash};
use crate::domain::{Incarnation, TerminalId};
use crate::wire::Position;

/// One life of one terminal's journal.
type Journal = (TerminalId, Incarnation);

/// Additions to the ledger that are not yet written. What is read through it is true for them.
pub struct Sheet {
    /// The end of the log, with what was added.
    pub log: Log,
    size_before: u64,
    positions: HashMap<Journal, Held>,
    batches: Vec<Vec<Value>>,
    sealed: Vec<Vec<Value>>,
    spans: Vec<Span>,
}

/// How far the ledger holds a journal, and whether that is still to be written.
struct Held {
    position: Position,
    is_moved: bool,
}

/// Where the entries of a batch that was added stand.
struct Span {
    journal: Journal,
    first_seq: u64,
    last_seq: u64,
    first_leaf: u64,
}

impl Sheet {
    /// Reads the end of the log and the positions of the journals that will be asked for.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn open(tx: &mut Tx, journals: Vec<Journal>) -> Result<Sheet, Error> {
        let log = Log::load(tx).await?;
        let keys = journals.iter().map(|(terminal, life)| params![terminal.as_str(), life.0]);
        let rows = tx.read_many(POSITION, keys.collect()).await?;
        let mut positions = HashMap::with_capacity(journals.len());
        for (journal, rows) in journals.into_iter().zip(rows) {
            let position = read(journal.1, rows.first())?;
            positions.insert(journal, Held { position, is_moved: false });
        }
        let size_before = log.tree.size();
        let (batches, sealed, spans) = (Vec::new(), Vec::new(), Vec::new());
        Ok(Sheet { log, size_before, positions, batches, sealed, spans })
    }

    /// How far the ledger holds an incarnation; the beginning when it holds nothing of it.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn position(
        &self,
        tx: &mut Tx,
        terminal: &TerminalId,
        incarnation: Incarnation,
    ) -> Result<Position, Error> {
        match self.positions.get(&(terminal.clone(), incarnation)) {
            Some(held) => Ok(held.position),
            None => position(tx, terminal, incarnation).await,
        }
    }

    /// Moves a position.
    pub fn set_position(&mut self, terminal: &TerminalId, position: Position) {
        let journal = (terminal.clone(), position.incarnation);
        self.positions.insert(journal, Held { position, is_moved: true });
    }

    /// Decides where a batch belongs, reading what the decision needs. `hashes` are its own.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn place(
        &mut self,
        tx: &mut Tx,
        position: &Position,
        batch: &Batch,
        hashes: &[Hash],
    ) -> Result<Place, Error> {
        let header = &batch.header;
        let claim = Claim { first: header.first, last: header.last, previous: header.previous };
        let join = match rules::join_at(position, &claim) {
            Some(seq) => {
                let offered = usize::try_from(seq - claim.first).ok().and_then(|at| hashes.get(at));
                let stored = match position {
                    _ if apart::is_over_gap(tx, batch).await? => None,
                    Position { next_seq, head, .. } if *next_seq == seq + 1 => Some(*head),
                    _ => {
                        let (terminal, life) = (&header.terminal, header.incarnation);
                        self.entry_at(tx, terminal, life, seq).await?.map(|entry| entry.hash)
                    }
                };
                offered.map(|offered| Join { stored, offered: *offered })
            }
            None => None,
        };
        let goes_on = claim.first > position.next_seq && apart::branch_holds(tx, batch).await?;
        Ok(rules::place(position, &claim, join, goes_on))
    }

    /// Appends the entries of a batch after the first `known`. Gives their first leaf. The caller
    /// moves the position.
    pub fn append(&mut self, batch: &Batch, hashes: &[Hash], known: u64, received_at: i64) -> u64 {
        let header = &batch.header;
        let (first_leaf, row) = self.log.append(batch, hashes, known, received_at);
        self.batches.push(row);
        let journal = (header.terminal.clone(), header.incarnation);
        let (first_seq, last_seq) = (header.first + known, header.last);
        self.spans.push(Span { journal, first_seq, last_seq, first_leaf });
        first_leaf
    }

    /// Stores apart what log and branches do not hold of a batch. Tells whether there was anything.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn add_branch(
        &mut self,
        tx: &mut Tx,
        batch: &Batch,
        hashes: &[Hash],
        received_at: i64,
        reason: &str,
    ) -> Result<bool, Error> {
        self.write_batches(tx).await?;
        apart::add_branch(tx, batch, hashes, received_at, reason).await
    }

    /// Keeps the sealed fields of a batch, whose own `hashes` these are, apart from its entries. What
    /// is kept or erased already stays as it is.
    pub fn add_sealed(&mut self, batch: &Batch, hashes: &[Hash], received_at: i64) {
        self.sealed.extend(apart::sealed(batch, hashes, received_at));
    }

    /// An entry of the log by its place in its journal.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn entry_at(
        &mut self,
        tx: &mut Tx,
        terminal: &TerminalId,
        incarnation: Incarnation,
        seq: u64,
    ) -> Result<Option<KeptEntry>, Error> {
        self.write_batches(tx).await?;
        super::entry_at(tx, terminal, incarnation, seq).await
    }

    /// The leaf of an entry.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn leaf_of(
        &self,
        tx: &mut Tx,
        terminal: &TerminalId,
        incarnation: Incarnation,
        seq: u64,
    ) -> Result<Option<u64>, Error> {
        let holds = |span: &&Span| {
            (span.first_seq..=span.last_seq).contains(&seq)
                && span.journal.1 == incarnation
                && span.journal.0 == *terminal
        };
        if let Some(span) = self.spans.iter().rev().find(holds) {
            return Ok(Some(span.first_leaf + seq - span.first_seq));
        }
        let sql = "select first_leaf, first_seq from batches
                   where terminal_id = $1 and incarnation = $2 and first_seq <= $3 and last_seq >= $3
                   order by first_seq desc limit 1";
        let row = tx.read_one(sql, params![terminal.as_str(), incarnation.0, signed(seq)]).await?;
        let Some(row) = row else { return Ok(None) };
        let from = unsigned(row.int("first_seq")?);
        Ok(Some(unsigned(row.int("first_leaf")?) + seq - from))
    }

    /// Writes everything.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn write(mut self, tx: &mut Tx) -> Result<(), Error> {
        self.write_batches(tx).await?;
        let moved = self.positions.iter().filter(|(_, held)| held.is_moved);
        let rows: Vec<_> =
            moved.map(|((terminal, _), held)| row(terminal, &held.position)).collect();
        if !rows.is_empty() {
            tx.run_many(SET_POSITION, rows).await?;
        }
        if !self.sealed.is_empty() {
            tx.run_many(apart::ADD_SEALED, self.sealed).await?;
        }
        if self.log.tree.size() != self.size_before {
            self.log.save(tx).await?;
        }
        Ok(())
    }

    async fn write_batches(&mut self, tx: &mut Tx) -> Result<(), Error> {
        if !self.batches.is_empty() {
            tx.append("batches", super::BATCH, std::mem::take(&mut self.batches)).await?;
        }
        Ok(())
    }
}

const POSITION: &str =
    "select next_seq, head from positions where terminal_id = $1 and incarnation = $2";

const SET_POSITION: &str = "insert into positions (terminal_id, incarnation, next_seq, head)
    values ($1, $2, $3, $4)
    on conflict (terminal_id, incarnation)
    do update set next_seq = excluded.next_seq, head = excluded.head";

fn row(terminal: &TerminalId, position: &Position) -> Vec<Value> {
    let Position { incarnation, next_seq, head } = position;
    params![terminal.as_str(), incarnation.0, signed(*next_seq), head.0]
}

fn read(incarnation: Incarnation, row: Option<&Row>) -> Result<Position, Error> {
    Ok(match row {
        Some(row) => Position {
            incarnation,
            next_seq: unsigned(row.int("next_seq")?),
            head: Hash::try_from(row.bytes("head")?)?,
        },
        None => Position { incarnation, next_seq: 1, head: Hash::ZERO },
    })
}

/// How far the ledger holds an incarnation, without a sheet.
pub async fn position(
    tx: &mut Tx,
    terminal: &TerminalId,
    incarnation: Incarnation,
) -> Result<Position, Error> {
    let row = tx.read_one(POSITION, params![terminal.as_str(), incarnation.0]).await?;
    read(incarnation, row.as_ref())
}

/// Moves a position, without a sheet.
pub async fn set_position(
    tx: &mut Tx,
    terminal: &TerminalId,
    position: &Position,
) -> Result<(), Error> {
    tx.run(SET_POSITION, row(terminal, position)).await?;
    Ok(())
}
