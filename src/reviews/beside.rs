//! Last year's answers beside this year's, for a reviewer: as far as the review may read them.

use super::reading;
use crate::assessments::difference::Reading;
use crate::assessments::last_year::{self, LastYear};
use crate::assessments::progress::Entered;
use crate::assessments::since_last_year::{SinceLastYear, since_last_year};
use crate::assessments::snapshot::{self, Snapshot};
use crate::assessments::{Evidence, evidence, store};
use crate::cycles::Case;
use crate::db::Db;
use crate::forms::{Criterion, Form, Library};
use crate::identity::standing::Standing;
use crate::problem::Problem;
use crate::text::Lang;

/// What both years said.
#[derive(Debug, Clone)]
pub struct BesideLastYear {
    last: LastYear,
    now: Snapshot,
    reading: Reading,
    period: i32,
}

impl BesideLastYear {
    /// Reads both years of a case that the reader reviews; nothing when last year's answers do not lead to this form.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn load(
        db: &mut Db,
        standing: &Standing,
        library: &Library,
        (case, form): (&Case, &Form),
        (entered, files): (&Entered, &[Evidence]),
    ) -> Result<Option<BesideLastYear>, Problem> {
        let Some(last) = last_year::of(db, library, case)? else { return Ok(None) };
        Ok(Some(BesideLastYear {
            last,
            now: Snapshot::read(&snapshot::content(case, form, entered, files)?)?,
            reading: reading::of_case(db, standing, case)?,
            period: case.period(),
        }))
    }

    /// The same, with this year's answers read too.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn of(
        db: &mut Db,
        standing: &Standing,
        library: &Library,
        case: &Case,
        form: &Form,
    ) -> Result<Option<BesideLastYear>, Problem> {
        let files = evidence::store::of_case(db, &case.id)?;
        let entered = store::entered_beside(db, &case.id, &files)?;
        BesideLastYear::load(db, standing, library, (case, form), (&entered, &files))
    }

    /// A criterion, this year and last.
    #[must_use]
    pub fn criterion(&self, form: &Form, criterion: &Criterion, lang: Lang) -> SinceLastYear {
        since_last_year(&self.last, &self.now, (form, criterion), &self.reading, self.period, lang)
    }

    /// The year before the case's.
    #[must_use]
    pub fn year(&self) -> i32 {
        self.last.year()
    }

    /// The criterion that was the same last year ([`LastYear::same_criterion`]).
    #[must_use]
    pub fn same_criterion(&self, criterion: &str) -> Option<String> {
        self.last.same_criterion(criterion)
    }
}
