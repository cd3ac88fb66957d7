//! The coordination group's recommendation about one unit and year.

use actix_web::http::StatusCode;
use askama::Template;

use crate::clock::local_day;
use crate::cycles::{self, Case};
use crate::db::{Act, Db};
use crate::followup::{LONGEST_TEXT, Recommendation, recommendation as verbs, view};
use crate::forms::answer::day;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::problem::{Kind, Problem};
use crate::reports::unit_report::outcome_sentence;
use crate::results;
use crate::state::CaseState;
use crate::text::{self, Lang};
use crate::web::page::Notice;
use crate::web::pages::result::page_below;
use crate::web::pages::unit::Place;
use crate::web::respond::{Answer, Refusal, page_with};
use crate::web::{Page, Viewer, form};

#[derive(Template)]
#[template(path = "group/recommendation.html")]
struct RecommendationPage {
    page: Page,
    lang: Lang,
    view: View,
    typed: Typed,
    fault: Option<String>,
    longest: usize,
}

struct View {
    case: Case,
    written: Option<(Recommendation, String)>,
    outcome: Option<(&'static str, String)>,
    sentence: &'static str,
    absent: String,
    may_write: bool,
    may_ask: bool,
}

/// What the form holds.
struct Typed {
    recommendation: String,
    motive: String,
    decided_on: String,
    present: String,
    absent: String,
    reason: String,
}

/// `GET /enhet/{unit}/{year}/rekommendation`.
pub async fn show(viewer: Viewer, place: Place) -> Answer {
    render(&viewer, place.into_inner(), None).await
}

async fn render(
    viewer: &Viewer,
    (slug, year): (String, i32),
    refused: Option<(Problem, form::Form)>,
) -> Answer {
    let lang = viewer.lang;
    let view = viewer.read(move |db, standing| load(db, standing, &slug, year, lang)).await?;
    let fault = refused.as_ref().map(|(problem, _)| problem.message.get(lang).to_owned());
    let sent = refused.map(|(_, sent)| sent).unwrap_or_default();
    let typed = |name: &str| sent.get(name).unwrap_or_default().to_owned();
    let today = local_day(viewer.app.clock.now()).to_string();
    let typed = Typed {
        recommendation: typed("recommendation"),
        motive: typed("motive"),
        decided_on: sent.get("decided-on").unwrap_or(&today).to_owned(),
        present: typed("present"),
        absent: sent.get("absent").unwrap_or(&view.absent).to_owned(),
        reason: typed("reason"),
    };
    let mut title = format!("{} {year}: {}", lang.t("Rekommendation", "Recommendation"), view.case.unit.name);
    let mut status = StatusCode::OK;
    if fault.is_some() {
        title = format!("{}{title}", lang.t("Fel: ", "Error: "));
        status = StatusCode::UNPROCESSABLE_ENTITY;
    }
    let page = page_below(viewer, &view.case, &title);
    page_with(status, &RecommendationPage { page, lang, view, typed, fault, longest: LONGEST_TEXT })
}

fn load(db: &mut Db, standing: &Standing, slug: &str, year: i32, lang: Lang) -> Result<View, Problem> {
    let case = cycles::store::find(db, standing, slug, year, Object::Recommendation, Deed::Read)?;
    let written = view::recommendation(db, standing, &case)?;
    let may = standing.may(&case.reference(), Object::Recommendation, Deed::Write);
    let absent = if may { view::absent_from_group(db, standing, &case)? } else { Vec::new() };
    let outcome = results::store::newest(db, &case.id)?.and_then(|result| result.outcome());
    Ok(View {
        outcome: outcome.map(|outcome| (outcome.code(), outcome.title().get(lang).to_owned())),
        sentence: outcome_sentence(lang),
        absent: absent.into_iter().map(|person| person.name).collect::<Vec<_>>().join(", "),
        may_write: may && written.is_none() && case.state != CaseState::Presented,
        may_ask: may
            && matches!(case.state, CaseState::Released | CaseState::Presented | CaseState::FollowUp),
        written: written.map(|written| {
            let day = text::date(written.decided_on, lang);
            (written, day)
        }),
        case,
    })
}

/// `POST /enhet/{unit}/{year}/rekommendation`: `do` is `write` or `in-depth`.
pub async fn write(viewer: Viewer, place: Place, sent: form::Form) -> Answer {
    let target = place.into_inner();
    let ((slug, year), form) = (target.clone(), sent.clone());
    let done = viewer
        .act(move |act, standing| {
            let case =
                cycles::store::find(act.db, standing, &slug, year, Object::Recommendation, Deed::Read)?;
            does(act, standing, &case, &form)
        })
        .await;
    match done {
        Ok(told) => {
            let path = format!("/enhet/{}/{}/rekommendation", target.0, target.1);
            Ok(viewer.see_other(&path, Some(Notice::done(told.get(viewer.lang)))))
        }
        Err(Refusal(problem)) if problem.kind == Kind::Invalid => {
            render(&viewer, target, Some((problem, sent))).await
        }
        Err(refusal) => Err(refusal),
    }
}

fn does(
    act: &mut Act<'_>,
    standing: &Standing,
    case: &Case,
    sent: &form::Form,
) -> Result<text::Text, Problem> {
    // A browser sends line feeds as two signs.
    let field = |name| sent.get(name).unwrap_or_default().replace("\r\n", "\n");
    match sent.get("do") {
        Some("write") => {
            let given = Recommendation {
                recommendation: field("recommendation"),
                motive: field("motive"),
                decided_on: day(&field("decided-on")).ok_or_else(|| {
                    Problem::invalid(
                        "day_missing",
                        "Skriv mötets datum som 2026-09-30.",
                        "Write the day of the meeting such as 2026-09-30.",
                    )
                })?,
                present: field("present"),
                absent: field("absent"),
            };
            verbs::write(act, standing, &case.id, &given)?;
            Ok(text::Text::new("Rekommendationen är sparad.", "The recommendation is saved."))
        }
        Some("in-depth") => {
            verbs::ask_in_depth(act, standing, &case.id, &field("reason"))?;
            Ok(text::Text::new("En fördjupad granskning är begärd.", "An in-depth review is asked for."))
        }
        _ => Err(Problem::not_found()),
    }
}
