//! What the tests of the running service stand on: a service of their own, people who use it, a mailbox and a clock.

pub mod actor;
pub mod database;
pub mod year;

use std::cell::RefCell;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use actix_web::body::to_bytes;
use actix_web::dev::Service as _;
use actix_web::middleware::from_fn;
use actix_web::test::{self, TestRequest};
use actix_web::{App as WebApp, web};
use chrono::{NaiveDate, TimeDelta};
use tempfile::TempDir;
use usve::app::App;
use usve::audit;
use usve::clock::{Clock, Moment};
use usve::config::Config;
use usve::db::{Act, invariants};
use usve::identity::store::{NewGrant, NewPerson};
use usve::identity::{GrantedRole, Organisation, session, store};
use usve::ids::{PersonId, Source};
use usve::notify::transport::{Letter, Transport};
use usve::problem::Problem;
use usve::text::Lang;

pub use actor::{Actor, Reply};
use database::TestDatabase;

type Call = Rc<dyn Fn(TestRequest) -> Pin<Box<dyn Future<Output = Reply>>>>;

/// A service of one test's own: its database, mailbox and clock. When it goes, its data is looked through for impossible
/// states and a broken log.
pub struct TestApp {
    /// The service itself, to look behind the pages.
    pub app: App,
    call: Call,
    mailbox: Arc<Mutex<Vec<Letter>>>,
    database: RefCell<Option<TestDatabase>>,
    environment: Vec<(String, String)>,
    _folder: TempDir,
}

/// Whether everything is tested, as `./test` does on SQLite: every state crawled, every random case tried. A plain
/// `cargo test` takes of these what is over while its reader waits.
pub fn tests_everything() -> bool {
    std::env::var_os("USVE_TEST_WHOLE").is_some()
}

/// How many random cases a property is tried on, out of those when everything is tested.
pub fn tried(of: u32) -> u32 {
    if tests_everything() { of } else { of.div_ceil(6) }
}

/// When every test begins, unless it travels.
pub fn beginning() -> Moment {
    NaiveDate::from_ymd_opt(2026, 11, 22).unwrap().and_hms_opt(12, 0, 0).unwrap()
}

impl TestApp {
    /// A service with the settings that it has by itself.
    pub async fn new() -> TestApp {
        TestApp::with(&[]).await
    }

    /// A service with further settings, as the environment would have them.
    pub async fn with(settings: &[(&str, &str)]) -> TestApp {
        let folder = tempfile::tempdir().unwrap();
        let database = TestDatabase::new();
        let mut environment = vec![
            ("USVE_DATA", folder.path().to_str().unwrap().to_owned()),
            ("USVE_DATABASE_URL", database.url.clone()),
            ("USVE_DATABASE_CONNECTIONS", "3".to_owned()),
            ("USVE_CONTACT", "kansliet@example.se".to_owned()),
        ];
        environment.extend(settings.iter().map(|(name, value)| (*name, (*value).to_owned())));
        let environment: Vec<(String, String)> =
            environment.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let config = Config::load(None, &environment).unwrap();
        let mailbox = Arc::new(Mutex::new(Vec::new()));
        let bound: SocketAddr = "127.0.0.1:8080".parse().unwrap();
        let clock = Clock::standing(beginning());
        let transport = Transport::Memory(Arc::clone(&mailbox));
        let app = App::open_with(config, bound, clock, Source::seeded(1), transport).unwrap();
        let service = test::init_service(
            WebApp::new()
                .app_data(web::Data::new(app.clone()))
                .wrap(from_fn(usve::web::headers::on_every_answer))
                .configure(usve::server::routes),
        )
        .await;
        let service = Rc::new(service);
        let call: Call = Rc::new(move |request| {
            let service = Rc::clone(&service);
            Box::pin(async move {
                let response = service.call(request.to_request()).await.unwrap();
                let (status, headers) = (response.status().as_u16(), response.headers().clone());
                let body =
                    to_bytes(response.into_body()).await.unwrap_or_else(|_| panic!("the body broke off"));
                Reply { status, headers, body: body.to_vec() }
            })
        });
        TestApp { app, call, mailbox, database: RefCell::new(Some(database)), environment, _folder: folder }
    }

    /// What the program prints when it is started beside the service, on the same data; it must succeed.
    pub fn program(&self, arguments: &[&str]) -> String {
        let (status, printed) = self.run(arguments);
        assert_eq!(status, Some(0), "{printed}");
        printed
    }

    /// The exit status of the program, and what it prints: its answer, else what it complains of.
    pub fn run(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_usve"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("USVE_")) {
            command.env_remove(name);
        }
        let environment = self.environment.iter().map(|(name, value)| (name, value));
        let output = command.envs(environment).args(arguments).output().unwrap();
        let printed = if output.stdout.is_empty() { output.stderr } else { output.stdout };
        (output.status.code(), String::from_utf8(printed).unwrap())
    }

    /// Sends a request as it is.
    pub async fn send(&self, request: TestRequest) -> Reply {
        (self.call)(request).await
    }

    /// What the clock shows.
    pub fn now(&self) -> Moment {
        self.app.clock.now()
    }

    /// Moves the clock to a moment.
    pub fn travel_to(&self, at: Moment) {
        self.app.clock.set(at);
    }

    /// Moves the clock on.
    pub fn travel(&self, by: TimeDelta) {
        self.app.clock.set(self.now() + by);
    }

    /// Does an act behind the pages; a refusal fails the test.
    pub fn act<T>(&self, work: impl FnOnce(&mut Act<'_>) -> Result<T, Problem>) -> T {
        self.app.database.act(work).unwrap()
    }

    /// Does due work and gives every mail that has left since the last time, oldest first.
    pub async fn mails(&self) -> Vec<Letter> {
        self.app.block(usve::jobs::run_due).await.unwrap();
        std::mem::take(&mut *self.mailbox.lock().unwrap())
    }

    /// Adds a person with roles that belong to no place.
    pub fn person(&self, email: &str, name: &str, roles: &[GrantedRole]) -> PersonId {
        self.act(|act| {
            let new = NewPerson {
                email: email.to_owned(),
                name: name.to_owned(),
                organisation: Organisation::Region,
                language: Lang::Sv,
                external_id: None,
            };
            let person = store::add_person(act, &new)?;
            for role in roles {
                let grant = NewGrant {
                    person_id: person.clone(),
                    role: *role,
                    unit_id: None,
                    administration_id: None,
                    year: None,
                    areas: None,
                    granted_by: None,
                };
                store::add_grant(act, &grant)?;
            }
            Ok(person)
        })
    }

    /// Somebody who is not signed in.
    pub fn visitor(&self) -> Actor<'_> {
        Actor::new(self)
    }

    /// A person with a session, without the way through a mail.
    pub fn signed_in(&self, person: &PersonId) -> Actor<'_> {
        let limits = self.app.config.session;
        let session = self.act(|act| session::open(act, person, limits));
        let token = self.app.tokens.issue(person, &session, self.now(), limits.token).unwrap();
        let actor = Actor::new(self);
        actor.set_cookie(usve::web::cookies::session_name(&self.app), &token);
        actor
    }
}

impl TestApp {
    /// Every kind of act in the log.
    fn acts(&self) -> Vec<String> {
        #[derive(diesel::QueryableByName)]
        struct Row {
            #[diesel(sql_type = diesel::sql_types::Text)]
            act: String,
        }
        let query = diesel::sql_query("SELECT DISTINCT act FROM audit_entries");
        let rows = |db: &mut usve::db::Db| Ok(diesel::RunQueryDsl::load::<Row>(query, db)?);
        self.app.database.read(rows).unwrap().into_iter().map(|row| row.act).collect()
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        let Some(database) = self.database.borrow_mut().take() else { return };
        if !std::thread::panicking() {
            let found = self.app.database.read(invariants::find).unwrap();
            assert!(found.is_empty(), "impossible states: {found:#?}");
            let faults =
                self.app.database.read(|db| audit::verify(db, self.app.database.audit_key())).unwrap();
            assert!(faults.is_empty(), "the log was broken: {faults:#?}");
            let proof = self.app.database.read(usve::reviews::seal::verify).unwrap();
            assert!(proof.broken.is_empty(), "seals were broken: {:#?}", proof.broken);
            let unnamed: Vec<String> = self
                .acts()
                .into_iter()
                .filter(|act| usve::web::pages::log::words(act, usve::text::Lang::Sv).is_none())
                .collect();
            assert!(unnamed.is_empty(), "acts of the log that its pages have no words for: {unnamed:?}");
        }
        drop(database);
    }
}
