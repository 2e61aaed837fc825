//! Makes the lines of an entry.

use data_encoding::BASE64URL_NOPAD;

use super::days::Place;
use super::{Answer, Error, Note, Owner};
use crate::chain::{
    Committed, Entry, Hash, Kind, Predecessor, PrivateLine, PublicLine, StartReason, VERSION,
};
use crate::domain::{Incarnation, ReceiptCode, Record, Stamp};

/// Where an entry will stand, and its receipt code, if it has one.
pub(super) struct Head<'a> {
    pub owner: &'a Owner,
    pub incarnation: Incarnation,
    pub seq: u64,
    pub receipt: Option<ReceiptCode>,
}

/// Random bytes of the operating system.
pub(super) fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(Error::Random)?;
    Ok(bytes)
}

/// A receipt code that spells nothing offensive.
pub(super) fn receipt() -> Result<ReceiptCode, Error> {
    loop {
        if let Some(code) = ReceiptCode::from_random(random()?) {
            return Ok(code);
        }
    }
}

impl Head<'_> {
    fn line(self, kind: Kind) -> PublicLine {
        PublicLine {
            v: VERSION,
            kind,
            terminal: self.owner.terminal.clone(),
            incarnation: self.incarnation,
            seq: self.seq,
            window: self.owner.window.to_string(),
            receipt: self.receipt,
            predecessor: None,
            reason: None,
            sealed: Hash::ZERO,
        }
    }
}

fn private(at: Stamp) -> Result<PrivateLine, Error> {
    Ok(PrivateLine::new(BASE64URL_NOPAD.encode(&random::<16>()?), at))
}

/// Seq 1 of an incarnation.
pub(super) fn start(
    owner: &Owner,
    incarnation: Incarnation,
    predecessor: Option<Predecessor>,
    reason: StartReason,
    at: Stamp,
) -> Result<Entry, Error> {
    let head = Head { owner, incarnation, seq: 1, receipt: None };
    let public = PublicLine { predecessor, reason: Some(reason), ..head.line(Kind::Start) };
    Ok(Entry::write(public, &private(at)?)?)
}

/// A rating, the correction of one, or a second one of its service.
pub(super) fn answer(
    head: Head<'_>,
    answer: &Answer,
    what: &Place,
    at: Stamp,
) -> Result<Entry, Error> {
    let (kind, corrects, again) = match what {
        Place::First => (Kind::Rating, None, false),
        // A correction whose rating went with a damaged file says that it corrects, not what: it
        // is kept and flagged, where another rating would count one citizen twice.
        Place::Corrects(saved, again) => {
            let corrects = (saved.incarnation == head.incarnation).then_some(saved.seq);
            (Kind::Correction, corrects, *again)
        }
        Place::Again => (Kind::Rating, None, true),
    };
    let private = PrivateLine {
        level: Some(answer.level.code()),
        corrects,
        staff: answer.staff.clone(),
        item: answer.item.clone(),
        service: answer.service.clone(),
        again,
        training: answer.training,
        ..private(at)?
    };
    Ok(Entry::write(head.line(kind), &private)?)
}

/// Whatever else is recorded.
pub(super) fn note(
    head: Head<'_>,
    note: &Note,
    fields: Vec<Committed>,
    at: Stamp,
) -> Result<Entry, Error> {
    let kind = Kind::of(&note.record)
        .ok_or_else(|| Error::Unfit("a record that this program does not know".into()))?;
    // What went with a damaged file is named by no seq.
    let seq = note
        .to
        .as_ref()
        .map(|saved| if saved.incarnation == head.incarnation { saved.seq } else { 0 });
    let record = match (note.record.clone(), seq) {
        (Record::Reasons { tags, .. }, Some(to)) => Record::Reasons { to, tags },
        (Record::Contact { .. }, Some(to)) => Record::Contact { to },
        (other, _) => other,
    };
    let private = PrivateLine {
        staff: note.staff.clone(),
        item: note.item.clone(),
        service: note.service.clone(),
        record: Some(record),
        training: note.training,
        fields,
        ..private(at)?
    };
    Ok(Entry::write(head.line(kind), &private)?)
}
