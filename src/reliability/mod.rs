//! The quality of reviewing: how well the two reviewers agree by criterion and year, and whether somebody is harder
//! than the partners.
//!
//! Invariants:
//! - Only first scores count, which were given blind; a settlement, revision or correction changes nothing here.
//! - Nothing is counted of a case whose reviews the reader may not read, so nothing before both have locked.
//! - What is told of single reviewers is for coordinators alone, and corrects nobody's scores.

pub mod agreement;
pub mod severity;
pub mod view;

use agreement::{Estimate, Table, quadratic};

use crate::reviews::Score;
use crate::scoring::HIGHEST_LEVEL;

/// The distance from which two levels are a large difference.
pub const LARGE: u8 = 2;

/// What the pair said of one criterion in one case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// The university's first score.
    pub university: Option<Score>,
    /// The region's first score.
    pub region: Option<Score>,
}

impl Pair {
    /// Both levels, when both gave one.
    #[must_use]
    pub fn levels(self) -> Option<(u8, u8)> {
        Some((self.university?.level()?.number(), self.region?.level()?.number()))
    }

    fn scores(self) -> impl Iterator<Item = Score> {
        [self.university, self.region].into_iter().flatten()
    }
}

/// A part of a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Share {
    /// How many.
    pub part: usize,
    /// Of how many.
    pub of: usize,
}

/// How well the pairs agree about something.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// Pairs with two levels.
    pub pairs: usize,
    /// Of those, with the same level.
    pub equal: Share,
    /// Of those, with levels at least [`LARGE`] apart.
    pub large: Share,
    /// First scores that are K.
    pub cannot_judge: Share,
    /// Cases in which the criterion did not apply.
    pub not_applicable: Share,
    /// Weighted kappa, quadratic weights.
    pub kappa: Option<Estimate>,
    /// Gwet's AC2, quadratic weights.
    pub ac2: Option<Estimate>,
}

/// Measures what pairs said; `not_applicable` are the cases in which it did not apply, beside those of the pairs.
#[must_use]
pub fn measure(said: &[Pair], not_applicable: usize) -> Measured {
    let levels: Vec<(u8, u8)> = said.iter().filter_map(|pair| pair.levels()).collect();
    let table = Table::of(
        levels.iter().map(|(one, other)| (u32::from(*one), u32::from(*other))),
        u32::from(HIGHEST_LEVEL) + 1,
        quadratic,
    );
    let of_pairs = |part| Share { part, of: levels.len() };
    let given = |of: fn(&Score) -> bool| said.iter().flat_map(|pair| pair.scores()).filter(of).count();
    Measured {
        pairs: levels.len(),
        equal: of_pairs(levels.iter().filter(|(one, other)| one == other).count()),
        large: of_pairs(levels.iter().filter(|(one, other)| one.abs_diff(*other) >= LARGE).count()),
        cannot_judge: Share { part: given(|score| *score == Score::CannotJudge), of: given(|_| true) },
        not_applicable: Share { part: not_applicable, of: said.len() + not_applicable },
        kappa: table.kappa(),
        ac2: table.ac2(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(university: &str, region: &str) -> Pair {
        Pair { university: Score::from_text(university), region: Score::from_text(region) }
    }

    #[test]
    fn shares_count_pairs_scores_and_cases_apart() {
        let said = [pair("2", "2"), pair("2", "3"), pair("0", "2"), pair("K", "3"), pair("", "1")];
        let found = measure(&said, 2);
        assert_eq!(found.pairs, 3);
        assert_eq!(found.equal, Share { part: 1, of: 3 });
        assert_eq!(found.large, Share { part: 1, of: 3 });
        assert_eq!(found.cannot_judge, Share { part: 1, of: 9 });
        assert_eq!(found.not_applicable, Share { part: 2, of: 7 });
    }
}
