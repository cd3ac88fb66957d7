//! From several judgements of a criterion to one value (scoring model 7.2 and 7.10, rules 1–7).
//!
//! The review pages ask the same functions as the result, so that a page can never promise what the result refuses.

use serde::{Deserialize, Serialize};

use super::case::{CriterionJudgements, HIGHEST_LEVEL, Judgement, Party};
use super::error::ErrorCode;
use crate::forms::Rules;
use crate::number::{Fraction, whole};

/// How a criterion stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CriterionState {
    /// A first score is not there yet.
    Open,
    /// The two are apart and must discuss.
    NeedsDiscussion,
    /// A further reviewer must score.
    NeedsFurther,
    /// Both set the same level.
    Agreed,
    /// The mean of two near scores.
    Mean,
    /// The mean after the discussion brought the two near.
    Revised,
    /// The median of three.
    Median,
    /// Settled by further reviewers in place of those who could not judge.
    Further,
    /// One reviewer's score; the other could not judge.
    Single,
    /// The mean after a correction in the fact check.
    Corrected,
    /// Approved as not applicable; no value.
    NotApplicable,
    /// The unit left nothing to judge; value 0.
    Missing,
}

impl CriterionState {
    /// Whether the criterion still waits for somebody, so that the result is provisional.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::NeedsDiscussion | Self::NeedsFurther)
    }
}

/// How the judgements of one criterion settle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// The rule reached.
    pub state: CriterionState,
    /// The settled value, 0–4; none while open and when not applicable.
    pub value: Option<Fraction>,
    /// How many further scores the rule reached uses. Fewer recorded: `NeedsFurther`; more are refused.
    pub further_used: usize,
    /// The levels that the value is computed from, the two parties' first, further ones last.
    pub levels: Vec<u8>,
}

impl Settlement {
    /// A value that is settled somehow.
    pub(super) fn of(value: Fraction) -> Settlement {
        Settlement { state: CriterionState::Agreed, value: Some(value), further_used: 0, levels: Vec::new() }
    }
}

/// A judgement that breaks a rule: the code and what is wrong, to be put after the criterion's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// One of the codes that are about a criterion.
    pub code: ErrorCode,
    /// Such as `revised is not a level from 0 to 4`.
    pub message: &'static str,
}

/// Whether two levels are near: within the greatest difference, and not on different sides of a minimum.
#[must_use]
pub fn near(one: u8, other: u8, minimum: bool, rules: &Rules) -> bool {
    level(one.abs_diff(other)) <= rules.near && !(minimum && gate_split(one, other, rules))
}

/// Whether exactly one of two levels reaches the minimum level.
#[must_use]
pub fn gate_split(one: u8, other: u8, rules: &Rules) -> bool {
    (level(one) < rules.minimum_level) != (level(other) < rules.minimum_level)
}

/// Whether two first scores must be discussed.
#[must_use]
pub fn needs_discussion(university: u8, region: u8, minimum: bool, rules: &Rules) -> bool {
    !near(university, region, minimum, rules)
}

/// How a criterion stands.
///
/// # Errors
/// The first fault in the order of 7.10: `bad_level`, `first_missing`, `revision_not_allowed`,
/// `correction_not_allowed`, `further_not_needed`.
pub fn status(
    judgements: &CriterionJudgements,
    minimum: bool,
    fact_check: bool,
    rules: &Rules,
) -> Result<Settlement, Fault> {
    let fault = |code, message| Err(Fault { code, message });
    let given = Given::read(judgements)?;
    let sides = [given.university, given.region];
    if sides.iter().any(|side| side.first.is_none() && (side.revised.is_some() || side.corrected.is_some())) {
        return fault(ErrorCode::FirstMissing, "has a revision or correction without a first score");
    }
    if sides.iter().any(|side| side.revised.is_some()) && !given.calls_for_discussion(minimum, rules) {
        return fault(ErrorCode::RevisionNotAllowed, "has a revision where no discussion was called for");
    }
    if sides
        .iter()
        .any(|side| side.corrected.is_some() && (!fact_check || side.first == Some(First::CannotJudge)))
    {
        return fault(ErrorCode::CorrectionNotAllowed, "has a correction before the fact check or of a K");
    }
    let settlement = given.settle(minimum, rules);
    if given.further.len() > settlement.further_used {
        return fault(ErrorCode::FurtherNotNeeded, "has more further scores than its rule uses");
    }
    Ok(settlement)
}

/// A first score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum First {
    Level(u8),
    CannotJudge,
}

/// One party's scores, read.
#[derive(Debug, Clone, Copy)]
struct Side {
    first: Option<First>,
    revised: Option<u8>,
    corrected: Option<u8>,
}

/// The judgements of a criterion in which every level is one.
struct Given {
    university: Side,
    region: Side,
    discussed: bool,
    further: Vec<u8>,
    not_applicable: bool,
    missing: bool,
}

impl Side {
    fn read(party: Party) -> Result<Side, Fault> {
        let first = match party.first {
            Some(Judgement::CannotJudge) => Some(First::CannotJudge),
            Some(other) => {
                Some(First::Level(read_level(other, "has a first score that is not 0 to 4 or K")?))
            }
            None => None,
        };
        let later =
            |given: Option<Judgement>, message| given.map(|given| read_level(given, message)).transpose();
        Ok(Side {
            first,
            revised: later(party.revised, "has a revised score that is not 0 to 4")?,
            corrected: later(party.corrected, "has a corrected score that is not 0 to 4")?,
        })
    }

    /// The score that counts, given the first.
    fn effective(self, first: u8) -> u8 {
        self.corrected.or(self.revised).unwrap_or(first)
    }
}

fn read_level(given: Judgement, message: &'static str) -> Result<u8, Fault> {
    match given {
        Judgement::Level(level) if level <= HIGHEST_LEVEL => Ok(level),
        _ => Err(Fault { code: ErrorCode::BadLevel, message }),
    }
}

impl Given {
    fn read(judgements: &CriterionJudgements) -> Result<Given, Fault> {
        Ok(Given {
            university: Side::read(judgements.university)?,
            region: Side::read(judgements.region)?,
            discussed: judgements.discussed,
            further: judgements
                .further
                .iter()
                .map(|given| read_level(*given, "has a further score that is not 0 to 4"))
                .collect::<Result<_, _>>()?,
            not_applicable: judgements.not_applicable,
            missing: judgements.missing,
        })
    }

    /// Whether rule 6 is reached and its two first scores are apart.
    fn calls_for_discussion(&self, minimum: bool, rules: &Rules) -> bool {
        match (self.university.first, self.region.first) {
            (Some(First::Level(university)), Some(First::Level(region))) => {
                !self.not_applicable && !self.missing && needs_discussion(university, region, minimum, rules)
            }
            _ => false,
        }
    }

    fn settle(&self, minimum: bool, rules: &Rules) -> Settlement {
        use CriterionState::{Missing, NotApplicable, Open};
        if self.not_applicable {
            return waiting(NotApplicable, 0);
        }
        if self.missing {
            return Settlement { state: Missing, value: Some(level(0)), further_used: 0, levels: Vec::new() };
        }
        let (Some(university), Some(region)) = (self.university.first, self.region.first) else {
            return waiting(Open, 0);
        };
        match (university, region) {
            (First::CannotJudge, First::CannotJudge) => self.none_can_judge(minimum, rules),
            (First::Level(first), First::CannotJudge) => {
                self.one_can_judge(first, self.university, minimum, rules)
            }
            (First::CannotJudge, First::Level(first)) => {
                self.one_can_judge(first, self.region, minimum, rules)
            }
            (First::Level(university), First::Level(region)) => {
                self.both_can_judge(university, region, minimum, rules)
            }
        }
    }

    /// Rule 4: new people in place of both.
    fn none_can_judge(&self, minimum: bool, rules: &Rules) -> Settlement {
        use CriterionState::{Further, Median, NeedsFurther};
        match (minimum, self.further.as_slice()) {
            (false, []) => waiting(NeedsFurther, 1),
            (false, [only, ..]) => settled(Further, 1, &[*only]),
            (true, [] | [_]) => waiting(NeedsFurther, 2),
            (true, [one, two, ..]) if near(*one, *two, minimum, rules) => settled(Further, 2, &[*one, *two]),
            (true, [_, _]) => waiting(NeedsFurther, 3),
            (true, [one, two, three, ..]) => settled(Median, 3, &[*one, *two, *three]),
        }
    }

    /// Rule 5: one score stands alone, except on a minimum.
    fn one_can_judge(&self, first: u8, side: Side, minimum: bool, rules: &Rules) -> Settlement {
        use CriterionState::{Further, Median, NeedsFurther, Single};
        let own = side.corrected.unwrap_or(first);
        if !minimum {
            return settled(Single, 0, &[own]);
        }
        match self.further.as_slice() {
            [] => waiting(NeedsFurther, 1),
            // A second further score that was needed before a correction stays in, as in rule 6.
            [one, two, ..] if !near(own, *one, minimum, rules) || !near(first, *one, minimum, rules) => {
                settled(Median, 2, &[own, *one, *two])
            }
            [one, ..] if near(own, *one, minimum, rules) => settled(Further, 1, &[own, *one]),
            [..] => waiting(NeedsFurther, 2),
        }
    }

    /// Rules 6 and 7: two scores, and what the discussion and the fact check make of them.
    fn both_can_judge(&self, university: u8, region: u8, minimum: bool, rules: &Rules) -> Settlement {
        use CriterionState::{Agreed, Corrected, Mean, Median, NeedsDiscussion, NeedsFurther, Revised};
        let first_near = near(university, region, minimum, rules);
        if !first_near && !self.discussed {
            return waiting(NeedsDiscussion, 0);
        }
        let one = self.university.effective(university);
        let two = self.region.effective(region);
        let corrected = self.university.corrected.is_some() || self.region.corrected.is_some();
        let near_now = near(one, two, minimum, rules);
        match (self.further.first(), corrected) {
            (Some(three), true) => settled(Median, 1, &[one, two, *three]),
            (_, true) if near_now => settled(Corrected, 0, &[one, two]),
            (_, false) if first_near && one == two => settled(Agreed, 0, &[one, two]),
            (_, false) if first_near => settled(Mean, 0, &[one, two]),
            (_, false) if near_now => settled(Revised, 0, &[one, two]),
            (Some(three), false) => settled(Median, 1, &[one, two, *three]),
            (None, _) => waiting(NeedsFurther, 1),
        }
    }
}

fn level(value: u8) -> Fraction {
    whole(i64::from(value))
}

fn waiting(state: CriterionState, further_used: usize) -> Settlement {
    Settlement { state, value: None, further_used, levels: Vec::new() }
}

/// One level as it is, two as their mean, three as their median.
fn settled(state: CriterionState, further_used: usize, levels: &[u8]) -> Settlement {
    let mut sorted = levels.to_vec();
    sorted.sort_unstable();
    let value = match sorted.as_slice() {
        [only] => Some(level(*only)),
        [low, high] => Some((level(*low) + level(*high)) / level(2)),
        [_, middle, _] => Some(level(*middle)),
        _ => None,
    };
    Settlement { state, value, further_used, levels: levels.to_vec() }
}
