//! Due work and mail: done once, tried again, given up, and never in the way of the rest.

use chrono::TimeDelta;
use diesel::sql_types::{Integer, Text};
use diesel::{QueryableByName, RunQueryDsl as _};
use usve::ids::PersonId;
use usve::jobs::{self, Done, Work};
use usve::notify::deliver::{Sender, deliver};
use usve::notify::transport::Transport;
use usve::notify::{self, Kind, Mail};

use crate::support::TestApp;

#[derive(Debug, PartialEq, Eq, QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    key: String,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Integer)]
    attempts: i32,
}

fn rows(app: &TestApp, table: &str) -> Vec<Row> {
    let query = format!("SELECT dedupe_key AS key, state, attempts FROM {table} ORDER BY dedupe_key");
    app.app.database.read(|db| Ok(diesel::sql_query(query).load(db)?)).unwrap()
}

fn row<'a>(rows: &'a [Row], key: &str) -> &'a Row {
    rows.iter().find(|row| row.key == key).unwrap()
}

fn mail(to: &PersonId, dedupe: &str) -> Mail {
    Mail {
        to: to.clone(),
        kind: Kind::Assigned,
        about: Some("USVE Kardiologi".to_owned()),
        path: "/granska".to_owned(),
        due: None,
        attachment: None,
        dedupe: dedupe.to_owned(),
    }
}

/// A folder that mail cannot be written to.
fn broken(app: &TestApp) -> Sender {
    Sender { transport: Transport::Folder("/proc/no-such-folder".into()), ..app.app.sender.clone() }
}

#[actix_web::test]
async fn a_mail_leaves_once_in_the_receivers_language_with_a_link_and_both_forms() {
    let app = TestApp::new().await;
    let anna = app.person("anna@example.se", "Anna Andersson", &[]);
    for _ in 0..2 {
        app.act(|act| notify::enqueue(act, mail(&anna, "assigned:1")));
    }
    let mails = app.mails().await;
    let [letter] = mails.as_slice() else { panic!("{mails:?}") };
    assert_eq!((letter.to.as_str(), letter.to_name.as_str()), ("anna@example.se", "Anna Andersson"));
    assert_eq!(letter.subject, "Du är utsedd till granskare: USVE Kardiologi");
    for said in [&letter.text, &letter.html] {
        assert!(said.contains("Hej Anna!") && said.contains("http://127.0.0.1:8080/granska"), "{said}");
    }
    assert!(app.mails().await.is_empty());
    assert_eq!(
        rows(&app, "outbox"),
        [Row { key: "assigned:1".to_owned(), state: "sent".to_owned(), attempts: 0 }]
    );
}

#[actix_web::test]
async fn a_mail_in_a_folder_appears_whole_and_once() {
    let app = TestApp::new().await;
    let anna = app.person("anna@example.se", "Anna Andersson", &[]);
    app.act(|act| notify::enqueue(act, mail(&anna, "assigned:1")));
    let [letter] = app.mails().await.try_into().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let transport = Transport::Folder(folder.path().join("mail"));
    // As when the process ends between the sending and the note that it was sent.
    for _ in 0..2 {
        transport.send("usve@example.se", &letter).unwrap();
    }
    let files: Vec<_> =
        std::fs::read_dir(folder.path().join("mail")).unwrap().map(|file| file.unwrap()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    assert_eq!(files[0].file_name().into_string().unwrap(), format!("{}.eml", letter.id));
    let written = std::fs::read_to_string(files[0].path()).unwrap();
    assert!(written.contains(&format!("Message-ID: <{}@example.se>", letter.id)), "{written}");
}

#[actix_web::test]
async fn a_mail_of_an_act_that_failed_is_never_written() {
    let app = TestApp::new().await;
    let anna = app.person("anna@example.se", "Anna Andersson", &[]);
    let refused = app.app.database.act(|act| {
        notify::enqueue(act, mail(&anna, "assigned:1"))?;
        Err::<(), _>(usve::problem::Problem::stale())
    });
    assert!(refused.is_err() && rows(&app, "outbox").is_empty());
}

#[actix_web::test]
async fn mail_that_does_not_leave_is_tried_again_later_and_given_up_at_last() {
    let app = TestApp::new().await;
    let anna = app.person("anna@example.se", "Anna Andersson", &[]);
    app.act(|act| notify::enqueue(act, mail(&anna, "assigned:1")));
    let broken = broken(&app);
    assert_eq!(deliver(&app.app.database, &broken).unwrap(), 1);
    assert_eq!(deliver(&app.app.database, &broken).unwrap(), 0, "not before its time");
    assert_eq!(
        row(&rows(&app, "outbox"), "assigned:1"),
        &Row { key: "assigned:1".to_owned(), state: "waiting".to_owned(), attempts: 1 }
    );
    app.travel(TimeDelta::minutes(1));
    assert_eq!(app.mails().await.len(), 1, "the server is back");

    app.act(|act| notify::enqueue(act, mail(&anna, "assigned:2")));
    for _ in 0..8 {
        deliver(&app.app.database, &broken).unwrap();
        app.travel(TimeDelta::days(1));
    }
    let given_up = row(&rows(&app, "outbox"), "assigned:2").attempts;
    assert_eq!((row(&rows(&app, "outbox"), "assigned:2").state.as_str(), given_up), ("failed", 8));
    assert!(app.mails().await.is_empty());
}

#[actix_web::test]
async fn a_closed_account_gets_no_mail_and_others_still_do() {
    let app = TestApp::new().await;
    let anna = app.person("anna@example.se", "Anna Andersson", &[]);
    let bo = app.person("bo@example.se", "Bo Berg", &[]);
    app.act(|act| {
        notify::enqueue(act, mail(&anna, "assigned:1"))?;
        notify::enqueue(act, mail(&bo, "assigned:2"))?;
        usve::identity::store::set_active(act, &anna, false)
    });
    let to: Vec<String> = app.mails().await.into_iter().map(|letter| letter.to).collect();
    assert_eq!(to, ["bo@example.se"]);
    assert_eq!(row(&rows(&app, "outbox"), "assigned:1").state, "failed");
}

#[actix_web::test]
async fn two_processes_send_every_mail_once() {
    let app = TestApp::new().await;
    let anna = app.person("anna@example.se", "Anna Andersson", &[]);
    app.act(|act| {
        (0..30).try_for_each(|number| notify::enqueue(act, mail(&anna, &format!("assigned:{number}"))))
    });
    let one = || {
        let app = app.app.clone();
        std::thread::spawn(move || {
            let mut dealt_with = 0;
            loop {
                match deliver(&app.database, &app.sender).unwrap() {
                    0 => return dealt_with,
                    some => dealt_with += some,
                }
            }
        })
    };
    let (first, second) = (one(), one());
    assert_eq!(first.join().unwrap() + second.join().unwrap(), 30);
    assert_eq!(app.mails().await.len(), 30);
}

#[actix_web::test]
async fn a_mail_claimed_by_a_process_that_died_is_sent_after_its_lease() {
    let app = TestApp::new().await;
    let anna = app.person("anna@example.se", "Anna Andersson", &[]);
    app.act(|act| notify::enqueue(act, mail(&anna, "assigned:1")));
    let lease = app.now() + TimeDelta::minutes(10);
    app.act(|act| {
        Ok(diesel::sql_query("UPDATE outbox SET lease_until = $1")
            .bind::<diesel::sql_types::Timestamp, _>(lease)
            .execute(act.db)?)
    });
    assert!(app.mails().await.is_empty());
    app.travel(TimeDelta::minutes(11));
    assert_eq!(app.mails().await.len(), 1);
}

#[actix_web::test]
async fn a_job_is_done_once_and_not_before_its_time() {
    let app = TestApp::new().await;
    let later = app.now() + TimeDelta::hours(1);
    for _ in 0..2 {
        app.act(|act| jobs::enqueue(act, &Work::ForgetOld, "once", later));
    }
    jobs::run_due(&app.app).unwrap();
    assert_eq!(row(&rows(&app, "jobs"), "once").state, "waiting");
    app.travel(TimeDelta::hours(1));
    assert!(jobs::run_due(&app.app).unwrap().jobs >= 1);
    assert_eq!(row(&rows(&app, "jobs"), "once").state, "done");
    assert_eq!(jobs::run_due(&app.app).unwrap(), Done::default());
}

#[actix_web::test]
async fn no_mail_waits_for_more_than_one_job() {
    let app = TestApp::new().await;
    let anna = app.person("anna@example.se", "Anna Andersson", &[]);
    jobs::run_due(&app.app).unwrap();
    let now = app.now();
    for key in ["first", "second", "third"] {
        app.act(|act| jobs::enqueue(act, &Work::ForgetOld, key, now));
    }
    assert_eq!(jobs::run_next(&app.app).unwrap(), Done { jobs: 1, mails: 0 });
    app.act(|act| notify::enqueue(act, mail(&anna, "assigned:1")));
    assert_eq!(jobs::run_next(&app.app).unwrap(), Done { jobs: 1, mails: 1 });
    assert_eq!(rows(&app, "jobs").iter().filter(|row| row.state == "waiting").count(), 1);
    assert_eq!(jobs::run_next(&app.app).unwrap(), Done { jobs: 1, mails: 0 });
    assert_eq!(jobs::run_next(&app.app).unwrap(), Done::default());
}

#[actix_web::test]
async fn a_job_that_fails_is_tried_again_given_up_at_last_and_stops_no_other() {
    let app = TestApp::new().await;
    let now = app.now();
    app.act(|act| {
        Ok(diesel::sql_query(
            "INSERT INTO jobs (id, dedupe_key, kind, data, state, attempts, next_at, created_at) \
             VALUES ('0', 'unreadable', 'unreadable', '{\"kind\":\"unreadable\"}', 'waiting', 0, $1, $2)",
        )
        .bind::<diesel::sql_types::Timestamp, _>(now)
        .bind::<diesel::sql_types::Timestamp, _>(now)
        .execute(act.db)?)
    });
    app.act(|act| jobs::enqueue(act, &Work::ForgetOld, "sound", now));
    jobs::run_due(&app.app).unwrap();
    let after = rows(&app, "jobs");
    assert_eq!(
        (row(&after, "unreadable").state.as_str(), row(&after, "unreadable").attempts),
        ("waiting", 1)
    );
    assert_eq!(row(&after, "sound").state, "done");
    for _ in 0..6 {
        app.travel(TimeDelta::days(1));
        jobs::run_due(&app.app).unwrap();
    }
    let after = rows(&app, "jobs");
    assert_eq!((row(&after, "unreadable").state.as_str(), row(&after, "unreadable").attempts), ("failed", 6));
    let page = app.app.metrics.page(None);
    assert!(page.contains("usve_jobs_total{result=\"failed\"} 6"), "{page}");
}
