//! What goes out comes back the same.

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use serde_json::{Value as Json, json};
use usve::assessments::BACKGROUND;
use usve::assessments::workbook::cells::{Cell, LONGEST, from_cell, to_cell};
use usve::forms::{Field, FieldKind, Form, RawAnswers};
use usve::text::Lang;

use super::book::{Book, Put};
use super::{found, planned, save, stored, taken_out};
use crate::support::TestApp;
use crate::support::year::Year;

/// A criterion and field of a kind.
fn field_of(form: &Form, kind: FieldKind) -> (String, String) {
    let fields = || {
        let criteria = form.criteria().map(|(_, criterion)| criterion);
        criteria.flat_map(|criterion| criterion.fields.iter().map(move |field| (criterion.id.clone(), field)))
    };
    let plain = |field: &Field| field.kind == kind && field.when.is_none();
    let found = fields().find(|(_, field)| plain(field) && field.required);
    let (criterion, field) = found.or_else(|| fields().find(|(_, field)| plain(field))).unwrap();
    (criterion, field.id.clone())
}

#[actix_web::test]
async fn a_filled_form_comes_back_without_a_difference_in_both_languages() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    year.fill();
    let asked = year.form.criteria().flat_map(|(_, one)| year.form.fields(one)).chain(&year.form.background);
    let asked = asked.filter(|field| field.kind != FieldKind::Evidence && field.explains.is_none()).count();
    for lang in [Lang::Sv, Lang::En] {
        let bytes = taken_out(&year, lang);
        let read = found(&year, &bytes);
        assert_eq!(read.unreadable, []);
        assert_eq!(read.proposals.len(), asked, "every question is in the workbook");
        let plan = planned(&year, &bytes);
        assert!(plan.criteria.is_empty() && plan.kept.is_empty(), "{:#?}", plan.criteria);
        assert_eq!(plan.same, asked);
    }
}

#[actix_web::test]
async fn drafts_that_cannot_be_used_come_back_as_they_were_typed() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let kinds = [
        (FieldKind::Integer, "cirka 12"),
        (FieldKind::Integer, "1 250"),
        (FieldKind::Decimal, "2,5"),
        (FieldKind::Decimal, "0,123456789"),
        (FieldKind::Money, "1 250 000 kr"),
        (FieldKind::Percent, "62,5 %"),
        (FieldKind::Percent, "mycket"),
        (FieldKind::Date, "i mars"),
        (FieldKind::Date, "1900-01-15"),
        (FieldKind::YesNo, "kanske"),
        (FieldKind::Choice, "finns inte"),
        (FieldKind::Level, "5"),
    ];
    for (kind, typed) in kinds {
        let (criterion, field) = match kind {
            FieldKind::Level => {
                ("A1".to_owned(), year.form.every.iter().find(|one| one.kind == kind).unwrap().id.clone())
            }
            _ => field_of(&year.form, kind),
        };
        save(&year, &year.head, &criterion, json!({ field.as_str(): typed }));
        let plan = planned(&year, &taken_out(&year, Lang::Sv));
        assert!(plan.criteria.is_empty(), "{kind:?} {typed}: {:#?}", plan.criteria);
    }
}

#[actix_web::test]
async fn texts_that_a_spreadsheet_could_take_for_something_else_stay_texts() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let (criterion, field) = ("A1", "motivation");
    let long = "å".repeat(10_000);
    let texts = [
        "=cmd|' /C calc'!A0",
        "=1+1",
        "+46 46 17 10 00",
        "-5",
        "@SUM(A1)",
        "'apostrof",
        "\tflik",
        "rad ett\nrad två\n\nrad fyra",
        "👩‍⚕️ emoji & <taggar> \"citat\"",
        "<r><t>x</t></r>",
        "<r><b/></r> ",
        "_x0041_ och _x005F_",
        "\u{b}osynligt\u{1}",
        "  mellanslag före och efter  ",
        "12,5",
        "2026-03-01",
        "TRUE",
        "Ja",
        long.as_str(),
    ];
    for text in texts {
        save(&year, &year.head, criterion, json!({ field: text }));
        let bytes = taken_out(&year, Lang::Sv);
        let book = Book::open(&bytes);
        for (name, xml) in book.xml("xl/worksheets/") {
            assert!(!xml.contains("<f>") && !xml.contains("<f "), "{name} holds a formula");
        }
        let (at, row) = book.find(criterion, field);
        assert!(
            matches!(&book.sheets()[at].cells[&(row, 4)], Cell::Text(read) if read.trim() == text.trim()),
            "{text}"
        );
        let plan = planned(&year, &bytes);
        assert!(plan.criteria.is_empty(), "{text}: {:#?}", plan.criteria);
    }
}

#[actix_web::test]
async fn a_text_that_no_cell_can_hold_is_told_of_and_never_taken_for_an_empty_one() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let (table, field) = field_of(&year.form, FieldKind::Table);
    let column =
        year.form.criterion(&table).unwrap().fields.iter().find(|one| one.id == field).unwrap().columns[0]
            .id
            .clone();
    save(&year, &year.head, "A1", json!({ "motivation": "å".repeat(LONGEST + 1) }));
    save(&year, &year.head, &table, json!({ field.as_str(): [{ column: "x".repeat(LONGEST + 1) }] }));
    let bytes = taken_out(&year, Lang::Sv);
    let read = found(&year, &bytes);
    assert_eq!(read.unreadable, []);
    let holds = |criterion: &str, field: &str| {
        read.proposals.iter().any(|one| one.criterion == criterion && one.field == field)
    };
    assert!(!holds("A1", "motivation") && !holds(&table, &field));
    assert!(planned(&year, &bytes).criteria.is_empty());
    let told = Book::open(&bytes).xml("xl/sharedStrings.xml").remove(0).1;
    assert!(
        told.contains("Texten är för lång för en cell") && told.contains("En text i tabellen är för lång")
    );
}

#[actix_web::test]
async fn every_sheet_has_a_frozen_head_and_ids_and_cells_have_the_kind_of_their_field() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    for (kind, typed) in [
        (FieldKind::Integer, "1"),
        (FieldKind::Money, "1 250 000"),
        (FieldKind::Percent, "62"),
        (FieldKind::Date, "2026-03-01"),
        (FieldKind::YesNo, "yes"),
    ] {
        let (criterion, field) = field_of(&year.form, kind);
        save(&year, &year.head, &criterion, json!({ field.as_str(): typed }));
    }
    let book = Book::open(&taken_out(&year, Lang::Sv));
    let sheets = book.xml("xl/worksheets/sheet");
    assert_eq!(sheets.len(), book.sheets().len());
    assert!(sheets.iter().all(|(_, xml)| xml.contains("state=\"frozen\"")));
    for sheet in book.sheets() {
        let holds = |wanted: &dyn Fn(&str) -> bool| {
            sheet.cells.values().any(|cell| matches!(cell, Cell::Text(text) if wanted(text)))
        };
        assert!(
            holds(&|text| ["usve-workbook", "criterion", "id"].contains(&text) || text.contains('/')),
            "{}",
            sheet.name
        );
    }
    let cell = |kind| {
        let (criterion, field) = field_of(&year.form, kind);
        let (at, row) = book.find(&criterion, &field);
        book.sheets()[at].cells[&(row, 4)].clone()
    };
    assert!(matches!(cell(FieldKind::Integer), Cell::Number(_)));
    assert!(matches!(cell(FieldKind::Money), Cell::Number(_)));
    assert!(matches!(cell(FieldKind::Percent), Cell::Share(_)));
    assert!(matches!(cell(FieldKind::Date), Cell::Day(_)));
    assert_eq!(cell(FieldKind::YesNo), Cell::Text("Ja".to_owned()));
    assert!(sheets.iter().any(|(_, xml)| xml.contains("<dataValidation type=\"list\"")));
}

#[actix_web::test]
async fn what_people_type_in_cells_becomes_what_they_would_have_typed_on_the_page() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let form = &year.form;
    let new = |kind, cell: Cell| {
        let (criterion, field) = field_of(form, kind);
        let field =
            form.criterion(&criterion).unwrap().fields.iter().find(|one| one.id == field).unwrap().clone();
        from_cell(form, &field, &cell).unwrap()
    };
    let text = |text: &str| Cell::Text(text.to_owned());
    let day = chrono::NaiveDate::from_ymd_opt(2026, 3, 1).unwrap();
    assert_eq!(new(FieldKind::Decimal, Cell::Number(12.5)), "12,5");
    assert_eq!(new(FieldKind::Decimal, text("12,5")), "12,5");
    assert_eq!(new(FieldKind::Integer, Cell::Number(1_250_000.0)), "1250000");
    assert_eq!(new(FieldKind::Integer, Cell::Day(day)), "2026-03-01", "3-1 that became a day is seen");
    assert_eq!(new(FieldKind::Percent, Cell::Share(0.625)), "62,5");
    assert_eq!(new(FieldKind::Percent, Cell::Number(62.0)), "62");
    assert_eq!(new(FieldKind::Percent, text("62 %")), "62 %");
    assert_eq!(new(FieldKind::Date, text("2026-03-01")), "2026-03-01");
    assert_eq!(new(FieldKind::Date, Cell::Number(46_082.0)), "2026-03-01");
    assert_eq!(new(FieldKind::YesNo, text(" JA ")), "yes");
    assert_eq!(new(FieldKind::YesNo, text("No")), "no");
    assert_eq!(new(FieldKind::YesNo, Cell::Bool(true)), "yes");
    assert_eq!(new(FieldKind::YesNo, text("kanske")), "kanske");
    let line = form.background.iter().find(|field| field.kind == FieldKind::Text).unwrap();
    assert_eq!(from_cell(form, line, &Cell::Number(2.5)).unwrap(), "2,5");
}

#[actix_web::test]
async fn every_kind_of_answer_that_is_changed_comes_in_exactly() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    year.fill();
    let form = year.form.clone();
    let mut book = Book::open(&taken_out(&year, Lang::Sv));
    let mut expected: Vec<(String, String, Json)> = Vec::new();
    for (kind, put, raw) in [
        (FieldKind::Integer, Put::Number("3"), json!("3")),
        (FieldKind::Decimal, Put::Number("1.5"), json!("1,5")),
        (FieldKind::Percent, Put::Number("0.25"), json!("25")),
        (FieldKind::Money, Put::Number("1250000"), json!("1250000")),
        (FieldKind::Date, Put::Number("46082"), json!("2026-03-01")),
        (FieldKind::YesNo, Put::Text("Nej"), json!("no")),
        (FieldKind::LongText, Put::Text("=rad ett\nrad två"), json!("=rad ett\nrad två")),
    ] {
        let (criterion, field) = field_of(&form, kind);
        book.answer(&criterion, &field, &put);
        expected.push((criterion, field, raw));
    }
    let (criterion, field) = field_of(&form, FieldKind::Choice);
    let option =
        form.criterion(&criterion).unwrap().fields.iter().find(|one| one.id == field).unwrap().options[1]
            .clone();
    book.answer(&criterion, &field, &Put::Text(&option.label.en));
    expected.push((criterion, field, json!(option.id)));
    let (criterion, field) = field_of(&form, FieldKind::Choices);
    let options = form
        .criterion(&criterion)
        .unwrap()
        .fields
        .iter()
        .find(|one| one.id == field)
        .unwrap()
        .options
        .clone();
    book.answer(&criterion, &format!("{field}/{}", options[1].id), &Put::Text("ja"));
    expected.push((criterion, field, json!([options[0].id, options[1].id])));
    let (criterion, field) = field_of(&form, FieldKind::Years);
    let mut years = stored(&year, &criterion, &field);
    years["2025"] = json!("7");
    book.answer(&criterion, &format!("{field}/2025"), &Put::Number("7"));
    expected.push((criterion, field, years));
    let plan = planned(&year, &book.save());
    for (criterion, field, raw) in &expected {
        let place = plan.criteria.iter().find(|one| one.criterion == *criterion).unwrap();
        let change = place
            .changes
            .iter()
            .find(|one| one.field == *field)
            .unwrap_or_else(|| panic!("{criterion} {field}"));
        assert_eq!(change.new, *raw, "{criterion} {field}");
    }
    assert_eq!(plan.differing(), expected.len());
}

#[actix_web::test]
async fn rows_of_a_table_may_be_added_moved_and_emptied() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let rows = json!([
        { "profession": "physician", "employed": "40", "full_time": "37,5" },
        { "profession": "nurse", "employed": "80" },
    ]);
    save(&year, &year.head, BACKGROUND, json!({ "staff": rows }));
    let mut book = Book::open(&taken_out(&year, Lang::Sv));
    let at = book.table(BACKGROUND, "staff");
    let (profession, employed) = (book.column(at, "profession"), book.column(at, "employed"));
    // The first row is emptied, an empty line is left, and one is added below it.
    for column in [profession, employed, book.column(at, "full_time")] {
        book.put(at, 4, column, &Put::Nothing);
    }
    book.put(at, 7, profession, &Put::Text("Barnmorska"));
    book.put(at, 7, employed, &Put::Number("12"));
    let plan = planned(&year, &book.save());
    let change = &plan.criteria[0].changes[0];
    let expected =
        json!([{ "profession": "nurse", "employed": "80" }, { "profession": "midwife", "employed": "12" }]);
    assert_eq!(change.new, expected);
    assert!(change.suggested && !change.erases);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn any_text_and_any_number_goes_into_a_cell_and_comes_out_meaning_the_same(
        text in any::<String>(), number in -999_999_999_999_i64..999_999_999_999, places in 0_u32..4,
    ) {
        let library = usve::forms::Library::open(None).unwrap();
        let form = library.get("usve/2026.1").unwrap();
        for kind in [FieldKind::LongText, FieldKind::Integer, FieldKind::Percent, FieldKind::Date, FieldKind::YesNo] {
            let (criterion, field) = field_of(&form, kind);
            let field = form.criterion(&criterion).unwrap().fields.iter().find(|one| one.id == field).unwrap();
            let sign = if number < 0 { "-" } else { "" };
            let digits = number.unsigned_abs();
            let scale = 10_u64.pow(places);
            let typed = format!("{sign}{},{:0width$}", digits / scale, digits % scale, width = usize::try_from(places.max(1)).unwrap());
            for raw in [text.as_str(), typed.as_str()] {
                let Some(cell) = to_cell(&form, field, raw, Lang::Sv) else { continue };
                let back = from_cell(&form, field, &cell).unwrap();
                let same = usve::assessments::same::same(field, &json!(raw), &json!(back));
                let unbroken = |text: &str| text.replace("\r\n", "\n").replace('\r', "\n");
                // A word that names an option is taken as that option.
                let named = matches!(cell, Cell::Text(_)) && ["yes", "no"].contains(&back.as_str());
                prop_assert!(same || unbroken(raw) == back || named, "{raw:?} {cell:?} {back:?}");
            }
        }
    }
}

#[actix_web::test]
async fn any_text_survives_the_file_itself() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let fields: Vec<String> = year.form.criteria().map(|(_, criterion)| criterion.id.clone()).collect();
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for criterion in fields {
        let text = any::<String>().new_tree(&mut runner).unwrap().current();
        let fields: RawAnswers = [("motivation".to_owned(), json!(text))].into();
        save(&year, &year.head, &criterion, json!(fields));
    }
    let plan = planned(&year, &taken_out(&year, Lang::Sv));
    assert!(plan.criteria.is_empty(), "{:#?}", plan.criteria);
}
