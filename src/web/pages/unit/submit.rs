//! Check and submit; taking a submission back.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;

use super::answers::{self, Answers, AreaAnswers};
use super::requests::Reason;
use super::{MissingLink, Place, entered, form_of, links};
use crate::app::App;
use crate::assessments::beside::Beside;
use crate::assessments::rules::{self, Checked, Finding};
use crate::assessments::shown::Shown;
use crate::assessments::{submit, withdraw};
use crate::cycles::Case;
use crate::identity::rights::{Deed, Object};
use crate::problem::Kind;
use crate::text::{self, Lang};
use crate::web::page::Notice;
use crate::web::respond::{Answer, Refusal, page_with};
use crate::web::{Page, Viewer, form};

#[derive(Template)]
#[template(path = "unit/submit.html")]
struct SubmitPage {
    page: Page,
    lang: Lang,
    view: SubmitView,
    due: String,
    grace: u32,
    late: bool,
    closed: bool,
    may_submit: bool,
}

struct SubmitView {
    case: Case,
    /// What stops the submission.
    missing: Vec<MissingLink>,
    /// What is worth a second look and stops nothing.
    warnings: Vec<MissingLink>,
    declared: Vec<String>,
    background: Vec<Shown>,
    areas: Vec<AreaAnswers>,
}

impl SubmitView {
    fn missing_in(&self, area: &AreaAnswers) -> usize {
        count(&self.missing, area)
    }

    fn warnings_in(&self, area: &AreaAnswers) -> usize {
        count(&self.warnings, area)
    }

    /// What a criterion lacks, and then what is worth a second look in it.
    fn found_in<'a>(&'a self, criterion: &'a str) -> impl Iterator<Item = (&'a MissingLink, bool)> {
        let of_it = move |link: &&MissingLink| link.place == criterion;
        let missing = self.missing.iter().filter(of_it).map(|link| (link, true));
        missing.chain(self.warnings.iter().filter(of_it).map(|link| (link, false)))
    }
}

fn count(links: &[MissingLink], area: &AreaAnswers) -> usize {
    links.iter().filter(|link| area.criteria.iter().any(|criterion| criterion.id == link.place)).count()
}

/// `GET /enhet/{unit}/{year}/lamna-in`.
pub async fn show(app: Data<App>, viewer: Viewer, place: Place) -> Answer {
    let (slug, year) = place.into_inner();
    render(&app, &viewer, slug, year, StatusCode::OK).await
}

async fn render(app: &App, viewer: &Viewer, slug: String, year: i32, status: StatusCode) -> Answer {
    let (lang, service) = (viewer.lang, app.clone());
    let now = app.clock.now();
    let (view, dates) = viewer
        .read(move |db, standing| {
            let (case, entered, dates) = entered(db, standing, &slug, year)?;
            standing.require(&case.reference(), Object::Assessment, Deed::Write)?;
            let form = form_of(&service, &case)?;
            let beside = Beside::load(db, &service.forms, &case, now)?;
            let checked =
                Checked { form: &form, entered: &entered, period: case.period(), beside: Some(&beside) };
            let (missing, warnings): (Vec<Finding>, Vec<Finding>) =
                rules::check(&checked).into_iter().partition(Finding::stops);
            let missing = links(&case, &form, &missing, lang);
            let warnings = links(&case, &form, &warnings, lang);
            let declared = crate::assessments::store::missing_criteria(db, &case.id)?;
            let Answers { case, background, areas, .. } = answers::of(db, case, &form, &entered, now, lang)?;
            Ok((SubmitView { case, missing, warnings, declared, background, areas }, dates))
        })
        .await?;
    let mut title = lang.t("Kontrollera och lämna in", "Check and submit").to_owned();
    if status != StatusCode::OK {
        title = format!("{}{title}", lang.t("Fel: ", "Error: "));
    }
    let case = &view.case;
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
            view,
        },
    )
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
                lang.t("Kvitto", "Receipt"),
                submission.code(),
            ));
            Ok(viewer.see_other(&format!("/enhet/{slug}/{year}/kvitto"), Some(notice)))
        }
        Err(Refusal(problem)) if problem.kind == Kind::Invalid => {
            render(&app, &viewer, slug, year, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(refusal) => Err(refusal),
    }
}

/// `POST /enhet/{unit}/{year}/aterta`.
pub async fn take_back(viewer: Viewer, place: Place, sent: form::Form) -> Answer {
    let (slug, year) = place.into_inner();
    let Reason { reason } = sent.read()?;
    let lang = viewer.lang;
    let unit = slug.clone();
    viewer
        .act(move |act, standing| {
            let (case, _, _) = entered(act.db, standing, &unit, year)?;
            withdraw::withdraw(act, standing, &case.id, &reason)
        })
        .await?;
    let notice = Notice::done(lang.t(
        "Inlämningen är tillbakatagen. Ni kan ändra och lämna in igen.",
        "The submission is taken back. You can change and submit again.",
    ));
    Ok(viewer.see_other(&format!("/enhet/{slug}/{year}"), Some(notice)))
}
