//! People and roles, for administrators.

use actix_web::web::{Path, Query};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::body::{Body, created, done, ok, utc};
use super::caller::Caller;
use super::paging::{Page, Paging};
use super::refusal::Answer;
use crate::identity::grant::{self, Given, Request};
use crate::identity::store::{NewGrant, NewPerson};
use crate::identity::{GrantedRole, Organisation, add_person};
use crate::ids::{AdministrationId, GrantId, PersonId, RowId};
use crate::problem::Problem;
use crate::text::Lang;
use crate::units;

/// A person to add.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "bo.nyman@example.se", "name": "Bo Nyman", "organisation": "region", "language": "sv"}))]
pub(super) struct PersonToAdd {
    /// Address; kept in lower case.
    #[validate(email, length(max = 254))]
    #[schema(max_length = 254)]
    email: String,
    /// Full name.
    #[validate(length(min = 1, max = 200))]
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// `university`, `region` or `other`.
    #[schema(value_type = String, pattern = "^(university|region|other)$")]
    organisation: Organisation,
    /// Language of mail: `sv` or `en`.
    #[schema(value_type = String, pattern = "^(sv|en)$")]
    language: Lang,
    /// Identifier in another system.
    #[serde(default)]
    #[validate(length(min = 1, max = 200))]
    #[schema(min_length = 1, max_length = 200)]
    external_id: Option<String>,
}

/// Something that was made.
#[derive(Debug, Serialize, ToSchema)]
struct Made {
    /// Its identifier.
    id: String,
}

/// A role to give.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"role": "contributor", "unit": "kardiologi", "areas": ["A", "B"]}))]
pub(super) struct RoleToGive {
    /// Which.
    #[schema(value_type = String, example = "contributor")]
    role: GrantedRole,
    /// For heads and contributors: the unit's slug.
    #[serde(default)]
    #[validate(length(min = 1, max = 100))]
    #[schema(min_length = 1, max_length = 100)]
    unit: Option<String>,
    /// For heads of administration: its slug.
    #[serde(default)]
    #[validate(length(min = 1, max = 100))]
    #[schema(min_length = 1, max_length = 100)]
    administration: Option<String>,
    /// Only in this year's cycle.
    #[serde(default)]
    #[validate(range(min = 2020, max = 2199))]
    #[schema(minimum = 2020, maximum = 2199)]
    year: Option<i32>,
    /// For contributors: only in these areas.
    #[serde(default)]
    #[validate(length(min = 1, max = 20))]
    #[schema(min_items = 1, max_items = 20)]
    areas: Option<Vec<String>>,
}

/// What became of giving a role: one of the two is there.
#[derive(Debug, Serialize, ToSchema)]
struct GivenRole {
    /// The role is held from now on.
    #[serde(skip_serializing_if = "Option::is_none")]
    grant: Option<String>,
    /// A second administrator must confirm it.
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<String>,
}

/// A request for a role that a second administrator must confirm.
#[derive(Debug, Serialize, ToSchema)]
struct RequestView {
    /// Identifier.
    id: String,
    /// For whom.
    person: String,
    /// Which role.
    role: &'static str,
    /// Only in this year's cycle.
    year: Option<i32>,
    /// Who asked.
    asked_by: String,
    /// When.
    asked_at: DateTime<Utc>,
}

impl From<Request> for RequestView {
    fn from(request: Request) -> RequestView {
        RequestView {
            id: request.id.to_string(),
            person: request.person_id.to_string(),
            role: request.role.as_str(),
            year: request.year,
            asked_by: request.asked_by.to_string(),
            asked_at: utc(request.asked_at),
        }
    }
}

/// Adds a person with an account and no role.
#[utoipa::path(post, path = "/people", operation_id = "add_person", tag = "Register", request_body = PersonToAdd,
    responses((status = 201, body = Made)))]
pub(super) async fn add(caller: Caller, new: Body<PersonToAdd>) -> Answer {
    let PersonToAdd { email, name, organisation, language, external_id } = new.0;
    let new = NewPerson { email, name, organisation, language, external_id };
    let id = caller.act(move |act, standing| add_person::add(act, standing, &new)).await?.to_string();
    created(&format!("/api/v1/people/{id}/grants"), &Made { id })
}

/// Gives a role; those of administrator and coordinator take a second administrator.
#[utoipa::path(post, path = "/people/{id}/grants", operation_id = "give_role", tag = "Register",
    params(("id" = String, Path, description = "The person")), request_body = RoleToGive,
    responses((status = 200, body = GivenRole)))]
pub(super) async fn give(caller: Caller, id: Path<String>, new: Body<RoleToGive>) -> Answer {
    let person_id = PersonId::from(id.into_inner());
    let RoleToGive { role, unit, administration, year, areas } = new.0;
    let given = caller
        .act(move |act, standing| {
            standing.require_role(GrantedRole::Administrator)?;
            let unit_id =
                unit.map(|slug| units::store::by_slug(act.db, &slug)).transpose()?.map(|unit| unit.id);
            let administration_id =
                administration.map(|slug| administration_of(act.db, &slug)).transpose()?;
            let new = NewGrant { person_id, role, unit_id, administration_id, year, areas, granted_by: None };
            grant::give(act, standing, &new)
        })
        .await?;
    ok(&match given {
        Given::Now(grant) => GivenRole { grant: Some(grant.to_string()), request: None },
        Given::Asked(request) => GivenRole { grant: None, request: Some(request.to_string()) },
    })
}

/// Ends a role that is held.
#[utoipa::path(delete, path = "/grants/{id}", operation_id = "end_role", tag = "Register",
    params(("id" = String, Path, description = "The grant")), responses((status = 204)))]
pub(super) async fn end(caller: Caller, id: Path<String>) -> Answer {
    let id = GrantId::from(id.into_inner());
    caller.act(move |act, standing| grant::end(act, standing, &id)).await?;
    Ok(done())
}

/// The requests that wait for a second administrator.
#[utoipa::path(get, path = "/grant-requests", operation_id = "list_grant_requests", tag = "Register",
    params(Paging), responses((status = 200, body = Page<RequestView>)))]
pub(super) async fn waiting(caller: Caller, paging: Query<Paging>) -> Answer {
    let waiting = caller.read(grant::waiting).await?;
    let views = waiting.into_iter().map(RequestView::from).collect();
    ok(&paging.cut(views, |request: &RequestView| request.id.clone())?)
}

/// Confirms a request as the second administrator, and gives the role.
#[utoipa::path(post, path = "/grant-requests/{id}/confirmation", operation_id = "confirm_role", tag = "Register",
    params(("id" = String, Path, description = "The request")), responses((status = 200, body = Made)))]
pub(super) async fn confirm(caller: Caller, id: Path<String>) -> Answer {
    let id = RowId::from(id.into_inner());
    let grant = caller.act(move |act, standing| grant::confirm(act, standing, &id)).await?;
    ok(&Made { id: grant.to_string() })
}

/// Turns a request down, or takes the own one back.
#[utoipa::path(delete, path = "/grant-requests/{id}", operation_id = "turn_down_role", tag = "Register",
    params(("id" = String, Path, description = "The request")), responses((status = 204)))]
pub(super) async fn turn_down(caller: Caller, id: Path<String>) -> Answer {
    let id = RowId::from(id.into_inner());
    caller.act(move |act, standing| grant::turn_down(act, standing, &id)).await?;
    Ok(done())
}

fn administration_of(db: &mut crate::db::Db, slug: &str) -> Result<AdministrationId, Problem> {
    let found = units::store::administrations(db)?.into_iter().find(|one| one.slug == slug);
    Ok(found.ok_or_else(Problem::not_found)?.id)
}
