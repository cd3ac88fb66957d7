//! The years, and the release of their results by two authorities.

use actix_web::web::{Path, Query};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::body::{Body, created, done, ok, utc};
use super::caller::Caller;
use super::paging::{Page, Paging};
use super::refusal::Answer;
use super::results::ResultItem;
use crate::assessments::open_year::open_year;
use crate::cycles::calendar::Dates;
use crate::cycles::{self, Cycle};
use crate::identity::GrantedRole;
use crate::number::exact;
use crate::problem::Problem;
use crate::results::preview::{self, Recipient};
use crate::results::release::{self, Released};
use crate::results::view::{self, OverviewRow};
use crate::text::Lang;

/// One year's cycle.
#[derive(Debug, Serialize, ToSchema)]
struct CycleView {
    /// The year.
    #[schema(example = 2026)]
    year: i32,
    /// The form's key.
    #[schema(example = "usve/2026.1")]
    form: String,
    /// `planned`, `open`, `closed` or `archived`.
    state: &'static str,
    /// Whether results are open to everybody.
    published: bool,
    /// Whether reviewers are kept from the level that the unit gives itself until they have locked.
    hides_own_level: bool,
    /// The last moment to submit; after it comes the grace.
    submission: DateTime<Utc>,
    /// Days and lengths of the year, as people see them: days in Sweden.
    #[schema(value_type = Object)]
    dates: Dates,
    /// Who has asked for release and waits for the other authority.
    release_asked_by: Option<String>,
    /// When that was.
    release_asked_at: Option<DateTime<Utc>>,
    /// Where the archived year went: the archive's receipt or delivery number.
    archived_as: Option<String>,
}

impl CycleView {
    /// Who asked for a release is for coordinators.
    fn of(cycle: Cycle, caller: &Caller) -> CycleView {
        let coordinates = caller.standing.holds(GrantedRole::Coordinator);
        CycleView {
            year: cycle.year,
            form: cycle.form,
            state: cycle.state.as_str(),
            published: cycle.published,
            hides_own_level: cycle.hides_own_level,
            submission: utc(cycle.dates.submission),
            dates: cycle.dates,
            release_asked_by: cycle.release_asked_by.filter(|_| coordinates).map(|person| person.to_string()),
            release_asked_at: cycle.release_asked_at.filter(|_| coordinates).map(utc),
            archived_as: cycle.archived_as,
        }
    }
}

/// A cycle to open.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"year": 2026, "form": "usve/2026.1"}))]
pub(super) struct NewCycle {
    /// The year.
    #[validate(range(min = 2020, max = 2199))]
    #[schema(minimum = 2020, maximum = 2199)]
    year: i32,
    /// The form's key.
    #[validate(length(min = 1, max = 80))]
    #[schema(min_length = 1, max_length = 80)]
    form: String,
}

/// A cycle that was opened.
#[derive(Debug, Serialize, ToSchema)]
struct OpenedCycle {
    #[serde(flatten)]
    cycle: CycleView,
    /// How many units got a case.
    added: usize,
}

/// What goes with a release, and what is left out.
#[derive(Debug, Serialize, ToSchema)]
struct ReleaseView {
    /// Slugs of the units whose results go.
    released: Vec<String>,
    /// Units whose results are not fixed, with the state of their case.
    left_out: Vec<LeftOut>,
}

/// A unit that a release leaves out.
#[derive(Debug, Serialize, ToSchema)]
struct LeftOut {
    /// The unit's slug.
    unit: String,
    /// Where its case is.
    state: &'static str,
    /// What it waits for, in the caller's language.
    reason: String,
}

impl ReleaseView {
    fn of(released: Released, lang: Lang) -> ReleaseView {
        let left_out = released.left_out.into_iter();
        ReleaseView {
            released: released.released.into_iter().map(|case| case.unit.slug).collect(),
            left_out: left_out
                .map(|case| LeftOut {
                    state: case.state.as_str(),
                    reason: release::why_left_out(case.state).get(lang).to_owned(),
                    unit: case.unit.slug,
                })
                .collect(),
        }
    }
}

/// One unit in the overview of a year.
#[derive(Debug, Serialize, ToSchema)]
struct OverviewItem {
    /// The unit's slug.
    unit: String,
    /// Where its case is.
    state: &'static str,
    /// `F`, `G`, `V`, `O` or `E`, once the caller may read it.
    outcome: Option<&'static str>,
    /// The total, 0–100, exact.
    #[schema(example = "965/16")]
    total: Option<String>,
    /// The areas in the form's order.
    areas: Vec<OverviewArea>,
    /// The unmet minimum requirements.
    unmet_minimum: Vec<String>,
}

/// One area in the overview.
#[derive(Debug, Serialize, ToSchema)]
struct OverviewArea {
    /// The area.
    area: String,
    /// Its score, 0–100, exact.
    score: String,
    /// `red`, `yellow` or `green`.
    #[schema(value_type = String)]
    light: crate::scoring::Light,
}

impl From<OverviewRow> for OverviewItem {
    fn from(row: OverviewRow) -> OverviewItem {
        let result = row.result.as_ref();
        let areas = result.into_iter().flat_map(|result| &result.areas);
        OverviewItem {
            unit: row.case.unit.slug,
            state: row.case.state.as_str(),
            outcome: result.and_then(|result| result.outcome).map(crate::scoring::Outcome::code),
            total: result.and_then(|result| result.total.as_ref()).map(exact),
            areas: areas
                .map(|area| OverviewArea {
                    area: area.area.clone(),
                    score: exact(&area.score),
                    light: area.light,
                })
                .collect(),
            unmet_minimum: result.map(|result| result.unmet_minimum.clone()).unwrap_or_default(),
        }
    }
}

/// Every year.
#[utoipa::path(get, path = "/cycles", operation_id = "list_cycles", tag = "Cycles", params(Paging),
    responses((status = 200, body = Page<CycleView>)))]
pub(super) async fn list(caller: Caller, paging: Query<Paging>) -> Answer {
    let cycles = caller.read(|db, _| cycles::store::cycles(db)).await?;
    let views = cycles.into_iter().map(|cycle| CycleView::of(cycle, &caller)).collect();
    ok(&paging.cut(views, |cycle: &CycleView| cycle.year.to_string())?)
}

/// Opens a year: a draft case for every active unit. Opening it again adds units that have none. For coordinators.
#[utoipa::path(post, path = "/cycles", operation_id = "open_cycle", tag = "Cycles", request_body = NewCycle,
    responses((status = 201, body = OpenedCycle)))]
pub(super) async fn open(caller: Caller, new: Body<NewCycle>) -> Answer {
    let NewCycle { year, form } = new.0;
    let app = caller.app.clone();
    let opened = caller
        .act(move |act, standing| {
            standing.require_role(GrantedRole::Coordinator)?;
            let form = app.forms.get(&form).ok_or_else(unknown_form)?;
            let dates = Dates::of(&form.calendar, year);
            open_year(act, Some(standing.id()), year, &form, &app.forms, &dates)
        })
        .await?;
    let view = OpenedCycle { cycle: CycleView::of(opened.cycle, &caller), added: opened.added.len() };
    created(&format!("/api/v1/cycles/{year}"), &view)
}

/// Plans a year: its form and dates, without cases. Again: with another form. For coordinators.
#[utoipa::path(post, path = "/cycles/planned", operation_id = "plan_cycle", tag = "Cycles", request_body = NewCycle,
    responses((status = 201, body = CycleView)))]
pub(super) async fn prepare(caller: Caller, new: Body<NewCycle>) -> Answer {
    let NewCycle { year, form } = new.0;
    let app = caller.app.clone();
    let planned = caller
        .act(move |act, standing| {
            standing.require_coordinator(year)?;
            let form = app.forms.get(&form).ok_or_else(unknown_form)?;
            cycles::prepare::prepare(act, standing, year, &form)
        })
        .await?;
    created(&format!("/api/v1/cycles/{year}"), &CycleView::of(planned, &caller))
}

/// Closes a year whose cases are all done. For coordinators.
#[utoipa::path(post, path = "/cycles/{year}/close", operation_id = "close_cycle", tag = "Cycles",
    params(("year" = i32, Path, example = 2026)), responses((status = 200, body = CycleView)))]
pub(super) async fn close(caller: Caller, year: Path<i32>) -> Answer {
    let closed =
        caller.act(move |act, standing| cycles::close_year::close_year(act, standing, *year)).await?;
    ok(&CycleView::of(closed, &caller))
}

/// One year.
#[utoipa::path(get, path = "/cycles/{year}", operation_id = "get_cycle", tag = "Cycles",
    params(("year" = i32, Path, example = 2026)),
    responses((status = 200, body = CycleView)))]
pub(super) async fn show(caller: Caller, year: Path<i32>) -> Answer {
    let cycle = caller.read(move |db, _| cycles::store::cycle(db, *year)).await?;
    ok(&CycleView::of(cycle, &caller))
}

/// The year over all units that the caller may know of; results for those who may read them.
#[utoipa::path(get, path = "/cycles/{year}/results", operation_id = "list_results", tag = "Results",
    params(("year" = i32, Path, example = 2026), Paging), responses((status = 200, body = Page<OverviewItem>)))]
pub(super) async fn overview(caller: Caller, year: Path<i32>, paging: Query<Paging>) -> Answer {
    let rows = caller.read(move |db, standing| view::overview(db, standing, *year)).await?;
    let items = rows.into_iter().map(OverviewItem::from).collect();
    ok(&paging.cut(items, |item: &OverviewItem| item.unit.clone())?)
}

/// What would be released now. For coordinators.
#[utoipa::path(get, path = "/cycles/{year}/release", operation_id = "preview_release", tag = "Release",
    params(("year" = i32, Path, example = 2026)), responses((status = 200, body = ReleaseView)))]
pub(super) async fn preview(caller: Caller, year: Path<i32>) -> Answer {
    let preview = caller.read(move |db, standing| release::preview(db, standing, *year)).await?;
    ok(&ReleaseView::of(preview, caller.lang))
}

/// A recipient's view of one result by its address.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct PreviewPath {
    /// The cycle's year.
    #[param(example = 2026)]
    year: i32,
    /// The unit's slug.
    #[param(example = "kardiologi")]
    unit: String,
    /// `head`, `contributor`, `administration_head`, `group`, `registrar`, `signed_in` or `anybody`.
    #[param(value_type = String, example = "head",
        pattern = "^(head|contributor|administration_head|group|registrar|signed_in|anybody)$")]
    recipient: Recipient,
}

/// What a recipient will be able to read once the result is released.
#[derive(Debug, Serialize, ToSchema)]
struct PreviewView {
    /// For whom.
    recipient: &'static str,
    /// Where the case will be.
    state: &'static str,
    /// Whether the recipient reads the result at all.
    reads_result: bool,
    /// What else the recipient reads of the case.
    reads: Vec<&'static str>,
    /// The result as the recipient will read it; for `anybody` in short.
    result: Option<PreviewedResult>,
}

/// A result as a recipient reads it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
enum PreviewedResult {
    /// Signed in.
    Whole(Box<ResultItem>),
    /// On the open page of a published year.
    Short(Box<OverviewItem>),
}

/// What one recipient will read of a unit's result once it is released, before it is. For coordinators.
#[utoipa::path(get, path = "/cycles/{year}/release/{unit}/{recipient}", operation_id = "preview_release_as",
    tag = "Release", params(PreviewPath), responses((status = 200, body = PreviewView)))]
pub(super) async fn preview_as(caller: Caller, path: Path<PreviewPath>) -> Answer {
    let PreviewPath { year, unit, recipient } = path.into_inner();
    let (app, lang) = (caller.app.clone(), caller.lang);
    let view = caller
        .read(move |db, standing| {
            let seen = preview::preview(db, standing, &unit, year, recipient)?;
            let case = &seen.case;
            let result =
                if !seen.reads_result {
                    None
                } else if recipient == Recipient::Anybody {
                    let row = view::rows_for_anybody(db, vec![case.clone()])?.into_iter().next();
                    row.map(|row| PreviewedResult::Short(Box::new(OverviewItem::from(row))))
                } else {
                    let form = app.forms.get(&case.form).ok_or_else(unknown_form)?;
                    let result = view::result(db, &seen.standing, &form, case)?;
                    let item = ResultItem::of(&seen.standing, result, (&form, case), None, lang)
                        .with_reviewers(db, &seen.standing, case)?;
                    Some(PreviewedResult::Whole(Box::new(item)))
                };
            Ok(PreviewView {
                recipient: recipient.as_str(),
                state: case.state.as_str(),
                reads_result: seen.reads_result,
                reads: if recipient == Recipient::Anybody { Vec::new() } else { seen.reads() },
                result,
            })
        })
        .await?;
    ok(&view)
}

/// Asks for the release of every fixed result of the year. A coordinator of the other authority confirms it.
#[utoipa::path(post, path = "/cycles/{year}/release", operation_id = "ask_release", tag = "Release",
    params(("year" = i32, Path, example = 2026)), responses((status = 200, body = ReleaseView)))]
pub(super) async fn ask_release(caller: Caller, year: Path<i32>) -> Answer {
    let asked = caller.act(move |act, standing| release::ask(act, standing, *year)).await?;
    ok(&ReleaseView::of(asked, caller.lang))
}

/// Takes a request for release back.
#[utoipa::path(delete, path = "/cycles/{year}/release", operation_id = "take_back_release", tag = "Release",
    params(("year" = i32, Path, example = 2026)), responses((status = 204)))]
pub(super) async fn take_back_release(caller: Caller, year: Path<i32>) -> Answer {
    caller.act(move |act, standing| release::take_back(act, standing, *year)).await?;
    Ok(done())
}

/// Confirms the release that a coordinator of the other authority has asked for.
#[utoipa::path(post, path = "/cycles/{year}/release/confirmation", operation_id = "confirm_release", tag = "Release",
    params(("year" = i32, Path, example = 2026)), responses((status = 200, body = ReleaseView)))]
pub(super) async fn confirm_release(caller: Caller, year: Path<i32>) -> Answer {
    let released = caller.act(move |act, standing| release::confirm(act, standing, *year)).await?;
    ok(&ReleaseView::of(released, caller.lang))
}

fn unknown_form() -> Problem {
    Problem::invalid("unknown_form", "Det finns inget sådant formulär.", "There is no such form.")
}
