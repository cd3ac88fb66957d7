//! Opening a year, and adding units that have come since.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use chrono::Datelike as _;
use serde::Deserialize;
use validator::Validate;

use super::{Choice, Refused};
use crate::app::App;
use crate::assessments::open_year::open_year;
use crate::clock::local_day;
use crate::cycles;
use crate::cycles::calendar::Dates;
use crate::identity::GrantedRole;
use crate::problem::{Kind, Problem};
use crate::text::Lang;
use crate::web::page::Notice;
use crate::web::respond::{Answer, Refusal, page_with, status};
use crate::web::{Form, Page, Viewer};

#[derive(Template)]
#[template(path = "coordinator/open.html")]
struct OpenPage {
    page: Page,
    lang: Lang,
    year: String,
    chosen: String,
    forms: Vec<Choice>,
    units: usize,
    fault: Option<String>,
}

/// `GET /cykel/ny`.
pub async fn show(app: Data<App>, viewer: Viewer) -> Answer {
    render(&app, &viewer, None).await
}

async fn render(app: &App, viewer: &Viewer, refused: Option<Refused>) -> Answer {
    let lang = viewer.lang;
    let (units, newest) = viewer
        .read(|db, standing| {
            standing.require_role(GrantedRole::Coordinator)?;
            let units = crate::units::store::all(db)?.into_iter().filter(|unit| unit.active).count();
            Ok((units, cycles::store::cycles(db)?.first().map(|cycle| cycle.year)))
        })
        .await?;
    let forms = app.forms.forms().map(|form| Choice {
        value: form.key(),
        label: format!("{} ({})", form.title.get(lang), form.key()),
    });
    let next = newest.map_or_else(|| local_day(app.clock.now()).year(), |year| year + 1);
    let fault = Refused::fault(refused.as_ref(), "", lang);
    let status = refused.as_ref().map_or(StatusCode::OK, |refused| status(refused.problem.kind));
    let typed = |field| Refused::typed(refused.as_ref(), "", field);
    let mut title = lang.t("Öppna årscykel", "Open a yearly cycle").to_owned();
    if fault.is_some() {
        title = format!("{}{title}", lang.t("Fel: ", "Error: "));
    }
    let shown = OpenPage {
        page: viewer.page(title).under(lang.t("Årscykel", "Yearly cycle"), "/cykel"),
        lang,
        year: if refused.is_some() { typed("year") } else { next.to_string() },
        chosen: typed("form"),
        forms: forms.collect(),
        units,
        fault,
    };
    page_with(status, &shown)
}

/// A year to open, and the form it is answered on.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    #[validate(range(min = 2000, max = 2200))]
    year: i32,
    #[validate(length(max = 100))]
    form: String,
    /// `prepare`: plan the year without opening it.
    #[serde(default, rename = "do")]
    #[validate(length(max = 10))]
    what: String,
}

/// `POST /cykel/ny`.
pub async fn open(app: Data<App>, viewer: Viewer, sent: Form) -> Answer {
    let lang = viewer.lang;
    let service = app.get_ref().clone();
    // What cannot be read is a year that is no number: the form's other field is a list.
    let asked = sent.read::<Asked>().map_err(|problem| match problem.kind {
        Kind::Malformed => Problem::invalid(
            "no_year",
            "Skriv året med fyra siffror, till exempel 2027.",
            "Write the year in four digits, for example 2027.",
        ),
        _ => problem,
    });
    let opened = viewer
        .act(move |act, standing| {
            standing.require_role(GrantedRole::Coordinator)?;
            let Asked { year, form, what } = asked?;
            standing.require_coordinator(year)?;
            let form = service.forms.get(&form).ok_or_else(Problem::not_found)?;
            if what == "prepare" {
                return cycles::prepare::prepare(act, standing, year, &form).map(|cycle| (cycle.year, None));
            }
            let dates = Dates::of(&form.calendar, year);
            let opened = open_year(act, Some(standing.id()), year, &form, &service.forms, &dates)?;
            Ok((opened.cycle.year, Some(opened.added.len())))
        })
        .await;
    match opened {
        Ok((year, Some(count))) => Ok(viewer.see_other(&format!("/cykel/{year}"), Some(added(count, lang)))),
        Ok((year, None)) => {
            let planned = Notice::done(lang.t(
                "Året är planerat. Se över datumen och öppna det när det är dags.",
                "The year is planned. Look over the dates and open it when the time comes.",
            ));
            Ok(viewer.see_other(&format!("/cykel/{year}"), Some(planned)))
        }
        Err(Refusal(problem)) if Refused::is_mendable(&problem) => {
            render(&app, &viewer, Some(Refused::new("", problem, sent))).await
        }
        Err(refusal) => Err(refusal),
    }
}

/// `POST /cykel/{year}/enheter`: opens a planned year, or an open one again, on its own form and dates.
pub async fn add_units(app: Data<App>, viewer: Viewer, year: Path<i32>) -> Answer {
    let (year, lang) = (year.into_inner(), viewer.lang);
    let opened = viewer
        .act(move |act, standing| {
            standing.require_role(GrantedRole::Coordinator)?;
            let cycle = cycles::store::cycle(act.db, year)?;
            let form = app.forms.get(&cycle.form).ok_or_else(|| Problem::internal("the form is not here"))?;
            open_year(act, Some(standing.id()), year, &form, &app.forms, &cycle.dates)
        })
        .await?;
    Ok(viewer.see_other(&format!("/cykel/{year}"), Some(added(opened.added.len(), lang))))
}

fn added(count: usize, lang: Lang) -> Notice {
    Notice::done(match count {
        1 => lang.t("1 ärende är öppnat.", "1 case is open.").to_owned(),
        count => format!("{count} {}", lang.t("ärenden är öppnade.", "cases are open.")),
    })
}
