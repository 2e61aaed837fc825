//! Windows side by side, without a ranking of noise.
//!
//! 1. Only windows with at least [`COMPARED_FROM`] ratings take part.
//! 2. Each pair of them is tested ([`p_value`]).
//! 3. The step-down procedure of S. Holm, "A Simple Sequentially Rejective Multiple Test
//!    Procedure", Scandinavian Journal of Statistics 6 (1979), 65-70, says which pairs are told
//!    apart, so that the chance of even one false difference on the page is at most [`ALPHA`].
//! 4. Groups, counted from the highest satisfaction: **two windows share at least one group if and
//!    only if they are not told apart.** A window may stand in several: one with few ratings may
//!    be told apart neither from the first group nor from the second. (The idea of the compact
//!    letter display: H.-P. Piepho, J. Comput. Graph. Stat. 13 (2004), 456-466.)

use super::{ALPHA, COMPARED_FROM, Tally, p_value};

/// What the comparison says of one window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// 样本不足，不排名: too few ratings.
    TooFew,
    /// The only one with enough ratings: there is nothing to compare it with.
    Alone,
    /// 分不出高下: no pair of windows is told apart.
    Alike,
    /// The groups it stands in, from 1.
    Groups(Vec<usize>),
}

impl Verdict {
    /// As it stands on the page: `第一组`, `第一、二组`.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Verdict::TooFew => "样本不足，不排名".to_owned(),
            Verdict::Alone => "没有可比的窗口".to_owned(),
            Verdict::Alike => "分不出高下".to_owned(),
            Verdict::Groups(groups) => {
                let words: Vec<String> = groups.iter().map(|group| ordinal(*group)).collect();
                format!("第{}组", words.join("、"))
            }
        }
    }
}

fn ordinal(n: usize) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let digit = |n: usize| DIGITS.get(n).copied().unwrap_or_default();
    match n {
        1..10 => digit(n).to_owned(),
        10..20 => format!("十{}", digit(n - 10)),
        20..100 => format!("{}十{}", digit(n / 10), digit(n % 10)),
        _ => n.to_string(),
    }
}

/// A verdict for each window, in the order given.
#[must_use]
pub fn compare(tallies: &[Tally]) -> Vec<Verdict> {
    let mut verdicts = vec![Verdict::TooFew; tallies.len()];
    let enough = |place: &usize| tallies.get(*place).is_some_and(|t| t.rated() >= COMPARED_FROM);
    let mut order: Vec<usize> = (0..tallies.len()).filter(enough).collect();
    // The highest first; equal shares by size, exactly, without rounding.
    order.sort_by(|a, b| {
        let (a, b) = (tallies[*a], tallies[*b]);
        let cross = |x: Tally, y: Tally| i128::from(x.content()) * i128::from(y.rated());
        cross(b, a).cmp(&cross(a, b)).then(b.rated().cmp(&a.rated()))
    });
    let shares: Vec<(i64, i64)> =
        order.iter().map(|at| (tallies[*at].content(), tallies[*at].rated())).collect();
    let groups = groups(shares.len(), &told_apart(&shares));
    for (rank, place) in order.iter().enumerate() {
        verdicts[*place] = match groups.len() {
            1 if shares.len() == 1 => Verdict::Alone,
            1 => Verdict::Alike,
            _ => {
                let mine = groups.iter().zip(1..).filter(|(group, _)| group.contains(&rank));
                Verdict::Groups(mine.map(|(_, name)| name).collect())
            }
        };
    }
    verdicts
}

/// The pairs (lower place first) that are told apart, by Holm's procedure.
fn told_apart(shares: &[(i64, i64)]) -> Vec<(usize, usize)> {
    let mut pairs: Vec<(f64, (usize, usize))> = Vec::new();
    for (i, a) in shares.iter().enumerate() {
        for (j, b) in shares.iter().enumerate().skip(i + 1) {
            pairs.push((p_value(*a, *b), (i, j)));
        }
    }
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
    let p_values: Vec<f64> = pairs.iter().map(|(p, _)| *p).collect();
    pairs.into_iter().take(rejected(&p_values)).map(|(_, pair)| pair).collect()
}

/// How many of the sorted p-values Holm's procedure rejects: the k-th smallest (from 0) while it is
/// at most `ALPHA / (m - k)`.
fn rejected(sorted: &[f64]) -> usize {
    let left = (1..=sorted.len()).rev();
    let bound = |left: usize| ALPHA / f64::from(u32::try_from(left).unwrap_or(u32::MAX));
    sorted.iter().zip(left).take_while(|(p, left)| **p <= bound(*left)).count()
}

/// Groups of the places `0..n` such that two places share a group if and only if the pair is not
/// in `apart` (lower place first); each is sorted, and they stand in order.
///
/// From the first place on, each pair that has no group yet gets one, begun with the farthest
/// partner and filled with every place that is told apart from none in it. That is not always the
/// smallest number of groups, but always the same one for the same data.
#[must_use]
pub fn groups(n: usize, apart: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let mut is_apart = vec![vec![false; n]; n];
    for (i, j) in apart {
        is_apart[*i][*j] = true;
        is_apart[*j][*i] = true;
    }
    let mut is_covered = vec![vec![false; n]; n];
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for i in 0..n {
        for j in (i..n).rev() {
            if is_apart[i][j] || is_covered[i][j] {
                continue;
            }
            let mut group = if i == j { vec![i] } else { vec![i, j] };
            for (k, apart) in is_apart.iter().enumerate() {
                if !group.contains(&k) && group.iter().all(|member| !apart[*member]) {
                    group.push(k);
                }
            }
            group.sort_unstable();
            for a in &group {
                for b in &group {
                    is_covered[*a][*b] = true;
                }
            }
            groups.push(group);
        }
    }
    groups.sort();
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(content: i64, rated: i64) -> Tally {
        Tally { satisfied: content, basic: 0, dissatisfied: rated - content }
    }

    fn words(tallies: &[(i64, i64)]) -> Vec<String> {
        let tallies: Vec<Tally> =
            tallies.iter().map(|(content, rated)| tally(*content, *rated)).collect();
        compare(&tallies).iter().map(Verdict::words).collect()
    }

    #[test]
    fn nothing_and_nobody_compare_to_nothing() {
        assert_eq!(compare(&[]), []);
        assert_eq!(words(&[(0, 0), (29, 29)]), ["样本不足，不排名"; 2]);
        assert_eq!(words(&[(400, 500), (3, 3)]), ["没有可比的窗口", "样本不足，不排名"]);
    }

    #[test]
    fn equals_are_not_ranked() {
        assert_eq!(words(&[(475, 500); 4]), ["分不出高下"; 4]);
        assert_eq!(words(&[(96, 100), (94, 100), (98, 100)]), ["分不出高下"; 3]);
    }

    #[test]
    fn one_outlier_stands_apart() {
        let found = words(&[(950, 1000), (700, 1000), (951, 1000), (949, 1000)]);
        assert_eq!(found, ["第一组", "第二组", "第一组", "第一组"]);
    }

    #[test]
    fn a_small_sample_may_stand_in_both_groups() {
        let found = words(&[(980, 1000), (36, 40), (850, 1000)]);
        assert_eq!(found[0], "第一组");
        assert_eq!(found[2], "第二组");
        let found = words(&[(980, 1000), (38, 40), (850, 1000)]);
        assert_eq!(found, ["第一组", "第一、二组", "第二组"]);
    }

    /// statsmodels 0.14: `multipletests([.01, .04, .03, .005], method='holm')` rejects .005 and .01.
    #[test]
    fn pairs_are_rejected_step_by_step() {
        assert_eq!(rejected(&[0.005, 0.01, 0.03, 0.04]), 2);
        assert_eq!(rejected(&[0.02, 0.02, 0.02]), 0);
        assert_eq!(rejected(&[0.04]), 1);
        assert_eq!(rejected(&[]), 0);
    }

    #[test]
    fn sharing_a_group_means_not_told_apart() {
        // Every graph of five windows: 2^10 of them.
        let pairs: Vec<(usize, usize)> =
            (0..5).flat_map(|i| (i + 1..5).map(move |j| (i, j))).collect();
        for mask in 0..1_u32 << pairs.len() {
            let apart: Vec<_> = pairs
                .iter()
                .enumerate()
                .filter(|(k, _)| mask >> k & 1 == 1)
                .map(|(_, p)| *p)
                .collect();
            let groups = groups(5, &apart);
            for pair in &pairs {
                let share =
                    groups.iter().any(|group| group.contains(&pair.0) && group.contains(&pair.1));
                assert_eq!(share, !apart.contains(pair), "{mask:b} {pair:?} {groups:?}");
            }
            assert!((0..5).all(|place| groups.iter().any(|group| group.contains(&place))));
        }
    }

    #[test]
    fn groups_have_chinese_numbers() {
        let said = [1, 9, 10, 12, 20, 21, 99].map(ordinal);
        assert_eq!(said, ["一", "九", "十", "十二", "二十", "二十一", "九十九"]);
    }
}
