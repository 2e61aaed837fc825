//! How much one source and one terminal may ask.

use std::num::NonZeroU32;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::refused::Refused;
use crate::center::web::Source;
use crate::domain::TerminalId;

/// How many keys are kept before those that are idle are forgotten.
const KEYS: usize = 200_000;

/// What the settings allow.
#[derive(Clone, Copy, Debug)]
pub struct Allowance {
    /// The largest body, in bytes.
    pub body_bytes: usize,
    /// Requests a minute of one terminal.
    pub terminal_per_minute: NonZeroU32,
    /// Requests a minute of one source address.
    pub source_per_minute: NonZeroU32,
}

/// Buckets by source and by terminal.
pub(super) struct Limits {
    sources: DefaultKeyedRateLimiter<Source>,
    terminals: DefaultKeyedRateLimiter<TerminalId>,
    enrolments: DefaultKeyedRateLimiter<Source>,
    clock: DefaultClock,
}

/// Tries with a one-time code that one source may make in a minute.
const ENROLMENTS: NonZeroU32 = NonZeroU32::MIN.saturating_add(9);

impl Limits {
    pub(super) fn new(allowance: &Allowance) -> Limits {
        Limits {
            sources: RateLimiter::keyed(Quota::per_minute(allowance.source_per_minute)),
            terminals: RateLimiter::keyed(Quota::per_minute(allowance.terminal_per_minute)),
            enrolments: RateLimiter::keyed(Quota::per_minute(ENROLMENTS)),
            clock: DefaultClock::default(),
        }
    }

    pub(super) fn check_source(&self, source: Source) -> Result<(), Refused> {
        if self.sources.len() > KEYS {
            self.sources.retain_recent();
        }
        self.sources.check_key(&source).map_err(|no| self.wait(&no))
    }

    pub(super) fn check_enrolment(&self, source: Source) -> Result<(), Refused> {
        self.check_source(source)?;
        self.enrolments.check_key(&source).map_err(|no| self.wait(&no))
    }

    pub(super) fn check_terminal(&self, terminal: &TerminalId) -> Result<(), Refused> {
        if self.terminals.len() > KEYS {
            self.terminals.retain_recent();
        }
        self.terminals.check_key(terminal).map_err(|no| self.wait(&no))
    }

    fn wait(&self, no: &governor::NotUntil<governor::clock::QuantaInstant>) -> Refused {
        Refused::TooMany { seconds: no.wait_time_from(self.clock.now()).as_secs() + 1 }
    }
}
