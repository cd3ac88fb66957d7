//! A workbook as it comes: a multipart form, the file written down beside the store while it is counted, read, and gone.

use actix_multipart::{Field, Multipart};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use futures_util::StreamExt as _;

use super::super::{Place, form_of, readable};
use super::difference::{self, Shown};
use crate::app::App;
use crate::assessments::evidence::HEARD_OUT;
use crate::assessments::workbook::{self, LARGEST, plan_for, refusals, require_of_unit};
use crate::files::Received;
use crate::problem::{Kind, Problem};
use crate::web::Viewer;
use crate::web::page::is_token;
use crate::web::respond::{Answer, Refusal};

/// The longest text field of the upload's own form, in bytes.
const LONGEST_FIELD: usize = 1024;

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
                let token = small(&mut part).await?;
                trusted = is_token(&app.keys.forms, viewer.session(), &token);
            }
            "files" if trusted && file.is_none() => file = Some(receive(app, &mut part).await?),
            "files" if trusted => return Err(Refusal(several())),
            "files" => return Err(Refusal(Problem::forbidden())),
            _ => drop(small(&mut part).await?),
        }
    }
    let file: Option<Received> = file;
    file.filter(|file| file.size > 0).ok_or_else(|| Refusal(none()))
}

/// What comes over the limit is read and forgotten, so that the browser, which sends everything before it reads, gets to
/// show why.
async fn receive(app: &App, part: &mut Field) -> Result<Received, Refusal> {
    let mut arriving = app.files.begin(&app.ids.secret(), LARGEST).await?;
    while let Some(bytes) = part.next().await {
        if let Err(stop) = arriving.take(&bytes.map_err(broken)?).await {
            let mut patience = HEARD_OUT;
            while let (true, Some(Ok(bytes))) = (patience > 0, part.next().await) {
                patience = patience.saturating_sub(bytes.len());
            }
            return Err(Refusal(refusals::stopped(stop)));
        }
    }
    Ok(arriving.end().await?)
}

async fn small(part: &mut Field) -> Result<String, Refusal> {
    let mut text = Vec::new();
    while let Some(bytes) = part.next().await {
        text.extend_from_slice(&bytes.map_err(broken)?);
        if text.len() > LONGEST_FIELD {
            return Err(Refusal(refusals::too_large()));
        }
    }
    Ok(String::from_utf8_lossy(&text).into_owned())
}

fn none() -> Problem {
    Problem::invalid("no_file", "Välj en fil först.", "Choose a file first.")
}

fn several() -> Problem {
    Problem::invalid("several_files", "Läs in en fil i taget.", "Bring one file at a time.")
}

fn broken(error: actix_multipart::MultipartError) -> Refusal {
    let problem = Problem::new(
        Kind::Malformed,
        "broken_body",
        "Filen kom inte fram hel. Försök igen.",
        "The file did not arrive whole. Try again.",
    );
    Refusal(problem.because(error))
}

/// A refusal that leads back to where a file is chosen.
fn leading(mut refusal: Refusal, back: &str) -> Refusal {
    refusal.0.link.get_or_insert_with(|| back.to_owned());
    refusal
}
