//! Cases: one unit in one year, where it is and what is due.

use actix_web::web::{Path, Query};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::at_hand::{AtHand, CasePath};
use super::body::{ok, utc};
use super::caller::Caller;
use super::paging::{Page, Paging};
use super::refusal::Answer;
use crate::assessments;
use crate::assessments::progress::AreaProgress;
use crate::cycles::{self, Case};
use crate::db::Db;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::problem::Problem;
use crate::state::CaseState;

/// A case in short.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CaseInShort {
    /// The unit's slug.
    #[schema(example = "kardiologi")]
    unit: String,
    /// The cycle's year.
    #[schema(example = 2026)]
    year: i32,
    /// Where the case is.
    #[schema(example = "draft")]
    state: &'static str,
    /// Since when.
    entered_at: DateTime<Utc>,
    /// When submission closes for this unit; the completion's own moment while the case is returned.
    due: DateTime<Utc>,
    /// The registry number, from the fixed result on.
    registry_number: Option<String>,
}

impl From<&Case> for CaseInShort {
    fn from(case: &Case) -> CaseInShort {
        CaseInShort {
            unit: case.unit.slug.clone(),
            year: case.year,
            state: case.state.as_str(),
            entered_at: utc(case.entered_at),
            due: utc(case.due()),
            registry_number: case.registry_number.clone(),
        }
    }
}

/// A case.
#[derive(Debug, Serialize, ToSchema)]
struct CaseView {
    #[serde(flatten)]
    about: CaseInShort,
    /// The form that it is answered on.
    #[schema(example = "usve/2026.1")]
    form: String,
    /// The states that may follow.
    next: Vec<&'static str>,
    /// When the fact check ends.
    fact_check_due: Option<DateTime<Utc>>,
    /// When the improvement plan is due.
    plan_due: Option<DateTime<Utc>>,
    /// For the unit and coordinators: how far the self-assessment has come.
    #[serde(skip_serializing_if = "Option::is_none")]
    progress: Option<Progress>,
}

/// How far a self-assessment has come.
#[derive(Debug, Serialize, ToSchema)]
struct Progress {
    /// Why submission closes later than for others.
    extension_reason: Option<String>,
    /// Whether completion has been asked for; it is asked for once.
    returned_once: bool,
    /// By area, in the form's order.
    areas: Vec<AreaView>,
}

/// How far one area has come.
#[derive(Debug, Serialize, ToSchema)]
struct AreaView {
    /// The area.
    #[schema(example = "A")]
    area: String,
    /// Criteria done.
    done: usize,
    /// Criteria that something was entered in.
    begun: usize,
    /// All criteria of the area.
    of: usize,
    /// Whether it is marked as ready.
    ready: bool,
}

impl From<AreaProgress> for AreaView {
    fn from(area: AreaProgress) -> AreaView {
        AreaView { area: area.area, done: area.done, begun: area.begun, of: area.of, ready: area.ready }
    }
}

/// The cases of a year that the caller may know of.
#[utoipa::path(get, path = "/cases/{year}", operation_id = "list_cases", tag = "Cases",
    params(("year" = i32, Path, example = 2026), Paging), responses((status = 200, body = Page<CaseInShort>)))]
pub(super) async fn list(caller: Caller, year: Path<i32>, paging: Query<Paging>) -> Answer {
    let cases = caller.read(move |db, standing| cycles::store::visible(db, standing, *year)).await?;
    let views = cases.iter().map(CaseInShort::from).collect();
    ok(&paging.cut(views, |case: &CaseInShort| case.unit.clone())?)
}

/// One case.
#[utoipa::path(get, path = "/cases/{year}/{unit}", operation_id = "get_case", tag = "Cases", params(CasePath),
    responses((status = 200, body = CaseView)))]
pub(super) async fn show(caller: Caller, path: Path<CasePath>) -> Answer {
    ok(&caller.read_case(path.into_inner(), Object::Case, view).await?)
}

fn view(db: &mut Db, standing: &Standing, at: &AtHand) -> Result<CaseView, Problem> {
    let case = &at.case;
    let sees_progress = standing.may(&at.reference(), Object::Progress, Deed::Read);
    let progress = sees_progress.then(|| progress(db, at)).transpose()?;
    Ok(CaseView {
        about: CaseInShort::from(case),
        form: case.form.clone(),
        next: case.state.next().iter().map(CaseState::as_str).collect(),
        fact_check_due: case.fact_check_due.map(utc),
        plan_due: case.plan_due.map(utc),
        progress,
    })
}

fn progress(db: &mut Db, at: &AtHand) -> Result<Progress, Problem> {
    let areas = assessments::store::entered(db, at.id())?.areas(&at.form, at.case.period());
    Ok(Progress {
        extension_reason: at.case.extension_reason.clone(),
        returned_once: at.case.returned_once,
        areas: areas.into_iter().map(AreaView::from).collect(),
    })
}
