//! Evidence in the database. Whoever calls has checked the right to the case.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{Text, Timestamp};

use super::{Details, Evidence, Scan, Stored, What};
use crate::clock::Moment;
use crate::db::schema::{cases, cycles, evidence, stored_files};
use crate::db::{Act, Db};
use crate::ids::{CaseId, EvidenceId, PersonId, UnitId};
use crate::problem::Problem;
use crate::text_columns;

text_columns!(Scan);

#[derive(Queryable, Selectable)]
#[diesel(table_name = evidence)]
struct Row {
    id: EvidenceId,
    criterion: String,
    name: String,
    url: Option<String>,
    place: String,
    description: String,
    owner: String,
    valid_until: Option<NaiveDate>,
    version: i32,
    added_by: PersonId,
    added_at: Moment,
    supersedes: Option<EvidenceId>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = stored_files)]
struct FileRow {
    stored_as: String,
    media_type: String,
    size: i32,
    sha256: String,
    scan: Scan,
}

impl From<FileRow> for Stored {
    fn from(row: FileRow) -> Stored {
        Stored {
            stored_as: row.stored_as,
            media_type: row.media_type,
            size: row.size,
            sha256: row.sha256,
            scan: row.scan,
        }
    }
}

fn evidence((row, file): (Row, Option<FileRow>)) -> Result<Evidence, Problem> {
    let what = match (file, row.url) {
        (Some(file), None) => What::File(file.into()),
        (None, Some(url)) => What::Link(url),
        _ => return Err(Problem::internal(format!("evidence {} is neither file nor link", row.id))),
    };
    Ok(Evidence {
        id: row.id,
        criterion: row.criterion,
        name: row.name,
        what,
        details: Details {
            place: row.place,
            description: row.description,
            owner: row.owner,
            valid_until: row.valid_until,
        },
        version: row.version,
        added_by: row.added_by,
        added_at: row.added_at,
        supersedes: row.supersedes,
    })
}

/// The evidence of a case that is not removed, by criterion and time.
///
/// # Errors
/// The database cannot be read.
pub fn of_case(db: &mut Db, case: &CaseId) -> Result<Vec<Evidence>, Problem> {
    evidence::table
        .left_join(stored_files::table)
        .filter(evidence::case_id.eq(case))
        .filter(evidence::removed_at.is_null())
        .order((evidence::criterion, evidence::added_at, evidence::id))
        .select((Row::as_select(), Option::<FileRow>::as_select()))
        .load::<(Row, Option<FileRow>)>(db)?
        .into_iter()
        .map(evidence)
        .collect()
}

/// One piece of a case, also a removed one: a submission may still name it.
///
/// # Errors
/// [`Problem::not_found`].
pub fn one(db: &mut Db, case: &CaseId, id: &EvidenceId) -> Result<Evidence, Problem> {
    let row = evidence::table
        .left_join(stored_files::table)
        .filter(evidence::id.eq(id))
        .filter(evidence::case_id.eq(case))
        .select((Row::as_select(), Option::<FileRow>::as_select()))
        .first::<(Row, Option<FileRow>)>(db)?;
    evidence(row)
}

/// The criterion of every piece that counts, by case.
///
/// # Errors
/// The database cannot be read.
pub fn counting(db: &mut Db, cases: &[&str]) -> Result<Vec<(CaseId, String)>, Problem> {
    let rows = evidence::table
        .left_join(stored_files::table)
        .filter(evidence::case_id.eq_any(cases.to_vec()))
        .filter(evidence::removed_at.is_null())
        .filter(evidence::supersedes.is_null())
        .select((evidence::case_id, evidence::criterion, stored_files::scan.nullable()))
        .load::<(CaseId, String, Option<Scan>)>(db)?;
    let counts = |scan: &Option<Scan>| *scan != Some(Scan::Infected);
    Ok(rows
        .into_iter()
        .filter(|(_, _, scan)| counts(scan))
        .map(|(case, criterion, _)| (case, criterion))
        .collect())
}

/// The evidence of a unit that is not removed, of a year and those before, with its year: newest first.
///
/// # Errors
/// The database cannot be read.
pub fn of_unit(db: &mut Db, unit: &UnitId, year: i32) -> Result<Vec<(i32, Evidence)>, Problem> {
    let rows = evidence::table
        .inner_join(cases::table.inner_join(cycles::table))
        .left_join(stored_files::table)
        .filter(cases::unit_id.eq(unit))
        .filter(cycles::year.le(year))
        .filter(evidence::removed_at.is_null())
        .order((cycles::year.desc(), evidence::added_at.desc(), evidence::id.desc()))
        .select((cycles::year, Row::as_select(), Option::<FileRow>::as_select()))
        .load::<(i32, Row, Option<FileRow>)>(db)?;
    rows.into_iter().map(|(year, row, file)| Ok((year, evidence((row, file))?))).collect()
}

/// What a unit's stored files come to, in bytes.
///
/// # Errors
/// The database cannot be read.
pub fn used(db: &mut Db, unit: &UnitId) -> Result<i64, Problem> {
    let sum: Option<i64> = stored_files::table
        .filter(stored_files::unit_id.eq(unit))
        .filter(stored_files::collected_at.is_null())
        .select(diesel::dsl::sum(stored_files::size))
        .first(db)?;
    Ok(sum.unwrap_or(0))
}

/// The unit's stored file with these bytes, and takes hold of it: it is not collected while the act lasts, nor for a
/// while after.
pub(super) fn hold_same(act: &mut Act<'_>, unit: &UnitId, sha256: &str) -> Result<Option<Stored>, Problem> {
    let same = stored_files::table
        .filter(stored_files::unit_id.eq(unit))
        .filter(stored_files::sha256.eq(sha256))
        .filter(stored_files::collected_at.is_null())
        .select(FileRow::as_select())
        .first::<FileRow>(act.db)
        .optional()?;
    let Some(same) = same else { return Ok(None) };
    Ok(hold(act, &same.stored_as)?.then(|| same.into()))
}

/// Marks a stored file as in use now. False when it has been collected.
pub(super) fn hold(act: &mut Act<'_>, stored_as: &str) -> Result<bool, Problem> {
    let held =
        diesel::update(stored_files::table.find(stored_as).filter(stored_files::collected_at.is_null()))
            .set(stored_files::used_at.eq(act.now))
            .execute(act.db)?;
    Ok(held == 1)
}

pub(super) fn add_file(act: &mut Act<'_>, unit: &UnitId, file: &Stored) -> Result<(), Problem> {
    diesel::insert_into(stored_files::table)
        .values((
            stored_files::stored_as.eq(&file.stored_as),
            stored_files::unit_id.eq(unit),
            stored_files::media_type.eq(&file.media_type),
            stored_files::size.eq(file.size),
            stored_files::sha256.eq(&file.sha256),
            stored_files::scan.eq(file.scan),
            stored_files::scanned_at.eq(act.now),
            stored_files::used_at.eq(act.now),
        ))
        .execute(act.db)?;
    Ok(())
}

pub(super) fn add(act: &mut Act<'_>, case: &CaseId, new: &Evidence) -> Result<(), Problem> {
    diesel::insert_into(evidence::table)
        .values((
            evidence::id.eq(&new.id),
            evidence::case_id.eq(case),
            evidence::criterion.eq(&new.criterion),
            evidence::name.eq(&new.name),
            evidence::stored_as.eq(new.file().map(|file| file.stored_as.as_str())),
            evidence::url.eq(new.url()),
            evidence::place.eq(&new.details.place),
            evidence::description.eq(&new.details.description),
            evidence::owner.eq(&new.details.owner),
            evidence::valid_until.eq(new.details.valid_until),
            evidence::version.eq(new.version),
            evidence::added_by.eq(&new.added_by),
            evidence::added_at.eq(new.added_at),
            evidence::supersedes.eq(new.supersedes.as_ref()),
        ))
        .execute(act.db)?;
    Ok(())
}

/// Changes name and details over the version that was seen. False when another is there, or the piece is removed.
pub(super) fn describe(
    act: &mut Act<'_>,
    id: &EvidenceId,
    seen: i32,
    name: &str,
    details: &Details,
) -> Result<bool, Problem> {
    let row =
        evidence::table.find(id).filter(evidence::version.eq(seen)).filter(evidence::removed_at.is_null());
    let changed = diesel::update(row)
        .set((
            evidence::version.eq(seen + 1),
            evidence::name.eq(name),
            evidence::place.eq(&details.place),
            evidence::description.eq(&details.description),
            evidence::owner.eq(&details.owner),
            evidence::valid_until.eq(details.valid_until),
        ))
        .execute(act.db)?;
    Ok(changed == 1)
}

/// Removes a piece. False when it was removed before.
pub(super) fn remove(act: &mut Act<'_>, id: &EvidenceId) -> Result<bool, Problem> {
    let removed = diesel::update(evidence::table.find(id).filter(evidence::removed_at.is_null()))
        .set(evidence::removed_at.eq(act.now))
        .execute(act.db)?;
    Ok(removed == 1)
}

/// Files that no scanner has looked at, oldest first.
///
/// # Errors
/// The database cannot be read.
pub fn not_scanned(db: &mut Db) -> Result<Vec<String>, Problem> {
    Ok(stored_files::table
        .filter(stored_files::scan.eq_any(vec![Scan::Waiting.as_str(), Scan::Unscanned.as_str()]))
        .filter(stored_files::collected_at.is_null())
        .order((stored_files::scanned_at, stored_files::stored_as))
        .select(stored_files::stored_as)
        .load(db)?)
}

/// Notes what is known about a file that waits. False when it does not, or is gone.
pub(super) fn set_scan(act: &mut Act<'_>, stored_as: &str, from: &[Scan], to: Scan) -> Result<bool, Problem> {
    let from: Vec<&str> = from.iter().map(Scan::as_str).collect();
    let row = stored_files::table
        .find(stored_as)
        .filter(stored_files::scan.eq_any(from))
        .filter(stored_files::collected_at.is_null());
    let changed = diesel::update(row)
        .set((stored_files::scan.eq(to), stored_files::scanned_at.eq(act.now)))
        .execute(act.db)?;
    Ok(changed == 1)
}

/// Where a stored file is named by a piece that is not removed: case, criterion, piece, and who added it.
pub(super) fn uses(
    db: &mut Db,
    stored_as: &str,
) -> Result<Vec<(CaseId, String, EvidenceId, PersonId)>, Problem> {
    Ok(evidence::table
        .filter(evidence::stored_as.eq(stored_as))
        .filter(evidence::removed_at.is_null())
        .order((evidence::case_id, evidence::criterion, evidence::id))
        .select((evidence::case_id, evidence::criterion, evidence::id, evidence::added_by))
        .load(db)?)
}

/// What a file must be to be collected: nothing names it, neither a criterion nor a submission made while the piece was
/// there, and it has not been used since the moment that follows.
const UNNAMED: &str = "collected_at IS NULL AND NOT EXISTS (SELECT 1 FROM evidence e WHERE e.stored_as = \
     stored_files.stored_as AND (e.removed_at IS NULL OR EXISTS (SELECT 1 FROM submissions s WHERE s.case_id = e.case_id \
     AND s.submitted_at >= e.added_at AND s.submitted_at <= e.removed_at))) AND used_at <";

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    stored_as: String,
}

/// Files that may be collected.
///
/// # Errors
/// The database cannot be read.
pub fn unnamed(db: &mut Db, unused_since: Moment) -> Result<Vec<String>, Problem> {
    let query = format!("SELECT stored_as FROM stored_files WHERE {UNNAMED} $1 ORDER BY stored_as");
    let rows = diesel::sql_query(query).bind::<Timestamp, _>(unused_since).load::<Named>(db)?;
    Ok(rows.into_iter().map(|row| row.stored_as).collect())
}

/// Marks a file as collected, if it still may be. Its bytes are taken away after the act.
pub(super) fn collect(act: &mut Act<'_>, stored_as: &str, unused_since: Moment) -> Result<bool, Problem> {
    let query = format!("UPDATE stored_files SET collected_at = $1 WHERE stored_as = $2 AND {UNNAMED} $3");
    let collected = diesel::sql_query(query)
        .bind::<Timestamp, _>(act.now)
        .bind::<Text, _>(stored_as)
        .bind::<Timestamp, _>(unused_since)
        .execute(act.db)?;
    Ok(collected == 1)
}

/// Every name whose bytes are to be in the store.
///
/// # Errors
/// The database cannot be read.
pub fn all_names(db: &mut Db) -> Result<std::collections::BTreeSet<String>, Problem> {
    let names = stored_files::table
        .filter(stored_files::collected_at.is_null())
        .select(stored_files::stored_as)
        .load::<String>(db)?;
    Ok(names.into_iter().collect())
}
