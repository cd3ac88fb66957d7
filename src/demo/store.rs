//! Rows that there are many of, in batches; and the mail of the past, which nobody sends any more.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::clock::Moment;
use crate::db::schema::{
    answers, calibration_reviews, calibration_scores, evidence, outbox, score_versions, scores, stored_files,
};
use crate::db::{Act, each};
use crate::ids::{AssignmentId, CaseId, EvidenceId, PersonId, UnitId};
use crate::problem::Problem;
use crate::reviews::Score;

/// Rows of one statement; both databases take so many with every column bound.
const BATCH: usize = 400;

#[derive(Insertable)]
#[diesel(table_name = evidence, treat_none_as_default_value = false)]
pub(super) struct EvidenceRow {
    pub id: EvidenceId,
    pub case_id: CaseId,
    pub criterion: String,
    pub name: String,
    pub stored_as: Option<String>,
    pub url: Option<String>,
    pub place: String,
    pub description: String,
    pub owner: String,
    pub valid_until: Option<NaiveDate>,
    pub version: i32,
    pub added_by: PersonId,
    pub added_at: Moment,
}

#[derive(Insertable)]
#[diesel(table_name = stored_files, treat_none_as_default_value = false)]
pub(super) struct FileRow {
    pub stored_as: String,
    pub unit_id: UnitId,
    pub media_type: String,
    pub size: i32,
    pub sha256: String,
    pub scan: String,
    pub scanned_at: Moment,
    pub used_at: Moment,
}

#[derive(Insertable)]
#[diesel(table_name = scores, treat_none_as_default_value = false)]
pub(super) struct ScoreRow {
    pub assignment_id: AssignmentId,
    pub criterion: String,
    pub version: i32,
    pub first: Option<Score>,
    pub reason: String,
    pub saved_at: Moment,
}

#[derive(Insertable)]
#[diesel(table_name = score_versions, treat_none_as_default_value = false)]
pub(super) struct ScoreVersionRow {
    pub assignment_id: AssignmentId,
    pub criterion: String,
    pub version: i32,
    pub content: String,
    pub saved_at: Moment,
}

#[derive(Insertable)]
#[diesel(table_name = calibration_reviews, treat_none_as_default_value = false)]
pub(super) struct CalibrationReviewRow {
    pub year: i32,
    pub number: i32,
    pub person_id: PersonId,
}

#[derive(Insertable)]
#[diesel(table_name = calibration_scores, treat_none_as_default_value = false)]
pub(super) struct CalibrationScoreRow {
    pub year: i32,
    pub number: i32,
    pub person_id: PersonId,
    pub criterion: String,
    pub version: i32,
    pub score: Option<Score>,
    pub reason: String,
    pub saved_at: Moment,
}

macro_rules! insert {
    ($act:expr, $table:ident, $rows:expr) => {
        for rows in $rows.chunks(BATCH) {
            each!(&mut *$act.db, connection => diesel::insert_into($table::table).values(rows).execute(connection)?);
        }
    };
}

/// The versions of the answers that a case began with, by criterion.
pub(super) fn versions_there(act: &mut Act<'_>, case: &CaseId) -> Result<BTreeMap<String, i32>, Problem> {
    let rows = answers::table
        .filter(answers::case_id.eq(case))
        .select((answers::criterion, answers::version))
        .load::<(String, i32)>(act.db)?;
    Ok(rows.into_iter().collect())
}

/// Adds evidence with its files.
pub(super) fn add_evidence(
    act: &mut Act<'_>,
    files: &[FileRow],
    rows: &[EvidenceRow],
) -> Result<(), Problem> {
    insert!(act, stored_files, files);
    insert!(act, evidence, rows);
    Ok(())
}

/// Adds first scores with their saved versions.
pub(super) fn add_scores(
    act: &mut Act<'_>,
    rows: &[ScoreRow],
    versions: &[ScoreVersionRow],
) -> Result<(), Problem> {
    insert!(act, scores, rows);
    insert!(act, score_versions, versions);
    Ok(())
}

/// Adds a review of a calibration case with its levels.
pub(super) fn add_calibration(
    act: &mut Act<'_>,
    review: &CalibrationReviewRow,
    rows: &[CalibrationScoreRow],
) -> Result<(), Problem> {
    diesel::insert_into(calibration_reviews::table).values(review).execute(act.db)?;
    insert!(act, calibration_scores, rows);
    Ok(())
}

/// Marks every mail as sent when it was written: the past is over.
pub(super) fn send_nothing(act: &mut Act<'_>) -> Result<(), Problem> {
    diesel::update(outbox::table)
        .set((outbox::state.eq("sent"), outbox::sent_at.eq(outbox::created_at.nullable())))
        .execute(act.db)?;
    Ok(())
}
