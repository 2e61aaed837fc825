//! What must survive a restart: who is on duty, which service is open, who is locked out.

use serde::{Deserialize, Serialize};

use crate::terminal::pins;

/// Remembered in the same commit as the entry that changed it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// Who is on duty.
    pub shift: Option<Shift>,
    /// The open service.
    pub service: Option<Service>,
    /// Who mistyped how often.
    pub lockouts: Vec<Lockout>,
    /// The local day of the last self-test, as yyyymmdd.
    pub tested_on: i64,
}

/// A person on duty (上岗).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// The employee number.
    pub staff: String,
    /// The local day of the sign-on, as yyyymmdd; 0 where the clock was not known.
    pub day: i64,
    /// The minute of that day.
    #[serde(default)]
    pub minute: u32,
    /// Whether it began after closing time: then closing does not end it.
    #[serde(default)]
    pub late: bool,
    /// A short absence.
    pub away: Option<Absence>,
}

/// A short absence (暂停服务).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absence {
    /// The id of the reason.
    pub why: String,
    /// How long it is expected to take.
    pub minutes: u32,
    /// When it is expected to be over, by the monotonic clock; unknown after a restart.
    #[serde(skip)]
    pub until: Option<i64>,
}

/// One citizen being served.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// Its name.
    pub id: String,
    /// The id of its item; empty when it is not known.
    pub item: String,
    /// When it began, by the monotonic clock; unknown after a restart.
    #[serde(skip)]
    pub begun_at: Option<i64>,
    /// The minute of the day in which it began.
    #[serde(default)]
    pub minute: u32,
    /// It has its rating.
    #[serde(default)]
    pub rated: bool,
}

/// Wrong tries of one person on this terminal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lockout {
    /// The employee number; empty for maintenance.
    pub who: String,
    /// Wrong tries in a row.
    pub tries: u32,
    /// Until when nothing is tried, by the monotonic clock; begins anew after a restart.
    #[serde(skip)]
    pub until: i64,
}

impl Memory {
    /// What was remembered; a text that cannot be read is forgotten.
    pub(super) fn read(text: Option<&str>, now: i64) -> Memory {
        let read = text.and_then(|text| serde_json::from_str(text).ok());
        let mut memory: Memory = read.unwrap_or_default();
        for lockout in &mut memory.lockouts {
            lockout.until = now + i64::from(pins::lockout(lockout.tries)) * 1_000;
        }
        memory
    }

    pub(super) fn written(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Seconds for which a person is still locked out; 0 for not.
    pub(super) fn locked_for(&self, who: &str, now: i64) -> u32 {
        let found = self.lockouts.iter().find(|lockout| lockout.who == who);
        let left = found.map_or(0, |lockout| lockout.until - now);
        u32::try_from((left + 999) / 1_000).unwrap_or(0)
    }

    /// A wrong try; gives how many there were and the seconds of the lock-out, if it is one.
    pub(super) fn mistyped(&mut self, who: &str, now: i64) -> Option<(u32, u32)> {
        let place = self.lockouts.iter().position(|lockout| lockout.who == who);
        let place = place.unwrap_or_else(|| {
            // Numbers that nobody has are typed too: the oldest are forgotten.
            if self.lockouts.len() >= 64 {
                self.lockouts.remove(0);
            }
            self.lockouts.push(Lockout { who: who.to_owned(), tries: 0, until: 0 });
            self.lockouts.len() - 1
        });
        let lockout = self.lockouts.get_mut(place)?;
        lockout.tries += 1;
        let seconds = pins::lockout(lockout.tries);
        lockout.until = now + i64::from(seconds) * 1_000;
        (seconds > 0).then_some((lockout.tries, seconds))
    }

    pub(super) fn typed_right(&mut self, who: &str) {
        self.lockouts.retain(|lockout| lockout.who != who);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_restart_does_not_shorten_a_lockout() {
        let mut memory = Memory::default();
        for _ in 0..4 {
            assert_eq!(memory.mistyped("0317", 1_000), None);
        }
        assert_eq!(memory.mistyped("0317", 1_000), Some((5, 60)));
        let again = Memory::read(Some(&memory.written()), 9_000_000);
        assert_eq!(again.locked_for("0317", 9_000_000), 60);
        assert_eq!((again.locked_for("0318", 0), again.locked_for("0317", 9_060_000)), (0, 0));
    }

    #[test]
    fn what_cannot_be_read_is_forgotten() {
        assert_eq!(Memory::read(Some("{"), 0), Memory::default());
        assert_eq!(Memory::read(None, 0), Memory::default());
    }
}
