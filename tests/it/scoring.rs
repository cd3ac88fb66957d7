//! The scoring model against its definition: the worked example, every boundary, every refusal, properties, and a
//! second implementation.

mod boundaries;
mod command;
mod explained;
mod nearest;
mod properties;
mod random_cases;
mod reference;
mod refusals;
mod settled;
mod settling;
mod stakes;

use serde_json::{Value, json};
use usve::cli::score::run;
use usve::forms::Rules;

/// The name the tests give the rules.
const RULES: &str = "usve/2026.1";

/// The numbers of the scoring model as chapter 7 states them.
fn rules() -> Rules {
    toml::from_str(
        "minimum_level = 2\n\
         green = 3\n\
         yellow = 2\n\
         area_green_share = 50\n\
         area_yellow_share = 50\n\
         greatest_missing_share = 25\n\
         insufficient_unmet = 3\n\
         insufficient_total = 45\n\
         unmet_years = 3\n\
         unmet_years_without_plan = 2\n\
         approved_total = 60\n\
         approved_area = 40\n\
         exemplary_total = 80\n\
         exemplary_area = 60\n\
         near = 1\n\
         change_total = 5\n\
         change_area = 10\n\
         comparable_share = 70\n\
         reason_levels = [0, 1, 4]\n\
         reason_shortest = 50\n\
         reason_longest = 1500\n",
    )
    .unwrap()
}

/// Scores a case as the command does: the exit status and what it prints, as JSON.
fn answer(case: &Value) -> (u8, Value) {
    let (status, text) = run(&case.to_string(), None, &rules(), RULES);
    (status, serde_json::from_str(&text).unwrap())
}

/// The result of a case that is not refused.
fn result(case: &Value) -> Value {
    let (status, result) = answer(case);
    assert_eq!(status, 0, "{result}");
    result
}

/// The code and criterion of a refused case.
fn refusal(case: &Value) -> (String, Option<String>) {
    let (status, answer) = answer(case);
    assert_eq!(status, 1, "{answer}");
    let error = &answer["error"];
    assert!(!error["message"].as_str().unwrap().is_empty());
    (error["code"].as_str().unwrap().to_owned(), error["criterion"].as_str().map(str::to_owned))
}

/// An area of criteria `(id, weight, minimum)`, each with its id as digest.
fn area(id: &str, weight: u32, criteria: &[(&str, u32, bool)]) -> Value {
    let criteria: Vec<Value> = criteria
        .iter()
        .map(|(id, weight, minimum)| json!({"id": id, "weight": weight, "minimum": minimum, "digest": id}))
        .collect();
    json!({"id": id, "weight": weight, "criteria": criteria})
}

/// Both reviewers set the same level.
fn both(level: u8) -> Value {
    two(level, level)
}

/// The two first scores.
fn two(university: u8, region: u8) -> Value {
    json!({"university": {"first": university}, "region": {"first": region}})
}

/// A case of one area with one criterion.
fn single(minimum: bool, judgements: &Value) -> Value {
    json!({"form": {"areas": [area("A", 1, &[("A1", 1, minimum)])]}, "judgements": {"A1": judgements}})
}
