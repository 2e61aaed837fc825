//! How a terminal behaves, as the office decides it.

use serde::{Deserialize, Serialize};

use super::Text;

/// What an office decides of its terminals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Behaviour {
    /// How long the prompt stands after a service.
    pub prompt_seconds: u32,
    /// Before this it cannot be cut by the next service; at least 5.
    pub prompt_least_seconds: u32,
    /// Without a touch for so long, the idle screen begins; 0 for never.
    pub idle_seconds: u32,
    /// How long each slide of it stands.
    pub slide_seconds: u32,
    /// When the window closes, in minutes after local midnight; a shift that is open then is ended.
    pub closes_at_minutes: u32,
    /// What may be given as the reason of a short absence.
    pub away_reasons: Vec<AwayReason>,
    /// Names of sounds among the bundle's files, by occasion: `prompt`, `thanks`.
    pub sounds: std::collections::BTreeMap<String, String>,
    /// Ratings are for practice and never counted.
    pub training: bool,
}

/// Why a window pauses for a short while (暂停服务).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwayReason {
    /// Small letters, digits, hyphens.
    pub id: String,
    /// What citizens read.
    pub text: Text,
}

impl Default for Behaviour {
    fn default() -> Behaviour {
        Behaviour {
            prompt_seconds: 30,
            prompt_least_seconds: 5,
            idle_seconds: 120,
            slide_seconds: 12,
            closes_at_minutes: 18 * 60,
            away_reasons: Vec::new(),
            sounds: std::collections::BTreeMap::new(),
            training: false,
        }
    }
}
