//! Files of evidence: added as a multipart form, served as attachments only.

use actix_multipart::Multipart;
use actix_web::HttpResponse;
use actix_web::http::header::{self, ContentDisposition, DispositionParam, DispositionType, ExtendedValue};
use actix_web::web::{Data, Path};
use futures_util::StreamExt as _;

use super::{entered, form_of};
use crate::app::App;
use crate::assessments::{Evidence, evidence, store};
use crate::files;
use crate::ids::EvidenceId;
use crate::problem::Problem;
use crate::web::page::{Notice, is_token};
use crate::web::respond::{Answer, Refusal};
use crate::web::{Viewer, form};

/// The longest text field of the upload's own form, in bytes.
const LONGEST_FIELD: usize = 1024;

/// `POST /enhet/{unit}/{year}/{area}/{criterion}/underlag`: files as they come, each stopped at the limit.
pub async fn add(
    app: Data<App>,
    viewer: Viewer,
    place: Path<(String, i32, String, String)>,
    mut sent: Multipart,
) -> Answer {
    let (slug, year, area, criterion) = place.into_inner();
    let mut trusted = false;
    let mut added = 0;
    while let Some(part) = sent.next().await {
        let mut part = part.map_err(|error| Refusal(Problem::internal(error)))?;
        let name = part.name().unwrap_or_default().to_owned();
        if name == "csrf" {
            let token = small(&mut part).await?;
            trusted = is_token(&app.keys.forms, viewer.session(), &token);
            continue;
        }
        if name != "files" {
            small(&mut part).await?;
            continue;
        }
        if !trusted {
            return Err(Refusal(Problem::forbidden()));
        }
        let file_name = part
            .content_disposition()
            .and_then(ContentDisposition::get_filename)
            .unwrap_or_default()
            .to_owned();
        let mut arriving = files::Arriving::new();
        while let Some(bytes) = part.next().await {
            let bytes = bytes.map_err(|error| Refusal(Problem::internal(error)))?;
            arriving.take(&bytes, evidence::MOST_BYTES).map_err(|_| Refusal(evidence::too_large()))?;
        }
        if file_name.is_empty() || arriving.is_empty() {
            continue;
        }
        keep(&app, &viewer, (&slug, year, &criterion), file_name, arriving).await?;
        added += 1;
    }
    let notice = if added == 0 {
        Notice::danger(viewer.t("Välj en fil först.", "Choose a file first."))
    } else {
        Notice::done(viewer.t("Underlaget är sparat.", "The evidence is saved."))
    };
    Ok(viewer.see_other(&format!("/enhet/{slug}/{year}/{area}#{criterion}"), Some(notice)))
}

async fn small(part: &mut actix_multipart::Field) -> Result<String, Refusal> {
    let mut text = Vec::new();
    while let Some(bytes) = part.next().await {
        text.extend_from_slice(&bytes.map_err(|error| Refusal(Problem::internal(error)))?);
        if text.len() > LONGEST_FIELD {
            return Err(Refusal(evidence::too_large()));
        }
    }
    Ok(String::from_utf8_lossy(&text).into_owned())
}

async fn keep(
    app: &App,
    viewer: &Viewer,
    (slug, year, criterion): (&str, i32, &str),
    name: String,
    arriving: files::Arriving,
) -> Result<(), Refusal> {
    let media_type = evidence::media_type(arriving.bytes()).ok_or_else(|| Refusal(evidence::wrong_kind()))?;
    let stored_as = app.ids.secret();
    let file = evidence::Arrived {
        criterion: criterion.to_owned(),
        name,
        media_type,
        size: arriving.bytes().len(),
        sha256: arriving.sha256(),
        stored_as: stored_as.clone(),
    };
    let (folder, name) = (app.config.data.folder.join("files"), stored_as.clone());
    app.block(move |_| files::put(&folder, &name, arriving.bytes())).await?;
    let (service, slug) = (app.clone(), slug.to_owned());
    let added = viewer
        .act(move |act, standing| {
            let (case, _, _) = entered(act.db, standing, &slug, year)?;
            let form = form_of(&service, &case)?;
            evidence::add(act, standing, &form, &case.id, file)
        })
        .await;
    if added.is_err() {
        files::discard(&app.config.data.folder.join("files"), &stored_as);
    }
    added.map(drop)
}

/// `POST /enhet/{unit}/{year}/underlag/{id}`: removes a file.
pub async fn remove(
    app: Data<App>,
    viewer: Viewer,
    place: Path<(String, i32, String)>,
    _sent: form::Form,
) -> Answer {
    let (slug, year, id) = place.into_inner();
    let service = app.get_ref().clone();
    let unit = slug.clone();
    let file = viewer
        .act(move |act, standing| {
            let (case, _, _) = entered(act.db, standing, &unit, year)?;
            let form = form_of(&service, &case)?;
            evidence::remove(act, standing, &form, &case.id, &EvidenceId::from(id))
        })
        .await?;
    let area = app
        .forms
        .forms()
        .find_map(|form| {
            form.criteria().find(|(_, known)| known.id == file.criterion).map(|(area, _)| area.id.clone())
        })
        .unwrap_or_default();
    let notice = Notice::done(viewer.t("Filen är borttagen.", "The file is removed."));
    Ok(viewer.see_other(&format!("/enhet/{slug}/{year}/{area}#{}", file.criterion), Some(notice)))
}

/// `GET /enhet/{unit}/{year}/underlag/{id}`: always an attachment, never shown by the browser.
pub async fn get(app: Data<App>, viewer: Viewer, place: Path<(String, i32, String)>) -> Answer {
    let (slug, year, id) = place.into_inner();
    let file = viewer
        .read(move |db, standing| {
            let case = super::readable(db, standing, &slug, year)?;
            store::evidence_file(db, &case.id, &EvidenceId::from(id))
        })
        .await?;
    attachment(&app, file).await
}

/// A stored file as a download that no browser opens as a page.
///
/// # Errors
/// The file is not in the store.
pub async fn attachment(app: &App, file: Evidence) -> Answer {
    let (folder, name) = (app.config.data.folder.join("files"), file.stored_as.clone());
    let bytes = app.block(move |_| files::get(&folder, &name)).await?;
    let name = DispositionParam::FilenameExt(ExtendedValue {
        charset: header::Charset::Ext("UTF-8".to_owned()),
        language_tag: None,
        value: file.name.into_bytes(),
    });
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, file.media_type))
        .insert_header(ContentDisposition {
            disposition: DispositionType::Attachment,
            parameters: vec![name],
        })
        .insert_header((header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"))
        .body(bytes))
}
