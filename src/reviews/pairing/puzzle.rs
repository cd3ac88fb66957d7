//! Facts as a puzzle of numbers for the search, and back into people. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::costs;
use super::facts::{Facts, Target};
use super::rules::{self, Rule};
use super::solve::{Bar, Hand, Need, Pair, Puzzle};
use crate::identity::standing::Party;
use crate::ids::{PersonId, UnitId};

/// A seat to fill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// In which case.
    pub target: Target,
    /// For whom.
    pub party: Party,
    /// Who is to have it, when the coordinator has chosen.
    pub chosen: Option<PersonId>,
}

/// The puzzle of some seats; its people are the reviewers of the facts, by their place there.
#[must_use]
pub fn puzzle(facts: &Facts, seats: &[Seat]) -> Puzzle {
    let number: BTreeMap<&UnitId, usize> = facts.units.keys().zip(0..).collect();
    let hand = |reviewer: &super::facts::Reviewer| Hand {
        // Seats that whoever asks may not know of take up room, and are neither told nor weighed.
        limit: reviewer.profile.load_limit.saturating_sub(reviewer.hidden_load()),
        taken: reviewer.known_load(None),
        homes: reviewer.homes(facts.on).into_iter().filter_map(|home| number.get(home).copied()).collect(),
    };
    Puzzle {
        needs: seats
            .iter()
            .map(|seat| Need { unit: number.get(&seat.target.unit.id).copied().unwrap_or(usize::MAX) })
            .collect(),
        hands: facts.reviewers.iter().map(hand).collect(),
        pairs: seats.iter().map(|seat| row(facts, seat)).collect(),
    }
}

fn row(facts: &Facts, seat: &Seat) -> Vec<Option<Pair>> {
    let pair = |reviewer: &super::facts::Reviewer| {
        let id = &reviewer.person.id;
        let asked = seat.chosen.as_ref().is_none_or(|chosen| chosen == id);
        if !asked || !reviewer.registered || !rules::fits(reviewer.person.organisation, seat.party) {
            return None;
        }
        let bars = rules::bars(facts, reviewer, &seat.target, seat.party);
        Some(Pair {
            cost: costs::cost(facts, reviewer, &seat.target),
            bars: bars
                .iter()
                .map(|bar| Bar { rule: bar.rule, price: bar.rule.price().filter(|_| bar.may_pass) })
                .collect(),
            exempt: facts.passes(id, &seat.target.case, Rule::Reciprocal),
        })
    };
    facts.reviewers.iter().map(pair).collect()
}

/// Who else could have one seat of a filled puzzle if nothing else changed, the cheapest first: the person's place and
/// what it would cost more.
#[must_use]
pub fn others(puzzle: &Puzzle, given: &[Option<usize>], need: usize) -> Vec<(usize, i64)> {
    let mut held: BTreeMap<usize, u32> =
        puzzle.hands.iter().enumerate().map(|(hand, person)| (hand, person.taken)).collect();
    let mut ways = BTreeSet::new();
    for (other, hand) in given.iter().enumerate().filter_map(|(other, hand)| Some((other, (*hand)?))) {
        *held.entry(hand).or_default() += 1;
        if other != need && !puzzle.pair(other, hand).is_some_and(|pair| pair.exempt) {
            ways.extend(puzzle.homes(hand).iter().map(|home| (*home, puzzle.unit(other))));
        }
    }
    let held = |hand: usize| held.get(&hand).copied().unwrap_or_default();
    let unit = puzzle.unit(need);
    let now = given.get(need).copied().flatten();
    let saved = now.map_or(0, |hand| {
        super::settings::seat(held(hand)) + puzzle.pair(need, hand).map_or(0, |pair| pair.cost)
    });
    let mut others: Vec<(usize, i64)> = puzzle
        .hands
        .iter()
        .enumerate()
        .filter(|(hand, person)| Some(*hand) != now && held(*hand) < person.limit)
        .filter_map(|(hand, _)| {
            let pair = puzzle.pair(need, hand).filter(|pair| pair.bars.is_empty())?;
            let crosses = puzzle.homes(hand).iter().any(|home| ways.contains(&(unit, *home)));
            let costs = pair.cost + super::settings::seat(held(hand) + 1) - saved;
            (pair.exempt || !crosses).then_some((hand, costs))
        })
        .collect();
    others.sort_by_key(|(hand, more)| (*more, *hand));
    others
}
