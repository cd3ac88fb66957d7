//! Releasing the year's results: one coordinator asks, one of the other authority confirms.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use serde::Deserialize;

use super::{Place, Refused, tone, under_year};
use crate::app::App;
use crate::clock::local_day;
use crate::cycles::{self, Case};
use crate::db::{Act, Db};
use crate::identity::Organisation;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::identity::store::person;
use crate::problem::Problem;
use crate::results::preview::{self, Recipient, Seen};
use crate::results::release::{self, Released};
use crate::results::store::newest_of;
use crate::results::view::rows_for_anybody;
use crate::text::{self, Lang};
use crate::web::page::Notice;
use crate::web::pages::result::Found;
use crate::web::pages::result::show::{Recipient as Chosen, ResultPage};
use crate::web::pages::result::shown::{Complete, complete};
use crate::web::respond::{Answer, Refusal, page, page_with, status};
use crate::web::{Form, Page, Viewer, public};

#[derive(Template)]
#[template(path = "coordinator/release.html")]
struct ReleasePage {
    page: Page,
    lang: Lang,
    year: i32,
    view: Release,
    fault: Option<String>,
}

struct Release {
    goes: Vec<Going>,
    stays: Vec<Staying>,
    asked: Option<Asked>,
    own_authority: &'static str,
    may_ask: bool,
    may_confirm: bool,
}

struct Going {
    unit: String,
    href: String,
    slug: String,
    registry_number: String,
    outcome: String,
    /// Whether the coordinator may read it: not of the own unit.
    reads: bool,
}

struct Staying {
    unit: String,
    href: String,
    state: &'static str,
    tone: &'static str,
    why: String,
    reads: bool,
}

struct Asked {
    by: String,
    authority: &'static str,
    day: String,
}

/// `GET /cykel/{year}/meddela`.
pub async fn show(viewer: Viewer, year: Path<i32>) -> Answer {
    render(&viewer, year.into_inner(), None).await
}

async fn render(viewer: &Viewer, year: i32, refused: Option<Refused>) -> Answer {
    let lang = viewer.lang;
    let view = viewer.read(move |db, standing| load(db, standing, year, lang)).await?;
    let title = format!("{} {year}", lang.t("Meddela resultaten", "Release the results of"));
    let page = under_year(viewer.page(title), year);
    let fault = Refused::fault(refused.as_ref(), "", lang);
    let status = refused.map_or(StatusCode::OK, |refused| status(refused.problem.kind));
    page_with(status, &ReleasePage { page, lang, year, view, fault })
}

fn load(db: &mut Db, standing: &Standing, year: i32, lang: Lang) -> Result<Release, Problem> {
    let Released { released, left_out } = release::preview(db, standing, year)?;
    let cycle = cycles::store::cycle(db, year)?;
    let asker = cycle.release_asked_by.as_ref().map(|by| person(db, by)).transpose()?.flatten();
    let own = standing.person.organisation;
    let authority = own != Organisation::Other;
    let same = asker.as_ref().is_some_and(|asker| asker.organisation == own);
    let day = cycle.release_asked_at.map(|at| text::date(local_day(at), lang)).unwrap_or_default();
    Ok(Release {
        may_ask: authority && asker.is_none() && !released.is_empty(),
        may_confirm: authority && asker.is_some() && !same && !released.is_empty(),
        own_authority: own.word(lang),
        asked: asker.map(|asker| Asked { by: asker.name, authority: asker.organisation.word(lang), day }),
        goes: going(db, standing, released, lang)?,
        stays: left_out
            .into_iter()
            .map(|case| Staying {
                href: case.coordination_path(),
                state: case.state.word(lang),
                tone: tone(case.state),
                why: release::why_left_out(case.state).get(lang).to_owned(),
                reads: standing.may(&case.reference(), Object::Case, Deed::Decide),
                unit: case.unit.name,
            })
            .collect(),
    })
}

/// The cases that go, with what will be told.
fn going(db: &mut Db, standing: &Standing, cases: Vec<Case>, lang: Lang) -> Result<Vec<Going>, Problem> {
    let ids: Vec<_> = cases.iter().map(|case| case.id.clone()).collect();
    let results = newest_of(db, &ids)?;
    let outcome = |case: &Case| {
        let outcome = results.get(&case.id).and_then(crate::results::FixedResult::outcome);
        outcome
            .map(|outcome| format!("{} – {}", outcome.code(), outcome.title().get(lang)))
            .unwrap_or_default()
    };
    Ok(cases
        .into_iter()
        .map(|case| Going {
            href: case.coordination_path(),
            reads: standing.may(&case.reference(), Object::Result, Deed::Decide),
            outcome: outcome(&case),
            registry_number: case.registry_number.clone().unwrap_or_default(),
            slug: case.unit.slug,
            unit: case.unit.name,
        })
        .collect())
}

/// For whom a result is previewed.
#[derive(Debug, Default, Deserialize)]
pub struct As {
    som: Option<String>,
}

#[derive(Template)]
#[template(path = "coordinator/preview.html")]
struct PreviewPage {
    page: Page,
    lang: Lang,
    year: i32,
    recipients: Vec<Chosen>,
    /// None when the recipient sees nothing.
    view: Option<public::View>,
}

enum Previewed {
    Result(Box<Complete>),
    Rows(String, Option<public::View>),
}

/// `GET /cykel/{year}/meddela/{unit}?som=head`: the result as a recipient will see it.
pub async fn preview(app: Data<App>, viewer: Viewer, place: Place, asked: Query<As>) -> Answer {
    let (year, slug) = place.into_inner();
    let recipient = asked.som.as_deref().map_or(Some(Recipient::Head), Recipient::from_text);
    let recipient = recipient.ok_or_else(Problem::not_found)?;
    let (lang, unit) = (viewer.lang, slug.clone());
    let seen = viewer
        .read(move |db, standing| previewed(db, standing, &app, (year, &unit), recipient, lang))
        .await?;
    let recipients = Recipient::ALL.iter().map(|one| Chosen {
        word: one.word(lang),
        href: format!("/cykel/{year}/meddela/{slug}?som={}", one.as_str()),
        chosen: *one == recipient,
    });
    let page_of = |unit: &str| {
        let title = format!("{} {year}: {unit}", lang.t("Resultat", "Result"));
        let way = format!("{} {year}", lang.t("Meddela resultaten", "Release the results of"));
        under_year(viewer.page(title), year).under(way, format!("/cykel/{year}/meddela"))
    };
    match seen {
        Previewed::Result(view) => {
            let shown = page_of(&view.case.unit.name);
            page(&ResultPage { page: shown, lang, view: *view, recipients: recipients.collect() })
        }
        Previewed::Rows(unit, view) => {
            page(&PreviewPage { page: page_of(&unit), lang, year, recipients: recipients.collect(), view })
        }
    }
}

fn previewed(
    db: &mut Db,
    standing: &Standing,
    app: &App,
    (year, slug): (i32, &str),
    recipient: Recipient,
    lang: Lang,
) -> Result<Previewed, Problem> {
    let Seen { case, standing: reader, reads_result } =
        preview::preview(db, standing, slug, year, recipient)?;
    if recipient == Recipient::Anybody {
        let unit = case.unit.name.clone();
        let rows = if reads_result { rows_for_anybody(db, vec![case])? } else { Vec::new() };
        let view = public::shown_year(db, app, year, rows, lang)?;
        return Ok(Previewed::Rows(unit, reads_result.then_some(view)));
    }
    let found = Found::of(db, &reader, app, case, None)?;
    let view = Complete { preview: true, ..complete(db, &reader, app, found, lang)? };
    Ok(Previewed::Result(Box::new(view)))
}

/// `POST /cykel/{year}/meddela/begar`.
pub async fn ask(viewer: Viewer, year: Path<i32>, sent: Form) -> Answer {
    let year = year.into_inner();
    let done = viewer.t(
        "Din begäran väntar på en samordnare från den andra myndigheten, som har fått mejl.",
        "Your request waits for a coordinator of the other authority, who has been mailed.",
    );
    try_it(&viewer, year, sent, done, move |act, standing| release::ask(act, standing, year).map(drop)).await
}

/// `POST /cykel/{year}/meddela/bekrafta`.
pub async fn confirm(viewer: Viewer, year: Path<i32>, sent: Form) -> Answer {
    let year = year.into_inner();
    let done = viewer.t(
        "Resultaten är meddelade. Enheterna har fått mejl.",
        "The results are released. The units have been mailed.",
    );
    try_it(&viewer, year, sent, done, move |act, standing| release::confirm(act, standing, year).map(drop))
        .await
}

/// `POST /cykel/{year}/meddela/ta-tillbaka`.
pub async fn take_back(viewer: Viewer, year: Path<i32>, sent: Form) -> Answer {
    let year = year.into_inner();
    let done = viewer.t("Begäran är tillbakatagen.", "The request is taken back.");
    try_it(&viewer, year, sent, done, move |act, standing| release::take_back(act, standing, year)).await
}

async fn try_it(
    viewer: &Viewer,
    year: i32,
    sent: Form,
    done: &str,
    work: impl FnOnce(&mut Act<'_>, &Standing) -> Result<(), Problem> + Send + 'static,
) -> Answer {
    match viewer.act(work).await {
        Ok(()) => Ok(viewer.see_other(&format!("/cykel/{year}/meddela"), Some(Notice::done(done)))),
        Err(Refusal(problem)) if Refused::is_mendable(&problem) => {
            render(viewer, year, Some(Refused::new("", problem, sent))).await
        }
        Err(refusal) => Err(refusal),
    }
}
