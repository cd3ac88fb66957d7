//! By when a case is to leave the state it is in. Pure.
//!
//! Only the submission date gates anything; these dates order tasks and mark what is late.

use super::Case;
use super::calendar::{Dates, end_of};
use super::state::CaseState;
use crate::clock::Moment;

/// The moment by which somebody should have taken the case on from where it is; none when no date is set for that.
#[must_use]
pub fn due(case: &Case, dates: &Dates) -> Option<Moment> {
    match case.state {
        CaseState::Draft | CaseState::Returned => Some(case.due()),
        CaseState::Submitted => Some(end_of(dates.assign)),
        CaseState::Assigned | CaseState::Scoring => Some(end_of(dates.lock)),
        CaseState::Settling => Some(end_of(dates.settle)),
        CaseState::Further => Some(end_of(dates.further)),
        CaseState::FactCheck => case.fact_check_due,
        CaseState::Commented | CaseState::NotSubmitted => Some(end_of(dates.fix)),
        CaseState::Final => Some(end_of(dates.release)),
        CaseState::Released => Some(end_of(dates.present)),
        CaseState::Action => case.plan_due,
        CaseState::Presented
        | CaseState::FollowUp
        | CaseState::InDepth
        | CaseState::Closed
        | CaseState::Cancelled => None,
    }
}
