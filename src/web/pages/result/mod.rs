//! The result of one unit and year: the page, the report, the unit's fact check and its improvement plan.
//!
//! Invariants: an outcome never stands without the sentence that it is about the year and not the appointment; what is
//! not fixed is marked as a draft wherever it is shown; unmet minimum requirements come before everything else.

pub mod case_file;
pub mod document;
pub mod fact_check;
pub mod plan;
pub mod show;
pub(super) mod shown;

use std::sync::Arc;

use serde::Deserialize;

use super::unit::form_of;
use crate::app::App;
use crate::clock::local_day;
use crate::cycles::{self, Case};
use crate::db::Db;
use crate::forms::Form;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::problem::Problem;
use crate::reports::gather::{Asked, Audience};
use crate::results::view::{self, ResultView};
use crate::state::CaseState;
use crate::text::Lang;
use crate::web::{Page, Viewer};

/// A case with its form and its result, for somebody who may read the result.
pub(in crate::web::pages) struct Found {
    pub(super) case: Case,
    pub(super) form: Arc<Form>,
    pub(super) result: ResultView,
}

pub(super) fn found(
    db: &mut Db,
    standing: &Standing,
    app: &App,
    slug: &str,
    year: i32,
) -> Result<Found, Problem> {
    let case = cycles::store::find(db, standing, slug, year, Object::Result, Deed::Read)?;
    if case.state == CaseState::Cancelled {
        return Err(Problem::not_found());
    }
    Found::of(db, standing, app, case, None)
}

/// Which fixed version of a result is asked for; none means the one that counts.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub struct Version {
    /// Counted from 1.
    pub version: Option<i32>,
}

/// Like [`found`], in the version asked for.
pub(super) fn found_version(
    db: &mut Db,
    standing: &Standing,
    app: &App,
    (slug, year): (&str, i32),
    version: Option<i32>,
) -> Result<Found, Problem> {
    let found = found(db, standing, app, slug, year)?;
    match version {
        None => Ok(found),
        Some(_) => Found::of(db, standing, app, found.case, version),
    }
}

impl Found {
    /// A case that the reader may read, with its result in a version.
    pub(in crate::web::pages) fn of(
        db: &mut Db,
        standing: &Standing,
        app: &App,
        case: Case,
        version: Option<i32>,
    ) -> Result<Found, Problem> {
        let form = form_of(app, &case)?;
        let result = match version {
            None => view::result(db, standing, &form, &case)?,
            Some(number) => view::version(db, standing, &case, number)?,
        };
        Ok(Found { case, form, result })
    }

    /// The question that the report answers, for this audience.
    pub(super) fn asked<'a>(&'a self, app: &App, audience: Audience<'a>, lang: Lang) -> Asked<'a> {
        let today = local_day(app.clock.now());
        Asked { form: &self.form, case: &self.case, result: &self.result, audience, today, lang }
    }
}

/// A page about a case, with the way back that the reader came.
pub(super) fn page_about(viewer: &Viewer, case: &Case, title: &str) -> Page {
    let page = viewer.page(title);
    let own = |grant: &crate::identity::Grant| grant.unit_id.as_ref() == Some(&case.unit.id);
    if viewer.standing().grants.iter().any(own) {
        return page.under(format!("{} {}", case.unit.name, case.year), case.path());
    }
    let overview = format!("{} {}", viewer.t("Översikt", "Overview"), case.year);
    page.under(overview, format!("/oversikt?ar={}", case.year))
}

/// The way back from a page below the result.
pub(super) fn page_below(viewer: &Viewer, case: &Case, title: &str) -> Page {
    let page = page_about(viewer, case, title);
    if !viewer.standing().may(&case.reference(), Object::Result, Deed::Read) {
        return page;
    }
    page.under(viewer.t("Resultat", "Result"), format!("{}/resultat", case.path()))
}
