//! The page of an area: every kind of field, what answers bring up and hide, what is computed, saving by several hands.

mod fields;
mod saving;
mod together;

use std::collections::BTreeMap;

use actix_web::http::Method;
use serde_json::{Value as Json, json};
use usve::assessments::save_answer::{Save, save_answer};
use usve::assessments::{shown, submit};
use usve::forms::order::beside_what_governs;
use usve::forms::{Field, RawAnswers, sentence};
use usve::text::Lang;

use crate::api::Program;
use crate::support::year::Year;
use crate::support::{Actor, Reply, TestApp};

const A: &str = "/enhet/kardiologi/2026/A";

type Pairs = Vec<(String, String)>;

fn pairs(list: &[(&str, &str)]) -> Pairs {
    list.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Saves as the script does.
async fn autosave(who: &Actor<'_>, path: &str, fields: &[(&str, &str)]) -> Reply {
    let token = who.form_token();
    let mut all = vec![("csrf", token.as_str())];
    all.extend_from_slice(fields);
    let request = who
        .request(actix_web::http::Method::POST, path)
        .insert_header(("sec-fetch-site", "same-origin"))
        .insert_header(("x-autosave", "1"))
        .set_form(&all);
    who.send(request).await
}

/// Saves as the button does.
async fn press(who: &Actor<'_>, path: &str, fields: &Pairs) -> Reply {
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    who.post_form(path, &fields).await
}

fn stored(year: &Year<'_>, criterion: &str) -> RawAnswers {
    year.entered().answers_to(criterion)
}

#[test]
fn a_conditional_field_stands_right_after_what_governs_it() {
    let form = usve::forms::Library::open(None).unwrap().newest("usve").unwrap();
    let lists = form.criteria().map(|(_, criterion)| &criterion.fields).chain([&form.background]);
    let mut conditional = 0;
    for list in lists {
        let order: Vec<&Field> = beside_what_governs(list);
        assert_eq!(order.len(), list.len());
        let place = |id: &str| order.iter().position(|field| field.id == id);
        for (at, field) in order.iter().enumerate() {
            let Some(when) = &field.when else { continue };
            conditional += 1;
            let governor = when.names().iter().filter_map(|name| place(name)).filter(|by| *by < at).max();
            let governor = governor.unwrap_or_else(|| panic!("{} has nothing before it", field.id));
            // Between the two stand only fields that depend on the governor too, at whatever remove.
            for between in &order[governor + 1..at] {
                let depends = between.when.as_ref().is_some_and(|when| {
                    when.names().iter().filter_map(|name| place(name)).any(|by| by >= governor && by < at)
                });
                assert!(depends, "{} stands between {} and what governs it", between.id, field.id);
            }
        }
    }
    assert!(conditional > 50, "{conditional}");
}

#[test]
fn every_rule_of_the_shipped_form_is_a_sentence_in_both_languages() {
    let form = usve::forms::Library::open(None).unwrap().newest("usve").unwrap();
    for (_, criterion) in form.criteria() {
        for lang in [Lang::Sv, Lang::En] {
            for level in &criterion.levels {
                let Some(when) = &level.when else { continue };
                let said = sentence::condition(when, criterion, lang)
                    .unwrap_or_else(|| panic!("{} level {}: {when}", criterion.id, level.level));
                assert!(!said.contains('_') && !said.contains("thresholds"), "{said}");
            }
            for indicator in &criterion.indicators {
                let said = sentence::computation(&indicator.value, criterion, lang)
                    .unwrap_or_else(|| panic!("{} {}: {}", criterion.id, indicator.id, indicator.value));
                assert!(!said.contains('_') && !said.contains("thresholds"), "{said}");
            }
        }
    }
    let rule = |criterion: &str, level: u8| {
        let criterion = form.criterion(criterion).unwrap();
        let when = criterion.level(level).unwrap().when.as_ref().unwrap();
        sentence::condition(when, criterion, Lang::Sv).unwrap()
    };
    assert_eq!(
        rule("A2", 3),
        "”Universitetets plats i ledningsgruppen” är ”Ordinarie ledamot” och ”Universitetets närvaro” är minst 75\u{a0}%"
    );
    assert_eq!(rule("A1", 3), "”Känner alla första linjens chefer till uppdraget?” är Ja");
    assert_eq!(
        rule("F4", 3),
        "antingen ”Medelbetyg på femgradig skala” är minst 4 eller ”Ligger medelbetyget över kursens snitt?” är Ja, och \
         ”Ändringar som ni gjorde efter utvärderingen” är minst 1"
    );
    assert_eq!(
        rule("G4", 4),
        "”Metoder” har minst en rad där ”Enheten gjorde eller ledde underlaget” är Ja och ”Underlag” är något annat än \
         ”Inget skriftligt underlag”"
    );
    let computed = |criterion: &str, at: usize, lang| {
        let criterion = form.criterion(criterion).unwrap();
        sentence::computation(&criterion.indicators[at].value, criterion, lang).unwrap()
    };
    assert_eq!(
        computed("A2", 0, Lang::Sv),
        "”Varav möten där universitetets representant deltog” i procent av ”Möten i ledningsgruppen under året”"
    );
    assert_eq!(
        computed("A2", 0, Lang::En),
        "“Of these, meetings that the university's representative attended” as a percentage of “Management group \
         meetings during the year”"
    );
}

#[actix_web::test]
async fn what_an_answer_brings_up_comes_with_the_scripts_answer_and_what_it_hides_is_kept() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let head = app.signed_in(&year.head);
    let fresh = head.get(A).await.text();
    assert!(!fresh.contains("A1-decided_on"), "hidden until it applies");
    let saved =
        autosave(&head, A, &[("version.A1", "0"), ("A1.assigned", "yes")]).await.expect_status(200).json();
    let part = &saved["criteria"]["A1"];
    assert_eq!(saved["versions"]["A1"], 1);
    assert_eq!(saved["said"], "Fem frågor till visas.");
    assert_eq!(part["fields"][0], "A1-assigned");
    assert_eq!(part["fields"][1], "A1-decided_on");
    assert!(part["added"]["A1-valid_from"].as_str().unwrap().contains("name=\"A1.valid_from\""));
    assert!(!part["added"].as_object().unwrap().contains_key("A1-assigned"), "it is there already");

    // A page that shows them gets only what is new.
    let on_page: Vec<&str> =
        vec!["A1-decided_on", "A1-valid_from", "A1-valid_until", "A1-known_by_managers", "A1-own_goals"];
    let mut sent = vec![
        ("version.A1", "1"),
        ("A1.assigned", "yes"),
        ("A1.decided_on", "2025-02-01"),
        ("A1.valid_from", "2025-02-01"),
        ("A1.valid_until", "2029-01-31"),
    ];
    sent.extend(on_page.iter().map(|id| ("shown", *id)));
    let saved = autosave(&head, A, &sent).await.expect_status(200).json();
    assert_eq!(saved["said"], "En fråga till visas.");
    assert_eq!(saved["criteria"]["A1"]["fields"][4], "A1-gap_reason", "right after the days");

    sent[0].1 = "2";
    sent[1].1 = "no";
    sent.push(("shown", "A1-gap_reason"));
    let saved = autosave(&head, A, &sent).await.expect_status(200).json();
    assert_eq!(saved["said"], "Sex frågor är inte längre aktuella.");
    let kept = saved["criteria"]["A1"]["kept"].as_str().unwrap();
    assert_eq!(
        kept,
        "Frågorna ”Beslutets datum”, ”Gäller från och med” och ”Gäller till och med” är inte längre aktuella. Svaren är \
         sparade men lämnas inte in."
    );
    assert_eq!(stored(&year, "A1")["valid_from"], json!("2025-02-01"), "the hidden answer is kept");
    let page = head.get(A).await.text();
    assert!(page.contains(kept) && !page.contains("name=\"A1.valid_from\""), "{page}");

    head.set_cookie("sprak", "en");
    let saved = autosave(&head, A, &[("version.A1", "3"), ("A1.assigned", "yes")]).await.json();
    assert_eq!(saved["said"], "Six more questions are shown.");
}

#[actix_web::test]
async fn without_script_saving_leads_to_the_question_that_came_up() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let head = app.signed_in(&year.head);
    let reply = press(&head, A, &pairs(&[("version.A1", "0"), ("A1.assigned", "yes"), ("do", "save")])).await;
    assert_eq!(reply.expect_status(303).location(), format!("{A}#A1-decided_on"));
    let page = head.get(A).await.text();
    assert!(page.contains("Sparat. Fem frågor till visas."));
    let governor = page.find("id=\"A1-assigned\"").unwrap();
    let first = page.find("id=\"A1-decided_on\"").unwrap();
    assert!(governor < first && !page[governor..first].contains("data-q=\"A1-level\""));
    assert!(page.contains("<input type=\"hidden\" name=\"shown\" value=\"A1-decided_on\">"));
}

#[actix_web::test]
async fn a_hidden_answer_is_not_submitted_not_counted_and_shown_as_not_relevant() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let (case, head) = (year.case(), year.standing(&year.head));
    let save = |criterion: &str, fields: RawAnswers, seen| {
        app.act(|act| save_answer(act, &head, &year.form, &case.id, Save { criterion, fields, seen }))
    };
    // Only what is hidden is filled in: the criterion is untouched, and one thing is missing, not one a field.
    save("A1", [("decided_on".to_owned(), json!("inte ett datum"))].into(), 0);
    let entered = year.entered();
    let area = entered.areas(&year.form, case.period()).remove(0);
    assert_eq!((area.begun, area.done), (0, 0));
    let missing = entered.missing(&year.form, case.period());
    let of_a1: Vec<_> = missing.iter().filter(|one| one.criterion == "A1").collect();
    assert_eq!(of_a1.len(), 1, "{of_a1:?}");
    assert_eq!(of_a1[0].field, "");

    save("A1", [("assigned".to_owned(), json!("no"))].into(), 1);
    let criterion = year.form.criterion("A1").unwrap();
    let missing = year.entered().missing(&year.form, case.period());
    assert!(missing.iter().all(|one| one.criterion != "A1" || !one.field.starts_with("decided_on")));
    let state = year.entered().criterion(&year.form, criterion, case.period());
    let shown = shown::answers(&year.form, criterion, &stored(&year, "A1"), &state.evaluated, Lang::Sv);
    let of = |field: &str| shown.iter().find(|one| one.field == field).unwrap();
    assert_eq!((of("decided_on").value.as_str(), of("decided_on").applies), ("Inte aktuell", false));
    assert_eq!((of("assigned").value.as_str(), of("assigned").applies), ("Nej", true));

    // A denominator that is hidden has no value, and neither has what is computed from it.
    let b5 = year.form.criterion("B5").unwrap();
    let answers: RawAnswers = [
        ("planned_hours".to_owned(), json!("0")),
        ("used_hours".to_owned(), json!("10")),
        ("doctorate_hours".to_owned(), json!("5")),
        ("doctorate_working_hours".to_owned(), json!("100")),
    ]
    .into();
    let evaluated =
        usve::forms::evaluate::evaluate(&year.form, b5, &answers, &BTreeMap::new(), case.period());
    assert!(evaluated.indicators.iter().all(|(_, value)| value.is_none()), "{:?}", evaluated.indicators);
}

#[actix_web::test]
async fn what_is_submitted_and_printed_leaves_hidden_answers_out() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    year.fill();
    let (case, head) = (year.case(), year.standing(&year.head));
    let seen = year.entered().version_of("A2");
    app.act(|act| {
        let fields: RawAnswers = [
            ("role".to_owned(), json!("none")),
            ("meetings_held".to_owned(), json!("10")),
            ("meetings_attended".to_owned(), json!("7")),
            ("standing_item".to_owned(), json!("no")),
        ]
        .into();
        save_answer(act, &head, &year.form, &case.id, Save { criterion: "A2", fields, seen })
    });
    let sent = app.act(|act| submit::submit(act, &head, &year.form, &year.dates, &case.id));
    let content: Json = serde_json::from_str(&sent.content).unwrap();
    assert_eq!(content["criteria"]["A2"]["answers"]["meetings_held"], "10");
    assert!(content["criteria"]["A2"]["answers"].get("meetings_attended").is_none());
    assert_eq!(stored(&year, "A2")["meetings_attended"], json!("7"));
    let read = app.signed_in(&year.head).get("/enhet/kardiologi/2026/svar").await.expect_status(200).text();
    let at = read.find("Varav möten där universitetets representant deltog").unwrap();
    assert!(read[at..at + 250].contains("Inte aktuell"), "{}", &read[at..at + 250]);
}

#[actix_web::test]
async fn what_is_computed_and_the_level_that_the_answers_match_come_with_each_save() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let head = app.signed_in(&year.head);
    let fields = [
        ("version.A2", "0"),
        ("A2.role", "co_opted"),
        ("A2.meetings_held", "12"),
        ("A2.meetings_attended", "8"),
    ];
    let saved = autosave(&head, A, &fields).await.expect_status(200).json();
    let computed = saved["criteria"]["A2"]["computed"].as_str().unwrap().to_owned();
    assert!(computed.contains("66,7\u{a0}%"), "{computed}");
    assert!(computed.contains("i procent av"), "the computation in words: {computed}");
    assert!(computed.contains("Svaren motsvarar nivå 2."), "{computed}");
    assert!(
        computed
            .contains("Nivå 3 kräver att ”Universitetets plats i ledningsgruppen” är ”Ordinarie ledamot”"),
        "{computed}"
    );
    let page = head.get(A).await.text();
    let program = Program::of(&app, &year.head);
    let in_swedish = [("accept-language", "sv")];
    let path = "/cases/2026/kardiologi/answers/A2";
    let answer = program.send(Method::GET, path, &Json::Null, &in_swedish).await.expect_status(200).json();
    let told = answer["suggestion"].as_str().unwrap();
    assert!(told.starts_with("Svaren motsvarar nivå 2."), "{told}");
    assert!(page.contains(told), "the API says what the page says: {page}");
    // What must be mended is marked at its control, and kept as typed.
    let fields = [("version.A2", "1"), ("A2.role", "co_opted"), ("A2.meetings_held", "tolv")];
    let saved = autosave(&head, A, &fields).await.json();
    assert_eq!(saved["criteria"]["A2"]["issues"]["A2-meetings_held"], "Skriv ett heltal, till exempel 12.");
    assert!(
        saved["criteria"]["A2"]["computed"]
            .as_str()
            .unwrap()
            .contains("Svaren räcker inte till ett förslag än.")
    );
    assert_eq!(stored(&year, "A2")["meetings_held"], json!("tolv"));
}

#[actix_web::test]
async fn each_level_has_its_anchor_beside_it() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let page = app.signed_in(&year.head).get(A).await.text();
    let criterion = year.form.criterion("A2").unwrap();
    let level = year.form.every.iter().find(|field| field.kind == usve::forms::FieldKind::Level).unwrap();
    for one in &criterion.levels {
        let id = format!("A2-{}-{}-anchor", level.id, one.level);
        let at = page.find(&format!("id=\"{id}\">")).unwrap_or_else(|| panic!("{id}"));
        assert!(page[at..].starts_with(&format!("id=\"{id}\">{}", one.anchor.sv)));
        assert!(page.contains(&format!("aria-describedby=\"{id}\"")));
    }
}
