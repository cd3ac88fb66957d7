//! A form is mended while units answer it.

use serde_json::json;
use usve::assessments::move_form::{self, MovedYear};
use usve::assessments::progress::Stage;
use usve::assessments::save_answer::{Save, save_answer};
use usve::assessments::{submit, withdraw};
use usve::cycles::calendar::Dates;
use usve::cycles::store as cycles;
use usve::forms::RawAnswers;
use usve::problem::Problem;

use super::{A, NOW, Two, service};
use crate::api::Program;

pub(super) fn mend(two: &Two<'_>, year: i32, to: &str) -> Result<MovedYear, Problem> {
    two.app.app.database.act(|act| move_form::move_form(act, None, &two.app.app.forms, year, to))
}

/// Confirms everything, and answers what is new.
fn answer_all(two: &Two<'_>) {
    for criterion in ["background", "A1", "A2", "A3", "B1", "B5"] {
        two.confirm(criterion, 1).unwrap();
    }
    two.save("B6", 0, json!({ "partners": "Lunds universitet" })).unwrap();
}

#[actix_web::test]
async fn a_mended_form_takes_the_drafts_with_it_and_what_is_asked_anew_is_confirmed_again() {
    let app = service().await;
    let two = Two::open(&app);
    answer_all(&two);
    let (case, head) = (two.case(NOW), two.year.standing(&two.year.head));
    app.act(|act| usve::assessments::area_ready::mark(act, &head, &two.new, &case.id, "A", true));
    app.act(|act| usve::assessments::area_ready::mark(act, &head, &two.new, &case.id, "B", true));
    let _ = app.mails().await;
    let before = two.contents();

    let plan = |db: &mut _| move_form::plan(db, &app.app.forms, NOW, "prov/2026.2");
    let planned = app.app.database.read(plan).unwrap();
    let told = |moved: &MovedYear| {
        let one = moved.cases.iter().find(|one| one.case.unit.slug == "kardiologi").unwrap();
        (moved.cases.len(), moved.staying, one.kept, one.touched.clone(), one.dropped.clone())
    };
    assert_eq!(told(&planned), (2, 0, 6, vec!["A3".to_owned()], vec![]));
    assert_eq!(
        (two.case(NOW).form.as_str(), two.contents()),
        ("prov/2026.1", before.clone()),
        "a plan changes nothing"
    );

    let moved = mend(&two, NOW, "prov/2026.2").unwrap();
    assert_eq!(told(&moved), told(&planned));
    assert_eq!(two.case(NOW).form, "prov/2026.2");
    assert_eq!(app.app.database.read(|db| cycles::cycle(db, NOW)).unwrap().form, "prov/2026.2");
    let after = two.contents();
    assert_eq!(after["A7"], before["B6"], "answers go with their criterion");
    assert_eq!((&after["A3"], &after["A1"]), (&before["A3"], &before["A1"]));
    assert_eq!((two.stage("A3"), two.version("A3")), (Stage::NotConfirmed, 3));
    assert_eq!((two.stage("A7"), two.version("A7")), (Stage::Complete, 1), "moved, and asks the same");
    assert_eq!((two.stage("A1"), two.version("A1")), (Stage::Complete, 2));
    assert_eq!(two.entered().ready, ["B"], "an area with something to confirm is not ready");
    assert_eq!(two.acts().last().unwrap(), "move_form");
    let mails = app.mails().await;
    let mut told: Vec<&str> = mails.iter().map(|mail| mail.to_name.as_str()).collect();
    told.sort_unstable();
    assert_eq!(told, ["Axel Annan", "Maja Exempelsson", "Olle Påhittad"], "{mails:?}");
    assert!(mails.iter().all(|mail| mail.subject.starts_with("Formuläret har rättats")));
    let page = two.head().get(A).await.expect_status(200).text();
    assert!(
        page.contains("Frågan har rättats sedan ni svarade.")
            && page.contains("Vem följer upp målen, och när?"),
        "{page}"
    );

    assert_eq!(mend(&two, NOW, "prov/2026.2").unwrap().cases.len(), 0, "again, it changes nothing");
    assert_eq!(mend(&two, NOW, "prov/2026.1").unwrap_err().code, "no_way");
    assert_eq!(mend(&two, NOW, "prov/2029.1").unwrap_err().code, "no_form");
    assert_eq!(mend(&two, 2031, "prov/2026.2").unwrap_err().code, "no_cycle");
}

#[actix_web::test]
async fn a_case_past_draft_stays_on_its_version_and_moves_when_it_comes_back() {
    let app = service().await;
    let two = Two::open(&app);
    answer_all(&two);
    let (case, head) = (two.case(NOW), two.year.standing(&two.year.head));
    let dates = Dates::of(&two.new.calendar, NOW);
    app.act(|act| submit::submit(act, &head, &two.new, &dates, &case.id));
    let moved = mend(&two, NOW, "prov/2026.2").unwrap();
    assert_eq!((moved.cases.len(), moved.staying), (1, 1));
    assert_eq!(two.case(NOW).form, "prov/2026.1");
    let page = two.head().get(A).await.expect_status(200).text();
    assert!(page.contains("Hur följs målen upp?") && !page.contains("A7"), "read with its own form");
    let answers = Program::of(&app, &two.year.head).get("/cases/2028/kardiologi/answers/B6").await;
    answers.expect_status(200);
    app.act(|act| withdraw::withdraw(act, &head, &case.id, "Formuläret rättas."));
    // The unit goes on where it is until somebody moves it.
    two.save("B6", 1, json!({ "partners": "Malmö universitet" })).unwrap();
    assert_eq!(mend(&two, NOW, "prov/2026.2").unwrap().cases.len(), 1);
    assert_eq!(two.contents()["A7"], json!({ "partners": "Malmö universitet" }));
}

#[actix_web::test]
async fn an_answer_written_on_the_old_version_is_refused_once_the_case_has_moved() {
    let app = service().await;
    let two = Two::open(&app);
    let (case, head) = (two.case(NOW), two.year.standing(&two.year.head));
    mend(&two, NOW, "prov/2026.2").unwrap();
    let late = app.app.database.act(|act| {
        let fields = RawAnswers::from([("note".to_owned(), json!("Sent."))]);
        save_answer(act, &head, &two.new, &case.id, Save { criterion: "A1", fields, seen: 1 })
    });
    assert_eq!(late.unwrap_err().code, "form_moved");
}
