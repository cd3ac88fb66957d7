//! The unit's requests: more time, a criterion that does not apply, a criterion without an answer.

use actix_web::web::{Data, Path};
use askama::Template;
use serde::Deserialize;
use validator::Validate;

use super::{Place, entered, form_of};
use crate::app::App;
use crate::assessments::{ask_extension, declare_missing, not_applicable};
use crate::cycles::Case;
use crate::identity::rights::{Deed, Object};
use crate::text::{self, Lang};
use crate::web::page::Notice;
use crate::web::respond::{Answer, page};
use crate::web::{Page, Viewer, form};

#[derive(Template)]
#[template(path = "unit/extension.html")]
struct ExtensionPage {
    page: Page,
    lang: Lang,
    case: Case,
    due: String,
}

/// `GET /enhet/{unit}/{year}/forlangning`.
pub async fn extension(viewer: Viewer, place: Place) -> Answer {
    let (slug, year) = place.into_inner();
    let lang = viewer.lang;
    let case = viewer
        .read(move |db, standing| {
            let (case, _, _) = entered(db, standing, &slug, year)?;
            standing.require(&case.reference(), Object::Assessment, Deed::Submit)?;
            Ok(case)
        })
        .await?;
    let title = lang.t("Begär förlängning", "Ask for more time");
    let shown = viewer
        .page(title)
        .under(lang.t("Mina uppgifter", "My tasks"), "/")
        .under(format!("{} {year}", case.unit.name), case.path());
    page(&ExtensionPage { page: shown, lang, due: text::moment(case.due(), lang), case })
}

/// A request with its reason.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    #[validate(length(min = 1, max = 2000))]
    reason: String,
}

/// `POST /enhet/{unit}/{year}/forlangning`.
pub async fn ask_for_extension(viewer: Viewer, place: Place, sent: form::Form) -> Answer {
    let (slug, year) = place.into_inner();
    let Reason { reason } = sent.read()?;
    let unit = slug.clone();
    viewer
        .act(move |act, standing| {
            let (case, _, _) = entered(act.db, standing, &unit, year)?;
            ask_extension::ask(act, standing, &case.id, &reason)
        })
        .await?;
    let notice = Notice::done(viewer.t(
        "Samordnarna har fått er begäran och svarar med e-post.",
        "The coordinators have your request and will answer by e-mail.",
    ));
    Ok(viewer.see_other(&format!("/enhet/{slug}/{year}"), Some(notice)))
}

/// What the unit asks for a criterion.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Request {
    #[validate(length(max = 2000))]
    #[serde(default)]
    reason: String,
    /// `leave_out`, `take_back` or `no_answer`.
    what: String,
    #[serde(default)]
    version: i32,
}

/// `POST /enhet/{unit}/{year}/{area}/{criterion}`.
pub async fn criterion(
    app: Data<App>,
    viewer: Viewer,
    place: Path<(String, i32, String, String)>,
    sent: form::Form,
) -> Answer {
    let (slug, year, area, criterion) = place.into_inner();
    let Request { reason, what, version } = sent.read()?;
    let back = format!("/enhet/{slug}/{year}/{area}#{criterion}");
    let service = app.get_ref().clone();
    viewer
        .act(move |act, standing| {
            let (case, _, _) = entered(act.db, standing, &slug, year)?;
            let form = form_of(&service, &case)?;
            match what.as_str() {
                "leave_out" => not_applicable::ask(act, standing, &form, &case.id, &criterion, &reason),
                "take_back" => not_applicable::take_back(act, standing, &case.id, &criterion),
                "no_answer" => declare_missing::declare_missing(
                    act, standing, &form, &case.id, &criterion, &reason, version,
                )
                .map(drop),
                _ => Err(crate::problem::Problem::not_found()),
            }
        })
        .await?;
    Ok(viewer.see_other(&back, Some(Notice::done(viewer.t("Sparat.", "Saved.")))))
}
