//! The sentence behind each number, in both languages.
//!
//! Invariant: nothing is decided here; every sentence retells what the scoring functions answered.

mod criterion;
mod nearest;
mod outcome;

use num_traits::Zero;

use super::areas::{self, Counted};
use super::case::{Case, HIGHEST_LEVEL, ScoringArea};
use super::change::{self, Comparison};
use super::nearest::Way;
use super::result::{Light, Scored};
use super::stakes::Stake;
use super::{area_thresholds, total_thresholds};
use crate::forms::Rules;
use crate::number::{Fraction, display_apart, display_beside, display_change, display_short, whole};
use crate::text::Text;

/// Explains a result. Numbers are written the same in both languages, as everywhere in the service.
#[derive(Debug, Clone, Copy)]
pub struct Explain<'a> {
    case: &'a Case,
    rules: &'a Rules,
    scored: &'a Scored,
}

impl<'a> Explain<'a> {
    /// Explains `scored`, which [`score`](super::score) made from the same case and rules.
    #[must_use]
    pub fn new(case: &'a Case, default_rules: &'a Rules, scored: &'a Scored) -> Explain<'a> {
        Explain { case, rules: case.rules(default_rules), scored }
    }

    /// How a criterion got its value, or what it waits for. None for an unknown criterion or a case not submitted.
    #[must_use]
    pub fn criterion(&self, id: &str) -> Option<Text> {
        let criterion = self.case.form.criterion(id)?;
        self.scored.criteria.get(id)?;
        let silent = super::CriterionJudgements::default();
        let judgements = self.case.judgements.get(id).unwrap_or(&silent);
        criterion::explain(judgements, criterion.minimum, self.case.fact_check, self.rules)
    }

    /// The same for readers who may not know what each reviewer set: which rule gave the value.
    #[must_use]
    pub fn criterion_in_short(&self, id: &str) -> Option<Text> {
        criterion::in_short(self.scored.criteria.get(id)?)
    }

    /// What an open criterion can still change.
    #[must_use]
    pub fn stake(stake: &Stake) -> Text {
        nearest::stake(stake)
    }

    /// What would have changed the outcome.
    #[must_use]
    pub fn way(way: &Way) -> Text {
        nearest::way(way)
    }

    /// Why a criterion has its light, and whether it meets its minimum. None when it has no value.
    #[must_use]
    pub fn light(&self, id: &str) -> Option<Text> {
        let result = self.scored.criteria.get(id)?;
        criterion::explain_light(result, self.rules)
    }

    /// An area's score as a calculation: `(2 × 3 + 1 × 2 + 1 × 3) / 16 × 100 = 68,8`.
    #[must_use]
    pub fn area_score(&self, id: &str) -> Option<Text> {
        let (area, counted) = self.area(id)?;
        let terms: Vec<String> = counted
            .iter()
            .map(|one| format!("{}\u{a0}×\u{a0}{}", number(&one.criterion.weight), number(one.value)))
            .collect();
        let weight: Fraction = counted.iter().map(|one| one.criterion.weight.clone()).sum();
        let most = number(&(weight * whole(i64::from(HIGHEST_LEVEL))));
        let shown = &self.scored.areas.get(&area.id)?.display;
        let text = format!("({}) / {most} × 100 = {shown}", terms.join(" + "));
        Some(Text::new(text.clone(), text))
    }

    /// Why an area has its light.
    #[must_use]
    pub fn area_light(&self, id: &str) -> Option<Text> {
        let (_, counted) = self.area(id)?;
        let lights = areas::lights(&counted, self.rules);
        let of = |part: usize| {
            Fraction::from_integer(part.into()) * whole(100)
                / Fraction::from_integer(lights.counted.max(1).into())
        };
        let (all, green, either) = (lights.counted, lights.green, lights.green + lights.yellow);
        let (green_limit, yellow_limit) = (&self.rules.area_green_share, &self.rules.area_yellow_share);
        let green_share = of(green);
        let percent = |share: &Fraction, limit: &Fraction| display_beside(share, std::slice::from_ref(limit));
        let (shown_green, shown_either) =
            (percent(&green_share, green_limit), percent(&of(either), yellow_limit));
        let (green_limit_shown, yellow_limit_shown) = (number(green_limit), number(yellow_limit));
        Some(match lights.light {
            Light::Green => Text::new(
                format!(
                    "Grön: {green} av {all} kriterier är gröna, {shown_green}\u{a0}%. Det krävs minst {green_limit_shown}\u{a0}%."
                ),
                format!(
                    "Green: {green} of {all} criteria are green, {shown_green}%. At least {green_limit_shown}% is needed."
                ),
            ),
            Light::Yellow if green_share >= *green_limit => Text::new(
                format!(
                    "Gul: {green} av {all} kriterier är gröna, {shown_green}\u{a0}%, men ett minimikrav i området är inte uppfyllt."
                ),
                format!(
                    "Yellow: {green} of {all} criteria are green, {shown_green}%, but a minimum requirement in the area is not met."
                ),
            ),
            Light::Yellow => Text::new(
                format!(
                    "Gul: {either} av {all} kriterier är gröna eller gula, {shown_either}\u{a0}%. Det krävs minst {yellow_limit_shown}\u{a0}%."
                ),
                format!(
                    "Yellow: {either} of {all} criteria are green or yellow, {shown_either}%. At least {yellow_limit_shown}% is needed."
                ),
            ),
            Light::Red => Text::new(
                format!(
                    "Röd: {either} av {all} kriterier är gröna eller gula, {shown_either}\u{a0}%. För gult krävs minst {yellow_limit_shown}\u{a0}%."
                ),
                format!(
                    "Red: {either} of {all} criteria are green or yellow, {shown_either}%. Yellow needs at least {yellow_limit_shown}%."
                ),
            ),
        })
    }

    /// The total as a calculation: `(40 × 68,75 + 60 × 54,6875) / 100 = 60,3`.
    #[must_use]
    pub fn total(&self) -> Option<Text> {
        let shown = self.scored.display.as_ref()?;
        let remaining = || areas::remaining(&self.case.form, &self.scored.areas);
        let terms: Vec<String> = remaining()
            .map(|(area, result)| format!("{}\u{a0}×\u{a0}{}", number(&area.weight), number(&result.score)))
            .collect();
        let weight: Fraction = remaining().map(|(area, _)| area.weight.clone()).sum();
        let text = format!("({}) / {} = {shown}", terms.join(" + "), number(&weight));
        Some(Text::new(text.clone(), text))
    }

    /// How much is missing beside how much may be.
    #[must_use]
    pub fn missing_share(&self) -> Option<Text> {
        let share = self.scored.missing_share.as_ref()?;
        let limit = &self.rules.greatest_missing_share;
        let (shown, limit) = (display_apart(share, std::slice::from_ref(limit)), number(limit));
        Some(Text::new(
            format!(
                "Underlag saknas för {shown}\u{a0}% av vikten. Högst {limit}\u{a0}% får saknas för att enheten ska kunna bedömas."
            ),
            format!(
                "Evidence is missing for {shown}% of the weight. At most {limit}% may be missing for the unit to be assessed."
            ),
        ))
    }

    /// Which rule gave the outcome, with its numbers. None while provisional.
    #[must_use]
    pub fn outcome(&self) -> Option<Text> {
        outcome::explain(self.case, self.rules, self.scored)
    }

    /// The same without the outcome itself, for places that have just named it. None while provisional.
    #[must_use]
    pub fn outcome_reasons(&self) -> Option<Text> {
        outcome::reasons(self.case, self.rules, self.scored)
    }

    /// The change of the total since last year.
    #[must_use]
    pub fn change(&self) -> Option<Text> {
        self.scored.change.as_ref()?;
        let comparison = change::whole_form(self.case, &self.scored.criteria, &self.scored.areas, self.rules);
        Some(self.compared(&comparison, &self.rules.change_total, &total_thresholds(self.rules)))
    }

    /// The change of an area since last year.
    #[must_use]
    pub fn area_change(&self, id: &str) -> Option<Text> {
        let (_, counted) = self.area(id)?;
        let comparison = change::area(&counted, self.case.previous.as_ref(), self.rules);
        Some(self.compared(&comparison, &self.rules.change_area, &area_thresholds(self.rules)))
    }

    fn compared(&self, comparison: &Comparison, threshold: &Fraction, thresholds: &[Fraction]) -> Text {
        if self.case.previous.is_none() {
            return Text::new(
                "Det finns inget tidigare år att jämföra med.",
                "There is no earlier year to compare with.",
            );
        }
        let Some((this, last)) = &comparison.scores else {
            let limit = &self.rules.comparable_share;
            let share = if comparison.applicable.is_zero() {
                Fraction::zero()
            } else {
                whole(100) * &comparison.comparable / &comparison.applicable
            };
            let (shown, limit) = (display_beside(&share, std::slice::from_ref(limit)), number(limit));
            return Text::new(
                format!(
                    "Jämförs inte: {shown}\u{a0}% av vikten har samma kriterier som i fjol. Det krävs minst {limit}\u{a0}%."
                ),
                format!(
                    "Not compared: {shown}% of the weight has the same criteria as last year. At least {limit}% is needed."
                ),
            );
        };
        let change = comparison.change(threshold);
        let (this_shown, last_shown) = (display_beside(this, thresholds), display_beside(last, thresholds));
        let difference = display_change(&(this - last), &[threshold.clone(), -threshold]);
        let (trend, threshold) = (change.trend.title(), number(threshold));
        Text::new(
            format!(
                "På samma kriterier {this_shown} i år mot {last_shown} i fjol, {difference}: {}. En förändring räknas från {threshold}.",
                trend.sv
            ),
            format!(
                "On the same criteria {this_shown} this year and {last_shown} last year, {difference}: {}. A change counts from {threshold}.",
                trend.en
            ),
        )
    }

    fn area(&self, id: &str) -> Option<(&'a ScoringArea, Vec<Counted<'a>>)> {
        self.scored.areas.get(id)?;
        let area = self.case.form.area(id)?;
        Some((area, areas::counted(area, &self.scored.criteria)))
    }
}

/// A number in a calculation, with at most four decimals.
fn number(value: &Fraction) -> String {
    display_short(value, 4)
}
