//! The search against brute force on small puzzles: the same feasibility, the same optimum, true explanations.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;
use usve::reviews::pairing::clash::{Element, Relaxation, clash, elements, loosened};
use usve::reviews::pairing::rules::Rule;
use usve::reviews::pairing::settings::{MOST_RAISED, RAISE_PRICE};
use usve::reviews::pairing::solve::{Bar, Hand, Need, Pair, Puzzle, Terms, solve};

/// Two parties, up to three units, up to three people a party; tight enough that many have no solution.
fn puzzles() -> impl Strategy<Value = Puzzle> {
    let hand = (0..4_u32, 0..2_u32, proptest::option::weighted(0.6, 0..3_usize), 0..2_usize);
    let pair = (0..40_i64, 0..10_u8, 0..12_u8);
    (1..=3_usize, vec(hand, 2..=5), vec(pair, 6 * 5)).prop_map(|(units, people, pairs)| {
        let needs: Vec<Need> = (0..units * 2).map(|seat| Need { unit: seat / 2 }).collect();
        let hands: Vec<Hand> = people
            .iter()
            .map(|(limit, taken, home, _)| Hand {
                limit: *limit,
                taken: *taken,
                homes: home.iter().copied().collect(),
            })
            .collect();
        let pair = |seat: usize, hand: usize| {
            let (cost, bar, exempt) = pairs[seat * 5 + hand];
            let bars = match bar {
                0 | 1 => vec![Bar { rule: Rule::Conflict, price: None }],
                2 => vec![Bar { rule: Rule::YearsRunning, price: Rule::YearsRunning.price() }],
                3 => vec![
                    Bar { rule: Rule::Declined, price: Rule::Declined.price() },
                    Bar { rule: Rule::YearsRunning, price: Rule::YearsRunning.price() },
                ],
                4 => vec![Bar { rule: Rule::Reciprocal, price: Rule::Reciprocal.price() }],
                _ => Vec::new(),
            };
            (people[hand].3 == seat % 2).then_some(Pair { cost, bars, exempt: exempt == 0 })
        };
        let pairs = (0..units * 2).map(|seat| (0..people.len()).map(|hand| pair(seat, hand)).collect());
        Puzzle { needs, pairs: pairs.collect(), hands }
    })
}

/// Every way to give the seats, each to somebody of its organisation or to nobody.
fn every_way(puzzle: &Puzzle, mut look: impl FnMut(&[Option<usize>])) {
    fn go(puzzle: &Puzzle, given: &mut Vec<Option<usize>>, look: &mut impl FnMut(&[Option<usize>])) {
        if given.len() == puzzle.needs.len() {
            return look(given);
        }
        let need = given.len();
        let hands = (0..puzzle.hands.len()).filter(|hand| puzzle.pairs[need][*hand].is_some());
        for choice in hands.map(Some).chain([None]) {
            given.push(choice);
            go(puzzle, given, look);
            given.pop();
        }
    }
    go(puzzle, &mut Vec::new(), &mut look);
}

fn loads(puzzle: &Puzzle, given: &[Option<usize>]) -> Vec<u32> {
    let mut held = vec![0; puzzle.hands.len()];
    given.iter().flatten().for_each(|hand| held[*hand] += 1);
    held
}

/// Seats by direction: whose people sit at which unit.
fn directions(puzzle: &Puzzle, given: &[Option<usize>]) -> BTreeMap<(usize, usize), Vec<(usize, usize)>> {
    let mut ways: BTreeMap<(usize, usize), Vec<(usize, usize)>> = BTreeMap::new();
    for (need, hand) in given.iter().enumerate().filter_map(|(need, hand)| Some((need, (*hand)?))) {
        if !puzzle.pairs[need][hand].as_ref().unwrap().exempt {
            for home in &puzzle.hands[hand].homes {
                ways.entry((*home, puzzle.needs[need].unit)).or_default().push((need, hand));
            }
        }
    }
    ways
}

fn reciprocal(ways: &BTreeMap<(usize, usize), Vec<(usize, usize)>>) -> Vec<(usize, usize)> {
    ways.keys().filter(|(home, unit)| home < unit && ways.contains_key(&(*unit, *home))).copied().collect()
}

/// Whether ways keep some of the rules: written anew, without the product's own checks.
fn keeps(puzzle: &Puzzle, rules: &BTreeSet<Element>, given: &[Option<usize>]) -> bool {
    let held = loads(puzzle, given);
    let ways = directions(puzzle, given);
    let crossed = reciprocal(&ways);
    rules.iter().all(|rule| match *rule {
        Element::Need(need) => given[need].is_some(),
        Element::Limit(hand) => {
            held[hand] == 0 || held[hand] + puzzle.hands[hand].taken <= puzzle.hands[hand].limit
        }
        Element::Bar(need, hand, _) => given[need] != Some(hand),
        Element::Apart(one, other) => !crossed.contains(&(one, other)),
    })
}

fn can_be_kept(puzzle: &Puzzle, rules: &BTreeSet<Element>) -> bool {
    let mut found = false;
    every_way(puzzle, |given| found |= keeps(puzzle, rules, given));
    found
}

/// The most seats that can be filled under every rule, and the lowest cost of that.
fn best(puzzle: &Puzzle) -> (usize, i64) {
    let hard: BTreeSet<Element> =
        elements(puzzle).into_iter().filter(|one| !matches!(one, Element::Need(_))).collect();
    let mut best: Option<(usize, i64)> = None;
    every_way(puzzle, |given| {
        if keeps(puzzle, &hard, given) {
            let found = (given.iter().filter(|hand| hand.is_none()).count(), puzzle.cost(given));
            best = Some(best.map_or(found, |best| best.min(found)));
        }
    });
    best.unwrap()
}

fn raised(puzzle: &Puzzle, hand: usize, to: u32) -> u32 {
    to - puzzle.hands[hand].limit.max(puzzle.hands[hand].taken)
}

/// What the cheapest way out costs, and how many seats it must leave to somebody new.
fn cheapest(puzzle: &Puzzle) -> (usize, i64) {
    let mut best: Option<(usize, i64)> = None;
    every_way(puzzle, |given| {
        let mut price = 0;
        for (hand, held) in loads(puzzle, given).into_iter().enumerate().filter(|(_, held)| *held > 0) {
            let person = &puzzle.hands[hand];
            let over = (held + person.taken).saturating_sub(person.limit.max(person.taken));
            if over > MOST_RAISED {
                return;
            }
            price += i64::from(over) * RAISE_PRICE;
        }
        for (need, hand) in given.iter().enumerate().filter_map(|(need, hand)| Some((need, (*hand)?))) {
            for bar in &puzzle.pairs[need][hand].as_ref().unwrap().bars {
                let Some(more) = bar.price else { return };
                price += more;
            }
        }
        // Of two units that review each other, every seat of one direction must be let pass; one that a bar of that
        // rule was lifted from is already.
        let mut ways = directions(puzzle, given);
        ways.retain(|_, seats| {
            seats.retain(|(need, hand)| {
                let bars = &puzzle.pairs[*need][*hand].as_ref().unwrap().bars;
                bars.iter().all(|bar| bar.rule != Rule::Reciprocal)
            });
            !seats.is_empty()
        });
        let crossed = reciprocal(&ways);
        let passes = (0..1_u32 << crossed.len()).map(|choice| {
            let mut passed: BTreeSet<(usize, usize)> = BTreeSet::new();
            for (place, (home, unit)) in crossed.iter().enumerate() {
                let way = if choice & (1 << place) == 0 { (*home, *unit) } else { (*unit, *home) };
                passed.extend(&ways[&way]);
            }
            i64::try_from(passed.len()).unwrap() * Rule::Reciprocal.price().unwrap()
        });
        price += passes.min().unwrap();
        let found = (given.iter().filter(|hand| hand.is_none()).count(), price);
        best = Some(best.map_or(found, |best| best.min(found)));
    });
    best.unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_search_finds_what_trying_everything_finds(puzzle in puzzles()) {
        let solved = solve(&puzzle, Terms::Hard).unwrap();
        let empty = solved.given.iter().filter(|hand| hand.is_none()).count();
        prop_assert_eq!((empty, solved.cost), best(&puzzle));
        let hard: BTreeSet<Element> =
            elements(&puzzle).into_iter().filter(|one| !matches!(one, Element::Need(_))).collect();
        prop_assert!(keeps(&puzzle, &hard, &solved.given));
        prop_assert_eq!(solved, solve(&puzzle, Terms::Hard).unwrap());
        prop_assert_eq!(clash(&puzzle).is_none(), empty == 0);
    }

    #[test]
    fn what_clashes_is_named_and_nothing_of_it_can_be_spared(puzzle in puzzles()) {
        let Some(clash) = clash(&puzzle) else { return Ok(()) };
        let named: BTreeSet<Element> = clash.rules.iter().copied().collect();
        prop_assert!(!named.is_empty() && !can_be_kept(&puzzle, &named), "{:?}", named);
        for one in &named {
            let mut others = named.clone();
            others.remove(one);
            prop_assert!(can_be_kept(&puzzle, &others), "{:?} is not needed in {:?}", one, named);
        }
    }

    #[test]
    fn every_way_out_works_and_the_first_is_the_cheapest(puzzle in puzzles()) {
        let Some(clash) = clash(&puzzle) else { return Ok(()) };
        for way in &clash.ways {
            prop_assert!(solve(&loosened(&puzzle, way), Terms::Hard).unwrap().is_whole(), "{:?}", way);
        }
        let mut price = (0, 0);
        for one in &clash.ways[0] {
            match *one {
                Relaxation::Raise(hand, to) => {
                    price.1 += i64::from(raised(&puzzle, hand, to)) * RAISE_PRICE;
                }
                Relaxation::Pass(_, _, rule) => price.1 += rule.price().unwrap(),
                Relaxation::Recruit(_) => price.0 += 1,
            }
        }
        prop_assert_eq!(price, cheapest(&puzzle), "{:?}", clash.ways[0]);
    }
}

#[test]
fn two_units_do_not_review_each_other_although_it_would_be_cheaper() {
    let hand = |home| Hand { limit: 4, taken: 0, homes: vec![home] };
    let free = Hand { limit: 4, taken: 0, homes: vec![] };
    let pair = |cost| Some(Pair { cost, ..Pair::default() });
    let barred = Some(Pair { bars: vec![Bar { rule: Rule::OwnUnit, price: None }], ..Pair::default() });
    let puzzle = Puzzle {
        needs: vec![Need { unit: 0 }, Need { unit: 1 }],
        hands: vec![hand(0), hand(1), free],
        pairs: vec![vec![barred.clone(), pair(0), pair(9)], vec![pair(0), barred, pair(7)]],
    };
    let solved = solve(&puzzle, Terms::Hard).unwrap();
    assert_eq!((solved.given, solved.cost), (vec![Some(1), Some(2)], 7));
}

#[test]
fn a_year_of_seventy_two_units_and_a_full_clash_end_soon() {
    // Thirty people, each of a unit of their own, with little room to spare.
    let people = 30;
    let hands: Vec<Hand> = (0..people).map(|home| Hand { limit: 5, taken: 0, homes: vec![home] }).collect();
    let pair = |need: usize, hand: usize| {
        let own = hand == need / 2;
        let bars = if own { vec![Bar { rule: Rule::OwnUnit, price: None }] } else { vec![] };
        let cost = i64::try_from((need * 37 + hand * 61) % 55).unwrap();
        (hand % 2 == need % 2).then_some(Pair { cost, bars, exempt: false })
    };
    let puzzle = |limit: u32| Puzzle {
        needs: (0..144).map(|seat| Need { unit: seat / 2 }).collect(),
        hands: hands.iter().cloned().map(|hand| Hand { limit, ..hand }).collect(),
        pairs: (0..144).map(|need| (0..people).map(|hand| pair(need, hand)).collect()).collect(),
    };
    assert!(solve(&puzzle(5), Terms::Hard).unwrap().is_whole());
    let clash = clash(&puzzle(4)).unwrap();
    assert!(!clash.rules.is_empty() && !clash.ways[0].is_empty());
    assert!(clash.ways[0].iter().all(|one| matches!(one, Relaxation::Raise(..))));
}
