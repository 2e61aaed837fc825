//! One-time codes and standings: what may follow what. Pure; times are milliseconds UTC.

use crate::chain::{CenterId, PublicKey};
use crate::domain::{CodeId, to_crockford};
use crate::wire::Standing;

/// A terminal counts as online this long after its last contact: three heartbeats.
pub const ONLINE_WITHIN_MS: i64 = 90_000;

/// A clock further off than this is told to the technician.
pub const CLOCK_TOLERANCE_MS: i64 = 60_000;

/// Wrong proofs that one code bears.
pub const MOST_TRIES: i64 = 5;

/// How a one-time code reaches the terminal, and so how long it is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Read from the page and typed: 15 minutes.
    Typed,
    /// Carried in a file: 24 hours.
    File,
}

impl Delivery {
    /// How long the code is valid.
    #[must_use]
    pub fn valid_ms(self) -> i64 {
        match self {
            Delivery::Typed => 15 * 60_000,
            Delivery::File => 24 * 3_600_000,
        }
    }

    /// The delivery of a stored code, known by how long it was made to be valid.
    #[must_use]
    pub fn of(created_at: i64, expires_at: i64) -> Delivery {
        if expires_at - created_at > Delivery::Typed.valid_ms() {
            Delivery::File
        } else {
            Delivery::Typed
        }
    }
}

/// The code as it is typed: public id, secret and center, nine groups of four characters.
#[must_use]
pub fn write_code(code: &CodeId, secret: &[u8; 10], center: CenterId) -> String {
    let text = format!("{}{}{center}", code.as_str(), to_crockford(secret));
    let chars: Vec<char> = text.chars().collect();
    let groups: Vec<String> = chars.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join("-")
}

/// How far an enrolment has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    /// When the code ends.
    pub expires_at: i64,
    /// Wrong proofs so far.
    pub tries: i64,
    /// The key that proved to hold the secret.
    pub claimed_by: Option<PublicKey>,
    /// Whether an officer has accepted or refused it.
    pub accepted: Option<bool>,
}

/// What becomes of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// The key is noted, or was already.
    Taken,
    /// The proof is wrong: one more try is counted.
    WrongProof,
    /// Decided, run out, tried too often, or claimed by another key.
    Refused,
}

impl Enrolment {
    /// Whether the code can still lead to a terminal.
    #[must_use]
    pub fn is_open(&self, now: i64) -> bool {
        self.accepted.is_none()
            && now < self.expires_at
            && (self.tries < MOST_TRIES || self.claimed_by.is_some())
    }

    /// Judges a claim; `proof_fits` was compared in constant time. A terminal that missed the first
    /// answer may claim again with the same key, even after the decision.
    #[must_use]
    pub fn claim(&self, key: &PublicKey, proof_fits: bool, now: i64) -> Claim {
        let is_same = self.claimed_by.as_ref() == Some(key);
        if is_same && proof_fits && self.accepted == Some(true) {
            return Claim::Taken;
        }
        if !self.is_open(now) || self.tries >= MOST_TRIES {
            return Claim::Refused;
        }
        match (proof_fits, &self.claimed_by) {
            (false, _) => Claim::WrongProof,
            (true, None) => Claim::Taken,
            (true, Some(_)) if is_same => Claim::Taken,
            (true, Some(_)) => Claim::Refused,
        }
    }

    /// Whether an officer may decide now, else why not.
    ///
    /// # Errors
    /// The sentence for the officer.
    pub fn may_decide(&self, now: i64) -> Result<(), &'static str> {
        match (self.accepted, &self.claimed_by) {
            (Some(_), _) => Err("这个代码已经处理过了。"),
            (None, _) if now >= self.expires_at => Err("这个代码已经失效，请重新生成。"),
            (None, None) => Err("终端还没有输入这个代码。"),
            (None, Some(_)) => Ok(()),
        }
    }
}

/// What an officer may do with a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// 停用: it sends what it has, then goes out of service.
    Retire,
    /// 吊销: stolen or lost; what arrives from now on is set apart.
    Revoke,
}

/// The standing after an order, or nothing where it makes no sense.
#[must_use]
pub fn after(standing: Standing, order: Order) -> Option<Standing> {
    match (standing, order) {
        (Standing::Active, Order::Retire) => Some(Standing::Retiring),
        (Standing::Active | Standing::Retiring | Standing::Retired, Order::Revoke) => {
            Some(Standing::Revoked)
        }
        (Standing::Retiring | Standing::Retired | Standing::Revoked, Order::Retire)
        | (Standing::Revoked, Order::Revoke) => None,
    }
}

/// The name after the highest that was given: `T-0001`, `T-0002`, … `T-9999`, `T-10000`.
#[must_use]
pub fn next_terminal(highest: Option<&str>) -> String {
    let number: u64 = highest.and_then(|name| name.strip_prefix("T-")?.parse().ok()).unwrap_or(0);
    format!("T-{:04}", number + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::Keypair;

    fn key(seed: u8) -> PublicKey {
        Keypair::from_seed([seed; 32]).public()
    }

    fn fresh() -> Enrolment {
        Enrolment { expires_at: 1000, tries: 0, claimed_by: None, accepted: None }
    }

    #[test]
    fn a_claim_needs_proof_time_and_a_free_code() {
        let claimed = Enrolment { claimed_by: Some(key(1)), ..fresh() };
        let tired = Enrolment { tries: MOST_TRIES, ..fresh() };
        let accepted = Enrolment { accepted: Some(true), ..claimed.clone() };
        let refused = Enrolment { accepted: Some(false), ..claimed.clone() };
        let table = [
            (&fresh(), true, 999, Claim::Taken),
            (&fresh(), true, 1000, Claim::Refused),
            (&fresh(), false, 999, Claim::WrongProof),
            (&Enrolment { tries: MOST_TRIES - 1, ..fresh() }, true, 0, Claim::Taken),
            (&tired, true, 0, Claim::Refused),
            (&tired, false, 0, Claim::Refused),
            (&claimed, true, 0, Claim::Taken),
            (&claimed, false, 0, Claim::WrongProof),
            (&accepted, true, 5000, Claim::Taken),
            (&accepted, false, 0, Claim::Refused),
            (&refused, true, 0, Claim::Refused),
        ];
        for (state, fits, now, expected) in table {
            assert_eq!(state.claim(&key(1), fits, now), expected, "{state:?} {fits} {now}");
        }
        assert_eq!(claimed.claim(&key(2), true, 0), Claim::Refused);
        assert_eq!(accepted.claim(&key(2), true, 0), Claim::Refused);
    }

    #[test]
    fn an_officer_decides_once_after_the_claim_and_in_time() {
        let claimed = Enrolment { claimed_by: Some(key(1)), ..fresh() };
        assert!(claimed.may_decide(999).is_ok());
        assert!(claimed.may_decide(1000).is_err());
        assert!(fresh().may_decide(0).is_err());
        for accepted in [true, false] {
            assert!(
                Enrolment { accepted: Some(accepted), ..claimed.clone() }.may_decide(0).is_err()
            );
        }
    }

    #[test]
    fn wrong_tries_by_others_do_not_undo_a_claim() {
        let claimed = Enrolment { claimed_by: Some(key(1)), tries: MOST_TRIES, ..fresh() };
        assert!(claimed.is_open(0) && claimed.may_decide(0).is_ok());
    }

    #[test]
    fn nobody_comes_back_from_being_revoked() {
        use Standing::{Active, Retired, Retiring, Revoked};
        let retire = [Active, Retiring, Retired, Revoked].map(|s| after(s, Order::Retire));
        assert_eq!(retire, [Some(Retiring), None, None, None]);
        let revoke = [Active, Retiring, Retired, Revoked].map(|s| after(s, Order::Revoke));
        assert_eq!(revoke, [Some(Revoked), Some(Revoked), Some(Revoked), None]);
    }

    #[test]
    fn names_count_up() {
        let names = [None, Some("T-0001"), Some("T-9999"), Some("T-10000")].map(next_terminal);
        assert_eq!(names, ["T-0001", "T-0002", "T-10000", "T-10001"]);
    }

    #[test]
    fn a_code_is_nine_groups_of_four() {
        let code = CodeId::from_random([1, 2, 3, 4, 5]);
        let text = write_code(&code, &[7; 10], key(9).center_id());
        assert_eq!(text.split('-').map(str::len).collect::<Vec<_>>(), [4; 9]);
        assert!(text.starts_with(code.as_str()));
        assert!(text.replace('-', "").ends_with(&key(9).center_id().to_string()));
    }

    #[test]
    fn a_code_in_a_file_lives_a_day() {
        assert_eq!(Delivery::of(0, Delivery::Typed.valid_ms()), Delivery::Typed);
        assert_eq!(Delivery::of(0, Delivery::File.valid_ms()), Delivery::File);
    }
}
