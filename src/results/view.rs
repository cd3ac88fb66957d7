//! What pages read of results: rights are checked here, and an overview takes the same few queries for any number of
//! units.

use super::{FactComment, FixedResult, judged, store};
use crate::cycles::state::Phase;
use crate::cycles::{self, Case};
use crate::db::Db;
use crate::forms::Form;
use crate::identity::rights::{Deed, Object, Role, allowed};
use crate::identity::standing::Standing;
use crate::ids::CaseId;
use crate::number::Fraction;
use crate::problem::Problem;
use crate::scoring::{self, Change, Light, Outcome, Scored};

/// A result as its reader sees it.
#[derive(Debug, Clone)]
pub struct ResultView {
    /// What was judged.
    pub judged: scoring::Case,
    /// What came out; provisional while anything is open.
    pub scored: Scored,
    /// The fixed version; none while the result is a draft.
    pub fixed: Option<FixedResult>,
}

/// The result of a case: the fixed version that counts, or the draft before it is fixed.
///
/// # Errors
/// [`Problem::not_found`] for who may not read it.
pub fn result(db: &mut Db, standing: &Standing, form: &Form, case: &Case) -> Result<ResultView, Problem> {
    standing.require(&case.reference(), Object::Result, Deed::Read)?;
    if let Some(fixed) = store::newest(db, &case.id)? {
        return Ok(ResultView {
            judged: fixed.judged.clone(),
            scored: fixed.scored.clone(),
            fixed: Some(fixed),
        });
    }
    let (judged, scored) = judged::live_result(db, form, case)?;
    Ok(ResultView { judged, scored, fixed: None })
}

/// A fixed version of a case's result, whether it counts or a newer one does.
///
/// # Errors
/// [`Problem::not_found`] for who may not read the result, and for a version that is not there.
pub fn version(db: &mut Db, standing: &Standing, case: &Case, number: i32) -> Result<ResultView, Problem> {
    let fixed = versions(db, standing, case)?.into_iter().find(|one| one.number == number);
    let fixed = fixed.ok_or_else(Problem::not_found)?;
    Ok(ResultView { judged: fixed.judged.clone(), scored: fixed.scored.clone(), fixed: Some(fixed) })
}

/// What `usve score` takes to compute a result again: the case that was judged with the rules of its form. A reader who
/// may not read the reviews gets the settled values in their place ([`scoring::Case::settled`]).
#[must_use]
pub fn export(standing: &Standing, form: &Form, case: &Case, result: &ResultView) -> scoring::Case {
    let mut exported = readable(standing, case, result);
    exported.form.rules.get_or_insert_with(|| form.rules.clone());
    exported
}

/// What was judged, as far as the reader may know it.
#[must_use]
pub fn readable(standing: &Standing, case: &Case, result: &ResultView) -> scoring::Case {
    if standing.may(&case.reference(), Object::Reviews, Deed::Read) {
        return result.judged.clone();
    }
    result.judged.settled(&result.scored)
}

/// Every fixed version, newest first.
///
/// # Errors
/// [`Problem::not_found`] for who may not read the result.
pub fn versions(db: &mut Db, standing: &Standing, case: &Case) -> Result<Vec<FixedResult>, Problem> {
    standing.require(&case.reference(), Object::Result, Deed::Read)?;
    store::versions(db, &case.id)
}

/// The unit's comments on facts with their answers.
///
/// # Errors
/// [`Problem::not_found`] for who may not read them.
pub fn fact_comments(db: &mut Db, standing: &Standing, case: &Case) -> Result<Vec<FactComment>, Problem> {
    standing.require(&case.reference(), Object::FactComments, Deed::Read)?;
    store::comments(db, &case.id)
}

/// One unit in the overview of a year.
#[derive(Debug, Clone)]
pub struct OverviewRow {
    /// The unit's case.
    pub case: Case,
    /// Its result, when there is one that the reader may read.
    pub result: Option<Summary>,
}

/// A fixed result in short.
#[derive(Debug, Clone)]
pub struct Summary {
    /// The case.
    pub case_id: CaseId,
    /// The version.
    pub number: i32,
    /// The outcome.
    pub outcome: Option<Outcome>,
    /// The total, 0–100, exact.
    pub total: Option<Fraction>,
    /// The total for people.
    pub display: Option<String>,
    /// The areas in the form's order.
    pub areas: Vec<AreaSummary>,
    /// Unmet minimum requirements, in the form's order.
    pub unmet_minimum: Vec<String>,
    /// The change since last year.
    pub change: Option<Change>,
}

/// One area of a result in short.
#[derive(Debug, Clone)]
pub struct AreaSummary {
    /// The area.
    pub area: String,
    /// Its score, 0–100, exact.
    pub score: Fraction,
    /// Its score for people.
    pub display: String,
    /// Its light.
    pub light: Light,
}

impl From<FixedResult> for Summary {
    fn from(result: FixedResult) -> Summary {
        let scored = result.scored;
        let areas = scored.areas.0.into_iter().map(|(area, result)| AreaSummary {
            area,
            score: result.score,
            display: result.display,
            light: result.light,
        });
        Summary {
            case_id: result.case_id,
            number: result.number,
            outcome: scored.outcome,
            total: scored.total,
            display: scored.display,
            areas: areas.collect(),
            unmet_minimum: scored.unmet_minimum.unwrap_or_default(),
            change: scored.change,
        }
    }
}

/// The year over all units that the reader may know of, by administration and unit: three queries. A fixed result is
/// there for those who may read it.
///
/// # Errors
/// The database cannot be read.
pub fn overview(db: &mut Db, standing: &Standing, year: i32) -> Result<Vec<OverviewRow>, Problem> {
    let cases = cycles::store::visible(db, standing, year)?;
    let fixed = |case: &&Case| matches!(case.state.phase(), Phase::X | Phase::P | Phase::A);
    let readable: Vec<CaseId> = cases
        .iter()
        .filter(fixed)
        .filter(|case| standing.may(&case.reference(), Object::Result, Deed::Read))
        .map(|case| case.id.clone())
        .collect();
    let mut results = store::newest_of(db, &readable)?;
    Ok(cases
        .into_iter()
        .map(|case| OverviewRow { result: results.remove(&case.id).map(Summary::from), case })
        .collect())
}

/// A published year over all units, for anybody: released results and nothing else.
///
/// # Errors
/// [`Problem::not_found`] also when the year is not published.
pub fn published(db: &mut Db, year: i32) -> Result<Vec<OverviewRow>, Problem> {
    let cycle = cycles::store::cycle(db, year)?;
    if !cycle.published {
        return Err(Problem::not_found());
    }
    let cases = cycles::store::all_of_year(db, year)?;
    rows_for_anybody(db, cases)
}

/// Those of these cases that are open to anybody in a published year, with their results.
///
/// # Errors
/// The database cannot be read.
pub fn rows_for_anybody(db: &mut Db, mut cases: Vec<Case>) -> Result<Vec<OverviewRow>, Problem> {
    cases.retain(|case| allowed(Role::Anybody, Object::Result, Deed::Read, case.state.phase()));
    let ids: Vec<CaseId> = cases.iter().map(|case| case.id.clone()).collect();
    let mut results = store::newest_of(db, &ids)?;
    let rows = cases.into_iter().filter_map(|case| {
        Some(OverviewRow { result: Some(Summary::from(results.remove(&case.id)?)), case })
    });
    Ok(rows.collect())
}
