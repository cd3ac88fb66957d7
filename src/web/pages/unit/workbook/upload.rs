//! A workbook as it comes: a multipart form, the file written down beside the store while it is counted, read, and gone.

use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use futures_util::StreamExt as _;

use super::super::{Place, form_of, readable};
use super::difference::{self, Shown};
use crate::app::App;
use crate::assessments::workbook::{self, LARGEST, plan_for, refusals, require_of_unit};
use crate::files::Received;
use crate::problem::Problem;
use crate::web::Viewer;
use crate::web::page::is_token;
use crate::web::respond::{Answer, Refusal};
use crate::web::upload::{broken, receive, small};

/// `POST /enhet/{unit}/{year}/svar/las-in`: reads a file and shows what would change. Nothing is stored.
pub async fn send(app: Data<App>, viewer: Viewer, place: Place, sent: Multipart) -> Answer {
    let (slug, year) = place.into_inner();
    let of_unit = slug.clone();
    // Before anything is received: only the unit's own people send a file here.
    let case = viewer
        .read(move |db, standing| {
            let case = readable(db, standing, &of_unit, year)?;
            require_of_unit(standing, &case)?;
            Ok(case)
        })
        .await?;
    let back = format!("{}/svar/las-in", case.path());
    let received = take(&app, &viewer, sent).await.map_err(|refusal| leading(refusal, &back))?;
    let (service, lang) = (app.get_ref().clone(), viewer.lang);
    let shown = viewer
        .read(move |db, standing| {
            let form = form_of(&service, &case)?;
            let (about, found) = workbook::open(&received, &case, &form)?;
            let (plan, _) = plan_for(db, standing, &form, &case, &found.proposals, lang)?;
            let names = crate::identity::store::names(db)?;
            Ok(Shown::new(case, &form, plan, &names, lang).of_file(&about, &found, &form, lang))
        })
        .await
        .map_err(|refusal| leading(refusal, &back))?;
    difference::answer(&viewer, StatusCode::OK, shown, None)
}

/// The file of the form, whole.
async fn take(app: &App, viewer: &Viewer, mut sent: Multipart) -> Result<Received, Refusal> {
    let (mut trusted, mut file) = (false, None);
    while let Some(part) = sent.next().await {
        let mut part = part.map_err(broken)?;
        match part.name().unwrap_or_default() {
            "csrf" => {
                let token = small(&mut part, refusals::too_large).await?;
                trusted = is_token(&app.keys.forms, viewer.session(), &token);
            }
            "files" if trusted && file.is_none() => {
                file = Some(receive(app, &mut part, LARGEST, refusals::too_large).await?);
            }
            "files" if trusted => return Err(Refusal(several())),
            "files" => return Err(Refusal(Problem::forbidden())),
            _ => drop(small(&mut part, refusals::too_large).await?),
        }
    }
    let file: Option<Received> = file;
    file.filter(|file| file.size > 0).ok_or_else(|| Refusal(none()))
}

fn none() -> Problem {
    Problem::invalid("no_file", "Välj en fil först.", "Choose a file first.")
}

fn several() -> Problem {
    Problem::invalid("several_files", "Läs in en fil i taget.", "Bring one file at a time.")
}

/// A refusal that leads back to where a file is chosen.
fn leading(mut refusal: Refusal, back: &str) -> Refusal {
    refusal.0.link.get_or_insert_with(|| back.to_owned());
    refusal
}
