//! Every kind of field: numbers as Swedes write them, limits, tables and series of years.

use serde_json::{Value as Json, json};
use usve::forms::answer::{characters, words};

use super::{A, Pairs, autosave, pairs, press, stored};
use crate::support::TestApp;
use crate::support::year::Year;

#[test]
fn characters_and_words_are_counted_as_the_list_of_hard_texts_says() {
    let list: Vec<Json> = serde_json::from_str(include_str!("../../data/counting.json")).unwrap();
    assert!(list.len() >= 20);
    for one in list {
        let text = one["text"].as_str().unwrap();
        assert_eq!(json!(characters(text)), one["characters"], "characters of {text:?}");
        assert_eq!(json!(words(text)), one["words"], "words of {text:?}");
    }
}

#[actix_web::test]
async fn numbers_are_read_as_swedes_write_them_and_shown_with_thousands_apart() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let head = app.signed_in(&year.head);
    let d = "/enhet/kardiologi/2026/D";
    let fields = [("version.D4", "0"), ("D4.unit_cost", "1250000"), ("D4.research", "12 500")];
    let saved = autosave(&head, d, &fields).await.expect_status(200).json();
    assert_eq!(saved["criteria"]["D4"]["issues"], json!({}), "{saved}");
    assert_eq!(stored(&year, "D4")["unit_cost"], "1250000", "kept as typed");
    let page = head.get(d).await.text();
    assert!(page.contains("value=\"1\u{a0}250\u{a0}000\""), "shown with thousands apart");
    assert!(page.contains("inputmode=\"numeric\" autocomplete=\"off\" data-group value=\"12\u{a0}500\""));
    // The page's way of writing is no change, and makes no version.
    let fields = [("version.D4", "1"), ("D4.unit_cost", "1\u{a0}250\u{a0}000"), ("D4.research", "12500")];
    let saved = autosave(&head, d, &fields).await.expect_status(200).json();
    assert_eq!(saved["versions"], json!({}));
    assert_eq!(year.entered().version_of("D4"), 1);
    // A decimal comma, and a calendar year without a space in it.
    let c = "/enhet/kardiologi/2026/C";
    autosave(&head, c, &[("version.C3", "0"), ("C3.research_nurses", "2,5")]).await.expect_status(200);
    let page = head.get(c).await.text();
    assert!(page.contains("inputmode=\"decimal\" autocomplete=\"off\" data-group value=\"2,5\""));
}

#[actix_web::test]
async fn a_day_that_no_calendar_knows_stays_as_it_was_typed() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let head = app.signed_in(&year.head);
    let fields = [("version.A1", "0"), ("A1.assigned", "yes"), ("A1.decided_on", "3 mars 2025")];
    let saved = autosave(&head, A, &fields).await.expect_status(200).json();
    assert!(
        saved["criteria"]["A1"]["issues"]["A1-decided_on"].as_str().unwrap().starts_with("Skriv datumet")
    );
    let page = head.get(A).await.text();
    let at = page.find("name=\"A1.decided_on\"").unwrap();
    let control = &page[page[..at].rfind('<').unwrap()..at + 80];
    assert!(control.contains("value=\"3 mars 2025\"") && !control.contains("type=\"date\""), "{control}");
}

#[actix_web::test]
async fn a_long_text_is_kept_whole_and_says_how_much_is_too_much() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let head = app.signed_in(&year.head);
    let text = "ord ".repeat(600);
    let saved =
        autosave(&head, A, &[("version.A2", "0"), ("A2.motivation", &text)]).await.expect_status(200).json();
    let said = saved["criteria"]["A2"]["issues"]["A2-motivation"].as_str().unwrap().to_owned();
    assert!(said.starts_with("Korta texten med 899 tecken."), "{said}");
    assert_eq!(stored(&year, "A2")["motivation"], json!(text));
    let page = head.get(A).await.text();
    assert!(page.contains("899 tecken för mycket") && !page.contains("maxlength"));
}

#[actix_web::test]
async fn fifty_rows_are_saved_whole_in_one_post_in_the_order_in_which_they_stand() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let head = app.signed_in(&year.head);
    let columns =
        &year.form.criterion("A3").unwrap().fields.iter().find(|field| field.id == "goals").unwrap().columns;
    let mut sent = pairs(&[("version.A3", "0"), ("A3.joint_goals", "yes"), ("present", "A3.goals")]);
    // The numbers in the names say nothing of the place: rows that were moved about keep theirs.
    for number in (1000..1050).rev() {
        for column in columns {
            sent.push((format!("A3.goals.{number}.{}", column.id), format!("{} {number}", column.id)));
        }
    }
    press(&head, A, &sent).await.expect_status(303);
    let rows = stored(&year, "A3")["goals"].as_array().unwrap().clone();
    assert_eq!(rows.len(), 50);
    for (at, row) in rows.iter().enumerate() {
        for column in columns {
            assert_eq!(row[&column.id], format!("{} {}", column.id, 1049 - at));
        }
    }
    let page = head.get(A).await.text();
    assert_eq!(
        page.matches("name=\"remove-row\" value=\"A3.goals.").count(),
        51,
        "and the blank one of the script"
    );
}

/// The posted controls of a table with these goals.
fn goals(version: &str, goals: &[&str]) -> Pairs {
    let mut sent = pairs(&[("version.A3", version), ("A3.joint_goals", "yes"), ("present", "A3.goals")]);
    for (at, goal) in goals.iter().enumerate() {
        sent.push((format!("A3.goals.{at}.goal"), (*goal).to_owned()));
    }
    sent
}

#[actix_web::test]
async fn rows_are_added_moved_and_removed_without_script() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let head = app.signed_in(&year.head);
    let there = || -> Vec<String> {
        let rows = stored(&year, "A3")["goals"].as_array().unwrap().clone();
        rows.iter().map(|row| row.get("goal").and_then(Json::as_str).unwrap_or("").to_owned()).collect()
    };
    let mut version = 0;
    let mut act = async |button: (&str, &str), list: &[&str]| {
        let mut sent = goals(&version.to_string(), list);
        sent.push((button.0.to_owned(), button.1.to_owned()));
        let reply = press(&head, A, &sent).await.expect_status(303);
        assert_eq!(reply.location(), format!("{A}#A3-goals"), "back to the table");
        version = year.entered().version_of("A3");
    };
    act(("add-row", "A3.goals"), &[""]).await;
    assert_eq!(there(), ["", ""], "a row was asked for, though nothing is written yet");
    act(("add-row", "A3.goals"), &["ett", "två"]).await;
    assert_eq!(there(), ["ett", "två", ""]);
    act(("row-up", "A3.goals.2"), &["ett", "två", "tre"]).await;
    assert_eq!(there(), ["ett", "tre", "två"]);
    act(("row-down", "A3.goals.0"), &["ett", "tre", "två"]).await;
    assert_eq!(there(), ["tre", "ett", "två"]);
    act(("row-up", "A3.goals.0"), &["tre", "ett", "två"]).await;
    assert_eq!(there(), ["tre", "ett", "två"], "the first goes no higher");
    act(("remove-row", "A3.goals.1"), &["tre", "ett", "två"]).await;
    assert_eq!(there(), ["tre", "två"]);
    let page = head.get(A).await.text();
    for words in ["Flytta upp rad <span data-n>2</span>", "Flytta ner rad <span data-n>1</span>"] {
        assert!(page.contains(words), "{words}");
    }
}

#[actix_web::test]
async fn each_year_of_a_series_has_last_years_value_beside_it() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let years = json!({"2022": "1250", "2023": "3", "2024": "4", "2025": "5"});
    let form = &year.form;
    let last = json!({
        "form": form.key(),
        "criteria": { "D2": { "answers": { "alf": years } } },
    });
    let read =
        usve::assessments::last_year::LastYear::read(&app.app.forms, &last.to_string(), 2025, &form.key());
    let read = read.unwrap().unwrap();
    let criterion = form.criterion("D2").unwrap();
    let answers = usve::forms::RawAnswers::new();
    let states = usve::forms::evaluate::evaluate(
        form,
        criterion,
        &answers,
        &std::collections::BTreeMap::default(),
        2025,
    )
    .fields;
    let setting = usve::web::fields::Setting {
        form,
        place: "D2",
        answers: &answers,
        before: read.typed("D2"),
        year: 2025,
        lang: usve::text::Lang::Sv,
    };
    let fields = usve::web::fields::fields(setting, form.fields(criterion), &states);
    let series = fields.iter().find(|field| field.id == "D2-alf").unwrap();
    let beside: Vec<(i32, Option<&str>)> =
        series.years.iter().map(|year| (year.year, year.before.as_deref())).collect();
    assert_eq!(beside.last().unwrap(), &(2025, Some("5")));
    assert!(beside.contains(&(2024, Some("4"))) && beside.iter().all(|(year, _)| *year > 2022), "{beside:?}");
}
