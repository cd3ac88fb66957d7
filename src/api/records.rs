//! The registrar's: registry numbers, requests for public records, the archive.

use actix_web::web::{Path, Query};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::at_hand::{CasePath, ItemPath};
use super::body::{Body, created, done, ok, utc};
use super::caller::Caller;
use super::paging::{Page, Paging};
use super::refusal::Answer;
use crate::identity::rights::Object;
use crate::ids::RowId;
use crate::records::request::{self, NewRequest};
use crate::records::{Decision, Request, archive, number};

/// A registry number.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"number": "2026-O000123"}))]
pub(super) struct RegistryNumber {
    /// As in the authority's register.
    #[validate(length(min = 1, max = 60))]
    #[schema(min_length = 1, max_length = 60)]
    number: String,
}

/// A request for records, to record.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"asked_on": "2026-10-02", "wanted": "The report of the unit"}))]
pub(super) struct RequestToRecord {
    /// The day it came.
    asked_on: NaiveDate,
    /// Who asks; may be left out, since nobody need say.
    #[serde(default)]
    #[validate(length(max = 200))]
    #[schema(max_length = 200)]
    asked_by: String,
    /// What is asked for.
    #[validate(length(min = 1, max = 10000))]
    #[schema(min_length = 1, max_length = 10000)]
    wanted: String,
}

/// The decision on a request for records.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"decision": "released"}))]
pub(super) struct DecisionOnRequest {
    /// `released`, `partly` or `refused`.
    #[schema(value_type = String, pattern = "^(released|partly|refused)$")]
    decision: Decision,
    /// What is held back and under which provision; needed unless all is released.
    #[serde(default)]
    #[validate(length(max = 10000))]
    #[schema(max_length = 10000)]
    reason: String,
}

/// A request for records.
#[derive(Debug, Serialize, ToSchema)]
struct RequestView {
    /// Identifier.
    id: String,
    /// The day it came.
    asked_on: NaiveDate,
    /// Who asks; empty when they did not say.
    asked_by: String,
    /// What is asked for.
    wanted: String,
    /// Who recorded it.
    recorded_by: String,
    /// `released`, `partly` or `refused`; none while it waits.
    decision: Option<&'static str>,
    /// Why not all of it.
    decision_reason: Option<String>,
    /// When it was decided.
    decided_at: Option<DateTime<Utc>>,
}

impl From<Request> for RequestView {
    fn from(request: Request) -> RequestView {
        RequestView {
            id: request.id.to_string(),
            asked_on: request.asked_on,
            asked_by: request.asked_by,
            wanted: request.wanted,
            recorded_by: request.recorded_by.to_string(),
            decision: request.decision.as_ref().map(Decision::as_str),
            decision_reason: request.decision_reason,
            decided_at: request.decided_at.map(utc),
        }
    }
}

/// A request that was recorded.
#[derive(Debug, Serialize, ToSchema)]
struct Recorded {
    /// Its identifier.
    id: String,
}

/// An archive's receipt.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"receipt": "Regionarkivet, leverans 2027-114"}))]
pub(super) struct Receipt {
    /// The archive's receipt or delivery number.
    #[validate(length(min = 1, max = 500))]
    #[schema(min_length = 1, max_length = 500)]
    receipt: String,
}

/// Gives a case its registry number, until the result is fixed. For registrars.
#[utoipa::path(put, path = "/cases/{year}/{unit}/registry-number", operation_id = "give_registry_number",
    tag = "Records", params(CasePath), request_body = RegistryNumber, responses((status = 204)))]
pub(super) async fn give_number(caller: Caller, path: Path<CasePath>, new: Body<RegistryNumber>) -> Answer {
    caller
        .act_case(path.into_inner(), Object::RegistryNumber, move |act, standing, at| {
            number::give(act, standing, at.id(), &new.0.number)
        })
        .await?;
    Ok(done())
}

/// The requests for public records of a case, newest first. For registrars and coordinators.
#[utoipa::path(get, path = "/cases/{year}/{unit}/records-requests", operation_id = "list_records_requests",
    tag = "Records", params(CasePath, Paging), responses((status = 200, body = Page<RequestView>)))]
pub(super) async fn list(caller: Caller, path: Path<CasePath>, paging: Query<Paging>) -> Answer {
    let requests = caller
        .read_case(path.into_inner(), Object::Records, |db, standing, at| {
            request::requests(db, standing, &at.case)
        })
        .await?;
    let views = requests.into_iter().map(RequestView::from).collect();
    ok(&paging.cut(views, |request: &RequestView| request.id.clone())?)
}

/// Records a request for public records of a released case. For registrars.
#[utoipa::path(post, path = "/cases/{year}/{unit}/records-requests", operation_id = "record_records_request",
    tag = "Records", params(CasePath), request_body = RequestToRecord, responses((status = 201, body = Recorded)))]
pub(super) async fn record(caller: Caller, path: Path<CasePath>, new: Body<RequestToRecord>) -> Answer {
    let path = path.into_inner();
    let base = format!("/api/v1/cases/{}/{}/records-requests", path.year, path.unit);
    let RequestToRecord { asked_on, asked_by, wanted } = new.0;
    let new = NewRequest { asked_on, asked_by, wanted };
    let id = caller
        .act_case(path, Object::Records, move |act, standing, at| {
            request::record(act, standing, at.id(), &new)
        })
        .await?;
    created(&base, &Recorded { id: id.to_string() })
}

/// Decides about a request for records. For registrars.
#[utoipa::path(post, path = "/cases/{year}/{unit}/records-requests/{id}/decision",
    operation_id = "decide_records_request", tag = "Records", params(ItemPath), request_body = DecisionOnRequest,
    responses((status = 204)))]
pub(super) async fn decide(caller: Caller, path: Path<ItemPath>, decided: Body<DecisionOnRequest>) -> Answer {
    let (case, id) = path.into_inner().split();
    let DecisionOnRequest { decision, reason } = decided.0;
    caller
        .act_case(case, Object::Records, move |act, standing, at| {
            request::decide(act, standing, at.id(), &RowId::from(id), decision, &reason)
        })
        .await?;
    Ok(done())
}

/// Notes that a closed year is delivered to the archive. For registrars.
#[utoipa::path(post, path = "/cycles/{year}/archive", operation_id = "archive_cycle", tag = "Records",
    params(("year" = i32, Path, example = 2026)), request_body = Receipt, responses((status = 204)))]
pub(super) async fn archive_year(caller: Caller, year: Path<i32>, receipt: Body<Receipt>) -> Answer {
    caller.act(move |act, standing| archive::archive(act, standing, *year, &receipt.0.receipt)).await?;
    Ok(done())
}
