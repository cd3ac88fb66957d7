//! The reviews of a case: who reviews, their blind scores, and how two scores become one.
//!
//! Invariants:
//! - Nobody sees another's scores before both of the pair have locked; a further reviewer never does. What belongs to
//!   an ended assignment is sealed: it stays in the database and is read by nothing here.
//! - Who can have a seat is for [`pairing::rules`] alone to say.
//! - Content opens to a reviewer only after a declaration without conflict of interest ([`conflict`]); the standing
//!   gives no role before.
//! - A locked review never changes: a revision and a correction stand beside the first score, once each, with a reason,
//!   and every saved version stays. The lock's commitment proves it.
//! - Whether something must be discussed, needs a further reviewer or is settled is for [`crate::scoring`] to say.

pub mod assign;
pub mod beside;
pub mod conflict;
pub mod correct;
pub mod further;
pub mod history;
mod history_store;
pub mod judgements;
pub mod lock;
mod open_fact_check;
pub mod pairing;
pub mod reading;
pub mod register;
pub mod respond;
pub mod score;
pub mod seal;
mod seal_store;
pub mod settle;
pub mod store;
pub mod view;

use crate::clock::Moment;
use crate::cycles::Case;
use crate::identity::standing::Party;
use crate::ids::{AssignmentId, CaseId, PersonId};
use crate::scoring::{HIGHEST_LEVEL, Judgement};
use crate::state::CaseState;
use crate::text::Text;

/// A level of the scale, 0–4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Level(u8);

impl Level {
    /// A level from 0 to 4; anything else is none.
    #[must_use]
    pub fn new(level: u8) -> Option<Level> {
        (level <= HIGHEST_LEVEL).then_some(Level(level))
    }

    /// As a number.
    #[must_use]
    pub fn number(self) -> u8 {
        self.0
    }

    /// As the scoring takes it.
    #[must_use]
    pub fn judgement(self) -> Judgement {
        Judgement::Level(self.0)
    }
}

/// A reviewer's first score of a criterion (scoring model 7.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Score {
    /// A level.
    Level(Level),
    /// K: lacks competence or evidence.
    CannotJudge,
    /// NA: should not apply; the coordinator decides.
    NotApplicable,
}

impl Score {
    /// Every score, in the order of the buttons.
    pub const ALL: [Score; 7] = [
        Score::Level(Level(0)),
        Score::Level(Level(1)),
        Score::Level(Level(2)),
        Score::Level(Level(3)),
        Score::Level(Level(4)),
        Score::CannotJudge,
        Score::NotApplicable,
    ];

    /// As stored and in forms: `0`–`4`, `K`, `NA`.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Score::Level(Level(0)) => "0",
            Score::Level(Level(1)) => "1",
            Score::Level(Level(2)) => "2",
            Score::Level(Level(3)) => "3",
            Score::Level(_) => "4",
            Score::CannotJudge => "K",
            Score::NotApplicable => "NA",
        }
    }

    /// Reads what is stored.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Score> {
        Score::ALL.into_iter().find(|score| score.as_str() == text)
    }

    /// The level, when it is one.
    #[must_use]
    pub fn level(self) -> Option<Level> {
        match self {
            Score::Level(level) => Some(level),
            Score::CannotJudge | Score::NotApplicable => None,
        }
    }

    /// What the two scores that are no level are called; levels have their names in the form's scale.
    #[must_use]
    pub fn title(self) -> Option<Text> {
        match self {
            Score::Level(_) => None,
            Score::CannotJudge => Some(Text::new("Kan inte bedöma", "Cannot judge")),
            Score::NotApplicable => Some(Text::new("Ej tillämpligt", "Not applicable")),
        }
    }
}

/// A seat in a case that has not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// Identifier.
    pub id: AssignmentId,
    /// The case.
    pub case_id: CaseId,
    /// For whom.
    pub party: Party,
    /// Who.
    pub person_id: PersonId,
    /// Since when.
    pub assigned_at: Moment,
    /// When the reviewer accepted.
    pub accepted_at: Option<Moment>,
    /// When the review was locked.
    pub locked_at: Option<Moment>,
    /// SHA-256 over scores, reasons and salt, made at the lock.
    pub commitment: Option<String>,
    /// What the commitment was salted with; shown when the review may be read, so that anybody can check.
    pub salt: Option<String>,
}

/// Whether a reviewer may see the level that the unit gives itself: where the cycle hides it, not while anybody of the
/// pair, or this further reviewer, may still be led by it.
#[must_use]
pub fn sees_units_level(party: Party, locked: bool, case: &Case) -> bool {
    if !case.hides_own_level {
        return true;
    }
    match party {
        Party::Further => locked,
        Party::University | Party::Region => case.state != CaseState::Scoring,
    }
}

/// What a reviewer has said about one criterion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scored {
    /// Whose.
    pub assignment_id: AssignmentId,
    /// About what.
    pub criterion: String,
    /// Counts changes from 1.
    pub version: i32,
    /// The blind score.
    pub first: Option<Score>,
    /// Its reason.
    pub reason: String,
    /// The score after the discussion, with its reason.
    pub revised: Option<(Level, String)>,
    /// The score after the fact check, with its reason.
    pub corrected: Option<(Level, String)>,
    /// When the reviewer was done with the discussion of this criterion.
    pub closed_at: Option<Moment>,
    /// When it last changed.
    pub saved_at: Moment,
}

/// A message in the discussion of a criterion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// About what.
    pub criterion: String,
    /// Who wrote it.
    pub person_id: PersonId,
    /// Its text.
    pub message: String,
    /// When.
    pub written_at: Moment,
}

/// The pair's joint summary, and their signatures under the settlement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JointSummary {
    /// Counts changes; 0 while nothing is written or signed.
    pub version: i32,
    /// The text; may be empty.
    pub summary: String,
    /// When the university's reviewer signed this version.
    pub university_signed_at: Option<Moment>,
    /// When the region's reviewer signed this version.
    pub region_signed_at: Option<Moment>,
}

impl JointSummary {
    /// When a party of the pair signed; a further reviewer never does.
    #[must_use]
    pub fn signed_at(&self, party: Party) -> Option<Moment> {
        match party {
            Party::University => self.university_signed_at,
            Party::Region => self.region_signed_at,
            Party::Further => None,
        }
    }
}
