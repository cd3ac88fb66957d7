//! The unit's requests: more time, a criterion that does not apply, a criterion without an answer.

use actix_web::web::{Data, Path};
use askama::Template;
use serde::Deserialize;
use validator::Validate;

use super::{Place, entered, form_of, readable};
use crate::app::App;
use crate::assessments::{ask_extension, declare_missing, not_applicable};
use crate::cycles::{Case, extension};
use crate::db::Db;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::problem::Problem;
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
    requests: Vec<Request>,
    waits: bool,
}

/// A request for more time as a page shows it.
pub(super) struct Request {
    pub(super) reason: String,
    pub(super) asked: String,
    pub(super) waits: bool,
    pub(super) granted: bool,
    pub(super) until: String,
    pub(super) why: String,
}

/// The requests of a case in words, newest first.
///
/// # Errors
/// Those of [`extension::of_case`].
pub(super) fn requests(
    db: &mut Db,
    standing: &Standing,
    case: &Case,
    lang: Lang,
) -> Result<Vec<Request>, Problem> {
    let names = crate::identity::store::names(db)?;
    let shown = |request: extension::Request| {
        let by = names.get(&request.asked_by).map(String::as_str).unwrap_or_default();
        let until = request.answer.as_ref().and_then(|answer| answer.until);
        Request {
            asked: format!("{by}, {}", text::moment(request.asked_at, lang)),
            reason: request.reason,
            waits: request.answer.is_none(),
            granted: until.is_some(),
            until: until.map(|until| text::moment(until, lang)).unwrap_or_default(),
            why: request.answer.map(|answer| answer.reason).unwrap_or_default(),
        }
    };
    Ok(extension::of_case(db, standing, case)?.into_iter().map(shown).collect())
}

/// `GET /enhet/{unit}/{year}/forlangning`.
pub async fn extension(viewer: Viewer, place: Place) -> Answer {
    let (slug, year) = place.into_inner();
    let lang = viewer.lang;
    let (case, requests) = viewer
        .read(move |db, standing| {
            let case = readable(db, standing, &slug, year)?;
            standing.require(&case.reference(), Object::Assessment, Deed::Submit)?;
            let requests = requests(db, standing, &case, lang)?;
            Ok((case, requests))
        })
        .await?;
    let waits = requests.iter().any(|request| request.waits);
    let title = lang.t("Begär förlängning", "Ask for more time");
    let shown = viewer
        .page(title)
        .under(lang.t("Mina uppgifter", "My tasks"), "/")
        .under(format!("{} {year}", case.unit.name), case.path());
    page(&ExtensionPage { page: shown, lang, due: text::moment(case.due(), lang), case, requests, waits })
}

/// A request with its reason.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    #[validate(length(min = 1, max = 2000))]
    pub(super) reason: String,
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
        "Samordnarna har fått er begäran. Svaret kommer hit och med e-post.",
        "The coordinators have your request. The answer comes here and by e-mail.",
    ));
    Ok(viewer.see_other(&format!("/enhet/{slug}/{year}"), Some(notice)))
}

/// What the unit asks for a criterion.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Asked {
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
    let Asked { reason, what, version } = sent.read()?;
    let back = format!("/enhet/{slug}/{year}/{area}#{criterion}");
    let service = app.get_ref().clone();
    viewer
        .act(move |act, standing| {
            let (case, _, _) = entered(act.db, standing, &slug, year)?;
            let form = form_of(&service, &case)?;
            match what.as_str() {
                "leave_out" => not_applicable::ask(act, standing, &form, &case.id, &criterion, &reason),
                "take_back" => not_applicable::take_back(act, standing, &form, &case.id, &criterion),
                "no_answer" => declare_missing::declare_missing(
                    act, standing, &form, &case.id, &criterion, &reason, version,
                )
                .map(drop),
                _ => Err(Problem::not_found()),
            }
        })
        .await?;
    Ok(viewer.see_other(&back, Some(Notice::done(viewer.t("Sparat.", "Saved.")))))
}
