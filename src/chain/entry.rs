//! One entry: a public line and a private line, kept and sent exactly as written.

use serde::{Deserialize, Serialize};

use super::{Error, Hash};
use crate::domain::{BootId, Field, Incarnation, Level, ReceiptCode, Record, Stamp, TerminalId};

/// The version of the entry's form that this program writes.
pub const VERSION: u8 = 1;

/// What an entry records. A kind that this program does not know is kept, flagged, not counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", from = "String")]
pub enum Kind {
    /// Seq 1 of an incarnation.
    Start,
    /// One of three levels, given by a citizen.
    Rating,
    /// The same citizen's better thought within seconds.
    Correction,
    /// An administrative act at the center.
    Act,
    /// Somebody comes on duty, goes, or pauses.
    Shift,
    /// A service begins, is named, finishes, or stays without an answer.
    Service,
    /// What a citizen adds to a rating or complaint: tags, a phone number.
    Addition,
    /// A complaint or suggestion.
    Complaint,
    /// The level buttons were tested; never counted.
    SelfTest,
    /// Something that the center should know of.
    Report,
    /// Written by a newer program.
    #[serde(untagged)]
    Other(String),
}

impl From<String> for Kind {
    fn from(word: String) -> Kind {
        match word.as_str() {
            "start" => Kind::Start,
            "rating" => Kind::Rating,
            "correction" => Kind::Correction,
            "act" => Kind::Act,
            "shift" => Kind::Shift,
            "service" => Kind::Service,
            "addition" => Kind::Addition,
            "complaint" => Kind::Complaint,
            "self_test" => Kind::SelfTest,
            "report" => Kind::Report,
            _ => Kind::Other(word),
        }
    }
}

impl Kind {
    /// The kind of the entry that carries a record; nothing for one that is not known.
    #[must_use]
    pub fn of(record: &Record) -> Option<Kind> {
        Some(match record {
            Record::SignedOn { .. }
            | Record::SignedOff { .. }
            | Record::Away { .. }
            | Record::Back => Kind::Shift,
            Record::Begun | Record::ItemNamed | Record::Finished { .. } | Record::Silent { .. } => {
                Kind::Service
            }
            Record::Reasons { .. } | Record::Contact { .. } => Kind::Addition,
            Record::Complaint { .. } => Kind::Complaint,
            Record::SelfTest(_) => Kind::SelfTest,
            Record::LockedOut { .. } | Record::Unshowable { .. } => Kind::Report,
            Record::Unknown => return None,
        })
    }
}

/// Why an incarnation began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StartReason {
    /// A new disk, or the first start.
    New,
    /// The journal before could not be read.
    Damage,
    /// The center knows more of the journal than this disk does.
    RolledBack,
    /// The center knows another continuation of the journal.
    Clone,
}

/// The incarnation before, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Predecessor {
    /// Its identity.
    pub incarnation: Incarnation,
    /// The last seq known of it.
    pub seq: u64,
    /// The hash of that entry.
    pub hash: Hash,
}

/// What anybody may see: it proves that the entry is counted and says nothing of the level.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicLine {
    /// Version of the form, now 1.
    pub v: u8,
    /// What is recorded.
    pub kind: Kind,
    /// Who wrote it; `center` for the center's own journal.
    pub terminal: TerminalId,
    /// Which life of its journal.
    pub incarnation: Incarnation,
    /// Counts up from 1 without a gap.
    pub seq: u64,
    /// The window it stands at; empty for the center.
    pub window: String,
    /// The receipt's code, for ratings and their corrections.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<ReceiptCode>,
    /// For a start: the incarnation before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub predecessor: Option<Predecessor>,
    /// For a start: why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<StartReason>,
    /// SHA-256 of the private line.
    pub sealed: Hash,
}

/// What only the center may see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Read")]
pub struct PrivateLine {
    /// 128 random bits in base64url, so that the seal cannot be opened by guessing the level.
    pub salt: String,
    /// One digit, 1 to 3, for ratings and corrections.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<u8>,
    /// For a correction: the seq of the rating it corrects, in the same incarnation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<u64>,
    /// The employee number of the person on duty, empty when nobody is.
    #[serde(default)]
    pub staff: String,
    /// The service item, empty when it is not known.
    #[serde(default)]
    pub item: String,
    /// The service, empty for a rating without one.
    #[serde(default)]
    pub service: String,
    /// For an act: what was done, by whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<serde_json::Value>,
    /// For everything but ratings, corrections and acts: what is recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<Record>,
    /// A second rating of one service: kept as evidence, not counted.
    #[serde(default, skip_serializing_if = "is_false")]
    pub again: bool,
    /// Written by a training terminal: never counted.
    #[serde(default, skip_serializing_if = "is_false")]
    pub training: bool,
    /// The personal data that was sealed with this entry, by its salted commitment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Committed>,
    /// When, by the clocks of the writer.
    #[serde(flatten)]
    pub at: Stamp,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

/// A sealed field: what stands of it in the private line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Committed {
    /// Which one.
    pub field: Field,
    /// SHA-256 of a 128-bit salt and the text; the salt is sealed with the text, so that after
    /// erasure nothing can be tried against it.
    pub commitment: Hash,
}

/// A private line as it is read. The center reads every entry that any terminal writes, and
/// `flatten` would first put all fields of each aside.
#[derive(Deserialize)]
struct Read {
    salt: String,
    #[serde(default)]
    level: Option<u8>,
    #[serde(default)]
    corrects: Option<u64>,
    #[serde(default)]
    staff: String,
    #[serde(default)]
    item: String,
    #[serde(default)]
    service: String,
    #[serde(default)]
    act: Option<serde_json::Value>,
    #[serde(default)]
    record: Option<Record>,
    #[serde(default)]
    again: bool,
    #[serde(default)]
    training: bool,
    #[serde(default)]
    fields: Vec<Committed>,
    wall: i64,
    mono: i64,
    boot: BootId,
}

impl From<Read> for PrivateLine {
    fn from(read: Read) -> PrivateLine {
        let Read { salt, level, corrects, staff, item, service, act, .. } = read;
        let Read { record, again, training, fields, wall, mono, boot, .. } = read;
        let at = Stamp { wall, mono, boot };
        PrivateLine {
            salt,
            level,
            corrects,
            staff,
            item,
            service,
            act,
            record,
            again,
            training,
            fields,
            at,
        }
    }
}

impl PrivateLine {
    /// A line that says nothing but when.
    #[must_use]
    pub fn new(salt: String, at: Stamp) -> PrivateLine {
        PrivateLine {
            salt,
            level: None,
            corrects: None,
            staff: String::new(),
            item: String::new(),
            service: String::new(),
            act: None,
            record: None,
            again: false,
            training: false,
            fields: Vec::new(),
            at,
        }
    }

    /// The level, where the entry has one that exists.
    #[must_use]
    pub fn level(&self) -> Option<Level> {
        self.level.and_then(|code| Level::try_from(i64::from(code)).ok())
    }
}

/// The two lines of an entry, without their line feeds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Compact JSON of a [`PublicLine`].
    pub public: String,
    /// Compact JSON of a [`PrivateLine`].
    pub private: String,
}

impl Entry {
    /// Writes the private line, seals it into the public one and writes that.
    ///
    /// # Errors
    /// When a line cannot be written as JSON.
    pub fn write(mut public: PublicLine, private: &PrivateLine) -> Result<Entry, Error> {
        let unwritable = |_| Error::malformed("entry", "", "values that JSON can hold");
        let private = serde_json::to_string(private).map_err(unwritable)?;
        public.sealed = Hash::of(&[private.as_bytes()]);
        let public = serde_json::to_string(&public).map_err(unwritable)?;
        Ok(Entry { public, private })
    }

    /// `SHA-256(previous hash || public line)`.
    #[must_use]
    pub fn hash(&self, previous: &Hash) -> Hash {
        Hash::of(&[&previous.0, self.public.as_bytes()])
    }

    /// Both lines as values.
    ///
    /// # Errors
    /// When a line is not of its form, or the private line is not the one that was sealed.
    pub fn read(&self) -> Result<(PublicLine, PrivateLine), Error> {
        let public: PublicLine = serde_json::from_str(&self.public).map_err(|_| {
            Error::malformed("public line", &self.public, "the JSON of docs/format.md")
        })?;
        if public.sealed != Hash::of(&[self.private.as_bytes()]) {
            return Err(Error::BrokenSeal);
        }
        let private = serde_json::from_str(&self.private).map_err(|_| {
            Error::malformed("private line", &self.private, "the JSON of docs/format.md")
        })?;
        Ok((public, private))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rating(level: Level) -> (PublicLine, PrivateLine) {
        let public = PublicLine {
            v: VERSION,
            kind: Kind::Rating,
            terminal: "T-0007".parse().unwrap(),
            incarnation: Incarnation([1; 16]),
            seq: 2,
            window: "w3".into(),
            receipt: Some("7K3M-Q2XD".parse().unwrap()),
            predecessor: None,
            reason: None,
            sealed: Hash::ZERO,
        };
        let at = Stamp { wall: 1, mono: 2, boot: BootId([3; 16]) };
        let private = PrivateLine {
            level: Some(level.code()),
            staff: "0317".into(),
            ..PrivateLine::new("AAAAAAAAAAAAAAAAAAAAAA".into(), at)
        };
        (public, private)
    }

    #[test]
    fn an_entry_is_as_long_whatever_the_level() {
        let lengths = Level::ALL.map(|level| {
            let (public, private) = rating(level);
            let entry = Entry::write(public, &private).unwrap();
            (entry.public.len(), entry.private.len())
        });
        assert_eq!(lengths[0], lengths[1]);
        assert_eq!(lengths[1], lengths[2]);
    }

    #[test]
    fn a_swapped_private_line_breaks_the_seal() {
        let (public, private) = rating(Level::Dissatisfied);
        let entry = Entry::write(public, &private).unwrap();
        assert!(entry.read().is_ok());
        let forged =
            Entry { private: entry.private.replace("\"level\":3", "\"level\":1"), ..entry };
        assert_eq!(forged.read(), Err(Error::BrokenSeal));
    }

    #[test]
    fn a_kind_of_tomorrow_is_read() {
        let (mut public, private) = rating(Level::Basic);
        public.kind = Kind::Other("vote".into());
        let entry = Entry::write(public, &private).unwrap();
        assert!(entry.public.contains("\"kind\":\"vote\""));
        assert_eq!(entry.read().unwrap().0.kind, Kind::Other("vote".into()));
    }
}
