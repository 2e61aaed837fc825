//! Fields of personal data: sealed to the center's key of the field before they are first written.
//!
//! HPKE (RFC 9180) in base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305. What is
//! sealed stands apart from the entry, which holds a salted commitment alone, so that it can be
//! erased without breaking the chain.

use std::convert::Infallible;
use std::fmt;
use std::path::Path;

use data_encoding::BASE64URL_NOPAD;
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::rand_core::{TryCryptoRng, TryRng};
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};

use super::{Committed, Hash, keys};
use crate::domain::{Field, FieldKey, Incarnation, TerminalId, from_base64url};

/// The key that is sent along, and the mark that tells a change: RFC 9180, section 7.
const ENCAPSULATED: usize = 32;
const MARK: usize = 16;
const SALT: usize = 16;

/// Opinions are padded in steps of so many bytes; their length tells little.
const STEP: usize = 256;

/// The most bytes of UTF-8 that one opinion has: some 2,700 Chinese characters.
pub const LONGEST: usize = 8192;

/// The most bytes that one sealed field has.
pub const LONGEST_SEALED: usize = ENCAPSULATED + SALT + LONGEST + MARK;

/// Random bytes that one seal takes: 16 for the salt, then 32 that RFC 9180's `DeriveKeyPair`
/// makes the encapsulated key from.
pub const RANDOM: usize = SALT + 32;

/// Why a field cannot be sealed or opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The text is longer than the field, or holds a zero byte.
    #[error("the text does not fit the field {}", .0.as_str())]
    Unfit(Field),
    /// The public key is not one.
    #[error("the key of the field {} is not 32 bytes of X25519", .0.as_str())]
    Key(Field),
    /// Sealed to another key, for another entry or field, or changed since.
    #[error("the field cannot be opened with this key at this place")]
    Closed,
    /// It opens, and is not what the entry committed to.
    #[error("the field is not what its entry committed to")]
    NotCommitted,
    /// The operating system gives no random numbers.
    #[error("no random numbers: {0}")]
    Random(getrandom::Error),
}

/// The entry that a field belongs to; it opens nowhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// Who wrote the entry.
    pub terminal: &'a TerminalId,
    /// Which life of its journal.
    pub incarnation: Incarnation,
    /// The entry's place in it.
    pub seq: u64,
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.terminal, self.incarnation, self.seq)
    }
}

/// A field as it was sealed: what is kept apart, and what the private line holds of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The encapsulated key and the ciphertext, one after the other.
    pub ciphertext: Vec<u8>,
    /// For the private line.
    pub committed: Committed,
}

/// Seals a text to the key of its field, with fresh random numbers.
///
/// # Errors
/// When the text is too long for the field, the key is none, or there are no random numbers.
pub fn seal(key: &FieldKey, place: &Place<'_>, text: &str) -> Result<Sealed, Error> {
    let mut random = [0; RANDOM];
    getrandom::fill(&mut random).map_err(Error::Random)?;
    seal_from(random, key, place, text)
}

/// Seals with random bytes that were drawn before; they must never serve twice.
///
/// # Errors
/// When the text is too long for the field, or the key is none.
pub fn seal_from(
    random: [u8; RANDOM],
    key: &FieldKey,
    place: &Place<'_>,
    text: &str,
) -> Result<Sealed, Error> {
    let (salt, seed) = random.split_at(SALT);
    let mut seed = Drawn { left: seed, is_short: false };
    let plain = [salt, &padded(key.field, text)?].concat();
    let (encapsulated, mut ciphertext) =
        hpke::single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeS::Base,
            &public_key(key)?,
            info(key.field).as_bytes(),
            &plain,
            place.to_string().as_bytes(),
            &mut seed,
        )
        .map_err(|_| Error::Key(key.field))?;
    if seed.is_short {
        return Err(Error::Random(getrandom::Error::UNEXPECTED));
    }
    let mut sealed = encapsulated.to_bytes().to_vec();
    sealed.append(&mut ciphertext);
    let commitment = Hash::of(&[salt, text.as_bytes()]);
    Ok(Sealed { ciphertext: sealed, committed: Committed { field: key.field, commitment } })
}

/// Whether the text can be sealed in this field.
#[must_use]
pub fn fits(field: Field, text: &str) -> bool {
    room(field, text.len()).is_some() && !text.contains('\0')
}

/// How long the padded text is; nothing when it does not fit.
fn room(field: Field, bytes: usize) -> Option<usize> {
    let room = match field {
        Field::Phone => 24,
        Field::Ticket => 32,
        Field::Opinion => bytes.div_ceil(STEP).max(1) * STEP,
    };
    (bytes <= room && room <= LONGEST).then_some(room)
}

fn padded(field: Field, text: &str) -> Result<Vec<u8>, Error> {
    let room = room(field, text.len()).filter(|_| fits(field, text)).ok_or(Error::Unfit(field))?;
    let mut bytes = text.as_bytes().to_vec();
    bytes.resize(room, 0);
    Ok(bytes)
}

fn info(field: Field) -> String {
    format!("pingyi/field/1 {}", field.as_str())
}

fn public_key(key: &FieldKey) -> Result<<X25519HkdfSha256 as Kem>::PublicKey, Error> {
    let bytes: [u8; 32] = from_base64url(&key.key).ok_or(Error::Key(key.field))?;
    Deserializable::from_bytes(&bytes).map_err(|_| Error::Key(key.field))
}

/// Random bytes that were drawn before, handed out in order: a random source that fails must be an
/// error, and the crate's own ends the program.
struct Drawn<'a> {
    left: &'a [u8],
    is_short: bool,
}

impl TryRng for Drawn<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Infallible> {
        match self.left.split_at_checked(to.len()) {
            Some((now, later)) => {
                to.copy_from_slice(now);
                self.left = later;
            }
            None => self.is_short = true,
        }
        Ok(())
    }
}

impl TryCryptoRng for Drawn<'_> {}

/// The center's keys of one field; the secret never leaves this type but into its own file.
#[derive(Clone)]
pub struct FieldKeypair {
    field: Field,
    secret: <X25519HkdfSha256 as Kem>::PrivateKey,
}

impl fmt::Debug for FieldKeypair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FieldKeypair({:?})", self.public())
    }
}

impl FieldKeypair {
    /// From 32 random bytes, which are the secret X25519 key (RFC 7748).
    ///
    /// # Errors
    /// Never in fact: any 32 bytes are a key.
    pub fn from_seed(field: Field, seed: [u8; 32]) -> Result<FieldKeypair, Error> {
        let secret = Deserializable::from_bytes(&seed).map_err(|_| Error::Key(field))?;
        Ok(FieldKeypair { field, secret })
    }

    /// Fresh keys.
    ///
    /// # Errors
    /// When the operating system gives no random numbers.
    pub fn generate(field: Field) -> Result<FieldKeypair, Error> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(Error::Random)?;
        FieldKeypair::from_seed(field, seed)
    }

    /// Reads the key file, or makes it (mode 0600, synced with its folder) where there is none.
    ///
    /// # Errors
    /// When the file cannot be read or written, or is not 32 bytes long: a damaged key is never
    /// silently replaced.
    pub fn load_or_create(field: Field, path: &Path) -> std::io::Result<FieldKeypair> {
        let seed = keys::seed_file(path)?;
        FieldKeypair::from_seed(field, seed).map_err(std::io::Error::other)
    }

    /// The key that terminals seal to.
    #[must_use]
    pub fn public(&self) -> FieldKey {
        let key = X25519HkdfSha256::sk_to_pk(&self.secret).to_bytes();
        FieldKey { field: self.field, key: BASE64URL_NOPAD.encode(&key) }
    }

    /// Opens what was sealed at `place`, and checks it against the entry's commitment.
    ///
    /// # Errors
    /// When it was sealed to another key or place, was changed, or is not what was committed to.
    pub fn open(
        &self,
        place: &Place<'_>,
        sealed: &[u8],
        commitment: &Hash,
    ) -> Result<String, Error> {
        let (encapsulated, ciphertext) =
            sealed.split_at_checked(ENCAPSULATED).ok_or(Error::Closed)?;
        let encapsulated = Deserializable::from_bytes(encapsulated).map_err(|_| Error::Closed)?;
        let plain = hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeR::Base,
            &self.secret,
            &encapsulated,
            info(self.field).as_bytes(),
            ciphertext,
            place.to_string().as_bytes(),
        )
        .map_err(|_| Error::Closed)?;
        let (salt, padded) = plain.split_at_checked(SALT).ok_or(Error::Closed)?;
        let end = padded.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        let text = padded.get(..end).unwrap_or_default();
        if Hash::of(&[salt, text]) != *commitment {
            return Err(Error::NotCommitted);
        }
        String::from_utf8(text.to_vec()).map_err(|_| Error::NotCommitted)
    }
}

#[cfg(test)]
mod tests;
