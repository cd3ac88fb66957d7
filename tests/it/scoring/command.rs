//! The worked example, and the command around the function.

use serde_json::{Value, json};
use usve::cli::score::run;
use usve::forms::load::load;
use usve::scoring::{Scored, ScoringForm};

use super::{RULES, answer, refusal, result, rules};

const WORKED: &str = include_str!("../../../forms/usve/fixtures/worked.json");
const WORKED_RESULT: &str = include_str!("../../../forms/usve/fixtures/worked.result.json");

fn worked() -> Value {
    serde_json::from_str(WORKED).unwrap()
}

#[test]
fn the_worked_example_comes_out_byte_for_byte() {
    assert_eq!(run(WORKED, None, &rules(), RULES), (0, WORKED_RESULT.to_owned()));
}

#[test]
fn the_worked_example_is_what_the_scoring_model_says() {
    let expected = json!({"final": true, "rules": "usve/2026.1", "open": [],
        "criteria": {
            "A1": {"value": "3", "state": "agreed", "light": "green", "minimum_met": true},
            "A2": {"value": "2", "state": "revised", "light": "yellow", "minimum_met": true},
            "A3": {"value": "3", "state": "median", "light": "green"},
            "A4": {"value": null, "state": "not_applicable"},
            "E1": {"value": "5/2", "state": "mean", "light": "yellow", "minimum_met": true},
            "E2": {"value": "1", "state": "agreed", "light": "red", "minimum_met": false},
            "E3": {"value": "0", "state": "missing", "light": "red"},
            "E4": {"value": "4", "state": "agreed", "light": "green"}},
        "areas": {
            "A": {"score": "275/4", "display": "68,8", "light": "green", "change": "59/4", "trend": "improved"},
            "E": {"score": "875/16", "display": "54,7", "light": "yellow", "change": "11/16", "trend": "unchanged"}},
        "total": "965/16", "display": "60,3", "missing_share": "15/2", "unmet_minimum": ["E2"], "outcome": "V",
        "change": "101/16", "trend": "improved"});
    assert_eq!(result(&worked()), expected);
}

#[test]
fn a_result_is_read_back_as_it_was_written() {
    for text in [WORKED_RESULT, r#"{"final":true,"rules":"x","open":[],"outcome":"E"}"#] {
        let scored: Scored = serde_json::from_str(text).unwrap();
        let again: Value = serde_json::to_value(&scored).unwrap();
        assert_eq!(again, serde_json::from_str::<Value>(text).unwrap());
    }
}

#[test]
fn results_stand_in_the_order_of_the_form() {
    let case = r#"{"form": {"areas": [{"id": "Z", "weight": 1, "criteria": [{"id": "Z10", "weight": 1},
        {"id": "Z9", "weight": 1}]}, {"id": "A", "weight": 1, "criteria": [{"id": "A1", "weight": 1}]}]}}"#;
    let (_, text) = run(case, None, &rules(), RULES);
    let at = |id: &str| text.rfind(id).unwrap();
    assert!(at("\"Z10\"") < at("\"Z9\"") && at("\"Z9\"") < at("\"A1\""), "{text}");
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["open"], json!(["Z10", "Z9", "A1"]));
}

#[test]
fn a_form_file_stands_in_place_of_the_cases_own_form() {
    let mut case = worked();
    let form = case.as_object_mut().unwrap().remove("form").unwrap().to_string();
    assert_eq!(refusal(&case), ("bad_form".to_owned(), None));
    assert_eq!(run(&case.to_string(), Some(&form), &rules(), RULES), (0, WORKED_RESULT.to_owned()));
    assert_eq!(run(WORKED, Some(&form), &rules(), RULES), (0, WORKED_RESULT.to_owned()));
    let (status, text) = run(&case.to_string(), Some("{"), &rules(), RULES);
    assert!(status == 1 && text.contains("bad_case"), "{text}");
    let (status, text) = run(&case.to_string(), Some("no form"), &rules(), RULES);
    assert!(status == 1 && text.contains("bad_form"), "{text}");
}

#[test]
fn rules_in_the_form_apply_in_place_of_the_default_rules() {
    let mut case = worked();
    let mut own = serde_json::to_value(rules()).unwrap();
    own["approved_total"] = json!(60.5);
    own["insufficient_total"] = json!("241/4");
    case["form"]["rules"] = own;
    let result = result(&case);
    assert_eq!((&result["rules"], &result["outcome"]), (&json!("form"), &json!("V")));
    assert_eq!(result["display"], "60,3");
    case["form"]["rules"]["insufficient_total"] = json!("60.32");
    let result = super::result(&case);
    assert_eq!((&result["outcome"], &result["display"]), (&json!("O"), &json!("60,31")));
}

#[test]
fn what_is_not_a_case_is_refused_with_a_sentence() {
    let cases = [
        "",
        "[]",
        "null",
        "{",
        r#"{"form": {"areas": []}} {}"#,
        r#"{"form": null}"#,
        r#"{"form": []}"#,
        r#"{"form": {"areas": {}}}"#,
        r#"{"form": {"areas": [["A", 1, []]]}}"#,
        r#"{"form": {"areas": [{"id": "A", "weight": "heavy", "criteria": []}]}}"#,
        r#"{"form": {"areas": [{"id": "A", "weight": 1, "criteria": [["A1", 1]]}]}}"#,
        r#"{"form": {"areas": [], "rules": {}}}"#,
        r#"{"form": {"areas": []}, "judgments": {}}"#,
        r#"{"form": {"areas": []}, "judgements": []}"#,
        r#"{"form": {"areas": []}, "judgements": {"A1": []}}"#,
        r#"{"form": {"areas": []}, "judgements": {"A1": {"university": [3]}}}"#,
        r#"{"form": {"areas": []}, "judgements": {"A1": {"further": 3}}}"#,
        r#"{"form": {"areas": []}, "judgements": {"A1": {"discussed": "yes"}}}"#,
        r#"{"form": {"areas": []}, "judgements": {"A1": {"settled": 3}}}"#,
        r#"{"form": {"areas": []}, "judgements": {"A1": {}, "A1": {}}}"#,
        r#"{"form": {"areas": []}, "submitted": 0}"#,
        r#"{"form": {"areas": []}, "previous": {"criteria": {"A1": {"value": 5}}}}"#,
        r#"{"form": {"areas": []}, "previous": {"criteria": {"A1": {"value": "-1"}}}}"#,
        r#"{"form": {"areas": []}, "previous": {"unmet_minimum": {"A1": 2}}}"#,
        r#"{"form": {"areas": []}, "previous": {"unmet_minimum": {"A1": {"years": -1}}}}"#,
    ];
    for case in cases {
        let (status, text) = run(case, None, &rules(), RULES);
        let answer: Value = serde_json::from_str(&text).unwrap();
        assert_eq!((status, &answer["error"]["code"]), (1, &json!("bad_case")), "{case}");
        assert_eq!(answer["error"]["criterion"], Value::Null);
        let message = answer["error"]["message"].as_str().unwrap();
        assert!(message.starts_with("the case cannot be read: "), "{message}");
    }
}

#[test]
fn a_case_that_was_not_submitted_is_outcome_e_and_nothing_else() {
    let mut case = worked();
    case["submitted"] = json!(false);
    case["judgements"]["A1"] = json!({"university": {"revised": 9}});
    case["judgements"]["X9"] = json!({"missing": true});
    assert_eq!(answer(&case), (0, json!({"final": true, "rules": RULES, "open": [], "outcome": "E"})));
    case["form"]["areas"][0]["weight"] = json!(0);
    assert_eq!(refusal(&case), ("bad_form".to_owned(), None));
}

#[test]
fn a_provisional_result_holds_criteria_and_what_is_open_and_nothing_else() {
    let mut case = worked();
    case["judgements"]["A3"]["further"] = json!([]);
    case["judgements"]["E1"]["region"] = json!({});
    let result = result(&case);
    let keys: Vec<&String> = result.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["criteria", "final", "open", "rules"]);
    assert_eq!((&result["final"], &result["open"]), (&json!(false), &json!(["A3", "E1"])));
    assert_eq!(result["criteria"]["A3"], json!({"value": null, "state": "needs_further"}));
    assert_eq!(result["criteria"]["E1"], json!({"value": null, "state": "open"}));
    assert_eq!(result["criteria"]["A1"]["value"], "3");
}

#[test]
fn a_case_in_which_nothing_applies_has_no_total() {
    let case = super::single(false, &json!({"not_applicable": true}));
    let expected = json!({"final": true, "rules": RULES, "open": [],
        "criteria": {"A1": {"value": null, "state": "not_applicable"}},
        "missing_share": "0", "unmet_minimum": [], "outcome": "E", "change": null, "trend": "not_compared"});
    assert_eq!(result(&case), expected);
}

#[test]
fn a_form_of_the_service_brings_its_rules_and_its_name() {
    let toml = include_str!("../support/bad_forms/good.toml");
    let form = load("good.toml", toml.as_bytes()).unwrap();
    let scoring = ScoringForm::from(&form);
    let digests: Vec<_> = form.criteria().map(|(_, criterion)| Some(criterion.digest())).collect();
    assert_eq!(scoring.criteria().map(|criterion| criterion.digest.clone()).collect::<Vec<_>>(), digests);
    let mut case = json!({"judgements": {}});
    for criterion in scoring.criteria() {
        case["judgements"][&criterion.id] = super::both(4);
    }
    let (status, text) = run(&case.to_string(), Some(toml), &rules(), "another");
    let by_name: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((status, &by_name["rules"], &by_name["total"]), (0, &json!(form.key()), &json!("100")));
    case["form"] = serde_json::to_value(&scoring).unwrap();
    let (_, text) = run(&case.to_string(), None, &form.rules, &form.key());
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), by_name);
    case["judgements"]["another"] = json!({});
    let (_, text) = run(&case.to_string(), Some(toml), &rules(), RULES);
    assert!(text.contains("unknown_criterion"), "{text}");
}
