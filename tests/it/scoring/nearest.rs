//! What would have changed the outcome: the search against trying everything, and on the whole form.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};
use usve::forms::Rules;
use usve::number::{Fraction, whole};
use usve::scoring::{Case, Explain, Outcome, Scored, ScoringForm, Way, nearest, score};

use super::{RULES, area, both, rules};
use crate::support::tried;

/// A criterion with its value in half steps; none when evidence is missing.
#[derive(Debug, Clone)]
struct One {
    weight: u32,
    minimum: bool,
    value: Option<u8>,
    unmet_years: u32,
}

type Small = Vec<(u32, Vec<One>)>;

/// A value that two near reviewers can give: no half step across the minimum level.
fn can_be(value: u8, minimum: bool) -> bool {
    !(minimum && value == 3)
}

fn one() -> impl Strategy<Value = One> {
    let value = prop_oneof![14 => (0_u8..=8).prop_map(Some), 1 => Just(None)];
    (1_u32..=9, prop::bool::weighted(0.4), value, prop::sample::select(vec![0_u32, 0, 0, 0, 1, 2])).prop_map(
        |(weight, minimum, value, unmet_years)| {
            let value = value.map(|value| if can_be(value, minimum) { value } else { 4 });
            One { weight, minimum, value, unmet_years }
        },
    )
}

/// At most four criteria, so that every combination of values can be tried.
fn small() -> impl Strategy<Value = Small> {
    let shape = prop::sample::select(vec![
        vec![1],
        vec![2],
        vec![3],
        vec![1, 2],
        vec![2, 2],
        vec![1, 1, 2],
        vec![3, 1],
    ]);
    shape.prop_flat_map(|sizes| {
        sizes.into_iter().map(|size| (1_u32..=100, prop::collection::vec(one(), size))).collect::<Vec<_>>()
    })
}

/// Rules under which small forms meet every outcome.
fn some_rules() -> impl Strategy<Value = Rules> {
    (1_u32..=3, 30_i64..=50, 50_i64..=70, 70_i64..=90, 20_i64..=50).prop_map(
        |(unmet, insufficient, approved, exemplary, low)| {
            let mut rules = rules();
            rules.insufficient_unmet = unmet;
            rules.insufficient_total = whole(insufficient);
            rules.approved_total = whole(approved);
            rules.exemplary_total = whole(exemplary);
            rules.approved_area = whole(low);
            rules.exemplary_area = whole(low + 15);
            rules
        },
    )
}

fn judged(value: Option<u8>) -> Value {
    match value {
        None => json!({"missing": true}),
        Some(value) => super::two(value / 2, value.div_ceil(2)),
    }
}

fn case(form: &Small) -> Case {
    let mut case =
        json!({"form": {"areas": []}, "judgements": {}, "previous": {"criteria": {}, "unmet_minimum": {}}});
    for (at, (weight, criteria)) in form.iter().enumerate() {
        let mut area = json!({"id": format!("{at}"), "weight": weight, "criteria": []});
        for (number, one) in criteria.iter().enumerate() {
            let id = format!("{at}-{number}");
            area["criteria"]
                .as_array_mut()
                .unwrap()
                .push(json!({"id": id, "weight": one.weight, "minimum": one.minimum}));
            case["judgements"][&id] = judged(one.value);
            if one.unmet_years > 0 {
                case["previous"]["unmet_minimum"][&id] =
                    json!({"years": one.unmet_years, "plan": one.weight > 4});
            }
        }
        case["form"]["areas"].as_array_mut().unwrap().push(area);
    }
    Case::read(&case.to_string(), None).unwrap()
}

/// Criteria with the half steps that each moves.
type Change = BTreeMap<String, usize>;

/// Everything that can be changed to, with the outcome: each criterion at each value it can have.
fn every_change(form: &Small, rules: &Rules) -> Vec<(Change, Outcome)> {
    let mut changes: Vec<(Change, Small)> = vec![(Change::new(), form.clone())];
    for (at, (_, criteria)) in form.iter().enumerate() {
        for (number, one) in criteria.iter().enumerate() {
            let mut more = Vec::new();
            for value in (0..=8).filter(|value| can_be(*value, one.minimum)) {
                let distance = usize::from(value.abs_diff(one.value.unwrap_or(0)));
                // A missing criterion gets a value above 0; nothing else stays as it is and counts as changed.
                if distance == 0 {
                    continue;
                }
                for (change, changed) in &changes {
                    let (mut change, mut changed) = (change.clone(), changed.clone());
                    change.insert(format!("{at}-{number}"), distance);
                    changed[at].1[number].value = Some(value);
                    more.push((change, changed));
                }
            }
            changes.extend(more);
        }
    }
    changes
        .into_iter()
        .map(|(change, changed)| {
            let scored = score(&case(&changed), rules, RULES).unwrap();
            (change, scored.outcome.unwrap())
        })
        .collect()
}

fn size(change: &Change) -> (usize, usize) {
    (change.len(), change.values().sum())
}

fn change_of(way: &Way) -> Change {
    let steps = |from: &Fraction, to: &Fraction| {
        let steps = (to - from) * whole(2);
        usize::try_from(steps.numer().magnitude().to_string().parse::<u64>().unwrap()).unwrap()
    };
    way.changes.iter().map(|one| (one.criterion.clone(), steps(&one.from, &one.to))).collect()
}

fn is_smallest(ways: &[Way], wanted: &[&(Change, Outcome)]) -> Result<(), TestCaseError> {
    let Some(least) = wanted.iter().map(|(change, _)| size(change)).min() else {
        prop_assert!(ways.is_empty(), "nothing changes the outcome so: {ways:?}");
        return Ok(());
    };
    for way in ways {
        let change = change_of(way);
        let known = wanted.iter().filter(|(other, _)| *other == change).map(|(_, outcome)| *outcome);
        prop_assert!(
            known.clone().any(|outcome| outcome == way.outcome),
            "{:?} does not give that: {:?}",
            way,
            known.collect::<Vec<_>>()
        );
    }
    if least.0 > 1 {
        prop_assert_eq!(ways.iter().map(|way| size(&change_of(way))).collect::<Vec<_>>(), vec![least]);
        return Ok(());
    }
    let mut alone: BTreeMap<String, usize> = BTreeMap::new();
    for (change, _) in wanted.iter().filter(|(change, _)| change.len() == 1) {
        for (criterion, steps) in change {
            let known = alone.entry(criterion.clone()).or_insert(*steps);
            *known = (*known).min(*steps);
        }
    }
    let shown: BTreeMap<String, usize> = ways.iter().flat_map(change_of).collect();
    prop_assert_eq!(&shown, &alone);
    prop_assert_eq!(ways.len(), alone.len());
    prop_assert!(ways.iter().map(|way| size(&change_of(way))).is_sorted(), "fewest half steps first");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: tried(36), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_search_finds_what_trying_everything_finds(form in small(), rules in some_rules()) {
        let case = case(&form);
        let scored = score(&case, &rules, RULES).unwrap();
        let outcome = scored.outcome.unwrap();
        let found = nearest(&case, &rules, &scored);
        let every = every_change(&form, &rules);
        let better: Vec<_> = every.iter().filter(|(_, other)| *other > outcome).collect();
        let worse: Vec<_> = every.iter().filter(|(_, other)| *other < outcome).collect();
        is_smallest(&found.better, &better)?;
        is_smallest(&found.worse, &worse)?;
    }
}

fn real_form() -> (ScoringForm, Rules) {
    let text = include_str!("../../../forms/usve/2026.1.toml");
    let form = usve::forms::load::load("usve/2026.1.toml", text.as_bytes()).unwrap();
    (ScoringForm::from(&form), form.rules.clone())
}

/// The real form with every value set by `value(position)`, in half steps.
fn real(value: impl Fn(usize) -> u8) -> (Case, Rules, Scored) {
    let (form, rules) = real_form();
    let judgements: serde_json::Map<String, Value> = form
        .criteria()
        .enumerate()
        .map(|(at, criterion)| {
            let value = value(at).min(8);
            let value = if can_be(value, criterion.minimum) { value } else { 4 };
            (criterion.id.clone(), judged(Some(value)))
        })
        .collect();
    let case = Case::read(&json!({"judgements": judgements}).to_string(), Some(form)).unwrap();
    let scored = score(&case, &rules, RULES).unwrap();
    (case, rules, scored)
}

#[test]
fn the_whole_form_is_searched_however_far_the_next_outcome_is() {
    for level in 0..=8_u8 {
        for spread in [1_usize, 3, 5] {
            let (case, rules, scored) =
                real(|at| (level + u8::try_from(at * 7 % spread).unwrap()).saturating_sub(1));
            let outcome = scored.outcome.unwrap();
            let found = nearest(&case, &rules, &scored);
            assert_eq!(found.better.is_empty(), outcome == Outcome::F, "{level} {spread}");
            assert_eq!(found.worse.is_empty(), outcome <= Outcome::O, "{level} {spread}");
            assert!(found.better.iter().all(|way| way.outcome > outcome));
            assert!(found.worse.iter().all(|way| way.outcome < outcome));
        }
    }
}

fn worked() -> (Case, Scored) {
    let case = Case::read(include_str!("../../../forms/usve/fixtures/worked.json"), None).unwrap();
    let scored = score(&case, &rules(), RULES).unwrap();
    (case, scored)
}

#[test]
fn the_worked_example_says_what_would_have_changed_its_outcome() {
    let (case, scored) = worked();
    let found = nearest(&case, &rules(), &scored);
    let told = |ways: &[Way]| ways.iter().map(|way| Explain::way(way).sv).collect::<Vec<_>>();
    // E2 is the one unmet minimum: at 2 the total 60,3 is enough for G.
    assert_eq!(told(&found.better), ["Om E2 hade fått 2 i stället för 1 hade omdömet blivit G, Godkänd."]);
    assert_eq!(found.worse.len(), 1);
    let english = Explain::way(&found.worse[0]).en;
    assert!(
        english.starts_with("It takes at least 2 criteria. With ") && english.contains(") and "),
        "{english}"
    );
    assert_eq!(found.worse[0].outcome, Outcome::O);
}

#[test]
fn too_much_missing_is_told_by_what_would_have_been_enough() {
    let form = json!({"areas": [area("A", 1, &[("A1", 3, false), ("A2", 2, false), ("A3", 5, false)])]});
    let case = json!({"form": form, "judgements": {"A1": {"missing": true}, "A2": {"missing": true}, "A3": both(4)}});
    let case = Case::read(&case.to_string(), None).unwrap();
    let scored = score(&case, &rules(), RULES).unwrap();
    assert_eq!(scored.outcome, Some(Outcome::E));
    let found = nearest(&case, &rules(), &scored);
    // 50 % is missing; without A1 it is 20, without A2 30.
    assert_eq!(found.better.iter().map(|way| way.changes[0].criterion.as_str()).collect::<Vec<_>>(), ["A1"]);
    assert_eq!(found.worse, []);
}

#[test]
fn what_has_no_total_has_nothing_near() {
    let mut case = worked().0;
    case.submitted = false;
    let scored = score(&case, &rules(), RULES).unwrap();
    assert_eq!(nearest(&case, &rules(), &scored), usve::scoring::Nearest::default());
}
