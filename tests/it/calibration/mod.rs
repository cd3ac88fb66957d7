//! Calibration rounds: the anonymised copy, who sees what when, the pages and the API.

mod anonymising;
mod blindness;
mod pages;
mod program;
mod verbs;

use std::sync::Arc;

use usve::calibration::score::Draft;
use usve::calibration::{lock, open, pick, score, view};
use usve::cycles::prepare;
use usve::forms::Form;
use usve::identity::standing::Standing;
use usve::identity::store::{NewGrant, add_grant};
use usve::identity::{GrantedRole, Organisation};
use usve::ids::PersonId;
use usve::problem::Problem;
use usve::results::{finalise, release};
use usve::reviews::conflict::declare::declare;
use usve::reviews::{self, Score, assign, settle};

use crate::support::TestApp;
use crate::support::year::Year;

/// The year whose reviewers are calibrated, on last year's case.
pub const NEXT: i32 = 2027;

/// Last year's case is released, and the next year is planned.
pub struct Rounds<'a> {
    pub app: &'a TestApp,
    pub year: Year<'a>,
    pub form: Arc<Form>,
}

impl<'a> Rounds<'a> {
    /// Everything up to the first act of a coordinator; every text of the case is `text` in the fields that hold text.
    pub fn planned(app: &'a TestApp) -> Rounds<'a> {
        let year = Year::open(app);
        year.submit();
        let case = year.case().id;
        let pair = [year.university.clone(), year.region.clone()];
        app.act(|act| assign::pair(act, &year.standing(&year.coordinator), &case, &pair[0], &pair[1]));
        for person in &pair {
            app.act(|act| declare(act, &year.standing(person), &case, None));
        }
        for person in &pair {
            let standing = year.standing(person);
            for (_, criterion) in year.form.criteria() {
                let reason =
                    "Underlaget visar detta tydligt, se den bifogade redovisningen och dess bilagor.";
                let draft = reviews::score::Draft { score: Score::from_text("2"), reason: reason.to_owned() };
                app.act(|act| {
                    reviews::score::save(act, &standing, &year.form, &case, &criterion.id, 0, &draft)
                });
            }
            app.act(|act| reviews::lock::lock(act, &standing, &year.form, &case));
        }
        for person in &pair {
            app.act(|act| declare(act, &year.standing(person), &case, None));
        }
        for (seen, person) in pair.iter().enumerate() {
            let seen = i32::try_from(seen).unwrap();
            app.act(|act| settle::sign(act, &year.standing(person), &year.form, &case, seen));
        }
        app.act(|act| usve::results::fact_check::no_comments(act, &year.standing(&year.head), &case));
        let coordinator = year.standing(&year.coordinator);
        app.act(|act| finalise::finalise(act, &coordinator, &year.form, "USVE", &case));
        app.act(|act| release::ask(act, &coordinator, 2026));
        app.act(|act| release::confirm(act, &year.standing(&year.other_coordinator), 2026));
        app.act(|act| prepare::prepare(act, &coordinator, NEXT, &year.form));
        let form = Arc::clone(&year.form);
        Rounds { app, year, form }
    }

    /// One case is picked.
    pub fn preparing(app: &'a TestApp) -> Rounds<'a> {
        let rounds = Rounds::planned(app);
        rounds.pick(&rounds.year.coordinator).unwrap();
        rounds
    }

    /// The round is open.
    pub fn open(app: &'a TestApp) -> Rounds<'a> {
        let rounds = Rounds::preparing(app);
        let coordinator = rounds.standing(&rounds.year.coordinator);
        app.act(|act| open::open(act, &coordinator, NEXT, None, true));
        rounds
    }

    pub fn standing(&self, person: &PersonId) -> Standing {
        self.year.standing(person)
    }

    /// Picks the one case there is.
    pub fn pick(&self, person: &PersonId) -> Result<usve::calibration::CalibrationCase, Problem> {
        let (standing, library) = (self.standing(person), &self.app.app.forms);
        self.app.app.database.act(|act| pick::pick(act, &standing, (library, 2), NEXT, ("kardiologi", 2026)))
    }

    /// Gives every criterion a level, as the pages and the API do.
    pub fn score_all(&self, person: &PersonId, level: impl Fn(&str) -> &'static str) {
        let standing = self.standing(person);
        let own = self.app.app.database.read(|db| view::reviewed(db, &standing, NEXT, 1)).unwrap();
        for id in own.criteria(&self.form) {
            let seen = own.scores.get(id).map_or(0, |there| there.version);
            let draft = Draft { score: Score::from_text(level(id)), reason: String::new() };
            self.app.act(|act| score::save(act, &standing, &self.form, (NEXT, 1, id), seen, &draft));
        }
    }

    /// Locks the one case.
    pub fn lock(&self, person: &PersonId) -> Result<(), Problem> {
        let standing = self.standing(person);
        self.app.app.database.act(|act| lock::lock(act, &standing, &self.form, (NEXT, 1)))
    }

    /// Somebody with one more role, in one year or in all.
    pub fn with_role(&self, person: &PersonId, role: GrantedRole, of: Option<i32>) {
        self.app.act(|act| {
            let unit_id =
                matches!(role, GrantedRole::Head | GrantedRole::Contributor).then(|| self.year.unit.clone());
            let grant = NewGrant {
                person_id: person.clone(),
                role,
                unit_id,
                administration_id: None,
                year: of,
                areas: None,
                granted_by: None,
            };
            add_grant(act, &grant)
        });
    }

    /// A further coordinator.
    pub fn another_coordinator(&self) -> PersonId {
        self.app.act(|act| {
            let new = usve::identity::store::NewPerson {
                email: "kim.kollega@skane.example".to_owned(),
                name: "Kim Kollega".to_owned(),
                organisation: Organisation::Region,
                language: usve::text::Lang::Sv,
                external_id: None,
            };
            usve::identity::store::add_person(act, &new)
        })
    }
}

/// A page without what differs in each answer.
pub fn without_keys(page: &str) -> String {
    let mut rest = page;
    let mut kept = String::new();
    while let Some(at) = rest.find("<input type=\"hidden\" name=\"csrf\"") {
        kept.push_str(&rest[..at]);
        rest = rest[at..].split_once("name=\"nyckel\"").unwrap().1.split_once('>').unwrap().1;
    }
    kept + rest
}
