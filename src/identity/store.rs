//! People and roles in the database.

use std::collections::HashMap;

use diesel::prelude::*;

use super::standing::{Conflict, Party, Seat, Stage, Standing};
use super::{Grant, GrantedRole, Organisation, Person};
use crate::clock::Moment;
use crate::db::schema::{
    assignments, cases, cycles, declarations, people, role_grants, support_visits, units,
};
use crate::db::{Act, Db, columns::text_columns};
use crate::ids::{AdministrationId, AssignmentId, CaseId, GrantId, PersonId, UnitId};
use crate::problem::Problem;
use crate::text::Lang;

text_columns!(Organisation, GrantedRole, Party, Stage);

#[derive(Queryable, Selectable)]
#[diesel(table_name = people)]
pub(super) struct PersonRow {
    id: PersonId,
    email: String,
    name: String,
    organisation: Organisation,
    language: String,
    active: bool,
}

impl From<PersonRow> for Person {
    fn from(row: PersonRow) -> Person {
        Person {
            id: row.id,
            email: row.email,
            name: row.name,
            organisation: row.organisation,
            language: Lang::from_tag(&row.language).unwrap_or_default(),
            active: row.active,
        }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = role_grants)]
struct GrantRow {
    id: GrantId,
    person_id: PersonId,
    role: GrantedRole,
    unit_id: Option<UnitId>,
    administration_id: Option<AdministrationId>,
    year: Option<i32>,
    areas: Option<String>,
}

impl From<GrantRow> for Grant {
    fn from(row: GrantRow) -> Grant {
        Grant {
            id: row.id,
            person_id: row.person_id,
            role: row.role,
            unit_id: row.unit_id,
            administration_id: row.administration_id,
            year: row.year,
            areas: row.areas.map(|areas| areas.split(',').map(str::to_owned).collect()),
        }
    }
}

/// The person with this identifier.
///
/// # Errors
/// The database cannot be read.
pub fn person(db: &mut Db, id: &PersonId) -> Result<Option<Person>, Problem> {
    let row = people::table.find(id).select(PersonRow::as_select()).first::<PersonRow>(db).optional()?;
    Ok(row.map(Person::from))
}

/// The person with this address, whatever its case.
///
/// # Errors
/// The database cannot be read.
pub fn person_by_email(db: &mut Db, email: &str) -> Result<Option<Person>, Problem> {
    let email = email.trim().to_lowercase();
    let row = people::table
        .filter(people::email.eq(email))
        .select(PersonRow::as_select())
        .first::<PersonRow>(db)
        .optional()?;
    Ok(row.map(Person::from))
}

/// Everybody, by name.
///
/// # Errors
/// The database cannot be read.
pub fn everybody(db: &mut Db) -> Result<Vec<Person>, Problem> {
    let rows = people::table
        .select(PersonRow::as_select())
        .order((people::name, people::id))
        .load::<PersonRow>(db)?;
    Ok(rows.into_iter().map(Person::from).collect())
}

/// Some people, by identifier.
///
/// # Errors
/// The database cannot be read.
pub fn people_by_id(db: &mut Db, ids: &[PersonId]) -> Result<Vec<Person>, Problem> {
    let rows = people::table
        .filter(people::id.eq_any(ids.iter().map(PersonId::as_str)))
        .select(PersonRow::as_select())
        .order((people::name, people::id))
        .load::<PersonRow>(db)?;
    Ok(rows.into_iter().map(Person::from).collect())
}

/// Roles that are held now, of everybody or of one person.
///
/// # Errors
/// The database cannot be read.
pub fn grants(db: &mut Db, of: Option<&PersonId>) -> Result<Vec<Grant>, Problem> {
    let mut query = role_grants::table
        .filter(role_grants::ended_at.is_null())
        .select(GrantRow::as_select())
        .order(role_grants::id)
        .into_boxed();
    if let Some(person) = of {
        query = query.filter(role_grants::person_id.eq(person));
    }
    Ok(query.load::<GrantRow>(db)?.into_iter().map(Grant::from).collect())
}

/// A person with roles, seats and declarations; nothing for an unknown or inactive account.
///
/// # Errors
/// The database cannot be read.
pub fn load_standing(db: &mut Db, id: &PersonId) -> Result<Option<Standing>, Problem> {
    person(db, id)?.map(|person| standing_of(db, person)).transpose().map(Option::flatten)
}

/// The standing of somebody who is at hand; none when the account is closed.
pub(super) fn standing_of(db: &mut Db, person: Person) -> Result<Option<Standing>, Problem> {
    if !person.active {
        return Ok(None);
    }
    let id = &person.id;
    let grants = grants(db, Some(id))?;
    let seats = assignments::table
        .inner_join(cases::table.inner_join(cycles::table).inner_join(units::table))
        .filter(assignments::person_id.eq(id))
        .filter(assignments::ended_at.is_null())
        .select((
            (assignments::id, assignments::case_id, assignments::party, assignments::locked_at),
            (units::slug, cycles::year),
        ))
        .order(assignments::id)
        .load::<((AssignmentId, CaseId, Party, Option<Moment>), (String, i32))>(db)?
        .into_iter()
        .map(|((assignment_id, case_id, party, locked), (unit, year))| Seat {
            assignment_id,
            case_id,
            unit,
            year,
            party,
            locked: locked.is_some(),
        })
        .collect();
    let (declared, conflicts) = declared(db, id)?;
    let coordinates = grants.iter().any(|grant| grant.role == GrantedRole::Coordinator);
    // Nobody else reads drafts to help.
    let supports = if coordinates { supports(db, id)? } else { Vec::new() };
    let own_units = if coordinates { own_units(db, &grants)? } else { Vec::new() };
    Ok(Some(Standing { person, grants, seats, declared, conflicts, supports, own_units }))
}

type Declared = (HashMap<(CaseId, Stage), bool>, Vec<Conflict>);

/// The newest declaration of each case and stage, and the units of those that stand as a conflict.
fn declared(db: &mut Db, id: &PersonId) -> Result<Declared, Problem> {
    let rows = declarations::table
        .inner_join(cases::table.inner_join(cycles::table).inner_join(units::table))
        .filter(declarations::person_id.eq(id))
        .select((
            (declarations::case_id, declarations::stage),
            (declarations::conflict, declarations::decided_conflict),
            (units::id, units::slug, cycles::year),
        ))
        // The newest of a stage counts: later rows overwrite earlier ones below.
        .order((declarations::declared_at, declarations::id))
        .load::<((CaseId, Stage), (bool, Option<bool>), (UnitId, String, i32))>(db)?;
    let (mut declared, mut of) = (HashMap::new(), HashMap::new());
    for ((case, stage), (conflict, decided), unit) in rows {
        of.insert(case.clone(), unit);
        declared.insert((case, stage), decided.unwrap_or(conflict));
    }
    let stands =
        |case: &CaseId| Stage::ALL.iter().any(|at| declared.get(&(case.clone(), *at)) == Some(&true));
    let mut conflicts: Vec<Conflict> = of
        .into_iter()
        .filter(|(case, _)| stands(case))
        .map(|(_, (unit_id, unit, year))| Conflict { unit_id, unit, year })
        .collect();
    conflicts.sort_by(|one, other| (&one.unit, one.year).cmp(&(&other.unit, other.year)));
    Ok((declared, conflicts))
}

/// Whether the person has declared a conflict of interest that the standing does not know: since it was loaded, but not
/// at the moment `by_itself` of the act that asks. Who judges and coordinates nothing is not asked about.
pub(super) fn has_new_conflict(
    db: &mut Db,
    standing: &Standing,
    by_itself: Option<Moment>,
) -> Result<bool, Problem> {
    let reports = [GrantedRole::Group, GrantedRole::Coordinator].iter().any(|role| standing.holds(*role));
    if standing.seats.is_empty() && !reports {
        return Ok(false);
    }
    let waits: Vec<(CaseId, Moment)> = declarations::table
        .filter(declarations::person_id.eq(standing.id()))
        .filter(declarations::conflict.eq(true))
        .filter(declarations::decided_by.is_null())
        .select((declarations::case_id, declarations::declared_at))
        .load(db)?;
    Ok(waits.into_iter().any(|(case, at)| !standing.in_conflict(&case) && Some(at) != by_itself))
}

/// The slugs of the units that roles are held in; no question when there are none.
fn own_units(db: &mut Db, grants: &[Grant]) -> Result<Vec<String>, Problem> {
    let of: Vec<&str> =
        grants.iter().filter_map(|grant| grant.unit_id.as_ref()).map(UnitId::as_str).collect();
    if of.is_empty() {
        return Ok(Vec::new());
    }
    Ok(units::table.filter(units::id.eq_any(of)).select(units::slug).order(units::slug).load(db)?)
}

/// The cases whose draft a coordinator reads now to help.
fn supports(db: &mut Db, id: &PersonId) -> Result<Vec<CaseId>, Problem> {
    Ok(support_visits::table
        .filter(support_visits::person_id.eq(id))
        .filter(support_visits::ended_at.is_null())
        .select(support_visits::case_id)
        .order(support_visits::id)
        .load(db)?)
}

/// A person to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPerson {
    /// Address; kept in lower case.
    pub email: String,
    /// Full name.
    pub name: String,
    /// The authority represented.
    pub organisation: Organisation,
    /// Language of mail.
    pub language: Lang,
    /// Identifier in another system.
    pub external_id: Option<String>,
}

/// Adds a person.
///
/// # Errors
/// The address is taken.
pub fn add_person(act: &mut Act<'_>, new: &NewPerson) -> Result<PersonId, Problem> {
    let id: PersonId = act.id();
    diesel::insert_into(people::table)
        .values((
            people::id.eq(&id),
            people::email.eq(new.email.trim().to_lowercase()),
            people::name.eq(new.name.trim()),
            people::organisation.eq(new.organisation),
            people::language.eq(new.language.tag()),
            people::external_id.eq(new.external_id.as_deref()),
            people::active.eq(true),
            people::created_at.eq(act.now),
        ))
        .execute(act.db)?;
    Ok(id)
}

/// A role to give.
#[derive(Debug, Clone)]
pub struct NewGrant {
    /// To whom.
    pub person_id: PersonId,
    /// Which.
    pub role: GrantedRole,
    /// Where, for heads and contributors.
    pub unit_id: Option<UnitId>,
    /// Where, for heads of administration.
    pub administration_id: Option<AdministrationId>,
    /// Only in one year's cycle.
    pub year: Option<i32>,
    /// Only in these areas (contributors).
    pub areas: Option<Vec<String>>,
    /// By whom; none when the command line gives it.
    pub granted_by: Option<PersonId>,
}

/// Gives a role.
///
/// # Errors
/// The unit already has another head, or the role does not fit the place.
pub fn add_grant(act: &mut Act<'_>, new: &NewGrant) -> Result<GrantId, Problem> {
    let id: GrantId = act.id();
    diesel::insert_into(role_grants::table)
        .values((
            role_grants::id.eq(&id),
            role_grants::person_id.eq(&new.person_id),
            role_grants::role.eq(new.role),
            role_grants::unit_id.eq(new.unit_id.as_ref()),
            role_grants::administration_id.eq(new.administration_id.as_ref()),
            role_grants::year.eq(new.year),
            role_grants::areas.eq(new.areas.as_ref().map(|areas| areas.join(","))),
            role_grants::granted_by.eq(new.granted_by.as_ref()),
            role_grants::granted_at.eq(act.now),
        ))
        .execute(act.db)?;
    Ok(id)
}

/// Ends a role.
///
/// # Errors
/// It has already ended.
pub fn end_grant(act: &mut Act<'_>, id: &GrantId) -> Result<(), Problem> {
    let ended = diesel::update(role_grants::table.find(id).filter(role_grants::ended_at.is_null()))
        .set(role_grants::ended_at.eq(act.now))
        .execute(act.db)?;
    if ended == 1 { Ok(()) } else { Err(Problem::not_found()) }
}

/// Ends the role of a unit's head who is this person; false when the head is another.
pub(super) fn end_head(act: &mut Act<'_>, unit: &UnitId, person: &PersonId) -> Result<bool, Problem> {
    let held = role_grants::table
        .filter(role_grants::unit_id.eq(unit))
        .filter(role_grants::role.eq(GrantedRole::Head))
        .filter(role_grants::person_id.eq(person))
        .filter(role_grants::ended_at.is_null());
    Ok(diesel::update(held).set(role_grants::ended_at.eq(act.now)).execute(act.db)? == 1)
}

/// The head of a unit: one person or nobody.
///
/// # Errors
/// The database cannot be read.
pub fn heads_of(db: &mut Db, unit: &UnitId) -> Result<Vec<PersonId>, Problem> {
    holders(db, GrantedRole::Head, Some(unit))
}

/// Everybody who holds a role, of one unit where the role has a unit.
///
/// # Errors
/// The database cannot be read.
pub fn holders(db: &mut Db, role: GrantedRole, unit: Option<&UnitId>) -> Result<Vec<PersonId>, Problem> {
    let mut query = role_grants::table
        .inner_join(people::table.on(people::id.eq(role_grants::person_id)))
        .filter(role_grants::role.eq(role))
        .filter(role_grants::ended_at.is_null())
        .filter(people::active.eq(true))
        .select(people::id)
        .distinct()
        .order(people::id)
        .into_boxed();
    if let Some(unit) = unit {
        query = query.filter(role_grants::unit_id.eq(unit));
    }
    Ok(query.load(db)?)
}

/// Names by person.
pub type Names = std::collections::BTreeMap<PersonId, String>;

/// Everybody's name: names are open to all who are signed in.
///
/// # Errors
/// The database cannot be read.
pub fn names(db: &mut Db) -> Result<Names, Problem> {
    Ok(people::table.select((people::id, people::name)).load::<(PersonId, String)>(db)?.into_iter().collect())
}

/// Opens or closes an account. A closed one keeps its history; its sessions end with the next request.
///
/// # Errors
/// There is no such account.
pub fn set_active(act: &mut Act<'_>, person: &PersonId, active: bool) -> Result<(), Problem> {
    let changed =
        diesel::update(people::table.find(person)).set(people::active.eq(active)).execute(act.db)?;
    if changed == 1 { Ok(()) } else { Err(Problem::not_found()) }
}

/// Everybody with what they were entered as, also their identifier in another system.
///
/// # Errors
/// The database cannot be read.
pub fn entered(db: &mut Db) -> Result<Vec<(PersonId, NewPerson)>, Problem> {
    let rows = people::table
        .select((PersonRow::as_select(), people::external_id))
        .order((people::name, people::id))
        .load::<(PersonRow, Option<String>)>(db)?;
    let entered = |(row, external_id): (PersonRow, Option<String>)| {
        let person = Person::from(row);
        let new = NewPerson {
            email: person.email,
            name: person.name,
            organisation: person.organisation,
            language: person.language,
            external_id,
        };
        (person.id, new)
    };
    Ok(rows.into_iter().map(entered).collect())
}

/// Changes what a person was entered as; roles and account stay.
///
/// # Errors
/// There is no such person, or the address is taken.
pub fn update_person(act: &mut Act<'_>, id: &PersonId, new: &NewPerson) -> Result<(), Problem> {
    let changed = diesel::update(people::table.find(id))
        .set((
            people::email.eq(new.email.trim().to_lowercase()),
            people::name.eq(new.name.trim()),
            people::organisation.eq(new.organisation),
            people::language.eq(new.language.tag()),
            people::external_id.eq(new.external_id.as_deref()),
        ))
        .execute(act.db)?;
    if changed == 1 { Ok(()) } else { Err(Problem::not_found()) }
}
