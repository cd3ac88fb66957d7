//! This year beside last year, on what is the same in both (scoring model 7.7 and 7.10, *Change*).

use num_traits::Zero;

use super::areas::{self, Counted};
use super::case::{Case, Previous, ScoringArea};
use super::result::{AreaResult, Change, CriterionResult, Listed, Trend};
use crate::forms::Rules;
use crate::number::{Fraction, whole};

/// How much could be compared, and the two scores when it was enough.
pub(super) struct Comparison {
    /// The weight that can be compared.
    pub comparable: Fraction,
    /// The weight of everything that counts this year.
    pub applicable: Fraction,
    /// This year's and last year's score on what is compared.
    pub scores: Option<(Fraction, Fraction)>,
}

impl Comparison {
    /// The change and its trend, where `threshold` is the change that counts as one.
    pub(super) fn change(&self, threshold: &Fraction) -> Change {
        let change = self.scores.as_ref().map(|(this, last)| this - last);
        let trend = match &change {
            None => Trend::NotCompared,
            Some(change) if change >= threshold => Trend::Improved,
            Some(change) if *change <= -threshold => Trend::Declined,
            Some(_) => Trend::Unchanged,
        };
        Change { change, trend }
    }

    fn is_enough(comparable: &Fraction, applicable: &Fraction, rules: &Rules) -> bool {
        !comparable.is_zero() && whole(100) * comparable >= &rules.comparable_share * applicable
    }
}

/// Compares one area.
pub(super) fn area(counted: &[Counted<'_>], previous: Option<&Previous>, rules: &Rules) -> Comparison {
    let pairs: Vec<_> = counted
        .iter()
        .filter_map(|one| last_value(one, previous?).map(|last| (&one.criterion.weight, one.value, last)))
        .collect();
    let applicable = counted.iter().map(|one| one.criterion.weight.clone()).sum();
    let comparable = pairs.iter().map(|(weight, _, _)| (*weight).clone()).sum();
    let scores = Comparison::is_enough(&comparable, &applicable, rules).then(|| {
        let this = areas::score(pairs.iter().map(|(weight, this, _)| (*weight, *this)));
        this.zip(areas::score(pairs.iter().map(|(weight, _, last)| (*weight, *last))))
    });
    Comparison { comparable, applicable, scores: scores.flatten() }
}

/// Compares the whole: the areas that are compared, with this year's weights.
pub(super) fn whole_form(
    case: &Case,
    criteria: &Listed<CriterionResult>,
    results: &Listed<AreaResult>,
    rules: &Rules,
) -> Comparison {
    let remaining: Vec<&ScoringArea> = areas::remaining(&case.form, results).map(|(area, _)| area).collect();
    let compared: Vec<(&Fraction, (Fraction, Fraction))> = remaining
        .iter()
        .filter_map(|one| {
            let comparison = area(&areas::counted(one, criteria), case.previous.as_ref(), rules);
            comparison.scores.map(|scores| (&one.weight, scores))
        })
        .collect();
    let applicable = remaining.iter().map(|area| area.weight.clone()).sum();
    let comparable = compared.iter().map(|(weight, _)| (*weight).clone()).sum();
    let scores = Comparison::is_enough(&comparable, &applicable, rules).then(|| {
        let this = areas::total(compared.iter().map(|(weight, (this, _))| (*weight, this)));
        this.zip(areas::total(compared.iter().map(|(weight, (_, last))| (*weight, last))))
    });
    Comparison { comparable, applicable, scores: scores.flatten() }
}

/// Last year's value of a criterion whose definition is the same.
fn last_value<'a>(one: &Counted<'_>, previous: &'a Previous) -> Option<&'a Fraction> {
    let last = previous.criteria.get(&one.criterion.id)?;
    let same = one.criterion.digest.is_some() && one.criterion.digest == last.digest;
    last.value.as_ref().filter(|_| same)
}
