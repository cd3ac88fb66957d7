//! The declaration of conflict of interest: before any content, again before the settlement, and at any time when one
//! arises. Reviewers, coordinators and members of the coordination group report here, from every page about the case.

use actix_web::http::StatusCode;
use askama::Template;

use super::assignment::is_open;
use super::{Place, text_of, under_case, with_error};
use crate::cycles::{self, Case};
use crate::db::Db;
use crate::identity::GrantedRole;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::{Stage, Standing};
use crate::identity::store as people;
use crate::problem::{Kind, Problem};
use crate::reviews::conflict::{Stated, declare, grounds};
use crate::text::Lang;
use crate::web::page::Notice;
use crate::web::pages::coordinator;
use crate::web::pages::result::page_about;
use crate::web::respond::{Answer, Refusal, page_with};
use crate::web::{Page, Viewer, form};

/// What is sent for «no conflict of interest», beside the grounds' ids.
const FREE: &str = "free";

#[derive(Template)]
#[template(path = "review/declare.html")]
struct DeclarePage {
    page: Page,
    lang: Lang,
    view: Declare,
    statement: String,
    fault: Option<String>,
    words: String,
}

struct Declare {
    case: Case,
    path: String,
    heads: String,
    stage: Option<Stage>,
    part: Part,
    /// Where the reader goes back to.
    back: String,
    grounds: Vec<Choice>,
    /// Whom to ask for another coordinator, when nobody else could coordinate the case.
    administrators: Option<String>,
    /// Whether the assignment can be declined or left.
    may_leave: bool,
}

/// What the person is to the case.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Has a seat.
    Reviews,
    /// Coordinates it.
    Coordinates,
    /// Has a voice in the group.
    Speaks,
}

impl Part {
    fn of(standing: &Standing, case: &Case) -> Part {
        if standing.seat(&case.id).is_some() {
            Part::Reviews
        } else if standing.may(&case.reference(), Object::Case, Deed::Decide) {
            Part::Coordinates
        } else {
            Part::Speaks
        }
    }
}

struct Choice {
    id: &'static str,
    text: &'static str,
    source: String,
}

/// `GET /granska/{unit}/{year}/jav`.
pub async fn show(viewer: Viewer, place: Place) -> Answer {
    render(&viewer, place.into_inner(), None, String::new()).await
}

async fn render(viewer: &Viewer, place: (String, i32), fault: Option<String>, words: String) -> Answer {
    let (slug, year) = place;
    let lang = viewer.lang;
    let view = viewer.read(move |db, standing| load(db, standing, &slug, year, lang)).await?;
    let title = match view.stage {
        Some(_) => lang.t("Ta ställning till jäv", "Declare conflict of interest"),
        None => lang.t("Anmäl jäv", "Report a conflict of interest"),
    };
    let page = match view.part {
        Part::Reviews => under_case(viewer.page(title), &view.case),
        Part::Coordinates => coordinator::under_case(viewer.page(title), &view.case),
        Part::Speaks => page_about(viewer, &view.case, title),
    };
    let page = with_error(page, fault.is_some());
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let statement = grounds::statement().get(lang).to_owned();
    page_with(status, &DeclarePage { page, lang, view, statement, fault, words })
}

fn load(db: &mut Db, standing: &Standing, slug: &str, year: i32, lang: Lang) -> Result<Declare, Problem> {
    let case = reportable(db, standing, slug, year)?;
    let heads = people::heads_of(db, &case.unit.id)?;
    let names: Vec<String> = people::people_by_id(db, &heads)?.into_iter().map(|head| head.name).collect();
    let choice = |ground: &'static grounds::Ground| Choice {
        id: ground.id,
        text: ground.text(lang),
        source: format!("{} {}", ground.law, ground.paragraph),
    };
    let part = Part::of(standing, &case);
    let administrators =
        if declare::leaves_nobody(db, standing, &case)? { Some(administrators(db)?) } else { None };
    Ok(Declare {
        path: case.review_path(),
        heads: names.join(", "),
        stage: standing.must_declare(&case.reference()),
        back: match part {
            Part::Reviews => "/granska".to_owned(),
            Part::Coordinates => case.coordination_path(),
            Part::Speaks => overview(&case),
        },
        administrators,
        part,
        grounds: grounds::open_to(standing.person.organisation).map(choice).collect(),
        may_leave: is_open(standing, &case),
        case,
    })
}

/// The administrators by name.
fn administrators(db: &mut Db) -> Result<String, Problem> {
    let all = people::holders(db, GrantedRole::Administrator, None)?;
    let names: Vec<String> = people::people_by_id(db, &all)?.into_iter().map(|person| person.name).collect();
    Ok(names.join(", "))
}

fn overview(case: &Case) -> String {
    format!("/oversikt?ar={}", case.year)
}

/// Where a person goes for whom the case does not exist any more, and what they are told.
fn away(viewer: &Viewer, case: &Case, leaves_nobody: bool) -> (String, &'static str) {
    match Part::of(viewer.standing(), case) {
        Part::Coordinates if leaves_nobody => (format!("/cykel/{}", case.year), viewer.t(
            "Din anmälan om jäv är sparad. Du ser inte längre ärendet. Ingen annan samordnare kan handlägga det: administratörerna \
             har fått mejl om att utse en till, som också prövar jävet.",
            "Your report of a conflict of interest is saved. You no longer see the case. No other coordinator can deal with it: the \
             administrators have been mailed to appoint another, who also decides about the conflict.",
        )),
        Part::Coordinates => (format!("/cykel/{}", case.year), viewer.t(
            "Din anmälan om jäv är skickad till de andra samordnarna. Du ser inte längre ärendet.",
            "Your report of a conflict of interest is sent to the other coordinators. You no longer see the case.",
        )),
        part => (if part == Part::Reviews { "/granska".to_owned() } else { overview(case) }, viewer.t(
            "Din anmälan om jäv är skickad till samordnaren. Du ser inte längre ärendet.",
            "Your report of a conflict of interest is sent to the coordinator. You no longer see the case.",
        )),
    }
}

/// A case that the reader judges, coordinates or has a voice about, whether it is open to them yet or not.
fn reportable(db: &mut Db, standing: &Standing, slug: &str, year: i32) -> Result<Case, Problem> {
    let case = cycles::store::find_unchecked(db, slug, year)?;
    declare::may_declare(standing, &case).then_some(case).ok_or_else(Problem::not_found)
}

/// `POST /granska/{unit}/{year}/jav`.
pub async fn send(viewer: Viewer, place: Place, sent: form::Form) -> Answer {
    let (slug, year) = place.into_inner();
    let lang = viewer.lang;
    let words = text_of(sent.get("words").unwrap_or_default());
    let Some(ground) = sent.get("ground").map(str::to_owned) else {
        let fault = lang.t("Välj det som stämmer.", "Choose what is true.").to_owned();
        return render(&viewer, (slug, year), Some(fault), words).await;
    };
    let conflict = ground != FREE;
    let stated = conflict.then(|| Stated { ground, words: words.clone() });
    let unit = slug.clone();
    let declared = viewer
        .act(move |act, standing| {
            let case = reportable(act.db, standing, &unit, year)?;
            let leaves_nobody = declare::leaves_nobody(act.db, standing, &case)?;
            Ok((declare::declare(act, standing, &case.id, stated.as_ref())?, leaves_nobody))
        })
        .await;
    match declared {
        Ok((case, leaves_nobody)) if conflict => {
            let (to, told) = away(&viewer, &case, leaves_nobody);
            Ok(viewer.see_other(&to, Some(Notice::done(told))))
        }
        Ok((case, _)) => {
            let notice = Notice::done(lang.t("Ditt besked om jäv är sparat.", "Your declaration is saved."));
            let reviews = viewer.standing().seat(&case.id).is_some();
            let on = if reviews { case.review_path() } else { format!("{}/resultat", case.path()) };
            Ok(viewer.see_other(&on, Some(notice)))
        }
        Err(Refusal(problem)) if problem.kind == Kind::Invalid => {
            render(&viewer, (slug, year), Some(problem.message.get(lang).to_owned()), words).await
        }
        Err(refusal) => Err(refusal),
    }
}
