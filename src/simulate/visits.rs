//! Visits of many days at one window, as entries chain them: opening hours, three people in turn,
//! mostly content, one in a hundred with a second thought.

use data_encoding::BASE64URL_NOPAD;

use crate::chain::{Entry, Error, Hash, Kind, PrivateLine, PublicLine, VERSION};
use crate::domain::{BootId, Incarnation, Level, ReceiptCode, Stamp, TerminalId, WindowId};

/// Milliseconds of a day.
const DAY: i64 = 24 * 3600 * 1000;

/// Windows open at 8:30 and close at 17:00, in milliseconds after midnight in China (UTC+8).
const OPEN: i64 = (8 * 60 + 30) * 60_000;
const CLOSED: i64 = 17 * 3600 * 1000;
const CIVIL: i64 = 8 * 3600 * 1000;

/// How many answers in a hundred are of the first and of the second level.
const SATISFIED: u64 = 92;
const BASIC: u64 = 6;

/// Of a hundred answers, how many are corrected.
const CORRECTED: u64 = 1;

/// A number generator that repeats itself for the same seed (xorshift64*, Vigna 2016).
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, limit: u64) -> u64 {
        (self.next() >> 11) % limit
    }

    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        for chunk in bytes.chunks_mut(8) {
            let word = self.next().to_le_bytes();
            chunk.iter_mut().zip(word).for_each(|(byte, drawn)| *byte = drawn);
        }
        bytes
    }
}

/// One terminal's journal as it grows.
pub(super) struct Visits {
    pub terminal: TerminalId,
    window: WindowId,
    pub incarnation: Incarnation,
    boot: BootId,
    pub seq: u64,
    pub head: Hash,
    /// The wall time of the next visit.
    at: i64,
    /// The mean time between two visits within opening hours.
    pace: i64,
    started_at: i64,
    correct: Option<(u64, ReceiptCode)>,
    dice: Dice,
}

/// When a terminal's visits are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    /// The instant of the last, in milliseconds UTC.
    pub until: i64,
    /// Over how many days.
    pub days: u32,
    /// How many there are.
    pub visits: u64,
}

impl Visits {
    pub(super) fn new(terminal: TerminalId, window: WindowId, span: Span, seed: u64) -> Visits {
        let mut dice = Dice::new(seed);
        let days = i64::from(span.days.max(1));
        let visits = i64::try_from(span.visits).unwrap_or(i64::MAX).max(1);
        let started_at = span.until - days * DAY;
        Visits {
            terminal,
            window,
            incarnation: Incarnation(dice.bytes()),
            boot: BootId(dice.bytes()),
            seq: 0,
            head: Hash::ZERO,
            at: started_at,
            pace: (days * (CLOSED - OPEN) / visits).max(1),
            started_at,
            correct: None,
            dice,
        }
    }

    /// The clocks of the terminal at a wall time.
    pub(super) fn stamp(&self, wall: i64) -> Stamp {
        Stamp { wall, mono: wall - self.started_at, boot: self.boot }
    }

    /// The next entry; the first is the start of the incarnation.
    pub(super) fn next(&mut self) -> Result<Entry, Error> {
        self.seq += 1;
        let (kind, level, corrects, receipt) = match self.correct.take() {
            _ if self.seq == 1 => (Kind::Start, None, None, None),
            Some((seq, receipt)) => {
                self.at += 2_000;
                (Kind::Correction, Some(self.level()), Some(seq), Some(receipt))
            }
            None => {
                self.advance();
                let receipt = self.receipt();
                if self.dice.below(100) < CORRECTED {
                    self.correct = Some((self.seq, receipt.clone()));
                }
                (Kind::Rating, Some(self.level()), None, Some(receipt))
            }
        };
        let salt = BASE64URL_NOPAD.encode(&self.dice.bytes::<16>());
        let private = PrivateLine {
            level: level.map(Level::code),
            corrects,
            staff: self.on_duty(),
            ..PrivateLine::new(salt, self.stamp(self.at))
        };
        let public = PublicLine {
            v: VERSION,
            reason: (kind == Kind::Start).then_some(crate::chain::StartReason::New),
            kind,
            terminal: self.terminal.clone(),
            incarnation: self.incarnation,
            seq: self.seq,
            window: self.window.to_string(),
            receipt,
            predecessor: None,
            sealed: Hash::ZERO,
        };
        let entry = Entry::write(public, &private)?;
        self.head = entry.hash(&self.head);
        Ok(entry)
    }

    /// To the next visit, over the night where the window has closed.
    fn advance(&mut self) {
        let pace = u64::try_from(self.pace).unwrap_or(1);
        self.at += i64::try_from(self.dice.below(2 * pace)).unwrap_or(0) + 1;
        let of_day = (self.at + CIVIL).rem_euclid(DAY);
        if of_day < OPEN {
            self.at += OPEN - of_day;
        } else if of_day >= CLOSED {
            self.at += DAY - of_day + OPEN;
        }
    }

    fn level(&mut self) -> Level {
        match self.dice.below(100) {
            n if n < SATISFIED => Level::Satisfied,
            n if n < SATISFIED + BASIC => Level::Basic,
            _ => Level::Dissatisfied,
        }
    }

    /// Three people share a window, day by day.
    fn on_duty(&self) -> String {
        let turn = (self.at + CIVIL).div_euclid(DAY).rem_euclid(3) + 1;
        format!("{}-{turn}", self.window)
    }

    fn receipt(&mut self) -> ReceiptCode {
        loop {
            if let Some(code) = ReceiptCode::from_random(self.dice.bytes()) {
                return code;
            }
        }
    }
}
