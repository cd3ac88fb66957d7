//! Whether a reviewer is harder or milder than the partners. Pure.
//!
//! A caution for the coordinator's eyes, never a correction of anybody's scores (scoring model 7.8): a reviewer who
//! met mild partners looks hard. Scores of one case hang together, so the interval counts cases, not criteria.

use super::agreement::{Estimate, t};

/// How far the mean may be from 0 before the coordinator is warned (scoring model 7.8).
pub const FAR: f64 = 0.5;
/// The fewest criteria that warrant a warning (scoring model 7.8).
pub const FEWEST_CRITERIA: usize = 20;
/// The fewest cases that show anything about one reviewer (scoring model 7.8).
pub const FEWEST_CASES: usize = 3;

/// One reviewer against the partners.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Severity {
    /// Cases with a partner.
    pub cases: usize,
    /// Criteria that both gave a level.
    pub criteria: usize,
    /// The mean of own level minus the partner's, −4 to 4: below 0 is harder.
    pub mean: f64,
    /// Its 95 per cent interval; none for fewer than two cases.
    pub interval: Option<(f64, f64)>,
    /// How far apart the two were on average, 0 to 4.
    pub distance: f64,
    /// Minimum requirements that were met by one of them alone, as a share of those that both gave a level.
    pub splits: Option<f64>,
}

/// What a reviewer and the partner said of one criterion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compared {
    /// Own level.
    pub own: u8,
    /// The partner's.
    pub partner: u8,
    /// The level that meets the requirement, when it is a minimum.
    pub minimum: Option<u8>,
}

impl Compared {
    fn difference(self) -> f64 {
        f64::from(self.own) - f64::from(self.partner)
    }
}

impl Severity {
    /// Whether the coordinator is warned.
    #[must_use]
    pub fn warns(&self) -> bool {
        self.criteria >= FEWEST_CRITERIA && self.mean.abs() > FAR
    }
}

/// One reviewer's severity, from what was compared in each case. None when nothing was.
#[must_use]
pub fn severity(cases: &[Vec<Compared>]) -> Option<Severity> {
    let all: Vec<Compared> = cases.iter().flatten().copied().collect();
    let criteria = f64::from(u32::try_from(all.len()).ok().filter(|count| *count > 0)?);
    let mean = all.iter().map(|one| one.difference()).sum::<f64>() / criteria;
    let minimums: Vec<(Compared, u8)> = all.iter().filter_map(|one| Some((*one, one.minimum?))).collect();
    let split = minimums.iter().filter(|(one, least)| (one.own < *least) != (one.partner < *least)).count();
    let share = |part: usize, of: usize| {
        Some(f64::from(u32::try_from(part).ok()?) / f64::from(u32::try_from(of).ok().filter(|of| *of > 0)?))
    };
    let with_any: Vec<&Vec<Compared>> = cases.iter().filter(|case| !case.is_empty()).collect();
    Some(Severity {
        cases: with_any.len(),
        criteria: all.len(),
        mean,
        interval: interval(&with_any, mean, criteria).map(|Estimate { low, high, .. }| (low, high)),
        distance: all.iter().map(|one| one.difference().abs()).sum::<f64>() / criteria,
        splits: share(split, minimums.len()),
    })
}

/// The interval of the mean, by the spread of the cases' sums around it.
fn interval(cases: &[&Vec<Compared>], mean: f64, criteria: f64) -> Option<Estimate> {
    let count = u32::try_from(cases.len()).ok().filter(|count| *count > 1)?;
    let spread: f64 =
        cases.iter().map(|case| case.iter().map(|one| one.difference() - mean).sum::<f64>().powi(2)).sum();
    let (cases, freedom) = (f64::from(count), f64::from(count - 1));
    let half = t(count - 1)? * (spread * cases / freedom).sqrt() / criteria;
    Some(Estimate { value: mean, low: (mean - half).max(-4.0), high: (mean + half).min(4.0) })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn compared(own: u8, partner: u8) -> Compared {
        Compared { own, partner, minimum: None }
    }

    #[test]
    fn cases_of_one_criterion_each_give_the_interval_of_a_mean() {
        // Differences −1, 0, 1, 2: mean 0.5, sample deviation 1.29099, t with 3 degrees of freedom 3.18245.
        let cases: Vec<Vec<Compared>> =
            [(1, 2), (2, 2), (3, 2), (4, 2)].map(|(own, partner)| vec![compared(own, partner)]).to_vec();
        let found = severity(&cases).unwrap();
        assert!((found.mean - 0.5).abs() < 1e-9);
        let (low, high) = found.interval.unwrap();
        assert!((low - (0.5 - 3.18245 * 1.29099 / 2.0)).abs() < 1e-4, "{low}");
        assert!((high - (0.5 + 3.18245 * 1.29099 / 2.0)).abs() < 1e-4, "{high}");
        assert!((found.distance - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_warning_needs_both_distance_and_enough_criteria() {
        let far = |count| vec![vec![compared(1, 2); count], vec![compared(1, 2); count]];
        assert!(severity(&far(10)).unwrap().warns());
        assert!(!severity(&far(9)).unwrap().warns());
        let near = vec![[vec![compared(1, 2); 10], vec![compared(2, 2); 10]].concat()];
        assert!(!severity(&near).unwrap().warns(), "0.5 is not over 0.5");
    }

    #[test]
    fn a_split_is_a_minimum_met_by_one_alone() {
        let of = |own, partner| Compared { own, partner, minimum: Some(2) };
        let found = severity(&[vec![of(1, 2), of(2, 3), of(0, 1), compared(1, 4)]]).unwrap();
        assert!((found.splits.unwrap() - 1.0 / 3.0).abs() < 1e-9);
        assert_eq!(found.interval, None, "one case shows no spread");
        assert_eq!(severity(&[vec![], vec![]]), None);
    }

    proptest! {
        #[test]
        fn the_partner_is_as_mild_as_the_reviewer_is_hard(
            cases in prop::collection::vec(prop::collection::vec((0_u8..5, 0_u8..5), 1..12), 2..8)
        ) {
            let of = |turn: bool| {
                let cases: Vec<Vec<Compared>> = cases.iter().map(|case| {
                    case.iter().map(|(one, other)| {
                        if turn { compared(*other, *one) } else { compared(*one, *other) }
                    }).collect()
                }).collect();
                severity(&cases).unwrap()
            };
            let (own, partner) = (of(false), of(true));
            prop_assert!((own.mean + partner.mean).abs() < 1e-9);
            let ((low, high), (other_low, other_high)) = (own.interval.unwrap(), partner.interval.unwrap());
            prop_assert!((low + other_high).abs() < 1e-9 && (high + other_low).abs() < 1e-9);
            prop_assert!(low <= own.mean && own.mean <= high);
        }
    }
}
