//! Who this terminal is: its key, and what the center made of it. Files in the data directory.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::chain::{CenterId, Keypair, PublicKey};
use crate::domain::{CodeId, TerminalId, WindowId, from_crockford, to_crockford};
use crate::files;

/// What a confirmed enrolment leaves behind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enrolment {
    /// The center's key, pinned from now on.
    pub center_key: PublicKey,
    /// The name the center gave.
    pub terminal: TerminalId,
    /// Where the terminal stands.
    pub window: WindowId,
}

/// A one-time code as it is typed: nine groups of four characters.
///
/// Four characters are public, sixteen are the 80-bit secret, sixteen name the center's key.
#[derive(Clone, PartialEq, Eq)]
pub struct EnrolmentCode {
    /// The public part.
    pub code: CodeId,
    /// Known to the center and to whoever holds the code.
    pub secret: [u8; 10],
    /// Which key the center must show.
    pub center: CenterId,
}

impl std::fmt::Debug for EnrolmentCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "EnrolmentCode({}, secret)", self.code.as_str())
    }
}

impl std::str::FromStr for EnrolmentCode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let plain: String =
            text.chars().filter(|c| !matches!(c, '-' | ' ' | '\n' | '\r')).collect();
        if plain.chars().count() != 36 || !plain.is_ascii() {
            let found = plain.chars().count();
            return Err(format!("a one-time code has 36 characters in nine groups; found {found}"));
        }
        let wrong = |part: &str| {
            format!("the {part} of the one-time code has letters that cannot stand there")
        };
        let (code, rest) = plain.split_at(4);
        let (secret, center) = rest.split_at(16);
        Ok(EnrolmentCode {
            code: code.parse().map_err(|_| wrong("first group"))?,
            secret: from_crockford(secret)
                .and_then(|bytes| bytes.try_into().ok())
                .ok_or_else(|| wrong("middle"))?,
            center: center.parse().map_err(|_| wrong("end"))?,
        })
    }
}

impl std::fmt::Display for EnrolmentCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let plain = format!("{}{}{}", self.code.as_str(), to_crockford(&self.secret), self.center);
        for (place, letter) in plain.chars().enumerate() {
            if place > 0 && place % 4 == 0 {
                f.write_str("-")?;
            }
            write!(f, "{letter}")?;
        }
        Ok(())
    }
}

/// The files that make a terminal itself.
#[derive(Clone, Debug)]
pub struct Identity {
    folder: PathBuf,
    /// The terminal's own key, made on its first start.
    pub key: Keypair,
}

impl Identity {
    /// Reads the key, or makes it on the first start.
    ///
    /// # Errors
    /// When the data directory cannot be written, or the key file is damaged.
    pub fn load(folder: &Path) -> std::io::Result<Identity> {
        std::fs::create_dir_all(folder)?;
        let key = Keypair::load_or_create(&folder.join("terminal.key"))?;
        Ok(Identity { folder: folder.to_owned(), key })
    }

    /// What the center made of this terminal, if it has.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn enrolment(&self) -> std::io::Result<Option<Enrolment>> {
        match std::fs::read(self.folder.join("enrolment.json")) {
            Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Keeps what the center made of this terminal.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn enrol(&self, enrolment: &Enrolment) -> std::io::Result<()> {
        files::write_secret(
            &self.folder.join("enrolment.json"),
            &serde_json::to_vec_pretty(enrolment)?,
        )
    }

    /// Where all of it stands.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The journal's file.
    #[must_use]
    pub fn journal_path(&self) -> PathBuf {
        self.folder.join("journal.sqlite")
    }

    /// The content bundle's file.
    #[must_use]
    pub fn content_path(&self) -> PathBuf {
        self.folder.join("content.bundle")
    }

    /// The file with the center's last signed time.
    #[must_use]
    pub fn time_path(&self) -> PathBuf {
        self.folder.join("center.time")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_survives_being_typed_carelessly() {
        let code = EnrolmentCode {
            code: "4H2K".parse().unwrap(),
            secret: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
            center: Keypair::from_seed([5; 32]).public().center_id(),
        };
        let typed = code.to_string().to_lowercase().replace('-', " ");
        assert_eq!(typed.parse(), Ok(code));
        assert!("4H2K-0000".parse::<EnrolmentCode>().unwrap_err().contains("found 8"));
    }
}
