//! The self-assessment: saved as typed, never overwritten unseen, submitted once.

use std::sync::Barrier;

use actix_web::http::Method;
use chrono::TimeDelta;
use serde_json::json;
use usve::assessments::save_answer::{Save, save_answer};
use usve::assessments::{declare_missing, not_applicable, return_for_completion, store, submit, withdraw};
use usve::cycles::extend;
use usve::problem::Kind;
use usve::state::CaseState;

use crate::support::TestApp;
use crate::support::year::Year;

fn typed(pairs: &[(&str, &str)]) -> usve::forms::RawAnswers {
    pairs.iter().map(|(field, value)| ((*field).to_owned(), json!(value))).collect()
}

#[actix_web::test]
async fn what_is_typed_is_kept_as_typed_also_when_it_is_wrong() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let (case, head) = (year.case(), year.standing(&year.head));
    let saved = app.act(|act| {
        let fields = typed(&[("meetings_held", "tolv, tror jag")]);
        save_answer(act, &head, &year.form, &case.id, Save { criterion: "A2", fields, seen: 0 })
    });
    assert_eq!(saved.content.get("meetings_held"), Some(&json!("tolv, tror jag")));
    let state = year.entered();
    let evaluated = state.criterion(&year.form, year.form.criterion("A2").unwrap(), case.period()).evaluated;
    let field = evaluated.fields.iter().find(|field| field.id == "meetings_held").unwrap();
    assert!(!field.issues.is_empty());
}

#[actix_web::test]
async fn a_save_over_an_unseen_version_is_refused_and_both_texts_stay() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let (case, head, colleague) = (year.case(), year.standing(&year.head), year.standing(&year.contributor));
    let save = |standing: &usve::identity::standing::Standing, text: &str, seen| {
        app.app.database.act(|act| {
            let fields = typed(&[("meetings_held", text)]);
            save_answer(act, standing, &year.form, &case.id, Save { criterion: "A2", fields, seen })
        })
    };
    assert_eq!(save(&head, "10", 0).unwrap().version, 1);
    assert_eq!(save(&colleague, "11", 1).unwrap().version, 2);
    assert_eq!(save(&head, "12", 1).unwrap_err().kind, Kind::Stale);
    let versions = app.app.database.read(|db| store::versions(db, &case.id, "A2")).unwrap();
    let texts: Vec<_> = versions.iter().map(|(_, content, _, _)| content["meetings_held"].clone()).collect();
    assert_eq!(texts, [json!("11"), json!("10")]);
    // The same text again makes no version.
    assert_eq!(save(&colleague, "11", 2).unwrap().version, 2);
}

#[actix_web::test]
async fn two_saves_at_once_keep_exactly_one() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let (case, head) = (year.case(), year.standing(&year.head));
    let barrier = Barrier::new(4);
    let database = &app.app.database;
    let kept = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|number| {
                let (barrier, head, form, case) = (&barrier, &head, &year.form, &case);
                scope.spawn(move || {
                    barrier.wait();
                    database.act(|act| {
                        let fields = typed(&[("meetings_held", &number.to_string())]);
                        save_answer(act, head, form, &case.id, Save { criterion: "A2", fields, seen: 0 })
                    })
                })
            })
            .collect();
        threads.into_iter().filter_map(|thread| thread.join().unwrap().ok()).count()
    });
    assert_eq!(kept, 1);
}

#[actix_web::test]
async fn a_stranger_and_an_unknown_criterion_are_refused_alike() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let (case, head, stranger) = (year.case(), year.standing(&year.head), year.standing(&year.stranger));
    let save = |standing: &usve::identity::standing::Standing, criterion: &str| {
        app.app
            .database
            .act(|act| {
                let fields = typed(&[("meetings_held", "1")]);
                save_answer(act, standing, &year.form, &case.id, Save { criterion, fields, seen: 0 })
            })
            .unwrap_err()
    };
    assert_eq!(save(&stranger, "A2").kind, Kind::NotFound);
    assert_eq!(save(&head, "Z9").kind, Kind::NotFound);
}

#[actix_web::test]
async fn an_incomplete_self_assessment_is_not_submitted_and_says_what_is_missing() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let (case, head) = (year.case(), year.standing(&year.head));
    let problem = app
        .app
        .database
        .act(|act| submit::submit(act, &head, &year.form, &year.dates, &case.id))
        .unwrap_err();
    assert_eq!((problem.kind, problem.code), (Kind::Invalid, "incomplete"));
    assert!(problem.errors.len() >= 49, "{}", problem.errors.len());
    assert_eq!(year.case().state, CaseState::Draft);
}

#[actix_web::test]
async fn a_complete_one_is_submitted_once_with_a_digest_that_never_changes() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    year.fill();
    let (case, head) = (year.case(), year.standing(&year.head));
    let barrier = Barrier::new(4);
    let database = &app.app.database;
    let done = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let (barrier, head, form, dates, case) = (&barrier, &head, &year.form, &year.dates, &case);
                scope.spawn(move || {
                    barrier.wait();
                    database.act(|act| submit::submit(act, head, form, dates, &case.id))
                })
            })
            .collect();
        let replies: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
        replies.into_iter().filter_map(Result::ok).collect::<Vec<_>>()
    });
    let [only] = done.as_slice() else { panic!("{} submissions", done.len()) };
    let kept = database.read(|db| store::latest_submission(db, &case.id)).unwrap().unwrap();
    assert_eq!(kept.digest, usve::ids::sha256(kept.content.as_bytes()));
    assert_eq!(kept, *only);
    assert!(!kept.late);
    assert_eq!(year.case().state, CaseState::Submitted);
}

#[actix_web::test]
async fn the_shown_hour_is_the_hour_that_is_enforced_with_its_grace() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    year.fill();
    let (case, head) = (year.case(), year.standing(&year.head));
    let coordinator = year.standing(&year.coordinator);
    let try_at = |seconds: i64| {
        app.travel_to(year.dates.last_moment(case.submission_due) + TimeDelta::seconds(seconds));
        app.app.database.act(|act| {
            let done = submit::submit(act, &head, &year.form, &year.dates, &case.id)?;
            // Taken back in the same act, so that the next try begins as this one did.
            withdraw::withdraw(act, &head, &case.id, "Vi prövar gränsen.")?;
            Ok(done)
        })
    };
    assert_eq!(try_at(1).unwrap_err().code, "deadline_passed");
    assert!(try_at(0).unwrap().late);
    let until = case.submission_due + TimeDelta::days(7);
    app.travel_to(case.submission_due + TimeDelta::hours(3));
    app.act(|act| extend::extend(act, &coordinator, &case.id, until, "Influensan tog halva enheten"));
    let done = app.act(|act| submit::submit(act, &head, &year.form, &year.dates, &case.id));
    assert!(!done.late);
}

#[actix_web::test]
async fn only_the_head_submits() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    year.fill();
    let case = year.case();
    for (person, kind) in [
        (&year.contributor, Kind::Forbidden),
        (&year.stranger, Kind::NotFound),
        (&year.coordinator, Kind::NotFound),
    ] {
        let standing = year.standing(person);
        let problem = app
            .app
            .database
            .act(|act| submit::submit(act, &standing, &year.form, &year.dates, &case.id))
            .unwrap_err();
        assert_eq!(problem.kind, kind);
    }
}

#[actix_web::test]
async fn completion_opens_only_the_named_criteria_and_only_once() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    year.submit();
    let (case, head, coordinator) =
        (year.case(), year.standing(&year.head), year.standing(&year.coordinator));
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
    let save = |criterion: &'static str, field: &str, seen| {
        app.app.database.act(|act| {
            let fields = typed(&[(field, "12")]);
            save_answer(act, &head, &year.form, &case.id, Save { criterion, fields, seen })
        })
    };
    assert_eq!(save("A2", "meetings_held", 1).unwrap().version, 2);
    assert_eq!(save("A4", "follow_ups", 1).unwrap_err().code, "not_returned");
    app.act(|act| submit::submit(act, &head, &year.form, &year.dates, &case.id));
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

#[actix_web::test]
async fn a_criterion_without_an_answer_or_that_does_not_apply_does_not_stop_the_rest() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    year.fill();
    let (case, head, coordinator) =
        (year.case(), year.standing(&year.head), year.standing(&year.coordinator));
    app.act(|act| {
        declare_missing::declare_missing(act, &head, &year.form, &case.id, "E6", "Vi har ingen ännu.", 1)
    });
    app.act(|act| not_applicable::ask(act, &head, &year.form, &case.id, "A7", "Vi ingår inte i någon hubb."));
    let refused = app
        .app
        .database
        .act(|act| not_applicable::ask(act, &head, &year.form, &case.id, "A1", "Vi vill inte."))
        .unwrap_err();
    assert_eq!(refused.code, "always_applies");
    app.act(|act| submit::submit(act, &head, &year.form, &year.dates, &case.id));
    app.act(|act| {
        not_applicable::decide(act, &coordinator, &case.id, "A7", true, "Hubben startar nästa år.")
    });
    let approved = app.app.database.read(|db| not_applicable::approved(db, &case.id)).unwrap();
    assert_eq!(approved, ["A7"]);
    let missing = app.app.database.read(|db| store::missing_criteria(db, &case.id)).unwrap();
    assert_eq!(missing, ["E6"]);
}

#[actix_web::test]
async fn the_area_page_saves_by_an_ordinary_form_and_shows_both_texts_when_stale() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let head = app.signed_in(&year.head);
    let page = head.get("/enhet/kardiologi/2026/A").await.expect_status(200).text();
    assert!(page.contains("name=\"A2.meetings_held\""), "{page}");
    let sent = [("version.A2", "0"), ("A2.meetings_held", "10"), ("do", "save")];
    head.post_form("/enhet/kardiologi/2026/A", &sent).await.expect_status(303);
    let page = head.get("/enhet/kardiologi/2026/A").await.text();
    assert!(page.contains("value=\"10\""));
    let late = [("version.A2", "0"), ("A2.meetings_held", "11 <b>"), ("do", "save")];
    let conflict = head.post_form("/enhet/kardiologi/2026/A", &late).await.expect_status(409).text();
    assert!(conflict.contains("11 &#60;b&#62;") && conflict.contains("10\u{a0}möten"), "{conflict}");
    // The answer to a saving may be lost on its way; sending it again is no conflict.
    head.post_form("/enhet/kardiologi/2026/A", &sent).await.expect_status(303);
}

#[actix_web::test]
async fn the_form_of_an_upload_stands_before_its_file_so_that_its_token_is_sent_first() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let page = app.signed_in(&year.head).get("/enhet/kardiologi/2026/A").await.expect_status(200).text();
    let form = page.find("id=\"upload-A1\"").unwrap();
    let file = page.find("form=\"upload-A1\"").unwrap();
    assert!(form < file, "a browser sends controls in the page's order");
}

#[actix_web::test]
async fn whoever_is_done_with_the_background_goes_on_to_the_first_area() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let head = app.signed_in(&year.head);
    let path = "/enhet/kardiologi/2026/bakgrund";
    let empty = [("version.background", "0"), ("do", "ready")];
    let refused = head.post_form(path, &empty).await.expect_status(422).text();
    assert!(refused.contains("saker behöver göras innan sidan är klar"), "{refused}");
    year.fill();
    let version = year.entered().version_of("background").to_string();
    let done = [("version.background", version.as_str()), ("background.beds", "7"), ("do", "ready")];
    let next = head.post_form(path, &done).await.expect_status(303);
    assert_eq!(next.header("location"), "/enhet/kardiologi/2026/A");
}

#[actix_web::test]
async fn a_page_that_is_sent_whole_changes_only_what_was_changed_on_it() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let (case, head) = (year.case(), year.standing(&year.head));
    let person = app.signed_in(&year.head);
    let address = "/enhet/kardiologi/2026/A";
    let first = [("version.A2", "0"), ("A2.meetings_held", "10"), ("version.A3", "0"), ("A3.motivation", "")];
    person.post_form(address, &first).await.expect_status(303);
    let version = |criterion: &str| year.entered().version_of(criterion);
    assert_eq!((version("A2"), version("A3")), (1, 0), "nothing was written in A3");
    app.act(|act| {
        declare_missing::declare_missing(act, &head, &year.form, &case.id, "A3", "Finns inte än.", 0)
    });
    // A colleague's page is older than A2 and A3 now; they changed A4 only.
    let colleague = [
        ("version.A2", "0"),
        ("A2.meetings_held", ""),
        ("version.A3", "0"),
        ("A3.motivation", ""),
        ("version.A4", "0"),
        ("A4.motivation", "Samordnat med hubben."),
    ];
    app.signed_in(&year.contributor).post_form(address, &colleague).await.expect_status(303);
    assert_eq!((version("A2"), version("A3"), version("A4")), (1, 1, 1));
    assert_eq!(year.entered().answers["A3"].declared_missing.as_deref(), Some("Finns inte än."));
    assert_eq!(year.entered().answers_to("A2")["meetings_held"], "10");
}

#[actix_web::test]
async fn in_a_completion_the_page_takes_the_returned_criteria_and_shows_the_others() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    year.submit();
    let coordinator = year.standing(&year.coordinator);
    let wanted = [("A2".to_owned(), "Hur många möten hölls?".to_owned())];
    app.act(|act| {
        let (form, dates, case) = (&year.form, &year.dates, year.case());
        return_for_completion::return_for_completion(act, &coordinator, form, dates, &case.id, &wanted)
    });
    let head = app.signed_in(&year.head);
    let address = "/enhet/kardiologi/2026/A";
    let page = head.get(address).await.expect_status(200).text();
    assert!(page.contains("name=\"version.A2\"") && page.contains("name=\"A2.meetings_held\""));
    assert!(!page.contains("name=\"version.A1\"") && !page.contains("name=\"A1."), "A1 is only read");
    assert!(page.contains("Bara de kriterier som ska kompletteras går att ändra."));
    let sent = [("version.A2", "1"), ("A2.meetings_held", "12"), ("do", "save")];
    head.post_form(address, &sent).await.expect_status(303);
    assert_eq!(year.entered().answers_to("A2")["meetings_held"], "12");
    let closed = [("version.A1", "1"), ("A1.motivation", "Något helt annat."), ("do", "save")];
    let refused = head.post_form(address, &closed).await.expect_status(409).text();
    assert!(refused.contains("Kriterium A1 ingår inte i kompletteringen"), "{refused}");
    let until = "2027-01-08";
    let coordinator = app.signed_in(&year.coordinator);
    let more = [("until", until), ("reason", "Chefen är sjuk.")];
    coordinator.post_form("/cykel/2026/kardiologi/forlang", &more).await.expect_status(303);
    assert_eq!(year.case().due(), usve::cycles::calendar::end_of(until.parse().unwrap()));
}

#[actix_web::test]
async fn the_script_is_told_a_text_that_came_second_from_a_place_that_is_closed() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let head = app.signed_in(&year.head);
    let address = "/enhet/kardiologi/2026/A";
    let token = head.form_token();
    let saving = async |number: &str| {
        let sent = [("csrf", token.as_str()), ("version.A2", "0"), ("A2.meetings_held", number)];
        let request = head.request(Method::POST, address).insert_header(("X-Autosave", "1")).set_form(sent);
        head.send(request).await
    };
    saving("10").await.expect_status(200);
    assert_eq!(saving("11").await.expect_status(409).header("x-problem"), "stale");
    let coordinator = app.signed_in(&year.coordinator);
    let leaves = [("reason", "Enheten slås ihop.")];
    coordinator.post_form("/cykel/2026/kardiologi/utgar", &leaves).await.expect_status(303);
    assert_eq!(saving("12").await.expect_status(409).header("x-problem"), "wrong_state");
}
