//! One case for its coordinator: where it is, what it waits for, and everything that can be done about it now.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;

use super::decisions::{self, Conflict, Request};
use super::results::{self, Results};
use super::reviewers::{self, Reviewers};
use super::timing::{self, Timing};
use super::waits::{self, Wait};
use super::{Place, Refused, find, tone, under_year};
use crate::app::App;
use crate::assessments;
use crate::cycles::calendar::{HOUR_COMES_TWICE, Which};
use crate::cycles::due::due;
use crate::cycles::state::{CaseState, Phase};
use crate::cycles::{self, Case};
use crate::db::Db;
use crate::forms::Form as CriteriaForm;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::identity::store::names;
use crate::problem::Problem;
use crate::reviews::view;
use crate::text::{self, Lang};
use crate::web::pages::log::{self, Happened};
use crate::web::pages::unit::form_of;
use crate::web::respond::{Answer, page_with, status};
use crate::web::{Page, Viewer};

/// How many of the newest entries of the log stand on the page.
const NEWEST: usize = 6;

#[derive(Template)]
#[template(path = "coordinator/case.html")]
struct CasePage {
    page: Page,
    lang: Lang,
    view: CaseView,
}

struct CaseView {
    case: Case,
    address: String,
    tone: &'static str,
    since: String,
    due: Option<String>,
    late: bool,
    waits: Vec<Wait>,
    areas: Vec<Area>,
    reads_answers: bool,
    reads_result: bool,
    timing: Timing,
    reviewers: Reviewers,
    conflicts: Vec<Conflict>,
    requests: Vec<Request>,
    results: Results,
    log: Vec<Happened>,
    refused: Option<Refused>,
    lang: Lang,
}

/// How far the unit has come in an area.
struct Area {
    name: String,
    done: usize,
    of: usize,
}

impl CaseView {
    /// What was typed in a field of a form that was refused.
    fn typed(&self, name: &str, field: &str) -> String {
        Refused::typed(self.refused.as_ref(), name, field)
    }

    /// Why a form was refused.
    fn fault(&self, name: &str) -> Option<String> {
        Refused::fault(self.refused.as_ref(), name, self.lang)
    }

    fn decided_conflicts(&self) -> usize {
        self.conflicts.iter().filter(|one| one.decided.is_some()).count()
    }

    fn decided_requests(&self) -> usize {
        self.requests.iter().filter(|one| one.decided.is_some()).count()
    }

    /// Whether a conflict of interest or a request is to be decided.
    fn has_open_decisions(&self) -> bool {
        self.decided_conflicts() < self.conflicts.len() || self.decided_requests() < self.requests.len()
    }

    /// Whose turn it is when it is not the coordinator's.
    fn turn(&self) -> Option<&'static str> {
        let (sv, en) = match self.case.state {
            CaseState::Draft => ("Enheten svarar på formuläret.", "The unit answers the form."),
            CaseState::Returned => ("Enheten kompletterar sina svar.", "The unit completes its answers."),
            CaseState::Assigned => {
                ("Granskarna tar ställning till jäv.", "The reviewers declare on conflicts.")
            }
            CaseState::Scoring => ("Granskarna bedömer var för sig.", "The reviewers score alone."),
            CaseState::Settling => ("Granskarna gör klart samsynen.", "The reviewers finish the settlement."),
            CaseState::Further => ("En ytterligare granskare bedömer.", "A further reviewer scores."),
            CaseState::FactCheck => ("Enheten kontrollerar fakta.", "The unit checks facts."),
            CaseState::Commented => {
                ("Granskarna svarar på enhetens synpunkter.", "The reviewers answer the unit's comments.")
            }
            CaseState::Released => {
                ("Samordningsgruppen läser resultatet.", "The coordination group reads the result.")
            }
            CaseState::Action => {
                ("Enheten skriver sin åtgärdsplan.", "The unit writes its improvement plan.")
            }
            CaseState::FollowUp => ("Enheten genomför sin åtgärdsplan.", "The unit carries out its plan."),
            _ => return None,
        };
        Some(self.lang.t(sv, en))
    }

    /// Whether the hour that was typed comes twice and nobody has said which is meant.
    fn hour_comes_twice(&self) -> bool {
        self.refused.as_ref().is_some_and(|refused| refused.problem.code == HOUR_COMES_TWICE)
    }

    /// What was wrong with the last act, and which form it was.
    fn refusal(&self) -> Option<(String, String)> {
        let refused = self.refused.as_ref()?;
        Some((refused.name.clone(), self.fault(&refused.name)?))
    }
}

/// `GET /cykel/{year}/{unit}`.
pub async fn show(app: Data<App>, viewer: Viewer, place: Place) -> Answer {
    render(&app, &viewer, place.into_inner(), None).await
}

/// The page, with the act that was refused.
pub(super) async fn render(
    app: &App,
    viewer: &Viewer,
    (year, slug): (i32, String),
    refused: Option<Refused>,
) -> Answer {
    let (lang, service) = (viewer.lang, app.clone());
    let status = refused.as_ref().map_or(StatusCode::OK, |refused| status(refused.problem.kind));
    let mut view = viewer.read(move |db, standing| load(db, standing, &service, year, &slug, lang)).await?;
    view.refused = refused;
    let mut title = format!("{} {year}", view.case.unit.name);
    if view.refused.is_some() {
        title = format!("{}{title}", lang.t("Fel: ", "Error: "));
    }
    let page = under_year(viewer.page(title), year);
    page_with(status, &CasePage { page, lang, view })
}

fn load(
    db: &mut Db,
    standing: &Standing,
    app: &App,
    year: i32,
    slug: &str,
    lang: Lang,
) -> Result<CaseView, Problem> {
    let case = find(db, standing, year, slug)?;
    let form = form_of(app, &case)?;
    let dates = cycles::store::cycle(db, year)?.dates;
    let now = app.clock.now();
    let names = names(db)?;
    let seats = view::seats(db, standing, &case)?;
    let one = std::slice::from_ref(&case);
    let waits = waits::of_cases(db, standing, app, one, &seats, &dates)?.remove(&case.id);
    let due = due(&case, &dates);
    let mut log = log::of_case(db, standing, &case, lang)?;
    log.retain(|one| !one.routine);
    log.truncate(NEWEST);
    let may = |object| standing.may(&case.reference(), object, Deed::Read);
    Ok(CaseView {
        address: case.coordination_path(),
        tone: tone(case.state),
        since: text::moment(case.entered_at, lang),
        due: due.map(|due| text::moment(due, lang)),
        late: due.is_some_and(|due| now > due),
        waits: waits.into_iter().flatten().collect(),
        areas: areas(db, &form, &case, lang)?,
        reads_answers: may(Object::Assessment),
        reads_result: may(Object::Result),
        timing: timing::load(db, standing, &case, &dates, now, lang)?,
        reviewers: reviewers::load(db, standing, &form, &case, &dates, now, lang)?,
        conflicts: decisions::conflicts(db, standing, &case, &names, lang)?,
        requests: decisions::requests(db, standing, &form, &case, &names, lang)?,
        results: results::load(db, standing, &form, &case, &names, (now, lang))?,
        log,
        refused: None,
        lang,
        case,
    })
}

/// The unit's progress while it answers; counts by area, never an answer.
fn areas(db: &mut Db, form: &CriteriaForm, case: &Case, lang: Lang) -> Result<Vec<Area>, Problem> {
    if case.state.phase() != Phase::D {
        return Ok(Vec::new());
    }
    let entered = assessments::store::entered(db, &case.id)?;
    let areas = form.areas.iter().zip(entered.areas(form, case.period()));
    let area = |(area, progress): (&crate::forms::Area, assessments::progress::AreaProgress)| Area {
        name: format!("{}. {}", area.id, area.title.get(lang)),
        done: progress.done,
        of: progress.of,
    };
    Ok(areas.map(area).collect())
}
