//! The coordinator mends the texts of one criterion of a copy, and sees every version of them.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;

use super::shown::{Marks, Part, parts};
use super::{BACKGROUND, form_of, name, under_round};
use crate::app::App;
use crate::assessments;
use crate::calibration::copy::{self, TextAt};
use crate::calibration::{RoundState, edit, view};
use crate::db::Db;
use crate::identity::standing::Standing;
use crate::identity::store::names;
use crate::problem::{Kind, Problem};
use crate::text::{self, Lang};
use crate::web::page::Notice;
use crate::web::respond::{Answer, Refusal, page_with, status};
use crate::web::{Form as Sent, Page, Viewer};

#[derive(Template)]
#[template(path = "calibration/mend.html")]
struct MendPage {
    page: Page,
    lang: Lang,
    view: MendView,
    fault: Option<String>,
}

struct MendView {
    path: String,
    back: String,
    preparing: bool,
    version: i32,
    texts: Vec<Passage>,
    earlier: Vec<Earlier>,
}

struct Passage {
    place: String,
    label: String,
    long: bool,
    text: String,
    parts: Vec<Part>,
    /// What is saved, when somebody else saved it after what was typed.
    saved: Option<String>,
}

struct Earlier {
    version: i32,
    by: String,
    at: String,
    texts: Vec<(String, String)>,
}

type Place = Path<(i32, i32, String)>;

/// `GET /cykel/{year}/ovning/{number}/{criterion}`.
pub async fn show(app: Data<App>, viewer: Viewer, place: Place) -> Answer {
    render(&app, &viewer, place.into_inner(), None).await
}

async fn render(
    app: &App,
    viewer: &Viewer,
    place: (i32, i32, String),
    refused: Option<(Problem, Sent)>,
) -> Answer {
    let (lang, service, year) = (viewer.lang, app.clone(), place.0);
    let typed = refused.as_ref().map(|(_, sent)| sent.clone());
    let (title, case, view) =
        viewer.read(move |db, standing| load(db, standing, &service, &place, typed.as_ref(), lang)).await?;
    let fault = refused.as_ref().map(|(problem, _)| match problem.kind {
        Kind::Stale => lang
            .t(
                "Texten har ändrats sedan du öppnade sidan. Det som är sparat står under rutan. Spara igen om din text ska gälla.",
                "The text has changed since you opened the page. What is saved stands below. Save again to keep yours.",
            )
            .to_owned(),
        _ => problem.message.get(lang).to_owned(),
    });
    let page = under_round(viewer.page(title), year).under(case, view.back.clone());
    let status = refused.map_or(StatusCode::OK, |(problem, _)| status(problem.kind));
    page_with(status, &MendPage { page, lang, view, fault })
}

/// The criterion that an address names.
fn criterion_of(word: &str) -> &str {
    if word == BACKGROUND { assessments::BACKGROUND } else { word }
}

fn load(
    db: &mut Db,
    standing: &Standing,
    app: &App,
    (year, number, word): &(i32, i32, String),
    typed: Option<&Sent>,
    lang: Lang,
) -> Result<(String, String, MendView), Problem> {
    let known = view::coordinated_case(db, standing, *year, *number)?;
    let form = form_of(app, &known.round)?;
    let id = criterion_of(word);
    let mut versions = view::versions(db, &known, id)?;
    let newest = versions.pop().ok_or_else(Problem::not_found)?;
    let criterion = form.criterion(id);
    let fields = copy::fields(&form, criterion);
    let terms = view::terms(db, &form, &known.source)?;
    let name_of = names(db)?;
    let text = |one: TextAt| {
        let sent = typed.and_then(|typed| typed.get(&one.place)).map(|sent| sent.replace("\r\n", "\n"));
        let saved = sent.as_ref().is_some_and(|sent| *sent != one.text).then(|| one.text.clone());
        let text = sent.unwrap_or_else(|| one.text.clone());
        let parts = parts(&terms, &text, &mut Marks::default());
        Passage {
            label: one.label.get(lang).to_owned(),
            place: one.place,
            long: one.long,
            parts,
            text,
            saved,
        }
    };
    let earlier = |version: &view::Saved| Earlier {
        version: version.version,
        by: name_of.get(&version.saved_by).cloned().unwrap_or_default(),
        at: text::moment(version.saved_at, lang),
        texts: copy::texts(&fields, &version.content)
            .into_iter()
            .map(|one| (one.label.get(lang).to_owned(), one.text))
            .collect(),
    };
    let title = criterion.map_or_else(
        || lang.t("Svar om enheten", "Answers about the unit").to_owned(),
        |criterion| format!("{} {}", criterion.id, criterion.title.get(lang)),
    );
    let back = known.case.coordination_path();
    let view = MendView {
        path: format!("{back}/{word}"),
        back,
        preparing: known.round.state == RoundState::Preparing,
        version: newest.version,
        texts: copy::texts(&fields, &newest.content).into_iter().map(text).collect(),
        earlier: versions.iter().rev().map(earlier).collect(),
    };
    Ok((title, name(known.case, lang), view))
}

/// `POST /cykel/{year}/ovning/{number}/{criterion}`.
pub async fn save(app: Data<App>, viewer: Viewer, place: Place, sent: Sent) -> Answer {
    let place = place.into_inner();
    let (service, at) = (app.get_ref().clone(), place.clone());
    let texts: Vec<(String, String)> = sent
        .pairs()
        .filter(|(name, _)| *name != "version")
        .map(|(name, text)| (name.to_owned(), text.replace("\r\n", "\n")))
        .collect();
    let seen = sent.get("version").and_then(|version| version.parse().ok()).unwrap_or_default();
    let saved = viewer
        .act(move |act, standing| {
            let round = view::coordinated_round(act.db, standing, at.0)?.ok_or_else(Problem::not_found)?;
            let form = form_of(&service, &round)?;
            edit::edit(act, standing, &form, (at.0, at.1, criterion_of(&at.2)), seen, &texts)
        })
        .await;
    let (year, number, word) = &place;
    match saved {
        Ok(_) => {
            let done = Notice::done(viewer.t("Sparat.", "Saved."));
            Ok(viewer.see_other(&format!("/cykel/{year}/ovning/{number}#{word}"), Some(done)))
        }
        Err(Refusal(problem)) if matches!(problem.kind, Kind::Stale | Kind::Invalid | Kind::Conflict) => {
            render(&app, &viewer, place, Some((problem, sent))).await
        }
        Err(refusal) => Err(refusal),
    }
}
