//! A case that tells what was settled and not who set what, for readers of the result who may not read the reviews.

use num_traits::ToPrimitive;

use super::case::{Case, CriterionJudgements, Judgement, Party};
use super::result::{CriterionResult, Scored};
use super::settle::CriterionState;

impl Case {
    /// The same case with each settled value in place of the judgements that led to it: both parties at that level, or at
    /// the two levels around it. Every value, light, score, share, outcome and change of it is that of `scored`; only how
    /// the criteria were settled is not told. What is open stays open.
    #[must_use]
    pub fn settled(&self, scored: &Scored) -> Case {
        let judgements =
            scored.criteria.iter().map(|(id, result)| (id.to_owned(), levelled(result))).collect();
        Case { judgements, fact_check: false, ..self.clone() }
    }
}

fn levelled(result: &CriterionResult) -> CriterionJudgements {
    let plain = CriterionJudgements::default();
    match result.state {
        CriterionState::NotApplicable => CriterionJudgements { not_applicable: true, ..plain },
        CriterionState::Missing => CriterionJudgements { missing: true, ..plain },
        _ => {
            let Some(value) = &result.value else { return plain };
            let side = |level: Option<u8>| Party { first: level.map(Judgement::Level), ..Party::default() };
            CriterionJudgements {
                university: side(value.floor().to_integer().to_u8()),
                region: side(value.ceil().to_integer().to_u8()),
                ..plain
            }
        }
    }
}
