//! What is published back (公示墙), notices, tags and pictures.

use serde::{Deserialize, Serialize};

use super::Text;

/// Something to choose after a rating or with a complaint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// Small letters, digits, hyphens.
    pub id: String,
    /// What it says; neutral, so that it fits every level.
    pub text: Text,
}

/// A notice of the office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Its heading.
    pub title: Text,
    /// What it says.
    pub body: Text,
    /// The first local day it is shown, as yyyymmdd; nothing for always.
    #[serde(default)]
    pub from: Option<i64>,
    /// The last.
    #[serde(default)]
    pub to: Option<i64>,
}

/// A picture of the idle screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slide {
    /// The name of the picture among the bundle's files.
    pub file: String,
    /// What stands below it; may be empty.
    pub caption: Text,
    /// The first local day it is shown, as yyyymmdd; nothing for always.
    #[serde(default)]
    pub from: Option<i64>,
    /// The last.
    #[serde(default)]
    pub to: Option<i64>,
}

/// What one window's terminal shows of results and of what was put right.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wall {
    /// The month, as yyyymm.
    #[serde(default)]
    pub month: i64,
    /// This window's figures; nothing while there are too few.
    #[serde(default)]
    pub figures: Option<Figures>,
    /// What citizens said and what was done (您提 · 我改).
    #[serde(default)]
    pub rectifications: Vec<Rectification>,
    /// Published bulletins (通报).
    #[serde(default)]
    pub bulletins: Vec<Bulletin>,
}

/// A window's month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Services finished.
    pub services: u32,
    /// Ratings counted, with a service and without.
    pub rated: u32,
    /// Of them, those with a service: the response rate is this over `services`.
    pub rated_services: u32,
    /// Satisfaction in tenths of a percent.
    pub permille: u16,
    /// Its 95 % interval (Wilson), likewise.
    pub low: u16,
    /// The upper end.
    pub high: u16,
    /// Dissatisfied answers.
    pub dissatisfied: u32,
    /// Of them, those whose cause was put right.
    pub rectified: u32,
}

/// One thing that was said, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rectification {
    /// In a word.
    pub title: Text,
    /// What citizens said (您提).
    pub said: Text,
    /// What was done (我改).
    pub done: Text,
    /// The day it was done, as yyyymmdd; nothing while it is being done.
    pub done_on: Option<i64>,
}

/// A published bulletin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bulletin {
    /// Its heading.
    pub title: Text,
    /// What it says, in short.
    pub body: Text,
    /// The day it was issued, as yyyymmdd.
    pub issued_on: i64,
}
