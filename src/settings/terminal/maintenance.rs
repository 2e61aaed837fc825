//! Who may open maintenance: whoever knows the PIN of this terminal.

use std::path::PathBuf;

use super::super::Secret;
use super::super::fields::Fields;

/// The PIN of maintenance, as an argon2id hash: `pingyi terminal pin` makes one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Maintenance {
    /// Where the hash is; without one nobody opens maintenance.
    pub pin: Option<PinHash>,
}

/// Where the hash is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PinHash {
    /// In the settings. Six digits are soon tried once their hash is read, so it is a secret too.
    Here(Secret),
    /// In the first line of a file.
    File(PathBuf),
}

impl Maintenance {
    pub(super) fn read(fields: &mut Fields<'_>) -> Self {
        let here = fields.secret("maintenance.pin_hash", HASH, |text| {
            is_hash(text).then(|| Secret::new(text.to_owned()))
        });
        let file = fields.path("maintenance.pin_file");
        if fields.has("maintenance.pin_hash") && fields.has("maintenance.pin_file") {
            let allowed = "maintenance.pin_hash or maintenance.pin_file, not both".to_owned();
            fields.contradict("maintenance.pin_file", "both".into(), allowed);
        }
        Self { pin: here.map(PinHash::Here).or(file.map(PinHash::File)) }
    }

    /// The hash, out of its file where it stands in one.
    ///
    /// # Errors
    /// What is wrong with the file, without the hash.
    pub fn pin_hash(&self) -> Result<Option<Secret>, String> {
        let file = match &self.pin {
            None => return Ok(None),
            Some(PinHash::Here(hash)) => return Ok(Some(hash.clone())),
            Some(PinHash::File(file)) => file,
        };
        let text = std::fs::read_to_string(file).map_err(|error| error.to_string())?;
        let line = text.lines().next().unwrap_or_default().trim();
        match is_hash(line) {
            true => Ok(Some(Secret::new(line.to_owned()))),
            false => Err("a first line that is no such hash, not shown".into()),
        }
    }
}

/// What a hash of a PIN is.
pub(super) const HASH: &str =
    "an argon2id hash of the PIN as `pingyi terminal pin` prints it: $argon2id$v=19$...";

/// The form of a PHC string of argon2id; whether it can be computed is seen when it is used.
fn is_hash(text: &str) -> bool {
    let mut parts = text.split('$');
    let is_form = parts.next() == Some("")
        && parts.next() == Some("argon2id")
        && parts.next() == Some("v=19")
        && parts.next().is_some_and(|costs| costs.starts_with("m="));
    let is_base64 = |part: &str| {
        part.len() >= 11 && part.chars().all(|c| c.is_ascii_alphanumeric() || "+/".contains(c))
    };
    let (salt, sum) = (parts.next(), parts.next());
    is_form && salt.is_some_and(is_base64) && sum.is_some_and(is_base64) && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZSBzYWx0IGhlcmU$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    #[test]
    fn only_an_argon2id_hash_is_one() {
        assert!(is_hash(GOOD));
        for bad in [
            "",
            "123456",
            "$argon2i$v=19$m=19456,t=2,p=1$c29tZSBzYWx0IGhlcmU$AAAAAAAAAAAAAAAAAAAAAA",
            "$argon2id$v=19$m=19456,t=2,p=1$c29tZSBzYWx0IGhlcmU",
            "$2b$12$abcdefghijklmnopqrstuv",
        ] {
            assert!(!is_hash(bad), "{bad}");
        }
        assert!(!is_hash(&format!("{GOOD}$more")));
    }

    #[test]
    fn a_hash_may_stand_in_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pin");
        let settings = Maintenance { pin: Some(PinHash::File(file.clone())) };
        assert!(settings.pin_hash().unwrap_err().contains("No such file"));
        std::fs::write(&file, format!("{GOOD}\n")).unwrap();
        assert_eq!(settings.pin_hash().unwrap().unwrap().expose(), GOOD);
        std::fs::write(&file, "123456\n").unwrap();
        assert!(!settings.pin_hash().unwrap_err().contains("123456"));
        assert_eq!(Maintenance::default().pin_hash(), Ok(None));
    }
}
