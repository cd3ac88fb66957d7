//! The rules of a self-assessment at three levels, and everything that they find. Pure; what stands beside the
//! answers is loaded by [`super::beside`].
//!
//! Invariant: the page that checks, each area's summary, the API and the refusal of a submission say the same, because
//! all of them come from [`check`]. A finding of [`Level::Warning`] stops nothing.

pub mod personal_data;
mod submission;
mod unfinished;

use serde_json::Value as Json;

use super::beside::Beside;
use super::progress::{Entered, Stage};
use super::{Answer, BACKGROUND, change_warnings};
use crate::forms::{Criterion, Evaluated, Field, FieldKind, Form};
use crate::problem::FieldError;
use crate::text::Text;

/// What a finding does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// What was typed cannot be read as the field asks. Said when it is saved; kept all the same; stops submission.
    Save,
    /// Something that is needed is not there. Stops submission alone.
    Submit,
    /// Worth a second look before submission. Stops nothing.
    Warning,
}

impl Level {
    /// Its stable name: `save`, `submit`, `warning`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Level::Save => "save",
            Level::Submit => "submit",
            Level::Warning => "warning",
        }
    }
}

/// One thing that a rule has found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it does.
    pub level: Level,
    /// Stable code: `missing`, `not_confirmed`, `personal_number`, or that of what is wrong with a value.
    pub code: &'static str,
    /// The area; empty for the background form.
    pub area: String,
    /// The criterion, or [`BACKGROUND`].
    pub criterion: String,
    /// The field, in tables with row and column (`goals/0/goal`); empty when the whole criterion is meant.
    pub field: String,
    /// What to do.
    pub message: Text,
}

impl Finding {
    /// Where it is: a JSON pointer into the case, `/A3/goals/0/goal`.
    #[must_use]
    pub fn pointer(&self) -> String {
        if self.field.is_empty() {
            format!("/{}", self.criterion)
        } else {
            format!("/{}/{}", self.criterion, self.field)
        }
    }

    /// Whether the self-assessment cannot be submitted while it stands.
    #[must_use]
    pub fn stops(&self) -> bool {
        self.level != Level::Warning
    }
}

impl From<Finding> for FieldError {
    fn from(finding: Finding) -> FieldError {
        FieldError { pointer: finding.pointer(), code: finding.code.to_owned(), message: finding.message }
    }
}

/// What the rules look at. `period` is the calendar year that the answers are about.
#[derive(Debug, Clone, Copy)]
pub struct Checked<'a> {
    /// The form that the case is answered on.
    pub form: &'a Form,
    /// Everything that has been entered.
    pub entered: &'a Entered,
    /// The calendar year evaluated.
    pub period: i32,
    /// What stands beside what was entered, for warnings; none where only what stops is asked for.
    pub beside: Option<&'a Beside>,
}

/// Everything that the rules find: what stops submission first, then warnings, each in form order.
#[must_use]
pub fn check(checked: &Checked<'_>) -> Vec<Finding> {
    let mut findings = submission::stops(checked);
    findings.extend(warnings(checked));
    findings
}

/// What is worth a second look, in form order. Further warnings are chained here: a rule is a function from
/// [`Checked`] to findings.
fn warnings(checked: &Checked<'_>) -> Vec<Finding> {
    let rules: [fn(&Checked<'_>) -> Vec<Finding>; 4] =
        [personal_data::warnings, unfinished::warnings, changes, about_evidence];
    let mut found: Vec<Finding> = rules.iter().flat_map(|rule| rule(checked)).collect();
    // Stable: within a criterion the rules keep their order.
    found.sort_by_key(|finding| checked.place(&finding.criterion));
    found
}

/// Numbers that have changed much since last year without a word on why.
fn changes(checked: &Checked<'_>) -> Vec<Finding> {
    let last = checked.beside.and_then(|beside| beside.last.as_ref());
    change_warnings::warnings(checked.form, checked.period, checked.entered, last)
}

/// Evidence that waits for the scanner, was stopped by it, or whose last day has passed.
fn about_evidence(checked: &Checked<'_>) -> Vec<Finding> {
    let Some(beside) = checked.beside else { return Vec::new() };
    let mut found = Vec::new();
    for (area, criterion) in checked.form.criteria() {
        for piece in beside.evidence.iter().filter(|piece| piece.criterion == criterion.id) {
            found.extend(piece.warnings(beside.now).into_iter().map(|message| Finding {
                level: Level::Warning,
                code: "evidence",
                area: area.id.clone(),
                criterion: criterion.id.clone(),
                field: "evidence".to_owned(),
                message: Text::new(
                    format!("{}: {}", piece.name, message.sv),
                    format!("{}: {}", piece.name, message.en),
                ),
            }));
        }
    }
    found
}

impl Entered {
    /// All that stops submission, in form order; empty when the head can submit.
    #[must_use]
    pub fn missing(&self, form: &Form, period: i32) -> Vec<Finding> {
        submission::stops(&Checked { form, entered: self, period, beside: None })
    }
}

/// A text that somebody wrote freely, with where it stands.
struct Written<'a> {
    area: &'a str,
    criterion: &'a str,
    field: String,
    label: &'a Text,
    text: &'a str,
}

impl Written<'_> {
    /// A warning about the text; `say` makes the sentence from the field's label.
    fn warning(&self, code: &'static str, say: impl Fn(&str, &str) -> Text) -> Finding {
        Finding {
            level: Level::Warning,
            code,
            area: self.area.to_owned(),
            criterion: self.criterion.to_owned(),
            field: self.field.clone(),
            message: say(&self.label.sv, &self.label.en),
        }
    }
}

impl<'a> Checked<'a> {
    /// Where a criterion stands in the form; the background form comes first.
    fn place(&self, criterion: &str) -> usize {
        self.form.criteria().position(|(_, known)| known.id == criterion).map_or(0, |at| at + 1)
    }

    /// Every text written freely in a visible field, in form order. A criterion that does not apply is left out.
    fn written(&self) -> Vec<Written<'a>> {
        let mut written = Vec::new();
        if let Some(answer) = self.entered.answers.get(BACKGROUND) {
            let states = crate::forms::evaluate::background(self.form, &answer.content, self.period);
            let visible = |field: &Field| states.iter().any(|state| state.id == field.id && state.visible);
            let fields = self.form.background.iter().filter(|field| visible(field));
            written.extend(texts(("", BACKGROUND), fields, answer));
        }
        for (area, criterion) in self.form.criteria() {
            let Some(answer) = self.entered.answers.get(&criterion.id) else { continue };
            let state = self.entered.criterion(self.form, criterion, self.period);
            if state.stage == Stage::NotApplicable {
                continue;
            }
            let fields = visible(self.form, criterion, &state.evaluated);
            written.extend(texts((&area.id, &criterion.id), fields, answer));
        }
        written
    }
}

/// The fields of a criterion that show, in order.
fn visible<'a>(
    form: &'a Form,
    criterion: &'a Criterion,
    evaluated: &Evaluated,
) -> impl Iterator<Item = &'a Field> {
    form.fields(criterion)
        .filter(|field| evaluated.fields.iter().any(|state| state.id == field.id && state.visible))
}

fn texts<'a>(
    (area, criterion): (&'a str, &'a str),
    fields: impl Iterator<Item = &'a Field>,
    answer: &'a Answer,
) -> Vec<Written<'a>> {
    let mut written = Vec::new();
    for field in fields {
        match answer.content.get(&field.id) {
            Some(Json::String(text)) if is_free(field) => {
                written.push(Written { area, criterion, field: field.id.clone(), label: &field.label, text });
            }
            Some(Json::Array(rows)) if field.kind == FieldKind::Table => {
                let columns = || field.columns.iter().filter(|column| is_free(column));
                for (at, row) in rows.iter().enumerate() {
                    written.extend(columns().filter_map(|column| {
                        let text = row.get(&column.id)?.as_str()?;
                        let place = format!("{}/{at}/{}", field.id, column.id);
                        Some(Written { area, criterion, field: place, label: &column.label, text })
                    }));
                }
            }
            _ => {}
        }
    }
    written
}

fn is_free(field: &Field) -> bool {
    matches!(field.kind, FieldKind::Text | FieldKind::LongText)
}
