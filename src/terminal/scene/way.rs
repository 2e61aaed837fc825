//! The events that lead to each screen, in the order in which people cause them.

use super::{MINUTE, Stage};
use crate::chain::Keypair;
use crate::domain::{About, Level};
use crate::terminal::flow::{
    self, Ask, DeskAct, Effect, Enrolment, Event, GuideAct, Key, Known, Page, Proof, Screen, State,
    UpkeepAct,
};
use crate::wire::Standing;

/// What becomes of what is to be kept.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Disk {
    Takes,
    Hangs,
    Fails,
}

/// A terminal on its way.
pub(super) struct Way<'a, S> {
    pub stage: &'a Stage,
    pub state: State,
    pub now: i64,
    pub disk: Disk,
    pub seen: S,
}

impl<S: FnMut(&State)> Way<'_, S> {
    fn send(&mut self, event: Event) {
        let (state, effects) = flow::step(self.state.clone(), event, self.now);
        self.state = state;
        (self.seen)(&self.state);
        for effect in effects {
            self.reply(effect).into_iter().for_each(|reply| self.send(reply));
        }
    }

    fn send_all(&mut self, events: impl IntoIterator<Item = Event>) {
        events.into_iter().for_each(|event| self.send(event));
    }

    /// Answers for journal and PINs; nothing answers where the disk hangs.
    fn reply(&self, effect: Effect) -> Option<Event> {
        let (saved, opinion) = (self.stage.saved.clone(), self.stage.opinion.clone());
        match (effect, self.disk) {
            (Effect::Save { ticket, .. }, Disk::Takes) => {
                Some(Event::Saved { ticket, saved, opinion })
            }
            (Effect::Save { ticket, .. }, Disk::Fails) => Some(Event::SaveFailed { ticket }),
            (Effect::Record { ticket, .. }, Disk::Takes) => {
                Some(Event::Recorded { ticket, saved, opinion })
            }
            (Effect::CheckPin { ticket, .. }, _) => Some(Event::PinChecked { ticket, right: true }),
            _ => None,
        }
    }

    fn ask(&mut self, ask: Ask) {
        self.send(Event::Asked { call: None, ask });
    }

    fn type_in(&mut self, digits: &str) {
        self.send_all(digits.chars().map(|digit| Event::Pad(Key::Character(digit))));
    }

    fn enter_pin(&mut self) {
        self.type_in("000000");
        self.send(Event::Pad(Key::Enter));
    }

    /// Nobody touches anything for so long.
    fn wait(&mut self, seconds: i64) {
        self.now += seconds * 1_000;
        self.send(Event::Timeout);
    }

    /// All the way from a terminal that knows nothing.
    pub(super) fn go(&mut self, wanted: &str, known: Known) {
        let Stage { day, staff, .. } = self.stage;
        let enrolment = Enrolment {
            fingerprint: Keypair::from_seed([0; 32]).public().fingerprint().to_string(),
            waiting: false,
        };
        match wanted {
            "blank" => return,
            "not-enrolled" => return self.send(Event::NotEnrolled(enrolment)),
            "enrol" => {
                self.send(Event::NotEnrolled(enrolment));
                return self.send(Event::Upkeep(UpkeepAct::Enrol));
            }
            _ => self.send(Event::Ready { memory: None }),
        }
        if wanted == "no-content" {
            return;
        }
        self.send(Event::Content(Box::new(known)));
        self.send(Event::Minute { day: *day, minute: MINUTE });
        match wanted {
            "off-duty" => {}
            "sign-on" => self.send(Event::StaffAsked),
            "retired" => self.send(Event::Standing(Standing::Retired)),
            _ => {
                self.ask(Ask::SignOn { employee_no: staff.clone(), proof: Proof::System });
                self.visit(wanted);
                self.browse(wanted);
                self.work(wanted);
                self.upkeep(wanted);
            }
        }
    }

    /// Screens of somebody who rates.
    fn visit(&mut self, wanted: &str) {
        let service = || "service".to_owned();
        match wanted {
            "idle" => self.wait(24 * 3600),
            "prompt" => {
                let (item, ticket) = (self.stage.item.clone(), String::new());
                self.ask(Ask::Begin { service: service(), item, ticket });
                self.ask(Ask::Finish);
            }
            "saving" | "paused" => {
                self.disk = if wanted == "paused" { Disk::Fails } else { Disk::Hangs };
                self.send(Event::Rated(Level::Satisfied));
            }
            "thanks" | "change" | "phone" | "opinion" => {
                self.send(Event::Rated(Level::Satisfied));
                match wanted {
                    "change" => self.send(Event::ChangeAsked),
                    "phone" => self.send(Event::PhoneAsked),
                    "opinion" => self.send(Event::OpinionAsked),
                    _ => {}
                }
            }
            _ => {}
        }
    }

    /// Pages that are opened from home.
    fn browse(&mut self, wanted: &str) {
        let item = || Event::Guide(GuideAct::Choose(self.stage.item.clone()));
        let open = Event::Opened;
        let about = Event::About(About::Window);
        let on = Event::ComplaintContinued;
        let events = match wanted {
            "guide" => vec![open(Page::Guide)],
            "guide-item" => vec![open(Page::Guide), item()],
            "guide-take-away" => {
                vec![open(Page::Guide), item(), Event::Guide(GuideAct::TakeAway)]
            }
            "letter" => vec![open(Page::Letter)],
            "wall" => vec![open(Page::Wall)],
            "complaint" => vec![open(Page::Complaint)],
            "complaint-tags" => vec![open(Page::Complaint), about],
            "complaint-contact" => vec![open(Page::Complaint), about, on],
            "complaint-phone" => vec![open(Page::Complaint), about, on, Event::PhoneAsked],
            "filing" | "filed" => vec![open(Page::Complaint), about, on],
            _ => return,
        };
        self.send_all(events);
        if wanted == "filing" {
            self.disk = Disk::Hangs;
        }
        // Where no phone number can be left, the complaint is filed already.
        if matches!(wanted, "filing" | "filed")
            && matches!(self.state.screen(), Screen::Complaint(_))
        {
            self.send(Event::ComplaintContinued);
        }
    }

    /// The person on duty.
    fn work(&mut self, wanted: &str) {
        match wanted {
            "away" => self.ask(Ask::Away { why: self.stage.away.clone(), minutes: 10 }),
            "pin" => self.send(Event::StaffAsked),
            "desk" | "desk-items" | "desk-absence" | "hand-over" | "cleaning" => {
                self.send(Event::StaffAsked);
                self.enter_pin();
                match wanted {
                    "desk-items" => self.send(Event::Desk(DeskAct::NameItem)),
                    "desk-absence" => self.send(Event::Desk(DeskAct::AwayAsked)),
                    "hand-over" => self.send(Event::Desk(DeskAct::HandOver)),
                    "cleaning" => self.send(Event::Desk(DeskAct::Clean)),
                    _ => {}
                }
            }
            _ => {}
        }
    }

    /// The technician.
    fn upkeep(&mut self, wanted: &str) {
        let act = match wanted {
            "upkeep-pin" | "upkeep" => None,
            "testing" | "button-test" => Some(UpkeepAct::SelfTest),
            "touch-test" => Some(UpkeepAct::TouchTest),
            "screen-test" => Some(UpkeepAct::Colours),
            _ => return,
        };
        self.send_all(std::iter::repeat_n(Event::ClockTapped, 7));
        if wanted == "upkeep-pin" {
            return;
        }
        self.enter_pin();
        self.send_all(act.map(Event::Upkeep));
        if wanted == "button-test" {
            // Nothing drives the buttons here, so the test has no result.
            self.wait(10);
        }
    }
}
