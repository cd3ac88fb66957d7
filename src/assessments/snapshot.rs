//! What is submitted, as it is written and read back. A draft is read in the same way, as if it were submitted now. Pure.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::Submission;
use super::evidence::{Evidence, What};
use super::progress::{Entered, Stage};
use crate::cycles::Case;
use crate::forms::evaluate::background;
use crate::forms::mapping::{AllAnswers, BACKGROUND};
use crate::forms::{FieldState, Form, RawAnswers, Value};
use crate::number;
use crate::problem::Problem;

/// The submitted answers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Snapshot {
    /// The key of the form that they were given on.
    #[serde(default)]
    pub form: String,
    /// The answers to the form about the unit.
    #[serde(default)]
    pub background: RawAnswers,
    /// What was submitted of each criterion.
    #[serde(default)]
    pub criteria: BTreeMap<String, Given>,
}

/// What was submitted of one criterion.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Given {
    /// The answers in the fields that showed, as typed.
    #[serde(default)]
    pub answers: RawAnswers,
    /// The evidence.
    #[serde(default)]
    pub evidence: Vec<Named>,
    /// Why the unit left the criterion without an answer, if it did.
    #[serde(default)]
    pub declared_missing: Option<String>,
    /// Whether the unit asked that the criterion should not apply.
    #[serde(default)]
    pub not_applicable_asked: bool,
}

/// A piece of evidence as the submission names it: a file by its sum, a link by its address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Named {
    /// Its name or title.
    pub name: String,
    /// A file's bytes.
    #[serde(default)]
    pub size: Option<i64>,
    /// SHA-256 of a file's bytes.
    #[serde(default)]
    pub sha256: Option<String>,
    /// A link's address.
    #[serde(default)]
    pub url: Option<String>,
    /// What is told about it.
    #[serde(default)]
    pub details: NamedDetails,
}

/// What is told about a piece of evidence.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct NamedDetails {
    /// Where in the document.
    #[serde(default)]
    pub place: String,
    /// What it shows.
    #[serde(default)]
    pub description: String,
}

impl Named {
    /// What tells it apart on paper: the beginning of a file's SHA-256, or a link's address.
    #[must_use]
    pub fn mark(&self) -> String {
        match (&self.sha256, &self.url) {
            (Some(sum), _) => format!("SHA-256 {}…", sum.chars().take(16).collect::<String>()),
            (None, url) => url.clone().unwrap_or_default(),
        }
    }
}

impl Snapshot {
    /// Reads a submission.
    ///
    /// # Errors
    /// The content is not what submitting writes, which is a fault of ours.
    pub fn of(submission: &Submission) -> Result<Snapshot, Problem> {
        Snapshot::read(&submission.content)
    }

    /// Reads the content of a submission.
    ///
    /// # Errors
    /// As [`Snapshot::of`].
    pub fn read(content: &str) -> Result<Snapshot, Problem> {
        serde_json::from_str(content).map_err(Problem::internal)
    }

    /// The answers by criterion, the background among them.
    #[must_use]
    pub fn answers(self) -> AllAnswers {
        let criteria = self.criteria.into_iter().map(|(criterion, given)| (criterion, given.answers));
        criteria.chain([(BACKGROUND.to_owned(), self.background)]).collect()
    }
}

/// What is submitted, as JSON with sorted keys: visible answers only, as typed, with what was computed from them.
///
/// # Errors
/// Never in practice: it is all text and numbers.
pub fn content(
    case: &Case,
    form: &Form,
    entered: &Entered,
    evidence: &[Evidence],
) -> Result<String, Problem> {
    let mut files: BTreeMap<&str, Vec<Json>> = BTreeMap::new();
    for piece in evidence {
        files.entry(&piece.criterion).or_default().push(named(piece));
    }
    let mut criteria = BTreeMap::new();
    for (_, criterion) in form.criteria() {
        let state = entered.criterion(form, criterion, case.period());
        let raw = entered.answers_to(&criterion.id);
        let indicators: BTreeMap<&str, Json> = state
            .evaluated
            .indicators
            .iter()
            .map(|(id, value)| (id.as_str(), value.as_ref().map_or(Json::Null, computed)))
            .collect();
        let answer = entered.answers.get(&criterion.id);
        criteria.insert(
            criterion.id.as_str(),
            json!({
                "answers": visible(&state.evaluated.fields, &raw),
                "indicators": indicators,
                "suggested": state.evaluated.suggested,
                "minimum_check": state.evaluated.minimum_check,
                "evidence": files.remove(criterion.id.as_str()).unwrap_or_default(),
                "declared_missing": answer.and_then(|answer| answer.declared_missing.as_deref()),
                "not_applicable_asked": state.stage == Stage::NotApplicable,
                "version": entered.version_of(&criterion.id),
            }),
        );
    }
    let about = entered.answers_to(BACKGROUND);
    let states = background(form, &about, case.period());
    let content = json!({
        "unit": { "slug": case.unit.slug, "name": case.unit.name, "administration": case.unit.administration.name },
        "year": case.year,
        "form": form.key(),
        "form_digest": form.digest(),
        "background": visible(&states, &about),
        "criteria": criteria,
    });
    serde_json::to_string(&content).map_err(Problem::internal)
}

/// The answers to the fields that are shown; a hidden answer is kept and not submitted.
fn visible<'a>(fields: &'a [FieldState], raw: &'a RawAnswers) -> BTreeMap<&'a str, &'a Json> {
    let shown = fields.iter().filter(|field| field.visible);
    shown.filter_map(|field| raw.get(&field.id).map(|value| (field.id.as_str(), value))).collect()
}

/// A piece of evidence as the submission names it.
fn named(piece: &Evidence) -> Json {
    let details = json!({
        "place": piece.details.place,
        "description": piece.details.description,
        "owner": piece.details.owner,
        "valid_until": piece.details.valid_until.map(|day| day.to_string()),
    });
    match &piece.what {
        What::File(file) => json!({
            "id": piece.id, "name": piece.name, "media_type": file.media_type, "size": file.size,
            "sha256": file.sha256, "scan": file.scan.as_str(), "details": details, "supersedes": piece.supersedes,
        }),
        What::Link(url) => json!({ "id": piece.id, "name": piece.name, "url": url, "details": details }),
    }
}

fn computed(value: &Value) -> Json {
    match value {
        Value::Number(number) => json!(number::exact(number)),
        Value::YesNo(yes) => json!(yes),
        Value::Choice(text) | Value::Text(text) => json!(text),
        Value::Choices(ids) => json!(ids),
        Value::Date(day) => json!(day.to_string()),
        Value::Level(level) => json!(level),
        Value::Rows(_) | Value::Years(_) => Json::Null,
    }
}
