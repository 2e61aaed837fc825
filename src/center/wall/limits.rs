//! How much one source may ask of the public pages.

use std::num::NonZeroU32;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::pages::Guest;
use crate::center::web::Source;

/// How many keys are kept before those that are idle are forgotten.
const KEYS: usize = 200_000;

/// Requests a minute of one source: a service hall's visitors may all come from one address.
const A_MINUTE: NonZeroU32 = NonZeroU32::MIN.saturating_add(119);

/// One bucket a source.
#[derive(Clone)]
pub(super) struct Limits {
    sources: Arc<DefaultKeyedRateLimiter<Source>>,
    clock: DefaultClock,
}

impl Limits {
    pub(super) fn new() -> Limits {
        let sources = Arc::new(RateLimiter::keyed(Quota::per_minute(A_MINUTE)));
        Limits { sources, clock: DefaultClock::default() }
    }

    /// Takes one request of a source, or tells how many seconds to wait.
    fn take(&self, source: Source) -> Result<(), u64> {
        if self.sources.len() > KEYS {
            self.sources.retain_recent();
        }
        let wait = |no: governor::NotUntil<governor::clock::QuantaInstant>| {
            no.wait_time_from(self.clock.now()).as_secs() + 1
        };
        self.sources.check_key(&source).map_err(wait)
    }
}

/// Stands before every public page.
pub(super) async fn hold(
    State(limits): State<Limits>,
    source: Source,
    guest: Guest,
    request: Request,
    next: Next,
) -> Response {
    match limits.take(source) {
        Ok(()) => next.run(request).await,
        Err(seconds) => guest.too_many(seconds),
    }
}
