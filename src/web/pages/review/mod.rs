//! The reviewer's pages: from the declaration of conflict of interest to the correction after the fact check.
//!
//! Invariants: nothing of a case is shown before its declaration; until both of the pair have locked, no page depends
//! on the other's review, and none shows the unit's own level; every act is a verb of [`crate::reviews`] or
//! [`crate::results`].

pub mod area;
pub mod assignment;
mod conflict;
pub mod correct;
mod criterion;
pub mod declare;
pub mod evidence;
pub mod history;
pub mod list;
pub mod lock;
pub mod save;
pub mod settle;
mod settle_view;
mod step;

use std::sync::Arc;

use actix_web::HttpResponse;

use super::unit::form_of;
use crate::app::App;
use crate::cycles::state::CaseState;
use crate::cycles::{self, Case};
use crate::db::Db;
use crate::forms::{Criterion, Form};
use crate::identity::standing::{Party, Standing};
use crate::problem::{FieldError, Problem};
use crate::reviews::sees_units_level;
use crate::reviews::view::{self, OwnReview};
use crate::text::Lang;
use crate::web::respond::Refusal;
use crate::web::{Page, Viewer, form};

/// A unit and year in an address.
pub type Place = actix_web::web::Path<(String, i32)>;

/// What is wrong with one value, on the page that asks for it.
struct Fault {
    href: String,
    text: String,
}

/// A case that is open to its reviewer.
struct Open {
    case: Case,
    form: Arc<Form>,
    own: OwnReview,
}

impl Open {
    /// The case with the reader's own review.
    fn load(db: &mut Db, standing: &Standing, app: &App, slug: &str, year: i32) -> Result<Open, Problem> {
        let case = seated(db, standing, slug, year)?;
        let form = form_of(app, &case)?;
        let own = view::own_review(db, standing, &form, &case)?;
        Ok(Open { case, form, own })
    }

    fn path(&self) -> String {
        self.case.review_path()
    }

    fn is_further(&self) -> bool {
        self.own.seat.party == Party::Further
    }

    fn is_locked(&self) -> bool {
        self.own.seat.locked_at.is_some()
    }

    /// Whether the review is written now.
    fn may_write(&self) -> bool {
        let state = if self.is_further() { CaseState::Further } else { CaseState::Scoring };
        self.case.state == state && !self.is_locked()
    }

    /// Whether the unit's own level may be seen.
    fn sees_own_level(&self) -> bool {
        sees_units_level(self.own.seat.party, self.is_locked(), &self.case)
    }

    /// The criteria to score that nothing is missing of, and all of them.
    fn progress(&self) -> (usize, usize) {
        let done = self.own.criteria.iter().filter(|criterion| self.is_done(criterion)).count();
        (done, self.own.criteria.len())
    }

    fn is_done(&self, criterion: &str) -> bool {
        self.faults_of(criterion).next().is_none()
    }

    fn faults_of<'a>(&'a self, criterion: &'a str) -> impl Iterator<Item = &'a FieldError> {
        self.own.missing.iter().filter(move |fault| place(fault).0 == criterion)
    }

    /// The first area with a criterion to score.
    fn first_area(&self) -> &str {
        self.own.criteria.first().map_or("", |criterion| area_of(&self.form, criterion))
    }

    /// What is missing, each as a link to where it is mended.
    fn faults(&self, lang: Lang) -> Vec<Fault> {
        let link = |fault: &FieldError| {
            let (criterion, part) = place(fault);
            let area = area_of(&self.form, criterion);
            Fault {
                href: format!("{}/{area}?visa=fel#{criterion}-{part}", self.path()),
                text: format!("{criterion} {}", fault.message.get(lang)),
            }
        };
        self.own.missing.iter().map(link).collect()
    }
}

/// The criterion and the part of it that a pointer such as `/E2/reason` names.
fn place(fault: &FieldError) -> (&str, &str) {
    fault.pointer.trim_start_matches('/').split_once('/').unwrap_or_default()
}

/// The area that a criterion belongs to.
fn area_of<'a>(form: &'a Form, criterion: &str) -> &'a str {
    form.criteria().find(|(_, known)| known.id == criterion).map_or("", |(area, _)| area.id.as_str())
}

/// A case in which the reader has a seat and no conflict of interest, whether open to them yet or not.
fn seated(db: &mut Db, standing: &Standing, slug: &str, year: i32) -> Result<Case, Problem> {
    let case = cycles::store::find_unchecked(db, slug, year)?;
    let seated = standing.seat(&case.id).is_some() && !standing.is_shut_out(&case.reference());
    if seated { Ok(case) } else { Err(Problem::not_found()) }
}

/// The way to the declaration, when the reader must make one before the case opens.
async fn declare_first(viewer: &Viewer, slug: &str, year: i32) -> Result<Option<HttpResponse>, Refusal> {
    let slug = slug.to_owned();
    let case = viewer.read(move |db, standing| seated(db, standing, &slug, year)).await?;
    let must = viewer.standing().must_declare(&case.reference()).is_some();
    Ok(must.then(|| viewer.see_other(&format!("{}/jav", case.review_path()), None)))
}

/// A page with the way back to the case and the list.
fn under_case(page: Page, case: &Case) -> Page {
    let list = page.t("Granskning", "Reviewing").to_owned();
    page.under(list, "/granska").under(format!("{} {}", case.unit.name, case.year), case.review_path())
}

/// A page whose title tells that something on it must be mended; the way back does not.
fn with_error(mut page: Page, is_wrong: bool) -> Page {
    if is_wrong {
        page.title = format!("{}{}", page.t("Fel: ", "Error: "), page.title);
    }
    page
}

/// A level of the scale with its name, to choose or to read.
struct LevelChoice {
    level: u8,
    title: String,
    anchor: String,
    chosen: bool,
}

/// The scale of a criterion.
fn scale(form: &Form, criterion: &Criterion, chosen: Option<u8>, lang: Lang) -> Vec<LevelChoice> {
    let choice = |scale: &crate::forms::ScaleLevel| LevelChoice {
        level: scale.level,
        title: scale.title.get(lang).to_owned(),
        anchor: criterion.level(scale.level).map_or(&scale.anchor, |own| &own.anchor).get(lang).to_owned(),
        chosen: chosen == Some(scale.level),
    };
    form.scale.iter().map(choice).collect()
}

/// A form's fields as pairs.
fn pairs(sent: &form::Form) -> Vec<(String, String)> {
    sent.pairs().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// A text as the database keeps it: browsers send line breaks in two characters.
fn text_of(sent: &str) -> String {
    sent.replace("\r\n", "\n")
}
