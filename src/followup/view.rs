//! What pages read of the follow-up; rights are checked here.

use std::collections::{BTreeSet, HashMap};

use super::{Plan, Recommendation, store};
use crate::cycles::Case;
use crate::db::Db;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::identity::{Grant, GrantedRole, Person, store as people};
use crate::ids::{CaseId, PersonId};
use crate::problem::Problem;
use crate::reviews::conflict;

/// The group's recommendation.
///
/// # Errors
/// [`Problem::not_found`] for who may not read it.
pub fn recommendation(
    db: &mut Db,
    standing: &Standing,
    case: &Case,
) -> Result<Option<Recommendation>, Problem> {
    standing.require(&case.reference(), Object::Recommendation, Deed::Read)?;
    store::recommendation(db, &case.id)
}

/// The improvement plan with its actions.
///
/// # Errors
/// [`Problem::not_found`] for who may not read it.
pub fn plan(db: &mut Db, standing: &Standing, case: &Case) -> Result<Option<Plan>, Problem> {
    standing.require(&case.reference(), Object::Plan, Deed::Read)?;
    store::plan(db, &case.id)
}

/// The improvement plans of those cases whose plan the reader may read: two queries, however many there are.
///
/// # Errors
/// The database cannot be read.
pub fn plans<'a>(
    db: &mut Db,
    standing: &Standing,
    cases: impl IntoIterator<Item = &'a Case>,
) -> Result<HashMap<CaseId, Plan>, Problem> {
    let readable: Vec<CaseId> = cases
        .into_iter()
        .filter(|case| standing.may(&case.reference(), Object::Plan, Deed::Read))
        .map(|case| case.id.clone())
        .collect();
    store::plans(db, &readable)
}

/// Members of the group who do not take part because of a conflict of interest, or because they are of the unit: for the
/// minutes («deltog inte»), by name.
///
/// # Errors
/// [`Problem::not_found`] for who may not write the recommendation.
pub fn absent_from_group(db: &mut Db, standing: &Standing, case: &Case) -> Result<Vec<Person>, Problem> {
    standing.require(&case.reference(), Object::Recommendation, Deed::Write)?;
    let grants = people::grants(db, None)?;
    let mut absent = conflict::store::in_conflict(db, &case.id)?;
    let of_unit = |grant: &&Grant| grant.unit_id.as_ref() == Some(&case.unit.id);
    absent.extend(grants.iter().filter(of_unit).map(|grant| grant.person_id.clone()));
    let in_group =
        |grant: &&Grant| grant.role == GrantedRole::Group && grant.year.is_none_or(|year| year == case.year);
    let members: BTreeSet<PersonId> =
        grants.iter().filter(in_group).map(|grant| grant.person_id.clone()).collect();
    let absent: Vec<PersonId> = members.intersection(&absent).cloned().collect();
    let mut people = people::people_by_id(db, &absent)?;
    people.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(people)
}
