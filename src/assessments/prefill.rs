//! Fills new drafts with what each unit submitted the year before: content, never status.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::batch_store::{self, AnswerRow};
use super::progress::{is_blank, says_nothing};
use super::snapshot::Snapshot;
use crate::cycles::{self, Case, transition};
use crate::db::Act;
use crate::forms::evaluate::span;
use crate::forms::mapping::{AllAnswers, BACKGROUND};
use crate::forms::{Field, FieldKind, Form, Library, Prefill, RawAnswers};
use crate::ids::{CaseId, PersonId, UnitId};
use crate::problem::Problem;

/// Fills the drafts of cases that were just opened. A unit that submitted nothing the year before, or on a form that no
/// mapping leads from, begins with an empty draft.
///
/// # Errors
/// The database cannot be read or written.
pub(super) fn prefill(
    act: &mut Act<'_>,
    actor: Option<&PersonId>,
    form: &Form,
    library: &Library,
    cases: &[CaseId],
) -> Result<(), Problem> {
    let new = cycles::store::by_ids(act.db, cases)?;
    let Some(year) = new.first().map(|case| case.year) else { return Ok(()) };
    let before: BTreeMap<UnitId, CaseId> = cycles::store::all_of_year(act.db, year - 1)?
        .into_iter()
        .map(|case| (case.unit.id, case.id))
        .collect();
    let wanted: Vec<CaseId> = new.iter().filter_map(|case| before.get(&case.unit.id)).cloned().collect();
    let mut submissions = batch_store::latest_submissions(act.db, &wanted)?;
    let mut rows = Vec::new();
    for case in &new {
        let Some(submission) = before.get(&case.unit.id).and_then(|last| submissions.remove(last)) else {
            continue;
        };
        let snapshot = Snapshot::read(&submission.content)?;
        let from = snapshot.form.clone();
        let Some(route) = library.route(&from, &form.key()) else { continue };
        let copied = copied(form, case, route.carry(&snapshot.answers()));
        let criteria: Vec<&String> = copied.keys().collect();
        let detail = json!({ "form": from, "submission": submission.digest, "criteria": criteria });
        transition::note(act, &case.id, actor, "prefill", detail)?;
        for (criterion, content) in copied {
            let content = serde_json::to_string(&content).map_err(Problem::internal)?;
            rows.push(AnswerRow::unconfirmed(&case.id, &criterion, 1, content, None, act.now));
        }
    }
    let versions: Vec<_> = rows.iter().map(AnswerRow::as_version).collect();
    batch_store::write(act, &rows, &versions)
}

/// What the form copies of answers that were carried to it, by criterion.
fn copied(form: &Form, case: &Case, mut carried: AllAnswers) -> AllAnswers {
    let own = form.criteria().map(|(_, criterion)| (criterion.id.as_str(), form.fields(criterion).collect()));
    let all: Vec<(&str, Vec<&Field>)> = own.chain([(BACKGROUND, form.background.iter().collect())]).collect();
    let mut copied = AllAnswers::new();
    for (criterion, fields) in all {
        let Some(mut answers) = carried.remove(criterion) else { continue };
        let content: RawAnswers = fields
            .into_iter()
            .filter(|field| field.prefill == Prefill::Copy && field.kind != FieldKind::Evidence)
            .filter_map(|field| Some((field.id.clone(), fitting(field, case, answers.remove(&field.id)?)?)))
            .collect();
        if !is_blank(&content) {
            copied.insert(criterion.to_owned(), content);
        }
    }
    copied
}

/// An answer as this year asks for it: of a series, the years that are still asked for.
fn fitting(field: &Field, case: &Case, raw: Json) -> Option<Json> {
    let raw = match raw {
        Json::Object(years) if field.kind == FieldKind::Years => {
            let asked: Vec<String> = span(field, case.period()).map(|year| year.to_string()).collect();
            Json::Object(years.into_iter().filter(|(year, _)| asked.contains(year)).collect())
        }
        raw => raw,
    };
    (!says_nothing(&raw)).then_some(raw)
}
