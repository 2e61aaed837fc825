//! A rating: tapped, saved, thanked for, perhaps changed.

use super::screens::{ChangeOffer, Contact, Paused, Probe, Saving, Screen, TappedOn, Thanks};
use super::{Effect, PROBE_EVERY_MS, SAVE_PATIENCE_MS, Sound, State, Ticket, millis};
use crate::domain::{Level, Record};
use crate::terminal::journal::{Answer, Note, Saved};

impl ChangeOffer {
    pub(super) fn new(seconds: u32, now: i64) -> ChangeOffer {
        ChangeOffer { seconds, next_at: now + 1_000 }
    }

    /// The countdown at `now`; nothing when it is over.
    pub(super) fn at(mut self, now: i64) -> Option<ChangeOffer> {
        while now >= self.next_at && self.seconds > 0 {
            self.seconds -= 1;
            self.next_at += 1_000;
        }
        (self.seconds > 0).then_some(self)
    }
}

impl State {
    /// A level was tapped: on home, on the prompt, or on the change screen; nowhere else.
    pub(super) fn rated(&mut self, level: Level) {
        match self.screen.clone() {
            Screen::Home => {
                let service = self.memory.service.clone().unwrap_or_default();
                let staff = self.memory.shift.as_ref().map(|s| s.staff.clone()).unwrap_or_default();
                self.save_first(level, TappedOn::Home, staff, service.id, service.item);
            }
            Screen::Prompt(prompt) => {
                let (staff, service) = (prompt.staff.clone(), prompt.service.clone());
                self.save_first(level, TappedOn::Prompt(prompt), staff, service.id, service.item);
            }
            Screen::Change { thanks, .. } => {
                let saving = Saving {
                    ticket: self.ticket(),
                    tapped_at: self.now,
                    staff: thanks.staff,
                    service: thanks.service,
                    item: thanks.item,
                    tags: thanks.tags,
                    tapped_on: TappedOn::Change,
                };
                self.save_level(level, saving, Some(thanks.saved));
            }
            _ => {}
        }
    }

    fn save_first(
        &mut self,
        level: Level,
        tapped_on: TappedOn,
        staff: String,
        service: String,
        item: String,
    ) {
        let (ticket, tapped_at) = (self.ticket(), self.now);
        let tags = Vec::new();
        let saving = Saving { ticket, tapped_at, staff, service, item, tags, tapped_on };
        self.save_level(level, saving, None);
    }

    fn save_level(&mut self, level: Level, saving: Saving, corrects: Option<Saved>) {
        let answer = Answer {
            level,
            corrects,
            staff: saving.staff.clone(),
            item: saving.item.clone(),
            service: saving.service.clone(),
            training: self.is_training(),
        };
        self.save(saving, answer);
    }

    fn thank(&mut self, saving: Saving, saved: Saved, opinion: Option<String>) {
        let offered = saving.tapped_on != TappedOn::Change && self.rules.change_seconds > 0;
        self.service_rated(&saving.service);
        self.effects.push(Effect::Play(Sound::Thanks));
        self.screen = Screen::Thanks(Thanks {
            saved,
            change: offered.then(|| ChangeOffer::new(self.rules.change_seconds, self.now)),
            tags: saving.tags,
            contact: Contact::None,
            opinion,
            staff: saving.staff,
            service: saving.service,
            item: saving.item,
            until: self.thanks_until(),
        });
    }

    pub(super) fn thanks_until(&self) -> i64 {
        self.now + millis(self.rules.thanks_seconds)
    }

    pub(super) fn change_asked(&mut self) {
        if let Screen::Thanks(thanks) = &self.screen
            && thanks.change.is_some()
        {
            self.screen = Screen::Change { thanks: thanks.clone(), until: self.thanks_until() };
        }
    }

    /// 完成 on the thank-you ends the visit; on the change screen it goes back.
    pub(super) fn done(&mut self) {
        match self.screen.clone() {
            Screen::Thanks(thanks) => self.end_thanks(&thanks),
            Screen::Change { mut thanks, .. } => {
                thanks.change = thanks.change.and_then(|offer| offer.at(self.now));
                thanks.until = self.thanks_until();
                self.screen = Screen::Thanks(thanks);
            }
            Screen::Filed(_) => self.leave(),
            _ => {}
        }
    }

    /// The visit is over: the tags that were chosen are recorded, once.
    pub(super) fn end_thanks(&mut self, thanks: &Thanks) {
        let known = self.facts.known.as_ref();
        let tags = thanks.tags.iter().filter_map(|place| known?.tags.get(*place).cloned());
        let tags: Vec<String> = tags.collect();
        if !tags.is_empty() {
            let note = Note {
                staff: thanks.staff.clone(),
                service: thanks.service.clone(),
                item: thanks.item.clone(),
                to: Some(thanks.saved.clone()),
                ..Note::new(Record::Reasons { to: thanks.saved.seq, tags })
            };
            self.record_note(note);
        }
        self.leave();
    }

    pub(super) fn saved(&mut self, ticket: Ticket, saved: Saved, opinion: Option<String>) {
        self.fails = false;
        match self.screen.clone() {
            Screen::Saving(saving) if saving.ticket == ticket => {
                self.thank(saving, saved, opinion);
            }
            Screen::Paused(Paused { late: Some(late), .. }) if late.ticket == ticket => {
                // Whoever tapped has gone after a thank-you's time: then nobody else is thanked.
                if self.now < late.tapped_at + millis(self.rules.thanks_seconds) {
                    self.thank(late, saved, opinion);
                } else {
                    self.service_rated(&late.service);
                    self.leave();
                }
            }
            _ => {}
        }
    }

    pub(super) fn save_failed(&mut self, ticket: Ticket) {
        match &mut self.screen {
            Screen::Saving(saving) if saving.ticket == ticket => self.pause(None),
            Screen::Paused(paused)
                if paused.late.as_ref().is_some_and(|late| late.ticket == ticket) =>
            {
                paused.late = None;
            }
            _ => {}
        }
    }

    /// Storage takes writes again: what it did not take before is recorded first.
    pub(super) fn probed(&mut self, writes: bool) {
        let again = self.now + PROBE_EVERY_MS;
        if let Screen::Paused(paused) = &mut self.screen {
            if writes {
                self.fails = false;
                for note in std::mem::take(&mut self.owed) {
                    self.record_note(note);
                }
                self.leave();
            } else {
                paused.probe = Probe::At(again);
            }
        }
    }

    /// A record that storage did not take is owed; the screen says that ratings pause, once whoever
    /// holds something that storage did take has gone.
    pub(super) fn record_failed(&mut self, ticket: Ticket) {
        /// As many as a day's shifts and services, so that a dead disk does not fill the memory.
        const OWED: usize = 1_000;
        let Some(mut note) = self.recording.remove(&ticket) else { return };
        // A service has begun even where its ticket is lost.
        if note.record == Record::Begun {
            note.personal.clear();
        }
        // Personal data is not kept waiting in memory: whoever left it is not thanked for it.
        if note.personal.is_empty() && self.owed.len() < OWED {
            self.owed.push(note);
        }
        self.contact_failed(ticket);
        self.fails = true;
        match &self.screen {
            Screen::Filing { ticket: own, .. } if *own == ticket => self.pause(None),
            Screen::Prompt(_) => self.pause(None),
            // The technician may be here for just this.
            Screen::Upkeep(_) => {}
            screen if screen.is_visit() => {}
            _ => self.pause(None),
        }
    }

    pub(super) fn pause(&mut self, late: Option<Saving>) {
        let probe = Probe::At(self.now + PROBE_EVERY_MS);
        if let Screen::Paused(_) = self.screen {
            return;
        }
        self.ask_later();
        self.fails = true;
        self.screen = Screen::Paused(Paused { late, probe });
    }

    /// What time does to a visit.
    pub(super) fn visit_timeout(&mut self) {
        let now = self.now;
        match self.screen.clone() {
            Screen::Saving(saving) if now >= saving.tapped_at + SAVE_PATIENCE_MS => {
                self.pause(Some(saving));
            }
            Screen::Thanks(thanks) if now >= thanks.until => self.end_thanks(&thanks),
            Screen::Thanks(mut thanks) => {
                thanks.change = thanks.change.and_then(|offer| offer.at(now));
                self.screen = Screen::Thanks(thanks);
            }
            Screen::Change { until, thanks } if now >= until => self.end_thanks(&thanks),
            Screen::Filing { until, .. } if now >= until => self.pause(None),
            Screen::Paused(mut paused) if matches!(paused.probe, Probe::At(at) if now >= at) => {
                paused.probe = Probe::Asked;
                self.screen = Screen::Paused(paused);
                self.effects.push(Effect::Probe);
            }
            _ => {}
        }
    }

    pub(super) fn visit_deadline(&self) -> Option<i64> {
        match &self.screen {
            Screen::Saving(saving) => Some(saving.tapped_at + SAVE_PATIENCE_MS),
            Screen::Thanks(thanks) => {
                Some(thanks.change.map_or(thanks.until, |offer| thanks.until.min(offer.next_at)))
            }
            Screen::Change { until, .. } | Screen::Filing { until, .. } => Some(*until),
            Screen::Paused(Paused { probe: Probe::At(at), .. }) => Some(*at),
            _ => None,
        }
    }
}
