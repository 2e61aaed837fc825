//! What the terminal tells other programs of itself: never whether, or how, a citizen rated.

use serde::Serialize;

/// What may be known beside the terminal. From a finish on, `Asking`, `Done` and `Idle` follow each
/// other at times that depend on the finish and the next begin alone: a tap changes nothing here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Public {
    /// What the window does.
    pub state: Phase,
    /// The employee number on the badge, while somebody is on duty.
    pub on_duty: Option<String>,
}

/// What a window does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Nobody is on duty, or the terminal cannot serve.
    #[default]
    OffDuty,
    /// A short absence (暂停服务).
    Away,
    /// Nobody is served.
    Idle,
    /// A service has begun.
    Serving,
    /// It is finished, and the citizen may be asked.
    Asking,
    /// The time to answer is over, whatever was answered.
    Done,
}

impl Phase {
    /// Every phase.
    pub const ALL: [Phase; 6] =
        [Phase::OffDuty, Phase::Away, Phase::Idle, Phase::Serving, Phase::Asking, Phase::Done];

    /// Its name in the local interface.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Phase::OffDuty => "off_duty",
            Phase::Away => "away",
            Phase::Idle => "idle",
            Phase::Serving => "serving",
            Phase::Asking => "asking",
            Phase::Done => "done",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phase_has_one_name() {
        for phase in Phase::ALL {
            let public = Public { state: phase, on_duty: None };
            let told = serde_json::to_string(&public).unwrap();
            assert_eq!(told, format!(r#"{{"state":"{}","on_duty":null}}"#, phase.as_str()));
        }
    }
}
