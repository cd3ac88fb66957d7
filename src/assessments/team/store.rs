//! A unit's team in the database.

use std::collections::HashMap;

use diesel::dsl::max;
use diesel::prelude::*;

use super::Member;
use crate::clock::Moment;
use crate::cycles::Case;
use crate::db::Db;
use crate::db::schema::{answer_versions, people, role_grants, sessions};
use crate::identity::GrantedRole;
use crate::ids::{GrantId, PersonId};
use crate::problem::Problem;

/// The head and then the contributors, by name.
pub(super) fn members(db: &mut Db, case: &Case) -> Result<Vec<Member>, Problem> {
    type Row = (GrantId, PersonId, GrantedRole, Option<String>, Option<PersonId>, Moment, String, String);
    let rows = role_grants::table
        .inner_join(people::table.on(people::id.eq(role_grants::person_id)))
        .filter(role_grants::unit_id.eq(&case.unit.id))
        .filter(role_grants::ended_at.is_null())
        .filter(role_grants::year.is_null().or(role_grants::year.eq(case.year).assume_not_null()))
        .filter(people::active.eq(true))
        .order((people::name, role_grants::id))
        .select((
            role_grants::id,
            people::id,
            role_grants::role,
            role_grants::areas,
            role_grants::granted_by,
            role_grants::granted_at,
            people::name,
            people::email,
        ))
        .load::<Row>(db)?;
    let ids: Vec<&str> = rows.iter().map(|row| row.1.as_str()).collect();
    let seen: HashMap<PersonId, Option<Moment>> = sessions::table
        .filter(sessions::person_id.eq_any(ids))
        .group_by(sessions::person_id)
        .select((sessions::person_id, max(sessions::last_seen_at)))
        .load::<(PersonId, Option<Moment>)>(db)?
        .into_iter()
        .collect();
    let saved: HashMap<PersonId, Moment> = answer_versions::table
        .filter(answer_versions::case_id.eq(&case.id))
        .group_by(answer_versions::saved_by)
        .select((answer_versions::saved_by, max(answer_versions::saved_at)))
        .load::<(Option<PersonId>, Option<Moment>)>(db)?
        .into_iter()
        .filter_map(|(person, at)| person.zip(at))
        .collect();
    let heads: Vec<PersonId> =
        rows.iter().filter(|row| row.2 == GrantedRole::Head).map(|row| row.1.clone()).collect();
    let member = |(grant, person, role, areas, granted_by, granted_at, name, email): Row| Member {
        has_been_in: seen.get(&person).copied().flatten().is_some_and(|at| at >= granted_at)
            || saved.get(&person).is_some_and(|at| *at >= granted_at),
        invited: granted_by.is_some_and(|by| heads.contains(&by)),
        last_saved: saved.get(&person).copied(),
        grant,
        person,
        name,
        email,
        head: role == GrantedRole::Head,
        areas: areas.map(|areas| areas.split(',').map(str::to_owned).collect()),
    };
    let mut members: Vec<Member> = rows.into_iter().map(member).collect();
    members.sort_by_key(|member| !member.head);
    Ok(members)
}
