//! Documents that were issued, as stored bytes.

use actix_web::HttpRequest;
use actix_web::web::{Path, Query};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::at_hand::CasePath;
use super::body::{self, Sent, ok, utc};
use super::caller::Caller;
use super::paging::{Page, Paging};
use super::refusal::Answer;
use crate::identity::rights::Object;
use crate::problem::Problem;
use crate::reports::gather::{self, Audience};
use crate::results::documents::{self, Issued, Verdict};
use crate::text::Lang;

/// An issued document, without its bytes.
#[derive(Debug, Serialize, ToSchema)]
struct DocumentView {
    /// Identifier.
    id: String,
    /// `sv` or `en`.
    language: &'static str,
    /// SHA-256 of its bytes.
    digest: String,
    /// When it was issued.
    issued_at: DateTime<Utc>,
}

impl From<Issued> for DocumentView {
    fn from(issued: Issued) -> DocumentView {
        DocumentView {
            id: issued.id.to_string(),
            language: issued.language.tag(),
            digest: issued.digest,
            issued_at: utc(issued.issued_at),
        }
    }
}

/// In which language.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct InLanguage {
    /// `sv` or `en`; the caller's when not said.
    #[param(value_type = Option<String>, pattern = "^(sv|en)$")]
    pub(super) language: Option<Lang>,
}

/// Whether a file is one of ours.
#[derive(Debug, Serialize, ToSchema)]
struct VerdictView {
    /// `genuine`, `superseded` by a newer version, or `unknown`: not issued here, or altered since.
    verdict: &'static str,
    /// When it was issued.
    issued_at: Option<DateTime<Utc>>,
}

impl From<Verdict> for VerdictView {
    fn from(verdict: Verdict) -> VerdictView {
        let (verdict, issued) = match verdict {
            Verdict::Genuine(issued) => ("genuine", Some(issued)),
            Verdict::Superseded(issued) => ("superseded", Some(issued)),
            Verdict::Unknown => ("unknown", None),
        };
        VerdictView { verdict, issued_at: issued.map(|issued| utc(issued.issued_at)) }
    }
}

/// The issued documents of a case, oldest first.
#[utoipa::path(get, path = "/cases/{year}/{unit}/documents", operation_id = "list_documents", tag = "Results",
    params(CasePath, Paging), responses((status = 200, body = Page<DocumentView>)))]
pub(super) async fn list(caller: Caller, path: Path<CasePath>, paging: Query<Paging>) -> Answer {
    let issued = caller
        .read_case(path.into_inner(), Object::Result, |db, standing, at| {
            documents::list(db, standing, &at.case)
        })
        .await?;
    let views = issued.into_iter().map(DocumentView::from).collect();
    ok(&paging.cut(views, |document: &DocumentView| document.id.clone())?)
}

/// The newest issued report as PDF, for callers who may read all that it holds.
#[utoipa::path(get, path = "/cases/{year}/{unit}/documents/report.pdf", operation_id = "get_report",
    tag = "Results", params(CasePath, InLanguage),
    responses((status = 200, body = Vec<u8>, content_type = "application/pdf",
        headers(("ETag" = String, description = "SHA-256 of the bytes"))),
        (status = 304, description = "The caller has these bytes: If-None-Match named them")))]
pub(super) async fn report(
    caller: Caller,
    path: Path<CasePath>,
    asked: Query<InLanguage>,
    request: HttpRequest,
) -> Answer {
    let lang = asked.language.unwrap_or(caller.lang);
    let name = format!("usve-{}-{}-{}.pdf", path.unit, path.year, lang.tag());
    let (_, bytes) = caller
        .read_case(path.into_inner(), Object::Result, move |db, standing, at| {
            let reader = Audience::Reader(standing);
            if !gather::DOCUMENT_PARTS.iter().all(|part| reader.may(&at.case, *part)) {
                return Err(Problem::not_found());
            }
            documents::newest(db, standing, &at.case, lang)?.ok_or_else(Problem::not_found)
        })
        .await?;
    Ok(body::pdf(&request, name, bytes))
}

/// Says whether a file is an issued document, to whoever holds it. The body is the file.
#[utoipa::path(post, path = "/documents/verification", operation_id = "verify_document", tag = "Results",
    request_body(content = Vec<u8>, content_type = "application/pdf"),
    responses((status = 200, body = VerdictView)))]
pub(super) async fn verify(caller: Caller, sent: Sent) -> Answer {
    let verdict = caller.read(move |db, _| documents::verify(db, &sent.0)).await?;
    ok(&VerdictView::from(verdict))
}
