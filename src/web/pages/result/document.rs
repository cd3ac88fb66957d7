//! The report as a document: the issued one as stored, and before that a draft that is made anew each time.
//!
//! The issued document holds everything about the case. A reader who may not read all of that gets an extract with what
//! they may read, made anew each time and marked as one.

use actix_web::HttpRequest;
use actix_web::web::{Data, Query};
use askama::Template;
use serde::Deserialize;

use super::{found_version, page_below};
use crate::app::App;
use crate::cycles::Case;
use crate::db::Db;
use crate::identity::standing::Standing;
use crate::problem::Problem;
use crate::reports::gather::{self, Audience};
use crate::reports::{Report, html, pdf};
use crate::results;
use crate::text::Lang;
use crate::web::pages::unit::Place;
use crate::web::respond::{self, Answer, page};
use crate::web::{Page, Viewer};

/// The language asked for.
#[derive(Debug, Deserialize)]
pub struct Asking {
    sprak: Option<String>,
    version: Option<i32>,
}

impl Asking {
    fn lang(&self, viewer: &Viewer) -> Lang {
        self.sprak.as_deref().and_then(Lang::from_tag).unwrap_or(viewer.lang)
    }
}

/// A document on its way: as stored, or to be laid out.
enum Copy {
    Stored(Vec<u8>),
    Made(Box<Report>),
}

/// `GET /enhet/{unit}/{year}/rapport.pdf?sprak=sv|en&version=1`.
pub async fn file(
    app: Data<App>,
    viewer: Viewer,
    place: Place,
    asking: Query<Asking>,
    request: HttpRequest,
) -> Answer {
    let (slug, year) = place.into_inner();
    let (lang, service) = (asking.lang(&viewer), app.get_ref().clone());
    let (unit, version) = (slug.clone(), asking.version);
    let copy =
        viewer.read(move |db, standing| copy(db, standing, &service, (&unit, year), version, lang)).await?;
    let bytes = match copy {
        Copy::Stored(bytes) => bytes,
        Copy::Made(report) => app.block(move |_| pdf::render(&report).map_err(Problem::internal)).await?,
    };
    Ok(respond::pdf(&request, &format!("usve-{slug}-{year}-{}.pdf", lang.tag()), bytes))
}

fn copy(
    db: &mut Db,
    standing: &Standing,
    app: &App,
    place: (&str, i32),
    version: Option<i32>,
    lang: Lang,
) -> Result<Copy, Problem> {
    let found = found_version(db, standing, app, place, version)?;
    let reader = Audience::Reader(standing);
    let whole = gather::DOCUMENT_PARTS.iter().all(|part| reader.may(&found.case, *part));
    if whole && let Some(fixed) = &found.result.fixed {
        let issued = results::documents::of_version(db, standing, &found.case, &fixed.id, lang)?;
        if let Some((_, bytes)) = issued {
            return Ok(Copy::Stored(bytes));
        }
    }
    // Until the job has stored it, the same bytes are made here: they depend on the result alone.
    let fixed = found.result.fixed.is_some();
    let audience = if whole && fixed { Audience::Document } else { reader };
    let mut report = Report::from(&gather::unit(db, &found.asked(app, audience, lang))?);
    if fixed && !whole {
        extract(&mut report);
    }
    Ok(Copy::Made(Box::new(report)))
}

/// Marks a report of what one reader may read.
fn extract(report: &mut Report) {
    report.watermark = Some(report.language.t("Utdrag", "Extract").to_owned());
    report.code.clear();
}

#[derive(Template)]
#[template(path = "result/report.html")]
struct ReportPage {
    page: Page,
    lang: Lang,
    case: Case,
    report: String,
}

/// `GET /enhet/{unit}/{year}/rapport?sprak=sv|en`: what the reader may read of the same report, as a page.
pub async fn read(app: Data<App>, viewer: Viewer, place: Place, asking: Query<Asking>) -> Answer {
    let (slug, year) = place.into_inner();
    let lang = asking.lang(&viewer);
    let (case, report) = viewer
        .read(move |db, standing| {
            let found = found_version(db, standing, &app, (&slug, year), asking.version)?;
            let report = gather::unit(db, &found.asked(&app, Audience::Reader(standing), lang))?;
            Ok((found.case, html::render(&Report::from(&report), "rapport")))
        })
        .await?;
    let shown = page_below(&viewer, &case, viewer.t("Rapport", "Report"));
    page(&ReportPage { page: shown, lang: viewer.lang, case, report })
}
