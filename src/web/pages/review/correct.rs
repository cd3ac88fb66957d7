//! After the fact check: the unit's comments, their answers, and one correction of the own level with a reason.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;

use super::criterion::{Value, score_value};
use super::{
    Fault, LevelChoice, Open, Place, area_of, declare_first, scale, text_of, under_case, with_error,
};
use crate::app::App;
use crate::cycles::state::CaseState;
use crate::db::{Act, Db};
use crate::identity::standing::Standing;
use crate::identity::store::names;
use crate::problem::{Kind, Problem};
use crate::results::fact_check::{LONGEST_TEXT, answer};
use crate::results::{FactComment, view};
use crate::reviews::correct::correct;
use crate::reviews::{Level, Scored};
use crate::scoring::CriterionState;
use crate::text::{self, Lang};
use crate::web::page::Notice;
use crate::web::respond::{Answer, Refusal, page_with};
use crate::web::{Page, Viewer, form};

#[derive(Template)]
#[template(path = "review/correct.html")]
struct CorrectPage {
    page: Page,
    lang: Lang,
    view: CorrectView,
    fault: Option<Fault>,
    sent: Sent,
    most: usize,
}

struct CorrectView {
    open: Open,
    path: String,
    waits_until: Option<String>,
    comments: Vec<CommentView>,
}

struct CommentView {
    id: String,
    area: String,
    title: String,
    comment: String,
    when: String,
    answer: Option<(String, String)>,
    own: Option<Scored>,
    own_score: Value,
    may_correct: bool,
    scale: Vec<LevelChoice>,
}

/// What a form of the page sends; a page that was not sent holds nothing.
#[derive(Debug, Clone, Default)]
struct Sent {
    what: String,
    criterion: String,
    answer: String,
    level: Option<Level>,
    reason: String,
}

impl Sent {
    fn read(sent: &form::Form) -> Sent {
        let text = |name: &str| text_of(sent.get(name).unwrap_or_default());
        Sent {
            what: text("what"),
            criterion: text("criterion"),
            answer: text("answer"),
            level: sent.get("level").and_then(|level| level.parse().ok()).and_then(Level::new),
            reason: text("reason"),
        }
    }

    fn anchor(&self) -> String {
        let part = match self.what.as_str() {
            "answer" => "answer",
            _ if self.level.is_none() => "level",
            _ => "reason",
        };
        format!("{}-{part}", self.criterion)
    }

    fn is(&self, what: &str, criterion: &str) -> bool {
        self.what == what && self.criterion == criterion
    }

    fn chosen(&self, criterion: &str, level: u8) -> bool {
        self.is("correct", criterion) && self.level.is_some_and(|chosen| chosen.number() == level)
    }
}

/// `GET /granska/{unit}/{year}/ratta`.
pub async fn show(app: Data<App>, viewer: Viewer, place: Place) -> Answer {
    let (slug, year) = place.into_inner();
    if let Some(way) = declare_first(&viewer, &slug, year).await? {
        return Ok(way);
    }
    render(&app, &viewer, (slug, year), None, Sent::default()).await
}

async fn render(
    app: &App,
    viewer: &Viewer,
    place: (String, i32),
    refused: Option<Problem>,
    sent: Sent,
) -> Answer {
    let (lang, service) = (viewer.lang, app.clone());
    let view = viewer.read(move |db, standing| load(db, standing, &service, &place, lang)).await?;
    let fault = refused.map(|problem| Fault {
        href: format!("#{}", sent.anchor()),
        text: problem.message.get(lang).to_owned(),
    });
    let title = lang.t("Enhetens synpunkter på fakta", "The unit's comments on facts");
    let page = with_error(under_case(viewer.page(title), &view.open.case), fault.is_some());
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page_with(status, &CorrectPage { page, lang, view, fault, sent, most: LONGEST_TEXT })
}

fn load(
    db: &mut Db,
    standing: &Standing,
    app: &App,
    (slug, year): &(String, i32),
    lang: Lang,
) -> Result<CorrectView, Problem> {
    let open = Open::load(db, standing, app, slug, *year)?;
    let comments = view::fact_comments(db, standing, &open.case)?;
    // What the unit writes is its own until it is sent.
    let waits = open.case.state == CaseState::FactCheck;
    let result = view::result(db, standing, &open.form, &open.case)?;
    let names: BTreeMap<_, _> = names(db)?;
    let shown = comments.iter().filter(|_| !waits).map(|one| {
        let who = |(text, by, at): &(String, _, _)| {
            let by = names.get(by).map(String::as_str).unwrap_or_default();
            (text.clone(), format!("{by}, {}", text::moment(*at, lang)))
        };
        let settled = result.scored.criteria.get(&one.criterion).map(|criterion| criterion.state);
        comment_view(&open, one, one.answer.as_ref().map(who), settled, lang)
    });
    Ok(CorrectView {
        comments: shown.collect(),
        waits_until: open.case.fact_check_due.filter(|_| waits).map(|due| text::moment(due, lang)),
        path: open.path(),
        open,
    })
}

fn comment_view(
    open: &Open,
    one: &FactComment,
    answer: Option<(String, String)>,
    settled: Option<CriterionState>,
    lang: Lang,
) -> CommentView {
    let criterion = open.form.criterion(&one.criterion);
    let own = open.own.scores.get(&one.criterion).cloned();
    let level = own.as_ref().and_then(|own| own.first?.level());
    let counts = !matches!(settled, Some(CriterionState::NotApplicable | CriterionState::Missing));
    CommentView {
        id: one.criterion.clone(),
        area: area_of(&open.form, &one.criterion).to_owned(),
        title: criterion.map_or_else(String::new, |criterion| criterion.title.get(lang).to_owned()),
        comment: one.comment.clone(),
        when: text::moment(one.written_at, lang),
        answer,
        own_score: score_value(own.as_ref().and_then(|own| own.first)),
        may_correct: open.case.state == CaseState::Commented
            && counts
            && level.is_some()
            && own.as_ref().is_some_and(|own| own.corrected.is_none()),
        scale: criterion.map_or_else(Vec::new, |criterion| scale(&open.form, criterion, None, lang)),
        own,
    }
}

/// `POST /granska/{unit}/{year}/ratta`.
pub async fn send(app: Data<App>, viewer: Viewer, place: Place, posted: form::Form) -> Answer {
    let place = place.into_inner();
    let sent = Sent::read(&posted);
    let (service, target, asked) = (app.get_ref().clone(), place.clone(), sent.clone());
    let done = viewer.act(move |act, standing| apply(act, standing, &service, &target, &asked)).await;
    match done {
        Ok(said) => {
            let path = format!("/granska/{}/{}/ratta#{}", place.0, place.1, sent.criterion);
            Ok(viewer.see_other(&path, Some(Notice::done(viewer.t(said.0, said.1)))))
        }
        Err(Refusal(problem)) if matches!(problem.kind, Kind::Invalid | Kind::Conflict) => {
            render(&app, &viewer, place, Some(problem), sent).await
        }
        Err(refusal) => Err(refusal),
    }
}

/// What a form asks for, and what to say when it is done.
fn apply(
    act: &mut Act<'_>,
    standing: &Standing,
    app: &App,
    (slug, year): &(String, i32),
    sent: &Sent,
) -> Result<(&'static str, &'static str), Problem> {
    let open = Open::load(act.db, standing, app, slug, *year)?;
    let (form, case, criterion) = (&open.form, &open.case.id, sent.criterion.as_str());
    match sent.what.as_str() {
        "answer" => {
            answer(act, standing, case, criterion, &sent.answer)?;
            Ok(("Svaret är sparat.", "The answer is saved."))
        }
        "correct" => {
            let level = sent
                .level
                .ok_or_else(|| Problem::invalid("level_missing", "Välj en nivå.", "Choose a level."))?;
            let state = correct(act, standing, form, case, criterion, level, &sent.reason)?;
            Ok(match state {
                CriterionState::NeedsFurther => (
                    "Din nivå är rättad. Nivåerna är nu så långt isär att en ytterligare granskare behövs.",
                    "Your level is corrected. The levels are now so far apart that a further reviewer is needed.",
                ),
                _ => ("Din nivå är rättad.", "Your level is corrected."),
            })
        }
        _ => Err(Problem::not_found()),
    }
}
