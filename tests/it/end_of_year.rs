//! What ends a year and what stands beside its cases: planning, dates, the co-signature of a plan, help with a draft,
//! registry numbers, public records, closing, the archive, and who reads which log.

use chrono::{Days, NaiveDate, TimeDelta};
use usve::assessments::open_year::open_year;
use usve::audit;
use usve::clock::from_local;
use usve::cycles::calendar::Dates;
use usve::cycles::change_dates::{self, Changed, Settings};
use usve::cycles::state::CycleState;
use usve::cycles::{close_year, log, prepare, store as cycles, support};
use usve::followup::{PlannedAction, close, plan, recommendation};
use usve::forms::Library;
use usve::identity::rights::{Deed, Object};
use usve::identity::store::{NewGrant, NewPerson, add_grant, add_person};
use usve::identity::{GrantedRole, Organisation};
use usve::ids::{AdministrationId, PersonId};
use usve::problem::{Kind, Problem};
use usve::records::request::{self, NewRequest};
use usve::records::{Decision, archive, number};
use usve::state::CaseState;
use usve::text::Lang;

use crate::reviewed_case::{World, code, kind};
use crate::support::TestApp;
use crate::support::year::{YEAR, Year};

/// A further person with one role.
fn joins(world: &mut World, key: &'static str, role: GrantedRole, administration: Option<AdministrationId>) {
    let id = world
        .database
        .act(|act| {
            let new = NewPerson {
                email: format!("{key}@skane.example"),
                name: format!("{key} Exempelsson"),
                organisation: Organisation::Region,
                language: Lang::Sv,
                external_id: None,
            };
            let person_id = add_person(act, &new)?;
            let grant = NewGrant {
                person_id: person_id.clone(),
                role,
                unit_id: None,
                administration_id: administration,
                year: None,
                areas: None,
                granted_by: None,
            };
            add_grant(act, &grant)?;
            Ok::<PersonId, Problem>(person_id)
        })
        .unwrap();
    world.people.insert(key, id);
}

fn registrar() -> World {
    let mut world = World::new();
    joins(&mut world, "rakel", GrantedRole::Registrar, None);
    world
}

fn dates_of(world: &World, year: i32) -> Dates {
    world.database.read(|db| cycles::cycle(db, year)).unwrap().dates
}

fn change(world: &World, who: &str, dates: &Dates, reason: &str) -> Result<Changed, Problem> {
    let new = Settings { dates: dates.clone(), published: true, hides_own_level: true };
    world.act(who, |act, standing| change_dates::change_dates(act, standing, 2026, &new, reason))
}

fn confirm(world: &World, who: &str) -> Result<(), Problem> {
    world.act(who, |act, standing| change_dates::confirm(act, standing, 2026)).map(drop)
}

#[test]
fn a_year_is_planned_its_dates_are_changed_freely_and_it_opens_with_them() {
    let world = &World::new();
    let plan = |who: &str| world.act(who, |act, standing| prepare::prepare(act, standing, 2027, &world.form));
    assert_eq!(kind(plan("hanna")), Kind::NotFound);
    let planned = plan("karin").unwrap();
    assert_eq!(planned.state, CycleState::Planned);
    assert!(
        world.database.read(|db| cycles::visible(db, &world.standing("karin"), 2027)).unwrap().is_empty()
    );
    let later = Dates { submission: planned.dates.submission + TimeDelta::days(2), ..planned.dates.clone() };
    let new = Settings { dates: later.clone(), published: false, hides_own_level: true };
    let changed = world
        .act("karin", |act, standing| change_dates::change_dates(act, standing, 2027, &new, ""))
        .unwrap();
    assert_eq!(changed, Changed::Now);
    let opened = world
        .database
        .act(|act| {
            open_year(
                act,
                None,
                2027,
                &world.form,
                &Library::default(),
                &Dates::of(&world.form.calendar, 2027),
            )
        })
        .unwrap();
    assert_eq!((opened.cycle.state, opened.cycle.dates.submission), (CycleState::Open, later.submission));
    let cases = world.database.read(|db| cycles::visible(db, &world.standing("karin"), 2027)).unwrap();
    assert!(cases.len() == 2 && cases.iter().all(|case| case.submission_due == later.submission));
    assert_eq!(code(plan("karin")), "wrong_cycle_state");
    world.assert_sound();
}

#[test]
fn dates_of_an_open_year_take_two_coordinators_and_move_only_units_that_have_no_later_day() {
    let world = &World::new();
    let before = dates_of(world, 2026);
    let own_day = before.submission + TimeDelta::days(30);
    world
        .act("karin", |act, standing| {
            usve::cycles::extend::extend(act, standing, &world.other, own_day, "Chefsbyte.")
        })
        .unwrap();
    let moved = Dates {
        submission: before.submission + TimeDelta::days(7),
        assign: before.assign + Days::new(7),
        ..before.clone()
    };
    assert_eq!(code(change(world, "karin", &moved, "  ")), "reason_missing");
    assert_eq!(kind(change(world, "gun", &moved, "Registret var stängt.")), Kind::NotFound);
    assert_eq!(change(world, "karin", &moved, "Registret var stängt.").unwrap(), Changed::Asked);
    assert_eq!(dates_of(world, 2026), before, "nothing holds before it is confirmed");
    assert_eq!(code(change(world, "lars", &moved, "Registret var stängt.")), "change_waits");
    assert_eq!(code(confirm(world, "karin")), "second_coordinator");
    assert_eq!(kind(confirm(world, "ulla")), Kind::NotFound);
    confirm(world, "lars").unwrap();
    assert_eq!(code(confirm(world, "kjell")), "no_change_waits");
    assert_eq!(dates_of(world, 2026), moved);
    assert_eq!(world.case().submission_due, moved.submission);
    assert_eq!(world.case_of(&world.other).submission_due, own_day, "an extension that goes further stays");
    world.assert_sound();
}

#[test]
fn dates_that_do_not_hold_together_are_refused_with_the_date_that_comes_too_early() {
    let world = &World::new();
    let before = dates_of(world, 2026);
    let wrong = Dates { lock: before.assign - Days::new(1), ..before.clone() };
    let refused = change(world, "karin", &wrong, "Fel.").unwrap_err();
    assert_eq!(refused.code, "dates_out_of_order");
    let pointers: Vec<&str> = refused.errors.iter().map(|error| error.pointer.as_str()).collect();
    assert_eq!(pointers, ["/dates/lock"]);
    world.days_pass(30);
    let past = from_local(NaiveDate::from_ymd_opt(2026, 2, 20).unwrap(), chrono::NaiveTime::MIN);
    let past = Dates { submission: past, ..before };
    assert_eq!(code(change(world, "karin", &past, "Fel.")), "submission_passed");
    let turned_down = world.act("karin", |act, standing| change_dates::turn_down(act, standing, 2026));
    assert_eq!(code(turned_down), "no_change_waits");
}

fn planned() -> PlannedAction {
    PlannedAction {
        criterion: Some("E2".to_owned()),
        action: "Anställ en studierektor.".to_owned(),
        owner: "Hanna Exempelsson".to_owned(),
        due: NaiveDate::from_ymd_opt(2026, 12, 1).unwrap(),
    }
}

#[test]
fn the_head_of_administration_signs_a_plan_before_it_is_accepted_and_again_when_it_comes_back() {
    let mut world = World::new();
    let administration = world.case().unit.administration.id;
    joins(&mut world, "fredrik", GrantedRole::AdministrationHead, Some(administration));
    let world = &world;
    world.work_example(&world.case);
    world.fix(&world.case);
    world.release(2026);
    let version = || {
        world
            .database
            .read(|db| usve::followup::store::plan(db, &world.case))
            .unwrap()
            .map_or(0, |plan| plan.version)
    };
    let sign = |who: &str| world.act(who, |act, standing| plan::sign(act, standing, &world.case, version()));
    let accept = || world.act("karin", |act, standing| plan::accept(act, standing, &world.case, version()));
    let submit = || world.act("hanna", |act, standing| plan::submit(act, standing, &world.case, version()));
    world
        .act("hanna", |act, standing| {
            plan::save_action(act, standing, &world.form, &world.case, 0, None, &planned())
        })
        .unwrap();
    assert_eq!(kind(sign("fredrik")), Kind::Stale, "the unit still writes");
    submit().unwrap();
    assert_eq!(code(accept()), "plan_not_signed");
    for who in ["hanna", "karin", "gun"] {
        let refused = kind(sign(who));
        assert!(matches!(refused, Kind::Forbidden | Kind::NotFound), "{who}: {refused:?}");
    }
    assert!(sign("fredrik").unwrap().signed_at.is_some());
    assert_eq!(code(sign("fredrik")), "plan_signed");
    world.act("karin", |act, standing| plan::give_back(act, standing, &world.case, "Vem gör det?")).unwrap();
    submit().unwrap();
    assert_eq!(code(accept()), "plan_not_signed", "a signature goes with the plan that it stood under");
    sign("fredrik").unwrap();
    assert_eq!(accept().unwrap().state, CaseState::FollowUp);
    world.assert_sound();
}

#[test]
fn a_new_year_ends_the_cases_of_the_one_before_that_have_nothing_under_way() {
    let world = &World::new();
    world.work_example(&world.case);
    world.fix(&world.case);
    world.agree("olle", &world.other, "3");
    world.fix(&world.other);
    world.release(2026);
    assert_eq!((world.state(), world.case_of(&world.other).state), (CaseState::Action, CaseState::Released));
    let dates = Dates::of(&world.form.calendar, 2027);
    world.database.act(|act| open_year(act, None, 2027, &world.form, &Library::default(), &dates)).unwrap();
    assert_eq!(world.state(), CaseState::Action, "its plan is still to be written");
    assert_eq!(world.case_of(&world.other).state, CaseState::Closed);
    world.assert_sound();
}

#[test]
fn a_year_closes_when_every_case_is_done_and_then_goes_to_the_archive() {
    let world = &registrar();
    let close_it = |who: &str| world.act(who, |act, standing| close_year::close_year(act, standing, 2026));
    let archive_it = |who: &str, receipt: &str| {
        world.act(who, |act, standing| archive::archive(act, standing, 2026, receipt))
    };
    for (head, case) in [("hanna", &world.case), ("olle", &world.other)] {
        world.agree(head, case, "3");
        world.fix(case);
    }
    world.release(2026);
    assert_eq!(code(close_it("karin")), "cases_left");
    assert_eq!(code(archive_it("rakel", "Leverans 1")), "wrong_cycle_state");
    for case in [&world.case, &world.other] {
        world.act("karin", |act, standing| close::close(act, standing, case, "Klart.")).unwrap();
    }
    assert_eq!(kind(close_it("rakel")), Kind::NotFound);
    assert_eq!(close_it("lars").unwrap().state, CycleState::Closed);
    let again = world.database.act(|act| {
        open_year(act, None, 2026, &world.form, &Library::default(), &Dates::of(&world.form.calendar, 2026))
    });
    assert_eq!(code(again), "wrong_cycle_state", "no unit joins a closed year");
    assert_eq!(kind(archive_it("karin", "Leverans 1")), Kind::NotFound);
    assert_eq!(code(archive_it("rakel", " ")), "receipt_missing");
    let archived = archive_it("rakel", "Regionarkivet, leverans 2027-114").unwrap();
    assert_eq!(archived.state, CycleState::Archived);
    assert_eq!(archived.archived_as.as_deref(), Some("Regionarkivet, leverans 2027-114"));
    world.assert_sound();
}

#[test]
fn the_registrar_gives_a_number_until_the_result_is_fixed_and_no_two_cases_share_one() {
    let world = &registrar();
    let give = |who: &str, case, number: &str| {
        world.act(who, |act, standing| number::give(act, standing, case, number))
    };
    assert_eq!(kind(give("karin", &world.case, "2026-O000123")), Kind::Forbidden);
    assert_eq!(kind(give("hanna", &world.case, "2026-O000123")), Kind::NotFound);
    assert_eq!(code(give("rakel", &world.case, " ")), "number_length");
    give("rakel", &world.case, "USVE 2026/0002").unwrap();
    assert_eq!(code(give("rakel", &world.other, "USVE 2026/0002")), "number_taken");
    world.agree("hanna", &world.case, "3");
    world.fix(&world.case);
    assert_eq!(world.case().registry_number.as_deref(), Some("USVE 2026/0002"));
    assert_eq!(code(give("rakel", &world.case, "USVE 2026/0009")), "wrong_state");
    world.agree("olle", &world.other, "3");
    world.fix(&world.other);
    let other = world.case_of(&world.other).registry_number;
    assert_eq!(other.as_deref(), Some("USVE 2026/0003"), "the number that is taken is passed over");
    world.assert_sound();
}

#[test]
fn a_request_for_records_is_recorded_after_the_release_and_decided_once_with_its_reason() {
    let world = &registrar();
    let new = NewRequest {
        asked_on: NaiveDate::from_ymd_opt(2026, 2, 3).unwrap(),
        asked_by: String::new(),
        wanted: "Enhetens rapport".to_owned(),
    };
    let record = |who: &str, new: &NewRequest| {
        world.act(who, |act, standing| request::record(act, standing, &world.case, new))
    };
    assert_eq!(code(record("rakel", &new)), "wrong_state", "nothing is released");
    world.agree("hanna", &world.case, "3");
    world.fix(&world.case);
    world.release(2026);
    assert_eq!(kind(record("hanna", &new)), Kind::NotFound);
    assert_eq!(kind(record("karin", &new)), Kind::Forbidden);
    let to_come = NewRequest { asked_on: NaiveDate::from_ymd_opt(2030, 1, 1).unwrap(), ..new.clone() };
    assert_eq!(code(record("rakel", &to_come)), "day_to_come");
    let id = record("rakel", &new).unwrap();
    let decide = |decision, reason: &str| {
        world.act("rakel", |act, standing| request::decide(act, standing, &world.case, &id, decision, reason))
    };
    assert_eq!(code(decide(Decision::Refused, " ")), "reason_missing");
    decide(Decision::Partly, "Namn på en enskild, OSL 21 kap. 1 §.").unwrap();
    assert_eq!(code(decide(Decision::Released, "")), "decided");
    let case = world.case();
    let listed = world.database.read(|db| request::requests(db, &world.standing("karin"), &case)).unwrap();
    assert_eq!((listed.len(), listed[0].decision), (1, Some(Decision::Partly)));
    let told = world.database.read(|db| audit::entries_of(db, &audit::Chain::Case(case.id.clone()))).unwrap();
    assert!(told.iter().all(|entry| !entry.detail.contains("Enhetens rapport")), "the log holds no words");
    world.assert_sound();
}

#[test]
fn a_coordinator_reads_a_draft_only_after_saying_why_and_the_unit_may_end_it() {
    let world = &World::new();
    let reads = |who: &str| {
        let case = world.case();
        world.standing(who).may(&case.reference(), Object::Assessment, Deed::Read)
    };
    let open_it =
        |who: &str, why: &str| world.act(who, |act, standing| support::open(act, standing, &world.case, why));
    assert!(!reads("karin"));
    assert_eq!(kind(open_it("gun", "Nyfiken.")), Kind::NotFound);
    assert_eq!(code(open_it("karin", " ")), "reason_missing");
    open_it("karin", "Enheten ringde om tabellen i C4.").unwrap();
    assert_eq!(code(open_it("karin", "Igen.")), "support_open");
    assert!(reads("karin") && !reads("kjell"), "it opens to the one who asked");
    let case = world.case();
    assert!(!world.standing("karin").may(&case.reference(), Object::Assessment, Deed::Write));
    let visits = world.database.read(|db| support::visits(db, &world.standing("hanna"), &case)).unwrap();
    assert_eq!(visits[0].reason, "Enheten ringde om tabellen i C4.");
    let end =
        |who: &str| world.act(who, |act, standing| support::end(act, standing, &world.case, &visits[0].id));
    assert_eq!(kind(end("kjell")), Kind::Forbidden, "another coordinator's visit");
    assert_eq!(kind(end("olle")), Kind::NotFound);
    end("hanna").unwrap();
    assert!(!reads("karin"));
    assert_eq!(kind(end("hanna")), Kind::NotFound);
    // A head who coordinates other units is no less the head of the own.
    open_it("karin", "Enheten ringde igen.").unwrap();
    let grant = usve::identity::store::NewGrant {
        person_id: world.person("hanna").clone(),
        role: GrantedRole::Coordinator,
        unit_id: None,
        administration_id: None,
        year: None,
        areas: None,
        granted_by: None,
    };
    world.database.act(|act| usve::identity::store::add_grant(act, &grant)).unwrap();
    let visits = world.database.read(|db| support::visits(db, &world.standing("hanna"), &case)).unwrap();
    world.act("hanna", |act, standing| support::end(act, standing, &world.case, &visits[0].id)).unwrap();
    assert!(!reads("karin"));
    world.assert_sound();
}

#[test]
fn the_unit_reads_its_log_without_those_who_review_and_an_auditor_the_whole() {
    let mut world = World::new();
    joins(&mut world, "rita", GrantedRole::Auditor, None);
    let world = &world;
    world.submit("hanna", &world.case);
    world.assign(&world.case, "ulla", "rolf").unwrap();
    world.declare("ulla", &world.case).unwrap();
    let case = world.case();
    let read = |who: &str| world.database.read(|db| log::entries(db, &world.standing(who), &case));
    let whole = read("rita").unwrap();
    assert_eq!(whole, read("karin").unwrap());
    assert!(whole.iter().any(|entry| entry.act == "declare_conflict"));
    let own = read("hanna").unwrap();
    let reviewers = [world.person("ulla"), world.person("rolf"), world.person("karin")];
    for entry in &own {
        assert!(entry.act != "declare_conflict", "{entry:?}");
        assert!(entry.actor.as_ref().is_none_or(|actor| !reviewers.contains(&actor)), "{entry:?}");
        assert!(reviewers.iter().all(|who| !entry.detail.contains(who.as_str())), "{entry:?}");
    }
    assert!(own.iter().any(|entry| entry.act == "submit" && entry.actor.is_some()));
    assert!(own.iter().any(|entry| entry.to_state.as_deref() == Some("assigned") && entry.actor.is_none()));
    assert_eq!(kind(read("olle")), Kind::NotFound);
    assert_eq!(kind(read("ulla")), Kind::NotFound);
}

#[actix_web::test]
async fn the_pages_of_the_years_end_are_there_for_those_they_belong_to_and_nobody_else() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let registrar = app.person("rakel@skane.example", "Rakel Registrator", &[GrantedRole::Registrar]);
    let auditor = app.person("rita@revision.example", "Rita Revisor", &[GrantedRole::Auditor]);
    let administrator = app.person("adam@skane.example", "Adam Administratör", &[GrantedRole::Administrator]);
    let pages: [(&str, &[&PersonId]); 6] = [
        ("/cykel/2026/datum", &[&year.coordinator, &year.other_coordinator]),
        ("/diarium/2026", &[&registrar]),
        ("/diarium/2026/kardiologi", &[&registrar, &year.coordinator, &year.other_coordinator]),
        ("/enhet/kardiologi/2026/logg", &[&year.head, &year.coordinator, &year.other_coordinator, &auditor]),
        ("/logg", &[&auditor]),
        ("/konto", &[]),
    ];
    let everybody = [
        &year.head,
        &year.contributor,
        &year.university,
        &year.coordinator,
        &year.other_coordinator,
        &year.group,
        &year.stranger,
        &registrar,
        &auditor,
        &administrator,
    ];
    for (path, readers) in pages {
        for person in everybody {
            let expected = if readers.is_empty() || readers.contains(&person) { 200 } else { 404 };
            let reply = app.signed_in(person).get(path).await;
            assert_eq!(reply.status, expected, "{path} {person}");
        }
    }
}

#[actix_web::test]
async fn a_coordinator_proposes_dates_on_a_page_with_every_fault_at_its_field_and_another_confirms() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let (saga, ulf) = (app.signed_in(&year.coordinator), app.signed_in(&year.other_coordinator));
    let path = "/cykel/2026/datum";
    let form = |submission: &'static str, time: &'static str, assign: &'static str| {
        vec![
            ("opens", "2026-02-02"),
            ("submission", submission),
            ("time", time),
            ("grace_minutes", "30"),
            ("assign", assign),
            ("lock", "2027-01-20"),
            ("settle", "2027-01-25"),
            ("further", "2027-01-28"),
            ("fix", "2027-02-05"),
            ("release", "2027-02-20"),
            ("present", "2027-02-25"),
            ("completion_days", "14"),
            ("fact_check_days", "10"),
            ("comment_days", "5"),
            ("plan_months", "2"),
            ("follow_up_months", "6, 12"),
            ("reason", "Registret var stängt i en vecka."),
        ]
    };
    let wrong =
        saga.post_form(path, &form("2026-12-18", "sent", "2026-12-01")).await.expect_status(422).text();
    assert!(wrong.contains("Skriv ett klockslag som 23:59.") && wrong.contains("Registret var stängt"));
    let wrong =
        saga.post_form(path, &form("2026-12-18", "16:00", "2026-12-01")).await.expect_status(422).text();
    assert!(wrong.contains("Granskare utsedda: Datumet kommer före steget innan."), "{wrong}");
    saga.post_form(path, &form("2026-12-18", "16:00", "2027-01-12")).await.expect_status(303);
    let waits = ulf.get(path).await.expect_status(200).text();
    assert!(waits.contains("Saga Samordning") && waits.contains("18 december 2026"));
    assert!(ulf.get("/").await.text().contains("Bekräfta nya datum"));
    let own = saga.post_form("/cykel/2026/datum/bekrafta", &[]).await.expect_status(303);
    assert_eq!(own.location(), path);
    assert!(saga.get(path).await.text().contains("En annan samordnare än den som föreslog datumen"));
    let _ = app.mails().await;
    ulf.post_form("/cykel/2026/datum/bekrafta", &[]).await.expect_status(303);
    let told = app.mails().await;
    assert!(
        told.iter().any(|mail| mail.to_name == "Maja Exempelsson" && mail.text.contains("18 december 2026"))
    );
    assert!(
        app.signed_in(&year.head).get("/enhet/kardiologi/2026").await.text().contains("18 december 2026")
    );
}

#[actix_web::test]
async fn the_unit_sees_who_reads_its_draft_and_why_and_ends_it() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let (saga, maja) = (app.signed_in(&year.coordinator), app.signed_in(&year.head));
    saga.get("/enhet/kardiologi/2026/svar").await.expect_status(404);
    saga.post_form("/cykel/2026/kardiologi/stod", &[("reason", "")]).await.expect_status(422);
    let why = "Enheten ringde om tabellen i C4.";
    saga.post_form("/cykel/2026/kardiologi/stod", &[("reason", why)]).await.expect_status(303);
    saga.get("/enhet/kardiologi/2026/svar").await.expect_status(200);
    let page = maja.get("/enhet/kardiologi/2026").await.text();
    assert!(page.contains("Saga Samordning") && page.contains(why));
    let address = page.split("action=\"/enhet/kardiologi/2026/stod/").nth(1).unwrap();
    let address = format!("/enhet/kardiologi/2026/stod/{}", address.split('"').next().unwrap());
    app.signed_in(&year.contributor).post_form(&address, &[]).await.expect_status(403);
    maja.post_form(&address, &[]).await.expect_status(303);
    saga.get("/enhet/kardiologi/2026/svar").await.expect_status(404);
}

#[actix_web::test]
async fn sessions_are_ended_by_oneself_and_by_an_administrator() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let administrator = app.person("adam@skane.example", "Adam Administratör", &[GrantedRole::Administrator]);
    let (here, there) = (app.signed_in(&year.head), app.signed_in(&year.head));
    let page = here.get("/konto").await.expect_status(200).text();
    let ends = page.split("action=\"/konto/inloggning/").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(there.session().unwrap().as_str(), ends, "the own session is left out");
    app.signed_in(&year.stranger)
        .post_form(&format!("/konto/inloggning/{ends}"), &[])
        .await
        .expect_status(404);
    here.post_form(&format!("/konto/inloggning/{ends}"), &[]).await.expect_status(303);
    assert_ne!(there.get("/konto").await.status, 200);
    let adam = app.signed_in(&administrator);
    let address = format!("/admin/person/{}/inloggningar", year.head);
    here.post_form(&address, &[]).await.expect_status(404);
    adam.post_form(&address, &[]).await.expect_status(303);
    assert_ne!(here.get("/konto").await.status, 200);
}

#[actix_web::test]
async fn the_registrar_works_on_pages() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let id = app.person("rakel@skane.example", "Rakel Registrator", &[GrantedRole::Registrar]);
    let rakel = app.signed_in(&id);
    let list = rakel.get("/diarium").await.expect_status(303);
    assert_eq!(list.location(), format!("/diarium/{YEAR}"));
    let list = rakel.get("/diarium/2026").await.text();
    assert!(list.contains("Kardiologi") && !list.contains("Utkast"), "no state before the release");
    rakel
        .post_form("/diarium/2026/kardiologi/nummer", &[("number", "2026-O000123")])
        .await
        .expect_status(303);
    let taken = rakel
        .post_form("/diarium/2026/ortopedi/nummer", &[("number", "2026-O000123")])
        .await
        .expect_status(409);
    assert!(taken.text().contains("Ett annat ärende har diarienumret 2026-O000123."));
    assert!(rakel.get("/diarium/2026").await.text().contains("2026-O000123"));
    let early = [("asked_on", "2026-11-20"), ("asked_by", ""), ("wanted", "Rapporten")];
    rakel.post_form("/diarium/2026/kardiologi/begaran", &early).await.expect_status(409);
    rakel.post_form("/diarium/2026/arkivera", &[("receipt", "1")]).await.expect_status(409);
    let _ = year;
}

#[test]
fn a_presented_case_of_last_year_is_closed_too() {
    let world = &World::new();
    world.agree("hanna", &world.case, "3");
    world.fix(&world.case);
    world.release(2026);
    world.declare("gun", &world.case).unwrap();
    let noted = usve::followup::Recommendation {
        recommendation: "Gruppen rekommenderar fortsatt uppdrag.".to_owned(),
        motive: "Enheten möter kraven.".to_owned(),
        decided_on: NaiveDate::from_ymd_opt(2026, 9, 15).unwrap(),
        present: "Gun Exempelsson".to_owned(),
        absent: String::new(),
    };
    world.act("gun", |act, standing| recommendation::write(act, standing, &world.case, &noted)).unwrap();
    assert_eq!(world.state(), CaseState::Presented);
    let dates = Dates::of(&world.form.calendar, 2027);
    world.database.act(|act| open_year(act, None, 2027, &world.form, &Library::default(), &dates)).unwrap();
    assert_eq!(world.state(), CaseState::Closed);
}

#[test]
fn results_are_open_to_everybody_only_in_a_year_that_two_coordinators_have_published_and_only_released_ones()
{
    let world = &World::new();
    let open = || world.database.read(|db| usve::results::view::published(db, 2026));
    world.agree("hanna", &world.case, "3");
    world.fix(&world.case);
    assert_eq!(kind(open()), Kind::NotFound);
    change(world, "karin", &dates_of(world, 2026), "Myndigheterna vill visa resultaten.").unwrap();
    assert_eq!(kind(open()), Kind::NotFound, "one coordinator alone");
    confirm(world, "lars").unwrap();
    assert!(open().unwrap().is_empty(), "fixed and not released");
    world.release(2026);
    let rows = open().unwrap();
    assert_eq!(rows.len(), 1);
    assert!(rows[0].case.unit.slug == "kardiologi" && rows[0].result.is_some());
}

#[actix_web::test]
async fn a_published_year_is_read_without_signing_in_and_another_is_unknown() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    app.visitor().get("/resultat").await.expect_status(200);
    app.visitor().get("/resultat/2026").await.expect_status(404);
    let (saga, ulf) = (year.standing(&year.coordinator), year.standing(&year.other_coordinator));
    let new = Settings {
        dates: Dates::of(&year.form.calendar, YEAR).shifted(300),
        published: true,
        hides_own_level: true,
    };
    app.act(|act| change_dates::change_dates(act, &saga, 2026, &new, "Alla ska kunna läsa."));
    app.act(|act| change_dates::confirm(act, &ulf, 2026));
    assert!(app.visitor().get("/resultat").await.text().contains("/resultat/2026"));
    let page = app.visitor().get("/resultat/2026").await.expect_status(200).text();
    assert!(page.contains("Inget är meddelat än") && !page.contains("Kardiologi"));
}
