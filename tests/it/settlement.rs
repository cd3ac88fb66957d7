//! From two locked reviews to one value a criterion: the discussion, the further review, and every refusal.

use crate::reviewed_case::{REASON, WORKED, World, code, kind};
use usve::identity::standing::Party;
use usve::ids::AssignmentId;
use usve::problem::{Kind, Problem};
use usve::reviews::judgements::Said;
use usve::reviews::{Level, assign, further, settle, store, view};
use usve::scoring::CriterionState;
use usve::state::CaseState;

fn level(number: u8) -> Level {
    Level::new(number).unwrap()
}

fn revise(world: &World, who: &str, criterion: &str, to: u8) -> Result<(), Problem> {
    world.act(who, |act, standing| {
        settle::revise(act, standing, &world.form, &world.case, criterion, level(to), REASON)
    })
}

fn close(world: &World, who: &str, criterion: &str) -> Result<(), Problem> {
    world.act(who, |act, standing| settle::close(act, standing, &world.form, &world.case, criterion))
}

fn sign(world: &World, who: &str) -> Result<CaseState, Problem> {
    world.sign(who, &world.case).map(|case| case.state)
}

fn seat(world: &World, who: &str) -> AssignmentId {
    world.database.read(|db| store::seat(db, &world.case, world.person(who))).unwrap().id
}

fn send_further(world: &World, who: &str, criteria: &[&str]) -> Result<(), Problem> {
    world.send_further(who, &world.case, criteria).map(drop)
}

fn end(world: &World, who: &str) -> Result<CaseState, Problem> {
    let seat = seat(world, who);
    world
        .act("karin", |act, standing| assign::end(act, standing, &world.case, &seat, "Långvarig frånvaro"))
        .map(|case| case.state)
}

/// The worked example up to where only A3 still needs a further reviewer.
fn settle_worked(world: &World) {
    world.begin_scoring("hanna", &world.case);
    world.lock_both(&world.case, &WORKED);
    revise(world, "rolf", "A2", 2).unwrap();
    world.close_discussions(&world.case, &["A2", "A3"]);
}

#[test]
fn the_worked_example_is_settled_step_by_step() {
    let world = &World::new();
    settle_worked(world);
    assert_eq!(sign(world, "ulla").unwrap(), CaseState::Settling);
    assert_eq!(sign(world, "rolf").unwrap(), CaseState::Further);
    send_further(world, "sven", &["A3"]).unwrap();
    world.declare("sven", &world.case).unwrap();
    world.score("sven", &world.case, "A3", "3").unwrap();
    assert_eq!(world.lock("sven", &world.case).unwrap().state, CaseState::FactCheck);
    world.assert_sound();
}

#[test]
fn only_what_differs_is_open_in_the_settlement() {
    let world = &World::new();
    world.begin_scoring("hanna", &world.case);
    world.lock_both(&world.case, &WORKED);
    for settled in ["A1", "E1", "E2", "E3", "A4"] {
        assert_eq!(code(revise(world, "rolf", settled, 3)), "not_discussed", "{settled}");
        assert_eq!(code(close(world, "rolf", settled)), "not_discussed", "{settled}");
    }
    assert_eq!(code(sign(world, "ulla")), "discussion_open");
    let write = |who: &str, text: &str| {
        world.act(who, |act, standing| {
            settle::write_message(act, standing, &world.form, &world.case, "A3", text)
        })
    };
    write("ulla", "Jag ser en fyra här.").unwrap();
    assert_eq!(code(write("rolf", "  ")), "message_length");
    for who in ["karin", "hanna", "sven"] {
        assert!(write(who, "Hej").is_err(), "{who}");
    }
    let case = world.case();
    let view =
        world.database.read(|db| view::settlement(db, &world.standing("karin"), &world.form, &case)).unwrap();
    let a3 = view.criteria.iter().find(|one| one.criterion == "A3").unwrap();
    assert_eq!(a3.messages.len(), 1);
    assert_eq!(a3.status.state, CriterionState::NeedsDiscussion);
}

#[test]
fn a_score_is_revised_once_with_a_reason_and_not_after_the_discussion() {
    let world = &World::new();
    world.begin_scoring("hanna", &world.case);
    world.lock_both(&world.case, &WORKED);
    let short = world.act("rolf", |act, standing| {
        settle::revise(act, standing, &world.form, &world.case, "A3", level(3), "För kort")
    });
    assert_eq!(code(short), "reason_length");
    revise(world, "rolf", "A3", 3).unwrap();
    assert_eq!(code(revise(world, "rolf", "A3", 4)), "revised_before");
    close(world, "ulla", "A3").unwrap();
    assert_eq!(code(close(world, "ulla", "A3")), "closed_before");
    assert_eq!(code(revise(world, "ulla", "A3", 3)), "revised_before");
    close(world, "rolf", "A3").unwrap();
    assert_eq!(code(close(world, "rolf", "A3")), "not_discussed");
}

#[test]
fn a_new_text_takes_signatures_away() {
    let world = &World::new();
    settle_worked(world);
    sign(world, "ulla").unwrap();
    assert_eq!(code(sign(world, "ulla")), "signed_before");
    let write = |seen| {
        world.act("rolf", |act, standing| {
            settle::write_summary(act, standing, &world.case, seen, "Vi är överens.")
        })
    };
    assert_eq!(kind(write(0)), Kind::Stale);
    let written = write(1).unwrap();
    assert_eq!((written.version, written.university_signed_at), (2, None));
    let stale = world.act("rolf", |act, standing| settle::sign(act, standing, &world.form, &world.case, 1));
    assert_eq!(kind(stale), Kind::Stale);
    assert_eq!(sign(world, "rolf").unwrap(), CaseState::Settling);
    assert_eq!(sign(world, "ulla").unwrap(), CaseState::Further);
}

#[test]
fn a_further_reviewer_is_new_blind_and_scores_only_what_was_sent() {
    let world = &World::new();
    settle_worked(world);
    sign(world, "ulla").unwrap();
    sign(world, "rolf").unwrap();
    assert_eq!(code(send_further(world, "sven", &["A1"])), "further_not_needed");
    assert_eq!(code(send_further(world, "sven", &[])), "further_not_needed");
    assert_eq!(code(send_further(world, "ulla", &["A3"])), "seated_before");
    send_further(world, "sven", &["A3"]).unwrap();
    assert_eq!(code(send_further(world, "siv", &["A3"])), "further_not_needed");
    assert_eq!(kind(world.score("sven", &world.case, "A3", "3")), Kind::NotFound, "before declaring");
    world.declare("sven", &world.case).unwrap();
    assert_eq!(kind(world.score("sven", &world.case, "A1", "3")), Kind::NotFound);
    assert_eq!(kind(world.score("sven", &world.case, "A3", "NA")), Kind::NotFound);
    let case = world.case();
    let standing = world.standing("sven");
    assert_eq!(kind(world.database.read(|db| view::reviews(db, &standing, &case))), Kind::NotFound);
    assert_eq!(
        kind(world.database.read(|db| view::settlement(db, &standing, &world.form, &case))),
        Kind::NotFound
    );
    // One who cannot judge is replaced.
    world.score("sven", &world.case, "A3", "K").unwrap();
    assert_eq!(world.lock("sven", &world.case).unwrap().state, CaseState::Further);
    send_further(world, "siv", &["A3"]).unwrap();
    world.declare("siv", &world.case).unwrap();
    world.score("siv", &world.case, "A3", "3").unwrap();
    assert_eq!(world.lock("siv", &world.case).unwrap().state, CaseState::FactCheck);
}

#[test]
fn a_reviewer_who_leaves_takes_the_scores_along_and_the_other_review_stays_locked() {
    let world = &World::new();
    settle_worked(world);
    let nameless = world
        .act("karin", |act, standing| assign::end(act, standing, &world.case, &seat(world, "ulla"), " "));
    assert_eq!(code(nameless), "reason_missing");
    assert_eq!(end(world, "ulla").unwrap(), CaseState::Assigned);
    assert_eq!(kind(world.score("ulla", &world.case, "A1", "3")), Kind::NotFound);
    let fill = |who| {
        world.act("karin", |act, standing| {
            assign::fill(act, standing, &world.case, Party::University, world.person(who))
        })
    };
    assert_eq!(code(fill("ulla")), "seated_before");
    fill("unni").unwrap();
    assert_eq!(world.declare("unni", &world.case).unwrap().state, CaseState::Scoring);
    assert_eq!(code(world.score("rolf", &world.case, "A1", "0")), "review_locked");
    for (criterion, _, region) in WORKED.iter().filter(|(criterion, _, _)| *criterion != "A4") {
        world.score("unni", &world.case, criterion, region).unwrap();
    }
    assert_eq!(world.lock("unni", &world.case).unwrap().state, CaseState::Settling);
    world.declare("unni", &world.case).unwrap();
    let case = world.case();
    let view =
        world.database.read(|db| view::settlement(db, &world.standing("unni"), &world.form, &case)).unwrap();
    let a2 = view.criteria.iter().find(|one| one.criterion == "A2").unwrap();
    assert_eq!(a2.region.as_ref().unwrap().revised, None, "the revision belonged to the former pair");
    assert_eq!(a2.status.state, CriterionState::Agreed);
    sign(world, "unni").unwrap();
    assert_eq!(sign(world, "rolf").unwrap(), CaseState::FactCheck);
    world.assert_sound();
}

#[test]
fn what_the_unit_left_out_is_missing_unless_a_reviewer_judges_it() {
    let world = &World::new();
    world.begin_scoring("hanna", &world.case);
    world.score("ulla", &world.case, "E3", "3").unwrap();
    world.lock_both(&world.case, &WORKED);
    let case = world.case();
    let said = world.database.read(|db| Said::load(db, &case)).unwrap();
    assert_eq!(said.status(&world.form, "E3").unwrap().state, CriterionState::Single);

    world.begin_scoring("olle", &world.other);
    world.lock_both(&world.other, &WORKED);
    let case = world.case_of(&world.other);
    let said = world.database.read(|db| Said::load(db, &case)).unwrap();
    assert_eq!(said.status(&world.form, "E3").unwrap().state, CriterionState::Missing);
}

#[test]
fn where_neither_can_judge_a_minimum_two_new_people_do() {
    let world = &World::new();
    world.begin_scoring("hanna", &world.case);
    let scores = [("A1", "3"), ("A2", "3"), ("A3", "3"), ("A4", "3"), ("E1", "3"), ("E2", "K"), ("E4", "3")];
    world.lock_both(&world.case, &scores.map(|(criterion, score)| (criterion, score, score)));
    sign(world, "ulla").unwrap();
    assert_eq!(sign(world, "rolf").unwrap(), CaseState::Further);
    send_further(world, "sven", &["E2"]).unwrap();
    send_further(world, "siv", &["E2"]).unwrap();
    assert_eq!(code(send_further(world, "unni", &["E2"])), "further_not_needed");
    for (who, score, then) in [("sven", "2", CaseState::Further), ("siv", "3", CaseState::FactCheck)] {
        world.declare(who, &world.case).unwrap();
        world.score(who, &world.case, "E2", score).unwrap();
        assert_eq!(world.lock(who, &world.case).unwrap().state, then);
    }
    let case = world.case();
    let said = world.database.read(|db| Said::load(db, &case)).unwrap();
    assert_eq!(said.status(&world.form, "E2").unwrap().state, CriterionState::Further);
}

#[test]
fn a_further_review_ends_when_the_last_open_criterion_does_not_apply() {
    let world = &World::new();
    world.begin_scoring("hanna", &world.case);
    let scores = [("A1", "3"), ("A2", "3"), ("A3", "3"), ("A4", "K"), ("E1", "3"), ("E2", "3"), ("E4", "3")];
    world.lock_both(&world.case, &scores.map(|(criterion, score)| (criterion, score, score)));
    sign(world, "ulla").unwrap();
    assert_eq!(sign(world, "rolf").unwrap(), CaseState::Further);
    let finish =
        || world.act("karin", |act, standing| further::finish(act, standing, &world.form, &world.case));
    assert_eq!(code(finish()), "further_open");
    world
        .act("ulla", |act, standing| {
            usve::assessments::not_applicable::ask(act, standing, &world.form, &world.case, "A4", REASON)
        })
        .unwrap();
    world.approve_not_applicable(&world.case, "A4");
    assert_eq!(finish().unwrap().state, CaseState::FactCheck);
}
