//! The settlement of the two reviews: the discussion, one revision each, the joint summary and the signatures.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;

use super::conflict::{self, Clash, Differing};
use super::settle_view::SettleView;
use super::{Fault, Open, Place, declare_first, pairs, text_of, under_case, with_error};
use crate::app::App;
use crate::db::Act;
use crate::identity::standing::Standing;
use crate::problem::{Kind, Problem};
use crate::reviews::settle::{LONGEST_TEXT, close, revise, sign, write_message, write_summary};
use crate::reviews::{Level, view};
use crate::text::Lang;
use crate::web::page::Notice;
use crate::web::respond::{Answer, Refusal, page_with};
use crate::web::{Page, Viewer, form};

#[derive(Template)]
#[template(path = "review/settle.html")]
struct SettlePage {
    page: Page,
    lang: Lang,
    view: SettleView,
    fault: Option<Fault>,
    sent: Sent,
    most: usize,
    most_reason: usize,
    shortest_reason: usize,
}

/// What a form of the page sends; a page that was not sent holds nothing.
#[derive(Debug, Clone, Default)]
struct Sent {
    what: String,
    criterion: String,
    message: String,
    level: Option<Level>,
    reason: String,
    summary: String,
    version: i32,
}

impl Sent {
    fn read(sent: &form::Form) -> Sent {
        let text = |name: &str| text_of(sent.get(name).unwrap_or_default());
        Sent {
            what: text("what"),
            criterion: text("criterion"),
            message: text("message"),
            level: sent.get("level").and_then(|level| level.parse().ok()).and_then(Level::new),
            reason: text("reason"),
            summary: text("summary"),
            version: sent.get("version").and_then(|version| version.parse().ok()).unwrap_or_default(),
        }
    }

    /// Where on the page it was written.
    fn anchor(&self) -> String {
        match self.what.as_str() {
            "message" => format!("{}-message", self.criterion),
            "revise" if self.level.is_none() => format!("{}-level", self.criterion),
            "revise" => format!("{}-reason", self.criterion),
            "close" => self.criterion.clone(),
            _ => "summary".to_owned(),
        }
    }

    /// Whether it is a fault's: of this kind about this criterion.
    fn is(&self, what: &str, criterion: &str) -> bool {
        self.what == what && self.criterion == criterion
    }

    fn chosen(&self, criterion: &str, level: u8) -> bool {
        self.is("revise", criterion) && self.level.is_some_and(|chosen| chosen.number() == level)
    }
}

/// `GET /granska/{unit}/{year}/samsyn`.
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
    let view =
        viewer.read(move |db, standing| SettleView::load(db, standing, &service, &place, lang)).await?;
    let fault = refused.map(|problem| Fault {
        href: format!("#{}", sent.anchor()),
        text: problem.message.get(lang).to_owned(),
    });
    let title = format!("{}: {}", lang.t("Samsyn", "Settlement"), view.open.case.unit.name);
    let page = with_error(under_case(viewer.page(title), &view.open.case), fault.is_some());
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let rules = &view.open.form.rules;
    let (most_reason, shortest_reason) = (rules.reason_longest, rules.reason_shortest);
    page_with(
        status,
        &SettlePage { page, lang, view, fault, sent, most: LONGEST_TEXT, most_reason, shortest_reason },
    )
}

/// `POST /granska/{unit}/{year}/samsyn`.
pub async fn send(app: Data<App>, viewer: Viewer, place: Place, posted: form::Form) -> Answer {
    let place = place.into_inner();
    let sent = Sent::read(&posted);
    let (service, target, asked) = (app.get_ref().clone(), place.clone(), sent.clone());
    let done = viewer.act(move |act, standing| settle(act, standing, &service, &target, &asked)).await;
    match done {
        Ok(()) => {
            let at = if sent.criterion.is_empty() { String::new() } else { format!("#{}", sent.criterion) };
            let path = format!("/granska/{}/{}/samsyn{at}", place.0, place.1);
            Ok(viewer.see_other(&path, Some(Notice::done(said(&sent.what, viewer.lang)))))
        }
        Err(Refusal(problem)) if problem.kind == Kind::Stale => {
            stale(&app, &viewer, place, &sent, &posted).await
        }
        Err(Refusal(problem)) if matches!(problem.kind, Kind::Invalid | Kind::Conflict) => {
            render(&app, &viewer, place, Some(problem), sent).await
        }
        Err(refusal) => Err(refusal),
    }
}

fn settle(
    act: &mut Act<'_>,
    standing: &Standing,
    app: &App,
    (slug, year): &(String, i32),
    sent: &Sent,
) -> Result<(), Problem> {
    let open = Open::load(act.db, standing, app, slug, *year)?;
    let (form, case, criterion) = (&open.form, &open.case.id, sent.criterion.as_str());
    match sent.what.as_str() {
        "message" => write_message(act, standing, form, case, criterion, &sent.message),
        "revise" => {
            let level = sent
                .level
                .ok_or_else(|| Problem::invalid("level_missing", "Välj en nivå.", "Choose a level."))?;
            revise(act, standing, form, case, criterion, level, &sent.reason)
        }
        "close" => close(act, standing, form, case, criterion),
        "save" => summarise(act, standing, &open, sent).map(drop),
        "sign" => {
            let version = summarise(act, standing, &open, sent)?;
            sign(act, standing, form, case, version).map(drop)
        }
        _ => Err(Problem::not_found()),
    }
}

/// Saves the joint summary when it has changed, and tells its version.
fn summarise(act: &mut Act<'_>, standing: &Standing, open: &Open, sent: &Sent) -> Result<i32, Problem> {
    let there = view::settlement(act.db, standing, &open.form, &open.case)?.summary;
    if there.summary == sent.summary.trim() {
        return Ok(sent.version);
    }
    write_summary(act, standing, &open.case.id, sent.version, &sent.summary).map(|written| written.version)
}

fn said(what: &str, lang: Lang) -> &'static str {
    match what {
        "message" => lang.t("Meddelandet är skickat.", "The message is sent."),
        "revise" => lang.t("Din nivå är ändrad.", "Your level is changed."),
        "close" => lang.t("Du är klar med samtalet.", "You are done with the discussion."),
        "sign" => lang.t("Du har skrivit under samsynen.", "You have signed the settlement."),
        _ => lang.t("Sparat.", "Saved."),
    }
}

/// The other has changed the joint summary meanwhile.
async fn stale(app: &App, viewer: &Viewer, place: (String, i32), sent: &Sent, posted: &form::Form) -> Answer {
    let (lang, service) = (viewer.lang, app.clone());
    let (case, there, path) = viewer
        .read(move |db, standing| {
            let open = Open::load(db, standing, &service, &place.0, place.1)?;
            let there = view::settlement(db, standing, &open.form, &open.case)?.summary;
            let path = open.path();
            Ok((open.case, there, path))
        })
        .await?;
    let mut again = pairs(posted);
    conflict::replace(&mut again, "version", there.version);
    let clash = Clash {
        name: lang.t("Sammanfattande omdöme", "Joint summary").to_owned(),
        when: String::new(),
        differing: vec![Differing {
            label: lang.t("Text", "Text"),
            theirs: there.summary,
            yours: sent.summary.clone(),
        }],
    };
    conflict::show(viewer, &case, format!("{path}/samsyn"), vec![clash], again)
}
