//! Until the own review is locked, nothing that a reviewer gets depends on anybody else; and nothing tells the source.

use usve::calibration::{clarify, close};
use usve::identity::GrantedRole;
use usve::ids::PersonId;

use super::{NEXT, Rounds, without_keys};
use crate::support::TestApp;

/// Every address of a round that there is, pages and API.
fn addresses(rounds: &Rounds<'_>) -> Vec<String> {
    let mut all: Vec<String> =
        ["", "/2027-1", "/2027-1/las", "/2027-1/resultat", "/2027-2", "/2027-2/A", "/2028-1/A", "/x"]
            .iter()
            .map(|end| format!("/ovning{end}"))
            .collect();
    all.extend(rounds.form.areas.iter().map(|area| format!("/ovning/2027-1/{}", area.id)));
    let cycle = ["", "/utfall", "/fortydliga/E2", "/1", "/1/A1", "/1/bakgrund", "/2"];
    all.extend(cycle.iter().map(|end| format!("/cykel/2027/ovning{end}")));
    let api = [
        "/calibration",
        "/calibration/2027/1",
        "/calibration/2027/1/scores/A1",
        "/calibration/2027/1/scores/E2",
        "/calibration/2027/1/spread",
        "/calibration/2027/2",
        "/cycles/2027/calibration",
        "/cycles/2027/calibration/eligible",
        "/cycles/2027/calibration/cases/1",
        "/cycles/2027/calibration/cases/1/A1",
        "/cycles/2027/calibration/spread",
        "/cycles/2027/calibration/clarifications/E2",
    ];
    all.extend(api.iter().map(|end| format!("/api/v1{end}")));
    all.push("/".to_owned());
    all.push("/granska".to_owned());
    all
}

/// What every address gives a person: status, where to, headers that tell, and the page without its keys.
async fn everything(rounds: &Rounds<'_>, person: &PersonId) -> Vec<(String, u16, String)> {
    let actor = rounds.app.signed_in(person);
    let mut all = Vec::new();
    for address in addresses(rounds) {
        let reply = actor.get(&address).await;
        let shown = format!("{} {} {}", reply.location(), reply.header("etag"), without_keys(&reply.text()));
        all.push((address, reply.status, shown));
    }
    all
}

#[actix_web::test]
async fn who_has_not_locked_gets_the_same_bytes_whatever_others_do() {
    let app = TestApp::new().await;
    let rounds = Rounds::open(&app);
    let year = &rounds.year;
    rounds.score_all(&year.further, |id| if id == "E2" { "3" } else { "1" });
    let before = everything(&rounds, &year.further).await;
    assert!(before.iter().filter(|(_, status, _)| *status == 200).count() > 10);
    rounds.score_all(&year.university, |_| "0");
    rounds.score_all(&year.region, |_| "4");
    assert_eq!(everything(&rounds, &year.further).await, before, "others have scored");
    rounds.lock(&year.university).unwrap();
    rounds.lock(&year.region).unwrap();
    let coordinator = rounds.standing(&year.coordinator);
    app.act(|act| clarify::clarify(act, &coordinator, &rounds.form, (NEXT, "E2"), 0, "Ett förtydligande"));
    assert_eq!(everything(&rounds, &year.further).await, before, "others have locked, and more was written");
    // Having locked opens the spread, without names.
    rounds.lock(&year.further).unwrap();
    let page = app.signed_in(&year.further).get("/ovning/2027-1/resultat").await.expect_status(200).text();
    assert!(page.contains("3 granskare har låst"), "{page}");
    for name in ["Lova", "Rune", "Ett förtydligande"] {
        assert!(!page.contains(name), "{name}");
    }
}

#[actix_web::test]
async fn who_never_locked_stays_blind_when_the_round_has_ended() {
    let app = TestApp::new().await;
    let rounds = Rounds::open(&app);
    let year = &rounds.year;
    rounds.score_all(&year.university, |_| "0");
    rounds.lock(&year.university).unwrap();
    let coordinator = rounds.standing(&year.coordinator);
    app.act(|act| close::close(act, &coordinator, NEXT));
    let reviewer = app.signed_in(&year.further);
    reviewer.get("/ovning/2027-1/A").await.expect_status(200);
    reviewer.get("/ovning/2027-1/resultat").await.expect_status(404);
    reviewer.get("/api/v1/calibration/2027/1/spread").await.expect_status(404);
    app.signed_in(&year.university).get("/ovning/2027-1/resultat").await.expect_status(200);
}

#[actix_web::test]
async fn a_round_that_is_prepared_is_as_if_it_were_not_there() {
    let app = TestApp::new().await;
    let rounds = Rounds::planned(&app);
    let year = &rounds.year;
    let people = [&year.university, &year.head, &year.group, &year.stranger];
    let mut before = Vec::new();
    for person in people {
        before.push(everything(&rounds, person).await);
    }
    rounds.pick(&year.coordinator).unwrap();
    for (person, before) in people.into_iter().zip(before) {
        assert_eq!(everything(&rounds, person).await, before);
    }
}

#[actix_web::test]
async fn nothing_that_a_reviewer_gets_tells_what_the_copy_was_made_from() {
    let app = TestApp::new().await;
    let rounds = Rounds::open(&app);
    let case = rounds.year.case();
    let tells = [
        case.id.as_str(),
        case.unit.id.as_str(),
        "kardiologi",
        "Kardiologi",
        "Skånes universitetssjukvård",
        "Hjärt- och lungmedicin",
        "Exempelsson",
        "Påhittad",
        "Underlag A1.pdf",
    ];
    for (address, status, shown) in everything(&rounds, &rounds.year.further).await {
        for word in tells {
            assert!(!shown.contains(word), "{word} at {address} ({status})");
        }
    }
}

#[actix_web::test]
async fn a_coordinator_of_the_own_unit_finds_the_round_without_the_case() {
    let app = TestApp::new().await;
    let rounds = Rounds::open(&app);
    let own = rounds.another_coordinator();
    rounds.with_role(&own, GrantedRole::Coordinator, None);
    rounds.with_role(&own, GrantedRole::Contributor, None);
    let actor = app.signed_in(&own);
    let page = actor.get("/cykel/2027/ovning").await.expect_status(200).text();
    assert!(!page.contains("Kopia av") && page.contains("hanteras av en annan samordnare"), "{page}");
    for end in ["/1", "/1/A1"] {
        actor.get(&format!("/cykel/2027/ovning{end}")).await.expect_status(404);
    }
    assert!(!actor.get("/cykel/2027/ovning/utfall").await.text().contains("Övningsfall 1"));
}
