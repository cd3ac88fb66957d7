//! A criterion among its answers: what is shown and missing, the indicators and the suggested level.

use serde_json::{Value as Json, json};
use usve::forms::evaluate::{background, evaluate};
use usve::forms::{Evaluated, EvidenceCount, Form, RawAnswers, Value, load::load};
use usve::number::{exact, whole};

use super::{small, spoilt};

fn answers(raw: Json) -> RawAnswers {
    serde_json::from_value(raw).unwrap()
}

fn of(form: &Form, criterion: &str, raw: Json, files: usize) -> Evaluated {
    let evidence = EvidenceCount::from([(criterion.to_owned(), files)]);
    evaluate(form, form.criterion(criterion).unwrap(), &answers(raw), &evidence, 2026)
}

/// The fields by what is the matter with them: hidden `-`, missing `?`, with issues `!`, all well nothing.
fn states(evaluated: &Evaluated) -> String {
    let sign = |state: &usve::forms::FieldState| match (state.visible, state.missing, state.issues.len()) {
        (false, false, 0) => "-",
        (true, true, 0) => "?",
        (true, false, 0) => "",
        (true, false, _) => "!",
        other => panic!("{}: {other:?}", state.id),
    };
    evaluated.fields.iter().map(|state| format!("{}{}", state.id, sign(state))).collect::<Vec<_>>().join(" ")
}

fn attendance(evaluated: &Evaluated) -> Option<String> {
    match &evaluated.indicators[0] {
        (id, Some(Value::Number(number))) if id == "attendance" => Some(exact(number)),
        (_, None) => None,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_empty_criterion_is_incomplete_and_suggests_nothing() {
    let evaluated = of(&small(), "A2", json!({}), 0);
    assert_eq!(states(&evaluated), "role? held- attended- self_level? motivation- evidence?");
    assert_eq!((evaluated.suggested, evaluated.minimum_check, evaluated.complete), (None, None, false));
    assert_eq!(evaluated.indicators, [("attendance".to_owned(), None), ("full".to_owned(), None)]);
}

#[test]
fn conditions_show_fields_step_by_step() {
    let form = small();
    let member = of(&form, "A2", json!({"role": "member"}), 1);
    assert_eq!(states(&member), "role held? attended- self_level? motivation- evidence");
    let held = of(&form, "A2", json!({"role": "member", "held": "12"}), 1);
    assert_eq!(states(&held), "role held attended? self_level? motivation- evidence");
    let none = of(&form, "A2", json!({"role": "member", "held": "0"}), 1);
    assert_eq!(states(&none), "role held attended- self_level? motivation- evidence");
}

#[test]
fn a_full_criterion_is_complete_and_its_numbers_suggest_a_level() {
    let raw = json!({"role": "member", "held": "12", "attended": "9", "self_level": "3", "motivation": "Nio av tolv."});
    let form = small();
    let evaluated = of(&form, "A2", raw.clone(), 1);
    assert!(evaluated.complete, "{}", states(&evaluated));
    assert_eq!(attendance(&evaluated).as_deref(), Some("75"));
    assert_eq!(evaluated.indicators[1], ("full".to_owned(), Some(Value::YesNo(false))));
    assert_eq!((evaluated.suggested, evaluated.minimum_check), (Some(2), Some(true)), "75 is below 75.5");
    assert!(!of(&form, "A2", raw, 0).complete, "a minimum needs a file");
}

#[test]
fn the_suggestion_is_the_highest_level_whose_conditions_hold_from_level_two_up() {
    let form = small();
    let suggested = |role: &str, attended: &str| {
        let evaluated = of(&form, "A2", json!({"role": role, "held": "12", "attended": attended}), 1);
        (evaluated.suggested, evaluated.minimum_check)
    };
    assert_eq!(suggested("member", "12"), (Some(3), Some(true)), "level 4 is left to the reviewers");
    assert_eq!(suggested("member", "6"), (Some(2), Some(true)), "exactly half");
    assert_eq!(suggested("member", "5"), (Some(1), Some(false)));
    assert_eq!(suggested("none", "12"), (Some(1), Some(false)), "decided by the role alone");
    assert_eq!(suggested("member", ""), (None, None));
    assert_eq!(suggested("member", "tolv"), (None, None), "an answer that does not fit is no value");
}

#[test]
fn a_condition_that_fails_without_any_answer_suggests_zero() {
    let text = spoilt(
        "\"role != 'none' && attendance >= thresholds.two\"",
        "\"has(role) && attendance >= thresholds.two\"",
    );
    let form = load("1.toml", text.as_bytes()).unwrap();
    let empty = of(&form, "A2", json!({"self_level": "4"}), 1);
    assert_eq!(
        (empty.suggested, empty.minimum_check),
        (Some(0), Some(false)),
        "the fields of every criterion say nothing"
    );
}

#[test]
fn a_criterion_without_condition_on_level_two_suggests_nothing() {
    let text = spoilt("when = \"role != 'none' && attendance >= thresholds.two\"\n", "")
        .replace("when = \"\"\"\nrole == 'member' &&\nattendance >= thresholds.three\"\"\"\n", "")
        .replace("thresholds = { two = 50, three = 75.5 }\n", "");
    let form = load("1.toml", text.as_bytes()).unwrap();
    let evaluated = of(&form, "A2", json!({"role": "member", "held": "12", "attended": "12"}), 1);
    assert_eq!((evaluated.suggested, evaluated.minimum_check), (None, None));
}

#[test]
fn a_hidden_answer_is_neither_missing_nor_wrong_nor_counted() {
    let raw = json!({"role": "none", "held": "tolv", "attended": "99999"});
    let evaluated = of(&small(), "A2", raw, 1);
    assert_eq!(states(&evaluated), "role held- attended- self_level? motivation- evidence");
    assert!(evaluated.fields[1].value.is_none() && evaluated.fields[1].issues.is_empty());
    assert_eq!(attendance(&evaluated), None);
}

#[test]
fn a_series_of_years_needs_every_year_up_to_the_period() {
    let form = small();
    let part =
        of(&form, "E1", json!({"articles": {"2024": "3", "2026": "5", "1999": "1"}, "forms": ["study"]}), 0);
    assert!(part.fields[0].missing && part.fields[0].value.is_some());
    assert_eq!(part.suggested, None, "2025 is not known");
    let zero = of(&form, "E1", json!({"articles": {"2024": "3", "2026": "0"}, "forms": ["study"]}), 0);
    assert_eq!(
        (zero.suggested, zero.minimum_check),
        (Some(1), None),
        "a year with none decides; no minimum, no check"
    );
    let full =
        of(&form, "E1", json!({"articles": {"2024": "3", "2025": "1", "2026": "5"}, "forms": ["study"]}), 0);
    assert!(!full.fields[0].missing);
    assert_eq!(full.suggested, Some(2), "no partners is an answer");
    let earlier = evaluate(
        &form,
        form.criterion("E1").unwrap(),
        &answers(json!({"articles": {"2024": "3", "2025": "1", "2026": "5"}})),
        &EvidenceCount::new(),
        2025,
    );
    assert!(earlier.fields[0].missing, "2023 is asked for");
}

#[test]
fn a_table_is_evaluated_row_by_row_and_an_empty_column_is_no_value() {
    let form = small();
    let with = |partners: Json| {
        let raw = json!({"articles": {"2024": "3", "2025": "1", "2026": "5"}, "forms": ["study"], "partners": partners});
        of(&form, "E1", raw, 0).suggested
    };
    assert_eq!(with(json!([{"name": "A", "amount": "10", "since": "2026-12-31"}])), Some(3));
    assert_eq!(with(json!([{"name": "A", "amount": "10", "since": "2027-01-01"}])), Some(2));
    assert_eq!(
        with(json!([{"name": "A", "amount": "10"}, {"name": "B", "amount": "0", "since": "2020-01-01"}])),
        Some(3)
    );
    assert_eq!(with(json!([{"name": "A", "amount": "tio", "since": "2020-01-01"}])), Some(2));
}

#[test]
fn background_fields_are_evaluated_by_themselves() {
    let form = small();
    let state = |raw: Json| background(&form, &answers(raw), 2026).remove(0);
    assert!(state(json!({})).missing);
    assert_eq!(state(json!({"beds": "24"})).value, Some(Value::Number(whole(24))));
    assert_eq!(state(json!({"beds": "2001"})).issues[0].code, "too_large");
}

#[test]
fn no_answers_whatever_make_an_evaluation_panic() {
    let form = usve::forms::Library::open(None).unwrap().newest("usve").unwrap();
    let odd = [
        json!(null),
        json!(1),
        json!("x"),
        json!("yes"),
        json!("0"),
        json!([]),
        json!([{}]),
        json!({"2026": "1"}),
        json!([{"a": [1]}]),
    ];
    for (_, criterion) in form.criteria() {
        for raw in &odd {
            let all: RawAnswers =
                form.fields(criterion).map(|field| (field.id.clone(), raw.clone())).collect();
            let evaluated = evaluate(&form, criterion, &all, &EvidenceCount::new(), 2026);
            assert_eq!(evaluated.fields.len(), form.fields(criterion).count());
            assert!(evaluated.suggested.is_none_or(|level| level <= 4));
        }
    }
}
