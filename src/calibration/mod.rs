//! Calibration before the season: all registered reviewers score the same anonymised cases, see how far apart they are,
//! and the coordinator makes the anchors clearer where that is far.
//!
//! Invariants:
//! - A calibration case is a copy ([`copy`]), made once from a released case of an earlier year. What reviewers get of it is
//!   made from the copy alone: nothing that they can reach names the case that it was made from. That is for coordinators,
//!   and never for one with ties to the unit.
//! - Every text of the copy has passed [`anonymise`]; a coordinator reads it all before the round opens, and every version
//!   stays.
//! - Nobody sees another's level before having locked the own, and clarifications wait for the end of the round; until
//!   then nothing that a reviewer gets depends on anybody else.
//! - What is measured ([`measure`]) is made from locked reviews alone, without names. It judges the anchors, not people.
//! - Who may do what in which state is [`rules::allowed`]; everything else is as if it were not there. A calibration case is
//!   no case: it has no row in the table of rights, no result, and no place in any count of cases.

pub mod anonymise;
pub mod clarify;
pub mod close;
pub mod copy;
pub mod edit;
pub mod lock;
pub mod measure;
pub mod open;
pub mod pick;
pub mod remind;
pub mod rules;
pub mod score;
pub mod store;
pub mod view;

use chrono::NaiveDate;

use crate::clock::Moment;
use crate::ids::PersonId;
use crate::problem::Problem;
use crate::reviews::Score;
use crate::words::words;

words! {
    /// Where a round is.
    RoundState {
        /// Cases are picked, read and mended.
        Preparing = "preparing", "Förbereds", "Being prepared";
        /// Reviewers score.
        Open = "open", "Öppen", "Open";
        /// Nobody scores any more.
        Closed = "closed", "Avslutad", "Closed";
    }
}

/// A year's calibration round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// The cycle's year.
    pub year: i32,
    /// The key of the form whose criteria and anchors are used.
    pub form: String,
    /// Where it is.
    pub state: RoundState,
    /// The day by which reviewers are asked to have locked; it closes nothing.
    pub due: Option<NaiveDate>,
    /// When it opened.
    pub opened_at: Option<Moment>,
    /// When it ended.
    pub closed_at: Option<Moment>,
}

/// A calibration case, as everybody of the round may know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CalibrationCase {
    /// The round's year.
    pub year: i32,
    /// Its number in the round, from 1.
    pub number: i32,
    /// The calendar year that the answers are about.
    pub period: i32,
}

impl CalibrationCase {
    /// As it stands in addresses: `2027-1`.
    #[must_use]
    pub fn address(&self) -> String {
        format!("{}-{}", self.year, self.number)
    }

    /// Reads what stands in an address: the year and the number.
    #[must_use]
    pub fn from_address(text: &str) -> Option<(i32, i32)> {
        let (year, number) = text.split_once('-')?;
        let (year, number) = (year.parse().ok()?, number.parse().ok()?);
        (format!("{year}-{number}") == text).then_some((year, number))
    }

    /// Where reviewers find it.
    #[must_use]
    pub fn review_path(&self) -> String {
        format!("/ovning/{}", self.address())
    }

    /// Where coordinators read and mend it.
    #[must_use]
    pub fn coordination_path(&self) -> String {
        format!("/cykel/{}/ovning/{}", self.year, self.number)
    }
}

/// A reviewer's own level of one criterion of a calibration case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scored {
    /// Counts changes from 1.
    pub version: i32,
    /// The level, or K.
    pub score: Option<Score>,
    /// Why; free.
    pub reason: String,
    /// When it last changed.
    pub saved_at: Moment,
}

/// What a criterion's anchors mean this year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clarification {
    /// Counts changes from 1.
    pub version: i32,
    /// The text; empty when it was taken away.
    pub text: String,
    /// Who wrote this version.
    pub written_by: PersonId,
    /// When.
    pub written_at: Moment,
}

/// The refusal of an act that does not fit where the round is.
fn wrong_round_state(round: &Round) -> Problem {
    use crate::text::Lang;
    let state = |lang| round.state.word(lang).to_lowercase();
    Problem::conflict(
        "wrong_round_state",
        format!("Det går inte nu: övningsomgången {} är i läget {}.", round.year, state(Lang::Sv)),
        format!("That cannot be done now: the calibration round {} is {}.", round.year, state(Lang::En)),
    )
    .way_out(
        "Gå till Mina uppgifter och se vad som går att göra.",
        "Go to My tasks and see what can be done.",
        "/",
    )
}
