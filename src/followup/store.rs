//! Recommendations, plans and actions in the database. Whoever calls has checked the right to the case.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::{Action, Plan, PlannedAction, Recommendation};
use crate::clock::Moment;
use crate::db::schema::{actions, plan_signatures, plans, recommendations};
use crate::db::{Act, Db};
use crate::ids::{CaseId, PersonId, RowId};
use crate::problem::Problem;

/// Adds the recommendation; a case has one.
pub(super) fn add_recommendation(
    act: &mut Act<'_>,
    case: &CaseId,
    by: &PersonId,
    new: &Recommendation,
) -> Result<(), Problem> {
    diesel::insert_into(recommendations::table)
        .values((
            recommendations::case_id.eq(case),
            recommendations::recommendation.eq(&new.recommendation),
            recommendations::motive.eq(&new.motive),
            recommendations::decided_on.eq(new.decided_on),
            recommendations::present.eq(&new.present),
            recommendations::absent.eq(&new.absent),
            recommendations::written_by.eq(by),
            recommendations::written_at.eq(act.now),
        ))
        .execute(act.db)?;
    Ok(())
}

/// The recommendation about a case.
pub(crate) fn recommendation(db: &mut Db, case: &CaseId) -> Result<Option<Recommendation>, Problem> {
    let row = recommendations::table
        .find(case)
        .select((
            recommendations::recommendation,
            recommendations::motive,
            recommendations::decided_on,
            recommendations::present,
            recommendations::absent,
        ))
        .first::<(String, String, NaiveDate, String, String)>(db)
        .optional()?;
    Ok(row.map(|(recommendation, motive, decided_on, present, absent)| Recommendation {
        recommendation,
        motive,
        decided_on,
        present,
        absent,
    }))
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = plans)]
struct PlanRow {
    case_id: CaseId,
    version: i32,
    submitted_by: Option<PersonId>,
    submitted_at: Option<Moment>,
    accepted_by: Option<PersonId>,
    accepted_at: Option<Moment>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = actions)]
struct ActionRow {
    id: RowId,
    case_id: CaseId,
    criterion: Option<String>,
    action: String,
    owner: String,
    due: NaiveDate,
    done_on: Option<NaiveDate>,
    note: String,
}

impl From<ActionRow> for Action {
    fn from(row: ActionRow) -> Action {
        Action {
            id: row.id,
            planned: PlannedAction {
                criterion: row.criterion,
                action: row.action,
                owner: row.owner,
                due: row.due,
            },
            done_on: row.done_on,
            note: row.note,
        }
    }
}

/// The plan of a case with its actions.
///
/// # Errors
/// The database cannot be read.
pub fn plan(db: &mut Db, case: &CaseId) -> Result<Option<Plan>, Problem> {
    Ok(plans(db, std::slice::from_ref(case))?.remove(case))
}

/// The plans of many cases with their signatures and actions: three queries.
///
/// # Errors
/// The database cannot be read.
pub fn plans(db: &mut Db, cases: &[CaseId]) -> Result<HashMap<CaseId, Plan>, Problem> {
    let ids = || cases.iter().map(CaseId::as_str);
    let rows =
        plans::table.filter(plans::case_id.eq_any(ids())).select(PlanRow::as_select()).load::<PlanRow>(db)?;
    let mut plans: HashMap<CaseId, Plan> = rows
        .into_iter()
        .map(|row| {
            let plan = Plan {
                version: row.version,
                submitted_at: row.submitted_at,
                submitted_by: row.submitted_by,
                signed_at: None,
                signed_by: None,
                accepted_at: row.accepted_at,
                accepted_by: row.accepted_by,
                actions: Vec::new(),
            };
            (row.case_id, plan)
        })
        .collect();
    let signatures = plan_signatures::table
        .filter(plan_signatures::case_id.eq_any(ids()))
        .select((plan_signatures::case_id, plan_signatures::signed_by, plan_signatures::signed_at))
        .load::<(CaseId, PersonId, Moment)>(db)?;
    for (case, by, at) in signatures {
        if let Some(plan) = plans.get_mut(&case) {
            (plan.signed_by, plan.signed_at) = (Some(by), Some(at));
        }
    }
    let rows = actions::table
        .filter(actions::case_id.eq_any(ids()))
        .order((actions::due, actions::id))
        .select(ActionRow::as_select())
        .load::<ActionRow>(db)?;
    for row in rows {
        if let Some(plan) = plans.get_mut(&row.case_id) {
            plan.actions.push(row.into());
        }
    }
    Ok(plans)
}

/// Takes hold of a plan that the unit still writes over the version that was seen (0: none yet); false when it is
/// another version or has been submitted.
pub(super) fn hold_open(act: &mut Act<'_>, case: &CaseId, seen: i32) -> Result<bool, Problem> {
    if seen == 0 {
        if plans::table.find(case).count().get_result::<i64>(act.db)? > 0 {
            return Ok(false);
        }
        diesel::insert_into(plans::table)
            .values((plans::case_id.eq(case), plans::version.eq(1)))
            .execute(act.db)?;
        return Ok(true);
    }
    let open = plans::table.find(case).filter(plans::version.eq(seen)).filter(plans::submitted_at.is_null());
    Ok(diesel::update(open).set(plans::version.eq(seen + 1)).execute(act.db)? == 1)
}

/// Marks the plan as submitted, or takes the mark away.
pub(super) fn set_submitted(act: &mut Act<'_>, case: &CaseId, by: Option<&PersonId>) -> Result<(), Problem> {
    diesel::update(plans::table.find(case))
        .set((
            plans::version.eq(plans::version + 1),
            plans::submitted_by.eq(by),
            plans::submitted_at.eq(by.map(|_| act.now)),
        ))
        .execute(act.db)?;
    Ok(())
}

/// Puts a signature under a submitted plan; false when it is another version, not submitted, or accepted.
pub(super) fn sign(act: &mut Act<'_>, case: &CaseId, seen: i32, by: &PersonId) -> Result<bool, Problem> {
    let waiting = plans::table
        .find(case)
        .filter(plans::version.eq(seen))
        .filter(plans::submitted_at.is_not_null())
        .filter(plans::accepted_at.is_null());
    if diesel::update(waiting).set(plans::version.eq(seen + 1)).execute(act.db)? != 1 {
        return Ok(false);
    }
    diesel::insert_into(plan_signatures::table)
        .values((
            plan_signatures::case_id.eq(case),
            plan_signatures::signed_by.eq(by),
            plan_signatures::signed_at.eq(act.now),
        ))
        .execute(act.db)?;
    Ok(true)
}

/// Takes the signature away with the plan that it stands under.
pub(super) fn unsign(act: &mut Act<'_>, case: &CaseId) -> Result<(), Problem> {
    diesel::delete(plan_signatures::table.find(case)).execute(act.db)?;
    Ok(())
}

/// Accepts a submitted plan; false when it is another version, not submitted, or accepted before.
pub(super) fn accept(act: &mut Act<'_>, case: &CaseId, seen: i32, by: &PersonId) -> Result<bool, Problem> {
    let waiting = plans::table
        .find(case)
        .filter(plans::version.eq(seen))
        .filter(plans::submitted_at.is_not_null())
        .filter(plans::accepted_at.is_null());
    let accepted = diesel::update(waiting)
        .set((plans::version.eq(seen + 1), plans::accepted_by.eq(by), plans::accepted_at.eq(act.now)))
        .execute(act.db)?;
    Ok(accepted == 1)
}

/// Adds an action.
pub(super) fn add_action(act: &mut Act<'_>, case: &CaseId, new: &PlannedAction) -> Result<RowId, Problem> {
    let id: RowId = act.id();
    diesel::insert_into(actions::table)
        .values((
            actions::id.eq(&id),
            actions::case_id.eq(case),
            actions::criterion.eq(new.criterion.as_deref()),
            actions::action.eq(&new.action),
            actions::owner.eq(&new.owner),
            actions::due.eq(new.due),
        ))
        .execute(act.db)?;
    Ok(id)
}

/// Changes what an action plans.
pub(super) fn change_action(
    act: &mut Act<'_>,
    case: &CaseId,
    id: &RowId,
    new: &PlannedAction,
) -> Result<(), Problem> {
    let changed = diesel::update(actions::table.find(id).filter(actions::case_id.eq(case)))
        .set((
            actions::criterion.eq(new.criterion.as_deref()),
            actions::action.eq(&new.action),
            actions::owner.eq(&new.owner),
            actions::due.eq(new.due),
        ))
        .execute(act.db)?;
    if changed == 1 { Ok(()) } else { Err(Problem::not_found()) }
}

/// Removes an action.
pub(super) fn remove_action(act: &mut Act<'_>, case: &CaseId, id: &RowId) -> Result<(), Problem> {
    let removed =
        diesel::delete(actions::table.find(id).filter(actions::case_id.eq(case))).execute(act.db)?;
    if removed == 1 { Ok(()) } else { Err(Problem::not_found()) }
}

/// Writes how an action goes.
pub(super) fn report(
    act: &mut Act<'_>,
    case: &CaseId,
    id: &RowId,
    done_on: Option<NaiveDate>,
    note: &str,
) -> Result<(), Problem> {
    let reported = diesel::update(actions::table.find(id).filter(actions::case_id.eq(case)))
        .set((actions::done_on.eq(done_on), actions::note.eq(note)))
        .execute(act.db)?;
    if reported == 1 { Ok(()) } else { Err(Problem::not_found()) }
}
