//! How far a self-assessment has come. Pure; what stops submission is found by [`super::rules`].

use std::collections::BTreeMap;

use super::{Answer, NotApplicable};
use crate::clock::Moment;
use crate::forms::evaluate::evaluate;
use crate::forms::{Criterion, Evaluated, EvidenceCount, FieldState, Form, RawAnswers};
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::{CaseRef, Standing};
use crate::ids::PersonId;
use crate::text::Lang;

/// Everything that has been entered in one case.
#[derive(Debug, Clone, Default)]
pub struct Entered {
    /// Saved answers by criterion.
    pub answers: BTreeMap<String, Answer>,
    /// Files by criterion.
    pub evidence: EvidenceCount,
    /// Requests that a criterion does not apply, by criterion.
    pub not_applicable: BTreeMap<String, NotApplicable>,
    /// Areas marked as ready.
    pub ready: Vec<String>,
    /// The names of those who saved the answers.
    pub names: BTreeMap<PersonId, String>,
    /// Areas that were marked as ready and changed after that: by whom, and when first.
    pub changed: BTreeMap<String, (PersonId, Moment)>,
}

/// Where one criterion is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Nothing entered.
    Untouched,
    /// Something entered, something missing or wrong.
    Begun,
    /// Came from last year, or into a mended form, and is not confirmed: counts as unanswered.
    NotConfirmed,
    /// All that is needed is there.
    Complete,
    /// The unit says that it has no answer.
    DeclaredMissing,
    /// Does not apply: asked for or approved.
    NotApplicable,
}

impl Stage {
    /// Whether nothing more is needed to submit.
    #[must_use]
    pub fn is_done(self) -> bool {
        matches!(self, Stage::Complete | Stage::DeclaredMissing | Stage::NotApplicable)
    }

    /// The word for it.
    #[must_use]
    pub fn word(self, lang: Lang) -> &'static str {
        match self {
            Stage::Untouched => lang.t("Inte besvarat", "Not answered"),
            Stage::Begun => lang.t("Påbörjat", "Begun"),
            Stage::NotConfirmed => lang.t("Inte bekräftat", "Not confirmed"),
            Stage::Complete => lang.t("Besvarat", "Answered"),
            Stage::DeclaredMissing => lang.t("Lämnas utan svar", "Left without an answer"),
            Stage::NotApplicable => lang.t("Ej tillämpligt begärt", "Not applicable asked for"),
        }
    }
}

/// One criterion among what was entered.
#[derive(Debug, Clone)]
pub struct CriterionState {
    /// What the answers amount to.
    pub evaluated: Evaluated,
    /// Where it is.
    pub stage: Stage,
}

/// One area's count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AreaProgress {
    /// The area.
    pub area: String,
    /// Criteria done.
    pub done: usize,
    /// Criteria that somebody of the unit entered something in, done or not.
    pub begun: usize,
    /// Criteria that wait for somebody to confirm what came from elsewhere.
    pub not_confirmed: usize,
    /// All criteria of the area.
    pub of: usize,
    /// Whether somebody has marked it as ready.
    pub ready: bool,
}

impl Entered {
    /// As a reader of the answers sees it: why criteria are said not to apply is told only to those who read the requests.
    #[must_use]
    pub fn seen_by(mut self, standing: &Standing, case: &CaseRef) -> Entered {
        if !standing.may(case, Object::Completion, Deed::Read) {
            for asked in self.not_applicable.values_mut() {
                asked.reason.clear();
                asked.decision_reason = None;
            }
        }
        self
    }

    /// The answers to a criterion; none entered is an empty map.
    #[must_use]
    pub fn answers_to(&self, criterion: &str) -> RawAnswers {
        self.answers.get(criterion).map(|answer| answer.content.clone()).unwrap_or_default()
    }

    /// The version of a criterion's answers; 0 when nothing is saved.
    #[must_use]
    pub fn version_of(&self, criterion: &str) -> i32 {
        self.answers.get(criterion).map_or(0, |answer| answer.version)
    }

    /// Whether a criterion, or the background, holds something that nobody of the unit has confirmed.
    #[must_use]
    pub fn waits(&self, criterion: &str) -> bool {
        self.answers.get(criterion).is_some_and(waits)
    }

    /// Where one criterion is. `year` is the calendar year evaluated.
    #[must_use]
    pub fn criterion(&self, form: &Form, criterion: &Criterion, year: i32) -> CriterionState {
        let evaluated = evaluate(form, criterion, &self.answers_to(&criterion.id), &self.evidence, year);
        let answer = self.answers.get(&criterion.id);
        let asked = self.not_applicable.get(&criterion.id);
        let entered = answer.is_some_and(|answer| says_something(&evaluated.fields, &answer.content))
            || self.evidence.get(&criterion.id).is_some_and(|files| *files > 0);
        let stage = if asked.is_some_and(|asked| asked.approved != Some(false)) {
            Stage::NotApplicable
        } else if answer.is_some_and(waits) {
            Stage::NotConfirmed
        } else if answer.is_some_and(|answer| answer.declared_missing.is_some()) {
            Stage::DeclaredMissing
        } else if !entered {
            Stage::Untouched
        } else if evaluated.complete {
            Stage::Complete
        } else {
            Stage::Begun
        };
        CriterionState { evaluated, stage }
    }

    /// Every area's count, in form order.
    #[must_use]
    pub fn areas(&self, form: &Form, year: i32) -> Vec<AreaProgress> {
        form.areas
            .iter()
            .map(|area| {
                let stages: Vec<Stage> = area
                    .criteria
                    .iter()
                    .map(|criterion| self.criterion(form, criterion, year).stage)
                    .collect();
                AreaProgress {
                    area: area.id.clone(),
                    done: stages.iter().filter(|stage| stage.is_done()).count(),
                    begun: stages
                        .iter()
                        .filter(|stage| !matches!(stage, Stage::Untouched | Stage::NotConfirmed))
                        .count(),
                    not_confirmed: stages.iter().filter(|stage| **stage == Stage::NotConfirmed).count(),
                    of: stages.len(),
                    ready: self.ready.contains(&area.id),
                }
            })
            .collect()
    }
}

fn waits(answer: &Answer) -> bool {
    !answer.confirmed && (answer.declared_missing.is_some() || !is_blank(&answer.content))
}

/// Whether anything was typed in a field that is shown; a hidden field keeps its answer, which counts for nothing.
#[must_use]
pub fn says_something(fields: &[FieldState], answers: &RawAnswers) -> bool {
    fields.iter().any(|field| field.visible && answers.get(&field.id).is_some_and(|raw| !says_nothing(raw)))
}

/// The fields that are hidden and keep an answer, in the order given.
pub fn kept<'a>(fields: &'a [FieldState], answers: &'a RawAnswers) -> impl Iterator<Item = &'a str> {
    let says = |field: &FieldState| answers.get(&field.id).is_some_and(|raw| !says_nothing(raw));
    fields.iter().filter(move |field| !field.visible && says(field)).map(|field| field.id.as_str())
}

/// Whether nothing was typed in any field.
pub fn is_blank(answers: &RawAnswers) -> bool {
    answers.values().all(says_nothing)
}

/// Whether nothing stands in a raw value.
pub(super) fn says_nothing(raw: &serde_json::Value) -> bool {
    match raw {
        serde_json::Value::Null => true,
        serde_json::Value::String(text) => text.trim().is_empty(),
        serde_json::Value::Array(items) => items.iter().all(says_nothing),
        serde_json::Value::Object(items) => items.values().all(says_nothing),
        serde_json::Value::Bool(_) | serde_json::Value::Number(_) => false,
    }
}
