//! Which rule gave the outcome, with its numbers.

use num_traits::Zero;

use super::number;
use crate::forms::Rules;
use crate::number::{Fraction, display_apart, display_beside};
use crate::scoring::case::Case;
use crate::scoring::outcome::{Outcome, Reason, Standing};
use crate::scoring::result::Scored;
use crate::scoring::{area_thresholds, total_thresholds};
use crate::text::Text;

/// `V, Godkänd med krav på åtgärder: 1 minimikrav är inte uppfyllt (E2).`
pub(super) fn explain(case: &Case, rules: &Rules, scored: &Scored) -> Option<Text> {
    let (outcome, reasons) = decided(case, rules, scored)?;
    let (code, title) = (outcome.code(), outcome.title());
    Some(Text::new(
        format!("{code}, {}: {}.", title.sv, joined(&reasons, |text| &text.sv)),
        format!("{code}, {}: {}.", title.en, joined(&reasons, |text| &text.en)),
    ))
}

/// `1 minimikrav är inte uppfyllt (E2).`: the same without the outcome, for places that have just named it.
pub(super) fn reasons(case: &Case, rules: &Rules, scored: &Scored) -> Option<Text> {
    let (_, reasons) = decided(case, rules, scored)?;
    let sentence = |joined: String| {
        let mut signs = joined.chars();
        let first = signs.next().map(char::to_uppercase).into_iter().flatten();
        format!("{}.", first.chain(signs).collect::<String>())
    };
    Some(Text::new(sentence(joined(&reasons, |text| &text.sv)), sentence(joined(&reasons, |text| &text.en))))
}

fn decided(case: &Case, rules: &Rules, scored: &Scored) -> Option<(Outcome, Vec<Text>)> {
    let outcome = scored.outcome?;
    if !case.submitted {
        let reason = Text::new("självvärderingen lämnades inte in", "the self-assessment was not submitted");
        return Some((outcome, vec![reason]));
    }
    let (missing_share, unmet) = (scored.missing_share.as_ref()?, scored.unmet_minimum.as_ref()?);
    let standing = Standing {
        total: scored.total.as_ref(),
        areas: &scored.areas,
        missing_share,
        unmet,
        previous: case.previous.as_ref(),
        rules,
    };
    let zero = Fraction::zero();
    let numbers = Numbers { total: scored.total.as_ref().unwrap_or(&zero), missing_share, unmet, rules };
    let (outcome, reasons) = standing.decide();
    Some((outcome, reasons.iter().map(|reason| numbers.retell(reason)).collect()))
}

fn joined(reasons: &[Text], language: fn(&Text) -> &str) -> String {
    reasons.iter().map(language).collect::<Vec<_>>().join("; ")
}

struct Numbers<'a> {
    total: &'a Fraction,
    missing_share: &'a Fraction,
    unmet: &'a [String],
    rules: &'a Rules,
}

impl Numbers<'_> {
    fn retell(&self, reason: &Reason<'_>) -> Text {
        let rules = self.rules;
        let total = display_beside(self.total, &total_thresholds(rules));
        match reason {
            Reason::NothingApplies => Text::new("inget kriterium är tillämpligt", "no criterion applies"),
            Reason::MissingShare => {
                let limit = &rules.greatest_missing_share;
                let shown = display_apart(self.missing_share, std::slice::from_ref(limit));
                let limit = number(limit);
                Text::new(
                    format!("underlag saknas för {shown}\u{a0}% av vikten, mer än {limit}\u{a0}%"),
                    format!("evidence is missing for {shown}% of the weight, more than {limit}%"),
                )
            }
            Reason::UnmetMinimum => {
                let (count, ids) = (self.unmet.len(), self.unmet.join(", "));
                let sv = if count == 1 { "är inte uppfyllt" } else { "är inte uppfyllda" };
                let en = if count == 1 { "requirement is" } else { "requirements are" };
                Text::new(
                    format!("{count} minimikrav {sv} ({ids})"),
                    format!("{count} minimum {en} not met ({ids})"),
                )
            }
            Reason::TotalBelow(limit) => {
                let limit = number(limit);
                Text::new(
                    format!("totalen {total} är under {limit}"),
                    format!("the total {total} is below {limit}"),
                )
            }
            Reason::UnmetYears(id, years) => Text::new(
                format!("minimikravet {id} är inte uppfyllt för {years}:e året i rad"),
                format!("the minimum requirement {id} has not been met for {years} years running"),
            ),
            Reason::UnmetWithoutPlan(id) => Text::new(
                format!(
                    "minimikravet {id} var inte uppfyllt i fjol heller och har ingen godtagen åtgärdsplan"
                ),
                format!(
                    "the minimum requirement {id} was not met last year either and has no accepted improvement plan"
                ),
            ),
            Reason::AreaBelow(id, score) => {
                let (shown, limit) =
                    (display_beside(score, &area_thresholds(rules)), number(&rules.approved_area));
                Text::new(
                    format!("område {id} har {shown}, under {limit}"),
                    format!("area {id} has {shown}, below {limit}"),
                )
            }
            Reason::Exemplary => met(&total, &rules.exemplary_total, &rules.exemplary_area),
            Reason::Approved => met(&total, &rules.approved_total, &rules.approved_area),
        }
    }
}

fn met(total: &str, least_total: &Fraction, least_area: &Fraction) -> Text {
    let (least_total, least_area) = (number(least_total), number(least_area));
    Text::new(
        format!(
            "alla minimikrav är uppfyllda, totalen {total} är minst {least_total} och inget område är under {least_area}"
        ),
        format!(
            "every minimum requirement is met, the total {total} is at least {least_total} and no area is below {least_area}"
        ),
    )
}
