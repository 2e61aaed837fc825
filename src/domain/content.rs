//! What a terminal shows: the content bundle of one window.

mod behaviour;
mod item;
mod people;
mod wall;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{BundleVersion, FieldKey, Language, WindowId};

pub use behaviour::{AwayReason, Behaviour};
pub use item::{Fee, Item, TimeLimit, TimeUnit};
pub use people::{Badge, Commitment, Letter, MonthFigures, StaffMember, SupervisionLine};
pub use wall::{Bulletin, Figures, Notice, Rectification, Slide, Tag, Wall};

/// A text in every language it was written in; Chinese stands in where one is missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// Chinese.
    pub zh: String,
    /// English, may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub en: String,
    /// Further languages by their code, such as `ug`.
    #[serde(flatten)]
    pub more: BTreeMap<String, String>,
}

impl Text {
    /// A text in the two languages that every office has; `en` may be empty.
    #[must_use]
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Text {
        Text { zh: zh.into(), en: en.into(), more: BTreeMap::new() }
    }

    /// The text in English, or in Chinese where there is none.
    #[must_use]
    pub fn english(&self) -> &str {
        self.said(Language::ENGLISH)
    }

    /// The text in a language, or in Chinese where there is none.
    #[must_use]
    pub fn said(&self, language: Language) -> &str {
        let found = match language.as_str() {
            "zh" => &self.zh,
            "en" => &self.en,
            other => self.more.get(other).unwrap_or(&self.zh),
        };
        if found.is_empty() { &self.zh } else { found }
    }

    /// Whether nothing is written at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.zh.is_empty()
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
    /// Where it is, such as 2 楼东侧.
    #[serde(default)]
    pub place: Text,
    /// When it is open, such as 周一至周五 8:00–17:00.
    #[serde(default)]
    pub hours: Text,
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
    /// Complaint lines.
    pub supervision_lines: Vec<SupervisionLine>,
    /// Everybody of the unit who may sign on here.
    #[serde(default)]
    pub staff: Vec<StaffMember>,
    /// What the office has promised, for the time when nobody is on duty.
    #[serde(default)]
    pub office_commitments: Vec<Commitment>,
    /// The office's commitment, signed by its head.
    #[serde(default)]
    pub office_letter: Option<Letter>,
    /// The other windows of the unit: where to go instead.
    #[serde(default)]
    pub other_windows: Vec<WindowLabel>,
    /// What the unit does for people, in the order of the guide.
    #[serde(default)]
    pub items: Vec<Item>,
    /// The neutral tags after a rating; at most nine.
    #[serde(default)]
    pub tags: Vec<Tag>,
    /// The categories of complaints; at most nine.
    #[serde(default)]
    pub complaint_tags: Vec<Tag>,
    /// Notices of the office.
    #[serde(default)]
    pub notices: Vec<Notice>,
    /// Campaign pictures of the idle screen.
    #[serde(default)]
    pub slides: Vec<Slide>,
    /// What is published back.
    #[serde(default)]
    pub wall: Wall,
    /// How the terminal behaves.
    #[serde(default)]
    pub behaviour: Behaviour,
    /// What personal data is sealed to; without keys none is asked for.
    #[serde(default)]
    pub field_keys: Vec<FieldKey>,
    /// Pictures and sounds by their name, in base64: portraits, slides, prompts.
    #[serde(default)]
    pub files: BTreeMap<String, String>,
}

impl Bundle {
    /// The most bytes of a bundle: a center publishes none that is larger, a terminal takes none.
    pub const MOST_BYTES: usize = 16 << 20;

    /// The person with this number, if they belong to the unit.
    #[must_use]
    pub fn member(&self, employee_no: &str) -> Option<&StaffMember> {
        self.staff.iter().find(|member| member.badge.employee_no == employee_no)
    }

    /// The service item with this id.
    #[must_use]
    pub fn item(&self, id: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.id == id)
    }
}
