//! The year around the cases: who is told when it opens, more time, units that leave it, and reminders.

use chrono::{NaiveDate, NaiveTime};
use usve::assessments::open_year::open_year;
use usve::clock::from_local;
use usve::cycles::{cancel, extend};
use usve::jobs;
use usve::state::CaseState;

use crate::support::TestApp;
use crate::support::year::{YEAR, Year};

/// Subjects and receivers of the mails about a unit, in order of time.
async fn told(app: &TestApp, unit: &str) -> Vec<(String, String)> {
    let mails = app.mails().await;
    let about = mails.into_iter().filter(|mail| mail.subject.ends_with(unit));
    let mut told: Vec<_> = about.map(|mail| (mail.subject, mail.to_name)).collect();
    told.sort();
    told
}

fn pairs(subject: &str, people: &[&str]) -> Vec<(String, String)> {
    people.iter().map(|name| (format!("{subject}: Kardiologi"), (*name).to_owned())).collect()
}

const UNIT: [&str; 2] = ["Maja Exempelsson", "Olle Påhittad"];

/// Does what is due on a day at eight.
fn morning(app: &TestApp, year: i32, month: u32, day: u32) {
    let day = NaiveDate::from_ymd_opt(year, month, day).unwrap();
    app.travel_to(from_local(day, NaiveTime::from_hms_opt(8, 0, 0).unwrap()));
    jobs::run_due(&app.app).unwrap();
}

#[actix_web::test]
async fn opening_a_year_tells_each_unit_once() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    app.act(|act| open_year(act, None, YEAR, &year.form, &app.app.forms, &year.dates));
    assert_eq!(told(&app, "Kardiologi").await, pairs("Årets självvärdering är öppen", &UNIT));
}

#[actix_web::test]
async fn a_unit_that_gets_more_time_is_told_the_new_last_day() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let _ = app.mails().await;
    let coordinator = year.standing(&year.coordinator);
    let day = NaiveDate::from_ymd_opt(2026, 12, 18).unwrap();
    let until = usve::cycles::calendar::end_of(day);
    app.act(|act| extend::extend(act, &coordinator, &year.case().id, until, "Chefsbyte."));
    let mails = app.mails().await;
    assert_eq!(mails.len(), 2, "{mails:?}");
    assert!(mails.iter().all(|mail| mail.text.contains("18 december 2026 kl. 23.59")), "{mails:?}");
}

#[actix_web::test]
async fn a_unit_leaves_the_year_with_a_reason_and_its_answers_stay_readable() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    year.fill();
    let coordinator = year.standing(&year.coordinator);
    let case = year.case();
    let refused =
        app.app.database.act(|act| cancel::cancel(act, &coordinator, &case.id, "  ")).expect_err("no reason");
    assert_eq!(refused.code, "reason_missing");
    let refused = app
        .app
        .database
        .act(|act| cancel::cancel(act, &year.standing(&year.head), &case.id, "Vi vill inte."))
        .expect_err("not the unit's own choice");
    assert_eq!(refused.kind, usve::problem::Kind::Forbidden);
    let coordinator_page = app.signed_in(&year.coordinator);
    let reply = coordinator_page
        .post_form("/cykel/2026/kardiologi/utgar", &[("reason", "Enheten slås ihop med Thoraxkirurgi.")])
        .await;
    reply.expect_status(303);
    assert_eq!(year.case().state, CaseState::Cancelled);
    let answers = app.signed_in(&year.head).get("/enhet/kardiologi/2026/svar").await.expect_status(200);
    assert!(answers.text().contains("Så här: åäö."));
    let list = coordinator_page.get("/cykel/2026/kardiologi").await.expect_status(200).text();
    assert!(list.contains("Utgår") && !list.contains("Ta bort enheten ur årets utvärdering"));
    let told = told(&app, "Kardiologi").await;
    assert_eq!(told[..2], pairs("Enheten utgår ur årets utvärdering", &UNIT));
}

#[actix_web::test]
async fn the_unit_is_reminded_once_a_day_and_those_above_when_the_date_is_there_and_past() {
    let app = TestApp::new().await;
    let _year = Year::open(&app);
    let _ = app.mails().await;
    // The fourth of December is the last day; ortopedi's head has the same date.
    morning(&app, 2026, 11, 26);
    assert!(told(&app, "Kardiologi").await.is_empty(), "eight days before");
    morning(&app, 2026, 11, 27);
    morning(&app, 2026, 11, 27);
    assert_eq!(told(&app, "Kardiologi").await, pairs("Påminnelse", &UNIT));
    morning(&app, 2026, 12, 4);
    assert_eq!(told(&app, "Kardiologi").await, pairs("Påminnelse", &UNIT));
    morning(&app, 2026, 12, 7);
    let mails = app.mails().await;
    let coordinators: Vec<&str> = mails.iter().map(|mail| mail.to_name.as_str()).collect();
    assert_eq!(coordinators.len(), 2, "one mail each, whatever the number of units: {mails:?}");
    assert!(coordinators.contains(&"Saga Samordning") && coordinators.contains(&"Ulf Universitet"));
}

#[actix_web::test]
async fn a_submitted_case_reminds_its_unit_of_nothing() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    year.submit();
    let _ = app.mails().await;
    morning(&app, 2026, 12, 3);
    assert!(told(&app, "Kardiologi").await.is_empty());
}
