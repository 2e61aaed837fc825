//! Satisfaction with its interval, and which windows the data can tell apart. Pure.

mod compare;
pub mod flags;
pub mod improbable;
mod month;
mod tests_of_two;

pub use compare::{Verdict, compare, groups};
pub use month::{Month, yesterday};
pub use tests_of_two::p_value;

/// Below this many ratings no rate is shown: one person more or less would move it by ten points.
pub const SHOWN_FROM: i64 = 10;

/// Below this many ratings a window is not compared (样本不足，不排名).
pub const COMPARED_FROM: i64 = 30;

/// The error that a comparison allows over all its pairs together.
pub const ALPHA: f64 = 0.05;

/// The two-sided 95 % point of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// Ratings by level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// 满意
    pub satisfied: i64,
    /// 基本满意
    pub basic: i64,
    /// 不满意
    pub dissatisfied: i64,
}

impl Tally {
    /// All ratings.
    #[must_use]
    pub fn rated(self) -> i64 {
        self.satisfied + self.basic + self.dissatisfied
    }

    /// Satisfied and basic: the numerator of satisfaction (满意率).
    #[must_use]
    pub fn content(self) -> i64 {
        self.satisfied + self.basic
    }

    /// Satisfaction, where there are ratings enough to show it.
    #[must_use]
    pub fn satisfaction(self) -> Option<Rate> {
        (self.rated() >= SHOWN_FROM).then(|| Rate::of(self.content(), self.rated()))
    }
}

impl std::ops::Add for Tally {
    type Output = Tally;

    fn add(self, other: Tally) -> Tally {
        Tally {
            satisfied: self.satisfied + other.satisfied,
            basic: self.basic + other.basic,
            dissatisfied: self.dissatisfied + other.dissatisfied,
        }
    }
}

/// A share with its 95 % interval, all from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// The share itself.
    pub share: f64,
    /// The interval's lower bound.
    pub low: f64,
    /// The interval's upper bound.
    pub high: f64,
}

/// A count as a number; counts stay far below 2^53, so nothing is lost.
fn number(n: i64) -> f64 {
    n as f64
}

impl Rate {
    /// `hits` of `all` with the score interval of E. B. Wilson, "Probable Inference, the Law of
    /// Succession, and Statistical Inference", JASA 22 (1927), 209-212. `all` is at least 1.
    #[must_use]
    pub fn of(hits: i64, all: i64) -> Rate {
        let (n, share) = (number(all), number(hits) / number(all));
        let center = (share + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
        let half =
            Z / (1.0 + Z * Z / n) * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
        // At the ends the interval touches 0 or 1 exactly; rounding must not step beyond the share.
        Rate {
            share,
            low: (center - half).clamp(0.0, share),
            high: (center + half).clamp(share, 1.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// statsmodels 0.14: `proportion_confint(hits, all, 0.05, method='wilson')`.
    #[test]
    fn the_interval_is_wilsons() {
        let table = [
            (2517, 2648, 0.941_596_888_331_911_6, 0.958_155_241_292_414_9),
            (15, 17, 0.656_636_494_051_141_1, 0.967_120_226_236_207_3),
            (10, 10, 0.722_467_200_137_110_6, 1.0),
            (0, 10, 0.0, 0.277_532_799_862_889_26),
            (599, 612, 0.963_998_745_090_317_7, 0.987_544_856_930_502_4),
        ];
        for (hits, all, low, high) in table {
            let rate = Rate::of(hits, all);
            assert!((rate.low - low).abs() < 1e-12, "{hits}/{all} low {}", rate.low);
            assert!((rate.high - high).abs() < 1e-12, "{hits}/{all} high {}", rate.high);
        }
    }

    #[test]
    fn three_taps_are_no_rate() {
        let few = Tally { satisfied: 9, basic: 0, dissatisfied: 0 };
        assert_eq!(few.satisfaction(), None);
        let enough = Tally { dissatisfied: 1, ..few };
        assert_eq!(enough.satisfaction().map(|rate| rate.share), Some(0.9));
        assert_eq!(Tally::default().satisfaction(), None);
    }

    #[test]
    fn basic_counts_as_satisfied() {
        let tally = Tally { satisfied: 6, basic: 3, dissatisfied: 1 };
        assert_eq!((tally.content(), tally.rated()), (9, 10));
    }
}
