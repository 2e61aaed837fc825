//! The screens, and how events move between them.

use super::{Effect, Enrolment, PROBE_EVERY_MS, SAVE_PATIENCE_MS, State, Ticket, millis};
use crate::domain::Level;
use crate::terminal::journal::Saved;

/// What is on the screen, with all that its picture needs and nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Screen {
    /// Nothing is known yet.
    Blank,
    /// The center does not know this terminal.
    NotEnrolled(Enrolment),
    /// Enrolled, but nothing to show.
    NoContent,
    /// Waits for a tap.
    Home,
    /// The tap is on its way to the disk; the picture is still the one that was tapped.
    Saving(Saving),
    /// Saved.
    Thanks(Thanks),
    /// The three buttons again; the answer stands until another one is saved.
    Change {
        /// To go back to.
        thanks: Thanks,
        /// When the visit ends without another tap.
        until: i64,
    },
    /// 评价暂停: storage does not take writes.
    Paused(Paused),
    /// Out of service.
    Retired,
}

/// A tap that waits for its reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saving {
    pub(super) ticket: Ticket,
    pub(super) tapped_at: i64,
    pub(super) staff: String,
    /// The tap was on the change screen.
    pub correction: bool,
}

/// The thank-you.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thanks {
    /// The entry, with its receipt code.
    pub saved: Saved,
    /// Whether the answer may still be changed.
    pub change: Option<ChangeOffer>,
    /// Who was rated: a correction is for the same person, whoever is on duty by now.
    pub(super) staff: String,
    pub(super) until: i64,
}

/// The countdown on the change button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChangeOffer {
    /// What the button says; at least 1.
    pub seconds: u32,
    next_at: i64,
}

/// Storage fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paused {
    /// A save that was given up while its reply is still out.
    late: Option<Saving>,
    probe: Probe,
}

/// One probe at a time: storage that hangs is not asked again before it has answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Probe {
    /// The reply is out.
    Asked,
    /// The next one.
    At(i64),
}

impl ChangeOffer {
    pub(super) fn new(seconds: u32, now: i64) -> ChangeOffer {
        ChangeOffer { seconds, next_at: now + 1_000 }
    }

    /// The countdown at `now`; nothing when it is over.
    fn at(mut self, now: i64) -> Option<ChangeOffer> {
        while now >= self.next_at && self.seconds > 0 {
            self.seconds -= 1;
            self.next_at += 1_000;
        }
        (self.seconds > 0).then_some(self)
    }
}

impl Screen {
    /// Whether somebody is in the middle of a visit.
    pub(super) fn is_visit(&self) -> bool {
        matches!(self, Screen::Saving(_) | Screen::Thanks(_) | Screen::Change { .. })
    }

    pub(super) fn deadline(&self) -> Option<i64> {
        match self {
            Screen::Saving(saving) => Some(saving.tapped_at + SAVE_PATIENCE_MS),
            Screen::Thanks(thanks) => {
                Some(thanks.change.map_or(thanks.until, |offer| thanks.until.min(offer.next_at)))
            }
            Screen::Change { until, .. } => Some(*until),
            Screen::Paused(Paused { probe: Probe::At(at), .. }) => Some(*at),
            _ => None,
        }
    }
}

impl State {
    pub(super) fn rated(&mut self, level: Level, now: i64) -> Option<Effect> {
        match &self.screen {
            Screen::Home => {
                let staff = self.facts.staff.clone().unwrap_or_default();
                Some(self.save(level, staff, None, now))
            }
            Screen::Change { thanks, .. } => {
                let Thanks { saved, staff, .. } = thanks.clone();
                Some(self.save(level, staff, Some(saved), now))
            }
            _ => None,
        }
    }

    pub(super) fn change_asked(&mut self, now: i64) {
        if let Screen::Thanks(thanks) = &self.screen
            && thanks.change.is_some()
        {
            let until = now + millis(self.rules.thanks_seconds);
            self.screen = Screen::Change { thanks: thanks.clone(), until };
        }
    }

    pub(super) fn done(&mut self, now: i64) {
        match &self.screen {
            Screen::Thanks(_) => self.screen = self.rest(),
            Screen::Change { thanks, .. } => {
                let mut thanks = thanks.clone();
                thanks.change = thanks.change.and_then(|offer| offer.at(now));
                thanks.until = now + millis(self.rules.thanks_seconds);
                self.screen = Screen::Thanks(thanks);
            }
            _ => {}
        }
    }

    pub(super) fn saved(&mut self, ticket: Ticket, saved: Saved, now: i64) {
        match &self.screen {
            Screen::Saving(saving) if saving.ticket == ticket => {
                self.thank(saving.clone(), saved, now)
            }
            Screen::Paused(Paused { late: Some(late), .. }) if late.ticket == ticket => {
                // Whoever tapped has gone after a thank-you's time: then nobody else is thanked.
                if now < late.tapped_at + millis(self.rules.thanks_seconds) {
                    self.thank(late.clone(), saved, now);
                } else {
                    self.screen = self.rest();
                }
            }
            _ => {}
        }
    }

    pub(super) fn save_failed(&mut self, ticket: Ticket, now: i64) {
        match &mut self.screen {
            Screen::Saving(saving) if saving.ticket == ticket => self.pause(None, now),
            Screen::Paused(paused)
                if paused.late.as_ref().is_some_and(|late| late.ticket == ticket) =>
            {
                paused.late = None;
            }
            _ => {}
        }
    }

    pub(super) fn probed(&mut self, writes: bool, now: i64) {
        if let Screen::Paused(paused) = &mut self.screen {
            if writes {
                self.screen = self.rest();
            } else {
                paused.probe = Probe::At(now + PROBE_EVERY_MS);
            }
        }
    }

    pub(super) fn timeout(&mut self, now: i64) -> Option<Effect> {
        if !self.screen.is_visit() && now >= self.reset_at() {
            self.look = self.rules.look;
        }
        match &mut self.screen {
            Screen::Saving(saving) if now >= saving.tapped_at + SAVE_PATIENCE_MS => {
                let late = saving.clone();
                self.pause(Some(late), now);
            }
            Screen::Thanks(thanks) => {
                thanks.change = thanks.change.and_then(|offer| offer.at(now));
                if now >= thanks.until {
                    self.screen = self.rest();
                }
            }
            Screen::Change { until, .. } if now >= *until => self.screen = self.rest(),
            Screen::Paused(paused) if matches!(paused.probe, Probe::At(at) if now >= at) => {
                paused.probe = Probe::Asked;
                return Some(Effect::Probe);
            }
            _ => {}
        }
        None
    }

    fn pause(&mut self, late: Option<Saving>, now: i64) {
        self.screen = Screen::Paused(Paused { late, probe: Probe::At(now + PROBE_EVERY_MS) });
    }
}
