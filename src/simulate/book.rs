//! A journal that lies in memory: entries with the clocks of their time, chained as they are
//! written.

use super::dice::Dice;
use crate::chain::{Entry, Error, Hash, Kind, PrivateLine, PublicLine, StartReason, VERSION};
use crate::domain::{BootId, Incarnation, ReceiptCode, Stamp, TerminalId, WindowId};

/// One terminal's journal as it grows; the machine has never been started anew.
pub(super) struct Book {
    pub terminal: TerminalId,
    window: WindowId,
    pub incarnation: Incarnation,
    boot: BootId,
    pub seq: u64,
    pub head: Hash,
    started_at: i64,
    dice: Dice,
}

impl Book {
    /// An empty journal of a machine that was started at this wall time; the same for one seed.
    pub(super) fn new(terminal: TerminalId, window: WindowId, started_at: i64, seed: u64) -> Book {
        let mut dice = Dice::new(seed);
        Book {
            terminal,
            window,
            incarnation: Incarnation(dice.bytes()),
            boot: BootId(dice.bytes()),
            seq: 0,
            head: Hash::ZERO,
            started_at,
            dice,
        }
    }

    /// The clocks of the terminal at a wall time.
    pub(super) fn stamp(&self, wall: i64) -> Stamp {
        Stamp { wall, mono: wall - self.started_at, boot: self.boot }
    }

    /// A line that says nothing yet but when.
    pub(super) fn line(&mut self, at: i64) -> PrivateLine {
        PrivateLine::new(self.dice.name(), self.stamp(at))
    }

    /// Writes the next entry; the first must be the start of the incarnation.
    pub(super) fn write(
        &mut self,
        kind: Kind,
        receipt: Option<ReceiptCode>,
        private: &PrivateLine,
    ) -> Result<Entry, Error> {
        self.seq += 1;
        let public = PublicLine {
            v: VERSION,
            reason: (kind == Kind::Start).then_some(StartReason::New),
            kind,
            terminal: self.terminal.clone(),
            incarnation: self.incarnation,
            seq: self.seq,
            window: self.window.to_string(),
            receipt,
            predecessor: None,
            sealed: Hash::ZERO,
        };
        let entry = Entry::write(public, private)?;
        self.head = entry.hash(&self.head);
        Ok(entry)
    }

    /// The start of the incarnation.
    pub(super) fn begin(&mut self) -> Result<Entry, Error> {
        let line = self.line(self.started_at);
        self.write(Kind::Start, None, &line)
    }
}
