//! What a terminal shows: the content bundle of one window.

use serde::{Deserialize, Serialize};

use super::{BundleVersion, WindowId};

/// A text in both languages; English falls back to Chinese where it is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// Chinese.
    pub zh: String,
    /// English, may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub en: String,
}

impl Text {
    /// The text in English, or in Chinese where there is none.
    #[must_use]
    pub fn english(&self) -> &str {
        if self.en.is_empty() { &self.zh } else { &self.en }
    }
}

/// The unit a window belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Office {
    /// The full name, up to thirty characters.
    pub name: Text,
    /// The name for narrow screens; empty where the full one serves.
    #[serde(default)]
    pub short_name: String,
}

/// What stands on the window's own plate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowLabel {
    /// Its identity in the center.
    pub window: WindowId,
    /// Its number, such as `3`.
    pub number: String,
    /// What it serves, such as 预防接种.
    pub name: Text,
}

/// The badge (亮身份) of the person on duty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Badge {
    /// The number on the badge.
    pub employee_no: String,
    /// The person's name.
    pub name: Text,
    /// The post, such as 主管护师.
    pub post: Text,
    /// The department, such as 预防接种科.
    pub department: Text,
    /// Honours, such as 党员示范岗.
    pub honours: Vec<Text>,
    /// Star level, 0 (none) to 5.
    pub stars: u8,
    /// The portrait as PNG or JPEG in base64; empty without one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub portrait: String,
}

/// One sentence promised (亮承诺).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commitment {
    /// The sentence.
    pub text: Text,
}

/// A way to complain to somebody above the window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupervisionLine {
    /// Whose line it is, such as 监督.
    pub label: Text,
    /// The number to call.
    pub phone: String,
}

/// Everything one window's terminal shows, signed by the center as one piece.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bundle {
    /// Counts up for each window; a terminal takes only a newer one.
    pub version: BundleVersion,
    /// When the center made it, in milliseconds UTC.
    pub made_at: i64,
    /// Where citizens reach the center with their phones; nothing when there is no public address.
    #[serde(default)]
    pub public_url: Option<String>,
    /// The unit.
    pub office: Office,
    /// The window.
    pub window: WindowLabel,
    /// The person on duty, if anybody is.
    pub on_duty: Option<Badge>,
    /// The commitments of the person on duty, or of the office when nobody is.
    pub commitments: Vec<Commitment>,
    /// Complaint lines.
    pub supervision_lines: Vec<SupervisionLine>,
}
