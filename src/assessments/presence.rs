//! Who writes in which criterion right now: information for colleagues of the unit, never a lock.
//!
//! Invariants: nobody outside the unit is told; a person is in one criterion of a case at a time; what is older than
//! [`LASTS`] counts for nothing; at most one write in [`NOTED`] for each person and criterion, however much is typed.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::{BACKGROUND, presence_store as store};
use crate::clock::Moment;
use crate::cycles::{self, Case};
use crate::db::{Act, Db};
use crate::forms::Form;
use crate::identity::rights::{Deed, Object, Role};
use crate::identity::standing::Standing;
use crate::problem::Problem;
use crate::text::Lang;

/// How long somebody counts as writing after the last sign of it.
pub const LASTS: TimeDelta = TimeDelta::seconds(60);
/// How exactly the last sign is kept.
pub const NOTED: TimeDelta = TimeDelta::seconds(20);

/// Somebody who writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Present {
    /// Where: a criterion, or [`BACKGROUND`].
    pub criterion: String,
    /// Who, by name.
    pub name: String,
    /// The last sign of it, to within [`NOTED`].
    pub seen_at: Moment,
}

/// Whether the person belongs to the case's unit and is told who writes.
#[must_use]
pub fn is_of_unit(standing: &Standing, case: &Case) -> bool {
    standing.roles_in(&case.reference()).iter().any(|role| matches!(role, Role::Head | Role::Contributor))
}

/// Notes that the person writes in a criterion. No state changes by it, so it claims no case and stands in no log.
///
/// # Errors
/// [`Problem::not_found`] outside the unit and for an unknown criterion; the refusals of rights after submission.
pub fn note(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    case: &Case,
    criterion: &str,
) -> Result<(), Problem> {
    standing.require(&case.reference(), Object::Assessment, Deed::Write)?;
    if !is_of_unit(standing, case) || (criterion != BACKGROUND && form.criterion(criterion).is_none()) {
        return Err(Problem::not_found());
    }
    store::note(act, &case.id, standing.id(), criterion)
}

/// Everybody else who writes in the case now, by criterion and name; nobody for those outside the unit.
///
/// # Errors
/// The database cannot be read.
pub fn others(db: &mut Db, standing: &Standing, case: &Case, now: Moment) -> Result<Vec<Present>, Problem> {
    if is_of_unit(standing, case) {
        store::others(db, &case.id, standing.id(), now - LASTS)
    } else {
        Ok(Vec::new())
    }
}

/// As [`others`], for a unit and year by their address.
///
/// # Errors
/// [`Problem::not_found`] for those outside the unit, as for a case that does not exist.
pub fn of(
    db: &mut Db,
    standing: &Standing,
    slug: &str,
    year: i32,
    now: Moment,
) -> Result<Vec<Present>, Problem> {
    let case = cycles::store::find(db, standing, slug, year, Object::Assessment, Deed::Read)?;
    if is_of_unit(standing, &case) { others(db, standing, &case, now) } else { Err(Problem::not_found()) }
}

/// One sentence a criterion: `Anna Exempel skriver här nu.`
#[must_use]
pub fn in_words(present: &[Present], lang: Lang) -> BTreeMap<String, String> {
    let mut names: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for one in present {
        names.entry(&one.criterion).or_default().push(&one.name);
    }
    let sentence = |names: Vec<&str>| {
        let verb = if names.len() == 1 { "is" } else { "are" };
        let who = names.join(lang.t(" och ", " and "));
        match lang {
            Lang::Sv => format!("{who} skriver här nu."),
            Lang::En => format!("{who} {verb} writing here now."),
        }
    };
    names.into_iter().map(|(criterion, names)| (criterion.to_owned(), sentence(names))).collect()
}
