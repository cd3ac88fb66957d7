//! What the rules find before a submission, and what was submitted: receipts, the answers as PDF, differences.

use actix_web::HttpRequest;
use actix_web::web::{Path, Query};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::at_hand::{AtHand, CasePath};
use super::body::{self, ok, utc};
use super::caller::Caller;
use super::documents::InLanguage;
use super::paging::{Page, Paging};
use super::refusal::Answer;
use crate::app::App;
use crate::assessments::beside::Beside;
use crate::assessments::difference::{Change, Changed, CriterionChange};
use crate::assessments::receipt::{self, Receipt};
use crate::assessments::rules::{self, Checked, Finding};
use crate::assessments::snapshot::Snapshot;
use crate::assessments::store;
use crate::cycles::Case;
use crate::db::Db;
use crate::forms::Form;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::problem::Problem;
use crate::reports::{Report, gather, pdf};
use crate::reviews::reading;
use crate::text::Lang;

/// Everything that the rules find.
#[derive(Debug, Serialize, ToSchema)]
struct CheckView {
    /// Whether nothing stops the submission.
    complete: bool,
    /// What was found: what stops submission first, then warnings, each in form order.
    findings: Vec<FindingView>,
}

/// One thing that a rule has found.
#[derive(Debug, Serialize, ToSchema)]
struct FindingView {
    /// `save`: a value that cannot be read; `submit`: something needed is not there; `warning`: stops nothing.
    level: &'static str,
    /// Stable name of what it is.
    #[schema(example = "missing")]
    code: &'static str,
    /// Where it stands: a JSON pointer into the case.
    #[schema(example = "/A3/goals/0/goal")]
    pointer: String,
    /// The criterion, or `background`.
    criterion: String,
    /// The field, in tables with row and column; empty when the whole criterion is meant.
    field: String,
    /// What to do, in the language asked for.
    message: String,
}

impl FindingView {
    fn of(finding: Finding, lang: Lang) -> FindingView {
        FindingView {
            level: finding.level.as_str(),
            code: finding.code,
            pointer: finding.pointer(),
            message: finding.message.get(lang).to_owned(),
            criterion: finding.criterion,
            field: finding.field,
        }
    }
}

/// A submission without its answers.
#[derive(Debug, Serialize, ToSchema)]
struct ReceiptView {
    /// Counts from 1.
    number: i32,
    /// The code on the document; none for callers who may not read all that it stands for.
    #[schema(example = "1A2B-3C4D-5E6F")]
    code: Option<String>,
    /// SHA-256 of the answers as they were submitted; none for the same callers, since it would tell what is kept from
    /// them.
    digest: Option<String>,
    /// Whether it came after the shown hour, in the grace.
    late: bool,
    /// Who signed it.
    submitted_by: String,
    /// When.
    submitted_at: DateTime<Utc>,
}

impl ReceiptView {
    fn of(receipt: Receipt, reads_all: bool) -> ReceiptView {
        ReceiptView {
            number: receipt.number,
            code: reads_all.then(|| receipt.code()),
            digest: reads_all.then_some(receipt.digest),
            late: receipt.late,
            submitted_by: receipt.submitted_by.to_string(),
            submitted_at: utc(receipt.submitted_at),
        }
    }
}

/// Which submission, in which language.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct WhichSubmission {
    /// The submission's number; the newest when not said.
    number: Option<i32>,
    /// `sv` or `en`; the caller's when not said.
    #[param(value_type = Option<String>, pattern = "^(sv|en)$")]
    language: Option<Lang>,
}

/// Which two submissions.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Between {
    /// The number of the earlier one; the one before when not said.
    from: Option<i32>,
    /// The number of the later one; the newest when not said.
    to: Option<i32>,
}

/// What changed between two submissions.
#[derive(Debug, Serialize, ToSchema)]
struct DifferenceView {
    /// How many submissions there are to choose from. With one there is nothing to compare, and `from` is `to`.
    submissions: usize,
    /// The number of the earlier one.
    from: i32,
    /// The number of the later one.
    to: i32,
    /// The criteria in which something changed.
    criteria: Vec<CriterionView>,
}

/// What changed in one criterion.
#[derive(Debug, Serialize, ToSchema)]
struct CriterionView {
    /// The criterion, or `background`.
    criterion: String,
    /// Its title.
    title: String,
    /// What changed.
    changes: Vec<ChangeView>,
}

/// How one field changed: in pieces of text, or in rows of a table.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ChangeView {
    /// The field; `evidence`, `declared_missing` and `not_applicable` for what stands beside.
    field: String,
    /// The question.
    label: String,
    /// The text in pieces, in reading order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pieces: Vec<PieceView>,
    /// The heads of a table.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    heads: Vec<String>,
    /// The rows of both versions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rows: Vec<RowView>,
}

/// A piece of a text.
#[derive(Debug, Serialize, ToSchema)]
struct PieceView {
    /// `same`, `added` or `removed`.
    kind: &'static str,
    /// The words.
    text: String,
}

/// A row of a table.
#[derive(Debug, Serialize, ToSchema)]
struct RowView {
    /// `same`, `added` or `removed`.
    kind: &'static str,
    /// Its cells.
    cells: Vec<String>,
}

impl From<CriterionChange> for CriterionView {
    fn from(change: CriterionChange) -> CriterionView {
        CriterionView {
            criterion: change.criterion,
            title: change.title,
            changes: change.changes.into_iter().map(ChangeView::from).collect(),
        }
    }
}

impl From<Changed> for ChangeView {
    fn from(changed: Changed) -> ChangeView {
        let mut view = ChangeView {
            field: changed.field,
            label: changed.label,
            pieces: Vec::new(),
            heads: Vec::new(),
            rows: Vec::new(),
        };
        match changed.change {
            Change::Text(pieces) => {
                let piece = |piece: crate::assessments::difference::Piece| PieceView {
                    kind: piece.kind.as_str(),
                    text: piece.text,
                };
                view.pieces = pieces.into_iter().map(piece).collect();
            }
            Change::Table { heads, rows } => {
                let row = |row: crate::assessments::difference::Row| RowView {
                    kind: row.kind.as_str(),
                    cells: row.cells,
                };
                view.heads = heads;
                view.rows = rows.into_iter().map(row).collect();
            }
        }
        view
    }
}

/// What the rules find before a submission, on three levels; warnings stop nothing. For the unit.
#[utoipa::path(get, path = "/cases/{year}/{unit}/check", operation_id = "check_submission", tag = "Self-assessment",
    params(CasePath), responses((status = 200, body = CheckView)))]
pub(super) async fn check(caller: Caller, path: Path<CasePath>) -> Answer {
    let (lang, app) = (caller.lang, caller.app.clone());
    let findings = caller
        .read_case(path.into_inner(), Object::Assessment, move |db, standing, at| {
            standing.require(&at.reference(), Object::Team, Deed::Read)?;
            let entered = store::entered(db, at.id())?;
            let beside = Beside::load(db, &app.forms, &at.case, app.clock.now())?;
            Ok(rules::check(&Checked {
                form: &at.form,
                entered: &entered,
                period: at.case.period(),
                beside: Some(&beside),
            }))
        })
        .await?;
    let complete = !findings.iter().any(Finding::stops);
    let findings = findings.into_iter().map(|finding| FindingView::of(finding, lang)).collect();
    ok(&CheckView { complete, findings })
}

/// Every submission of the case, without answers.
#[utoipa::path(get, path = "/cases/{year}/{unit}/submissions", operation_id = "list_submissions",
    tag = "Self-assessment", params(CasePath, Paging), responses((status = 200, body = Page<ReceiptView>)))]
pub(super) async fn list(caller: Caller, path: Path<CasePath>, paging: Query<Paging>) -> Answer {
    let views = caller
        .read_case(path.into_inner(), Object::Assessment, |db, standing, at| {
            let reading = reading::of_case(db, standing, &at.case)?;
            let reads_all = reading.only.is_none() && !reading.hides_level;
            let receipts = receipt::of_case(db, standing, &at.case)?.into_iter();
            Ok(receipts.map(|receipt| ReceiptView::of(receipt, reads_all)).collect::<Vec<_>>())
        })
        .await?;
    ok(&paging.cut(views, |receipt: &ReceiptView| format!("{:08}", receipt.number))?)
}

/// The answers of a submission as PDF, for callers who may read all of them.
#[utoipa::path(get, path = "/cases/{year}/{unit}/submission/answers.pdf", operation_id = "get_answers_document",
    tag = "Self-assessment", params(CasePath, WhichSubmission),
    responses((status = 200, body = Vec<u8>, content_type = "application/pdf",
        headers(("ETag" = String, description = "SHA-256 of the bytes"))),
        (status = 304, description = "The caller has these bytes: If-None-Match named them")))]
pub(super) async fn document(
    caller: Caller,
    path: Path<CasePath>,
    asked: Query<WhichSubmission>,
    request: HttpRequest,
) -> Answer {
    let lang = asked.language.unwrap_or(caller.lang);
    let (number, app) = (asked.number, caller.app.clone());
    let (name, kept, report) = caller
        .read_case(path.into_inner(), Object::Assessment, move |db, standing, at| {
            whole(db, standing, &at.case)?;
            let submission = receipt::submission(db, standing, &at.case, number)?;
            let name = receipt::file_name(&at.case, submission.number, lang);
            if let Some(bytes) = receipt::document(db, &submission.id, lang)? {
                return Ok((name, bytes, None));
            }
            let form = form_of(&app, at, &Snapshot::of(&submission)?.form);
            let report = gather::submission(db, &form, &at.case, &submission, lang)?;
            Ok((name, Vec::new(), Some(report)))
        })
        .await?;
    let bytes = match report {
        None => kept,
        Some(report) => {
            caller.app.block(move |_| pdf::render(&Report::from(&report)).map_err(Problem::internal)).await?
        }
    };
    Ok(body::pdf(&request, name, bytes))
}

/// What stands in the form now as PDF, with a watermark, for callers who may read all of it. Refused when the answers are
/// submitted: the submission has a document of its own.
#[utoipa::path(get, path = "/cases/{year}/{unit}/answers.pdf", operation_id = "get_draft_document",
    tag = "Self-assessment", params(CasePath, InLanguage),
    responses((status = 200, body = Vec<u8>, content_type = "application/pdf",
        headers(("ETag" = String, description = "SHA-256 of the bytes")))))]
pub(super) async fn draft(
    caller: Caller,
    path: Path<CasePath>,
    asked: Query<InLanguage>,
    request: HttpRequest,
) -> Answer {
    let lang = asked.language.unwrap_or(caller.lang);
    let app = caller.app.clone();
    let (name, report) = caller
        .read_case(path.into_inner(), Object::Assessment, move |db, standing, at| {
            whole(db, standing, &at.case)?;
            let report = gather::draft(db, &at.form, &at.case, app.clock.now(), lang)?;
            Ok((receipt::draft_name(&at.case, lang), Report::from(&report)))
        })
        .await?;
    let bytes = caller.app.block(move |_| pdf::render(&report).map_err(Problem::internal)).await?;
    Ok(body::pdf(&request, name, bytes))
}

/// Refuses who may not read all of the self-assessment: a document is whole, and who reads a part of it only reads that
/// elsewhere.
fn whole(db: &mut Db, standing: &Standing, case: &Case) -> Result<(), Problem> {
    let reading = reading::of_case(db, standing, case)?;
    if reading.only.is_some() || reading.hides_level { Err(Problem::not_found()) } else { Ok(()) }
}

/// What changed between two submissions, word by word, as far as the caller may read it.
#[utoipa::path(get, path = "/cases/{year}/{unit}/difference", operation_id = "compare_submissions",
    tag = "Self-assessment", params(CasePath, Between), responses((status = 200, body = DifferenceView)))]
pub(super) async fn difference(caller: Caller, path: Path<CasePath>, between: Query<Between>) -> Answer {
    let (lang, app) = (caller.lang, caller.app.clone());
    let between = *between;
    let found = caller
        .read_case(path.into_inner(), Object::Assessment, move |db, standing, at| {
            let form = |key: &str| Ok(form_of(&app, at, key));
            reading::difference(db, standing, &at.case, (between.from, between.to), form, lang)
        })
        .await?;
    let criteria = found.changes.into_iter().map(CriterionView::from).collect();
    ok(&DifferenceView { submissions: found.receipts.len(), from: found.from, to: found.to, criteria })
}

/// The form that a submission was answered on.
fn form_of(app: &App, at: &AtHand, key: &str) -> std::sync::Arc<Form> {
    app.forms.get(key).unwrap_or_else(|| std::sync::Arc::clone(&at.form))
}
