//! A coordinator reads a unit's draft, to help.

use actix_web::web::{Path, Query};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::Reason;
use super::at_hand::{CasePath, ItemPath};
use super::body::{Body, done, ok, utc};
use super::caller::Caller;
use super::paging::{Page, Paging};
use super::refusal::Answer;
use crate::cycles::support::{self, Visit};
use crate::identity::rights::Object;
use crate::ids::RowId;

/// A visit to a draft.
#[derive(Debug, Serialize, ToSchema)]
struct VisitView {
    /// Identifier.
    id: String,
    /// Who reads.
    person: String,
    /// Why.
    reason: String,
    /// Since when.
    opened_at: DateTime<Utc>,
    /// Until when; none while it is open.
    ended_at: Option<DateTime<Utc>>,
}

impl From<Visit> for VisitView {
    fn from(visit: Visit) -> VisitView {
        VisitView {
            id: visit.id.to_string(),
            person: visit.person_id.to_string(),
            reason: visit.reason,
            opened_at: utc(visit.opened_at),
            ended_at: visit.ended_at.map(utc),
        }
    }
}

/// The visits of coordinators to the draft, newest first. For the unit, coordinators and auditors.
#[utoipa::path(get, path = "/cases/{year}/{unit}/support", operation_id = "list_support", tag = "Cases",
    params(CasePath, Paging), responses((status = 200, body = Page<VisitView>)))]
pub(super) async fn list(caller: Caller, path: Path<CasePath>, paging: Query<Paging>) -> Answer {
    let visits = caller
        .read_case(path.into_inner(), Object::Support, |db, standing, at| {
            support::visits(db, standing, &at.case)
        })
        .await?;
    let views = visits.into_iter().map(VisitView::from).collect();
    ok(&paging.cut(views, |visit: &VisitView| visit.id.clone())?)
}

/// Opens the draft to the caller, who may read and not write. The unit is told why. For coordinators.
#[utoipa::path(post, path = "/cases/{year}/{unit}/support", operation_id = "open_support", tag = "Cases",
    params(CasePath), request_body = Reason, responses((status = 204)))]
pub(super) async fn open(caller: Caller, path: Path<CasePath>, reason: Body<Reason>) -> Answer {
    caller
        .act_case(path.into_inner(), Object::Support, move |act, standing, at| {
            support::open(act, standing, at.id(), &reason.0.reason)
        })
        .await?;
    Ok(done())
}

/// Ends a visit: the coordinator's own, or as head of the unit anybody's.
#[utoipa::path(post, path = "/cases/{year}/{unit}/support/{id}/end", operation_id = "end_support", tag = "Cases",
    params(ItemPath), responses((status = 204)))]
pub(super) async fn end(caller: Caller, path: Path<ItemPath>) -> Answer {
    let (case, id) = path.into_inner().split();
    caller
        .act_case(case, Object::Support, move |act, standing, at| {
            support::end(act, standing, at.id(), &RowId::from(id))
        })
        .await?;
    Ok(done())
}
