//! How long to wait after a failure: longer each time, never the same for two terminals.

use std::time::Duration;

/// The first wait.
const FIRST: Duration = Duration::from_secs(1);

/// The longest wait that is granted to whoever asks, so that a proxy's slip does not silence a
/// terminal for good.
const LONGEST: Duration = Duration::from_secs(3600);

/// Waits of one terminal.
#[derive(Clone, Debug)]
pub struct Backoff {
    ceiling: Duration,
    failures: u32,
}

impl Backoff {
    /// Waits that never pass `ceiling`.
    #[must_use]
    pub fn new(ceiling: Duration) -> Backoff {
        Backoff { ceiling, failures: 0 }
    }

    /// The center has answered.
    pub fn reset(&mut self) {
        self.failures = 0;
    }

    /// The next wait. `dice` is a random number; the wait lies between half and the whole of what
    /// the number of failures asks ("equal jitter"), and is never shorter than `asked`, the
    /// center's own word up to an hour, which is stretched by up to a quarter.
    pub fn next(&mut self, dice: u16, asked: Option<Duration>) -> Duration {
        let share = f64::from(dice) / f64::from(u16::MAX);
        let full =
            FIRST.saturating_mul(2_u32.saturating_pow(self.failures.min(20))).min(self.ceiling);
        self.failures = self.failures.saturating_add(1);
        let own = full.mul_f64(0.5 + share / 2.0);
        own.max(asked.unwrap_or_default().min(LONGEST).mul_f64(1.0 + share / 4.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_the_ceiling_and_no_further() {
        let mut backoff = Backoff::new(Duration::from_secs(300));
        let waits: Vec<Duration> = (0..40).map(|_| backoff.next(u16::MAX, None)).collect();
        assert_eq!(waits[0], Duration::from_secs(1));
        assert_eq!(waits[3], Duration::from_secs(8));
        assert_eq!(waits[39], Duration::from_secs(300));
        assert_eq!(backoff.next(0, None), Duration::from_secs(150), "half at the least");
    }

    #[test]
    fn the_center_s_own_word_is_obeyed() {
        let mut backoff = Backoff::new(Duration::from_secs(300));
        assert!(backoff.next(0, Some(Duration::from_secs(120))) >= Duration::from_secs(120));
        backoff.reset();
        assert_eq!(backoff.next(0, None), Duration::from_millis(500));
        let for_ever = Some(Duration::from_secs(u64::MAX));
        assert_eq!(backoff.next(0, for_ever), LONGEST, "but not for ever");
    }
}
