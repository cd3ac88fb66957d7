//! Answers: what is read from what was typed, and what people are told when it cannot be.

use serde_json::{Value as Json, json};
use usve::forms::answer::parse;
use usve::forms::display::display;
use usve::forms::{Choice, Field, FieldKind, Prefill, Value, load::load};
use usve::number::{exact, parse as number, whole};
use usve::text::{Lang, Text};

fn field(kind: FieldKind) -> Field {
    Field {
        id: "answer".to_owned(),
        kind,
        label: Text::new("Svar", "Answer"),
        hint: None,
        required: true,
        when: None,
        prefill: Prefill::Copy,
        explain_change: None,
        explains: None,
        unit: None,
        least: None,
        most: None,
        places: 0,
        most_characters: None,
        most_words: None,
        options: vec![],
        columns: vec![],
        span: 0,
    }
}

fn choice(kind: FieldKind) -> Field {
    let options = [("member", "Ledamot", "Member"), ("none", "Ingen", "None"), ("other", "Annan", "Other")];
    let options = options.map(|(id, sv, en)| Choice { id: id.to_owned(), label: Text::new(sv, en) });
    Field { options: options.into(), ..field(kind) }
}

/// What is read: the value, or the codes and Swedish sentences of what must be mended.
fn read(field: &Field, raw: &Json) -> Result<Option<Value>, Vec<(String, String)>> {
    parse(field, raw).map_err(|issues| {
        issues.into_iter().map(|one| (format!("{} {}", one.field, one.code), one.message.sv)).collect()
    })
}

fn refused(field: &Field, raw: &Json) -> (String, String) {
    let mut issues = read(field, raw).unwrap_err();
    assert_eq!(issues.len(), 1, "{issues:?}");
    issues.remove(0)
}

fn told(field: &Field, raw: &str, code: &str, sentence: &str) {
    assert_eq!(refused(field, &json!(raw)), (format!("answer {code}"), sentence.to_owned()), "{raw}");
}

#[test]
fn nothing_and_nothing_but_space_is_not_answered() {
    for (kind, _) in FieldKind::ALL {
        let field = choice(kind);
        assert_eq!(read(&field, &Json::Null), Ok(None), "{kind:?}");
        if kind != FieldKind::Evidence {
            assert_eq!(read(&field, &json!("")), Ok(None), "{kind:?}");
        }
    }
    assert_eq!(read(&field(FieldKind::Integer), &json!(" \u{a0}\n")), Ok(None));
    assert_eq!(read(&choice(FieldKind::Choices), &json!([])), Ok(None));
    assert_eq!(read(&choice(FieldKind::Choices), &json!([""])), Ok(None));
    assert_eq!(read(&field(FieldKind::Table), &json!([{"a": " "}, {}])), Ok(None));
    assert_eq!(read(&field(FieldKind::Years), &json!({"2024": ""})), Ok(None));
}

#[test]
fn an_answer_of_the_wrong_shape_is_refused_and_never_guessed() {
    for (kind, _) in FieldKind::ALL {
        for raw in [json!(5), json!(true), json!([1]), json!({"x": 1})] {
            let issues = read(&choice(kind), &raw).unwrap_err();
            let fits = issues.iter().all(|(code, _)| code.ends_with("bad_shape"));
            assert!(fits && !issues.is_empty(), "{kind:?} {raw}: {issues:?}");
        }
    }
}

#[test]
fn numbers_are_read_as_swedes_type_them() {
    let field = Field { places: 1, least: Some(whole(0)), ..field(FieldKind::Decimal) };
    for (raw, expected) in
        [("1 234,5", "2469/2"), ("3.5", "7/2"), ("0", "0"), ("4\u{a0}850", "4850"), (" 7 ", "7")]
    {
        assert_eq!(read(&field, &json!(raw)), Ok(Some(Value::Number(number(expected).unwrap()))), "{raw}");
    }
    let percent = Field { kind: FieldKind::Percent, ..field.clone() };
    assert_eq!(read(&percent, &json!("62,5 %")), Ok(Some(Value::Number(number("62.5").unwrap()))));
    let money = Field { kind: FieldKind::Money, places: 0, ..field };
    assert_eq!(read(&money, &json!("250 000 kr")), Ok(Some(Value::Number(whole(250_000)))));
}

#[test]
fn a_number_that_does_not_fit_is_told_how_to() {
    let integer = Field { least: Some(whole(1)), most: Some(whole(4_000)), ..field(FieldKind::Integer) };
    told(&integer, "tolv", "not_a_number", "Skriv ett heltal, till exempel 12.");
    told(&integer, "2,5", "too_many_decimals", "Skriv ett heltal, till exempel 12.");
    told(&integer, "4001", "too_large", "Skriv ett tal som är högst 4\u{a0}000.");
    told(&integer, "0", "too_small", "Skriv ett tal som är minst 1.");
    told(&integer, "1/2", "not_a_number", "Skriv ett heltal, till exempel 12.");
    let decimal = Field { places: 2, ..field(FieldKind::Decimal) };
    told(&decimal, "x", "not_a_number", "Skriv ett tal, till exempel 3,5.");
    told(&decimal, "1,234", "too_many_decimals", "Skriv högst 2 decimaler.");
    let one = Field { places: 1, ..field(FieldKind::Percent) };
    told(&one, "hälften", "not_a_number", "Skriv andelen i procent med siffror, till exempel 62.");
    told(&one, "1,25", "too_many_decimals", "Skriv högst en decimal.");
    told(
        &field(FieldKind::Money),
        "1,50",
        "too_many_decimals",
        "Skriv hela kronor utan ören, till exempel 250 000.",
    );
    let plain = field(FieldKind::Integer);
    told(
        &plain,
        "1000000000000001",
        "too_large",
        "Skriv ett tal som är högst 1\u{a0}000\u{a0}000\u{a0}000\u{a0}000\u{a0}000.",
    );
    told(&plain, &"9".repeat(5_000), "not_a_number", "Skriv ett heltal, till exempel 12.");
}

#[test]
fn dates_levels_and_options_are_exact() {
    assert_eq!(
        read(&field(FieldKind::Date), &json!(" 2026-03-01 ")).unwrap().map(|value| format!("{value:?}")),
        Some("Date(2026-03-01)".to_owned())
    );
    for raw in
        ["2026-02-30", "26-03-01", "2026-3-1", "1/3 2026", "+2026-03-01", "0026-03-01", "2026-03-01T00:00"]
    {
        told(
            &field(FieldKind::Date),
            raw,
            "not_a_date",
            "Skriv datumet som år-månad-dag, till exempel 2026-03-01.",
        );
    }
    assert_eq!(read(&field(FieldKind::Level), &json!("0")), Ok(Some(Value::Level(0))));
    for raw in ["5", "-1", "+1", "01", "K", "2,5"] {
        told(&field(FieldKind::Level), raw, "not_an_option", "Välj en nivå från 0 till 4.");
    }
    told(&field(FieldKind::YesNo), "ja", "not_an_option", "Välj Ja eller Nej.");
    told(&choice(FieldKind::Choice), "Member", "not_an_option", "Välj ett av alternativen.");
    assert_eq!(
        read(&choice(FieldKind::Choice), &json!("member")),
        Ok(Some(Value::Choice("member".to_owned())))
    );
}

#[test]
fn chosen_options_stand_in_the_order_of_the_form_once_each() {
    let field = Field { most: Some(whole(2)), least: Some(whole(2)), ..choice(FieldKind::Choices) };
    let chosen = Value::Choices(vec!["member".to_owned(), "other".to_owned()]);
    assert_eq!(read(&field, &json!(["other", "member", "other"])), Ok(Some(chosen)));
    assert_eq!(
        refused(&field, &json!(["member", "none", "other"])).1,
        "Ta bort 1 alternativ. Högst 2 får plats."
    );
    assert_eq!(refused(&field, &json!(["member"])).1, "Lägg till 1 alternativ. Minst 2 behövs.");
    assert_eq!(refused(&field, &json!(["member", "x"])).0, "answer not_an_option");
}

#[test]
fn text_is_counted_in_characters_with_one_for_each_line_break() {
    let field = Field { most_characters: Some(5), ..field(FieldKind::LongText) };
    assert_eq!(read(&field, &json!("å\r\n👩b\r")), Ok(Some(Value::Text("å\n👩b".to_owned()))));
    assert!(read(&field, &json!("ab\r\ncd")).is_ok());
    told(&field, "abc\r\nde", "too_long", "Korta texten med 1 tecken. Högst 5 får plats.");
    assert!(read(&field, &json!("  abcde  ")).is_ok(), "space around it does not count");
    let words = Field { most_words: Some(2), ..self::field(FieldKind::LongText) };
    told(&words, "ett två\ntre", "too_long", "Korta texten med 1 ord. Högst 2 får plats.");
    told(&self::field(FieldKind::Text), "a\nb", "several_lines", "Skriv texten på en rad.");
    let invisible =
        "Texten innehåller ett osynligt tecken som inte kan sparas. Skriv om texten utan att klistra in.";
    told(&self::field(FieldKind::LongText), "a\u{0}b", "bad_character", invisible);
}

#[test]
fn a_table_tells_row_and_column_of_every_cell_that_does_not_fit() {
    let column =
        |id: &str, sv: &str, field: Field| Field { id: id.to_owned(), label: Text::new(sv, id), ..field };
    let table = Field {
        most: Some(whole(2)),
        columns: vec![
            column("goal", "Mål", field(FieldKind::Text)),
            column("people", "Antal", field(FieldKind::Integer)),
            column("since", "Sedan", Field { required: false, ..field(FieldKind::Date) }),
        ],
        ..field(FieldKind::Table)
    };
    let raw = json!([{"goal": "Fler", "people": "x"}, {"goal": "", "people": ""}, {"people": "3", "since": "i går"}]);
    let expected = [
        ("answer/0/people not_a_number", "Rad 1, Antal: Skriv ett heltal, till exempel 12."),
        ("answer/2/goal cell_missing", "Rad 3, Mål: Fyll i, eller töm hela raden."),
        (
            "answer/2/since not_a_date",
            "Rad 3, Sedan: Skriv datumet som år-månad-dag, till exempel 2026-03-01.",
        ),
    ];
    assert_eq!(
        read(&table, &raw),
        Err(expected.map(|(code, told)| (code.to_owned(), told.to_owned())).into())
    );

    let good = json!([{"goal": "Fler", "people": "2", "gone": ""}, {}]);
    let Ok(Some(Value::Rows(rows))) = read(&table, &good) else { panic!("not read") };
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].keys().collect::<Vec<_>>(), ["goal", "people"]);

    let three =
        json!([{"goal": "a", "people": "1"}, {"goal": "b", "people": "1"}, {"goal": "c", "people": "1"}]);
    assert_eq!(refused(&table, &three).1, "Ta bort 1 rad. Högst 2 får plats.");
}

#[test]
fn a_series_of_years_tells_the_year_that_does_not_fit() {
    let years = Field { span: 3, least: Some(whole(0)), ..field(FieldKind::Years) };
    let Ok(Some(Value::Years(read_years))) =
        read(&years, &json!({"2024": "3", "2025": " ", "2026": "1 200"}))
    else {
        panic!("not read")
    };
    let shown: Vec<String> =
        read_years.iter().map(|(year, value)| format!("{year} {}", exact(value))).collect();
    assert_eq!(shown, ["2024 3", "2026 1200"]);
    let expected =
        ("answer/2025 not_a_number".to_owned(), "2025: Skriv ett heltal, till exempel 12.".to_owned());
    assert_eq!(refused(&years, &json!({"2024": "3", "2025": "många"})), expected);
    assert_eq!(refused(&years, &json!({"i år": "3"})).0, "answer/i år bad_shape");
}

#[test]
fn answers_are_shown_as_people_read_them() {
    let shipped = include_bytes!("../support/bad_forms/good.toml");
    let form = load("good.toml", shipped).unwrap();
    let field = |criterion: &str, id: &str| {
        form.criterion(criterion).unwrap().fields.iter().find(|field| field.id == id).unwrap()
    };
    for (field, raw, sv, en) in [
        (field("A2", "role"), json!("member"), "Ledamot", "Member"),
        (field("A2", "held"), json!("120"), "120\u{a0}möten", "120\u{a0}meetings"),
        (field("E1", "share"), json!("62,50"), "62,5\u{a0}%", "62,5\u{a0}%"),
        (field("E1", "forms"), json!(["study", "network"]), "Studie, Nätverk", "Study, Network"),
        (field("E1", "articles"), json!({"2024": "3", "2025": "0"}), "2024: 3, 2025: 0", "2024: 3, 2025: 0"),
        (
            field("E1", "partners"),
            json!([{"name": "Norra labbet", "since": "2024-12-04", "amount": "4850000"}, {"name": "B", "amount": "1"}]),
            "Namn: Norra labbet; Sedan: 4 december 2024; Belopp: 4\u{a0}850\u{a0}000\u{a0}kr\nNamn: B; Belopp: 1\u{a0}kr",
            "Name: Norra labbet; Since: 4 December 2024; Amount: 4\u{a0}850\u{a0}000\u{a0}SEK\nName: B; Amount: 1\u{a0}SEK",
        ),
    ] {
        let value = parse(field, &raw).unwrap().unwrap();
        assert_eq!(
            (display(&value, field, Lang::Sv).as_str(), display(&value, field, Lang::En).as_str()),
            (sv, en)
        );
    }
    assert_eq!(display(&Value::YesNo(true), &self::field(FieldKind::YesNo), Lang::Sv), "Ja");
    assert_eq!(display(&Value::YesNo(false), &self::field(FieldKind::YesNo), Lang::En), "No");
    assert_eq!(display(&Value::Choice("gone".to_owned()), &choice(FieldKind::Choice), Lang::Sv), "gone");
}
