//! The answers as an Excel workbook, and what would change by one that comes back.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Path, Query};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use utoipa::{IntoParams, ToSchema};

use super::at_hand::CasePath;
use super::body::{Uploaded, attachment, ok_version, utc};
use super::caller::Caller;
use super::receipts::ChangeView;
use super::refusal::{Answer, ErrorAt, Refusal};
use super::version::{Seen, tag};
use crate::assessments::difference::Changed;
use crate::assessments::last_year;
use crate::assessments::progress::Entered;
use crate::assessments::store;
use crate::assessments::workbook::plan::{FieldPlan, Plan};
use crate::assessments::workbook::take::{self, pointer, version_of_all};
use crate::assessments::workbook::write::{Source, write};
use crate::assessments::workbook::{self, Answers, plan_for, require_of_unit, require_reader};
use crate::files::Kind;
use crate::identity::rights::Object;
use crate::text::Lang;

/// What to do with a workbook.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// Tell what would change and keep nothing. Needs no `If-Match`; the answer's `ETag` is the one to send next.
    #[serde(default)]
    #[param(required = false)]
    dry_run: bool,
    /// JSON pointers of the answers to save, with commas between; those that are `suggested` when not said.
    #[param(example = "/A1/meetings_held,/E2/papers")]
    take: Option<String>,
}

/// What would change by a workbook, or has.
#[derive(Debug, Serialize, ToSchema)]
struct WorkbookView {
    /// Whether this was only tried.
    dry_run: bool,
    /// How many answers are the same as what is saved.
    same: usize,
    /// The answers that differ, in form order.
    changes: Vec<ProposalView>,
    /// What others have changed since the workbook was taken out and it leaves as it was: JSON pointers. It is kept.
    kept: Vec<String>,
    /// What cannot be read.
    unreadable: Vec<UnreadableView>,
}

/// One answer that differs.
#[derive(Debug, Serialize, ToSchema)]
struct ProposalView {
    /// Where it is in the case.
    #[schema(example = "/A1/meetings_held")]
    pointer: String,
    /// The criterion, or `background`.
    criterion: String,
    /// The version of the criterion that is there now, or was when this was saved.
    version: i32,
    /// From what is saved to what the workbook holds.
    change: ChangeView,
    /// What is saved, as it is stored.
    now: Json,
    /// What the workbook holds, as it would be stored.
    new: Json,
    /// Whether somebody else has changed it since the workbook was taken out: taking it needs its pointer.
    newer: bool,
    /// Who has.
    changed_by: Option<String>,
    /// When.
    changed_at: Option<DateTime<Utc>>,
    /// Whether it takes an answer away: taking it needs its pointer.
    erases: bool,
    /// Whether it is saved when no pointers are given.
    suggested: bool,
    /// Whether it was saved.
    taken: bool,
    /// Why it cannot be written now.
    closed: Option<String>,
    /// What would have to be mended before submission.
    issues: Vec<ErrorAt>,
}

/// Something in a workbook that cannot be read.
#[derive(Debug, Serialize, ToSchema)]
struct UnreadableView {
    /// The sheet.
    sheet: String,
    /// The cell; empty when the whole sheet is meant.
    #[schema(example = "E12")]
    cell: String,
    /// A stable word: `formula`, `fault`, `not_yes_or_no`, `version`, `unknown_field`, `row_repeated`, `column_missing` or
    /// `too_many_rows`.
    code: &'static str,
    /// What to do.
    message: String,
}

impl WorkbookView {
    fn new(plan: Plan, found: Answers, taken: Option<&[String]>, lang: Lang) -> WorkbookView {
        let mut changes = Vec::new();
        for criterion in plan.criteria {
            let closed = criterion.closed.map(|why| why.get(lang).to_owned());
            for change in criterion.changes {
                let (id, version) = (&criterion.criterion, criterion.version);
                let mut view = ProposalView::new(id, version, change, closed.clone(), lang);
                view.taken = taken.is_some_and(|taken| taken.contains(&view.pointer));
                changes.push(view);
            }
        }
        let unreadable = found.unreadable.into_iter().map(|one| UnreadableView {
            message: one.message.get(lang).to_owned(),
            sheet: one.sheet,
            cell: one.cell,
            code: one.code,
        });
        WorkbookView {
            dry_run: taken.is_none(),
            same: plan.same,
            changes,
            kept: plan.kept.iter().map(|one| pointer(&one.criterion, &one.field)).collect(),
            unreadable: unreadable.collect(),
        }
    }
}

impl ProposalView {
    fn new(
        criterion: &str,
        version: i32,
        change: FieldPlan,
        closed: Option<String>,
        lang: Lang,
    ) -> ProposalView {
        let newer = change.newer.as_ref();
        ProposalView {
            pointer: pointer(criterion, &change.field),
            criterion: criterion.to_owned(),
            version,
            newer: newer.is_some(),
            changed_by: newer.and_then(|newer| newer.who.as_ref()).map(ToString::to_string),
            changed_at: newer.and_then(|newer| newer.at).map(utc),
            issues: change
                .issues
                .iter()
                .map(|issue| ErrorAt {
                    pointer: pointer(criterion, &issue.field),
                    code: issue.code.to_owned(),
                    message: issue.message.get(lang).to_owned(),
                })
                .collect(),
            erases: change.erases,
            suggested: change.suggested,
            taken: false,
            closed,
            now: change.now,
            new: change.new,
            change: Changed { field: change.field, label: change.label, change: change.change }.into(),
        }
    }
}

/// The answers as they are now, as an Excel workbook to write in.
#[utoipa::path(get, path = "/cases/{year}/{unit}/workbook", operation_id = "get_workbook", tag = "Self-assessment",
    params(CasePath), responses((status = 200, body = Vec<u8>,
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        headers(("ETag" = String, description = "The version of all answers together")))))]
pub(super) async fn get(caller: Caller, path: Path<CasePath>) -> Answer {
    let (lang, app) = (caller.lang, caller.app.clone());
    let (name, version, bytes) = caller
        .read_case(path.into_inner(), Object::Assessment, move |db, standing, at| {
            require_reader(standing, &at.case)?;
            let entered = store::entered(db, at.id())?.seen_by(standing, &at.reference());
            let last = last_year::of(db, &app.forms, &at.case)?;
            let (last, now) = (last.as_ref(), app.clock.now());
            let source = Source { case: &at.case, form: &at.form, entered: &entered, last, now, lang };
            Ok((workbook::file_name(&at.case, lang), version_of_all(&entered), write(&source)?))
        })
        .await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, Kind::Xlsx.media_type()))
        .insert_header((header::ETAG, tag(version)))
        .insert_header(attachment(name))
        .body(bytes))
}

/// Brings answers back out of a workbook. The body is the file itself. What others have changed since the workbook was
/// taken out, and what takes an answer away, is saved only when `take` names it. All that is saved is saved in one act,
/// over the version of all answers in `If-Match`; with `dry_run` nothing is.
#[utoipa::path(post, path = "/cases/{year}/{unit}/workbook", operation_id = "bring_workbook", tag = "Self-assessment",
    params(CasePath, Asked),
    request_body(content = Vec<u8>, content_type = "application/octet-stream",
        description = "XLSX of at most 5 MB, as it was taken from here"),
    responses((status = 200, body = WorkbookView,
        headers(("ETag" = String, description = "The version of all answers together")))))]
pub(super) async fn bring(
    caller: Caller,
    path: Path<CasePath>,
    asked: Query<Asked>,
    seen: Result<Seen, Refusal>,
    uploaded: Uploaded,
) -> Answer {
    let (path, lang) = (path.into_inner(), caller.lang);
    let received = uploaded.take()?;
    let found = caller
        .read_case(path.clone(), Object::Assessment, move |_, standing, at| {
            require_of_unit(standing, &at.case)?;
            workbook::open(&received, &at.case, &at.form).map(|(_, found)| found)
        })
        .await?;
    if asked.dry_run {
        let (plan, entered) = planned(&caller, path, found.clone()).await?;
        return ok_version(version_of_all(&entered), &WorkbookView::new(plan, found, None, lang));
    }
    let seen = seen?.0;
    let wanted: Option<Vec<String>> = asked.take.as_ref().map(|take| {
        take.split(',').map(str::trim).filter(|one| !one.is_empty()).map(str::to_owned).collect()
    });
    let sent = found.clone();
    let taken = caller
        .act_case(path.clone(), Object::Assessment, move |act, standing, at| {
            let over = (seen, wanted.as_deref());
            let (plan, taken) = take::out_of(act, standing, &at.form, &at.case, &sent.proposals, over, lang)?;
            Ok((plan, taken, version_of_all(&store::entered(act.db, at.id())?)))
        })
        .await;
    match taken {
        Ok((plan, taken, version)) => {
            ok_version(version, &WorkbookView::new(plan, found, Some(&taken), lang))
        }
        Err(refusal) if refusal.is_stale() => {
            let (plan, entered) = planned(&caller, path, found.clone()).await?;
            let view = WorkbookView::new(plan, found, None, lang);
            Err(refusal.with_newer(version_of_all(&entered), &view))
        }
        Err(refusal) => Err(refusal),
    }
}

async fn planned(caller: &Caller, path: CasePath, found: Answers) -> Result<(Plan, Entered), Refusal> {
    let lang = caller.lang;
    caller
        .read_case(path, Object::Assessment, move |db, standing, at| {
            plan_for(db, standing, &at.form, &at.case, &found.proposals, lang)
        })
        .await
}
