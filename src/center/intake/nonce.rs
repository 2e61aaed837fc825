//! Nonces for signed requests: proved by a code of the center's, so none has to be remembered
//! until it is used, and each serves once.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::refused::Refused;

/// Gives nonces and takes each back once. The key lives as long as the process: after a restart a
/// terminal simply asks for another.
pub(super) struct Nonces {
    key: [u8; 32],
    started: Instant,
    life: Duration,
    used: Mutex<Used>,
}

/// Nonces that were used and might still be fresh, by when they were given.
#[derive(Default)]
struct Used {
    given: HashMap<[u8; 16], u64>,
    swept: u64,
}

impl Nonces {
    pub(super) fn new(life: Duration) -> Result<Nonces, getrandom::Error> {
        let mut key = [0; 32];
        getrandom::fill(&mut key)?;
        Ok(Nonces { key, started: Instant::now(), life, used: Mutex::default() })
    }

    /// Eight bytes of time, sixteen of chance, sixteen of proof, as text.
    pub(super) fn give(&self) -> Result<String, getrandom::Error> {
        let mut bytes = [0; 40];
        let (time, rest) = bytes.split_at_mut(8);
        time.copy_from_slice(&self.started.elapsed().as_secs().to_be_bytes());
        getrandom::fill(&mut rest[..16])?;
        let proof = self.proof(&bytes[..24]);
        bytes[24..].copy_from_slice(&proof);
        Ok(BASE64URL_NOPAD.encode(&bytes))
    }

    /// Takes a nonce back: ours, fresh, and for the first time.
    pub(super) fn take(&self, nonce: &str) -> Result<(), Refused> {
        let bytes = BASE64URL_NOPAD.decode(nonce.as_bytes()).unwrap_or_default();
        let bytes: [u8; 40] = bytes.try_into().map_err(|_| Refused::BadNonce)?;
        let (front, proof) = bytes.split_at(24);
        let mac = self.mac(front).ok_or(Refused::BadNonce)?;
        mac.verify_truncated_left(proof).map_err(|_| Refused::BadNonce)?;
        let (mut time, mut chance) = ([0; 8], [0; 16]);
        time.copy_from_slice(&front[..8]);
        chance.copy_from_slice(&front[8..]);
        let given = u64::from_be_bytes(time);
        let now = self.started.elapsed().as_secs();
        if now.saturating_sub(given) > self.life.as_secs() {
            return Err(Refused::BadNonce);
        }
        let mut used = self.used.lock().map_err(|_| Refused::BadNonce)?;
        // Once in a while: going through all of them each time costs a large fleet its center.
        if now.saturating_sub(used.swept) > self.life.as_secs() / 2 {
            used.given.retain(|_, given| now.saturating_sub(*given) <= self.life.as_secs());
            used.swept = now;
        }
        if used.given.insert(chance, given).is_some() { Err(Refused::BadNonce) } else { Ok(()) }
    }

    fn mac(&self, front: &[u8]) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).ok()?;
        mac.update(front);
        Some(mac)
    }

    fn proof(&self, front: &[u8]) -> [u8; 16] {
        let mut proof = [0; 16];
        if let Some(mac) = self.mac(front) {
            proof.copy_from_slice(&mac.finalize().into_bytes()[..16]);
        }
        proof
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_serves_once_and_only_where_it_was_given() {
        let here = Nonces::new(Duration::from_secs(60)).unwrap();
        let there = Nonces::new(Duration::from_secs(60)).unwrap();
        let nonce = here.give().unwrap();
        assert!(there.take(&nonce).is_err(), "another center's");
        assert!(here.take(&nonce).is_ok());
        assert!(here.take(&nonce).is_err(), "a second time");
        assert!(here.take("nonsense").is_err());
    }
}
