//! What is scored: the form's weights and minimums, and everybody's judgements.

use std::collections::{BTreeMap, BTreeSet};

use num_traits::Zero;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::error::{ErrorCode, ScoreError};
use super::wire::{self, maybe_fraction};
use crate::forms::Rules;
use crate::forms::rules::fraction;
use crate::number::{Fraction, whole};

/// The highest level of the scale (scoring model 7.1).
pub const HIGHEST_LEVEL: u8 = 4;

/// One unit's year, complete enough to compute its result from nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// The form; without one it is an empty form, which is refused as `bad_form`.
    #[serde(default, deserialize_with = "wire::object")]
    pub form: ScoringForm,
    /// Judgements by criterion id. A criterion without an entry is open.
    #[serde(default, deserialize_with = "wire::by_name")]
    pub judgements: BTreeMap<String, CriterionJudgements>,
    /// Whether the unit submitted its self-assessment; otherwise the outcome is E.
    #[serde(default = "yes")]
    pub submitted: bool,
    /// Whether the fact check has been, so that corrections are allowed.
    #[serde(default, skip_serializing_if = "is_default")]
    pub fact_check: bool,
    /// Last year's result, when there is one.
    #[serde(default, deserialize_with = "wire::optional", skip_serializing_if = "Option::is_none")]
    pub previous: Option<Previous>,
}

/// A form as the scoring sees it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoringForm {
    /// The areas in the form's order.
    #[serde(deserialize_with = "wire::list")]
    pub areas: Vec<ScoringArea>,
    /// The thresholds, when the case brings its own.
    #[serde(default, deserialize_with = "wire::optional", skip_serializing_if = "Option::is_none")]
    pub rules: Option<Rules>,
}

/// An area and its criteria.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoringArea {
    /// The area's id, unique in the form.
    pub id: String,
    /// The area's share of the total, in any unit; greater than 0.
    #[serde(with = "fraction")]
    pub weight: Fraction,
    /// The criteria in the form's order; at least one.
    #[serde(deserialize_with = "wire::list")]
    pub criteria: Vec<ScoringCriterion>,
}

/// A criterion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoringCriterion {
    /// The criterion's id, unique in the form.
    pub id: String,
    /// The criterion's share of its area, in any unit; greater than 0.
    #[serde(with = "fraction")]
    pub weight: Fraction,
    /// Whether it is a minimum requirement.
    #[serde(default, skip_serializing_if = "is_default")]
    pub minimum: bool,
    /// The digest of its definition; years are compared only where it is equal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
}

/// One reviewer's judgement. In JSON 0–4 or `"K"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judgement {
    /// A level; more than 4 is refused as `bad_level`.
    Level(u8),
    /// K: the reviewer cannot judge.
    CannotJudge,
    /// Something else stood there; refused as `bad_level`.
    Unreadable,
}

/// What one of the two parties, university or region, said about a criterion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// The blind score.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<Judgement>,
    /// The score after the discussion, when it was changed. A level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revised: Option<Judgement>,
    /// The score after the fact check, when it was changed. A level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrected: Option<Judgement>,
}

/// Everything said about one criterion.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CriterionJudgements {
    /// The university's reviewer.
    #[serde(default, deserialize_with = "wire::object", skip_serializing_if = "is_default")]
    pub university: Party,
    /// The region's reviewer.
    #[serde(default, deserialize_with = "wire::object", skip_serializing_if = "is_default")]
    pub region: Party,
    /// Whether both have closed the discussion.
    #[serde(default, skip_serializing_if = "is_default")]
    pub discussed: bool,
    /// Levels of further reviewers, in the order they were given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub further: Vec<Judgement>,
    /// Whether the coordinator has approved that the criterion does not apply.
    #[serde(default, skip_serializing_if = "is_default")]
    pub not_applicable: bool,
    /// Whether the unit left nothing to judge (*underlag saknas*).
    #[serde(default, skip_serializing_if = "is_default")]
    pub missing: bool,
}

/// Last year's result, as far as this year needs it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Previous {
    /// Last year's criteria by id.
    #[serde(default, deserialize_with = "wire::by_name")]
    pub criteria: BTreeMap<String, PreviousCriterion>,
    /// The minimum requirements that were unmet last year, by criterion id.
    #[serde(default, deserialize_with = "wire::by_name")]
    pub unmet_minimum: BTreeMap<String, UnmetBefore>,
}

/// A criterion's settled value last year.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PreviousCriterion {
    /// The value, 0–4; none when the criterion did not apply.
    #[serde(
        default,
        deserialize_with = "level_or_none",
        serialize_with = "maybe_fraction::serialize",
        skip_serializing_if = "Option::is_none"
    )]
    pub value: Option<Fraction>,
    /// The digest of last year's definition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
}

/// How long a minimum requirement has been unmet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnmetBefore {
    /// Years running up to and with last year.
    pub years: u32,
    /// Whether a plan for it has been accepted.
    #[serde(default)]
    pub plan: bool,
}

impl Case {
    /// Reads a case from JSON. A `form` given here stands in place of the case's own.
    ///
    /// # Errors
    /// `bad_case` when the text is not a case.
    pub fn read(json: &str, form: Option<ScoringForm>) -> Result<Case, ScoreError> {
        let mut case: Case = read(json).map_err(|error| {
            ScoreError::form(ErrorCode::BadCase, format!("the case cannot be read: {error}"))
        })?;
        if let Some(form) = form {
            case.form = form;
        }
        Ok(case)
    }

    /// The rules that apply: the case's own, else the given ones.
    #[must_use]
    pub fn rules<'a>(&'a self, default_rules: &'a Rules) -> &'a Rules {
        self.form.rules.as_ref().unwrap_or(default_rules)
    }
}

impl ScoringForm {
    /// Reads a form from JSON.
    ///
    /// # Errors
    /// `bad_case` when the text is not a scoring form.
    pub fn read(json: &str) -> Result<ScoringForm, ScoreError> {
        read(json).map_err(|error| {
            ScoreError::form(ErrorCode::BadCase, format!("the form cannot be read: {error}"))
        })
    }

    /// All criteria in the form's order.
    pub fn criteria(&self) -> impl Iterator<Item = &ScoringCriterion> {
        self.areas.iter().flat_map(|area| &area.criteria)
    }

    /// The criterion with this id.
    #[must_use]
    pub fn criterion(&self, id: &str) -> Option<&ScoringCriterion> {
        self.criteria().find(|criterion| criterion.id == id)
    }

    /// The area with this id.
    #[must_use]
    pub fn area(&self, id: &str) -> Option<&ScoringArea> {
        self.areas.iter().find(|area| area.id == id)
    }

    /// Refuses a form that cannot be scored (7.10, *Errors*).
    pub(super) fn check(&self) -> Result<(), ScoreError> {
        let bad = |message: String| Err(ScoreError::form(ErrorCode::BadForm, message));
        let mut areas = BTreeSet::new();
        let mut criteria = BTreeSet::new();
        if self.areas.is_empty() {
            return bad("the form has no areas".to_owned());
        }
        for area in &self.areas {
            if area.criteria.is_empty() {
                return bad(format!("area `{}` has no criteria", area.id));
            }
            if area.weight <= Fraction::zero() {
                return bad(format!("the weight of area `{}` is not greater than 0", area.id));
            }
            if !areas.insert(&area.id) {
                return bad(format!("area `{}` stands twice in the form", area.id));
            }
            for criterion in &area.criteria {
                let fault = if criterion.weight <= Fraction::zero() {
                    "has a weight that is not greater than 0"
                } else if criteria.insert(&criterion.id) {
                    continue;
                } else {
                    "stands twice in the form"
                };
                return Err(ScoreError::criterion(
                    ErrorCode::BadForm,
                    &criterion.id,
                    format!("criterion `{}` {fault}", criterion.id),
                ));
            }
        }
        Ok(())
    }
}

fn read<'de, T: Deserialize<'de>>(json: &'de str) -> serde_json::Result<T> {
    let mut text = serde_json::Deserializer::from_str(json);
    let value = wire::object(&mut text)?;
    text.end()?;
    Ok(value)
}

impl Serialize for Judgement {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Judgement::Level(level) => to.serialize_u8(*level),
            Judgement::CannotJudge => to.serialize_str("K"),
            Judgement::Unreadable => to.serialize_str("unreadable"),
        }
    }
}

impl<'de> Deserialize<'de> for Judgement {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(from)?;
        if value == "K" {
            return Ok(Judgement::CannotJudge);
        }
        let level = value.as_u64().and_then(|level| u8::try_from(level).ok());
        Ok(level.map_or(Judgement::Unreadable, Judgement::Level))
    }
}

/// A value from 0 to 4, or none.
fn level_or_none<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Fraction>, D::Error> {
    let value = maybe_fraction::deserialize(from)?;
    let fits = |value: &Fraction| (Fraction::zero()..=whole(i64::from(HIGHEST_LEVEL))).contains(value);
    if value.as_ref().is_none_or(fits) {
        Ok(value)
    } else {
        Err(serde::de::Error::custom("a criterion's value is from 0 to 4"))
    }
}

fn yes() -> bool {
    true
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
