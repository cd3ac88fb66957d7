//! The register: units, and people by name.

use std::collections::BTreeSet;

use actix_web::web::{Path, Query};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::body::ok;
use super::caller::Caller;
use super::me::GrantView;
use super::paging::{Page, Paging};
use super::refusal::Answer;
use crate::cycles;
use crate::db::Db;
use crate::identity::standing::Standing;
use crate::identity::{GrantedRole, Person, store as people};
use crate::ids::{PersonId, UnitId};
use crate::problem::Problem;
use crate::units::{self, Unit};

/// A university healthcare unit.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UnitView {
    /// Its part of addresses.
    #[schema(example = "kardiologi")]
    slug: String,
    /// Its name.
    #[schema(example = "Kardiologi")]
    name: String,
    /// The slug of the administration that it belongs to.
    administration: String,
    /// The department above it.
    department: String,
    /// The hub it works in.
    hub: Option<String>,
    /// First day of the appointment.
    appointed_from: Option<NaiveDate>,
    /// Last day of the appointment.
    appointed_to: Option<NaiveDate>,
    /// Whether it is evaluated.
    active: bool,
}

impl From<Unit> for UnitView {
    fn from(unit: Unit) -> UnitView {
        UnitView {
            slug: unit.slug,
            name: unit.name,
            administration: unit.administration.slug,
            department: unit.department,
            hub: unit.hub,
            appointed_from: unit.appointed_from,
            appointed_to: unit.appointed_to,
            active: unit.active,
        }
    }
}

/// A person: the name for everybody, the rest for administrators and coordinators.
#[derive(Debug, Serialize, ToSchema)]
struct PersonView {
    /// Identifier.
    id: String,
    /// Full name.
    #[schema(example = "Karin Ekdahl")]
    name: String,
    /// Address.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    /// `university`, `region` or `other`.
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<&'static str>,
    /// Whether the account may sign in.
    #[serde(skip_serializing_if = "Option::is_none")]
    active: Option<bool>,
}

impl PersonView {
    fn of(person: Person, whole: bool) -> PersonView {
        PersonView {
            id: person.id.to_string(),
            name: person.name,
            email: whole.then_some(person.email),
            organisation: whole.then(|| person.organisation.as_str()),
            active: whole.then_some(person.active),
        }
    }
}

/// Every unit, but those that the caller has a conflict of interest with this year.
#[utoipa::path(get, path = "/units", operation_id = "list_units", tag = "Register", params(Paging),
    responses((status = 200, body = Page<UnitView>)))]
pub(super) async fn units(caller: Caller, paging: Query<Paging>) -> Answer {
    let units = caller
        .read(|db, standing| {
            let mut units = units::store::all(db)?;
            let hidden = hidden(db, standing)?;
            units.retain(|unit| !hidden.contains(&unit.id));
            Ok(units)
        })
        .await?;
    let views = units.into_iter().map(UnitView::from).collect();
    ok(&paging.cut(views, |unit: &UnitView| unit.slug.clone())?)
}

/// One unit.
#[utoipa::path(get, path = "/units/{unit}", operation_id = "get_unit", tag = "Register",
    params(("unit" = String, Path, example = "kardiologi")), responses((status = 200, body = UnitView)))]
pub(super) async fn unit(caller: Caller, slug: Path<String>) -> Answer {
    let unit = caller
        .read(move |db, standing| {
            let hidden = hidden(db, standing)?;
            let unit = units::store::by_slug(db, &slug)?;
            if hidden.contains(&unit.id) { Err(Problem::not_found()) } else { Ok(unit) }
        })
        .await?;
    ok(&UnitView::from(unit))
}

/// The units that do not exist for the caller in the newest year. Those who keep the register see all of it.
fn hidden(db: &mut Db, standing: &Standing) -> Result<BTreeSet<UnitId>, Problem> {
    let keeps = standing.holds(GrantedRole::Administrator) || standing.holds(GrantedRole::Coordinator);
    if keeps || standing.conflicts.is_empty() {
        return Ok(BTreeSet::new());
    }
    let newest = cycles::store::cycles(db)?.first().map(|cycle| cycle.year);
    let conflicts = standing.conflicts.iter().filter(|one| Some(one.year) >= newest);
    Ok(conflicts.map(|one| one.unit_id.clone()).collect())
}

/// Everybody: names; for administrators and coordinators whole.
#[utoipa::path(get, path = "/people", operation_id = "list_people", tag = "Register", params(Paging),
    responses((status = 200, body = Page<PersonView>)))]
pub(super) async fn people(caller: Caller, paging: Query<Paging>) -> Answer {
    let whole = sees_all(&caller);
    let everybody = caller.read(|db, _| people::everybody(db)).await?;
    let views = everybody.into_iter().map(|person| PersonView::of(person, whole)).collect();
    ok(&paging.cut(views, |person: &PersonView| person.id.clone())?)
}

/// The roles that a person holds. For administrators and coordinators, and the person.
#[utoipa::path(get, path = "/people/{id}/grants", operation_id = "list_grants", tag = "Register",
    params(("id" = String, Path, description = "The person"), Paging),
    responses((status = 200, body = Page<GrantView>)))]
pub(super) async fn grants(caller: Caller, id: Path<String>, paging: Query<Paging>) -> Answer {
    let id = PersonId::from(id.into_inner());
    if !sees_all(&caller) && id != *caller.id() {
        return Err(Problem::not_found().into());
    }
    let grants = caller
        .read(move |db, _| {
            people::person(db, &id)?.ok_or_else(Problem::not_found)?;
            people::grants(db, Some(&id))
        })
        .await?;
    let views = grants.iter().map(GrantView::from).collect();
    ok(&paging.cut(views, |grant: &GrantView| grant.id.clone())?)
}

fn sees_all(caller: &Caller) -> bool {
    caller.standing.holds(GrantedRole::Administrator) || caller.standing.holds(GrantedRole::Coordinator)
}
