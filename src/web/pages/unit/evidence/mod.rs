//! Evidence on the unit's pages: how it comes, is described, used again, opened and removed.

pub mod details;
pub mod library;
pub mod piece;
pub mod upload;

use actix_web::HttpResponse;
use actix_web::body::SizedStream;
use actix_web::http::header::{self, ContentDisposition, DispositionParam, DispositionType, ExtendedValue};
use actix_web::web::{Data, Path};

use super::{entered, form_of};
use crate::app::App;
use crate::assessments::evidence::{Evidence, Limits, refusals, remove as removing, store};
use crate::forms::Form;
use crate::ids::EvidenceId;
use crate::problem::Problem;
use crate::web::page::Notice;
use crate::web::respond::Answer;
use crate::web::{Viewer, form};

/// A piece's address: unit, year, piece.
pub(super) type PiecePath = Path<(String, i32, String)>;

/// What the service is set up to do with files.
fn limits(app: &App) -> Limits {
    Limits { quota: app.config.files.quota, scanned: app.config.files.scanner.is_some() }
}

/// The address of a criterion on its area's page.
pub(super) fn place_of(form: &Form, case: &str, criterion: &str) -> String {
    let area = form.criteria().find(|(_, known)| known.id == criterion).map(|(area, _)| area.id.as_str());
    // What hangs on a criterion that is no longer asked stands among all answers.
    format!("{case}/{}#{criterion}", area.unwrap_or("svar"))
}

/// `POST /enhet/{unit}/{year}/underlag/{id}`: removes a piece from its criterion.
pub async fn remove(app: Data<App>, viewer: Viewer, place: PiecePath, _sent: form::Form) -> Answer {
    let (slug, year, id) = place.into_inner();
    let service = app.get_ref().clone();
    let unit = slug.clone();
    let back = viewer
        .act(move |act, standing| {
            let (case, _, _) = entered(act.db, standing, &unit, year)?;
            let form = form_of(&service, &case)?;
            let piece = removing::remove(act, standing, &form, &case.id, &EvidenceId::from(id))?;
            Ok(place_of(&form, &case.path(), &piece.criterion))
        })
        .await?;
    let notice = Notice::done(viewer.t("Underlaget är borttaget.", "The evidence is removed."));
    Ok(viewer.see_other(&back, Some(notice)))
}

/// `GET /enhet/{unit}/{year}/underlag/{id}`: always an attachment, never shown by the browser.
pub async fn get(app: Data<App>, viewer: Viewer, place: PiecePath) -> Answer {
    let (slug, year, id) = place.into_inner();
    let piece = viewer
        .read(move |db, standing| {
            let case = super::readable(db, standing, &slug, year)?;
            store::one(db, &case.id, &EvidenceId::from(id))
        })
        .await?;
    attachment(&app, piece).await
}

/// A stored file as a download that no browser opens as a page, piece by piece.
///
/// # Errors
/// It is a link, it is held, or it is not in the store.
pub async fn attachment(app: &App, piece: Evidence) -> Answer {
    refusals::require_served(&piece)?;
    let file = piece.file().ok_or_else(Problem::not_found)?;
    let bytes = app.files.get(&file.stored_as).await?;
    let size = u64::try_from(file.size).unwrap_or(0);
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, file.media_type.clone()))
        .insert_header(disposition(&piece.name))
        .insert_header((header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"))
        .body(SizedStream::new(size, bytes)))
}

/// The name of a download by RFC 6266: in full, and in plain letters for what reads no more.
fn disposition(name: &str) -> ContentDisposition {
    let is_plain = |sign: &char| sign.is_ascii_alphanumeric() || " ._-()".contains(*sign);
    let plain = name.chars().map(|sign| if is_plain(&sign) { sign } else { '_' }).collect();
    let full = ExtendedValue {
        charset: header::Charset::Ext("UTF-8".to_owned()),
        language_tag: None,
        value: name.as_bytes().to_vec(),
    };
    ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![DispositionParam::Filename(plain), DispositionParam::FilenameExt(full)],
    }
}
