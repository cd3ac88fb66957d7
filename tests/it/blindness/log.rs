//! The log tells nobody what was scored, or who has locked, before the rights let them read it.

use serde_json::Value as Json;
use usve::identity::rights::{Deed, Object};
use usve::reviews::lock;
use usve::state::{CaseState, Phase};

use super::crawl::text;
use super::grid::Grid;
use super::states;
use super::world::World;
use crate::support::TestApp;

const LOG: &str = "/api/v1/cases/2026/kardiologi/log?limit=200";

async fn entries(world: &World<'_>, name: &str) -> Vec<Json> {
    let answer = world.browser(world.who(name)).get(LOG).await.expect_status(200).json();
    answer["items"].as_array().unwrap().clone()
}

fn count(entries: &[Json], act: &str) -> usize {
    entries.iter().filter(|entry| entry["act"] == act).count()
}

#[actix_web::test]
async fn neither_salts_nor_levels_stand_in_the_log_of_who_may_not_read_the_reviews() {
    let app = TestApp::new().await;
    let world = World::whole(&app).await;
    let grid = Grid::read();
    let last = world.year.case().state;
    let mut shown = 0;
    for state in &states() {
        world.put_in(*state);
        for name in ["auditor", "coordinator", "head"] {
            let who = world.who(name);
            let reads =
                |object| who.roles.iter().any(|role| grid.allows((*role, object, Deed::Read, *state)));
            let entries = entries(&world, name).await;
            for entry in &entries {
                let detail = &entry["detail"];
                let opens = !detail["opened"].is_null() || !detail["level"].is_null();
                shown += usize::from(opens);
                // The head reads no acts of others in the log, and the unit sees the reviews on its own pages.
                assert!(!opens || (reads(Object::Reviews) && name != "head"), "{state:?} {name} {entry}");
            }
            let page = if name == "coordinator" {
                "/cykel/2026/kardiologi/logg"
            } else {
                "/enhet/kardiologi/2026/logg"
            };
            let page = world.browser(who).get(page).await.expect_status(200);
            let told = text(&page).contains("Låste sin granskning");
            assert_eq!(
                told,
                name == "coordinator" || (name == "auditor" && reads(Object::Reviews)),
                "{state:?} {name}"
            );
        }
    }
    world.put_in(last);
    assert!(shown > 20, "{shown}");
}

#[actix_web::test]
async fn an_auditor_reads_the_reviewers_steps_as_withheld_from_the_comparison_and_whole_from_the_result() {
    let app = TestApp::new().await;
    let world = World::whole(&app).await;
    let last = world.year.case().state;
    world.put_in(CaseState::Final);
    let whole = entries(&world, "auditor").await;
    assert_eq!(count(&whole, "lock_review"), 3);
    assert_eq!(count(&whole, "withheld"), 0);
    for state in
        CaseState::ALL.iter().filter(|state| !matches!(state.phase(), Phase::X | Phase::P | Phase::A))
    {
        world.put_in(*state);
        let told = entries(&world, "auditor").await;
        let blind = matches!(state.phase(), Phase::D | Phase::S | Phase::V);
        let withheld: Vec<&Json> = told.iter().filter(|entry| entry["act"] == "withheld").collect();
        assert_eq!(withheld.is_empty(), blind, "{state:?}");
        for entry in withheld {
            assert!(entry["actor"].is_null() && entry["detail"] == serde_json::json!({}), "{entry}");
            // The chain stands: place, time and hash are those of the entry.
            assert!(
                whole.iter().any(|one| one["hash"] == entry["hash"] && one["at"] == entry["at"]),
                "{entry}"
            );
        }
        if !blind {
            assert_eq!(told.len(), whole.len(), "{state:?}");
        }
        // The moves stand, without who made them: the last who locked made both_locked.
        let moved = told.iter().find(|entry| entry["act"] == "both_locked").unwrap();
        assert!(moved["actor"].is_null() && moved["to"] == "settling", "{moved}");
        for name in ["university", "region", "further"] {
            let person = world.who(name).person.clone().unwrap().to_string();
            let steps = ["declare_conflict", "accept_assignment", "begin_scoring"];
            let acts = told.iter().filter(|entry| entry["actor"] == person.as_str());
            let acts: Vec<&str> = acts.map(|entry| entry["act"].as_str().unwrap()).collect();
            assert!(acts.iter().all(|act| steps.contains(act)), "{state:?} {name} {acts:?}");
        }
        let page = world.browser(world.who("auditor")).get("/enhet/kardiologi/2026/logg").await.text();
        assert!(page.contains("när resultatet är fastställt"), "{state:?}");
        assert_eq!(page.contains("Ett steg i granskningen"), !blind, "{state:?}");
        assert_eq!(count(&entries(&world, "coordinator").await, "lock_review"), 3, "{state:?}");
    }
    world.put_in(last);
    let database = &app.app.database;
    let proof = database.read(usve::reviews::seal::verify).unwrap();
    assert!(proof.broken.is_empty(), "{:?}", proof.broken);
}

#[actix_web::test]
async fn the_log_of_an_auditor_is_the_same_before_and_after_a_lock() {
    let app = TestApp::new().await;
    let world = World::scoring(&app);
    let before = entries(&world, "auditor").await;
    let standing = world.year.standing(&world.year.university);
    app.travel(chrono::TimeDelta::seconds(1));
    app.act(|act| lock::lock(act, &standing, &world.year.form, &world.case));
    assert_eq!(world.year.case().state, CaseState::Scoring);
    assert_eq!(entries(&world, "auditor").await, before);
    assert_eq!(count(&entries(&world, "coordinator").await, "lock_review"), 1);
}
