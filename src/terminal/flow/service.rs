//! Services: begun, finished, asked about, and rated or left in silence.
//!
//! Silence is recorded as silence: nothing here ever makes a level up.

use super::effect::Outcome;
use super::screens::{Saving, Screen, TappedOn};
use super::{Effect, Service, Sound, State, millis};
use crate::domain::{Field, Record};
use crate::terminal::journal::Note;

/// How long [`Public::Done`] is told.
const DONE_MS: i64 = 5_000;

/// The prompt after a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt {
    /// Which service.
    pub service: Service,
    /// Whose.
    pub staff: String,
    /// Seconds left, and of how many.
    pub seconds: (u32, u32),
    pub(super) asked_at: i64,
    pub(super) next_at: i64,
    pub(super) until: i64,
    /// Before this it cannot be cut.
    pub(super) least_until: i64,
    /// The next service has begun: it ends then.
    pub(super) cut_at: Option<i64>,
}

/// A finished service that nobody could be asked about yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pending {
    service: Service,
    staff: String,
}

/// What the local interface tells: the same whether and however somebody rated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Public {
    /// Nothing is going on.
    #[default]
    Idle,
    /// A service is open.
    Serving,
    /// A service was finished a short while ago.
    Asking,
    /// The time to rate it is over.
    Done,
}

/// The time that a finished service takes for the local interface, fixed when it is finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    until: i64,
    is_over: bool,
}

impl State {
    /// What the local interface may know.
    #[must_use]
    pub fn public(&self) -> Public {
        match self.asked {
            _ if self.memory.service.is_some() => Public::Serving,
            Some(Asked { is_over: false, .. }) => Public::Asking,
            Some(_) => Public::Done,
            None => Public::Idle,
        }
    }

    /// Time goes on for the local interface, whatever is on the screen.
    pub(super) fn tell(&mut self, now: i64) {
        if let Some(asked) = &mut self.asked {
            asked.is_over = now >= asked.until;
            if now >= asked.until + DONE_MS {
                self.asked = None;
            }
        }
    }

    pub(super) fn told_until(&self) -> Option<i64> {
        self.asked.map(|asked| if asked.is_over { asked.until + DONE_MS } else { asked.until })
    }

    /// A service begins; one that is open is finished by it.
    pub(super) fn begin(&mut self, service: String, item: String, ticket: String) -> Outcome {
        if self.memory.shift.is_none() {
            return Outcome::NobodyOnDuty;
        }
        let known = self.facts.known.as_ref();
        if !item.is_empty() && !known.is_some_and(|known| known.items.contains(&item)) {
            return Outcome::Unknown;
        }
        // A system that heard no answer asks again: the service is open already.
        if self
            .memory
            .service
            .as_ref()
            .is_some_and(|open| !service.is_empty() && open.id == service)
        {
            return Outcome::Done;
        }
        if self.memory.service.is_some() {
            self.finish();
        } else {
            self.cut_prompt();
        }
        if let Some(shift) = &mut self.memory.shift
            && shift.away.take().is_some()
        {
            self.record(Record::Back);
        }
        let (id, begun_at, minute) = (service, Some(self.now), self.facts.minute);
        let service = Service { id, item, begun_at, minute, rated: false };
        self.memory.service = Some(service.clone());
        let seals = self.facts.known.as_ref().is_some_and(|known| known.ticket);
        let personal =
            if seals && !ticket.is_empty() { vec![(Field::Ticket, ticket)] } else { Vec::new() };
        let note = self.note_of(&service, Record::Begun);
        self.record_note(Note { personal, ..note });
        self.asked = None;
        self.settle();
        self.woken();
        Outcome::Done
    }

    /// The open service turns out to be this item.
    pub(super) fn name_item(&mut self, item: &str) -> Outcome {
        if !self.facts.known.as_ref().is_some_and(|known| known.items.contains(item)) {
            return Outcome::Unknown;
        }
        let Some(service) = &mut self.memory.service else { return Outcome::NoService };
        item.clone_into(&mut service.item);
        let note = self.memory.service.clone().map(|named| self.note_of(&named, Record::ItemNamed));
        if let Some(note) = note {
            self.record_note(note);
        }
        Outcome::Done
    }

    /// The service ends: whoever was served is asked, unless they have rated it already.
    pub(super) fn finish(&mut self) -> Outcome {
        let Some(service) = self.memory.service.take() else { return Outcome::NoService };
        let staff = self.memory.shift.as_ref().map(|shift| shift.staff.clone()).unwrap_or_default();
        let took_ms = service.begun_at.map_or(-1, |begun_at| self.now - begun_at);
        let note = self.note_of(&service, Record::Finished { took_ms });
        self.record_note(note);
        let until = self.now + millis(self.behaviour().prompt_seconds);
        self.asked = Some(Asked { until, is_over: false });
        if !service.rated {
            self.end_pending();
            self.pending = Some(Pending { service, staff });
            self.cut_prompt();
            self.show_pending();
        }
        Outcome::Done
    }

    fn note_of(&self, service: &Service, record: Record) -> Note {
        Note {
            staff: self.memory.shift.as_ref().map(|s| s.staff.clone()).unwrap_or_default(),
            service: service.id.clone(),
            item: service.item.clone(),
            ..Note::new(record)
        }
    }

    /// Asks about the service that waits, as soon as the screen is free for it.
    pub(super) fn show_pending(&mut self) {
        use Screen::{Blank, NoContent, NotEnrolled, Paused, Retired, Upkeep};
        let free = match &self.screen {
            Blank | NotEnrolled(_) | NoContent | Retired | Paused(_) | Upkeep(_) => false,
            Screen::Cleaning(_) => false,
            screen => !screen.is_visit(),
        };
        if !free {
            return;
        }
        let Some(Pending { service, staff }) = self.pending.take() else { return };
        let behaviour = self.behaviour();
        let now = self.now;
        let until = now + millis(behaviour.prompt_seconds);
        let least_until = now + millis(behaviour.prompt_least_seconds.max(5));
        // It has waited so long that the next service is under way.
        let cut_at = self.memory.service.as_ref().map(|_| least_until.min(until));
        self.screen = Screen::Prompt(Prompt {
            service,
            staff,
            seconds: (behaviour.prompt_seconds, behaviour.prompt_seconds),
            asked_at: now,
            next_at: now + 1_000,
            until,
            least_until,
            cut_at,
        });
        self.effects.push(Effect::Play(Sound::Prompt));
    }

    /// Storage fails while somebody is asked: they are asked again when it takes writes.
    pub(super) fn ask_later(&mut self) {
        if let Screen::Prompt(Prompt { service, staff, .. })
        | Screen::Saving(Saving {
            tapped_on: TappedOn::Prompt(Prompt { service, staff, .. }),
            ..
        }) = &self.screen
            && self.pending.is_none()
        {
            self.pending = Some(Pending { service: service.clone(), staff: staff.clone() });
        }
    }

    /// The next service begins: the prompt has its least time, and ends then.
    fn cut_prompt(&mut self) {
        let now = self.now;
        if let Screen::Prompt(prompt) = &mut self.screen {
            prompt.cut_at = Some(prompt.least_until.max(now).min(prompt.until));
            self.prompt_timeout();
        }
    }

    /// A service that waits to be asked about, and never will be: the next one has overtaken it.
    fn end_pending(&mut self) {
        if let Some(Pending { service, staff }) = self.pending.take() {
            self.silent(&service, staff, 0, true);
        }
    }

    fn silent(&mut self, service: &Service, staff: String, asked_ms: i64, cut: bool) {
        let note = self.note_of(service, Record::Silent { asked_ms, cut });
        self.record_note(Note { staff, ..note });
    }

    /// The service has its rating: nobody is asked about it again.
    pub(super) fn service_rated(&mut self, id: &str) {
        if id.is_empty() {
            return;
        }
        if let Some(service) = &mut self.memory.service
            && service.id == id
        {
            service.rated = true;
        }
        if self.pending.as_ref().is_some_and(|pending| pending.service.id == id) {
            self.pending = None;
        }
    }

    /// What time does to the prompt.
    pub(super) fn prompt_timeout(&mut self) {
        let now = self.now;
        let Screen::Prompt(prompt) = &mut self.screen else { return };
        while now >= prompt.next_at && prompt.seconds.0 > 0 {
            prompt.seconds.0 -= 1;
            prompt.next_at += 1_000;
        }
        let cut = prompt.cut_at.is_some_and(|at| now >= at && at < prompt.until);
        if cut || now >= prompt.until {
            let prompt = prompt.clone();
            self.silent(&prompt.service, prompt.staff, now - prompt.asked_at, cut);
            self.leave();
        }
    }

    pub(super) fn prompt_deadline(&self) -> Option<i64> {
        let Screen::Prompt(prompt) = &self.screen else { return None };
        [Some(prompt.until), Some(prompt.next_at), prompt.cut_at].into_iter().flatten().min()
    }
}
