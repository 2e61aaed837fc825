//! Slows down guessing: each failure makes the next try of the same account from the same source
//! wait longer. Others are not slowed, so nobody can lock somebody else out.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::rules;
use crate::center::web::Source;

/// Failures of one account from one source that cost nothing: people mistype.
const FREE: u32 = 3;
const LONGEST_SECONDS: u64 = 900;
/// Failures of one source over all accounts: one guess at each of many accounts.
const FREE_OF_SOURCE: u32 = 20;
const LONGEST_SECONDS_OF_SOURCE: u64 = 60;
/// Failures are forgotten after so long without another.
const MEMORY_MS: i64 = 3_600_000;
/// Keys kept at once; beyond it the oldest are forgotten.
const MOST: usize = 20_000;

/// The failures of this process, in memory: a restart forgives them.
#[derive(Clone, Debug, Default)]
pub struct Throttle(Arc<Mutex<Known>>);

/// The failures of an account from a source, and, without an account, of the source over all.
type Known = HashMap<(Source, Option<String>), Failures>;

#[derive(Clone, Copy, Debug, Default)]
struct Failures {
    count: u32,
    last_at: i64,
}

impl Failures {
    fn wait_ms(self, now: i64, free: u32, longest: u64) -> i64 {
        let seconds = rules::wait_seconds(self.count, free, longest);
        let until = self.last_at + i64::try_from(seconds).unwrap_or(i64::MAX / 2000) * 1000;
        (until - now).max(0)
    }
}

impl Throttle {
    /// Takes a try and counts it as failed until [`Throttle::forgive`], so that tries at the same
    /// moment count as well. `now` is monotonic, in milliseconds.
    ///
    /// # Errors
    /// The seconds to wait, when it is too early.
    pub fn enter(&self, account: &str, source: Source, now: i64) -> Result<(), u64> {
        let mut failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = (source, Some(account.to_lowercase()));
        let of = |key| {
            failures
                .get(key)
                .copied()
                .filter(|f: &Failures| now - f.last_at < MEMORY_MS)
                .unwrap_or_default()
        };
        let (mine, all) = (of(&own), of(&(source, None)));
        let wait = mine.wait_ms(now, FREE, LONGEST_SECONDS);
        let wait = wait.max(all.wait_ms(now, FREE_OF_SOURCE, LONGEST_SECONDS_OF_SOURCE));
        if wait > 0 {
            return Err(u64::try_from(wait).unwrap_or(0).div_ceil(1000));
        }
        if failures.len() >= MOST {
            forget(&mut failures, now);
        }
        for (key, before) in [(own, mine), ((source, None), all)] {
            failures.insert(key, Failures { count: before.count.saturating_add(1), last_at: now });
        }
        Ok(())
    }

    /// The password was right: the failures of this account from this source are forgotten, and
    /// this try does not count for the source.
    pub fn forgive(&self, account: &str, source: Source) {
        let mut failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        failures.remove(&(source, Some(account.to_lowercase())));
        if let Some(all) = failures.get_mut(&(source, None)) {
            all.count = all.count.saturating_sub(1);
        }
    }
}

/// Makes room: what is out of date goes, and if that is little, the older half.
fn forget(failures: &mut Known, now: i64) {
    failures.retain(|_, f| now - f.last_at < MEMORY_MS);
    if failures.len() >= MOST {
        let mut times: Vec<i64> = failures.values().map(|f| f.last_at).collect();
        times.sort_unstable();
        let middle = times.get(times.len() / 2).copied().unwrap_or(now);
        failures.retain(|_, f| f.last_at > middle);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Source = Source(std::net::IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1)));
    const THERE: Source = Source(std::net::IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2)));

    #[test]
    fn guessing_waits_and_waiting_helps() {
        let throttle = Throttle::default();
        for _ in 0..3 {
            assert_eq!(throttle.enter("admin", HERE, 1000), Ok(()));
        }
        assert_eq!(throttle.enter("Admin", HERE, 1000), Err(1));
        assert_eq!(throttle.enter("admin", HERE, 2000), Ok(()));
        assert_eq!(throttle.enter("admin", HERE, 2000), Err(2));
        assert_eq!(throttle.enter("admin", HERE, 2000 + MEMORY_MS), Ok(()));
    }

    #[test]
    fn a_stranger_does_not_lock_anybody_out() {
        let throttle = Throttle::default();
        for second in 0..100 {
            let _ = throttle.enter("admin", HERE, second * 1000);
        }
        assert_eq!(throttle.enter("admin", THERE, 99_000), Ok(()));
    }

    #[test]
    fn a_right_password_clears_what_was_mistyped() {
        let throttle = Throttle::default();
        for _ in 0..3 {
            let _ = throttle.enter("admin", HERE, 0);
        }
        throttle.forgive("admin", HERE);
        assert_eq!(throttle.enter("admin", HERE, 0), Ok(()));
    }

    #[test]
    fn one_guess_at_each_of_many_accounts_is_slowed_too() {
        let throttle = Throttle::default();
        let first = (0..100).find(|n| throttle.enter(&format!("person{n}"), HERE, 0).is_err());
        assert_eq!(first, Some(20));
    }

    #[test]
    fn a_flood_of_names_does_not_fill_the_memory() {
        let throttle = Throttle::default();
        for n in 0..50_000_u32 {
            let source = Source(std::net::IpAddr::V4(n.into()));
            let _ = throttle.enter("admin", source, i64::from(n));
        }
        assert!(throttle.0.lock().unwrap().len() <= MOST + 2);
    }
}
