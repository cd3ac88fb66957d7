//! A form of the service as the scoring sees it.

use super::case::{ScoringArea, ScoringCriterion, ScoringForm};
use crate::forms::Form;

impl From<&Form> for ScoringForm {
    /// Weights, minimums and digests. `rules` stays empty: give the form's rules and [`Form::key`] to
    /// [`score`](super::score), so that the result names them.
    fn from(form: &Form) -> ScoringForm {
        let areas = form.areas.iter().map(|area| ScoringArea {
            id: area.id.clone(),
            weight: area.weight.clone(),
            criteria: area
                .criteria
                .iter()
                .map(|criterion| ScoringCriterion {
                    id: criterion.id.clone(),
                    weight: criterion.weight.clone(),
                    minimum: criterion.minimum,
                    digest: Some(criterion.digest()),
                })
                .collect(),
        });
        ScoringForm { areas: areas.collect(), rules: None }
    }
}
