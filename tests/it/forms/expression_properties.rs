//! Any expression at all: nothing panics, what parses shows itself the same, and what is sound keeps its type.

use std::collections::BTreeMap;

use proptest::prelude::*;
use usve::forms::Expression;
use usve::forms::expression::{Datum, Names, Scope, Type};
use usve::number::{Fraction, parse};

use super::expressions::answers;

/// Types of the names in `answers`, and of names that have no value.
fn names() -> Names {
    let staff = BTreeMap::from([
        ("group".to_owned(), Type::Option(vec!["nurse".to_owned(), "physician".to_owned()])),
        ("people".to_owned(), Type::Number),
        ("doctors".to_owned(), Type::Number),
    ]);
    let numbers = || Type::List(Box::new(Type::Number));
    let types = [
        ("held", Type::Number),
        ("attended", Type::Number),
        ("share", Type::Number),
        ("unknown_number", Type::Number),
        ("role", Type::Option(vec!["member".to_owned(), "none".to_owned()])),
        ("yes", Type::Bool),
        ("no", Type::Bool),
        ("unknown_bool", Type::Bool),
        ("forms", Type::List(Box::new(Type::Text))),
        ("papers", numbers()),
        ("gaps", numbers()),
        ("none", numbers()),
        ("staff", Type::List(Box::new(Type::Row(staff)))),
        ("decided", Type::Date),
    ];
    Names {
        types: types.into_iter().map(|(name, found)| (name.to_owned(), found)).collect(),
        thresholds: ["two".to_owned()].into(),
        ..Names::default()
    }
}

fn has_type(value: &Datum, wanted: &Type) -> bool {
    match (value, wanted) {
        (_, Type::Any)
        | (Datum::Number(_), Type::Number)
        | (Datum::Bool(_), Type::Bool)
        | (Datum::Date(_), Type::Date)
        | (Datum::Text(_), Type::Text | Type::Option(_)) => true,
        (Datum::List(all), Type::List(element)) => all.iter().flatten().all(|one| has_type(one, element)),
        (Datum::Row(row), Type::Row(columns)) => {
            row.iter().all(|(id, value)| columns.get(id).is_some_and(|column| has_type(value, column)))
        }
        _ => false,
    }
}

/// Anything at all must parse or be refused; what parses shows itself the same; what is sound keeps its type.
fn holds_for(source: &str) -> Result<(), TestCaseError> {
    let Ok(expression) = Expression::parse(source) else { return Ok(()) };
    let shown = expression.to_string();
    match Expression::parse(&shown) {
        Ok(again) => prop_assert_eq!(&again, &expression),
        // The one spelling may be longer than what was written.
        Err(fault) => prop_assert_eq!(fault.code, "expression_too_long"),
    }
    let (found, faults) = expression.check(&names());
    let thresholds = BTreeMap::from([("two".to_owned(), parse("50").unwrap())]);
    let value = expression.value(&Scope { names: answers(), thresholds: &thresholds, year: 2026 });
    if let (true, Some(value)) = (faults.is_empty(), &value) {
        prop_assert!(has_type(value, &found), "{} is {:?}, not {:?}", source, value, found);
    }
    Ok(())
}

const PIECES: [&str; 52] = [
    "held",
    "share",
    "role",
    "yes",
    "no",
    "forms",
    "papers",
    "gaps",
    "staff",
    "decided",
    "unknown_number",
    "row",
    "thresholds",
    "two",
    "period_end",
    "1",
    "0",
    "0.5",
    "'member'",
    "\"x\"",
    "true",
    "in",
    "has",
    "sum",
    "mean",
    "min",
    "count",
    "distinct",
    "size",
    "date",
    "filter",
    "exists",
    "map",
    "all",
    "contains",
    "people",
    "group",
    "(",
    ")",
    "[",
    "]",
    ",",
    ".",
    "?",
    ":",
    "+",
    "-",
    "*",
    "/",
    "==",
    "&&",
    "!",
];

fn numbers(depth: u32) -> BoxedStrategy<String> {
    let leaf = prop::sample::select(vec![
        "1",
        "0",
        "2.5",
        "held",
        "share",
        "unknown_number",
        "papers[1]",
        "thresholds.two",
    ]);
    if depth == 0 {
        return leaf.prop_map(str::to_owned).boxed();
    }
    let inner = || numbers(depth - 1);
    let two = (inner(), prop::sample::select(vec!["+", "-", "*", "/", "%"]), inner());
    prop_oneof![
        leaf.prop_map(str::to_owned),
        two.prop_map(|(one, sign, other)| format!("({one} {sign} {other})")),
        inner().prop_map(|one| format!("-{one}")),
        (truths(depth - 1), inner(), inner())
            .prop_map(|(if_, one, other)| format!("({if_} ? {one} : {other})")),
        (inner(), inner()).prop_map(|(one, other)| format!("max({one}, {other})")),
        inner().prop_map(|one| format!("sum(papers.map(n, n * {one}))")),
        (truths(depth - 1), inner())
            .prop_map(|(if_, one)| format!("staff.filter(s, s.people > {one} || {if_}).size()")),
    ]
    .boxed()
}

fn truths(depth: u32) -> BoxedStrategy<String> {
    let leaf = prop::sample::select(vec![
        "yes",
        "no",
        "unknown_bool",
        "(role == 'none')",
        "(decided > period_start)",
    ]);
    if depth == 0 {
        return leaf.prop_map(str::to_owned).boxed();
    }
    let inner = || truths(depth - 1);
    let compared = (
        numbers(depth - 1),
        prop::sample::select(vec!["<", "<=", "==", "!=", ">=", ">"]),
        numbers(depth - 1),
    );
    prop_oneof![
        leaf.prop_map(str::to_owned),
        compared.prop_map(|(one, sign, other)| format!("({one} {sign} {other})")),
        (inner(), inner()).prop_map(|(one, other)| format!("({one} && {other})")),
        (inner(), inner()).prop_map(|(one, other)| format!("({one} || {other})")),
        inner().prop_map(|one| format!("!{one}")),
        numbers(depth - 1).prop_map(|one| format!("papers.exists(n, n > {one})")),
        numbers(depth - 1).prop_map(|one| format!("({one} in papers)")),
    ]
    .boxed()
}

#[test]
fn a_number_before_a_point_keeps_its_parentheses() {
    assert_eq!(Expression::parse("1 . held").unwrap().to_string(), "(1).held");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_parsed_or_refused(source in any::<String>()) {
        holds_for(&source)?;
    }

    #[test]
    fn any_row_of_pieces_is_parsed_or_refused(pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..24)) {
        holds_for(&pieces.join(" "))?;
    }

    #[test]
    fn a_sound_expression_has_no_fault_and_keeps_its_type(source in truths(4)) {
        let (found, faults) = Expression::parse(&source).unwrap().check(&names());
        prop_assert_eq!((found, faults), (Type::Bool, vec![]));
        holds_for(&source)?;
    }

    /// What is decided while something is unknown stays so, whatever the answer turns out to be.
    #[test]
    fn a_value_that_is_known_stays_when_more_is_answered(source in truths(4), later in any::<bool>(), number in -9_i64..9) {
        let thresholds = BTreeMap::from([("two".to_owned(), parse("50").unwrap())]);
        let mut scope = Scope { names: answers(), thresholds: &thresholds, year: 2026 };
        let expression = Expression::parse(&source).unwrap();
        if let Some(before) = expression.value(&scope) {
            scope.names.insert("unknown_bool".to_owned(), Datum::Bool(later));
            scope.names.insert("unknown_number".to_owned(), Datum::Number(Fraction::from_integer(number.into())));
            prop_assert_eq!(expression.value(&scope), Some(before));
        }
    }
}
