//! The acts of a round: who may do them, in which state, and what they leave behind.

use usve::calibration::score::{Draft, save};
use usve::calibration::{clarify, close, edit, open, pick, remind, store, view};
use usve::identity::GrantedRole;
use usve::number::exact;
use usve::problem::Kind;
use usve::reviews::Score;

use super::{NEXT, Rounds};
use crate::support::TestApp;

#[actix_web::test]
async fn only_released_cases_of_other_units_and_earlier_years_can_be_picked() {
    let app = TestApp::new().await;
    let rounds = Rounds::planned(&app);
    let year = &rounds.year;
    for (person, kind) in [(&year.university, Kind::NotFound), (&year.head, Kind::NotFound)] {
        assert_eq!(rounds.pick(person).unwrap_err().kind, kind);
    }
    // The coordinator of the own unit.
    let own = rounds.another_coordinator();
    rounds.with_role(&own, GrantedRole::Coordinator, None);
    rounds.with_role(&own, GrantedRole::Contributor, None);
    assert_eq!(rounds.pick(&own).unwrap_err().code, "not_eligible");
    // A case that is not released, and one of the round's own year.
    let coordinator = rounds.standing(&year.coordinator);
    let library = &app.app.forms;
    for source in [("ortopedi", 2026), ("kardiologi", 2027), ("annan", 2026)] {
        let tried = app.app.database.act(|act| pick::pick(act, &coordinator, (library, 2), NEXT, source));
        assert_eq!(tried.unwrap_err().code, "not_eligible", "{source:?}");
    }
    assert_eq!(rounds.pick(&year.coordinator).unwrap().address(), "2027-1");
    assert_eq!(rounds.pick(&year.coordinator).unwrap_err().code, "not_eligible", "it is picked already");
    // Whom the case is of finds nothing of it.
    let tied = rounds.standing(&own);
    let found = app.app.database.read(|db| view::coordinated_case(db, &tied, NEXT, 1));
    assert_eq!(found.unwrap_err().kind, Kind::NotFound);
    let opened = app.app.database.act(|act| open::open(act, &tied, NEXT, None, true));
    assert_eq!(opened.unwrap_err().kind, Kind::Forbidden);
}

#[actix_web::test]
async fn a_round_takes_no_more_cases_than_its_setting() {
    let app = TestApp::new().await;
    let rounds = Rounds::planned(&app);
    let coordinator = rounds.standing(&rounds.year.coordinator);
    let tried = app
        .app
        .database
        .act(|act| pick::pick(act, &coordinator, (&app.app.forms, 0), NEXT, ("kardiologi", 2026)));
    assert_eq!(tried.unwrap_err().code, "round_is_full");
    assert!(app.app.database.read(|db| store::known_round(db, NEXT)).unwrap().is_none(), "nothing is left");
}

#[actix_web::test]
async fn a_mended_text_is_a_version_and_nothing_changes_after_the_opening() {
    let app = TestApp::new().await;
    let rounds = Rounds::preparing(&app);
    let coordinator = rounds.standing(&rounds.year.coordinator);
    let place = (NEXT, 1, "A1");
    let known = app.app.database.read(|db| view::coordinated_case(db, &coordinator, NEXT, 1)).unwrap();
    let texts = || {
        let copy = app.app.database.read(|db| view::copy(db, &known)).unwrap();
        let (version, content) = &copy["A1"];
        let fields = usve::calibration::copy::fields(&rounds.form, rounds.form.criterion("A1"));
        (*version, usve::calibration::copy::texts(&fields, content))
    };
    let (version, before) = texts();
    assert_eq!(version, 1);
    let first = before.first().unwrap().place.clone();
    let change = |seen, place_: &str| {
        let new = [(place_.to_owned(), "Ändrad text".to_owned())];
        app.app.database.act(|act| edit::edit(act, &coordinator, &rounds.form, place, seen, &new))
    };
    assert_eq!(change(1, &first).unwrap(), 2);
    assert_eq!(change(2, &first).unwrap(), 2, "the same again is no new version");
    assert_eq!(change(1, &first).unwrap_err().kind, Kind::Stale);
    assert_eq!(change(2, "nowhere").unwrap_err().kind, Kind::NotFound);
    assert_eq!(texts().1.first().unwrap().text, "Ändrad text");
    let versions = app.app.database.read(|db| view::versions(db, &known, "A1")).unwrap();
    assert_eq!(versions.len(), 2);
    let unread = app.app.database.act(|act| open::open(act, &coordinator, NEXT, None, false));
    assert_eq!(unread.unwrap_err().code, "texts_not_read");
    app.act(|act| open::open(act, &coordinator, NEXT, None, true));
    assert_eq!(change(2, &first).unwrap_err().code, "wrong_round_state");
    let left_out = app.app.database.act(|act| pick::leave_out(act, &coordinator, NEXT, 1));
    assert_eq!(left_out.unwrap_err().code, "wrong_round_state");
}

#[actix_web::test]
async fn a_case_that_is_left_out_can_be_picked_again() {
    let app = TestApp::new().await;
    let rounds = Rounds::preparing(&app);
    let coordinator = rounds.standing(&rounds.year.coordinator);
    app.act(|act| pick::leave_out(act, &coordinator, NEXT, 1));
    let empty = app.app.database.act(|act| open::open(act, &coordinator, NEXT, None, true));
    assert_eq!(empty.unwrap_err().code, "no_cases");
    assert_eq!(rounds.pick(&rounds.year.coordinator).unwrap().number, 1);
}

#[actix_web::test]
async fn registered_reviewers_get_mail_and_whoever_coordinates_scores_nothing() {
    let app = TestApp::new().await;
    let rounds = Rounds::preparing(&app);
    let year = &rounds.year;
    rounds.with_role(&year.other_coordinator, GrantedRole::Reviewer, None);
    rounds.with_role(&year.group, GrantedRole::Reviewer, Some(2026));
    rounds.with_role(&year.stranger, GrantedRole::Reviewer, Some(NEXT));
    app.mails().await;
    let coordinator = rounds.standing(&year.coordinator);
    let due = chrono::NaiveDate::from_ymd_opt(2027, 1, 29);
    app.act(|act| open::open(act, &coordinator, NEXT, due, true));
    let mut told: Vec<String> = app.mails().await.into_iter().map(|mail| mail.to_name).collect();
    told.sort();
    assert_eq!(told, ["Axel Annan", "Lova Låtsas", "Rune Rollspel", "Ylva Ytterligare"]);
    let standing = rounds.standing(&year.other_coordinator);
    let draft = Draft { score: Score::from_text("2"), reason: String::new() };
    let tried = app.app.database.act(|act| save(act, &standing, &rounds.form, (NEXT, 1, "A1"), 0, &draft));
    assert_eq!(tried.unwrap_err().kind, Kind::NotFound);
    // Those who have not locked are reminded, once a day.
    rounds.score_all(&year.university, |_| "2");
    rounds.lock(&year.university).unwrap();
    assert_eq!(app.act(|act| remind::remind(act, &coordinator, NEXT)), 3);
    assert_eq!(app.act(|act| remind::remind(act, &coordinator, NEXT)), 3);
    let reminded = app.mails().await;
    assert_eq!(reminded.len(), 3, "{reminded:?}");
    for mail in &reminded {
        assert!(mail.text.contains("/ovning") && !mail.text.contains("Kardiologi"), "{}", mail.text);
    }
    app.travel(chrono::TimeDelta::days(1));
    app.act(|act| remind::remind(act, &coordinator, NEXT));
    assert_eq!(app.mails().await.len(), 3);
}

#[actix_web::test]
async fn a_review_is_locked_when_every_criterion_has_a_level_and_then_stands() {
    let app = TestApp::new().await;
    let rounds = Rounds::open(&app);
    let reviewer = &rounds.year.university;
    let standing = rounds.standing(reviewer);
    let try_save = |criterion: &str, seen, score: &str, reason: &str| {
        let draft = Draft { score: Score::from_text(score), reason: reason.to_owned() };
        let place = (NEXT, 1, criterion);
        app.app.database.act(|act| save(act, &standing, &rounds.form, place, seen, &draft))
    };
    assert_eq!(rounds.lock(reviewer).unwrap_err().errors.len(), rounds.form.criteria().count());
    assert_eq!(try_save("A1", 0, "NA", "").unwrap_err().code, "unknown_score");
    assert_eq!(try_save("Z9", 0, "2", "").unwrap_err().kind, Kind::NotFound);
    assert_eq!(try_save("background", 0, "2", "").unwrap_err().kind, Kind::NotFound);
    assert_eq!(try_save("A1", 0, "2", &"x".repeat(1501)).unwrap_err().code, "reason_too_long");
    assert_eq!(try_save("A1", 0, "2", "").unwrap().version, 1);
    assert_eq!(try_save("A1", 0, "3", "").unwrap_err().kind, Kind::Stale);
    assert_eq!(try_save("A1", 1, "K", "Fri motivering").unwrap().version, 2);
    rounds.score_all(reviewer, |_| "2");
    rounds.lock(reviewer).unwrap();
    assert_eq!(try_save("A1", 3, "4", "").unwrap_err().code, "review_locked");
    assert_eq!(rounds.lock(reviewer).unwrap_err().code, "review_locked");
}

#[actix_web::test]
async fn the_spread_holds_locked_reviews_alone_and_far_levels_ask_for_a_clarification() {
    let app = TestApp::new().await;
    let rounds = Rounds::open(&app);
    let year = &rounds.year;
    rounds.score_all(&year.university, |id| if id == "E2" { "0" } else { "2" });
    rounds.score_all(&year.region, |id| if id == "E2" { "4" } else { "3" });
    rounds.score_all(&year.further, |_| "4");
    rounds.lock(&year.university).unwrap();
    rounds.lock(&year.region).unwrap();
    let coordinator = rounds.standing(&year.coordinator);
    let round = app.app.database.read(|db| store::round(db, NEXT)).unwrap();
    let spread = app.app.database.read(|db| view::spread(db, &coordinator, &round)).unwrap();
    let (near, far) = (&spread["A1"][&1], &spread["E2"][&1]);
    assert_eq!((near.answered(), near.median().as_ref().map(exact).as_deref()), (2, Some("5/2")));
    assert_eq!(far.difference().as_ref().map(exact).as_deref(), Some("4"));
    let unclear = || {
        let clarified = app.app.database.read(|db| view::clarifications(db, &coordinator, &round)).unwrap();
        view::unclear(&rounds.form, &spread, &clarified)
    };
    assert_eq!(unclear(), ["E2"]);
    let write = |seen, text: &str| {
        app.app
            .database
            .act(|act| clarify::clarify(act, &coordinator, &rounds.form, (NEXT, "E2"), seen, text))
    };
    assert_eq!(write(0, " ").unwrap_err().code, "text_missing");
    assert_eq!(write(0, "Räkna bara disputerade.").unwrap().version, 1);
    assert_eq!(write(0, "Annat").unwrap_err().kind, Kind::Stale);
    assert!(unclear().is_empty());
    // It stands beside the anchors once the round has ended, in that year alone.
    let beside = |of| app.app.database.read(|db| view::beside_anchors(db, of)).unwrap();
    assert!(beside(NEXT).is_empty());
    app.act(|act| close::close(act, &coordinator, NEXT));
    assert_eq!(beside(NEXT)["E2"], "Räkna bara disputerade.");
    assert!(beside(2026).is_empty());
    assert_eq!(write(1, "").unwrap().version, 2);
    assert!(beside(NEXT).is_empty() && unclear() == ["E2"]);
    // Nobody scores any more.
    assert_eq!(rounds.lock(&year.further).unwrap_err().code, "wrong_round_state");
    let again = app.app.database.act(|act| close::close(act, &coordinator, NEXT));
    assert_eq!(again.unwrap_err().code, "wrong_round_state");
}

#[actix_web::test]
async fn the_log_never_says_which_case_a_copy_was_made_from() {
    let app = TestApp::new().await;
    let rounds = Rounds::open(&app);
    let case = rounds.year.case();
    rounds.score_all(&rounds.year.university, |_| "2");
    rounds.lock(&rounds.year.university).unwrap();
    let entries =
        app.app.database.read(|db| usve::audit::entries_of(db, &usve::audit::Chain::System)).unwrap();
    let of_rounds: Vec<_> = entries.into_iter().filter(|entry| entry.act.contains("calibration")).collect();
    assert_eq!(of_rounds.len(), 3);
    for entry in of_rounds {
        for word in [case.id.as_str(), "kardiologi", "Kardiologi", "2026"] {
            assert!(!entry.detail.contains(word), "{entry:?}");
        }
    }
}
