//! The scoring model: weights, rules and judgements in, the result with every intermediate value out.
//!
//! Invariants:
//! - Pure. No database, clock, files or randomness; the same case gives the same result for ever.
//! - Every number is an exact fraction. Nothing rounds; only `display` texts and [`Explain`] do, for people.
//! - A provisional result holds no area, total or outcome, so none can be shown too early.
//! - Every threshold stands in [`Rules`](crate::forms::Rules); none stands here.
//! - `usve score`, the results and the review pages use these same functions.

mod areas;
mod case;
mod change;
mod error;
mod explain;
mod from_form;
mod nearest;
mod outcome;
mod result;
pub mod settle;
mod settled;
mod stakes;
mod wire;

use num_traits::Zero;

use crate::forms::Rules;
use crate::number::{Fraction, display_beside, whole};

pub use case::{
    Case, CriterionJudgements, HIGHEST_LEVEL, Judgement, Party, Previous, PreviousCriterion, ScoringArea,
    ScoringCriterion, ScoringForm, UnmetBefore,
};
pub use error::{ErrorCode, ScoreError};
pub use explain::Explain;
pub use nearest::{Nearest, ValueChange, Way, nearest};
pub use outcome::Outcome;
pub use result::{AreaResult, Change, CriterionResult, Light, Listed, Scored, Trend};
pub use settle::CriterionState;
pub use stakes::{Stake, stakes};

/// The name of rules that the case brought itself.
pub const OWN_RULES: &str = "form";

/// Computes a case's result (scoring model 7.10).
///
/// `default_rules` apply when the case's form holds none; `rules_name` names them in the result.
///
/// # Errors
/// The first fault in the order of 7.10.
pub fn score(case: &Case, default_rules: &Rules, rules_name: &str) -> Result<Scored, ScoreError> {
    case.form.check()?;
    let rules = case.rules(default_rules);
    let mut scored = Scored {
        is_final: true,
        rules: if case.form.rules.is_some() { OWN_RULES } else { rules_name }.to_owned(),
        open: Vec::new(),
        criteria: Listed::default(),
        areas: Listed::default(),
        total: None,
        display: None,
        missing_share: None,
        unmet_minimum: None,
        outcome: None,
        change: None,
    };
    if !case.submitted {
        scored.outcome = Some(Outcome::E);
        return Ok(scored);
    }
    scored.criteria = judge(case, rules)?;
    scored.open = ids(&scored.criteria, |one| one.state.is_open());
    scored.is_final = scored.open.is_empty();
    if scored.is_final {
        sum_up(case, rules, &mut scored);
    }
    Ok(scored)
}

/// Settles every criterion in the form's order.
fn judge(case: &Case, rules: &Rules) -> Result<Listed<CriterionResult>, ScoreError> {
    if let Some(id) = case.judgements.keys().find(|id| case.form.criterion(id).is_none()) {
        let message = format!("the form has no criterion `{id}`");
        return Err(ScoreError::criterion(ErrorCode::UnknownCriterion, id, message));
    }
    let silent = CriterionJudgements::default();
    let mut criteria = Vec::new();
    for criterion in case.form.criteria() {
        let judgements = case.judgements.get(&criterion.id).unwrap_or(&silent);
        let settlement =
            settle::status(judgements, criterion.minimum, case.fact_check, rules).map_err(|fault| {
                let message = format!("criterion `{}` {}", criterion.id, fault.message);
                ScoreError::criterion(fault.code, &criterion.id, message)
            })?;
        criteria.push((criterion.id.clone(), areas::criterion(criterion, settlement, rules)));
    }
    Ok(Listed(criteria))
}

/// What the result would be with other values of some criteria: those that `value` names get it, as if settled.
fn with_values(
    case: &Case,
    rules: &Rules,
    scored: &Scored,
    value: impl Fn(&str) -> Option<Fraction>,
) -> Scored {
    let mut other = Scored {
        is_final: true,
        rules: scored.rules.clone(),
        open: Vec::new(),
        criteria: Listed::default(),
        areas: Listed::default(),
        total: None,
        display: None,
        missing_share: None,
        unmet_minimum: None,
        outcome: None,
        change: None,
    };
    for criterion in case.form.criteria() {
        let Some(known) = scored.criteria.get(&criterion.id) else { continue };
        let result = value(&criterion.id).map_or_else(
            || known.clone(),
            |value| areas::criterion(criterion, settle::Settlement::of(value), rules),
        );
        other.criteria.0.push((criterion.id.clone(), result));
    }
    sum_up(case, rules, &mut other);
    other
}

/// Areas, total, outcome and change of a case in which everything is settled.
fn sum_up(case: &Case, rules: &Rules, scored: &mut Scored) {
    let mut missing = Vec::new();
    for area in &case.form.areas {
        let counted = areas::counted(area, &scored.criteria);
        let Some(score) = areas::score(counted.iter().map(|one| (&one.criterion.weight, one.value))) else {
            continue;
        };
        missing.push((&area.weight, areas::missing_part(&counted)));
        let result = AreaResult {
            display: display_beside(&score, &area_thresholds(rules)),
            score,
            light: areas::lights(&counted, rules).light,
            change: change::area(&counted, case.previous.as_ref(), rules).change(&rules.change_area),
        };
        scored.areas.0.push((area.id.clone(), result));
    }
    let weighted =
        areas::remaining(&case.form, &scored.areas).map(|(area, result)| (&area.weight, &result.score));
    scored.total = areas::total(weighted);
    scored.display = scored.total.as_ref().map(|total| display_beside(total, &total_thresholds(rules)));
    let share = areas::total(missing.iter().map(|(weight, part)| (*weight, part)));
    let missing_share = share.map_or_else(Fraction::zero, |share| whole(100) * share);
    let unmet = ids(&scored.criteria, |one| one.minimum_met == Some(false));
    let standing = outcome::Standing {
        total: scored.total.as_ref(),
        areas: &scored.areas,
        missing_share: &missing_share,
        unmet: &unmet,
        previous: case.previous.as_ref(),
        rules,
    };
    scored.outcome = Some(standing.decide().0);
    let whole = change::whole_form(case, &scored.criteria, &scored.areas, rules);
    scored.change = Some(whole.change(&rules.change_total));
    scored.missing_share = Some(missing_share);
    scored.unmet_minimum = Some(unmet);
}

fn ids(criteria: &Listed<CriterionResult>, holds: impl Fn(&CriterionResult) -> bool) -> Vec<String> {
    criteria.iter().filter(|(_, one)| holds(one)).map(|(id, _)| id.to_owned()).collect()
}

/// The scores that an area's display must not show before they are reached.
fn area_thresholds(rules: &Rules) -> [Fraction; 2] {
    [rules.approved_area.clone(), rules.exemplary_area.clone()]
}

/// The scores that the total's display must not show before they are reached.
fn total_thresholds(rules: &Rules) -> [Fraction; 3] {
    [rules.insufficient_total.clone(), rules.approved_total.clone(), rules.exemplary_total.clone()]
}
