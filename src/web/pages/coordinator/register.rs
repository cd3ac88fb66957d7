//! The register of reviewers: everybody in it, and one person's entry.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use chrono::NaiveDate;

use super::{Choice, Refused};
use crate::app::App;
use crate::clock::local_day;
use crate::db::Db;
use crate::identity::standing::Standing;
use crate::identity::{Person, store as people};
use crate::ids::{AdministrationId, PersonId, UnitId};
use crate::problem::{FieldError, Problem};
use crate::reviews::register::{Affiliation, Profile, Tie, TieKind, save};
use crate::text::{Lang, Text};
use crate::units;
use crate::web::page::Notice;
use crate::web::pages::admin::list::choices;
use crate::web::respond::{Answer, Refusal, page, page_with, status};
use crate::web::{Form, Page, Viewer};

/// Empty rows after those that are filled in.
const EMPTY_ROWS: usize = 2;
/// More rows than this are not read from a form.
const MOST_ROWS: usize = 40;

#[derive(Template)]
#[template(path = "coordinator/register.html")]
struct ListPage {
    page: Page,
    lang: Lang,
    rows: Vec<Row>,
}

struct Row {
    href: String,
    name: String,
    organisation: &'static str,
    subjects: String,
    areas: String,
    limit: u32,
    employers: Vec<String>,
    ties: usize,
    saved: bool,
}

/// `GET /granskare`.
pub async fn list(app: Data<App>, viewer: Viewer) -> Answer {
    let (lang, on) = (viewer.lang, local_day(app.clock.now()));
    let rows = viewer
        .read(move |db, standing| {
            let all = save::list(db, standing)?;
            let names: std::collections::BTreeMap<UnitId, String> =
                units::store::all(db)?.into_iter().map(|unit| (unit.id, unit.name)).collect();
            let employer = |one: &Affiliation| {
                let unit = one.unit_id.as_ref().and_then(|id| names.get(id)).cloned();
                let parts = [unit.unwrap_or_default(), one.department.clone(), one.employer.clone()];
                let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
                parts.join(", ")
            };
            let row = |(person, profile): (Person, Profile)| Row {
                href: href(&person.id),
                name: person.name,
                organisation: person.organisation.word(lang),
                subjects: profile.subjects.join(", "),
                areas: profile.areas.join(", "),
                limit: profile.load_limit,
                employers: profile.affiliations.iter().filter(|one| one.counts(on)).map(employer).collect(),
                ties: profile.ties.len(),
                saved: profile.version > 0,
            };
            Ok(all.into_iter().map(row).collect())
        })
        .await?;
    let shown = viewer.page(lang.t("Granskare", "Reviewers"));
    let shown = shown.under(lang.t("Årscykel", "Yearly cycle"), "/cykel");
    page(&ListPage { page: shown, lang, rows })
}

fn href(person: &PersonId) -> String {
    format!("/granskare/{person}")
}

#[derive(Template)]
#[template(path = "coordinator/register_entry.html")]
struct EntryPage {
    page: Page,
    lang: Lang,
    address: String,
    organisation: &'static str,
    entry: Entry,
    faults: Vec<(String, String)>,
    areas: Vec<Choice>,
    units: Vec<Choice>,
    administrations: Vec<Choice>,
    kinds: Vec<Choice>,
    departments: Vec<String>,
}

impl EntryPage {
    /// What is wrong with a field.
    fn fault(&self, id: &str) -> Option<&str> {
        self.faults.iter().find(|(field, _)| field == id).map(|(_, text)| text.as_str())
    }
}

/// An entry as its form has it.
#[derive(Debug, Default)]
struct Entry {
    version: String,
    areas: Vec<String>,
    subjects: String,
    limit: String,
    affiliations: Vec<AffiliationRow>,
    ties: Vec<TieRow>,
}

#[derive(Debug, Default)]
struct AffiliationRow {
    employer: String,
    administration: String,
    department: String,
    unit: String,
    manages: bool,
    from: String,
    to: String,
}

#[derive(Debug, Default)]
struct TieRow {
    kind: String,
    unit: String,
    on: String,
    authors: String,
    note: String,
}

impl Entry {
    fn of(profile: &Profile) -> Entry {
        let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        let affiliation = |one: &Affiliation| AffiliationRow {
            employer: one.employer.clone(),
            administration: one.administration_id.as_ref().map(ToString::to_string).unwrap_or_default(),
            department: one.department.clone(),
            unit: one.unit_id.as_ref().map(ToString::to_string).unwrap_or_default(),
            manages: one.manages,
            from: day(one.from),
            to: day(one.to),
        };
        let tie = |tie: &Tie| TieRow {
            kind: tie.kind.as_str().to_owned(),
            unit: tie.unit_id.to_string(),
            on: day(tie.on),
            authors: tie.authors.map(|authors| authors.to_string()).unwrap_or_default(),
            note: tie.note.clone(),
        };
        Entry {
            version: profile.version.to_string(),
            areas: profile.areas.clone(),
            subjects: profile.subjects.join("\n"),
            limit: profile.load_limit.to_string(),
            affiliations: profile.affiliations.iter().map(affiliation).collect(),
            ties: profile.ties.iter().map(tie).collect(),
        }
    }

    fn sent(sent: &Form) -> Entry {
        let field = |name: &str| sent.get(name).unwrap_or_default().trim().to_owned();
        let there = |name: String| sent.get(&name).is_some();
        let affiliation = |row: usize| {
            let of = |part: &str| field(&format!("a{row}-{part}"));
            AffiliationRow {
                employer: of("employer"),
                administration: of("administration"),
                department: of("department"),
                unit: of("unit"),
                manages: !of("manages").is_empty(),
                from: of("from"),
                to: of("to"),
            }
        };
        let tie = |row: usize| {
            let of = |part: &str| field(&format!("t{row}-{part}"));
            TieRow {
                kind: of("kind"),
                unit: of("unit"),
                on: of("on"),
                authors: of("authors"),
                note: of("note"),
            }
        };
        let rows = |letter: &'static str, part: &'static str| {
            (0..MOST_ROWS).filter(move |row| there(format!("{letter}{row}-{part}")))
        };
        Entry {
            version: field("version"),
            areas: sent.all("area").map(str::to_owned).collect(),
            subjects: field("subjects"),
            limit: field("limit"),
            affiliations: rows("a", "employer").map(affiliation).filter(|row| !row.is_empty()).collect(),
            ties: rows("t", "kind").map(tie).filter(|row| !row.is_empty()).collect(),
        }
    }

    /// As the register keeps it; what cannot be read is named by the place of its field.
    fn read(&self, person: PersonId) -> Result<Profile, Problem> {
        let mut errors = Vec::new();
        let mut wrong = |pointer: String, sv: &str, en: &str| {
            errors.push(FieldError { pointer, code: "unreadable".to_owned(), message: Text::new(sv, en) });
        };
        let mut day = |text: &str, pointer: String| match text {
            "" => None,
            text => text.parse::<NaiveDate>().ok().or_else(|| {
                wrong(pointer, "Skriv datum som 2026-01-31.", "Write the date as 2026-01-31.");
                None
            }),
        };
        let affiliations = self.affiliations.iter().enumerate().map(|(row, one)| Affiliation {
            employer: one.employer.clone(),
            administration_id: AdministrationId::from_text(&one.administration),
            department: one.department.clone(),
            unit_id: UnitId::from_text(&one.unit),
            manages: one.manages,
            from: day(&one.from, format!("/affiliations/{row}/from")),
            to: day(&one.to, format!("/affiliations/{row}/to")),
        });
        let affiliations = affiliations.collect();
        let ties = self.ties.iter().enumerate().map(|(row, tie)| Tie {
            kind: TieKind::from_text(&tie.kind).unwrap_or(TieKind::Declared),
            unit_id: UnitId::from(tie.unit.clone()),
            note: tie.note.clone(),
            on: day(&tie.on, format!("/ties/{row}/on")),
            authors: tie.authors.parse().ok(),
        });
        let ties = ties.collect();
        let limit = self.limit.parse();
        if limit.is_err() {
            wrong(
                "/load_limit".to_owned(),
                "Skriv en gräns mellan 0 och 40.",
                "Write a limit between 0 and 40.",
            );
        }
        if !errors.is_empty() {
            let problem = Problem::invalid(
                "invalid_values",
                "Några uppgifter behöver rättas.",
                "Some values need to be mended.",
            );
            return Err(problem.with_errors(errors));
        }
        let subjects = self.subjects.lines().map(str::trim).filter(|line| !line.is_empty());
        Ok(Profile {
            person_id: person,
            version: self.version.parse().unwrap_or_default(),
            areas: self.areas.clone(),
            subjects: subjects.map(str::to_owned).collect(),
            load_limit: limit.unwrap_or_default(),
            affiliations,
            ties,
        })
    }
}

impl AffiliationRow {
    fn is_empty(&self) -> bool {
        let texts =
            [&self.employer, &self.administration, &self.department, &self.unit, &self.from, &self.to];
        !self.manages && texts.into_iter().all(String::is_empty)
    }
}

impl TieRow {
    fn is_empty(&self) -> bool {
        [&self.kind, &self.unit, &self.on, &self.authors, &self.note].into_iter().all(String::is_empty)
    }
}

/// `GET /granskare/{id}`.
pub async fn show(app: Data<App>, viewer: Viewer, person: Path<String>) -> Answer {
    render(&app, &viewer, PersonId::from(person.into_inner()), None).await
}

async fn render(app: &App, viewer: &Viewer, person: PersonId, refused: Option<(Problem, Entry)>) -> Answer {
    let lang = viewer.lang;
    let address = href(&person);
    let (person, profile, units, administrations) = viewer
        .read(move |db, standing| {
            let (person, profile) = save::entry(db, standing, &person)?;
            Ok((person, profile, units::store::all(db)?, units::store::administrations(db)?))
        })
        .await?;
    let faults = refused.as_ref().map(|(problem, _)| faults(problem, lang)).unwrap_or_default();
    let status = refused.as_ref().map_or(StatusCode::OK, |(problem, _)| status(problem.kind));
    let mut entry = refused.map_or_else(|| Entry::of(&profile), |(_, entry)| entry);
    entry.affiliations.resize_with(entry.affiliations.len() + EMPTY_ROWS, AffiliationRow::default);
    entry.ties.resize_with(entry.ties.len() + EMPTY_ROWS, TieRow::default);
    let mut title = person.name.clone();
    if !faults.is_empty() {
        title = format!("{}{title}", lang.t("Fel: ", "Error: "));
    }
    let page = viewer.page(title).under(lang.t("Granskare", "Reviewers"), "/granskare");
    let form = app.forms.newest("usve");
    let areas = form.iter().flat_map(|form| &form.areas).map(|area| Choice {
        value: area.id.clone(),
        label: format!("{} {}", area.id, area.title.get(lang)),
    });
    let mut departments: Vec<String> =
        units.iter().map(|unit| unit.department.clone()).filter(|name| !name.is_empty()).collect();
    departments.sort();
    departments.dedup();
    page_with(
        status,
        &EntryPage {
            page,
            lang,
            address,
            organisation: person.organisation.word(lang),
            entry,
            faults,
            areas: areas.collect(),
            units: choices(units.iter().map(|unit| (unit.id.as_str(), unit.name.as_str()))),
            administrations: choices(administrations.iter().map(|one| (one.id.as_str(), one.name.as_str()))),
            kinds: choices(TieKind::ALL.iter().map(|kind| (kind.as_str(), kind.word(lang)))),
            departments,
        },
    )
}

/// What is wrong, each with the id of its field.
fn faults(problem: &Problem, lang: Lang) -> Vec<(String, String)> {
    if problem.errors.is_empty() {
        return vec![("uppgifter".to_owned(), problem.message.get(lang).to_owned())];
    }
    let id = |pointer: &str| {
        let parts: Vec<&str> = pointer.trim_start_matches('/').split('/').collect();
        match parts.as_slice() {
            ["affiliations", row, field] => format!("a{row}-{field}"),
            ["ties", row, field] => format!("t{row}-{field}"),
            ["load_limit"] => "limit".to_owned(),
            _ => "uppgifter".to_owned(),
        }
    };
    let fault = |error: &FieldError| (id(&error.pointer), error.message.get(lang).to_owned());
    problem.errors.iter().map(fault).collect()
}

/// `POST /granskare/{id}`.
pub async fn save(app: Data<App>, viewer: Viewer, person: Path<String>, sent: Form) -> Answer {
    let person = PersonId::from(person.into_inner());
    let entry = Entry::sent(&sent);
    let profile = entry.read(person.clone());
    match viewer.act(move |act, standing| save::save(act, standing, &profile?).map(drop)).await {
        Ok(()) => {
            let done = Notice::done(viewer.t("Uppgifterna är sparade.", "The entry is saved."));
            Ok(viewer.see_other("/granskare", Some(done)))
        }
        Err(Refusal(problem)) if Refused::is_mendable(&problem) => {
            render(&app, &viewer, person, Some((problem, entry))).await
        }
        Err(refusal) => Err(refusal),
    }
}

/// The names of reviewers to choose among.
pub(super) fn reviewers(db: &mut Db, standing: &Standing) -> Result<Vec<Choice>, Problem> {
    let everybody = save::list(db, standing)?;
    let label = |(person, _): (Person, Profile)| Choice { value: person.id.to_string(), label: person.name };
    let mut all: Vec<Choice> = everybody.into_iter().map(label).collect();
    all.sort_by(|one, other| one.label.cmp(&other.label));
    Ok(all)
}

/// A person's name.
pub(super) fn name(db: &mut Db, person: &PersonId) -> Result<String, Problem> {
    Ok(people::person(db, person)?.map(|person| person.name).unwrap_or_default())
}
