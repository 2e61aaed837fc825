//! Visits of many days at one window, as entries chain them: opening hours, three people in turn,
//! mostly content, one in a hundred with a second thought.

use super::book::Book;
use super::dice::Dice;
use crate::chain::{Entry, Error, Kind, PrivateLine};
use crate::domain::{Level, ReceiptCode, TerminalId, WindowId};

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

/// One terminal's journal as visits fill it.
pub(super) struct Visits {
    pub book: Book,
    window: WindowId,
    /// The wall time of the next visit.
    at: i64,
    /// The mean time between two visits within opening hours.
    pace: i64,
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
        let days = i64::from(span.days.max(1));
        let visits = i64::try_from(span.visits).unwrap_or(i64::MAX).max(1);
        let started_at = span.until - days * DAY;
        Visits {
            book: Book::new(terminal, window.clone(), started_at, seed),
            window,
            at: started_at,
            pace: (days * (CLOSED - OPEN) / visits).max(1),
            correct: None,
            dice: Dice::new(!seed),
        }
    }

    /// The next entry; the first is the start of the incarnation.
    pub(super) fn next(&mut self) -> Result<Entry, Error> {
        if self.book.seq == 0 {
            return self.book.begin();
        }
        let (kind, corrects, receipt) = match self.correct.take() {
            Some((seq, receipt)) => {
                self.at += 2_000;
                (Kind::Correction, Some(seq), receipt)
            }
            None => {
                self.advance();
                let receipt = self.dice.receipt();
                if self.dice.below(100) < CORRECTED {
                    self.correct = Some((self.book.seq + 1, receipt.clone()));
                }
                (Kind::Rating, None, receipt)
            }
        };
        let private = PrivateLine {
            level: Some(self.level().code()),
            corrects,
            staff: self.on_duty(),
            ..self.book.line(self.at)
        };
        self.book.write(kind, Some(receipt), &private)
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
}
