//! What people read and print: the draft and the blank form as PDF, and the page of all answers.

use serde_json::json;
use usve::assessments::declare_missing::declare_missing;
use usve::assessments::not_applicable;
use usve::assessments::save_answer::{Save, save_answer};

use crate::api::Program;
use crate::support::TestApp;
use crate::support::year::Year;

const UNIT: &str = "/enhet/kardiologi/2026";
const CASE: &str = "/cases/2026/kardiologi";

/// The words of a PDF's pages, with single spaces.
fn words(bytes: &[u8]) -> String {
    let document = lopdf::Document::load_mem(bytes).unwrap();
    let pages: Vec<u32> = document.get_pages().keys().copied().collect();
    let text = document.extract_text(&pages).unwrap().replace(['\u{a0}', '\u{ad}'], " ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[actix_web::test]
async fn the_draft_as_pdf_holds_what_is_typed_also_what_cannot_be_read_and_says_what_is_left() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let (criterion, field) = year
        .form
        .criteria()
        .find_map(|(_, criterion)| {
            let number = |field: &&usve::forms::Field| field.kind.is_number() && field.when.is_none();
            Some((criterion, criterion.fields.iter().find(number)?))
        })
        .unwrap();
    let (case, head) = (year.case(), year.standing(&year.head));
    app.act(|act| {
        let fields = [(field.id.clone(), json!("ungefär tolv"))].into();
        save_answer(act, &head, &year.form, &case.id, Save { criterion: &criterion.id, fields, seen: 0 })
    });
    let actor = app.signed_in(&year.head);
    let draft = actor.get(&format!("{UNIT}/utkast.pdf?sprak=sv")).await.expect_status(200);
    assert_eq!(draft.header("content-type"), "application/pdf");
    assert_eq!(
        draft.header("content-disposition"),
        "attachment; filename=\"usve-kardiologi-2026-utkast-sv.pdf\""
    );
    let read = words(&draft.body);
    for said in ["Utkast", "ungefär tolv", "0 av 49", "Kvar att göra", "Påbörjat", "Inte besvarat"] {
        assert!(read.contains(said), "{said}: {read}");
    }
    let page = actor.get(&format!("{UNIT}/svar")).await.text();
    assert!(page.contains("/utkast.pdf?sprak=sv") && page.contains("/blankett.pdf?ar=2026"));
    let english = Program::of(&app, &year.contributor).get(&format!("{CASE}/answers.pdf?language=en")).await;
    let english = words(&english.expect_status(200).body);
    assert!(english.contains("Left to do") && english.contains("ungefär tolv"));
}

#[actix_web::test]
async fn after_submission_there_is_no_draft_and_the_page_leads_to_what_was_submitted() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    year.fill();
    year.submit();
    let actor = app.signed_in(&year.head);
    let refused = actor.get(&format!("{UNIT}/utkast.pdf")).await.expect_status(409).text();
    assert!(refused.contains("Svaren är inlämnade") && refused.contains(&format!("{UNIT}/kvitto")));
    let page = actor.get(&format!("{UNIT}/svar")).await.text();
    assert!(page.contains("/svar.pdf?sprak=sv") && !page.contains("utkast.pdf"));
    let refused = Program::of(&app, &year.head).get(&format!("{CASE}/answers.pdf")).await;
    assert_eq!(refused.expect_status(409).json()["code"], "submitted");
}

#[actix_web::test]
async fn who_may_not_read_the_whole_draft_does_not_get_it_as_a_document() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    for person in [&year.stranger, &year.coordinator] {
        app.signed_in(person).get(&format!("{UNIT}/utkast.pdf")).await.expect_status(404);
        let program = Program::of(&app, person).get(&format!("{CASE}/answers.pdf")).await;
        program.expect_status(404);
    }
    app.visitor().get(&format!("{UNIT}/utkast.pdf")).await.expect_status(401);
}

#[actix_web::test]
async fn whoever_is_signed_in_gets_a_form_as_a_blank_for_a_year() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let key = year.form.key();
    let actor = app.signed_in(&year.stranger);
    let blank = actor.get(&format!("/formular/{key}/blankett.pdf?ar=2026&sprak=sv")).await.expect_status(200);
    let read = words(&blank.body);
    assert!(read.contains("Blankett till självvärdering 2026") && read.contains("2025"));
    let program = Program::of(&app, &year.stranger);
    let twin = program.get(&format!("/forms/{key}/blank.pdf?year=2026&language=sv")).await.expect_status(200);
    assert_eq!(twin.body, blank.body);
    actor.get(&format!("/formular/{key}/blankett.pdf?ar=1")).await.expect_status(422);
    actor.get("/formular/usve/1999.1/blankett.pdf").await.expect_status(404);
    app.visitor().get(&format!("/formular/{key}/blankett.pdf")).await.expect_status(401);
    let coordinator = app.signed_in(&year.coordinator).get("/cykel/2026").await.text();
    assert!(coordinator.contains(&format!("/formular/{key}/blankett.pdf?ar=2026")));
}

#[actix_web::test]
async fn page_and_draft_say_why_a_criterion_is_left_without_an_answer() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let (case, head) = (year.case(), year.standing(&year.head));
    app.act(|act| declare_missing(act, &head, &year.form, &case.id, "A3", "Målen beslutas först i maj.", 0));
    let actor = app.signed_in(&year.head);
    let page = actor.get(&format!("{UNIT}/svar")).await.text();
    assert!(page.contains("Varför det lämnas utan svar") && page.contains("Målen beslutas först i maj."));
    let draft = actor.get(&format!("{UNIT}/utkast.pdf?sprak=sv")).await.expect_status(200);
    assert!(words(&draft.body).contains("Målen beslutas först i maj."));
}

#[actix_web::test]
async fn a_request_that_was_turned_down_is_no_reason_for_having_no_answer() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let (case, head) = (year.case(), year.standing(&year.head));
    let coordinator = year.standing(&year.coordinator);
    app.act(|act| not_applicable::ask(act, &head, &year.form, &case.id, "A7", "Vi ingår inte i någon hubb."));
    let actor = app.signed_in(&year.head);
    let asked = actor.get(&format!("{UNIT}/svar")).await.text();
    assert!(
        asked.contains("Varför det inte är tillämpligt") && asked.contains("Vi ingår inte i någon hubb.")
    );
    app.act(|act| {
        not_applicable::decide(act, &coordinator, &case.id, "A7", false, "Ni ingår i hubb cancer.")
    });
    let decided = actor.get(&format!("{UNIT}/svar")).await.text();
    assert!(!decided.contains("Varför det inte är tillämpligt"));
}
