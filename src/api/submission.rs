//! From a finished self-assessment to a submitted one, and the coordinator's answers to it.

use actix_web::web::{Path, Query};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::answers::Reason;
use super::at_hand::{AreaPath, CasePath, DryRun};
use super::body::{Body, done, moment, ok, utc};
use super::caller::Caller;
use super::cases::CaseInShort;
use super::paging::{Page, Paging};
use super::refusal::{Answer, ErrorAt};
use crate::assessments::{
    Submission, area_ready, ask_extension, not_submitted, return_for_completion, store, submit, withdraw,
};
use crate::cycles::{cancel, extend, extension};
use crate::identity::rights::Object;
use crate::problem::{FieldError, Problem};
use crate::text::Lang;

/// A submitted self-assessment.
#[derive(Debug, Serialize, ToSchema)]
struct SubmissionView {
    /// Counts submissions of the case from 1.
    number: i32,
    /// SHA-256 of the content.
    digest: String,
    /// Whether it came after the shown hour, in the grace.
    late: bool,
    /// Who signed it.
    submitted_by: String,
    /// When.
    submitted_at: DateTime<Utc>,
    /// What was submitted: answers, indicators and files by criterion.
    #[schema(value_type = Object)]
    content: serde_json::Value,
}

impl TryFrom<Submission> for SubmissionView {
    type Error = Problem;

    fn try_from(submission: Submission) -> Result<SubmissionView, Problem> {
        Ok(SubmissionView {
            number: submission.number,
            digest: submission.digest,
            late: submission.late,
            submitted_by: submission.submitted_by.to_string(),
            submitted_at: utc(submission.submitted_at),
            content: serde_json::from_str(&submission.content).map_err(Problem::internal)?,
        })
    }
}

/// Whether an area is ready.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"ready": true}))]
pub(super) struct Ready {
    /// True when nothing more is to be done in the area.
    ready: bool,
}

/// More time for one unit.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"until": "2026-04-14T21:59:00Z", "reason": "The head of unit was on sick leave."}))]
pub(super) struct Extension {
    /// The new last moment; later than the present one.
    until: DateTime<Utc>,
    /// Why.
    #[validate(length(min = 1, max = 10000))]
    #[schema(min_length = 1, max_length = 10000)]
    reason: String,
}

/// A unit's request for more time.
#[derive(Debug, Serialize, ToSchema)]
struct ExtensionRequest {
    /// Identifier.
    id: String,
    /// Why, in the head's words.
    reason: String,
    /// Who asked.
    asked_by: String,
    /// When.
    asked_at: DateTime<Utc>,
    /// Whether more time was given; none while it waits.
    granted: Option<bool>,
    /// Until when.
    until: Option<DateTime<Utc>>,
    /// The reason of the answer.
    answer: Option<String>,
}

impl From<extension::Request> for ExtensionRequest {
    fn from(request: extension::Request) -> ExtensionRequest {
        let until = request.answer.as_ref().and_then(|answer| answer.until);
        ExtensionRequest {
            id: request.id.to_string(),
            reason: request.reason,
            asked_by: request.asked_by.to_string(),
            asked_at: utc(request.asked_at),
            granted: request.answer.as_ref().map(|_| until.is_some()),
            until: until.map(utc),
            answer: request.answer.map(|answer| answer.reason),
        }
    }
}

/// What a unit is asked to complete.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"criteria": [{"criterion": "A1", "what": "The minutes of the spring term are missing."}]}))]
pub(super) struct Completion {
    /// The criteria that open again.
    #[validate(length(min = 1, max = 200), nested)]
    #[schema(min_items = 1, max_items = 200)]
    criteria: Vec<Wanted>,
}

/// What is wanted in one criterion.
#[derive(Debug, Deserialize, Serialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// The criterion.
    #[validate(length(min = 1, max = 20))]
    #[schema(min_length = 1, max_length = 20)]
    criterion: String,
    /// What is to be completed.
    #[validate(length(min = 1, max = 10000))]
    #[schema(min_length = 1, max_length = 10000)]
    what: String,
}

/// Values to mend, in one language.
pub(super) fn told(errors: Vec<FieldError>, lang: Lang) -> Vec<ErrorAt> {
    let tell = |error: FieldError| ErrorAt {
        message: error.message.get(lang).to_owned(),
        pointer: error.pointer,
        code: error.code,
    };
    errors.into_iter().map(tell).collect()
}

/// The newest submission.
#[utoipa::path(get, path = "/cases/{year}/{unit}/submission", operation_id = "get_submission",
    tag = "Self-assessment", params(CasePath), responses((status = 200, body = SubmissionView)))]
pub(super) async fn show(caller: Caller, path: Path<CasePath>) -> Answer {
    let view = caller
        .read_case(path.into_inner(), Object::Assessment, |db, standing, at| {
            // The snapshot is whole: whoever reads a part of it only reads that elsewhere.
            if super::answers::sent_only(db, standing, at)?.is_some()
                || super::answers::hides_level(standing, at)
            {
                return Err(Problem::not_found());
            }
            let newest = store::latest_submission(db, at.id())?.ok_or_else(Problem::not_found)?;
            SubmissionView::try_from(newest)
        })
        .await?;
    ok(&view)
}

/// Submits the self-assessment. For the head of unit.
#[utoipa::path(post, path = "/cases/{year}/{unit}/submission", operation_id = "submit", tag = "Self-assessment",
    params(CasePath, DryRun), responses((status = 200, body = SubmissionView)))]
pub(super) async fn submit(caller: Caller, path: Path<CasePath>, dry: Query<DryRun>) -> Answer {
    let view = caller
        .act_or_try_case(path.into_inner(), Object::Assessment, *dry, |act, standing, at| {
            let submission = submit::submit(act, standing, &at.form, &at.dates, at.id())?;
            SubmissionView::try_from(submission)
        })
        .await?;
    ok(&view)
}

/// Takes the submission back, as long as no reviewers are assigned. For the head of unit.
#[utoipa::path(post, path = "/cases/{year}/{unit}/submission/withdrawal", operation_id = "withdraw",
    tag = "Self-assessment", params(CasePath), request_body = Reason,
    responses((status = 200, body = CaseInShort)))]
pub(super) async fn withdraw(caller: Caller, path: Path<CasePath>, reason: Body<Reason>) -> Answer {
    let case = caller
        .act_case(path.into_inner(), Object::Assessment, move |act, standing, at| {
            withdraw::withdraw(act, standing, at.id(), &reason.0.reason)
        })
        .await?;
    ok(&CaseInShort::from(&case))
}

/// Marks an area as ready, or takes the mark away. It stops nobody from writing on.
#[utoipa::path(put, path = "/cases/{year}/{unit}/areas/{area}/ready", operation_id = "mark_area",
    tag = "Self-assessment", params(AreaPath), request_body = Ready,
    responses((status = 204)))]
pub(super) async fn mark_area(caller: Caller, path: Path<AreaPath>, ready: Body<Ready>) -> Answer {
    let (case, area) = path.into_inner().split();
    let ready = ready.0.ready;
    caller
        .act_case(case, Object::Assessment, move |act, standing, at| {
            area_ready::mark(act, standing, &at.form, at.id(), &area, ready)
        })
        .await?;
    Ok(done())
}

/// Asks the coordinators for more time. For the head of unit.
#[utoipa::path(post, path = "/cases/{year}/{unit}/extension-request", operation_id = "ask_extension",
    tag = "Self-assessment", params(CasePath), request_body = Reason, responses((status = 204)))]
pub(super) async fn ask_extension(caller: Caller, path: Path<CasePath>, reason: Body<Reason>) -> Answer {
    caller
        .act_case(path.into_inner(), Object::Assessment, move |act, standing, at| {
            ask_extension::ask(act, standing, at.id(), &reason.0.reason)
        })
        .await?;
    Ok(done())
}

/// The unit's requests for more time, oldest first, with the answers. For the unit and its coordinators.
#[utoipa::path(get, path = "/cases/{year}/{unit}/extension-requests", operation_id = "list_extension_requests",
    tag = "Self-assessment", params(CasePath, Paging),
    responses((status = 200, body = Page<ExtensionRequest>)))]
pub(super) async fn extension_requests(
    caller: Caller,
    path: Path<CasePath>,
    paging: Query<Paging>,
) -> Answer {
    let requests = caller
        .read_case(path.into_inner(), Object::Progress, |db, standing, at| {
            extension::of_case(db, standing, &at.case)
        })
        .await?;
    let views = requests.into_iter().map(ExtensionRequest::from).collect();
    ok(&paging.cut(views, |request: &ExtensionRequest| request.id.clone())?)
}

/// Declines the request for more time that waits. More time is given by `extend`, which answers it too. For
/// coordinators.
#[utoipa::path(post, path = "/cases/{year}/{unit}/extension/refusal", operation_id = "decline_extension",
    tag = "Coordination", params(CasePath), request_body = Reason, responses((status = 204)))]
pub(super) async fn decline_extension(caller: Caller, path: Path<CasePath>, reason: Body<Reason>) -> Answer {
    caller
        .act_case(path.into_inner(), Object::Case, move |act, standing, at| {
            extension::decline(act, standing, at.id(), &reason.0.reason)
        })
        .await?;
    Ok(done())
}

/// Gives the unit more time. For coordinators.
#[utoipa::path(put, path = "/cases/{year}/{unit}/extension", operation_id = "extend", tag = "Coordination",
    params(CasePath), request_body = Extension, responses((status = 200, body = CaseInShort)))]
pub(super) async fn extend(caller: Caller, path: Path<CasePath>, new: Body<Extension>) -> Answer {
    let Extension { until, reason } = new.0;
    let case = caller
        .act_case(path.into_inner(), Object::Case, move |act, standing, at| {
            extend::extend(act, standing, at.id(), moment(until), &reason)?;
            crate::cycles::store::by_ids(act.db, std::slice::from_ref(at.id()))?
                .pop()
                .ok_or_else(Problem::not_found)
        })
        .await?;
    ok(&CaseInShort::from(&case))
}

/// Returns a submitted case to the unit, once, with what is to be completed. For coordinators.
#[utoipa::path(post, path = "/cases/{year}/{unit}/completion", operation_id = "return_for_completion",
    tag = "Coordination", params(CasePath, DryRun), request_body = Completion,
    responses((status = 200, body = CaseInShort)))]
pub(super) async fn return_for_completion(
    caller: Caller,
    path: Path<CasePath>,
    dry: Query<DryRun>,
    wanted: Body<Completion>,
) -> Answer {
    let wanted: Vec<_> = wanted.0.criteria.into_iter().map(|one| (one.criterion, one.what)).collect();
    let case = caller
        .act_or_try_case(path.into_inner(), Object::Completion, *dry, move |act, standing, at| {
            let (form, dates) = (&at.form, &at.dates);
            return_for_completion::return_for_completion(act, standing, form, dates, at.id(), &wanted)
        })
        .await?;
    ok(&CaseInShort::from(&case))
}

/// Takes a case out of the year, before reviewers are assigned: the unit is merged or closed. For coordinators.
#[utoipa::path(post, path = "/cases/{year}/{unit}/cancel", operation_id = "cancel_case", tag = "Coordination",
    params(CasePath), request_body = Reason, responses((status = 200, body = CaseInShort)))]
pub(super) async fn cancel(caller: Caller, path: Path<CasePath>, reason: Body<Reason>) -> Answer {
    let case = caller
        .act_case(path.into_inner(), Object::Case, move |act, standing, at| {
            cancel::cancel(act, standing, at.id(), &reason.0.reason)
        })
        .await?;
    ok(&CaseInShort::from(&case))
}

/// Closes a case that never came in; its outcome becomes E. For coordinators.
#[utoipa::path(post, path = "/cases/{year}/{unit}/not-submitted", operation_id = "mark_not_submitted",
    tag = "Coordination", params(CasePath), request_body = Reason, responses((status = 200, body = CaseInShort)))]
pub(super) async fn not_submitted(caller: Caller, path: Path<CasePath>, reason: Body<Reason>) -> Answer {
    let case = caller
        .act_case(path.into_inner(), Object::Case, move |act, standing, at| {
            not_submitted::mark(act, standing, &at.dates, at.id(), &reason.0.reason)
        })
        .await?;
    ok(&CaseInShort::from(&case))
}
