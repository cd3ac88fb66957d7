//! The unit's library: everything it has, where it is used, and the way to use it again or add a link.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use askama::Template;
use serde::Deserialize;

use super::super::{Place, entered, form_of};
use super::piece::Piece;
use super::{limits, place_of};
use crate::app::App;
use crate::assessments::evidence::add::{self, NewLink};
use crate::assessments::evidence::{Details, library, shown_size};
use crate::assessments::{editable, request_store};
use crate::cycles::Case;
use crate::ids::EvidenceId;
use crate::problem::{Kind, Problem};
use crate::text::Lang;
use crate::web::page::Notice;
use crate::web::respond::{Answer, Refusal, page_with};
use crate::web::{Page, Viewer, form};

/// Which criterion something is chosen for.
#[derive(Debug, Deserialize)]
pub struct For {
    till: Option<String>,
}

#[derive(Template)]
#[template(path = "evidence/library.html")]
struct LibraryPage {
    page: Page,
    lang: Lang,
    view: View,
    typed: Typed,
    fault: Option<String>,
}

/// The form of a link as it was typed.
#[derive(Debug, Clone, Default)]
struct Typed {
    url: String,
    title: String,
    place: String,
}

struct View {
    at: String,
    unit: String,
    year: i32,
    items: Vec<Item>,
    used: String,
    quota: String,
    /// In hundredths.
    share: i64,
    /// The criteria that the reader may add evidence to.
    open: Vec<(String, String)>,
    /// The criterion that something is chosen for.
    chosen: Option<Chosen>,
}

struct Chosen {
    id: String,
    title: String,
    back: String,
}

struct Item {
    piece: Piece,
    /// Where it is used this year, each with the address; and the earlier years with their criteria.
    here: Vec<(String, String)>,
    earlier: Vec<(i32, String)>,
    /// Whether the piece is this year's, on a criterion that the reader may write in now.
    may_describe: bool,
    /// Whether it may be chosen for the criterion.
    may_choose: bool,
}

/// `GET /enhet/{unit}/{year}/underlag`.
pub async fn show(app: Data<App>, viewer: Viewer, place: Place, to: Query<For>) -> Answer {
    let (slug, year) = place.into_inner();
    let view = load(&app, &viewer, slug, year, to.into_inner().till).await?;
    render(&viewer, view, Typed::default(), None)
}

/// `POST /enhet/{unit}/{year}/underlag`: adds a link, or something that is there, to a criterion.
pub async fn write(app: Data<App>, viewer: Viewer, place: Place, sent: form::Form) -> Answer {
    let (slug, year) = place.into_inner();
    let field = |name: &str| sent.get(name).unwrap_or_default().trim().to_owned();
    let (criterion, again) = (field("criterion"), field("evidence"));
    let typed = Typed { url: field("url"), title: field("title"), place: field("place") };
    let (service, unit, to, link) = (app.get_ref().clone(), slug.clone(), criterion.clone(), typed.clone());
    let done = viewer
        .act(move |act, standing| {
            let (case, _, _) = entered(act.db, standing, &unit, year)?;
            let form = form_of(&service, &case)?;
            if again.is_empty() {
                let details = Details { place: link.place, ..Details::default() };
                let new = NewLink { url: link.url, title: link.title, details };
                add::link(act, standing, &form, &case.id, &to, &new)?;
            } else {
                add::again(act, standing, &form, &case.id, &to, &EvidenceId::from(again))?;
            }
            Ok(place_of(&form, &case.path(), &to))
        })
        .await;
    match done {
        Ok(back) => {
            let notice = Notice::done(viewer.t("Underlaget är sparat.", "The evidence is saved."));
            Ok(viewer.see_other(&back, Some(notice)))
        }
        Err(Refusal(problem)) if problem.kind == Kind::Invalid => {
            let view = load(&app, &viewer, slug, year, Some(criterion)).await?;
            let fault = problem.sentence(viewer.lang);
            render(&viewer, view, typed, Some(fault))
        }
        Err(Refusal(mut problem)) => {
            problem.link.get_or_insert_with(|| format!("/enhet/{slug}/{year}/underlag"));
            Err(Refusal(problem))
        }
    }
}

fn render(viewer: &Viewer, view: View, typed: Typed, fault: Option<String>) -> Answer {
    let lang = viewer.lang;
    let mut title = match &view.chosen {
        Some(chosen) => format!("{} {}", lang.t("Underlag till", "Evidence for"), chosen.id),
        None => lang.t("Underlag", "Evidence").to_owned(),
    };
    let mut status = StatusCode::OK;
    if fault.is_some() {
        title = format!("{}{title}", lang.t("Fel: ", "Error: "));
        status = StatusCode::UNPROCESSABLE_ENTITY;
    }
    let shown = viewer
        .page(title)
        .under(lang.t("Mina uppgifter", "My tasks"), "/")
        .under(format!("{} {}", view.unit, view.year), view.at.clone());
    page_with(status, &LibraryPage { page: shown, lang, view, typed, fault })
}

async fn load(
    app: &App,
    viewer: &Viewer,
    slug: String,
    year: i32,
    to: Option<String>,
) -> Result<View, Refusal> {
    let (lang, service, now) = (viewer.lang, app.clone(), app.clock.now());
    let quota = limits(app).quota;
    viewer
        .read(move |db, standing| {
            let (case, _, _) = entered(db, standing, &slug, year)?;
            let form = form_of(&service, &case)?;
            let found = library::of(db, standing, &case)?;
            let returned: Vec<String> =
                request_store::returned(db, &case.id)?.into_iter().map(|(criterion, _)| criterion).collect();
            let open: Vec<(String, String)> = form
                .criteria()
                .filter(|(area, known)| {
                    editable::check(standing, &case, &area.id, &known.id, &returned).is_ok()
                })
                .map(|(_, known)| (known.id.clone(), known.title.get(lang).to_owned()))
                .collect();
            let chosen = match to {
                None => None,
                Some(id) => {
                    let (id, title) = open
                        .iter()
                        .find(|(known, _)| *known == id)
                        .cloned()
                        .ok_or_else(Problem::not_found)?;
                    Some(Chosen { back: place_of(&form, &case.path(), &id), id, title })
                }
            };
            let items = found.items.into_iter().map(|item| {
                let may_choose = chosen.as_ref().is_none_or(|chosen| {
                    !item.uses.iter().any(|(used, criterion)| *used == year && *criterion == chosen.id)
                }) && !open.is_empty()
                    && !item.newest.is_stopped();
                let may_describe =
                    item.year == year && open.iter().any(|(known, _)| *known == item.newest.criterion);
                Item { may_describe, may_choose, ..of_item(item, &case, &form, now, lang) }
            });
            Ok(View {
                items: items.collect(),
                used: shown_size(found.used),
                quota: shown_size(quota),
                share: (found.used * 100 / quota.max(1)).min(100),
                at: case.path(),
                unit: case.unit.name,
                year,
                open,
                chosen,
            })
        })
        .await
}

fn of_item(
    item: library::Item,
    case: &Case,
    form: &crate::forms::Form,
    now: crate::clock::Moment,
    lang: Lang,
) -> Item {
    // A file is opened from the year that has it.
    let at = format!("/enhet/{}/{}", case.unit.slug, item.year);
    let (here, before): (Vec<_>, Vec<_>) = item.uses.into_iter().partition(|(year, _)| *year == case.year);
    let here = here.into_iter().map(|(_, criterion)| {
        let place = place_of(form, &case.path(), &criterion);
        (criterion, place)
    });
    let mut earlier: Vec<(i32, String)> = Vec::new();
    for (year, criterion) in before {
        match earlier.iter_mut().find(|(known, _)| *known == year) {
            Some((_, criteria)) => *criteria = format!("{criteria}, {criterion}"),
            None => earlier.push((year, criterion)),
        }
    }
    Item {
        piece: Piece::new(&item.newest, &[], &at, now, lang),
        here: here.collect(),
        earlier,
        may_describe: false,
        may_choose: false,
    }
}
