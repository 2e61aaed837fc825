//! Where a batch belongs: decided from heads and hashes alone.

use crate::chain::Hash;
use crate::wire::Position;

/// What a batch says of itself.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    /// The seq of its first entry.
    pub first: u64,
    /// The seq of its last entry.
    pub last: u64,
    /// The hash before its first entry.
    pub previous: Hash,
}

/// The entry at which a batch and the ledger can be compared, where they overlap.
#[derive(Clone, Copy, Debug)]
pub struct Join {
    /// The hash that the ledger holds there; nothing where the terminal had stated a gap.
    pub stored: Option<Hash>,
    /// The hash that the batch has there.
    pub offered: Hash,
}

/// Where a batch belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// It goes on where the ledger ends; its first `known` entries are there already.
    Fits {
        /// How many entries need not be added.
        known: u64,
    },
    /// The ledger holds all of it.
    Known,
    /// It is another continuation: stored apart, flagged, not counted until a person decides.
    Branch(&'static str),
    /// It begins after what the ledger holds: the terminal is told from where.
    Ahead,
}

/// The seq at which [`Join`] is to be looked up, where claim and ledger overlap.
#[must_use]
pub fn join_at(position: &Position, claim: &Claim) -> Option<u64> {
    let held = position.next_seq - 1;
    (claim.first <= held).then(|| claim.last.min(held))
}

/// Decides where a batch belongs. `goes_on` tells whether a branch that is stored ends just where
/// the batch begins. Since hashes chain, one equal hash proves that everything before is equal.
#[must_use]
pub fn place(position: &Position, claim: &Claim, join: Option<Join>, goes_on: bool) -> Place {
    if let Some(join) = join {
        return match join.stored {
            Some(stored) if stored == join.offered && claim.last < position.next_seq => {
                Place::Known
            }
            Some(stored) if stored == join.offered => {
                Place::Fits { known: position.next_seq - claim.first }
            }
            Some(_) => Place::Branch("differs from what the ledger holds"),
            None => Place::Branch("holds entries that were stated as gone"),
        };
    }
    if claim.first == position.next_seq && claim.previous == position.head {
        Place::Fits { known: 0 }
    } else if claim.first == position.next_seq {
        Place::Branch("does not follow what the ledger holds")
    } else if goes_on {
        Place::Branch("goes on a branch")
    } else {
        Place::Ahead
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Incarnation;

    fn hash(n: u8) -> Hash {
        Hash([n; 32])
    }

    #[test]
    fn every_place_of_a_batch() {
        let position = Position { incarnation: Incarnation([0; 16]), next_seq: 11, head: hash(10) };
        let join = |stored: Option<u8>, offered| {
            Some(Join { stored: stored.map(hash), offered: hash(offered) })
        };
        let cases = [
            ("follows", 11, 15, 10, None, false, Place::Fits { known: 0 }),
            ("overlaps", 8, 15, 7, join(Some(10), 10), false, Place::Fits { known: 3 }),
            ("sent again", 8, 10, 7, join(Some(10), 10), false, Place::Known),
            ("sent again, old", 2, 5, 1, join(Some(5), 5), false, Place::Known),
            (
                "forked inside",
                8,
                15,
                7,
                join(Some(10), 99),
                false,
                Place::Branch("differs from what the ledger holds"),
            ),
            (
                "forked at the end",
                11,
                15,
                99,
                None,
                false,
                Place::Branch("does not follow what the ledger holds"),
            ),
            (
                "after a gap",
                3,
                5,
                2,
                join(None, 5),
                false,
                Place::Branch("holds entries that were stated as gone"),
            ),
            ("ahead", 14, 15, 13, None, false, Place::Ahead),
            ("branch goes on", 14, 15, 13, None, true, Place::Branch("goes on a branch")),
        ];
        for (name, first, last, previous, join, goes_on, expected) in cases {
            let claim = Claim { first, last, previous: hash(previous) };
            assert_eq!(join_at(&position, &claim).is_some(), join.is_some(), "{name}");
            assert_eq!(place(&position, &claim, join, goes_on), expected, "{name}");
        }
    }
}
