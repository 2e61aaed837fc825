//! A batch: entries of one incarnation, signed once.

mod sealed;

use super::{CenterId, Entry, Error, Hash, Keypair, PublicKey, Signature};
use crate::domain::{Incarnation, Stamp, TerminalId};

pub use sealed::{Odd, SealedField};

/// No seq is beyond it: a database counts in 63 bits.
pub(super) const LAST: u64 = u64::MAX >> 2;

const TITLE: &str = "pingyi/batch/1";

/// What is signed of a batch; the entries hang on it by `previous` and `head`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Whom it is for: a batch signed for one center is worth nothing at another.
    pub center: CenterId,
    /// Who sends.
    pub terminal: TerminalId,
    /// Which life of its journal.
    pub incarnation: Incarnation,
    /// The seq of the first entry.
    pub first: u64,
    /// The seq of the last entry.
    pub last: u64,
    /// The hash of the last entry.
    pub head: Hash,
    /// The hash before the first entry; zero bytes before seq 1.
    pub previous: Hash,
    /// The terminal's clocks while it signs; the center computes the offset from it.
    pub sent: Stamp,
}

impl Header {
    fn text(&self) -> String {
        format!(
            "{TITLE}\ncenter {}\nterminal {}\nincarnation {}\nfirst {}\nlast {}\nhead {}\nprevious {}\n\
             sent {} {} {}\n",
            self.center,
            self.terminal,
            self.incarnation,
            self.first,
            self.last,
            self.head,
            self.previous,
            self.sent.wall,
            self.sent.mono,
            self.sent.boot
        )
    }

    /// How many entries the header announces.
    #[must_use]
    pub fn count(&self) -> u64 {
        (self.last + 1).saturating_sub(self.first)
    }

    fn parse(lines: &mut Lines<'_>) -> Result<Header, Error> {
        lines.exactly(TITLE)?;
        let header = Header {
            center: lines.field("center")?.parse()?,
            terminal: lines.value("terminal", "a terminal id")?,
            incarnation: lines.value("incarnation", "22 characters of base64url")?,
            first: lines.value("first", "a number from 1 up")?,
            last: lines.value("last", "a number not below first")?,
            head: lines.field("head")?.parse()?,
            previous: lines.field("previous")?.parse()?,
            sent: stamp(lines.field("sent")?)?,
        };
        if header.first == 0 || header.last < header.first || header.last > LAST {
            let found = format!("{} to {}", header.first, header.last);
            return Err(Error::malformed("first and last", &found, "1 <= first <= last"));
        }
        Ok(header)
    }
}

fn stamp(text: &str) -> Result<Stamp, Error> {
    let wrong = || Error::malformed("sent", text, "wall, monotonic time and boot id");
    let mut parts = text.split(' ');
    let mut next = || parts.next().ok_or_else(wrong);
    let wall = next()?.parse().map_err(|_| wrong())?;
    let mono = next()?.parse().map_err(|_| wrong())?;
    let boot = next()?.parse().map_err(|_| wrong())?;
    match parts.next() {
        None => Ok(Stamp { wall, mono, boot }),
        Some(_) => Err(wrong()),
    }
}

/// Lines that end in a line feed, read in order; used by everything signed as text.
pub(super) struct Lines<'a> {
    text: &'a str,
    read: usize,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Lines { text, read: 0 }
    }

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.text.get(self.read..)?;
        let end = rest.find('\n')?;
        self.read += end + 1;
        rest.get(..end)
    }

    pub(super) fn exactly(&mut self, title: &'static str) -> Result<(), Error> {
        match self.next() {
            Some(line) if line == title => Ok(()),
            other => Err(Error::malformed("first line", other.unwrap_or_default(), title)),
        }
    }

    pub(super) fn field(&mut self, name: &'static str) -> Result<&'a str, Error> {
        let line = self.next().unwrap_or_default();
        line.strip_prefix(name)
            .and_then(|rest| rest.strip_prefix(' '))
            .ok_or_else(|| Error::malformed(name, line, "the field's name, a space and its value"))
    }

    pub(super) fn value<T: std::str::FromStr>(
        &mut self,
        name: &'static str,
        allowed: &'static str,
    ) -> Result<T, Error> {
        let text = self.field(name)?;
        text.parse().map_err(|_| Error::malformed(name, text, allowed))
    }

    pub(super) fn so_far(&self) -> &'a str {
        self.text.get(..self.read).unwrap_or_default()
    }
}

/// A signed header and its entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// The header as a value.
    pub header: Header,
    /// The header as it was signed.
    pub signed: String,
    /// The terminal's signature over `signed`.
    pub signature: Signature,
    /// The entries, `first` to `last`.
    pub entries: Vec<Entry>,
    /// Sealed fields of the entries, in order of seq and field. The signature does not cover them,
    /// and one that is missing was erased.
    pub sealed: Vec<SealedField>,
    /// What stood among the sealed fields and belongs to no entry; never sent on.
    pub odd: Vec<Odd>,
}

impl Batch {
    /// Signs the header; the entries must be those it announces.
    #[must_use]
    pub fn sign(header: Header, entries: Vec<Entry>, key: &Keypair) -> Batch {
        let signed = header.text();
        let signature = key.sign(signed.as_bytes());
        Batch { header, signed, signature, entries, sealed: Vec::new(), odd: Vec::new() }
    }

    /// The same batch with its entries' sealed fields behind it.
    #[must_use]
    pub fn with_sealed(self, mut sealed: Vec<SealedField>) -> Batch {
        sealed.sort_by_key(|one| (one.seq, one.field.as_str()));
        Batch { sealed, ..self }
    }

    /// The bytes that travel: header, signature, two lines an entry, one a sealed field.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut text = format!("{}signature {}\n", self.signed, self.signature);
        text.push_str(&self.entry_lines());
        text.extend(self.sealed.iter().map(SealedField::line));
        text.into_bytes()
    }

    /// The entries' lines alone, each with its line feed.
    #[must_use]
    pub fn entry_lines(&self) -> String {
        let mut text = String::new();
        for entry in &self.entries {
            for line in [&entry.public, &entry.private] {
                text.push_str(line);
                text.push('\n');
            }
        }
        text
    }

    /// Reads what travelled. Neither the signature nor the chain is checked here.
    ///
    /// # Errors
    /// When the header is not of its form, the lines are not two for each announced entry, or what
    /// follows them is not the form of sealed fields.
    pub fn decode(bytes: &[u8]) -> Result<Batch, Error> {
        let text = std::str::from_utf8(bytes)
            .map_err(|_| Error::malformed("batch", "bytes that are not UTF-8", "UTF-8 text"))?;
        let mut lines = Lines::new(text);
        let header = Header::parse(&mut lines)?;
        let signed = lines.so_far().to_owned();
        let signature = lines.field("signature")?.parse()?;
        let (entries, sealed) = parted(text.get(lines.read..).unwrap_or_default(), header.count());
        let entries = Batch::read_entries(entries)?;
        if entries.len() as u64 != header.count() {
            let found = format!("{} entries", entries.len());
            return Err(Error::malformed("entries", &found, "as many as first and last announce"));
        }
        let (sealed, odd) = sealed::read(sealed, &header, &entries)?;
        Ok(Batch { header, signed, signature, entries, sealed, odd })
    }

    /// Reads a header that was kept as it was signed.
    ///
    /// # Errors
    /// When it is not of its form.
    pub fn header_of(signed: &str) -> Result<Header, Error> {
        Header::parse(&mut Lines::new(signed))
    }

    /// Reads entry lines, two an entry, each ending in a line feed.
    ///
    /// # Errors
    /// When there is an odd number of lines or the last has no line feed.
    pub fn read_entries(text: &str) -> Result<Vec<Entry>, Error> {
        let odd =
            || Error::malformed("entry lines", text, "two lines an entry, each with a line feed");
        if text.is_empty() {
            return Ok(Vec::new());
        }
        let mut lines = text.strip_suffix('\n').ok_or_else(odd)?.split('\n');
        let mut entries = Vec::new();
        while let Some(public) = lines.next() {
            let private = lines.next().ok_or_else(odd)?;
            entries.push(Entry { public: public.to_owned(), private: private.to_owned() });
        }
        Ok(entries)
    }

    /// Whether the terminal with this key signed the header.
    #[must_use]
    pub fn is_signed_by(&self, key: &PublicKey) -> bool {
        key.verifies(self.signed.as_bytes(), &self.signature)
    }

    /// The hash of each entry, chained from `previous`.
    ///
    /// # Errors
    /// When the last one is not the head that was signed.
    pub fn hashes(&self) -> Result<Vec<Hash>, Error> {
        let mut previous = self.header.previous;
        let chain = self.entries.iter().map(|entry| {
            previous = entry.hash(&previous);
            previous
        });
        let hashes: Vec<Hash> = chain.collect();
        if hashes.last() == Some(&self.header.head) { Ok(hashes) } else { Err(Error::BrokenChain) }
    }
}

/// The lines of so many entries, and what follows them.
fn parted(text: &str, entries: u64) -> (&str, &str) {
    let last = usize::try_from(entries.saturating_mul(2)).unwrap_or(usize::MAX).saturating_sub(1);
    let end = text.match_indices('\n').nth(last).map_or(text.len(), |(at, _)| at + 1);
    text.split_at_checked(end).unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::BootId;

    fn batch() -> Batch {
        let key = Keypair::from_seed([1; 32]);
        let entries = vec![
            Entry { public: "{\"a\":1}".into(), private: "{}".into() },
            Entry { public: "not json at all".into(), private: String::new() },
        ];
        let head = entries[1].hash(&entries[0].hash(&Hash::ZERO));
        let header = Header {
            center: Keypair::from_seed([2; 32]).public().center_id(),
            terminal: "T-0007".parse().unwrap(),
            incarnation: Incarnation([4; 16]),
            first: 1,
            last: 2,
            head,
            previous: Hash::ZERO,
            sent: Stamp { wall: -5, mono: 6, boot: BootId([7; 16]) },
        };
        Batch::sign(header, entries, &key)
    }

    #[test]
    fn a_batch_survives_the_journey_byte_for_byte() {
        let batch = batch();
        assert_eq!(Batch::decode(&batch.encode()), Ok(batch.clone()));
        assert!(batch.is_signed_by(&Keypair::from_seed([1; 32]).public()));
        assert_eq!(batch.hashes().unwrap().last(), Some(&batch.header.head));
    }

    #[test]
    fn a_batch_cut_anywhere_is_refused() {
        let bytes = batch().encode();
        for end in 0..bytes.len() {
            assert!(Batch::decode(&bytes[..end]).is_err(), "cut at {end}");
        }
    }

    #[test]
    fn a_changed_entry_breaks_the_chain() {
        let mut batch = batch();
        batch.entries[0].public.push(' ');
        assert_eq!(batch.hashes(), Err(Error::BrokenChain));
    }

    #[test]
    fn a_header_with_last_before_first_is_refused() {
        let text = String::from_utf8(batch().encode()).unwrap();
        assert!(Batch::decode(text.replace("first 1", "first 3").as_bytes()).is_err());
        assert!(Batch::decode(text.replace("first 1", "first 0").as_bytes()).is_err());
    }
}
