//! After the release: recommendation, improvement plan, follow-up, and what a plan means for the year after.

use chrono::NaiveDate;

use crate::reviewed_case::{World, code, kind};
use usve::assessments::open_year::open_year;
use usve::db::Act;
use usve::followup::{Plan, PlannedAction, Recommendation, close, plan, recommendation, view};
use usve::identity::standing::Standing;
use usve::ids::CaseId;
use usve::problem::{Kind, Problem};
use usve::reviews::conflict::{Stated, declare::declare};
use usve::scoring::Outcome;
use usve::state::CaseState;

fn noted() -> Recommendation {
    Recommendation {
        recommendation: "Gruppen rekommenderar fortsatt uppdrag.".to_owned(),
        motive: "Enheten möter kraven.".to_owned(),
        decided_on: NaiveDate::from_ymd_opt(2026, 9, 15).unwrap(),
        present: "Gun Exempelsson".to_owned(),
        absent: String::new(),
    }
}

fn write(world: &World, who: &str) -> Result<CaseState, Problem> {
    world
        .act(who, |act, standing| recommendation::write(act, standing, &world.case, &noted()))
        .map(|case| case.state)
}

fn planned(criterion: Option<&str>) -> PlannedAction {
    PlannedAction {
        criterion: criterion.map(str::to_owned),
        action: "Anställ en studierektor.".to_owned(),
        owner: "Hanna Exempelsson".to_owned(),
        due: NaiveDate::from_ymd_opt(2026, 12, 1).unwrap(),
    }
}

fn save(world: &World, who: &str, seen: i32, action: &PlannedAction) -> Result<Plan, Problem> {
    world.act(who, |act, standing| {
        plan::save_action(act, standing, &world.form, &world.case, seen, None, action)
    })
}

fn on_plan<T>(
    world: &World,
    who: &str,
    verb: impl FnOnce(&mut Act<'_>, &Standing, &CaseId, i32) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let case = world.case();
    let known = world.database.read(|db| view::plan(db, &world.standing("hanna"), &case)).unwrap();
    world.act(who, |act, standing| verb(act, standing, &world.case, known.map_or(0, |plan| plan.version)))
}

/// Outcome V is released; a plan is asked for.
fn released_with_conditions() -> World {
    let world = World::new();
    world.work_example(&world.case);
    world.fix(&world.case);
    world.release(2026);
    world
}

#[test]
fn the_group_presents_a_released_result_once() {
    let world = &World::new();
    world.agree("hanna", &world.case, "3");
    world.fix(&world.case);
    world.declare("gun", &world.case).unwrap();
    assert_eq!(code(write(world, "gun")), "wrong_state");
    world.release(2026);
    for who in ["hanna", "ulla", "olle", "adam"] {
        assert_eq!(
            kind(write(world, who)),
            if who == "hanna" { Kind::Forbidden } else { Kind::NotFound },
            "{who}"
        );
    }
    assert_eq!(kind(write(world, "karin")), Kind::Forbidden);
    assert_eq!(write(world, "gun").unwrap(), CaseState::Presented);
    assert_eq!(code(write(world, "gun")), "wrong_state");
    let asked = world
        .act("gun", |act, standing| recommendation::ask_in_depth(act, standing, &world.case, "Två år i rad"));
    assert_eq!(asked.unwrap().state, CaseState::InDepth);
    world.assert_sound();
}

#[test]
fn a_member_in_conflict_takes_no_part_and_stands_as_absent() {
    let world = &World::new();
    world.agree("hanna", &world.case, "3");
    world.fix(&world.case);
    world.release(2026);
    let stated = Stated { ground: "fl-16-1".to_owned(), words: String::new() };
    let second = usve::identity::store::NewGrant {
        person_id: world.person("siv").clone(),
        role: usve::identity::GrantedRole::Group,
        unit_id: None,
        administration_id: None,
        year: None,
        areas: None,
        granted_by: None,
    };
    world.database.act(|act| usve::identity::store::add_grant(act, &second)).unwrap();
    world.act("siv", |act, standing| declare(act, standing, &world.case, Some(&stated))).unwrap();
    world.declare("gun", &world.case).unwrap();
    assert_eq!(kind(write(world, "siv")), Kind::NotFound);
    let case = world.case();
    let absent =
        world.database.read(|db| view::absent_from_group(db, &world.standing("gun"), &case)).unwrap();
    assert_eq!(absent.iter().map(|person| &person.id).collect::<Vec<_>>(), [world.person("siv")]);
}

#[test]
fn a_recommendation_leaves_a_case_with_a_plan_where_it_is() {
    let world = &released_with_conditions();
    world.declare("gun", &world.case).unwrap();
    assert_eq!(write(world, "gun").unwrap(), CaseState::Action);
    assert_eq!(code(write(world, "gun")), "already_there");
}

#[test]
fn a_plan_covers_every_unmet_minimum_before_it_is_submitted() {
    let world = &released_with_conditions();
    assert_eq!(kind(save(world, "olle", 0, &planned(None))), Kind::NotFound);
    assert_eq!(kind(save(world, "karin", 0, &planned(None))), Kind::Forbidden);
    assert_eq!(kind(save(world, "hanna", 0, &planned(Some("Z9")))), Kind::NotFound);
    let empty = PlannedAction { action: " ".to_owned(), ..planned(None) };
    assert_eq!(code(save(world, "hanna", 0, &empty)), "text_length");
    assert_eq!(save(world, "hanna", 0, &planned(None)).unwrap().version, 1);
    assert_eq!(kind(save(world, "hanna", 0, &planned(Some("E2")))), Kind::Stale);
    assert_eq!(code(on_plan(world, "hanna", plan::submit)), "plan_incomplete");
    save(world, "hanna", 1, &planned(Some("E2"))).unwrap();
    assert_eq!(kind(on_plan(world, "karin", plan::accept)), Kind::Stale, "not submitted");
    assert_eq!(on_plan(world, "hanna", plan::submit).unwrap().state, CaseState::Action);
    let late = on_plan(world, "hanna", |act, standing, case, seen| {
        plan::save_action(act, standing, &world.form, case, seen, None, &planned(None))
    });
    assert_eq!(kind(late), Kind::Stale, "a submitted plan is closed");
}

#[test]
fn a_plan_is_given_back_accepted_and_followed_up() {
    let world = &released_with_conditions();
    save(world, "hanna", 0, &planned(Some("E2"))).unwrap();
    on_plan(world, "hanna", plan::submit).unwrap();
    let give_back =
        || world.act("karin", |act, standing| plan::give_back(act, standing, &world.case, "Vem gör det?"));
    give_back().unwrap();
    assert_eq!(code(give_back()), "plan_not_submitted");
    let changed = on_plan(world, "hanna", |act, standing, case, seen| {
        let known = usve::followup::store::plan(act.db, case)?.unwrap();
        let id = &known.actions[0].id;
        plan::save_action(act, standing, &world.form, case, seen, Some(id), &planned(Some("E2")))
    });
    let id = changed.unwrap().actions[0].id.clone();
    on_plan(world, "hanna", plan::submit).unwrap();
    assert_eq!(kind(on_plan(world, "hanna", plan::accept)), Kind::Forbidden);
    assert_eq!(on_plan(world, "karin", plan::accept).unwrap().state, CaseState::FollowUp);
    let report = |who: &str| {
        let done = NaiveDate::from_ymd_opt(2026, 11, 20);
        world.act(who, |act, standing| plan::report(act, standing, &world.case, &id, done, "Klart."))
    };
    assert_eq!(kind(report("karin")), Kind::Forbidden);
    report("hanna").unwrap();
    let end = |who: &str| {
        world.act(who, |act, standing| close::close(act, standing, &world.case, "Åtgärderna är gjorda."))
    };
    assert_eq!(kind(end("hanna")), Kind::Forbidden);
    assert_eq!(end("karin").unwrap().state, CaseState::Closed);
    world.assert_sound();
}

/// The year after, in which E2 is unmet again.
fn outcome_of_next_year(world: &World) -> Option<Outcome> {
    let start = NaiveDate::from_ymd_opt(2027, 2, 2).unwrap().and_hms_opt(8, 0, 0).unwrap();
    world.clock.set(start);
    let dates = usve::cycles::calendar::Dates::of(&world.form.calendar, 2027);
    let library = usve::forms::Library::default();
    let opened = world.database.act(|act| open_year(act, None, 2027, &world.form, &library, &dates)).unwrap();
    let case = opened.added.iter().find(|case| world.case_of(case).unit.slug == "kardiologi").unwrap();
    world.work_example(case);
    let fixed = world.fix(case);
    let previous = fixed.judged.previous.as_ref().unwrap();
    assert_eq!(previous.unmet_minimum.keys().collect::<Vec<_>>(), ["E2"]);
    assert_eq!(usve::number::exact(fixed.scored.change.as_ref().unwrap().change.as_ref().unwrap()), "0");
    fixed.outcome()
}

#[test]
fn a_minimum_unmet_again_without_an_accepted_plan_is_insufficient() {
    let world = &released_with_conditions();
    save(world, "hanna", 0, &planned(Some("E2"))).unwrap();
    on_plan(world, "hanna", plan::submit).unwrap();
    assert_eq!(outcome_of_next_year(world), Some(Outcome::O));
}

#[test]
fn an_accepted_plan_gives_a_second_year() {
    let world = &released_with_conditions();
    save(world, "hanna", 0, &planned(Some("E2"))).unwrap();
    on_plan(world, "hanna", plan::submit).unwrap();
    on_plan(world, "karin", plan::accept).unwrap();
    assert_eq!(outcome_of_next_year(world), Some(Outcome::V));
}
