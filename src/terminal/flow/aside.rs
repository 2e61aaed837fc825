//! What a citizen adds: tags, a phone number, an opinion; and complaints.

use super::desk::typed;
use super::event::Key;
use super::known::Known;
use super::screens::{Complaint, Contact, Filed, Given, Phone, Saving, Screen, Thanks};
use super::{SAVE_PATIENCE_MS, State, Ticket};
use crate::domain::{About, Field, Record};
use crate::terminal::journal::{Note, Saved};

/// A mainland mobile number has eleven digits (工信部, 电信网编号计划 2017); with an area code at
/// most twelve.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 7..=12;

impl Phone {
    /// Whether it can be left: a plausible number, and the person agrees.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.consent && PHONE_DIGITS.contains(&self.digits.len())
    }
}

fn toggle(places: &mut Vec<usize>, place: usize) {
    match places.iter().position(|each| *each == place) {
        Some(at) => drop(places.remove(at)),
        None => places.push(place),
    }
}

impl State {
    /// A tag is chosen or given up; the thank-you stays as long as anew.
    pub(super) fn tag_toggled(&mut self, place: usize) {
        let until = self.thanks_until();
        let known = self.facts.known.as_ref();
        match &mut self.screen {
            Screen::Thanks(thanks) if known.is_some_and(|known| place < known.tags.len()) => {
                toggle(&mut thanks.tags, place);
                thanks.until = until;
            }
            Screen::Complaint(complaint)
                if known.is_some_and(|known| place < known.complaint_tags.len()) =>
            {
                toggle(&mut complaint.tags, place);
            }
            _ => {}
        }
    }

    /// Other content has come: places chosen among the tags before would mean other tags.
    pub(super) fn forget_tags(&mut self, next: &Known) {
        let Some(known) = &self.facts.known else { return };
        let (same, same_of_complaints) =
            (known.tags == next.tags, known.complaint_tags == next.complaint_tags);
        match &mut self.screen {
            Screen::Thanks(Thanks { tags, .. })
            | Screen::Saving(Saving { tags, .. })
            | Screen::Change { thanks: Thanks { tags, .. }, .. }
            | Screen::Opinion(Given::Rating(Thanks { tags, .. }))
            | Screen::Phone { given: Given::Rating(Thanks { tags, .. }), .. }
                if !same =>
            {
                tags.clear();
            }
            Screen::Complaint(Complaint { tags, .. })
            | Screen::Phone { given: Given::Draft(Complaint { tags, .. }), .. }
                if !same_of_complaints =>
            {
                tags.clear();
            }
            _ => {}
        }
    }

    fn given(&self) -> Option<(Given, Contact, bool)> {
        Some(match &self.screen {
            Screen::Thanks(thanks) => {
                (Given::Rating(thanks.clone()), thanks.contact, thanks.opinion.is_some())
            }
            Screen::Filed(filed) => {
                (Given::Complaint(filed.clone()), filed.contact, filed.opinion.is_some())
            }
            _ => return None,
        })
    }

    pub(super) fn phone_asked(&mut self) {
        if !self.takes_phones() {
            return;
        }
        let given = match (&self.screen, self.given()) {
            (_, Some((given, Contact::None | Contact::Left, _))) => given,
            (Screen::Complaint(complaint), _) if complaint.asks_contact => {
                Given::Draft(complaint.clone())
            }
            _ => return,
        };
        self.screen = Screen::Phone { given, phone: Phone::default() };
    }

    /// Whether phone numbers can be sealed, and so may be asked for.
    #[must_use]
    pub fn takes_phones(&self) -> bool {
        self.facts.known.as_ref().is_some_and(|known| known.phone)
    }

    pub(super) fn opinion_asked(&mut self) {
        if let Some((given, _, true)) = self.given() {
            self.screen = Screen::Opinion(given);
        }
    }

    pub(super) fn consent_toggled(&mut self) {
        if let Screen::Phone { phone, .. } = &mut self.screen {
            phone.consent = !phone.consent;
        }
    }

    /// A key of whichever pad is on the screen.
    pub(super) fn pad(&mut self, key: Key) {
        match &mut self.screen {
            Screen::Phone { given, phone } if key == Key::Enter && phone.is_complete() => {
                let (given, digits) = (given.clone(), phone.digits.clone());
                self.leave_phone(given, digits);
            }
            Screen::Phone { phone, .. } => typed(&mut phone.digits, key, *PHONE_DIGITS.end()),
            Screen::Desk(_) => self.desk_key(key),
            Screen::Upkeep(_) | Screen::NotEnrolled(_) => self.upkeep_key(key),
            _ => {}
        }
    }

    fn leave_phone(&mut self, mut given: Given, digits: String) {
        let personal = vec![(Field::Phone, digits)];
        let (saved, staff) = match &given {
            Given::Rating(thanks) => (thanks.saved.clone(), thanks.staff.clone()),
            Given::Complaint(filed) => (filed.saved.clone(), String::new()),
            Given::Draft(complaint) => return self.file(complaint.clone(), personal),
        };
        let note = Note { staff, personal, ..Note::new(Record::Contact { to: saved.seq }) };
        let ticket = self.record_note(Note { to: Some(saved), ..note });
        if let Some(contact) = contact_of(&mut given) {
            *contact = Contact::Saving(ticket);
        }
        self.back_to(given);
    }

    pub(super) fn about(&mut self, about: About) {
        if let Screen::Complaint(complaint) = &mut self.screen {
            complaint.about = Some(about);
        }
    }

    /// From the categories to the contact, where one can be left; from there to the number.
    pub(super) fn complaint_continued(&mut self) {
        let takes_phones = self.takes_phones();
        match &mut self.screen {
            Screen::Complaint(complaint) if complaint.about.is_none() => {}
            Screen::Complaint(complaint) if takes_phones && !complaint.asks_contact => {
                complaint.asks_contact = true;
            }
            Screen::Complaint(complaint) => {
                let complaint = complaint.clone();
                self.file(complaint, Vec::new());
            }
            _ => {}
        }
    }

    /// The complaint is recorded; only the reply brings its number.
    fn file(&mut self, complaint: Complaint, personal: Vec<(Field, String)>) {
        let Some(about) = complaint.about else { return };
        let known = self.facts.known.as_ref();
        let chosen = complaint.tags.iter();
        let tags = chosen.filter_map(|place| known?.complaint_tags.get(*place).cloned()).collect();
        let record = Record::Complaint { about, tags, anonymous: personal.is_empty() };
        let staff = self.memory.shift.as_ref().map(|s| s.staff.clone()).unwrap_or_default();
        let note = Note { staff, numbered: true, personal, ..Note::new(record) };
        let ticket = self.record_note(note);
        let until = self.now + SAVE_PATIENCE_MS;
        self.screen = Screen::Filing { ticket, until, complaint };
    }

    /// The number is not saved: nobody is told that it was left.
    pub(super) fn contact_failed(&mut self, ticket: Ticket) {
        let contact = match &mut self.screen {
            Screen::Thanks(thanks)
            | Screen::Change { thanks, .. }
            | Screen::Opinion(Given::Rating(thanks)) => &mut thanks.contact,
            Screen::Filed(filed) | Screen::Opinion(Given::Complaint(filed)) => &mut filed.contact,
            _ => return,
        };
        if *contact == Contact::Saving(ticket) {
            *contact = Contact::None;
        }
    }

    /// A record is durable: what waits for it goes on.
    pub(super) fn recorded(&mut self, ticket: Ticket, saved: Saved, opinion: Option<String>) {
        self.fails = false;
        let note = self.recording.remove(&ticket);
        let left = note.is_some_and(|note| !note.personal.is_empty());
        match &mut self.screen {
            Screen::Filing { ticket: waiting, .. } if *waiting == ticket => {
                let contact = if left { Contact::Left } else { Contact::None };
                self.screen = Screen::Filed(Filed { saved, contact, opinion });
            }
            Screen::Thanks(thanks)
            | Screen::Change { thanks, .. }
            | Screen::Opinion(Given::Rating(thanks))
                if thanks.contact == Contact::Saving(ticket) =>
            {
                thanks.contact = Contact::Left;
            }
            Screen::Filed(filed) | Screen::Opinion(Given::Complaint(filed))
                if filed.contact == Contact::Saving(ticket) =>
            {
                filed.contact = Contact::Left;
            }
            _ => {}
        }
    }
}

fn contact_of(given: &mut Given) -> Option<&mut Contact> {
    match given {
        Given::Rating(thanks) => Some(&mut thanks.contact),
        Given::Complaint(filed) => Some(&mut filed.contact),
        Given::Draft(_) => None,
    }
}
