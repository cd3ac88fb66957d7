//! A unit's answers as an Excel file, out and back in: the file, the page that takes one, and the page that shows what
//! would change before anything does.

pub mod difference;
pub mod upload;

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Data;
use askama::Template;

use super::{Place, entered, form_of, readable};
use crate::app::App;
use crate::assessments::last_year;
use crate::assessments::workbook::write::{Source, write};
use crate::assessments::workbook::{self, require_of_unit};
use crate::cycles::Case;
use crate::files::Kind;
use crate::identity::standing::Standing;
use crate::text::Lang;
use crate::web::respond::{Answer, page};
use crate::web::{Page, Viewer};

/// `GET /enhet/{unit}/{year}/svar.xlsx`: the answers as they are now.
pub async fn file(app: Data<App>, viewer: Viewer, place: Place) -> Answer {
    let (slug, year) = place.into_inner();
    let (lang, service) = (viewer.lang, app.get_ref().clone());
    let (name, bytes) = viewer
        .read(move |db, standing| {
            let (case, entered, _) = entered(db, standing, &slug, year)?;
            let form = form_of(&service, &case)?;
            let last = last_year::of(db, &service.forms, &case)?;
            let (last, now) = (last.as_ref(), service.clock.now());
            let source = Source { case: &case, form: &form, entered: &entered, last, now, lang };
            Ok((workbook::file_name(&case, lang), write(&source)?))
        })
        .await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, Kind::Xlsx.media_type()))
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .body(bytes))
}

#[derive(Template)]
#[template(path = "unit/workbook/choose.html")]
struct ChoosePage {
    page: Page,
    lang: Lang,
    case: Case,
}

/// `GET /enhet/{unit}/{year}/svar/las-in`: where a file is chosen.
pub async fn show(viewer: Viewer, place: Place) -> Answer {
    let (slug, year) = place.into_inner();
    let lang = viewer.lang;
    let case = viewer
        .read(move |db, standing| {
            let case = readable(db, standing, &slug, year)?;
            require_of_unit(standing, &case)?;
            Ok(case)
        })
        .await?;
    let title = lang.t("Läs in svar från Excel-fil", "Bring answers back from an Excel file");
    page(&ChoosePage { page: under(&viewer, title, &case), lang, case })
}

/// Whether somebody may bring answers back into a case.
pub(in super::super) fn may_bring_back(standing: &Standing, case: &Case) -> bool {
    require_of_unit(standing, case).is_ok()
}

fn under(viewer: &Viewer, title: &str, case: &Case) -> Page {
    let lang = viewer.lang;
    viewer
        .page(title)
        .under(lang.t("Mina uppgifter", "My tasks"), "/")
        .under(format!("{} {}", case.unit.name, case.year), case.path())
}
