//! Ed25519 keys (RFC 8032) and the short names people compare.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use data_encoding::BASE64URL_NOPAD;
use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};

use super::{Error, Hash};
use crate::domain::{from_crockford, to_crockford};

/// A key that signs; its secret never leaves this type but into its own file.
#[derive(Clone)]
pub struct Keypair(SigningKey);

impl fmt::Debug for Keypair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keypair({})", self.public().fingerprint())
    }
}

impl Keypair {
    /// From 32 random bytes.
    #[must_use]
    pub fn from_seed(seed: [u8; 32]) -> Keypair {
        Keypair(SigningKey::from_bytes(&seed))
    }

    /// Reads the key file, or makes it (mode 0600, synced with its folder) where there is none.
    ///
    /// # Errors
    /// When the file cannot be read or written, or is not 32 bytes long: a damaged key is never
    /// silently replaced.
    pub fn load_or_create(path: &Path) -> std::io::Result<Keypair> {
        seed_file(path).map(Keypair::from_seed)
    }

    /// The key that others know.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// Signs bytes as they stand.
    #[must_use]
    pub fn sign(&self, bytes: &[u8]) -> Signature {
        Signature(self.0.sign(bytes).to_bytes())
    }
}

/// Reads the 32 bytes of a key file, or draws and writes them where there is no file.
pub(super) fn seed_file(path: &Path) -> std::io::Result<[u8; 32]> {
    match std::fs::read(path) {
        Ok(bytes) => bytes.try_into().map_err(|_| {
            let said = format!("{} is not a key file: it must hold 32 bytes", path.display());
            std::io::Error::new(std::io::ErrorKind::InvalidData, said)
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let mut seed = [0; 32];
            getrandom::fill(&mut seed).map_err(std::io::Error::other)?;
            crate::files::write_secret(path, &seed)?;
            Ok(seed)
        }
        Err(error) => Err(error),
    }
}

/// A key that checks; base64url (43 characters) wherever it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Its 32 bytes.
    #[must_use]
    pub fn bytes(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// Whether `signature` over `bytes` was made with this key (strict, RFC 8032 5.1.7).
    #[must_use]
    pub fn verifies(&self, bytes: &[u8], signature: &Signature) -> bool {
        self.0.verify_strict(bytes, &ed25519_dalek::Signature::from_bytes(&signature.0)).is_ok()
    }

    /// What two people compare on two screens.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        let Hash(digest) = Hash::of(&[&self.bytes()]);
        let mut short = [0; 8];
        short.copy_from_slice(&digest[..8]);
        Fingerprint(short)
    }

    /// The name of the center that owns this key.
    #[must_use]
    pub fn center_id(&self) -> CenterId {
        let Hash(digest) = Hash::of(&[&self.bytes()]);
        let mut short = [0; 10];
        short.copy_from_slice(&digest[..10]);
        CenterId(short)
    }
}

impl TryFrom<&[u8]> for PublicKey {
    type Error = Error;

    fn try_from(bytes: &[u8]) -> Result<Self, Error> {
        let wrong =
            || Error::malformed("public key", &BASE64URL_NOPAD.encode(bytes), "an Ed25519 key");
        let bytes: [u8; 32] = bytes.try_into().map_err(|_| wrong())?;
        VerifyingKey::from_bytes(&bytes).map(PublicKey).map_err(|_| wrong())
    }
}

impl TryFrom<String> for PublicKey {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        let decoded = BASE64URL_NOPAD
            .decode(text.as_bytes())
            .map_err(|_| Error::malformed("public key", &text, "43 characters of base64url"))?;
        PublicKey::try_from(decoded.as_slice())
    }
}

impl From<PublicKey> for String {
    fn from(key: PublicKey) -> String {
        BASE64URL_NOPAD.encode(&key.bytes())
    }
}

/// 64 bytes; base64url (86 characters) wherever it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature(pub [u8; 64]);

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64URL_NOPAD.encode(&self.0))
    }
}

impl FromStr for Signature {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        BASE64URL_NOPAD
            .decode(text.as_bytes())
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .map(Signature)
            .ok_or_else(|| Error::malformed("signature", text, "86 characters of base64url"))
    }
}

/// The center's name: the first 80 bits of its key's SHA-256 as sixteen characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CenterId([u8; 10]);

impl fmt::Display for CenterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&to_crockford(&self.0))
    }
}

impl FromStr for CenterId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        from_crockford(text).and_then(|bytes| bytes.try_into().ok()).map(CenterId).ok_or_else(
            || Error::malformed("center id", text, "16 characters of Crockford base 32"),
        )
    }
}

impl TryFrom<String> for CenterId {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<CenterId> for String {
    fn from(id: CenterId) -> String {
        id.to_string()
    }
}

/// The first 64 bits of a key's SHA-256, shown as `a91f 04c2 7be0 5d38`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint([u8; 8]);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, pair) in self.0.chunks(2).enumerate() {
            let gap = if place == 0 { "" } else { " " };
            write!(f, "{gap}{:02x}{:02x}", pair[0], pair[1])?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_signed_bytes_verify() {
        let key = Keypair::from_seed([9; 32]);
        let signature = key.sign(b"as written");
        assert!(key.public().verifies(b"as written", &signature));
        assert!(!key.public().verifies(b"as Written", &signature));
        assert_eq!(signature.to_string().parse(), Ok(signature));
    }

    #[test]
    fn a_center_id_survives_being_typed() {
        let id = Keypair::from_seed([9; 32]).public().center_id();
        assert_eq!(id.to_string().to_lowercase().parse(), Ok(id));
    }

    #[test]
    fn a_damaged_key_file_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("terminal.key");
        let made = Keypair::load_or_create(&path).unwrap();
        assert_eq!(Keypair::load_or_create(&path).unwrap().public(), made.public());
        std::fs::write(&path, b"short").unwrap();
        assert!(Keypair::load_or_create(&path).is_err());
    }
}
