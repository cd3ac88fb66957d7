//! The quality of reviewing: what is counted, for whom, and from when.

use usve::problem::Kind;
use usve::reliability::view::{Reliability, of_year};
use usve::reliability::{Measured, Share};
use usve::scoring::HIGHEST_LEVEL;

use crate::result_pages::fact_check;
use crate::reviewed_case::{WORKED, World, kind};
use crate::support::TestApp;

fn seen_by(world: &World, who: &str) -> Reliability {
    world.database.read(|db| of_year(db, &world.standing(who), &world.form, 2026)).unwrap()
}

fn of<'a>(found: &'a Reliability, criterion: &str) -> &'a Measured {
    &found.criteria.iter().find(|(id, _)| id == criterion).unwrap().1
}

#[test]
fn nothing_is_counted_before_both_have_locked() {
    let world = World::new();
    world.begin_scoring("hanna", &world.case);
    for (criterion, university, _) in WORKED {
        world.score("ulla", &world.case, criterion, university).unwrap();
        if university == "NA" {
            world.approve_not_applicable(&world.case, criterion);
        }
    }
    world.lock("ulla", &world.case).unwrap();
    let found = seen_by(&world, "karin");
    assert_eq!((found.cases, found.whole.pairs), (0, 0));
    assert_eq!(found.whole.cannot_judge, Share { part: 0, of: 0 });
    assert_eq!(found.reviewers, Some(Vec::new()));
}

#[test]
fn first_scores_count_and_no_revision_or_further_review_changes_them() {
    let world = World::new();
    world.begin_scoring("hanna", &world.case);
    world.lock_both(&world.case, &WORKED);
    let blind = seen_by(&world, "karin");
    assert_eq!(blind.cases, 1);
    assert_eq!(blind.whole.pairs, 6, "E3 was judged by nobody and A4 does not apply");
    assert_eq!(blind.whole.equal, Share { part: 3, of: 6 });
    assert_eq!(blind.whole.large, Share { part: 1, of: 6 });
    assert_eq!(of(&blind, "A4").not_applicable, Share { part: 1, of: 1 });
    assert_eq!(of(&blind, "A3").large, Share { part: 1, of: 1 });
    let by_name = |name: &str| {
        let reviewers = blind.reviewers.clone().unwrap();
        reviewers.into_iter().find(|one| &one.id == world.person(name)).unwrap().severity
    };
    // Ulla gave one more on A2 and E1 and two more on A3, of six criteria; A2 is a minimum that she alone found met.
    assert!((by_name("ulla").mean - 4.0 / 6.0).abs() < 1e-9);
    assert!((by_name("rolf").mean + 4.0 / 6.0).abs() < 1e-9);
    assert!((by_name("ulla").splits.unwrap() - 0.25).abs() < 1e-9);
    assert!(!by_name("ulla").warns(), "six criteria are too few");

    let world = World::new();
    world.work_example(&world.case);
    assert_eq!(seen_by(&world, "karin").criteria, blind.criteria, "after the whole settlement");
}

#[test]
fn the_group_sees_fixed_cases_alone_and_no_reviewer_by_name() {
    let world = World::new();
    world.work_example(&world.case);
    assert_eq!(seen_by(&world, "gun").cases, 0, "not yet fixed");
    world.fix(&world.case);
    assert_eq!(seen_by(&world, "gun").cases, 0, "gun has not declared");
    world.declare("gun", &world.case).unwrap();
    let found = seen_by(&world, "gun");
    assert_eq!((found.cases, found.reviewers), (1, None));
}

#[test]
fn for_everybody_else_there_is_no_such_page() {
    let world = World::new();
    world.work_example(&world.case);
    for who in ["hanna", "ulla", "rolf", "sven", "adam"] {
        let asked = world.database.read(|db| of_year(db, &world.standing(who), &world.form, 2026));
        assert_eq!(kind(asked), Kind::NotFound, "{who}");
    }
    let asked = world.database.read(|db| of_year(db, &world.standing("karin"), &world.form, 2031));
    assert_eq!(kind(asked), Kind::NotFound);
}

#[actix_web::test]
async fn the_page_and_its_twin_tell_the_same() {
    let app = TestApp::new().await;
    let year = fact_check(&app);
    let coordinator = app.signed_in(&year.coordinator);
    let page = coordinator.get("/granskningskvalitet").await.expect_status(200).text();
    let pairs = year.form.criteria().count();
    assert!(page.contains(&format!("{pairs} par av nivåer i 1 ärenden")), "{page}");
    assert!(page.contains("Granskarna mot sina medgranskare"));
    let twin = coordinator.get("/api/v1/cycles/2026/reliability").await.expect_status(200).json();
    assert_eq!(twin["whole"]["pairs"], pairs);
    assert_eq!(twin["whole"]["equal"], serde_json::json!({ "part": pairs, "of": pairs }));
    assert_eq!(twin["criteria"].as_array().unwrap().len(), pairs);
    assert_eq!(twin["reviewers"].as_array().unwrap().len(), 2);
    let value = twin["whole"]["ac2"]["value"].as_f64().unwrap();
    assert!((value - 1.0).abs() < 1e-9 && HIGHEST_LEVEL == 4);
    for person in [&year.head, &year.university, &year.region] {
        let somebody = app.signed_in(person);
        for path in ["/granskningskvalitet", "/api/v1/cycles/2026/reliability"] {
            somebody.get(path).await.expect_status(404);
        }
    }
}
