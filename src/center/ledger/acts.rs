//! The center's own journal: every administrative act is an entry, chained and signed alike.

use std::sync::Arc;

use data_encoding::BASE64URL_NOPAD;

use super::{Error, Log, store};
use crate::center::db::Tx;
use crate::chain::{
    Batch, Entry, Hash, Header, Keypair, Kind, Predecessor, PrivateLine, PublicLine, StartReason,
    VERSION,
};
use crate::clock::Clock;
use crate::domain::{Incarnation, Stamp, TerminalId};
use crate::wire::Position;

/// The name under which the center writes its own journal.
pub const CENTER: &str = "center";

/// Writes administrative acts into the center's own journal.
#[derive(Clone)]
pub struct Recorder {
    key: Keypair,
    clock: Arc<dyn Clock>,
}

fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(Error::Random)?;
    Ok(bytes)
}

impl Recorder {
    /// A recorder that signs with the center's key.
    #[must_use]
    pub fn new(key: Keypair, clock: Arc<dyn Clock>) -> Recorder {
        Recorder { key, clock }
    }

    /// Writes one act, in the transaction that does it.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn record(
        &self,
        tx: &mut Tx,
        person: &str,
        act: &'static str,
        detail: serde_json::Value,
    ) -> Result<(), Error> {
        let mut log = Log::load(tx).await?;
        self.record_in(tx, &mut log, person, act, detail).await?;
        log.save(tx).await
    }

    /// Like [`Recorder::record`], for a caller that has the log in hand and saves it itself.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn record_in(
        &self,
        tx: &mut Tx,
        log: &mut Log,
        person: &str,
        act: &'static str,
        detail: serde_json::Value,
    ) -> Result<(), Error> {
        self.write(
            tx,
            log,
            None,
            serde_json::json!({ "person": person, "act": act, "detail": detail }),
        )
        .await
    }

    /// Writes the first act of a new epoch: a new life of the center's own journal, which names
    /// the last entry that is known of the old one.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn record_epoch(
        &self,
        tx: &mut Tx,
        (log, before): (&mut Log, Option<Incarnation>),
        person: &str,
        detail: serde_json::Value,
    ) -> Result<(), Error> {
        let before = match before {
            Some(incarnation) => {
                let Position { next_seq, head, .. } =
                    store::position(tx, &center_terminal()?, incarnation).await?;
                Some(Predecessor { incarnation, seq: next_seq - 1, hash: head })
            }
            None => None,
        };
        let act = "epoch_opened";
        let act = serde_json::json!({ "person": person, "act": act, "detail": detail });
        self.write(tx, log, before, act).await
    }

    async fn write(
        &self,
        tx: &mut Tx,
        log: &mut Log,
        before: Option<Predecessor>,
        act: serde_json::Value,
    ) -> Result<(), Error> {
        let terminal = center_terminal()?;
        let is_first = log.journal.is_none();
        let incarnation = match log.journal {
            Some(incarnation) => incarnation,
            None => *log.journal.insert(Incarnation(random()?)),
        };
        let position = store::position(tx, &terminal, incarnation).await?;
        let writer = Writer { terminal: &terminal, incarnation, at: self.clock.now() };
        let mut entries = Vec::new();
        if is_first {
            entries.push(writer.start(before)?);
        }
        let seq = position.next_seq + entries.len() as u64;
        entries.push(writer.act(seq, act)?);
        self.append(tx, log, &writer, &position, entries).await
    }

    async fn append(
        &self,
        tx: &mut Tx,
        log: &mut Log,
        writer: &Writer<'_>,
        position: &Position,
        entries: Vec<Entry>,
    ) -> Result<(), Error> {
        let mut head = position.head;
        let chain = entries.iter().map(|entry| {
            head = entry.hash(&head);
            head
        });
        let hashes: Vec<Hash> = chain.collect();
        let last = position.next_seq + entries.len() as u64 - 1;
        let header = Header {
            center: self.key.public().center_id(),
            terminal: writer.terminal.clone(),
            incarnation: writer.incarnation,
            first: position.next_seq,
            last,
            head,
            previous: position.head,
            sent: writer.at,
        };
        let batch = Batch::sign(header, entries, &self.key);
        store::append(tx, log, &batch, &hashes, writer.at.wall).await?;
        let moved = Position { next_seq: last + 1, head, ..*position };
        store::set_position(tx, writer.terminal, &moved).await
    }
}

/// The center's name as a journal's owner.
///
/// # Errors
/// Never: the name is a valid one.
pub fn center_terminal() -> Result<TerminalId, Error> {
    CENTER.parse().map_err(|_| {
        Error::Damaged(crate::chain::Error::Malformed {
            what: "terminal",
            found: CENTER.into(),
            allowed: "a terminal id",
        })
    })
}

struct Writer<'a> {
    terminal: &'a TerminalId,
    incarnation: Incarnation,
    at: Stamp,
}

impl Writer<'_> {
    fn public(&self, seq: u64, kind: Kind) -> PublicLine {
        PublicLine {
            v: VERSION,
            kind,
            terminal: self.terminal.clone(),
            incarnation: self.incarnation,
            seq,
            window: String::new(),
            receipt: None,
            predecessor: None,
            reason: None,
            sealed: Hash::ZERO,
        }
    }

    fn private(&self, act: Option<serde_json::Value>) -> Result<PrivateLine, Error> {
        let salt = BASE64URL_NOPAD.encode(&random::<16>()?);
        Ok(PrivateLine { act, ..PrivateLine::new(salt, self.at) })
    }

    fn start(&self, predecessor: Option<Predecessor>) -> Result<Entry, Error> {
        let is_new = predecessor.is_none();
        let reason = Some(if is_new { StartReason::New } else { StartReason::RolledBack });
        let public = PublicLine { predecessor, reason, ..self.public(1, Kind::Start) };
        Ok(Entry::write(public, &self.private(None)?)?)
    }

    fn act(&self, seq: u64, act: serde_json::Value) -> Result<Entry, Error> {
        Ok(Entry::write(self.public(seq, Kind::Act), &self.private(Some(act))?)?)
    }
}
