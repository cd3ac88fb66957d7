//! What the rules look at beside what was entered: last year's answers and this year's evidence.

use super::evidence::{self, Evidence};
use super::last_year::{self, LastYear};
use crate::clock::Moment;
use crate::cycles::Case;
use crate::db::Db;
use crate::forms::Library;
use crate::problem::Problem;

/// What warnings look at beside what was entered.
#[derive(Debug, Clone)]
pub struct Beside {
    pub(super) last: Option<LastYear>,
    pub(super) evidence: Vec<Evidence>,
    pub(super) now: Moment,
}

impl Beside {
    /// Last year's answers and this year's evidence of a case. The caller has checked the right to both.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn load(db: &mut Db, forms: &Library, case: &Case, now: Moment) -> Result<Beside, Problem> {
        Ok(Beside {
            last: last_year::of(db, forms, case)?,
            evidence: evidence::store::of_case(db, &case.id)?,
            now,
        })
    }
}
