//! The unit's pages: its self-assessment from the first answer to the receipt.

pub mod answers;
pub mod area;
mod comments;
mod conflict;
pub mod difference;
pub mod evidence;
pub mod last_year;
pub mod overview;
pub mod receipt;
pub mod requests;
pub mod submit;
pub mod support;
pub mod team;
pub mod workbook;

use std::sync::Arc;

use crate::app::App;
use crate::assessments::progress::Entered;
use crate::assessments::rules::Finding;
use crate::cycles::calendar::Dates;
use crate::cycles::{self, Case};
use crate::db::Db;
use crate::forms::Form;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::problem::Problem;
use crate::text::Lang;
use crate::web::fields::issue_anchor;

/// A unit and year in an address.
pub type Place = actix_web::web::Path<(String, i32)>;

/// The form that a case is answered on.
///
/// # Errors
/// The form is not among those that this program has.
pub fn form_of(app: &App, case: &Case) -> Result<Arc<Form>, Problem> {
    app.forms.get(&case.form).ok_or_else(|| Problem::internal(format!("the form {} is not here", case.form)))
}

/// A case whose self-assessment the reader may see, with all that was entered and the cycle's dates.
pub(super) fn entered(
    db: &mut Db,
    standing: &Standing,
    slug: &str,
    year: i32,
) -> Result<(Case, Entered, Dates), Problem> {
    let case = readable(db, standing, slug, year)?;
    let entered = crate::assessments::store::entered(db, &case.id)?.seen_by(standing, &case.reference());
    let dates = cycles::store::cycle(db, year)?.dates;
    Ok((case, entered, dates))
}

/// A case whose unit pages the reader may open. Whoever reviews the case does not: the reviewer's own pages leave out
/// what would lead them, such as the unit's own level.
pub(super) fn readable(db: &mut Db, standing: &Standing, slug: &str, year: i32) -> Result<Case, Problem> {
    let case = cycles::store::find(db, standing, slug, year, Object::Assessment, Deed::Read)?;
    if standing.seat(&case.id).is_some() { Err(Problem::not_found()) } else { Ok(case) }
}

/// Something missing, as a link on a page.
#[derive(Debug, Clone)]
pub struct MissingLink {
    /// Where it is mended.
    pub href: String,
    /// The criterion, or the background form.
    pub place: String,
    /// What to do.
    pub text: String,
    /// Whether it belongs to a minimum requirement.
    pub minimum: bool,
}

/// The links to what is missing.
pub(super) fn links(case: &Case, form: &Form, missing: &[Finding], lang: Lang) -> Vec<MissingLink> {
    missing
        .iter()
        .map(|missing| {
            let background = missing.area.is_empty();
            let area = if background { "bakgrund" } else { missing.area.as_str() };
            MissingLink {
                href: format!(
                    "{}/{area}?visa=fel#{}",
                    case.path(),
                    issue_anchor(&missing.criterion, &missing.field)
                ),
                place: if background {
                    lang.t("Bakgrund", "Background").to_owned()
                } else {
                    missing.criterion.clone()
                },
                text: missing.message.get(lang).to_owned(),
                minimum: form.criterion(&missing.criterion).is_some_and(|criterion| criterion.minimum),
            }
        })
        .collect()
}
