//! Bringing answers back on the page: shown before anything changes, chosen, and saved over what was shown.

use actix_web::http::Method;
use serde_json::json;
use usve::assessments::return_for_completion;
use usve::cycles::store as cycles;
use usve::text::Lang;

use super::book::{Book, Put};
use super::{UNIT, form, save, send, stored, taken_out, ticked, upload};
use crate::support::TestApp;
use crate::support::year::Year;

#[actix_web::test]
async fn the_page_shows_what_differs_and_saves_only_what_is_ticked() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    save(&year, &year.head, "A1", json!({ "motivation": "Vi har tolv möten om året." }));
    save(&year, &year.head, "A2", json!({ "meetings_held": "12", "motivation": "Som förut." }));
    let head = app.signed_in(&year.head);
    let overview = head.get(UNIT).await.expect_status(200).text();
    assert!(overview.contains("svar.xlsx") && overview.contains("svar/las-in"));
    head.get(&format!("{UNIT}/svar/las-in")).await.expect_status(200);
    let file = head.get(&format!("{UNIT}/svar.xlsx")).await.expect_status(200);
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"usve-kardiologi-2026-svar.xlsx\"");

    let nothing = upload(&head, &file.body).await.expect_status(200).text();
    assert!(nothing.contains("Inget i filen skiljer sig från det som är sparat."));
    assert!(!nothing.contains("Spara valda ändringar"));

    let mut book = Book::open(&file.body);
    book.answer("A1", "motivation", &Put::Text("Vi har elva möten om året."));
    book.answer("A2", "meetings_held", &Put::Text("cirka 12"));
    book.answer("A2", "motivation", &Put::Nothing);
    book.answer("A4", "follow_ups", &Put::Number("3"));
    let before = year.entered();
    let shown = upload(&head, &book.save()).await.expect_status(200).text();
    assert_eq!(year.entered().answers, before.answers, "nothing is stored by reading a file");
    assert!(shown.contains("<del><span class=\"vh\">[borttaget: </span>tolv"), "word by word");
    assert!(shown.contains("Skriv ett heltal, till exempel 12."), "what cannot be used says so");
    assert!(shown.contains("Tar bort svaret"));
    let mut pairs = form(&shown);
    // Neither what spoils an answer nor what takes one away is taken by itself.
    assert_eq!(ticked(&pairs), ["A1.motivation", "A4.follow_ups"]);
    pairs.retain(|(name, value)| !(name == "take" && value == "A4.follow_ups"));
    pairs.push(("take".to_owned(), "A2.meetings_held".to_owned()));
    let saved = send(&head, &pairs).await.expect_status(303);
    assert_eq!(saved.location(), format!("{UNIT}/svar#A1"));
    assert_eq!(stored(&year, "A1", "motivation"), "Vi har elva möten om året.");
    assert_eq!(
        stored(&year, "A2", "meetings_held"),
        "cirka 12",
        "a draft that is wrong is kept, as on the page"
    );
    assert_eq!(stored(&year, "A2", "motivation"), "Som förut.");
    assert_eq!(stored(&year, "A4", "follow_ups"), json!(null));
    assert!(head.get(saved.location()).await.text().contains("2 svar är sparade."));
}

#[actix_web::test]
async fn what_a_colleague_has_changed_since_is_marked_and_not_ticked_and_what_the_file_left_is_kept() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    save(&year, &year.head, "A1", json!({ "motivation": "Första." }));
    save(&year, &year.head, "A2", json!({ "motivation": "Andra." }));
    let mut book = Book::open(&taken_out(&year, Lang::Sv));
    save(&year, &year.contributor, "A1", json!({ "motivation": "Ollens egen." }));
    save(&year, &year.contributor, "A2", json!({ "motivation": "Ollens andra." }));
    save(&year, &year.head, "A1", json!({ "self_level": "2" }));
    book.answer("A1", "motivation", &Put::Text("Filens."));
    book.answer("A2", "meetings_held", &Put::Number("4"));
    let head = app.signed_in(&year.head);
    let shown = upload(&head, &book.save()).await.expect_status(200).text();
    let clash = shown.split("id=\"A1-motivation\"").nth(1).unwrap();
    let clash = clash.split("</table>").next().unwrap();
    assert!(clash.contains("Ändrat av Olle Påhittad"), "who changed the field, not who saved last");
    assert!(clash.contains("Ollens egen.") && clash.contains("Filens."), "both texts");
    assert!(shown.contains("orört i filen") && shown.contains("/A#A2-motivation"));
    let pairs = form(&shown);
    assert_eq!(ticked(&pairs), ["A2.meetings_held"]);
    assert!(!pairs.iter().any(|(name, _)| name == "value.A2.motivation"));
    send(&head, &pairs).await.expect_status(303);
    assert_eq!(stored(&year, "A1", "motivation"), "Ollens egen.");
    assert_eq!(stored(&year, "A2", "motivation"), "Ollens andra.");
    assert_eq!(stored(&year, "A2", "meetings_held"), "4");
}

#[actix_web::test]
async fn a_save_between_the_page_and_the_button_stops_everything_and_loses_nothing() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    save(&year, &year.head, "A1", json!({ "motivation": "Första." }));
    let mut book = Book::open(&taken_out(&year, Lang::Sv));
    book.answer("A1", "motivation", &Put::Text("Filens."));
    book.answer("A2", "motivation", &Put::Text("Filens andra."));
    let head = app.signed_in(&year.head);
    let pairs = form(&upload(&head, &book.save()).await.text());
    save(&year, &year.contributor, "A1", json!({ "motivation": "Ollens." }));
    let conflict = send(&head, &pairs).await.expect_status(409).text();
    assert_eq!(stored(&year, "A1", "motivation"), "Ollens.");
    assert_eq!(stored(&year, "A2", "motivation"), json!(null), "all that was chosen, or nothing");
    assert!(conflict.contains("Ändrat av Olle Påhittad") && conflict.contains("Filens."));
    let mut again = form(&conflict);
    assert_eq!(ticked(&again), ["A2.motivation"], "the choice is kept but for what has changed");
    again.push(("take".to_owned(), "A1.motivation".to_owned()));
    send(&head, &again).await.expect_status(303);
    assert_eq!(stored(&year, "A1", "motivation"), "Filens.");
    assert_eq!(stored(&year, "A2", "motivation"), "Filens andra.");
    let none: Vec<_> = pairs.into_iter().filter(|(name, _)| name != "take").collect();
    assert!(send(&head, &none).await.expect_status(422).text().contains("Välj minst ett svar."));
}

#[actix_web::test]
async fn a_choice_that_comes_after_the_session_has_ended_is_kept_and_sent_after_signing_in() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let mut book = Book::open(&taken_out(&year, Lang::Sv));
    book.answer("A1", "motivation", &Put::Text("Filens."));
    let head = app.signed_in(&year.head);
    let pairs = form(&upload(&head, &book.save()).await.text());
    app.travel(chrono::TimeDelta::hours(13));
    send(&head, &pairs).await.expect_status(401);
    assert_eq!(stored(&year, "A1", "motivation"), json!(null));
    let back = app.signed_in(&year.head);
    let kept = back.get("/sparat").await.expect_status(200).text();
    assert!(kept.contains("/svar/las-in/spara") && kept.contains("Filens."));
    let mut pairs = pairs;
    pairs.push(("sparat".to_owned(), "1".to_owned()));
    send(&back, &pairs).await.expect_status(303);
    assert_eq!(stored(&year, "A1", "motivation"), "Filens.");
}

#[actix_web::test]
async fn in_a_completion_only_what_was_asked_for_can_be_taken() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    year.submit();
    let mut book = Book::open(&taken_out(&year, Lang::Sv));
    book.answer("A1", "motivation", &Put::Text("Stängt."));
    book.answer("A2", "motivation", &Put::Text("Öppet."));
    let bytes = book.save();
    let head = app.signed_in(&year.head);
    let locked = upload(&head, &bytes).await.expect_status(200).text();
    assert!(
        ticked(&form(&locked)).is_empty() && !locked.contains("Spara valda ändringar"),
        "submitted: all is closed"
    );
    let (case, coordinator) = (year.case(), year.standing(&year.coordinator));
    let wanted = [("A2".to_owned(), "Skriv mer.".to_owned())];
    app.act(|act| {
        return_for_completion::return_for_completion(
            act,
            &coordinator,
            &year.form,
            &year.dates,
            &case.id,
            &wanted,
        )
    });
    let shown = upload(&head, &bytes).await.expect_status(200).text();
    assert!(shown.contains("Kriterium A1 ingår inte i kompletteringen"));
    let mut pairs = form(&shown);
    assert_eq!(ticked(&pairs), ["A2.motivation"]);
    assert!(!pairs.iter().any(|(name, _)| name.contains(".A1")));
    pairs.extend([
        ("version.A1".to_owned(), "1".to_owned()),
        ("value.A1.motivation".to_owned(), "\"Stängt.\"".to_owned()),
        ("take".to_owned(), "A1.motivation".to_owned()),
    ]);
    send(&head, &pairs).await.expect_status(409);
    assert_eq!(stored(&year, "A2", "motivation"), "Så här: åäö.", "all that was chosen, or nothing");
}

#[actix_web::test]
async fn prefilled_and_declared_criteria_say_what_taking_an_answer_means() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let (case, head) = (year.case(), year.standing(&year.head));
    app.act(|act| {
        usve::assessments::declare_missing::declare_missing(
            act,
            &head,
            &year.form,
            &case.id,
            "A1",
            "Registret var stängt.",
            0,
        )
    });
    let mut book = Book::open(&taken_out(&year, Lang::Sv));
    let notes = book.xml("xl/sharedStrings.xml").remove(0).1;
    assert!(notes.contains("Skäl: Registret var stängt."));
    book.answer("A1", "motivation", &Put::Text("Öppnade igen."));
    let actor = app.signed_in(&year.head);
    let shown = upload(&actor, &book.save()).await.expect_status(200).text();
    assert!(shown.contains("lämnas nu utan svar") && shown.contains("Registret var stängt."));
    send(&actor, &form(&shown)).await.expect_status(303);
    assert_eq!(year.entered().answers["A1"].declared_missing, None);
}

#[actix_web::test]
async fn a_contributor_takes_only_into_the_own_areas() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let (case, head) = (year.case(), year.standing(&year.head));
    let grant = year.standing(&year.contributor).grants[0].id.clone();
    let areas = ["B".to_owned()];
    app.act(|act| {
        usve::assessments::team::change_areas::change_areas(act, &head, &year.form, &case.id, &grant, &areas)
    });
    let mut book = Book::open(&taken_out(&year, Lang::Sv));
    book.answer("A1", "motivation", &Put::Text("Inte mitt."));
    book.answer("B1", "motivation", &Put::Text("Mitt."));
    let olle = app.signed_in(&year.contributor);
    let shown = upload(&olle, &book.save()).await.expect_status(200).text();
    assert!(shown.contains("Område A är inte ditt att skriva i."));
    assert_eq!(ticked(&form(&shown)), ["B1.motivation"]);
}

#[actix_web::test]
async fn only_the_unit_brings_answers_back_and_only_its_readers_take_them_out() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let bytes = taken_out(&year, Lang::Sv);
    let file = format!("{UNIT}/svar.xlsx");
    for outsider in [&year.stranger, &year.university, &year.coordinator, &year.group] {
        let actor = app.signed_in(outsider);
        actor.get(&file).await.expect_status(404);
        actor.get(&format!("{UNIT}/svar/las-in")).await.expect_status(404);
        upload(&actor, &bytes).await.expect_status(404);
        send(&actor, &[("formular".to_owned(), "usve/2026.1".to_owned())]).await.expect_status(404);
    }
    app.signed_in(&year.contributor).get(&file).await.expect_status(200);
    year.submit();
    let coordinator = app.signed_in(&year.coordinator);
    coordinator.get(&file).await.expect_status(200);
    upload(&coordinator, &bytes).await.expect_status(403);
    coordinator.get(&format!("{UNIT}/svar/las-in")).await.expect_status(403);
    assert!(!coordinator.get(&format!("{UNIT}/svar")).await.text().contains("svar/las-in"));
    // Without the form's own token nothing is read.
    let head = app.signed_in(&year.head);
    let foreign = head
        .request(Method::POST, &format!("{UNIT}/svar/las-in"))
        .insert_header(("sec-fetch-site", "cross-site"))
        .insert_header(("content-type", "multipart/form-data; boundary=grans"))
        .set_payload("--grans--\r\n");
    head.send(foreign).await.expect_status(403);
    app.app.database.read(|db| cycles::cycle(db, 2026)).unwrap();
}
