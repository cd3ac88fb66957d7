//! The unit's improvement plan: actions, submission, the coordinator's answer, and how it goes.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use chrono::NaiveDate;

use super::page_below;
use crate::app::App;
use crate::clock::local_day;
use crate::cycles::{self, Case};
use crate::db::{Act, Db};
use crate::followup::{Action, LONGEST_TEXT, PlannedAction, plan as verbs, plan_stands, view};
use crate::forms::Form;
use crate::forms::answer::day;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::ids::RowId;
use crate::problem::{Kind, Problem};
use crate::results;
use crate::state::CaseState;
use crate::text::{self, Lang};
use crate::web::page::Notice;
use crate::web::pages::group::actions::look;
use crate::web::pages::unit::{Place, form_of};
use crate::web::respond::{Answer, Refusal, page_with};
use crate::web::{Page, Viewer, form};

#[derive(Template)]
#[template(path = "result/plan.html")]
struct PlanPage {
    page: Page,
    lang: Lang,
    view: View,
    /// What is wrong with what was sent, with the sent values in the form.
    fault: Option<String>,
    longest: usize,
}

struct View {
    case: Case,
    version: i32,
    stands: String,
    needed: bool,
    bare: Vec<String>,
    actions: Vec<ActionView>,
    blank: ActionView,
    may_write: bool,
    may_submit: bool,
    may_report: bool,
    may_sign: bool,
    may_accept: bool,
    may_decide: bool,
}

/// An action as it is shown and changed; the blank one is a new action.
#[derive(Default)]
struct ActionView {
    id: String,
    criterion: String,
    action: String,
    owner: String,
    due: String,
    due_shown: String,
    done_on: String,
    note: String,
    tone: &'static str,
    icon: &'static str,
    state: &'static str,
    open: bool,
    choices: Vec<Choice>,
}

struct Choice {
    id: String,
    label: String,
    chosen: bool,
}

/// `GET /enhet/{unit}/{year}/atgardsplan`.
pub async fn show(app: Data<App>, viewer: Viewer, place: Place) -> Answer {
    render(&app, &viewer, place.into_inner(), None).await
}

async fn render(
    app: &App,
    viewer: &Viewer,
    (slug, year): (String, i32),
    refused: Option<(Problem, form::Form)>,
) -> Answer {
    let (lang, service) = (viewer.lang, app.clone());
    let fault = refused.as_ref().map(|(problem, _)| problem.message.get(lang).to_owned());
    let sent = refused.map(|(_, sent)| sent);
    let view = viewer
        .read(move |db, standing| load(db, standing, &service, &slug, year, lang, sent.as_ref()))
        .await?;
    let mut title = format!("{} {year}: {}", lang.t("Åtgärdsplan", "Improvement plan"), view.case.unit.name);
    let mut status = StatusCode::OK;
    if fault.is_some() {
        title = format!("{}{title}", lang.t("Fel: ", "Error: "));
        status = StatusCode::UNPROCESSABLE_ENTITY;
    }
    let page = page_below(viewer, &view.case, &title);
    page_with(status, &PlanPage { page, lang, view, fault, longest: LONGEST_TEXT })
}

fn load(
    db: &mut Db,
    standing: &Standing,
    app: &App,
    slug: &str,
    year: i32,
    lang: Lang,
    sent: Option<&form::Form>,
) -> Result<View, Problem> {
    let case = cycles::store::find(db, standing, slug, year, Object::Plan, Deed::Read)?;
    let form = form_of(app, &case)?;
    let plan = view::plan(db, standing, &case)?;
    let result = results::store::newest(db, &case.id)?;
    let unmet = result.and_then(|result| result.scored.unmet_minimum).unwrap_or_default();
    let reference = case.reference();
    let may = |deed| standing.may(&reference, Object::Plan, deed);
    let submitted = plan.as_ref().is_some_and(|plan| plan.submitted_at.is_some());
    let accepted = plan.as_ref().is_some_and(|plan| plan.accepted_at.is_some());
    let signed = plan.as_ref().is_some_and(|plan| plan.signed_at.is_some());
    // Without a head of administration nobody signs.
    let unsigned = !signed && !cycles::recipients::administration(db, &case)?.is_empty();
    let waits = case.state == CaseState::Action && submitted && !accepted;
    let written_now = matches!(case.state, CaseState::Released | CaseState::Presented | CaseState::Action);
    let followed_now = matches!(case.state, CaseState::FollowUp | CaseState::InDepth);
    let today = local_day(app.clock.now());
    let actions: &[Action] = plan.as_ref().map_or(&[], |plan| plan.actions.as_slice());
    let covered = |id: &String| actions.iter().any(|action| action.planned.criterion.as_ref() == Some(id));
    let bare: Vec<String> = unmet.iter().filter(|id| !covered(id)).cloned().collect();
    let show = Show { form: &form, unmet: &unmet, bare: &bare, today, state: case.state, lang, sent };
    Ok(View {
        version: plan.as_ref().map_or(0, |plan| plan.version),
        stands: plan_stands(plan.as_ref(), case.plan_due, lang),
        needed: case.state == CaseState::Action && !submitted,
        actions: actions.iter().map(|action| show.action(action)).collect(),
        blank: show.blank(),
        bare,
        may_write: written_now && !submitted && may(Deed::Write),
        may_submit: written_now && !submitted && may(Deed::Submit),
        may_report: followed_now && may(Deed::Write),
        may_sign: waits && !signed && may(Deed::Sign),
        may_accept: waits && !unsigned && may(Deed::Decide),
        may_decide: waits && may(Deed::Decide),
        case,
    })
}

/// What actions are shown with.
struct Show<'a> {
    form: &'a Arc<Form>,
    unmet: &'a [String],
    bare: &'a [String],
    today: NaiveDate,
    state: CaseState,
    lang: Lang,
    sent: Option<&'a form::Form>,
}

impl Show<'_> {
    fn action(&self, action: &Action) -> ActionView {
        let progress = action.progress(self.today, self.state);
        let (tone, icon) = look(progress);
        let planned = &action.planned;
        let mut view = ActionView {
            id: action.id.to_string(),
            criterion: planned.criterion.clone().unwrap_or_default(),
            action: planned.action.clone(),
            owner: planned.owner.clone(),
            due: planned.due.to_string(),
            due_shown: text::date(planned.due, self.lang),
            done_on: action.done_on.map(|day| day.to_string()).unwrap_or_default(),
            note: action.note.clone(),
            tone,
            icon,
            state: progress.word(self.lang),
            ..ActionView::default()
        };
        self.typed(&mut view);
        view
    }

    fn blank(&self) -> ActionView {
        let criterion = self.bare.first().cloned().unwrap_or_default();
        let mut view = ActionView { criterion, ..ActionView::default() };
        self.typed(&mut view);
        view
    }

    /// Puts back what was sent and refused, and lists the criteria: unmet minimums first.
    fn typed(&self, view: &mut ActionView) {
        if let Some(sent) = self.sent.filter(|sent| sent.get("action-id").unwrap_or_default() == view.id) {
            for (name, value) in [
                ("criterion", &mut view.criterion),
                ("action", &mut view.action),
                ("owner", &mut view.owner),
                ("due", &mut view.due),
                ("done-on", &mut view.done_on),
                ("note", &mut view.note),
            ] {
                if let Some(typed) = sent.get(name) {
                    typed.clone_into(value);
                }
            }
            view.open = true;
        }
        let mut criteria: Vec<_> = self.form.criteria().map(|(_, criterion)| criterion).collect();
        criteria.sort_by_key(|criterion| !self.unmet.contains(&criterion.id));
        let listed = criteria.into_iter().map(|criterion| Choice {
            id: criterion.id.clone(),
            label: format!("{} {}", criterion.id, criterion.title.get(self.lang)),
            chosen: criterion.id == view.criterion,
        });
        let whole = self.lang.t("Enheten som helhet", "The unit as a whole");
        let none = Choice { id: String::new(), label: whole.to_owned(), chosen: view.criterion.is_empty() };
        view.choices = std::iter::once(none).chain(listed).collect();
    }
}

/// `POST /enhet/{unit}/{year}/atgardsplan`: `do` is `save`, `remove`, `submit`, `sign`, `accept`, `give-back` or `report`.
pub async fn write(app: Data<App>, viewer: Viewer, place: Place, sent: form::Form) -> Answer {
    let target = place.into_inner();
    let (service, (slug, year), form) = (app.get_ref().clone(), target.clone(), sent.clone());
    let done = viewer
        .act(move |act, standing| {
            let case = cycles::store::find(act.db, standing, &slug, year, Object::Plan, Deed::Read)?;
            does(act, standing, &service, &case, &form)
        })
        .await;
    match done {
        Ok(()) => {
            let path = format!("/enhet/{}/{}/atgardsplan", target.0, target.1);
            let notice = told(sent.get("do").unwrap_or_default(), viewer.lang);
            Ok(viewer.see_other(&path, Some(Notice::done(notice))))
        }
        Err(Refusal(problem)) if problem.kind == Kind::Invalid => {
            render(&app, &viewer, target, Some((problem, sent))).await
        }
        Err(refusal) => Err(refusal),
    }
}

fn does(
    act: &mut Act<'_>,
    standing: &Standing,
    app: &App,
    case: &Case,
    sent: &form::Form,
) -> Result<(), Problem> {
    let field = |name| sent.get(name).unwrap_or_default();
    let seen = field("version").parse().unwrap_or_default();
    let action = RowId::from_text(field("action-id"));
    match field("do") {
        "save" => {
            let planned = PlannedAction {
                criterion: Some(field("criterion").to_owned()).filter(|id| !id.is_empty()),
                action: field("action").replace("\r\n", "\n"),
                owner: field("owner").to_owned(),
                due: day(field("due")).ok_or_else(no_day)?,
            };
            let form = form_of(app, case)?;
            verbs::save_action(act, standing, &form, &case.id, seen, action.as_ref(), &planned).map(drop)
        }
        "remove" => {
            let action = action.ok_or_else(Problem::not_found)?;
            verbs::remove_action(act, standing, &case.id, seen, &action).map(drop)
        }
        "submit" => verbs::submit(act, standing, &case.id, seen).map(drop),
        "sign" => verbs::sign(act, standing, &case.id, seen).map(drop),
        "accept" => verbs::accept(act, standing, &case.id, seen).map(drop),
        "give-back" => verbs::give_back(act, standing, &case.id, field("reason")),
        "report" => {
            let action = action.ok_or_else(Problem::not_found)?;
            let done = field("done-on").trim();
            let done = if done.is_empty() { None } else { Some(day(done).ok_or_else(no_day)?) };
            verbs::report(act, standing, &case.id, &action, done, &field("note").replace("\r\n", "\n"))
        }
        _ => Err(Problem::not_found()),
    }
}

fn no_day() -> Problem {
    Problem::invalid("day_missing", "Skriv ett datum som 2026-12-31.", "Write a date such as 2026-12-31.")
}

fn told(done: &str, lang: Lang) -> &'static str {
    match done {
        "remove" => lang.t("Åtgärden är borttagen.", "The action is removed."),
        "submit" => lang.t(
            "Åtgärdsplanen är inlämnad. Förvaltningschefen skriver under den och samordnaren svarar med e-post.",
            "The improvement plan is submitted. The head of administration signs it and the coordinator answers by e-mail.",
        ),
        "sign" => lang.t(
            "Åtgärdsplanen är undertecknad. Samordnaren har fått mejl.",
            "The improvement plan is signed. The coordinator has been mailed.",
        ),
        "accept" => lang.t("Åtgärdsplanen är godkänd.", "The improvement plan is accepted."),
        "give-back" => lang.t("Enheten har fått tillbaka planen.", "The unit has the plan back."),
        "report" => lang.t("Uppföljningen är sparad.", "The follow-up is saved."),
        _ => lang.t("Åtgärden är sparad.", "The action is saved."),
    }
}
