//! The coordinator's page of a round: the cases, who has locked, and what can be done now.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use chrono::NaiveDate;

use super::shown::{Marks, facts, parts};
use super::{form_of, name, shown};
use crate::app::App;
use crate::assessments::BACKGROUND;
use crate::calibration::view::{self, Coordinated};
use crate::calibration::{RoundState, close, open, pick, remind};
use crate::clock::local_day;
use crate::cycles;
use crate::cycles::state::CycleState;
use crate::db::{Act, Db};
use crate::forms::Form;
use crate::identity::standing::Standing;
use crate::problem::Problem;
use crate::text::{self, Lang};
use crate::web::page::Notice;
use crate::web::pages::coordinator::{Choice, Refused, under_year};
use crate::web::respond::{Answer, Refusal, page_with, status};
use crate::web::{Form as Sent, Page, Viewer};

#[derive(Template)]
#[template(path = "calibration/round.html")]
struct RoundPage {
    page: Page,
    lang: Lang,
    view: RoundView,
    fault: Option<String>,
    due: String,
}

struct RoundView {
    year: i32,
    state: Option<RoundState>,
    cases: Vec<CaseRow>,
    /// Cases of the round that are not the reader's to read.
    hidden: usize,
    room: usize,
    most: usize,
    eligible: Vec<(i32, Vec<Choice>)>,
    /// Whether the year is one in which a round can be prepared.
    can_begin: bool,
    today: String,
    due: Option<String>,
    closed: Option<String>,
    people: usize,
    done: usize,
    left: Vec<(String, usize)>,
    unclear: Vec<String>,
}

struct CaseRow {
    name: String,
    href: String,
    number: i32,
    source: String,
    source_href: String,
    marks: Marks,
    locked: usize,
}

impl RoundView {
    fn is_preparing(&self) -> bool {
        self.state.is_none_or(|state| state == RoundState::Preparing)
    }

    fn is_open(&self) -> bool {
        self.state == Some(RoundState::Open)
    }

    fn is_closed(&self) -> bool {
        self.state == Some(RoundState::Closed)
    }
}

/// `GET /cykel/{year}/ovning`.
pub async fn show(app: Data<App>, viewer: Viewer, year: Path<i32>) -> Answer {
    render(&app, &viewer, year.into_inner(), None).await
}

async fn render(app: &App, viewer: &Viewer, year: i32, refused: Option<Refused>) -> Answer {
    let (lang, service) = (viewer.lang, app.clone());
    let view = viewer.read(move |db, standing| load(db, standing, &service, year, lang)).await?;
    let title = format!("{} {year}", lang.t("Övningsomgång", "Calibration round"));
    let page = under_year(viewer.page(title), year);
    let fault = refused.as_ref().map(|refused| refused.problem.message.get(lang).to_owned());
    let due = Refused::typed(refused.as_ref(), "open", "due");
    let status = refused.map_or(StatusCode::OK, |refused| status(refused.problem.kind));
    page_with(status, &RoundPage { page, lang, view, fault, due })
}

fn load(db: &mut Db, standing: &Standing, app: &App, year: i32, lang: Lang) -> Result<RoundView, Problem> {
    let round = view::coordinated_round(db, standing, year)?;
    let cycle = cycles::store::cycle(db, year)?;
    let most = app.config.calibration_cases;
    let preparing = round.as_ref().is_none_or(|round| round.state == RoundState::Preparing);
    let mut shown = RoundView {
        year,
        state: round.as_ref().map(|round| round.state),
        cases: Vec::new(),
        hidden: 0,
        room: most,
        most,
        eligible: Vec::new(),
        can_begin: matches!(cycle.state, CycleState::Planned | CycleState::Open),
        today: local_day(app.clock.now()).to_string(),
        due: None,
        closed: None,
        people: 0,
        done: 0,
        left: Vec::new(),
        unclear: Vec::new(),
    };
    if preparing && shown.can_begin {
        for case in pick::eligible(db, standing, &app.forms, year)? {
            let choice = Choice {
                value: format!("{}/{}", case.unit.slug, case.year),
                label: format!("{} {}", case.unit.name, case.year),
            };
            match shown.eligible.last_mut() {
                Some((of, choices)) if *of == case.year => choices.push(choice),
                _ => shown.eligible.push((case.year, vec![choice])),
            }
        }
    }
    let Some(round) = round else { return Ok(shown) };
    let form = form_of(app, &round)?;
    let cases = view::coordinated_cases(db, standing, &round)?;
    let all = crate::calibration::store::cases(db, year)?.len();
    shown.hidden = all.saturating_sub(cases.len());
    shown.room = most.saturating_sub(all);
    shown.due = round.due.map(|due| text::date(due, lang));
    shown.closed = round.closed_at.map(|at| text::date(local_day(at), lang));
    let locked = crate::calibration::store::locked(db, year)?;
    for case in &cases {
        let count = locked.iter().filter(|(number, _)| *number == case.case.number).count();
        shown.cases.push(row(db, &form, case, (preparing, count), lang)?);
    }
    if !preparing {
        let people = view::participants(db, standing, year)?;
        shown.people = people.len();
        shown.done = people.iter().filter(|(_, count)| *count == all).count();
        let left = people.into_iter().filter(|(_, count)| *count < all);
        shown.left = left.map(|(person, count)| (person.name, count)).collect();
        let spread = view::spread(db, standing, &round)?;
        shown.unclear = view::unclear(&form, &spread, &view::clarifications(db, standing, &round)?);
    }
    Ok(shown)
}

fn row(
    db: &mut Db,
    form: &Form,
    case: &Coordinated,
    (preparing, locked): (bool, usize),
    lang: Lang,
) -> Result<CaseRow, Problem> {
    let mut marks = Marks::default();
    if preparing {
        marks = marks_of(db, form, case, lang)?;
    }
    Ok(CaseRow {
        name: name(case.case, lang),
        href: case.case.coordination_path(),
        number: case.case.number,
        source: format!("{} {}", case.source.unit.name, case.source.year),
        source_href: case.source.coordination_path(),
        marks,
        locked,
    })
}

/// How many places were taken out and may still tell, over the whole copy.
fn marks_of(db: &mut Db, form: &Form, case: &Coordinated, lang: Lang) -> Result<Marks, Problem> {
    let terms = view::terms(db, form, &case.source)?;
    let copy = view::copy(db, case)?;
    let mut marks = Marks::default();
    for (id, (_, content)) in &copy {
        let answers = match form.criterion(id) {
            Some(criterion) => shown::criterion(form, criterion, content, case.case.period, lang).answers,
            None if id == BACKGROUND => shown::about(form, content, case.case.period, lang),
            None => continue,
        };
        facts(&terms, answers, &mut marks);
        if let Some(left) = &content.left {
            parts(&terms, left, &mut marks);
        }
    }
    Ok(marks)
}

/// `POST /cykel/{year}/ovning/fall`: picks a case.
pub async fn add(app: Data<App>, viewer: Viewer, year: Path<i32>, sent: Sent) -> Answer {
    let year = year.into_inner();
    let done = viewer.t(
        "Övningsfallet är tillagt. Läs det innan omgången öppnar.",
        "The calibration case is added. Read it before the round opens.",
    );
    let (service, chosen) = (app.clone(), sent.get("case").unwrap_or_default().to_owned());
    try_it(
        (&app, &viewer),
        year,
        ("add", sent),
        |()| done.to_owned(),
        move |act, standing| {
            let (slug, source_year) = chosen.split_once('/').unwrap_or_default();
            let picked = (slug, source_year.parse().unwrap_or_default());
            let library = (&service.forms, service.config.calibration_cases);
            pick::pick(act, standing, library, year, picked).map(drop)
        },
    )
    .await
}

/// `POST /cykel/{year}/ovning/{number}/ta-bort`.
pub async fn leave_out(app: Data<App>, viewer: Viewer, place: Path<(i32, i32)>, sent: Sent) -> Answer {
    let (year, number) = place.into_inner();
    let done = viewer.t("Övningsfallet är borttaget.", "The calibration case is left out.");
    try_it(
        (&app, &viewer),
        year,
        ("leave_out", sent),
        |()| done.to_owned(),
        move |act, standing| pick::leave_out(act, standing, year, number),
    )
    .await
}

/// `POST /cykel/{year}/ovning/oppna`.
pub async fn begin(app: Data<App>, viewer: Viewer, year: Path<i32>, sent: Sent) -> Answer {
    let year = year.into_inner();
    let done = viewer.t(
        "Övningsomgången är öppen. Granskarna har fått mejl.",
        "The calibration round is open. The reviewers have been mailed.",
    );
    let (due, read) = (sent.get("due").unwrap_or_default().trim().to_owned(), sent.get("read").is_some());
    try_it(
        (&app, &viewer),
        year,
        ("open", sent),
        |()| done.to_owned(),
        move |act, standing| {
            let due = match due.as_str() {
                "" => None,
                text => Some(text.parse::<NaiveDate>().map_err(|_| not_a_day())?),
            };
            open::open(act, standing, year, due, read).map(drop)
        },
    )
    .await
}

fn not_a_day() -> Problem {
    Problem::invalid(
        "not_a_date",
        "Skriv datumet som år-månad-dag, till exempel 2026-03-01.",
        "Write the date as year-month-day, for example 2026-03-01.",
    )
}

/// `POST /cykel/{year}/ovning/paminn`.
pub async fn remind(app: Data<App>, viewer: Viewer, year: Path<i32>, sent: Sent) -> Answer {
    let (year, lang) = (year.into_inner(), viewer.lang);
    let told = move |count: usize| match (count, lang) {
        (1, Lang::Sv) => "1 granskare har fått en påminnelse. Var och en får högst en om dagen.".to_owned(),
        (1, Lang::En) => "1 reviewer has been reminded. Each gets at most one a day.".to_owned(),
        (count, Lang::Sv) => {
            format!("{count} granskare har fått en påminnelse. Var och en får högst en om dagen.")
        }
        (count, Lang::En) => format!("{count} reviewers have been reminded. Each gets at most one a day."),
    };
    try_it((&app, &viewer), year, ("remind", sent), told, move |act, standing| {
        remind::remind(act, standing, year)
    })
    .await
}

/// `POST /cykel/{year}/ovning/avsluta`.
pub async fn end(app: Data<App>, viewer: Viewer, year: Path<i32>, sent: Sent) -> Answer {
    let year = year.into_inner();
    let done = viewer.t(
        "Övningsomgången är avslutad. Förtydliganden visas nu för granskarna.",
        "The calibration round has ended. Clarifications are now shown to the reviewers.",
    );
    try_it(
        (&app, &viewer),
        year,
        ("close", sent),
        |()| done.to_owned(),
        move |act, standing| close::close(act, standing, year).map(drop),
    )
    .await
}

async fn try_it<T: Send + 'static>(
    (app, viewer): (&App, &Viewer),
    year: i32,
    (form, sent): (&str, Sent),
    done: impl FnOnce(T) -> String,
    work: impl FnOnce(&mut Act<'_>, &Standing) -> Result<T, Problem> + Send + 'static,
) -> Answer {
    match viewer.act(work).await {
        Ok(given) => Ok(viewer.see_other(&format!("/cykel/{year}/ovning"), Some(Notice::done(done(given))))),
        Err(Refusal(problem)) if Refused::is_mendable(&problem) => {
            render(app, viewer, year, Some(Refused::new(form, problem, sent))).await
        }
        Err(refusal) => Err(refusal),
    }
}
