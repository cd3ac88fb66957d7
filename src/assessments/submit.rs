//! The head signs and submits: a snapshot that never changes again.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::evidence::{self, Evidence, What};
use super::progress::{Entered, Stage};
use super::rules::Finding;
use super::{BACKGROUND, Submission, editable, receipt, store};
use crate::cycles::calendar::Dates;
use crate::cycles::state::CaseState;
use crate::cycles::transition::{self, Move};
use crate::cycles::{self, Case};
use crate::db::Act;
use crate::forms::{FieldState, Form, RawAnswers, Value};
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::ids::{CaseId, sha256};
use crate::number;
use crate::problem::{FieldError, Problem};

/// Submits the self-assessment: from draft, or after completion.
///
/// # Errors
/// `incomplete` with every missing thing, `deadline_passed` after the shown hour plus grace, and the refusals of rights
/// and states. Nothing typed is lost by any of them.
pub fn submit(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    dates: &Dates,
    case: &CaseId,
) -> Result<Submission, Problem> {
    let case = cycles::store::claim(act, case, &[CaseState::Draft, CaseState::Returned])?;
    standing.require(&case.reference(), Object::Assessment, Deed::Submit)?;
    editable::check_form(&case, form)?;
    if act.now > dates.last_moment(case.due()) {
        return Err(deadline_passed(&case));
    }
    let entered = store::entered(act.db, &case.id)?;
    let missing = entered.missing(form, case.period());
    if !missing.is_empty() {
        return Err(incomplete(&case, missing));
    }
    let content = snapshot(act, &case, form, &entered)?;
    let submission = Submission {
        id: act.id(),
        number: store::latest_submission(act.db, &case.id)?.map_or(0, |latest| latest.number) + 1,
        digest: sha256(content.as_bytes()),
        content,
        late: act.now > case.due(),
        submitted_by: standing.id().clone(),
        submitted_at: act.now,
    };
    store::add_submission(act, &case.id, &submission)?;
    transition::enter(
        act,
        &case.id,
        Move {
            act: "submit",
            from: case.state,
            to: CaseState::Submitted,
            actor: Some(standing.id()),
            reason: None,
            detail: json!({ "number": submission.number, "digest": submission.digest, "late": submission.late }),
        },
    )?;
    receipt::order(act, standing, &case, &submission)?;
    Ok(submission)
}

fn incomplete(case: &Case, missing: Vec<Finding>) -> Problem {
    let count = missing.len();
    Problem::invalid(
        "incomplete",
        format!("{count} saker saknas innan ni kan lämna in."),
        format!("{count} things are missing before you can submit."),
    )
    .way_out(
        "Gå igenom listan. Allt ni har skrivit är sparat.",
        "Go through the list. All you wrote is saved.",
        format!("{}/lamna-in", case.path()),
    )
    .with_errors(missing.into_iter().map(FieldError::from).collect())
}

fn deadline_passed(case: &Case) -> Problem {
    use crate::text::{Lang, moment};
    Problem::conflict(
        "deadline_passed",
        format!("Inlämningen stängde {}. Det ni har skrivit är sparat.", moment(case.due(), Lang::Sv)),
        format!("Submission closed on {}. What you have written is saved.", moment(case.due(), Lang::En)),
    )
    .way_out(
        "Begär förlängning av samordnaren.",
        "Ask the coordinator for more time.",
        format!("{}/forlangning", case.path()),
    )
}

/// The submitted values as JSON with sorted keys: visible answers only, as typed, with what was computed from them.
fn snapshot(act: &mut Act<'_>, case: &Case, form: &Form, entered: &Entered) -> Result<String, Problem> {
    let mut files: BTreeMap<String, Vec<Json>> = BTreeMap::new();
    for piece in evidence::store::of_case(act.db, &case.id)? {
        files.entry(piece.criterion.clone()).or_default().push(named(&piece));
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
                "evidence": files.remove(&criterion.id).unwrap_or_default(),
                "declared_missing": answer.and_then(|answer| answer.declared_missing.as_deref()),
                "not_applicable_asked": state.stage == Stage::NotApplicable,
                "version": entered.version_of(&criterion.id),
            }),
        );
    }
    let about = entered.answers_to(BACKGROUND);
    let states = crate::forms::evaluate::background(form, &about, case.period());
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
