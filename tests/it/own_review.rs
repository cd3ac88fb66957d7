//! The reviewer's page in depth: what changed since last year, what is hidden until when, the own history, and saving by
//! itself.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use usve::assessments::difference::{self, Change, Kind, Reading, Version};
use usve::assessments::last_year::LastYear;
use usve::assessments::since_last_year::since_last_year;
use usve::assessments::snapshot::Snapshot;
use usve::forms::{Field, FieldKind, Form, Library};
use usve::reviews::assign;
use usve::reviews::conflict::declare::declare;
use usve::text::Lang;

use crate::support::year::Year;
use crate::support::{Actor, Reply, TestApp};

const CASE: &str = "/granska/kardiologi/2026";
const API: &str = "/api/v1/cases/2026/kardiologi";

/// A case in its individual review.
fn scoring(app: &TestApp) -> Year<'_> {
    let year = Year::open(app);
    year.submit();
    let case = year.case();
    let coordinator = year.standing(&year.coordinator);
    app.act(|act| assign::pair(act, &coordinator, &case.id, &year.university, &year.region));
    for person in [&year.university, &year.region] {
        let standing = year.standing(person);
        app.act(|act| declare(act, &standing, &case.id, None));
    }
    year
}

/// What the script sends while somebody types.
async fn autosave(actor: &Actor<'_>, area: &str, fields: &[(&str, &str)]) -> Reply {
    let token = actor.form_token();
    let mut sent = vec![("csrf", token.as_str())];
    sent.extend_from_slice(fields);
    let request = actor
        .request(actix_web::http::Method::POST, &format!("{CASE}/{area}"))
        .insert_header(("sec-fetch-site", "same-origin"))
        .insert_header(("x-autosave", "1"))
        .set_form(sent);
    actor.send(request).await
}

/// One answer to a field out of a seed: often nothing, else one of few, so that two years are often equal.
fn answer(field: &Field, seed: u64) -> Option<Json> {
    let words = [
        "Möten hålls varje månad.",
        "Möten hålls varje vecka, med protokoll.",
        "Rutinen är ny.\nDen följs.",
        "Rutinen är ny. Den följs inte.",
    ];
    let pick = usize::try_from(seed % 4).unwrap();
    let option =
        |at: usize| field.options.get(at % field.options.len().max(1)).map(|option| option.id.clone());
    (!seed.is_multiple_of(5)).then_some(())?;
    Some(match field.kind {
        FieldKind::YesNo => json!(["yes", "no"][pick % 2]),
        FieldKind::Choice => json!(option(pick)?),
        FieldKind::Choices => json!([option(pick)?]),
        FieldKind::Table | FieldKind::Evidence => return None,
        FieldKind::Years => json!({ "2024": pick.to_string(), "2025": "3" }),
        FieldKind::Date => json!(format!("2025-0{}-01", pick + 1)),
        FieldKind::Level => json!(pick.to_string()),
        FieldKind::LongText | FieldKind::Text => json!(words[pick]),
        _ => json!(["1", "12", "12,5", "nonsense"][pick]),
    })
}

/// A submission of one criterion.
fn submitted(form: &Form, criterion: &str, seeds: &[u64]) -> String {
    let known = form.criterion(criterion).unwrap();
    let answers: BTreeMap<&str, Json> = form
        .fields(known)
        .zip(seeds.iter().cycle())
        .filter_map(|(field, seed)| Some((field.id.as_str(), answer(field, *seed)?)))
        .collect();
    let evidence: Vec<Json> = seeds
        .iter()
        .take(usize::try_from(seeds[0] % 3).unwrap())
        .map(|seed| json!({ "name": format!("Bilaga {}.pdf", seed % 3), "sha256": "ab" }))
        .collect();
    let missing = seeds[1].is_multiple_of(7).then_some("Vi hann inte.");
    let given = json!({ "answers": answers, "evidence": evidence, "declared_missing": missing });
    json!({ "form": form.key(), "criteria": { criterion: given } }).to_string()
}

/// One side of a change in one text.
fn side(change: &Change, without: Kind) -> Option<String> {
    let Change::Text(pieces) = change else { return None };
    Some(pieces.iter().filter(|piece| piece.kind != without).map(|piece| piece.text.as_str()).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_the_page_says_has_changed_is_the_difference_of_the_submissions(
        before in proptest::collection::vec(any::<u64>(), 24),
        after in proptest::collection::vec(any::<u64>(), 24),
        shared in 0_usize..24, at in any::<usize>(), hides_level in any::<bool>(),
    ) {
        let library = Library::open(None).unwrap();
        let form = library.get("usve/2026.1").unwrap();
        let all: Vec<_> = form.criteria().map(|(_, criterion)| criterion).collect();
        let criterion = all[at % all.len()];
        let after: Vec<u64> = before.iter().take(shared).chain(after.iter().skip(shared)).copied().collect();
        let (old, new) = (submitted(&form, &criterion.id, &before), submitted(&form, &criterion.id, &after));
        let (old_snapshot, new_snapshot) = (Snapshot::read(&old).unwrap(), Snapshot::read(&new).unwrap());
        let reading = Reading { only: None, hides_level };
        // Both are read as answers about one year: between two years questions of a year differ by themselves.
        let last = LastYear::read(&library, &old, 2026, &form.key()).unwrap().unwrap();
        let since = since_last_year(&last, &new_snapshot, (&form, criterion), &reading, 2025, Lang::Sv);
        let expected = difference::between(
            Version { snapshot: &old_snapshot, form: &form },
            Version { snapshot: &new_snapshot, form: &form },
            &reading, 2025, Lang::Sv,
        );
        let expected = expected.into_iter().find(|one| one.criterion == criterion.id);
        let found: Vec<_> = since.answers.iter()
            .filter_map(|one| Some((one.field.clone(), one.label.clone(), one.change.clone()?)))
            .chain(since.beside.iter().map(|one| (one.field.clone(), one.label.clone(), one.change.clone())))
            .collect();
        let expected: Vec<_> = expected.into_iter().flat_map(|one| one.changes)
            .map(|one| (one.field, one.label, one.change)).collect();
        prop_assert_eq!(found, expected);
        // What is folded reads the same both years, and a change gives back both texts.
        for one in &since.answers {
            let value = |shown: &Option<usve::assessments::shown::Shown>| {
                shown.as_ref().map(|shown| shown.value.clone()).filter(|value| value != "–").unwrap_or_default()
            };
            if one.is_unchanged() {
                prop_assert_eq!(value(&one.now), value(&one.before));
            } else if let Some(change) = &one.change && let Some(text) = side(change, Kind::Removed) {
                prop_assert_eq!(text, value(&one.now));
                prop_assert_eq!(side(change, Kind::Added).unwrap(), value(&one.before));
            }
            if hides_level {
                let level = form.fields(criterion).any(|field| field.id == one.field && field.kind == FieldKind::Level);
                prop_assert!(!level, "the unit's own level is hidden");
            }
        }
    }
}

#[actix_web::test]
async fn the_units_own_level_is_hidden_until_both_have_locked_unless_the_year_shows_it() {
    let app = TestApp::new().await;
    let year = scoring(&app);
    let reviewer = app.signed_in(&year.university);
    let (area, criterion) = year
        .form
        .criteria()
        .find(|(_, criterion)| year.form.fields(criterion).any(|field| field.kind == FieldKind::Level))
        .unwrap();
    let level = year.form.fields(criterion).find(|field| field.kind == FieldKind::Level).unwrap();
    let label = level.label.get(Lang::Sv);
    let page = async || reviewer.get(&format!("{CASE}/{}", area.id)).await.expect_status(200).text();
    let answers =
        async || reviewer.get(&format!("{API}/answers/{}", criterion.id)).await.expect_status(200).json();
    assert!(!page().await.contains(label));
    assert!(answers().await["fields"].get(&level.id).is_none());
    reviewer.get(&format!("{API}/submission")).await.expect_status(404);

    // Two coordinators of the open year decide that it is shown.
    let (one, other) = (app.signed_in(&year.coordinator), app.signed_in(&year.other_coordinator));
    let now = one.get("/api/v1/cycles/2026/dates").await.expect_status(200).json();
    assert_eq!(now["hides_own_level"], true);
    let dates = usve::cycles::calendar::Dates::of(&year.form.calendar, 2026).shifted(300);
    let new = json!({ "dates": dates, "hides_own_level": false, "reason": "Gruppen vill pröva." });
    one.put_json("/api/v1/cycles/2026/dates", &new, &[]).await.expect_status(200);
    assert!(!page().await.contains(label), "not before it is confirmed");
    let waiting = other.get("/cykel/2026/datum").await.expect_status(200).text();
    assert!(waiting.contains("Dölj enhetens självskattade nivå för granskarna"), "{waiting}");
    other.post_form("/cykel/2026/datum/bekrafta", &[]).await.expect_status(303);
    let shown = page().await;
    assert!(shown.contains(label) && !shown.contains("enhetens egen nivå visas först"), "{shown}");
    assert!(answers().await["fields"].get(&level.id).is_some());
    reviewer.get(&format!("{API}/submission")).await.expect_status(200);
}

#[actix_web::test]
async fn the_own_history_holds_every_saved_version_and_is_read_by_its_author_alone() {
    let app = TestApp::new().await;
    let year = scoring(&app);
    let reviewer = app.signed_in(&year.university);
    let (page, api) = (format!("{CASE}/historik/A1"), format!("{API}/review/A1/versions"));
    assert!(reviewer.get(&page).await.expect_status(200).text().contains("inte sparat något"));
    let texts = ["Mötena hålls.", "Mötena hålls varje månad.", "Mötena hålls varje vecka."];
    for (version, (score, reason)) in ["2", "3", "K"].into_iter().zip(texts).enumerate() {
        let version = version.to_string();
        let sent = [("version.A1", version.as_str()), ("A1.score", score), ("A1.reason", reason)];
        autosave(&reviewer, "A", &sent).await.expect_status(200);
    }
    let versions = reviewer.get(&api).await.expect_status(200).json();
    let told: Vec<_> = versions["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["version"].clone(), one["score"].clone(), one["reason"].clone()))
        .collect();
    let expected = [
        (json!(1), json!("2"), json!(texts[0])),
        (json!(2), json!("3"), json!(texts[1])),
        (json!(3), json!("K"), json!(texts[2])),
    ];
    assert_eq!(told, expected);
    let shown = reviewer.get(&page).await.expect_status(200).text();
    assert!(
        shown.contains("<del><span class=\"vh\">[borttaget: </span>månad.<span")
            && shown.contains("Kan inte bedöma"),
        "{shown}"
    );
    assert!(shown.find("Version 3").unwrap() < shown.find("Version 1").unwrap(), "newest first");
    reviewer.get(&format!("{CASE}/historik/Z9")).await.expect_status(404);
    // The other of the pair has a history of their own, and nobody else has any.
    let other = app.signed_in(&year.region);
    assert_eq!(other.get(&api).await.expect_status(200).json()["items"], json!([]));
    assert!(!other.get(&page).await.expect_status(200).text().contains("Mötena"));
    let auditor = app.person("revisor@example.se", "Runa Revisor", &[usve::identity::GrantedRole::Auditor]);
    for person in [
        &year.head,
        &year.contributor,
        &year.coordinator,
        &year.group,
        &year.stranger,
        &year.further,
        &auditor,
    ] {
        let actor = app.signed_in(person);
        actor.get(&page).await.expect_status(404);
        actor.get(&api).await.expect_status(404);
    }
}

#[actix_web::test]
async fn saving_by_itself_tells_what_is_done_and_keeps_what_did_not_collide() {
    let app = TestApp::new().await;
    let year = scoring(&app);
    let reviewer = app.signed_in(&year.university);
    let saved =
        autosave(&reviewer, "A", &[("version.A1", "0"), ("A1.score", "4"), ("A1.reason", "")]).await.json();
    assert!(saved["parts"]["tag-A1"].as_str().unwrap().contains("Motivera"), "{saved}");
    let of = year.form.areas[0].criteria.len();
    assert_eq!(saved["parts"]["done"], format!("0 av {of}"));
    let reason = "Enheten är en förebild: andra enheter kommer på studiebesök varje år.";
    // Another window saved A1 meanwhile: A2 is saved all the same, and A1 waits for its writer.
    let sent = [
        ("version.A1", "0"),
        ("A1.score", "1"),
        ("A1.reason", ""),
        ("version.A2", "0"),
        ("A2.score", "4"),
        ("A2.reason", reason),
    ];
    let saved = autosave(&reviewer, "A", &sent).await.expect_status(200).json();
    assert_eq!((&saved["stale"], &saved["versions"]), (&json!(["A1"]), &json!({ "A2": 1 })));
    assert!(saved["parts"]["tag-A2"].as_str().unwrap().contains("Bedömd"), "{saved}");
    assert_eq!(saved["parts"]["done"], format!("1 av {of}"));
    autosave(&reviewer, "A", &[("version.A1", "0"), ("A1.score", "1"), ("A1.reason", "")])
        .await
        .expect_status(409);
    // The button shows both; whichever is kept, both are in the history.
    let old = [("version.A1", "0"), ("A1.score", "1"), ("A1.reason", "Den andra texten.")];
    let page = reviewer.post_form(&format!("{CASE}/A"), &old).await.expect_status(409).text();
    assert!(page.contains("name=\"keep\" value=\"saved\"") && page.contains("name=\"keep.A1\""), "{page}");
    let again = [
        ("version.A1", "1"),
        ("A1.score", "1"),
        ("A1.reason", "Den andra texten."),
        ("keep.A1", "1"),
        ("keep", "saved"),
    ];
    reviewer.post_form(&format!("{CASE}/A"), &again).await.expect_status(303);
    let versions = reviewer.get(&format!("{API}/review/A1/versions")).await.json();
    let scores: Vec<_> =
        versions["items"].as_array().unwrap().iter().map(|one| one["score"].clone()).collect();
    assert_eq!(scores, [json!("4"), json!("1"), json!("4")]);
}

#[actix_web::test]
async fn the_page_says_which_scores_need_a_reason_as_the_lock_does() {
    let app = TestApp::new().await;
    let year = scoring(&app);
    let page = app.signed_in(&year.university).get(&format!("{CASE}/A")).await.expect_status(200).text();
    let at = |id: &str| {
        let text = page.split(&format!("id=\"{id}-reason\"")).nth(1).unwrap();
        text.split("data-least-at=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    let own = app
        .app
        .database
        .read(|db| {
            usve::reviews::view::own_review(
                db,
                &year.standing(&year.university),
                &year.form,
                &year.case_of(&year.university),
            )
        })
        .unwrap();
    for criterion in &year.form.areas[0].criteria {
        let against = own.minimum_checks.get(&criterion.id) == Some(&false);
        assert_eq!(at(&criterion.id), if against { "0 1 2 3 4 K" } else { "0 1 4 K" }, "{}", criterion.id);
    }
    assert!(
        page.contains("data-least-characters=\"50\"") && page.contains("data-most-characters=\"1500\""),
        "{page}"
    );
}

/// Everything that a reviewer can open of a case, without what differs in each answer.
async fn everything(actor: &Actor<'_>, form: &Form) -> Vec<(String, u16, String)> {
    let mut paths = vec!["/granska".to_owned(), "/".to_owned(), "/enhet/kardiologi/2026/skillnad".to_owned()];
    paths.extend(["", "/jav", "/las", "/samsyn", "/ratta", "/historik/A1"].map(|end| format!("{CASE}{end}")));
    paths.extend(form.areas.iter().map(|area| format!("{CASE}/{}", area.id)));
    let api = [
        "",
        "/answers",
        "/answers/A1",
        "/answers.pdf",
        "/review",
        "/review/A1",
        "/review/A1/last-year",
        "/reviews",
        "/submission",
        "/submissions",
        "/submission/answers.pdf",
        "/difference",
        "/check",
        "/evidence",
        "/workbook",
        "/log",
        "/result",
        "/settlement",
    ];
    paths.extend(api.map(|end| format!("{API}{end}")));
    let mut pages = Vec::new();
    for path in paths {
        let reply = actor.get(&path).await;
        let text = reply.text();
        let kept: Vec<&str> = text
            .split("<input type=\"hidden\" ")
            .map(|part| {
                part.strip_prefix("name=\"csrf\"")
                    .or(part.strip_prefix("name=\"nyckel\""))
                    .map_or(part, |rest| rest.split_once('>').unwrap().1)
            })
            .collect();
        pages.push((path, reply.status, format!("{}{}", reply.location(), kept.concat())));
    }
    pages
}

#[actix_web::test]
async fn nothing_that_a_reviewer_can_open_depends_on_the_units_own_level() {
    let app = TestApp::new().await;
    let year = scoring(&app);
    let reviewer = app.signed_in(&year.university);
    autosave(&reviewer, "A", &[("version.A1", "0"), ("A1.score", "3"), ("A1.reason", "Kort.")])
        .await
        .expect_status(200);
    let before = everything(&reviewer, &year.form).await;
    let head_before = app.signed_in(&year.head).get("/enhet/kardiologi/2026/svar").await.text();
    let level = year
        .form
        .criteria()
        .find_map(|(_, one)| year.form.fields(one).find(|field| field.kind == FieldKind::Level))
        .unwrap();
    let given: std::collections::BTreeSet<String> = year
        .entered()
        .answers
        .values()
        .filter_map(|answer| answer.content.get(&level.id)?.as_str().map(str::to_owned))
        .collect();
    for value in &given {
        let other = if value == "1" { "4" } else { "1" };
        let (from, to) = (format!("\"{}\":\"{value}\"", level.id), format!("\"{}\":\"{other}\"", level.id));
        for table in ["answers", "answer_versions", "submissions"] {
            let sql = format!("UPDATE {table} SET content = replace(content, '{from}', '{to}')");
            app.act(|act| Ok(diesel::RunQueryDsl::execute(diesel::sql_query(&sql), act.db)?));
        }
    }
    let digest = "UPDATE submissions SET digest = 'another'";
    app.act(|act| Ok(diesel::RunQueryDsl::execute(diesel::sql_query(digest), act.db)?));
    assert!(!given.is_empty());
    assert_ne!(
        head_before,
        app.signed_in(&year.head).get("/enhet/kardiologi/2026/svar").await.text(),
        "the unit sees its own"
    );
    for (one, other) in before.iter().zip(everything(&reviewer, &year.form).await) {
        assert_eq!(*one, other);
    }
}

#[actix_web::test]
async fn that_a_reviewer_calls_a_criterion_not_applicable_tells_nobody_else_anything_before_it_is_decided() {
    let app = TestApp::new().await;
    let year = scoring(&app);
    let (area, criterion) = year.form.criteria().find(|(_, one)| one.not_applicable.is_some()).unwrap();
    let (path, of_all) = (format!("{API}/answers/{}", criterion.id), format!("{API}/answers"));
    let readers = [&year.region, &year.head, &year.contributor].map(|person| app.signed_in(person));
    let told = async || {
        let mut all = everything(&readers[0], &year.form).await;
        for reader in &readers {
            for path in [&path, &of_all] {
                all.push((path.clone(), 0, reader.get(path).await.expect_status(200).text()));
            }
        }
        all
    };
    let before = told().await;
    let (version, score, reason) = (
        format!("version.{}", criterion.id),
        format!("{}.score", criterion.id),
        format!("{}.reason", criterion.id),
    );
    let words = "Frågan rör inte den här enhetens uppdrag, eftersom enheten inte har någon utbildning.";
    let sent = [(version.as_str(), "0"), (score.as_str(), "NA"), (reason.as_str(), words), ("do", "save")];
    let reviewer = app.signed_in(&year.university);
    reviewer.post_form(&format!("{CASE}/{}", area.id), &sent).await.expect_status(303);
    for (one, other) in before.iter().zip(told().await) {
        assert_eq!(*one, other);
    }
    assert_eq!(reviewer.get(&path).await.json()["stage"], "not_applicable", "the asker knows");
    let coordinator = app.signed_in(&year.coordinator);
    coordinator.get("/cykel/2026/kardiologi").await.expect_status(200);
}
