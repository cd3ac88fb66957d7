//! The case that a request is about: `…/cases/{year}/{unit}/…`, found with the caller's rights.

use std::sync::Arc;

use serde::Deserialize;
use utoipa::IntoParams;

use super::caller::Caller;
use super::refusal::Refusal;
use crate::app::App;
use crate::cycles::calendar::Dates;
use crate::cycles::{self, Case};
use crate::db::{Act, Db};
use crate::forms::{Criterion, Form};
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::{CaseRef, Standing};
use crate::ids::CaseId;
use crate::problem::Problem;

/// A case by its address.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct CasePath {
    /// The cycle's year.
    #[param(example = 2026)]
    pub year: i32,
    /// The unit's slug.
    #[param(example = "kardiologi")]
    pub unit: String,
}

/// One criterion of a case by its address.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct CriterionPath {
    /// The cycle's year.
    #[param(example = 2026)]
    pub year: i32,
    /// The unit's slug.
    #[param(example = "kardiologi")]
    pub unit: String,
    /// The criterion's id.
    #[param(example = "A1")]
    pub criterion: String,
}

impl CriterionPath {
    /// The case's address and the criterion.
    pub fn split(self) -> (CasePath, String) {
        (CasePath { year: self.year, unit: self.unit }, self.criterion)
    }
}

/// One area of a case by its address.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct AreaPath {
    /// The cycle's year.
    #[param(example = 2026)]
    pub year: i32,
    /// The unit's slug.
    #[param(example = "kardiologi")]
    pub unit: String,
    /// The area's id.
    #[param(example = "A")]
    pub area: String,
}

impl AreaPath {
    /// The case's address and the area.
    pub fn split(self) -> (CasePath, String) {
        (CasePath { year: self.year, unit: self.unit }, self.area)
    }
}

/// One thing of a case by its address.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct ItemPath {
    /// The cycle's year.
    #[param(example = 2026)]
    pub year: i32,
    /// The unit's slug.
    #[param(example = "kardiologi")]
    pub unit: String,
    /// The thing's identifier.
    pub id: String,
}

impl ItemPath {
    /// The case's address and the identifier.
    pub fn split(self) -> (CasePath, String) {
        (CasePath { year: self.year, unit: self.unit }, self.id)
    }
}

/// Whether to try only.
#[derive(Debug, Clone, Copy, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct DryRun {
    /// Make every check and keep nothing.
    #[serde(default)]
    #[param(required = false)]
    pub dry_run: bool,
}

/// A case with what its acts need.
#[derive(Debug, Clone)]
pub(super) struct AtHand {
    /// The case.
    pub case: Case,
    /// The form that it is answered on.
    pub form: Arc<Form>,
    /// The cycle's dates.
    pub dates: Dates,
}

impl AtHand {
    /// Finds a case for somebody who may read the object in it.
    ///
    /// # Errors
    /// [`Problem::not_found`] also when the reader may not know of it.
    pub fn find(
        app: &App,
        db: &mut Db,
        standing: &Standing,
        path: &CasePath,
        object: Object,
    ) -> Result<AtHand, Problem> {
        let case = cycles::store::find(db, standing, &path.unit, path.year, object, Deed::Read)?;
        AtHand::of(app, db, case)
    }

    /// A case that was found otherwise.
    ///
    /// # Errors
    /// The form is gone, or the database cannot be read.
    pub fn of(app: &App, db: &mut Db, case: Case) -> Result<AtHand, Problem> {
        let form =
            app.forms.get(&case.form).ok_or_else(|| Problem::internal(format!("no form {}", case.form)))?;
        let dates = cycles::store::cycle(db, case.year)?.dates;
        Ok(AtHand { case, form, dates })
    }

    /// The case's identifier.
    pub fn id(&self) -> &CaseId {
        &self.case.id
    }

    /// What rights depend on.
    pub fn reference(&self) -> CaseRef {
        self.case.reference()
    }

    /// A criterion of the form.
    ///
    /// # Errors
    /// [`Problem::not_found`].
    pub fn criterion(&self, id: &str) -> Result<&Criterion, Problem> {
        self.form.criterion(id).ok_or_else(Problem::not_found)
    }
}

impl Caller {
    /// Reads of a case that the caller may read the object in.
    ///
    /// # Errors
    /// [`Problem::not_found`], and those of `work`.
    pub async fn read_case<T: Send + 'static>(
        &self,
        path: CasePath,
        object: Object,
        work: impl FnOnce(&mut Db, &Standing, &AtHand) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Refusal> {
        let app = self.app.clone();
        self.read(move |db, standing| {
            let at = AtHand::find(&app, db, standing, &path, object)?;
            work(db, standing, &at)
        })
        .await
    }

    /// Does one act with a case that the caller may read the object in; whether they may do the act is for the act.
    ///
    /// # Errors
    /// [`Problem::not_found`], and those of `work`.
    pub async fn act_case<T: Send + 'static>(
        &self,
        path: CasePath,
        object: Object,
        work: impl FnOnce(&mut Act<'_>, &Standing, &AtHand) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Refusal> {
        self.act_or_try_case(path, object, DryRun::default(), work).await
    }

    /// As [`Caller::act_case`]; with a dry run nothing is kept.
    ///
    /// # Errors
    /// [`Problem::not_found`], and those of `work`.
    pub async fn act_or_try_case<T: Send + 'static>(
        &self,
        path: CasePath,
        object: Object,
        dry: DryRun,
        work: impl FnOnce(&mut Act<'_>, &Standing, &AtHand) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Refusal> {
        let app = self.app.clone();
        self.act_or_try(dry.dry_run, move |act, standing| {
            let at = AtHand::find(&app, act.db, standing, &path, object)?;
            work(act, standing, &at)
        })
        .await
    }
}
