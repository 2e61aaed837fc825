//! The pad of the person on duty: who they are, and what they do.

use super::effect::Secret;
use super::event::{DeskAct, Key};
use super::screens::{Cleaning, Screen};
use super::{Effect, State};
use crate::domain::Leaving;

/// How long touches do nothing while the glass is wiped.
const CLEANING_SECONDS: u32 = 30;

/// The longest number and PIN that are taken; a PIN has at most 16 digits.
pub(super) const LONGEST: usize = 16;

/// What the pad shows.
#[derive(Clone, PartialEq, Eq)]
pub enum Desk {
    /// Asks for the employee number.
    Number {
        /// Typed so far.
        digits: String,
    },
    /// Asks for the PIN.
    Pin {
        /// Of whom.
        employee_no: String,
        /// Typed so far; shown as dots.
        digits: String,
        /// What came of the last try.
        said: Message,
    },
    /// What can be done.
    Menu,
    /// Which item the service is.
    Items,
    /// Why and for how long, by their places.
    Absence {
        /// The reason.
        reason: usize,
        /// The minutes, among [`AWAY_MINUTES`].
        minutes: usize,
    },
}

/// How long a short absence may be expected to take, in minutes.
pub const AWAY_MINUTES: [u32; 6] = [5, 10, 15, 20, 30, 60];

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Desk::Number { digits } => write!(f, "Number({digits})"),
            Desk::Pin { employee_no, digits, said } => {
                write!(f, "Pin({employee_no}, {} digits, {said:?})", digits.len())
            }
            Desk::Menu => f.write_str("Menu"),
            Desk::Items => f.write_str("Items"),
            Desk::Absence { reason, minutes } => write!(f, "Absence({reason}, {minutes})"),
        }
    }
}

/// What a pad says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Message {
    /// Nothing.
    #[default]
    None,
    /// The PIN is being checked.
    Checking,
    /// Number and PIN do not fit; which of them is not told.
    Wrong,
    /// Locked out on this terminal for so many seconds.
    LockedOut(u32),
    /// No PIN is set for this.
    Closed,
}

impl Desk {
    /// Says what came of a try of this person.
    pub(super) fn say(&mut self, who: &str, message: Message) {
        if let Desk::Pin { employee_no, digits, said } = self
            && employee_no == who
        {
            *said = message;
            digits.clear();
        }
    }
}

/// What is typed on a pad, after one more key.
pub(super) fn typed(text: &mut String, key: Key, longest: usize) {
    match key {
        Key::Character(letter) if text.chars().count() < longest => text.push(letter),
        Key::Character(_) | Key::Enter => {}
        Key::Erase => drop(text.pop()),
        Key::Clear => text.clear(),
    }
}

impl State {
    /// The pad is opened; whoever is on duty need not type the number again.
    pub(super) fn staff_asked(&mut self) {
        if !matches!(self.screen, Screen::Home | Screen::OffDuty | Screen::Away) {
            return;
        }
        self.screen = Screen::Desk(match &self.memory.shift {
            Some(shift) => Desk::Pin {
                employee_no: shift.staff.clone(),
                digits: String::new(),
                said: Message::None,
            },
            None => Desk::Number { digits: String::new() },
        });
    }

    pub(super) fn desk_key(&mut self, key: Key) {
        let Screen::Desk(desk) = &mut self.screen else { return };
        match desk {
            Desk::Number { digits } if key == Key::Enter && !digits.is_empty() => {
                let employee_no = digits.clone();
                *desk = Desk::Pin { employee_no, digits: String::new(), said: Message::None };
            }
            Desk::Number { digits } => typed(digits, key, LONGEST),
            Desk::Pin { said: Message::Checking, .. } => {}
            Desk::Pin { employee_no, digits, said } if key == Key::Enter && digits.len() >= 6 => {
                let (whose, pin) = (Secret::Staff(employee_no.clone()), std::mem::take(digits));
                *said = Message::Checking;
                let _told_on_the_pad = self.check(whose, pin, None);
            }
            Desk::Pin { digits, said, .. } => {
                *said = Message::None;
                typed(digits, key, LONGEST);
            }
            Desk::Menu | Desk::Items | Desk::Absence { .. } => {}
        }
    }

    /// One step back on the pad.
    pub(super) fn desk_back(&mut self) {
        match &self.screen {
            Screen::Desk(Desk::Items | Desk::Absence { .. }) => {
                self.screen = Screen::Desk(Desk::Menu)
            }
            Screen::Desk(_) => self.leave(),
            _ => {}
        }
    }

    pub(super) fn desk(&mut self, act: DeskAct) {
        if act == DeskAct::HandOver && matches!(self.screen, Screen::Desk(Desk::Pin { .. })) {
            // Whoever takes over types the own number: the one before has gone home already.
            self.screen = Screen::Desk(Desk::Number { digits: String::new() });
            return;
        }
        match &self.screen {
            Screen::Desk(Desk::Menu | Desk::Items | Desk::Absence { .. }) => {}
            _ => return,
        }
        match act {
            DeskAct::Begin => {
                self.screen = self.rest();
                self.effects.push(Effect::NameService);
            }
            DeskAct::Finish => {
                self.screen = self.rest();
                self.finish();
            }
            DeskAct::NameItem => self.screen = Screen::Desk(Desk::Items),
            DeskAct::Item(id) => {
                self.name_item(&id);
                self.screen = Screen::Desk(Desk::Menu);
            }
            DeskAct::AwayAsked => {
                self.screen = Screen::Desk(Desk::Absence { reason: 0, minutes: 1 });
            }
            DeskAct::AwayReason(_) | DeskAct::AwayMinutes(_) | DeskAct::AwayConfirmed => {
                self.absence(&act);
            }
            DeskAct::BackToWork => {
                self.come_back();
                self.leave();
            }
            DeskAct::HandOver => {
                self.screen = Screen::Desk(Desk::Number { digits: String::new() });
            }
            DeskAct::SignOff => drop(self.sign_off(Leaving::SignedOff)),
            DeskAct::EndOfDay => drop(self.sign_off(Leaving::EndOfDay)),
            DeskAct::Clean => self.clean(),
        }
    }

    fn absence(&mut self, act: &DeskAct) {
        let reasons = self.behaviour().away_reasons;
        let Screen::Desk(Desk::Absence { reason, minutes }) = &mut self.screen else { return };
        match *act {
            DeskAct::AwayReason(place) if place < reasons.len() => *reason = place,
            DeskAct::AwayMinutes(place) if place < AWAY_MINUTES.len() => *minutes = place,
            DeskAct::AwayConfirmed => {
                let chosen = reasons.get(*reason).zip(AWAY_MINUTES.get(*minutes));
                if let Some((reason, minutes)) = chosen {
                    self.screen = self.rest();
                    self.go_away(reason.id.clone(), *minutes);
                }
            }
            _ => {}
        }
    }

    /// Touches do nothing for a while.
    pub(super) fn clean(&mut self) {
        self.screen =
            Screen::Cleaning(Cleaning { seconds: CLEANING_SECONDS, next_at: self.now + 1_000 });
    }
}
