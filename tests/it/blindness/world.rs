//! A case that has gone all the way, with a word of its own in every text, and everybody around it. Tests then move it
//! from state to state in the database, so that everything there is stands behind the rights of that state alone.

use std::cell::RefCell;
use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use diesel::RunQueryDsl as _;
use serde_json::Value as Json;
use usve::assessments::evidence::Details;
use usve::assessments::evidence::add::NewLink;
use usve::assessments::save_answer::{Save, save_answer};
use usve::assessments::{
    BACKGROUND, ask_extension, comments, evidence, not_applicable, return_for_completion, submit,
};
use usve::cycles::{extension, support};
use usve::db::Act;
use usve::followup::{PlannedAction, Recommendation, plan, recommendation, view as followup};
use usve::identity::rights::{Object, Role};
use usve::identity::standing::Standing;
use usve::identity::store::{NewGrant, NewPerson, add_grant, add_person};
use usve::identity::{GrantedRole, Organisation};
use usve::ids::{AdministrationId, CaseId, PersonId, UnitId};
use usve::problem::Problem;
use usve::records::{Decision, request};
use usve::results::{fact_check, finalise, release};
use usve::reviews::conflict::{Stated, decide::decide, declare::declare};
use usve::reviews::score::{Draft, save};
use usve::reviews::{Level, Score, assign, correct, further, lock, settle, view};
use usve::state::CaseState;
use usve::text::Lang;

use crate::support::year::{Year, add_file};
use crate::support::{Actor, TestApp};

/// Somebody with what they are to the case.
pub struct Somebody {
    pub name: &'static str,
    /// None for a visitor.
    pub person: Option<PersonId>,
    pub roles: Vec<Role>,
}

/// People whose roles the grid has already, in others.
pub const BETWEEN: [&str; 8] = [
    "other coordinator",
    "coordinator of the own unit",
    "head in the group",
    "undeclared member",
    "member in conflict",
    "undeclared further",
    "further in conflict",
    "coordinator in conflict",
];

/// A word that stands in one text alone.
pub struct Word {
    pub text: String,
    /// Read by whoever reads one of these.
    pub objects: Vec<Object>,
    /// Read by its author too, in this role, where the second object is read.
    pub author: Option<(Role, Object)>,
}

pub struct World<'a> {
    pub app: &'a TestApp,
    pub year: Year<'a>,
    pub case: CaseId,
    pub everybody: Vec<Somebody>,
    pub words: Vec<Word>,
    /// The letters that left on the way.
    pub letters: Vec<usve::notify::transport::Letter>,
    browsers: RefCell<BTreeMap<&'static str, Actor<'a>>>,
}

impl<'a> World<'a> {
    /// The case with its pair, in the individual review: the region's has scored three criteria, the university's
    /// everything, and nobody has locked.
    pub fn scoring(app: &'a TestApp) -> World<'a> {
        let year = Year::open(app);
        let case = year.case().id;
        let mut world = World {
            app,
            year,
            case,
            everybody: Vec::new(),
            words: Vec::new(),
            letters: Vec::new(),
            browsers: RefCell::default(),
        };
        world.people();
        world.draft();
        world.submitted();
        world.scored();
        world
    }

    /// The case with its plan accepted, and everything that can be written about it.
    pub async fn whole(app: &'a TestApp) -> World<'a> {
        let mut world = World::scoring(app);
        world.settled();
        world.checked();
        world.fixed();
        world.letters.extend(app.mails().await);
        world.followed();
        world.conflicts();
        world.letters.extend(app.mails().await);
        world.undo();
        world
    }

    /// Takes back what acts have done that may be done again: a coordinator helps from the first day to the last, and no
    /// evidence is superseded.
    pub fn undo(&self) {
        self.sql("UPDATE support_visits SET ended_at = NULL, ended_by = NULL");
        self.sql("DELETE FROM evidence WHERE supersedes IS NOT NULL");
    }

    /// Somebody by name.
    pub fn who(&self, name: &str) -> &Somebody {
        self.everybody.iter().find(|one| one.name == name).unwrap()
    }

    /// The browser of somebody's, signed in once.
    pub fn browser(&self, somebody: &Somebody) -> Actor<'a> {
        let open = || match &somebody.person {
            Some(person) => self.app.signed_in(person),
            None => self.app.visitor(),
        };
        self.browsers.borrow_mut().entry(somebody.name).or_insert_with(open).clone()
    }

    /// Changes something behind the product's back.
    pub fn sql(&self, statement: &str) -> usize {
        self.app.act(|act| Ok(diesel::sql_query(statement).execute(act.db)?))
    }

    /// Puts the case in a state, with everything that it holds.
    pub fn put_in(&self, state: CaseState) {
        let moved =
            self.sql(&format!("UPDATE cases SET state = '{}' WHERE id = '{}'", state.as_str(), self.case));
        assert_eq!(moved, 1);
    }

    /// A piece of the case's evidence: a link.
    pub fn evidence(&self) -> String {
        self.piece(|piece| piece.url().is_some())
    }

    /// A file of the case's evidence.
    pub fn file(&self) -> String {
        self.piece(|piece| piece.file().is_some())
    }

    fn piece(&self, is: impl Fn(&evidence::Evidence) -> bool) -> String {
        let all = self.app.app.database.read(|db| evidence::store::of_case(db, &self.case)).unwrap();
        all.iter().find(|piece| is(piece)).unwrap().id.to_string()
    }

    /// The contributor's role.
    pub fn contributors_grant(&self) -> String {
        let held = |db: &mut usve::db::Db| usve::identity::store::grants(db, Some(&self.year.contributor));
        self.app.app.database.read(held).unwrap()[0].id.to_string()
    }

    /// The visit of the coordinator who helps.
    pub fn visit(&self) -> String {
        let (case, standing) = (self.year.case(), self.year.standing(&self.year.head));
        let visits = self.app.app.database.read(|db| support::visits(db, &standing, &case)).unwrap();
        visits.first().unwrap().id.to_string()
    }

    /// The declared conflict that waits for a decision.
    pub fn waiting_conflict(&self) -> String {
        let (case, standing) = (self.year.case(), self.year.standing(&self.year.coordinator));
        let all = self.app.app.database.read(|db| view::declared_conflicts(db, &standing, &case)).unwrap();
        all.into_iter().find(|one| one.decided_by.is_none()).unwrap().id.to_string()
    }

    fn act<T>(&self, who: &str, work: impl FnOnce(&mut Act<'_>, &Standing) -> Result<T, Problem>) -> T {
        let standing = self.year.standing(self.who(who).person.as_ref().unwrap());
        self.app.travel(TimeDelta::seconds(1));
        self.app.act(|act| work(act, &standing))
    }

    /// A new word.
    fn word(&mut self, objects: &[Object]) -> String {
        let text = format!("zk{:03}q", self.words.len());
        self.words.push(Word { text: text.clone(), objects: objects.to_vec(), author: None });
        text
    }

    fn authors_word(&mut self, objects: &[Object], role: Role, own: Object) -> String {
        let text = self.word(objects);
        self.words.last_mut().unwrap().author = Some((role, own));
        text
    }

    fn people(&mut self) {
        let of_year = [
            ("head", &self.year.head, Role::Head),
            ("contributor", &self.year.contributor, Role::Contributor),
            ("university", &self.year.university, Role::University),
            ("region", &self.year.region, Role::Region),
            ("further", &self.year.further, Role::Further),
            ("coordinator", &self.year.coordinator, Role::Coordinator),
            ("other coordinator", &self.year.other_coordinator, Role::Coordinator),
            ("group", &self.year.group, Role::Group),
        ];
        for (name, person, role) in of_year {
            let roles = vec![role, Role::SignedIn];
            self.everybody.push(Somebody { name, person: Some(person.clone()), roles });
        }
        let stranger = Some(self.year.stranger.clone());
        self.everybody.push(Somebody { name: "stranger", person: stranger, roles: vec![Role::SignedIn] });
        self.everybody.push(Somebody { name: "visitor", person: None, roles: vec![Role::Anybody] });
        let case = self.year.case();
        let place = Some(case.unit.administration.id);
        let unit = Some(case.unit.id);
        let further = [
            ("support", vec![(GrantedRole::Coordinator, None, None)], vec![Role::Coordinator, Role::Support]),
            (
                "administration",
                vec![(GrantedRole::AdministrationHead, None, place)],
                vec![Role::AdministrationHead],
            ),
            ("registrar", vec![(GrantedRole::Registrar, None, None)], vec![Role::Registrar]),
            ("auditor", vec![(GrantedRole::Auditor, None, None)], vec![Role::Auditor]),
            ("administrator", vec![(GrantedRole::Administrator, None, None)], vec![Role::Administrator]),
            (
                "coordinator of the own unit",
                vec![(GrantedRole::Contributor, unit.clone(), None), (GrantedRole::Coordinator, None, None)],
                vec![Role::Contributor],
            ),
            (
                "head in the group",
                vec![(GrantedRole::Contributor, unit, None), (GrantedRole::Group, None, None)],
                vec![Role::Contributor],
            ),
            ("undeclared member", vec![(GrantedRole::Group, None, None)], vec![]),
            ("member in conflict", vec![(GrantedRole::Group, None, None)], vec![]),
            ("undeclared further", vec![(GrantedRole::Reviewer, None, None)], vec![]),
            ("further in conflict", vec![(GrantedRole::Reviewer, None, None)], vec![]),
            ("coordinator in conflict", vec![(GrantedRole::Coordinator, None, None)], vec![]),
        ];
        for (at, (name, grants, mut roles)) in further.into_iter().enumerate() {
            let person = self.app.act(|act| joins(act, at, name, &grants));
            if !name.ends_with("in conflict") {
                roles.push(Role::SignedIn);
            }
            self.everybody.push(Somebody { name, person: Some(person), roles });
        }
    }

    fn draft(&mut self) {
        let form = self.year.form.clone();
        let case = self.case.clone();
        let words = self.word(&[Object::Declaration]);
        let stated = Stated { ground: "fl-16-4".to_owned(), words };
        self.act("coordinator in conflict", |act, standing| declare(act, standing, &case, Some(&stated)));
        let reason = self.word(&[Object::Support, Object::Log]);
        self.act("support", |act, standing| support::open(act, standing, &case, &reason));
        let optional = form
            .criteria()
            .find(|(_, one)| one.not_applicable.is_some())
            .map(|(_, one)| one.id.clone())
            .unwrap();
        let reason = self.word(&[Object::Completion, Object::Log]);
        self.act("head", |act, standing| {
            not_applicable::ask(act, standing, &form, &case, &optional, &reason)
        });
        let reason = self.word(&[Object::Completion, Object::Log]);
        self.act("coordinator", |act, standing| {
            not_applicable::decide(act, standing, &case, &optional, false, &reason)
        });
        let reason = self.word(&[Object::Progress, Object::Log]);
        self.act("head", |act, standing| ask_extension::ask(act, standing, &case, &reason));
        let reason = self.word(&[Object::Progress, Object::Log]);
        self.act("coordinator", |act, standing| extension::decline(act, standing, &case, &reason));
        let comment = self.word(&[Object::UnitComments]);
        self.act("contributor", |act, standing| {
            comments::write::write(act, standing, &form, &case, "A1", &comment)
        });
        let places = std::iter::once(BACKGROUND)
            .chain(form.criteria().map(|(_, criterion)| criterion.id.as_str()))
            .map(str::to_owned);
        for place in places.collect::<Vec<_>>() {
            let word = self.word(&[Object::Assessment]);
            let fields =
                self.year.complete(&place).into_iter().map(|(name, value)| (name, with(value, &word)));
            let fields: BTreeMap<String, Json> = fields.collect();
            self.act("head", |act, standing| {
                let save = Save { criterion: &place, fields: fields.clone(), seen: 0 };
                save_answer(act, standing, &form, &case, save)
            });
        }
        for criterion in form.criteria().filter(|(_, one)| one.minimum).map(|(_, one)| one.id.clone()) {
            let [title, place, description, owner] = [(); 4].map(|()| self.word(&[Object::Assessment]));
            let details = Details { place, description, owner, valid_until: None };
            let new = NewLink { url: format!("https://example.org/{title}"), title: title.clone(), details };
            self.act("head", |act, standing| {
                evidence::add::link(act, standing, &form, &case, &criterion, &new)
            });
        }
        self.act("head", |act, standing| add_file(act, standing, &form, &case, "A1", "Protokoll.pdf"));
    }

    fn submitted(&mut self) {
        let (form, case, dates) = (self.year.form.clone(), self.case.clone(), self.year.dates.clone());
        self.act("head", |act, standing| submit::submit(act, standing, &form, &dates, &case));
        let what = self.word(&[Object::Completion, Object::Log]);
        self.act("coordinator", |act, standing| {
            let wanted = [("A1".to_owned(), what.clone())];
            return_for_completion::return_for_completion(act, standing, &form, &dates, &case, &wanted)
        });
        let word = self.word(&[Object::Assessment]);
        let fields: BTreeMap<String, Json> =
            self.year.complete("A1").into_iter().map(|(name, value)| (name, with(value, &word))).collect();
        self.act("head", |act, standing| {
            let save = Save { criterion: "A1", fields, seen: 1 };
            save_answer(act, standing, &form, &case, save)
        });
        self.act("head", |act, standing| submit::submit(act, standing, &form, &dates, &case));
        let pair = [self.year.university.clone(), self.year.region.clone()];
        self.act("coordinator", |act, standing| assign::pair(act, standing, &case, &pair[0], &pair[1]));
        for who in ["university", "region"] {
            self.act(who, |act, standing| declare(act, standing, &case, None));
        }
    }

    fn score(&mut self, who: &'static str, role: Role, own: Object, criterion: &str, score: &str) {
        let word = self.authors_word(&[Object::Reviews], role, own);
        let reason =
            format!("Skälet {word} visar nivån tydligt i den bifogade redovisningen och dess bilagor.");
        let draft = Draft { score: Score::from_text(score), reason };
        let (form, case) = (self.year.form.clone(), self.case.clone());
        self.act(who, |act, standing| save(act, standing, &form, &case, criterion, 0, &draft));
    }

    fn criteria(&self) -> Vec<String> {
        self.year.form.criteria().map(|(_, criterion)| criterion.id.clone()).collect()
    }

    fn scored(&mut self) {
        for criterion in self.criteria() {
            let score = match criterion.as_str() {
                "A3" => "4",
                "E2" => "1",
                _ => "2",
            };
            self.score("university", Role::University, Object::OwnReview, &criterion, score);
        }
        for criterion in self.criteria().into_iter().take(3) {
            let score = if criterion == "A2" { "1" } else { "2" };
            self.score("region", Role::Region, Object::OwnReview, &criterion, score);
        }
    }

    fn settled(&mut self) {
        let (form, case) = (self.year.form.clone(), self.case.clone());
        for criterion in self.criteria().into_iter().skip(3) {
            let score = if criterion == "E2" { "1" } else { "2" };
            self.score("region", Role::Region, Object::OwnReview, &criterion, score);
        }
        for who in ["university", "region"] {
            self.act(who, |act, standing| lock::lock(act, standing, &form, &case));
        }
        for who in ["university", "region"] {
            self.act(who, |act, standing| declare(act, standing, &case, None));
        }
        let message = self.word(&[Object::Settlement]);
        self.act("university", |act, standing| {
            settle::write_message(act, standing, &form, &case, "A3", &message)
        });
        let word = self.authors_word(&[Object::Reviews], Role::Region, Object::OwnReview);
        let reason = format!("Ändrat {word}: underlaget visar mer än vad jag först läste ut av bilagorna.");
        let two = Level::new(2).unwrap();
        self.act("region", |act, standing| settle::revise(act, standing, &form, &case, "A2", two, &reason));
        for criterion in ["A2", "A3"] {
            for who in ["university", "region"] {
                self.act(who, |act, standing| settle::close(act, standing, &form, &case, criterion));
            }
        }
        let summary = self.word(&[Object::Settlement, Object::Result]);
        self.act("region", |act, standing| settle::write_summary(act, standing, &case, 0, &summary));
        for who in ["university", "region"] {
            let known = self.year.case();
            let standing = self.year.standing(self.who(who).person.as_ref().unwrap());
            let seen =
                self.app.app.database.read(|db| view::settlement(db, &standing, &form, &known)).unwrap();
            self.act(who, |act, standing| settle::sign(act, standing, &form, &case, seen.summary.version));
        }
        let sven = self.year.further.clone();
        self.act("coordinator", |act, standing| {
            further::assign(act, standing, &form, &case, &sven, &["A3".to_owned()])
        });
        self.act("further", |act, standing| declare(act, standing, &case, None));
        self.score("further", Role::Further, Object::FurtherReview, "A3", "3");
        self.act("further", |act, standing| lock::lock(act, standing, &form, &case));
        assert_eq!(self.year.case().state, CaseState::FactCheck);
    }

    fn checked(&mut self) {
        let (form, case) = (self.year.form.clone(), self.case.clone());
        let comment = self.word(&[Object::FactComments]);
        self.act("head", |act, standing| fact_check::comment(act, standing, &form, &case, "A1", &comment));
        self.act("head", |act, standing| fact_check::send(act, standing, &case));
        let answer = self.word(&[Object::FactComments]);
        self.act("university", |act, standing| fact_check::answer(act, standing, &case, "A1", &answer));
        let three = Level::new(3).unwrap();
        for (who, role) in [("university", Role::University), ("region", Role::Region)] {
            let word = self.authors_word(&[Object::Reviews], role, Object::OwnReview);
            let reason =
                format!("Rättat {word}: det var fler möten än vad som framgick av de första bilagorna.");
            self.act(who, |act, standing| {
                correct::correct(act, standing, &form, &case, "A1", three, &reason)
            });
        }
    }

    fn fixed(&mut self) {
        let (form, case) = (self.year.form.clone(), self.case.clone());
        self.app.travel(TimeDelta::days(30));
        self.act("coordinator", |act, standing| finalise::finalise(act, standing, &form, "USVE", &case));
    }

    fn followed(&mut self) {
        let (form, case) = (self.year.form.clone(), self.case.clone());
        self.act("coordinator", |act, standing| release::ask(act, standing, 2026));
        self.act("other coordinator", |act, standing| release::confirm(act, standing, 2026));
        assert_eq!(self.year.case().state, CaseState::Action);
        self.act("group", |act, standing| declare(act, standing, &case, None));
        let [recommendation, motive, present, absent] =
            [(); 4].map(|()| self.word(&[Object::Recommendation]));
        let decided_on = NaiveDate::from_ymd_opt(2027, 1, 15).unwrap();
        let noted = Recommendation { recommendation, motive, present, absent, decided_on };
        self.act("group", |act, standing| recommendation::write(act, standing, &case, &noted));
        let unmet = ["E2"];
        for criterion in unmet {
            let [action, owner] = [(); 2].map(|()| self.word(&[Object::Plan]));
            let due = NaiveDate::from_ymd_opt(2027, 6, 1).unwrap();
            let planned = PlannedAction { criterion: Some(criterion.to_owned()), action, owner, due };
            let seen = self.plan_version();
            self.act("head", |act, standing| {
                plan::save_action(act, standing, &form, &case, seen, None, &planned)
            });
        }
        let seen = self.plan_version();
        self.act("head", |act, standing| plan::submit(act, standing, &case, seen));
        let seen = self.plan_version();
        self.act("administration", |act, standing| plan::sign(act, standing, &case, seen));
        let seen = self.plan_version();
        self.act("coordinator", |act, standing| plan::accept(act, standing, &case, seen));
        let note = self.word(&[Object::Plan]);
        let action = self.plan().unwrap().actions[0].id.clone();
        self.act("head", |act, standing| plan::report(act, standing, &case, &action, None, &note));
        let [asked_by, wanted, reason] = [(); 3].map(|()| self.word(&[Object::Records]));
        let new =
            request::NewRequest { asked_on: NaiveDate::from_ymd_opt(2026, 12, 1).unwrap(), asked_by, wanted };
        let id = self.act("registrar", |act, standing| request::record(act, standing, &case, &new));
        self.act("registrar", |act, standing| {
            request::decide(act, standing, &case, &id, Decision::Refused, &reason)
        });
    }

    fn plan(&self) -> Option<usve::followup::Plan> {
        let (case, standing) = (self.year.case(), self.year.standing(&self.year.head));
        self.app.app.database.read(|db| followup::plan(db, &standing, &case)).unwrap()
    }

    fn plan_version(&self) -> i32 {
        self.plan().map_or(0, |plan| plan.version)
    }

    fn conflicts(&mut self) {
        let case = self.case.clone();
        let words = self.word(&[Object::Declaration]);
        let stated = Stated { ground: "fl-16-4".to_owned(), words };
        self.act("member in conflict", |act, standing| declare(act, standing, &case, Some(&stated)));
        let (known, standing) = (self.year.case(), self.year.standing(&self.year.coordinator));
        let waiting =
            self.app.app.database.read(|db| view::declared_conflicts(db, &standing, &known)).unwrap();
        let member = self.who("member in conflict").person.clone();
        let of_member = waiting.into_iter().find(|one| Some(&one.person_id) == member.as_ref()).unwrap();
        let reason = self.word(&[Object::Declaration, Object::Log]);
        self.act("coordinator", |act, standing| decide(act, standing, &of_member.id, true, &reason));
        for name in ["undeclared further", "further in conflict"] {
            let person = self.who(name).person.clone().unwrap();
            let by = self.year.coordinator.clone();
            let id = self.app.app.ids.secret();
            self.sql(&format!(
                "INSERT INTO assignments (id, case_id, party, person_id, assigned_by, assigned_at, version) VALUES \
                 ('{id}', '{case}', 'further', '{person}', '{by}', '2027-01-20 12:00:00', 0)",
            ));
        }
        let words = self.word(&[Object::Declaration]);
        let stated = Stated { ground: "fl-16-1".to_owned(), words };
        self.act("further in conflict", |act, standing| declare(act, standing, &case, Some(&stated)));
    }
}

type NewRole = (GrantedRole, Option<UnitId>, Option<AdministrationId>);

fn joins(act: &mut Act<'_>, at: usize, name: &str, grants: &[NewRole]) -> Result<PersonId, Problem> {
    let new = NewPerson {
        email: format!("person{at}@skane.example"),
        name: format!("Person {name}"),
        organisation: Organisation::Region,
        language: Lang::Sv,
        external_id: None,
    };
    let person_id = add_person(act, &new)?;
    for (role, unit_id, administration_id) in grants {
        let grant = NewGrant {
            person_id: person_id.clone(),
            role: *role,
            unit_id: unit_id.clone(),
            administration_id: administration_id.clone(),
            year: None,
            areas: None,
            granted_by: None,
        };
        add_grant(act, &grant)?;
    }
    Ok(person_id)
}

/// A value with the word in each of its texts.
fn with(value: Json, word: &str) -> Json {
    match value {
        Json::String(text) if text.contains("Så här") => Json::String(format!("Så här: {word}.")),
        Json::Array(items) => items.into_iter().map(|item| with(item, word)).collect(),
        Json::Object(map) => map.into_iter().map(|(name, item)| (name, with(item, word))).collect(),
        other => other,
    }
}
