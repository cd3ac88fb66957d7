//! Self-assessments in the database. Whoever calls has checked the right to the case.

use std::collections::HashMap;

use diesel::prelude::*;

use super::progress::Entered;
use super::receipt::Receipt;
use super::{Answer, Submission, evidence, request_store};
use crate::clock::Moment;
use crate::db::schema::{
    answer_versions, answers, areas_ready, cases, cycles, people, submission_documents, submissions,
};
use crate::db::{Act, Db, each};
use crate::forms::RawAnswers;
use crate::ids::{CaseId, PersonId, SubmissionId, UnitId, sha256};
use crate::problem::Problem;
use crate::text::Lang;

#[derive(Queryable, Selectable)]
#[diesel(table_name = answers)]
struct AnswerRow {
    criterion: String,
    version: i32,
    content: String,
    confirmed: bool,
    declared_missing: Option<String>,
    saved_by: Option<PersonId>,
    saved_at: Moment,
}

impl TryFrom<AnswerRow> for Answer {
    type Error = Problem;

    fn try_from(row: AnswerRow) -> Result<Answer, Problem> {
        Ok(Answer {
            content: serde_json::from_str(&row.content).map_err(Problem::internal)?,
            criterion: row.criterion,
            version: row.version,
            confirmed: row.confirmed,
            declared_missing: row.declared_missing,
            saved_by: row.saved_by,
            saved_at: row.saved_at,
        })
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = submissions)]
struct SubmissionRow {
    id: SubmissionId,
    number: i32,
    content: String,
    digest: String,
    late: bool,
    submitted_by: PersonId,
    submitted_at: Moment,
}

impl From<SubmissionRow> for Submission {
    fn from(row: SubmissionRow) -> Submission {
        Submission {
            id: row.id,
            number: row.number,
            content: row.content,
            digest: row.digest,
            late: row.late,
            submitted_by: row.submitted_by,
            submitted_at: row.submitted_at,
        }
    }
}

/// Everything entered in a case: four queries, whatever the form's size.
///
/// # Errors
/// The database cannot be read.
pub fn entered(db: &mut Db, case: &CaseId) -> Result<Entered, Problem> {
    Ok(entered_of(db, std::slice::from_ref(case))?.remove(case).unwrap_or_default())
}

/// Everything entered in many cases: the same four queries.
///
/// # Errors
/// The database cannot be read.
pub fn entered_of(db: &mut Db, cases: &[CaseId]) -> Result<HashMap<CaseId, Entered>, Problem> {
    let mut all = without_files(db, cases)?;
    let ids: Vec<&str> = cases.iter().map(CaseId::as_str).collect();
    for (case, criterion) in evidence::store::counting(db, &ids)? {
        *all.entry(case).or_default().evidence.entry(criterion).or_insert(0) += 1;
    }
    Ok(all)
}

/// Everything entered in a case whose files are already at hand: three queries.
///
/// # Errors
/// The database cannot be read.
pub fn entered_beside(db: &mut Db, case: &CaseId, files: &[evidence::Evidence]) -> Result<Entered, Problem> {
    let mut entered = without_files(db, std::slice::from_ref(case))?.remove(case).unwrap_or_default();
    for file in files.iter().filter(|file| file.counts() && file.supersedes.is_none()) {
        *entered.evidence.entry(file.criterion.clone()).or_insert(0) += 1;
    }
    Ok(entered)
}

fn without_files(db: &mut Db, cases: &[CaseId]) -> Result<HashMap<CaseId, Entered>, Problem> {
    let ids: Vec<&str> = cases.iter().map(CaseId::as_str).collect();
    let mut all: HashMap<CaseId, Entered> = HashMap::new();
    let rows = answers::table
        .left_join(people::table)
        .filter(answers::case_id.eq_any(ids.clone()))
        .select((answers::case_id, AnswerRow::as_select(), people::name.nullable()))
        .load::<(CaseId, AnswerRow, Option<String>)>(db)?;
    for (case, row, name) in rows {
        let answer = Answer::try_from(row)?;
        let entered = all.entry(case).or_default();
        if let (Some(person), Some(name)) = (answer.saved_by.clone(), name) {
            entered.names.insert(person, name);
        }
        entered.answers.insert(answer.criterion.clone(), answer);
    }
    for (case, request) in request_store::of_cases(db, cases)? {
        all.entry(case).or_default().not_applicable.insert(request.criterion.clone(), request);
    }
    let ready = areas_ready::table
        .filter(areas_ready::case_id.eq_any(ids))
        .select((areas_ready::case_id, areas_ready::area, areas_ready::changed_by, areas_ready::changed_at))
        .order((areas_ready::case_id, areas_ready::area))
        .load::<(CaseId, String, Option<PersonId>, Option<Moment>)>(db)?;
    for (case, area, by, at) in ready {
        let entered = all.entry(case).or_default();
        match by.zip(at) {
            None => entered.ready.push(area),
            Some(change) => drop(entered.changed.insert(area, change)),
        }
    }
    Ok(all)
}

/// One criterion's answers.
///
/// # Errors
/// The database cannot be read.
pub fn answer(db: &mut Db, case: &CaseId, criterion: &str) -> Result<Option<Answer>, Problem> {
    let row = answers::table
        .find((case, criterion))
        .select(AnswerRow::as_select())
        .first::<AnswerRow>(db)
        .optional()?;
    row.map(Answer::try_from).transpose()
}

/// A saved version: its number, what it held, who saved it and when.
pub type SavedVersion = (i32, RawAnswers, Option<PersonId>, Moment);

/// Every saved version of one criterion's answers, newest first.
///
/// # Errors
/// The database cannot be read.
pub fn versions(db: &mut Db, case: &CaseId, criterion: &str) -> Result<Vec<SavedVersion>, Problem> {
    answer_versions::table
        .filter(answer_versions::case_id.eq(case))
        .filter(answer_versions::criterion.eq(criterion))
        .order(answer_versions::version.desc())
        .select((
            answer_versions::version,
            answer_versions::content,
            answer_versions::saved_by,
            answer_versions::saved_at,
        ))
        .load::<(i32, String, Option<PersonId>, Moment)>(db)?
        .into_iter()
        .map(|(version, content, by, at)| {
            Ok((version, serde_json::from_str(&content).map_err(Problem::internal)?, by, at))
        })
        .collect()
}

/// What stood in one saved version of a criterion's answers; nothing for version 0 and unknown ones.
///
/// # Errors
/// The database cannot be read.
pub(super) fn content_of_version(
    db: &mut Db,
    case: &CaseId,
    criterion: &str,
    version: i32,
) -> Result<RawAnswers, Problem> {
    let content = answer_versions::table
        .find((case, criterion, version))
        .select(answer_versions::content)
        .first::<String>(db)
        .optional()?;
    content
        .map_or_else(|| Ok(RawAnswers::new()), |text| serde_json::from_str(&text).map_err(Problem::internal))
}

/// What a save writes.
pub(super) struct NewAnswer<'a> {
    pub(super) case: &'a CaseId,
    pub(super) criterion: &'a str,
    pub(super) content: &'a str,
    pub(super) declared_missing: Option<&'a str>,
    pub(super) saved_by: &'a PersonId,
}

/// Saves answers over the version that was seen (0: none yet) and keeps the version in the history. False when
/// another version is there.
pub(super) fn save(act: &mut Act<'_>, seen: i32, new: &NewAnswer<'_>) -> Result<bool, Problem> {
    let now = act.now;
    let written = if seen == 0 {
        each!(&mut *act.db, connection => diesel::insert_into(answers::table)
            .values((
                answers::case_id.eq(new.case),
                answers::criterion.eq(new.criterion),
                answers::version.eq(1),
                answers::content.eq(new.content),
                answers::confirmed.eq(true),
                answers::declared_missing.eq(new.declared_missing),
                answers::saved_by.eq(new.saved_by),
                answers::saved_at.eq(now),
            ))
            .on_conflict_do_nothing()
            .execute(connection)?)
    } else {
        diesel::update(answers::table.find((new.case, new.criterion)).filter(answers::version.eq(seen)))
            .set((
                answers::version.eq(seen + 1),
                answers::content.eq(new.content),
                answers::confirmed.eq(true),
                answers::declared_missing.eq(new.declared_missing),
                answers::saved_by.eq(new.saved_by),
                answers::saved_at.eq(now),
            ))
            .execute(act.db)?
    };
    if written != 1 {
        return Ok(false);
    }
    diesel::insert_into(answer_versions::table)
        .values((
            answer_versions::case_id.eq(new.case),
            answer_versions::criterion.eq(new.criterion),
            answer_versions::version.eq(seen + 1),
            answer_versions::content.eq(new.content),
            answer_versions::saved_by.eq(new.saved_by),
            answer_versions::saved_at.eq(now),
        ))
        .execute(act.db)?;
    Ok(true)
}

/// Marks an area as ready, or takes the mark away.
pub(super) fn set_ready(
    act: &mut Act<'_>,
    case: &CaseId,
    area: &str,
    by: &PersonId,
    ready: bool,
) -> Result<(), Problem> {
    diesel::delete(areas_ready::table.find((case, area))).execute(act.db)?;
    if ready {
        diesel::insert_into(areas_ready::table)
            .values((
                areas_ready::case_id.eq(case),
                areas_ready::area.eq(area),
                areas_ready::marked_by.eq(by),
                areas_ready::marked_at.eq(act.now),
            ))
            .execute(act.db)?;
    }
    Ok(())
}

/// Takes an area's mark away because of a change; false when it was not marked.
pub(super) fn take_mark(
    act: &mut Act<'_>,
    case: &CaseId,
    area: &str,
    by: &PersonId,
) -> Result<bool, Problem> {
    let marked = areas_ready::table.find((case, area)).filter(areas_ready::changed_at.is_null());
    let taken = diesel::update(marked)
        .set((areas_ready::changed_by.eq(by), areas_ready::changed_at.eq(act.now)))
        .execute(act.db)?;
    Ok(taken == 1)
}

/// The newest submission of a case.
///
/// # Errors
/// The database cannot be read.
pub fn latest_submission(db: &mut Db, case: &CaseId) -> Result<Option<Submission>, Problem> {
    let row = submissions::table
        .filter(submissions::case_id.eq(case))
        .order(submissions::number.desc())
        .select(SubmissionRow::as_select())
        .first::<SubmissionRow>(db)
        .optional()?;
    Ok(row.map(Submission::from))
}

/// What a unit submitted last in a year; its content only.
pub(super) fn submitted_in(db: &mut Db, unit: &UnitId, year: i32) -> Result<Option<String>, Problem> {
    Ok(submissions::table
        .inner_join(cases::table.inner_join(cycles::table))
        .filter(cases::unit_id.eq(unit))
        .filter(cycles::year.eq(year))
        .order(submissions::number.desc())
        .select(submissions::content)
        .first::<String>(db)
        .optional()?)
}

/// One submission of a case by its number.
///
/// # Errors
/// [`Problem::not_found`].
pub fn submission(db: &mut Db, case: &CaseId, number: i32) -> Result<Submission, Problem> {
    let row = submissions::table
        .filter(submissions::case_id.eq(case))
        .filter(submissions::number.eq(number))
        .select(SubmissionRow::as_select())
        .first::<SubmissionRow>(db)?;
    Ok(row.into())
}

/// One submission with its case, whoever asks: for jobs.
pub(super) fn submission_by_id(db: &mut Db, id: &SubmissionId) -> Result<(CaseId, Submission), Problem> {
    let (case, row) = submissions::table
        .find(id)
        .select((submissions::case_id, SubmissionRow::as_select()))
        .first::<(CaseId, SubmissionRow)>(db)?;
    Ok((case, row.into()))
}

/// Every submission of a case without its answers, newest first.
pub(super) fn receipts(db: &mut Db, case: &CaseId) -> Result<Vec<Receipt>, Problem> {
    type Row = (SubmissionId, i32, String, bool, PersonId, Moment);
    let rows = submissions::table
        .filter(submissions::case_id.eq(case))
        .order(submissions::number.desc())
        .select((
            submissions::id,
            submissions::number,
            submissions::digest,
            submissions::late,
            submissions::submitted_by,
            submissions::submitted_at,
        ))
        .load::<Row>(db)?;
    let receipt = |(id, number, digest, late, submitted_by, submitted_at): Row| Receipt {
        id,
        number,
        digest,
        late,
        submitted_by,
        submitted_at,
    };
    Ok(rows.into_iter().map(receipt).collect())
}

/// Keeps the document of a submission unless it is there; gives its digest.
pub(super) fn add_document(
    act: &mut Act<'_>,
    submission: &SubmissionId,
    language: Lang,
    bytes: &[u8],
) -> Result<String, Problem> {
    let digest = sha256(bytes);
    let now = act.now;
    each!(&mut *act.db, connection => diesel::insert_into(submission_documents::table)
        .values((
            submission_documents::submission_id.eq(submission),
            submission_documents::language.eq(language.tag()),
            submission_documents::digest.eq(&digest),
            submission_documents::bytes.eq(bytes),
            submission_documents::made_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(connection)?);
    Ok(submission_documents::table
        .find((submission, language.tag()))
        .select(submission_documents::digest)
        .first(act.db)?)
}

/// The kept document of a submission.
pub(super) fn document(
    db: &mut Db,
    submission: &SubmissionId,
    language: Lang,
) -> Result<Option<Vec<u8>>, Problem> {
    Ok(submission_documents::table
        .find((submission, language.tag()))
        .select(submission_documents::bytes)
        .first(db)
        .optional()?)
}

pub(super) fn add_submission(act: &mut Act<'_>, case: &CaseId, new: &Submission) -> Result<(), Problem> {
    diesel::insert_into(submissions::table)
        .values((
            submissions::id.eq(&new.id),
            submissions::case_id.eq(case),
            submissions::number.eq(new.number),
            submissions::content.eq(&new.content),
            submissions::digest.eq(&new.digest),
            submissions::late.eq(new.late),
            submissions::submitted_by.eq(&new.submitted_by),
            submissions::submitted_at.eq(new.submitted_at),
        ))
        .execute(act.db)?;
    Ok(())
}

/// The criteria that the unit declared without an answer.
///
/// # Errors
/// The database cannot be read.
pub fn missing_criteria(db: &mut Db, case: &CaseId) -> Result<Vec<String>, Problem> {
    Ok(answers::table
        .filter(answers::case_id.eq(case))
        .filter(answers::declared_missing.is_not_null())
        .select(answers::criterion)
        .order(answers::criterion)
        .load(db)?)
}
