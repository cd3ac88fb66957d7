//! What is not there and what is not the reader's answer alike: the same bytes but for the address, after the same
//! statements in the same order.

use actix_web::http::Method;
use usve::state::CaseState;

use super::crawl::{Ids, comparable, example, filled, routes};
use super::world::World;
use crate::support::{Actor, TestApp};

/// One request's answer and the statements behind it.
async fn asked(
    world: &World<'_>,
    browser: &Actor<'_>,
    (method, pattern): (&Method, &str),
    path: &str,
) -> (u16, String, Vec<String>) {
    let mut request = browser.request(method.clone(), path).insert_header(("if-match", "\"1\""));
    if *method != Method::GET {
        request = request.insert_header(("sec-fetch-site", "same-origin"));
        request = if path.starts_with("/api/") {
            request.set_json(example(method, pattern))
        } else {
            request.set_form([("csrf", browser.form_token())])
        };
    }
    let database = &world.app.app.database;
    database.record();
    let reply = world.app.send(request).await;
    let statements = database.recorded();
    (reply.status, comparable(&reply), statements)
}

/// Compares a real address that is not the reader's with one of nothing, and says whether it was a comparison.
async fn alike(
    world: &World<'_>,
    browser: &Actor<'_>,
    route: (&Method, &str),
    (real, nothing): (&str, &str),
    ids: (&str, &str),
) -> bool {
    let (status, there, work) = asked(world, browser, route, real).await;
    if status != 404 {
        return false;
    }
    let (_, not_there, same_work) = asked(world, browser, route, nothing).await;
    assert_eq!(there.replace(ids.0, ids.1), not_there, "{} {real}", route.0);
    assert_eq!(work, same_work, "{} {real}", route.0);
    true
}

fn ids(unit: &str, evidence: &str, person: &str) -> Ids {
    Ids {
        unit: unit.to_owned(),
        evidence: evidence.to_owned(),
        person: person.to_owned(),
        other: "0".repeat(36),
    }
}

#[actix_web::test]
async fn an_unknown_unit_and_a_forbidden_one_do_the_same_work_on_every_route() {
    let app = TestApp::new().await;
    let world = World::whole(&app).await;
    let last = world.year.case().state;
    world.put_in(CaseState::Scoring);
    let (evidence, nobody) = (world.evidence(), "0".repeat(36));
    let (real, nothing) = (ids("kardiologi", &evidence, &nobody), ids("kardiologx", &evidence, &nobody));
    let mut compared = 0;
    for name in [
        "stranger",
        "member in conflict",
        "further in conflict",
        "coordinator in conflict",
        "undeclared member",
        "registrar",
    ] {
        let browser = world.browser(world.who(name));
        for (method, pattern) in routes() {
            let pairs = filled(&pattern, &real).into_iter().zip(filled(&pattern, &nothing));
            for (there, not_there) in pairs.filter(|(there, not_there)| there != not_there) {
                let way = (there.as_str(), not_there.as_str());
                compared += usize::from(
                    alike(&world, &browser, (&method, &pattern), way, ("kardiologi", "kardiologx")).await,
                );
            }
        }
    }
    assert!(compared > 500, "{compared}");
    world.put_in(last);
}

#[actix_web::test]
async fn an_unknown_thing_and_one_of_somebody_else_do_the_same_work() {
    let app = TestApp::new().await;
    let world = World::whole(&app).await;
    let evidence = world.evidence();
    // The piece becomes another unit's: behind an address that its reader may open stands a thing that is not theirs.
    world.sql(&format!(
        "UPDATE evidence SET case_id = (SELECT id FROM cases WHERE id <> '{}') WHERE id = '{evidence}'",
        world.case
    ));
    let (nothing, person) = ("0".repeat(evidence.len()), world.year.university.to_string());
    let mut compared = 0;
    for name in ["head", "contributor", "university", "coordinator", "group", "stranger", "registrar"] {
        let browser = world.browser(world.who(name));
        for (method, pattern) in routes().into_iter().filter(|(_, pattern)| pattern.contains("{id}")) {
            let real = ids("kardiologi", &evidence, &person);
            let none = ids("kardiologi", &nothing, &nothing);
            let pairs = filled(&pattern, &real).into_iter().zip(filled(&pattern, &none));
            for (there, not_there) in pairs.filter(|(there, not_there)| there != not_there) {
                let id = if there.contains(&evidence) { &evidence } else { &person };
                let way = (there.as_str(), not_there.as_str());
                compared +=
                    usize::from(alike(&world, &browser, (&method, &pattern), way, (id, &nothing)).await);
            }
        }
    }
    assert!(compared > 30, "{compared}");
    world.sql(&format!("UPDATE evidence SET case_id = '{}' WHERE id = '{evidence}'", world.case));
}
