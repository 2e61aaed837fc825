//! Who is on duty: signed on, handed over, away for a while, signed off, ended at closing time.

use super::desk::{Desk, Message};
use super::effect::{Outcome, Secret};
use super::event::{Ask, Call, Proof};
use super::memory::{Absence, Shift};
use super::screens::Screen;
use super::upkeep::Upkeep;
use super::{Effect, State, Ticket};
use crate::domain::{Leaving, Means, Record};
use crate::terminal::journal::Note;

/// A PIN that is being checked.
#[derive(Clone, Debug)]
pub(super) struct Attempt {
    whose: Secret,
    /// Who waits for the answer: the pad where it is nobody.
    call: Option<Call>,
}

impl State {
    /// Something is asked for from outside.
    pub(super) fn asked(&mut self, call: Option<Call>, ask: Ask) {
        let outcome = match ask {
            _ if !self.facts.ready
                || matches!(self.rest(), Screen::Retired | Screen::NoContent) =>
            {
                Some(Outcome::OutOfService)
            }
            Ask::SignOn { employee_no, proof } => self.sign_on_asked(call, employee_no, proof),
            Ask::SignOff(why) => Some(self.sign_off(why)),
            Ask::Away { why, minutes } => Some(self.go_away(why, minutes)),
            Ask::BackToWork => Some(self.come_back()),
            Ask::Begin { service, item, ticket } => Some(self.begin(service, item, ticket)),
            Ask::NameItem(item) => Some(self.name_item(&item)),
            Ask::Finish => Some(self.finish()),
        };
        if let (Some(call), Some(outcome)) = (call, outcome) {
            self.effects.push(Effect::Reply { call, outcome });
        }
    }

    fn sign_on_asked(
        &mut self,
        call: Option<Call>,
        employee_no: String,
        proof: Proof,
    ) -> Option<Outcome> {
        let means = match proof {
            Proof::Pin(pin) => return self.check(Secret::Staff(employee_no), pin, call),
            Proof::Card => Means::Card,
            Proof::System => Means::System,
        };
        let locked = self.memory.locked_for(&employee_no, self.now);
        Some(if !self.knows(&employee_no) {
            Outcome::Unknown
        } else if locked > 0 && means == Means::Card {
            Outcome::LockedOut(locked)
        } else {
            self.sign_on(employee_no, means);
            Outcome::Done
        })
    }

    fn knows(&self, employee_no: &str) -> bool {
        self.facts.known.as_ref().is_some_and(|known| known.staff.contains(employee_no))
    }

    /// Has a PIN checked, unless whoever it is of is locked out: then says so.
    pub(super) fn check(
        &mut self,
        whose: Secret,
        pin: String,
        call: Option<Call>,
    ) -> Option<Outcome> {
        let locked = self.memory.locked_for(name_of(&whose), self.now);
        if locked > 0 {
            self.say(&whose, Message::LockedOut(locked), call);
            return Some(Outcome::LockedOut(locked));
        }
        let ticket = self.ticket();
        self.checking.insert(ticket, Attempt { whose: whose.clone(), call });
        self.effects.push(Effect::CheckPin { ticket, whose, pin });
        None
    }

    /// Tells the pad, if it was the pad that asked.
    fn say(&mut self, whose: &Secret, message: Message, call: Option<Call>) {
        if call.is_some() {
            return;
        }
        match (&mut self.screen, whose) {
            (Screen::Desk(desk), Secret::Staff(who)) => desk.say(who, message),
            (Screen::Upkeep(Upkeep::Pin { said, digits, .. }), Secret::Maintenance) => {
                *said = message;
                digits.clear();
            }
            _ => {}
        }
    }

    pub(super) fn pin_checked(&mut self, ticket: Ticket, right: bool) {
        let Some(Attempt { whose, call }) = self.checking.remove(&ticket) else { return };
        let who = name_of(&whose).to_owned();
        // Two checks may be out at once: the lock that the first has brought holds for the second.
        let locked = self.memory.locked_for(&who, self.now);
        let outcome = if locked > 0 {
            self.say(&whose, Message::LockedOut(locked), call);
            Outcome::LockedOut(locked)
        } else if right {
            self.memory.typed_right(&who);
            self.let_in(whose, call);
            Outcome::Done
        } else {
            self.refuse(&whose, call)
        };
        if let Some(call) = call {
            self.effects.push(Effect::Reply { call, outcome });
        }
    }

    fn refuse(&mut self, whose: &Secret, call: Option<Call>) -> Outcome {
        let who = name_of(whose).to_owned();
        match self.memory.mistyped(&who, self.now) {
            None => {
                // A power cut does not give anybody more tries.
                self.effects.push(Effect::Remember(self.memory.written()));
                self.say(whose, Message::Wrong, call);
                Outcome::WrongPin
            }
            Some((tries, seconds)) => {
                let note = Note { staff: who, ..Note::new(Record::LockedOut { tries, seconds }) };
                self.record_note(note);
                self.say(whose, Message::LockedOut(seconds), call);
                Outcome::LockedOut(seconds)
            }
        }
    }

    fn let_in(&mut self, whose: Secret, call: Option<Call>) {
        match whose {
            Secret::Maintenance => {
                if matches!(self.screen, Screen::Upkeep(Upkeep::Pin { .. })) {
                    self.screen = Screen::Upkeep(Upkeep::Overview);
                }
            }
            Secret::Staff(employee_no) => {
                let is_on = self.memory.shift.as_ref().is_some_and(|s| s.staff == employee_no);
                if !is_on {
                    self.sign_on(employee_no, Means::Pin);
                } else if call.is_none() && matches!(self.screen, Screen::Desk(_)) {
                    self.screen = Screen::Desk(Desk::Menu);
                }
            }
        }
    }

    /// Somebody comes on duty; whoever was on duty hands over.
    pub(super) fn sign_on(&mut self, staff: String, by: Means) {
        match &self.memory.shift {
            Some(shift) if shift.staff == staff => {
                self.come_back();
                return;
            }
            Some(_) => drop(self.sign_off(Leaving::HandedOver)),
            None => {}
        }
        let late = self.facts.minute >= self.behaviour().closes_at_minutes;
        self.memory.shift =
            Some(Shift { staff, day: self.facts.day, minute: self.facts.minute, late, away: None });
        self.record(Record::SignedOn { by });
        if matches!(self.screen, Screen::Desk(_)) {
            self.leave();
        }
        self.settle();
    }

    /// The person on duty goes; a service that is open is finished first.
    pub(super) fn sign_off(&mut self, why: Leaving) -> Outcome {
        let Some(shift) = &self.memory.shift else { return Outcome::NobodyOnDuty };
        let staff = shift.staff.clone();
        if self.memory.service.is_some() {
            self.finish();
        }
        self.memory.shift = None;
        self.record_note(Note { staff, ..Note::new(Record::SignedOff { why }) });
        if matches!(self.screen, Screen::Desk(_)) {
            self.leave();
        }
        self.settle();
        Outcome::Done
    }

    /// 暂停服务, for a reason that the office knows.
    pub(super) fn go_away(&mut self, why: String, minutes: u32) -> Outcome {
        let known = self.behaviour().away_reasons.iter().any(|reason| reason.id == why);
        if !known || !(1..=480).contains(&minutes) {
            return Outcome::Unknown;
        }
        let until = Some(self.now + i64::from(minutes) * 60_000);
        let Some(shift) = &mut self.memory.shift else { return Outcome::NobodyOnDuty };
        shift.away = Some(Absence { why: why.clone(), minutes, until });
        if self.memory.service.is_some() {
            self.finish();
        }
        self.record(Record::Away { why, minutes });
        self.settle();
        Outcome::Done
    }

    pub(super) fn come_back(&mut self) -> Outcome {
        let Some(shift) = &mut self.memory.shift else { return Outcome::NobodyOnDuty };
        if shift.away.take().is_some() {
            self.record(Record::Back);
            self.settle();
        }
        Outcome::Done
    }

    /// Minutes until the person on duty is expected back; nothing when that is not known.
    #[must_use]
    pub fn back_in_minutes(&self) -> Option<u32> {
        let until = self.memory.shift.as_ref()?.away.as_ref()?.until?;
        u32::try_from((until - self.now).max(0).div_euclid(60_000) + 1).ok()
    }

    /// A shift that is open past closing time, or on another day, is ended and marked.
    pub(super) fn end_past_closing(&mut self) {
        let Some(shift) = &self.memory.shift else { return };
        let other_day = shift.day != 0 && self.facts.day != shift.day;
        let closed = self.facts.minute >= self.behaviour().closes_at_minutes && !shift.late;
        if (other_day || closed) && self.facts.day != 0 {
            self.sign_off(Leaving::PastClosing);
        }
    }
}

fn name_of(whose: &Secret) -> &str {
    match whose {
        Secret::Staff(employee_no) => employee_no,
        Secret::Maintenance => "",
    }
}
