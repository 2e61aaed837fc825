//! Names of things: each its own type, checked once when it is made.

use std::fmt;
use std::str::FromStr;

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Deserializer, Serialize};

use super::crockford::{from_crockford, to_crockford};
use super::offensive::is_offensive;
use super::text::{from_base64url, parsed};

/// A text that is not a valid name of its kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{found:?} is not a {kind}: {allowed}")]
pub struct InvalidId {
    /// What the text should have been.
    pub kind: &'static str,
    /// The text itself.
    pub found: String,
    /// What is allowed.
    pub allowed: &'static str,
}

/// The version of a content bundle: counts up from 1 for each window.
pub type BundleVersion = i64;

macro_rules! read_from_text {
    ($name:ident) => {
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                parsed(from)
            }
        }
    };
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[serde(into = "String")]
        pub struct $name(String);

        read_from_text!($name);

        impl $name {
            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let fits = (1..=32).contains(&text.len())
                    && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
                if fits {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(InvalidId {
                        kind: $kind,
                        found: text.to_owned(),
                        allowed: "1 to 32 of A-Z a-z 0-9 . _ -",
                    })
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name!(
    /// A terminal, such as `T-0007`; given by the center at enrolment.
    TerminalId,
    "terminal id"
);
name!(
    /// A window of a unit.
    WindowId,
    "window id"
);

macro_rules! random_128 {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[serde(into = "String")]
        pub struct $name(pub [u8; 16]);

        read_from_text!($name);

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                from_base64url(text).map(Self).ok_or_else(|| InvalidId {
                    kind: $kind,
                    found: text.to_owned(),
                    allowed: "128 bits as 22 characters of base64url without padding",
                })
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.to_string()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&BASE64URL_NOPAD.encode(&self.0))
            }
        }
    };
}

random_128!(
    /// One life of a journal: 128 random bits.
    Incarnation,
    "incarnation"
);
random_128!(
    /// One run of a machine from power-on to power-off: 128 random bits of its kernel.
    BootId,
    "boot id"
);

/// The code on a receipt: 40 random bits as eight characters, `7K3M-Q2XD` on the screen.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(into = "String")]
pub struct ReceiptCode([u8; 5]);

read_from_text!(ReceiptCode);

impl ReceiptCode {
    /// From random bits, or nothing when the letters would spell something offensive: draw again.
    #[must_use]
    pub fn from_random(bits: [u8; 5]) -> Option<Self> {
        (!is_offensive(&to_crockford(&bits))).then_some(Self(bits))
    }

    /// Eight characters without the hyphen: the form in entries and addresses.
    #[must_use]
    pub fn compact(&self) -> String {
        to_crockford(&self.0)
    }
}

impl FromStr for ReceiptCode {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        from_crockford(text).and_then(|bytes| bytes.try_into().ok()).map(Self).ok_or_else(|| {
            InvalidId {
                kind: "receipt code",
                found: text.to_owned(),
                allowed: "eight characters of Crockford base 32",
            }
        })
    }
}

impl TryFrom<String> for ReceiptCode {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        text.parse()
    }
}

impl From<ReceiptCode> for String {
    fn from(code: ReceiptCode) -> String {
        code.compact()
    }
}

impl fmt::Display for ReceiptCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.compact();
        write!(f, "{}-{}", &text[..4], &text[4..])
    }
}

/// The public part of a one-time enrolment code: four characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CodeId(String);

impl CodeId {
    /// From twenty random bits in the low end of `bits`.
    #[must_use]
    pub fn from_random(bits: [u8; 5]) -> Self {
        Self(to_crockford(&bits)[..4].to_owned())
    }

    /// The four characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CodeId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let padded = format!("{text}0000");
        match from_crockford(&padded) {
            Some(bytes) if bytes.len() == 5 => Ok(Self(to_crockford(&bytes)[..4].to_owned())),
            _ => Err(InvalidId {
                kind: "code id",
                found: text.to_owned(),
                allowed: "four characters of Crockford base 32",
            }),
        }
    }
}

impl TryFrom<String> for CodeId {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        text.parse()
    }
}

impl From<CodeId> for String {
    fn from(code: CodeId) -> String {
        code.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_code_is_read_as_it_is_spoken() {
        let code = ReceiptCode::from_random([0x39, 0xc7, 0x4b, 0x8b, 0xad]).unwrap();
        let spoken = code.to_string().to_lowercase().replace('0', "o").replace('1', "l");
        assert_eq!(spoken.parse(), Ok(code.clone()));
        assert_eq!(code.compact().len(), 8);
    }

    #[test]
    fn a_name_with_a_space_is_refused() {
        assert!("T 0007".parse::<TerminalId>().is_err());
        assert!("T-0007".parse::<TerminalId>().is_ok());
    }

    #[test]
    fn an_incarnation_survives_its_text() {
        let incarnation = Incarnation([7; 16]);
        assert_eq!(incarnation.to_string().parse(), Ok(incarnation));
    }
}
