//! Lights, area scores, the total and the missing share (scoring model 7.3, 7.5 and 7.10).

use num_traits::Zero;

use super::case::{HIGHEST_LEVEL, ScoringArea, ScoringCriterion, ScoringForm};
use super::result::{AreaResult, CriterionResult, Light, Listed};
use super::settle::{CriterionState, Settlement};
use crate::forms::Rules;
use crate::number::{Fraction, whole};

/// A criterion that counts: it applies and has a value.
pub(super) struct Counted<'a> {
    pub criterion: &'a ScoringCriterion,
    pub result: &'a CriterionResult,
    pub value: &'a Fraction,
}

/// How an area's lights are counted.
pub(super) struct LightCount {
    pub counted: usize,
    pub green: usize,
    pub yellow: usize,
    pub light: Light,
}

/// A criterion's result: its light, and whether it meets the minimum.
pub(super) fn criterion(
    criterion: &ScoringCriterion,
    settlement: Settlement,
    rules: &Rules,
) -> CriterionResult {
    let missing = settlement.state == CriterionState::Missing;
    let value = settlement.value.as_ref();
    CriterionResult {
        light: value.map(|value| if missing { Light::Red } else { light(value, rules) }),
        minimum_met: value
            .filter(|_| criterion.minimum)
            .map(|value| !missing && *value >= rules.minimum_level),
        state: settlement.state,
        value: settlement.value,
    }
}

fn light(value: &Fraction, rules: &Rules) -> Light {
    if *value >= rules.green {
        Light::Green
    } else if *value >= rules.yellow {
        Light::Yellow
    } else {
        Light::Red
    }
}

/// The criteria of an area that count, in the form's order. An area without any is left out of everything.
pub(super) fn counted<'a>(area: &'a ScoringArea, criteria: &'a Listed<CriterionResult>) -> Vec<Counted<'a>> {
    area.criteria
        .iter()
        .filter_map(|criterion| {
            let result = criteria.get(&criterion.id)?;
            result.value.as_ref().map(|value| Counted { criterion, result, value })
        })
        .collect()
}

/// 100 × Σ weight × value / Σ 4 × weight; none when there is no weight.
pub(super) fn score<'a>(
    weighted: impl IntoIterator<Item = (&'a Fraction, &'a Fraction)>,
) -> Option<Fraction> {
    let (reached, weight) =
        weighted.into_iter().fold((Fraction::zero(), Fraction::zero()), |(reached, weight), (one, value)| {
            (reached + one * value, weight + one)
        });
    let most = weight * whole(i64::from(HIGHEST_LEVEL));
    (!most.is_zero()).then(|| whole(100) * reached / most)
}

/// Counts an area's lights.
pub(super) fn lights(counted: &[Counted<'_>], rules: &Rules) -> LightCount {
    let of = |light| counted.iter().filter(|one| one.result.light == Some(light)).count();
    let (green, yellow) = (of(Light::Green), of(Light::Yellow));
    // An unmet minimum in the area caps its light at yellow.
    let capped = counted.iter().any(|one| one.result.minimum_met == Some(false));
    let light = if reaches(green, counted.len(), &rules.area_green_share) {
        if capped { Light::Yellow } else { Light::Green }
    } else if reaches(green + yellow, counted.len(), &rules.area_yellow_share) {
        Light::Yellow
    } else {
        Light::Red
    };
    LightCount { counted: counted.len(), green, yellow, light }
}

fn reaches(part: usize, all: usize, share: &Fraction) -> bool {
    Fraction::from_integer(part.into()) * whole(100) >= share * Fraction::from_integer(all.into())
}

/// The areas that remain with their results, in the form's order.
pub(super) fn remaining<'a>(
    form: &'a ScoringForm,
    areas: &'a Listed<AreaResult>,
) -> impl Iterator<Item = (&'a ScoringArea, &'a AreaResult)> {
    form.areas.iter().filter_map(|area| areas.get(&area.id).map(|result| (area, result)))
}

/// Σ weight × score / Σ weight; none when there is no weight.
pub(super) fn total<'a>(
    weighted: impl IntoIterator<Item = (&'a Fraction, &'a Fraction)>,
) -> Option<Fraction> {
    let (sum, weight) =
        weighted.into_iter().fold((Fraction::zero(), Fraction::zero()), |(sum, weight), (one, score)| {
            (sum + one * score, weight + one)
        });
    (!weight.is_zero()).then(|| sum / weight)
}

/// The part of an area's applicable weight that is missing, 0–1.
pub(super) fn missing_part(counted: &[Counted<'_>]) -> Fraction {
    let weight = |one: &Counted<'_>| one.criterion.weight.clone();
    let all: Fraction = counted.iter().map(weight).sum();
    let missing: Fraction =
        counted.iter().filter(|one| one.result.state == CriterionState::Missing).map(weight).sum();
    if all.is_zero() { all } else { missing / all }
}
