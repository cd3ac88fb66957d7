//! The seals of locked reviews: what the log keeps of a lock, when it is opened, and that whatever is changed is found.

use diesel::RunQueryDsl as _;
use usve::audit::{self, Chain};
use usve::problem::Problem;
use usve::reviews::seal::{self, Proof};
use usve::reviews::store;

use crate::reviewed_case::{WORKED, World, code};

fn proof(world: &World) -> Proof {
    world.database.read(seal::verify).unwrap()
}

/// The acts of the case's log with their details.
fn log(world: &World) -> Vec<(String, serde_json::Value)> {
    let entries = world.database.read(|db| audit::entries_of(db, &Chain::Case(world.case.clone()))).unwrap();
    entries.into_iter().map(|entry| (entry.act, serde_json::from_str(&entry.detail).unwrap())).collect()
}

/// What the proof says after these statements, which are undone again.
fn after(world: &World, statements: &[&str]) -> Vec<&'static str> {
    let mut found = Vec::new();
    let undone: Result<(), Problem> = world.database.act(|act| {
        for statement in statements {
            let changed = diesel::sql_query(*statement).execute(act.db)?;
            assert!(changed > 0, "{statement} changed nothing");
        }
        found = seal::verify(act.db)?.broken.iter().map(|broken| broken.what).collect();
        Err(Problem::conflict("undone", "", ""))
    });
    assert_eq!(code(undone), "undone");
    found
}

#[test]
fn a_lock_puts_its_commitment_into_the_log_and_the_comparison_opens_both() {
    let world = &World::new();
    world.begin_scoring("hanna", &world.case);
    for (criterion, university, region) in WORKED {
        world.score("ulla", &world.case, criterion, university).unwrap();
        world.score("rolf", &world.case, criterion, region).unwrap();
    }
    world.approve_not_applicable(&world.case, "A4");
    world.lock("ulla", &world.case).unwrap();
    let seat = |who: &str| world.database.read(|db| store::seat(db, &world.case, world.person(who))).unwrap();
    let ulla = seat("ulla");
    let (act, detail) = log(world).pop().unwrap();
    assert_eq!((act.as_str(), detail["commitment"].as_str()), ("lock_review", ulla.commitment.as_deref()));
    let salt = ulla.salt.clone().unwrap();
    assert!(
        log(world).iter().all(|(_, detail)| !detail.to_string().contains(&salt)),
        "sealed until both have"
    );
    assert_eq!(proof(world), Proof { reviews: 1, broken: Vec::new() });
    world.lock("rolf", &world.case).unwrap();
    let (act, detail) = log(world).pop().unwrap();
    assert_eq!(act, "open_seals");
    for seat in [seat("ulla"), seat("rolf")] {
        let opened = detail["opened"].as_array().unwrap();
        let one = opened.iter().find(|one| one["assignment"] == seat.id.as_str()).unwrap();
        assert_eq!(
            (one["commitment"].as_str(), one["salt"].as_str()),
            (seat.commitment.as_deref(), seat.salt.as_deref())
        );
    }
    assert_eq!(proof(world), Proof { reviews: 2, broken: Vec::new() });
}

#[test]
fn whatever_is_changed_in_a_sealed_review_is_found_and_a_revision_is_no_fault() {
    let world = &World::new();
    world.work_example(&world.case);
    // Rolf has revised A2, and Sven reviewed A3 further.
    assert_eq!(proof(world), Proof { reviews: 3, broken: Vec::new() });
    let ulla = world.database.read(|db| store::seat(db, &world.case, world.person("ulla"))).unwrap();
    let (id, commitment, salt) = (&ulla.id, ulla.commitment.unwrap(), ulla.salt.unwrap());
    let of_a1 = format!("WHERE assignment_id = '{id}' AND criterion = 'A1'");
    let other = "0".repeat(64);

    let content = "its scores, reasons or salt do not give its commitment";
    let history = "its scores or reasons are not the newest in their history";
    let in_log = "its commitment is not the one in the log";
    let opened = "its commitment or salt is not what the log opened";
    let score = format!("UPDATE scores SET first = '4' {of_a1}");
    assert_eq!(after(world, &[&score]), [content, history], "a first score");
    let reason = format!("UPDATE scores SET reason = reason || '.' {of_a1}");
    assert_eq!(after(world, &[&reason]), [content, history], "a reason");
    let kept = format!(
        r#"UPDATE score_versions SET content = replace(content, '"first":"3"', '"first":"4"') {of_a1}"#
    );
    assert_eq!(after(world, &[&score, &kept]), [content], "a first score with its history");
    assert_eq!(after(world, &[&kept]), [history], "the history alone");
    let unsaid = format!("UPDATE scores SET first = NULL {of_a1}");
    assert_eq!(after(world, &[&unsaid]), [content, history], "a score taken away");
    let salted = format!("UPDATE assignments SET salt = 'another' WHERE id = '{id}'");
    assert_eq!(after(world, &[&salted]), [opened, content], "the salt");
    let unsalted = format!("UPDATE assignments SET salt = NULL WHERE id = '{id}'");
    assert_eq!(after(world, &[&unsalted]), [opened, content], "no salt");
    let committed = format!("UPDATE assignments SET commitment = '{other}' WHERE id = '{id}'");
    assert_eq!(after(world, &[&committed]), [in_log, opened], "the commitment");

    // Everything in the tables is made to agree: the log still tells.
    let mut scores = world.database.read(|db| store::scores(db, std::slice::from_ref(id))).unwrap();
    let first = scores.iter_mut().find(|scored| scored.criterion == "A1").unwrap();
    first.first = usve::reviews::Score::from_text("4");
    let forged = seal::commitment(id, &scores, &salt).unwrap();
    let committed = format!("UPDATE assignments SET commitment = '{forged}' WHERE id = '{id}'");
    assert_eq!(after(world, &[&score, &kept, &committed]), [in_log, opened, content], "a forgery");

    let lock = format!(
        "UPDATE audit_entries SET detail = replace(detail, '{commitment}', '{other}') WHERE act = 'lock_review'"
    );
    assert_eq!(after(world, &[&lock]), [in_log, content], "the entry of the lock");
    let opening = format!(
        "UPDATE audit_entries SET detail = replace(detail, '{salt}', '{other}') WHERE act = 'open_seals'"
    );
    assert_eq!(after(world, &[&opening]), [opened], "the entry that opens");
    let gone = format!("DELETE FROM audit_entries WHERE act = 'lock_review' AND detail LIKE '%{id}%'");
    assert_eq!(after(world, &[&gone]), ["the log does not tell of its lock"], "no entry of the lock");
    let unopened = "DELETE FROM audit_entries WHERE act = 'open_seals' AND detail LIKE '%university%'";
    let never = "the log has not opened its commitment, although the reviews are compared";
    assert_eq!(after(world, &[unopened]), [never, never], "never opened");
    let unlocked =
        format!("UPDATE assignments SET locked_at = NULL, commitment = NULL, salt = NULL WHERE id = '{id}'");
    let without = "the log tells of a lock, and there is no locked review";
    assert!(after(world, &[&unlocked]).contains(&without), "the lock taken away");
    assert_eq!(proof(world), Proof { reviews: 3, broken: Vec::new() }, "nothing of it was kept");
}

#[test]
fn what_is_found_names_the_case_and_the_seat_and_never_a_score() {
    let world = &World::new();
    world.work_example(&world.case);
    let ulla = world.database.read(|db| store::seat(db, &world.case, world.person("ulla"))).unwrap();
    let changed =
        format!("UPDATE scores SET first = '0' WHERE assignment_id = '{}' AND criterion = 'E4'", ulla.id);
    world.database.act(|act| Ok(diesel::sql_query(changed).execute(act.db)?)).unwrap();
    let broken = proof(world).broken;
    assert_eq!(broken.len(), 2);
    for one in broken {
        assert_eq!(
            (one.unit.as_str(), one.year, one.party.map(|party| party.as_str())),
            ("kardiologi", 2026, Some("university"))
        );
        assert_eq!(one.assignment, ulla.id.as_str());
        assert!(
            !one.what.contains("E4") && !one.what.chars().any(|sign| sign.is_ascii_digit()),
            "{}",
            one.what
        );
    }
}
