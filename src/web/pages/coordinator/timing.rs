//! A case's time: more of it, completion, and the end of it.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use chrono::{Days, NaiveDate, NaiveTime};
use serde::Deserialize;
use validator::Validate;

use super::{Place, Reason, Refused, act, find, under_case};
use crate::app::App;
use crate::assessments::{not_submitted, return_for_completion};
use crate::clock::{Moment, local_day};
use crate::cycles::calendar::{Dates, Which, end_of, moment_of};
use crate::cycles::state::CaseState;
use crate::cycles::{self, Case};
use crate::db::Db;
use crate::followup;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::ids::RowId;
use crate::problem::Problem;
use crate::text::Lang;
use crate::web::page::Notice;
use crate::web::pages::unit::form_of;
use crate::web::respond::{Answer, Refusal, page_with, status};
use crate::web::{Form, Page, Viewer};

/// What the case's page offers about its time.
#[derive(Debug, Default)]
pub struct Timing {
    /// The first day that time can be extended to; none when it cannot.
    pub extend_from: Option<NaiveDate>,
    /// Why the unit has more time than others.
    pub extended: Option<String>,
    /// Why the unit asks for more time, while nobody has answered, and when it asked.
    pub asked: Option<(String, String)>,
    /// Whether there is a submission to read.
    pub submitted: bool,
    /// Whether completion can be asked for.
    pub may_return: bool,
    /// Whether the case can be closed as not submitted.
    pub may_mark: bool,
    /// What was asked to complete, by criterion.
    pub returned: Vec<(String, String)>,
    /// Whether the case can be closed.
    pub may_close: bool,
    /// Whether the unit can leave the year.
    pub may_cancel: bool,
    /// Whether the reader may open the draft to help, and has not.
    pub may_support: bool,
    /// The reader's own open visit to the draft.
    pub visit: Option<RowId>,
}

/// What can be done about a case's time now.
pub(super) fn load(
    db: &mut Db,
    standing: &Standing,
    case: &Case,
    dates: &Dates,
    now: Moment,
    lang: Lang,
) -> Result<Timing, Problem> {
    let draft = case.state == CaseState::Draft;
    let open = draft || case.state == CaseState::Returned;
    let later = local_day(case.due().max(now)) + Days::new(1);
    let returns = standing.may(&case.reference(), Object::Completion, Deed::Decide);
    let visits = cycles::support::visits(db, standing, case)?;
    let visit =
        visits.into_iter().find(|visit| visit.ended_at.is_none() && visit.person_id == *standing.id());
    let asked = if open { cycles::extension::of_case(db, standing, case)? } else { Vec::new() };
    let asked = asked.into_iter().find(|request| request.answer.is_none());
    Ok(Timing {
        asked: asked.map(|request| (request.reason, crate::text::moment(request.asked_at, lang))),
        extend_from: open.then_some(later),
        extended: case.extension_reason.clone(),
        submitted: standing.may(&case.reference(), Object::Assessment, Deed::Read)
            && !crate::assessments::receipt::of_case(db, standing, case)?.is_empty(),
        may_return: case.state == CaseState::Submitted && !case.returned_once && returns,
        may_mark: draft && now > dates.last_moment(case.submission_due),
        returned: crate::assessments::request_store::returned(db, &case.id)?,
        may_close: case.state.next().contains(&CaseState::Closed),
        may_cancel: case.state.next().contains(&CaseState::Cancelled),
        may_support: visit.is_none() && standing.may(&case.reference(), Object::Support, Deed::Decide),
        visit: visit.map(|visit| visit.id),
    })
}

/// A later day and hour, with a reason.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Extension {
    #[validate(length(max = 10))]
    until: String,
    /// `HH:MM`; the last minute of the day when it is empty.
    #[validate(length(max = 8))]
    #[serde(default)]
    time: String,
    /// `first` or `second`, for an hour that comes twice.
    #[validate(length(max = 6))]
    #[serde(default)]
    which: String,
    #[validate(length(max = 10_000))]
    reason: String,
}

/// `POST /cykel/{year}/{unit}/forlang`.
pub async fn extend(app: Data<App>, viewer: Viewer, place: Place, sent: Form) -> Answer {
    let asked = sent.read::<Extension>();
    let done = viewer.t("Enheten har fått mer tid.", "The unit has been given more time.");
    act((&app, &viewer), place.into_inner(), ("forlang", sent), done, move |act, standing, _, case| {
        let Extension { until, time, which, reason } = asked?;
        let day = until.parse::<NaiveDate>().map_err(|_| {
            Problem::invalid("no_date", "Välj den nya sista dagen.", "Choose the new last day.")
        })?;
        let until = if time.is_empty() {
            end_of(day)
        } else {
            let format = if time.len() > 5 { "%H:%M:%S" } else { "%H:%M" };
            let time = NaiveTime::parse_from_str(&time, format).map_err(|_| {
                Problem::invalid(
                    "no_time",
                    "Skriv klockslaget så här: 16:00.",
                    "Write the hour like this: 16:00.",
                )
            })?;
            moment_of(day, time, Which::from_text(&which))?
        };
        cycles::extend::extend(act, standing, &case.id, until, &reason)
    })
    .await
}

/// `POST /cykel/{year}/{unit}/avsla-forlangning`.
pub async fn decline_extension(app: Data<App>, viewer: Viewer, place: Place, sent: Form) -> Answer {
    let asked = sent.read::<Reason>();
    let done = viewer.t(
        "Begäran är avslagen, och enheten har fått svaret.",
        "The request is declined, and the unit has the answer.",
    );
    let name = "avsla-forlangning";
    act((&app, &viewer), place.into_inner(), (name, sent), done, move |act, standing, _, case| {
        cycles::extension::decline(act, standing, &case.id, &asked?.reason)
    })
    .await
}

/// `POST /cykel/{year}/{unit}/stod`: opens the draft to read, with a reason that the unit sees.
pub async fn open_support(app: Data<App>, viewer: Viewer, place: Place, sent: Form) -> Answer {
    let asked = sent.read::<Reason>();
    let done = viewer.t(
        "Du kan läsa utkastet. Enheten har fått veta det.",
        "You can read the draft. The unit has been told.",
    );
    act((&app, &viewer), place.into_inner(), ("stod", sent), done, move |act, standing, _, case| {
        cycles::support::open(act, standing, &case.id, &asked?.reason)
    })
    .await
}

/// `POST /cykel/{year}/{unit}/ej-inlamnad`.
pub async fn mark_not_submitted(app: Data<App>, viewer: Viewer, place: Place, sent: Form) -> Answer {
    let asked = sent.read::<Reason>();
    let done = viewer.t("Ärendet är markerat som ej inlämnat.", "The case is marked as not submitted.");
    act((&app, &viewer), place.into_inner(), ("ej-inlamnad", sent), done, move |act, standing, _, case| {
        let dates = cycles::store::cycle(act.db, case.year)?.dates;
        not_submitted::mark(act, standing, &dates, &case.id, &asked?.reason)
    })
    .await
}

/// `POST /cykel/{year}/{unit}/avsluta`.
pub async fn close(app: Data<App>, viewer: Viewer, place: Place, sent: Form) -> Answer {
    let asked = sent.read::<Reason>();
    let done = viewer.t("Ärendet är avslutat.", "The case is closed.");
    act((&app, &viewer), place.into_inner(), ("avsluta", sent), done, move |act, standing, _, case| {
        followup::close::close(act, standing, &case.id, &asked?.reason)
    })
    .await
}

/// `POST /cykel/{year}/{unit}/utgar`.
pub async fn cancel(app: Data<App>, viewer: Viewer, place: Place, sent: Form) -> Answer {
    let asked = sent.read::<Reason>();
    let done = viewer.t("Enheten utgår ur årets utvärdering.", "The unit leaves this year's evaluation.");
    act((&app, &viewer), place.into_inner(), ("utgar", sent), done, move |act, standing, _, case| {
        cycles::cancel::cancel(act, standing, &case.id, &asked?.reason)
    })
    .await
}

#[derive(Template)]
#[template(path = "coordinator/completion.html")]
struct CompletionPage {
    page: Page,
    lang: Lang,
    case: Case,
    address: String,
    days: u32,
    areas: Vec<Area>,
    fault: Option<String>,
}

struct Area {
    title: String,
    open: bool,
    criteria: Vec<Wanted>,
}

struct Wanted {
    id: String,
    title: String,
    typed: String,
}

/// `GET /cykel/{year}/{unit}/komplettering`.
pub async fn completion(app: Data<App>, viewer: Viewer, place: Place) -> Answer {
    render_completion(&app, &viewer, place.into_inner(), None).await
}

async fn render_completion(
    app: &App,
    viewer: &Viewer,
    (year, slug): (i32, String),
    refused: Option<Refused>,
) -> Answer {
    let (lang, service) = (viewer.lang, app.clone());
    let (case, form, days) = viewer
        .read(move |db, standing| {
            let case = find(db, standing, year, &slug)?;
            let days = cycles::store::cycle(db, year)?.dates.completion_days;
            Ok((case.clone(), form_of(&service, &case)?, days))
        })
        .await?;
    let wanted = |id: &str| Refused::typed(refused.as_ref(), "", id);
    let areas = form.areas.iter().map(|area| {
        let criteria: Vec<Wanted> = area
            .criteria
            .iter()
            .map(|criterion| Wanted {
                id: criterion.id.clone(),
                title: criterion.title.get(lang).to_owned(),
                typed: wanted(&criterion.id),
            })
            .collect();
        let open = criteria.iter().any(|criterion| !criterion.typed.is_empty());
        Area { title: format!("{}. {}", area.id, area.title.get(lang)), open, criteria }
    });
    let title = lang.t("Begär komplettering", "Ask for completion");
    let shown = CompletionPage {
        page: under_case(viewer.page(title), &case),
        lang,
        address: case.coordination_path(),
        days,
        areas: areas.collect(),
        fault: Refused::fault(refused.as_ref(), "", lang),
        case,
    };
    page_with(refused.map_or(StatusCode::OK, |refused| status(refused.problem.kind)), &shown)
}

/// `POST /cykel/{year}/{unit}/komplettering`: a text for each criterion to complete; empty ones are not asked for.
pub async fn return_case(app: Data<App>, viewer: Viewer, place: Place, sent: Form) -> Answer {
    let (year, slug) = place.into_inner();
    let unit = slug.clone();
    let wanted: Vec<(String, String)> = sent
        .pairs()
        .filter(|(_, what)| !what.trim().is_empty())
        .map(|(criterion, what)| (criterion.to_owned(), what.to_owned()))
        .collect();
    let service = app.get_ref().clone();
    let tried = viewer
        .act(move |act, standing| {
            let case = find(act.db, standing, year, &unit)?;
            let form = form_of(&service, &case)?;
            let dates = cycles::store::cycle(act.db, year)?.dates;
            return_for_completion::return_for_completion(act, standing, &form, &dates, &case.id, &wanted)
        })
        .await;
    match tried {
        Ok(case) => {
            let done = viewer.t("Enheten har ombetts komplettera.", "The unit has been asked to complete.");
            Ok(viewer.see_other(&case.coordination_path(), Some(Notice::done(done))))
        }
        Err(Refusal(problem)) if Refused::is_mendable(&problem) => {
            let refused = Refused::new("", problem, sent);
            render_completion(&app, &viewer, (year, slug), Some(refused)).await
        }
        Err(refusal) => Err(refusal),
    }
}
