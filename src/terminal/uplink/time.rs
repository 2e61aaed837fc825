//! The time at which certificates are judged, when the terminal's own clock may be wrong.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use rustls::pki_types::UnixTime;
use rustls::time_provider::TimeProvider;

use crate::clock::Clock;
use crate::files;

/// The day this version was made, in milliseconds UTC (2026-11-22): no certificate is judged at an
/// earlier time. Moved forward with each version.
const MADE_AT: i64 = 1_795_305_600_000;

/// How far the wall clock may run ahead of the last signed center time before it is held to be
/// wrong: a terminal may well have stood without a network for a year.
const AHEAD: i64 = 400 * 24 * 3600 * 1000;

/// How often the center's time is written down for the next start.
const WRITE_EVERY: i64 = 3600 * 1000;

/// The time to judge by. `center` is the last signed center time carried on by the monotonic clock
/// of this boot; `written` the last one of an earlier boot; all in milliseconds UTC.
#[must_use]
pub fn judged(wall: i64, center: Option<i64>, written: i64) -> i64 {
    if let Some(center) = center {
        return center;
    }
    let floor = written.max(MADE_AT);
    if (floor..floor + AHEAD).contains(&wall) { wall } else { floor }
}

/// Remembers the center's signed time.
pub struct CenterTime {
    clock: Arc<dyn Clock>,
    /// Center time minus monotonic time; the lowest number while unknown.
    ahead_of_mono: AtomicI64,
    written: AtomicI64,
    path: PathBuf,
}

impl fmt::Debug for CenterTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CenterTime({})", self.now())
    }
}

impl CenterTime {
    /// Reads what an earlier run wrote down.
    #[must_use]
    pub fn load(path: PathBuf, clock: Arc<dyn Clock>) -> CenterTime {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let written = AtomicI64::new(text.trim().parse().unwrap_or(0));
        CenterTime { clock, ahead_of_mono: AtomicI64::new(i64::MIN), written, path }
    }

    /// Takes a time that the center signed.
    pub fn learn(&self, center_at: i64) {
        self.ahead_of_mono.store(center_at - self.clock.now().mono, Ordering::Relaxed);
        if center_at - self.written.load(Ordering::Relaxed) > WRITE_EVERY {
            self.written.store(center_at, Ordering::Relaxed);
            if let Err(error) = files::replace(&self.path, center_at.to_string().as_bytes()) {
                tracing::warn!(%error, "the center's time could not be written down");
            }
        }
    }

    /// The time to judge certificates by, in milliseconds UTC.
    #[must_use]
    pub fn now(&self) -> i64 {
        let stamp = self.clock.now();
        let ahead = self.ahead_of_mono.load(Ordering::Relaxed);
        let center = (ahead != i64::MIN).then(|| ahead + stamp.mono);
        judged(stamp.wall, center, self.written.load(Ordering::Relaxed))
    }
}

impl TimeProvider for CenterTime {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = u64::try_from(self.now() / 1000).ok()?;
        Some(UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_clock_is_not_believed() {
        let written = MADE_AT + 1000;
        assert_eq!(judged(0, None, written), written, "1970");
        assert_eq!(judged(4_070_908_800_000, None, written), written, "2099");
        assert_eq!(judged(0, None, 0), MADE_AT, "never met the center");
        assert_eq!(judged(written + 5, None, written), written + 5, "a clock that may be right");
        assert_eq!(judged(0, Some(written + 9), written), written + 9, "the center has spoken");
    }
}
