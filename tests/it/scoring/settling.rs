//! Each settlement rule of the scoring model, row by row.

use serde_json::{Value, json};
use usve::scoring::{CriterionJudgements, CriterionState, settle};

use super::{result, rules, single};

/// One party as text: `3`, `K`, `3>2` (revised), `3^2` (corrected), `4>3^2`, `-` for nothing.
fn party(text: &str) -> Value {
    let judgement = |text: &str| text.parse::<u8>().map_or(json!(text), |level| json!(level));
    let (rest, corrected) = text.split_once('^').map_or((text, None), |(rest, level)| (rest, Some(level)));
    let (first, revised) = rest.split_once('>').map_or((rest, None), |(rest, level)| (rest, Some(level)));
    let mut party = json!({});
    if first != "-" {
        party["first"] = judgement(first);
    }
    if let Some(level) = revised {
        party["revised"] = judgement(level);
    }
    if let Some(level) = corrected {
        party["corrected"] = judgement(level);
    }
    party
}

fn judgements(university: &str, region: &str, discussed: bool, further: &[u8]) -> Value {
    json!({"university": party(university), "region": party(region), "discussed": discussed, "further": further})
}

/// University, region, discussed, further → state and value.
type Row = (&'static str, &'static str, bool, &'static [u8], &'static str, Option<&'static str>);

fn check(minimum: bool, rows: &[Row]) {
    for (university, region, discussed, further, state, value) in rows {
        for (one, other) in [(university, region), (region, university)] {
            let mut case = single(minimum, &judgements(one, other, *discussed, further));
            case["fact_check"] = json!(true);
            let result = result(&case);
            let settled = &result["criteria"]["A1"];
            let expected = (json!(state), json!(value));
            assert_eq!(
                (settled["state"].clone(), settled["value"].clone()),
                expected,
                "{one} and {other}, minimum {minimum}, discussed {discussed}, further {further:?}"
            );
        }
    }
}

#[test]
fn an_ordinary_criterion_settles_by_the_distance_alone() {
    check(
        false,
        &[
            ("-", "-", false, &[], "open", None),
            ("3", "-", false, &[], "open", None),
            ("K", "-", false, &[], "open", None),
            ("3", "3", false, &[], "agreed", Some("3")),
            ("0", "0", true, &[], "agreed", Some("0")),
            ("2", "1", false, &[], "mean", Some("3/2")),
            ("4", "3", false, &[], "mean", Some("7/2")),
            ("3", "1", false, &[], "needs_discussion", None),
            ("3>2", "1", false, &[], "needs_discussion", None),
            ("3", "1", true, &[], "needs_further", None),
            ("3>2", "1", true, &[], "revised", Some("3/2")),
            ("3>1", "1", true, &[], "revised", Some("1")),
            ("3>1", "1>3", true, &[], "needs_further", None),
            ("4", "2", true, &[3], "median", Some("3")),
            ("4", "0", true, &[0], "median", Some("0")),
            ("4>3", "0", true, &[4], "median", Some("3")),
        ],
    );
}

#[test]
fn a_minimum_does_not_settle_across_its_level() {
    check(
        true,
        &[
            ("3", "2", false, &[], "mean", Some("5/2")),
            ("1", "0", false, &[], "mean", Some("1/2")),
            ("2", "1", false, &[], "needs_discussion", None),
            ("2", "1", true, &[], "needs_further", None),
            ("2", "1>2", true, &[], "revised", Some("2")),
            ("2>1", "1", true, &[], "revised", Some("1")),
            ("2", "1>3", true, &[], "revised", Some("5/2")),
            ("3", "1>2", true, &[], "revised", Some("5/2")),
            ("3", "1>1", true, &[1], "median", Some("1")),
            ("2", "1", true, &[1], "median", Some("1")),
            ("2", "1", true, &[4], "median", Some("2")),
        ],
    );
}

#[test]
fn one_who_cannot_judge_leaves_the_other_alone_except_on_a_minimum() {
    check(false, &[("K", "3", false, &[], "single", Some("3")), ("K", "0", true, &[], "single", Some("0"))]);
    check(
        true,
        &[
            ("K", "3", false, &[], "needs_further", None),
            ("K", "3", false, &[3], "further", Some("3")),
            ("K", "3", false, &[2], "further", Some("5/2")),
            ("K", "1", false, &[0], "further", Some("1/2")),
            ("K", "2", false, &[1], "needs_further", None),
            ("K", "2", false, &[1, 4], "median", Some("2")),
            ("K", "4", false, &[2, 0], "median", Some("2")),
        ],
    );
}

#[test]
fn when_neither_can_judge_new_reviewers_settle() {
    check(
        false,
        &[("K", "K", false, &[], "needs_further", None), ("K", "K", false, &[0], "further", Some("0"))],
    );
    check(
        true,
        &[
            ("K", "K", false, &[], "needs_further", None),
            ("K", "K", false, &[3], "needs_further", None),
            ("K", "K", false, &[3, 2], "further", Some("5/2")),
            ("K", "K", false, &[1, 1], "further", Some("1")),
            ("K", "K", false, &[2, 1], "needs_further", None),
            ("K", "K", false, &[2, 1, 0], "median", Some("1")),
            ("K", "K", false, &[4, 0, 3], "median", Some("3")),
        ],
    );
}

#[test]
fn a_correction_replaces_the_score_that_counts() {
    check(
        false,
        &[
            ("3^2", "3", false, &[], "corrected", Some("5/2")),
            ("3^3", "3", false, &[], "corrected", Some("3")),
            ("3^1", "3", false, &[], "needs_further", None),
            ("3^1", "3", false, &[2], "median", Some("2")),
            ("3^1", "3^2", false, &[], "corrected", Some("3/2")),
            ("4^2", "2", false, &[], "needs_discussion", None),
            ("4^2", "2", true, &[], "corrected", Some("2")),
            ("4>3^1", "2", true, &[], "corrected", Some("3/2")),
            ("4>3", "2^4", true, &[], "corrected", Some("7/2")),
            ("4^2", "2", true, &[3], "median", Some("2")),
            ("K", "3^1", false, &[], "single", Some("1")),
        ],
    );
    check(
        true,
        &[
            ("2^1", "2", false, &[], "needs_further", None),
            ("2^1", "2", false, &[1], "median", Some("1")),
            ("2^1", "2^1", false, &[], "corrected", Some("1")),
            ("K", "2^1", false, &[], "needs_further", None),
            ("K", "2^1", false, &[1], "further", Some("1")),
            ("K", "2^1", false, &[2], "needs_further", None),
            ("K", "2^1", false, &[2, 2], "median", Some("2")),
        ],
    );
}

#[test]
fn a_further_score_that_was_needed_before_a_correction_stays_in() {
    check(true, &[("K", "1^3", false, &[3, 2], "median", Some("3"))]);
}

#[test]
fn not_applicable_comes_before_missing_and_both_before_any_score() {
    let state = |judgements: Value| result(&single(true, &judgements))["criteria"]["A1"].clone();
    assert_eq!(
        state(json!({"not_applicable": true, "missing": true, "university": {"first": 4}})),
        json!({"value": null, "state": "not_applicable"})
    );
    assert_eq!(
        state(json!({"missing": true, "university": {"first": 4}, "region": {"first": 4}})),
        json!({"value": "0", "state": "missing", "light": "red", "minimum_met": false})
    );
}

#[test]
fn the_settlement_says_how_many_further_scores_its_rule_uses() {
    let uses = |minimum, university, region, discussed, further: &[u8]| {
        let judgements: CriterionJudgements =
            serde_json::from_value(judgements(university, region, discussed, further)).unwrap();
        let settlement = settle::status(&judgements, minimum, true, &rules()).unwrap();
        let waits = settlement.state == CriterionState::NeedsFurther;
        assert_eq!(waits, further.len() < settlement.further_used);
        settlement.further_used
    };
    assert_eq!(uses(false, "3", "3", false, &[]), 0);
    assert_eq!(uses(false, "4", "2", false, &[]), 0);
    assert_eq!(uses(false, "4", "2", true, &[]), 1);
    assert_eq!(uses(false, "K", "K", false, &[]), 1);
    assert_eq!(uses(true, "K", "K", false, &[]), 2);
    assert_eq!(uses(true, "K", "K", false, &[1, 2]), 3);
    assert_eq!(uses(true, "K", "2", false, &[]), 1);
    assert_eq!(uses(true, "K", "2", false, &[1]), 2);
    assert_eq!(uses(false, "K", "2", false, &[]), 0);
    assert_eq!(uses(false, "3^3", "3", false, &[4]), 1);
}

#[test]
fn the_review_pages_ask_the_same_rule() {
    let rules = rules();
    assert!(settle::needs_discussion(2, 1, true, &rules));
    assert!(!settle::needs_discussion(2, 1, false, &rules));
    assert!(settle::needs_discussion(4, 2, false, &rules));
    assert!(!settle::needs_discussion(1, 0, true, &rules));
    assert!(settle::gate_split(4, 1, &rules) && !settle::gate_split(4, 2, &rules));
}
