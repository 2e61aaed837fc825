//! The terminal as a state machine: what it promises, by its public face, with a hand on the clock,
//! on storage and on whoever checks PINs.

mod added;
mod duty;
mod locked;
mod public;
mod quiet;
mod service;
mod storage;
mod upkeep;
mod visit;

use std::collections::VecDeque;

use pingyi::domain::{AwayReason, Behaviour, Level, Record};
use pingyi::terminal::flow::{
    self, Ask, Call, DeskAct, Effect, Event, Key, Known, Outcome, Proof, Public, Screen, Secret,
    Sound, State,
};
use pingyi::terminal::journal::{Answer, Note};

use crate::sample;

const DAY: i64 = 20_261_102;
const MINUTE: i64 = 60_000;
const PINS: [(&str, &str); 2] = [("0317", "246810"), ("0999", "135792")];
const MAINTENANCE_PIN: &str = "97531086";

/// What storage does with what it is given.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Storage {
    Works,
    Fails,
    Hangs,
}

/// A terminal in a world that answers at once.
struct Terminal {
    state: State,
    now: i64,
    storage: Storage,
    seq: u64,
    services: u32,
    answers: Vec<Answer>,
    notes: Vec<Note>,
    /// The last thing that is to survive a restart.
    memory: String,
    replies: Vec<(u64, Outcome)>,
    /// What came beside records: sounds, tests, codes, restarts.
    done: Vec<String>,
}

/// Content with a little of everything that decides something; its slides never begin.
fn known() -> Known {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let meeting = AwayReason { id: "meeting".to_owned(), text: sample::text("开会", "Meeting") };
    Known {
        behaviour: Behaviour {
            away_reasons: vec![meeting],
            idle_seconds: 0,
            ..Behaviour::default()
        },
        staff: PINS.map(|(employee_no, _)| employee_no.to_owned()).into(),
        items: ["vaccine", "permit"].map(str::to_owned).into(),
        tags: names(&["clear", "quick", "crowded"]),
        complaint_tags: names(&["attitude", "fees"]),
        slides: vec![(None, None), (Some(20_300_101), None), (None, Some(20_300_101))],
        phone: true,
        ticket: true,
    }
}

impl Terminal {
    /// Ready at half past eight, with nobody on duty.
    fn closed() -> Terminal {
        Terminal::with(known())
    }

    fn with(known: Known) -> Terminal {
        let mut terminal = Terminal {
            state: State::new(sample::rules()),
            now: 1_000_000,
            storage: Storage::Works,
            seq: 0,
            services: 0,
            answers: Vec::new(),
            notes: Vec::new(),
            memory: String::new(),
            replies: Vec::new(),
            done: Vec::new(),
        };
        terminal.send(Event::Minute { day: DAY, minute: 510 });
        terminal.send(Event::Ready { memory: None });
        terminal.send(Event::Content(Box::new(known)));
        terminal
    }

    /// With 0317 on duty, and what that recorded forgotten.
    fn open() -> Terminal {
        Terminal::closed().signed_on("0317")
    }

    fn signed_on(mut self, who: &str) -> Terminal {
        self.sign_on(who, Proof::System);
        self.notes.clear();
        self
    }

    /// The same terminal after its power was cut.
    fn restarted(&self) -> Terminal {
        let mut again = Terminal::closed();
        again.send(Event::Ready { memory: Some(self.memory.clone()) });
        again
    }

    fn send(&mut self, event: Event) {
        let mut waiting = VecDeque::from([event]);
        while let Some(event) = waiting.pop_front() {
            let (state, effects) = flow::step(self.state.clone(), event, self.now);
            self.state = state;
            waiting.extend(effects.into_iter().filter_map(|effect| self.perform(effect)));
        }
    }

    fn perform(&mut self, effect: Effect) -> Option<Event> {
        match effect {
            Effect::Save { ticket, answer } => {
                self.answers.push(answer);
                let (saved, opinion) = (self.next_saved(), Some("https://o".to_owned()));
                let failed = Event::SaveFailed { ticket };
                self.stored(Event::Saved { ticket, saved, opinion }, failed)
            }
            Effect::Record { ticket, note, memory } => {
                self.memory = memory;
                self.notes.push(note);
                let (saved, opinion) = (self.next_saved(), Some("https://o".to_owned()));
                let failed = Event::RecordFailed { ticket };
                self.stored(Event::Recorded { ticket, saved, opinion }, failed)
            }
            Effect::Remember(memory) => {
                self.memory = memory;
                None
            }
            Effect::Probe => {
                self.stored(Event::Probed { writes: true }, Event::Probed { writes: false })
            }
            Effect::CheckPin { ticket, whose, pin } => {
                let right = match whose {
                    Secret::Maintenance => pin == MAINTENANCE_PIN,
                    Secret::Staff(who) => PINS.contains(&(who.as_str(), pin.as_str())),
                };
                Some(Event::PinChecked { ticket, right })
            }
            Effect::NameService => Some(self.begun("", "")),
            Effect::Reply { call, outcome } => {
                self.replies.push((call.0, outcome));
                None
            }
            Effect::Play(sound) => self.note_down(match sound {
                Sound::Prompt => "asks",
                Sound::Thanks => "thanks",
            }),
            Effect::SelfTest => self.note_down("tests"),
            Effect::Enrol(code) => self.note_down(&format!("enrols {code}")),
            Effect::Restart => self.note_down("restarts"),
        }
    }

    fn note_down(&mut self, what: &str) -> Option<Event> {
        self.done.push(what.to_owned());
        None
    }

    fn next_saved(&mut self) -> pingyi::terminal::journal::Saved {
        self.seq += 1;
        sample::saved(self.seq)
    }

    fn stored(&self, well: Event, badly: Event) -> Option<Event> {
        match self.storage {
            Storage::Works => Some(well),
            Storage::Fails => Some(badly),
            Storage::Hangs => None,
        }
    }

    /// Time goes on, and each timeout comes when it is due.
    fn pass(&mut self, millis: i64) {
        let until = self.now + millis;
        for _ in 0..1_000 {
            match self.state.deadline().filter(|deadline| *deadline <= until) {
                Some(deadline) => {
                    self.now = self.now.max(deadline);
                    self.send(Event::Timeout);
                }
                None => {
                    self.now = until;
                    return;
                }
            }
        }
        panic!("timeouts without an end: {:?}", self.state.screen());
    }

    fn ask(&mut self, ask: Ask) -> Outcome {
        self.send(Event::Asked { call: Some(Call(7)), ask });
        self.replies.pop().unwrap().1
    }

    fn sign_on(&mut self, who: &str, proof: Proof) -> Outcome {
        self.ask(Ask::SignOn { employee_no: who.to_owned(), proof })
    }

    /// Types the digits on whichever pad is shown, and completes it.
    fn types(&mut self, digits: &str) {
        for digit in digits.chars() {
            self.send(Event::Pad(Key::Character(digit)));
        }
        self.send(Event::Pad(Key::Enter));
    }

    /// Opens the desk as the person on duty.
    fn at_desk(&mut self, act: DeskAct) {
        self.send(Event::StaffAsked);
        self.types("246810");
        self.send(Event::Desk(act));
    }

    fn begun(&mut self, item: &str, ticket: &str) -> Event {
        self.services += 1;
        let service = format!("s{}", self.services);
        let (item, ticket) = (item.to_owned(), ticket.to_owned());
        Event::Asked { call: None, ask: Ask::Begin { service, item, ticket } }
    }

    /// The next service begins: `s1`, `s2`, and so on.
    fn begin(&mut self) {
        let begun = self.begun("vaccine", "");
        self.send(begun);
    }

    fn finish(&mut self) -> Outcome {
        self.ask(Ask::Finish)
    }

    /// The records since the last look, each with its person and service.
    fn records(&mut self) -> Vec<(Record, String, String)> {
        let notes = std::mem::take(&mut self.notes).into_iter();
        notes.map(|note| (note.record, note.staff, note.service)).collect()
    }

    /// The same without person and service.
    fn kinds(&mut self) -> Vec<Record> {
        self.records().into_iter().map(|(record, ..)| record).collect()
    }

    fn screen(&self) -> &Screen {
        self.state.screen()
    }

    fn is_home(&self) -> bool {
        matches!(self.screen(), Screen::Home)
    }

    /// What the local interface is told in each of the coming seconds, with repeats left out.
    fn told_for(&mut self, seconds: i64) -> Vec<(i64, Public)> {
        let begun_at = self.now;
        let mut told = vec![(0, self.state.public())];
        for _ in 0..seconds {
            self.pass(1_000);
            let public = self.state.public();
            if told.last().is_none_or(|(_, last)| *last != public) {
                told.push(((self.now - begun_at) / 1_000, public));
            }
        }
        told
    }
}

/// Every level, and a citizen who says nothing.
fn answers() -> [Option<Level>; 4] {
    let [first, second, third] = Level::ALL;
    [Some(first), Some(second), Some(third), None]
}
