//! Requests that a criterion does not apply.

use actix_web::web::Path;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::answers::Reason;
use super::at_hand::{CasePath, CriterionPath};
use super::body::{Body, done, ok};
use super::caller::Caller;
use super::refusal::Answer;
use crate::assessments::{NotApplicable, not_applicable, request_store};
use crate::identity::rights::Object;

/// What the coordinator has asked to complete, and requests that a criterion does not apply.
#[derive(Debug, Serialize, ToSchema)]
struct CompletionView {
    /// What is to be completed, by criterion.
    returned: Vec<ReturnedCriterion>,
    /// Requests that a criterion does not apply.
    not_applicable: Vec<RequestView>,
}

/// A criterion that was returned.
#[derive(Debug, Serialize, ToSchema)]
struct ReturnedCriterion {
    /// The criterion.
    criterion: String,
    /// What is to be completed.
    what: String,
}

/// A request that a criterion does not apply.
#[derive(Debug, Serialize, ToSchema)]
struct RequestView {
    /// The criterion.
    criterion: String,
    /// Why, in the words of whoever asked.
    reason: String,
    /// The decision; none while it waits.
    approved: Option<bool>,
    /// Its reason.
    decision_reason: Option<String>,
}

impl From<NotApplicable> for RequestView {
    fn from(request: NotApplicable) -> RequestView {
        RequestView {
            criterion: request.criterion,
            reason: request.reason,
            approved: request.approved,
            decision_reason: request.decision_reason,
        }
    }
}

/// A decision with its reason.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"approved": true, "reason": "The unit has no doctoral students."}))]
pub(super) struct Decision {
    /// Whether it is granted.
    approved: bool,
    /// Why.
    #[validate(length(min = 1, max = 10000))]
    #[schema(min_length = 1, max_length = 10000)]
    reason: String,
}

/// What is to be completed, and requests that a criterion does not apply.
#[utoipa::path(get, path = "/cases/{year}/{unit}/completion", operation_id = "get_completion",
    tag = "Self-assessment", params(CasePath), responses((status = 200, body = CompletionView)))]
pub(super) async fn show(caller: Caller, path: Path<CasePath>) -> Answer {
    let view = caller
        .read_case(path.into_inner(), Object::Completion, |db, _, at| {
            let returned = request_store::returned(db, at.id())?.into_iter();
            let requests = request_store::of_case(db, at.id())?.into_iter();
            Ok(CompletionView {
                returned: returned.map(|(criterion, what)| ReturnedCriterion { criterion, what }).collect(),
                not_applicable: requests.map(RequestView::from).collect(),
            })
        })
        .await?;
    ok(&view)
}

/// Asks that a criterion does not apply. For the head of unit and the reviewers.
#[utoipa::path(post, path = "/cases/{year}/{unit}/not-applicable/{criterion}", operation_id = "ask_not_applicable",
    tag = "Self-assessment", params(CriterionPath), request_body = Reason, responses((status = 204)))]
pub(super) async fn ask(caller: Caller, path: Path<CriterionPath>, reason: Body<Reason>) -> Answer {
    let (case, criterion) = path.into_inner().split();
    caller
        .act_case(case, Object::Completion, move |act, standing, at| {
            not_applicable::ask(act, standing, &at.form, at.id(), &criterion, &reason.0.reason)
        })
        .await?;
    Ok(done())
}

/// Takes a request back before it is decided.
#[utoipa::path(delete, path = "/cases/{year}/{unit}/not-applicable/{criterion}",
    operation_id = "take_back_not_applicable", tag = "Self-assessment", params(CriterionPath),
    responses((status = 204)))]
pub(super) async fn take_back(caller: Caller, path: Path<CriterionPath>) -> Answer {
    let (case, criterion) = path.into_inner().split();
    caller
        .act_case(case, Object::Completion, move |act, standing, at| {
            not_applicable::take_back(act, standing, &at.form, at.id(), &criterion)
        })
        .await?;
    Ok(done())
}

/// Decides a request. For coordinators.
#[utoipa::path(post, path = "/cases/{year}/{unit}/not-applicable/{criterion}/decision",
    operation_id = "decide_not_applicable", tag = "Coordination", params(CriterionPath), request_body = Decision,
    responses((status = 204)))]
pub(super) async fn decide(caller: Caller, path: Path<CriterionPath>, decision: Body<Decision>) -> Answer {
    let (case, criterion) = path.into_inner().split();
    let Decision { approved, reason } = decision.0;
    caller
        .act_case(case, Object::Completion, move |act, standing, at| {
            not_applicable::decide(act, standing, at.id(), &criterion, approved, &reason)
        })
        .await?;
    Ok(done())
}
