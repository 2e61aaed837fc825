//! Personal data: which fields there are, and the center's key that each is sealed to.

use serde::{Deserialize, Serialize};

/// A field of personal data. It never stands readable in an entry, a journal, a log or a backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Free text.
    Opinion,
    /// A telephone number.
    Phone,
    /// The number of a queue's ticket.
    Ticket,
}

impl Field {
    /// All of them.
    pub const ALL: [Field; 3] = [Field::Opinion, Field::Phone, Field::Ticket];

    /// The word as written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Field::Opinion => "opinion",
            Field::Phone => "phone",
            Field::Ticket => "ticket",
        }
    }
}

impl std::str::FromStr for Field {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Field::ALL
            .into_iter()
            .find(|field| field.as_str() == text)
            .ok_or_else(|| format!("{text:?} is not a field: opinion, phone or ticket"))
    }
}

/// A public key of the center for one field: X25519, 32 bytes in base64url.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldKey {
    /// What is sealed to it.
    pub field: Field,
    /// The key.
    pub key: String,
}
