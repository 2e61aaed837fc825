//! Makes the lines of an entry.

use data_encoding::BASE64URL_NOPAD;

use super::{Answer, Error, Owner};
use crate::chain::{Entry, Hash, Kind, Predecessor, PrivateLine, PublicLine, StartReason, VERSION};
use crate::domain::{Incarnation, ReceiptCode, Stamp};

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

fn blank(owner: &Owner, incarnation: Incarnation, seq: u64, kind: Kind) -> PublicLine {
    PublicLine {
        v: VERSION,
        kind,
        terminal: owner.terminal.clone(),
        incarnation,
        seq,
        window: owner.window.to_string(),
        receipt: None,
        predecessor: None,
        reason: None,
        sealed: Hash::ZERO,
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
    let public = PublicLine {
        predecessor,
        reason: Some(reason),
        ..blank(owner, incarnation, 1, Kind::Start)
    };
    Ok(Entry::write(public, &private(at)?)?)
}

/// A rating, or the correction of one.
pub(super) fn answer(
    owner: &Owner,
    incarnation: Incarnation,
    seq: u64,
    receipt: ReceiptCode,
    answer: &Answer,
    at: Stamp,
) -> Result<Entry, Error> {
    // A correction whose rating went with a damaged file says that it corrects, not what: it is
    // kept and flagged, where another rating would count one citizen twice.
    let corrects = answer.corrects.as_ref().filter(|saved| saved.incarnation == incarnation);
    let kind = if answer.corrects.is_some() { Kind::Correction } else { Kind::Rating };
    let public = PublicLine { receipt: Some(receipt), ..blank(owner, incarnation, seq, kind) };
    let private = PrivateLine {
        level: Some(answer.level.code()),
        corrects: corrects.map(|saved| saved.seq),
        staff: answer.staff.clone(),
        ..private(at)?
    };
    Ok(Entry::write(public, &private)?)
}
