//! How far apart reviewers are on one criterion of a calibration case. Pure, in exact fractions.

use crate::number::{Fraction, whole};
use crate::reviews::Score;

/// The median of pairwise differences from which an anchor needs to be made clearer (scoring model 7.8).
const FAR: i64 = 2;

/// The levels that were given to one criterion, without names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Measured {
    /// How many gave each level, 0–4.
    pub levels: [usize; 5],
    /// How many could not judge.
    pub cannot_judge: usize,
}

impl Measured {
    /// Counts scores. «Not applicable» is no answer in a calibration round and counts as nothing.
    pub fn of(scores: impl IntoIterator<Item = Score>) -> Measured {
        let mut measured = Measured::default();
        for score in scores {
            match score {
                Score::Level(level) => {
                    if let Some(count) = measured.levels.get_mut(usize::from(level.number())) {
                        *count += 1;
                    }
                }
                Score::CannotJudge => measured.cannot_judge += 1,
                Score::NotApplicable => {}
            }
        }
        measured
    }

    /// How many gave a level.
    #[must_use]
    pub fn given(&self) -> usize {
        self.levels.iter().sum()
    }

    /// How many answered, with a level or K.
    #[must_use]
    pub fn answered(&self) -> usize {
        self.given() + self.cannot_judge
    }

    /// The median level; between two levels their mean. None when nobody gave a level.
    #[must_use]
    pub fn median(&self) -> Option<Fraction> {
        median(&self.levels)
    }

    /// d: the median of the differences within all pairs of reviewers who gave a level. None with fewer than two.
    #[must_use]
    pub fn difference(&self) -> Option<Fraction> {
        let mut pairs = [0_usize; 5];
        for (low, few) in self.levels.iter().enumerate() {
            for (high, many) in self.levels.iter().enumerate().skip(low) {
                if let Some(count) = pairs.get_mut(high - low) {
                    *count += if low == high { few * few.saturating_sub(1) / 2 } else { few * many };
                }
            }
        }
        median(&pairs)
    }

    /// The share of K among the answers, in per cent. None when nobody answered.
    #[must_use]
    pub fn cannot_judge_share(&self) -> Option<Fraction> {
        let number = |count: usize| whole(i64::try_from(count).unwrap_or(i64::MAX));
        (self.answered() > 0).then(|| whole(100) * number(self.cannot_judge) / number(self.answered()))
    }

    /// Whether the anchors need to be made clearer: d ≥ 2 (scoring model 7.8).
    #[must_use]
    pub fn needs_clarification(&self) -> bool {
        self.difference().is_some_and(|difference| difference >= whole(FAR))
    }

    /// How far a score is above the median, with its sign. None for K, and without a median.
    #[must_use]
    pub fn distance(&self, own: Score) -> Option<Fraction> {
        Some(whole(i64::from(own.level()?.number())) - self.median()?)
    }
}

/// The median of values that are told by how many there are of 0, 1, 2, …
fn median(counts: &[usize; 5]) -> Option<Fraction> {
    let all: usize = counts.iter().sum();
    let (low, high) = (at(counts, all.checked_sub(1)? / 2)?, at(counts, all / 2)?);
    Some((whole(low) + whole(high)) / whole(2))
}

/// The value at a place in order, from 0.
fn at(counts: &[usize; 5], place: usize) -> Option<i64> {
    let mut passed = 0;
    let found = counts.iter().position(|count| {
        passed += count;
        place < passed
    });
    found.and_then(|value| i64::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::exact;
    use crate::reviews::Level;

    fn of(levels: &[u8], cannot: usize) -> Measured {
        let levels = levels.iter().filter_map(|level| Level::new(*level)).map(Score::Level);
        Measured::of(levels.chain(std::iter::repeat_n(Score::CannotJudge, cannot)))
    }

    /// Sorts and takes the middle, twice the value so that halves stay whole.
    fn twice_the_median(mut values: Vec<i64>) -> Option<i64> {
        values.sort_unstable();
        let middle = values.len() / 2;
        match values.len() {
            0 => None,
            odd if odd % 2 == 1 => values.get(middle).map(|value| 2 * value),
            _ => Some(values.get(middle)? + values.get(middle - 1)?),
        }
    }

    #[test]
    fn every_group_of_up_to_six_agrees_with_brute_force() {
        let mut groups: Vec<Vec<u8>> = vec![Vec::new()];
        let mut tried = 0;
        while let Some(group) = groups.pop() {
            if group.len() < 6 {
                let least = group.last().copied().unwrap_or(0);
                groups.extend((least..=4).map(|next| [group.as_slice(), &[next]].concat()));
            }
            let levels: Vec<i64> = group.iter().map(|level| i64::from(*level)).collect();
            let pairs = levels
                .iter()
                .enumerate()
                .flat_map(|(at, one)| levels.iter().skip(at + 1).map(move |other| (one - other).abs()));
            let pairs: Vec<i64> = pairs.collect();
            let measured = of(&group, 1);
            let half = |twice: i64| whole(twice) / whole(2);
            assert_eq!(measured.median(), twice_the_median(levels).map(half), "{group:?}");
            assert_eq!(measured.difference(), twice_the_median(pairs).map(half), "{group:?}");
            assert_eq!((measured.given(), measured.answered()), (group.len(), group.len() + 1));
            tried += 1;
        }
        assert_eq!(tried, 462);
    }

    #[test]
    fn one_and_a_half_is_not_far_and_two_is() {
        assert_eq!(of(&[0, 1, 2], 0).difference().as_ref().map(exact).as_deref(), Some("1"));
        assert_eq!(of(&[0, 0, 2, 2], 0).difference().as_ref().map(exact).as_deref(), Some("2"));
        assert!(of(&[0, 0, 2, 2], 0).needs_clarification());
        assert_eq!(of(&[0, 1, 2, 2], 0).difference().as_ref().map(exact).as_deref(), Some("1"));
        assert_eq!(of(&[0, 1, 3, 2], 0).difference().as_ref().map(exact).as_deref(), Some("3/2"));
        assert!(!of(&[0, 1, 3, 2], 0).needs_clarification());
        assert!(!of(&[4], 3).needs_clarification() && !of(&[], 3).needs_clarification());
    }

    #[test]
    fn a_level_has_a_distance_and_k_has_none() {
        let measured = of(&[1, 2, 4, 4], 1);
        let level = |level| Level::new(level).map(Score::Level).unwrap();
        assert_eq!(measured.distance(level(1)), Some(whole(-2)));
        assert_eq!(measured.distance(level(4)), Some(whole(1)));
        assert_eq!(measured.distance(Score::CannotJudge), None);
        assert_eq!(of(&[], 1).distance(level(4)), None);
        assert_eq!(measured.cannot_judge_share(), Some(whole(20)));
        assert_eq!(of(&[], 0).cannot_judge_share(), None);
    }
}
