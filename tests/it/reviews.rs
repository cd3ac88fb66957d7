//! Reviews from the assignment to both locks: the way through, and every refusal on it.

use crate::reviewed_case::{WORKED, World, code, kind};
use usve::assessments::return_for_completion;
use usve::identity::standing::Party;
use usve::problem::Kind;
use usve::reviews::conflict::{Stated, decide::decide, declare::declare};
use usve::reviews::score::{Draft, save};
use usve::reviews::{Level, Score, assign, seal, store, view};
use usve::state::CaseState;

fn level(number: u8) -> Level {
    Level::new(number).unwrap()
}

fn conflict() -> Stated {
    Stated { ground: "fl-16-4".to_owned(), words: "Vi skriver artiklar ihop.".to_owned() }
}

#[test]
fn a_pair_takes_one_reviewer_from_each_authority() {
    let world = &World::new();
    world.submit("hanna", &world.case);
    for (university, region) in [("ulla", "unni"), ("rolf", "rut"), ("rolf", "ulla"), ("sven", "rolf")] {
        assert_eq!(code(world.assign(&world.case, university, region)), "wrong_organisation");
    }
    assert_eq!(code(world.assign(&world.case, "gun", "rolf")), "not_a_reviewer");
    assert_eq!(world.state(), CaseState::Submitted);
    world.assign(&world.case, "ulla", "rolf").unwrap();
    assert_eq!(code(world.assign(&world.case, "ulla", "rolf")), "wrong_state");
}

#[test]
fn nobody_reviews_the_own_unit() {
    let world = &World::new();
    world.submit("hanna", &world.case);
    let grant = usve::identity::store::NewGrant {
        person_id: world.person("rolf").clone(),
        role: usve::identity::GrantedRole::Contributor,
        unit_id: Some(world.units["kardiologi"].clone()),
        administration_id: None,
        year: None,
        areas: None,
        granted_by: None,
    };
    world.database.act(|act| usve::identity::store::add_grant(act, &grant)).unwrap();
    assert_eq!(code(world.assign(&world.case, "ulla", "rolf")), "own_unit");
}

#[test]
fn only_a_coordinator_assigns_and_only_a_submitted_case() {
    let world = &World::new();
    assert_eq!(code(world.assign(&world.case, "ulla", "rolf")), "wrong_state");
    world.submit("hanna", &world.case);
    for who in ["hanna", "ulla", "gun", "adam"] {
        let refused = world.act(who, |act, standing| {
            assign::pair(act, standing, &world.case, world.person("ulla"), world.person("rolf"))
        });
        assert_eq!(kind(refused), Kind::NotFound, "{who}");
    }
}

#[test]
fn nothing_opens_before_both_have_declared() {
    let world = &World::new();
    world.submit("hanna", &world.case);
    world.assign(&world.case, "ulla", "rolf").unwrap();
    assert_eq!(code(world.score("ulla", &world.case, "A1", "3")), "wrong_state");
    assert_eq!(world.declare("ulla", &world.case).unwrap().state, CaseState::Assigned);
    assert_eq!(code(world.declare("ulla", &world.case)), "nothing_to_declare");
    assert_eq!(kind(world.declare("unni", &world.case)), Kind::NotFound);
    assert_eq!(world.declare("rolf", &world.case).unwrap().state, CaseState::Scoring);
    world.score("ulla", &world.case, "A1", "3").unwrap();
}

#[test]
fn a_declared_conflict_closes_the_case_until_another_coordinator_decides() {
    let world = &World::new();
    world.begin_scoring("hanna", &world.case);
    let unknown = Stated { ground: "kl-6-28-3".to_owned(), words: String::new() };
    let refused = world.act("ulla", |act, standing| declare(act, standing, &world.case, Some(&unknown)));
    assert_eq!(code(refused), "unknown_ground");
    world.act("ulla", |act, standing| declare(act, standing, &world.case, Some(&conflict()))).unwrap();
    assert_eq!(kind(world.score("ulla", &world.case, "A1", "3")), Kind::NotFound);
    assert_eq!(
        kind(world.declare("ulla", &world.case)),
        Kind::NotFound,
        "the case is not there to declare about"
    );
    let case = world.case();
    let waiting =
        world.database.read(|db| view::declared_conflicts(db, &world.standing("karin"), &case)).unwrap();
    assert_eq!(waiting[0].stated, Some(conflict()));
    for who in ["ulla", "rolf", "hanna", "gun"] {
        let hidden = world.database.read(|db| view::declared_conflicts(db, &world.standing(who), &case));
        assert_eq!(kind(hidden), Kind::NotFound, "{who}");
        let refused = world.act(who, |act, standing| decide(act, standing, &waiting[0].id, false, "Nej"));
        assert_eq!(kind(refused), Kind::NotFound, "{who}");
    }
    world
        .act("karin", |act, standing| decide(act, standing, &waiting[0].id, false, "Saknar betydelse"))
        .unwrap();
    world.score("ulla", &world.case, "A1", "3").unwrap();
    let again = world.act("lars", |act, standing| decide(act, standing, &waiting[0].id, true, "Ändrat"));
    assert_eq!(kind(again), Kind::NotFound);
}

#[test]
fn an_upheld_conflict_ends_the_seat_and_bars_a_new_one() {
    let world = &World::new();
    world.begin_scoring("hanna", &world.case);
    world.act("ulla", |act, standing| declare(act, standing, &world.case, Some(&conflict()))).unwrap();
    let case = world.case();
    let waiting =
        world.database.read(|db| view::declared_conflicts(db, &world.standing("karin"), &case)).unwrap();
    let decided =
        world.act("karin", |act, standing| decide(act, standing, &waiting[0].id, true, "Nära samarbete"));
    assert_eq!(decided.unwrap().state, CaseState::Assigned);
    let fill = |who| {
        world.act("karin", |act, standing| {
            assign::fill(act, standing, &world.case, Party::University, world.person(who))
        })
    };
    assert_eq!(code(fill("ulla")), "conflict_of_interest");
    assert_eq!(code(fill("rut")), "wrong_organisation");
    fill("unni").unwrap();
    assert_eq!(code(fill("unni")), "seat_taken");
    assert_eq!(world.declare("unni", &world.case).unwrap().state, CaseState::Scoring);
    world.assert_sound();
}

#[test]
fn a_coordinator_never_decides_about_the_own_conflict() {
    let world = &World::new();
    let reviewer = usve::identity::store::NewGrant {
        person_id: world.person("lars").clone(),
        role: usve::identity::GrantedRole::Reviewer,
        unit_id: None,
        administration_id: None,
        year: None,
        areas: None,
        granted_by: None,
    };
    world.database.act(|act| usve::identity::store::add_grant(act, &reviewer)).unwrap();
    world.submit("hanna", &world.case);
    world.assign(&world.case, "lars", "rolf").unwrap();
    world.act("lars", |act, standing| declare(act, standing, &world.case, Some(&conflict()))).unwrap();
    let case = world.case();
    let waiting =
        world.database.read(|db| view::declared_conflicts(db, &world.standing("karin"), &case)).unwrap();
    let own = world.act("lars", |act, standing| decide(act, standing, &waiting[0].id, false, "Ingen fara"));
    assert_eq!(kind(own), Kind::NotFound);
}

#[test]
fn a_stale_score_changes_nothing() {
    let world = &World::new();
    world.begin_scoring("hanna", &world.case);
    assert_eq!(world.score("ulla", &world.case, "A1", "3").unwrap(), 1);
    let draft = Draft { score: Score::from_text("0"), reason: "Ny".to_owned() };
    for seen in [0, 2] {
        let stale = world
            .act("ulla", |act, standing| save(act, standing, &world.form, &world.case, "A1", seen, &draft));
        assert_eq!(kind(stale), Kind::Stale, "{seen}");
    }
    assert_eq!(world.score("ulla", &world.case, "A1", "2").unwrap(), 2);
    let case = world.case();
    let own =
        world.database.read(|db| view::own_review(db, &world.standing("ulla"), &world.form, &case)).unwrap();
    assert_eq!(own.scores["A1"].first, Some(Score::Level(level(2))));
}

#[test]
fn a_review_is_locked_only_when_it_is_complete() {
    let world = &World::new();
    world.begin_scoring("hanna", &world.case);
    let scores = [("A1", "3"), ("A2", "K"), ("A3", "1"), ("A4", "2"), ("E1", "3"), ("E2", "2")];
    for (criterion, score) in scores {
        let draft = Draft { score: Score::from_text(score), reason: "Kort".to_owned() };
        world
            .act("ulla", |act, standing| save(act, standing, &world.form, &world.case, criterion, 0, &draft))
            .unwrap();
    }
    let refused = world.lock("ulla", &world.case).unwrap_err();
    let pointers: Vec<&str> = refused.errors.iter().map(|error| error.pointer.as_str()).collect();
    // K, level 1 and level 2 against the automatic check need reasons; E4 needs a score; E3 was left by the unit.
    assert_eq!(pointers, ["/A2/reason", "/A3/reason", "/E2/reason", "/E4/score"]);
    let long = Draft { score: Score::from_text("3"), reason: "å".repeat(1501) };
    world.act("ulla", |act, standing| save(act, standing, &world.form, &world.case, "A1", 1, &long)).unwrap();
    let refused = world.lock("ulla", &world.case).unwrap_err();
    assert_eq!(refused.errors[0].code, "reason_too_long");
}

#[test]
fn a_locked_review_never_changes_and_proves_itself() {
    let world = &World::new();
    world.begin_scoring("hanna", &world.case);
    for (criterion, university, _) in WORKED {
        world.score("ulla", &world.case, criterion, university).unwrap();
    }
    let undecided = world.lock("ulla", &world.case).unwrap_err();
    assert_eq!(undecided.errors[0].code, "undecided");
    world.approve_not_applicable(&world.case, "A4");
    assert_eq!(world.lock("ulla", &world.case).unwrap().state, CaseState::Scoring);
    assert_eq!(code(world.lock("ulla", &world.case)), "review_locked");
    assert_eq!(code(world.score("ulla", &world.case, "A1", "4")), "review_locked");
    world
        .database
        .read(|db| {
            let seat = store::seat(db, &world.case, world.person("ulla"))?;
            let mut scores = store::scores(db, std::slice::from_ref(&seat.id))?;
            let salt = seat.salt.unwrap();
            assert_eq!(Some(seal::commitment(&seat.id, &scores, &salt)?), seat.commitment);
            scores[0].reason.push('.');
            assert_ne!(Some(seal::commitment(&seat.id, &scores, &salt)?), seat.commitment);
            Ok(())
        })
        .unwrap();
}

#[test]
fn not_applicable_is_asked_only_where_the_form_allows_it_and_not_after_a_no() {
    let world = &World::new();
    world.begin_scoring("hanna", &world.case);
    assert_eq!(code(world.score("ulla", &world.case, "A1", "NA")), "always_applies");
    world.score("ulla", &world.case, "A4", "NA").unwrap();
    world
        .act("karin", |act, standing| {
            usve::assessments::not_applicable::decide(act, standing, &world.case, "A4", false, "Gäller")
        })
        .unwrap();
    assert_eq!(code(world.score("rolf", &world.case, "A4", "NA")), "applies");
    let refused = world.lock("ulla", &world.case).unwrap_err();
    assert!(refused.errors.iter().any(|error| error.pointer == "/A4/score" && error.code == "undecided"));
}

#[test]
fn nobody_sees_the_other_review_before_both_have_locked() {
    let world = &World::new();
    world.begin_scoring("hanna", &world.case);
    for (criterion, university, region) in WORKED {
        world.score("ulla", &world.case, criterion, university).unwrap();
        world.score("rolf", &world.case, criterion, region).unwrap();
    }
    world.approve_not_applicable(&world.case, "A4");
    world.lock("ulla", &world.case).unwrap();
    let case = world.case();
    for who in ["rolf", "ulla", "karin", "hanna", "gun", "adam"] {
        let standing = world.standing(who);
        let reviews = world.database.read(|db| view::reviews(db, &standing, &case));
        assert_eq!(kind(reviews), Kind::NotFound, "{who}");
        let settlement = world.database.read(|db| view::settlement(db, &standing, &world.form, &case));
        assert_eq!(kind(settlement), Kind::NotFound, "{who}");
    }
    world.lock("rolf", &world.case).unwrap();
    let case = world.case();
    let before = world.database.read(|db| view::reviews(db, &world.standing("rolf"), &case));
    assert_eq!(kind(before), Kind::NotFound, "the second declaration comes first");
    world.declare("rolf", &world.case).unwrap();
    let reviews = world.database.read(|db| view::reviews(db, &world.standing("rolf"), &case)).unwrap();
    assert_eq!(
        reviews.iter().map(|review| review.party).collect::<Vec<_>>(),
        [Party::University, Party::Region]
    );
    assert_eq!(reviews[0].scores["A3"].first, Some(Score::Level(level(4))));
}

#[test]
fn two_simultaneous_locks_begin_one_settlement() {
    let world = &World::new();
    world.begin_scoring("hanna", &world.case);
    for (criterion, university, region) in WORKED {
        world.score("ulla", &world.case, criterion, university).unwrap();
        world.score("rolf", &world.case, criterion, region).unwrap();
    }
    world.approve_not_applicable(&world.case, "A4");
    let barrier = std::sync::Barrier::new(4);
    let locked = std::thread::scope(|scope| {
        let threads: Vec<_> = ["ulla", "rolf", "ulla", "rolf"]
            .into_iter()
            .map(|who| {
                let barrier = &barrier;
                scope.spawn(move || {
                    barrier.wait();
                    world.lock(who, &world.case).is_ok()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).filter(|locked| *locked).count()
    });
    assert_eq!(locked, 2);
    assert_eq!(world.state(), CaseState::Settling);
    world.assert_sound();
}

#[test]
fn lists_of_seats_show_reviewers_their_own_and_nobody_a_ground() {
    let world = &World::new();
    world.submit("hanna", &world.case);
    world.assign(&world.case, "ulla", "rolf").unwrap();
    let seats =
        |who: &str| world.database.read(|db| view::seats_of_year(db, &world.standing(who), 2026)).unwrap();
    assert_eq!(seats("karin").len(), 2);
    assert_eq!(seats("ulla").len(), 1);
    assert_eq!(seats("ulla")[0].declared, view::Declared::NotYet);
    for who in ["hanna", "sven", "gun", "adam"] {
        assert!(seats(who).is_empty(), "{who}");
    }
    world.act("ulla", |act, standing| declare(act, standing, &world.case, Some(&conflict()))).unwrap();
    let declared: Vec<_> = seats("karin").into_iter().map(|seat| seat.declared).collect();
    assert_eq!(declared, [view::Declared::Waits, view::Declared::NotYet]);
}

#[test]
fn candidates_say_why_somebody_cannot_come() {
    let world = &World::new();
    world.submit("hanna", &world.case);
    world.assign(&world.case, "ulla", "rolf").unwrap();
    let case = world.case();
    let candidates = world
        .database
        .read(|db| {
            let now = world.database.clock().now();
            view::candidates(db, &world.standing("karin"), &case, Party::University, now)
        })
        .unwrap();
    let why = |who: &str| {
        let id = world.person(who);
        candidates
            .iter()
            .find(|one| one.person.id == *id)
            .unwrap()
            .refused
            .as_ref()
            .map(|problem| problem.code)
    };
    assert_eq!(why("unni"), None);
    assert_eq!(why("ulla"), Some("seated_before"));
    assert_eq!(why("rut"), Some("wrong_organisation"));
    assert_eq!(candidates[0].person.id, *world.person("unni"));
}

#[test]
fn a_returned_case_is_assigned_only_when_its_time_is_up() {
    let world = &World::new();
    world.submit("hanna", &world.case);
    let dates = world.database.read(|db| usve::cycles::store::cycle(db, 2026)).unwrap().dates;
    let wanted = [("E2".to_owned(), "Visa hur det görs.".to_owned())];
    world
        .act("karin", |act, standing| {
            return_for_completion::return_for_completion(
                act,
                standing,
                &world.form,
                &dates,
                &world.case,
                &wanted,
            )
        })
        .unwrap();
    assert_eq!(code(world.assign(&world.case, "ulla", "rolf")), "completion_runs");
    world.days_pass(20);
    assert_eq!(world.assign(&world.case, "ulla", "rolf").unwrap().state, CaseState::Assigned);
}
