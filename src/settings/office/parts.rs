//! What an office is made of. What citizens read is a [`Text`] in every language of the file.

use std::fmt;

use crate::domain::{self, Text};
use crate::settings::Secret;

/// A public body (单位).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unit {
    /// Small letters, digits, hyphens; unique.
    pub id: String,
    /// At most 30 characters.
    pub name: Text,
    /// At most 15 characters, for where space is short.
    pub short_name: String,
}

/// A part of a unit (科室).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Department {
    /// Small letters, digits, hyphens; unique.
    pub id: String,
    /// The id of its unit.
    pub unit: String,
    /// At most 15 characters.
    pub name: Text,
}

/// A counter (窗口).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// Small letters, digits, hyphens; unique.
    pub id: String,
    /// The id of its department.
    pub department: String,
    /// The number on its sign, 1 to 999; unique within the unit.
    pub number: u32,
    /// What is done there, at most 12 characters.
    pub name: Text,
    /// Where it is, such as 2 楼东侧; may be empty.
    pub place: Text,
    /// When it is open; may be empty.
    pub hours: Text,
    /// Ratings there are for practice and never counted.
    pub training: bool,
    /// The employee number of who serves there now.
    pub on_duty: Option<String>,
}

/// A person who serves (工作人员).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Staff {
    /// The number on the badge: at most 12 letters, digits and hyphens; unique.
    pub employee_no: String,
    /// The id of the department.
    pub department: String,
    /// At most 15 characters.
    pub name: Text,
    /// At most 15 characters.
    pub post: Text,
    /// What the post has to do; may be empty.
    pub duties: Text,
    /// At most 8, of at most 12 characters.
    pub honours: Vec<Text>,
    /// 0 to 5.
    pub stars: u8,
    /// The picture, of portraits/.
    pub portrait: File,
    /// How the person signs on; nothing for somebody who does not.
    pub pin: Option<Pin>,
    /// The number that a card reader types, readable only here.
    pub card: Option<Secret>,
}

/// How a person signs on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pin {
    /// Six to twelve digits, readable only here: the import keeps its argon2id.
    Digits(Secret),
    /// argon2id as a PHC string.
    Hash(String),
}

/// A file beside office.toml, as it was read.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct File {
    /// Its name within its folder.
    pub name: String,
    /// Its bytes; at most one MiB.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} bytes)", self.name, self.bytes.len())
    }
}

/// Something promised (承诺).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commitment {
    /// Small letters, digits, hyphens; unique.
    pub id: String,
    /// Who promised it.
    pub by: Promiser,
    /// At most 40 characters.
    pub text: Text,
}

/// A commitment in full (服务承诺书).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Who promises.
    pub by: Promiser,
    /// What was signed.
    pub letter: domain::Letter,
}

/// Who promised something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Promiser {
    /// A unit, by its id.
    Unit(String),
    /// A person, by the employee number.
    Staff(String),
}

/// Where to complain (监督电话).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SupervisionLine {
    /// Small letters, digits, hyphens; unique.
    pub id: String,
    /// The id of the unit.
    pub unit: String,
    /// At most 8 characters.
    pub label: Text,
    /// Digits, spaces, hyphens, brackets and a plus; at most 20 characters.
    pub phone: String,
}

/// A kind of service (服务事项) with its standard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Item {
    /// The id of the department that does it.
    pub department: String,
    /// The ids of the windows where it is done; at least one.
    pub windows: Vec<String>,
    /// The employee number of who is responsible for it.
    pub responsible: Option<String>,
    /// The standard. Empty in it is what the department, the windows and the responsible person
    /// say: names, `initials`, `here`, and place and hours where the file gives none.
    pub standard: domain::Item,
}

/// Something to choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// The id of the unit.
    pub unit: String,
    /// When it is offered.
    pub kind: TagKind,
    /// What it says.
    pub tag: domain::Tag,
}

/// When a tag is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagKind {
    /// After a rating.
    Rating,
    /// With a complaint.
    Complaint,
}

impl TagKind {
    /// The word as stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            TagKind::Rating => "rating",
            TagKind::Complaint => "complaint",
        }
    }
}

/// What the office has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The id of the unit.
    pub unit: String,
    /// What it says.
    pub notice: domain::Notice,
}

/// A picture of the idle screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slide {
    /// The id of the unit.
    pub unit: String,
    /// The picture, of pictures/.
    pub picture: File,
    /// Caption and days; its `file` is empty.
    pub slide: domain::Slide,
}

/// What citizens said and what was done (您提 · 我改).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rectification {
    /// The id of the unit.
    pub unit: String,
    /// The id of the window it belongs to; nothing for all windows of the unit.
    pub window: Option<String>,
    /// How many dissatisfied answers of its month it has settled.
    pub answers: u32,
    /// What is shown.
    pub rectification: domain::Rectification,
}

/// A published bulletin (通报).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bulletin {
    /// The id of the unit.
    pub unit: String,
    /// What it says.
    pub bulletin: domain::Bulletin,
}

/// How the terminals of a unit behave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Behaviour {
    /// The id of the unit.
    pub unit: String,
    /// All but `sounds` and `training`.
    pub behaviour: domain::Behaviour,
    /// What is heard, by occasion: `prompt`, `thanks`. Of sounds/.
    pub sounds: Vec<(&'static str, File)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_does_not_fill_a_log_and_a_pin_is_not_in_it() {
        let portrait = File { name: "lin.png".into(), bytes: vec![7; 9000] };
        let pin = Some(Pin::Digits(Secret::new("271828".into())));
        let card = Some(Secret::new("0004271890".into()));
        let debug = format!("{:?}", Staff { portrait, pin, card, ..Staff::default() });
        assert!(debug.contains("lin.png (9000 bytes)") && debug.len() < 600, "{debug}");
        assert!(!debug.contains("271828") && !debug.contains("4271890"), "{debug}");
    }
}
