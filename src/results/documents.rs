//! Documents that were issued: stored once by digest when the result is fixed, and served as stored bytes.
//!
//! Before that a watermarked draft is shown, which is made anew each time and never stored.

use serde::{Deserialize, Serialize};

use super::{FixedResult, store};
use crate::clock::Moment;
use crate::cycles::Case;
use crate::cycles::state::Phase;
use crate::db::{Act, Db};
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::ids::{CaseId, ResultId, RowId};
use crate::jobs::{self, Work};
use crate::problem::Problem;
use crate::text::Lang;

/// What the job that issues a report is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// The version of the result to report.
    pub result: ResultId,
    /// In which language.
    pub language: Lang,
}

/// An issued document, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// Identifier.
    pub id: RowId,
    /// The case it is about.
    pub case_id: CaseId,
    /// The version of the result that it reports.
    pub result_id: ResultId,
    /// Its language.
    pub language: Lang,
    /// SHA-256 of its bytes.
    pub digest: String,
    /// When it was issued.
    pub issued_at: Moment,
}

/// Orders the reports of a result, one for each language.
pub(super) fn ask_for(act: &mut Act<'_>, result: &FixedResult) -> Result<(), Problem> {
    for language in [Lang::Sv, Lang::En] {
        let order = Order { result: result.id.clone(), language };
        let key = format!("issue_unit_report:{}:{}", result.id, language.tag());
        let now = act.now;
        jobs::enqueue(act, &Work::IssueUnitReport(order), &key, now)?;
    }
    Ok(())
}

/// The result that an order is about: for the job alone.
///
/// # Errors
/// [`Problem::not_found`].
pub fn ordered(db: &mut Db, order: &Order) -> Result<FixedResult, Problem> {
    store::by_id(db, &order.result)
}

/// Keeps the bytes that the job has made. Issued once: a second time changes nothing.
///
/// # Errors
/// The result is unknown.
pub fn keep(act: &mut Act<'_>, order: &Order, bytes: &[u8]) -> Result<(), Problem> {
    let result = store::by_id(act.db, &order.result)?;
    store::add_document(act, &result, order.language, bytes)
}

/// The issued documents of a case for somebody who may read its result, newest first. While the result is not fixed
/// there are none.
///
/// # Errors
/// [`Problem::not_found`] for everybody else.
pub fn list(db: &mut Db, standing: &Standing, case: &Case) -> Result<Vec<Issued>, Problem> {
    standing.require(&case.reference(), Object::Result, Deed::Read)?;
    if !matches!(case.state.phase(), Phase::X | Phase::P | Phase::A) {
        return Ok(Vec::new());
    }
    store::documents_of(db, &case.id)
}

/// The newest issued report of a case in a language, with its bytes; none while the job is not done.
///
/// # Errors
/// Those of [`list`].
pub fn newest(
    db: &mut Db,
    standing: &Standing,
    case: &Case,
    language: Lang,
) -> Result<Option<(Issued, Vec<u8>)>, Problem> {
    if list(db, standing, case)?.is_empty() {
        return Ok(None);
    }
    stored(db, &case.id, language)
}

/// The issued report of one version of a case's result in a language, with its bytes; none while the job is not done.
///
/// # Errors
/// Those of [`list`].
pub fn of_version(
    db: &mut Db,
    standing: &Standing,
    case: &Case,
    result: &ResultId,
    lang: Lang,
) -> Result<Option<(Issued, Vec<u8>)>, Problem> {
    let mut issued = list(db, standing, case)?.into_iter();
    let Some(found) = issued.find(|one| one.result_id == *result && one.language == lang) else {
        return Ok(None);
    };
    let bytes = store::bytes(db, &found.id)?;
    Ok(Some((found, bytes)))
}

/// The newest issued report of a case in a language, whoever asks: for those who run the service.
///
/// # Errors
/// The database cannot be read.
pub fn stored(db: &mut Db, case: &CaseId, language: Lang) -> Result<Option<(Issued, Vec<u8>)>, Problem> {
    let Some(counts) = store::newest(db, case)? else { return Ok(None) };
    let mut issued = store::documents_of(db, case)?.into_iter();
    let Some(found) = issued.find(|one| one.result_id == counts.id && one.language == language) else {
        return Ok(None);
    };
    let bytes = store::bytes(db, &found.id)?;
    Ok(Some((found, bytes)))
}

/// Whether a file is one of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Issued here, and its result counts.
    Genuine(Issued),
    /// Issued here, and a newer version of the result counts.
    Superseded(Issued),
    /// Not issued here, or altered since.
    Unknown,
}

/// Says whether bytes are an issued document: for the one who holds them, whoever it is.
///
/// # Errors
/// The database cannot be read.
pub fn verify(db: &mut Db, bytes: &[u8]) -> Result<Verdict, Problem> {
    let Some(issued) = store::documents_by_digest(db, &crate::ids::sha256(bytes))? else {
        return Ok(Verdict::Unknown);
    };
    let counts = store::newest(db, &issued.case_id)?.is_some_and(|newest| newest.id == issued.result_id);
    Ok(if counts { Verdict::Genuine(issued) } else { Verdict::Superseded(issued) })
}
