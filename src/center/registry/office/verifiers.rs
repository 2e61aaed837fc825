//! What lets people sign on: argon2id of their PINs and cards, computed at the import.
//!
//! A PIN has a salt of its own. All cards of a unit share one salt, so that a terminal finds whose
//! card it is with one computation; a card's number is no secret that somebody chose.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

use super::super::Error;
use crate::settings::office::Pin;

/// OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

const FAIR_MEMORY_KIB: std::ops::RangeInclusive<u32> = 7168..=65_536;
const FAIR_PASSES: std::ops::RangeInclusive<u32> = 1..=10;

/// How somebody is to sign on, beside what is stored of it already.
pub(super) struct Wanted {
    pub pin: Option<Pin>,
    pub kept_pin: String,
    pub card: Option<(String, [u8; 16])>,
}

/// What is stored: PHC strings, or empty.
#[derive(Default)]
pub(super) struct Verifiers {
    pub pin: String,
    pub card: String,
}

/// Computes them apart from the runtime's threads.
pub(super) async fn compute(wanted: Vec<Wanted>) -> Result<Vec<Verifiers>, Error> {
    let work = move || wanted.iter().map(verifiers).collect::<Result<Vec<_>, String>>();
    let computed = tokio::task::spawn_blocking(work).await;
    computed.map_err(|error| Error::Broken(error.to_string()))?.map_err(Error::Broken)
}

fn verifiers(wanted: &Wanted) -> Result<Verifiers, String> {
    let pin = match &wanted.pin {
        None => String::new(),
        Some(Pin::Hash(hash)) => checked(hash)?,
        // Another salt would be new content for every terminal of the unit.
        Some(Pin::Digits(pin)) if is_of(pin.expose(), &wanted.kept_pin) => wanted.kept_pin.clone(),
        Some(Pin::Digits(pin)) => {
            let mut salt = [0; 16];
            getrandom::fill(&mut salt).map_err(|error| error.to_string())?;
            hashed(pin.expose(), &salt)?
        }
    };
    let card = match &wanted.card {
        None => String::new(),
        Some((number, salt)) => hashed(number, salt)?,
    };
    Ok(Verifiers { pin, card })
}

/// A hash that somebody else computed: neither cheap to guess nor more than a terminal can bear.
fn checked(hash: &str) -> Result<String, String> {
    let wrong = |error: &dyn std::fmt::Display| format!("pin_hash: {error}");
    let known = PasswordHash::new(hash).map_err(|error| wrong(&error))?;
    let params = Params::try_from(&known).map_err(|error| wrong(&error))?;
    let is_fair = FAIR_MEMORY_KIB.contains(&params.m_cost())
        && FAIR_PASSES.contains(&params.t_cost())
        && params.p_cost() <= 4;
    if is_fair { Ok(hash.to_owned()) } else { Err(wrong(&"m from 7168 to 65536, t to 10, p to 4")) }
}

fn is_of(secret: &str, hash: &str) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|known| Argon2::default().verify_password(secret.as_bytes(), &known).is_ok())
}

fn hashed(secret: &str, salt: &[u8; 16]) -> Result<String, String> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|error| error.to_string())?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash = argon2.hash_password_with_salt(secret.as_bytes(), salt);
    Ok(hash.map_err(|error| error.to_string())?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Secret;

    fn wanted(pin: Option<Pin>, kept_pin: &str) -> Wanted {
        Wanted { pin, kept_pin: kept_pin.into(), card: None }
    }

    #[test]
    fn a_pin_keeps_its_salt_and_another_pin_gets_another() {
        let digits = |pin: &str| Some(Pin::Digits(Secret::new(pin.into())));
        let first = verifiers(&wanted(digits("031700"), "")).unwrap().pin;
        assert!(first.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{first}");
        assert_eq!(verifiers(&wanted(digits("031700"), &first)).unwrap().pin, first);
        let other = verifiers(&wanted(digits("031701"), &first)).unwrap().pin;
        assert!(other != first && is_of("031701", &other) && !is_of("031700", &other));
        assert_eq!(verifiers(&wanted(Some(Pin::Hash(first.clone())), "")).unwrap().pin, first);
        for params in ["m=19456,t=2,p=1,x", "m=64,t=2,p=1", "m=4000000,t=2,p=1", "m=19456,t=99,p=1"]
        {
            let hash = first.replace("m=19456,t=2,p=1", params);
            assert!(verifiers(&wanted(Some(Pin::Hash(hash)), "")).is_err(), "{params}");
        }
        assert_eq!(verifiers(&wanted(None, &first)).unwrap().pin, "", "taken away");
    }

    #[test]
    fn cards_of_a_unit_share_a_salt() {
        let card = |number: &str| {
            let card = Some((number.to_owned(), [7; 16]));
            verifiers(&Wanted { pin: None, kept_pin: String::new(), card }).unwrap().card
        };
        let (one, two) = (card("0004271890"), card("0004271891"));
        let before_hash = |phc: &str| phc.rsplit_once('$').unwrap().0.to_owned();
        assert_eq!(before_hash(&one), before_hash(&two));
        assert_ne!(one, two);
        assert_eq!(one, card("0004271890"), "the same wherever it is computed");
    }
}
