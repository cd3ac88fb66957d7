//! One area of the form: every criterion with its fields, saved by the script field by field or by the Save button.

mod criterion;
mod save;
mod view;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use serde::Deserialize;

pub use save::save;
pub(super) use save::{places, seen};

use crate::app::App;
use crate::text::Lang;
use crate::web::respond::{Answer, page_with};
use crate::web::{Page, Viewer};
use view::{AreaView, load};

/// The address of the background form's page, where an area's letter stands otherwise.
const BACKGROUND_PAGE: &str = "bakgrund";

/// What a page shows of its answers.
#[derive(Debug, Deserialize)]
pub struct Show {
    /// `fel`: what is missing and wrong stands at each field.
    visa: Option<String>,
}

#[derive(Template)]
#[template(path = "unit/area.html")]
struct AreaPage {
    page: Page,
    lang: Lang,
    view: AreaView,
}

/// `GET /enhet/{unit}/{year}/{area}`.
pub async fn show(
    app: Data<App>,
    viewer: Viewer,
    place: Path<(String, i32, String)>,
    show: Query<Show>,
) -> Answer {
    let (slug, year, area) = place.into_inner();
    let faults = show.visa.as_deref() == Some("fel");
    render(&app, &viewer, (slug, year, area), faults, StatusCode::OK).await
}

async fn render(
    app: &App,
    viewer: &Viewer,
    (slug, year, area): (String, i32, String),
    faults: bool,
    status: StatusCode,
) -> Answer {
    let (lang, service) = (viewer.lang, app.clone());
    let view = viewer
        .read(move |db, standing| load(db, standing, &service, &slug, year, &area, faults, lang))
        .await?;
    let shown = viewer
        .page(view.area.clone())
        .under(lang.t("Mina uppgifter", "My tasks"), "/")
        .under(format!("{} {year}", view.case.unit.name), view.case.path());
    page_with(status, &AreaPage { page: shown, lang, view })
}
