//! What somebody may read of a self-assessment that others submitted, and what changed in it.
//!
//! Invariants: a further reviewer reads only the criteria that were sent; a reviewer does not see the level that the unit
//! gives itself while it may still lead.

use std::sync::Arc;

use super::store as reviews;
use crate::assessments;
use crate::assessments::difference::{self, CriterionChange, Reading, Version};
use crate::assessments::progress::Entered;
use crate::assessments::receipt::{self, Receipt};
use crate::assessments::snapshot::Snapshot;
use crate::cycles::{Case, recipients};
use crate::db::Db;
use crate::forms::Form;
use crate::identity::rights::{Deed, Object, Role, allowed};
use crate::identity::standing::Standing;
use crate::problem::Problem;
use crate::text::Lang;

/// What the reader may read of a case's self-assessment; the caller has checked that it is something.
///
/// # Errors
/// The database cannot be read.
pub fn of_case(db: &mut Db, standing: &Standing, case: &Case) -> Result<Reading, Problem> {
    let phase = case.state.phase();
    let reads_all =
        |role: &Role| *role != Role::Further && allowed(*role, Object::Assessment, Deed::Read, phase);
    let seat = standing.seat(&case.id);
    let hides_level = seat.is_some_and(|seat| !super::sees_units_level(seat.party, seat.locked, case));
    if standing.roles_in(&case.reference()).iter().any(reads_all) {
        return Ok(Reading { only: None, hides_level });
    }
    let sent = match seat {
        Some(held) => reviews::further_criteria(db, std::slice::from_ref(&held.assignment_id))?,
        None => Vec::new(),
    };
    let only = sent.into_iter().map(|(_, criterion)| criterion).collect();
    Ok(Reading { only: Some(only), hides_level })
}

/// What is entered in a case, without what tells of a review: that a criterion should not apply, when a reviewer has asked
/// for it and the coordinator has not decided, is between those two.
///
/// # Errors
/// The database cannot be read.
pub fn entered(db: &mut Db, standing: &Standing, case: &Case) -> Result<Entered, Problem> {
    let mut entered = assessments::store::entered(db, &case.id)?;
    if standing.may(&case.reference(), Object::Case, Deed::Decide) {
        return Ok(entered);
    }
    let unit = recipients::unit(db, case)?;
    entered.not_applicable.retain(|_, asked| {
        asked.approved.is_some() || asked.asked_by == *standing.id() || unit.contains(&asked.asked_by)
    });
    Ok(entered)
}

/// What changed between two submissions, with all there are to choose from.
#[derive(Debug, Clone)]
pub struct Difference {
    /// Every submission, newest first.
    pub receipts: Vec<Receipt>,
    /// The number of the earlier one.
    pub from: i32,
    /// The number of the later one.
    pub to: i32,
    /// What changed, as far as the reader may read it.
    pub changes: Vec<CriterionChange>,
}

/// Compares two submissions by number; the two newest when none is said. `form` finds a form by its key.
///
/// # Errors
/// [`Problem::not_found`] for who may not read the self-assessment, and when there is no such submission.
pub fn difference(
    db: &mut Db,
    standing: &Standing,
    case: &Case,
    (from, to): (Option<i32>, Option<i32>),
    form: impl Fn(&str) -> Result<Arc<Form>, Problem>,
    lang: Lang,
) -> Result<Difference, Problem> {
    let receipts = receipt::of_case(db, standing, case)?;
    let newest = receipts.first().ok_or_else(Problem::not_found)?.number;
    let to = to.unwrap_or(newest);
    let from = from.unwrap_or_else(|| (to - 1).max(1));
    let reading = of_case(db, standing, case)?;
    let before = Snapshot::of(&receipt::submission(db, standing, case, Some(from))?)?;
    let after = Snapshot::of(&receipt::submission(db, standing, case, Some(to))?)?;
    let (old, new) = (form(&before.form)?, form(&after.form)?);
    let changes = difference::between(
        Version { snapshot: &before, form: &old },
        Version { snapshot: &after, form: &new },
        &reading,
        case.period(),
        lang,
    );
    Ok(Difference { receipts, from, to, changes })
}
