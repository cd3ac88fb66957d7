//! What is found before a submission, what is kept of it, and what changed between two.

use actix_web::http::Method;
use chrono::TimeDelta;
use serde_json::{Value as Json, json};
use usve::assessments::rules::{self, Checked, Finding};
use usve::assessments::save_answer::{Save, save_answer};
use usve::assessments::{return_for_completion, store, submit, withdraw};
use usve::ids::sha256;
use usve::reviews::conflict::declare::declare;
use usve::state::CaseState;

use crate::api::Program;
use crate::support::TestApp;
use crate::support::year::{Year, add_file};

const UNIT: &str = "/enhet/kardiologi/2026";
const CASE: &str = "/cases/2026/kardiologi";

/// Saves fields of a criterion over what is there, as the head.
fn save(year: &Year<'_>, criterion: &str, fields: &[(&str, Json)]) {
    let (case, head, seen) = (year.case(), year.standing(&year.head), year.entered().version_of(criterion));
    let fields: usve::forms::RawAnswers =
        fields.iter().map(|(field, value)| ((*field).to_owned(), value.clone())).collect();
    year.app.act(|act| {
        let save = Save { criterion, fields: fields.clone(), seen };
        save_answer(act, &head, &year.form, &case.id, save)
    });
}

fn submit_now(year: &Year<'_>) -> usve::assessments::Submission {
    let (case, head) = (year.case(), year.standing(&year.head));
    year.app.act(|act| submit::submit(act, &head, &year.form, &year.dates, &case.id))
}

fn withdraw_now(year: &Year<'_>) {
    let (case, head) = (year.case(), year.standing(&year.head));
    year.app.act(|act| withdraw::withdraw(act, &head, &case.id, "Fel siffra i A2.").map(drop));
}

/// A long text field of a criterion that is always shown, with the criterion.
fn long_text(year: &Year<'_>) -> (String, String) {
    let period = year.case().period();
    for (_, criterion) in year.form.criteria() {
        let answers = year.complete(&criterion.id);
        let files = [(criterion.id.clone(), 1)].into();
        let evaluated = usve::forms::evaluate::evaluate(&year.form, criterion, &answers, &files, period);
        for field in year.form.fields(criterion) {
            let shown = evaluated.fields.iter().any(|state| state.id == field.id && state.visible);
            if field.kind == usve::forms::FieldKind::LongText && field.when.is_none() && shown {
                return (criterion.id.clone(), field.id.clone());
            }
        }
    }
    panic!("the form has no long text");
}

/// A table with rows in what [`Year::fill`] answers, with its criterion.
fn a_table(year: &Year<'_>) -> (String, String) {
    let entered = year.entered();
    for (_, criterion) in year.form.criteria() {
        for field in year.form.fields(criterion) {
            let rows =
                entered.answers_to(&criterion.id).get(&field.id).and_then(|raw| raw.as_array().map(Vec::len));
            if field.kind == usve::forms::FieldKind::Table && rows.is_some_and(|rows| rows > 0) {
                return (criterion.id.clone(), field.id.clone());
            }
        }
    }
    panic!("the form has no table");
}

#[actix_web::test]
async fn the_page_the_api_the_area_and_the_refusal_say_the_same() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    save(&year, "A2", &[("meetings_held", json!("tolv, tror jag"))]);
    let (case, head, entered) = (year.case(), year.standing(&year.head), year.entered());
    let found =
        rules::check(&Checked { form: &year.form, entered: &entered, period: case.period(), beside: None });
    let stops: Vec<&Finding> = found.iter().filter(|finding| finding.stops()).collect();
    assert!(stops.iter().any(|one| one.level.as_str() == "save" && one.pointer() == "/A2/meetings_held"));
    assert!(stops.iter().any(|one| one.level.as_str() == "submit" && one.pointer() == "/B1"));
    let refused = app
        .app
        .database
        .act(|act| submit::submit(act, &head, &year.form, &year.dates, &case.id))
        .unwrap_err();
    let pointers: Vec<(String, &str)> = stops.iter().map(|one| (one.pointer(), one.code)).collect();
    let of_refusal: Vec<(String, &str)> =
        refused.errors.iter().map(|error| (error.pointer.clone(), error.code.as_str())).collect();
    assert_eq!(of_refusal, pointers);
    let told = Program::of(&app, &year.head).get(&format!("{CASE}/check")).await.json();
    let of_api: Vec<(&str, &str)> = told["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["level"] != "warning")
        .map(|one| (one["pointer"].as_str().unwrap(), one["code"].as_str().unwrap()))
        .collect();
    let expected: Vec<(&str, &str)> =
        pointers.iter().map(|(pointer, code)| (pointer.as_str(), *code)).collect();
    assert_eq!(of_api, expected);
    assert_eq!(told["complete"], false);
    let actor = app.signed_in(&year.head);
    let page = actor.get(&format!("{UNIT}/lamna-in")).await.text();
    let area = actor.get(&format!("{UNIT}/A?visa=fel")).await.text();
    for finding in stops.iter().filter(|one| one.area == "A") {
        let words = finding.message.sv.replace('\'', "&#39;").replace('"', "&#34;");
        assert!(page.contains(&words) && area.contains(&words), "{words}");
    }
    // Only for the unit: others read the answers, not what the unit still has to do.
    assert_eq!(Program::of(&app, &year.stranger).get(&format!("{CASE}/check")).await.status, 404);
}

#[actix_web::test]
async fn personal_numbers_and_addresses_are_warned_of_with_a_link_and_stop_nothing() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    year.fill();
    let (criterion, field) = long_text(&year);
    let actor = app.signed_in(&year.head);
    assert!(!actor.get(&format!("{UNIT}/lamna-in")).await.text().contains("att titta på en gång till"));
    let text = "Patienten 811228-9874 tackade. Skriv till maja.exempelsson@skane.example.";
    save(&year, &criterion, &[(&field, json!(text))]);
    let told = Program::of(&app, &year.head).get(&format!("{CASE}/check")).await.json();
    assert_eq!(told["complete"], true, "{told}");
    let warnings: Vec<(&str, &str)> = told["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["level"].as_str().unwrap(), one["code"].as_str().unwrap()))
        .collect();
    assert_eq!(warnings, [("warning", "personal_number"), ("warning", "email_address")]);
    let page = actor.get(&format!("{UNIT}/lamna-in")).await.text();
    assert!(page.contains("2 saker att titta på en gång till"));
    assert!(page.contains(&format!("#{criterion}-{field}")) && !page.contains("errsum"));
    actor.post_form(&format!("{UNIT}/lamna-in"), &[]).await.expect_status(303);
    assert_eq!(year.case().state, CaseState::Submitted);
}

#[actix_web::test]
async fn the_head_gets_a_receipt_with_the_answers_and_nobody_else_does() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    year.fill();
    app.mails().await;
    let head = app.signed_in(&year.head);
    let done = head.post_form(&format!("{UNIT}/lamna-in"), &[]).await;
    assert_eq!(done.location(), format!("{UNIT}/kvitto"));
    let case = year.case();
    let submission = app.app.database.read(|db| store::latest_submission(db, &case.id)).unwrap().unwrap();
    // Before the job has run the same bytes are made on the way.
    let early = head.get(&format!("{UNIT}/svar.pdf?sprak=sv")).await.expect_status(200);
    let mails = app.mails().await;
    let [mail] = mails.as_slice() else { panic!("{mails:?}") };
    assert_eq!(
        (mail.to_name.as_str(), mail.subject.as_str()),
        ("Maja Exempelsson", "Självvärderingen är inlämnad: Kardiologi")
    );
    let [pdf] = mail.attachments.as_slice() else { panic!("no document") };
    assert_eq!(pdf.name, "usve-kardiologi-2026-svar-1-sv.pdf");
    assert_eq!(sha256(&pdf.bytes), sha256(&early.body));
    let kept = head.get(&format!("{UNIT}/svar.pdf?version=1&sprak=sv")).await.expect_status(200);
    assert_eq!(kept.body, pdf.bytes);
    assert_eq!(kept.header("content-type"), "application/pdf");
    let tag = kept.header("etag").to_owned();
    let again = head.request(Method::GET, &format!("{UNIT}/svar.pdf?version=1&sprak=sv"));
    assert_eq!(head.send(again.insert_header(("if-none-match", tag))).await.status, 304);
    let page = head.get(&format!("{UNIT}/kvitto")).await.text();
    assert!(page.contains(&submission.digest) && page.contains(&submission.code()));
    let words = usve_words(&pdf.bytes);
    assert!(words.contains(&submission.code()), "{words}");
    assert!(words.contains("Maja Exempelsson"));
    // Whoever may read the whole self-assessment may have the document; a reviewer reads the answers elsewhere.
    app.signed_in(&year.coordinator).get(&format!("{UNIT}/svar.pdf")).await.expect_status(200);
    app.signed_in(&year.stranger).get(&format!("{UNIT}/svar.pdf")).await.expect_status(404);
    let program = Program::of(&app, &year.contributor);
    let english = program.get(&format!("{CASE}/submission/answers.pdf?language=en")).await.expect_status(200);
    assert!(english.body.starts_with(b"%PDF-"));
    let listed = program.get(&format!("{CASE}/submissions")).await.json();
    assert_eq!(listed["items"][0]["digest"], json!(submission.digest));
    assert_eq!(listed["items"][0]["code"], json!(submission.code()));
    assert_eq!(program.get(&format!("{CASE}/submission/answers.pdf?number=2")).await.status, 404);
}

/// The words of a PDF's pages, through the map that every font of ours has from glyphs to signs.
fn usve_words(bytes: &[u8]) -> String {
    let document = lopdf::Document::load_mem(bytes).unwrap();
    let pages: Vec<u32> = document.get_pages().keys().copied().collect();
    document.extract_text(&pages).unwrap()
}

#[actix_web::test]
async fn a_receipt_leaves_without_its_document_when_that_cannot_be_made() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    year.submit();
    // The job is given up: as if the process that makes documents were gone.
    app.act(|act| {
        diesel::RunQueryDsl::execute(diesel::sql_query("UPDATE jobs SET state = 'failed'"), act.db)
            .map(drop)
            .map_err(usve::problem::Problem::from)
    });
    let about = |mails: Vec<usve::notify::transport::Letter>| {
        mails
            .into_iter()
            .filter(|mail| mail.subject.starts_with("Självvärderingen är inlämnad"))
            .collect::<Vec<_>>()
    };
    assert!(about(app.mails().await).is_empty());
    app.travel(TimeDelta::minutes(61));
    let mails = about(app.mails().await);
    let [mail] = mails.as_slice() else { panic!("{mails:?}") };
    assert!(mail.attachments.is_empty() && mail.text.contains("/kvitto"));
}

#[actix_web::test]
async fn two_submissions_are_compared_word_by_word_and_also_in_numbers_tables_and_files() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    year.fill();
    let (criterion, field) = long_text(&year);
    save(&year, &criterion, &[(&field, json!("Vi har tolv möten om året."))]);
    save(&year, "A2", &[("meetings_held", json!("12"))]);
    submit_now(&year);
    withdraw_now(&year);
    save(&year, &criterion, &[(&field, json!("Vi har elva möten om året."))]);
    save(&year, "A2", &[("meetings_held", json!("13"))]);
    // One row more in a table that stands in the form's first criterion with one, and one file more.
    let (with_table, table) = a_table(&year);
    let mut rows = year.entered().answers_to(&with_table).get(&table).unwrap().as_array().unwrap().clone();
    rows.push(rows.first().unwrap().clone());
    save(&year, &with_table, &[(&table, json!(rows))]);
    let (case, head) = (year.case(), year.standing(&year.head));
    app.act(|act| add_file(act, &head, &year.form, &case.id, "A1", "Nytt beslut.pdf"));
    submit_now(&year);
    let program = Program::of(&app, &year.head);
    let told = program.get(&format!("{CASE}/difference?from=1&to=2")).await.json();
    let of = |criterion: &str, field: &str| -> Json {
        let all = told["criteria"].as_array().unwrap();
        let one = all.iter().find(|one| one["criterion"] == criterion).unwrap();
        one["changes"].as_array().unwrap().iter().find(|one| one["field"] == field).unwrap().clone()
    };
    let pieces = of(&criterion, &field)["pieces"].clone();
    let kinds: Vec<(&str, &str)> = pieces
        .as_array()
        .unwrap()
        .iter()
        .map(|piece| (piece["kind"].as_str().unwrap(), piece["text"].as_str().unwrap()))
        .collect();
    assert_eq!(
        kinds,
        [("same", "Vi har "), ("removed", "tolv"), ("added", "elva"), ("same", " möten om året.")]
    );
    let number = of("A2", "meetings_held")["pieces"].clone();
    let said = |text: &str| format!("{text}\u{a0}meetings");
    assert_eq!(
        number,
        json!([{"kind": "removed", "text": said("12")}, {"kind": "added", "text": said("13")}])
    );
    let kinds = |change: Json| -> Vec<String> {
        let rows = change["rows"].as_array().unwrap().clone();
        rows.iter().map(|row| row["kind"].as_str().unwrap().to_owned()).collect()
    };
    let changed = kinds(of(&with_table, &table));
    assert_eq!(changed.iter().filter(|kind| *kind == "added").count(), 1, "{changed:?}");
    assert!(!changed.contains(&"removed".to_owned()));
    let files = of("A1", "evidence");
    assert_eq!(kinds(files.clone()).iter().filter(|kind| *kind == "added").count(), 1);
    assert!(files.to_string().contains("Nytt beslut.pdf"));
    let page = app.signed_in(&year.head).get(&format!("{UNIT}/skillnad?fran=1&till=2")).await.text();
    assert!(page.contains("<del><span class=\"vh\">[borttaget: </span>tolv"), "{page}");
    assert!(page.contains("<ins><span class=\"vh\">[tillagt: </span>elva"));
    // A version that is not there, and people without a right, are refused alike.
    let head = app.signed_in(&year.head);
    head.get(&format!("{UNIT}/skillnad?fran=1&till=9")).await.expect_status(404);
    app.signed_in(&year.stranger).get(&format!("{UNIT}/skillnad")).await.expect_status(404);
    // The same version twice: nothing differs, and the page says why.
    let same = program.get(&format!("{CASE}/difference?from=2&to=2")).await.json();
    assert_eq!((&same["criteria"], &same["submissions"]), (&json!([]), &json!(2)));
    let page = head.get(&format!("{UNIT}/skillnad?fran=2&till=2")).await.expect_status(200).text();
    assert!(page.contains("Du har valt samma inlämning två gånger."), "{page}");
}

#[actix_web::test]
async fn a_single_submission_is_not_compared_with_itself() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    year.fill();
    submit_now(&year);
    let head = app.signed_in(&year.head);
    let page = head.get(&format!("{UNIT}/skillnad")).await.expect_status(200).text();
    assert!(
        page.contains("Det finns bara en inlämning") && page.contains(&format!("{UNIT}/kvitto\"")),
        "{page}"
    );
    assert!(!page.contains("name=\"fran\"") && !page.contains("Inget skiljer"), "{page}");
    let told =
        Program::of(&app, &year.head).get(&format!("{CASE}/difference")).await.expect_status(200).json();
    assert_eq!(told, json!({ "submissions": 1, "from": 1, "to": 1, "criteria": [] }));
}

#[actix_web::test]
async fn a_reviewer_sees_what_changed_once_they_may_read_and_never_the_units_own_level() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    year.fill();
    submit_now(&year);
    withdraw_now(&year);
    save(&year, "A2", &[("meetings_held", json!("13"))]);
    let level = year.form.every.iter().find(|field| field.kind == usve::forms::FieldKind::Level).unwrap();
    save(&year, "A2", &[(&level.id, json!("3"))]);
    submit_now(&year);
    let coordinator = app.signed_in(&year.coordinator);
    let pair = [("university", year.university.as_str()), ("region", year.region.as_str())];
    coordinator.post_form("/cykel/2026/kardiologi/granskare", &pair).await.expect_status(303);
    let path = format!("{CASE}/difference?from=1&to=2");
    let program = Program::of(&app, &year.university);
    let reviewer = app.signed_in(&year.university);
    assert_eq!(program.get(&path).await.status, 404, "before the declaration");
    reviewer.get(&format!("{UNIT}/skillnad")).await.expect_status(404);
    for free in [&year.university, &year.region] {
        let standing = year.standing(free);
        app.act(|act| declare(act, &standing, &year.case().id, None));
    }
    let fields = |told: &Json| -> Vec<String> {
        told["criteria"][0]["changes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["field"].as_str().unwrap().to_owned())
            .collect()
    };
    let told = program.get(&path).await.json();
    assert!(
        !fields(&told).contains(&level.id) && fields(&told).contains(&"meetings_held".to_owned()),
        "{told}"
    );
    reviewer.get(&format!("{UNIT}/skillnad")).await.expect_status(200);
    let own = Program::of(&app, &year.head).get(&path).await.json();
    assert!(fields(&own).contains(&level.id));
    // A further reviewer reads only what was sent: nothing yet.
    assert_eq!(Program::of(&app, &year.further).get(&path).await.status, 404);
}

#[actix_web::test]
async fn a_submission_is_opened_again_only_with_a_reason_that_stands_in_the_log() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    year.submit();
    let head = app.signed_in(&year.head);
    head.post_form(&format!("{UNIT}/aterta"), &[("reason", "")]).await.expect_status(422);
    let program = Program::of(&app, &year.contributor);
    let reason = json!({"reason": "Fel siffra i A2."});
    assert_eq!(program.post(&format!("{CASE}/submission/withdrawal"), &reason).await.status, 403);
    let program = Program::of(&app, &year.head);
    program.post(&format!("{CASE}/submission/withdrawal"), &reason).await.expect_status(200);
    assert_eq!(year.case().state, CaseState::Draft);
    let log = app.signed_in(&year.coordinator).get("/cykel/2026/kardiologi/logg").await.text();
    assert!(log.contains("Tog tillbaka inlämningen") && log.contains("Fel siffra i A2."));
    // The coordinator's way is completion: once, only what is named, on a date of its own.
    submit_now(&year);
    let (case, coordinator) = (year.case(), year.standing(&year.coordinator));
    let wanted = [("A2".to_owned(), "Skriv vilka möten som avses.".to_owned())];
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
    let returned = year.case();
    assert_eq!(returned.due(), returned.returned_due.unwrap());
    assert!(returned.due() > case.submission_due);
    let standing = year.standing(&year.head);
    let try_save = |criterion: &'static str| {
        app.app.database.act(|act| {
            let seen = store::answer(act.db, &case.id, criterion)?.unwrap().version;
            let fields = [(year.form.every.first().unwrap().id.clone(), json!("3"))].into();
            save_answer(act, &standing, &year.form, &case.id, Save { criterion, fields, seen })
        })
    };
    assert_eq!(try_save("A1").unwrap_err().code, "not_returned");
    assert!(try_save("A2").is_ok());
    // After its date plus grace the completion is closed, and before it is not late.
    let head = year.standing(&year.head);
    app.travel_to(year.dates.last_moment(returned.due()) + TimeDelta::seconds(1));
    let late = app.app.database.act(|act| submit::submit(act, &head, &year.form, &year.dates, &case.id));
    assert_eq!(late.unwrap_err().code, "deadline_passed");
    app.travel_to(returned.due());
    assert!(!submit_now(&year).late);
    let again = app.app.database.act(|act| {
        return_for_completion::return_for_completion(
            act,
            &coordinator,
            &year.form,
            &year.dates,
            &case.id,
            &wanted,
        )
    });
    assert_eq!(again.unwrap_err().code, "returned_before");
}
