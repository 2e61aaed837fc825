//! PINs and card numbers: checked on a thread of their own, one at a time, against argon2id hashes.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

use crate::settings::Secret;

/// OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// A hash that costs more is refused: it would keep the counter waiting.
const MOST_MEMORY_KIB: u32 = 256 * 1024;
const MOST_PASSES: u32 = 16;

/// A hash of nothing anybody knows, so that an unknown person takes as long as a wrong PIN.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$cGluZ3lpIG5vYm9keSBoZXJl$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Checks that wait at most.
const MOST_WAITING: usize = 4;

/// So many wrong tries in a row are free of a wait.
const FREE_TRIES: u32 = 4;
const FIRST_LOCKOUT_SECONDS: u32 = 60;
const LONGEST_LOCKOUT_SECONDS: u32 = 3_600;

/// Why there is no answer to whether a PIN is right.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Too many wait, or the thread is gone.
    #[error("too many PINs are being checked")]
    Busy,
    /// What is stored is no hash, or one that costs too much, or it cannot be computed.
    #[error("the hash of a PIN cannot be used: {0}")]
    Hash(String),
}

type Reply = Box<dyn FnOnce(Result<bool, Error>) + Send>;

type Found = Box<dyn FnOnce(Result<Option<String>, Error>) + Send>;

enum Check {
    Pin { given: Secret, hash: Option<String>, reply: Reply },
    Card { given: Secret, cards: Vec<(String, String)>, reply: Found },
}

/// The thread that checks; it ends with the last clone of this.
#[derive(Clone)]
pub struct Pins(SyncSender<Check>);

impl Pins {
    /// Starts the thread.
    ///
    /// # Errors
    /// When there is none to be had.
    pub fn start() -> std::io::Result<Pins> {
        let (sender, inbox) = sync_channel(MOST_WAITING);
        std::thread::Builder::new().name("pins".into()).spawn(move || work(&inbox))?;
        Ok(Pins(sender))
    }

    /// Whether `given` is what `hash` was made of, told to `reply` from the thread. Without a hash
    /// it takes the same time and is wrong.
    pub fn check(
        &self,
        given: Secret,
        hash: Option<String>,
        reply: impl FnOnce(Result<bool, Error>) + Send + 'static,
    ) {
        self.hand_in(Check::Pin { given, hash, reply: Box::new(reply) });
    }

    /// Whose of these cards `given` is the number of, told to `reply` from the thread. All hashes of
    /// a unit have one salt, so it takes one computation.
    pub fn whose(
        &self,
        given: Secret,
        cards: Vec<(String, String)>,
        reply: impl FnOnce(Result<Option<String>, Error>) + Send + 'static,
    ) {
        self.hand_in(Check::Card { given, cards, reply: Box::new(reply) });
    }

    fn hand_in(&self, check: Check) {
        match self.0.try_send(check) {
            Ok(()) => {}
            Err(TrySendError::Full(check) | TrySendError::Disconnected(check)) => match check {
                Check::Pin { reply, .. } => reply(Err(Error::Busy)),
                Check::Card { reply, .. } => reply(Err(Error::Busy)),
            },
        }
    }
}

fn work(inbox: &Receiver<Check>) {
    while let Ok(check) = inbox.recv() {
        match check {
            Check::Pin { given, hash, reply } => {
                let hash = hash.filter(|hash| !hash.is_empty());
                let fits = verify(&given, hash.as_deref().unwrap_or(NOBODY));
                reply(fits.map(|fits| fits && hash.is_some()));
            }
            Check::Card { given, cards, reply } => reply(owner(&given, cards)),
        }
    }
}

fn owner(given: &Secret, cards: Vec<(String, String)>) -> Result<Option<String>, Error> {
    let Some((_, first)) = cards.first() else { return Ok(None) };
    let known = PasswordHash::new(first).map_err(|error| Error::Hash(error.to_string()))?;
    let params = Params::try_from(&known).map_err(|error| Error::Hash(error.to_string()))?;
    let salt = known.salt.ok_or_else(|| Error::Hash("it has no salt".into()))?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash = argon2
        .hash_password_with_salt(given.expose().as_bytes(), &salt)
        .map_err(|error| Error::Hash(error.to_string()))?
        .to_string();
    Ok(cards.into_iter().find(|(_, card)| *card == hash).map(|(employee_no, _)| employee_no))
}

fn verify(given: &Secret, hash: &str) -> Result<bool, Error> {
    let known = PasswordHash::new(hash).map_err(|error| Error::Hash(error.to_string()))?;
    let costs = Params::try_from(&known).map_err(|error| Error::Hash(error.to_string()))?;
    if costs.m_cost() > MOST_MEMORY_KIB || costs.t_cost() > MOST_PASSES {
        return Err(Error::Hash("it takes too much memory or time".into()));
    }
    Ok(Argon2::default().verify_password(given.expose().as_bytes(), &known).is_ok())
}

/// A new hash of a PIN or card number as a PHC string, with a random salt. Takes a while.
///
/// # Errors
/// When there is no random source or memory.
pub fn hash(given: &Secret) -> Result<String, Error> {
    let said = |error: &dyn std::fmt::Display| Error::Hash(error.to_string());
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|error| said(&error))?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash = argon2.hash_password(given.expose().as_bytes()).map_err(|error| said(&error))?;
    Ok(hash.to_string())
}

/// Whether a text can be a PIN: 6 to 16 digits.
#[must_use]
pub fn is_pin(text: &str) -> bool {
    (6..=16).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// For how many seconds a person is locked out after so many wrong tries in a row: not at all up to
/// four, a minute after the fifth, then twice as long after each further one, up to an hour.
#[must_use]
pub fn lockout(tries: u32) -> u32 {
    let Some(further) = tries.checked_sub(FREE_TRIES + 1) else { return 0 };
    let factor = 1_u32.checked_shl(further).unwrap_or(u32::MAX);
    FIRST_LOCKOUT_SECONDS.saturating_mul(factor).min(LONGEST_LOCKOUT_SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    fn secret(text: &str) -> Secret {
        Secret::new(text.to_owned())
    }

    fn checked(pins: &Pins, given: &str, hash: Option<&str>) -> Result<bool, String> {
        let (sender, answer) = channel();
        pins.check(secret(given), hash.map(str::to_owned), move |fits| sender.send(fits).unwrap());
        answer.recv().unwrap().map_err(|error| error.to_string())
    }

    #[test]
    fn only_the_pin_that_was_hashed_is_right() {
        let pins = Pins::start().unwrap();
        let hash = hash(&secret("246810")).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_eq!(checked(&pins, "246810", Some(&hash)), Ok(true));
        for wrong in ["246811", "24681", "2468100", ""] {
            assert_eq!(checked(&pins, wrong, Some(&hash)), Ok(false), "{wrong}");
        }
        for nobody in [None, Some("")] {
            assert_eq!(checked(&pins, "246810", nobody), Ok(false), "{nobody:?}");
        }
    }

    #[test]
    fn nobodys_hash_costs_what_a_real_one_costs() {
        let real = hash(&secret("246810")).unwrap();
        let (real, nobody) =
            (PasswordHash::new(&real).unwrap(), PasswordHash::new(NOBODY).unwrap());
        assert_eq!((real.params, real.algorithm), (nobody.params, nobody.algorithm));
        assert_eq!(real.hash.map(|hash| hash.len()), nobody.hash.map(|hash| hash.len()));
    }

    #[test]
    fn what_is_no_hash_or_costs_too_much_is_told() {
        let pins = Pins::start().unwrap();
        let dear = NOBODY.replace("m=19456", "m=4194304");
        let slow = NOBODY.replace("t=2", "t=1000");
        for hash in ["246810", "$argon2id$", &dear, &slow] {
            assert!(checked(&pins, "246810", Some(hash)).is_err(), "{hash}");
        }
    }

    #[test]
    fn a_flood_is_turned_away_and_one_is_checked_at_a_time() {
        let pins = Pins::start().unwrap();
        let (sender, answers) = channel();
        let (go, wait) = channel::<()>();
        let held = sender.clone();
        pins.check(secret("1"), None, move |_| {
            wait.recv().unwrap();
            held.send("first".to_owned()).unwrap();
        });
        let mut busy = 0;
        for _ in 0..MOST_WAITING + 10 {
            let (sender, before) = (sender.clone(), answers.try_recv().is_ok());
            assert!(!before, "nothing is checked beside the first");
            let (tell, refused) = channel();
            pins.check(secret("1"), None, move |fits| match fits {
                Err(Error::Busy) => tell.send(()).unwrap(),
                other => sender.send(format!("{other:?}")).unwrap(),
            });
            busy += usize::from(refused.try_recv().is_ok());
        }
        // The first may be under way already, or wait in the place of one of them.
        assert!((10..=11).contains(&busy), "{busy}");
        go.send(()).unwrap();
        assert_eq!(answers.recv().unwrap(), "first");
        for _ in busy..MOST_WAITING + 10 {
            assert_eq!(answers.recv().unwrap(), "Ok(false)");
        }
    }

    #[test]
    fn a_pin_has_six_digits_or_more() {
        for pin in ["246810", "0000000", "1234567890123456"] {
            assert!(is_pin(pin), "{pin}");
        }
        for other in ["", "24681", "24681x", "24 6810", "２４６８１０", "12345678901234567"] {
            assert!(!is_pin(other), "{other}");
        }
    }

    #[test]
    fn a_lockout_grows_to_an_hour() {
        for (tries, seconds) in [
            (0, 0),
            (1, 0),
            (4, 0),
            (5, 60),
            (6, 120),
            (7, 240),
            (10, 1_920),
            (11, 3_600),
            (12, 3_600),
            (40, 3_600),
            (u32::MAX, 3_600),
        ] {
            assert_eq!(lockout(tries), seconds, "{tries}");
        }
    }
}
