//! Expressions: what they mean, what they refuse, and that nothing makes them run for long.

use std::collections::BTreeMap;
use std::rc::Rc;

use usve::forms::Expression;
use usve::forms::expression::{DEEPEST, Datum, LONGEST, Scope};
use usve::number::{Fraction, exact, parse};

fn number(text: &str) -> Datum {
    Datum::Number(parse(text).unwrap())
}

fn text(text: &str) -> Datum {
    Datum::Text(text.into())
}

fn list(all: Vec<Option<Datum>>) -> Datum {
    Datum::List(all.into())
}

fn row(cells: &[(&str, Datum)]) -> Datum {
    Datum::Row(Rc::new(cells.iter().map(|(id, value)| ((*id).to_owned(), value.clone())).collect()))
}

/// Names with a value; `unknown…` exist and have none.
pub(super) fn answers() -> BTreeMap<String, Datum> {
    let staff = vec![
        row(&[("group", text("nurse")), ("people", number("10")), ("doctors", number("1"))]),
        row(&[("group", text("physician")), ("people", number("40")), ("doctors", number("12"))]),
        row(&[("group", text("nurse")), ("people", number("5"))]),
    ];
    let named = [
        ("held", number("12")),
        ("attended", number("9")),
        ("share", number("62.5")),
        ("role", text("member")),
        ("yes", Datum::Bool(true)),
        ("no", Datum::Bool(false)),
        ("forms", list(vec![Some(text("study")), Some(text("network"))])),
        ("papers", list(vec![Some(number("3")), Some(number("0")), Some(number("5"))])),
        ("gaps", list(vec![None, Some(number("4"))])),
        ("none", list(vec![])),
        ("staff", list(staff.into_iter().map(Some).collect())),
        ("decided", Datum::Date("2026-05-01".parse().unwrap())),
    ];
    named.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn value(source: &str) -> Option<Datum> {
    let thresholds = BTreeMap::from([("two".to_owned(), parse("50").unwrap())]);
    let scope = Scope { names: answers(), thresholds: &thresholds, year: 2026 };
    Expression::parse(source).unwrap_or_else(|fault| panic!("{source}: {fault:?}")).value(&scope)
}

fn shown(value: Option<Datum>) -> String {
    match value {
        None => "no value".to_owned(),
        Some(Datum::Number(number)) => exact(&number),
        Some(Datum::Text(text)) => text.to_string(),
        Some(Datum::Bool(value)) => value.to_string(),
        Some(Datum::Date(day)) => day.to_string(),
        Some(Datum::List(all)) => {
            format!("[{}]", all.iter().cloned().map(shown).collect::<Vec<_>>().join(" "))
        }
        Some(Datum::Row(_)) => "row".to_owned(),
    }
}

fn all_give(cases: &[(&str, &str)]) {
    for (source, expected) in cases {
        assert_eq!(shown(value(source)), *expected, "{source}");
    }
}

#[test]
fn arithmetic_is_exact_and_binds_as_in_school() {
    all_give(&[
        ("1 + 2 * 3 - 4 / 5", "31/5"),
        ("0.1 + 0.2 == 0.3", "true"),
        ("7 % 3", "1"),
        ("-7 % 3", "-1"),
        ("2.5 % 1", "1/2"),
        ("-held + 1", "-11"),
        ("10 - 4 - 3", "3"),
        ("24 / 4 / 2", "3"),
        ("attended * 100 / held", "75"),
        ("share >= thresholds.two", "true"),
        ("1 / 3 * 3 == 1", "true"),
        ("yes ? 1 : no ? 2 : 3", "1"),
        ("no ? 1 : no ? 2 : 3", "3"),
    ]);
}

#[test]
fn division_by_zero_is_no_value_and_carries_on() {
    all_give(&[
        ("1 / 0", "no value"),
        ("1 % 0", "no value"),
        ("1 / (held - 12) > 0", "no value"),
        ("!(1 / 0 > 0)", "no value"),
        ("1 / 0 == 1 / 0", "no value"),
        ("(1 / 0 > 0) ? 1 : 2", "no value"),
        ("[1 / 0, 2][1]", "2"),
    ]);
}

#[test]
fn and_and_or_are_decided_by_one_side_alone() {
    all_give(&[
        ("no && unknown", "false"),
        ("unknown && no", "false"),
        ("yes && unknown", "no value"),
        ("unknown && yes", "no value"),
        ("yes || unknown", "true"),
        ("unknown || yes", "true"),
        ("no || unknown", "no value"),
        ("unknown || no", "no value"),
        ("yes && !no || unknown", "true"),
        ("role != 'none' && attended * 100 / held >= 50", "true"),
    ]);
}

#[test]
fn comparisons_are_of_numbers_dates_options_and_lists_of_them() {
    all_give(&[
        ("role == 'member'", "true"),
        ("role in ['chair', \"member\"]", "true"),
        ("'study' in forms && !('industry' in forms)", "true"),
        ("forms.contains('network')", "true"),
        ("role.contains('emb')", "true"),
        ("decided >= period_start && decided <= period_end", "true"),
        ("decided < date('2026-05-01')", "false"),
        ("period_start == date('2026-01-01') && period_end == date('2026-12-31')", "true"),
        ("1 in [unknown, 1]", "true"),
        ("2 in [unknown, 1]", "no value"),
    ]);
}

#[test]
fn lists_are_filtered_counted_and_summed() {
    all_give(&[
        ("staff.filter(s, s.group == 'nurse').size()", "2"),
        ("sum(staff.map(s, s.people))", "55"),
        ("distinct(staff.map(s, s.group)).size()", "2"),
        ("staff.exists(s, s.people > 30)", "true"),
        ("staff.all(s, s.people > 30)", "false"),
        ("papers[0] + papers[2]", "8"),
        ("papers[3]", "no value"),
        ("papers[0.5]", "no value"),
        ("papers[-1]", "no value"),
        ("sum(papers) + mean(papers)", "32/3"),
        ("min(papers) + max(papers)", "5"),
        ("max(3, held, 7)", "12"),
        ("min(decided, period_start)", "2026-01-01"),
        ("papers.filter(n, n >= 1).size()", "2"),
        ("size('åäö')", "3"),
        ("staff.map(s, staff.filter(t, t.group == s.group).size())", "[2 1 2]"),
    ]);
}

#[test]
fn an_empty_list_sums_to_zero_and_has_no_mean() {
    all_give(&[
        ("sum(none)", "0"),
        ("mean(none)", "no value"),
        ("min(none)", "no value"),
        ("none.size()", "0"),
        ("none.exists(n, n > 0)", "false"),
        ("none.all(n, n > 0)", "true"),
    ]);
}

#[test]
fn what_has_no_value_in_a_list_is_no_value_until_it_is_asked_for() {
    all_give(&[
        ("sum(gaps)", "no value"),
        ("gaps[1]", "4"),
        ("gaps.size()", "2"),
        ("count(gaps)", "1"),
        ("max(gaps)", "no value"),
        ("gaps.exists(n, n > 3)", "true"),
        ("gaps.exists(n, n > 9)", "no value"),
        ("gaps.all(n, n > 9)", "false"),
        ("gaps.filter(n, has(n))", "[4]"),
        ("gaps.filter(n, n > 0)", "no value"),
        ("sum(staff.filter(s, has(s.doctors)).map(s, s.doctors))", "13"),
        ("has(gaps) && !has(none) && !has(unknown) && has(held)", "true"),
        ("distinct(gaps)", "no value"),
    ]);
}

fn fault(source: &str) -> (usize, &'static str) {
    let fault = Expression::parse(source).unwrap_err();
    (fault.at, fault.code)
}

#[test]
fn a_syntax_fault_is_found_at_its_character() {
    assert_eq!(fault("1 + "), (4, "expression_syntax"));
    assert_eq!(fault("åä"), (0, "expression_syntax"));
    assert_eq!(fault("'å' == § "), (7, "expression_syntax"));
    assert_eq!(fault("a b"), (2, "expression_syntax"));
    assert_eq!(fault("now()"), (0, "unknown_function"));
    assert_eq!(fault("1 + a.reduce(x, 1)"), (4, "unknown_function"));
    for source in [
        "",
        " ",
        "(",
        ")",
        "a.",
        "a.1",
        "1.2.3",
        "1e5",
        "0x1",
        "'",
        "'\\q'",
        "a = 1",
        "a &&",
        "has(1)",
        "has(a, b)",
        "date(1)",
        "date('2026-02-30')",
        "date('2026-2-1')",
        "[1,]",
        "a.filter(1, b)",
        "a.filter(true, b)",
        "a ? b",
        "in",
        "a in",
        "1 ! 2",
        "a..b",
        "1,2",
        "thresholds.",
        "a.map(row)",
    ] {
        assert_eq!(fault(source).1, "expression_syntax", "{source}");
    }
}

#[test]
fn deep_nesting_and_great_length_are_refused() {
    let deep =
        |before: &str, after: &str| format!("{}a{}", before.repeat(5 * DEEPEST), after.repeat(5 * DEEPEST));
    for source in [
        deep("(", ")"),
        deep("!", ""),
        deep("-", ""),
        deep("[", "]"),
        deep("", " + a"),
        deep("", "[0]"),
        deep("", ".b"),
        deep("a ? a : ", ""),
        deep("sum(", ")"),
        deep("has(", ")"),
    ] {
        assert_eq!(fault(&source).1, "expression_too_deep", "{source}");
    }
    let deep = deep("x.map(x, ", ")");
    assert!(["expression_too_deep", "expression_too_long"].contains(&fault(&deep).1));
    assert_eq!(fault(&format!("1{}", " ".repeat(LONGEST))).1, "expression_too_long");
    assert_eq!(fault(&"(".repeat(2_000_000)).1, "expression_too_long");
}

#[test]
fn an_evaluation_that_runs_for_long_or_grows_large_is_no_value() {
    let many = list((0..400).map(|at| Some(Datum::Number(Fraction::from_integer(at.into())))).collect());
    let fractions =
        list((1..400).map(|at| Some(Datum::Number(Fraction::new(1.into(), at.into())))).collect());
    let thresholds = BTreeMap::new();
    let names = BTreeMap::from([("xs".to_owned(), many), ("parts".to_owned(), fractions)]);
    let scope = Scope { names, thresholds: &thresholds, year: 2026 };
    let squared = format!("xs{}", ".map(x, x * x)".repeat(30));
    for source in [
        "xs.map(a, xs.map(b, xs.map(c, a * b * c)))",
        "xs.all(a, xs.all(b, xs.all(c, c >= 0)))",
        squared.as_str(),
    ] {
        assert_eq!(Expression::parse(source).unwrap().value(&scope), None, "{source}");
    }
    for source in ["sum(xs)", "xs.map(a, xs.filter(b, b < a).size())", "sum(parts) > 6"] {
        assert!(Expression::parse(source).unwrap().value(&scope).is_some(), "{source}");
    }
}

#[test]
fn an_expression_is_shown_in_one_spelling_that_means_the_same() {
    for (source, expected) in [
        ("a+b*c", "a + b * c"),
        ("(a+b)*c", "(a + b) * c"),
        ("a-(b-c)", "a - (b - c)"),
        ("!(a&&b)||c", "!(a && b) || c"),
        ("\"it's\"==x", "'it\\'s' == x"),
        ("a?b:(c?d:e)", "a ? b : c ? d : e"),
        ("(a?b:c)?d:e", "(a ? b : c) ? d : e"),
        ("rows . filter( r , r.x>0.50 ).size()", "size(rows.filter(r, r.x > 0.5))"),
        ("-(-a)", "--a"),
        ("(a + b)[0].c", "(a + b)[0].c"),
        ("date(\"2026-01-31\")<=thresholds . two", "date('2026-01-31') <= thresholds.two"),
    ] {
        let expression = Expression::parse(source).unwrap();
        assert_eq!(expression.to_string(), expected);
        assert_eq!(Expression::parse(expected).unwrap(), expression);
        assert_eq!(expression.text(), source);
    }
}

#[test]
fn names_are_those_that_come_from_outside() {
    let expression = Expression::parse("rows.filter(r, r.x > limit && period_end > r.d).size() + r").unwrap();
    assert_eq!(expression.names().into_iter().collect::<Vec<_>>(), ["limit", "r", "rows"]);
}
