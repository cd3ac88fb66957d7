//! The results of published years, for everybody: outcome, lights and scores of each unit, without ranking.

use actix_web::web::Path;
use askama::Template;

use super::respond::{Answer, page};
use super::{Page, Visitor};
use crate::app::App;
use crate::cycles;
use crate::db::Db;
use crate::identity::standing::Standing;
use crate::problem::Problem;
use crate::reports::unit_report::outcome_sentence;
use crate::results::view::{self, OverviewRow};
use crate::scoring::Light;
use crate::text::Lang;

#[derive(Template)]
#[template(path = "public/years.html")]
struct YearsPage {
    page: Page,
    lang: Lang,
    years: Vec<i32>,
}

#[derive(Template)]
#[template(path = "public/year.html")]
struct YearPage {
    page: Page,
    lang: Lang,
    view: View,
}

pub(super) struct View {
    pub sentence: &'static str,
    pub areas: Vec<(String, String)>,
    pub rows: Vec<Row>,
}

pub(super) struct Row {
    pub unit: String,
    pub administration: String,
    pub outcome: String,
    pub total: String,
    pub unmet: String,
    pub lights: Vec<(&'static str, String, String)>,
}

/// `GET /resultat`: the published years.
pub async fn years(visitor: Visitor) -> Answer {
    let cycles = visitor.app.read(cycles::store::cycles).await?;
    let years = cycles.into_iter().filter(|cycle| cycle.published).map(|cycle| cycle.year).collect();
    let lang = visitor.lang;
    page(&YearsPage { page: visitor.page(lang.t("Resultat", "Results")), lang, years })
}

/// `GET /resultat/{year}`.
pub async fn year(visitor: Visitor, year: Path<i32>) -> Answer {
    let (lang, year, app) = (visitor.lang, year.into_inner(), visitor.app.clone());
    let live = visitor.live.clone();
    let standing = live.map(|live| live.standing.clone());
    let view = visitor.app.read(move |db| load(db, &app, year, standing.as_ref(), lang)).await?;
    let title = format!("{} {year}", lang.t("Resultat", "Results"));
    let shown = visitor.page(title).under(lang.t("Resultat", "Results"), "/resultat");
    page(&YearPage { page: shown, lang, view })
}

fn load(db: &mut Db, app: &App, year: i32, reader: Option<&Standing>, lang: Lang) -> Result<View, Problem> {
    let mut rows = view::published(db, year)?;
    if let Some(reader) = reader {
        rows.retain(|row| !reader.is_shut_out(&row.case.reference()));
    }
    shown_year(db, app, year, rows, lang)
}

/// These units of a year, as everybody sees them.
pub(super) fn shown_year(
    db: &mut Db,
    app: &App,
    year: i32,
    rows: Vec<OverviewRow>,
    lang: Lang,
) -> Result<View, Problem> {
    let cycle = cycles::store::cycle(db, year)?;
    let form = app.forms.get(&cycle.form).ok_or_else(|| Problem::internal("the cycle's form is not here"))?;
    let areas: Vec<(String, String)> =
        form.areas.iter().map(|area| (area.id.clone(), area.title.get(lang).to_owned())).collect();
    let rows = rows.into_iter().map(|row| shown(row, &areas, lang)).collect();
    Ok(View { sentence: outcome_sentence(lang), areas, rows })
}

fn shown(row: OverviewRow, areas: &[(String, String)], lang: Lang) -> Row {
    let result = row.result.as_ref();
    let light = |id: &String| {
        let found = result.and_then(|result| result.areas.iter().find(|area| area.area == *id));
        found.map_or(("none", "–".to_owned(), String::new()), |area| {
            let look = match area.light {
                Light::Green => "green",
                Light::Yellow => "yellow",
                Light::Red => "red",
            };
            (look, area.display.clone(), format!("{id}, {}", area.light.title().get(lang)))
        })
    };
    let outcome = result.and_then(|result| result.outcome);
    Row {
        outcome: outcome.map_or_else(
            || "–".to_owned(),
            |outcome| format!("{} – {}", outcome.code(), outcome.title().get(lang)),
        ),
        total: result.and_then(|result| result.display.clone()).unwrap_or_else(|| "–".to_owned()),
        unmet: result.map(|result| result.unmet_minimum.join(", ")).unwrap_or_default(),
        lights: areas.iter().map(|(id, _)| light(id)).collect(),
        unit: row.case.unit.name,
        administration: row.case.unit.administration.name,
    }
}
