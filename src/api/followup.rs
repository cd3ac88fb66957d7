//! After the release: the group's recommendation, and the unit's improvement plan.

use actix_web::web::Path;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::answers::Reason;
use super::at_hand::{CasePath, ItemPath};
use super::body::{Body, done, ok, ok_version, utc};
use super::caller::Caller;
use super::cases::CaseInShort;
use super::refusal::{Answer, Refusal};
use super::version::Seen;
use crate::cycles::Case;
use crate::followup::{Action, Plan, PlannedAction, Recommendation, plan, recommendation, view};
use crate::identity::rights::Object;
use crate::ids::RowId;
use crate::problem::Problem;

/// The coordination group's recommendation.
#[derive(Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"recommendation": "Go on as before.", "motive": "All minimum requirements are met.",
    "decided_on": "2026-11-12", "present": "Karin Ekdahl, Bo Nyman", "absent": ""}))]
pub(super) struct RecommendationBody {
    /// What the group recommends.
    #[validate(length(min = 1, max = 10000))]
    #[schema(min_length = 1, max_length = 10000)]
    recommendation: String,
    /// Why.
    #[validate(length(min = 1, max = 10000))]
    #[schema(min_length = 1, max_length = 10000)]
    motive: String,
    /// The day of the meeting.
    decided_on: NaiveDate,
    /// Who took part.
    #[validate(length(min = 1, max = 10000))]
    #[schema(min_length = 1, max_length = 10000)]
    present: String,
    /// Who did not take part because of a conflict of interest.
    #[serde(default)]
    #[validate(length(max = 10000))]
    #[schema(max_length = 10000)]
    absent: String,
}

impl From<Recommendation> for RecommendationBody {
    fn from(given: Recommendation) -> RecommendationBody {
        RecommendationBody {
            recommendation: given.recommendation,
            motive: given.motive,
            decided_on: given.decided_on,
            present: given.present,
            absent: given.absent,
        }
    }
}

impl From<RecommendationBody> for Recommendation {
    fn from(body: RecommendationBody) -> Recommendation {
        Recommendation {
            recommendation: body.recommendation,
            motive: body.motive,
            decided_on: body.decided_on,
            present: body.present,
            absent: body.absent,
        }
    }
}

/// An improvement plan.
#[derive(Debug, Serialize, ToSchema)]
struct PlanView {
    /// Counts changes; 0 while there is none. Also the `ETag`.
    version: i32,
    /// When the head submitted it.
    submitted_at: Option<DateTime<Utc>>,
    /// When the head of administration signed it.
    signed_at: Option<DateTime<Utc>>,
    /// When a coordinator accepted it.
    accepted_at: Option<DateTime<Utc>>,
    /// Its actions, by due day.
    actions: Vec<ActionView>,
}

impl From<Option<Plan>> for PlanView {
    fn from(plan: Option<Plan>) -> PlanView {
        let Some(plan) = plan else {
            return PlanView {
                version: 0,
                submitted_at: None,
                signed_at: None,
                accepted_at: None,
                actions: Vec::new(),
            };
        };
        PlanView {
            version: plan.version,
            submitted_at: plan.submitted_at.map(utc),
            signed_at: plan.signed_at.map(utc),
            accepted_at: plan.accepted_at.map(utc),
            actions: plan.actions.into_iter().map(ActionView::from).collect(),
        }
    }
}

/// What a unit will do.
#[derive(Debug, Serialize, ToSchema)]
struct ActionView {
    /// Identifier.
    id: String,
    /// The criterion it is about; none for the unit as a whole.
    criterion: Option<String>,
    /// What is to be done.
    action: String,
    /// Who sees to it.
    owner: String,
    /// By when.
    due: NaiveDate,
    /// The day it was done.
    done_on: Option<NaiveDate>,
    /// How it goes.
    note: String,
}

impl From<Action> for ActionView {
    fn from(action: Action) -> ActionView {
        ActionView {
            id: action.id.to_string(),
            criterion: action.planned.criterion,
            action: action.planned.action,
            owner: action.planned.owner,
            due: action.planned.due,
            done_on: action.done_on,
            note: action.note,
        }
    }
}

/// An action to plan.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"criterion": "A1", "action": "Fix the dates of meetings for the year.",
    "owner": "Karin Ekdahl", "due": "2027-02-01"}))]
pub(super) struct NewAction {
    /// The criterion it is about; none for the unit as a whole.
    #[serde(default)]
    #[validate(length(min = 1, max = 20))]
    #[schema(min_length = 1, max_length = 20)]
    criterion: Option<String>,
    /// What is to be done.
    #[validate(length(min = 1, max = 10000))]
    #[schema(min_length = 1, max_length = 10000)]
    action: String,
    /// Who sees to it.
    #[validate(length(min = 1, max = 10000))]
    #[schema(min_length = 1, max_length = 10000)]
    owner: String,
    /// By when.
    due: NaiveDate,
}

impl From<NewAction> for PlannedAction {
    fn from(new: NewAction) -> PlannedAction {
        PlannedAction { criterion: new.criterion, action: new.action, owner: new.owner, due: new.due }
    }
}

/// How an action goes.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"done_on": "2027-01-20", "note": "The dates stand in the calendar."}))]
pub(super) struct Progress {
    /// The day it was done; none while it is not.
    #[serde(default)]
    done_on: Option<NaiveDate>,
    /// In own words.
    #[serde(default)]
    #[validate(length(max = 10000))]
    #[schema(max_length = 10000)]
    note: String,
}

/// The group's recommendation.
#[utoipa::path(get, path = "/cases/{year}/{unit}/recommendation", operation_id = "get_recommendation",
    tag = "Follow-up", params(CasePath), responses((status = 200, body = RecommendationBody)))]
pub(super) async fn recommended(caller: Caller, path: Path<CasePath>) -> Answer {
    let given = caller
        .read_case(path.into_inner(), Object::Recommendation, |db, standing, at| {
            view::recommendation(db, standing, &at.case)?.ok_or_else(Problem::not_found)
        })
        .await?;
    ok(&RecommendationBody::from(given))
}

/// Writes the recommendation, once. For members of the group without a conflict of interest.
#[utoipa::path(post, path = "/cases/{year}/{unit}/recommendation", operation_id = "recommend", tag = "Follow-up",
    params(CasePath), request_body = RecommendationBody, responses((status = 200, body = CaseInShort)))]
pub(super) async fn recommend(
    caller: Caller,
    path: Path<CasePath>,
    given: Body<RecommendationBody>,
) -> Answer {
    let given = Recommendation::from(given.0);
    let case = caller
        .act_case(path.into_inner(), Object::Recommendation, move |act, standing, at| {
            recommendation::write(act, standing, at.id(), &given)
        })
        .await?;
    ok(&CaseInShort::from(&case))
}

/// Asks for an in-depth review, with a reason. For members of the group without a conflict of interest.
#[utoipa::path(post, path = "/cases/{year}/{unit}/in-depth", operation_id = "ask_in_depth", tag = "Follow-up",
    params(CasePath), request_body = Reason, responses((status = 200, body = CaseInShort)))]
pub(super) async fn ask_in_depth(caller: Caller, path: Path<CasePath>, reason: Body<Reason>) -> Answer {
    let case = caller
        .act_case(path.into_inner(), Object::Recommendation, move |act, standing, at| {
            recommendation::ask_in_depth(act, standing, at.id(), &reason.0.reason)
        })
        .await?;
    ok(&CaseInShort::from(&case))
}

/// The improvement plan with its actions.
#[utoipa::path(get, path = "/cases/{year}/{unit}/plan", operation_id = "get_plan", tag = "Follow-up",
    params(CasePath),
    responses((status = 200, body = PlanView, headers(("ETag" = String, description = "The version")))))]
pub(super) async fn plan(caller: Caller, path: Path<CasePath>) -> Answer {
    let plan = read(&caller, path.into_inner()).await?;
    ok_version(plan.version, &plan)
}

/// Adds an action to the plan over the version that was read.
#[utoipa::path(post, path = "/cases/{year}/{unit}/plan/actions", operation_id = "add_action", tag = "Follow-up",
    params(CasePath), request_body = NewAction,
    responses((status = 200, body = PlanView, headers(("ETag" = String, description = "The new version")))))]
pub(super) async fn add_action(
    caller: Caller,
    path: Path<CasePath>,
    seen: Seen,
    new: Body<NewAction>,
) -> Answer {
    save_action(&caller, path.into_inner(), seen, None, new.0).await
}

/// Changes an action of the plan over the version that was read.
#[utoipa::path(put, path = "/cases/{year}/{unit}/plan/actions/{id}", operation_id = "change_action",
    tag = "Follow-up", params(ItemPath), request_body = NewAction,
    responses((status = 200, body = PlanView, headers(("ETag" = String, description = "The new version")))))]
pub(super) async fn change_action(
    caller: Caller,
    path: Path<ItemPath>,
    seen: Seen,
    new: Body<NewAction>,
) -> Answer {
    let (case, id) = path.into_inner().split();
    save_action(&caller, case, seen, Some(RowId::from(id)), new.0).await
}

/// Removes an action from the plan over the version that was read.
#[utoipa::path(delete, path = "/cases/{year}/{unit}/plan/actions/{id}", operation_id = "remove_action",
    tag = "Follow-up", params(ItemPath),
    responses((status = 200, body = PlanView, headers(("ETag" = String, description = "The new version")))))]
pub(super) async fn remove_action(caller: Caller, path: Path<ItemPath>, seen: Seen) -> Answer {
    let (case, id) = path.into_inner().split();
    let removed = caller
        .act_case(case.clone(), Object::Plan, move |act, standing, at| {
            plan::remove_action(act, standing, at.id(), seen.0, &RowId::from(id))
        })
        .await;
    written(&caller, case, removed).await
}

/// Submits the plan that was read. For the head of unit.
#[utoipa::path(post, path = "/cases/{year}/{unit}/plan/submission", operation_id = "submit_plan", tag = "Follow-up",
    params(CasePath), responses((status = 200, body = CaseInShort)))]
pub(super) async fn submit(caller: Caller, path: Path<CasePath>, seen: Seen) -> Answer {
    let path = path.into_inner();
    let submitted = caller
        .act_case(path.clone(), Object::Plan, move |act, standing, at| {
            plan::submit(act, standing, at.id(), seen.0)
        })
        .await;
    moved(&caller, path, submitted).await
}

/// Signs the submitted plan that was read. For the head of administration.
#[utoipa::path(post, path = "/cases/{year}/{unit}/plan/signature", operation_id = "sign_plan", tag = "Follow-up",
    params(CasePath), responses((status = 200, body = PlanView)))]
pub(super) async fn sign(caller: Caller, path: Path<CasePath>, seen: Seen) -> Answer {
    let path = path.into_inner();
    let signed = caller
        .act_case(path.clone(), Object::Plan, move |act, standing, at| {
            plan::sign(act, standing, at.id(), seen.0)
        })
        .await;
    written(&caller, path, signed).await
}

/// Accepts the plan that was read; the follow-up begins. For coordinators.
#[utoipa::path(post, path = "/cases/{year}/{unit}/plan/acceptance", operation_id = "accept_plan", tag = "Follow-up",
    params(CasePath), responses((status = 200, body = CaseInShort)))]
pub(super) async fn accept(caller: Caller, path: Path<CasePath>, seen: Seen) -> Answer {
    let path = path.into_inner();
    let accepted = caller
        .act_case(path.clone(), Object::Plan, move |act, standing, at| {
            plan::accept(act, standing, at.id(), seen.0)
        })
        .await;
    moved(&caller, path, accepted).await
}

/// Gives a submitted plan back to the unit, with a reason. For coordinators.
#[utoipa::path(post, path = "/cases/{year}/{unit}/plan/return", operation_id = "give_back_plan", tag = "Follow-up",
    params(CasePath), request_body = Reason, responses((status = 204)))]
pub(super) async fn give_back(caller: Caller, path: Path<CasePath>, reason: Body<Reason>) -> Answer {
    caller
        .act_case(path.into_inner(), Object::Plan, move |act, standing, at| {
            plan::give_back(act, standing, at.id(), &reason.0.reason)
        })
        .await?;
    Ok(done())
}

/// Tells how an action of the accepted plan goes.
#[utoipa::path(put, path = "/cases/{year}/{unit}/plan/actions/{id}/progress", operation_id = "report_action",
    tag = "Follow-up", params(ItemPath), request_body = Progress, responses((status = 204)))]
pub(super) async fn report(caller: Caller, path: Path<ItemPath>, progress: Body<Progress>) -> Answer {
    let (case, id) = path.into_inner().split();
    let Progress { done_on, note } = progress.0;
    caller
        .act_case(case, Object::Plan, move |act, standing, at| {
            plan::report(act, standing, at.id(), &RowId::from(id), done_on, &note)
        })
        .await?;
    Ok(done())
}

async fn save_action(
    caller: &Caller,
    path: CasePath,
    seen: Seen,
    changed: Option<RowId>,
    new: NewAction,
) -> Answer {
    let planned = PlannedAction::from(new);
    let saved = caller
        .act_case(path.clone(), Object::Plan, move |act, standing, at| {
            plan::save_action(act, standing, &at.form, at.id(), seen.0, changed.as_ref(), &planned)
        })
        .await;
    written(caller, path, saved).await
}

async fn read(caller: &Caller, path: CasePath) -> Result<PlanView, Refusal> {
    let plan = caller.read_case(path, Object::Plan, |db, standing, at| view::plan(db, standing, &at.case));
    Ok(PlanView::from(plan.await?))
}

/// The plan as it was written, or the newer one of somebody else.
async fn written(caller: &Caller, path: CasePath, saved: Result<Plan, Refusal>) -> Answer {
    match saved {
        Ok(plan) => {
            let plan = PlanView::from(Some(plan));
            ok_version(plan.version, &plan)
        }
        Err(refusal) => Err(with_newer(caller, path, refusal).await?),
    }
}

/// The case where it went, or the newer plan of somebody else.
async fn moved(caller: &Caller, path: CasePath, moved: Result<Case, Refusal>) -> Answer {
    match moved {
        Ok(case) => ok(&CaseInShort::from(&case)),
        Err(refusal) => Err(with_newer(caller, path, refusal).await?),
    }
}

async fn with_newer(caller: &Caller, path: CasePath, refusal: Refusal) -> Result<Refusal, Refusal> {
    if !refusal.is_stale() {
        return Ok(refusal);
    }
    let newer = read(caller, path).await?;
    Ok(refusal.with_newer(newer.version, &newer))
}
