//! The reader's own assignment: accept it, decline it, or leave it later.

use actix_web::http::StatusCode;
use askama::Template;
use serde::Deserialize;
use validator::Validate;

use super::{Place, seated, text_of, under_case, with_error};
use crate::clock::local_day;
use crate::cycles::Case;
use crate::cycles::state::CaseState;
use crate::db::Db;
use crate::identity::standing::{Party, Standing};
use crate::problem::{Kind, Problem};
use crate::reviews::{respond, store};
use crate::text;
use crate::text::Lang;
use crate::web::page::Notice;
use crate::web::respond::{Answer, Refusal, page_with};
use crate::web::{Page, Viewer, form};

#[derive(Template)]
#[template(path = "review/assignment.html")]
struct AssignmentPage {
    page: Page,
    lang: Lang,
    view: View,
    fault: Option<String>,
    reason: String,
}

struct View {
    case: Case,
    path: String,
    /// When the reader accepted.
    accepted: Option<String>,
    /// Whether leaving is declining.
    declines: bool,
    must_declare: bool,
}

/// Whether an assignment can be accepted, declined or left now.
pub(super) fn is_open(standing: &Standing, case: &Case) -> bool {
    let leaves = matches!(
        case.state,
        CaseState::Assigned | CaseState::Scoring | CaseState::Settling | CaseState::Further
    );
    let done = |party: Party, locked: bool| party == Party::Further && locked;
    leaves && standing.seat(&case.id).is_some_and(|seat| !done(seat.party, seat.locked))
}

/// Whether the reader's individual review has not begun, so that leaving is declining.
fn declines(db: &mut Db, standing: &Standing, case: &Case) -> Result<bool, Problem> {
    let seat = store::seat(db, &case.id, standing.id())?;
    let begun = !store::scores(db, std::slice::from_ref(&seat.id))?.is_empty();
    Ok(!begun && matches!(case.state, CaseState::Assigned | CaseState::Further))
}

/// `GET /granska/{unit}/{year}/uppdrag`.
pub async fn show(viewer: Viewer, place: Place) -> Answer {
    render(&viewer, place.into_inner(), None, String::new()).await
}

async fn render(viewer: &Viewer, place: (String, i32), fault: Option<String>, reason: String) -> Answer {
    let (slug, year) = place;
    let lang = viewer.lang;
    let view = viewer
        .read(move |db, standing| {
            let case = seated(db, standing, &slug, year)?;
            if !is_open(standing, &case) {
                return Err(Problem::not_found());
            }
            let seat = store::seat(db, &case.id, standing.id())?;
            Ok(View {
                path: case.review_path(),
                accepted: seat.accepted_at.map(|at| text::date(local_day(at), lang)),
                declines: declines(db, standing, &case)?,
                must_declare: standing.must_declare(&case.reference()).is_some(),
                case,
            })
        })
        .await?;
    let title = lang.t("Ditt uppdrag", "Your assignment");
    let page = with_error(under_case(viewer.page(title), &view.case), fault.is_some());
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page_with(status, &AssignmentPage { page, lang, view, fault, reason })
}

/// What the reader answers.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Answered {
    #[serde(rename = "do")]
    #[validate(length(max = 10))]
    deed: String,
    #[serde(default)]
    #[validate(length(max = 10_000))]
    reason: String,
}

/// `POST /granska/{unit}/{year}/uppdrag`.
pub async fn send(viewer: Viewer, place: Place, sent: form::Form) -> Answer {
    let (slug, year) = place.into_inner();
    let lang = viewer.lang;
    let Answered { deed, reason } = sent.read()?;
    let accepts = deed == "ja";
    let (unit, said) = (slug.clone(), text_of(&reason));
    let done = viewer
        .act(move |act, standing| {
            let case = seated(act.db, standing, &unit, year)?;
            if accepts {
                Ok((respond::accept(act, standing, &case.id)?, false))
            } else {
                let declined = declines(act.db, standing, &case)?;
                Ok((respond::leave(act, standing, &case.id, &said)?, declined))
            }
        })
        .await;
    match done {
        Ok((case, _)) if accepts => {
            let notice = Notice::done(lang.t(
                "Tack! Samordnaren ser att du har tackat ja.",
                "Thank you! The coordinator sees that you have accepted.",
            ));
            Ok(viewer.see_other(&case.review_path(), Some(notice)))
        }
        Ok((_, true)) => Ok(viewer.see_other(
            "/granska",
            Some(Notice::done(lang.t(
                "Du har tackat nej. Samordnaren har fått besked och frågar någon annan.",
                "You have declined. The coordinator is told and asks somebody else.",
            ))),
        )),
        Ok((_, false)) => Ok(viewer.see_other(
            "/granska",
            Some(Notice::done(lang.t(
                "Du har lämnat uppdraget. Samordnaren har fått besked och hittar någon annan.",
                "You have left the assignment. The coordinator is told and finds somebody else.",
            ))),
        )),
        Err(Refusal(problem)) if problem.kind == Kind::Invalid => {
            render(&viewer, (slug, year), Some(problem.message.get(lang).to_owned()), reason).await
        }
        Err(refusal) => Err(refusal),
    }
}
