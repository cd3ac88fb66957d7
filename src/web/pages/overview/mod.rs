//! A year over all units that the reader may know of: heat map, outcomes, unmet minimums, changes.
//!
//! Invariants: no unit is ranked; the queries are the same few for any number of units; nothing is counted that the
//! reader may not read case by case.

pub mod conflict;
mod counts;
mod rows;

use actix_web::web::{Data, Query};
use askama::Template;
use serde::Deserialize;

use crate::app::App;
use crate::clock::local_day;
use crate::cycles::{self, Cycle};
use crate::db::Db;
use crate::followup;
use crate::identity::standing::Standing;
use crate::problem::Problem;
use crate::reliability;
use crate::reports::unit_report::outcome_sentence;
use crate::results::view::{self, OverviewRow};
use crate::state::CaseState;
use crate::text::Lang;
use crate::units;
use crate::web::respond::{Answer, page};
use crate::web::{Page, Viewer};
use counts::{ChangeRow, Counted, UnmetRow};
use rows::{Group, Order};

/// What the reader wants to see.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Filter {
    ar: Option<i32>,
    #[serde(default)]
    forvaltning: String,
    #[serde(default)]
    ordna: String,
}

#[derive(Template)]
#[template(path = "overview/show.html")]
struct OverviewPage {
    page: Page,
    lang: Lang,
    view: Overview,
}

struct Overview {
    year: i32,
    years: Vec<i32>,
    administrations: Vec<(String, String)>,
    filter: Filter,
    sentence: &'static str,
    areas: Vec<(String, String)>,
    groups: Vec<Group>,
    units: usize,
    with_result: usize,
    with_unmet: usize,
    overdue: usize,
    outcomes: Vec<Counted>,
    outcome_chart: String,
    unmet: Vec<UnmetRow>,
    changes: Vec<ChangeRow>,
    undeclared: usize,
    sees_reliability: bool,
}

#[derive(Template)]
#[template(path = "overview/none.html")]
struct NonePage {
    page: Page,
    lang: Lang,
}

/// `GET /oversikt?ar=&forvaltning=&ordna=`.
pub async fn show(app: Data<App>, viewer: Viewer, filter: Query<Filter>) -> Answer {
    let (lang, filter) = (viewer.lang, filter.into_inner());
    let view = viewer.read(move |db, standing| load(db, standing, &app, filter, lang)).await?;
    match view {
        Some(view) => {
            let title = format!("{} {}", lang.t("Översikt", "Overview"), view.year);
            page(&OverviewPage { page: viewer.page(title), lang, view })
        }
        None => page(&NonePage { page: viewer.page(lang.t("Översikt", "Overview")), lang }),
    }
}

fn load(
    db: &mut Db,
    standing: &Standing,
    app: &App,
    filter: Filter,
    lang: Lang,
) -> Result<Option<Overview>, Problem> {
    let cycles = cycles::store::cycles(db)?;
    let Some((cycle, all)) = chosen(db, standing, &cycles, filter.ar)? else { return Ok(None) };
    let form = app.forms.get(&cycle.form).ok_or_else(|| Problem::internal("the cycle's form is not here"))?;
    let before = view::overview(db, standing, cycle.year - 1)?;
    let undeclared = cycles::store::all_of_year(db, cycle.year)?
        .iter()
        .filter(|case| conflict::waits(standing, case))
        .count();
    let wanted = |row: &OverviewRow| {
        // A cancelled case is in no count (process, chapter 2).
        row.case.state != CaseState::Cancelled
            && (filter.forvaltning.is_empty() || row.case.unit.administration.slug == filter.forvaltning)
    };
    let shown: Vec<OverviewRow> = all.into_iter().filter(wanted).collect();
    let before: Vec<OverviewRow> = before.into_iter().filter(wanted).collect();
    let plans = followup::view::plans(db, standing, shown.iter().map(|row| &row.case))?;
    let today = local_day(app.clock.now());
    let outcomes = counts::outcomes(&shown, &before, lang);
    Ok(Some(Overview {
        year: cycle.year,
        years: cycles.iter().map(|cycle| cycle.year).collect(),
        administrations: units::store::administrations(db)?
            .into_iter()
            .map(|administration| (administration.slug, administration.name))
            .collect(),
        sentence: outcome_sentence(lang),
        areas: form.areas.iter().map(|area| (area.id.clone(), area.title.get(lang).to_owned())).collect(),
        units: shown.len(),
        with_result: shown.iter().filter(|row| row.result.is_some()).count(),
        with_unmet: shown.iter().filter(|row| counts::has_unmet(row)).count(),
        overdue: counts::overdue(&shown, &plans, today),
        outcome_chart: counts::chart(&outcomes, cycle.year, lang),
        outcomes,
        unmet: counts::unmet(&shown, &app.forms, &plans, today, lang),
        changes: counts::changes(&shown, &form, lang),
        groups: rows::groups(shown, &form, standing, Order::from_text(&filter.ordna), lang),
        undeclared,
        sees_reliability: reliability::view::may_look(standing),
        filter,
    }))
}

/// The year asked for; without one, the newest that has results, else the newest.
fn chosen<'a>(
    db: &mut Db,
    standing: &Standing,
    cycles: &'a [Cycle],
    asked: Option<i32>,
) -> Result<Option<(&'a Cycle, Vec<OverviewRow>)>, Problem> {
    if let Some(year) = asked {
        let cycle = cycles.iter().find(|cycle| cycle.year == year).ok_or_else(Problem::not_found)?;
        return Ok(Some((cycle, view::overview(db, standing, year)?)));
    }
    // This year's results come late in the year; until then last year's are what there is to see.
    let mut newest = None;
    for cycle in cycles.iter().take(2) {
        let rows = view::overview(db, standing, cycle.year)?;
        if rows.iter().any(|row| row.result.is_some()) {
            return Ok(Some((cycle, rows)));
        }
        newest.get_or_insert((cycle, rows));
    }
    Ok(newest)
}
