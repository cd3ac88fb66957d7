//! After the release: the group's recommendation, the unit's improvement plan, and the end of the case.
//!
//! Invariants: the group recommends and decides nothing; a plan is the unit's until it is submitted and never changes
//! after it is accepted, only how its actions go; a plan covers every unmet minimum requirement, and is accepted after
//! the head of administration has co-signed it, where there is one.

pub mod close;
pub mod plan;
pub mod recommendation;
pub mod store;
pub mod view;

use chrono::NaiveDate;

use crate::clock::{Moment, local_day};
use crate::ids::{PersonId, RowId};
use crate::problem::Problem;
use crate::state::CaseState;
use crate::text::{self, Lang};

/// The coordination group's recommendation about a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recommendation {
    /// What the group recommends.
    pub recommendation: String,
    /// Why.
    pub motive: String,
    /// The day of the meeting.
    pub decided_on: NaiveDate,
    /// Who took part.
    pub present: String,
    /// Who did not take part because of a conflict of interest.
    pub absent: String,
}

/// An improvement plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Counts changes from 1.
    pub version: i32,
    /// When the head submitted it; none while it is written.
    pub submitted_at: Option<Moment>,
    /// Who submitted it.
    pub submitted_by: Option<PersonId>,
    /// When the head of administration co-signed it.
    pub signed_at: Option<Moment>,
    /// Who co-signed it.
    pub signed_by: Option<PersonId>,
    /// When a coordinator accepted it.
    pub accepted_at: Option<Moment>,
    /// Who accepted it.
    pub accepted_by: Option<PersonId>,
    /// Its actions, by due day.
    pub actions: Vec<Action>,
}

/// What a unit will do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// Identifier.
    pub id: RowId,
    /// What is to be done, and by whom and when.
    pub planned: PlannedAction,
    /// The day it was done.
    pub done_on: Option<NaiveDate>,
    /// How it goes.
    pub note: String,
}

/// How an action goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Progress {
    /// Not done, and its day has passed.
    Overdue,
    /// Not done, with time left.
    UnderWay,
    /// Done.
    Done,
    /// Not done when the case was closed.
    Left,
}

impl Progress {
    /// The word on pages and in reports.
    #[must_use]
    pub fn word(self, lang: Lang) -> &'static str {
        match self {
            Progress::Overdue => lang.t("Försenad", "Overdue"),
            Progress::UnderWay => lang.t("Pågår", "Under way"),
            Progress::Done => lang.t("Klar", "Done"),
            Progress::Left => lang.t("Inte klar vid avslut", "Not done at closing"),
        }
    }
}

impl Action {
    /// How the action goes on a day; nothing is overdue in a case that is closed.
    #[must_use]
    pub fn progress(&self, today: NaiveDate, state: CaseState) -> Progress {
        match self.done_on {
            Some(_) => Progress::Done,
            None if state == CaseState::Closed => Progress::Left,
            None if self.planned.due < today => Progress::Overdue,
            None => Progress::UnderWay,
        }
    }
}

/// Where a plan stands, in a sentence.
#[must_use]
pub fn plan_stands(plan: Option<&Plan>, due: Option<Moment>, lang: Lang) -> String {
    let on = |at| text::date(local_day(at), lang);
    match (plan.and_then(|plan| plan.accepted_at), plan.and_then(|plan| plan.submitted_at), due) {
        (Some(at), _, _) => format!("{} {}.", lang.t("Planen godkändes", "The plan was accepted on"), on(at)),
        (None, Some(at), _) => format!(
            "{} {}. {}",
            lang.t("Planen lämnades in", "The plan was submitted on"),
            on(at),
            match plan.and_then(|plan| plan.signed_at) {
                Some(at) => format!(
                    "{} {}. {}",
                    lang.t("Förvaltningschefen skrev under", "The head of administration signed it on"),
                    on(at),
                    lang.t("Samordnaren har inte godkänt den än.", "The coordinator has not accepted it yet.")
                ),
                None => lang
                    .t(
                        "Den är varken undertecknad av förvaltningschefen eller godkänd av samordnaren än.",
                        "It is neither signed by the head of administration nor accepted by the coordinator yet.",
                    )
                    .to_owned(),
            }
        ),
        (None, None, Some(due)) => {
            format!("{} {}.", lang.t("Planen ska lämnas in senast", "The plan is due on"), on(due))
        }
        (None, None, None) => lang
            .t(
                "Ingen plan behövs, men enheten får skriva en.",
                "No plan is needed, but the unit may write one.",
            )
            .to_owned(),
    }
}

/// The part of an action that is planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedAction {
    /// The criterion it is about; none for the unit as a whole.
    pub criterion: Option<String>,
    /// What is to be done.
    pub action: String,
    /// Who sees to it.
    pub owner: String,
    /// By when.
    pub due: NaiveDate,
}

/// The longest text in a plan or recommendation, in characters.
pub const LONGEST_TEXT: usize = 10_000;

/// A text that must be there, trimmed.
fn needed<'a>(text: &'a str, field: &str) -> Result<&'a str, Problem> {
    let text = text.trim();
    if !text.is_empty() && text.chars().count() <= LONGEST_TEXT {
        return Ok(text);
    }
    Err(Problem::invalid(
        "text_length",
        format!("Skriv en text på högst {LONGEST_TEXT} tecken."),
        format!("Write a text of at most {LONGEST_TEXT} characters."),
    )
    .with_errors(vec![crate::problem::FieldError {
        pointer: format!("/{field}"),
        code: "text_length".to_owned(),
        message: text::Text::new(
            "Skriv något här, men inte för långt.",
            "Write something here, but not too long.",
        ),
    }]))
}
