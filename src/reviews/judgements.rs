//! From what stands in the database to what the scoring takes: one read per table, whatever the form's size.
//!
//! Invariant: only locked reviews of seats that have not ended count.

use std::collections::{BTreeMap, BTreeSet};

use super::{Assignment, Score, Scored, store};
use crate::assessments;
use crate::cycles::Case;
use crate::db::Db;
use crate::forms::Form;
use crate::identity::standing::Party;
use crate::ids::AssignmentId;
use crate::problem::Problem;
use crate::scoring::settle::{self, Settlement};
use crate::scoring::{self, CriterionJudgements, Judgement};

/// Everything said about one case.
#[derive(Debug, Clone)]
pub struct Said {
    /// Seats that have not ended, in the order they were given.
    pub seats: Vec<Assignment>,
    scores: BTreeMap<(AssignmentId, String), Scored>,
    /// Criteria that the coordinator has approved as not applicable.
    pub not_applicable: BTreeSet<String>,
    /// Criteria for which that has been asked and not decided.
    pub undecided: BTreeSet<String>,
    /// Criteria that the unit left without an answer.
    pub unanswered: BTreeSet<String>,
    /// Whether corrections may count.
    fact_check: bool,
}

impl Said {
    /// Reads everything said about a case.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn load(db: &mut Db, case: &Case) -> Result<Said, Problem> {
        let seats = store::assignments(db, std::slice::from_ref(&case.id))?;
        let ids: Vec<AssignmentId> = seats.iter().map(|seat| seat.id.clone()).collect();
        let scores = store::scores(db, &ids)?;
        let requests = assessments::request_store::of_case(db, &case.id)?;
        let with = |decision: Option<bool>| {
            requests.iter().filter(|one| one.approved == decision).map(|one| one.criterion.clone()).collect()
        };
        Ok(Said {
            seats,
            scores: scores
                .into_iter()
                .map(|one| ((one.assignment_id.clone(), one.criterion.clone()), one))
                .collect(),
            not_applicable: with(Some(true)),
            undecided: with(None),
            unanswered: assessments::store::missing_criteria(db, &case.id)?.into_iter().collect(),
            fact_check: case.fact_check_due.is_some(),
        })
    }

    /// The seat of a party of the pair.
    #[must_use]
    pub fn seat(&self, party: Party) -> Option<&Assignment> {
        self.seats.iter().find(|seat| seat.party == party)
    }

    /// Whether both of the pair have locked.
    #[must_use]
    pub fn both_locked(&self) -> bool {
        let locked = |party| self.seat(party).is_some_and(|seat| seat.locked_at.is_some());
        locked(Party::University) && locked(Party::Region)
    }

    /// What one seat has said about a criterion, locked or not.
    #[must_use]
    pub fn score(&self, seat: &Assignment, criterion: &str) -> Option<&Scored> {
        self.scores.get(&(seat.id.clone(), criterion.to_owned()))
    }

    /// The locked further reviewers who gave a level, in the order they locked.
    #[must_use]
    pub fn further(&self, criterion: &str) -> Vec<(&Assignment, super::Level)> {
        let mut given: Vec<_> = self
            .seats
            .iter()
            .filter(|seat| seat.party == Party::Further && seat.locked_at.is_some())
            .filter_map(|seat| Some((seat, self.score(seat, criterion)?.first?.level()?)))
            .collect();
        given.sort_by_key(|(seat, _)| (seat.locked_at, seat.id.clone()));
        given
    }

    /// The judgements of one criterion.
    ///
    /// Where the unit left nothing, reviewers may judge from other material: then a silent reviewer counts as one who
    /// cannot judge, and only when neither gives a level is the criterion missing (scoring model 7.3).
    #[must_use]
    pub fn judgements(&self, criterion: &str) -> CriterionJudgements {
        if self.not_applicable.contains(criterion) {
            return CriterionJudgements { not_applicable: true, ..CriterionJudgements::default() };
        }
        let of = |party| {
            let seat = self.seat(party).filter(|seat| seat.locked_at.is_some());
            seat.and_then(|seat| self.score(seat, criterion))
        };
        let (university, region) = (of(Party::University), of(Party::Region));
        let level = |scored: Option<&Scored>| scored.and_then(|scored| scored.first?.level()).is_some();
        let unanswered = self.unanswered.contains(criterion);
        if unanswered && self.both_locked() && !level(university) && !level(region) {
            return CriterionJudgements { missing: true, ..CriterionJudgements::default() };
        }
        let side = |scored: Option<&Scored>| {
            let first = match scored.and_then(|scored| scored.first) {
                Some(Score::Level(level)) => Some(level.judgement()),
                Some(Score::CannotJudge) => Some(Judgement::CannotJudge),
                Some(Score::NotApplicable) | None => {
                    (unanswered && self.both_locked()).then_some(Judgement::CannotJudge)
                }
            };
            let later = |given: Option<&(super::Level, String)>| given.map(|(level, _)| level.judgement());
            scoring::Party {
                first,
                revised: later(scored.and_then(|scored| scored.revised.as_ref())),
                corrected: later(scored.and_then(|scored| scored.corrected.as_ref())),
            }
        };
        let closed = |scored: Option<&Scored>| scored.is_some_and(|scored| scored.closed_at.is_some());
        CriterionJudgements {
            university: side(university),
            region: side(region),
            discussed: closed(university) && closed(region),
            further: self.further(criterion).into_iter().map(|(_, level)| level.judgement()).collect(),
            not_applicable: false,
            missing: false,
        }
    }

    /// How a criterion stands.
    ///
    /// # Errors
    /// [`Problem::internal`] when what is stored breaks a rule of the scoring.
    pub fn status(&self, form: &Form, criterion: &str) -> Result<Settlement, Problem> {
        self.status_of(form, criterion, &self.judgements(criterion))
            .map_err(|fault| Problem::internal(format!("criterion {criterion} {}", fault.message)))
    }

    /// How a criterion would stand with these judgements.
    pub(super) fn status_of(
        &self,
        form: &Form,
        criterion: &str,
        judgements: &CriterionJudgements,
    ) -> Result<Settlement, settle::Fault> {
        let minimum = form.criterion(criterion).is_some_and(|criterion| criterion.minimum);
        settle::status(judgements, minimum, self.fact_check, &form.rules)
    }

    /// How many further scores each criterion still needs; criteria that need none are left out.
    ///
    /// # Errors
    /// Those of [`Said::status`].
    pub fn needs_further(&self, form: &Form) -> Result<BTreeMap<String, usize>, Problem> {
        let mut needed = BTreeMap::new();
        for (_, criterion) in form.criteria() {
            let status = self.status(form, &criterion.id)?;
            if status.state == scoring::CriterionState::NeedsFurther {
                let lacking = status.further_used.saturating_sub(self.further(&criterion.id).len());
                needed.insert(criterion.id.clone(), lacking);
            }
        }
        Ok(needed)
    }

    /// Whether nothing waits for a discussion or a further reviewer.
    ///
    /// # Errors
    /// Those of [`Said::status`].
    pub fn is_settled(&self, form: &Form) -> Result<bool, Problem> {
        for (_, criterion) in form.criteria() {
            if self.status(form, &criterion.id)?.state.is_open() {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Refuses a form that is not the one the case is answered on.
///
/// # Errors
/// [`Problem::internal`].
pub fn check_form(form: &Form, case: &Case) -> Result<(), Problem> {
    if form.key() == case.form {
        return Ok(());
    }
    Err(Problem::internal(format!("case {} is answered on {}, not on {}", case.id, case.form, form.key())))
}
