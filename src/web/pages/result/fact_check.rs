//! The unit checks facts in its draft result; reviewers and coordinators read and answer.

use actix_web::web::Data;
use askama::Template;

use super::{found, page_below};
use crate::app::App;
use crate::cycles::{self, Case};
use crate::db::{Act, Db};
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::problem::Problem;
use crate::reports::gather::{self, Audience};
use crate::reports::unit_report::{UnitReport, outcome_sentence};
use crate::results::fact_check::{self, LONGEST_TEXT};
use crate::state::CaseState;
use crate::text::{self, Lang};
use crate::web::page::Notice;
use crate::web::pages::unit::{Place, form_of};
use crate::web::respond::{Answer, page};
use crate::web::{Page, Viewer, form};

#[derive(Template)]
#[template(path = "result/fact_check.html")]
struct FactCheckPage {
    page: Page,
    lang: Lang,
    view: View,
    longest: usize,
}

struct View {
    case: Case,
    report: UnitReport,
    sentence: &'static str,
    due: Option<String>,
    count: usize,
    may_write: bool,
    /// The unit's time is up and the case is still with it.
    too_late: bool,
    may_answer: bool,
}

/// `GET /enhet/{unit}/{year}/faktagranskning`.
pub async fn show(app: Data<App>, viewer: Viewer, place: Place) -> Answer {
    let (slug, year) = place.into_inner();
    let lang = viewer.lang;
    let view = viewer.read(move |db, standing| load(db, standing, &app, &slug, year, lang)).await?;
    let title = format!("{} {year}: {}", lang.t("Faktagranskning", "Fact check"), view.case.unit.name);
    page(&FactCheckPage { page: page_below(&viewer, &view.case, &title), lang, view, longest: LONGEST_TEXT })
}

fn load(
    db: &mut Db,
    standing: &Standing,
    app: &App,
    slug: &str,
    year: i32,
    lang: Lang,
) -> Result<View, Problem> {
    let found = found(db, standing, app, slug, year)?;
    let reference = found.case.reference();
    standing.require(&reference, Object::FactComments, Deed::Read)?;
    let report = gather::unit(db, &found.asked(app, Audience::Reader(standing), lang))?;
    let state = found.case.state;
    let over = found.case.fact_check_due.is_some_and(|due| app.clock.now() >= due);
    let writes = state == CaseState::FactCheck && standing.may(&reference, Object::FactComments, Deed::Write);
    Ok(View {
        sentence: outcome_sentence(lang),
        due: found
            .case
            .fact_check_due
            .filter(|_| state == CaseState::FactCheck)
            .map(|due| text::moment(due, lang)),
        count: report
            .areas
            .iter()
            .flat_map(|area| &area.criteria)
            .map(|criterion| criterion.fact_comments.len())
            .sum(),
        may_write: writes && !over,
        too_late: writes && over,
        may_answer: state == CaseState::Commented
            && standing.may(&reference, Object::FactComments, Deed::Decide),
        report,
        case: found.case,
    })
}

/// `POST /enhet/{unit}/{year}/faktagranskning`: `do` is `save`, `send`, `none` or `answer`.
pub async fn write(app: Data<App>, viewer: Viewer, place: Place, sent: form::Form) -> Answer {
    let (slug, year) = place.into_inner();
    let lang = viewer.lang;
    let path = format!("/enhet/{slug}/{year}/faktagranskning");
    let doing = sent.get("do").unwrap_or("save").to_owned();
    let done = doing.clone();
    let (service, unit) = (app.get_ref().clone(), slug.clone());
    viewer
        .act(move |act, standing| {
            let case = cycles::store::find(act.db, standing, &unit, year, Object::FactComments, Deed::Read)?;
            match doing.as_str() {
                "save" => save(act, standing, &service, &case, &sent),
                "send" => {
                    save(act, standing, &service, &case, &sent)?;
                    fact_check::send(act, standing, &case.id).map(drop)
                }
                "none" => fact_check::no_comments(act, standing, &case.id),
                "answer" => {
                    let (criterion, answer) = (sent.get("criterion"), sent.get("answer"));
                    let (criterion, answer) = (criterion.unwrap_or_default(), answer.unwrap_or_default());
                    fact_check::answer(act, standing, &case.id, criterion, answer)
                }
                _ => Err(Problem::not_found()),
            }
        })
        .await?;
    let path = if done == "none" { format!("/enhet/{slug}/{year}/resultat") } else { path };
    Ok(viewer.see_other(&path, Some(Notice::done(told(&done, lang)))))
}

/// Saves every comment that differs from what is there.
fn save(
    act: &mut Act<'_>,
    standing: &Standing,
    app: &App,
    case: &Case,
    sent: &form::Form,
) -> Result<(), Problem> {
    let form = form_of(app, case)?;
    let there = crate::results::view::fact_comments(act.db, standing, case)?;
    for (name, comment) in sent.pairs() {
        let Some(criterion) = name.strip_prefix("comment.") else { continue };
        let known = there.iter().find(|one| one.criterion == criterion);
        let answered = known.is_some_and(|one| one.answer.is_some());
        // A browser sends line feeds as two signs.
        let comment = comment.replace("\r\n", "\n");
        if answered || known.map_or("", |one| one.comment.as_str()) == comment.trim() {
            continue;
        }
        fact_check::comment(act, standing, &form, &case.id, criterion, &comment)?;
    }
    Ok(())
}

fn told(done: &str, lang: Lang) -> &'static str {
    match done {
        "send" => lang.t(
            "Synpunkterna är skickade till granskarna och samordnaren.",
            "The comments are sent to the reviewers and the coordinator.",
        ),
        "none" => lang.t(
            "Ni har inga synpunkter. Samordnaren kan nu fastställa resultatet.",
            "You have no comments. The coordinator may now fix the result.",
        ),
        "answer" => lang.t("Svaret är sparat.", "The answer is saved."),
        _ => lang.t("Synpunkterna är sparade men inte skickade.", "The comments are saved but not sent."),
    }
}
