//! Results, fact comments and issued documents in the database. Whoever calls has checked the right to the case.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;

use super::documents::Issued;
use super::{FactComment, FixedResult};
use crate::clock::Moment;
use crate::cycles::{self, Case};
use crate::db::schema::{
    actions, cases, cycles as cycle_table, documents, fact_comments, plans, result_areas, results,
};
use crate::db::{Act, Db, each};
use crate::ids::{CaseId, PersonId, ResultId, RowId, UnitId, sha256};
use crate::number::exact;
use crate::problem::Problem;
use crate::scoring::{Light, Outcome};
use crate::text::Lang;

#[derive(Queryable, Selectable)]
#[diesel(table_name = results)]
struct ResultRow {
    id: ResultId,
    case_id: CaseId,
    number: i32,
    judged: String,
    scored: String,
    digest: String,
    reason: Option<String>,
    fixed_by: PersonId,
    fixed_at: Moment,
}

impl TryFrom<ResultRow> for FixedResult {
    type Error = Problem;

    fn try_from(row: ResultRow) -> Result<FixedResult, Problem> {
        Ok(FixedResult {
            judged: serde_json::from_str(&row.judged).map_err(Problem::internal)?,
            scored: serde_json::from_str(&row.scored).map_err(Problem::internal)?,
            id: row.id,
            case_id: row.case_id,
            number: row.number,
            digest: row.digest,
            reason: row.reason,
            fixed_by: row.fixed_by,
            fixed_at: row.fixed_at,
        })
    }
}

/// Stores a version of a result with its areas, and gives it its digest.
pub(super) fn add_result(
    act: &mut Act<'_>,
    new: FixedResult,
    outcome: Outcome,
) -> Result<FixedResult, Problem> {
    let judged = serde_json::to_string(&new.judged).map_err(Problem::internal)?;
    let scored = serde_json::to_string(&new.scored).map_err(Problem::internal)?;
    let digest = sha256(format!("{judged}\n{scored}").as_bytes());
    diesel::insert_into(results::table)
        .values((
            results::id.eq(&new.id),
            results::case_id.eq(&new.case_id),
            results::number.eq(new.number),
            results::judged.eq(&judged),
            results::scored.eq(&scored),
            results::digest.eq(&digest),
            results::outcome.eq(outcome.code()),
            results::reason.eq(new.reason.as_deref()),
            results::fixed_by.eq(&new.fixed_by),
            results::fixed_at.eq(new.fixed_at),
        ))
        .execute(act.db)?;
    for (area, result) in new.scored.areas.iter() {
        let light = match result.light {
            Light::Red => "red",
            Light::Yellow => "yellow",
            Light::Green => "green",
        };
        diesel::insert_into(result_areas::table)
            .values((
                result_areas::result_id.eq(&new.id),
                result_areas::area.eq(area),
                result_areas::score.eq(exact(&result.score)),
                result_areas::light.eq(light),
            ))
            .execute(act.db)?;
    }
    Ok(FixedResult { digest, ..new })
}

/// Every version of a case's result, newest first.
///
/// # Errors
/// The database cannot be read.
pub fn versions(db: &mut Db, case: &CaseId) -> Result<Vec<FixedResult>, Problem> {
    results::table
        .filter(results::case_id.eq(case))
        .order(results::number.desc())
        .select(ResultRow::as_select())
        .load::<ResultRow>(db)?
        .into_iter()
        .map(FixedResult::try_from)
        .collect()
}

/// The version of a case's result that counts.
///
/// # Errors
/// The database cannot be read.
pub fn newest(db: &mut Db, case: &CaseId) -> Result<Option<FixedResult>, Problem> {
    Ok(newest_of(db, std::slice::from_ref(case))?.remove(case))
}

/// The version that counts, of many cases: one query.
///
/// # Errors
/// The database cannot be read.
pub fn newest_of(db: &mut Db, cases: &[CaseId]) -> Result<HashMap<CaseId, FixedResult>, Problem> {
    let rows = results::table
        .filter(results::case_id.eq_any(cases.iter().map(CaseId::as_str)))
        // Later rows take the place of earlier ones below.
        .order((results::case_id, results::number))
        .select(ResultRow::as_select())
        .load::<ResultRow>(db)?;
    let newest: HashMap<CaseId, ResultRow> = rows.into_iter().map(|row| (row.case_id.clone(), row)).collect();
    newest.into_iter().map(|(case, row)| Ok((case, FixedResult::try_from(row)?))).collect()
}

/// The unit's case in a year and the version of its result that counts, when there is one.
///
/// # Errors
/// The database cannot be read.
pub fn newest_of_year(
    db: &mut Db,
    unit: &UnitId,
    year: i32,
) -> Result<Option<(CaseId, FixedResult)>, Problem> {
    let row = results::table
        .inner_join(cases::table.on(cases::id.eq(results::case_id)))
        .inner_join(cycle_table::table.on(cycle_table::id.eq(cases::cycle_id)))
        .filter(cases::unit_id.eq(unit))
        .filter(cycle_table::year.eq(year))
        .order(results::number.desc())
        .select(ResultRow::as_select())
        .first::<ResultRow>(db)
        .optional()?;
    row.map(|row| Ok((row.case_id.clone(), FixedResult::try_from(row)?))).transpose()
}

/// The next registry number of the case's year. Holds the cycle's row, so that two acts cannot take the same.
pub(super) fn next_registry_number(act: &mut Act<'_>, case: &Case, prefix: &str) -> Result<String, Problem> {
    diesel::update(cycle_table::table.find(&case.cycle_id))
        .set(cycle_table::version.eq(cycle_table::version + 0))
        .execute(act.db)?;
    let mut next = cycles::store::registered(act.db, case.year)? + 1;
    loop {
        let number = format!("{prefix} {}/{next:04}", case.year);
        // The registrar may have given a case this number.
        if cycles::store::with_registry_number(act.db, &number)?.is_none() {
            return Ok(number);
        }
        next += 1;
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = fact_comments)]
struct CommentRow {
    criterion: String,
    comment: String,
    written_by: PersonId,
    written_at: Moment,
    answer: Option<String>,
    answered_by: Option<PersonId>,
    answered_at: Option<Moment>,
}

/// The unit's comments on facts, by criterion.
pub(crate) fn comments(db: &mut Db, case: &CaseId) -> Result<Vec<FactComment>, Problem> {
    let rows = fact_comments::table
        .filter(fact_comments::case_id.eq(case))
        .order(fact_comments::criterion)
        .select(CommentRow::as_select())
        .load::<CommentRow>(db)?;
    let comment = |row: CommentRow| FactComment {
        criterion: row.criterion,
        comment: row.comment,
        written_by: row.written_by,
        written_at: row.written_at,
        answer: row.answer.zip(row.answered_by).zip(row.answered_at).map(|((text, by), at)| (text, by, at)),
    };
    Ok(rows.into_iter().map(comment).collect())
}

/// Writes a comment over the earlier one, or takes it away when empty; false when the earlier one is answered.
pub(super) fn write_comment(
    act: &mut Act<'_>,
    case: &CaseId,
    criterion: &str,
    comment: &str,
    by: &PersonId,
) -> Result<bool, Problem> {
    let unanswered = fact_comments::table.find((case, criterion)).filter(fact_comments::answer.is_null());
    diesel::delete(unanswered).execute(act.db)?;
    if comment.is_empty() {
        return Ok(true);
    }
    let now = act.now;
    let written = each!(&mut *act.db, connection => diesel::insert_into(fact_comments::table)
        .values((
            fact_comments::case_id.eq(case),
            fact_comments::criterion.eq(criterion),
            fact_comments::comment.eq(comment),
            fact_comments::written_by.eq(by),
            fact_comments::written_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(connection)?);
    Ok(written == 1)
}

/// Answers a comment; false when there is none that waits.
pub(super) fn answer_comment(
    act: &mut Act<'_>,
    case: &CaseId,
    criterion: &str,
    answer: &str,
    by: &PersonId,
) -> Result<bool, Problem> {
    let waiting = fact_comments::table.find((case, criterion)).filter(fact_comments::answer.is_null());
    let answered = diesel::update(waiting)
        .set((
            fact_comments::answer.eq(answer),
            fact_comments::answered_by.eq(by),
            fact_comments::answered_at.eq(act.now),
        ))
        .execute(act.db)?;
    Ok(answered == 1)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = documents)]
struct DocumentRow {
    id: RowId,
    case_id: CaseId,
    result_id: ResultId,
    language: String,
    digest: String,
    issued_at: Moment,
}

impl From<DocumentRow> for Issued {
    fn from(row: DocumentRow) -> Issued {
        Issued {
            id: row.id,
            case_id: row.case_id,
            result_id: row.result_id,
            language: Lang::from_tag(&row.language).unwrap_or_default(),
            digest: row.digest,
            issued_at: row.issued_at,
        }
    }
}

/// Keeps the bytes of an issued report, unless that report is there.
pub(super) fn add_document(
    act: &mut Act<'_>,
    result: &FixedResult,
    language: Lang,
    bytes: &[u8],
) -> Result<(), Problem> {
    let id: RowId = act.id();
    let now = act.now;
    let digest = sha256(bytes);
    each!(&mut *act.db, connection => diesel::insert_into(documents::table)
        .values((
            documents::id.eq(&id),
            documents::case_id.eq(&result.case_id),
            documents::result_id.eq(&result.id),
            documents::kind.eq("unit_report"),
            documents::language.eq(language.tag()),
            documents::format.eq("pdf"),
            documents::digest.eq(&digest),
            documents::bytes.eq(bytes),
            documents::issued_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(connection)?);
    Ok(())
}

/// The issued documents of a case, newest first.
pub(super) fn documents_of(db: &mut Db, case: &CaseId) -> Result<Vec<Issued>, Problem> {
    let rows = documents::table
        .filter(documents::case_id.eq(case))
        .order((documents::issued_at.desc(), documents::language.desc(), documents::id))
        .select(DocumentRow::as_select())
        .load::<DocumentRow>(db)?;
    Ok(rows.into_iter().map(Issued::from).collect())
}

/// The issued documents with this digest.
pub(super) fn documents_by_digest(db: &mut Db, digest: &str) -> Result<Option<Issued>, Problem> {
    let row = documents::table
        .filter(documents::digest.eq(digest))
        .select(DocumentRow::as_select())
        .first::<DocumentRow>(db)
        .optional()?;
    Ok(row.map(Issued::from))
}

/// The bytes of an issued document.
pub(super) fn bytes(db: &mut Db, id: &RowId) -> Result<Vec<u8>, Problem> {
    Ok(documents::table.find(id).select(documents::bytes).first(db)?)
}

/// The result with this identifier.
pub(super) fn by_id(db: &mut Db, id: &ResultId) -> Result<FixedResult, Problem> {
    results::table.find(id).select(ResultRow::as_select()).first::<ResultRow>(db)?.try_into()
}

/// The criteria that an accepted plan has actions for; none while there is no accepted plan.
///
/// # Errors
/// The database cannot be read.
pub(super) fn criteria_of_accepted_plan(db: &mut Db, case: &CaseId) -> Result<BTreeSet<String>, Problem> {
    let criteria = actions::table
        .inner_join(plans::table.on(plans::case_id.eq(actions::case_id)))
        .filter(actions::case_id.eq(case))
        .filter(plans::accepted_at.is_not_null())
        .select(actions::criterion)
        .load::<Option<String>>(db)?;
    Ok(criteria.into_iter().flatten().collect())
}
