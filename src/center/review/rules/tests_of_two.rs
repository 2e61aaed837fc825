//! Whether two shares differ: the probability of a difference like this one if they did not.

use super::number;

/// Hits of all, with `all` at least 1.
pub type Share = (i64, i64);

/// The expected count from which the normal approximation serves: W. G. Cochran, "Some Methods for
/// Strengthening the Common Chi-Square Tests", Biometrics 10 (1954), 417-451.
const LEAST_EXPECTED: f64 = 5.0;

/// The two-sided p-value of the hypothesis that both shares are equal: the pooled two-proportion
/// z-test, or Fisher's exact test where an expected count is below five.
#[must_use]
pub fn p_value(a: Share, b: Share) -> f64 {
    let (hits, all) = (number(a.0 + b.0), number(a.1 + b.1));
    let fewer = hits.min(all - hits);
    if fewer == 0.0 {
        return 1.0;
    }
    let least = number(a.1.min(b.1)) * fewer / all;
    if least < LEAST_EXPECTED { fisher(a, b) } else { pooled(a, b) }
}

fn pooled(a: Share, b: Share) -> f64 {
    let (n, m) = (number(a.1), number(b.1));
    let together = number(a.0 + b.0) / (n + m);
    let spread = (together * (1.0 - together) * (1.0 / n + 1.0 / m)).sqrt();
    let z = (number(a.0) / n - number(b.0) / m) / spread;
    erfc(z.abs() / std::f64::consts::SQRT_2)
}

/// R. A. Fisher, "On the Interpretation of chi-square from Contingency Tables", JRSS 85 (1922),
/// 87-94; two-sided as the sum over all tables that are no more probable than the one seen.
fn fisher(a: Share, b: Share) -> f64 {
    let (hits, all) = (a.0 + b.0, a.1 + b.1);
    let misses = all - hits;
    let weight = |k: i64| choose(hits, k) + choose(misses, a.1 - k) - choose(all, a.1);
    let seen = weight(a.0);
    // Equal probabilities may differ in the last digits.
    let bound = seen + 1e-7;
    let tables = (a.1 - misses).max(0)..=hits.min(a.1);
    tables.map(weight).filter(|w| *w <= bound).map(f64::exp).sum::<f64>().min(1.0)
}

/// The logarithm of the binomial coefficient.
fn choose(n: i64, k: i64) -> f64 {
    log_factorial(n) - log_factorial(k) - log_factorial(n - k)
}

/// The logarithm of `n!`: summed while short, then Stirling's series (DLMF 5.11.1).
fn log_factorial(n: i64) -> f64 {
    if n < 16 {
        return (2..=n).map(|k| number(k).ln()).sum();
    }
    let x = number(n);
    let series = 1.0 / (12.0 * x) - 1.0 / (360.0 * x.powi(3)) + 1.0 / (1260.0 * x.powi(5));
    x * x.ln() - x + 0.5 * (2.0 * std::f64::consts::PI * x).ln() + series
}

/// The complementary error function for `x` at least 0: the series DLMF 7.6.2 near zero, the
/// continued fraction DLMF 7.9.1 beyond, evaluated from its tail.
fn erfc(x: f64) -> f64 {
    let bell = (-x * x).exp();
    let root = std::f64::consts::PI.sqrt();
    if x < 2.5 {
        let (mut term, mut sum, mut odd) = (x, x, 1.0);
        while term > sum * 1e-17 {
            odd += 2.0;
            term *= 2.0 * x * x / odd;
            sum += term;
        }
        return 1.0 - 2.0 / root * bell * sum;
    }
    let tail = (1..=60).rev().fold(x, |below, k| x + f64::from(k) / 2.0 / below);
    bell / (root * tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, expected: f64) {
        assert!((found / expected - 1.0).abs() < 1e-9, "{found} instead of {expected}");
    }

    /// scipy 1.x: `scipy.special.erfc(x)`.
    #[test]
    fn the_error_function_is_exact_to_nine_digits() {
        let table = [
            (0.1, 0.887_537_083_981_715_2),
            (1.0, 0.157_299_207_050_285_16),
            (2.0, 0.004_677_734_981_047_266),
            (3.0, 2.209_049_699_858_544_5e-5),
            (5.0, 1.537_459_794_428_034_7e-12),
            (8.0, 1.122_429_717_298_292_6e-29),
        ];
        for (x, expected) in table {
            close(erfc(x), expected);
        }
        assert_eq!(erfc(0.0), 1.0);
    }

    /// statsmodels 0.14: `proportions_ztest([599, 412], [612, 431])`.
    #[test]
    fn large_samples_take_the_pooled_z_test() {
        close(p_value((599, 612), (412, 431)), 0.035_172_380_179_571_625);
        close(p_value((570, 588), (652, 702)), 0.001_149_748_511_783_964_5);
    }

    /// scipy 1.x: `fisher_exact([[15, 2], [599, 13]])`, the second number; R's `fisher.test` agrees.
    #[test]
    fn small_samples_take_fishers_test() {
        close(p_value((15, 17), (599, 612)), 0.058_731_034_572_203_744);
        close(p_value((30, 30), (40, 45)), 0.079_044_798_222_880_41);
        close(fisher((3, 10), (8, 10)), 0.069_778_518_694_927_36);
        close(p_value((1000, 1003), (2000, 2001)), 0.111_456_724_159_403_29);
    }

    #[test]
    fn equal_shares_are_not_told_apart() {
        assert_eq!(p_value((30, 30), (4000, 4000)), 1.0);
        assert_eq!(p_value((0, 30), (0, 50)), 1.0);
        assert_eq!(p_value((450, 500), (900, 1000)), 1.0);
    }

    #[test]
    fn the_order_of_the_two_does_not_matter() {
        for (a, b) in [((15, 17), (599, 612)), ((570, 588), (652, 702))] {
            close(p_value(a, b), p_value(b, a));
        }
    }
}
