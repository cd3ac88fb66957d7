//! Who is told of what happens to a case.

use std::collections::BTreeSet;

use super::Case;
use crate::clock::Moment;
use crate::db::{Act, Db};
use crate::identity::rights::{Deed, Object};
use crate::identity::store::{grants, holders};
use crate::identity::{GrantedRole, standing};
use crate::ids::PersonId;
use crate::notify::{self, Kind, Mail};
use crate::problem::Problem;

/// The coordinators of a case: not those of the unit itself, and none with a conflict of interest.
///
/// # Errors
/// The database cannot be read.
pub fn coordinators(db: &mut Db, case: &Case) -> Result<BTreeSet<PersonId>, Problem> {
    let holders: BTreeSet<PersonId> = holders(db, GrantedRole::Coordinator, None)?.into_iter().collect();
    let mut coordinators = BTreeSet::new();
    for holder in holders {
        let standing = standing::load(db, &holder)?;
        if standing.is_some_and(|standing| standing.may(&case.reference(), Object::Case, Deed::Decide)) {
            coordinators.insert(holder);
        }
    }
    Ok(coordinators)
}

/// The unit's head and contributors.
///
/// # Errors
/// The database cannot be read.
pub fn unit(db: &mut Db, case: &Case) -> Result<BTreeSet<PersonId>, Problem> {
    let mut people = BTreeSet::new();
    for role in [GrantedRole::Head, GrantedRole::Contributor] {
        people.extend(holders(db, role, Some(&case.unit.id))?);
    }
    Ok(people)
}

/// The heads of the unit's administration.
///
/// # Errors
/// The database cannot be read.
pub fn administration(db: &mut Db, case: &Case) -> Result<BTreeSet<PersonId>, Problem> {
    let heads = grants(db, None)?.into_iter().filter(|grant| {
        grant.role == GrantedRole::AdministrationHead
            && grant.administration_id.as_ref() == Some(&case.unit.administration.id)
            && grant.year.is_none_or(|year| year == case.year)
    });
    Ok(heads.map(|grant| grant.person_id).collect())
}

/// Tells the case's coordinators that it waits for them.
///
/// # Errors
/// The outbox cannot be written.
pub fn tell_coordinators(act: &mut Act<'_>, case: &Case, occasion: &str) -> Result<(), Problem> {
    let people = coordinators(act.db, case)?;
    tell(act, case, people, &Kind::CoordinatorNeeded, &case.coordination_path(), None, occasion)
}

/// Tells administrators that the case has no coordinator left, and nothing of why.
///
/// # Errors
/// The outbox cannot be written.
pub fn tell_administrators(act: &mut Act<'_>, case: &Case, occasion: &str) -> Result<(), Problem> {
    let people = holders(act.db, GrantedRole::Administrator, None)?;
    tell(act, case, people, &Kind::CoordinatorMissing, "/admin", None, occasion)
}

/// Tells people the same thing about a case. `path` is where the mail links to; `occasion` tells this happening from
/// earlier ones of the same kind in the case.
///
/// # Errors
/// The outbox cannot be written.
pub fn tell(
    act: &mut Act<'_>,
    case: &Case,
    people: impl IntoIterator<Item = PersonId>,
    kind: &Kind,
    path: &str,
    due: Option<Moment>,
    occasion: &str,
) -> Result<(), Problem> {
    for to in people {
        let mail = Mail {
            dedupe: format!("{}:{}:{occasion}:{to}", kind.as_str(), case.id),
            to,
            kind: kind.clone(),
            about: Some(case.unit.name.clone()),
            path: path.to_owned(),
            due,
            attachment: None,
        };
        notify::enqueue(act, mail)?;
    }
    Ok(())
}
