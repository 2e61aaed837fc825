//! How much one source and one terminal may ask.

use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;

use axum::http::HeaderMap;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::refused::Refused;
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
    /// Whether a proxy stands before the center, so that `X-Forwarded-For` is to be believed.
    pub behind_proxy: bool,
}

/// Buckets by source and by terminal.
pub(super) struct Limits {
    sources: DefaultKeyedRateLimiter<IpAddr>,
    terminals: DefaultKeyedRateLimiter<TerminalId>,
    clock: DefaultClock,
}

impl Limits {
    pub(super) fn new(allowance: &Allowance) -> Limits {
        Limits {
            sources: RateLimiter::keyed(Quota::per_minute(allowance.source_per_minute)),
            terminals: RateLimiter::keyed(Quota::per_minute(allowance.terminal_per_minute)),
            clock: DefaultClock::default(),
        }
    }

    pub(super) fn check_source(&self, source: IpAddr) -> Result<(), Refused> {
        if self.sources.len() > KEYS {
            self.sources.retain_recent();
        }
        self.sources.check_key(&source).map_err(|no| self.wait(&no))
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

/// Where a request comes from. The last address of `X-Forwarded-For` is the one that the center's
/// own proxy saw; it is believed only where the settings name a proxy.
pub(super) fn source(headers: &HeaderMap, peer: SocketAddr, behind_proxy: bool) -> IpAddr {
    let forwarded = || {
        let value = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
        value.rsplit(',').next()?.trim().parse().ok()
    };
    behind_proxy.then(forwarded).flatten().unwrap_or(peer.ip())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forwarded_address_is_believed_only_behind_a_proxy() {
        let peer: SocketAddr = "127.0.0.1:5000".parse().unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "6.6.6.6, 10.0.0.9".parse().unwrap());
        assert_eq!(source(&headers, peer, false), peer.ip());
        assert_eq!(source(&headers, peer, true), "10.0.0.9".parse::<IpAddr>().unwrap());
        assert_eq!(source(&HeaderMap::new(), peer, true), peer.ip());
    }
}
