//! Values exactly on, and just beside, every threshold.

use serde_json::{Value, json};

use super::{area, both, result, single, two};

/// A criterion: id, weight, minimum, judgements.
type Judged = (&'static str, u32, bool, Value);

/// One area `A`.
fn one_area(criteria: &[Judged]) -> Value {
    areas(&[("A", 1, criteria)])
}

/// Areas with their criteria and judgements.
fn areas(given: &[(&str, u32, &[Judged])]) -> Value {
    let mut judgements = json!({});
    let mut forms = Vec::new();
    for (id, weight, criteria) in given {
        let plain: Vec<_> =
            criteria.iter().map(|(id, weight, minimum, _)| (*id, *weight, *minimum)).collect();
        forms.push(area(id, *weight, &plain));
        for (id, _, _, judgement) in *criteria {
            judgements[*id] = judgement.clone();
        }
    }
    json!({"form": {"areas": forms}, "judgements": judgements})
}

fn outcome(case: &Value) -> Value {
    result(case)["outcome"].clone()
}

#[test]
fn a_minimum_is_met_at_two_and_not_below() {
    let met = |judgements| result(&single(true, &judgements))["criteria"]["A1"]["minimum_met"].clone();
    assert_eq!(met(both(2)), true);
    assert_eq!(met(two(1, 1)), false);
    assert_eq!(met(two(1, 0)), false);
    assert_eq!(met(json!({"missing": true})), false);
    assert_eq!(result(&single(true, &two(1, 0)))["unmet_minimum"], json!(["A1"]));
}

#[test]
fn half_steps_decide_the_light_of_a_criterion() {
    let light = |judgements| result(&single(false, &judgements))["criteria"]["A1"]["light"].clone();
    assert_eq!(light(two(2, 1)), "red");
    assert_eq!(light(both(2)), "yellow");
    assert_eq!(light(two(3, 2)), "yellow");
    assert_eq!(light(both(3)), "green");
    assert_eq!(light(json!({"missing": true})), "red");
}

#[test]
fn an_area_is_green_when_half_of_what_is_counted_is_green() {
    let light = |levels: &[Value], minimum| {
        let ids = ["A1", "A2", "A3", "A4", "A5"];
        let criteria: Vec<_> =
            levels.iter().zip(ids).map(|(judgements, id)| (id, 1, minimum, judgements.clone())).collect();
        result(&one_area(&criteria))["areas"]["A"]["light"].clone()
    };
    assert_eq!(light(&[both(3), both(0)], false), "green");
    assert_eq!(light(&[both(3), both(0), json!({"not_applicable": true})], false), "green");
    assert_eq!(light(&[both(3), both(2), both(0)], false), "yellow");
    assert_eq!(light(&[both(2), both(0)], false), "yellow");
    assert_eq!(light(&[both(2), both(0), both(1)], false), "red");
    assert_eq!(light(&[both(3), both(3), both(3), both(1)], true), "yellow");
    assert_eq!(light(&[both(3), both(3), json!({"missing": true})], true), "yellow");
    assert_eq!(light(&[both(3), both(0), both(0)], true), "red");
}

#[test]
fn a_gate_split_that_a_further_one_leaves_unmet_is_unmet() {
    let judgements =
        json!({"university": {"first": 2}, "region": {"first": 1}, "discussed": true, "further": [1]});
    let result = result(&single(true, &judgements));
    assert_eq!(result["criteria"]["A1"]["value"], "1");
    assert_eq!(result["criteria"]["A1"]["minimum_met"], false);
}

/// A total of `score` per cent exactly, from two weights and the levels 4 and 0.
fn total(part: u32, whole: u32) -> Value {
    result(&one_area(&[("A1", part, false, both(4)), ("A2", whole - part, false, both(0))]))
}

#[test]
fn each_total_decides_on_the_unrounded_value() {
    let rows = [
        (8000, "F", "80,0"),
        (7999, "G", "79,99"),
        (7996, "G", "79,96"),
        (7994, "G", "79,9"),
        (6000, "G", "60,0"),
        (6004, "G", "60,0"),
        (5999, "V", "59,99"),
        (5996, "V", "59,96"),
        (5994, "V", "59,9"),
        (4500, "V", "45,0"),
        (4499, "O", "44,99"),
        (0, "O", "0,0"),
        (10_000, "F", "100,0"),
    ];
    for (part, outcome, display) in rows {
        let result = if part == 0 || part == 10_000 {
            result(&single(false, &both(if part == 0 { 0 } else { 4 })))
        } else {
            total(part, 10_000)
        };
        assert_eq!((&result["outcome"], &result["display"]), (&json!(outcome), &json!(display)), "{part}");
    }
    let result = total(599_999_999, 1_000_000_000);
    assert_eq!((&result["outcome"], &result["display"]), (&json!("V"), &json!("59,9999999")));
}

#[test]
fn an_area_below_forty_costs_the_approval_and_below_sixty_the_exemplary() {
    let with = |part: u32| {
        let low = [("B1", part, false, both(4)), ("B2", 1000 - part, false, both(0))];
        let result = result(&areas(&[("A", 99, &[("A1", 1, true, both(4))]), ("B", 1, &low)]));
        (result["outcome"].clone(), result["areas"]["B"]["display"].clone())
    };
    assert_eq!(with(600), (json!("F"), json!("60,0")));
    assert_eq!(with(599), (json!("G"), json!("59,9")));
    assert_eq!(with(400), (json!("G"), json!("40,0")));
    assert_eq!(with(399), (json!("V"), json!("39,9")));
}

#[test]
fn missing_exactly_a_quarter_is_still_assessed() {
    let with = |part: u32| {
        let criteria = [("A1", part, false, json!({"missing": true})), ("A2", 1000 - part, false, both(4))];
        let result = result(&one_area(&criteria));
        (result["missing_share"].clone(), result["outcome"].clone())
    };
    assert_eq!(with(250), (json!("25"), json!("G")));
    assert_eq!(with(251), (json!("251/10"), json!("E")));
}

#[test]
fn the_missing_share_is_of_the_areas_that_remain() {
    let case = areas(&[
        ("A", 50, &[("A1", 1, false, json!({"not_applicable": true}))]),
        (
            "B",
            30,
            &[
                ("B1", 1, false, json!({"missing": true})),
                ("B2", 3, false, both(4)),
                ("B3", 9, false, json!({"not_applicable": true})),
            ],
        ),
        ("C", 20, &[("C1", 1, false, both(4))]),
    ]);
    let result = result(&case);
    assert_eq!(result["missing_share"], "15");
    assert_eq!(result["areas"].as_object().unwrap().len(), 2);
    assert_eq!(result["total"], "85");
}

#[test]
fn one_or_two_unmet_minimums_are_v_and_three_are_o() {
    let with = |unmet: usize| {
        let ids = ["A1", "A2", "A3", "A4"];
        let criteria: Vec<_> =
            (0..4).map(|at| (ids[at], 1, true, both(if at < unmet { 1 } else { 4 }))).collect();
        outcome(&areas(&[("A", 1, &criteria), ("B", 1, &[("B1", 1, false, both(4))])]))
    };
    assert_eq!([with(0), with(1), with(2), with(3)], ["F", "V", "V", "O"]);
}

#[test]
fn a_minimum_unmet_year_after_year_is_insufficient() {
    let with = |level: u8, before: Value| {
        let mut case = one_area(&[("A1", 1, true, both(level)), ("A2", 9, false, both(4))]);
        case["previous"] = json!({"unmet_minimum": before});
        outcome(&case)
    };
    assert_eq!(with(1, json!({})), "V");
    assert_eq!(with(1, json!({"A1": {"years": 0}})), "V");
    assert_eq!(with(1, json!({"A1": {"years": 1, "plan": true}})), "V");
    assert_eq!(with(1, json!({"A1": {"years": 1, "plan": false}})), "O");
    assert_eq!(with(1, json!({"A1": {"years": 1}})), "O");
    assert_eq!(with(1, json!({"A1": {"years": 2, "plan": true}})), "O");
    assert_eq!(with(1, json!({"A1": {"years": u32::MAX, "plan": true}})), "O");
    assert_eq!(with(2, json!({"A1": {"years": 2}})), "F");
    assert_eq!(with(1, json!({"A2": {"years": 2}})), "V");
}

#[test]
fn a_change_counts_from_five_in_the_total_and_ten_in_an_area() {
    let with = |last: &str| {
        let mut case = single(false, &both(2));
        case["previous"] = json!({"criteria": {"A1": {"value": last, "digest": "A1"}}});
        let result = result(&case);
        [result["change"].clone(), result["trend"].clone(), result["areas"]["A"]["trend"].clone()]
    };
    assert_eq!(with("9/5"), ["5", "improved", "unchanged"]);
    assert_eq!(with("1.801"), ["199/40", "unchanged", "unchanged"]);
    assert_eq!(with("8/5"), ["10", "improved", "improved"]);
    assert_eq!(with("2"), ["0", "unchanged", "unchanged"]);
    assert_eq!(with("2.199"), ["-199/40", "unchanged", "unchanged"]);
    assert_eq!(with("11/5"), ["-5", "declined", "unchanged"]);
    assert_eq!(with("12/5"), ["-10", "declined", "declined"]);
}

#[test]
fn years_are_compared_when_seventy_per_cent_of_the_weight_is_the_same() {
    let with = |part: u32, area_b: Value| {
        let criteria = [("A1", part, false, both(4)), ("A2", 100 - part, false, both(4))];
        let mut case = areas(&[("A", 70, &criteria), ("B", 30, &[("B1", 1, false, both(4))])]);
        case["previous"] = json!({"criteria": {"A1": {"value": 2, "digest": "A1"},
            "A2": {"value": 2, "digest": "another"}, "B1": area_b}});
        let result = result(&case);
        [
            result["areas"]["A"]["change"].clone(),
            result["areas"]["B"]["change"].clone(),
            result["change"].clone(),
        ]
    };
    let null = Value::Null;
    assert_eq!(with(70, json!({"value": 4, "digest": "B1"})), [json!("50"), json!("0"), json!("35")]);
    assert_eq!(with(70, json!({"value": 4})), [json!("50"), null.clone(), json!("50")]);
    assert_eq!(with(70, json!({"digest": "B1"})), [json!("50"), null.clone(), json!("50")]);
    assert_eq!(with(69, json!({"value": 4, "digest": "B1"})), [null.clone(), json!("0"), null]);
}

#[test]
fn without_a_digest_this_year_nothing_is_compared() {
    let mut case = single(false, &both(2));
    case["form"]["areas"][0]["criteria"][0]["digest"] = Value::Null;
    case["previous"] = json!({"criteria": {"A1": {"value": 2}}});
    let result = result(&case);
    assert_eq!((&result["change"], &result["trend"]), (&Value::Null, &json!("not_compared")));
}

#[test]
fn an_area_shows_its_own_thresholds_only_when_they_are_reached() {
    let display = |part: u32| {
        let criteria = [("A1", part, false, both(4)), ("A2", 10_000 - part, false, both(0))];
        result(&one_area(&criteria))["areas"]["A"]["display"].clone()
    };
    assert_eq!([display(3996), display(5996)], ["39,96", "59,96"]);
    assert_eq!([display(4004), display(4496), display(7996)], ["40,0", "45,0", "80,0"]);
}

#[test]
fn what_is_missing_is_red_and_unmet_whatever_the_rules_ask_for() {
    let mut case = single(true, &json!({"missing": true}));
    let mut lenient = serde_json::to_value(super::rules()).unwrap();
    for key in ["green", "yellow", "minimum_level"] {
        lenient[key] = json!(0);
    }
    case["form"]["rules"] = lenient;
    let result = result(&case);
    assert_eq!(
        result["criteria"]["A1"],
        json!({"value": "0", "state": "missing", "light": "red", "minimum_met": false})
    );
    assert_eq!((&result["unmet_minimum"], &result["areas"]["A"]["light"]), (&json!(["A1"]), &json!("red")));
}
