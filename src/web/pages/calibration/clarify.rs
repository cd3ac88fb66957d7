//! The coordinator writes what a criterion's anchors mean this year.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;

use super::spread::{Row, of_criterion};
use super::{OnScale, form_of, scale, under_round};
use crate::app::App;
use crate::calibration::{clarify, view};
use crate::db::Db;
use crate::identity::standing::Standing;
use crate::identity::store::names;
use crate::problem::{Kind, Problem};
use crate::text::{self, Lang};
use crate::web::page::Notice;
use crate::web::respond::{Answer, Refusal, page_with, status};
use crate::web::{Form as Sent, Page, Viewer};

#[derive(Template)]
#[template(path = "calibration/clarify.html")]
struct ClarifyPage {
    page: Page,
    lang: Lang,
    view: ClarifyView,
    text: String,
    fault: Option<String>,
    most: usize,
}

struct ClarifyView {
    address: String,
    back: String,
    anchors: Vec<OnScale>,
    cases: Vec<(String, Row)>,
    version: i32,
    saved: String,
    earlier: Vec<(String, String)>,
    closed: bool,
}

/// `GET /cykel/{year}/ovning/fortydliga/{criterion}`.
pub async fn show(app: Data<App>, viewer: Viewer, place: Path<(i32, String)>) -> Answer {
    render(&app, &viewer, place.into_inner(), None).await
}

async fn render(
    app: &App,
    viewer: &Viewer,
    place: (i32, String),
    refused: Option<(Problem, String)>,
) -> Answer {
    let (lang, service, year) = (viewer.lang, app.clone(), place.0);
    let (title, view) = viewer.read(move |db, standing| load(db, standing, &service, &place, lang)).await?;
    let page = under_round(viewer.page(title), year)
        .under(lang.t("Utfall per kriterium", "Outcome by criterion"), view.back.clone());
    let (fault, text, status) = match refused {
        None => (None, view.saved.clone(), StatusCode::OK),
        Some((problem, typed)) => {
            let fault = match problem.kind {
                Kind::Stale => lang.t(
                    "Någon annan har skrivit under tiden. Deras text står nedan. Spara igen om din ska gälla.",
                    "Somebody else has written meanwhile. Their text stands below. Save again to keep yours.",
                ),
                _ => problem.message.get(lang),
            };
            (Some(fault.to_owned()), typed, status(problem.kind))
        }
    };
    page_with(status, &ClarifyPage { page, lang, view, text, fault, most: clarify::LONGEST })
}

fn load(
    db: &mut Db,
    standing: &Standing,
    app: &App,
    (year, criterion): &(i32, String),
    lang: Lang,
) -> Result<(String, ClarifyView), Problem> {
    let round = view::coordinated_round(db, standing, *year)?.ok_or_else(Problem::not_found)?;
    let mut all = view::clarifications(db, standing, &round)?;
    let form = form_of(app, &round)?;
    let known = form.criterion(criterion).ok_or_else(Problem::not_found)?;
    let cases = of_criterion(db, standing, &form, &round, criterion, lang)?;
    let mut versions = all.remove(criterion).unwrap_or_default();
    let newest = versions.pop();
    let name_of = names(db)?;
    let earlier = |one: crate::calibration::Clarification| {
        let by = name_of.get(&one.written_by).cloned().unwrap_or_default();
        (format!("{by}, {}", text::moment(one.written_at, lang)), one.text)
    };
    let back = format!("/cykel/{year}/ovning/utfall");
    let view = ClarifyView {
        address: format!("/cykel/{year}/ovning/fortydliga/{criterion}"),
        back,
        anchors: scale(&form, known, None, lang),
        cases,
        version: newest.as_ref().map_or(0, |newest| newest.version),
        saved: newest.map(|newest| newest.text).unwrap_or_default(),
        earlier: versions.into_iter().rev().map(earlier).collect(),
        closed: round.closed_at.is_some(),
    };
    Ok((format!("{}: {} {}", lang.t("Förtydliga", "Clarify"), known.id, known.title.get(lang)), view))
}

/// `POST /cykel/{year}/ovning/fortydliga/{criterion}`.
pub async fn save(app: Data<App>, viewer: Viewer, place: Path<(i32, String)>, sent: Sent) -> Answer {
    let place = place.into_inner();
    let typed = sent.get("text").unwrap_or_default().replace("\r\n", "\n");
    let seen = sent.get("version").and_then(|version| version.parse().ok()).unwrap_or_default();
    let (service, (year, criterion), text) = (app.get_ref().clone(), place.clone(), typed.clone());
    let saved = viewer
        .act(move |act, standing| {
            let round = view::coordinated_round(act.db, standing, year)?.ok_or_else(Problem::not_found)?;
            let form = form_of(&service, &round)?;
            clarify::clarify(act, standing, &form, (year, &criterion), seen, &text)
        })
        .await;
    match saved {
        Ok(_) => {
            let done = Notice::done(viewer.t("Sparat.", "Saved."));
            Ok(viewer.see_other(&format!("/cykel/{}/ovning/utfall", place.0), Some(done)))
        }
        Err(Refusal(problem)) if matches!(problem.kind, Kind::Stale | Kind::Invalid) => {
            render(&app, &viewer, place, Some((problem, typed))).await
        }
        Err(refusal) => Err(refusal),
    }
}
