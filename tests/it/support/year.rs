//! One small year: a unit, the people around it, and an open cycle on the 2026 form.

use std::sync::Arc;

use chrono::NaiveDate;
use serde_json::{Value as Json, json};
use usve::assessments::evidence::add::{Added, NewFile};
use usve::assessments::evidence::{self, Limits};
use usve::assessments::open_year::open_year;
use usve::assessments::progress::Entered;
use usve::assessments::save_answer::{Save, save_answer};
use usve::assessments::{BACKGROUND, submit};
use usve::cycles::calendar::Dates;
use usve::cycles::{Case, store as cycles};
use usve::db::Act;
use usve::forms::evaluate::{background, evaluate, span};
use usve::forms::{Field, FieldKind, FieldState, Form, RawAnswers};
use usve::identity::standing::{self, Standing};
use usve::identity::store::{NewGrant, NewPerson, add_grant, add_person};
use usve::identity::{GrantedRole, Organisation};
use usve::ids::{CaseId, PersonId, UnitId};
use usve::problem::Problem;
use usve::text::Lang;
use usve::units::store::{self as units, NewUnit};

use super::TestApp;

/// The cycle's year in every test.
pub const YEAR: i32 = 2026;

/// A unit in an open cycle, with one person for each seat.
pub struct Year<'a> {
    pub app: &'a TestApp,
    pub form: Arc<Form>,
    pub dates: Dates,
    pub unit: UnitId,
    pub head: PersonId,
    pub contributor: PersonId,
    pub university: PersonId,
    pub region: PersonId,
    pub further: PersonId,
    pub coordinator: PersonId,
    pub other_coordinator: PersonId,
    pub group: PersonId,
    pub stranger: PersonId,
}

impl<'a> Year<'a> {
    /// Opens the year: submission closes on 4 December 2026 at 16.00, twelve days after the tests begin.
    pub fn open(app: &'a TestApp) -> Year<'a> {
        let form = app.app.forms.get("usve/2026.1").unwrap();
        let mut dates = Dates::of(&form.calendar, YEAR);
        let day = NaiveDate::from_ymd_opt(2026, 12, 4).unwrap();
        dates.submission = usve::clock::from_local(day, chrono::NaiveTime::from_hms_opt(16, 0, 0).unwrap());
        let made = app.act(|act| {
            let place = units::add_administration(act, "sus", "Skånes universitetssjukvård", 1)?;
            let unit = |slug: &str, name: &str| NewUnit {
                slug: slug.to_owned(),
                external_id: None,
                name: name.to_owned(),
                administration_id: place.clone(),
                department: "Hjärt- och lungmedicin".to_owned(),
                hub: None,
                appointed_from: None,
                appointed_to: None,
            };
            let kardiologi = units::add(act, &unit("kardiologi", "Kardiologi"))?;
            let ortopedi = units::add(act, &unit("ortopedi", "Ortopedi"))?;
            let mut person = |name: &str, organisation, role, unit: Option<&UnitId>| {
                let email = format!(
                    "{}@{}.example",
                    name.to_lowercase().replace(' ', "."),
                    organisation_host(organisation)
                );
                let new = NewPerson {
                    email: email.replace(['å', 'ä'], "a").replace('ö', "o"),
                    name: name.to_owned(),
                    organisation,
                    language: Lang::Sv,
                    external_id: None,
                };
                let id = add_person(act, &new)?;
                let grant = NewGrant {
                    person_id: id.clone(),
                    role,
                    unit_id: unit.cloned(),
                    administration_id: None,
                    year: None,
                    areas: None,
                    granted_by: None,
                };
                add_grant(act, &grant)?;
                Ok::<PersonId, usve::problem::Problem>(id)
            };
            let people = [
                person("Maja Exempelsson", Organisation::Region, GrantedRole::Head, Some(&kardiologi))?,
                person("Olle Påhittad", Organisation::Region, GrantedRole::Contributor, Some(&kardiologi))?,
                person("Lova Låtsas", Organisation::University, GrantedRole::Reviewer, None)?,
                person("Rune Rollspel", Organisation::Region, GrantedRole::Reviewer, None)?,
                person("Ylva Ytterligare", Organisation::University, GrantedRole::Reviewer, None)?,
                person("Saga Samordning", Organisation::Region, GrantedRole::Coordinator, None)?,
                person("Ulf Universitet", Organisation::University, GrantedRole::Coordinator, None)?,
                person("Greta Grupp", Organisation::Region, GrantedRole::Group, None)?,
                person("Axel Annan", Organisation::Region, GrantedRole::Head, Some(&ortopedi))?,
            ];
            open_year(act, None, YEAR, &form, &app.app.forms, &dates)?;
            Ok((kardiologi, people))
        });
        let (
            unit,
            [head, contributor, university, region, further, coordinator, other_coordinator, group, stranger],
        ) = made;
        Year {
            app,
            form,
            dates,
            unit,
            head,
            contributor,
            university,
            region,
            further,
            coordinator,
            other_coordinator,
            group,
            stranger,
        }
    }

    /// The unit's case as it stands.
    pub fn case(&self) -> Case {
        self.case_of(&self.head)
    }

    /// The unit's case as somebody of the unit finds it.
    pub fn case_of(&self, person: &PersonId) -> Case {
        self.app
            .app
            .database
            .read(|db| {
                let head = standing::load(db, person)?.unwrap();
                cycles::visible_of_unit(db, &head, &self.unit)
            })
            .unwrap()
            .remove(0)
    }

    /// What somebody may see and do now.
    pub fn standing(&self, person: &PersonId) -> Standing {
        self.app.app.database.read(|db| standing::load(db, person)).unwrap().unwrap()
    }

    /// Everything entered in the case.
    pub fn entered(&self) -> Entered {
        let case = self.case();
        self.app.app.database.read(|db| usve::assessments::store::entered(db, &case.id)).unwrap()
    }

    /// Fills in every criterion and the background form, with a file on every minimum, as the head.
    pub fn fill(&self) {
        let case = self.case();
        let head = self.standing(&self.head);
        let places = std::iter::once(BACKGROUND)
            .chain(self.form.criteria().map(|(_, criterion)| criterion.id.as_str()));
        for place in places {
            let fields = self.complete(place);
            self.app.act(|act| {
                let save = Save { criterion: place, fields: fields.clone(), seen: 0 };
                save_answer(act, &head, &self.form, &case.id, save)
            });
        }
        for (_, criterion) in self.form.criteria().filter(|(_, criterion)| criterion.minimum) {
            let name = format!("Underlag {}.pdf", criterion.id);
            self.app.act(|act| add_file(act, &head, &self.form, &case.id, &criterion.id, &name));
        }
    }

    /// Fills in everything and submits.
    pub fn submit(&self) {
        self.fill();
        let case = self.case();
        let head = self.standing(&self.head);
        self.app.act(|act| submit::submit(act, &head, &self.form, &self.dates, &case.id));
    }

    /// Answers to a criterion that leave nothing missing.
    pub fn complete(&self, place: &str) -> RawAnswers {
        let period = YEAR - 1;
        let criterion = self.form.criterion(place);
        let mut answers = RawAnswers::new();
        // A value may show another field, so it goes round until nothing more is asked for.
        for _ in 0..10 {
            let (list, states): (Vec<&Field>, Vec<FieldState>) = match criterion {
                Some(criterion) => {
                    let files = [(criterion.id.clone(), 1)].into();
                    let evaluated = evaluate(&self.form, criterion, &answers, &files, period);
                    (self.form.fields(criterion).collect(), evaluated.fields)
                }
                None => (self.form.background.iter().collect(), background(&self.form, &answers, period)),
            };
            let missing: Vec<&&Field> = list
                .iter()
                .filter(|field| states.iter().any(|state| state.id == field.id && state.missing))
                .collect();
            if missing.is_empty() {
                assert!(states.iter().all(|state| state.issues.is_empty()), "{place}: {states:#?}");
                return answers;
            }
            for field in missing {
                answers.insert(field.id.clone(), value(field, period));
            }
        }
        panic!("{place} is never complete: {answers:#?}");
    }
}

/// Adds a file to a criterion as somebody, without bytes in the store.
pub fn add_file(
    act: &mut Act<'_>,
    who: &Standing,
    form: &Form,
    case: &CaseId,
    criterion: &str,
    name: &str,
) -> Result<Added, Problem> {
    let file = NewFile {
        name: name.to_owned(),
        kind: usve::files::Kind::Pdf,
        size: 9,
        sha256: usve::ids::sha256(b"%PDF-1.7\n"),
        stored_as: act.secret(),
    };
    let limits = Limits { quota: 1_000_000, scanned: false };
    evidence::add::file(act, who, form, case, criterion, &file, limits)
}

fn organisation_host(organisation: Organisation) -> &'static str {
    match organisation {
        Organisation::University => "lu",
        Organisation::Region => "skane",
        Organisation::Other => "annan",
    }
}

/// A valid raw value of a field.
fn value(field: &Field, period: i32) -> Json {
    let number = || {
        let least = field.least.clone().unwrap_or_else(|| usve::number::whole(1));
        json!(usve::number::display_short(&least, field.places).replace('\u{a0}', ""))
    };
    match field.kind {
        FieldKind::YesNo => json!("yes"),
        FieldKind::Choice => json!(field.options.first().unwrap().id),
        FieldKind::Choices => json!([field.options.first().unwrap().id]),
        FieldKind::Integer | FieldKind::Decimal | FieldKind::Percent | FieldKind::Money => number(),
        FieldKind::Date => json!(format!("{period}-06-01")),
        FieldKind::Text | FieldKind::LongText => json!("Så här: åäö."),
        FieldKind::Level => json!("2"),
        FieldKind::Evidence => Json::Null,
        FieldKind::Years => span(field, period)
            .map(|year| (year.to_string(), json!("2")))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        FieldKind::Table => {
            let rows =
                field.least.as_ref().map_or(1, |least| least.to_integer().try_into().unwrap_or(1)).max(1);
            let row: serde_json::Map<_, _> =
                field.columns.iter().map(|column| (column.id.clone(), value(column, period))).collect();
            Json::Array(vec![Json::Object(row); rows])
        }
    }
}
