//! A case that does not tell who set what, and still gives every number.

use proptest::prelude::*;
use serde_json::{Value, json};
use usve::scoring::{Case, score};

use super::{RULES, rules};

fn without_states(case: &Case) -> Value {
    let scored = score(case, &rules(), RULES).unwrap();
    let mut result = serde_json::to_value(&scored).unwrap();
    for (_, criterion) in result["criteria"].as_object_mut().unwrap() {
        let state = criterion["state"].as_str().unwrap().to_owned();
        if !["missing", "not_applicable"].contains(&state.as_str()) {
            criterion["state"] = json!("settled");
        }
    }
    result
}

#[test]
fn the_worked_example_gives_the_same_numbers_without_its_reviewers() {
    let case = Case::read(include_str!("../../../forms/usve/fixtures/worked.json"), None).unwrap();
    let plain = case.settled(&score(&case, &rules(), RULES).unwrap());
    assert_eq!(without_states(&plain), without_states(&case));
    let text = serde_json::to_string(&plain).unwrap();
    assert!(!text.contains("revised") && !text.contains("further") && !text.contains("discussed"), "{text}");
    // A3 was set to 4 and 2; nobody can tell.
    assert_eq!(serde_json::to_value(&plain.judgements["A3"]).unwrap(), super::both(3));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_settled_case_gives_the_same_numbers(seed in any::<u64>()) {
        let case = super::random_cases::settled(seed);
        let case = Case::read(&case.to_string(), None).unwrap();
        let plain = case.settled(&score(&case, &rules(), RULES).unwrap());
        prop_assert_eq!(without_states(&plain), without_states(&case));
    }
}
