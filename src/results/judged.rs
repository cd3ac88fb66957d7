//! What is judged in a case, as the scoring takes it: everything said about it, and what last year left behind.

use std::collections::BTreeMap;

use super::store;
use crate::cycles::Case;
use crate::cycles::state::CaseState;
use crate::db::Db;
use crate::forms::Form;
use crate::problem::Problem;
use crate::reviews::judgements::{Said, check_form};
use crate::scoring::{self, Previous, PreviousCriterion, ScoringForm, UnmetBefore};

/// The case as the recomputation command takes it, with last year's result.
///
/// # Errors
/// The database cannot be read; the form is not the case's.
pub fn scoring_case(db: &mut Db, form: &Form, case: &Case) -> Result<scoring::Case, Problem> {
    check_form(form, case)?;
    let submitted = case.state != CaseState::NotSubmitted;
    let mut judgements = BTreeMap::new();
    if submitted {
        let said = Said::load(db, case)?;
        for (_, criterion) in form.criteria() {
            judgements.insert(criterion.id.clone(), said.judgements(&criterion.id));
        }
    }
    Ok(scoring::Case {
        form: ScoringForm::from(form),
        judgements,
        submitted,
        fact_check: case.fact_check_due.is_some(),
        previous: previous(db, case)?,
    })
}

/// The result as it stands now; provisional until everything is settled.
///
/// # Errors
/// Those of [`scoring_case`]; [`Problem::internal`] when what is stored breaks a rule of the scoring.
pub fn live_result(
    db: &mut Db,
    form: &Form,
    case: &Case,
) -> Result<(scoring::Case, scoring::Scored), Problem> {
    let judged = scoring_case(db, form, case)?;
    let scored = scoring::score(&judged, &form.rules, &form.key()).map_err(Problem::internal)?;
    Ok((judged, scored))
}

/// Last year's newest result of the unit, as far as this year needs it.
fn previous(db: &mut Db, case: &Case) -> Result<Option<Previous>, Problem> {
    let Some((last, result)) = store::newest_of_year(db, &case.unit.id, case.year - 1)? else {
        return Ok(None);
    };
    let planned = store::criteria_of_accepted_plan(db, &last)?;
    let digest = |id: &str| result.judged.form.criterion(id).and_then(|criterion| criterion.digest.clone());
    let criteria = result
        .scored
        .criteria
        .iter()
        .map(|(id, one)| (id.to_owned(), PreviousCriterion { value: one.value.clone(), digest: digest(id) }))
        .collect();
    let before = |id: &str| {
        let earlier = result.judged.previous.as_ref().and_then(|previous| previous.unmet_minimum.get(id));
        earlier.map_or(0, |earlier| earlier.years)
    };
    let unmet_minimum = result
        .scored
        .unmet_minimum
        .iter()
        .flatten()
        .map(|id| {
            (id.clone(), UnmetBefore { years: before(id).saturating_add(1), plan: planned.contains(id) })
        })
        .collect();
    Ok(Some(Previous { criteria, unmet_minimum }))
}
