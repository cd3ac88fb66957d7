//! A criterion among its answers: what is shown, what is missing or must be mended, the indicators, and the level the
//! answers suggest.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::answer::{self, Issue, Value};
use super::expression::{Datum, Scope};
use super::{Criterion, Field, FieldKind, Form};
use crate::number::{Fraction, whole};

/// Answers as stored and sent, by field id: a text as typed; choices an array of option ids; a table an array of
/// objects from column id to text; years an object from `"2024"` to text; a level `"0"`–`"4"`. Absent or empty is not
/// answered. Files are not among the answers.
pub type RawAnswers = BTreeMap<String, serde_json::Value>;

/// The number of files by criterion id.
pub type EvidenceCount = BTreeMap<String, usize>;

/// What the answers to a criterion amount to.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluated {
    /// The criterion's own fields in form order, then those of every criterion.
    pub fields: Vec<FieldState>,
    /// The indicators in form order, each a number or a yes/no, or no value.
    pub indicators: Vec<(String, Option<Value>)>,
    /// The level the answers suggest, 0–4, if they suggest one.
    pub suggested: Option<u8>,
    /// On a minimum, whether the answers fulfil level 2's condition; no value when they do not tell (scoring model 7.4).
    pub minimum_check: Option<bool>,
    /// Whether every field that is shown can be used and none that is needed is missing.
    pub complete: bool,
}

/// One field among the answers.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldState {
    /// The field's id.
    pub id: String,
    /// Whether its condition holds; a hidden field keeps its answer, which counts for nothing.
    pub visible: bool,
    /// The answer, when it can be used. Files have none.
    pub value: Option<Value>,
    /// What must be mended.
    pub issues: Vec<Issue>,
    /// Whether it is needed and not answered in full.
    pub missing: bool,
}

/// Evaluates a criterion. `year` is the calendar year evaluated.
#[must_use]
pub fn evaluate(
    form: &Form,
    criterion: &Criterion,
    answers: &RawAnswers,
    evidence: &EvidenceCount,
    year: i32,
) -> Evaluated {
    let mut scope = Scope { names: BTreeMap::new(), thresholds: &criterion.thresholds, year };
    let files = evidence.get(&criterion.id).copied().unwrap_or(0);
    let mut fields = states(&criterion.fields, answers, files, criterion.minimum, &mut scope);
    let answered = fields.iter().any(|state| state.value.is_some());

    let mut indicators = Vec::with_capacity(criterion.indicators.len());
    for indicator in &criterion.indicators {
        let datum = indicator.value.value(&scope);
        indicators.push((indicator.id.clone(), datum.as_ref().and_then(value_of)));
        if let Some(datum) = datum {
            scope.names.insert(indicator.id.clone(), datum);
        }
    }
    let holds: Vec<Option<bool>> = (2..=4)
        .map(|level| criterion.level(level).and_then(|level| level.when.as_ref()?.holds(&scope)))
        .collect();
    let met = holds.first().copied().flatten();
    let suggested = met.map(|met| {
        let reached = holds.iter().take_while(|held| **held == Some(true)).count();
        if met { u8::try_from(1 + reached).unwrap_or(4) } else { u8::from(answered) }
    });

    let mut every = Scope { names: BTreeMap::new(), thresholds: &criterion.thresholds, year };
    fields.extend(states(&form.every, answers, files, criterion.minimum, &mut every));
    let complete = fields.iter().all(|state| !state.missing && state.issues.is_empty());
    Evaluated { fields, indicators, suggested, minimum_check: met.filter(|_| criterion.minimum), complete }
}

/// Evaluates the unscored background fields. `year` is the calendar year evaluated.
#[must_use]
pub fn background(form: &Form, answers: &RawAnswers, year: i32) -> Vec<FieldState> {
    let thresholds = BTreeMap::new();
    let mut scope = Scope { names: BTreeMap::new(), thresholds: &thresholds, year };
    states(&form.background, answers, 0, false, &mut scope)
}

/// Every field of a list that sees itself only. The scope ends up with what is answered and shown.
fn states(
    fields: &[Field],
    answers: &RawAnswers,
    files: usize,
    minimum: bool,
    scope: &mut Scope,
) -> Vec<FieldState> {
    let mut done: BTreeMap<&str, FieldState> = BTreeMap::new();
    let ids: BTreeSet<&str> = fields.iter().map(|field| field.id.as_str()).collect();
    // Conditions may look forwards, so fields are taken as soon as all that their condition uses is known. A circle,
    // which no checked form has, would leave its fields hidden.
    let mut left: Vec<&Field> = fields.iter().collect();
    while !left.is_empty() {
        let before = left.len();
        left.retain(|field| {
            let uses = field.when.as_ref().map(super::Expression::names).unwrap_or_default();
            if uses.iter().any(|name| ids.contains(name.as_str()) && !done.contains_key(name.as_str())) {
                return true;
            }
            let visible = field.when.as_ref().is_none_or(|when| when.holds(scope) == Some(true));
            let state = state(field, visible, answers.get(&field.id), files, minimum, scope.year);
            if visible && let Some(datum) = datum_of(field, state.value.as_ref(), &state.issues, scope.year) {
                scope.names.insert(field.id.clone(), datum);
            }
            done.insert(&field.id, state);
            false
        });
        if left.len() == before {
            break;
        }
    }
    let hidden = |field: &Field| state(field, false, None, files, minimum, scope.year);
    fields.iter().map(|field| done.remove(field.id.as_str()).unwrap_or_else(|| hidden(field))).collect()
}

fn state(
    field: &Field,
    visible: bool,
    raw: Option<&serde_json::Value>,
    files: usize,
    minimum: bool,
    year: i32,
) -> FieldState {
    let mut state =
        FieldState { id: field.id.clone(), visible, value: None, issues: Vec::new(), missing: false };
    if !visible {
        return state;
    }
    if field.kind == FieldKind::Evidence {
        let files = Fraction::from_integer(files.into());
        let least = field.least.as_ref().filter(|_| field.required);
        let needed = if minimum || field.required { whole(1) } else { whole(0) };
        state.missing = files < needed || least.is_some_and(|least| files < *least);
        return state;
    }
    match raw.map_or(Ok(None), |raw| answer::parse(field, raw)) {
        Ok(value) => state.value = value,
        Err(issues) => state.issues = issues,
    }
    let answered = match &state.value {
        Some(Value::Years(years)) => span(field, year).all(|year| years.contains_key(&year)),
        value => value.is_some(),
    };
    state.missing = field.required && !answered && state.issues.is_empty();
    state
}

/// The calendar years of a years field, oldest first.
pub fn span(field: &Field, year: i32) -> impl Iterator<Item = i32> + use<> {
    let span = i32::try_from(field.span).unwrap_or(0);
    year.saturating_sub(span).saturating_add(1)..=year
}

/// A field's answer inside expressions. A table or choices that may be left empty, and are, count as an empty list.
fn datum_of(field: &Field, value: Option<&Value>, issues: &[Issue], year: i32) -> Option<Datum> {
    match value {
        Some(Value::Years(years)) => {
            let number = |year: i32| years.get(&year).cloned().map(Datum::Number);
            Some(Datum::List(span(field, year).map(number).collect()))
        }
        Some(value) => datum(value),
        None => {
            let list = matches!(field.kind, FieldKind::Table | FieldKind::Choices);
            (list && !field.required && issues.is_empty()).then(|| Datum::List(Rc::new([])))
        }
    }
}

fn datum(value: &Value) -> Option<Datum> {
    Some(match value {
        Value::YesNo(yes) => Datum::Bool(*yes),
        Value::Choice(text) | Value::Text(text) => Datum::Text(text.as_str().into()),
        Value::Choices(ids) => {
            Datum::List(ids.iter().map(|id| Some(Datum::Text(id.as_str().into()))).collect())
        }
        Value::Number(number) => Datum::Number(number.clone()),
        Value::Date(day) => Datum::Date(*day),
        Value::Level(level) => Datum::Number(whole(i64::from(*level))),
        Value::Rows(rows) => Datum::List(rows.iter().map(|cells| Some(row(cells))).collect()),
        Value::Years(_) => return None,
    })
}

fn row(cells: &BTreeMap<String, Value>) -> Datum {
    let cells = cells.iter().filter_map(|(id, value)| Some((id.clone(), datum(value)?)));
    Datum::Row(Rc::new(cells.collect()))
}

/// An indicator's value: a number or a yes/no.
fn value_of(datum: &Datum) -> Option<Value> {
    match datum {
        Datum::Number(number) => Some(Value::Number(number.clone())),
        Datum::Bool(yes) => Some(Value::YesNo(*yes)),
        _ => None,
    }
}
