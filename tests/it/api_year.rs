//! The whole year through the API, each step as the person whose step it is.

use actix_web::http::Method;
use chrono::TimeDelta;
use serde_json::{Value as Json, json};

use usve::identity::GrantedRole;
use usve::identity::store::{NewGrant, add_grant};

use crate::api::{Program, refused};
use crate::support::TestApp;
use crate::support::year::Year;

const CASE: &str = "/cases/2026/kardiologi";
const REASON: &str = "Underlaget visar detta tydligt, se den bifogade redovisningen och dess bilagor.";

/// Everybody who has a step in the year.
struct People<'a> {
    year: &'a Year<'a>,
    head: Program<'a>,
    contributor: Program<'a>,
    university: Program<'a>,
    region: Program<'a>,
    further: Program<'a>,
    coordinator: Program<'a>,
    other_coordinator: Program<'a>,
    group: Program<'a>,
    stranger: Program<'a>,
    administration_head: Program<'a>,
    registrar: Program<'a>,
}

impl<'a> People<'a> {
    fn of(app: &'a TestApp, year: &'a Year<'a>) -> People<'a> {
        let registrar = app.person("rakel@skane.example", "Rakel Registrator", &[GrantedRole::Registrar]);
        let administration_head = app.person("fredrik@skane.example", "Fredrik Förvaltning", &[]);
        let administration = year.case().unit.administration.id;
        app.act(|act| {
            let grant = NewGrant {
                person_id: administration_head.clone(),
                role: GrantedRole::AdministrationHead,
                unit_id: None,
                administration_id: Some(administration),
                year: None,
                areas: None,
                granted_by: None,
            };
            add_grant(act, &grant)
        });
        People {
            year,
            head: Program::of(app, &year.head),
            contributor: Program::of(app, &year.contributor),
            university: Program::of(app, &year.university),
            region: Program::of(app, &year.region),
            further: Program::of(app, &year.further),
            coordinator: Program::of(app, &year.coordinator),
            other_coordinator: Program::of(app, &year.other_coordinator),
            group: Program::of(app, &year.group),
            stranger: Program::of(app, &year.stranger),
            administration_head: Program::of(app, &administration_head),
            registrar: Program::of(app, &registrar),
        }
    }

    /// Where the case is, for the coordinator.
    async fn state(&self) -> String {
        let case = self.coordinator.get(CASE).await.expect_status(200).json();
        case["state"].as_str().unwrap().to_owned()
    }

    fn criteria(&self) -> Vec<String> {
        self.year.form.criteria().map(|(_, criterion)| criterion.id.clone()).collect()
    }
}

fn under(path: &str) -> String {
    format!("{CASE}/{path}")
}

/// The unit answers together, and the head submits.
async fn answer_and_submit(people: &People<'_>) {
    for place in people.criteria().into_iter().chain(["background".to_owned()]) {
        let body = json!({"fields": people.year.complete(&place)});
        let saved =
            people.contributor.put(&under(&format!("answers/{place}")), 0, &body).await.expect_status(200);
        assert_eq!(saved.json()["issues"], json!([]), "{place}");
    }
    for (_, criterion) in people.year.form.criteria().filter(|(_, criterion)| criterion.minimum) {
        let path = under(&format!("evidence/{}?name=underlag.pdf", criterion.id));
        people.contributor.upload(&path, b"%PDF-1.7\n%%EOF\n").await.expect_status(201);
    }
    for area in &people.year.form.areas {
        let path = under(&format!("areas/{}/ready", area.id));
        people.contributor.send(Method::PUT, &path, &json!({"ready": true}), &[]).await.expect_status(204);
    }
    let case = people.head.get(CASE).await.json();
    assert!(
        case["progress"]["areas"].as_array().unwrap().iter().all(|area| area["done"] == area["of"]),
        "{case}"
    );
    refused(&people.contributor.post(&under("submission"), &Json::Null).await, 403, "forbidden");
    refused(&people.coordinator.get(&under("answers")).await, 404, "not_found");
    people.head.post(&under("submission"), &Json::Null).await.expect_status(200);
    people.coordinator.get(&under("answers/A1")).await.expect_status(200);
}

/// The coordinator asks for completion once; the head gives it.
async fn complete(people: &People<'_>) {
    let wanted = json!({"criteria": [{"criterion": "A1", "what": "Bifoga beslutet."}]});
    people.coordinator.post(&under("completion"), &wanted).await.expect_status(200);
    let asked = people.head.get(&under("completion")).await.expect_status(200).json();
    assert_eq!(asked["returned"][0]["criterion"], "A1");
    refused(&people.head.put(&under("answers/A2"), 1, &json!({"fields": {}})).await, 409, "not_returned");
    people.head.upload(&under("evidence/A1?name=beslut.pdf"), b"%PDF-1.7\n%%EOF\n").await.expect_status(201);
    people.head.post(&under("submission"), &Json::Null).await.expect_status(200);
}

/// A pair is assigned, and the case opens to each with the declaration.
async fn assign(people: &People<'_>) {
    let candidates =
        people.coordinator.get(&under("candidates?party=university")).await.expect_status(200).json();
    let fit = |one: &&Json| one["refused"].is_null();
    assert_eq!(candidates["candidates"].as_array().unwrap().iter().filter(fit).count(), 2);
    let pair = json!({"university": people.year.university, "region": people.year.region});
    people.coordinator.post(&under("assignments"), &pair).await.expect_status(200);
    refused(&people.university.get(&under("answers/A1")).await, 404, "not_found");
    refused(&people.university.get(&under("review")).await, 404, "not_found");
    let me = people.university.get("/me").await.json();
    assert_eq!(me["seats"][0]["must_declare"], "content");
    for reviewer in [&people.university, &people.region] {
        assert_eq!(reviewer.get(&under("assignments")).await.json()["items"].as_array().unwrap().len(), 1);
        reviewer.post(&under("declarations"), &json!({"conflict": null})).await.expect_status(204);
    }
    people.university.get(&under("answers/A1")).await.expect_status(200);
    assert_eq!(people.state().await, "scoring");
}

/// Each scores alone and locks; nobody sees the other before.
async fn score(people: &People<'_>, reviewer: &Program<'_>, of: impl Fn(&str) -> &'static str) {
    for criterion in people.criteria() {
        let body = json!({"score": of(&criterion), "reason": REASON});
        let path = under(&format!("review/{criterion}"));
        assert_eq!(reviewer.get(&path).await.expect_status(200).header("etag"), "\"0\"");
        assert_eq!(reviewer.put(&path, 0, &body).await.expect_status(200).header("etag"), "\"1\"");
    }
    let stale = reviewer.put(&under("review/A1"), 0, &json!({"score": "0", "reason": REASON})).await;
    assert_eq!(refused(&stale, 412, "stale")["current"]["version"], 1);
    refused(&reviewer.get(&under("reviews")).await, 404, "not_found");
    let read = reviewer.get(&under("answers/A1")).await.expect_status(200).json();
    assert!(read["fields"]["motivation"].is_string() && read["fields"]["self_level"].is_null(), "{read}");
    refused(&reviewer.get(&under("settlement")).await, 404, "not_found");
    reviewer.post(&under("review/lock?dry_run=true"), &Json::Null).await.expect_status(200);
    reviewer.post(&under("review/lock"), &Json::Null).await.expect_status(200);
}

/// What differs is discussed: one criterion is brought near, one goes to a further reviewer.
async fn settle(people: &People<'_>) {
    for reviewer in [&people.university, &people.region] {
        refused(&reviewer.get(&under("settlement")).await, 404, "not_found");
        reviewer.post(&under("declarations"), &json!({"conflict": null})).await.expect_status(204);
        assert_eq!(reviewer.get(&under("reviews")).await.json()["reviews"].as_array().unwrap().len(), 2);
    }
    let settlement = people.region.get(&under("settlement")).await.expect_status(200).json();
    let state = |id: &str| {
        let all = settlement["criteria"].as_array().unwrap();
        all.iter().find(|one| one["criterion"] == id).unwrap()["state"].clone()
    };
    assert_eq!(
        (state("A1"), state("A3"), state("E4")),
        (json!("agreed"), json!("needs_discussion"), json!("needs_discussion"))
    );
    let at_stake = settlement["at_stake"].as_array().unwrap();
    assert_eq!(at_stake.len(), 2);
    for stake in at_stake {
        assert!(stake["sentence"].as_str().unwrap().contains("points"), "{stake}");
        assert!(
            stake["points"].is_string()
                && stake["outcomes"][0].is_string()
                && stake["decides_minimum"].is_boolean()
        );
    }
    let message = json!({"message": "Jag läser underlaget annorlunda."});
    people.region.post(&under("settlement/A3/messages"), &message).await.expect_status(204);
    let revision = json!({"level": 3, "reason": REASON});
    people
        .region
        .send(Method::PUT, &under("settlement/A3/revision"), &revision, &[])
        .await
        .expect_status(204);
    for reviewer in [&people.university, &people.region] {
        reviewer.post(&under("settlement/E4/close"), &Json::Null).await.expect_status(204);
    }
    for reviewer in [&people.university, &people.region] {
        // The revision may have ended the discussion by itself.
        let closed = reviewer.post(&under("settlement/A3/close"), &Json::Null).await;
        assert!(matches!(closed.status, 204 | 409), "{}", closed.text());
    }
    let summary =
        people.university.put(&under("settlement/summary"), 0, &json!({"summary": "En stark miljö."})).await;
    assert_eq!(summary.expect_status(200).header("etag"), "\"1\"");
    let sign = async |who: &Program<'_>, version: &str| {
        who.send(Method::POST, &under("settlement/signature"), &Json::Null, &[("if-match", version)]).await
    };
    refused(&sign(&people.region, "\"0\"").await, 412, "stale");
    sign(&people.region, "\"1\"").await.expect_status(200);
    let version = people.university.get(&under("settlement/summary")).await.header("etag").to_owned();
    sign(&people.university, &version).await.expect_status(200);
    assert_eq!(people.state().await, "further");
}

/// A further reviewer sees one criterion and scores it.
async fn further(people: &People<'_>) {
    let lacking = people.coordinator.get(&under("further")).await.expect_status(200).json();
    assert_eq!(lacking, json!({"E4": 1}));
    let sent = json!({"person": people.year.further, "criteria": ["E4"]});
    people.coordinator.post(&under("further"), &sent).await.expect_status(200);
    people.further.post(&under("declarations"), &json!({"conflict": null})).await.expect_status(204);
    let answers = people.further.get(&under("answers")).await.expect_status(200).json();
    assert_eq!(
        answers["items"].as_array().unwrap().iter().map(|one| &one["criterion"]).collect::<Vec<_>>(),
        ["E4"]
    );
    refused(&people.further.get(&under("answers/A1")).await, 404, "not_found");
    refused(&people.further.get(&under("submission")).await, 404, "not_found");
    refused(&people.further.get(&under("reviews")).await, 404, "not_found");
    people
        .further
        .put(&under("review/E4"), 0, &json!({"score": "3", "reason": REASON}))
        .await
        .expect_status(200);
    people.further.post(&under("review/lock"), &Json::Null).await.expect_status(200);
    assert_eq!(people.state().await, "fact_check");
}

/// The head comments a fact, a reviewer answers and corrects, and the coordinator fixes.
async fn check_facts_and_finalise(people: &People<'_>, app: &TestApp) {
    let draft = people.head.get(&under("result")).await.expect_status(200).json();
    assert_eq!((&draft["number"], &draft["result"]["final"]), (&Json::Null, &json!(true)));
    refused(&people.coordinator.post(&under("result"), &Json::Null).await, 409, "fact_check_runs");
    let comment = json!({"comment": "Det hölls tolv möten."});
    people.head.send(Method::PUT, &under("fact-check/A1"), &comment, &[]).await.expect_status(204);
    people.head.post(&under("fact-check/send"), &Json::Null).await.expect_status(200);
    people
        .region
        .post(&under("fact-check/A1/answer"), &json!({"answer": "Rättat."}))
        .await
        .expect_status(204);
    let correction = json!({"level": 4, "reason": REASON});
    let corrected = people.region.send(Method::PUT, &under("review/A1/correction"), &correction, &[]).await;
    assert_eq!(corrected.expect_status(200).json()["state"], "corrected");
    refused(&people.stranger.get(&under("result")).await, 404, "not_found");
    let fixed = people.coordinator.post(&under("result"), &Json::Null).await.expect_status(200).json();
    let result = people.head.get(&under("result")).await.json();
    assert_eq!((&result["number"], &result["digest"]), (&json!(1), &fixed["digest"]));
    assert_eq!(result["result"]["criteria"]["A1"]["value"], "7/2");
    assert!(
        result["explanations"]["total"]
            .as_str()
            .unwrap()
            .contains(result["result"]["display"].as_str().unwrap())
    );
    let recomputed = usve::scoring::Case::read(&result["judged"].to_string(), None).unwrap();
    let again = usve::scoring::score(&recomputed, &people.year.form.rules, &people.year.form.key()).unwrap();
    assert_eq!(serde_json::to_value(&again).unwrap(), result["result"]);
    for (way, better) in [("better", true), ("worse", false)] {
        for one in result[way].as_array().unwrap() {
            let (other, own) =
                (one["outcome"].as_str().unwrap(), result["result"]["outcome"].as_str().unwrap());
            assert_eq!("EOVGF".find(other) > "EOVGF".find(own), better, "{one}");
            assert!(
                one["sentence"].as_str().unwrap().contains(one["changes"][0]["criterion"].as_str().unwrap())
            );
        }
    }
    let versions = under("result/versions");
    let first = people.head.get(&format!("{versions}/1")).await.expect_status(200).json();
    assert_eq!((&first["digest"], &first["superseded_by"]), (&fixed["digest"], &Json::Null));
    refused(&people.head.get(&format!("{versions}/2")).await, 404, "not_found");
    refused(&people.stranger.get(&under("case.json")).await, 404, "not_found");
    let case = people.head.get(&under("case.json?version=1")).await.expect_status(200).text();
    let (status, again) = usve::cli::score::run(&case, None, &people.year.form.rules, "of others");
    let again: Json = serde_json::from_str(&again).unwrap();
    assert_eq!((status, &again["total"]), (0, &result["result"]["total"]));
    app.mails().await;
    document(people).await;
}

/// The issued report is served as stored, and known again.
async fn document(people: &People<'_>) {
    let issued = people.coordinator.get(&under("documents")).await.expect_status(200).json();
    assert_eq!(issued["items"].as_array().unwrap().len(), 2);
    let path = under("documents/report.pdf?language=sv");
    let report = people.coordinator.get(&path).await.expect_status(200);
    assert!(report.body.starts_with(b"%PDF-"));
    let tag = report.header("etag").to_owned();
    assert_eq!(tag, format!("\"{}\"", usve::ids::sha256(&report.body)));
    let known = people.coordinator.send(Method::GET, &path, &Json::Null, &[("if-none-match", &tag)]).await;
    assert_eq!((known.status, known.body.len()), (304, 0));
    let bytes: &'static [u8] = Vec::leak(report.body);
    let verdict = people.stranger.upload("/documents/verification", bytes).await.expect_status(200).json();
    assert_eq!(verdict["verdict"], "genuine");
    refused(&people.stranger.get(&path).await, 404, "not_found");
}

/// Two authorities release; then everybody sees the result.
async fn release(people: &People<'_>) {
    let preview = people.coordinator.get("/cycles/2026/release").await.expect_status(200).json();
    assert_eq!(
        (&preview["released"], &preview["left_out"][0]["unit"]),
        (&json!(["kardiologi"]), &json!("ortopedi"))
    );
    assert_eq!(preview["left_out"][0]["reason"], "The unit has not submitted.");
    refused(&people.head.get("/cycles/2026/release").await, 404, "not_found");
    let as_recipient = "/cycles/2026/release/kardiologi/";
    refused(&people.head.get(&format!("{as_recipient}head")).await, 404, "not_found");
    refused(&people.coordinator.get("/cycles/2026/release/ortopedi/head").await, 404, "not_found");
    let seen = async |who: &str| {
        people.coordinator.get(&format!("{as_recipient}{who}")).await.expect_status(200).json()
    };
    let (head, stranger, anybody) = (seen("head").await, seen("signed_in").await, seen("anybody").await);
    assert!(head["reads"].as_array().unwrap().contains(&json!("reviews")));
    assert!(!stranger["reads"].as_array().unwrap().contains(&json!("reviews")));
    assert_eq!((&anybody["reads_result"], &anybody["result"]), (&json!(false), &Json::Null));
    people.coordinator.post("/cycles/2026/release", &Json::Null).await.expect_status(200);
    let cycle = people.head.get("/cycles/2026").await.expect_status(200).json();
    assert_eq!(cycle["release_asked_by"], Json::Null);
    let confirm = "/cycles/2026/release/confirmation";
    refused(&people.coordinator.post(confirm, &Json::Null).await, 409, "same_authority");
    people.other_coordinator.post(confirm, &Json::Null).await.expect_status(200);
    let overview = people.stranger.get("/cycles/2026/results").await.expect_status(200).json();
    let kardiologi =
        overview["items"].as_array().unwrap().iter().find(|item| item["unit"] == "kardiologi").unwrap();
    assert!(kardiologi["outcome"].is_string(), "{overview}");
    // What was foreseen is what is read, and what each reviewer set is for those who may read the reviews.
    for (reader, foreseen) in [(&people.head, &head), (&people.stranger, &stranger)] {
        assert_eq!(&reader.get(&under("result")).await.expect_status(200).json(), &foreseen["result"]);
    }
    let read = |result: &Json| result["result"]["judged"]["judgements"]["A3"].to_string();
    assert!(read(&head).contains("revised") && !read(&stranger).contains("revised"));
    let told =
        |result: &Json| result["result"]["explanations"]["criteria"]["A3"].as_str().unwrap().to_owned();
    assert!(told(&head).contains("The reviewers set 3") && !told(&stranger).contains("The reviewers set 3"));
}

/// The group recommends, and the unit plans and tells how it goes.
async fn follow_up(people: &People<'_>) {
    refused(&people.group.get(&under("recommendation")).await, 404, "not_found");
    people.group.post(&under("declarations"), &json!({"conflict": null})).await.expect_status(204);
    let given = json!({"recommendation": "Fortsätt.", "motive": "Kraven är uppfyllda.", "decided_on": "2026-11-20",
        "present": "Greta Grupp", "absent": ""});
    people.group.post(&under("recommendation"), &given).await.expect_status(200);
    assert_eq!(people.head.get(&under("recommendation")).await.expect_status(200).json(), given);
    let action = json!({"action": "Boka årets möten.", "owner": "Maja Exempelsson", "due": "2027-02-01"});
    let over = async |who: &Program<'_>, method: Method, path: &str, version: &str, body: &Json| {
        who.send(method, &under(path), body, &[("if-match", version)]).await
    };
    let unmet = people.head.get(&under("result")).await.json()["result"]["unmet_minimum"].clone();
    let mut version = people.head.get(&under("plan")).await.expect_status(200).header("etag").to_owned();
    let places = unmet.as_array().unwrap().iter().cloned().chain([Json::Null]);
    for place in places {
        let mut body = action.clone();
        body["criterion"] = place;
        let plan =
            over(&people.contributor, Method::POST, "plan/actions", &version, &body).await.expect_status(200);
        plan.header("etag").clone_into(&mut version);
    }
    let stale = over(&people.head, Method::POST, "plan/submission", "\"0\"", &Json::Null).await;
    assert_eq!(format!("\"{}\"", refused(&stale, 412, "stale")["current"]["version"]), version);
    over(&people.head, Method::POST, "plan/submission", &version, &Json::Null).await.expect_status(200);
    let plan = people.coordinator.get(&under("plan")).await.expect_status(200);
    let version = plan.header("etag").to_owned();
    let early = over(&people.coordinator, Method::POST, "plan/acceptance", &version, &Json::Null).await;
    refused(&early, 409, "plan_not_signed");
    let signed =
        over(&people.administration_head, Method::POST, "plan/signature", &version, &Json::Null).await;
    let version = signed.expect_status(200).header("etag").to_owned();
    over(&people.coordinator, Method::POST, "plan/acceptance", &version, &Json::Null)
        .await
        .expect_status(200);
    let id = plan.json()["actions"][0]["id"].as_str().unwrap().to_owned();
    let done = json!({"done_on": "2027-01-20", "note": "Mötena står i kalendern."});
    let path = under(&format!("plan/actions/{id}/progress"));
    people.head.send(Method::PUT, &path, &done, &[]).await.expect_status(204);
    people
        .coordinator
        .post(&under("close"), &json!({"reason": "Åtgärderna är gjorda."}))
        .await
        .expect_status(200);
}

/// The year ends: the other unit leaves it, the coordinator closes it and the registrar archives it.
async fn end_the_year(people: &People<'_>) {
    let left = people.coordinator.post("/cycles/2026/close", &Json::Null).await;
    refused(&left, 409, "cases_left");
    let leaves = json!({"reason": "Enheten slås ihop med en annan."});
    people.coordinator.post("/cases/2026/ortopedi/cancel", &leaves).await.expect_status(200);
    people.coordinator.post("/cycles/2026/close", &Json::Null).await.expect_status(200);
    let receipt = json!({"receipt": "Regionarkivet, leverans 2027-114"});
    refused(&people.coordinator.post("/cycles/2026/archive", &receipt).await, 404, "not_found");
    people.registrar.post("/cycles/2026/archive", &receipt).await.expect_status(204);
    let year = people.group.get("/cycles/2026").await.expect_status(200).json();
    assert_eq!((&year["state"], &year["archived_as"]), (&json!("archived"), &receipt["receipt"]));
    let asked = json!({"asked_on": "2026-11-20", "wanted": "Enhetens rapport"});
    let path = under("records-requests");
    people.registrar.post(&path, &asked).await.expect_status(201);
    let id = people.registrar.get(&path).await.json()["items"][0]["id"].as_str().unwrap().to_owned();
    let decision = json!({"decision": "released"});
    people.registrar.post(&format!("{path}/{id}/decision"), &decision).await.expect_status(204);
}

/// The log tells the coordinator everything, and the unit what is the unit's.
async fn look_back(people: &People<'_>) {
    let whole = people.coordinator.get(&under("log?limit=200")).await.expect_status(200).json();
    let acts: Vec<&str> =
        whole["items"].as_array().unwrap().iter().map(|entry| entry["act"].as_str().unwrap()).collect();
    for act in ["submit", "lock_review", "both_locked", "write_recommendation", "close"] {
        assert!(acts.contains(&act), "{act}: {acts:?}");
    }
    let own = people.head.get(&under("log?limit=200")).await.expect_status(200);
    for secret in
        ["lock_review", "save_score", people.year.university.as_str(), people.year.further.as_str(), "hash"]
    {
        assert!(!own.text().contains(secret), "{secret}");
    }
    let outbox = people.coordinator.get("/outbox?limit=200").await.expect_status(200).json();
    assert!(outbox["items"].as_array().unwrap().iter().any(|mail| mail["kind"] == "submitted"), "{outbox}");
    refused(&people.head.get("/outbox").await, 404, "not_found");
}

#[actix_web::test]
async fn the_whole_year_is_walked_through_the_api() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let people = People::of(&app, &year);
    answer_and_submit(&people).await;
    app.travel(TimeDelta::days(1));
    complete(&people).await;
    assign(&people).await;
    score(&people, &people.university, |_| "3").await;
    let late = people.university.put(&under("review/A1"), 1, &json!({"score": "0", "reason": REASON})).await;
    refused(&late, 409, "review_locked");
    refused(&people.region.get(&under("reviews")).await, 404, "not_found");
    score(&people, &people.region, |criterion| match criterion {
        "A3" => "1",
        "E4" => "0",
        _ => "3",
    })
    .await;
    assert_eq!(people.state().await, "settling");
    settle(&people).await;
    further(&people).await;
    check_facts_and_finalise(&people, &app).await;
    release(&people).await;
    follow_up(&people).await;
    assert_eq!(people.state().await, "closed");
    end_the_year(&people).await;
    look_back(&people).await;
}
