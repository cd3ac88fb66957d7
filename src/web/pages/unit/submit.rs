//! Check and submit; the receipt; taking a submission back.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;

use super::evidence::place_of;
use super::{MissingLink, Place, entered, form_of, last_year, links};
use crate::app::App;
use crate::assessments::{Evidence, change_warnings, evidence, submit, withdraw};
use crate::clock::Moment;
use crate::cycles::Case;
use crate::db::Db;
use crate::forms::Form;
use crate::identity::rights::{Deed, Object};
use crate::problem::{Kind, Problem};
use crate::text::{self, Lang, Text};
use crate::web::page::Notice;
use crate::web::respond::{Answer, Refusal, page_with};
use crate::web::{Page, Viewer};

#[derive(Template)]
#[template(path = "unit/submit.html")]
struct SubmitPage {
    page: Page,
    lang: Lang,
    case: Case,
    missing: Vec<MissingLink>,
    /// What is worth a look and stops nothing.
    warnings: Vec<MissingLink>,
    declared: Vec<String>,
    due: String,
    grace: u32,
    late: bool,
    closed: bool,
    may_submit: bool,
}

/// `GET /enhet/{unit}/{year}/lamna-in`.
pub async fn show(app: Data<App>, viewer: Viewer, place: Place) -> Answer {
    let (slug, year) = place.into_inner();
    render(&app, &viewer, slug, year, StatusCode::OK).await
}

async fn render(app: &App, viewer: &Viewer, slug: String, year: i32, status: StatusCode) -> Answer {
    let (lang, service) = (viewer.lang, app.clone());
    let now = app.clock.now();
    let (case, missing, warnings, declared, dates) = viewer
        .read(move |db, standing| {
            let (case, entered, dates) = entered(db, standing, &slug, year)?;
            standing.require(&case.reference(), Object::Assessment, Deed::Write)?;
            let form = form_of(&service, &case)?;
            let missing = links(&case, &form, &entered.missing(&form, case.period()), lang);
            let last = crate::assessments::last_year::of(db, &service.forms, &case)?;
            let warnings = change_warnings::warnings(&form, &case, &entered, last.as_ref());
            let warnings = last_year::links(&case, &form, &warnings, lang);
            let declared = crate::assessments::store::missing_criteria(db, &case.id)?;
            let mut warnings = warnings;
            warnings.extend(cautions(db, &case, &form, now, lang)?);
            Ok((case, missing, warnings, declared, dates))
        })
        .await?;
    let mut title = lang.t("Kontrollera och lämna in", "Check and submit").to_owned();
    if status != StatusCode::OK {
        title = format!("{}{title}", lang.t("Fel: ", "Error: "));
    }
    let may_submit = viewer.standing().may(&case.reference(), Object::Assessment, Deed::Submit);
    let page = viewer
        .page(title)
        .under(lang.t("Mina uppgifter", "My tasks"), "/")
        .under(format!("{} {year}", case.unit.name), case.path());
    page_with(
        status,
        &SubmitPage {
            page,
            lang,
            due: text::moment(case.due(), lang),
            grace: dates.grace_minutes,
            late: now > case.due(),
            closed: now > dates.last_moment(case.due()),
            may_submit,
            case,
            missing,
            warnings,
            declared,
        },
    )
}

/// What to know about the evidence before it is submitted: it waits for the scanner, or its last day has passed. Stops
/// nothing.
fn cautions(
    db: &mut Db,
    case: &Case,
    form: &Form,
    now: Moment,
    lang: Lang,
) -> Result<Vec<MissingLink>, Problem> {
    let pieces = evidence::store::of_case(db, &case.id)?;
    let link = |piece: &Evidence, warning: &Text| MissingLink {
        href: place_of(form, &case.path(), &piece.criterion),
        place: piece.criterion.clone(),
        text: format!("{}: {}", piece.name, warning.get(lang)),
        minimum: false,
    };
    let of = |piece: &Evidence| -> Vec<MissingLink> {
        piece.warnings(now).iter().map(|warning| link(piece, warning)).collect()
    };
    Ok(pieces.iter().flat_map(of).collect())
}

/// `POST /enhet/{unit}/{year}/lamna-in`.
pub async fn submit(app: Data<App>, viewer: Viewer, place: Place) -> Answer {
    let (slug, year) = place.into_inner();
    let lang = viewer.lang;
    let (service, unit) = (app.get_ref().clone(), slug.clone());
    let done = viewer
        .act(move |act, standing| {
            let (case, _, dates) = entered(act.db, standing, &unit, year)?;
            let form = form_of(&service, &case)?;
            submit::submit(act, standing, &form, &dates, &case.id)
        })
        .await;
    match done {
        Ok(submission) => {
            let at = text::moment(submission.submitted_at, lang);
            let notice = Notice::done(format!(
                "{} {at}. {} {}.",
                lang.t("Självvärderingen är inlämnad", "The self-assessment is submitted"),
                lang.t("Kvittens", "Receipt"),
                submission.digest.chars().take(12).collect::<String>(),
            ));
            Ok(viewer.see_other(&format!("/enhet/{slug}/{year}"), Some(notice)))
        }
        Err(Refusal(problem)) if problem.kind == Kind::Invalid => {
            render(&app, &viewer, slug, year, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(refusal) => Err(refusal),
    }
}

/// `POST /enhet/{unit}/{year}/aterta`.
pub async fn take_back(viewer: Viewer, place: Place) -> Answer {
    let (slug, year) = place.into_inner();
    let lang = viewer.lang;
    let unit = slug.clone();
    viewer
        .act(move |act, standing| {
            let (case, _, _) = entered(act.db, standing, &unit, year)?;
            withdraw::withdraw(act, standing, &case.id)
        })
        .await?;
    let notice = Notice::done(lang.t(
        "Inlämningen är tillbakatagen. Ni kan ändra och lämna in igen.",
        "The submission is taken back. You can change and submit again.",
    ));
    Ok(viewer.see_other(&format!("/enhet/{slug}/{year}"), Some(notice)))
}
