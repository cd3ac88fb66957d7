//! Evidence beside the answers: files and links, and the unit's library of them.

use actix_web::HttpResponse;
use actix_web::body::SizedStream;
use actix_web::http::header;
use actix_web::web::{Path, Query};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::answers::sent_only;
use super::at_hand::{AtHand, CasePath, CriterionPath, ItemPath};
use super::body::{Body, Uploaded, attachment, created, done, ok, ok_version, utc};
use super::caller::Caller;
use super::paging::{Page, Paging};
use super::refusal::Answer;
use super::version::Seen;
use crate::app::App;
use crate::assessments::evidence::add::{Added, NewFile, NewLink};
use crate::assessments::evidence::{Details, describe};
use crate::assessments::evidence::{Evidence, Limits, add, library, refusals, remove, store, supersede};
use crate::db::Act;
use crate::identity::rights::Object;
use crate::identity::standing::Standing;
use crate::ids::EvidenceId;
use crate::problem::Problem;

/// A piece of evidence: a file or a link.
#[derive(Debug, Serialize, ToSchema)]
struct EvidenceView {
    /// Identifier.
    id: String,
    /// The criterion it belongs to.
    #[schema(example = "A1")]
    criterion: String,
    /// `file` or `link`.
    kind: &'static str,
    /// A file's name as sent, a link's title.
    #[schema(example = "protokoll.pdf")]
    name: String,
    /// What a file is, by its content.
    #[schema(example = "application/pdf")]
    media_type: Option<String>,
    /// Bytes of a file.
    size: Option<i32>,
    /// SHA-256 of a file's bytes.
    sha256: Option<String>,
    /// What the virus scan knows of a file: `unscanned`, `waiting`, `clean` or `infected`. The bytes of one that is
    /// `waiting` or `infected` are not given out; one that is `infected` does not count.
    scan: Option<&'static str>,
    /// The address of a link, which the service never opens.
    url: Option<String>,
    /// Where in the document: page, section.
    place: String,
    /// What it shows, in short.
    description: String,
    /// Who answers for it in the unit.
    owner: String,
    /// The last day on which it counts as current.
    valid_until: Option<NaiveDate>,
    /// Counts changes of name and details; what `If-Match` takes.
    version: i32,
    /// The submitted piece that this one supersedes.
    supersedes: Option<String>,
    /// When it was added.
    added_at: DateTime<Utc>,
}

impl From<Evidence> for EvidenceView {
    fn from(piece: Evidence) -> EvidenceView {
        let (file, url) = (piece.file().cloned(), piece.url().map(str::to_owned));
        EvidenceView {
            id: piece.id.to_string(),
            criterion: piece.criterion,
            kind: if url.is_some() { "link" } else { "file" },
            name: piece.name,
            media_type: file.as_ref().map(|file| file.media_type.clone()),
            size: file.as_ref().map(|file| file.size),
            sha256: file.as_ref().map(|file| file.sha256.clone()),
            scan: file.as_ref().map(|file| file.scan.as_str()),
            url,
            place: piece.details.place,
            description: piece.details.description,
            owner: piece.details.owner,
            valid_until: piece.details.valid_until,
            version: piece.version,
            supersedes: piece.supersedes.map(|id| id.to_string()),
            added_at: utc(piece.added_at),
        }
    }
}

/// Where a file or link is used.
#[derive(Debug, Serialize, ToSchema)]
struct UseView {
    /// The cycle's year.
    year: i32,
    /// The criterion.
    criterion: String,
}

/// A file or link of the unit.
#[derive(Debug, Serialize, ToSchema)]
struct ItemView {
    /// Its newest piece.
    newest: EvidenceView,
    /// The year of that piece.
    year: i32,
    /// Where it is used, newest first.
    uses: Vec<UseView>,
}

/// The unit's library.
#[derive(Debug, Serialize, ToSchema)]
struct LibraryView {
    /// What it holds, newest first.
    items: Vec<ItemView>,
    /// What the unit's files come to, in bytes.
    used: i64,
    /// The most that they may come to, in bytes.
    quota: i64,
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

/// A link to add.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"url": "doi:10.1000/182", "title": "Studien", "place": "tabell 2"}))]
pub(super) struct LinkBody {
    /// The address, http or https, or a DOI in any of its usual forms.
    #[validate(length(max = 2000))]
    url: String,
    /// What people call it; the address when left out.
    #[serde(default)]
    #[validate(length(max = 120))]
    title: String,
    /// Where in the document: page, section.
    #[serde(default)]
    #[validate(length(max = 200))]
    place: String,
    /// What it shows, in short.
    #[serde(default)]
    #[validate(length(max = 500))]
    description: String,
    /// Who answers for it in the unit.
    #[serde(default)]
    #[validate(length(max = 100))]
    owner: String,
    /// The last day on which it counts as current.
    #[serde(default)]
    valid_until: Option<NaiveDate>,
}

/// A piece that the unit has already.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"evidence": "0198f2a4-7c1e-7d3a-9f51-2f1f6f0f9a10"}))]
pub(super) struct ReuseBody {
    /// Its identifier.
    #[validate(length(max = 64))]
    evidence: String,
}

/// What is told about a piece. All of it is replaced.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"place": "s. 4–6", "owner": "Studierektor", "valid_until": "2027-12-31"}))]
pub(super) struct DetailsBody {
    /// Its name; as it was when left out.
    #[serde(default)]
    #[validate(length(max = 120))]
    name: String,
    /// Where in the document: page, section.
    #[serde(default)]
    #[validate(length(max = 200))]
    place: String,
    /// What it shows, in short.
    #[serde(default)]
    #[validate(length(max = 500))]
    description: String,
    /// Who answers for it in the unit.
    #[serde(default)]
    #[validate(length(max = 100))]
    owner: String,
    /// The last day on which it counts as current.
    #[serde(default)]
    valid_until: Option<NaiveDate>,
}

/// The evidence of a case that the caller may read.
#[utoipa::path(get, path = "/cases/{year}/{unit}/evidence", operation_id = "list_evidence", tag = "Self-assessment",
    params(CasePath, Paging), responses((status = 200, body = Page<EvidenceView>)))]
pub(super) async fn list(caller: Caller, path: Path<CasePath>, paging: Query<Paging>) -> Answer {
    let pieces = caller
        .read_case(path.into_inner(), Object::Assessment, |db, standing, at| {
            let only = sent_only(db, standing, at)?;
            let mut pieces = store::of_case(db, at.id())?;
            pieces.retain(|piece| only.as_ref().is_none_or(|only| only.contains(&piece.criterion)));
            Ok(pieces)
        })
        .await?;
    let views = pieces.into_iter().map(EvidenceView::from).collect();
    ok(&paging.cut(views, |piece: &EvidenceView| piece.id.clone())?)
}

/// Adds a file to a criterion. The body is the file itself; its kind is read from its bytes.
#[utoipa::path(post, path = "/cases/{year}/{unit}/evidence/{criterion}", operation_id = "add_evidence",
    tag = "Self-assessment", params(CriterionPath, FileName),
    request_body(content = Vec<u8>, content_type = "application/octet-stream",
        description = "PDF, DOCX, XLSX, PNG or JPG, at most 20 MiB; at most ten files and links a criterion"),
    responses((status = 201, body = EvidenceView)))]
pub(super) async fn add(
    caller: Caller,
    path: Path<CriterionPath>,
    name: Query<FileName>,
    uploaded: Uploaded,
) -> Answer {
    let (case, criterion) = path.into_inner().split();
    keep(&caller, case, &name.name, &uploaded, move |act, standing, at, file, limits| {
        add::file(act, standing, &at.form, at.id(), &criterion, file, limits)
    })
    .await
}

/// Keeps a file that was sent, and enters it by `enter`; bytes that no piece uses are taken away again.
async fn keep(
    caller: &Caller,
    case: CasePath,
    name: &str,
    uploaded: &Uploaded,
    enter: impl FnOnce(&mut Act<'_>, &Standing, &AtHand, &NewFile, Limits) -> Result<Added, Problem>
    + Send
    + 'static,
) -> Answer {
    let app = &caller.app;
    let (base, limits) = (address(&case), limits(app));
    let file = NewFile::keep(&app.files, &app.ids, name, uploaded.take()?).await?;
    let sent = file.clone();
    let added = caller
        .act_case(case, Object::Assessment, move |act, standing, at| enter(act, standing, at, &sent, limits))
        .await;
    let view = EvidenceView::from(file.settle(&app.files, added).await?);
    created(&format!("{base}/{}", view.id), &view)
}

/// Adds a link to a criterion. It counts as evidence like a file, and is never opened by the service.
#[utoipa::path(post, path = "/cases/{year}/{unit}/evidence/{criterion}/links", operation_id = "add_evidence_link",
    tag = "Self-assessment", params(CriterionPath), request_body = LinkBody,
    responses((status = 201, body = EvidenceView)))]
pub(super) async fn add_link(caller: Caller, path: Path<CriterionPath>, body: Body<LinkBody>) -> Answer {
    let (case, criterion) = path.into_inner().split();
    let base = address(&case);
    let LinkBody { url, title, place, description, owner, valid_until } = body.0;
    let new = NewLink { url, title, details: Details { place, description, owner, valid_until } };
    let added = caller
        .act_case(case, Object::Assessment, move |act, standing, at| {
            add::link(act, standing, &at.form, at.id(), &criterion, &new)
        })
        .await?;
    created(&format!("{base}/{}", added.id), &EvidenceView::from(added))
}

/// Adds a file or link that the unit has on another criterion or in an earlier year.
#[utoipa::path(post, path = "/cases/{year}/{unit}/evidence/{criterion}/reuse", operation_id = "reuse_evidence",
    tag = "Self-assessment", params(CriterionPath), request_body = ReuseBody,
    responses((status = 201, body = EvidenceView)))]
pub(super) async fn reuse(caller: Caller, path: Path<CriterionPath>, body: Body<ReuseBody>) -> Answer {
    let (case, criterion) = path.into_inner().split();
    let (base, id) = (address(&case), EvidenceId::from(body.0.evidence));
    let added = caller
        .act_case(case, Object::Assessment, move |act, standing, at| {
            add::again(act, standing, &at.form, at.id(), &criterion, &id)
        })
        .await?;
    created(&format!("{base}/{}", added.id), &EvidenceView::from(added))
}

/// A file's bytes. A link has none; a file that the virus scan holds is not given out.
#[utoipa::path(get, path = "/cases/{year}/{unit}/evidence/{id}", operation_id = "get_evidence",
    tag = "Self-assessment", params(ItemPath),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream",
        headers(("ETag" = String, description = "SHA-256 of the bytes")))))]
pub(super) async fn download(caller: Caller, path: Path<ItemPath>) -> Answer {
    let (case, id) = path.into_inner().split();
    let piece = caller
        .read_case(case, Object::Assessment, move |db, standing, at| {
            let piece = store::one(db, at.id(), &EvidenceId::from(id))?;
            match sent_only(db, standing, at)? {
                Some(only) if !only.contains(&piece.criterion) => Err(Problem::not_found()),
                _ => Ok(piece),
            }
        })
        .await?;
    refusals::require_served(&piece)?;
    let file = piece.file().ok_or_else(Problem::not_found)?;
    let bytes = caller.app.files.get(&file.stored_as).await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, file.media_type.clone()))
        .insert_header((header::ETAG, format!("\"{}\"", file.sha256)))
        .insert_header(attachment(piece.name.clone()))
        .insert_header((header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"))
        .body(SizedStream::new(u64::try_from(file.size).unwrap_or(0), bytes)))
}

/// Changes what is told about a piece, over the version that was read.
#[utoipa::path(put, path = "/cases/{year}/{unit}/evidence/{id}", operation_id = "describe_evidence",
    tag = "Self-assessment", params(ItemPath), request_body = DetailsBody,
    responses((status = 200, body = EvidenceView, headers(("ETag" = String, description = "The new version")))))]
pub(super) async fn describe(
    caller: Caller,
    path: Path<ItemPath>,
    seen: Seen,
    body: Body<DetailsBody>,
) -> Answer {
    let (case, id) = path.into_inner().split();
    let DetailsBody { name, place, description, owner, valid_until } = body.0;
    let details = Details { place, description, owner, valid_until };
    let changed = caller
        .act_case(case, Object::Assessment, move |act, standing, at| {
            let told = (seen.0, name.as_str(), &details);
            describe::describe(act, standing, &at.form, at.id(), &EvidenceId::from(id), told)
        })
        .await?;
    ok_version(changed.version, &EvidenceView::from(changed))
}

/// Removes a piece. A file's bytes stay as long as a criterion or a submission names them.
#[utoipa::path(delete, path = "/cases/{year}/{unit}/evidence/{id}", operation_id = "remove_evidence",
    tag = "Self-assessment", params(ItemPath), responses((status = 204)))]
pub(super) async fn remove(caller: Caller, path: Path<ItemPath>) -> Answer {
    let (case, id) = path.into_inner().split();
    caller
        .act_case(case, Object::Assessment, move |act, standing, at| {
            remove::remove(act, standing, &at.form, at.id(), &EvidenceId::from(id))
        })
        .await?;
    Ok(done())
}

/// After the submission: adds a newer version of a file beside it. The body is the file itself.
#[utoipa::path(post, path = "/cases/{year}/{unit}/evidence/{id}/versions", operation_id = "supersede_evidence",
    tag = "Self-assessment", params(ItemPath, FileName),
    request_body(content = Vec<u8>, content_type = "application/octet-stream",
        description = "As for a new file"),
    responses((status = 201, body = EvidenceView)))]
pub(super) async fn supersede(
    caller: Caller,
    path: Path<ItemPath>,
    name: Query<FileName>,
    uploaded: Uploaded,
) -> Answer {
    let (case, id) = path.into_inner().split();
    keep(&caller, case, &name.name, &uploaded, move |act, standing, at, file, limits| {
        supersede::supersede(act, standing, &at.form, at.id(), &EvidenceId::from(id), file, limits)
    })
    .await
}

/// The unit's library: its files and links of this year and those before, with where each is used.
#[utoipa::path(get, path = "/cases/{year}/{unit}/evidence-library", operation_id = "list_evidence_library",
    tag = "Self-assessment", params(CasePath), responses((status = 200, body = LibraryView)))]
pub(super) async fn library(caller: Caller, path: Path<CasePath>) -> Answer {
    let found = caller
        .read_case(path.into_inner(), Object::Assessment, |db, standing, at| {
            library::of(db, standing, &at.case)
        })
        .await?;
    let item = |item: library::Item| ItemView {
        newest: item.newest.into(),
        year: item.year,
        uses: item.uses.into_iter().map(|(year, criterion)| UseView { year, criterion }).collect(),
    };
    ok(&LibraryView {
        items: found.items.into_iter().map(item).collect(),
        used: found.used,
        quota: limits(&caller.app).quota,
    })
}

fn address(case: &CasePath) -> String {
    format!("/api/v1/cases/{}/{}/evidence", case.year, case.unit)
}

fn limits(app: &App) -> Limits {
    Limits { quota: app.config.files.quota, scanned: app.config.files.scanner.is_some() }
}
