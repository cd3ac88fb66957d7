//! The hour shown is the hour enforced: to the second around it, and on the nights when the clock changes.

use actix_web::http::Method;
use chrono::{NaiveDate, NaiveTime, TimeDelta};
use serde_json::json;
use usve::assessments::{submit, withdraw};
use usve::clock::{Moment, Wall, wall};
use usve::cycles::calendar::{Which, moment_of};
use usve::cycles::extend;
use usve::text::{Lang, moment};

use crate::api::Program;
use crate::support::TestApp;
use crate::support::year::Year;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn hour(text: &str) -> NaiveTime {
    NaiveTime::parse_from_str(text, "%H:%M").unwrap()
}

fn utc(text: &str) -> Moment {
    text.parse().unwrap()
}

/// The night of 28 March 2027 jumps from 2 to 3; that of 31 October 2027 has the hour from 2 to 3 twice.
/// A day and an hour as typed, which of two the writer chose, and the moment kept or the refusal.
type Typed = (&'static str, &'static str, Option<Which>, Result<&'static str, &'static str>);

#[test]
fn twelve_cases_around_the_nights_when_the_clock_changes() {
    use Which::{First, Second};
    let kept: [Typed; 12] = [
        ("2027-03-27", "23:59", None, Ok("2027-03-27T22:59:00")),
        ("2027-03-28", "01:59", None, Ok("2027-03-28T00:59:00")),
        ("2027-03-28", "02:00", None, Err("hour_is_skipped")),
        ("2027-03-28", "02:30", Some(Second), Err("hour_is_skipped")),
        ("2027-03-28", "03:00", None, Ok("2027-03-28T01:00:00")),
        ("2027-03-28", "23:59", None, Ok("2027-03-28T21:59:00")),
        ("2027-10-31", "01:59", None, Ok("2027-10-30T23:59:00")),
        ("2027-10-31", "02:30", None, Err("hour_comes_twice")),
        ("2027-10-31", "02:30", Some(First), Ok("2027-10-31T00:30:00")),
        ("2027-10-31", "02:30", Some(Second), Ok("2027-10-31T01:30:00")),
        ("2027-10-31", "03:00", None, Ok("2027-10-31T02:00:00")),
        ("2027-10-31", "23:59", Some(First), Ok("2027-10-31T22:59:00")),
    ];
    for (date, time, which, expected) in kept {
        let found = moment_of(day(date), hour(time), which);
        let found = found.map_err(|problem| problem.code);
        assert_eq!(found, expected.map(utc), "{date} {time}");
        if let Ok(at) = found {
            // What was written is what is shown.
            assert!(moment(at, Lang::En).contains(&format!("at {time}")), "{date} {time}");
        }
    }
    assert_eq!(wall(day("2027-03-28"), hour("02:30")), Wall::Skipped);
    assert_eq!(moment(utc("2027-10-31T00:30:00"), Lang::Sv), "söndag 31 oktober 2027 kl. 02.30 (sommartid)");
    assert_eq!(moment(utc("2027-10-31T01:30:00"), Lang::Sv), "söndag 31 oktober 2027 kl. 02.30 (normaltid)");
}

#[test]
fn a_skipped_hour_is_refused_with_the_nearest_ones_that_exist() {
    for time in ["02:00", "02:30", "02:59"] {
        let refused = moment_of(day("2027-03-28"), hour(time), None).unwrap_err();
        assert!(refused.message.get(Lang::Sv).ends_with("Närmast är 01.59 eller 03.00."), "{refused:?}");
        assert!(refused.message.get(Lang::En).ends_with("The nearest are 01.59 and 03.00."), "{refused:?}");
    }
}

#[actix_web::test]
async fn the_years_own_deadline_asks_which_of_two_hours_and_never_takes_a_skipped_one() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    year.fill();
    let (saga, ulf) = (app.signed_in(&year.coordinator), app.signed_in(&year.other_coordinator));
    let path = "/cykel/2026/datum";
    let propose = async |date: &str, which: Option<&str>| {
        let mut form = vec![
            ("opens", "2026-02-02"),
            ("submission", date),
            ("time", "02:30"),
            ("grace_minutes", "30"),
            ("completion_days", "14"),
            ("fact_check_days", "10"),
            ("comment_days", "5"),
            ("plan_months", "2"),
            ("follow_up_months", "6, 12"),
            ("reason", "Registret var stängt."),
        ];
        for name in ["assign", "lock", "settle", "further", "fix", "release", "present"] {
            form.push((name, "2027-12-15"));
        }
        form.extend(which.map(|which| ("which", which)));
        saga.post_form(path, &form).await
    };
    let refused = propose("2027-03-28", None).await.expect_status(422).text();
    assert!(
        refused.contains("Närmast är 01.59 eller 03.00.") && refused.contains("value=\"02:30\""),
        "{refused}"
    );
    assert!(!refused.contains("name=\"which\""), "nothing to choose between");

    let asked = propose("2027-10-31", None).await.expect_status(422).text();
    assert!(
        asked.contains("href=\"#date-which\"") && asked.contains("kommer två gånger den natten"),
        "{asked}"
    );
    let choice = |value: &str, checked: &str| {
        format!("<input type=\"radio\" name=\"which\" value=\"{value}\" required{checked}>")
    };
    assert!(asked.contains(&choice("first", "")) && asked.contains(&choice("second", "")), "{asked}");
    for (which, word, short, due) in [
        ("first", "sommartid", "Den första (sommartid)", "2027-10-31T00:30:00"),
        ("second", "normaltid", "Den andra (normaltid)", "2027-10-31T01:30:00"),
    ] {
        propose("2027-10-31", Some(which)).await.expect_status(303);
        let waits = ulf.get(path).await.expect_status(200).text();
        assert!(waits.contains(short), "the other coordinator reads which one: {waits}");
        ulf.post_form(&format!("{path}/bekrafta"), &[]).await.expect_status(303);
        let page = saga.get(path).await.expect_status(200).text();
        assert!(page.contains(&choice(which, " checked")), "{page}");
        let overview = app.signed_in(&year.head).get("/enhet/kardiologi/2026").await.text();
        assert!(overview.contains(&format!("söndag 31 oktober 2027 kl. 02.30 ({word})")), "{overview}");
        enforced(&year, utc(due));
        let dates = Program::of(&app, &year.coordinator).get("/cycles/2026/dates").await.json();
        assert_eq!(dates["dates"]["submission"], due, "the API speaks in UTC, where no hour comes twice");
    }
}

#[actix_web::test]
async fn on_those_nights_the_page_and_the_api_give_the_hour_that_is_enforced() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    year.fill();
    let coordinator = app.signed_in(&year.coordinator);
    let (address, unit) = ("/cykel/2026/kardiologi/forlang", "/enhet/kardiologi/2026");
    let head = app.signed_in(&year.head);
    let extend = |date: &'static str, time: &'static str, which: &'static str| {
        let coordinator = &coordinator;
        async move {
            let fields =
                [("until", date), ("time", time), ("which", which), ("reason", "Natten mot vintertid")];
            coordinator.post_form(address, &fields).await
        }
    };
    let refused = extend("2027-03-28", "02:30", "").await.expect_status(422).text();
    assert!(refused.contains("finns inte den natten") && refused.contains("value=\"02:30\""));
    extend("2027-03-28", "03:00", "").await.expect_status(303);
    assert!(head.get(unit).await.text().contains("söndag 28 mars 2027 kl. 03.00"));
    enforced(&year, utc("2027-03-28T01:00:00"));
    let asked = extend("2027-10-31", "02:30", "").await.expect_status(422).text();
    assert!(asked.contains("Den första (sommartid)") && asked.contains("Den andra (normaltid)"));
    extend("2027-10-31", "02:30", "first").await.expect_status(303);
    assert!(head.get(unit).await.text().contains("kl. 02.30 (sommartid)"));
    enforced(&year, utc("2027-10-31T00:30:00"));
    // The API takes moments with their zone, which are never in doubt.
    let program = Program::of(&app, &year.coordinator);
    let asked = json!({"until": "2027-10-31T02:30:00+01:00", "reason": "The second of the two"});
    program.send(Method::PUT, "/cases/2026/kardiologi/extension", &asked, &[]).await.expect_status(200);
    assert!(head.get(unit).await.text().contains("kl. 02.30 (normaltid)"));
    enforced(&year, utc("2027-10-31T01:30:00"));
    let bare = json!({"until": "2027-10-31T02:30:00", "reason": "Without a zone"});
    let refused = program.send(Method::PUT, "/cases/2026/kardiologi/extension", &bare, &[]).await;
    assert_eq!(refused.status, 422);
}

/// Submission is taken, unmarked, at the hour; marked late to the end of the grace; and not a second after.
fn enforced(year: &Year<'_>, due: Moment) {
    let (app, case, head) = (year.app, year.case(), year.standing(&year.head));
    assert_eq!(case.submission_due, due);
    let before = app.now();
    let grace = TimeDelta::minutes(i64::from(year.dates.grace_minutes));
    let tries = [
        (TimeDelta::zero(), Some(false)),
        (TimeDelta::seconds(1), Some(true)),
        (grace, Some(true)),
        (grace + TimeDelta::seconds(1), None),
    ];
    for (after, expected) in tries {
        app.travel_to(due + after);
        let done = app.app.database.act(|act| submit::submit(act, &head, &year.form, &year.dates, &case.id));
        assert_eq!(done.as_ref().ok().map(|done| done.late), expected, "{due} {after}");
        if done.is_ok() {
            app.act(|act| withdraw::withdraw(act, &head, &case.id, "Ett försök till"));
        }
    }
    app.travel_to(before);
}

#[actix_web::test]
async fn of_a_thousand_submissions_around_the_deadline_exactly_those_in_time_are_taken() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    year.fill();
    let (case, head) = (year.case(), year.standing(&year.head));
    let last = year.dates.last_moment(case.submission_due);
    let (mut taken, mut refused) = (0, 0);
    for number in 0..1000_i64 {
        // Every 4 ms from two seconds before to two after, in an order that mixes both sides.
        let step = (number * 617) % 1000;
        let at = last - TimeDelta::seconds(2) + TimeDelta::milliseconds(4 * (step + 1));
        app.travel_to(at);
        let mut done = None;
        let kept = app.app.database.act(|act| {
            done = Some(submit::submit(act, &head, &year.form, &year.dates, &case.id)?);
            // Taken back in the same act, so that the next try begins as this one did.
            withdraw::withdraw(act, &head, &case.id, "Ett försök till").map(drop)
        });
        assert_eq!(kept.is_ok(), at <= last, "{at}");
        match kept {
            Ok(()) => {
                assert!(done.unwrap().late, "within the grace it is late: {at}");
                taken += 1;
            }
            Err(problem) => {
                assert_eq!(problem.code, "deadline_passed");
                refused += 1;
            }
        }
    }
    assert_eq!((taken, refused), (500, 500));
    // And one unit's own, later hour counts for it alone, with its own grace.
    app.travel_to(last + TimeDelta::seconds(2));
    let coordinator = year.standing(&year.coordinator);
    let until = last + TimeDelta::hours(1);
    app.act(|act| extend::extend(act, &coordinator, &case.id, until, "Strömavbrott på sjukhuset"));
    app.travel_to(until);
    let done = app.act(|act| submit::submit(act, &head, &year.form, &year.dates, &case.id));
    assert!(!done.late);
}
