//! Files of evidence beside the answers.

use actix_web::HttpResponse;
use actix_web::http::header::{
    self, Charset, ContentDisposition, DispositionParam, DispositionType, ExtendedValue,
};
use actix_web::web::{Path, Query};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::answers::sent_only;
use super::at_hand::{CasePath, CriterionPath, ItemPath};
use super::body::{Sent, created, done, ok, utc};
use super::caller::Caller;
use super::paging::{Page, Paging};
use super::refusal::{Answer, Refusal};
use crate::assessments::{Evidence, evidence, store};
use crate::files;
use crate::identity::rights::Object;
use crate::ids::{EvidenceId, sha256};
use crate::problem::Problem;

/// A file of evidence.
#[derive(Debug, Serialize, ToSchema)]
struct EvidenceView {
    /// Identifier.
    id: String,
    /// The criterion it belongs to.
    #[schema(example = "A1")]
    criterion: String,
    /// Its name as sent.
    #[schema(example = "protokoll.pdf")]
    name: String,
    /// What it is, by its content.
    #[schema(example = "application/pdf")]
    media_type: String,
    /// Bytes.
    size: i32,
    /// SHA-256 of its bytes.
    sha256: String,
    /// When it was added.
    added_at: DateTime<Utc>,
}

impl From<Evidence> for EvidenceView {
    fn from(file: Evidence) -> EvidenceView {
        EvidenceView {
            id: file.id.to_string(),
            criterion: file.criterion,
            name: file.name,
            media_type: file.media_type,
            size: file.size,
            sha256: file.sha256,
            added_at: utc(file.added_at),
        }
    }
}

/// The name of a file to add.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct FileName {
    /// What people call it.
    #[param(max_length = 120, example = "protokoll.pdf")]
    name: String,
}

/// The files of a case that the caller may read.
#[utoipa::path(get, path = "/cases/{year}/{unit}/evidence", operation_id = "list_evidence", tag = "Self-assessment",
    params(CasePath, Paging), responses((status = 200, body = Page<EvidenceView>)))]
pub(super) async fn list(caller: Caller, path: Path<CasePath>, paging: Query<Paging>) -> Answer {
    let files = caller
        .read_case(path.into_inner(), Object::Assessment, |db, standing, at| {
            let only = sent_only(db, standing, at)?;
            let mut files = store::evidence_of(db, at.id())?;
            files.retain(|file| only.as_ref().is_none_or(|only| only.contains(&file.criterion)));
            Ok(files)
        })
        .await?;
    let views = files.into_iter().map(EvidenceView::from).collect();
    ok(&paging.cut(views, |file: &EvidenceView| file.id.clone())?)
}

/// Adds a file to a criterion. The body is the file itself; its kind is read from its bytes.
#[utoipa::path(post, path = "/cases/{year}/{unit}/evidence/{criterion}", operation_id = "add_evidence",
    tag = "Self-assessment", params(CriterionPath, FileName),
    request_body(content = Vec<u8>, content_type = "application/octet-stream",
        description = "PDF, DOCX, XLSX, PNG or JPG, at most 20 MiB; at most ten files a criterion"),
    responses((status = 201, body = EvidenceView)))]
pub(super) async fn add(
    caller: Caller,
    path: Path<CriterionPath>,
    name: Query<FileName>,
    sent: Sent,
) -> Answer {
    let (case, criterion) = path.into_inner().split();
    let arrived = arrived(&caller, criterion, name.into_inner().name, &sent)?;
    let folder = caller.app.config.data.folder.join("files");
    let (to, stored_as) = (folder.clone(), arrived.stored_as.clone());
    let base = format!("/api/v1/cases/{}/{}/evidence", case.year, case.unit);
    caller.app.block(move |_| files::put(&to, &stored_as, &sent.0)).await?;
    let stored_as = arrived.stored_as.clone();
    let added = caller
        .act_case(case, Object::Assessment, move |act, standing, at| {
            evidence::add(act, standing, &at.form, at.id(), arrived)
        })
        .await;
    if added.is_err() {
        files::discard(&folder, &stored_as);
    }
    let view = EvidenceView::from(added?);
    created(&format!("{base}/{}", view.id), &view)
}

fn arrived(
    caller: &Caller,
    criterion: String,
    name: String,
    sent: &Sent,
) -> Result<evidence::Arrived, Refusal> {
    let bytes = &sent.0;
    if bytes.len() > evidence::MOST_BYTES {
        return Err(evidence::too_large().into());
    }
    Ok(evidence::Arrived {
        criterion,
        name,
        media_type: evidence::media_type(bytes).ok_or_else(evidence::wrong_kind)?,
        size: bytes.len(),
        sha256: sha256(bytes),
        stored_as: caller.app.ids.secret(),
    })
}

/// A file's bytes.
#[utoipa::path(get, path = "/cases/{year}/{unit}/evidence/{id}", operation_id = "get_evidence",
    tag = "Self-assessment", params(ItemPath),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream",
        headers(("ETag" = String, description = "SHA-256 of the bytes")))))]
pub(super) async fn download(caller: Caller, path: Path<ItemPath>) -> Answer {
    let (case, id) = path.into_inner().split();
    let file = caller
        .read_case(case, Object::Assessment, move |db, standing, at| {
            let file = store::evidence_file(db, at.id(), &EvidenceId::from(id))?;
            match sent_only(db, standing, at)? {
                Some(only) if !only.contains(&file.criterion) => Err(Problem::not_found()),
                _ => Ok(file),
            }
        })
        .await?;
    let (folder, name) = (caller.app.config.data.folder.join("files"), file.stored_as.clone());
    let bytes = caller.app.block(move |_| files::get(&folder, &name)).await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, file.media_type))
        .insert_header((header::ETAG, format!("\"{}\"", file.sha256)))
        .insert_header(attachment(file.name))
        .insert_header((header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"))
        .body(bytes))
}

/// Removes a file. Its bytes stay as long as a submission may name it.
#[utoipa::path(delete, path = "/cases/{year}/{unit}/evidence/{id}", operation_id = "remove_evidence",
    tag = "Self-assessment", params(ItemPath), responses((status = 204)))]
pub(super) async fn remove(caller: Caller, path: Path<ItemPath>) -> Answer {
    let (case, id) = path.into_inner().split();
    caller
        .act_case(case, Object::Assessment, move |act, standing, at| {
            evidence::remove(act, standing, &at.form, at.id(), &EvidenceId::from(id))
        })
        .await?;
    Ok(done())
}

/// Always an attachment, never shown by a browser.
pub(super) fn attachment(name: String) -> ContentDisposition {
    let name = ExtendedValue {
        charset: Charset::Ext("UTF-8".to_owned()),
        language_tag: None,
        value: name.into_bytes(),
    };
    ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![DispositionParam::FilenameExt(name)],
    }
}
