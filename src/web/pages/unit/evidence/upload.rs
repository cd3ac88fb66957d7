//! Files as they come: a multipart form, each file written down while it is counted, stopped at the limit.

use actix_multipart::Multipart;
use actix_web::http::header::ContentDisposition;
use actix_web::web::{Data, Path};
use futures_util::StreamExt as _;

use super::super::{entered, form_of};
use super::{PiecePath, limits};
use crate::app::App;
use crate::assessments::evidence::add::{self, Added, NewFile};
use crate::assessments::evidence::{Limits, MOST_BYTES, refusals, supersede as superseding};
use crate::cycles::Case;
use crate::db::Act;
use crate::forms::Form;
use crate::identity::standing::Standing;
use crate::ids::EvidenceId;
use crate::problem::{Kind, Problem};
use crate::text::Text;
use crate::web::Viewer;
use crate::web::page::{Notice, is_token};
use crate::web::respond::{Answer, Refusal};
use crate::web::upload::{broken, receive, small};

/// `POST /enhet/{unit}/{year}/{area}/{criterion}/underlag`: files, each kept or refused by itself.
pub async fn add(
    app: Data<App>,
    viewer: Viewer,
    place: Path<(String, i32, String, String)>,
    sent: Multipart,
) -> Answer {
    let (slug, year, area, criterion) = place.into_inner();
    let back = format!("/enhet/{slug}/{year}/{area}#{criterion}");
    let to = (slug, year);
    let put =
        move |act: &mut Act<'_>, standing: &Standing, case: &Case, form: &Form, file: &NewFile, limits| {
            add::file(act, standing, form, &case.id, &criterion, file, limits)
        };
    take_all(&app, &viewer, to, &back, sent, put).await
}

/// `POST /enhet/{unit}/{year}/underlag/{id}/ny-version`: a newer version of a submitted file.
pub async fn supersede(app: Data<App>, viewer: Viewer, place: PiecePath, sent: Multipart) -> Answer {
    let (slug, year, id) = place.into_inner();
    let back = format!("/enhet/{slug}/{year}/svar");
    let put =
        move |act: &mut Act<'_>, standing: &Standing, case: &Case, form: &Form, file: &NewFile, limits| {
            superseding::supersede(act, standing, form, &case.id, &EvidenceId::from(id.clone()), file, limits)
        };
    take_all(&app, &viewer, (slug, year), &back, sent, put).await
}

async fn take_all(
    app: &App,
    viewer: &Viewer,
    (slug, year): (String, i32),
    back: &str,
    mut sent: Multipart,
    put: impl Fn(&mut Act<'_>, &Standing, &Case, &Form, &NewFile, Limits) -> Result<Added, Problem>
    + Clone
    + Send
    + 'static,
) -> Answer {
    let (mut trusted, mut added) = (false, 0);
    while let Some(part) = sent.next().await {
        let mut part = part.map_err(broken)?;
        match part.name().unwrap_or_default() {
            "csrf" => {
                let token = small(&mut part, refusals::too_large).await?;
                trusted = is_token(&app.keys.forms, viewer.session(), &token);
                continue;
            }
            "files" if trusted => {}
            "files" => return Err(Refusal(Problem::forbidden())),
            _ => {
                small(&mut part, refusals::too_large).await?;
                continue;
            }
        }
        let name = part.content_disposition().and_then(ContentDisposition::get_filename);
        let name = name.unwrap_or_default().to_owned();
        let received = receive(app, &mut part, MOST_BYTES, refusals::too_large).await;
        let received = received.map_err(|problem| told(problem, &name, back))?;
        if name.is_empty() && received.size == 0 {
            // The control was left empty.
            continue;
        }
        let kept = NewFile::keep(&app.files, &app.ids, &name, received).await;
        let file = kept.map_err(|problem| told(problem, &name, back))?;
        let (service, slug, put, new, limits) =
            (app.clone(), slug.clone(), put.clone(), file.clone(), limits(app));
        let done = viewer
            .act(move |act, standing| {
                let (case, _, _) = entered(act.db, standing, &slug, year)?;
                let form = form_of(&service, &case)?;
                put(act, standing, &case, &form, &new, limits)
            })
            .await;
        file.settle(&app.files, done).await.map_err(|refusal| told(refusal.0, &name, back))?;
        added += 1;
    }
    let notice = if added == 0 {
        Notice::danger(viewer.t("Välj en fil först.", "Choose a file first."))
    } else {
        Notice::done(viewer.t("Underlaget är sparat.", "The evidence is saved."))
    };
    Ok(viewer.see_other(back, Some(notice)))
}

/// A refusal that says which file it is about, and leads back.
fn told(mut problem: Problem, name: &str, back: &str) -> Refusal {
    let own = !matches!(problem.kind, Kind::NotFound | Kind::Forbidden | Kind::Internal | Kind::Unavailable);
    if own && !name.is_empty() {
        let name = crate::assessments::evidence::plain_name(name);
        problem.message =
            Text::new(format!("{name}: {}", problem.message.sv), format!("{name}: {}", problem.message.en));
    }
    problem.link.get_or_insert_with(|| back.to_owned());
    Refusal(problem)
}
