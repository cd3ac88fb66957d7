//! What would change the outcome: the fewest criteria, and then the fewest half steps, that make it better or worse.
//!
//! A criterion changes to another value that the rules can give it, while all others stay; half steps count how far. One
//! for which evidence is missing changes by getting a value above 0, by which it is missing no more; nothing becomes
//! missing. docs/decisions/nearest.md tells why.

mod search;

use num_traits::{Signed, ToPrimitive, Zero};

use self::search::{Answer, Goal, Move, alone, smallest};
use super::areas;
use super::case::{Case, HIGHEST_LEVEL, UnmetBefore};
use super::outcome::Outcome;
use super::result::Scored;
use super::settle::{self, CriterionState};
use super::with_values;
use crate::forms::Rules;
use crate::number::{Fraction, whole};

/// What would have made the outcome better, and what worse.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Nearest {
    /// The smallest changes that give a better outcome; empty when none does.
    pub better: Vec<Way>,
    /// The smallest changes that give a worse outcome; empty when none does.
    pub worse: Vec<Way>,
}

/// One smallest change. Where one criterion alone is enough there is a way for each that is, fewest half steps first and
/// then in the form's order; otherwise there is one way, with no more criteria and no more half steps than it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// The outcome it gives.
    pub outcome: Outcome,
    /// The criteria that change, in the form's order.
    pub changes: Vec<ValueChange>,
}

/// Another value of a criterion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueChange {
    /// The criterion.
    pub criterion: String,
    /// Its settled value, 0–4.
    pub from: Fraction,
    /// The value it would have.
    pub to: Fraction,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Up,
    Down,
}

fn moved(from: usize, steps: usize, direction: Direction) -> usize {
    match direction {
        Direction::Up => from + steps,
        Direction::Down => from.saturating_sub(steps),
    }
}

/// A criterion that counts.
struct Item<'a> {
    id: &'a str,
    area: usize,
    /// Its value in half steps.
    steps: usize,
    /// What a half step is of the total.
    rate: Fraction,
    minimum: bool,
    met: bool,
    missing: bool,
    /// Whether the outcome is insufficient when it is unmet, because of the years before.
    held: bool,
}

/// What an outcome takes at least.
struct Demands<'a> {
    total: Vec<&'a Fraction>,
    area: Vec<&'a Fraction>,
    /// How many minimums may be unmet.
    unmet: usize,
}

/// The smallest changes that would have given another outcome. `scored` was made from the same case and rules; nothing
/// while it is provisional, was not submitted, or has no total.
#[must_use]
pub fn nearest(case: &Case, default_rules: &Rules, scored: &Scored) -> Nearest {
    let rules = case.rules(default_rules);
    let (Some(outcome), Some(total)) = (scored.outcome, scored.total.as_ref()) else {
        return Nearest::default();
    };
    let Some(items) = items(case, rules, scored) else { return Nearest::default() };
    let asked = Asked { case, rules, scored, items, total, outcome };
    Nearest { better: asked.better(), worse: asked.worse() }
}

fn items<'a>(case: &'a Case, rules: &Rules, scored: &'a Scored) -> Option<Vec<Item<'a>>> {
    let all: Fraction =
        areas::remaining(&case.form, &scored.areas).map(|(area, _)| area.weight.clone()).sum();
    let mut items = Vec::new();
    for (at, (area, _)) in areas::remaining(&case.form, &scored.areas).enumerate() {
        let counted = areas::counted(area, &scored.criteria);
        let weight: Fraction = counted.iter().map(|one| one.criterion.weight.clone()).sum();
        for one in counted {
            let steps = one.value * whole(2);
            let id = one.criterion.id.as_str();
            let before = case.previous.as_ref().and_then(|previous| previous.unmet_minimum.get(id));
            items.push(Item {
                id,
                area: at,
                steps: steps.is_integer().then(|| steps.to_usize()).flatten()?,
                rate: whole(100) * &area.weight / &all * &one.criterion.weight
                    / &weight
                    / whole(2 * i64::from(HIGHEST_LEVEL)),
                minimum: one.criterion.minimum,
                met: one.result.minimum_met == Some(true),
                missing: one.result.state == CriterionState::Missing,
                held: before.is_some_and(|before| is_held(*before, rules)),
            });
        }
    }
    Some(items)
}

/// Whether being unmet this year too makes the outcome insufficient.
fn is_held(before: UnmetBefore, rules: &Rules) -> bool {
    let years = before.years.saturating_add(1);
    before.years > 0
        && (years >= rules.unmet_years || (years >= rules.unmet_years_without_plan && !before.plan))
}

/// What `outcome` takes, beside that it can be assessed at all; none when no case can have it.
fn demands(outcome: Outcome, rules: &Rules) -> Option<Demands<'_>> {
    let sufficient = usize::try_from(rules.insufficient_unmet).ok()?.checked_sub(1)?;
    let (insufficient, approved, exemplary) =
        (&rules.insufficient_total, &rules.approved_total, &rules.exemplary_total);
    Some(match outcome {
        Outcome::E | Outcome::O => Demands { total: Vec::new(), area: Vec::new(), unmet: usize::MAX },
        Outcome::V => Demands { total: vec![insufficient], area: Vec::new(), unmet: sufficient },
        Outcome::G => {
            Demands { total: vec![insufficient, approved], area: vec![&rules.approved_area], unmet: 0 }
        }
        Outcome::F => Demands {
            total: vec![insufficient, approved, exemplary],
            area: vec![&rules.approved_area, &rules.exemplary_area],
            unmet: 0,
        },
    })
}

struct Asked<'a> {
    case: &'a Case,
    rules: &'a Rules,
    scored: &'a Scored,
    items: Vec<Item<'a>>,
    total: &'a Fraction,
    outcome: Outcome,
}

impl Asked<'_> {
    /// The half steps from which a minimum is met.
    fn least_met(&self) -> usize {
        let least = (&self.rules.minimum_level * whole(2)).ceil().to_integer();
        least.to_usize().unwrap_or(if least.is_negative() { 0 } else { usize::MAX })
    }

    /// By how many half steps a criterion can move to a value that the rules can give it: no mean of two levels that are
    /// not near.
    fn steps(&self, item: &Item<'_>, direction: Direction) -> impl Iterator<Item = usize> {
        let (now, minimum, rules) = (item.steps, item.minimum, self.rules);
        let can_be = move |value: usize| {
            let below = u8::try_from(value / 2).unwrap_or(HIGHEST_LEVEL);
            value.is_multiple_of(2) || settle::near(below, below + 1, minimum, rules)
        };
        let most = match direction {
            Direction::Up => (2 * usize::from(HIGHEST_LEVEL)).saturating_sub(now),
            Direction::Down => now,
        };
        (1..=most).filter(move |steps| can_be(moved(now, *steps, direction)))
    }

    fn unmet(&self) -> usize {
        self.items.iter().filter(|one| one.minimum && !one.met).count()
    }

    /// Area scores with the area's part of the whole weight.
    fn areas(&self) -> impl Iterator<Item = (usize, &Fraction, Fraction)> {
        let all: Fraction =
            areas::remaining(&self.case.form, &self.scored.areas).map(|(area, _)| area.weight.clone()).sum();
        areas::remaining(&self.case.form, &self.scored.areas)
            .enumerate()
            .map(move |(at, (area, result))| (at, &result.score, &area.weight / &all))
    }

    fn better(&self) -> Vec<Way> {
        let goal = match self.outcome {
            Outcome::E => Some(self.assessable()),
            Outcome::O => self.raised(Outcome::V),
            Outcome::V => self.raised(Outcome::G),
            Outcome::G => self.raised(Outcome::F),
            Outcome::F => None,
        };
        self.ways(goal.as_slice(), Direction::Up)
    }

    /// Enough evidence to be assessed: each missing criterion needs a value, and which one does not matter.
    fn assessable(&self) -> (Vec<Move>, Goal) {
        let share = self.scored.missing_share.clone().unwrap_or_else(Fraction::zero);
        let most = whole(2 * i64::from(HIGHEST_LEVEL));
        let moves = self.items.iter().map(|one| Move {
            area: 0,
            // However far it goes, all of its weight is missing no more.
            rate: match self.steps(one, Direction::Up).next().and_then(|first| i64::try_from(first).ok()) {
                Some(first) if one.missing => &one.rate * &most / whole(first),
                _ => Fraction::zero(),
            },
            steps: self.steps(one, Direction::Up).take(usize::from(one.missing)).collect(),
            must: false,
            crosses: None,
        });
        let total = share - &self.rules.greatest_missing_share;
        (moves.collect(), Goal { total: Some(total), ..Goal::default() })
    }

    /// All that the better outcome takes, at once.
    fn raised(&self, outcome: Outcome) -> Option<(Vec<Move>, Goal)> {
        let demands = demands(outcome, self.rules)?;
        let least_met = self.least_met();
        let crossings = self.unmet().saturating_sub(demands.unmet);
        let every = crossings > 0 && crossings == self.unmet();
        let moves = self.items.iter().map(|one| {
            let unmet = one.minimum && !one.met;
            let crosses = least_met.saturating_sub(one.steps).max(1);
            let must = unmet && (every || one.held);
            let least = if must { crosses } else { 1 };
            Move {
                area: one.area,
                rate: one.rate.clone(),
                steps: self.steps(one, Direction::Up).filter(|steps| *steps >= least).collect(),
                must,
                crosses: (unmet && !every).then_some(crosses),
            }
        });
        let need = |thresholds: &[&Fraction], score: &Fraction| {
            thresholds.iter().map(|threshold| *threshold - score).max()
        };
        let areas =
            self.areas().filter_map(|(at, score, part)| Some((at, need(&demands.area, score)? * part)));
        let goal = Goal {
            total: need(&demands.total, self.total),
            areas: areas.collect(),
            strict: false,
            crossings: if every { 0 } else { crossings },
        };
        Some((moves.collect(), goal))
    }

    /// Each way in which what the outcome takes can fail: one is enough.
    fn worse(&self) -> Vec<Way> {
        let Some(demands) = demands(self.outcome, self.rules) else { return Vec::new() };
        let moves = |crosses: &dyn Fn(&Item<'_>) -> Option<usize>| -> Vec<Move> {
            let lowered = |one: &Item<'_>| Move {
                area: one.area,
                rate: one.rate.clone(),
                steps: self.steps(one, Direction::Down).collect(),
                must: false,
                crosses: crosses(one),
            };
            self.items.iter().map(lowered).collect()
        };
        let mut goals = Vec::new();
        for threshold in &demands.total {
            let goal = Goal { total: Some(self.total - *threshold), strict: true, ..Goal::default() };
            goals.push((moves(&|_| None), goal));
        }
        for (at, score, part) in self.areas() {
            for threshold in &demands.area {
                let areas = [(at, (score - *threshold) * &part)].into();
                goals.push((moves(&|_| None), Goal { areas, strict: true, ..Goal::default() }));
            }
        }
        // How far a met minimum falls until it is unmet.
        let least_met = self.least_met();
        let falls = |one: &Item<'_>| {
            (one.minimum && one.met)
                .then(|| (one.steps + 1).saturating_sub(least_met))
                .filter(|_| least_met > 0)
        };
        if let Some(more) = demands.unmet.checked_add(1) {
            let crossings = more.saturating_sub(self.unmet());
            goals.push((moves(&falls), Goal { crossings, ..Goal::default() }));
            let held = |one: &Item<'_>| falls(one).filter(|_| one.held);
            goals.push((moves(&held), Goal { crossings: 1, ..Goal::default() }));
        }
        self.ways(&goals, Direction::Down)
    }

    fn ways(&self, goals: &[(Vec<Move>, Goal)], direction: Direction) -> Vec<Way> {
        let mut single: Vec<Option<usize>> = vec![None; self.items.len()];
        for (moves, goal) in goals {
            for (at, steps) in alone(moves, goal) {
                if let Some(known) = single.get_mut(at) {
                    *known = Some(known.map_or(steps, |known| known.min(steps)));
                }
            }
        }
        let mut alone: Vec<(usize, usize)> =
            single.into_iter().enumerate().filter_map(|(at, steps)| Some((at, steps?))).collect();
        alone.sort_by_key(|(at, steps)| (*steps, *at));
        if !alone.is_empty() {
            return alone.into_iter().filter_map(|one| self.way(vec![one], direction)).collect();
        }
        let size = |answer: &Answer| (answer.len(), answer.iter().map(|(_, steps)| steps).sum::<usize>());
        let answers = goals.iter().filter_map(|(moves, goal)| smallest(moves, goal));
        answers.min_by_key(size).and_then(|answer| self.way(answer, direction)).into_iter().collect()
    }

    /// The change as its reader sees it, with the outcome that the scoring gives it.
    fn way(&self, answer: Answer, direction: Direction) -> Option<Way> {
        let mut changes = Vec::new();
        for (at, steps) in answer {
            let item = self.items.get(at)?;
            let to = moved(item.steps, steps, direction);
            let value = |steps: usize| Fraction::from_integer(steps.into()) / whole(2);
            changes.push(ValueChange {
                criterion: item.id.to_owned(),
                from: value(item.steps),
                to: value(to),
            });
        }
        let changed = with_values(self.case, self.rules, self.scored, |id| {
            changes.iter().find(|change| change.criterion == id).map(|change| change.to.clone())
        });
        Some(Way { outcome: changed.outcome?, changes })
    }
}
