//! What the open criteria of a settlement can still change.

use super::view::ResultView;
use crate::cycles::Case;
use crate::forms::Form;
use crate::problem::Problem;
use crate::reviews::Scored;
use crate::reviews::view::SettlementView;
use crate::scoring::{self, Stake};
use crate::state::CaseState;

/// The open criteria by what they can change in the unit's outcome, as [`scoring::stakes`] orders them. Whoever has the
/// settlement may read this too: it is computed from what stands there.
///
/// # Errors
/// [`Problem::internal`] when what is stored breaks a rule of the scoring.
pub fn stakes(
    form: &Form,
    case: &Case,
    settlement: &SettlementView,
    result: &ResultView,
) -> Result<Vec<Stake>, Problem> {
    let free = |scored: &Option<Scored>| {
        case.state == CaseState::Settling
            && scored.as_ref().is_some_and(|one| one.closed_at.is_none() && one.revised.is_none())
    };
    let may_revise = |criterion: &str| {
        let found = settlement.criteria.iter().find(|one| one.criterion == criterion);
        found.map_or([false; 2], |one| [free(&one.university), free(&one.region)])
    };
    scoring::stakes(&result.judged, &form.rules, may_revise).map_err(Problem::internal)
}
