//! A year with two units and everybody around them: the first unit's form and scores are the worked
//! example of the scoring model.

use std::collections::{BTreeMap, HashMap};

use crate::support::database::TestDatabase;
use chrono::{NaiveDate, TimeDelta};
use usve::assessments::declare_missing::declare_missing;
use usve::assessments::open_year::open_year;
use usve::assessments::save_answer::{Save, save_answer};
use usve::assessments::{not_applicable, submit};
use usve::clock::Clock;
use usve::cycles::calendar::Dates;
use usve::cycles::{self, Case};
use usve::db::{Act, Address, Database};
use usve::forms::{Form, Library};
use usve::identity::standing::{self, Standing};
use usve::identity::store::{NewGrant, NewPerson, add_grant, add_person};
use usve::identity::{GrantedRole, Organisation};
use usve::ids::{CaseId, PersonId, Source, UnitId};
use usve::problem::{Kind, Problem};
use usve::results::{FixedResult, finalise, release};
use usve::reviews::conflict::declare::declare;
use usve::reviews::score::{Draft, save};
use usve::reviews::{Level, Score, assign, further, lock, settle, view};
use usve::state::CaseState;
use usve::text::Lang;
use usve::units;

/// A reason that is long enough for every rule.
pub const REASON: &str = "Underlaget visar detta tydligt, se den bifogade redovisningen och dess bilagor.";

/// The worked example: criterion, university's and region's first score.
pub const WORKED: [(&str, &str, &str); 7] = [
    ("A1", "3", "3"),
    ("A2", "2", "1"),
    ("A3", "4", "2"),
    ("A4", "NA", "NA"),
    ("E1", "3", "2"),
    ("E2", "1", "1"),
    ("E4", "4", "4"),
];

/// Criterion, area, weight, whether a minimum.
const CRITERIA: [(&str, &str, u32, bool); 8] = [
    ("A1", "A", 2, true),
    ("A2", "A", 1, true),
    ("A3", "A", 1, false),
    ("A4", "A", 1, false),
    ("E1", "E", 3, true),
    ("E2", "E", 2, true),
    ("E3", "E", 1, false),
    ("E4", "E", 2, false),
];

/// Everybody: key, organisation, role, and the unit of those who belong to one.
const PEOPLE: [(&str, Organisation, GrantedRole, Option<&str>); 13] = [
    ("hanna", Organisation::Region, GrantedRole::Head, Some("kardiologi")),
    ("olle", Organisation::Region, GrantedRole::Head, Some("ortopedi")),
    ("karin", Organisation::Region, GrantedRole::Coordinator, None),
    ("kjell", Organisation::Region, GrantedRole::Coordinator, None),
    ("lars", Organisation::University, GrantedRole::Coordinator, None),
    ("ulla", Organisation::University, GrantedRole::Reviewer, None),
    ("unni", Organisation::University, GrantedRole::Reviewer, None),
    ("rolf", Organisation::Region, GrantedRole::Reviewer, None),
    ("rut", Organisation::Region, GrantedRole::Reviewer, None),
    ("sven", Organisation::Other, GrantedRole::Reviewer, None),
    ("siv", Organisation::Other, GrantedRole::Reviewer, None),
    ("gun", Organisation::University, GrantedRole::Group, None),
    ("adam", Organisation::Region, GrantedRole::Administrator, None),
];

/// One database with its people and one opened year.
pub struct World {
    pub database: Database,
    pub clock: Clock,
    pub form: Form,
    pub people: HashMap<&'static str, PersonId>,
    pub units: HashMap<&'static str, UnitId>,
    /// The first unit's case of 2026.
    pub case: CaseId,
    /// The second unit's.
    pub other: CaseId,
    _kept: TestDatabase,
}

impl World {
    /// Everybody is there and the year is open.
    pub fn new() -> World {
        let kept = TestDatabase::new();
        let address = Address::parse(&kept.url).unwrap();
        let start = NaiveDate::from_ymd_opt(2026, 2, 2).unwrap().and_hms_opt(8, 0, 0).unwrap();
        let clock = Clock::standing(start);
        let database =
            Database::open(&address, 4, clock.clone(), Source::system(), b"key of a test").unwrap();
        let form = form();
        let (people, units, cases) = database
            .act(|act| {
                let (people, units) = populate(act)?;
                let dates = Dates::of(&form.calendar, 2026);
                let opened = open_year(act, None, 2026, &form, &Library::default(), &dates)?;
                Ok((people, units, opened.added))
            })
            .unwrap();
        let (case, other) = database
            .read(|db| {
                let unit = |id: &CaseId, db: &mut _| case_by_id(db, id).map(|case| case.unit.slug);
                let first = unit(&cases[0], db)? == "kardiologi";
                Ok(if first {
                    (cases[0].clone(), cases[1].clone())
                } else {
                    (cases[1].clone(), cases[0].clone())
                })
            })
            .unwrap();
        World { database, clock, form, people, units, case, other, _kept: kept }
    }

    /// Does an act as somebody, a second after the one before, with the standing that a request would load.
    pub fn act<T>(
        &self,
        who: &str,
        work: impl FnOnce(&mut Act<'_>, &Standing) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        let standing = self.standing(who);
        self.clock.set(self.clock.now() + TimeDelta::seconds(1));
        self.database.act(|act| work(act, &standing))
    }

    pub fn standing(&self, who: &str) -> Standing {
        self.database.read(|db| standing::load(db, &self.people[who])).unwrap().unwrap()
    }

    pub fn person(&self, who: &str) -> &PersonId {
        &self.people[who]
    }

    /// The first unit's case as it stands.
    pub fn case(&self) -> Case {
        self.case_of(&self.case)
    }

    pub fn case_of(&self, id: &CaseId) -> Case {
        self.database.read(|db| case_by_id(db, id)).unwrap()
    }

    pub fn state(&self) -> CaseState {
        self.case().state
    }

    pub fn days_pass(&self, days: i64) {
        self.clock.set(self.clock.now() + TimeDelta::days(days));
    }

    /// The unit answers everything but E3, which it declares missing, and submits.
    pub fn submit(&self, head: &str, case: &CaseId) {
        for (criterion, _, _, _) in CRITERIA {
            self.act(head, |act, standing| {
                if criterion == "E3" {
                    return declare_missing(
                        act,
                        standing,
                        &self.form,
                        case,
                        criterion,
                        "Uppgiften saknas.",
                        0,
                    );
                }
                // E2 answers no, so that its automatic check fails.
                let answer = if criterion == "E2" { "no" } else { "yes" };
                let fields = BTreeMap::from([("done".to_owned(), serde_json::json!(answer))]);
                save_answer(act, standing, &self.form, case, Save { criterion, fields, seen: 0 })
            })
            .unwrap();
        }
        let dates = self.database.read(|db| cycles::store::cycle(db, self.case_of(case).year)).unwrap().dates;
        self.act(head, |act, standing| submit::submit(act, standing, &self.form, &dates, case)).unwrap();
    }

    pub fn assign(&self, case: &CaseId, university: &str, region: &str) -> Result<Case, Problem> {
        self.act("karin", |act, standing| {
            assign::pair(act, standing, case, self.person(university), self.person(region))
        })
    }

    pub fn declare(&self, who: &str, case: &CaseId) -> Result<Case, Problem> {
        self.act(who, |act, standing| declare(act, standing, case, None))
    }

    /// Saves a first score over whatever is there.
    pub fn score(&self, who: &str, case: &CaseId, criterion: &str, score: &str) -> Result<i32, Problem> {
        let draft = Draft { score: Score::from_text(score), reason: REASON.to_owned() };
        let seen = self
            .database
            .read(|db| usve::reviews::store::seat(db, case, self.person(who)))
            .and_then(|seat| self.database.read(|db| usve::reviews::store::scores(db, &[seat.id])))?
            .into_iter()
            .find(|scored| scored.criterion == criterion)
            .map_or(0, |scored| scored.version);
        let saved =
            self.act(who, |act, standing| save(act, standing, &self.form, case, criterion, seen, &draft))?;
        Ok(saved.version)
    }

    pub fn lock(&self, who: &str, case: &CaseId) -> Result<Case, Problem> {
        self.act(who, |act, standing| lock::lock(act, standing, &self.form, case))
    }

    pub fn approve_not_applicable(&self, case: &CaseId, criterion: &str) {
        self.act("lars", |act, standing| {
            not_applicable::decide(act, standing, case, criterion, true, "Gäller inte här.")
        })
        .unwrap();
    }

    /// Submitted, assigned to Ulla and Rolf, and declared: the individual review has begun.
    pub fn begin_scoring(&self, head: &str, case: &CaseId) {
        self.submit(head, case);
        self.assign(case, "ulla", "rolf").unwrap();
        self.declare("ulla", case).unwrap();
        self.declare("rolf", case).unwrap();
    }

    /// Both have scored as given and locked, and declared again: the settlement has begun.
    pub fn lock_both(&self, case: &CaseId, scores: &[(&str, &str, &str)]) {
        for (criterion, university, region) in scores {
            self.score("ulla", case, criterion, university).unwrap();
            self.score("rolf", case, criterion, region).unwrap();
            if *university == "NA" {
                self.approve_not_applicable(case, criterion);
            }
        }
        self.lock("ulla", case).unwrap();
        self.lock("rolf", case).unwrap();
        self.declare("ulla", case).unwrap();
        self.declare("rolf", case).unwrap();
    }

    /// Both say that they are done with the discussion of these criteria.
    pub fn close_discussions(&self, case: &CaseId, criteria: &[&str]) {
        for criterion in criteria {
            for who in ["ulla", "rolf"] {
                self.act(who, |act, standing| settle::close(act, standing, &self.form, case, criterion))
                    .unwrap();
            }
        }
    }

    /// Signs the settlement as it stands.
    pub fn sign(&self, who: &str, case: &CaseId) -> Result<Case, Problem> {
        let known = self.case_of(case);
        let seen = self
            .database
            .read(|db| view::settlement(db, &self.standing(who), &self.form, &known))
            .map_or(0, |settlement| settlement.summary.version);
        self.act(who, |act, standing| settle::sign(act, standing, &self.form, case, seen))
    }

    pub fn send_further(&self, who: &str, case: &CaseId, criteria: &[&str]) -> Result<Case, Problem> {
        let criteria: Vec<String> = criteria.iter().map(|id| (*id).to_owned()).collect();
        self.act("karin", |act, standing| {
            further::assign(act, standing, &self.form, case, self.person(who), &criteria)
        })
    }

    /// The whole worked example, up to the unit's fact check.
    pub fn work_example(&self, case: &CaseId) {
        self.begin_scoring("hanna", case);
        self.lock_both(case, &WORKED);
        let two = Level::new(2).unwrap();
        self.act("rolf", |act, standing| settle::revise(act, standing, &self.form, case, "A2", two, REASON))
            .unwrap();
        self.close_discussions(case, &["A2", "A3"]);
        self.sign("ulla", case).unwrap();
        self.sign("rolf", case).unwrap();
        self.send_further("sven", case, &["A3"]).unwrap();
        self.declare("sven", case).unwrap();
        self.score("sven", case, "A3", "3").unwrap();
        self.lock("sven", case).unwrap();
    }

    /// Both agree on this level of everything, up to the unit's fact check.
    pub fn agree(&self, head: &str, case: &CaseId, level: &str) {
        self.begin_scoring(head, case);
        let all = ["A1", "A2", "A3", "A4", "E1", "E2", "E4"].map(|criterion| (criterion, level, level));
        self.lock_both(case, &all);
        self.sign("ulla", case).unwrap();
        self.sign("rolf", case).unwrap();
    }

    /// The time of the fact check passes and the result is fixed.
    pub fn fix(&self, case: &CaseId) -> FixedResult {
        self.days_pass(30);
        self.act("karin", |act, standing| finalise::finalise(act, standing, &self.form, "USVE", case))
            .unwrap()
    }

    /// Both authorities release the year.
    pub fn release(&self, year: i32) -> release::Released {
        self.act("karin", |act, standing| release::ask(act, standing, year)).unwrap();
        self.act("lars", |act, standing| release::confirm(act, standing, year)).unwrap()
    }

    /// The audit chain and the seals hold, and no impossible state is there.
    pub fn assert_sound(&self) {
        let key = self.database.audit_key().to_vec();
        self.database
            .read(|db| {
                assert_eq!(usve::audit::verify(db, &key)?, Vec::new());
                assert_eq!(usve::reviews::seal::verify(db)?.broken, Vec::new());
                assert_eq!(usve::db::invariants::find(db)?, Vec::new());
                Ok(())
            })
            .unwrap();
    }
}

/// The code of a refusal.
pub fn code<T: std::fmt::Debug>(result: Result<T, Problem>) -> &'static str {
    result.unwrap_err().code
}

/// The family of a refusal.
pub fn kind<T: std::fmt::Debug>(result: Result<T, Problem>) -> Kind {
    result.unwrap_err().kind
}

fn case_by_id(db: &mut usve::db::Db, id: &CaseId) -> Result<Case, Problem> {
    let adam = usve::identity::store::person_by_email(db, "karin@example.org")?.unwrap();
    let karin = standing::load(db, &adam.id)?.unwrap();
    for cycle in cycles::store::cycles(db)? {
        let cases = cycles::store::visible(db, &karin, cycle.year)?;
        if let Some(case) = cases.into_iter().find(|case| case.id == *id) {
            return Ok(case);
        }
    }
    Err(Problem::not_found())
}

type Populated = (HashMap<&'static str, PersonId>, HashMap<&'static str, UnitId>);

fn populate(act: &mut Act<'_>) -> Result<Populated, Problem> {
    let administration_id = units::store::add_administration(act, "exempel", "Exempelförvaltningen", 1)?;
    let mut units = HashMap::new();
    for (slug, name) in [("kardiologi", "Kardiologi"), ("ortopedi", "Ortopedi")] {
        let new = units::store::NewUnit {
            slug: slug.to_owned(),
            external_id: None,
            name: name.to_owned(),
            administration_id: administration_id.clone(),
            department: String::new(),
            hub: None,
            appointed_from: None,
            appointed_to: None,
        };
        units.insert(slug, units::store::add(act, &new)?);
    }
    let mut people = HashMap::new();
    for (key, organisation, role, unit) in PEOPLE {
        let new = NewPerson {
            email: format!("{key}@example.org"),
            name: format!("{key} Exempelsson"),
            organisation,
            language: Lang::Sv,
            external_id: None,
        };
        let person_id = add_person(act, &new)?;
        let grant = NewGrant {
            person_id: person_id.clone(),
            role,
            unit_id: unit.map(|unit| units[unit].clone()),
            administration_id: None,
            year: None,
            areas: None,
            granted_by: None,
        };
        add_grant(act, &grant)?;
        people.insert(key, person_id);
    }
    Ok((people, units))
}

/// The form of the worked example: one question a criterion, which on a minimum is its automatic check.
fn form() -> Form {
    use std::fmt::Write as _;
    let mut text = String::from(
        "[form]\nid = \"worked\"\nversion = \"1\"\ntitle = { sv = \"Exempel\", en = \"Example\" }\n",
    );
    for level in 0..=4 {
        write!(
            text,
            "[[scale]]\nlevel = {level}\ntitle = {{ sv = \"Nivå {level}\", en = \"Level {level}\" }}\n\
             anchor = {{ sv = \"Ankare {level}.\", en = \"Anchor {level}.\" }}\n"
        )
        .unwrap();
    }
    let shipped = include_str!("../../forms/usve/2026.1.toml");
    let from = shipped.find("[rules]").unwrap();
    let to = shipped.find("[[background]]").unwrap();
    text += &shipped[from..to];
    for (area, weight) in [("A", 40), ("E", 60)] {
        write!(
 text,
            "[[area]]\nid = \"{area}\"\nweight = {weight}\ntitle = {{ sv = \"Område {area}\", en = \"Area {area}\" }}\n"
        )
.unwrap();
        for (id, _, weight, minimum) in CRITERIA.iter().filter(|(_, of, _, _)| *of == area) {
            write!(
 text,
                "[[area.criterion]]\nid = \"{id}\"\nweight = {weight}\nminimum = {minimum}\n\
                 title = {{ sv = \"Kriterium {id}\", en = \"Criterion {id}\" }}\n\
                 guidance = {{ sv = \"Svara ja eller nej.\", en = \"Answer yes or no.\" }}\nsource = \"ours\"\ntag = \"S\"\n"
            )
.unwrap();
            if *id == "A4" {
                text +=
                    "not_applicable = { sv = \"Om enheten saknar det.\", en = \"If the unit has none.\" }\n";
            }
            text += "[[area.criterion.field]]\nid = \"done\"\nkind = \"yes_no\"\n\
                     label = { sv = \"Görs det?\", en = \"Is it done?\" }\n";
            for level in 0..=4 {
                write!(
 text,
                    "[[area.criterion.level]]\nlevel = {level}\nanchor = {{ sv = \"Så {level}.\", en = \"So {level}.\" }}\n"
                )
.unwrap();
                if level == 2 {
                    text += "when = \"done\"\n";
                }
            }
        }
    }
    usve::forms::load::load("worked/1.toml", text.as_bytes()).unwrap()
}
