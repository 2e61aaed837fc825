//! The lines of sealed fields that stand behind a batch's entries. The signature does not cover
//! them: a field may be erased on its way, and one that was changed does not open.

use data_encoding::BASE64URL_NOPAD;

use super::super::{Entry, Error, field};
use super::Header;
use crate::domain::Field;

/// Lines that one entry may have, on average: one for each field.
const LINES: u64 = Field::ALL.len() as u64;

/// A sealed field of one entry of the batch; see [`crate::chain::field`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedField {
    /// The entry's seq.
    pub seq: u64,
    /// Which field.
    pub field: Field,
    /// The encapsulated key and the ciphertext.
    pub ciphertext: Vec<u8>,
}

impl SealedField {
    pub(super) fn line(&self) -> String {
        let ciphertext = BASE64URL_NOPAD.encode(&self.ciphertext);
        format!("sealed {} {} {ciphertext}\n", self.seq, self.field.as_str())
    }
}

/// A line of a sealed field that belongs to nothing in the batch: it is not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Odd {
    /// The seq that the line names.
    pub seq: u64,
    /// The field that it names.
    pub field: String,
    /// What is wrong with it.
    pub why: &'static str,
}

/// Sorts lines into what the entries committed to and what is odd.
pub(super) fn read(
    text: &str,
    header: &Header,
    entries: &[Entry],
) -> Result<(Vec<SealedField>, Vec<Odd>), Error> {
    let (mut sealed, mut odd) = (Vec::new(), Vec::new());
    if text.is_empty() {
        return Ok((sealed, odd));
    }
    let most = header.count().saturating_mul(LINES);
    let mut before = (0, "");
    let text = text.strip_suffix('\n').ok_or_else(|| malformed(text))?;
    for (line, number) in text.split('\n').zip(1..) {
        let (seq, name, ciphertext) = parts(line).ok_or_else(|| malformed(line))?;
        if number > most || (seq, name) <= before {
            return Err(malformed(line));
        }
        before = (seq, name);
        match belongs(seq, name, header, entries) {
            Ok(field) => sealed.push(SealedField { seq, field, ciphertext }),
            Err(why) => odd.push(Odd { seq, field: name.to_owned(), why }),
        }
    }
    Ok((sealed, odd))
}

fn malformed(line: &str) -> Error {
    let allowed = "sealed, seq, field and base64url, in order of seq and field, three an entry";
    Error::malformed("sealed lines", line, allowed)
}

fn parts(line: &str) -> Option<(u64, &str, Vec<u8>)> {
    let mut parts = line.strip_prefix("sealed ")?.split(' ');
    let (number, name, value) = (parts.next()?, parts.next()?, parts.next()?);
    let seq: u64 = number.parse().ok()?;
    let is_name = (1..=32).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let is_short = value.len() <= BASE64URL_NOPAD.encode_len(field::LONGEST_SEALED);
    if parts.next().is_some() || seq.to_string() != number || !is_name || !is_short {
        return None;
    }
    Some((seq, name, BASE64URL_NOPAD.decode(value.as_bytes()).ok()?))
}

/// The field that the entry committed to, or why there is none.
fn belongs(
    seq: u64,
    name: &str,
    header: &Header,
    entries: &[Entry],
) -> Result<Field, &'static str> {
    let place = seq.checked_sub(header.first).and_then(|place| usize::try_from(place).ok());
    let entry = place.and_then(|place| entries.get(place)).ok_or("no such entry in the batch")?;
    let field: Field = name.parse().map_err(|_| "no such field")?;
    let (_, private) = entry.read().map_err(|_| "its entry cannot be read")?;
    let is_committed = private.fields.iter().any(|committed| committed.field == field);
    is_committed.then_some(field).ok_or("its entry does not commit to it")
}

#[cfg(test)]
mod tests {
    use super::super::Batch;
    use super::*;
    use crate::chain::{Committed, Hash, Keypair, Kind, PrivateLine, PublicLine, VERSION};
    use crate::domain::{BootId, Incarnation, Stamp};

    const AT: Stamp = Stamp { wall: 1, mono: 2, boot: BootId([3; 16]) };

    fn entry(seq: u64, fields: &[Field]) -> Entry {
        let public = PublicLine {
            v: VERSION,
            kind: Kind::Addition,
            terminal: "T-0007".parse().unwrap(),
            incarnation: Incarnation([4; 16]),
            seq,
            window: "w3".into(),
            receipt: None,
            predecessor: None,
            reason: None,
            sealed: Hash::ZERO,
        };
        let commit = |field: &Field| Committed { field: *field, commitment: Hash::ZERO };
        let fields = fields.iter().map(commit).collect();
        Entry::write(public, &PrivateLine { fields, ..PrivateLine::new("salt".into(), AT) })
            .unwrap()
    }

    /// Entries 5 to 7; the first two hold fields.
    fn batch() -> Batch {
        let entries = vec![
            entry(5, &[Field::Phone]),
            entry(6, &[Field::Opinion, Field::Phone]),
            entry(7, &[]),
        ];
        let head = entries.iter().fold(Hash::ZERO, |previous, entry| entry.hash(&previous));
        let key = Keypair::from_seed([1; 32]);
        let header = Header {
            center: key.public().center_id(),
            terminal: "T-0007".parse().unwrap(),
            incarnation: Incarnation([4; 16]),
            first: 5,
            last: 7,
            head,
            previous: Hash::ZERO,
            sent: AT,
        };
        Batch::sign(header, entries, &key)
    }

    fn field(seq: u64, field: Field) -> SealedField {
        SealedField { seq, field, ciphertext: vec![7; 88] }
    }

    fn all() -> Vec<SealedField> {
        vec![field(5, Field::Phone), field(6, Field::Opinion), field(6, Field::Phone)]
    }

    fn with(lines: &str) -> Result<Batch, Error> {
        Batch::decode(&[&batch().encode(), lines.as_bytes()].concat())
    }

    #[test]
    fn sealed_fields_travel_behind_the_entries_in_order() {
        let shuffled = all().into_iter().rev().collect();
        let sent = batch().with_sealed(shuffled);
        assert_eq!(sent.sealed, all());
        assert_eq!(Batch::decode(&sent.encode()), Ok(sent.clone()));
        assert_eq!(sent.entry_lines(), batch().entry_lines());
        assert_eq!((&sent.signed, sent.signature), (&batch().signed, batch().signature));
        assert_eq!(batch().with_sealed(Vec::new()).encode(), batch().encode());
    }

    #[test]
    fn a_field_may_be_erased_and_the_batch_stays_good() {
        let bytes = batch().with_sealed(all()).encode();
        let ends: Vec<usize> =
            (batch().encode().len()..bytes.len()).filter(|end| bytes[end - 1] == b'\n').collect();
        for (left, end) in ends.iter().enumerate() {
            let read = Batch::decode(&bytes[..*end]).unwrap();
            assert_eq!(read.sealed, all()[..left]);
            assert!(read.hashes().is_ok() && read.odd.is_empty());
        }
        for end in batch().encode().len()..bytes.len() {
            assert_eq!(Batch::decode(&bytes[..end]).is_ok(), ends.contains(&end), "cut at {end}");
        }
    }

    #[test]
    fn a_line_that_belongs_to_nothing_is_told_and_the_batch_is_taken() {
        for (line, seq, name, why) in [
            ("sealed 4 phone AAAA\n", 4, "phone", "no such entry in the batch"),
            ("sealed 8 phone AAAA\n", 8, "phone", "no such entry in the batch"),
            ("sealed 7 phone AAAA\n", 7, "phone", "its entry does not commit to it"),
            ("sealed 5 ticket AAAA\n", 5, "ticket", "its entry does not commit to it"),
            ("sealed 5 voice AAAA\n", 5, "voice", "no such field"),
        ] {
            let read = with(line).unwrap();
            assert_eq!(read.odd, [Odd { seq, field: name.into(), why }]);
            assert_eq!(read.sealed, []);
            assert_eq!(read.entries, batch().entries);
        }
        let mut unread = batch();
        unread.entries[0].private.push(' ');
        let read = Batch::decode(&unread.with_sealed(all()).encode()).unwrap();
        assert_eq!(read.odd[0].why, "its entry cannot be read");
        assert_eq!(read.sealed, all()[1..]);
    }

    #[test]
    fn lines_that_are_not_of_their_form_are_refused() {
        let long = "A".repeat(4 * field::LONGEST_SEALED);
        let many: String = (5..15).map(|seq| format!("sealed {seq} phone AAAA\n")).collect();
        for wrong in [
            "\n",
            "sealed\n",
            "sealed 5 phone\n",
            "sealed 5 phone AAAA",
            "sealed 05 phone AAAA\n",
            "sealed +5 phone AAAA\n",
            "sealed 5 Phone AAAA\n",
            "sealed 5  AAAA\n",
            "sealed 5 phone AAAA \n",
            "sealed 5 phone A\n",
            "sealed 5 phone AA==\n",
            "sealed 5 phone AAAA\r\n",
            "Sealed 5 phone AAAA\n",
            "sealed 5 phone AAAA\nsealed 5 phone AAAA\n",
            "sealed 6 phone AAAA\nsealed 5 phone AAAA\n",
            "sealed 6 phone AAAA\nsealed 6 opinion AAAA\n",
            "sealed 5 phone AAAA\n\n",
            &format!("sealed 5 phone {long}\n"),
            &many,
        ] {
            assert!(with(wrong).is_err(), "{wrong:?}");
        }
        assert!(with("sealed 5 phone AAAA\nsealed 6 opinion AAAA\n").is_ok());
    }
}
