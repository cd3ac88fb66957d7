//! A form as a blank to print and talk about, for whoever is signed in.

use actix_web::HttpRequest;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;

use crate::app::App;
use crate::clock::local_day;
use crate::problem::Problem;
use crate::reports::{blank_form, pdf};
use crate::text::Lang;
use crate::web::Viewer;
use crate::web::respond::{self, Answer};

/// For which year, and in which language.
#[derive(Debug, Deserialize)]
pub struct Asking {
    ar: Option<i32>,
    sprak: Option<String>,
}

/// `GET /formular/{form}/{version}/blankett.pdf?ar=2026&sprak=sv|en`: for this year when none is said.
pub async fn file(
    app: Data<App>,
    viewer: Viewer,
    path: Path<(String, String)>,
    asking: Query<Asking>,
    request: HttpRequest,
) -> Answer {
    let lang = asking.sprak.as_deref().and_then(Lang::from_tag).unwrap_or(viewer.lang);
    let form = app.forms.get(&format!("{}/{}", path.0, path.1)).ok_or_else(Problem::not_found)?;
    let today = local_day(app.clock.now());
    let year = blank_form::year(asking.ar, today)?;
    let name = blank_form::file_name(&form, year, lang);
    let bytes = app
        .block(move |_| pdf::render(&blank_form::build(&form, year, today, lang)).map_err(Problem::internal))
        .await?;
    Ok(respond::pdf(&request, &name, bytes))
}
