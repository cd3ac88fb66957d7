//! Files of evidence for a reviewer: those of the criteria that the reviewer scores.

use actix_web::web::{Data, Path};

use super::Open;
use crate::app::App;
use crate::assessments::evidence::store;
use crate::ids::EvidenceId;
use crate::problem::Problem;
use crate::web::Viewer;
use crate::web::pages::unit::evidence::attachment;
use crate::web::respond::Answer;

/// `GET /granska/{unit}/{year}/underlag/{id}`: always an attachment.
pub async fn get(app: Data<App>, viewer: Viewer, place: Path<(String, i32, String)>) -> Answer {
    let (slug, year, id) = place.into_inner();
    let service = app.get_ref().clone();
    let file = viewer
        .read(move |db, standing| {
            let open = Open::load(db, standing, &service, &slug, year)?;
            let file = store::one(db, &open.case.id, &EvidenceId::from(id))?;
            let sent = !open.is_further() || open.own.criteria.contains(&file.criterion);
            if sent { Ok(file) } else { Err(Problem::not_found()) }
        })
        .await?;
    attachment(&app, file).await
}
