//! How far a self-assessment has come, and what is missing. Pure: the same rules make the list, the counters and the
//! check at submission.

use std::collections::BTreeMap;

use super::{Answer, BACKGROUND, NotApplicable};
use crate::forms::evaluate::{background, evaluate};
use crate::forms::{Criterion, Evaluated, EvidenceCount, FieldState, Form, RawAnswers};
use crate::ids::PersonId;
use crate::text::Text;

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
}

/// One thing that stops submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The area, empty for the background form.
    pub area: String,
    /// The criterion, or [`BACKGROUND`].
    pub criterion: String,
    /// The field, with row and column in tables; empty when the whole criterion is meant.
    pub field: String,
    /// Stable code: `missing`, `not_confirmed`, or the code of what is wrong.
    pub code: String,
    /// What to do.
    pub message: Text,
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

    /// All that stops submission, in form order; empty when the head can submit.
    #[must_use]
    pub fn missing(&self, form: &Form, year: i32) -> Vec<Missing> {
        let mut missing = Vec::new();
        if self.waits(BACKGROUND) {
            missing.push(not_confirmed("", BACKGROUND));
        }
        for state in background(form, &self.answers_to(BACKGROUND), year) {
            add_field(&mut missing, "", BACKGROUND, &form.background, &state);
        }
        for (area, criterion) in form.criteria() {
            let state = self.criterion(form, criterion, year);
            match state.stage {
                stage if stage.is_done() => {}
                Stage::Untouched => missing.push(Missing {
                    area: area.id.clone(),
                    criterion: criterion.id.clone(),
                    field: String::new(),
                    code: "missing".to_owned(),
                    message: Text::new(
                        format!("Svara på {}", criterion.title.sv),
                        format!("Answer {}", criterion.title.en),
                    ),
                }),
                Stage::NotConfirmed => missing.push(not_confirmed(&area.id, &criterion.id)),
                _ => {
                    let fields: Vec<_> = form.fields(criterion).cloned().collect();
                    for field in &state.evaluated.fields {
                        add_field(&mut missing, &area.id, &criterion.id, &fields, field);
                    }
                }
            }
        }
        missing
    }
}

fn waits(answer: &Answer) -> bool {
    !answer.confirmed && (answer.declared_missing.is_some() || !is_blank(&answer.content))
}

fn not_confirmed(area: &str, criterion: &str) -> Missing {
    Missing {
        area: area.to_owned(),
        criterion: criterion.to_owned(),
        field: String::new(),
        code: "not_confirmed".to_owned(),
        message: Text::new(
            "Bekräfta eller ändra det som inte är bekräftat",
            "Confirm or change what is not confirmed",
        ),
    }
}

fn add_field(
    missing: &mut Vec<Missing>,
    area: &str,
    criterion: &str,
    fields: &[crate::forms::Field],
    state: &FieldState,
) {
    let label =
        fields.iter().find(|field| field.id == state.id).map(|field| field.label.clone()).unwrap_or_default();
    let place = |code: &str, field: &str, message: Text| Missing {
        area: area.to_owned(),
        criterion: criterion.to_owned(),
        field: field.to_owned(),
        code: code.to_owned(),
        message,
    };
    for issue in &state.issues {
        let message = Text::new(
            format!("{}: {}", label.sv, issue.message.sv),
            format!("{}: {}", label.en, issue.message.en),
        );
        missing.push(place(issue.code, &issue.field, message));
    }
    if state.missing {
        let message = Text::new(format!("Fyll i: {}", label.sv), format!("Fill in: {}", label.en));
        missing.push(place("missing", &state.id, message));
    }
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
pub(super) fn is_blank(answers: &RawAnswers) -> bool {
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
