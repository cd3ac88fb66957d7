//! Opens a year with what each unit answered the year before in its draft.

use super::prefill;
use crate::cycles::calendar::Dates;
use crate::cycles::open::{self, Opened};
use crate::db::Act;
use crate::forms::{Form, Library};
use crate::ids::PersonId;
use crate::problem::Problem;

/// Opens the cycle of a year on a form for all active units and fills their drafts with last year's answers, in one
/// transaction. Again: adds the units that have no case yet, and changes nothing else.
///
/// # Errors
/// The year is already open on another form.
pub fn open_year(
    act: &mut Act<'_>,
    actor: Option<&PersonId>,
    year: i32,
    form: &Form,
    library: &Library,
    dates: &Dates,
) -> Result<Opened, Problem> {
    let opened = open::open(act, actor, year, form, dates)?;
    prefill::prefill(act, actor, form, library, &opened.added)?;
    Ok(opened)
}
