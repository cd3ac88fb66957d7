//! The answers of a self-assessment, criterion by criterion.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::web::{Path, Query};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::at_hand::{AtHand, CasePath, CriterionPath};
use super::body::{Body, ok, ok_version, utc};
use super::caller::Caller;
use super::paging::{Page, Paging};
use super::refusal::{Answer as Response, ErrorAt, Refusal};
use super::version::Seen;
use crate::assessments::confirm_prefill::confirm_prefill;
use crate::assessments::progress::{Entered, Stage};
use crate::assessments::save_answer::{Save, save_answer};
use crate::assessments::suggestion::suggestion;
use crate::assessments::{BACKGROUND, declare_missing, store};
use crate::db::Db;
use crate::forms::evaluate::background;
use crate::forms::{FieldKind, FieldState, RawAnswers, Value};
use crate::identity::rights::{Object, Role};
use crate::identity::standing::Standing;
use crate::number::exact;
use crate::problem::Problem;
use crate::reviews;
use crate::text::Lang;

/// The answers to one criterion.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AnswerView {
    /// The criterion, or `background`.
    #[schema(example = "A1")]
    criterion: String,
    /// Counts saves; 0 when nothing is saved. Also the `ETag`.
    version: i32,
    /// What was typed, by field: a text as typed; choices a list of option ids; a table a list of rows from column to
    /// text; years an object from year to text. The word that explains a change stands under `<field>.explanation`.
    #[schema(value_type = Object)]
    fields: RawAnswers,
    /// `untouched`, `begun`, `not_confirmed`, `complete`, `declared_missing` or `not_applicable`.
    stage: &'static str,
    /// Why the unit leaves the criterion without an answer.
    declared_missing: Option<String>,
    /// Who saved it last; none for what came from last year.
    saved_by: Option<String>,
    /// When.
    saved_at: Option<DateTime<Utc>>,
    /// What is computed from the answers, exact; none while it cannot be.
    #[schema(value_type = Object)]
    indicators: BTreeMap<String, Option<String>>,
    /// The level that the answers suggest, 0–4.
    suggested_level: Option<u8>,
    /// Why it is that level and what the next one takes, as on the page, in the language asked for; none where the form
    /// has no rule.
    suggestion: Option<String>,
    /// On a minimum requirement: whether the answers fulfil it.
    minimum_check: Option<bool>,
    /// What must be mended before submission. What was typed is kept all the same.
    issues: Vec<ErrorAt>,
    /// Fields that are needed and not answered.
    missing: Vec<String>,
}

/// Answers to save.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"fields": {"meetings_held": "12", "role": "regular"}}))]
pub(super) struct NewAnswer {
    /// The fields to save, as typed; those that are not named stay as they are. At most 256 kB together.
    #[validate(length(max = 200))]
    #[schema(value_type = Object)]
    fields: RawAnswers,
}

/// A reason.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "The register was closed during the year."}))]
pub(super) struct Reason {
    /// In own words.
    #[validate(length(min = 1, max = 10000))]
    #[schema(min_length = 1, max_length = 10000)]
    pub reason: String,
}

/// An earlier version of the answers to a criterion.
#[derive(Debug, Serialize, ToSchema)]
struct EarlierVersion {
    /// Counts saves from 1.
    version: i32,
    /// What was typed.
    #[schema(value_type = Object)]
    fields: RawAnswers,
    /// Who saved it.
    saved_by: Option<String>,
    /// When.
    saved_at: DateTime<Utc>,
}

/// The answers to every criterion that the caller may read, in order of criterion.
#[utoipa::path(get, path = "/cases/{year}/{unit}/answers", operation_id = "list_answers", tag = "Self-assessment",
    params(CasePath, Paging), responses((status = 200, body = Page<AnswerView>)))]
pub(super) async fn list(caller: Caller, path: Path<CasePath>, paging: Query<Paging>) -> Response {
    let lang = caller.lang;
    let views = caller
        .read_case(path.into_inner(), Object::Assessment, move |db, standing, at| {
            let only = sent_only(db, standing, at)?;
            let entered = reviews::reading::entered(db, standing, &at.case)?;
            let hidden = hides_level(standing, at);
            let names = at.form.criteria().map(|(_, criterion)| criterion.id.as_str());
            names
                .chain([BACKGROUND])
                .filter(|name| only.as_ref().is_none_or(|only| only.contains(*name)))
                .map(|name| view(&entered, at, name, hidden, lang))
                .collect::<Result<Vec<_>, _>>()
        })
        .await?;
    ok(&paging.cut(views, |answer: &AnswerView| answer.criterion.clone())?)
}

/// The answers to one criterion; `background` is the form about the unit.
#[utoipa::path(get, path = "/cases/{year}/{unit}/answers/{criterion}", operation_id = "get_answer",
    tag = "Self-assessment", params(CriterionPath),
    responses((status = 200, body = AnswerView, headers(("ETag" = String, description = "The version")))))]
pub(super) async fn show(caller: Caller, path: Path<CriterionPath>) -> Response {
    let view = read(&caller, path.into_inner()).await?;
    ok_version(view.version, &view)
}

/// Saves answers to one criterion, valid or not: what must be mended stands in `issues`. Nobody's newer version is
/// overwritten.
#[utoipa::path(put, path = "/cases/{year}/{unit}/answers/{criterion}", operation_id = "save_answer",
    tag = "Self-assessment", params(CriterionPath), request_body = NewAnswer,
    responses((status = 200, body = AnswerView, headers(("ETag" = String, description = "The new version")))))]
pub(super) async fn save(
    caller: Caller,
    path: Path<CriterionPath>,
    seen: Seen,
    new: Body<NewAnswer>,
) -> Response {
    let path = path.into_inner();
    let (case, criterion) = path.clone().split();
    let saved = caller
        .act_case(case, Object::Assessment, move |act, standing, at| {
            let save = Save { criterion: &criterion, fields: new.0.fields, seen: seen.0 };
            save_answer(act, standing, &at.form, at.id(), save).map(|_| ())
        })
        .await;
    written(&caller, path, saved).await
}

/// Declares that the unit has no answer to a criterion, so that the rest can be submitted.
#[utoipa::path(put, path = "/cases/{year}/{unit}/answers/{criterion}/declared-missing",
    operation_id = "declare_missing", tag = "Self-assessment", params(CriterionPath), request_body = Reason,
    responses((status = 200, body = AnswerView, headers(("ETag" = String, description = "The new version")))))]
pub(super) async fn declare(
    caller: Caller,
    path: Path<CriterionPath>,
    seen: Seen,
    reason: Body<Reason>,
) -> Response {
    let path = path.into_inner();
    let (case, criterion) = path.clone().split();
    let saved = caller
        .act_case(case, Object::Assessment, move |act, standing, at| {
            let (form, why) = (&at.form, &reason.0.reason);
            declare_missing::declare_missing(act, standing, form, at.id(), &criterion, why, seen.0)
                .map(|_| ())
        })
        .await;
    written(&caller, path, saved).await
}

/// Confirms what came from last year, or into a mended form, as it was read. Until then it counts as unanswered.
#[utoipa::path(post, path = "/cases/{year}/{unit}/answers/{criterion}/confirm", operation_id = "confirm_answer",
    tag = "Self-assessment", params(CriterionPath),
    responses((status = 200, body = AnswerView, headers(("ETag" = String, description = "The new version")))))]
pub(super) async fn confirm(caller: Caller, path: Path<CriterionPath>, seen: Seen) -> Response {
    let path = path.into_inner();
    let (case, criterion) = path.clone().split();
    let confirmed = caller
        .act_case(case, Object::Assessment, move |act, standing, at| {
            confirm_prefill(act, standing, &at.form, at.id(), &criterion, seen.0).map(drop)
        })
        .await;
    written(&caller, path, confirmed).await
}

/// Every saved version of the answers to a criterion. For the unit.
#[utoipa::path(get, path = "/cases/{year}/{unit}/answers/{criterion}/versions", operation_id = "list_versions",
    tag = "Self-assessment", params(CriterionPath, Paging), responses((status = 200, body = Page<EarlierVersion>)))]
pub(super) async fn versions(caller: Caller, path: Path<CriterionPath>, paging: Query<Paging>) -> Response {
    let (case, criterion) = path.into_inner().split();
    let versions = caller
        .read_case(case, Object::Assessment, move |db, standing, at| {
            let of_unit = |role: &Role| matches!(role, Role::Head | Role::Contributor);
            if !standing.roles_in(&at.reference()).iter().any(of_unit) {
                return Err(Problem::not_found());
            }
            store::versions(db, at.id(), &criterion)
        })
        .await?;
    let views = versions.into_iter().map(|(version, fields, by, at)| EarlierVersion {
        version,
        fields,
        saved_by: by.map(|person| person.to_string()),
        saved_at: utc(at),
    });
    ok(&paging.cut(views.collect(), |one: &EarlierVersion| format!("{:08}", one.version))?)
}

/// The answer to a save: the new version, or the newer one of somebody else.
async fn written(caller: &Caller, path: CriterionPath, saved: Result<(), Refusal>) -> Response {
    match saved {
        Ok(()) => {
            let view = read(caller, path).await?;
            ok_version(view.version, &view)
        }
        Err(refusal) if refusal.is_stale() => {
            let view = read(caller, path).await?;
            Err(refusal.with_newer(view.version, &view))
        }
        Err(refusal) => Err(refusal),
    }
}

async fn read(caller: &Caller, path: CriterionPath) -> Result<AnswerView, Refusal> {
    let (case, criterion) = path.split();
    let lang = caller.lang;
    caller
        .read_case(case, Object::Assessment, move |db, standing, at| {
            if sent_only(db, standing, at)?.is_some_and(|only| !only.contains(&criterion)) {
                return Err(Problem::not_found());
            }
            let entered = reviews::reading::entered(db, standing, &at.case)?;
            view(&entered, at, &criterion, hides_level(standing, at), lang)
        })
        .await
}

/// The criteria that a further reviewer was sent; none for readers who may read them all.
///
/// # Errors
/// The database cannot be read.
pub(super) fn sent_only(
    db: &mut Db,
    standing: &Standing,
    at: &AtHand,
) -> Result<Option<BTreeSet<String>>, Problem> {
    Ok(reviews::reading::of_case(db, standing, &at.case)?.only)
}

/// Whether the level that the unit gives itself is still hidden from this reviewer.
pub(super) fn hides_level(standing: &Standing, at: &AtHand) -> bool {
    standing.seat(at.id()).is_some_and(|seat| !reviews::sees_units_level(seat.party, seat.locked, &at.case))
}

fn view(
    entered: &Entered,
    at: &AtHand,
    name: &str,
    hides_level: bool,
    lang: Lang,
) -> Result<AnswerView, Problem> {
    let answer = entered.answers.get(name);
    let mut view = AnswerView {
        criterion: name.to_owned(),
        version: entered.version_of(name),
        fields: entered.answers_to(name),
        stage: "",
        declared_missing: answer.and_then(|answer| answer.declared_missing.clone()),
        saved_by: answer.and_then(|answer| answer.saved_by.as_ref()).map(ToString::to_string),
        saved_at: answer.map(|answer| utc(answer.saved_at)),
        indicators: BTreeMap::new(),
        suggested_level: None,
        suggestion: None,
        minimum_check: None,
        issues: Vec::new(),
        missing: Vec::new(),
    };
    let period = at.case.period();
    if name == BACKGROUND {
        view.add_fields(&background(&at.form, &view.fields, period), lang);
        let done = view.issues.is_empty() && view.missing.is_empty();
        view.stage = match (entered.waits(BACKGROUND), done) {
            (true, _) => "not_confirmed",
            (false, true) => "complete",
            (false, false) => "begun",
        };
        return Ok(view);
    }
    let criterion = at.criterion(name)?;
    if hides_level {
        let levels = at.form.fields(criterion).filter(|field| field.kind == FieldKind::Level);
        levels.for_each(|field| drop(view.fields.remove(&field.id)));
    }
    let state = entered.criterion(&at.form, criterion, period);
    view.add_fields(&state.evaluated.fields, lang);
    view.stage = stage(state.stage);
    view.suggested_level = state.evaluated.suggested;
    view.suggestion = suggestion(criterion, &state.evaluated, lang);
    view.minimum_check = state.evaluated.minimum_check;
    let indicators = state.evaluated.indicators.into_iter();
    view.indicators = indicators.map(|(id, value)| (id, value.as_ref().and_then(computed))).collect();
    Ok(view)
}

impl AnswerView {
    fn add_fields(&mut self, fields: &[FieldState], lang: Lang) {
        for field in fields.iter().filter(|field| field.visible) {
            if field.missing {
                self.missing.push(field.id.clone());
            }
            self.issues.extend(field.issues.iter().map(|issue| ErrorAt {
                pointer: format!("/fields/{}", issue.field),
                code: issue.code.to_owned(),
                message: issue.message.get(lang).to_owned(),
            }));
        }
    }
}

fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Untouched => "untouched",
        Stage::Begun => "begun",
        Stage::NotConfirmed => "not_confirmed",
        Stage::Complete => "complete",
        Stage::DeclaredMissing => "declared_missing",
        Stage::NotApplicable => "not_applicable",
    }
}

fn computed(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => Some(exact(number)),
        Value::YesNo(yes) => Some(if *yes { "yes" } else { "no" }.to_owned()),
        _ => None,
    }
}
