//! Last year beside this year, and a word on a great change.

use serde_json::json;
use usve::assessments::{store, submit};
use usve::cycles::calendar::Dates;
use usve::reviews::conflict::declare::declare;
use usve::reviews::score::{Draft, save};
use usve::reviews::{Score, assign, lock, settle};

use super::{A, B, NOW, Two, send, service};
use crate::api::Program;
use crate::support::TestApp;

#[actix_web::test]
async fn last_year_stands_beside_each_field_with_what_has_changed() {
    let app = service().await;
    let two = Two::open(&app);
    two.save("A1", 1, json!({ "meetings_held": "12", "role": "member" })).unwrap();
    let page = two.head().get(A).await.expect_status(200).text();
    let beside = page.split("Förra årets svar på A1").nth(1).unwrap().split("</aside>").next().unwrap();
    assert!(beside.contains("(2027)"), "{beside}");
    // The old question's answer, under this year's question, in last year's words.
    assert!(beside.contains("<dt>Hållna möten</dt><dd>10") && beside.contains("+2 (+20\u{a0}%)"), "{beside}");
    assert!(beside.contains("<dt>Roll</dt><dd>Gäst"), "{beside}");
    assert!(!beside.contains("2024-02-01") && !beside.contains("Beslutat"), "never comes back: {beside}");
    assert!(beside.contains("Samma svar som förra året: Regelbundet?, Kommentar, Motivering."), "{beside}");
    let page = two.head().get(B).await.expect_status(200).text();
    let beside = |id: &str| {
        page.split(&format!("Förra årets svar på {id}\""))
            .nth(1)
            .map(|rest| rest.split("</aside>").next().unwrap())
    };
    let merged = beside("B1").unwrap();
    assert!(merged.contains("<dt>Antal doktorander</dt><dd>5"), "{merged}");
    assert!(beside("B5").unwrap().contains("250\u{a0}000\u{a0}kr"), "{page}");
    assert!(beside("B6").is_none(), "a new criterion has no last year");
    let background = two.head().get("/enhet/kardiologi/2028/bakgrund").await.expect_status(200).text();
    assert!(background.contains("Samma svar som förra året: Platser."), "{background}");
}

#[actix_web::test]
async fn a_great_change_asks_for_a_word_and_never_blocks() {
    let app = service().await;
    let two = Two::open(&app);
    let head = two.head();
    let asks = "name=\"A1.meetings_held.explanation\"";
    assert!(!head.get(A).await.text().contains(asks), "nothing has changed yet");
    two.save("A1", 1, json!({ "meetings_held": "15" })).unwrap();
    assert!(!head.get(A).await.text().contains(asks), "50 per cent is not above 50");
    two.save("A1", 2, json!({ "meetings_held": "16" })).unwrap();
    let page = head.get(A).await.expect_status(200).text();
    assert!(page.contains(asks) && page.contains("Vad förklarar ändringen? (Hållna möten)"), "{page}");
    two.save("B5", 1, json!({ "budget": "150 000" })).unwrap();
    for criterion in ["background", "A2", "A3", "B1"] {
        two.confirm(criterion, 1).unwrap();
    }
    two.save("B6", 0, json!({ "partners": "Lunds universitet" })).unwrap();

    let check = head.get("/enhet/kardiologi/2028/lamna-in").await.expect_status(200).text();
    assert!(check.contains("De hindrar inte inlämningen."), "{check}");
    assert!(
        check.contains("Hållna möten: 10 förra året och 16 i år, +6 (+60\u{a0}%).")
            && check.contains(
                "Budget: 250\u{a0}000 förra året och 150\u{a0}000 i år, −100\u{a0}000 (−40\u{a0}%)."
            ),
        "{check}"
    );
    let told = Program::of(&app, &two.year.head).get("/cases/2028/kardiologi/check").await.json();
    assert_eq!(told["complete"], true);
    let found: Vec<(&str, &str, &str)> = told["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| ["level", "code", "pointer"].map(|name| one[name].as_str().unwrap()).into())
        .collect();
    assert_eq!(
        found,
        [
            ("warning", "change_unexplained", "/A1/meetings_held"),
            ("warning", "change_unexplained", "/B5/budget"),
        ]
    );

    let why = [("A1.meetings_held.explanation", "Vi slogs ihop med en annan enhet."), ("do", "save")];
    send(&head, &page, A, &why).await.expect_status(303);
    assert_eq!(
        two.entered().answers_to("A1")["meetings_held.explanation"],
        "Vi slogs ihop med en annan enhet."
    );
    assert_eq!(two.version("A1"), 4, "saved with its version and history");
    // The question stays while a word is there, also when the number no longer asks.
    two.save("A1", 4, json!({ "meetings_held": "11" })).unwrap();
    assert!(head.get(A).await.text().contains(asks));
    two.save("A1", 5, json!({ "meetings_held": "16" })).unwrap();
    let check = head.get("/enhet/kardiologi/2028/lamna-in").await.text();
    assert!(!check.contains("Hållna möten: 10") && check.contains("Budget: 250"), "{check}");
    head.post_form("/enhet/kardiologi/2028/lamna-in", &[]).await.expect_status(303);
    let newest =
        app.app.database.read(|db| store::latest_submission(db, &two.case(NOW).id)).unwrap().unwrap();
    assert!(newest.content.contains("\"meetings_held.explanation\":\"Vi slogs ihop med en annan enhet.\""));
    assert!(
        head.get("/enhet/kardiologi/2028/svar").await.text().contains("Vi slogs ihop med en annan enhet.")
    );

    // Reviewers read the word, and what has changed, on theirs.
    let (case, coordinator) = (two.case(NOW), two.year.standing(&two.year.coordinator));
    let (university, region) = (&two.year.university, &two.year.region);
    app.act(|act| usve::reviews::assign::pair(act, &coordinator, &case.id, university, region));
    for person in [university, region] {
        let ground = [("ground", "free")];
        app.signed_in(person).post_form("/granska/kardiologi/2028/jav", &ground).await.expect_status(303);
    }
    let reviewer = app.signed_in(university);
    let page = reviewer.get("/granska/kardiologi/2028/A").await.expect_status(200).text();
    assert!(page.contains("Vi slogs ihop med en annan enhet.") && page.contains("+6 (+60\u{a0}%)"), "{page}");
    assert!(
        page.contains("<dt>Beslutat</dt><dd>1 februari 2024"),
        "reviewers read also what never comes back"
    );
    assert!(!page.contains("Självskattad nivå"), "and not the unit's own level of last year: {page}");
    let page = reviewer.get("/granska/kardiologi/2028/B").await.expect_status(200).text();
    assert!(!page.contains("Vad förklarar ändringen?"), "an empty explanation has no place there");
}

/// A case in the fact check whose unit has explained a great change.
fn reviewed(app: &TestApp) -> Two<'_> {
    let two = Two::open(app);
    let (number, why) = ("16", "Vi slogs ihop med en annan enhet.");
    two.save("A1", 1, json!({ "meetings_held": number, "meetings_held.explanation": why })).unwrap();
    for criterion in ["background", "A2", "A3", "B1", "B5"] {
        two.confirm(criterion, 1).unwrap();
    }
    two.save("B6", 0, json!({ "partners": "Lunds universitet" })).unwrap();
    let (case, year) = (two.case(NOW).id, &two.year);
    let dates = Dates::of(&two.new.calendar, NOW);
    app.act(|act| submit::submit(act, &year.standing(&year.head), &two.new, &dates, &case));
    let pair = [&year.university, &year.region];
    app.act(|act| assign::pair(act, &year.standing(&year.coordinator), &case, pair[0], pair[1]));
    for person in pair {
        app.act(|act| declare(act, &year.standing(person), &case, None));
    }
    for person in pair {
        let standing = year.standing(person);
        for (_, criterion) in two.new.criteria() {
            let reason = "Underlaget visar nivån tydligt i den bifogade redovisningen.".to_owned();
            let draft = Draft { score: Score::from_text("2"), reason };
            app.act(|act| save(act, &standing, &two.new, &case, &criterion.id, 0, &draft));
        }
        app.act(|act| lock::lock(act, &standing, &two.new, &case));
    }
    for person in pair {
        app.act(|act| declare(act, &year.standing(person), &case, None));
    }
    for (seen, person) in (0..).zip(pair) {
        app.act(|act| settle::sign(act, &year.standing(person), &two.new, &case, seen));
    }
    two
}

#[actix_web::test]
async fn the_units_word_on_a_great_change_stands_in_the_reports_appendix() {
    let app = service().await;
    let two = reviewed(&app);
    let report = two.head().get("/enhet/kardiologi/2028/rapport").await.expect_status(200).text();
    let (_, appendix) = report.split_once("Bilaga: enhetens svar").unwrap();
    let (_, word) = appendix.split_once("Vad förklarar ändringen? (Hållna möten)").unwrap();
    assert!(word.contains("Vi slogs ihop med en annan enhet."), "{appendix}");
    assert!(
        !appendix.contains("Vad förklarar ändringen? (Budget)"),
        "an empty explanation has no place there"
    );
}
