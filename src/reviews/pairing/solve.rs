//! The cheapest way to fill seats under the hard rules: exact, and the same every time. Pure.
//!
//! Without the rule of reciprocity it is an assignment: each seat takes a copy of a reviewer, whose next copy costs
//! more than the last (the load evens out), and the library finds the optimum. Reciprocity ties seats together. The
//! search looks for the optimum without it; where two units' people review each other it branches on which of the two
//! directions is forbidden, and takes the branch with the lowest bound first, so that the first without a fault is best.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use pathfinding::kuhn_munkres::kuhn_munkres_min;
use pathfinding::matrix::Matrix;

use super::rules::Rule;
use super::settings::{MOST_BRANCHES, MOST_RAISED, RAISE_PRICE, seat};

/// More than all soft costs of a proposal together: what bends a rule comes after all that does not.
const BENT: i64 = 100_000_000;
/// More than all bent rules together: a seat that stays empty comes last.
const UNFILLED: i64 = 1_000_000_000_000_000;

/// A seat to fill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// The unit, as a number that [`Hand::homes`] uses too.
    pub unit: usize,
}

/// Somebody who fills seats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hand {
    /// Most seats of the year.
    pub limit: u32,
    /// Seats of the year that are given already.
    pub taken: u32,
    /// The units that the person belongs to.
    pub homes: Vec<usize>,
}

/// A rule that stops a pair, and what it takes to let it pass, if that can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bar {
    /// Which.
    pub rule: Rule,
    /// See [`Rule::price`].
    pub price: Option<i64>,
}

/// A reviewer for a seat.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pair {
    /// Soft cost.
    pub cost: i64,
    /// What stops it.
    pub bars: Vec<Bar>,
    /// Whether a coordinator has let it pass the rule of reciprocity.
    pub exempt: bool,
}

impl Pair {
    /// Whether it counts for no reciprocity: by decision, or because giving it lets that rule pass already.
    fn is_exempt(&self) -> bool {
        self.exempt || self.bars.iter().any(|bar| bar.rule == Rule::Reciprocal)
    }
}

/// Seats and those who may fill them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Puzzle {
    /// Seats.
    pub needs: Vec<Need>,
    /// People.
    pub hands: Vec<Hand>,
    /// By seat and person; none for somebody of the other organisation.
    pub pairs: Vec<Vec<Option<Pair>>>,
}

impl Puzzle {
    /// A seat with a person.
    #[must_use]
    pub fn pair(&self, need: usize, hand: usize) -> Option<&Pair> {
        self.pairs.get(need)?.get(hand)?.as_ref()
    }

    /// The unit of a seat.
    #[must_use]
    pub fn unit(&self, need: usize) -> usize {
        self.needs.get(need).map_or(usize::MAX, |need| need.unit)
    }

    /// The units that a person belongs to.
    #[must_use]
    pub fn homes(&self, hand: usize) -> &[usize] {
        self.hands.get(hand).map_or(&[], |hand| &hand.homes)
    }

    /// What seats given so cost: soft costs, and the evenness of the load.
    #[must_use]
    pub fn cost(&self, given: &[Option<usize>]) -> i64 {
        let mut held: BTreeMap<usize, u32> = BTreeMap::new();
        let mut cost = 0;
        for (need, hand) in given.iter().enumerate().filter_map(|(need, hand)| Some((need, (*hand)?))) {
            let taken = self.hands.get(hand).map_or(0, |hand| hand.taken);
            let held = held.entry(hand).or_insert(taken);
            *held += 1;
            cost += seat(*held) + self.pair(need, hand).map_or(0, |pair| pair.cost);
        }
        cost
    }

    /// The first two seats in which the people of two units review each other: each as seat and person.
    #[must_use]
    pub fn reciprocal(
        &self,
        given: &[Option<usize>],
        passes: impl Fn(usize, usize) -> bool,
    ) -> Option<[(usize, usize); 2]> {
        let mut ways: BTreeMap<(usize, usize), (usize, usize)> = BTreeMap::new();
        for (need, hand) in given.iter().enumerate().filter_map(|(need, hand)| Some((need, (*hand)?))) {
            let exempt = self.pair(need, hand).is_some_and(Pair::is_exempt) || passes(need, hand);
            if exempt {
                continue;
            }
            for home in self.homes(hand) {
                ways.entry((*home, self.unit(need))).or_insert((need, hand));
            }
        }
        ways.iter()
            .find_map(|((home, unit), one)| Some([*one, *ways.get(&(*unit, *home)).filter(|_| home < unit)?]))
    }
}

/// How seats are filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Solution {
    /// Who, by seat; none for a seat that nobody can have.
    pub given: Vec<Option<usize>>,
    /// What it costs.
    pub cost: i64,
    /// Where the rule of reciprocity is let pass, as seat and person; only with [`Terms::Bent`].
    pub exempted: Vec<(usize, usize)>,
}

impl Solution {
    /// Whether every seat is filled.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.given.iter().all(Option::is_some)
    }
}

/// Whether rules may bend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Terms {
    /// Hard is hard; a seat that nobody can have stays empty.
    Hard,
    /// Rules that can be let pass are, as few and as cheap as possible, when a seat would else stay empty.
    Bent,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Branch {
    bound: i64,
    /// Earlier branches first, so that the order never depends on anything else.
    number: usize,
    /// Directions that are forbidden: whose people, which unit.
    forbidden: BTreeSet<(usize, usize)>,
    exempted: BTreeSet<(usize, usize)>,
    parts: Vec<(i64, Vec<Option<usize>>)>,
}

/// The cheapest way to fill the seats: as many as can be filled, at the lowest cost. None when the search gives up,
/// which takes more than [`MOST_BRANCHES`] entangled units.
#[must_use]
pub fn solve(puzzle: &Puzzle, terms: Terms) -> Option<Solution> {
    let groups = groups(puzzle);
    let mut first = Branch {
        bound: 0,
        number: 0,
        forbidden: BTreeSet::new(),
        exempted: BTreeSet::new(),
        parts: Vec::new(),
    };
    first.parts = groups.iter().map(|group| fill(puzzle, terms, &first, group)).collect();
    first.bound = first.parts.iter().map(|(bound, _)| bound).sum();
    let mut open = BinaryHeap::from([Reverse(first)]);
    let mut number = 0;
    while let Some(Reverse(branch)) = open.pop() {
        let given = whole(puzzle, &groups, &branch);
        let passes = |need, hand| branch.exempted.contains(&(need, hand));
        let Some([one, other]) = puzzle.reciprocal(&given, passes) else {
            let used = |seat: &&(usize, usize)| given.get(seat.0) == Some(&Some(seat.1));
            let exempted = branch.exempted.iter().filter(used).copied().collect();
            return Some(Solution { cost: puzzle.cost(&given), given, exempted });
        };
        let (this, that) = (puzzle.unit(one.0), puzzle.unit(other.0));
        let mut next = vec![(Some((that, this)), None), (Some((this, that)), None)];
        if terms == Terms::Bent {
            next.extend([(None, Some(one)), (None, Some(other))]);
        }
        for (forbid, exempt) in next {
            number += 1;
            if number > MOST_BRANCHES {
                return None;
            }
            let mut child = branch.clone();
            child.number = number;
            child.forbidden.extend(forbid);
            child.exempted.extend(exempt);
            // A group without a seat in either unit keeps its optimum.
            let touched =
                |group: &Group| group.needs.iter().any(|need| [this, that].contains(&puzzle.unit(*need)));
            let refilled = groups.iter().zip(&branch.parts).map(|(group, part)| {
                if touched(group) { fill(puzzle, terms, &child, group) } else { part.clone() }
            });
            child.parts = refilled.collect();
            child.bound = child.parts.iter().map(|(bound, _)| bound).sum();
            open.push(Reverse(child));
        }
    }
    None
}

/// Seats and people that have nothing to do with the others, but for reciprocity: the two organisations.
struct Group {
    needs: Vec<usize>,
    hands: Vec<usize>,
}

fn groups(puzzle: &Puzzle) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for need in 0..puzzle.needs.len() {
        let own = |hand: &usize| puzzle.pair(need, *hand).is_some();
        let hands: BTreeSet<usize> = (0..puzzle.hands.len()).filter(own).collect();
        let mut joined = Group { needs: vec![need], hands: hands.iter().copied().collect() };
        let (touching, mut apart): (Vec<Group>, Vec<Group>) =
            groups.into_iter().partition(|group| group.hands.iter().any(|hand| hands.contains(hand)));
        for group in touching {
            joined.needs.extend(group.needs);
            joined.hands.extend(group.hands);
        }
        joined.needs.sort_unstable();
        joined.hands.sort_unstable();
        joined.hands.dedup();
        apart.push(joined);
        groups = apart;
    }
    groups.sort_by_key(|group| group.needs.first().copied());
    groups
}

/// The optimum of one group in a branch: its bound, and who by seat of the group.
fn fill(puzzle: &Puzzle, terms: Terms, branch: &Branch, group: &Group) -> (i64, Vec<Option<usize>>) {
    let rows = group.needs.len();
    let most = u32::try_from(rows).unwrap_or(u32::MAX);
    // A copy of a person for every seat that they may take, each dearer than the last.
    let mut copies: Vec<(Option<usize>, i64)> = Vec::new();
    for hand in &group.hands {
        let Some(person) = puzzle.hands.get(*hand) else { continue };
        let room = person.limit.saturating_sub(person.taken).min(most);
        let mut add = |more: u32, price: i64| copies.push((Some(*hand), seat(person.taken + more) + price));
        (1..=room).for_each(|more| add(more, 0));
        if terms == Terms::Bent {
            let beyond = person.taken.max(person.limit) - person.taken;
            (1..=MOST_RAISED.min(most)).for_each(|more| add(beyond + more, RAISE_PRICE * BENT));
        }
    }
    let short = rows.saturating_sub(copies.len());
    copies.extend(std::iter::repeat_n((None, UNFILLED), short));
    let price = |need: usize, hand: usize| price(puzzle, terms, branch, need, hand);
    let mut weights = Vec::with_capacity(rows * copies.len());
    for need in &group.needs {
        let mut last: Option<(usize, i64)> = None;
        for (hand, extra) in &copies {
            let own = match (hand, last) {
                (None, _) => 0,
                (Some(hand), Some((same, known))) if same == *hand => known,
                (Some(hand), _) => price(*need, *hand),
            };
            last = hand.map(|hand| (hand, own));
            weights.push((own + extra).min(UNFILLED));
        }
    }
    let Ok(matrix) = Matrix::from_vec(rows, copies.len(), weights) else {
        return (0, vec![None; rows]);
    };
    if rows == 0 {
        return (0, Vec::new());
    }
    let (bound, columns) = kuhn_munkres_min(&matrix);
    let given = columns.into_iter().enumerate().map(|(row, column)| {
        let filled = matrix.get((row, column)).is_some_and(|cost| *cost < UNFILLED);
        copies.get(column).and_then(|(hand, _)| *hand).filter(|_| filled)
    });
    (bound, given.collect())
}

fn price(puzzle: &Puzzle, terms: Terms, branch: &Branch, need: usize, hand: usize) -> i64 {
    let Some(pair) = puzzle.pair(need, hand) else { return UNFILLED };
    let mut cost = pair.cost;
    for bar in &pair.bars {
        match (terms, bar.price) {
            (Terms::Bent, Some(price)) => cost += price * BENT,
            _ => return UNFILLED,
        }
    }
    if branch.exempted.contains(&(need, hand)) {
        return cost + Rule::Reciprocal.price().unwrap_or_default() * BENT;
    }
    let unit = puzzle.unit(need);
    let forbidden =
        !pair.is_exempt() && puzzle.homes(hand).iter().any(|home| branch.forbidden.contains(&(*home, unit)));
    if forbidden { UNFILLED } else { cost }
}

fn whole(puzzle: &Puzzle, groups: &[Group], branch: &Branch) -> Vec<Option<usize>> {
    let mut given = vec![None; puzzle.needs.len()];
    for (group, (_, part)) in groups.iter().zip(&branch.parts) {
        for (need, hand) in group.needs.iter().zip(part) {
            if let Some(place) = given.get_mut(*need) {
                *place = *hand;
            }
        }
    }
    given
}
