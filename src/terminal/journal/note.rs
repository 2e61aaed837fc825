//! Records beside ratings: what is noted, with its personal data sealed before it is written.

use std::fmt;

use super::file::File;
use super::{Error, Saved, draft};
use crate::chain::field::{self, Place, Sealed};
use crate::chain::{Committed, SealedField};
use crate::clock::Clock;
use crate::domain::{Field, FieldKey, Record};

/// What is recorded, and for whom.
#[derive(Clone)]
pub struct Note {
    /// What.
    pub record: Record,
    /// The employee number of the person it is about; empty for nobody.
    pub staff: String,
    /// The service item; empty where there is none.
    pub item: String,
    /// The service; empty where there is none.
    pub service: String,
    /// For practice: never counted.
    pub training: bool,
    /// The entry that it adds to. The seq of `Reasons` and `Contact` is filled in from it, and the
    /// note goes where that entry stands, even when another life has begun since.
    pub to: Option<Saved>,
    /// The entry gets a number to ask after it by: a receipt code.
    pub numbered: bool,
    /// Sealed to the keys of [`super::Journal::set_field_keys`] before anything is written.
    pub personal: Vec<(Field, String)>,
}

impl Note {
    /// A record about nobody in particular.
    #[must_use]
    pub fn new(record: Record) -> Note {
        let (staff, item, service) = Default::default();
        let (training, numbered) = (false, false);
        Note { record, staff, item, service, training, to: None, numbered, personal: Vec::new() }
    }
}

/// Without the personal data: notes may be logged.
impl fmt::Debug for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields: Vec<_> = self.personal.iter().map(|(field, _)| field.as_str()).collect();
        f.debug_struct("Note")
            .field("record", &self.record)
            .field("staff", &self.staff)
            .field("item", &self.item)
            .field("service", &self.service)
            .field("training", &self.training)
            .field("to", &self.to)
            .field("numbered", &self.numbered)
            .field("personal", &fields)
            .finish()
    }
}

impl File {
    /// Writes one note, and what is to be remembered in the same commit; when this returns, both
    /// are on the disk.
    pub(super) fn record(
        &mut self,
        note: &Note,
        memory: Option<&str>,
        keys: &[FieldKey],
        clock: &dyn Clock,
    ) -> Result<Saved, Error> {
        let after = match &note.to {
            Some(saved) => self.end_of(saved.incarnation)?.unwrap_or(self.end),
            None => self.end,
        };
        let (incarnation, seq) = (after.incarnation, after.seq + 1);
        let place = Place { terminal: &self.owner.terminal, incarnation, seq };
        let (committed, lines) = seal(&note.personal, keys, &place)?;
        let receipt = note.numbered.then(draft::receipt).transpose()?;
        let head = draft::Head { owner: &self.owner, incarnation, seq, receipt: receipt.clone() };
        let entry = draft::note(head, note, committed, clock.now())?;
        self.append(after, &entry, lines.as_deref(), memory)?;
        Ok(Saved { incarnation, seq, receipt })
    }
}

/// Seals each field; gives what the private line holds of them, and the lines that wait beside.
fn seal(
    personal: &[(Field, String)],
    keys: &[FieldKey],
    place: &Place<'_>,
) -> Result<(Vec<Committed>, Option<String>), Error> {
    let mut committed: Vec<Committed> = Vec::new();
    let mut lines = Vec::new();
    for (field, text) in personal {
        let key = keys.iter().find(|key| key.field == *field);
        let is_second = committed.iter().any(|one| one.field == *field);
        let key = key.filter(|_| !is_second).ok_or_else(|| {
            let why = if is_second { "stands there twice" } else { "has no key" };
            Error::Unfit(format!("the field {} {why}", field.as_str()))
        })?;
        let sealed = field::seal(key, place, text)?;
        lines.push(line(&sealed));
        committed.push(sealed.committed);
    }
    Ok((committed, (!lines.is_empty()).then(|| lines.join("\n"))))
}

fn line(sealed: &Sealed) -> String {
    let base64 = data_encoding::BASE64URL_NOPAD.encode(&sealed.ciphertext);
    format!("{} {base64}", sealed.committed.field.as_str())
}

/// The sealed fields of the entry `seq`, as they were kept.
pub(super) fn sealed_of(seq: u64, lines: &str) -> Result<Vec<SealedField>, Error> {
    let damaged = || Error::Damaged(format!("the sealed fields of entry {seq}"));
    let read = |line: &str| {
        let (field, base64) = line.split_once(' ')?;
        let ciphertext = data_encoding::BASE64URL_NOPAD.decode(base64.as_bytes()).ok()?;
        Some(SealedField { seq, field: field.parse().ok()?, ciphertext })
    };
    lines.split('\n').map(|line| read(line).ok_or_else(damaged)).collect()
}
