//! What is told about a piece; after the submission, the way to a newer version of it.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use chrono::NaiveDate;

use super::super::{entered, form_of};
use super::piece::Piece;
use super::{PiecePath, place_of};
use crate::app::App;
use crate::assessments::evidence::{Details, Evidence, describe, store};
use crate::assessments::{editable, request_store};
use crate::cycles::Case;
use crate::identity::rights::{Deed, Object};
use crate::ids::EvidenceId;
use crate::problem::{FieldError, Kind, Problem};
use crate::text::{Lang, Text};
use crate::web::page::Notice;
use crate::web::respond::{Answer, Refusal, page_with};
use crate::web::{Page, Viewer, form};

#[derive(Template)]
#[template(path = "evidence/details.html")]
struct DetailsPage {
    page: Page,
    lang: Lang,
    at: String,
    piece: Piece,
    version: i32,
    typed: Typed,
    faults: Vec<(String, String)>,
    may_write: bool,
    may_supersede: bool,
    back: String,
}

/// The form as it was typed.
#[derive(Debug, Clone, Default)]
struct Typed {
    name: String,
    place: String,
    description: String,
    owner: String,
    valid_until: String,
}

impl Typed {
    fn of(piece: &Evidence) -> Typed {
        let details = piece.details.clone();
        Typed {
            name: piece.name.clone(),
            place: details.place,
            description: details.description,
            owner: details.owner,
            valid_until: details.valid_until.map(|day| day.to_string()).unwrap_or_default(),
        }
    }

    fn sent(sent: &form::Form) -> Typed {
        let field = |name: &str| sent.get(name).unwrap_or_default().trim().to_owned();
        Typed {
            name: field("name"),
            place: field("place"),
            description: field("description"),
            owner: field("owner"),
            valid_until: field("valid_until"),
        }
    }

    fn details(&self) -> Result<Details, Problem> {
        let valid_until = match self.valid_until.as_str() {
            "" => None,
            text => Some(text.parse::<NaiveDate>().map_err(|_| wrong_date())?),
        };
        let (place, description, owner) = (self.place.clone(), self.description.clone(), self.owner.clone());
        Ok(Details { place, description, owner, valid_until })
    }
}

fn wrong_date() -> Problem {
    let message = Text::new("Skriv datumet som 2027-12-31.", "Write the date as 2027-12-31.");
    let at = FieldError { pointer: "/valid_until".to_owned(), code: "date".to_owned(), message };
    Problem::invalid("invalid_values", "Datumet går inte att läsa.", "The date cannot be read.")
        .with_errors(vec![at])
}

/// `GET /enhet/{unit}/{year}/underlag/{id}/uppgifter`.
pub async fn show(app: Data<App>, viewer: Viewer, place: PiecePath) -> Answer {
    render(&app, &viewer, place.into_inner(), None).await
}

/// `POST /enhet/{unit}/{year}/underlag/{id}/uppgifter`.
pub async fn save(app: Data<App>, viewer: Viewer, place: PiecePath, sent: form::Form) -> Answer {
    let (slug, year, id) = place.into_inner();
    let typed = Typed::sent(&sent);
    let seen: i32 = sent.get("version").and_then(|text| text.parse().ok()).unwrap_or(0);
    let (service, unit, of, given) = (app.get_ref().clone(), slug.clone(), id.clone(), typed.clone());
    let saved = viewer
        .act(move |act, standing| {
            let (case, _, _) = entered(act.db, standing, &unit, year)?;
            let form = form_of(&service, &case)?;
            let told = (seen, given.name.as_str(), &given.details()?);
            let piece = describe::describe(act, standing, &form, &case.id, &EvidenceId::from(of), told)?;
            Ok(place_of(&form, &case.path(), &piece.criterion))
        })
        .await;
    match saved {
        Ok(back) => {
            let notice = Notice::done(viewer.t("Uppgifterna är sparade.", "The details are saved."));
            Ok(viewer.see_other(&back, Some(notice)))
        }
        Err(Refusal(problem)) if matches!(problem.kind, Kind::Invalid | Kind::Stale) => {
            render(&app, &viewer, (slug, year, id), Some((typed, problem))).await
        }
        Err(refusal) => Err(refusal),
    }
}

struct Found {
    case: Case,
    piece: Evidence,
    all: Vec<Evidence>,
    back: String,
    may_write: bool,
    may_supersede: bool,
}

async fn render(
    app: &App,
    viewer: &Viewer,
    (slug, year, id): (String, i32, String),
    refused: Option<(Typed, Problem)>,
) -> Answer {
    let (lang, service) = (viewer.lang, app.clone());
    let found = viewer
        .read(move |db, standing| {
            let (case, _, _) = entered(db, standing, &slug, year)?;
            let form = form_of(&service, &case)?;
            let all = store::of_case(db, &case.id)?;
            let id = EvidenceId::from(id);
            let piece = all.iter().find(|piece| piece.id == id).cloned().ok_or_else(Problem::not_found)?;
            let open: Vec<String> =
                request_store::returned(db, &case.id)?.into_iter().map(|(criterion, _)| criterion).collect();
            let (area, _) = form
                .criteria()
                .find(|(_, known)| known.id == piece.criterion)
                .ok_or_else(Problem::not_found)?;
            let may_write = editable::check(standing, &case, &area.id, &piece.criterion, &open).is_ok();
            let may_supersede = standing.may(&case.reference(), Object::LaterEvidence, Deed::Write)
                && editable::require_area(standing, &case, &area.id).is_ok()
                && piece.file().is_some()
                && !all.iter().any(|other| other.supersedes.as_ref() == Some(&piece.id));
            if !may_write && !may_supersede {
                return Err(Problem::not_found());
            }
            let back = if may_write {
                place_of(&form, &case.path(), &piece.criterion)
            } else {
                format!("{}/svar", case.path())
            };
            Ok(Found { case, piece, all, back, may_write, may_supersede })
        })
        .await?;
    let (status, typed, faults) = match refused {
        None => (StatusCode::OK, Typed::of(&found.piece), Vec::new()),
        Some((typed, problem)) if problem.kind == Kind::Stale => {
            (StatusCode::CONFLICT, typed, vec![(String::new(), stale(lang))])
        }
        Some((typed, problem)) => {
            let at = |error: FieldError| {
                (error.pointer.trim_start_matches('/').to_owned(), error.message.get(lang).to_owned())
            };
            (StatusCode::UNPROCESSABLE_ENTITY, typed, problem.errors.into_iter().map(at).collect())
        }
    };
    let mut title = found.piece.name.clone();
    if !faults.is_empty() {
        title = format!("{}{title}", lang.t("Fel: ", "Error: "));
    }
    let at = found.case.path();
    let shown = viewer
        .page(title)
        .under(lang.t("Mina uppgifter", "My tasks"), "/")
        .under(format!("{} {year}", found.case.unit.name), at.clone())
        .under(lang.t("Underlag", "Evidence"), format!("{at}/underlag"));
    page_with(
        status,
        &DetailsPage {
            page: shown,
            lang,
            piece: Piece::new(&found.piece, &found.all, &at, app.clock.now(), lang),
            at,
            version: found.piece.version,
            typed,
            faults,
            may_write: found.may_write,
            may_supersede: found.may_supersede,
            back: found.back,
        },
    )
}

fn stale(lang: Lang) -> String {
    lang.t(
        "En kollega har ändrat uppgifterna sedan du öppnade sidan. Det du skrev står kvar nedan; spara igen om det ska gälla.",
        "A colleague has changed the details since you opened the page. What you wrote stands below; save again if it is to count.",
    )
    .to_owned()
}

impl DetailsPage {
    /// What is wrong with a field, if anything.
    fn fault(&self, field: &str) -> Option<&str> {
        self.faults.iter().find(|(at, _)| at == field).map(|(_, text)| text.as_str())
    }
}
