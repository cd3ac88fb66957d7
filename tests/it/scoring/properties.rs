//! What must hold for every case.

use num_rational::BigRational;
use proptest::prelude::*;
use serde_json::{Value, json};
use usve::cli::score::run;
use usve::number::{Fraction, display_apart, display_beside, parse, whole};

use super::{RULES, answer, result, rules};

/// A criterion of a settled case: weight, minimum, and how it is judged.
#[derive(Debug, Clone)]
struct Judged {
    weight: u32,
    minimum: bool,
    kind: Kind,
    unmet_years: u32,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Level(u8),
    NotApplicable,
    Missing,
}

fn judged() -> impl Strategy<Value = Judged> {
    let kind = prop_oneof![
        12 => (0_u8..=4).prop_map(Kind::Level),
        1 => Just(Kind::NotApplicable),
        1 => Just(Kind::Missing),
    ];
    (1_u32..=20, prop::bool::weighted(0.3), kind, 0_u32..3)
        .prop_map(|(weight, minimum, kind, unmet_years)| Judged { weight, minimum, kind, unmet_years })
}

/// Areas with their weights and criteria.
type Form = Vec<(u32, Vec<Judged>)>;

fn form() -> impl Strategy<Value = Form> {
    prop::collection::vec((1_u32..=100, prop::collection::vec(judged(), 1..6)), 1..4)
}

fn case(form: &Form) -> Value {
    let mut case =
        json!({"form": {"areas": []}, "judgements": {}, "previous": {"criteria": {}, "unmet_minimum": {}}});
    for (at, (weight, criteria)) in form.iter().enumerate() {
        let mut area = json!({"id": format!("area {at}"), "weight": weight, "criteria": []});
        for (number, one) in criteria.iter().enumerate() {
            let id = format!("{at}-{number}");
            let criterion = json!({"id": id, "weight": one.weight, "minimum": one.minimum, "digest": id});
            area["criteria"].as_array_mut().unwrap().push(criterion);
            case["judgements"][&id] = match one.kind {
                Kind::Level(level) => super::both(level),
                Kind::NotApplicable => json!({"not_applicable": true}),
                Kind::Missing => json!({"missing": true}),
            };
            case["previous"]["criteria"][&id] = json!({"value": "54/25", "digest": id});
            case["previous"]["unmet_minimum"][&id] = json!({"years": one.unmet_years, "plan": true});
        }
        case["form"]["areas"].as_array_mut().unwrap().push(area);
    }
    case
}

fn number(value: &Value) -> Fraction {
    parse(value.as_str().unwrap()).unwrap()
}

/// Worst first.
fn rank(outcome: &Value) -> usize {
    "EOVGF".find(outcome.as_str().unwrap()).unwrap()
}

/// Any JSON, not too deep.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3_i64..9).prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[K0-9/.,a-zå-]{0,6}".prop_map(Value::from),
    ];
    let key = prop::sample::select(vec![
        "form",
        "areas",
        "criteria",
        "id",
        "weight",
        "university",
        "region",
        "first",
        "revised",
        "corrected",
        "further",
        "missing",
        "previous",
        "value",
        "A1",
        "E2",
        "x",
    ]);
    leaf.prop_recursive(3, 24, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(key.clone().prop_map(str::to_owned), inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Every place in a JSON value, as pointers.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(map) => {
            map.iter().for_each(|(key, value)| places(value, &format!("{at}/{key}"), found));
        }
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(index, value)| places(value, &format!("{at}/{index}"), found));
        }
        _ => {}
    }
}

fn answers_plainly(text: &str) -> Result<(), TestCaseError> {
    let (status, answer) = run(text, None, &rules(), RULES);
    let answer: Value = serde_json::from_str(&answer).unwrap();
    if status == 0 {
        prop_assert!(answer["final"].is_boolean());
    } else {
        prop_assert_eq!(status, 1);
        prop_assert!(answer["error"]["code"].is_string() && answer["error"]["message"].is_string());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_criteria_and_areas_does_not_matter(form in form()) {
        let plain = case(&form);
        let mut turned = plain.clone();
        let areas = turned["form"]["areas"].as_array_mut().unwrap();
        areas.reverse();
        for area in areas {
            area["criteria"].as_array_mut().unwrap().reverse();
        }
        let (plain, mut turned) = (result(&plain), result(&turned));
        turned["unmet_minimum"].as_array_mut().unwrap().reverse();
        prop_assert_eq!(plain, turned);
    }

    #[test]
    fn a_higher_value_never_lowers_the_area_the_total_or_the_outcome(form in form(), area in 0_usize..4, criterion in 0_usize..6) {
        let mut raised = form.clone();
        let at = area % form.len();
        let criteria = &mut raised[at].1;
        let chosen = criterion % criteria.len();
        let Kind::Level(level @ 0..=3) = criteria[chosen].kind else { return Ok(()) };
        criteria[chosen].kind = Kind::Level(level + 1);
        let (before, after) = (result(&case(&form)), result(&case(&raised)));
        let key = format!("area {at}");
        prop_assert!(number(&after["areas"][&key]["score"]) > number(&before["areas"][&key]["score"]));
        prop_assert!(number(&after["total"]) > number(&before["total"]));
        prop_assert!(rank(&after["outcome"]) >= rank(&before["outcome"]));
    }

    #[test]
    fn every_settled_case_has_one_outcome_and_scores_from_0_to_100(form in form()) {
        let result = result(&case(&form));
        prop_assert_eq!(&result["final"], true);
        prop_assert!(["E", "O", "V", "G", "F"].iter().filter(|code| result["outcome"] == **code).count() == 1);
        let areas = result["areas"].as_object().into_iter().flatten().map(|(_, area)| &area["score"]);
        for score in areas.chain(result.get("total")).chain([&result["missing_share"]]) {
            prop_assert!((whole(0)..=whole(100)).contains(&number(score)), "{}", result);
        }
    }

    #[test]
    fn weights_count_only_beside_each_other(form in form(), area in 0_usize..4, factor in 2_u32..50) {
        let mut scaled = form.clone();
        let at = area % form.len();
        for criterion in &mut scaled[at].1 {
            criterion.weight *= factor;
        }
        for (weight, _) in &mut scaled {
            *weight *= factor + 1;
        }
        prop_assert_eq!(result(&case(&form)), result(&case(&scaled)));
    }

    #[test]
    fn a_score_never_shows_a_threshold_that_it_does_not_reach(
        threshold in prop::sample::select(vec![45_i64, 60, 80]), part in 1_i64..1_000_000_000, power in 0_u32..18,
    ) {
        let below = whole(threshold) - BigRational::new(part.into(), 10_i64.pow(power).into());
        let thresholds = [whole(45), whole(60), whole(80)];
        let above = whole(threshold) * whole(2) - &below;
        for value in [&below, &above] {
            let shown = parse(&display_beside(value, &thresholds).replace(['\u{2212}'], "-").replace('\u{a0}', "")).unwrap();
            for threshold in &thresholds {
                prop_assert_eq!(*value >= *threshold, shown >= *threshold, "{} shown as {}", value, shown);
            }
            prop_assert_ne!(display_apart(value, &thresholds[..1]), "45,0");
        }
    }

    #[test]
    fn a_result_never_shows_a_threshold_that_it_does_not_reach(part in 1_u32..100_000, rest in 1_u32..100_000) {
        let case = json!({"form": {"areas": [super::area("A", 1, &[("A1", part, false), ("A2", rest, false)])]},
            "judgements": {"A1": super::both(4), "A2": super::both(0)}});
        let result = result(&case);
        let (value, shown) = (number(&result["total"]), parse(result["display"].as_str().unwrap()).unwrap());
        for threshold in [45, 60, 80].map(whole) {
            prop_assert_eq!(value >= threshold, shown >= threshold, "{} shown as {}", value, shown);
        }
    }

    #[test]
    fn any_judgements_are_answered_plainly(judgements in anything()) {
        let case = json!({"form": {"areas": [super::area("A", 1, &[("A1", 1, true)])]}, "judgements": {"A1": judgements}});
        answers_plainly(&case.to_string())?;
    }

    #[test]
    fn the_worked_example_with_anything_anywhere_is_answered_plainly(value in anything(), place in any::<prop::sample::Index>()) {
        let mut case: Value = serde_json::from_str(include_str!("../../../forms/usve/fixtures/worked.json")).unwrap();
        let mut found = Vec::new();
        places(&case, "", &mut found);
        let place: &String = place.get(&found);
        *case.pointer_mut(place).unwrap() = value;
        answers_plainly(&case.to_string())?;
    }

    #[test]
    fn any_text_is_answered_plainly(text in "\\PC{0,60}") {
        answers_plainly(&text)?;
    }
}

#[test]
fn the_same_case_gives_the_same_result() {
    let case: Value = serde_json::from_str(include_str!("../../../forms/usve/fixtures/worked.json")).unwrap();
    assert_eq!(answer(&case), answer(&case));
}
