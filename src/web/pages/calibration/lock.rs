//! The page where a reviewer locks a calibration case.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;

use super::list::{area_of, find};
use super::{form_of, name, under_list};
use crate::app::App;
use crate::calibration::{CalibrationCase, lock};
use crate::db::Db;
use crate::identity::standing::Standing;
use crate::problem::{Kind, Problem};
use crate::text::Lang;
use crate::web::page::Notice;
use crate::web::respond::{Answer, Refusal, page_with};
use crate::web::{Form as Sent, Page, Viewer};

#[derive(Template)]
#[template(path = "calibration/lock.html")]
struct LockPage {
    page: Page,
    lang: Lang,
    path: String,
    first: String,
    /// Where something is missing: the address, and the criterion in words.
    missing: Vec<(String, String)>,
    refused: bool,
}

/// `GET /ovning/{case}/las`.
pub async fn show(app: Data<App>, viewer: Viewer, place: Path<String>) -> Answer {
    render(&app, &viewer, place.into_inner(), false).await
}

async fn render(app: &App, viewer: &Viewer, address: String, refused: bool) -> Answer {
    let (lang, service) = (viewer.lang, app.clone());
    let loaded = viewer.read(move |db, standing| load(db, standing, &service, &address, lang)).await?;
    let Some((case, first, missing)) = loaded else {
        return Ok(viewer.see_other("/ovning", None));
    };
    let title = format!("{}: {}", lang.t("Lås", "Lock"), name(case, lang));
    let page = under_list(viewer.page(title));
    let status = if refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page_with(status, &LockPage { page, lang, path: case.review_path(), first, missing, refused })
}

type Left = Option<(CalibrationCase, String, Vec<(String, String)>)>;

/// Nothing when there is nothing to lock any more.
fn load(db: &mut Db, standing: &Standing, app: &App, address: &str, lang: Lang) -> Result<Left, Problem> {
    let own = find(db, standing, address)?;
    if !own.may_write() {
        return Ok(None);
    }
    let form = form_of(app, &own.round)?;
    let missing = own.left(&form).map(|id| {
        let title = form.criterion(id).map_or("", |criterion| criterion.title.get(lang));
        (format!("{}/{}#{id}", own.case.review_path(), area_of(&form, id)), format!("{id} {title}"))
    });
    let first = own.criteria(&form).next().map_or("", |id| area_of(&form, id)).to_owned();
    Ok(Some((own.case, first, missing.collect())))
}

/// `POST /ovning/{case}/las`.
pub async fn send(app: Data<App>, viewer: Viewer, place: Path<String>, _sent: Sent) -> Answer {
    let address = place.into_inner();
    let (service, at) = (app.get_ref().clone(), address.clone());
    let locked = viewer
        .act(move |act, standing| {
            let own = find(act.db, standing, &at)?;
            let form = form_of(&service, &own.round)?;
            lock::lock(act, standing, &form, (own.case.year, own.case.number))
        })
        .await;
    match locked {
        Ok(()) => {
            let done = Notice::done(viewer.t("Övningsfallet är låst.", "The calibration case is locked."));
            Ok(viewer.see_other(&format!("/ovning/{address}/resultat"), Some(done)))
        }
        Err(Refusal(problem)) if problem.kind == Kind::Invalid => render(&app, &viewer, address, true).await,
        Err(refusal) => Err(refusal),
    }
}
