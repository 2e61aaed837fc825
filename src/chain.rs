//! Entry bytes, hash chain, signatures and the tree: used by terminal, center and verifier alike.
//!
//! docs/format.md tells every byte; this module is its one implementation. Bytes are hashed and
//! signed as written and never serialised again.

mod batch;
mod entry;
mod keys;
mod statement;
mod tree;

use std::fmt;
use std::str::FromStr;

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Deserializer, Serialize};
use sha2::{Digest, Sha256};

use crate::domain::{from_base64url, parsed};

pub use batch::{Batch, Header};
pub use entry::{
    Committed, Entry, Kind, Predecessor, PrivateLine, PublicLine, StartReason, VERSION,
};
pub use keys::{CenterId, Fingerprint, Keypair, PublicKey, Signature};
pub use statement::{Gap, SignedRequest, content_bytes, reply_bytes};
pub use tree::Tree;

/// What cannot be read, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A line that is not of its form.
    #[error("{what}: found {found:?}, allowed is {allowed}")]
    Malformed {
        /// Which part.
        what: &'static str,
        /// What stood there, shortened.
        found: String,
        /// What may stand there.
        allowed: &'static str,
    },
    /// The entries do not lead from `previous` to `head`.
    #[error("the entries do not chain to the head that was signed")]
    BrokenChain,
    /// The private line is not the one that the public line sealed.
    #[error("the private line does not match its seal")]
    BrokenSeal,
}

impl Error {
    fn malformed(what: &'static str, found: &str, allowed: &'static str) -> Error {
        Error::Malformed { what, found: found.chars().take(80).collect(), allowed }
    }
}

/// A SHA-256 value; base64url without padding (43 characters) wherever it is written.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(into = "String")]
pub struct Hash(pub [u8; 32]);

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        parsed(from)
    }
}

impl Hash {
    /// What stands before the first entry of an incarnation.
    pub const ZERO: Hash = Hash([0; 32]);

    /// SHA-256 over the parts, one after the other.
    #[must_use]
    pub fn of(parts: &[&[u8]]) -> Hash {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update(part);
        }
        Hash(hasher.finalize().into())
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64URL_NOPAD.encode(&self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl FromStr for Hash {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        from_base64url(text)
            .map(Hash)
            .ok_or_else(|| Error::malformed("hash", text, "43 characters of base64url"))
    }
}

impl TryFrom<String> for Hash {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl TryFrom<&[u8]> for Hash {
    type Error = Error;

    fn try_from(bytes: &[u8]) -> Result<Self, Error> {
        bytes.try_into().map(Hash).map_err(|_| Error::malformed("hash", "", "32 bytes"))
    }
}

impl From<Hash> for String {
    fn from(hash: Hash) -> String {
        hash.to_string()
    }
}
