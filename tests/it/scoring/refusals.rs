//! Every refusal, and the order in which they are looked for.

use serde_json::{Value, json};

use super::{area, both, refusal, result, single, two};

fn refused(case: &Value, code: &str, criterion: Option<&str>) {
    assert_eq!(refusal(case), (code.to_owned(), criterion.map(str::to_owned)), "{case}");
}

#[test]
fn a_form_that_cannot_be_scored_is_bad() {
    let form = |areas: Value| json!({"form": {"areas": areas}});
    let good = area("A", 1, &[("A1", 1, false)]);
    refused(&form(json!([])), "bad_form", None);
    refused(&json!({}), "bad_form", None);
    refused(&form(json!([good, area("B", 1, &[])])), "bad_form", None);
    refused(&form(json!([area("A", 0, &[("A1", 1, false)])])), "bad_form", None);
    refused(&form(json!([area("A", 1, &[("A1", 0, false)])])), "bad_form", Some("A1"));
    refused(&form(json!([good, area("A", 1, &[("A2", 1, false)])])), "bad_form", None);
    refused(&form(json!([good, area("B", 1, &[("A1", 1, false)])])), "bad_form", Some("A1"));
    let mut negative = form(json!([good]));
    negative["form"]["areas"][0]["weight"] = json!("-1/2");
    refused(&negative, "bad_form", None);
}

#[test]
fn a_judgement_about_an_unknown_criterion_is_refused() {
    let mut case = single(false, &both(9));
    case["judgements"]["A2"] = json!({});
    refused(&case, "unknown_criterion", Some("A2"));
    case["form"]["areas"] = json!([]);
    refused(&case, "bad_form", None);
}

#[test]
fn a_score_that_is_no_level_is_refused() {
    for wrong in [
        json!(5),
        json!(-1),
        json!(300),
        json!(2.5),
        json!("k"),
        json!("3"),
        json!(true),
        json!({}),
        json!([]),
    ] {
        refused(&single(false, &json!({"university": {"first": wrong}})), "bad_level", Some("A1"));
        refused(&single(false, &json!({"further": [wrong]})), "bad_level", Some("A1"));
    }
    for later in ["revised", "corrected"] {
        let mut judgements = two(4, 2);
        judgements["region"][later] = json!("K");
        refused(&single(false, &judgements), "bad_level", Some("A1"));
    }
    refused(&single(false, &json!({"further": ["K"]})), "bad_level", Some("A1"));
    refused(
        &single(false, &json!({"not_applicable": true, "region": {"first": 7}})),
        "bad_level",
        Some("A1"),
    );
}

#[test]
fn a_revision_or_correction_needs_a_first_score() {
    for later in ["revised", "corrected"] {
        let judgements = json!({"university": {later: 3}, "region": {"first": 3}});
        refused(&single(false, &judgements), "first_missing", Some("A1"));
    }
}

#[test]
fn a_revision_is_refused_where_no_discussion_was_called_for() {
    let revised = |minimum, university: Value, region: Value| {
        single(minimum, &json!({"university": university, "region": region, "discussed": true}))
    };
    let code = "revision_not_allowed";
    refused(&revised(false, json!({"first": 3, "revised": 2}), json!({"first": 2})), code, Some("A1"));
    refused(&revised(false, json!({"first": 3, "revised": 2}), json!({})), code, Some("A1"));
    refused(&revised(true, json!({"first": "K", "revised": 2}), json!({"first": 2})), code, Some("A1"));
    refused(&revised(true, json!({"first": 4, "revised": 2}), json!({"first": "K"})), code, Some("A1"));
    assert_eq!(result(&revised(true, json!({"first": 2, "revised": 1}), json!({"first": 1})))["final"], true);
    for flag in ["not_applicable", "missing"] {
        let mut case = revised(false, json!({"first": 4, "revised": 2}), json!({"first": 2}));
        case["judgements"]["A1"][flag] = json!(true);
        refused(&case, code, Some("A1"));
    }
}

#[test]
fn a_correction_is_refused_before_the_fact_check_and_of_a_k() {
    let mut case =
        single(false, &json!({"university": {"first": 3, "corrected": 2}, "region": {"first": 3}}));
    refused(&case, "correction_not_allowed", Some("A1"));
    case["fact_check"] = json!(true);
    assert_eq!(result(&case)["criteria"]["A1"]["value"], "5/2");
    case["judgements"]["A1"]["university"]["first"] = json!("K");
    refused(&case, "correction_not_allowed", Some("A1"));
}

#[test]
fn more_further_scores_than_the_rule_uses_are_refused() {
    let code = "further_not_needed";
    let further = |minimum, mut judgements: Value, further: &[u8]| {
        judgements["further"] = json!(further);
        single(minimum, &judgements)
    };
    let neither = json!({"university": {"first": "K"}, "region": {"first": "K"}});
    let one = |level: u8| json!({"university": {"first": "K"}, "region": {"first": level}});
    let closed = |university: u8, region: u8| {
        let mut judgements = two(university, region);
        judgements["discussed"] = json!(true);
        judgements
    };
    refused(&further(false, json!({}), &[3]), code, Some("A1"));
    refused(&further(false, json!({"not_applicable": true}), &[3]), code, Some("A1"));
    refused(&further(false, json!({"missing": true}), &[3]), code, Some("A1"));
    refused(&further(false, both(3), &[3]), code, Some("A1"));
    refused(&further(false, two(4, 2), &[3]), code, Some("A1"));
    refused(&further(false, closed(4, 2), &[3, 3]), code, Some("A1"));
    refused(&further(true, closed(3, 2), &[3]), code, Some("A1"));
    refused(&further(false, neither.clone(), &[3, 3]), code, Some("A1"));
    refused(&further(true, neither.clone(), &[3, 3, 3]), code, Some("A1"));
    refused(&further(true, neither, &[3, 1, 3, 3]), code, Some("A1"));
    refused(&further(false, one(3), &[3]), code, Some("A1"));
    refused(&further(true, one(3), &[3, 3]), code, Some("A1"));
    refused(&further(true, one(3), &[1, 3, 3]), code, Some("A1"));
}

#[test]
fn the_first_fault_counts_by_criterion_and_then_by_kind() {
    let form = json!({"areas": [area("B", 1, &[("B2", 1, false), ("B1", 1, false)]), area("A", 1, &[("A1", 1, false)])]});
    let faults = [
        ("bad_level", json!({"university": {"revised": 3, "first": 9}, "further": [1]})),
        ("first_missing", json!({"university": {"revised": 3, "corrected": 3}, "further": [1]})),
        (
            "revision_not_allowed",
            json!({"university": {"first": 3, "revised": 3, "corrected": 3}, "further": [1]}),
        ),
        ("correction_not_allowed", json!({"university": {"first": 3, "corrected": 3}, "further": [1]})),
        ("further_not_needed", json!({"university": {"first": 3}, "further": [1]})),
    ];
    for (code, fault) in &faults {
        for (_, later) in &faults {
            let case = json!({"form": form, "judgements": {"A1": later, "B1": later, "B2": fault}});
            refused(&case, code, Some("B2"));
        }
    }
}
