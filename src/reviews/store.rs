//! Assignments, scores and discussions in the database. Whoever calls has checked the right to the case.

use std::collections::BTreeSet;

use diesel::prelude::*;
use serde_json::json;

use super::{Assignment, JointSummary, Level, Message, Score, Scored};
use crate::clock::Moment;
use crate::cycles::Case;
use crate::db::columns::text_columns;
use crate::db::schema::{
    assignments, further_criteria, joint_summaries, score_versions, scores, settlement_messages,
};
use crate::db::{Act, Db};
use crate::identity::standing::Party;
use crate::ids::{AssignmentId, CaseId, PersonId, RowId};
use crate::problem::Problem;

text_columns!(Score);

#[derive(Queryable, Selectable)]
#[diesel(table_name = assignments)]
pub(super) struct AssignmentRow {
    id: AssignmentId,
    case_id: CaseId,
    party: Party,
    person_id: PersonId,
    assigned_at: Moment,
    accepted_at: Option<Moment>,
    locked_at: Option<Moment>,
    commitment: Option<String>,
    salt: Option<String>,
}

impl From<AssignmentRow> for Assignment {
    fn from(row: AssignmentRow) -> Assignment {
        Assignment {
            id: row.id,
            case_id: row.case_id,
            party: row.party,
            person_id: row.person_id,
            assigned_at: row.assigned_at,
            accepted_at: row.accepted_at,
            locked_at: row.locked_at,
            commitment: row.commitment,
            salt: row.salt,
        }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = scores)]
struct ScoreRow {
    assignment_id: AssignmentId,
    criterion: String,
    version: i32,
    first: Option<Score>,
    reason: String,
    revised: Option<i32>,
    revised_reason: Option<String>,
    corrected: Option<i32>,
    corrected_reason: Option<String>,
    closed_at: Option<Moment>,
    saved_at: Moment,
}

impl From<ScoreRow> for Scored {
    fn from(row: ScoreRow) -> Scored {
        let level = |level: i32| u8::try_from(level).ok().and_then(Level::new);
        Scored {
            assignment_id: row.assignment_id,
            criterion: row.criterion,
            version: row.version,
            first: row.first,
            reason: row.reason,
            revised: row.revised.and_then(level).zip(row.revised_reason),
            corrected: row.corrected.and_then(level).zip(row.corrected_reason),
            closed_at: row.closed_at,
            saved_at: row.saved_at,
        }
    }
}

/// The seats of cases that have not ended, in the order they were given.
///
/// # Errors
/// The database cannot be read.
pub fn assignments(db: &mut Db, cases: &[CaseId]) -> Result<Vec<Assignment>, Problem> {
    let rows = assignments::table
        .filter(assignments::case_id.eq_any(cases.iter().map(CaseId::as_str)))
        .filter(assignments::ended_at.is_null())
        .order((assignments::case_id, assignments::assigned_at, assignments::id))
        .select(AssignmentRow::as_select())
        .load::<AssignmentRow>(db)?;
    Ok(rows.into_iter().map(Assignment::from).collect())
}

/// A person's seat in a case, as the database has it now.
///
/// # Errors
/// [`Problem::not_found`] when the person has none or it has ended.
pub fn seat(db: &mut Db, case: &CaseId, person: &PersonId) -> Result<Assignment, Problem> {
    let row = assignments::table
        .filter(assignments::case_id.eq(case))
        .filter(assignments::person_id.eq(person))
        .filter(assignments::ended_at.is_null())
        .select(AssignmentRow::as_select())
        .first::<AssignmentRow>(db)?;
    Ok(row.into())
}

/// Gives a seat.
pub(super) fn add_assignment(
    act: &mut Act<'_>,
    case: &CaseId,
    party: Party,
    person: &PersonId,
    by: &PersonId,
) -> Result<AssignmentId, Problem> {
    let id: AssignmentId = act.id();
    diesel::insert_into(assignments::table)
        .values((
            assignments::id.eq(&id),
            assignments::case_id.eq(case),
            assignments::party.eq(party),
            assignments::person_id.eq(person),
            assignments::assigned_by.eq(by),
            assignments::assigned_at.eq(act.now),
        ))
        .execute(act.db)?;
    Ok(id)
}

/// Ends a seat; what was scored there is sealed with it.
pub(super) fn end_assignment(act: &mut Act<'_>, id: &AssignmentId, reason: &str) -> Result<(), Problem> {
    let ended = diesel::update(assignments::table.find(id).filter(assignments::ended_at.is_null()))
        .set((
            assignments::version.eq(assignments::version + 1),
            assignments::ended_at.eq(act.now),
            assignments::end_reason.eq(reason),
        ))
        .execute(act.db)?;
    if ended == 1 { Ok(()) } else { Err(Problem::not_found()) }
}

/// Notes that a reviewer accepted a seat; false when that was done before.
pub(super) fn accept(act: &mut Act<'_>, id: &AssignmentId) -> Result<bool, Problem> {
    let open = assignments::table
        .find(id)
        .filter(assignments::accepted_at.is_null())
        .filter(assignments::ended_at.is_null());
    let accepted = diesel::update(open)
        .set((assignments::version.eq(assignments::version + 1), assignments::accepted_at.eq(act.now)))
        .execute(act.db)?;
    Ok(accepted == 1)
}

/// Notes how a reviewer left a seat that has ended: `declined` or `recused`.
pub(super) fn note_leaving(act: &mut Act<'_>, id: &AssignmentId, how: &str) -> Result<(), Problem> {
    diesel::update(assignments::table.find(id)).set(assignments::left_as.eq(how)).execute(act.db)?;
    Ok(())
}

/// Takes hold of a review that is neither locked nor ended; false when it is.
pub(super) fn hold_open(act: &mut Act<'_>, id: &AssignmentId) -> Result<bool, Problem> {
    let open = assignments::table
        .find(id)
        .filter(assignments::locked_at.is_null())
        .filter(assignments::ended_at.is_null());
    let held = diesel::update(open).set(assignments::version.eq(assignments::version + 1)).execute(act.db)?;
    Ok(held == 1)
}

/// Locks a review; false when it was locked or ended before.
pub(super) fn lock(
    act: &mut Act<'_>,
    id: &AssignmentId,
    commitment: &str,
    salt: &str,
) -> Result<bool, Problem> {
    let open = assignments::table
        .find(id)
        .filter(assignments::locked_at.is_null())
        .filter(assignments::ended_at.is_null());
    let locked = diesel::update(open)
        .set((
            assignments::version.eq(assignments::version + 1),
            assignments::locked_at.eq(act.now),
            assignments::commitment.eq(commitment),
            assignments::salt.eq(salt),
        ))
        .execute(act.db)?;
    Ok(locked == 1)
}

/// Everything said in these seats, by criterion.
///
/// # Errors
/// The database cannot be read.
pub fn scores(db: &mut Db, of: &[AssignmentId]) -> Result<Vec<Scored>, Problem> {
    let rows = scores::table
        .filter(scores::assignment_id.eq_any(of.iter().map(AssignmentId::as_str)))
        .order((scores::assignment_id, scores::criterion))
        .select(ScoreRow::as_select())
        .load::<ScoreRow>(db)?;
    Ok(rows.into_iter().map(Scored::from).collect())
}

/// What one seat says about one criterion.
pub(super) fn score(db: &mut Db, of: &AssignmentId, criterion: &str) -> Result<Option<Scored>, Problem> {
    let row =
        scores::table.find((of, criterion)).select(ScoreRow::as_select()).first::<ScoreRow>(db).optional()?;
    Ok(row.map(Scored::from))
}

/// Saves a first score over the version that was seen (0: none yet); false when another version is there. The caller
/// holds the seat.
pub(super) fn save(
    act: &mut Act<'_>,
    of: &AssignmentId,
    criterion: &str,
    seen: i32,
    first: Option<Score>,
    reason: &str,
) -> Result<bool, Problem> {
    if seen == 0 {
        if score(act.db, of, criterion)?.is_some() {
            return Ok(false);
        }
        diesel::insert_into(scores::table)
            .values((
                scores::assignment_id.eq(of),
                scores::criterion.eq(criterion),
                scores::version.eq(1),
                scores::first.eq(first),
                scores::reason.eq(reason),
                scores::saved_at.eq(act.now),
            ))
            .execute(act.db)?;
    } else {
        let changed = diesel::update(scores::table.find((of, criterion)).filter(scores::version.eq(seen)))
            .set((
                scores::version.eq(seen + 1),
                scores::first.eq(first),
                scores::reason.eq(reason),
                scores::saved_at.eq(act.now),
            ))
            .execute(act.db)?;
        if changed != 1 {
            return Ok(false);
        }
    }
    keep_version(act, of, criterion)?;
    Ok(true)
}

/// Writes the one revision; false when there is one, or the reviewer is done with the discussion.
pub(super) fn revise(
    act: &mut Act<'_>,
    of: &AssignmentId,
    criterion: &str,
    level: Level,
    reason: &str,
) -> Result<bool, Problem> {
    let open = scores::table
        .find((of, criterion))
        .filter(scores::revised.is_null())
        .filter(scores::closed_at.is_null());
    let revised = diesel::update(open)
        .set((
            scores::version.eq(scores::version + 1),
            scores::revised.eq(i32::from(level.number())),
            scores::revised_reason.eq(reason),
            scores::saved_at.eq(act.now),
        ))
        .execute(act.db)?;
    kept(act, of, criterion, revised)
}

/// Marks that the reviewer is done with the discussion; false when that was marked before.
pub(super) fn close(act: &mut Act<'_>, of: &AssignmentId, criterion: &str) -> Result<bool, Problem> {
    let open = scores::table.find((of, criterion)).filter(scores::closed_at.is_null());
    let closed = diesel::update(open)
        .set((scores::version.eq(scores::version + 1), scores::closed_at.eq(act.now)))
        .execute(act.db)?;
    kept(act, of, criterion, closed)
}

/// Writes the one correction; false when there is one.
pub(super) fn correct(
    act: &mut Act<'_>,
    of: &AssignmentId,
    criterion: &str,
    level: Level,
    reason: &str,
) -> Result<bool, Problem> {
    let open = scores::table.find((of, criterion)).filter(scores::corrected.is_null());
    let corrected = diesel::update(open)
        .set((
            scores::version.eq(scores::version + 1),
            scores::corrected.eq(i32::from(level.number())),
            scores::corrected_reason.eq(reason),
            scores::saved_at.eq(act.now),
        ))
        .execute(act.db)?;
    kept(act, of, criterion, corrected)
}

/// Takes revisions and closings out of a review, whose pair is new; they stay in the history.
pub(super) fn reopen(act: &mut Act<'_>, of: &AssignmentId) -> Result<(), Problem> {
    for scored in scores(act.db, std::slice::from_ref(of))? {
        if scored.revised.is_none() && scored.closed_at.is_none() {
            continue;
        }
        diesel::update(scores::table.find((of, &scored.criterion)))
            .set((
                scores::version.eq(scores::version + 1),
                scores::revised.eq(None::<i32>),
                scores::revised_reason.eq(None::<String>),
                scores::closed_at.eq(None::<Moment>),
            ))
            .execute(act.db)?;
        keep_version(act, of, &scored.criterion)?;
    }
    Ok(())
}

fn kept(act: &mut Act<'_>, of: &AssignmentId, criterion: &str, changed: usize) -> Result<bool, Problem> {
    if changed == 1 {
        keep_version(act, of, criterion)?;
    }
    Ok(changed == 1)
}

/// Copies a score as it stands into the history.
fn keep_version(act: &mut Act<'_>, of: &AssignmentId, criterion: &str) -> Result<(), Problem> {
    let scored = score(act.db, of, criterion)?.ok_or_else(Problem::not_found)?;
    let later = |given: &Option<(Level, String)>| {
        given.as_ref().map(|(level, reason)| json!({ "level": level.number(), "reason": reason }))
    };
    let content = json!({
        "first": scored.first.map(|first| first.as_str()),
        "reason": scored.reason,
        "revised": later(&scored.revised),
        "corrected": later(&scored.corrected),
        "closed_at": scored.closed_at.map(|at| at.to_string()),
    });
    diesel::insert_into(score_versions::table)
        .values((
            score_versions::assignment_id.eq(of),
            score_versions::criterion.eq(criterion),
            score_versions::version.eq(scored.version),
            score_versions::content.eq(content.to_string()),
            score_versions::saved_at.eq(act.now),
        ))
        .execute(act.db)?;
    Ok(())
}

/// The criteria that were sent to further reviewers.
///
/// # Errors
/// The database cannot be read.
pub fn further_criteria(db: &mut Db, of: &[AssignmentId]) -> Result<Vec<(AssignmentId, String)>, Problem> {
    Ok(further_criteria::table
        .filter(further_criteria::assignment_id.eq_any(of.iter().map(AssignmentId::as_str)))
        .select((further_criteria::assignment_id, further_criteria::criterion))
        .order((further_criteria::assignment_id, further_criteria::criterion))
        .load(db)?)
}

/// Sends criteria to a further reviewer.
pub(super) fn send_criteria(
    act: &mut Act<'_>,
    to: &AssignmentId,
    criteria: &[String],
) -> Result<(), Problem> {
    for criterion in criteria {
        diesel::insert_into(further_criteria::table)
            .values((further_criteria::assignment_id.eq(to), further_criteria::criterion.eq(criterion)))
            .execute(act.db)?;
    }
    Ok(())
}

/// The messages of a case since a moment, oldest first.
pub(super) fn messages(db: &mut Db, case: &CaseId, since: Moment) -> Result<Vec<Message>, Problem> {
    Ok(settlement_messages::table
        .filter(settlement_messages::case_id.eq(case))
        .filter(settlement_messages::written_at.ge(since))
        .order((settlement_messages::written_at, settlement_messages::id))
        .select((
            settlement_messages::criterion,
            settlement_messages::person_id,
            settlement_messages::message,
            settlement_messages::written_at,
        ))
        .load::<(String, PersonId, String, Moment)>(db)?
        .into_iter()
        .map(|(criterion, person_id, message, written_at)| Message {
            criterion,
            person_id,
            message,
            written_at,
        })
        .collect())
}

/// Adds a message.
pub(super) fn add_message(
    act: &mut Act<'_>,
    case: &CaseId,
    criterion: &str,
    by: &PersonId,
    message: &str,
) -> Result<(), Problem> {
    let id: RowId = act.id();
    diesel::insert_into(settlement_messages::table)
        .values((
            settlement_messages::id.eq(&id),
            settlement_messages::case_id.eq(case),
            settlement_messages::criterion.eq(criterion),
            settlement_messages::person_id.eq(by),
            settlement_messages::message.eq(message),
            settlement_messages::written_at.eq(act.now),
        ))
        .execute(act.db)?;
    Ok(())
}

/// The joint summary with its signatures.
pub(crate) fn joint_summary(db: &mut Db, case: &CaseId) -> Result<JointSummary, Problem> {
    let row = joint_summaries::table
        .find(case)
        .select((
            joint_summaries::version,
            joint_summaries::summary,
            joint_summaries::university_signed_at,
            joint_summaries::region_signed_at,
        ))
        .first::<(i32, String, Option<Moment>, Option<Moment>)>(db)
        .optional()?;
    Ok(row.map_or_else(
        JointSummary::default,
        |(version, summary, university_signed_at, region_signed_at)| JointSummary {
            version,
            summary,
            university_signed_at,
            region_signed_at,
        },
    ))
}

/// Writes the joint summary as given, one version on. The caller holds the case.
pub(super) fn write_joint_summary(
    act: &mut Act<'_>,
    case: &CaseId,
    by: &PersonId,
    given: &JointSummary,
) -> Result<(), Problem> {
    let columns = (
        joint_summaries::version.eq(given.version + 1),
        joint_summaries::summary.eq(&given.summary),
        joint_summaries::university_signed_at.eq(given.university_signed_at),
        joint_summaries::region_signed_at.eq(given.region_signed_at),
        joint_summaries::written_by.eq(by),
        joint_summaries::written_at.eq(act.now),
    );
    if given.version == 0 {
        diesel::insert_into(joint_summaries::table)
            .values((joint_summaries::case_id.eq(case), columns))
            .execute(act.db)?;
    } else {
        diesel::update(joint_summaries::table.find(case)).set(columns).execute(act.db)?;
    }
    Ok(())
}

/// Everybody with a seat in the case.
///
/// # Errors
/// The database cannot be read.
pub fn seated(db: &mut Db, case: &Case) -> Result<BTreeSet<PersonId>, Problem> {
    let seats = assignments(db, std::slice::from_ref(&case.id))?;
    Ok(seats.into_iter().map(|seat| seat.person_id).collect())
}
