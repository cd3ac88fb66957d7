//! Saving by several hands: nothing that was acknowledged is ever lost or overwritten unseen.

use std::collections::BTreeMap;

use futures_util::future::join;
use serde_json::{Value as Json, json};
use usve::assessments::store;

use super::{A, autosave, pairs, press, stored};
use crate::support::year::Year;
use crate::support::{Actor, TestApp};

/// How many edits each of the two makes.
const EDITS: usize = 500;

/// A text that was acknowledged: where, as which version, and what.
type Acknowledged = (String, i64, String);

/// Small numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

/// Somebody who edits at random, knowing of every criterion what the own page last saw; answers what was acknowledged,
/// and how often the other was first.
async fn edits(year: &Year<'_>, who: &Actor<'_>, name: &str, seed: u64) -> (Vec<Acknowledged>, usize) {
    let criteria: Vec<&str> =
        year.form.areas[0].criteria.iter().take(4).map(|criterion| criterion.id.as_str()).collect();
    let case = year.case();
    let mut dice = Dice(seed);
    let mut seen: BTreeMap<&str, i64> = criteria.iter().map(|id| (*id, 0)).collect();
    let (mut acknowledged, mut refused) = (Vec::new(), 0);
    for number in 0..EDITS {
        let at = usize::try_from(dice.below(u64::try_from(criteria.len()).unwrap())).unwrap();
        let criterion = criteria[at];
        let text = format!("{name} {number}: {}", "åäö ".repeat(usize::try_from(dice.below(12)).unwrap()));
        let (version, control) = (format!("version.{criterion}"), format!("{criterion}.motivation"));
        let read = seen[criterion].to_string();
        let reply = autosave(who, A, &[(&version, &read), (&control, &text)]).await;
        match reply.status {
            200 => {
                let new = reply.json()["versions"][criterion].as_i64().unwrap();
                seen.insert(criterion, new);
                acknowledged.push((criterion.to_owned(), new, text));
            }
            409 => {
                assert_eq!(reply.header("x-problem"), "stale");
                refused += 1;
                // As somebody who reads what the other wrote before writing on.
                let now = year.app.app.database.read(|db| store::answer(db, &case.id, criterion)).unwrap();
                seen.insert(criterion, now.map_or(0, |answer| i64::from(answer.version)));
            }
            other => panic!("{other}: {}", reply.text()),
        }
    }
    (acknowledged, refused)
}

#[actix_web::test]
async fn of_two_people_with_five_hundred_edits_each_every_acknowledged_text_is_in_the_history() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let (head, colleague) = (app.signed_in(&year.head), app.signed_in(&year.contributor));
    let begun = std::time::Instant::now();
    let ((mut all, stale), (theirs, also_stale)) =
        join(edits(&year, &head, "Maja", 1), edits(&year, &colleague, "Olle", 2)).await;
    println!("two times {EDITS} edits took {:?}; {} were refused", begun.elapsed(), stale + also_stale);
    all.extend(theirs);
    assert!(stale + also_stale > 20, "they never met: {stale} and {also_stale}");
    assert!(all.len() > EDITS, "{}", all.len());
    let case = year.case();
    let mut texts: BTreeMap<String, Vec<(i64, String)>> = BTreeMap::new();
    for (criterion, version, text) in all {
        texts.entry(criterion).or_default().push((version, text));
    }
    for (criterion, mut acknowledged) in texts {
        acknowledged.sort();
        let mut kept: Vec<(i64, String)> = app
            .app
            .database
            .read(|db| store::versions(db, &case.id, &criterion))
            .unwrap()
            .into_iter()
            .map(|(version, content, _, _)| {
                (i64::from(version), content["motivation"].as_str().unwrap().to_owned())
            })
            .collect();
        kept.sort();
        // Each acknowledged text is a version of its own, and no version came from elsewhere.
        assert_eq!(kept, acknowledged, "{criterion}");
        assert_eq!(stored(&year, &criterion)["motivation"], kept.last().unwrap().1.as_str());
    }
}

#[actix_web::test]
async fn what_is_stale_in_one_criterion_does_not_stop_the_others() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let (head, colleague) = (app.signed_in(&year.head), app.signed_in(&year.contributor));
    autosave(&colleague, A, &[("version.A2", "0"), ("A2.motivation", "Olles text")]).await.expect_status(200);
    let both = [
        ("version.A2", "0"),
        ("A2.motivation", "Majas text"),
        ("version.A4", "0"),
        ("A4.motivation", "Bara Maja skriver här"),
    ];
    let saved = autosave(&head, A, &both).await.expect_status(200).json();
    assert_eq!(saved["stale"], json!(["A2"]));
    assert_eq!(saved["versions"], json!({"A4": 1}));
    assert_eq!(stored(&year, "A2")["motivation"], "Olles text");
    assert_eq!(stored(&year, "A4")["motivation"], "Bara Maja skriver här");
}

/// The history of one field, oldest first.
fn history(year: &Year<'_>, criterion: &str, field: &str) -> Vec<Json> {
    let case = year.case();
    let versions = year.app.app.database.read(|db| store::versions(db, &case.id, criterion)).unwrap();
    versions
        .into_iter()
        .rev()
        .map(|(_, content, _, _)| content.get(field).cloned().unwrap_or_default())
        .collect()
}

#[actix_web::test]
async fn whoever_comes_second_sees_both_texts_and_chooses_for_each_criterion() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let (head, colleague) = (app.signed_in(&year.head), app.signed_in(&year.contributor));
    let theirs = pairs(&[
        ("version.A2", "0"),
        ("A2.motivation", "Olles motivering"),
        ("version.A3", "0"),
        ("A3.joint_goals", "yes"),
        ("present", "A3.goals"),
        ("A3.goals.0.goal", "Olles mål"),
        ("A3.goals.0.aim", "research"),
        ("version.A5", "0"),
        ("present", "A5.merits_count"),
        ("A5.merits_count", "pay"),
        ("version.A6", "0"),
        ("A6.motivation", "Bara Olle"),
        ("do", "save"),
    ]);
    press(&colleague, A, &theirs).await.expect_status(303);
    let mine = pairs(&[
        ("version.A2", "0"),
        ("A2.motivation", "Majas motivering"),
        ("version.A3", "0"),
        ("A3.joint_goals", "yes"),
        ("present", "A3.goals"),
        ("A3.goals.0.goal", "Majas mål"),
        ("A3.goals.0.aim", "inget alternativ"),
        ("version.A4", "0"),
        ("A4.motivation", "Krockar inte"),
        ("version.A5", "0"),
        ("present", "A5.merits_count"),
        ("A5.merits_count", "recruitment"),
        // Read before the colleague wrote, and not touched since.
        ("version.A6", "0"),
        ("A6.motivation", ""),
        ("do", "save"),
    ]);
    let page = press(&head, A, &mine).await.expect_status(409).text();
    for text in [
        "Olles motivering",
        "Majas motivering",
        "Olles mål",
        "Majas mål",
        "inget alternativ",
        "I lönen",
        "Vid rekrytering",
    ] {
        assert!(page.contains(text), "{text}");
    }
    assert!(!page.contains("clash-A6"), "nobody but the colleague wrote in A6");
    assert!(!page.contains("name=\"A6.motivation\""), "the older text must not come back");
    assert!(
        page.contains("name=\"A4.motivation\" value=\"Krockar inte\""),
        "what does not clash comes along"
    );
    assert_eq!(stored(&year, "A4").get("motivation"), None, "nothing is saved before the choice");

    let mut chosen: Vec<(String, String)> = mine
        .into_iter()
        .filter(|(name, _)| name != "do" && !name.contains("A6"))
        .map(|(name, value)| {
            let clashes = name.starts_with("version.") && name != "version.A4";
            (name, if clashes { "1".to_owned() } else { value })
        })
        .collect();
    chosen.extend(pairs(&[("keep.A2", "theirs"), ("keep.A3", "mine"), ("keep.A5", "theirs")]));
    press(&head, A, &chosen).await.expect_status(303);
    assert_eq!(stored(&year, "A2")["motivation"], "Olles motivering");
    assert_eq!(stored(&year, "A3")["goals"][0]["goal"], "Majas mål");
    assert_eq!(stored(&year, "A4")["motivation"], "Krockar inte");
    assert_eq!(stored(&year, "A5")["merits_count"], json!(["pay"]));
    assert_eq!(stored(&year, "A6")["motivation"], "Bara Olle");
    // Both are in the history, whichever was chosen.
    assert_eq!(
        history(&year, "A2", "motivation"),
        [json!("Olles motivering"), json!("Majas motivering"), json!("Olles motivering")]
    );
    assert_eq!(
        history(&year, "A5", "merits_count"),
        [json!(["pay"]), json!(["recruitment"]), json!(["pay"])]
    );
    let goals = history(&year, "A3", "goals");
    assert_eq!((&goals[0][0]["goal"], &goals[1][0]["goal"]), (&json!("Olles mål"), &json!("Majas mål")));
}

#[actix_web::test]
async fn a_text_typed_in_a_session_that_runs_out_is_sent_after_signing_in_again() {
    let app = TestApp::with(&[("USVE_IDLE_MINUTES", "5")]).await;
    let year = Year::open(&app);
    let head = app.signed_in(&year.head);
    let token = head.form_token();
    app.travel(chrono::TimeDelta::minutes(6));
    let reply = autosave(&head, A, &[("version.A2", "0"), ("A2.motivation", "Skrivet för sent")]).await;
    assert_eq!((reply.status, reply.header("x-problem")), (401, "session_ended"));
    let sent = [
        ("csrf", token.as_str()),
        ("version.A2", "0"),
        ("A2.motivation", "Skrivet för sent"),
        ("do", "save"),
    ];
    head.post_as_is(A, &sent).await.expect_status(401);
    let again = app.signed_in(&year.head);
    let kept = again.get("/sparat").await.expect_status(200).text();
    assert!(kept.contains("Skrivet för sent"));
    let sent = [("version.A2", "0"), ("A2.motivation", "Skrivet för sent"), ("do", "save"), ("sparat", "1")];
    again.post_form(A, &sent).await.expect_status(303);
    assert_eq!(stored(&year, "A2")["motivation"], "Skrivet för sent");
}
