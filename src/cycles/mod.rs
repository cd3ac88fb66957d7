//! The year as a cycle, and one case (ärende) per unit in it.
//!
//! Invariants: a case moves only along [`state::CaseState::next`]; every move is one conditional UPDATE whose row count
//! is checked, with its audit entry in the same transaction; dates gate submission alone.

pub mod calendar;
pub mod cancel;
pub mod change_dates;
pub mod close_year;
pub mod date_store;
pub mod due;
pub mod extend;
pub mod extension;
mod extension_store;
pub mod hand_over;
pub mod log;
pub mod open;
pub mod prepare;
pub mod recipients;
pub mod store;
pub mod support;
pub mod support_store;
pub mod transition;

pub use crate::state;

use crate::clock::Moment;
use crate::identity::standing::CaseRef;
use crate::ids::{CaseId, CycleId, PersonId};
use crate::problem::Problem;
use crate::state::{CaseState, CycleState};
use crate::units::Unit;
use calendar::Dates;

/// One year's cycle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cycle {
    /// Identifier.
    pub id: CycleId,
    /// The year, unique.
    pub year: i32,
    /// The key of the form that its cases are opened on: `usve/2026.1`.
    pub form: String,
    /// Where the cycle is.
    pub state: CycleState,
    /// Counts changes.
    pub version: i32,
    /// Its dates.
    pub dates: Dates,
    /// Whether results are open to everybody.
    pub published: bool,
    /// Whether reviewers are kept from the level that the unit gives itself until they have locked.
    pub hides_own_level: bool,
    /// The coordinator who has asked for release and waits for one of the other authority.
    pub release_asked_by: Option<PersonId>,
    /// When that was.
    pub release_asked_at: Option<Moment>,
    /// Where the archived year went: the archive's receipt or delivery number.
    pub archived_as: Option<String>,
}

/// A case with its unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Identifier.
    pub id: CaseId,
    /// The cycle it belongs to.
    pub cycle_id: CycleId,
    /// The cycle's year.
    pub year: i32,
    /// Whether its reviewers are kept from the level that the unit gives itself until they have locked; a setting of the
    /// cycle.
    pub hides_own_level: bool,
    /// The key of the form it is answered on; the cycle's, unless the case was past draft when the cycle's was mended.
    pub form: String,
    /// The unit.
    pub unit: Unit,
    /// Where it is.
    pub state: CaseState,
    /// Counts changes.
    pub version: i32,
    /// Since when it is there.
    pub entered_at: Moment,
    /// When submission closes for this unit.
    pub submission_due: Moment,
    /// Why it closes later than for others.
    pub extension_reason: Option<String>,
    /// Whether completion has been asked for; it is asked for once.
    pub returned_once: bool,
    /// When the completion is due.
    pub returned_due: Option<Moment>,
    /// When the fact check ends.
    pub fact_check_due: Option<Moment>,
    /// When the improvement plan is due.
    pub plan_due: Option<Moment>,
    /// The registry number (dnr), from the fixed result on.
    pub registry_number: Option<String>,
}

impl Case {
    /// What rights depend on.
    #[must_use]
    pub fn reference(&self) -> CaseRef {
        CaseRef {
            id: self.id.clone(),
            unit_id: self.unit.id.clone(),
            administration_id: self.unit.administration.id.clone(),
            year: self.year,
            state: self.state,
        }
    }

    /// The calendar year that the answers are about: the one before the cycle's (catalogue, *Period*).
    #[must_use]
    pub fn period(&self) -> i32 {
        self.year - 1
    }

    /// The moment by which the unit must have submitted: the completion's own while the case is returned.
    #[must_use]
    pub fn due(&self) -> Moment {
        match (self.state, self.returned_due) {
            (CaseState::Returned, Some(due)) => due,
            _ => self.submission_due,
        }
    }

    /// The address of the unit's page in this year: `/enhet/kardiologi/2026`.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/enhet/{}/{}", self.unit.slug, self.year)
    }

    /// The address of its reviewers' pages: `/granska/kardiologi/2026`.
    #[must_use]
    pub fn review_path(&self) -> String {
        format!("/granska/{}/{}", self.unit.slug, self.year)
    }

    /// The address of its coordinators' page: `/cykel/2026/kardiologi`.
    #[must_use]
    pub fn coordination_path(&self) -> String {
        format!("/cykel/{}/{}", self.year, self.unit.slug)
    }
}

/// The refusal of an act that does not fit where the year is.
#[must_use]
pub fn wrong_cycle_state(cycle: &Cycle) -> Problem {
    use crate::text::Lang;
    let state = |lang| cycle.state.word(lang).to_lowercase();
    Problem::conflict(
        "wrong_cycle_state",
        format!("Det går inte nu: årscykeln {} är {}.", cycle.year, state(Lang::Sv)),
        format!("That cannot be done now: the cycle {} is {}.", cycle.year, state(Lang::En)),
    )
    .way_out("Se hur året ligger till.", "See how the year stands.", format!("/cykel/{}", cycle.year))
}

/// The refusal of an act that does not fit where the case is.
#[must_use]
pub fn wrong_state(case: &Case) -> Problem {
    use crate::text::Lang;
    Problem::conflict(
        "wrong_state",
        format!("Det går inte nu: ärendet är i läget {}.", case.state.word(Lang::Sv)),
        format!("That cannot be done now: the case is in the state {}.", case.state.word(Lang::En)),
    )
    .way_out(
        "Gå till Mina uppgifter och se vad som går att göra.",
        "Go to My tasks and see what can be done.",
        // Not the unit's page of the case: reviewers, and coordinators before submission, have none.
        "/",
    )
}
