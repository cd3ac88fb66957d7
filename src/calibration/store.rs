//! Calibration rounds in the database.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::copy::{Content, Copy};
use super::{CalibrationCase, Clarification, Round, RoundState, Scored, wrong_round_state};
use crate::clock::Moment;
use crate::cycles::Case;
use crate::db::columns::text_columns;
use crate::db::schema::{
    answer_versions, calibration_cases, calibration_clarifications, calibration_copies, calibration_reviews,
    calibration_rounds, calibration_scores, evidence, people, role_grants, submissions,
};
use crate::db::{Act, Db};
use crate::ids::{CaseId, PersonId};
use crate::problem::Problem;
use crate::reviews::Score;

text_columns!(RoundState);

#[derive(Queryable, Selectable)]
#[diesel(table_name = calibration_rounds)]
struct RoundRow {
    year: i32,
    form: String,
    state: RoundState,
    due: Option<NaiveDate>,
    opened_at: Option<Moment>,
    closed_at: Option<Moment>,
}

impl From<RoundRow> for Round {
    fn from(row: RoundRow) -> Round {
        let RoundRow { year, form, state, due, opened_at, closed_at } = row;
        Round { year, form, state, due, opened_at, closed_at }
    }
}

/// The round of a year, if there is one.
///
/// # Errors
/// The database cannot be read.
pub fn known_round(db: &mut Db, year: i32) -> Result<Option<Round>, Problem> {
    let row = calibration_rounds::table.find(year).select(RoundRow::as_select()).first::<RoundRow>(db);
    Ok(row.optional()?.map(Round::from))
}

/// The round of a year.
///
/// # Errors
/// [`Problem::not_found`].
pub fn round(db: &mut Db, year: i32) -> Result<Round, Problem> {
    known_round(db, year)?.ok_or_else(Problem::not_found)
}

/// Every round, newest first.
///
/// # Errors
/// The database cannot be read.
pub fn rounds(db: &mut Db) -> Result<Vec<Round>, Problem> {
    let rows = calibration_rounds::table.order(calibration_rounds::year.desc()).select(RoundRow::as_select());
    Ok(rows.load::<RoundRow>(db)?.into_iter().map(Round::from).collect())
}

/// Begins the round of a year.
pub(super) fn add_round(act: &mut Act<'_>, year: i32, form: &str) -> Result<Round, Problem> {
    diesel::insert_into(calibration_rounds::table)
        .values((
            calibration_rounds::year.eq(year),
            calibration_rounds::form.eq(form),
            calibration_rounds::state.eq(RoundState::Preparing),
            calibration_rounds::version.eq(0),
        ))
        .execute(act.db)?;
    round(act.db, year)
}

/// Takes hold of a round in one of the states: until the act ends nobody else changes it or anything in it.
///
/// # Errors
/// [`Problem::not_found`], or the round is in another state.
pub(super) fn claim(act: &mut Act<'_>, year: i32, states: &[RoundState]) -> Result<Round, Problem> {
    let names: Vec<&str> = states.iter().map(RoundState::as_str).collect();
    let there = calibration_rounds::table.find(year).filter(calibration_rounds::state.eq_any(names));
    let claimed = diesel::update(there)
        .set(calibration_rounds::version.eq(calibration_rounds::version + 1))
        .execute(act.db)?;
    let round = round(act.db, year)?;
    if claimed == 1 { Ok(round) } else { Err(wrong_round_state(&round)) }
}

/// Opens a round that the act holds.
pub(super) fn open(act: &mut Act<'_>, year: i32, due: Option<NaiveDate>) -> Result<(), Problem> {
    diesel::update(calibration_rounds::table.find(year))
        .set((
            calibration_rounds::state.eq(RoundState::Open),
            calibration_rounds::due.eq(due),
            calibration_rounds::opened_at.eq(act.now),
        ))
        .execute(act.db)?;
    Ok(())
}

/// Ends a round that the act holds.
pub(super) fn close(act: &mut Act<'_>, year: i32) -> Result<(), Problem> {
    diesel::update(calibration_rounds::table.find(year))
        .set((calibration_rounds::state.eq(RoundState::Closed), calibration_rounds::closed_at.eq(act.now)))
        .execute(act.db)?;
    Ok(())
}

/// The cases of a round, by number.
///
/// # Errors
/// The database cannot be read.
pub fn cases(db: &mut Db, year: i32) -> Result<Vec<CalibrationCase>, Problem> {
    Ok(sources(db, year)?.into_iter().map(|(case, _)| case).collect())
}

/// The cases of a round with the case that each was made from: for coordinators alone.
pub(super) fn sources(db: &mut Db, year: i32) -> Result<Vec<(CalibrationCase, CaseId)>, Problem> {
    let rows = calibration_cases::table
        .filter(calibration_cases::year.eq(year))
        .order(calibration_cases::number)
        .select((calibration_cases::number, calibration_cases::period, calibration_cases::case_id))
        .load::<(i32, i32, CaseId)>(db)?;
    let case = |(number, period, source)| (CalibrationCase { year, number, period }, source);
    Ok(rows.into_iter().map(case).collect())
}

/// Adds a case with its copy.
pub(super) fn add_case(
    act: &mut Act<'_>,
    case: CalibrationCase,
    source: &CaseId,
    by: &PersonId,
    copy: &Copy,
) -> Result<(), Problem> {
    diesel::insert_into(calibration_cases::table)
        .values((
            calibration_cases::year.eq(case.year),
            calibration_cases::number.eq(case.number),
            calibration_cases::case_id.eq(source),
            calibration_cases::period.eq(case.period),
        ))
        .execute(act.db)?;
    for (criterion, content) in copy {
        add_version(act, case, criterion, 1, content, by)?;
    }
    Ok(())
}

/// Takes a case out of a round that has not opened, with its copy.
pub(super) fn remove_case(act: &mut Act<'_>, year: i32, number: i32) -> Result<bool, Problem> {
    diesel::delete(
        calibration_copies::table
            .filter(calibration_copies::year.eq(year))
            .filter(calibration_copies::number.eq(number)),
    )
    .execute(act.db)?;
    Ok(diesel::delete(calibration_cases::table.find((year, number))).execute(act.db)? == 1)
}

/// Adds a version of the copy of one criterion.
pub(super) fn add_version(
    act: &mut Act<'_>,
    case: CalibrationCase,
    criterion: &str,
    version: i32,
    content: &Content,
    by: &PersonId,
) -> Result<(), Problem> {
    diesel::insert_into(calibration_copies::table)
        .values((
            calibration_copies::year.eq(case.year),
            calibration_copies::number.eq(case.number),
            calibration_copies::criterion.eq(criterion),
            calibration_copies::version.eq(version),
            calibration_copies::content.eq(serde_json::to_string(content).map_err(Problem::internal)?),
            calibration_copies::saved_by.eq(by),
            calibration_copies::saved_at.eq(act.now),
        ))
        .execute(act.db)?;
    Ok(())
}

/// One saved version of the copy of a criterion.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    /// Counts from 1.
    pub version: i32,
    /// What it holds.
    pub content: Content,
    /// Who made or saved it.
    pub saved_by: PersonId,
    /// When.
    pub saved_at: Moment,
}

/// Every version of the copy of one criterion, oldest first.
pub(super) fn versions(db: &mut Db, case: CalibrationCase, criterion: &str) -> Result<Vec<Version>, Problem> {
    let rows = calibration_copies::table
        .filter(calibration_copies::year.eq(case.year))
        .filter(calibration_copies::number.eq(case.number))
        .filter(calibration_copies::criterion.eq(criterion))
        .order(calibration_copies::version)
        .select((
            calibration_copies::version,
            calibration_copies::content,
            calibration_copies::saved_by,
            calibration_copies::saved_at,
        ))
        .load::<(i32, String, PersonId, Moment)>(db)?;
    rows.into_iter()
        .map(|(version, content, saved_by, saved_at)| {
            let content = serde_json::from_str(&content).map_err(Problem::internal)?;
            Ok(Version { version, content, saved_by, saved_at })
        })
        .collect()
}

/// The copy as it stands, with the version of each criterion.
pub(super) fn copy(db: &mut Db, case: CalibrationCase) -> Result<BTreeMap<String, (i32, Content)>, Problem> {
    let rows = calibration_copies::table
        .filter(calibration_copies::year.eq(case.year))
        .filter(calibration_copies::number.eq(case.number))
        .order((calibration_copies::criterion, calibration_copies::version))
        .select((calibration_copies::criterion, calibration_copies::version, calibration_copies::content))
        .load::<(String, i32, String)>(db)?;
    let newest: BTreeMap<String, (i32, String)> =
        rows.into_iter().map(|(criterion, version, content)| (criterion, (version, content))).collect();
    newest
        .into_iter()
        .map(|(criterion, (version, content))| {
            Ok((criterion, (version, serde_json::from_str(&content).map_err(Problem::internal)?)))
        })
        .collect()
}

/// Which of some cases were submitted.
pub(super) fn submitted(db: &mut Db, cases: &[CaseId]) -> Result<Vec<CaseId>, Problem> {
    let own = submissions::case_id.eq_any(cases.iter().map(CaseId::as_str));
    Ok(submissions::table.filter(own).select(submissions::case_id).distinct().load(db)?)
}

/// The names of everybody who is or was tied to a case's unit, or has written in the case, and who answers for its evidence in
/// the unit's own words.
pub(super) fn names_in(db: &mut Db, case: &Case) -> Result<(Vec<String>, Vec<String>), Problem> {
    let of_unit = role_grants::unit_id.eq(case.unit.id.as_str()).or(role_grants::administration_id.eq(case
        .unit
        .administration
        .id
        .as_str()));
    let mut ids: Vec<PersonId> =
        role_grants::table.filter(of_unit).select(role_grants::person_id).load(db)?;
    let wrote = answer_versions::table
        .filter(answer_versions::case_id.eq(&case.id))
        .select(answer_versions::saved_by)
        .distinct()
        .load::<Option<PersonId>>(db)?;
    ids.extend(wrote.into_iter().flatten());
    ids.extend(
        submissions::table
            .filter(submissions::case_id.eq(&case.id))
            .select(submissions::submitted_by)
            .load::<PersonId>(db)?,
    );
    let pieces = evidence::table
        .filter(evidence::case_id.eq(&case.id))
        .select((evidence::added_by, evidence::owner))
        .load::<(PersonId, String)>(db)?;
    let (added, owners): (Vec<PersonId>, Vec<String>) = pieces.into_iter().unzip();
    ids.extend(added);
    ids.sort();
    ids.dedup();
    let names = people::table
        .filter(people::id.eq_any(ids.iter().map(PersonId::as_str)))
        .select(people::name)
        .load(db)?;
    Ok((names, owners))
}

/// Whether somebody has saved a level of a case.
pub(super) fn has_begun(db: &mut Db, case: CalibrationCase, person: &PersonId) -> Result<bool, Problem> {
    let row = calibration_reviews::table.find((case.year, case.number, person));
    Ok(row.count().get_result::<i64>(db)? > 0)
}

/// When somebody's review of a case was locked.
pub(super) fn locked_at(
    db: &mut Db,
    case: CalibrationCase,
    person: &PersonId,
) -> Result<Option<Moment>, Problem> {
    let row = calibration_reviews::table.find((case.year, case.number, person));
    let locked = row.select(calibration_reviews::locked_at).first::<Option<Moment>>(db).optional()?;
    Ok(locked.flatten())
}

/// Who has locked in a round, case by case.
///
/// # Errors
/// The database cannot be read.
pub fn locked(db: &mut Db, year: i32) -> Result<Vec<(i32, PersonId)>, Problem> {
    let rows = calibration_reviews::table
        .filter(calibration_reviews::year.eq(year))
        .filter(calibration_reviews::locked_at.is_not_null());
    Ok(rows.select((calibration_reviews::number, calibration_reviews::person_id)).load(db)?)
}

/// Begins somebody's review of a case.
pub(super) fn add_review(act: &mut Act<'_>, case: CalibrationCase, person: &PersonId) -> Result<(), Problem> {
    diesel::insert_into(calibration_reviews::table)
        .values((
            calibration_reviews::year.eq(case.year),
            calibration_reviews::number.eq(case.number),
            calibration_reviews::person_id.eq(person),
        ))
        .execute(act.db)?;
    Ok(())
}

/// Locks somebody's review. False when it is not there or locked already.
pub(super) fn lock(act: &mut Act<'_>, case: CalibrationCase, person: &PersonId) -> Result<bool, Problem> {
    let open = calibration_reviews::table
        .find((case.year, case.number, person))
        .filter(calibration_reviews::locked_at.is_null());
    Ok(diesel::update(open).set(calibration_reviews::locked_at.eq(act.now)).execute(act.db)? == 1)
}

/// Somebody's levels of a case, by criterion.
pub(super) fn scores(
    db: &mut Db,
    case: CalibrationCase,
    person: &PersonId,
) -> Result<BTreeMap<String, Scored>, Problem> {
    let rows = calibration_scores::table
        .filter(calibration_scores::year.eq(case.year))
        .filter(calibration_scores::number.eq(case.number))
        .filter(calibration_scores::person_id.eq(person))
        .select((
            calibration_scores::criterion,
            calibration_scores::version,
            calibration_scores::score,
            calibration_scores::reason,
            calibration_scores::saved_at,
        ))
        .load::<(String, i32, Option<Score>, String, Moment)>(db)?;
    let scored = |(criterion, version, score, reason, saved_at)| {
        (criterion, Scored { version, score, reason, saved_at })
    };
    Ok(rows.into_iter().map(scored).collect())
}

/// Saves a level over the version that was seen (0: none yet). False when another version is there.
pub(super) fn save(
    act: &mut Act<'_>,
    case: CalibrationCase,
    person: &PersonId,
    criterion: &str,
    seen: i32,
    (score, reason): (Option<Score>, &str),
) -> Result<bool, Problem> {
    let key = (case.year, case.number, person, criterion);
    if seen == 0 {
        let there: i64 = calibration_scores::table.find(key).count().get_result(act.db)?;
        if there > 0 {
            return Ok(false);
        }
        diesel::insert_into(calibration_scores::table)
            .values((
                calibration_scores::year.eq(case.year),
                calibration_scores::number.eq(case.number),
                calibration_scores::person_id.eq(person),
                calibration_scores::criterion.eq(criterion),
                calibration_scores::version.eq(1),
                calibration_scores::score.eq(score),
                calibration_scores::reason.eq(reason),
                calibration_scores::saved_at.eq(act.now),
            ))
            .execute(act.db)?;
        return Ok(true);
    }
    let there = calibration_scores::table.find(key).filter(calibration_scores::version.eq(seen));
    let saved = diesel::update(there)
        .set((
            calibration_scores::version.eq(seen + 1),
            calibration_scores::score.eq(score),
            calibration_scores::reason.eq(reason),
            calibration_scores::saved_at.eq(act.now),
        ))
        .execute(act.db)?;
    Ok(saved == 1)
}

/// Every level of locked reviews in a round, without names: case, criterion, level.
pub(super) fn locked_scores(db: &mut Db, year: i32) -> Result<Vec<(i32, String, Score)>, Problem> {
    let own = calibration_reviews::year
        .eq(calibration_scores::year)
        .and(calibration_reviews::number.eq(calibration_scores::number))
        .and(calibration_reviews::person_id.eq(calibration_scores::person_id));
    let rows = calibration_scores::table
        .inner_join(calibration_reviews::table.on(own))
        .filter(calibration_scores::year.eq(year))
        .filter(calibration_reviews::locked_at.is_not_null())
        .select((calibration_scores::number, calibration_scores::criterion, calibration_scores::score))
        .load::<(i32, String, Option<Score>)>(db)?;
    let given = |(number, criterion, score): (i32, String, Option<Score>)| Some((number, criterion, score?));
    Ok(rows.into_iter().filter_map(given).collect())
}

/// Every version of the clarifications of a year, oldest first within a criterion.
pub(super) fn clarifications(db: &mut Db, year: i32) -> Result<Vec<(String, Clarification)>, Problem> {
    let rows = calibration_clarifications::table
        .filter(calibration_clarifications::year.eq(year))
        .order((calibration_clarifications::criterion, calibration_clarifications::version))
        .select((
            calibration_clarifications::criterion,
            calibration_clarifications::version,
            calibration_clarifications::clarification,
            calibration_clarifications::written_by,
            calibration_clarifications::written_at,
        ))
        .load::<(String, i32, String, PersonId, Moment)>(db)?;
    let clarification = |(criterion, version, text, written_by, written_at)| {
        (criterion, Clarification { version, text, written_by, written_at })
    };
    Ok(rows.into_iter().map(clarification).collect())
}

/// Adds a version of a clarification.
pub(super) fn add_clarification(
    act: &mut Act<'_>,
    year: i32,
    criterion: &str,
    version: i32,
    text: &str,
    by: &PersonId,
) -> Result<(), Problem> {
    diesel::insert_into(calibration_clarifications::table)
        .values((
            calibration_clarifications::year.eq(year),
            calibration_clarifications::criterion.eq(criterion),
            calibration_clarifications::version.eq(version),
            calibration_clarifications::clarification.eq(text),
            calibration_clarifications::written_by.eq(by),
            calibration_clarifications::written_at.eq(act.now),
        ))
        .execute(act.db)?;
    Ok(())
}
