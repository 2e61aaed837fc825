//! Whether it can be chance that nobody at a terminal was dissatisfied for so long. Else the button,
//! or the glass over it, does not react: what no self-test sees.

/// A run that chance would bring less often than this is flagged.
pub const IMPROBABLE: f64 = 1e-6;

/// The smallest share of dissatisfied that is assumed of any unit: where nobody is ever dissatisfied
/// only a run of 13,809 ratings is flagged.
pub const LEAST_SHARE: f64 = 0.001;

/// How far back is looked.
pub const DAYS: u64 = 90;

/// The probability that none of `run` ratings is dissatisfied, each being so with the share that
/// the whole unit has: `(1 - share)^run`, where the share is at least [`LEAST_SHARE`].
#[must_use]
pub fn probability(run: i64, rated: i64, dissatisfied: i64) -> f64 {
    let share = if rated > 0 { dissatisfied as f64 / rated as f64 } else { 0.0 };
    let share = share.clamp(LEAST_SHARE, 1.0);
    (run as f64 * (-share).ln_1p()).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_improbable_under_the_units_own_share() {
        let cases = [
            ("4 % of 5,000", 300, 5000, 200, false),
            ("4 % of 5,000, longer", 339, 5000, 200, true),
            ("every second", 19, 1000, 500, false),
            ("every second, longer", 20, 1000, 500, true),
            ("nobody ever", 13_808, 20_000, 0, false),
            ("nobody ever, for very long", 13_809, 20_000, 0, true),
            ("no ratings", 0, 0, 0, false),
        ];
        for (name, run, rated, dissatisfied, is_improbable) in cases {
            let probability = probability(run, rated, dissatisfied);
            assert_eq!(probability < IMPROBABLE, is_improbable, "{name}: {probability}");
        }
    }
}
