//! The outcome: the first of E, O, V, F, G that matches (scoring model 7.6 and 7.10).

use serde::{Deserialize, Serialize};

use super::case::Previous;
use super::result::{AreaResult, Listed};
use crate::forms::Rules;
use crate::number::Fraction;
use crate::text::Text;

/// The outcome of a year's evaluation; never of the appointment. Worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Outcome {
    /// Not assessable, *Ej bedömbar*.
    E,
    /// Insufficient, in-depth review; *Otillräcklig – fördjupad granskning*.
    O,
    /// Approved with conditions, *Godkänd med krav på åtgärder*.
    V,
    /// Approved, *Godkänd*.
    G,
    /// Approved, exemplary; *Godkänd, föredöme*.
    F,
}

impl Outcome {
    /// Every outcome, worst first.
    pub const ALL: [Outcome; 5] = [Outcome::E, Outcome::O, Outcome::V, Outcome::G, Outcome::F];

    /// The letter.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Outcome::E => "E",
            Outcome::O => "O",
            Outcome::V => "V",
            Outcome::G => "G",
            Outcome::F => "F",
        }
    }

    /// The outcome's name.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Outcome::E => Text::new("Ej bedömbar", "Not assessable"),
            Outcome::O => Text::new("Otillräcklig – fördjupad granskning", "Insufficient, in-depth review"),
            Outcome::V => Text::new("Godkänd med krav på åtgärder", "Approved with conditions"),
            Outcome::G => Text::new("Godkänd", "Approved"),
            Outcome::F => Text::new("Godkänd, föredöme", "Approved, exemplary"),
        }
    }

    /// Whether an improvement plan is due (7.6: V and O).
    #[must_use]
    pub fn needs_plan(self) -> bool {
        matches!(self, Outcome::V | Outcome::O)
    }
}

/// Why an outcome is what it is: every condition of the matching rule that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reason<'a> {
    /// Nothing in the form applies.
    NothingApplies,
    /// The missing share is above its limit.
    MissingShare,
    /// So many minimum requirements are unmet.
    UnmetMinimum,
    /// The total is below this.
    TotalBelow(&'a Fraction),
    /// This minimum has been unmet too many years running.
    UnmetYears(&'a str, u32),
    /// This minimum was unmet before and has no accepted plan.
    UnmetWithoutPlan(&'a str),
    /// This area is below the approved score.
    AreaBelow(&'a str, &'a Fraction),
    /// All that F asks for.
    Exemplary,
    /// All that G asks for.
    Approved,
}

/// What the outcome is decided from.
pub(super) struct Standing<'a> {
    pub total: Option<&'a Fraction>,
    pub areas: &'a Listed<AreaResult>,
    pub missing_share: &'a Fraction,
    pub unmet: &'a [String],
    pub previous: Option<&'a Previous>,
    pub rules: &'a Rules,
}

impl<'a> Standing<'a> {
    /// The outcome and its reasons; at least one.
    pub(super) fn decide(&self) -> (Outcome, Vec<Reason<'a>>) {
        let Some(total) = self.total else {
            return (Outcome::E, vec![Reason::NothingApplies]);
        };
        if *self.missing_share > self.rules.greatest_missing_share {
            return (Outcome::E, vec![Reason::MissingShare]);
        }
        let insufficient = self.insufficient(total);
        if !insufficient.is_empty() {
            return (Outcome::O, insufficient);
        }
        let conditions = self.conditions(total);
        if !conditions.is_empty() {
            return (Outcome::V, conditions);
        }
        let exemplary = *total >= self.rules.exemplary_total
            && self.areas.iter().all(|(_, area)| area.score >= self.rules.exemplary_area);
        if exemplary { (Outcome::F, vec![Reason::Exemplary]) } else { (Outcome::G, vec![Reason::Approved]) }
    }

    fn insufficient(&self, total: &Fraction) -> Vec<Reason<'a>> {
        let mut reasons = Vec::new();
        if u32::try_from(self.unmet.len()).is_ok_and(|unmet| unmet >= self.rules.insufficient_unmet) {
            reasons.push(Reason::UnmetMinimum);
        }
        if *total < self.rules.insufficient_total {
            reasons.push(Reason::TotalBelow(&self.rules.insufficient_total));
        }
        for id in self.unmet {
            let before = self.previous.and_then(|previous| previous.unmet_minimum.get(id));
            let Some(before) = before.filter(|before| before.years > 0) else {
                continue;
            };
            let years = before.years.saturating_add(1);
            if years >= self.rules.unmet_years {
                reasons.push(Reason::UnmetYears(id, years));
            } else if years >= self.rules.unmet_years_without_plan && !before.plan {
                reasons.push(Reason::UnmetWithoutPlan(id));
            }
        }
        reasons
    }

    fn conditions(&self, total: &Fraction) -> Vec<Reason<'a>> {
        let mut reasons = Vec::new();
        if !self.unmet.is_empty() {
            reasons.push(Reason::UnmetMinimum);
        }
        if *total < self.rules.approved_total {
            reasons.push(Reason::TotalBelow(&self.rules.approved_total));
        }
        let low = self.areas.iter().filter(|(_, area)| area.score < self.rules.approved_area);
        reasons.extend(low.map(|(id, area)| Reason::AreaBelow(id, &area.score)));
        reasons
    }
}
