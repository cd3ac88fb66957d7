//! The case as `usve score` takes it, so that anybody who may read a result can compute it again.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Data, Query};

use super::{Version, found_version};
use crate::app::App;
use crate::problem::Problem;
use crate::results::view;
use crate::web::Viewer;
use crate::web::pages::unit::Place;
use crate::web::respond::Answer;

/// `GET /enhet/{unit}/{year}/case.json?version=1`.
pub async fn file(app: Data<App>, viewer: Viewer, place: Place, asked: Query<Version>) -> Answer {
    let (slug, year) = place.into_inner();
    let name = format!("usve-{slug}-{year}-case.json");
    let version = asked.version;
    let case = viewer
        .read(move |db, standing| {
            let found = found_version(db, standing, &app, (&slug, year), version)?;
            let case = view::export(standing, &found.form, &found.case, &found.result);
            serde_json::to_string_pretty(&case).map_err(Problem::internal)
        })
        .await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/json"))
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .body(case))
}
