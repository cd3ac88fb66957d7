//! The year: its dates, how many cases are where, and every case that the reader coordinates.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::web::{Data, Path, Query};
use askama::Template;
use serde::Deserialize;

use super::waits::{self, Wait};
use super::{Choice, Refused, tone};
use crate::app::App;
use crate::assessments;
use crate::clock::{Moment, local_day};
use crate::cycles::calendar::Dates;
use crate::cycles::due::due;
use crate::cycles::state::{CaseState, CycleState, Phase};
use crate::cycles::{self, Case, Cycle};
use crate::db::Db;
use crate::identity::GrantedRole;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::ids::CaseId;
use crate::problem::Problem;
use crate::reviews::view::{self as reviews, Declared, SeatView};
use crate::text::{self, Lang};
use crate::units;
use crate::web::page::Notice;
use crate::web::pages::unit::form_of;
use crate::web::respond::{Answer, Refusal, page};
use crate::web::{Page, Viewer};

/// `GET /cykel`: the newest year, or the page that opens the first.
pub async fn newest(viewer: Viewer) -> Answer {
    let newest = viewer
        .read(|db, standing| {
            standing.require_role(GrantedRole::Coordinator)?;
            let cycles = cycles::store::cycles(db)?;
            // A year that is planned only is not where the work is, unless there is no other.
            let begun = cycles.iter().find(|cycle| cycle.state != CycleState::Planned);
            Ok(begun.or(cycles.first()).cloned())
        })
        .await?;
    let to = newest.map_or_else(|| "/cykel/ny".to_owned(), |cycle| format!("/cykel/{}", cycle.year));
    Ok(viewer.see_other(&to, viewer.notice.clone()))
}

/// What narrows the table.
#[derive(Debug, Clone, Deserialize)]
pub struct Filter {
    /// A state's stored word, or `vantar` for what waits for the reader.
    #[serde(default)]
    lage: String,
    /// An administration's slug.
    #[serde(default)]
    forvaltning: String,
}

/// The word for what waits for the reader, among states.
const WAITING: &str = "vantar";

#[derive(Template)]
#[template(path = "coordinator/year.html")]
struct YearPage {
    page: Page,
    lang: Lang,
    view: YearView,
}

struct YearView {
    year: i32,
    state: CycleState,
    archived_as: Option<String>,
    /// New dates wait for another coordinator than the reader.
    dates_wait: bool,
    /// Cases that keep the year open.
    unfinished: usize,
    form: String,
    summary: String,
    steps: Vec<Step>,
    waiting: usize,
    counts: [usize; 4],
    all: usize,
    states: Vec<Choice>,
    administrations: Vec<Choice>,
    filter: Filter,
    rows: Vec<Row>,
    without_case: usize,
    asked: bool,
    others: Vec<i32>,
}

struct Step {
    label: &'static str,
    day: String,
    class: &'static str,
}

struct Row {
    href: String,
    unit: String,
    administration: String,
    state: &'static str,
    tone: &'static str,
    due: String,
    late: bool,
    progress: Option<Progress>,
    reviewers: Vec<String>,
    waits: Vec<&'static str>,
}

struct Progress {
    done: usize,
    of: usize,
    ready: String,
}

/// `GET /cykel/{year}`.
pub async fn show(app: Data<App>, viewer: Viewer, year: Path<i32>, filter: Query<Filter>) -> Answer {
    let (lang, year, filter) = (viewer.lang, year.into_inner(), filter.into_inner());
    let view = viewer.read(move |db, standing| load(db, standing, &app, year, filter, lang)).await?;
    let title = format!("{} {year}", lang.t("Årscykel", "Yearly cycle"));
    page(&YearPage { page: viewer.page(title), lang, view })
}

/// `POST /cykel/{year}/stang`: closes the year.
pub async fn close(viewer: Viewer, year: Path<i32>) -> Answer {
    let year = year.into_inner();
    let closed = viewer.act(move |act, standing| cycles::close_year::close_year(act, standing, year)).await;
    let notice = match closed {
        Ok(_) => Notice::done(viewer.t(
            "Året är stängt. Registratorn arkiverar det.",
            "The year is closed. The registrar archives it.",
        )),
        Err(Refusal(problem)) if Refused::is_mendable(&problem) => {
            Notice::danger(problem.sentence(viewer.lang))
        }
        Err(refusal) => return Err(refusal),
    };
    Ok(viewer.see_other(&format!("/cykel/{year}"), Some(notice)))
}

impl YearView {
    fn is_planned(&self) -> bool {
        self.state == CycleState::Planned
    }

    fn is_open(&self) -> bool {
        self.state == CycleState::Open
    }
}

/// The cases of a year that the reader coordinates.
///
/// # Errors
/// The database cannot be read.
pub fn coordinated(db: &mut Db, standing: &Standing, year: i32) -> Result<Vec<Case>, Problem> {
    let mut cases = cycles::store::visible(db, standing, year)?;
    cases.retain(|case| standing.may(&case.reference(), Object::Case, Deed::Decide));
    Ok(cases)
}

fn load(
    db: &mut Db,
    standing: &Standing,
    app: &App,
    year: i32,
    filter: Filter,
    lang: Lang,
) -> Result<YearView, Problem> {
    standing.require_coordinator(year)?;
    let cycle = cycles::store::cycle(db, year)?;
    let cases = coordinated(db, standing, year)?;
    let seats = reviews::seats_of_year(db, standing, year)?;
    let waits = waits::of_cases(db, standing, app, &cases, &seats, &cycle.dates)?;
    let now = app.clock.now();
    let shown: Vec<Case> = cases.iter().filter(|case| passes(case, &filter, &waits)).cloned().collect();
    let mut progress = progress(db, app, &shown)?;
    let rows = shown.iter().map(|case| Row {
        progress: progress.remove(&case.id),
        ..row(case, &cycle.dates, &seats, waits.get(&case.id), now, lang)
    });
    let dates_wait = cycles::change_dates::waiting(db, standing, &cycle)?;
    Ok(YearView {
        year,
        state: cycle.state,
        archived_as: cycle.archived_as.clone(),
        dates_wait: dates_wait.is_some_and(|change| change.asked_by != *standing.id()),
        unfinished: unfinished(db, standing, year)?,
        form: cycle.form.clone(),
        summary: summary(&cases, &cycle, now, lang),
        steps: steps(&cycle.dates, now, lang),
        waiting: waits.len(),
        counts: counts(&cases),
        all: cases.len(),
        states: states(&cases, waits.len(), lang),
        administrations: units::store::administrations(db)?
            .into_iter()
            .map(|one| Choice { value: one.slug, label: one.name })
            .collect(),
        rows: rows.collect(),
        filter,
        without_case: without_case(db, year)?,
        asked: cycle.release_asked_by.is_some(),
        others: cycles::store::cycles(db)?
            .into_iter()
            .map(|other| other.year)
            .filter(|other| *other != year)
            .collect(),
    })
}

/// How many cases of the reader's keep the year open.
fn unfinished(db: &mut Db, standing: &Standing, year: i32) -> Result<usize, Problem> {
    let left = cycles::close_year::unfinished(db, year)?;
    Ok(left.iter().filter(|case| cycles::close_year::coordinates(standing, case)).count())
}

fn passes(case: &Case, filter: &Filter, waits: &BTreeMap<CaseId, BTreeSet<Wait>>) -> bool {
    let state = match filter.lage.as_str() {
        "" => true,
        WAITING => waits.contains_key(&case.id),
        state => case.state.as_str() == state,
    };
    state && (filter.forvaltning.is_empty() || case.unit.administration.slug == filter.forvaltning)
}

/// How far the units have come that still answer: counts by area, never an answer.
fn progress(db: &mut Db, app: &App, cases: &[Case]) -> Result<BTreeMap<CaseId, Progress>, Problem> {
    let answering: Vec<&Case> = cases.iter().filter(|case| case.state.phase() == Phase::D).collect();
    let ids: Vec<CaseId> = answering.iter().map(|case| case.id.clone()).collect();
    let mut entered = assessments::store::entered_of(db, &ids)?;
    let mut progress = BTreeMap::new();
    for case in answering {
        let own = entered.remove(&case.id).unwrap_or_default();
        let areas = own.areas(&*form_of(app, case)?, case.period());
        let ready: Vec<&str> =
            areas.iter().filter(|area| area.done == area.of).map(|area| area.area.as_str()).collect();
        let counted = Progress {
            done: areas.iter().map(|area| area.done).sum(),
            of: areas.iter().map(|area| area.of).sum(),
            ready: ready.join(", "),
        };
        progress.insert(case.id.clone(), counted);
    }
    Ok(progress)
}

fn row(
    case: &Case,
    dates: &Dates,
    seats: &[SeatView],
    waits: Option<&BTreeSet<Wait>>,
    now: Moment,
    lang: Lang,
) -> Row {
    let due = due(case, dates);
    let own = seats.iter().filter(|seat| seat.case.id == case.id);
    Row {
        href: case.coordination_path(),
        unit: case.unit.name.clone(),
        administration: case.unit.administration.name.clone(),
        state: case.state.word(lang),
        tone: tone(case.state),
        due: due.map(|due| text::short_date(local_day(due), lang)).unwrap_or_default(),
        late: due.is_some_and(|due| now > due),
        progress: None,
        reviewers: own.map(|seat| reviewer(seat, lang)).collect(),
        waits: waits.into_iter().flatten().map(|wait| wait.words(lang)).collect(),
    }
}

/// A reviewer's name, with what stands in the way or that the review is locked.
fn reviewer(seat: &SeatView, lang: Lang) -> String {
    let word = match (seat.declared, seat.locked_at) {
        (Declared::Waits, _) => Some(lang.t("har anmält jäv", "has declared a conflict")),
        (Declared::Conflict, _) => Some(lang.t("jävig", "in conflict")),
        (_, Some(_)) => Some(lang.t("låst", "locked")),
        (Declared::NotYet, None) => Some(lang.t("inte svarat om jäv", "has not declared")),
        (Declared::Free, None) => None,
    };
    match word {
        Some(word) => format!("{} ({word})", seat.person.name),
        None => seat.person.name.clone(),
    }
}

/// Where the year is, in a sentence.
fn summary(cases: &[Case], cycle: &Cycle, now: Moment, lang: Lang) -> String {
    let at_unit = cases.iter().filter(|case| case.state == CaseState::Draft).count();
    let submitted = format!(
        "{} {} {} {}",
        cases.len() - at_unit,
        lang.t("av", "of"),
        cases.len(),
        lang.t("enheter har lämnat in.", "units have submitted.")
    );
    let days = (local_day(cycle.dates.submission) - local_day(now)).num_days();
    match days {
        1 => format!("{submitted} {}", lang.t("1 dag återstår.", "1 day is left.")),
        2.. => format!("{submitted} {days} {}", lang.t("dagar återstår.", "days are left.")),
        _ => submitted,
    }
}

/// The dates in order: those passed, the one that is next, and the rest.
fn steps(dates: &Dates, now: Moment, lang: Lang) -> Vec<Step> {
    let days = [
        (lang.t("Öppnar", "Opens"), dates.opens),
        (lang.t("Lämnas in", "Submitted"), local_day(dates.submission)),
        (lang.t("Granskare utses", "Assigned"), dates.assign),
        (lang.t("Granskning låses", "Reviews locked"), dates.lock),
        (lang.t("Samsyn", "Settled"), dates.settle),
        (lang.t("Ytterligare", "Further review"), dates.further),
        (lang.t("Fastställs", "Fixed"), dates.fix),
        (lang.t("Meddelas", "Released"), dates.release),
        (lang.t("Redovisas", "Presented"), dates.present),
    ];
    let today = local_day(now);
    let next = days.iter().position(|(_, day)| *day >= today);
    let class = |at: usize| match next {
        Some(next) if at == next => "now",
        Some(next) if at > next => "",
        _ => "done",
    };
    days.into_iter()
        .enumerate()
        .map(|(at, (label, day))| Step { label, day: text::short_date(day, lang), class: class(at) })
        .collect()
}

/// How many cases are with the unit, under review, in the fact check, and fixed or further on.
fn counts(cases: &[Case]) -> [usize; 4] {
    let count = |phases: &[Phase]| cases.iter().filter(|case| phases.contains(&case.state.phase())).count();
    [
        count(&[Phase::D]),
        count(&[Phase::S, Phase::V, Phase::C]),
        count(&[Phase::F]),
        count(&[Phase::X, Phase::P, Phase::A]),
    ]
}

fn states(cases: &[Case], waiting: usize, lang: Lang) -> Vec<Choice> {
    let waits = Choice {
        value: WAITING.to_owned(),
        label: format!("{} ({waiting})", lang.t("Väntar på samordnare", "Waits for a coordinator")),
    };
    let states = CaseState::ALL.iter().filter_map(|state| {
        let count = cases.iter().filter(|case| case.state == *state).count();
        let label = format!("{} ({count})", state.word(lang));
        (count > 0).then(|| Choice { value: state.as_str().to_owned(), label })
    });
    std::iter::once(waits).chain(states).collect()
}

/// How many active units have no case in the year.
fn without_case(db: &mut Db, year: i32) -> Result<usize, Problem> {
    let present: BTreeSet<_> =
        cycles::store::all_of_year(db, year)?.into_iter().map(|case| case.unit.id).collect();
    let units = units::store::all(db)?;
    Ok(units.into_iter().filter(|unit| unit.active && !present.contains(&unit.id)).count())
}
