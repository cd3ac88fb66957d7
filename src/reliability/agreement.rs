//! How well two reviewers agree, beyond what chance alone would give. Pure.
//!
//! Sources: weighted kappa, J. Cohen, Psychological Bulletin 70 (1968); AC2, K. L. Gwet, Handbook of Inter-Rater
//! Reliability, 4th edition (2014), chapters 3 and 5, whose variances are used for both, with Student's t for the
//! interval. The tests hold both against the examples published there.

use statrs::distribution::{ContinuousCDF, StudentsT};

/// An estimate with its 95 per cent interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The estimate, at most 1.
    pub value: f64,
    /// The interval's lower end, at least −1.
    pub low: f64,
    /// The interval's upper end, at most 1.
    pub high: f64,
}

/// How much two levels agree, from 0 to 1.
pub type Weight = fn(u32, u32, u32) -> f64;

/// Only the same level agrees; the coefficients are then Cohen's kappa and AC1.
#[must_use]
pub fn identity(one: u32, other: u32, _levels: u32) -> f64 {
    if one == other { 1.0 } else { 0.0 }
}

/// Disagreement grows with the square of the distance: the usual weights for an ordered scale.
#[must_use]
pub fn quadratic(one: u32, other: u32, levels: u32) -> f64 {
    let (apart, most) = (f64::from(one.abs_diff(other)), f64::from(levels.saturating_sub(1).max(1)));
    1.0 - (apart / most).powi(2)
}

/// Disagreement grows with the distance.
#[must_use]
pub fn linear(one: u32, other: u32, levels: u32) -> f64 {
    let (apart, most) = (f64::from(one.abs_diff(other)), f64::from(levels.saturating_sub(1).max(1)));
    1.0 - apart / most
}

/// How often each pair of levels was given, with the shares that both coefficients start from.
#[derive(Debug, Clone)]
pub struct Table {
    pairs: u32,
    levels: u32,
    cells: Vec<Cell>,
}

#[derive(Debug, Clone, Copy)]
struct Cell {
    weight: f64,
    /// The share of pairs that fell here.
    share: f64,
    /// The share of each level in its row and column.
    first: f64,
    second: f64,
    /// The mean share of the two levels over both reviewers.
    mean_first: f64,
    mean_second: f64,
    /// The weighted shares of the other reviewer, as kappa's variance takes them.
    against_first: f64,
    against_second: f64,
}

impl Table {
    /// The table of pairs of levels, each under `levels`; a pair outside the scale is left out.
    #[must_use]
    pub fn of(pairs: impl IntoIterator<Item = (u32, u32)>, levels: u32, weight: Weight) -> Table {
        let mut counts = std::collections::BTreeMap::new();
        let mut all = 0_u32;
        for (one, other) in pairs {
            if one < levels && other < levels {
                *counts.entry((one, other)).or_insert(0_u32) += 1;
                all += 1;
            }
        }
        let share =
            |one, other| f64::from(counts.get(&(one, other)).copied().unwrap_or(0)) / f64::from(all.max(1));
        let row = |one| (0..levels).map(|other| share(one, other)).sum::<f64>();
        let column = |other| (0..levels).map(|one| share(one, other)).sum::<f64>();
        let mut cells = Vec::new();
        for one in 0..levels {
            for other in 0..levels {
                cells.push(Cell {
                    weight: weight(one, other, levels),
                    share: share(one, other),
                    first: row(one),
                    second: column(other),
                    mean_first: f64::midpoint(row(one), column(one)),
                    mean_second: f64::midpoint(row(other), column(other)),
                    against_first: (0..levels).map(|at| weight(one, at, levels) * column(at)).sum(),
                    against_second: (0..levels).map(|at| weight(at, other, levels) * row(at)).sum(),
                });
            }
        }
        Table { pairs: all, levels, cells }
    }

    /// How many pairs it holds.
    #[must_use]
    pub fn pairs(&self) -> u32 {
        self.pairs
    }

    fn sum(&self, of: impl Fn(&Cell) -> f64) -> f64 {
        self.cells.iter().map(of).sum()
    }

    /// The weighted agreement that was seen.
    fn observed(&self) -> f64 {
        self.sum(|cell| cell.weight * cell.share)
    }

    /// Weighted kappa. None for fewer than two pairs, and where both gave one and the same level throughout: then
    /// chance alone explains everything, and kappa says nothing.
    #[must_use]
    pub fn kappa(&self) -> Option<Estimate> {
        let chance = self.sum(|cell| cell.weight * cell.first * cell.second);
        self.estimate(chance, |value, cell| {
            cell.weight - (1.0 - value) * (cell.against_first + cell.against_second)
        })
    }

    /// Gwet's AC2, which stays sensible when nearly all get the same level. None for fewer than two pairs.
    #[must_use]
    pub fn ac2(&self) -> Option<Estimate> {
        let levels = f64::from(self.levels);
        let scale = self.sum(|cell| cell.weight) / (levels * (levels - 1.0));
        // Each level's mean share stands in as many cells as there are levels.
        let chance = scale * self.sum(|cell| cell.mean_first * (1.0 - cell.mean_first)) / levels;
        self.estimate(chance, |value, cell| {
            let mean = f64::midpoint(cell.mean_first, cell.mean_second);
            cell.weight - 2.0 * (1.0 - value) * scale * (1.0 - mean)
        })
    }

    fn estimate(&self, chance: f64, part: impl Fn(f64, &Cell) -> f64) -> Option<Estimate> {
        if self.pairs < 2 || 1.0 - chance < 1e-9 {
            return None;
        }
        let observed = self.observed();
        let value = (observed - chance) / (1.0 - chance);
        let spread = self.sum(|cell| cell.share * part(value, cell).powi(2))
            - (observed - 2.0 * (1.0 - value) * chance).powi(2);
        let deviation = (spread.max(0.0) / f64::from(self.pairs)).sqrt() / (1.0 - chance);
        let half = t(self.pairs - 1)? * deviation;
        Some(Estimate { value, low: (value - half).max(-1.0), high: (value + half).min(1.0) })
    }
}

/// The factor of a two-sided 95 per cent interval by Student's t; none without a degree of freedom.
pub(super) fn t(freedom: u32) -> Option<f64> {
    StudentsT::new(0.0, 1.0, f64::from(freedom)).ok().map(|spread| spread.inverse_cdf(0.975))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// 100 cases by two abstractors, three kinds of pregnancy.
    const ABSTRACTORS: &[&[u32]] = &[&[13, 0, 0], &[0, 20, 7], &[0, 4, 56]];
    /// 223 patients by diagnosis and method.
    const DIAGNOSIS: &[&[u32]] = &[&[40, 4, 4, 17], &[6, 25, 2, 13], &[4, 1, 21, 12], &[15, 5, 9, 45]];

    fn table(counts: &[&[u32]], weight: Weight) -> Table {
        let mut pairs = Vec::new();
        for (one, row) in (0..).zip(counts) {
            for (other, count) in (0..).zip(*row) {
                pairs.extend((0..*count).map(|_| (one, other)));
            }
        }
        Table::of(pairs, u32::try_from(counts.len()).unwrap(), weight)
    }

    fn rounded(estimate: Option<Estimate>) -> (f64, f64, f64) {
        let at = |value: f64| (value * 1000.0).round() / 1000.0;
        let Estimate { value, low, high } = estimate.unwrap();
        (at(value), at(low), at(high))
    }

    #[test]
    fn kappa_is_the_published_one() {
        assert_eq!(rounded(table(ABSTRACTORS, identity).kappa()), (0.796, 0.68, 0.913));
        assert_eq!(rounded(table(ABSTRACTORS, linear).kappa()), (0.843, 0.748, 0.938));
        assert_eq!(rounded(table(ABSTRACTORS, quadratic).kappa()), (0.892, 0.822, 0.962));
        assert_eq!(rounded(table(DIAGNOSIS, identity).kappa()), (0.432, 0.341, 0.522));
        assert_eq!(rounded(table(DIAGNOSIS, linear).kappa()), (0.407, 0.302, 0.512));
        assert_eq!(rounded(table(DIAGNOSIS, quadratic).kappa()), (0.383, 0.254, 0.513));
    }

    #[test]
    fn ac2_is_the_published_one() {
        assert_eq!(rounded(table(ABSTRACTORS, identity).ac2()), (0.849, 0.764, 0.935));
        assert_eq!(rounded(table(ABSTRACTORS, linear).ac2()), (0.9, 0.842, 0.958));
        assert_eq!(rounded(table(ABSTRACTORS, quadratic).ac2()), (0.94, 0.905, 0.976));
        assert_eq!(rounded(table(DIAGNOSIS, identity).ac2()), (0.456, 0.371, 0.542));
        assert_eq!(rounded(table(DIAGNOSIS, linear).ac2()), (0.377, 0.267, 0.488));
        assert_eq!(rounded(table(DIAGNOSIS, quadratic).ac2()), (0.299, 0.15, 0.447));
    }

    #[test]
    fn one_and_the_same_level_throughout_has_no_kappa_and_a_whole_ac2() {
        let same = Table::of([(2, 2); 30], 5, quadratic);
        assert_eq!(same.kappa(), None);
        assert_eq!(same.ac2(), Some(Estimate { value: 1.0, low: 1.0, high: 1.0 }));
    }

    #[test]
    fn a_single_pair_and_pairs_outside_the_scale_say_nothing() {
        assert_eq!(Table::of([(2, 3)], 5, quadratic).ac2(), None);
        assert_eq!(Table::of([(2, 5), (7, 1)], 5, quadratic).pairs(), 0);
        assert_eq!(Table::of([], 5, quadratic).kappa(), None);
    }

    proptest! {
        #[test]
        fn neither_depends_on_who_is_named_first(pairs in prop::collection::vec((0_u32..5, 0_u32..5), 2..60)) {
            let table = Table::of(pairs.clone(), 5, quadratic);
            let turned = Table::of(pairs.into_iter().map(|(one, other)| (other, one)), 5, quadratic);
            for (one, other) in [(table.kappa(), turned.kappa()), (table.ac2(), turned.ac2())] {
                match (one, other) {
                    (Some(one), Some(other)) => {
                        prop_assert!((one.value - other.value).abs() < 1e-9);
                        prop_assert!((one.low - other.low).abs() < 1e-9);
                    }
                    (one, other) => prop_assert_eq!(one.is_none(), other.is_none()),
                }
            }
        }

        #[test]
        fn an_interval_holds_its_value(pairs in prop::collection::vec((0_u32..5, 0_u32..5), 2..60)) {
            let table = Table::of(pairs, 5, quadratic);
            for one in [table.kappa(), table.ac2()].into_iter().flatten() {
                prop_assert!(one.low <= one.value && one.value <= one.high, "{one:?}");
            }
        }
    }
}
