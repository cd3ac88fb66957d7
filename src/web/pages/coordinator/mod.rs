//! The coordinator's pages: the year, each case in it, the release, and the mail that was sent.
//!
//! Invariants: a page shows a case only to somebody who coordinates it, so never one of the own unit; every act is a
//! verb of the product; a refused act shows the case again with what was typed.

pub mod case;
pub mod dates;
pub mod decisions;
pub mod open;
pub mod outbox;
pub mod pairing;
pub mod register;
pub mod release;
pub mod results;
pub mod reviewers;
pub mod timing;
pub mod waits;
pub mod year;

use actix_web::web::Path;
use serde::Deserialize;
use validator::Validate;

use crate::app::App;
use crate::cycles::{self, Case};
use crate::db::{Act, Db};
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::problem::{Kind, Problem};
use crate::text::Lang;
use crate::web::page::Notice;
use crate::web::respond::{Answer, Refusal};
use crate::web::{Form, Page, Viewer};

/// A year and a unit in an address.
pub type Place = Path<(i32, String)>;

/// A case that the reader coordinates.
fn find(db: &mut Db, standing: &Standing, year: i32, slug: &str) -> Result<Case, Problem> {
    cycles::store::find(db, standing, slug, year, Object::Case, Deed::Decide)
}

/// A page below its year.
pub(super) fn under_year(page: Page, year: i32) -> Page {
    let label = format!("{} {year}", page.lang.t("Årscykel", "Yearly cycle"));
    page.under(label, format!("/cykel/{year}"))
}

/// A page below its case.
pub(super) fn under_case(page: Page, case: &Case) -> Page {
    under_year(page, case.year).under(case.unit.name.clone(), case.coordination_path())
}

/// Something to choose.
#[derive(Debug, Clone)]
pub struct Choice {
    /// As it is sent.
    pub value: String,
    /// Its words.
    pub label: String,
}

/// A state's look: what waits for the unit, for reviewers, for the coordinator, and what is done.
fn tone(state: cycles::state::CaseState) -> &'static str {
    use cycles::state::Phase;
    match state.phase() {
        Phase::D | Phase::A => "line",
        Phase::S | Phase::F => "warn",
        Phase::V | Phase::C => "info",
        Phase::X | Phase::P => "ok",
    }
}

/// An act that was refused, with what was typed: the page shows both again.
#[derive(Debug, Clone)]
pub struct Refused {
    name: String,
    /// Why.
    pub problem: Problem,
    sent: Form,
}

impl Refused {
    /// What was refused: the form's name, why, and what was typed.
    #[must_use]
    pub fn new(name: &str, problem: Problem, sent: Form) -> Refused {
        Refused { name: name.to_owned(), problem, sent }
    }

    /// What was typed in a field of the form with this name; empty in every other form.
    #[must_use]
    pub fn typed(refused: Option<&Refused>, name: &str, field: &str) -> String {
        let own = refused.filter(|refused| refused.name == name);
        own.and_then(|refused| refused.sent.get(field)).unwrap_or_default().to_owned()
    }

    /// Every area that was chosen.
    #[must_use]
    pub fn areas(&self) -> Vec<String> {
        self.sent.all("area").map(str::to_owned).collect()
    }

    /// Why the form with this name was refused.
    #[must_use]
    pub fn fault(refused: Option<&Refused>, name: &str, lang: Lang) -> Option<String> {
        let own = refused.filter(|refused| refused.name == name)?;
        let first = own.problem.errors.first().map(|error| &error.message);
        Some(first.unwrap_or(&own.problem.message).get(lang).to_owned())
    }

    /// Whether the reader can do something about it on the page itself.
    #[must_use]
    pub fn is_mendable(problem: &Problem) -> bool {
        matches!(problem.kind, Kind::Invalid | Kind::Conflict | Kind::Stale)
    }
}

/// A form whose only field is a reason.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    #[validate(length(max = 10_000))]
    reason: String,
}

/// Does one act about a case and goes back to it. `name` is the form's; what is refused is shown on top of the case.
async fn act<T: Send + 'static>(
    (app, viewer): (&App, &Viewer),
    place: (i32, String),
    (name, sent): (&str, Form),
    done: &str,
    work: impl FnOnce(&mut Act<'_>, &Standing, &App, &Case) -> Result<T, Problem> + Send + 'static,
) -> Answer {
    let (year, slug) = place.clone();
    let service = app.clone();
    let tried = viewer
        .act(move |act, standing| {
            let case = find(act.db, standing, year, &slug)?;
            work(act, standing, &service, &case).map(drop)
        })
        .await;
    match tried {
        Ok(()) => Ok(viewer.see_other(&format!("/cykel/{}/{}", place.0, place.1), Some(Notice::done(done)))),
        Err(Refusal(problem)) if Refused::is_mendable(&problem) => {
            let refused = Refused::new(name, problem, sent);
            case::render(app, viewer, place, Some(refused)).await
        }
        Err(refusal) => Err(refusal),
    }
}
