//! The smallest set of changes that reaches a goal: fewest criteria first, then fewest half steps. Exact.
//!
//! Choices are combined criterion by criterion and area by area, keeping the greatest gain for each number of criteria,
//! half steps and minimums met. Nothing that could still be part of a smallest answer is dropped: a partial choice
//! leaves only when its criteria are already too many, or when everything that remains could not bring it to the goal.
//! The work grows with a power of the form's size and never with the number of combinations.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::rc::Rc;

use num_bigint::BigInt;
use num_traits::{One, Signed, Zero};

use crate::number::Fraction;

/// One criterion that can change, in the direction of the goal.
#[derive(Debug, Clone)]
pub(super) struct Move {
    /// The area, counted from 0.
    pub area: usize,
    /// What the total gains for each half step.
    pub rate: Fraction,
    /// By how many half steps it can change, ascending.
    pub steps: Vec<usize>,
    /// Whether it must change.
    pub must: bool,
    /// From how many half steps it counts as one of [`Goal::crossings`].
    pub crosses: Option<usize>,
}

/// What must be reached.
#[derive(Debug, Clone, Default)]
pub(super) struct Goal {
    /// The gain of the total, and whether it must be passed and not only reached.
    pub total: Option<Fraction>,
    /// The gain of each area, measured in the total; areas that are not named need none.
    pub areas: BTreeMap<usize, Fraction>,
    /// Whether a gain must be more than what is asked for.
    pub strict: bool,
    /// How many minimum requirements must be crossed.
    pub crossings: usize,
}

/// A smallest answer: the moves by index, with their half steps.
pub(super) type Answer = Vec<(usize, usize)>;

/// Everything as whole numbers over one denominator.
struct Scaled<'a> {
    moves: &'a [Move],
    rates: Vec<BigInt>,
    total: BigInt,
    areas: BTreeMap<usize, BigInt>,
    crossings: usize,
}

/// Criteria, half steps and crossings so far.
type Key = (usize, usize, usize);

/// The greatest gain of a key, and how it came about.
#[derive(Clone)]
struct Label {
    gain: BigInt,
    chosen: Rc<Chosen>,
}

enum Chosen {
    None,
    One(usize, usize),
    Both(Rc<Chosen>, Rc<Chosen>),
}

type Table = BTreeMap<Key, Label>;

/// The smallest answer; none when the goal cannot be reached.
pub(super) fn smallest(moves: &[Move], goal: &Goal) -> Option<Answer> {
    let scaled = Scaled::new(moves, goal);
    let areas: Vec<usize> = scaled.area_indices();
    // As many criteria as are needed when each goes as far as it can.
    let farthest: Vec<Table> = areas.iter().map(|area| scaled.area(*area, false, usize::MAX)).collect();
    let whole = farthest.iter().fold(nothing(), |whole, area| scaled.product(&whole, area, |_, _| true));
    let reached = |key: &Key, label: &Label| key.2 >= scaled.crossings && label.gain >= scaled.total;
    let fewest = whole.iter().find(|(key, label)| reached(key, label)).map(|(key, _)| key.0)?;
    // With that many, as few half steps as are needed.
    let rest = rests(&farthest, fewest);
    let mut whole = nothing();
    for (at, area) in areas.iter().enumerate() {
        let behind = rest.get(at + 1);
        whole = scaled.product(&whole, &scaled.area(*area, true, fewest), |key, gain| {
            let left = fewest.checked_sub(key.0).and_then(|left| behind?.get(left)?.as_ref());
            left.is_some_and(|left| gain + left >= scaled.total)
        });
    }
    let found = whole.iter().find(|(key, label)| reached(key, label))?;
    let mut answer = Answer::new();
    unfold(&found.1.chosen, &mut answer);
    answer.sort_unstable();
    Some(answer)
}

/// Every move that reaches the goal alone, with the fewest half steps it takes.
pub(super) fn alone(moves: &[Move], goal: &Goal) -> Answer {
    let scaled = Scaled::new(moves, goal);
    let forced: Vec<usize> = moves.iter().enumerate().filter(|(_, one)| one.must).map(|(at, _)| at).collect();
    let mut answer = Answer::new();
    for (at, (one, rate)) in moves.iter().zip(&scaled.rates).enumerate() {
        let others = forced.iter().any(|forced| *forced != at)
            || scaled.areas.keys().any(|area| *area != one.area)
            || scaled.crossings > 1;
        let needs = [Some(&scaled.total), scaled.areas.get(&one.area)];
        let reaches = |steps: usize| {
            let gain = rate * BigInt::from(steps);
            needs.iter().flatten().all(|need| gain >= **need)
                && (scaled.crossings == 0 || one.crosses.is_some_and(|crosses| steps >= crosses))
        };
        if let Some(steps) = one.steps.iter().find(|steps| !others && reaches(**steps)) {
            answer.push((at, *steps));
        }
    }
    answer
}

impl<'a> Scaled<'a> {
    fn new(moves: &'a [Move], goal: &Goal) -> Scaled<'a> {
        let all = moves.iter().map(|one| &one.rate).chain(&goal.total).chain(goal.areas.values());
        let denominator = all.fold(BigInt::one(), |common, value| lcm(common, value.denom()));
        let number = |value: &Fraction| value.numer() * (&denominator / value.denom());
        // Whole numbers: more than n is at least n + 1.
        let need =
            |value: &Fraction| number(value) + if goal.strict { BigInt::one() } else { BigInt::zero() };
        Scaled {
            moves,
            rates: moves.iter().map(|one| number(&one.rate)).collect(),
            total: goal.total.as_ref().map_or_else(BigInt::zero, need),
            areas: goal
                .areas
                .iter()
                .map(|(area, value)| (*area, need(value)))
                .filter(|(_, value)| value.is_positive())
                .collect(),
            crossings: goal.crossings,
        }
    }

    /// Whether a move can bring the goal nearer; all others stay where they are.
    fn helps(&self, one: &Move) -> bool {
        one.must
            || self.total.is_positive()
            || self.areas.contains_key(&one.area)
            || (self.crossings > 0 && one.crosses.is_some())
    }

    fn area_indices(&self) -> Vec<usize> {
        let helpful = self.moves.iter().filter(|one| self.helps(one)).map(|one| one.area);
        let mut areas: Vec<usize> = helpful.chain(self.areas.keys().copied()).collect();
        areas.sort_unstable();
        areas.dedup();
        areas
    }

    /// What the moves of an area can do that gives the area what it needs, with at most so many criteria: every number of
    /// half steps, or (`every` false) only all the way, half steps not counted.
    fn area(&self, area: usize, every: bool, most: usize) -> Table {
        let within = self.moves.iter().zip(&self.rates).enumerate();
        let within = within.filter(|(_, (one, _))| one.area == area && self.helps(one));
        let mut table = within.fold(nothing(), |table, (at, (one, rate))| {
            self.product(&table, &options(at, one, rate, every), |key, _| key.0 <= most)
        });
        if let Some(need) = self.areas.get(&area) {
            table.retain(|_, label| label.gain >= *need);
        }
        table
    }

    /// Every choice of one table with every choice of another.
    fn product(&self, one: &Table, other: &Table, keep: impl Fn(&Key, &BigInt) -> bool) -> Table {
        let mut table = Table::new();
        for ((criteria, steps, crossed), label) in one {
            for ((more, further, also), added) in other {
                let key = (criteria + more, steps + further, (crossed + also).min(self.crossings));
                let gain = &label.gain + &added.gain;
                if !keep(&key, &gain) {
                    continue;
                }
                let chosen = || Rc::new(Chosen::Both(Rc::clone(&label.chosen), Rc::clone(&added.chosen)));
                match table.entry(key) {
                    Entry::Vacant(free) => drop(free.insert(Label { chosen: chosen(), gain })),
                    Entry::Occupied(mut held) if held.get().gain < gain => {
                        drop(held.insert(Label { chosen: chosen(), gain }));
                    }
                    Entry::Occupied(_) => {}
                }
            }
        }
        table
    }
}

/// What one move can do.
fn options(at: usize, one: &Move, rate: &BigInt, every: bool) -> Table {
    let mut table = if one.must { Table::new() } else { nothing() };
    let farthest = one.steps.len().saturating_sub(1);
    for steps in one.steps.iter().skip(if every { 0 } else { farthest }).copied() {
        let crossed = usize::from(one.crosses.is_some_and(|crosses| steps >= crosses));
        let label = Label { gain: rate * BigInt::from(steps), chosen: Rc::new(Chosen::One(at, steps)) };
        table.insert((1, if every { steps } else { 0 }, crossed), label);
    }
    table
}

/// The choice of nothing.
fn nothing() -> Table {
    Table::from([((0, 0, 0), Label { gain: BigInt::zero(), chosen: Rc::new(Chosen::None) })])
}

/// For each area on: the most that the areas from there on can gain with at most so many criteria; none when they need
/// more criteria than that.
fn rests(farthest: &[Table], fewest: usize) -> Vec<Vec<Option<BigInt>>> {
    let mut rests = vec![vec![Some(BigInt::zero()); fewest + 1]];
    for table in farthest.iter().rev() {
        let behind = rests.last().cloned().unwrap_or_default();
        let best = |left: usize| {
            table
                .iter()
                .filter_map(|(key, label)| {
                    Some(&label.gain + behind.get(left.checked_sub(key.0)?)?.as_ref()?)
                })
                .max()
        };
        rests.push((0..=fewest).map(best).collect());
    }
    rests.reverse();
    rests
}

fn unfold(chosen: &Chosen, answer: &mut Answer) {
    match chosen {
        Chosen::None => {}
        Chosen::One(at, steps) => answer.push((*at, *steps)),
        Chosen::Both(one, other) => {
            unfold(one, answer);
            unfold(other, answer);
        }
    }
}

fn lcm(one: BigInt, other: &BigInt) -> BigInt {
    let (mut above, mut below) = (one.clone(), other.clone());
    while !below.is_zero() {
        (above, below) = (below.clone(), above % below);
    }
    one / above * other
}
