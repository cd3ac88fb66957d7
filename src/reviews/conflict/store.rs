//! Declarations in the database.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use super::{Declaration, Stated};
use crate::clock::Moment;
use crate::db::schema::declarations;
use crate::db::{Act, Db};
use crate::identity::standing::Stage;
use crate::ids::{CaseId, PersonId, RowId};
use crate::problem::Problem;

#[derive(Queryable, Selectable)]
#[diesel(table_name = declarations)]
struct Row {
    id: RowId,
    case_id: CaseId,
    person_id: PersonId,
    stage: Stage,
    conflict: bool,
    ground: Option<String>,
    text_version: String,
    declared_at: Moment,
    decided_conflict: Option<bool>,
    decision_reason: Option<String>,
    decided_by: Option<PersonId>,
}

impl TryFrom<Row> for Declaration {
    type Error = Problem;

    fn try_from(row: Row) -> Result<Declaration, Problem> {
        let stated = row.ground.as_deref().map(serde_json::from_str::<Stated>).transpose();
        Ok(Declaration {
            stated: stated.map_err(Problem::internal)?,
            id: row.id,
            case_id: row.case_id,
            person_id: row.person_id,
            stage: row.stage,
            conflict: row.conflict,
            text_version: row.text_version,
            declared_at: row.declared_at,
            upheld: row.decided_conflict,
            decision_reason: row.decision_reason,
            decided_by: row.decided_by,
        })
    }
}

/// Every declaration of cases, oldest first.
pub(in crate::reviews) fn declarations(db: &mut Db, cases: &[CaseId]) -> Result<Vec<Declaration>, Problem> {
    declarations::table
        .filter(declarations::case_id.eq_any(cases.iter().map(CaseId::as_str)))
        .order((declarations::declared_at, declarations::id))
        .select(Row::as_select())
        .load::<Row>(db)?
        .into_iter()
        .map(Declaration::try_from)
        .collect()
}

/// Who has declared to be free of conflict before the review, and has no conflict that stands at any stage.
pub(in crate::reviews) fn free_of_conflict(
    db: &mut Db,
    case: &CaseId,
) -> Result<BTreeSet<PersonId>, Problem> {
    let mut newest: BTreeMap<(PersonId, &'static str), bool> = BTreeMap::new();
    for one in declarations(db, std::slice::from_ref(case))? {
        newest.insert((one.person_id.clone(), one.stage.as_str()), one.upheld.unwrap_or(one.conflict));
    }
    let stands: BTreeSet<PersonId> =
        newest.iter().filter(|(_, conflict)| **conflict).map(|((person, _), _)| person.clone()).collect();
    Ok(newest
        .into_iter()
        .filter(|((person, stage), _)| *stage == Stage::Content.as_str() && !stands.contains(person))
        .map(|((person, _), _)| person)
        .collect())
}

/// Adds a declaration.
pub(super) fn add(
    act: &mut Act<'_>,
    case: &CaseId,
    person: &PersonId,
    stage: Stage,
    stated: Option<&Stated>,
    text_version: &str,
) -> Result<(), Problem> {
    let id: RowId = act.id();
    let ground = stated.map(serde_json::to_string).transpose().map_err(Problem::internal)?;
    diesel::insert_into(declarations::table)
        .values((
            declarations::id.eq(&id),
            declarations::case_id.eq(case),
            declarations::person_id.eq(person),
            declarations::stage.eq(stage),
            declarations::conflict.eq(stated.is_some()),
            declarations::ground.eq(ground),
            declarations::text_version.eq(text_version),
            declarations::declared_at.eq(act.now),
        ))
        .execute(act.db)?;
    Ok(())
}

/// Decides about a declared conflict; none when there is no such declaration, it is decided, or it is the decider's
/// own.
pub(super) fn decide(
    act: &mut Act<'_>,
    id: &RowId,
    upheld: bool,
    reason: &str,
    by: &PersonId,
) -> Result<Option<Declaration>, Problem> {
    let waiting = declarations::table
        .find(id)
        .filter(declarations::conflict.eq(true))
        .filter(declarations::decided_by.is_null())
        .filter(declarations::person_id.ne(by));
    let decided = diesel::update(waiting)
        .set((
            declarations::decided_conflict.eq(upheld),
            declarations::decision_reason.eq(reason),
            declarations::decided_by.eq(by),
            declarations::decided_at.eq(act.now),
        ))
        .execute(act.db)?;
    if decided != 1 {
        return Ok(None);
    }
    let row = declarations::table.find(id).select(Row::as_select()).first::<Row>(act.db)?;
    Declaration::try_from(row).map(Some)
}

/// Who has a conflict in the case that stands, at any stage: the newest declaration of a stage counts.
pub(crate) fn in_conflict(db: &mut Db, case: &CaseId) -> Result<BTreeSet<PersonId>, Problem> {
    let mut newest = BTreeMap::new();
    for one in declarations(db, std::slice::from_ref(case))? {
        newest.insert((one.person_id, one.stage.as_str()), one.upheld.unwrap_or(one.conflict));
    }
    Ok(newest.into_iter().filter(|(_, conflict)| *conflict).map(|((person, _), _)| person).collect())
}
