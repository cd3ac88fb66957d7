//! The log on pages: a case's for its coordinators, its head of unit and auditors; the service's own for auditors.

mod words;

use actix_web::web::{Path, Query};
use askama::Template;
use serde::Deserialize;

use crate::audit::{self, Chain, Entry};
use crate::cycles::{self, Case};
use crate::db::Db;
use crate::identity::GrantedRole;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::identity::store::names;
use crate::problem::Problem;
use crate::text::Lang;
use crate::web::pages::coordinator::under_case;
use crate::web::respond::{Answer, page};
use crate::web::{Page, Viewer};

pub use words::{Happened, happened, words};

/// Entries of the service's log on one page.
const ON_A_PAGE: usize = 100;

#[derive(Template)]
#[template(path = "log/case.html")]
struct CasePage {
    page: Page,
    lang: Lang,
    unit: String,
    whole: bool,
    /// Whether what the reviewers did is left out until the result is fixed.
    withholds: bool,
    entries: Vec<Happened>,
}

/// `GET /cykel/{year}/{unit}/logg`: for coordinators.
pub async fn for_coordinator(viewer: Viewer, place: Path<(i32, String)>) -> Answer {
    let (year, slug) = place.into_inner();
    let Told { case, whole, withholds, entries } =
        read(&viewer, year, slug, Object::Case, Deed::Decide).await?;
    let title = viewer.t("Ärendets logg", "The case's log");
    let shown = under_case(viewer.page(title), &case);
    page(&CasePage { page: shown, lang: viewer.lang, unit: case.unit.name, whole, withholds, entries })
}

/// `GET /enhet/{unit}/{year}/logg`: for the head of unit and auditors.
pub async fn for_unit(viewer: Viewer, place: Path<(String, i32)>) -> Answer {
    let (slug, year) = place.into_inner();
    let Told { case, whole, withholds, entries } = read(&viewer, year, slug, Object::Log, Deed::Read).await?;
    let lang = viewer.lang;
    let title = lang.t("Ärendets logg", "The case's log");
    let shown = if viewer.standing().holds(GrantedRole::Auditor) {
        viewer.page(title).under(lang.t("Loggar", "Logs"), format!("/logg?ar={year}"))
    } else if whole {
        under_case(viewer.page(title), &case)
    } else {
        viewer
            .page(title)
            .under(lang.t("Mina uppgifter", "My tasks"), "/")
            .under(format!("{} {year}", case.unit.name), case.path())
    };
    page(&CasePage { page: shown, lang, unit: case.unit.name, whole, withholds, entries })
}

/// A case's log as the reader sees it.
struct Told {
    case: Case,
    whole: bool,
    withholds: bool,
    entries: Vec<Happened>,
}

async fn read(
    viewer: &Viewer,
    year: i32,
    slug: String,
    object: Object,
    deed: Deed,
) -> Result<Told, crate::web::respond::Refusal> {
    let lang = viewer.lang;
    viewer
        .read(move |db, standing| {
            let case = cycles::store::find(db, standing, &slug, year, object, deed)?;
            let entries = of_case(db, standing, &case, lang)?;
            let whole = cycles::log::sees_all(standing, &case);
            Ok(Told { whole, withholds: cycles::log::withholds(standing, &case), case, entries })
        })
        .await
}

/// Everything that happened to a case and the reader may know, newest first.
///
/// # Errors
/// [`Problem::not_found`] for who may not read the log.
pub fn of_case(db: &mut Db, standing: &Standing, case: &Case, lang: Lang) -> Result<Vec<Happened>, Problem> {
    let entries = cycles::log::entries(db, standing, case)?;
    in_words(db, &entries, lang)
}

/// Entries in words, newest first.
///
/// # Errors
/// The database cannot be read.
pub fn in_words(db: &mut Db, entries: &[Entry], lang: Lang) -> Result<Vec<Happened>, Problem> {
    let names = names(db)?;
    Ok(entries.iter().rev().map(|entry| happened(entry, &names, lang)).collect())
}

/// Which year's cases, and how far back in the service's log.
#[derive(Debug, Deserialize)]
pub struct Which {
    ar: Option<i32>,
    #[serde(default)]
    sida: usize,
}

#[derive(Template)]
#[template(path = "log/service.html")]
struct ServicePage {
    page: Page,
    lang: Lang,
    view: View,
}

struct View {
    year: Option<i32>,
    years: Vec<i32>,
    cases: Vec<(String, String, &'static str)>,
    entries: Vec<Happened>,
    number: usize,
    older: bool,
}

/// `GET /logg?ar=&sida=`: every case's log of a year, and the service's own. For auditors.
pub async fn service(viewer: Viewer, which: Query<Which>) -> Answer {
    let (lang, which) = (viewer.lang, which.into_inner());
    let view = viewer.read(move |db, standing| load(db, standing, &which, lang)).await?;
    page(&ServicePage { page: viewer.page(lang.t("Loggar", "Logs")), lang, view })
}

fn load(db: &mut Db, standing: &Standing, which: &Which, lang: Lang) -> Result<View, Problem> {
    standing.require_role(GrantedRole::Auditor)?;
    let years: Vec<i32> = cycles::store::cycles(db)?.into_iter().map(|cycle| cycle.year).collect();
    let year = which.ar.or_else(|| years.first().copied());
    let mut cases = match year {
        Some(year) => cycles::store::all_of_year(db, year)?,
        None => Vec::new(),
    };
    cases.retain(|case| standing.may(&case.reference(), Object::Log, Deed::Read));
    let mut entries = audit::entries_of(db, &Chain::System)?;
    entries.reverse();
    let from = which.sida.saturating_mul(ON_A_PAGE);
    let older = entries.len() > from.saturating_add(ON_A_PAGE);
    let mut shown: Vec<Entry> = entries.into_iter().skip(from).take(ON_A_PAGE).collect();
    shown.reverse();
    Ok(View {
        year,
        years,
        cases: cases
            .into_iter()
            .map(|case| (format!("{}/logg", case.path()), case.unit.name, case.state.word(lang)))
            .collect(),
        entries: in_words(db, &shown, lang)?,
        number: which.sida,
        older,
    })
}
