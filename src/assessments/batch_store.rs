//! Answers of many cases at once: what comes from last year, and what goes to a mended form. Whoever calls has checked
//! the right to the cases.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::upsert::excluded;

use super::{Answer, Submission};
use crate::clock::Moment;
use crate::db::schema::{answer_versions, answers, areas_ready, evidence, submissions};
use crate::db::{Act, Db, each};
use crate::ids::{CaseId, PersonId, SubmissionId};
use crate::problem::Problem;

/// Rows of one statement; both databases take so many with every column bound.
const ROWS: usize = 400;

/// The answers to one criterion of one case.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = answers, treat_none_as_default_value = false)]
pub struct AnswerRow {
    /// The case.
    pub case_id: CaseId,
    /// The criterion.
    pub criterion: String,
    /// Counts saves from 1.
    pub version: i32,
    /// What was typed, as JSON.
    pub content: String,
    /// Whether the unit has confirmed it.
    pub confirmed: bool,
    /// Why there is no answer.
    pub declared_missing: Option<String>,
    /// Who saved it last.
    pub saved_by: Option<PersonId>,
    /// When.
    pub saved_at: Moment,
}

/// A saved version of them.
#[derive(Debug, Insertable)]
#[diesel(table_name = answer_versions, treat_none_as_default_value = false)]
pub struct VersionRow {
    case_id: CaseId,
    criterion: String,
    version: i32,
    content: String,
    saved_by: Option<PersonId>,
    saved_at: Moment,
}

impl AnswerRow {
    /// Answers that nobody of the unit has confirmed.
    pub(super) fn unconfirmed(
        case: &CaseId,
        criterion: &str,
        version: i32,
        content: String,
        declared_missing: Option<String>,
        at: Moment,
    ) -> AnswerRow {
        AnswerRow {
            case_id: case.clone(),
            criterion: criterion.to_owned(),
            version,
            content,
            confirmed: false,
            declared_missing,
            saved_by: None,
            saved_at: at,
        }
    }

    /// The same answers under another criterion's id.
    pub(super) fn renamed(case: &CaseId, criterion: &str, answer: &Answer) -> Result<AnswerRow, Problem> {
        Ok(AnswerRow {
            case_id: case.clone(),
            criterion: criterion.to_owned(),
            version: answer.version,
            content: serde_json::to_string(&answer.content).map_err(Problem::internal)?,
            confirmed: answer.confirmed,
            declared_missing: answer.declared_missing.clone(),
            saved_by: answer.saved_by.clone(),
            saved_at: answer.saved_at,
        })
    }

    /// Its entry in the history.
    #[must_use]
    pub fn as_version(&self) -> VersionRow {
        VersionRow {
            case_id: self.case_id.clone(),
            criterion: self.criterion.clone(),
            version: self.version,
            content: self.content.clone(),
            saved_by: self.saved_by.clone(),
            saved_at: self.saved_at,
        }
    }
}

/// Writes answers, over those that are there, and adds to the history.
///
/// # Errors
/// The database cannot be written.
pub fn write(act: &mut Act<'_>, rows: &[AnswerRow], versions: &[VersionRow]) -> Result<(), Problem> {
    for some in rows.chunks(ROWS) {
        each!(&mut *act.db, connection => diesel::insert_into(answers::table)
            .values(some)
            .on_conflict((answers::case_id, answers::criterion))
            .do_update()
            .set((
                answers::version.eq(excluded(answers::version)),
                answers::content.eq(excluded(answers::content)),
                answers::confirmed.eq(excluded(answers::confirmed)),
                answers::declared_missing.eq(excluded(answers::declared_missing)),
                answers::saved_by.eq(excluded(answers::saved_by)),
                answers::saved_at.eq(excluded(answers::saved_at)),
            ))
            .execute(connection)?);
    }
    for some in versions.chunks(ROWS) {
        each!(&mut *act.db, connection =>
            diesel::insert_into(answer_versions::table).values(some).execute(connection)?);
    }
    Ok(())
}

/// The history of answers to a criterion, to stand under another one's id.
pub(super) fn history(
    db: &mut Db,
    case: &CaseId,
    criterion: &str,
    under: &str,
) -> Result<Vec<VersionRow>, Problem> {
    let rows = answer_versions::table
        .filter(answer_versions::case_id.eq(case))
        .filter(answer_versions::criterion.eq(criterion))
        .order(answer_versions::version)
        .select((
            answer_versions::version,
            answer_versions::content,
            answer_versions::saved_by,
            answer_versions::saved_at,
        ))
        .load::<(i32, String, Option<PersonId>, Moment)>(db)?;
    Ok(rows
        .into_iter()
        .map(|(version, content, saved_by, saved_at)| VersionRow {
            case_id: case.clone(),
            criterion: under.to_owned(),
            version,
            content,
            saved_by,
            saved_at,
        })
        .collect())
}

/// The files of criteria that went to another id go after them.
pub(super) fn move_files(
    act: &mut Act<'_>,
    case: &CaseId,
    homes: &[(String, String)],
) -> Result<(), Problem> {
    for (from, to) in homes {
        diesel::update(
            evidence::table.filter(evidence::case_id.eq(case)).filter(evidence::criterion.eq(from)),
        )
        .set(evidence::criterion.eq(to))
        .execute(act.db)?;
    }
    Ok(())
}

/// What no longer is asked declares nothing.
pub(super) fn undeclare(act: &mut Act<'_>, case: &CaseId, gone: &[String]) -> Result<(), Problem> {
    diesel::update(answers::table.filter(answers::case_id.eq(case)).filter(answers::criterion.eq_any(gone)))
        .set(answers::declared_missing.eq(None::<String>))
        .execute(act.db)?;
    Ok(())
}

/// Takes the mark of being ready from every area of a case but some.
pub(super) fn unmark_but(act: &mut Act<'_>, case: &CaseId, keep: &[String]) -> Result<(), Problem> {
    diesel::delete(
        areas_ready::table.filter(areas_ready::case_id.eq(case)).filter(areas_ready::area.ne_all(keep)),
    )
    .execute(act.db)?;
    Ok(())
}

/// The newest submission of each of some cases.
pub(super) fn latest_submissions(
    db: &mut Db,
    cases: &[CaseId],
) -> Result<HashMap<CaseId, Submission>, Problem> {
    type Row = (CaseId, SubmissionId, i32, String, String, bool, PersonId, Moment);
    let rows = submissions::table
        .filter(submissions::case_id.eq_any(cases.iter().map(CaseId::as_str)))
        .order((submissions::case_id, submissions::number))
        .select((
            submissions::case_id,
            submissions::id,
            submissions::number,
            submissions::content,
            submissions::digest,
            submissions::late,
            submissions::submitted_by,
            submissions::submitted_at,
        ))
        .load::<Row>(db)?;
    // In order of number, so that the last one stays.
    Ok(rows
        .into_iter()
        .map(|(case, id, number, content, digest, late, submitted_by, submitted_at)| {
            (case, Submission { id, number, content, digest, late, submitted_by, submitted_at })
        })
        .collect())
}
