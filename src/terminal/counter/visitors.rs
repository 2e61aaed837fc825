//! What comes from beside the glass: keys, cards, and calls of queue and business systems.

use data_encoding::BASE64URL_NOPAD;

use super::{Asked, Counter, Message};
use crate::settings::Secret;
use crate::terminal::flow::{
    Ask, Call as CallId, Event, Key, Outcome, Proof, Public, Screen as Shown, State, Upkeep,
    UpkeepAct,
};
use crate::terminal::keys::Heard;
use crate::terminal::public::Phase;
use crate::terminal::screen::Input;
use crate::terminal::trigger::{Act, Call, Refusal};

impl Counter {
    pub(super) fn input(&mut self, input: Input) {
        match input {
            Input::Placed(row, place) => self.placed(row, place),
            Input::Key(text) => self.key(&text),
            Input::Event(Event::Rated(level)) if self.test.is_some() => {
                let now = std::time::Instant::now();
                match self.test.as_mut().and_then(|test| test.answered(level, now)) {
                    Some(result) => {
                        self.test = None;
                        self.screen.release();
                        self.step(Event::SelfTested(result));
                    }
                    None => self.drive(),
                }
            }
            Input::Event(event) => self.step(event),
        }
    }

    /// A key: a counter key, a card, or a scanner that reads the one-time code.
    fn key(&mut self, text: &str) {
        if self.code_key(text) {
            return;
        }
        match self.desk.keys.hear(text, self.desk.clock.now().mono) {
            Some(Heard::Begin) => self.begin(None, String::new(), String::new()),
            Some(Heard::Finish) => self.step(Event::Asked { call: None, ask: Ask::Finish }),
            Some(Heard::Card(number)) => self.card(number),
            None => {}
        }
    }

    /// While a terminal belongs to nobody, keys are letters of the one-time code.
    fn code_key(&mut self, text: &str) -> bool {
        let waits = match self.state.screen() {
            Shown::NotEnrolled(enrolment) => !enrolment.waiting,
            Shown::Upkeep(Upkeep::Enrol { .. }) => true,
            _ => false,
        };
        let Some(letter) = text.chars().next().filter(|_| waits) else { return false };
        let key = match letter.to_ascii_uppercase() {
            letter if letter.is_ascii_alphanumeric() => Key::Character(letter),
            '\n' | '\r' => Key::Enter,
            _ => return true,
        };
        if matches!(self.state.screen(), Shown::NotEnrolled(_)) {
            self.step(Event::Upkeep(UpkeepAct::Enrol));
        }
        self.step(Event::Pad(key));
        true
    }

    /// Whose card it is takes a computation, which is done elsewhere.
    fn card(&mut self, number: Secret) {
        let Some(content) = &self.content else { return };
        let cards = content.bundle.staff.iter().filter(|member| !member.card.is_empty());
        let cards = cards.map(|member| (member.badge.employee_no.clone(), member.card.clone()));
        let sender = self.sender.clone();
        self.desk.pins.whose(number, cards.collect(), move |found| match found {
            Ok(Some(employee_no)) => {
                let ask = Ask::SignOn { employee_no, proof: Proof::Card };
                let _gone = sender.send(Message::Event(Event::Asked { call: None, ask }));
            }
            Ok(None) => tracing::info!("a card that is nobody's here"),
            Err(error) => tracing::error!(%error, "a card is not checked"),
        });
    }

    /// A service begins: by its ticket it has a name that is the same all day.
    pub(super) fn begin(&mut self, call: Option<CallId>, item: String, ticket: String) {
        let begun = move |service: String, ticket: String| Event::Asked {
            call,
            ask: Ask::Begin { service, item, ticket },
        };
        let Some(journal) = self.journal.as_ref().filter(|_| !ticket.is_empty()) else {
            let mut bytes = [0; 16];
            // Without random numbers the service has no name: then nothing is told apart by it.
            let drawn = getrandom::fill(&mut bytes).is_ok();
            let name = if drawn { BASE64URL_NOPAD.encode(&bytes) } else { String::new() };
            return self.step(begun(name, String::new()));
        };
        let sender = self.sender.clone();
        journal.name_service(Some(ticket.clone()), move |name| {
            let _gone = sender.send(Message::Event(begun(name, ticket)));
        });
    }

    pub(super) fn call(&mut self, call: Call) {
        let Call { act, reply } = call;
        let asked = match &act {
            Act::SignOn { .. } => Asked::Person,
            Act::Begin { .. } | Act::NameItem { .. } => Asked::Item,
            Act::Away { .. } => Asked::Reason,
            _ => Asked::Other,
        };
        let number = self.calls.last_key_value().map_or(0, |(last, _)| last + 1);
        self.calls.insert(number, (asked, reply));
        let call = Some(CallId(number));
        let ask = match act {
            Act::SignOn { employee_no, pin } => {
                let proof = pin.map_or(Proof::System, |pin| Proof::Pin(pin.expose().to_owned()));
                Ask::SignOn { employee_no, proof }
            }
            Act::SignOff { why } => Ask::SignOff(why),
            Act::Away { why, minutes } => Ask::Away { why, minutes },
            Act::Back => Ask::BackToWork,
            Act::Begin { ticket, item } => {
                let ticket = ticket.map(|ticket| ticket.expose().to_owned()).unwrap_or_default();
                return self.begin(call, item.unwrap_or_default(), ticket);
            }
            Act::NameItem { item } => Ask::NameItem(item),
            Act::Finish => Ask::Finish,
        };
        self.step(Event::Asked { call, ask });
    }
}

pub(super) fn answer(asked: Asked, outcome: Outcome) -> Result<(), Refusal> {
    Err(match outcome {
        Outcome::Done => return Ok(()),
        Outcome::NobodyOnDuty => Refusal::NobodyOnDuty,
        Outcome::NoService => Refusal::NoService,
        Outcome::WrongPin => Refusal::WrongPin,
        Outcome::LockedOut(seconds) => Refusal::LockedOut { seconds },
        Outcome::OutOfService => Refusal::NotReady,
        Outcome::Unknown => match asked {
            Asked::Person => Refusal::UnknownPerson,
            Asked::Reason => Refusal::UnknownReason,
            Asked::Item | Asked::Other => Refusal::UnknownItem,
        },
    })
}

/// What the local interface may tell.
pub(super) fn phase(state: &State) -> Phase {
    let Some(shift) = state.shift() else { return Phase::OffDuty };
    match state.public() {
        Public::Idle if shift.away.is_some() => Phase::Away,
        Public::Idle => Phase::Idle,
        Public::Serving => Phase::Serving,
        Public::Asking => Phase::Asking,
        Public::Done => Phase::Done,
    }
}
