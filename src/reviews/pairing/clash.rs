//! Why seats cannot be filled: an irreducible set of rules that clash, and the cheapest ways out. Pure.

use std::collections::BTreeSet;

use super::rules::Rule;
use super::settings::{MOST_BRANCHES, RAISE_PRICE};
use super::solve::{Pair, Puzzle, Solution, Terms, solve};

/// A rule of one puzzle. Left out, a limit is no limit, a bar stops nothing and a seat need not be filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Element {
    /// The seat is to be filled.
    Need(usize),
    /// The person's limit.
    Limit(usize),
    /// The bar with this place among those of a seat and person.
    Bar(usize, usize, usize),
    /// The people of two units do not review each other.
    Apart(usize, usize),
}

/// A way to loosen a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relaxation {
    /// Raise the person's limit to so many seats a year.
    Raise(usize, u32),
    /// Let the person pass a rule for a seat.
    Pass(usize, usize, Rule),
    /// Find somebody new for the seat: nobody can have it.
    Recruit(usize),
}

/// Rules that clash, and ways out of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Clash {
    /// Irreducible: without any one of them the others can be kept. Empty when the search gave up.
    pub rules: Vec<Element>,
    /// What makes the whole solvable: the cheapest first, then others that do it with one change.
    pub ways: Vec<Vec<Relaxation>>,
}

/// Most ways out that are told.
const MOST_WAYS: usize = 6;

/// Why a puzzle has no solution; nothing when it has one.
#[must_use]
pub fn clash(puzzle: &Puzzle) -> Option<Clash> {
    let all: BTreeSet<Element> = elements(puzzle).into_iter().collect();
    if let Some(short) = shortage(puzzle, &all) {
        let ways = ways(puzzle, &short.rules, short.seats);
        return Some(Clash { rules: short.rules, ways });
    }
    let mut rules = match fits(puzzle, &all) {
        Fit::Yes => return None,
        Fit::No => {
            let rules: Vec<Element> = all.into_iter().collect();
            let mut solvable = |some: &BTreeSet<Element>| !matches!(fits(puzzle, some), Fit::No);
            irreducible(&BTreeSet::new(), false, &rules, &mut solvable)
        }
        Fit::Unknown => Vec::new(),
    };
    rules.sort_unstable();
    let ways = ways(puzzle, &rules, 0);
    Some(Clash { rules, ways })
}

/// Every rule of a puzzle.
#[must_use]
pub fn elements(puzzle: &Puzzle) -> Vec<Element> {
    let mut all: Vec<Element> = (0..puzzle.needs.len()).map(Element::Need).collect();
    all.extend((0..puzzle.hands.len()).map(Element::Limit));
    for need in 0..puzzle.needs.len() {
        for hand in 0..puzzle.hands.len() {
            let bars = puzzle.pair(need, hand).map_or(0, |pair| pair.bars.len());
            all.extend((0..bars).map(|place| Element::Bar(need, hand, place)));
        }
    }
    let mut units = BTreeSet::new();
    for (need, one) in puzzle.needs.iter().enumerate() {
        for hand in (0..puzzle.hands.len()).filter(|hand| puzzle.pair(need, *hand).is_some()) {
            units.extend(puzzle.homes(hand).iter().map(|home| (*home, one.unit)));
        }
    }
    let both = units.iter().filter(|(home, unit)| home < unit && units.contains(&(*unit, *home)));
    all.extend(both.map(|(home, unit)| Element::Apart(*home, *unit)));
    all
}

/// Whether a puzzle can be solved under some of its rules alone.
#[must_use]
pub fn is_solvable(puzzle: &Puzzle, some: &BTreeSet<Element>) -> bool {
    matches!(fits(puzzle, some), Fit::Yes)
}

enum Fit {
    Yes,
    No,
    Unknown,
}

fn fits(puzzle: &Puzzle, some: &BTreeSet<Element>) -> Fit {
    let mut branches = 0;
    let mut open = vec![BTreeSet::new()];
    while let Some(forbidden) = open.pop() {
        branches += 1;
        if branches > MOST_BRANCHES {
            return Fit::Unknown;
        }
        let mut matching = Matching::of(puzzle, some, &forbidden);
        if matching.fill(some).next().is_some() {
            continue;
        }
        let given = matching.given;
        match across(puzzle, some, &given) {
            None => return Fit::Yes,
            Some((this, that)) => {
                for way in [(this, that), (that, this)] {
                    let mut child: BTreeSet<(usize, usize)> = forbidden.clone();
                    child.insert(way);
                    open.push(child);
                }
            }
        }
    }
    Fit::No
}

/// Two units whose people review each other, where that is one of the rules.
fn across(puzzle: &Puzzle, some: &BTreeSet<Element>, given: &[Option<usize>]) -> Option<(usize, usize)> {
    let mut ways = BTreeSet::new();
    for (need, hand) in given.iter().enumerate().filter_map(|(need, hand)| Some((need, (*hand)?))) {
        if !puzzle.pair(need, hand).is_some_and(|pair| pair.exempt) {
            ways.extend(puzzle.homes(hand).iter().map(|home| (*home, puzzle.unit(need))));
        }
    }
    let both = |(home, unit): &&(usize, usize)| {
        home < unit && ways.contains(&(*unit, *home)) && some.contains(&Element::Apart(*home, *unit))
    };
    ways.iter().find(both).copied()
}

/// Seats that have too few people between them, whatever the others get.
struct Shortage {
    /// Why, irreducible.
    rules: Vec<Element>,
    /// Seats that stay empty when as many as possible are filled.
    seats: usize,
}

/// Why seats stay empty, reciprocity aside; the shortest of the explanations that are at hand. When as many seats as
/// possible are filled, those that an empty one could take over by moving people are one more than there is room for with
/// the people who could be had (Hall, 1935): their limits, the seats, and one bar to everybody else clash. Without any one
/// of these the empty seat, or in its place any of the others, can be filled.
fn shortage(puzzle: &Puzzle, all: &BTreeSet<Element>) -> Option<Shortage> {
    let mut matching = Matching::of(puzzle, all, &BTreeSet::new());
    let empty: Vec<usize> = matching.fill(all).collect();
    let rules = empty.iter().map(|need| {
        let mut people = BTreeSet::new();
        matching.augment(*need, &mut people);
        let held = people.iter().filter_map(|hand| matching.held.get(*hand)).flatten().copied();
        let seats: BTreeSet<usize> = held.chain([*need]).collect();
        let others = || (0..puzzle.hands.len()).filter(|hand| !people.contains(hand));
        let barred =
            |need: usize, hand: usize| puzzle.pair(need, hand).is_some_and(|pair| !pair.bars.is_empty());
        let bars = seats.iter().flat_map(|need| {
            others().filter(|hand| barred(*need, *hand)).map(|hand| Element::Bar(*need, hand, 0))
        });
        let limits = people.iter().copied().map(Element::Limit);
        seats.iter().copied().map(Element::Need).chain(limits).chain(bars).collect::<Vec<Element>>()
    });
    let rules = rules.min_by_key(Vec::len)?;
    Some(Shortage { rules, seats: empty.len() })
}

/// People in seats, by augmenting paths.
struct Matching<'a> {
    puzzle: &'a Puzzle,
    open: Vec<Vec<usize>>,
    room: Vec<usize>,
    held: Vec<Vec<usize>>,
    given: Vec<Option<usize>>,
}

impl<'a> Matching<'a> {
    /// Nobody has a seat yet; each seat is open to whom these rules let have it.
    fn of(
        puzzle: &'a Puzzle,
        some: &BTreeSet<Element>,
        forbidden: &BTreeSet<(usize, usize)>,
    ) -> Matching<'a> {
        let room = puzzle.hands.iter().enumerate().map(|(hand, person)| {
            let left = usize::try_from(person.limit.saturating_sub(person.taken)).unwrap_or(usize::MAX);
            if some.contains(&Element::Limit(hand)) { left } else { usize::MAX }
        });
        let open = (0..puzzle.needs.len()).map(|need| {
            let unit = puzzle.unit(need);
            let open = |hand: &usize| {
                puzzle.pair(need, *hand).is_some_and(|pair| {
                    let barred =
                        (0..pair.bars.len()).any(|place| some.contains(&Element::Bar(need, *hand, place)));
                    let mut homes = puzzle.homes(*hand).iter();
                    !barred && (pair.exempt || !homes.any(|home| forbidden.contains(&(*home, unit))))
                })
            };
            (0..puzzle.hands.len()).filter(open).collect()
        });
        Matching {
            puzzle,
            open: open.collect(),
            room: room.collect(),
            held: vec![Vec::new(); puzzle.hands.len()],
            given: vec![None; puzzle.needs.len()],
        }
    }

    /// Fills the seats that are asked for one by one, and gives those that cannot be filled beside the others.
    fn fill(&mut self, some: &BTreeSet<Element>) -> impl Iterator<Item = usize> {
        (0..self.puzzle.needs.len())
            .filter(|need| some.contains(&Element::Need(*need)))
            .filter(|need| !self.augment(*need, &mut BTreeSet::new()))
    }

    fn augment(&mut self, need: usize, seen: &mut BTreeSet<usize>) -> bool {
        for hand in self.open.get(need).cloned().unwrap_or_default() {
            if !seen.insert(hand) {
                continue;
            }
            let held = self.held.get(hand).cloned().unwrap_or_default();
            if held.len() < self.room.get(hand).copied().unwrap_or_default() {
                self.give(need, hand);
                return true;
            }
            for other in held {
                if self.augment(other, seen) {
                    if let Some(held) = self.held.get_mut(hand) {
                        held.retain(|one| *one != other);
                    }
                    self.give(need, hand);
                    return true;
                }
            }
        }
        debug_assert!(need < self.puzzle.needs.len());
        false
    }

    fn give(&mut self, need: usize, hand: usize) {
        if let (Some(held), Some(given)) = (self.held.get_mut(hand), self.given.get_mut(need)) {
            held.push(need);
            *given = Some(hand);
        }
    }
}

/// An irreducible part of rules that clash, found by halving (Junker, `QuickXplain`, 2004).
fn irreducible(
    kept: &BTreeSet<Element>,
    changed: bool,
    rules: &[Element],
    solvable: &mut impl FnMut(&BTreeSet<Element>) -> bool,
) -> Vec<Element> {
    if changed && !solvable(kept) {
        return Vec::new();
    }
    if rules.len() <= 1 {
        return rules.to_vec();
    }
    let (one, other) = rules.split_at(rules.len() / 2);
    let with = |more: &[Element]| kept.iter().chain(more).copied().collect::<BTreeSet<Element>>();
    let second = irreducible(&with(one), !one.is_empty(), other, solvable);
    let mut first = irreducible(&with(&second), !second.is_empty(), one, solvable);
    first.extend(second);
    first
}

/// A puzzle with rules loosened.
#[must_use]
pub fn loosened(puzzle: &Puzzle, by: &[Relaxation]) -> Puzzle {
    let mut loose = puzzle.clone();
    let mut recruited = Vec::new();
    for one in by {
        match *one {
            Relaxation::Raise(hand, to) => {
                if let Some(hand) = loose.hands.get_mut(hand) {
                    hand.limit = hand.limit.max(to);
                }
            }
            Relaxation::Pass(need, hand, rule) => {
                if let Some(pair) = pair_mut(&mut loose, need, hand) {
                    pair.bars.retain(|bar| bar.rule != rule || bar.price.is_none());
                    pair.exempt |= rule == Rule::Reciprocal;
                }
            }
            Relaxation::Recruit(need) => recruited.push(need),
        }
    }
    // Somebody new is a person of the same organisation with room for one.
    for need in recruited {
        loose.hands.push(super::solve::Hand { limit: 1, taken: 0, homes: Vec::new() });
        for (seat, pairs) in loose.pairs.iter_mut().enumerate() {
            pairs.push((seat == need).then(Pair::default));
        }
    }
    loose
}

fn pair_mut(puzzle: &mut Puzzle, need: usize, hand: usize) -> Option<&mut Pair> {
    puzzle.pairs.get_mut(need)?.get_mut(hand)?.as_mut()
}

/// `empty` is how many seats stay empty at least: one change fills no more than one.
fn ways(puzzle: &Puzzle, rules: &[Element], empty: usize) -> Vec<Vec<Relaxation>> {
    let mut ways: Vec<Vec<Relaxation>> = Vec::new();
    if let Some(bent) = solve(puzzle, Terms::Bent) {
        ways.push(bent_rules(puzzle, &bent));
    }
    if empty > 1 {
        return ways;
    }
    let mut singles: Vec<(i64, Relaxation)> = rules
        .iter()
        .filter_map(|rule| match *rule {
            Element::Limit(hand) => {
                let person = puzzle.hands.get(hand)?;
                Some((RAISE_PRICE, Relaxation::Raise(hand, person.limit.max(person.taken) + 1)))
            }
            Element::Bar(need, hand, place) => {
                let bar = puzzle.pair(need, hand)?.bars.get(place)?;
                Some((bar.price?, Relaxation::Pass(need, hand, bar.rule)))
            }
            Element::Need(_) | Element::Apart(..) => None,
        })
        .collect();
    singles.sort_unstable();
    for (_, one) in singles {
        if ways.len() >= MOST_WAYS {
            break;
        }
        let way = vec![one];
        let loose = loosened(puzzle, &way);
        if !ways.contains(&way) && is_solvable(&loose, &elements(&loose).into_iter().collect()) {
            ways.push(way);
        }
    }
    ways
}

/// What the cheapest way bends.
fn bent_rules(puzzle: &Puzzle, bent: &Solution) -> Vec<Relaxation> {
    let mut found = BTreeSet::new();
    let mut held: Vec<u32> = puzzle.hands.iter().map(|hand| hand.taken).collect();
    for (need, hand) in bent.given.iter().enumerate() {
        let Some(hand) = *hand else {
            found.insert(Relaxation::Recruit(need));
            continue;
        };
        let bars = puzzle.pair(need, hand).map_or(&[][..], |pair| &pair.bars);
        found.extend(bars.iter().map(|bar| Relaxation::Pass(need, hand, bar.rule)));
        if let Some(held) = held.get_mut(hand) {
            *held += 1;
        }
    }
    found.extend(bent.exempted.iter().map(|(need, hand)| Relaxation::Pass(*need, *hand, Rule::Reciprocal)));
    for (hand, held) in held.iter().enumerate() {
        let person = puzzle.hands.get(hand).filter(|person| *held > person.limit && *held > person.taken);
        if person.is_some() {
            found.insert(Relaxation::Raise(hand, *held));
        }
    }
    found.into_iter().collect()
}
