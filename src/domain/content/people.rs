//! Who serves, and what they have promised.

use serde::{Deserialize, Serialize};

use super::Text;

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
}

/// A person of the unit who may sign on at this window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffMember {
    /// What citizens see; the portrait stands in the bundle's files under `portrait_file`.
    pub badge: Badge,
    /// The name of the portrait among the bundle's files; empty without one.
    #[serde(default)]
    pub portrait_file: String,
    /// The duties of the post, such as 负责预检登记、接种和留观.
    #[serde(default)]
    pub duties: Text,
    /// The person's own commitments; the office's stand in where there are none.
    pub commitments: Vec<Commitment>,
    /// The post commitment (岗位服务承诺书) in full.
    #[serde(default)]
    pub letter: Option<Letter>,
    /// Figures of the month, where there are enough ratings to show any.
    #[serde(default)]
    pub month: Option<MonthFigures>,
    /// argon2id of the PIN as a PHC string; empty when the person has none and cannot sign on.
    #[serde(default)]
    pub pin: String,
    /// argon2id of the card's number as a PHC string; empty without a card. All cards of a unit are
    /// hashed with the same salt and parameters, so whose card it is takes one computation: hash
    /// what the reader typed as the first of them says, then look for the text.
    #[serde(default)]
    pub card: String,
}

/// One sentence promised (亮承诺).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commitment {
    /// The sentence.
    pub text: Text,
}

/// A commitment in full (服务承诺书).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// Its heading.
    pub title: Text,
    /// Its paragraphs.
    pub paragraphs: Vec<Text>,
    /// Who signed it: name and post.
    pub signer: Text,
    /// The day it was signed, as yyyymmdd.
    pub signed_on: i64,
}

/// A person's month, as the badge shows it: only with its sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthFigures {
    /// Satisfaction in tenths of a percent, 0 to 1000.
    pub permille: u16,
    /// How many ratings it stands on; at least ten.
    pub rated: u32,
}

/// A way to complain to somebody above the window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupervisionLine {
    /// Whose line it is, such as 监督.
    pub label: Text,
    /// The number to call.
    pub phone: String,
}
