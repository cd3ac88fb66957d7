//! Who else is writing on this page: asked for by the script, which tells where its reader writes.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use super::super::form_of;
use super::save::Target;
use crate::app::App;
use crate::assessments::presence;
use crate::cycles;
use crate::identity::rights::{Deed, Object};
use crate::web::respond::Answer;
use crate::web::{Viewer, form};

/// `GET /enhet/{unit}/{year}/{area}/narvaro`: who else writes, in one sentence a criterion, as JSON.
pub async fn show(app: Data<App>, viewer: Viewer, place: Path<Target>) -> Answer {
    let (slug, year, _) = place.into_inner();
    let (now, lang) = (app.clock.now(), viewer.lang);
    let present = viewer.read(move |db, standing| presence::of(db, standing, &slug, year, now)).await?;
    Ok(HttpResponse::Ok().json(presence::in_words(&present, lang)))
}

/// `POST /enhet/{unit}/{year}/{area}/narvaro`: the reader writes in `criterion`; answers as [`show`].
pub async fn note(app: Data<App>, viewer: Viewer, place: Path<Target>, sent: form::Form) -> Answer {
    let (slug, year, _) = place.into_inner();
    let criterion = sent.get("criterion").unwrap_or_default().to_owned();
    let (service, lang) = (app.get_ref().clone(), viewer.lang);
    let present = viewer
        .act(move |act, standing| {
            let case = cycles::store::find(act.db, standing, &slug, year, Object::Assessment, Deed::Read)?;
            let form = form_of(&service, &case)?;
            presence::note(act, standing, &form, &case, &criterion)?;
            presence::others(act.db, standing, &case, act.now)
        })
        .await?;
    Ok(HttpResponse::Ok().json(presence::in_words(&present, lang)))
}
