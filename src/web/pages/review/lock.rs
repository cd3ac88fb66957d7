//! Locking the review, and waiting afterwards. The page of a locked review is the same whether the other has locked or
//! not.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;

use super::{Fault, Open, Place, declare_first, under_case, with_error};
use crate::app::App;
use crate::cycles::state::CaseState;
use crate::problem::Kind;
use crate::reviews::lock::lock;
use crate::text::{self, Lang};
use crate::web::respond::{Answer, Refusal, page_with};
use crate::web::{Page, Viewer};

#[derive(Template)]
#[template(path = "review/lock.html")]
struct LockPage {
    page: Page,
    lang: Lang,
    open: Open,
    missing: Vec<Fault>,
    left: Vec<Left>,
    refused: bool,
    locked: Option<String>,
    seal: String,
}

/// An area in which something is missing.
struct Left {
    area: String,
    name: String,
    criteria: String,
}

/// `GET /granska/{unit}/{year}/las`.
pub async fn show(app: Data<App>, viewer: Viewer, place: Place) -> Answer {
    let (slug, year) = place.into_inner();
    if let Some(way) = declare_first(&viewer, &slug, year).await? {
        return Ok(way);
    }
    render(&app, &viewer, (slug, year), StatusCode::OK).await
}

async fn render(app: &App, viewer: &Viewer, (slug, year): (String, i32), status: StatusCode) -> Answer {
    let (lang, service) = (viewer.lang, app.clone());
    let open = viewer.read(move |db, standing| Open::load(db, standing, &service, &slug, year)).await?;
    if !open.is_further() && open.case.state != CaseState::Scoring {
        return Ok(viewer.see_other(&open.path(), None));
    }
    let title = if open.is_locked() {
        lang.t("Din granskning är låst", "Your review is locked")
    } else {
        lang.t("Lås granskningen", "Lock the review")
    };
    let refused = status != StatusCode::OK;
    let page = with_error(under_case(viewer.page(title), &open.case), refused);
    let seal = open.own.seat.commitment.clone().unwrap_or_default();
    let locked = open.own.seat.locked_at.map(|at| text::moment(at, lang));
    let (missing, left) = (open.faults(lang), left(&open, lang));
    page_with(status, &LockPage { page, lang, open, missing, left, refused, locked, seal })
}

/// What is missing, by area.
fn left(open: &Open, lang: Lang) -> Vec<Left> {
    let left = |area: &crate::forms::Area| {
        let open_ones = area.criteria.iter().filter(|criterion| !open.is_done(&criterion.id));
        let ids: Vec<&str> = open_ones.map(|criterion| criterion.id.as_str()).collect();
        let name = format!("{}. {}", area.id, area.title.get(lang));
        (!ids.is_empty()).then(|| Left { area: area.id.clone(), name, criteria: ids.join(", ") })
    };
    open.form.areas.iter().filter_map(left).collect()
}

/// `POST /granska/{unit}/{year}/las`.
pub async fn send(app: Data<App>, viewer: Viewer, place: Place) -> Answer {
    let (slug, year) = place.into_inner();
    let (service, unit) = (app.get_ref().clone(), slug.clone());
    let locked = viewer
        .act(move |act, standing| {
            let open = Open::load(act.db, standing, &service, &unit, year)?;
            lock(act, standing, &open.form, &open.case.id)
        })
        .await;
    match locked {
        Ok(_) => Ok(viewer.see_other(&format!("/granska/{slug}/{year}/las"), None)),
        Err(Refusal(problem)) if problem.kind == Kind::Invalid => {
            render(&app, &viewer, (slug, year), StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(refusal) => Err(refusal),
    }
}
