//! From the fact check to the release: what is fixed, who sees it when, and every refusal on the way.

use std::collections::BTreeMap;

use crate::reviewed_case::{REASON, World, code, kind};
use usve::assessments::not_submitted;
use usve::cycles;
use usve::identity::standing::Party;
use usve::number::exact;
use usve::problem::{Kind, Problem};
use usve::results::documents::{self, Order, Verdict};
use usve::results::preview::{self, Recipient};
use usve::results::{FixedResult, correct_result, fact_check, finalise, release, view};
use usve::reviews::{Level, correct};
use usve::scoring::{self, CriterionState, Outcome};
use usve::state::CaseState;
use usve::text::Lang;

fn level(number: u8) -> Level {
    Level::new(number).unwrap()
}

fn comment(world: &World, who: &str, criterion: &str, text: &str) -> Result<(), Problem> {
    world.act(who, |act, standing| {
        fact_check::comment(act, standing, &world.form, &world.case, criterion, text)
    })
}

fn send(world: &World, who: &str) -> Result<CaseState, Problem> {
    world.act(who, |act, standing| fact_check::send(act, standing, &world.case)).map(|case| case.state)
}

fn answer(world: &World, who: &str, criterion: &str) -> Result<(), Problem> {
    world.act(who, |act, standing| {
        fact_check::answer(act, standing, &world.case, criterion, "Vi har läst det.")
    })
}

fn correct(world: &World, who: &str, criterion: &str, to: u8) -> Result<CriterionState, Problem> {
    world.act(who, |act, standing| {
        correct::correct(act, standing, &world.form, &world.case, criterion, level(to), REASON)
    })
}

fn fix(world: &World, who: &str) -> Result<FixedResult, Problem> {
    world.act(who, |act, standing| finalise::finalise(act, standing, &world.form, "USVE", &world.case))
}

fn sees_result(world: &World, who: &str) -> bool {
    let case = world.case();
    match world.database.read(|db| view::result(db, &world.standing(who), &world.form, &case)) {
        Ok(_) => true,
        Err(problem) => {
            assert_eq!(problem.kind, Kind::NotFound, "{who}");
            false
        }
    }
}

#[test]
fn the_worked_example_is_fixed_with_its_published_numbers() {
    let world = &World::new();
    world.work_example(&world.case);
    let fixed = world.fix(&world.case);
    assert_eq!(exact(fixed.scored.total.as_ref().unwrap()), "965/16");
    assert_eq!(fixed.outcome(), Some(Outcome::V));
    assert_eq!(fixed.scored.unmet_minimum, Some(vec!["E2".to_owned()]));
    let states: Vec<CriterionState> = fixed.scored.criteria.iter().map(|(_, one)| one.state).collect();
    assert_eq!(
        states,
        [
            CriterionState::Agreed,
            CriterionState::Revised,
            CriterionState::Median,
            CriterionState::NotApplicable,
            CriterionState::Mean,
            CriterionState::Agreed,
            CriterionState::Missing,
            CriterionState::Agreed
        ]
    );
    assert_eq!(world.state(), CaseState::Final);
    assert_eq!(world.case().registry_number.as_deref(), Some("USVE 2026/0001"));
    world.assert_sound();
}

#[test]
fn anybody_can_recompute_a_fixed_result_from_what_is_stored() {
    let world = &World::new();
    world.work_example(&world.case);
    world.fix(&world.case);
    let case = world.case();
    let stored = world.database.read(|db| view::versions(db, &world.standing("karin"), &case)).unwrap();
    let again = scoring::score(&stored[0].judged, &world.form.rules, &world.form.key()).unwrap();
    assert_eq!(again, stored[0].scored);
}

#[test]
fn a_result_is_fixed_only_by_a_coordinator_and_after_the_units_time() {
    let world = &World::new();
    world.work_example(&world.case);
    assert_eq!(code(fix(world, "karin")), "fact_check_runs");
    for who in ["hanna", "ulla", "rolf", "sven", "gun", "adam"] {
        assert!(matches!(kind(fix(world, who)), Kind::NotFound | Kind::Forbidden), "{who}");
    }
    assert_eq!(
        kind(world.act("ulla", |act, standing| fact_check::no_comments(act, standing, &world.case))),
        Kind::Forbidden
    );
    world.act("hanna", |act, standing| fact_check::no_comments(act, standing, &world.case)).unwrap();
    fix(world, "karin").unwrap();
    assert_eq!(code(fix(world, "karin")), "wrong_state");
}

#[test]
fn a_result_is_not_fixed_while_anything_is_open() {
    let world = &World::new();
    world.begin_scoring("hanna", &world.case);
    assert_eq!(code(fix(world, "karin")), "wrong_state");
}

#[test]
fn the_unit_comments_on_facts_and_every_comment_is_answered() {
    let world = &World::new();
    world.work_example(&world.case);
    assert_eq!(code(send(world, "hanna")), "no_comments");
    assert_eq!(kind(comment(world, "olle", "A3", "Fel antal")), Kind::NotFound);
    assert_eq!(kind(comment(world, "ulla", "A3", "Fel antal")), Kind::Forbidden);
    assert_eq!(kind(comment(world, "hanna", "Z9", "Fel antal")), Kind::NotFound);
    comment(world, "hanna", "A3", "Antalet är fel: det var tolv.").unwrap();
    comment(world, "hanna", "E1", "Ska bort").unwrap();
    comment(world, "hanna", "E1", "").unwrap();
    let closed = world.act("hanna", |act, standing| fact_check::no_comments(act, standing, &world.case));
    assert_eq!(code(closed), "comments_open");
    assert_eq!(code(send(world, "karin")), "fact_check_runs");
    assert_eq!(send(world, "hanna").unwrap(), CaseState::Commented);
    assert_eq!(code(comment(world, "hanna", "E1", "Sent")), "wrong_state");
    assert_eq!(code(fix(world, "karin")), "comments_open");
    assert_eq!(code(answer(world, "rolf", "E1")), "no_comment");
    assert_eq!(kind(answer(world, "hanna", "A3")), Kind::Forbidden);
    answer(world, "rolf", "A3").unwrap();
    assert_eq!(code(answer(world, "karin", "A3")), "no_comment");
    let case = world.case();
    let comments =
        world.database.read(|db| view::fact_comments(db, &world.standing("hanna"), &case)).unwrap();
    assert_eq!(comments.len(), 1);
    assert!(comments[0].answer.is_some());
    fix(world, "karin").unwrap();
}

#[test]
fn comments_that_were_written_and_not_sent_are_not_lost() {
    let world = &World::new();
    world.work_example(&world.case);
    comment(world, "hanna", "A3", "Antalet är fel.").unwrap();
    world.days_pass(30);
    assert_eq!(code(comment(world, "hanna", "E1", "För sent.")), "fact_check_over");
    assert_eq!(code(fix(world, "karin")), "comments_open");
    assert_eq!(send(world, "karin").unwrap(), CaseState::Commented);
}

#[test]
fn a_score_is_corrected_once_and_only_after_comments() {
    let world = &World::new();
    world.work_example(&world.case);
    assert_eq!(code(correct(world, "ulla", "E1", 2)), "wrong_state");
    comment(world, "hanna", "E1", "Uppgiften gäller fel år.").unwrap();
    send(world, "hanna").unwrap();
    assert_eq!(correct(world, "ulla", "E1", 2).unwrap(), CriterionState::Corrected);
    assert_eq!(code(correct(world, "ulla", "E1", 3)), "corrected_before");
    for settled_without in ["A4", "E3"] {
        assert_eq!(code(correct(world, "rolf", settled_without, 3)), "correction_not_allowed");
    }
    assert_eq!(kind(correct(world, "sven", "A3", 2)), Kind::NotFound);
    answer(world, "ulla", "E1").unwrap();
    let fixed = fix(world, "karin").unwrap();
    assert_eq!(exact(fixed.scored.criteria.get("E1").unwrap().value.as_ref().unwrap()), "2");
}

#[test]
fn a_correction_that_opens_a_gap_leads_to_a_further_review_and_a_new_fact_check() {
    let world = &World::new();
    world.work_example(&world.case);
    comment(world, "hanna", "A1", "Beslutet gällde inte.").unwrap();
    send(world, "hanna").unwrap();
    assert_eq!(correct(world, "ulla", "A1", 1).unwrap(), CriterionState::NeedsFurther);
    answer(world, "ulla", "A1").unwrap();
    let first_due = world.case().fact_check_due;
    assert_eq!(code(fix(world, "karin")), "result_open");
    assert_eq!(world.send_further("siv", &world.case, &["A1"]).unwrap().state, CaseState::Further);
    world.declare("siv", &world.case).unwrap();
    world.score("siv", &world.case, "A1", "2").unwrap();
    world.days_pass(3);
    assert_eq!(world.lock("siv", &world.case).unwrap().state, CaseState::FactCheck);
    assert!(world.case().fact_check_due > first_due);
    let fixed = world.fix(&world.case);
    let a1 = fixed.scored.criteria.get("A1").unwrap();
    assert_eq!((a1.state, exact(a1.value.as_ref().unwrap())), (CriterionState::Median, "2".to_owned()));
    world.assert_sound();
}

#[test]
fn both_may_correct_so_that_no_gap_is_left() {
    let world = &World::new();
    world.work_example(&world.case);
    comment(world, "hanna", "A1", "Beslutet gällde inte.").unwrap();
    send(world, "hanna").unwrap();
    assert_eq!(correct(world, "ulla", "A1", 1).unwrap(), CriterionState::NeedsFurther);
    assert_eq!(correct(world, "rolf", "A1", 1).unwrap(), CriterionState::Corrected);
    answer(world, "rolf", "A1").unwrap();
    assert_eq!(
        fix(world, "karin").unwrap().scored.unmet_minimum,
        Some(vec!["A1".to_owned(), "E2".to_owned()])
    );
}

#[test]
fn a_case_that_never_came_in_is_fixed_as_not_assessable() {
    let world = &World::new();
    world.days_pass(90);
    let dates = world.database.read(|db| cycles::store::cycle(db, 2026)).unwrap().dates;
    world
        .act("karin", |act, standing| {
            not_submitted::mark(act, standing, &dates, &world.case, "Påmind tre gånger.")
        })
        .unwrap();
    let fixed = fix(world, "karin").unwrap();
    assert_eq!(fixed.outcome(), Some(Outcome::E));
    assert!(fixed.judged.judgements.is_empty());
    world.assert_sound();
}

#[test]
fn results_open_to_each_reader_in_their_turn() {
    let world = &World::new();
    world.begin_scoring("hanna", &world.case);
    for who in ["hanna", "karin", "ulla", "gun", "olle", "adam"] {
        assert!(!sees_result(world, who), "{who} in the individual review");
    }
    world.lock_both(
        &world.case,
        &[
            ("A1", "3", "3"),
            ("A2", "3", "3"),
            ("A3", "3", "3"),
            ("A4", "3", "3"),
            ("E1", "3", "3"),
            ("E2", "3", "3"),
            ("E4", "3", "3"),
        ],
    );
    assert!(sees_result(world, "ulla") && sees_result(world, "karin"));
    assert!(!sees_result(world, "hanna") && !sees_result(world, "gun"));
    world.sign("ulla", &world.case).unwrap();
    world.sign("rolf", &world.case).unwrap();
    assert!(sees_result(world, "hanna"));
    assert!(!sees_result(world, "gun") && !sees_result(world, "olle"));
    world.fix(&world.case);
    assert!(!sees_result(world, "gun"), "the member of the group has not declared");
    world.declare("gun", &world.case).unwrap();
    assert!(sees_result(world, "gun"));
    assert!(!sees_result(world, "olle"));
    world.release(2026);
    assert!(sees_result(world, "olle") && sees_result(world, "unni"));
}

#[test]
fn a_release_takes_one_coordinator_from_each_authority() {
    let world = &World::new();
    let ask = |who: &str| world.act(who, |act, standing| release::ask(act, standing, 2026));
    let confirm = |who: &str| world.act(who, |act, standing| release::confirm(act, standing, 2026));
    assert_eq!(code(ask("karin")), "nothing_fixed");
    world.agree("hanna", &world.case, "3");
    world.fix(&world.case);
    assert_eq!(code(confirm("lars")), "release_not_asked");
    for who in ["hanna", "ulla", "gun", "adam"] {
        assert_eq!(kind(ask(who)), Kind::NotFound, "{who}");
    }
    ask("karin").unwrap();
    assert_eq!(code(ask("lars")), "release_asked");
    for who in ["karin", "kjell"] {
        assert_eq!(code(confirm(who)), "same_authority", "{who}");
    }
    assert_eq!(kind(confirm("gun")), Kind::NotFound);
    assert_eq!(world.state(), CaseState::Final);
    let released = confirm("lars").unwrap();
    assert_eq!(released.released.len(), 1);
    assert_eq!(released.left_out.iter().map(|case| case.state).collect::<Vec<_>>(), [CaseState::Draft]);
    assert_eq!(world.state(), CaseState::Released);
    assert_eq!(code(confirm("lars")), "release_not_asked");
    assert_eq!(code(ask("karin")), "nothing_fixed");
    world.assert_sound();
}

#[test]
fn a_request_for_release_can_be_taken_back() {
    let world = &World::new();
    world.agree("hanna", &world.case, "3");
    world.fix(&world.case);
    world.act("karin", |act, standing| release::ask(act, standing, 2026)).unwrap();
    world.act("kjell", |act, standing| release::take_back(act, standing, 2026)).unwrap();
    assert_eq!(
        code(world.act("lars", |act, standing| release::confirm(act, standing, 2026))),
        "release_not_asked"
    );
}

#[test]
fn a_release_can_be_repeated_for_those_left_out_and_asks_for_plans() {
    let world = &World::new();
    world.work_example(&world.case);
    world.fix(&world.case);
    world.release(2026);
    assert_eq!(world.state(), CaseState::Action, "outcome V demands a plan");
    assert!(world.case().plan_due.is_some());
    world.clock.set(cycles::calendar::end_of(chrono::NaiveDate::from_ymd_opt(2026, 3, 30).unwrap()));
    world.agree("olle", &world.other, "4");
    world.fix(&world.other);
    assert_eq!(world.case_of(&world.other).registry_number.as_deref(), Some("USVE 2026/0002"));
    let released = world.release(2026);
    assert_eq!(released.released.iter().map(|case| case.state).collect::<Vec<_>>(), [CaseState::Released]);
    assert!(released.left_out.is_empty());
    world.assert_sound();
}

#[test]
fn a_corrected_result_is_a_new_version_and_the_old_one_stays() {
    let world = &World::new();
    world.work_example(&world.case);
    let first = world.fix(&world.case);
    let correct = |criterion: &str, party, to, reason: &str| {
        let levels = BTreeMap::from([((criterion.to_owned(), party), level(to))]);
        world.act("karin", |act, standing| {
            correct_result::correct_result(act, standing, &world.form, &world.case, &levels, reason)
        })
    };
    assert_eq!(code(correct("E1", Party::Region, 3, "")), "reason_missing");
    assert_eq!(code(correct("A1", Party::Region, 1, "Fel avläst")), "result_open");
    assert_eq!(code(correct("E1", Party::Further, 3, "Fel avläst")), "correction_not_allowed");
    let second = correct("E1", Party::Region, 3, "Fel avläst i protokollet").unwrap();
    assert_eq!((second.number, second.reason.as_deref()), (2, Some("Fel avläst i protokollet")));
    assert_ne!(second.scored.total, first.scored.total);
    let case = world.case();
    let versions = world.database.read(|db| view::versions(db, &world.standing("karin"), &case)).unwrap();
    assert_eq!(versions, [second, first]);
    world.assert_sound();
}

#[test]
fn an_issued_document_is_kept_once_and_known_by_its_bytes() {
    let world = &World::new();
    world.work_example(&world.case);
    let fixed = world.fix(&world.case);
    let order = Order { result: fixed.id.clone(), language: Lang::Sv };
    let case = world.case();
    let newest =
        |who: &str| world.database.read(|db| documents::newest(db, &world.standing(who), &case, Lang::Sv));
    assert!(newest("karin").unwrap().is_none(), "the job has not run");
    world.database.act(|act| documents::keep(act, &order, b"rapport")).unwrap();
    world.database.act(|act| documents::keep(act, &order, b"en annan")).unwrap();
    assert_eq!(newest("karin").unwrap().unwrap().1, b"rapport");
    for who in ["olle", "gun", "adam"] {
        assert_eq!(kind(newest(who)), Kind::NotFound, "{who}");
    }
    let verify = |bytes: &[u8]| world.database.read(|db| documents::verify(db, bytes)).unwrap();
    assert!(matches!(verify(b"rapport"), Verdict::Genuine(_)));
    assert_eq!(verify(b"en annan"), Verdict::Unknown);
    let levels = BTreeMap::from([(("E1".to_owned(), Party::Region), level(3))]);
    world
        .act("karin", |act, standing| {
            correct_result::correct_result(act, standing, &world.form, &world.case, &levels, "Fel avläst")
        })
        .unwrap();
    assert!(matches!(verify(b"rapport"), Verdict::Superseded(_)));
    assert!(newest("karin").unwrap().is_none(), "the new version has no document yet");
}

#[test]
fn an_overview_shows_each_reader_only_what_they_may_read() {
    let world = &World::new();
    world.agree("hanna", &world.case, "3");
    world.fix(&world.case);
    let overview = |who: &str| {
        let rows = world.database.read(|db| view::overview(db, &world.standing(who), 2026)).unwrap();
        rows.into_iter()
            .map(|row| (row.case.unit.slug, row.result.map(|result| result.outcome)))
            .collect::<Vec<_>>()
    };
    let kardiologi = ("kardiologi".to_owned(), Some(Some(Outcome::G)));
    assert_eq!(overview("karin"), [kardiologi.clone(), ("ortopedi".to_owned(), None)]);
    assert_eq!(overview("hanna"), std::slice::from_ref(&kardiologi));
    assert_eq!(overview("olle"), [("ortopedi".to_owned(), None)]);
    assert_eq!(overview("gun"), []);
    world.declare("gun", &world.case).unwrap();
    assert_eq!(overview("gun"), std::slice::from_ref(&kardiologi));
    world.release(2026);
    assert_eq!(overview("olle"), [kardiologi, ("ortopedi".to_owned(), None)]);
}

#[test]
fn two_cases_fixed_at_once_get_different_registry_numbers() {
    let world = &World::new();
    world.agree("hanna", &world.case, "3");
    world.agree("olle", &world.other, "3");
    world.days_pass(30);
    let barrier = std::sync::Barrier::new(2);
    std::thread::scope(|scope| {
        for case in [&world.case, &world.other] {
            let barrier = &barrier;
            scope.spawn(move || {
                barrier.wait();
                world
                    .act("karin", |act, standing| {
                        finalise::finalise(act, standing, &world.form, "USVE", case)
                    })
                    .unwrap();
            });
        }
    });
    let mut numbers = [&world.case, &world.other].map(|case| world.case_of(case).registry_number.unwrap());
    numbers.sort();
    assert_eq!(numbers, ["USVE 2026/0001", "USVE 2026/0002"]);
}

#[test]
fn what_is_left_out_of_a_release_says_why() {
    for state in CaseState::ALL {
        let why = release::why_left_out(*state);
        assert!(why.sv.ends_with('.') && why.en.ends_with('.') && why.sv != why.en, "{state:?}");
    }
}

#[test]
fn a_release_is_previewed_as_each_recipient_and_shows_what_they_then_read() {
    let world = &World::new();
    world.work_example(&world.case);
    world.fix(&world.case);
    let seen = |who: &str, recipient| {
        world.database.read(|db| preview::preview(db, &world.standing(who), "kardiologi", 2026, recipient))
    };
    for recipient in Recipient::ALL {
        for who in ["hanna", "ulla", "gun", "adam"] {
            assert_eq!(kind(seen(who, *recipient)), Kind::NotFound, "{who}");
        }
        let before = seen("karin", *recipient).unwrap();
        assert_eq!(before.case.state, CaseState::Action, "outcome V demands a plan");
        assert_eq!(
            before.reads_result,
            *recipient != Recipient::Anybody,
            "{recipient:?}: the year is not published"
        );
        assert_eq!(world.state(), CaseState::Final, "nothing has happened");
    }
    let other = world
        .database
        .read(|db| preview::preview(db, &world.standing("karin"), "ortopedi", 2026, Recipient::Head));
    assert_eq!(kind(other), Kind::NotFound, "nothing is fixed there");
    let reads = |recipient| seen("karin", recipient).unwrap().reads();
    let foreseen = [Recipient::Head, Recipient::Group, Recipient::SignedIn].map(reads);
    assert!(foreseen[0].contains(&"reviews") && foreseen[0].contains(&"plan"), "{foreseen:?}");
    assert_eq!(foreseen[2], ["reviewers"]);
    // The same people afterwards.
    world.declare("gun", &world.case).unwrap();
    world.release(2026);
    let case = world.case();
    for (who, foreseen) in ["hanna", "gun", "olle"].iter().zip(&foreseen) {
        let after = preview::Seen { case: case.clone(), standing: world.standing(who), reads_result: true };
        assert_eq!(&after.reads(), foreseen, "{who}");
    }
}

#[test]
fn every_version_of_a_result_can_be_read_and_none_that_is_not_there() {
    let world = &World::new();
    world.work_example(&world.case);
    let first = world.fix(&world.case);
    world.release(2026);
    let levels = BTreeMap::from([(("E1".to_owned(), Party::Region), level(3))]);
    let second = world
        .act("karin", |act, standing| {
            correct_result::correct_result(act, standing, &world.form, &world.case, &levels, "Fel avläst")
        })
        .unwrap();
    let case = world.case();
    let version = |number| {
        world
            .database
            .read(|db| view::version(db, &world.standing("olle"), &case, number))
            .map(|read| read.fixed)
    };
    assert_eq!(version(1).unwrap(), Some(first));
    assert_eq!(version(2).unwrap(), Some(second));
    assert_eq!(kind(version(3)), Kind::NotFound);
}

#[test]
fn what_a_reader_may_not_know_of_the_reviews_is_not_in_the_exported_case() {
    let world = &World::new();
    world.work_example(&world.case);
    let fixed = world.fix(&world.case);
    world.release(2026);
    let case = world.case();
    let export = |who: &str| {
        let standing = world.standing(who);
        let read = world.database.read(|db| view::result(db, &standing, &world.form, &case)).unwrap();
        view::export(&standing, &world.form, &case, &read)
    };
    for who in ["karin", "hanna", "olle"] {
        let text = serde_json::to_string(&export(who)).unwrap();
        let (status, again) = usve::cli::score::run(&text, None, &world.form.rules, "others");
        let again: scoring::Scored = serde_json::from_str(&again).unwrap();
        assert_eq!(status, 0, "{who}");
        assert_eq!(
            (&again.total, again.outcome, &again.areas),
            (&fixed.scored.total, fixed.outcome(), &fixed.scored.areas)
        );
        assert_eq!(
            (&again.missing_share, &again.change),
            (&fixed.scored.missing_share, &fixed.scored.change)
        );
        assert_eq!(text.contains("revised"), who != "olle", "{who}");
    }
    assert_eq!(export("karin").judgements, fixed.judged.judgements);
}
