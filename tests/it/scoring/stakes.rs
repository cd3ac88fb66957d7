//! What open criteria can still change, and the order that it gives them.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};
use usve::number::{Fraction, exact, whole};
use usve::scoring::{Case, Explain, Outcome, Stake, score, stakes};

use super::{RULES, area, both, rules, two};

fn ask(case: &Value, may_revise: [bool; 2]) -> Vec<Stake> {
    stakes(&Case::read(&case.to_string(), None).unwrap(), &rules(), |_| may_revise).unwrap()
}

fn one(minimum: bool, judgements: &Value, may_revise: [bool; 2]) -> (String, String) {
    let stakes = ask(&super::single(minimum, judgements), may_revise);
    (exact(&stakes[0].lowest), exact(&stakes[0].highest))
}

fn range(lowest: &str, highest: &str) -> (String, String) {
    (lowest.to_owned(), highest.to_owned())
}

#[test]
fn a_criterion_can_take_what_its_rule_can_give() {
    let free = [true, true];
    assert_eq!(one(false, &two(1, 3), free), range("1", "3"));
    assert_eq!(one(true, &two(1, 2), free), range("1", "2"), "a further reviewer decides, or one gives in");
    // Who has revised stands there: 2 and 4, the mean of 3 and 4 at most when the other comes nearer.
    let revised = json!({"university": {"first": 0, "revised": 2}, "region": {"first": 4}});
    assert_eq!(one(false, &revised, [false, true]), range("2", "4"));
    // Both have had their say: the median of the three lies between.
    let closed = json!({"university": {"first": 1}, "region": {"first": 3}, "discussed": true});
    assert_eq!(one(false, &closed, [false, false]), range("1", "3"));
    assert_eq!(one(false, &two(4, 1), [false, false]), range("1", "4"));
    // Neither could judge: anything.
    let nobody = json!({"university": {"first": "K"}, "region": {"first": "K"}});
    assert_eq!(one(false, &nobody, free), range("0", "4"));
    let alone = json!({"university": {"first": 3}, "region": {"first": "K"}});
    assert_eq!(one(true, &alone, free), range("0", "7/2"), "4 comes only from two fours");
    assert_eq!(one(false, &json!({}), free), range("0", "4"));
}

/// 62,5 with the two open ones at their middle: area A 50, area B 75.
fn open_case() -> Value {
    json!({"form": {"areas": [
        area("A", 50, &[("A1", 1, true), ("A2", 3, false), ("A3", 6, false)]),
        area("B", 50, &[("B1", 1, false), ("B2", 9, false)])]},
     "judgements": {"A1": both(2), "A2": two(1, 3), "A3": both(2), "B1": two(0, 4), "B2": both(3)}})
}

#[test]
fn what_changes_the_outcome_comes_before_a_minimum_and_that_before_points() {
    let case = open_case();
    let order = |case: &Value| -> Vec<String> {
        ask(case, [true, true]).into_iter().map(|stake| stake.criterion).collect()
    };
    assert_eq!(order(&case), ["A2", "B1"], "seven and a half points against five");
    let mut split = case.clone();
    split["judgements"]["A1"] = two(1, 2);
    assert_eq!(order(&split)[0], "A1", "met it is G, unmet it is V, whatever it weighs");
    // With another minimum unmet anyhow, it decides its own and no more.
    split["form"]["areas"][1]["criteria"][1]["minimum"] = json!(true);
    split["judgements"]["B2"] = both(1);
    let stakes = ask(&split, [true, true]);
    let first = stakes.iter().find(|stake| stake.criterion == "A1").unwrap();
    assert!(first.decides_minimum);
    for pair in stakes.windows(2) {
        let key = |one: &Stake| (one.changes_outcome(), one.decides_minimum, one.points.clone());
        assert!(key(&pair[0]) >= key(&pair[1]), "{stakes:#?}");
    }
}

#[test]
fn the_row_says_it_in_words() {
    let mut case = open_case();
    case["judgements"]["A1"] = two(1, 2);
    let stakes = ask(&case, [true, true]);
    let told = Explain::stake(&stakes[0]);
    assert_eq!(
        told.sv,
        "Kan avgöra om omdömet blir V, Godkänd med krav på åtgärder, eller G, Godkänd. Avgör om minimikravet är uppfyllt. \
         Värdet blir mellan 1 och 2, vilket flyttar totalen upp till 1,3 poäng."
    );
    assert!(
        told.en.starts_with("Can decide whether the outcome is V, Approved with conditions, or G, Approved.")
    );
    let points: Vec<Fraction> =
        ask(&open_case(), [true, true]).into_iter().map(|stake| stake.points).collect();
    assert_eq!(points, [Fraction::new(15.into(), 2.into()), whole(5)]);
}

#[test]
fn a_settled_case_has_nothing_at_stake() {
    let case = json!({"form": {"areas": [area("A", 1, &[("A1", 1, true)])]}, "judgements": {"A1": both(2)}});
    assert_eq!(ask(&case, [true, true]), []);
}

/// Two open criteria among three, the third settled.
fn open_judgements() -> impl Strategy<Value = Vec<(bool, u8, u8)>> {
    prop::collection::vec((any::<bool>(), 0_u8..=4, 0_u8..=4), 2..5)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_way_to_settle_ends_between_the_lowest_and_the_highest(
        minimum in any::<bool>(), university in 0_u8..=4, region in 0_u8..=4, further in 0_u8..=4,
        revised in (prop::option::of(0_u8..=4), prop::option::of(0_u8..=4)),
    ) {
        let open = super::single(minimum, &two(university, region));
        let known = ask(&open, [true, true]);
        prop_assume!(!known.is_empty());
        let between = |level: &u8| (university.min(region)..=university.max(region)).contains(level);
        let mut judgements = two(university, region);
        judgements["discussed"] = json!(true);
        for (party, level) in [("university", revised.0), ("region", revised.1)] {
            if let Some(level) = level.filter(between) {
                judgements[party]["revised"] = json!(level);
            }
        }
        let mut settled = super::result(&super::single(minimum, &judgements));
        if settled["final"] == false {
            judgements["further"] = json!([further]);
            settled = super::result(&super::single(minimum, &judgements));
        }
        let value = usve::number::parse(settled["criteria"]["A1"]["value"].as_str().unwrap()).unwrap();
        prop_assert!(known[0].lowest <= value && value <= known[0].highest);
    }

    #[test]
    fn every_open_criterion_is_there_once_and_what_it_moves_is_its_share(all in open_judgements()) {
        let ids: Vec<String> = (0..all.len()).map(|at| format!("A{at}")).collect();
        let criteria: Vec<(&str, u32, bool)> =
            ids.iter().zip(&all).map(|(id, (minimum, _, _))| (id.as_str(), 2, *minimum)).collect();
        let mut case = json!({"form": {"areas": [area("A", 1, &criteria)]}, "judgements": {}});
        for (id, (_, one, other)) in ids.iter().zip(&all) {
            case["judgements"][id] = two(*one, *other);
        }
        let scored = score(&Case::read(&case.to_string(), None).unwrap(), &rules(), RULES).unwrap();
        let stakes = ask(&case, [true, true]);
        let named: BTreeSet<&String> = stakes.iter().map(|stake| &stake.criterion).collect();
        prop_assert_eq!(named, scored.open.iter().collect::<BTreeSet<_>>());
        prop_assert_eq!(stakes.len(), scored.open.len());
        let count = i64::try_from(all.len()).unwrap();
        for stake in &stakes {
            prop_assert_eq!(&stake.points, &((&stake.highest - &stake.lowest) * whole(25) / whole(count)));
            prop_assert!(stake.outcomes.0 <= stake.outcomes.1 && stake.outcomes.0 >= Outcome::O);
        }
    }
}
