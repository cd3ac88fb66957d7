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

/// A small generator of numbers, so that every run tries the same cases.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// What keeps the settlement from being signed.
fn open_criteria(world: &World) -> Vec<String> {
    let case = world.case();
    let said = world.database.read(|db| Said::load(db, &case)).unwrap();
    let waits = |id: &str| {
        let state = said.status(&world.form, id).unwrap().state;
        matches!(state, CriterionState::NeedsDiscussion | CriterionState::Open) || said.undecided.contains(id)
    };
    world.form.criteria().map(|(_, one)| one.id.clone()).filter(|id| waits(id)).collect()
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

/// The two talk about one criterion: each may revise, in any order, and both say that they are done.
fn talk(world: &World, dice: &mut Dice, criterion: &str) {
    let mut order = ["ulla", "rolf"];
    if dice.roll(2) == 0 {
        order.reverse();
    }
    for who in order {
        if dice.roll(2) == 0 {
            let to = u8::try_from(dice.roll(5)).unwrap();
            revise(world, who, criterion, to).unwrap();
        }
        assert!(open_criteria(world).contains(&criterion.to_owned()));
        assert_eq!(code(sign(world, who)), "discussion_open");
        close(world, who, criterion).unwrap();
    }
}

#[test]
fn a_settlement_is_signed_exactly_when_nothing_is_open_whatever_was_judged() {
    let (mut refused, mut further) = (0, 0);
    for seed in 0..10 {
        let (world, mut dice) = (&World::new(), Dice(seed));
        world.begin_scoring("hanna", &world.case);
        let mut score = || ["0", "1", "2", "3", "4", "K", "2", "3"][usize::try_from(dice.roll(8)).unwrap()];
        let scores =
            ["A1", "A2", "A3", "A4", "E1", "E2", "E4"].map(|criterion| (criterion, score(), score()));
        world.lock_both(&world.case, &scores);
        let asked = seed % 3 == 0;
        if asked {
            world
                .act("ulla", |act, standing| {
                    usve::assessments::not_applicable::ask(
                        act,
                        standing,
                        &world.form,
                        &world.case,
                        "A4",
                        REASON,
                    )
                })
                .unwrap();
        }
        let talks: Vec<String> = open_criteria(world).into_iter().filter(|id| !asked || id != "A4").collect();
        for criterion in talks {
            let who = ["ulla", "rolf"][usize::try_from(dice.roll(2)).unwrap()];
            assert!(sign(world, who).is_err(), "{criterion} is open");
            refused += 1;
            talk(world, &mut dice, &criterion);
        }
        if asked {
            assert!(sign(world, "rolf").is_err(), "nobody has decided about A4");
            world.approve_not_applicable(&world.case, "A4");
        }
        assert_eq!(open_criteria(world), Vec::<String>::new());
        assert_eq!(sign(world, "rolf").unwrap(), CaseState::Settling, "one signature is not enough");
        let settled = |world: &World| {
            let case = world.case();
            let said = world.database.read(|db| Said::load(db, &case)).unwrap();
            (said.is_settled(&world.form).unwrap(), said.needs_further(&world.form).unwrap())
        };
        let then = sign(world, "ulla").unwrap();
        assert_eq!(then == CaseState::FactCheck, settled(world).0, "{scores:?}");
        let mut people = ["sven", "siv", "unni", "rut"].into_iter();
        while world.state() == CaseState::Further {
            further += 1;
            let criteria: Vec<String> = settled(world).1.into_keys().collect();
            assert!(!criteria.is_empty(), "nothing waits, and the case does: {scores:?}");
            let who = people.next().unwrap();
            let criteria: Vec<&str> = criteria.iter().map(String::as_str).collect();
            send_further(world, who, &criteria).unwrap();
            world.declare(who, &world.case).unwrap();
            for criterion in criteria {
                let score = ["1", "2", "3", "4"][usize::try_from(dice.roll(4)).unwrap()];
                world.score(who, &world.case, criterion, score).unwrap();
            }
            world.lock(who, &world.case).unwrap();
        }
        assert_eq!(world.state(), CaseState::FactCheck);
        assert!(settled(world).0);
        world.assert_sound();
    }
    assert!(refused > 5 && further > 3, "{refused} {further}");
}

#[test]
fn what_can_change_the_outcome_comes_first_in_the_settlement() {
    let world = &World::new();
    world.begin_scoring("hanna", &world.case);
    world.lock_both(&world.case, &WORKED);
    let (case, standing) = (world.case(), world.standing("ulla"));
    let stakes = || {
        world
            .database
            .read(|db| {
                let ulla = standing.clone();
                let settlement = view::settlement(db, &ulla, &world.form, &case)?;
                let result = usve::results::view::result(db, &ulla, &world.form, &case)?;
                usve::results::stakes::stakes(&world.form, &case, &settlement, &result)
            })
            .unwrap()
    };
    // A2 is a minimum; A3 weighs as much and can move one step up or down from its middle.
    let order: Vec<String> = stakes().into_iter().map(|stake| stake.criterion).collect();
    assert_eq!(order, ["A2", "A3"]);
    assert!(stakes()[0].decides_minimum);
    revise(world, "rolf", "A2", 2).unwrap();
    let order: Vec<String> = stakes().into_iter().map(|stake| stake.criterion).collect();
    assert_eq!(order, ["A3", "A2"], "rolf has come to where ulla is: it can only become 2");
}
