//! The receipt of every submission, and the answers as PDF.

use actix_web::HttpRequest;
use actix_web::web::{Data, Query};
use askama::Template;
use serde::Deserialize;

use super::{Place, form_of, readable};
use crate::app::App;
use crate::assessments::receipt::{self, Receipt};
use crate::assessments::snapshot::Snapshot;
use crate::cycles::Case;
use crate::identity::store::Names;
use crate::problem::Problem;
use crate::reports::{Report, gather, pdf};
use crate::text::{self, Lang};
use crate::web::respond::{self, Answer, page};
use crate::web::{Page, Viewer};

#[derive(Template)]
#[template(path = "unit/receipt.html")]
struct ReceiptPage {
    page: Page,
    lang: Lang,
    case: Case,
    receipts: Vec<Receipt>,
    names: Names,
}

impl ReceiptPage {
    fn who(&self, receipt: &Receipt) -> &str {
        self.names.get(&receipt.submitted_by).map(String::as_str).unwrap_or_default()
    }

    fn when(&self, receipt: &Receipt) -> String {
        text::moment(receipt.submitted_at, self.lang)
    }
}

/// `GET /enhet/{unit}/{year}/kvitto`.
pub async fn show(viewer: Viewer, place: Place) -> Answer {
    let (slug, year) = place.into_inner();
    let lang = viewer.lang;
    let (case, receipts, names) = viewer
        .read(move |db, standing| {
            let case = readable(db, standing, &slug, year)?;
            let receipts = receipt::of_case(db, standing, &case)?;
            if receipts.is_empty() {
                return Err(Problem::not_found());
            }
            Ok((case, receipts, crate::identity::store::names(db)?))
        })
        .await?;
    let shown = viewer
        .page(lang.t("Kvitto", "Receipt"))
        .under(lang.t("Mina uppgifter", "My tasks"), "/")
        .under(format!("{} {year}", case.unit.name), case.path());
    page(&ReceiptPage { page: shown, lang, case, receipts, names })
}

/// Which submission, and in which language.
#[derive(Debug, Deserialize)]
pub struct Asking {
    version: Option<i32>,
    sprak: Option<String>,
}

/// `GET /enhet/{unit}/{year}/svar.pdf?version=1&sprak=sv|en`: the newest submission when no version is said.
pub async fn file(
    app: Data<App>,
    viewer: Viewer,
    place: Place,
    asking: Query<Asking>,
    request: HttpRequest,
) -> Answer {
    let (slug, year) = place.into_inner();
    let Asking { version, sprak } = asking.into_inner();
    let lang = sprak.as_deref().and_then(Lang::from_tag).unwrap_or(viewer.lang);
    let service = app.get_ref().clone();
    let (name, kept, report) = viewer
        .read(move |db, standing| {
            let case = readable(db, standing, &slug, year)?;
            let submission = receipt::submission(db, standing, &case, version)?;
            let name = receipt::file_name(&case, submission.number, lang);
            if let Some(bytes) = receipt::document(db, &submission.id, lang)? {
                return Ok((name, bytes, None));
            }
            // Until the job has kept it, the same bytes are made here: they depend on the submission alone.
            let key = Snapshot::of(&submission)?.form;
            let form = match service.forms.get(&key) {
                Some(form) => form,
                None => form_of(&service, &case)?,
            };
            let report = gather::submission(db, &form, &case, &submission, lang)?;
            Ok((name, Vec::new(), Some(report)))
        })
        .await?;
    let bytes = match report {
        None => kept,
        Some(report) => {
            app.block(move |_| pdf::render(&Report::from(&report)).map_err(Problem::internal)).await?
        }
    };
    Ok(respond::pdf(&request, &name, bytes))
}
