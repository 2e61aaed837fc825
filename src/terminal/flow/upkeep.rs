//! The technician's part: maintenance behind a PIN, self-test, touch test, enrolment.

use super::desk::{LONGEST, Message, typed};
use super::effect::{Effect, Secret};
use super::event::Key;
use super::screens::Screen;
use super::{Enrolment, State};
use crate::domain::{Record, SelfTest};
use crate::terminal::journal::Note;

/// A self-test that has no result by then has failed.
const TEST_PATIENCE_MS: i64 = 10_000;

/// A touch test that is not complete by then ends.
const TOUCH_SECONDS: i64 = 60;

/// Cells of the touch test, across and down.
pub const TOUCH_CELLS: (usize, usize) = (8, 5);

/// Letters of a one-time code.
const CODE_LETTERS: usize = 36;

/// What the technician sees.
#[derive(Clone, PartialEq, Eq)]
pub enum Upkeep {
    /// Asks for the PIN of this terminal.
    Pin {
        /// Typed so far; shown as dots.
        digits: String,
        /// What came of the last try.
        said: Message,
    },
    /// How the terminal is.
    Overview,
    /// The three buttons are driven, until then.
    Testing {
        /// When it has failed.
        until: i64,
        /// Begun by the technician, who then sees the result.
        by_hand: bool,
    },
    /// What the test found.
    Tested(SelfTest),
    /// Every cell is to be touched.
    Touch {
        /// The places of those that were.
        touched: Vec<usize>,
        /// When it ends.
        until: i64,
    },
    /// A plain colour, by its place: red, green, blue, white, black.
    Colour(usize),
    /// The one-time code is typed.
    Enrol {
        /// Letters so far.
        code: String,
        /// It was handed over.
        sent: bool,
        /// The one before was refused.
        refused: bool,
    },
}

impl std::fmt::Debug for Upkeep {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Upkeep::Pin { digits, said } => write!(f, "Pin({} digits, {said:?})", digits.len()),
            Upkeep::Overview => f.write_str("Overview"),
            Upkeep::Testing { .. } => f.write_str("Testing"),
            Upkeep::Tested(test) => f.debug_tuple("Tested").field(test).finish(),
            Upkeep::Touch { touched, .. } => write!(f, "Touch({})", touched.len()),
            Upkeep::Colour(place) => write!(f, "Colour({place})"),
            Upkeep::Enrol { code, sent, .. } => {
                write!(f, "Enrol({} letters, {sent})", code.len())
            }
        }
    }
}

/// What the technician does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpkeepAct {
    /// The buttons are tested.
    SelfTest,
    /// The glass is tested.
    TouchTest,
    /// A cell of the touch test was touched.
    Cell(usize),
    /// Plain colours, one after the other.
    Colours,
    /// The screen is to be cleaned.
    Clean,
    /// The one-time code is to be typed.
    Enrol,
    /// The program is to start again.
    Restart,
    /// Maintenance is left.
    Leave,
}

impl Upkeep {
    fn code_pad(refused: bool) -> Upkeep {
        Upkeep::Enrol { code: String::new(), sent: false, refused }
    }

    pub(super) fn testing(now: i64) -> Upkeep {
        Upkeep::Testing { until: now + TEST_PATIENCE_MS, by_hand: false }
    }
}

impl State {
    /// Seven taps on the clock, each within a second of the last, lead to the PIN, never past it.
    pub(super) fn clock_tapped(&mut self) {
        const TAPS: u32 = 7;
        const APART_MS: i64 = 1_000;
        let (taps, last) = self.clock_taps;
        let taps = if self.now - last <= APART_MS { taps + 1 } else { 1 };
        self.clock_taps = (taps, self.now);
        if taps < TAPS {
            return;
        }
        self.clock_taps = (0, self.now);
        let may = match &self.screen {
            Screen::NotEnrolled(_) | Screen::Blank => false,
            Screen::Paused(paused) => paused.late.is_none(),
            screen => screen.is_rest(),
        };
        if !may {
            return;
        }
        let said = if self.rules.maintenance { Message::None } else { Message::Closed };
        self.screen = Screen::Upkeep(Upkeep::Pin { digits: String::new(), said });
    }

    pub(super) fn upkeep(&mut self, act: UpkeepAct) {
        // A terminal that belongs to nobody yet has nothing to protect but its code.
        if act == UpkeepAct::Enrol
            && matches!(self.screen, Screen::NotEnrolled(Enrolment { waiting: false, .. }))
        {
            self.screen = Screen::Upkeep(Upkeep::code_pad(false));
            return;
        }
        let Screen::Upkeep(upkeep) = &mut self.screen else { return };
        match (act, upkeep) {
            (UpkeepAct::Cell(place), Upkeep::Touch { touched, .. }) => {
                if place < TOUCH_CELLS.0 * TOUCH_CELLS.1 && !touched.contains(&place) {
                    touched.push(place);
                }
                if touched.len() == TOUCH_CELLS.0 * TOUCH_CELLS.1 {
                    self.screen = Screen::Upkeep(Upkeep::Overview);
                }
            }
            (UpkeepAct::Colours, Upkeep::Colour(place)) if *place < 4 => *place += 1,
            (UpkeepAct::Colours, Upkeep::Colour(_)) => {
                self.screen = Screen::Upkeep(Upkeep::Overview);
            }
            (act, Upkeep::Overview | Upkeep::Tested(_)) => self.begin_upkeep(act),
            _ => {}
        }
    }

    fn begin_upkeep(&mut self, act: UpkeepAct) {
        let now = self.now;
        match act {
            UpkeepAct::SelfTest => {
                let until = now + TEST_PATIENCE_MS;
                self.memory.tested_on = self.facts.day;
                self.screen = Screen::Upkeep(Upkeep::Testing { until, by_hand: true });
                self.effects.push(Effect::SelfTest);
            }
            UpkeepAct::TouchTest => {
                let until = now + TOUCH_SECONDS * 1_000;
                self.screen = Screen::Upkeep(Upkeep::Touch { touched: Vec::new(), until });
            }
            UpkeepAct::Colours => self.screen = Screen::Upkeep(Upkeep::Colour(0)),
            UpkeepAct::Clean => self.clean(),
            UpkeepAct::Restart => self.effects.push(Effect::Restart),
            UpkeepAct::Leave => self.leave(),
            UpkeepAct::Enrol | UpkeepAct::Cell(_) => {}
        }
    }

    pub(super) fn upkeep_key(&mut self, key: Key) {
        let open = self.rules.maintenance;
        let Screen::Upkeep(upkeep) = &mut self.screen else { return };
        match upkeep {
            Upkeep::Pin { said: Message::Checking, .. } => {}
            Upkeep::Pin { digits, said } if key == Key::Enter && open && digits.len() >= 6 => {
                let pin = std::mem::take(digits);
                *said = Message::Checking;
                let _told_on_the_pad = self.check(Secret::Maintenance, pin, None);
            }
            Upkeep::Pin { digits, said } if open => {
                *said = Message::None;
                typed(digits, key, LONGEST);
            }
            Upkeep::Enrol { code, sent: sent @ false, .. }
                if key == Key::Enter && code.len() == CODE_LETTERS =>
            {
                *sent = true;
                let code = code.clone();
                self.effects.push(Effect::Enrol(code));
            }
            Upkeep::Enrol { code, sent: false, refused } => {
                *refused = false;
                typed(code, key, CODE_LETTERS);
            }
            _ => {}
        }
    }

    pub(super) fn upkeep_back(&mut self) {
        match &self.screen {
            Screen::Upkeep(Upkeep::Tested(_) | Upkeep::Touch { .. } | Upkeep::Colour(_)) => {
                self.screen = Screen::Upkeep(Upkeep::Overview);
            }
            Screen::Upkeep(Upkeep::Testing { .. }) => {}
            Screen::Upkeep(_) => self.leave(),
            _ => {}
        }
    }

    /// The center does not take the code: another one may be typed.
    pub(super) fn code_refused(&mut self) {
        if matches!(self.screen, Screen::Upkeep(Upkeep::Enrol { .. })) {
            self.screen = Screen::Upkeep(Upkeep::code_pad(true));
        }
    }

    /// The terminal has been taken in: whoever typed the code sees what goes on.
    pub(super) fn taken_in(&mut self) {
        if matches!(self.screen, Screen::Upkeep(Upkeep::Enrol { .. })) {
            self.leave();
        }
    }

    pub(super) fn self_tested(&mut self, test: SelfTest) {
        let Screen::Upkeep(Upkeep::Testing { by_hand, .. }) = self.screen else { return };
        self.record_note(Note::new(Record::SelfTest(test.clone())));
        if by_hand {
            self.screen = Screen::Upkeep(Upkeep::Tested(test));
        } else {
            self.leave();
        }
    }

    pub(super) fn upkeep_timeout(&mut self) {
        let now = self.now;
        match &self.screen {
            Screen::Upkeep(Upkeep::Testing { until, .. }) if now >= *until => {
                let fault = "按键没有反应".to_owned();
                self.self_tested(SelfTest {
                    passed: false,
                    sizes: [(0, 0); 3],
                    micros: [0; 3],
                    fault,
                });
            }
            Screen::Upkeep(Upkeep::Touch { until, .. }) if now >= *until => {
                self.screen = Screen::Upkeep(Upkeep::Overview);
            }
            _ => {}
        }
    }

    pub(super) fn upkeep_deadline(&self) -> Option<i64> {
        match &self.screen {
            Screen::Upkeep(Upkeep::Testing { until, .. } | Upkeep::Touch { until, .. }) => {
                Some(*until)
            }
            _ => None,
        }
    }
}
