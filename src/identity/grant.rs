//! Roles are given and ended by administrators; those of administrator and coordinator take two. The head of a unit gives
//! that of its contributors (`assessments::team`), with [`add`] and [`stop`] after a check of their own.

use serde_json::json;

use super::standing::Standing;
use super::store::{self, NewGrant};
use super::{Grant, GrantedRole, grant_store};
use crate::audit::{self, Chain, Event};
use crate::clock::Moment;
use crate::db::{Act, Db};
use crate::ids::{GrantId, PersonId, RowId, UnitId};
use crate::problem::Problem;

/// A request for a role that a second administrator must confirm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Identifier.
    pub id: RowId,
    /// For whom.
    pub person_id: PersonId,
    /// Which role.
    pub role: GrantedRole,
    /// Only in one year's cycle.
    pub year: Option<i32>,
    /// Who asked.
    pub asked_by: PersonId,
    /// When.
    pub asked_at: Moment,
}

/// What became of giving a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// The role is held from now on.
    Now(GrantId),
    /// A second administrator must confirm it.
    Asked(RowId),
}

/// Whether a role takes two administrators (rights §2.1, *units, people, roles*).
#[must_use]
pub fn takes_two(role: GrantedRole) -> bool {
    matches!(role, GrantedRole::Administrator | GrantedRole::Coordinator)
}

/// Gives a role, or asks a second administrator to.
///
/// # Errors
/// The reader is no administrator, the role lacks its unit or administration, or it is held or asked for already.
pub fn give(act: &mut Act<'_>, standing: &Standing, asked: &NewGrant) -> Result<Given, Problem> {
    standing.require_role(GrantedRole::Administrator)?;
    let new = NewGrant { granted_by: Some(standing.id().clone()), ..asked.clone() };
    store::person(act.db, &new.person_id)?.filter(|person| person.active).ok_or_else(Problem::not_found)?;
    check_place(&new)?;
    let held = store::grants(act.db, Some(&new.person_id))?;
    if held.iter().any(|grant| is_same(grant, &new)) {
        return Err(Problem::conflict(
            "role_held",
            "Personen har redan rollen.",
            "The person already holds the role.",
        ));
    }
    if takes_two(new.role) {
        let id = grant_store::add(act, &new.person_id, new.role, new.year, standing.id())?;
        let detail = json!({ "request": id, "person": new.person_id, "role": new.role });
        record(act, standing, "ask_role", detail)?;
        return Ok(Given::Asked(id));
    }
    if new.role == GrantedRole::Head {
        let unit = new.unit_id.as_ref().ok_or_else(Problem::not_found)?;
        if !store::heads_of(act.db, unit)?.is_empty() {
            return Err(Problem::conflict(
                "other_head",
                "Enheten har redan en verksamhetschef. Avsluta den rollen först.",
                "The unit already has a head. End that role first.",
            ));
        }
    }
    add(act, standing, &new).map(Given::Now)
}

/// Confirms a request, and gives the role.
///
/// # Errors
/// The reader is no administrator, asked for it, or would get the role; or the request waits no longer.
pub fn confirm(act: &mut Act<'_>, standing: &Standing, request: &RowId) -> Result<GrantId, Problem> {
    standing.require_role(GrantedRole::Administrator)?;
    let waiting = find(act.db, request)?;
    if waiting.asked_by == *standing.id() || waiting.person_id == *standing.id() {
        return Err(Problem::conflict(
            "second_administrator",
            "En annan administratör än den som frågade och den som får rollen behöver bekräfta.",
            "An administrator other than the one who asked and the one who gets the role must confirm.",
        ));
    }
    if !grant_store::decide(act, request, standing.id())? {
        return Err(Problem::not_found());
    }
    let new = NewGrant {
        person_id: waiting.person_id,
        role: waiting.role,
        unit_id: None,
        administration_id: None,
        year: waiting.year,
        areas: None,
        granted_by: Some(standing.id().clone()),
    };
    let grant = add(act, standing, &new)?;
    grant_store::given(act, request, &grant)?;
    Ok(grant)
}

/// Turns a request down, or takes the own one back.
///
/// # Errors
/// The reader is no administrator, or the request waits no longer.
pub fn turn_down(act: &mut Act<'_>, standing: &Standing, request: &RowId) -> Result<(), Problem> {
    standing.require_role(GrantedRole::Administrator)?;
    if !grant_store::decide(act, request, standing.id())? {
        return Err(Problem::not_found());
    }
    record(act, standing, "turn_down_role", json!({ "request": request }))
}

/// Ends a role that is held.
///
/// # Errors
/// The reader is no administrator, the role is not held, or it is the last administrator's.
pub fn end(act: &mut Act<'_>, standing: &Standing, grant: &GrantId) -> Result<(), Problem> {
    standing.require_role(GrantedRole::Administrator)?;
    let all = store::grants(act.db, None)?;
    let ended = all.iter().find(|one| one.id == *grant).ok_or_else(Problem::not_found)?;
    let holders = store::holders(act.db, GrantedRole::Administrator, None)?;
    if ended.role == GrantedRole::Administrator && holders.iter().all(|holder| *holder == ended.person_id) {
        return Err(Problem::conflict(
            "last_administrator",
            "Den sista administratören kan inte tas bort.",
            "The last administrator cannot be removed.",
        ));
    }
    stop(act, standing, grant, &ended.person_id, ended.role)
}

/// Ends a role with its entry in the log: the caller has checked the right.
///
/// # Errors
/// It is not held.
pub(crate) fn stop(
    act: &mut Act<'_>,
    standing: &Standing,
    grant: &GrantId,
    person: &PersonId,
    role: GrantedRole,
) -> Result<(), Problem> {
    store::end_grant(act, grant)?;
    let detail = json!({ "grant": grant, "person": person, "role": role });
    record(act, standing, "end_role", detail)
}

/// Ends the role of a unit's head who is this person: false when the head is another. An act's claim.
///
/// # Errors
/// The database cannot be written.
pub(crate) fn end_head(act: &mut Act<'_>, unit: &UnitId, person: &PersonId) -> Result<bool, Problem> {
    store::end_head(act, unit, person)
}

/// The requests that wait for a second administrator, oldest first.
///
/// # Errors
/// [`Problem::not_found`] for who is no administrator.
pub fn waiting(db: &mut Db, standing: &Standing) -> Result<Vec<Request>, Problem> {
    standing.require_role(GrantedRole::Administrator)?;
    grant_store::waiting(db)
}

fn find(db: &mut Db, request: &RowId) -> Result<Request, Problem> {
    let all = grant_store::waiting(db)?;
    all.into_iter().find(|one| one.id == *request).ok_or_else(Problem::not_found)
}

/// Gives a role with its entry in the log: the caller has checked the right.
///
/// # Errors
/// The database refuses.
pub(crate) fn add(act: &mut Act<'_>, standing: &Standing, new: &NewGrant) -> Result<GrantId, Problem> {
    let grant = store::add_grant(act, new)?;
    let detail = json!({ "grant": grant, "person": new.person_id, "role": new.role });
    record(act, standing, "grant_role", detail)?;
    Ok(grant)
}

fn is_same(grant: &Grant, new: &NewGrant) -> bool {
    grant.role == new.role
        && grant.unit_id == new.unit_id
        && grant.administration_id == new.administration_id
        && grant.year == new.year
}

/// A head or contributor has a unit, a head of administration an administration, and nobody else either.
fn check_place(new: &NewGrant) -> Result<(), Problem> {
    let in_unit = matches!(new.role, GrantedRole::Head | GrantedRole::Contributor);
    if in_unit != new.unit_id.is_some() {
        return Err(Problem::invalid(
            "unit_missing",
            "Välj enhet för verksamhetschef och medarbetare, och bara för dem.",
            "Choose a unit for a head or contributor, and for them alone.",
        ));
    }
    if (new.role == GrantedRole::AdministrationHead) != new.administration_id.is_some() {
        return Err(Problem::invalid(
            "administration_missing",
            "Välj förvaltning för förvaltningschef, och bara för den rollen.",
            "Choose an administration for a head of administration, and for that role alone.",
        ));
    }
    Ok(())
}

/// An entry about roles in the service's log.
///
/// # Errors
/// The database cannot be written.
pub(crate) fn record(
    act: &mut Act<'_>,
    standing: &Standing,
    name: &'static str,
    detail: serde_json::Value,
) -> Result<(), Problem> {
    let event = Event { chain: Chain::System, actor: Some(standing.id()), act: name, moved: None, detail };
    audit::record(act, &event)
}
