//! A case's result for its coordinator: comments on facts, fixing and correcting.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use serde::Deserialize;
use validator::Validate;

use super::{Place, Refused, act, find, under_case};
use crate::app::App;
use crate::clock::{Moment, local_day};
use crate::cycles::Case;
use crate::cycles::state::{CaseState, Phase};
use crate::db::Db;
use crate::followup;
use crate::forms::Form as CriteriaForm;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::{Party, Standing};
use crate::identity::store::Names;
use crate::problem::Problem;
use crate::results::view::{self, ResultView};
use crate::results::{correct_result, fact_check, finalise};
use crate::reviews::Level;
use crate::scoring::{Judgement, Light};
use crate::text::{self, Lang};
use crate::web::page::Notice;
use crate::web::pages::unit::form_of;
use crate::web::respond::{Answer, Refusal, page_with, status};
use crate::web::{Form, Page, Viewer};

/// What registry numbers begin with: `USVE 2026/0001`.
const REGISTRY_PREFIX: &str = "USVE";

/// The result of a case and what can be done about it now.
#[derive(Debug, Default)]
pub struct Results {
    /// The unit's comments on facts.
    pub comments: Vec<Comment>,
    /// Whether written comments can be sent on for the unit, whose time is up.
    pub may_send: bool,
    /// The result, as a draft or fixed.
    pub shown: Option<Shown>,
    /// Whether the result can be fixed now.
    pub may_finalise: bool,
    /// Whether a fixed result can be corrected.
    pub may_correct: bool,
    /// Where the improvement plan stands.
    pub plan: Option<String>,
}

/// A comment on the facts of a criterion.
#[derive(Debug)]
pub struct Comment {
    /// The criterion.
    pub criterion: String,
    /// Its title.
    pub title: String,
    /// What the unit says.
    pub comment: String,
    /// Who wrote it, and when.
    pub by: String,
    /// The answer, and who gave it.
    pub answer: Option<(String, String)>,
    /// Whether it can be answered now.
    pub may_answer: bool,
}

/// A result in short.
#[derive(Debug)]
pub struct Shown {
    /// Which version is fixed; none for a draft.
    pub fixed: Option<String>,
    /// Why the version is not the first.
    pub reason: Option<String>,
    /// The outcome's letter and name.
    pub outcome: Option<(&'static str, String)>,
    /// The total for people.
    pub total: Option<String>,
    /// Areas: name, score for people, light's word and look.
    pub areas: Vec<(String, String, String, &'static str)>,
    /// Unmet minimum requirements.
    pub unmet: Vec<String>,
    /// Criteria that are not settled.
    pub open: Vec<String>,
}

/// The result of a case as its page shows it.
pub(super) fn load(
    db: &mut Db,
    standing: &Standing,
    form: &CriteriaForm,
    case: &Case,
    names: &Names,
    (now, lang): (Moment, Lang),
) -> Result<Results, Problem> {
    let may = |object, deed| standing.may(&case.reference(), object, deed);
    let mut loaded = Results::default();
    if may(Object::FactComments, Deed::Read) {
        let comments = view::fact_comments(db, standing, case)?;
        loaded.comments = comments.into_iter().map(|one| comment(one, form, case, names, lang)).collect();
    }
    let over = case.fact_check_due.is_none_or(|due| now >= due);
    let unanswered = loaded.comments.iter().any(|comment| comment.answer.is_none());
    let decides = may(Object::Result, Deed::Decide);
    loaded.may_send = decides && case.state == CaseState::FactCheck && over && unanswered;
    let mut open = false;
    if may(Object::Result, Deed::Read) {
        let result = view::result(db, standing, form, case)?;
        open = !result.scored.is_final;
        loaded.shown = Some(shown(&result, form, lang));
    }
    loaded.may_finalise = decides
        && match case.state {
            CaseState::NotSubmitted => true,
            CaseState::FactCheck => over && !unanswered && !open,
            CaseState::Commented => !unanswered && !open,
            _ => false,
        };
    loaded.may_correct = decides && matches!(case.state.phase(), Phase::X | Phase::P);
    if may(Object::Plan, Deed::Read) {
        loaded.plan = followup::view::plan(db, standing, case)?.map(|plan| plan_word(&plan, lang));
    }
    Ok(loaded)
}

fn comment(
    one: crate::results::FactComment,
    form: &CriteriaForm,
    case: &Case,
    names: &Names,
    lang: Lang,
) -> Comment {
    let name = |id: &_| names.get(id).cloned().unwrap_or_default();
    let day = |at: Moment| text::short_date(local_day(at), lang);
    let title = form.criterion(&one.criterion).map(|known| known.title.get(lang).to_owned());
    Comment {
        title: title.unwrap_or_default(),
        criterion: one.criterion,
        comment: one.comment,
        by: format!("{}, {}", name(&one.written_by), day(one.written_at)),
        may_answer: case.state == CaseState::Commented && one.answer.is_none(),
        answer: one.answer.map(|(text, by, at)| (text, format!("{}, {}", name(&by), day(at)))),
    }
}

fn shown(result: &ResultView, form: &CriteriaForm, lang: Lang) -> Shown {
    let scored = &result.scored;
    let title = |id: &str| {
        let area = form.areas.iter().find(|area| area.id == id);
        format!("{id}. {}", area.map(|area| area.title.get(lang)).unwrap_or_default())
    };
    let look = |light: Light| match light {
        Light::Green => "green",
        Light::Yellow => "yellow",
        Light::Red => "red",
    };
    let areas = scored.areas.iter().map(|(id, area)| {
        (title(id), area.display.clone(), area.light.title().get(lang).to_owned(), look(area.light))
    });
    Shown {
        fixed: result.fixed.as_ref().map(|fixed| {
            let day = text::date(local_day(fixed.fixed_at), lang);
            format!("{} {}, {day}", lang.t("Version", "Version"), fixed.number)
        }),
        reason: result.fixed.as_ref().and_then(|fixed| fixed.reason.clone()),
        outcome: scored.outcome.map(|outcome| (outcome.code(), outcome.title().get(lang).to_owned())),
        total: scored.display.clone(),
        areas: areas.collect(),
        unmet: scored.unmet_minimum.clone().unwrap_or_default(),
        open: scored.open.clone(),
    }
}

/// Where an improvement plan stands, in words.
fn plan_word(plan: &followup::Plan, lang: Lang) -> String {
    let day = |at: Moment| text::short_date(local_day(at), lang);
    match (plan.submitted_at, plan.accepted_at) {
        (_, Some(at)) => format!("{} {}", lang.t("Godkänd", "Accepted"), day(at)),
        (Some(_), None) if plan.signed_at.is_none() => {
            lang.t("Väntar på förvaltningschefen", "Waits for the head of administration").to_owned()
        }
        (Some(at), None) => format!("{} {}", lang.t("Inlämnad", "Submitted"), day(at)),
        (None, None) => lang.t("Enheten skriver", "The unit is writing").to_owned(),
    }
}

/// An answer to a comment.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct CommentAnswer {
    #[validate(length(max = 10_000))]
    answer: String,
}

/// `POST /cykel/{year}/{unit}/synpunkter/{criterion}`.
pub async fn answer(
    app: Data<App>,
    viewer: Viewer,
    place: Path<(i32, String, String)>,
    sent: Form,
) -> Answer {
    let (year, slug, criterion) = place.into_inner();
    let asked = sent.read::<CommentAnswer>();
    let name = format!("synpunkt-{criterion}");
    let done = viewer.t("Svaret är sparat.", "The answer is saved.");
    act((&app, &viewer), (year, slug), (&name, sent), done, move |act, standing, _, case| {
        fact_check::answer(act, standing, &case.id, &criterion, &asked?.answer)
    })
    .await
}

/// `POST /cykel/{year}/{unit}/synpunkter`: sends what the unit wrote but did not send in time.
pub async fn send_comments(app: Data<App>, viewer: Viewer, place: Place, sent: Form) -> Answer {
    let done =
        viewer.t("Synpunkterna är skickade till granskarna.", "The comments are sent to the reviewers.");
    act((&app, &viewer), place.into_inner(), ("synpunkter", sent), done, move |act, standing, _, case| {
        fact_check::send(act, standing, &case.id)
    })
    .await
}

/// `POST /cykel/{year}/{unit}/faststall`.
pub async fn fix(app: Data<App>, viewer: Viewer, place: Place, sent: Form) -> Answer {
    let done = viewer.t(
        "Resultatet är fastställt. Rapporten skapas nu.",
        "The result is fixed. The report is being made.",
    );
    act((&app, &viewer), place.into_inner(), ("faststall", sent), done, move |act, standing, app, case| {
        finalise::finalise(act, standing, &*form_of(app, case)?, REGISTRY_PREFIX, &case.id)
    })
    .await
}

#[derive(Template)]
#[template(path = "coordinator/correct.html")]
struct CorrectPage {
    page: Page,
    lang: Lang,
    address: String,
    unit: String,
    rows: Vec<Levels>,
    reason: String,
    fault: Option<String>,
}

/// The levels of a criterion that count now: shown, and as typed again.
struct Levels {
    criterion: String,
    title: String,
    parties: Vec<PartyLevel>,
}

struct PartyLevel {
    field: String,
    party: &'static str,
    now: String,
    typed: String,
}

/// `GET /cykel/{year}/{unit}/ratta`.
pub async fn correct_page(app: Data<App>, viewer: Viewer, place: Place) -> Answer {
    render_correct(&app, &viewer, place.into_inner(), None).await
}

async fn render_correct(
    app: &App,
    viewer: &Viewer,
    (year, slug): (i32, String),
    refused: Option<Refused>,
) -> Answer {
    let (lang, service) = (viewer.lang, app.clone());
    let (case, form, result) = viewer
        .read(move |db, standing| {
            let case = find(db, standing, year, &slug)?;
            let form = form_of(&service, &case)?;
            if !matches!(case.state.phase(), Phase::X | Phase::P) {
                return Err(crate::cycles::wrong_state(&case));
            }
            let result = view::result(db, standing, &form, &case)?;
            Ok((case, form, result))
        })
        .await?;
    let typed = |field: &str| Refused::typed(refused.as_ref(), "", field);
    let title = lang.t("Rätta resultatet", "Correct the result");
    let shown = CorrectPage {
        page: under_case(viewer.page(title), &case),
        lang,
        address: case.coordination_path(),
        unit: case.unit.name.clone(),
        rows: levels(&result, &form, &typed, lang),
        reason: typed("reason"),
        fault: Refused::fault(refused.as_ref(), "", lang),
    };
    page_with(refused.map_or(StatusCode::OK, |refused| status(refused.problem.kind)), &shown)
}

fn levels(
    result: &ResultView,
    form: &CriteriaForm,
    typed: &dyn Fn(&str) -> String,
    lang: Lang,
) -> Vec<Levels> {
    let word = |judgement: Option<Judgement>| match judgement {
        Some(Judgement::Level(level)) => level.to_string(),
        Some(Judgement::CannotJudge) => "K".to_owned(),
        Some(Judgement::Unreadable) | None => "–".to_owned(),
    };
    let row = |(_, criterion): (_, &crate::forms::Criterion)| {
        let judged = result.judged.judgements.get(&criterion.id)?;
        let correctable = !judged.not_applicable && !judged.missing;
        let parties = [(Party::University, &judged.university), (Party::Region, &judged.region)];
        let parties = parties.into_iter().map(|(party, side)| {
            let field = format!("{}.{}", party.as_str(), criterion.id);
            PartyLevel {
                party: party.word(lang),
                now: word(side.corrected.or(side.revised).or(side.first)),
                typed: typed(&field),
                field,
            }
        });
        correctable.then(|| Levels {
            criterion: criterion.id.clone(),
            title: criterion.title.get(lang).to_owned(),
            parties: parties.collect(),
        })
    };
    form.criteria().filter_map(row).collect()
}

/// `POST /cykel/{year}/{unit}/ratta`: a level for each party and criterion to correct, and why.
pub async fn correct(app: Data<App>, viewer: Viewer, place: Place, sent: Form) -> Answer {
    let (year, slug) = place.into_inner();
    let (unit, service) = (slug.clone(), app.get_ref().clone());
    let (asked, reason) = (corrections(&sent), sent.get("reason").unwrap_or_default().to_owned());
    let tried = viewer
        .act(move |act, standing| {
            let case = find(act.db, standing, year, &unit)?;
            let form = form_of(&service, &case)?;
            correct_result::correct_result(act, standing, &form, &case.id, &asked, &reason)?;
            Ok(case)
        })
        .await;
    match tried {
        Ok(case) => {
            let done = viewer
                .t("En ny version av resultatet är fastställd.", "A new version of the result is fixed.");
            Ok(viewer.see_other(&case.coordination_path(), Some(Notice::done(done))))
        }
        Err(Refusal(problem)) if Refused::is_mendable(&problem) => {
            let refused = Refused::new("", problem, sent);
            render_correct(&app, &viewer, (year, slug), Some(refused)).await
        }
        Err(refusal) => Err(refusal),
    }
}

/// The levels that were chosen: fields named `university.E2` with 0–4.
fn corrections(sent: &Form) -> BTreeMap<(String, Party), Level> {
    sent.pairs()
        .filter_map(|(field, level)| {
            let (party, criterion) = field.split_once('.')?;
            let level = Level::new(level.parse().ok()?)?;
            Some(((criterion.to_owned(), Party::from_text(party)?), level))
        })
        .collect()
}
