//! What an open criterion can still change: the values that its rule can give it, and what they make of the result.
//!
//! Whoever revises moves towards the other. The rule would allow any level, but then every criterion could take every
//! value and the order would tell nothing. All other open criteria are taken at their middle, halfway between the lowest
//! and the highest value that they can take: docs/decisions/stakes.md tells why.

use std::collections::BTreeSet;

use num_traits::Zero;

use super::case::{Case, CriterionJudgements, HIGHEST_LEVEL, Judgement};
use super::error::ScoreError;
use super::outcome::Outcome;
use super::result::Scored;
use super::settle::{self, CriterionState};
use super::{score, with_values};
use crate::forms::Rules;
use crate::number::{Fraction, whole};

/// What one open criterion can change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stake {
    /// The criterion.
    pub criterion: String,
    /// The lowest value that it can take, 0–4.
    pub lowest: Fraction,
    /// The highest value that it can take, 0–4.
    pub highest: Fraction,
    /// The outcome with the lowest value and with the highest.
    pub outcomes: (Outcome, Outcome),
    /// Whether it decides if its minimum requirement is met.
    pub decides_minimum: bool,
    /// How many points of the total lie between the two values.
    pub points: Fraction,
}

impl Stake {
    /// Whether it can change the outcome.
    #[must_use]
    pub fn changes_outcome(&self) -> bool {
        self.outcomes.0 != self.outcomes.1
    }

    /// How many outcomes lie between the worst and the best that it can give.
    fn distance(&self) -> usize {
        let rank = |outcome| Outcome::ALL.iter().position(|one| *one == outcome).unwrap_or_default();
        rank(self.outcomes.0).abs_diff(rank(self.outcomes.1))
    }
}

/// The open criteria of a case by what they can change: the outcome first, the further the more, then a minimum
/// requirement, then the total by as much; equal ones in the form's order. `may_revise` says whether the university's and
/// the region's reviewer can still revise a criterion.
///
/// # Errors
/// Those of [`score`].
pub fn stakes(
    case: &Case,
    default_rules: &Rules,
    may_revise: impl Fn(&str) -> [bool; 2],
) -> Result<Vec<Stake>, ScoreError> {
    let rules = case.rules(default_rules);
    let scored = score(case, default_rules, "")?;
    let silent = CriterionJudgements::default();
    let mut open = Vec::new();
    for id in &scored.open {
        let minimum = case.form.criterion(id).is_some_and(|criterion| criterion.minimum);
        let judgements = case.judgements.get(id).unwrap_or(&silent);
        let asked = Reach { minimum, fact_check: case.fact_check, rules };
        let values = asked.values(judgements, may_revise(id));
        if let (Some(lowest), Some(highest)) = (values.first(), values.last()) {
            open.push((id, minimum, lowest.clone(), highest.clone()));
        }
    }
    let middle = |id: &str| {
        let known = open.iter().find(|(other, ..)| *other == id)?;
        Some((&known.2 + &known.3) / whole(2))
    };
    let mut stakes = Vec::new();
    for (id, minimum, lowest, highest) in &open {
        let with = |value: &Fraction| -> Scored {
            with_values(case, rules, &scored, |other| {
                if other == id.as_str() { Some(value.clone()) } else { middle(other) }
            })
        };
        let (low, high) = (with(lowest), with(highest));
        let (Some(worst), Some(best)) = (low.outcome, high.outcome) else { continue };
        let total = |scored: Scored| scored.total.unwrap_or_else(Fraction::zero);
        stakes.push(Stake {
            criterion: (*id).clone(),
            outcomes: (worst, best),
            decides_minimum: *minimum && *lowest < rules.minimum_level && *highest >= rules.minimum_level,
            points: total(high) - total(low),
            lowest: lowest.clone(),
            highest: highest.clone(),
        });
    }
    stakes.sort_by(|one, other| {
        let key = |one: &Stake| (one.distance(), one.decides_minimum, one.points.clone());
        key(other).cmp(&key(one))
    });
    Ok(stakes)
}

/// What the rule makes of one criterion's judgements.
struct Reach<'a> {
    minimum: bool,
    fact_check: bool,
    rules: &'a Rules,
}

impl Reach<'_> {
    /// Every value that the criterion can still take.
    fn values(&self, judgements: &CriterionJudgements, may_revise: [bool; 2]) -> BTreeSet<Fraction> {
        let mut values = BTreeSet::new();
        let Ok(stands) = settle::status(judgements, self.minimum, self.fact_check, self.rules) else {
            return values;
        };
        match stands.state {
            CriterionState::Open => {
                for level in (0..=HIGHEST_LEVEL).map(Judgement::Level) {
                    let mut given = judgements.clone();
                    let silent = if given.university.first.is_none() {
                        &mut given.university
                    } else {
                        &mut given.region
                    };
                    silent.first = Some(level);
                    values.extend(self.values(&given, [true, true]));
                }
            }
            CriterionState::NeedsDiscussion => {
                for university in towards(judgements, may_revise, 0) {
                    for region in towards(judgements, may_revise, 1) {
                        let mut closed = judgements.clone();
                        closed.discussed = true;
                        closed.university.revised = university;
                        closed.region.revised = region;
                        values.extend(self.values(&closed, [false, false]));
                    }
                }
            }
            CriterionState::NeedsFurther => {
                for level in (0..=HIGHEST_LEVEL).map(Judgement::Level) {
                    let mut given = judgements.clone();
                    given.further.push(level);
                    values.extend(self.values(&given, [false, false]));
                }
            }
            _ => values.extend(stands.value),
        }
        values
    }
}

/// How one party can leave the discussion: as it stands, or revised to a level between the two.
fn towards(judgements: &CriterionJudgements, may_revise: [bool; 2], party: usize) -> Vec<Option<Judgement>> {
    let sides = [judgements.university, judgements.region];
    let stands = sides.map(|side| side.revised.or(side.first));
    let own = sides.get(party).and_then(|side| side.revised);
    let mut ways = vec![own];
    if let [Some(Judgement::Level(one)), Some(Judgement::Level(other))] = stands
        && own.is_none()
        && may_revise.get(party) == Some(&true)
    {
        ways.extend((one.min(other)..=one.max(other)).map(|level| Some(Judgement::Level(level))));
    }
    ways
}
