//! The result on one page: unmet minimums, outcome, profile, every number with its sentence, what would have changed the
//! outcome, history, documents.

use actix_web::web::{Data, Query};
use askama::Template;

use super::shown::{Complete, complete};
use super::{Found, Version, found_version, page_about};
use crate::app::App;
use crate::cycles::Case;
use crate::db::Db;
use crate::identity::standing::Standing;
use crate::problem::Problem;
use crate::reports::gather;
use crate::text::Lang;
use crate::web::pages::unit::Place;
use crate::web::respond::{Answer, page};
use crate::web::{Page, Viewer};

#[derive(Template)]
#[template(path = "result/show.html")]
pub(in crate::web::pages) struct ResultPage {
    pub page: Page,
    pub lang: Lang,
    pub view: Complete,
    /// Who will see it so, when it is shown before the release.
    pub recipients: Vec<Recipient>,
}

/// Somebody whose view can be chosen.
pub(in crate::web::pages) struct Recipient {
    pub word: &'static str,
    pub href: String,
    pub chosen: bool,
}

#[derive(Template)]
#[template(path = "result/open.html")]
struct OpenPage {
    page: Page,
    lang: Lang,
    open: Vec<(String, &'static str)>,
}

enum View {
    /// Everything is settled.
    Complete(Box<Complete>),
    /// Criteria that wait for somebody.
    Open(Box<Case>, Vec<(String, &'static str)>),
}

/// `GET /enhet/{unit}/{year}/resultat?version=1`.
pub async fn show(app: Data<App>, viewer: Viewer, place: Place, asked: Query<Version>) -> Answer {
    let place = place.into_inner();
    let lang = viewer.lang;
    let version = asked.version;
    let view = viewer.read(move |db, standing| load(db, standing, &app, &place, version, lang)).await?;
    let title = |case: &Case| format!("{} {}: {}", lang.t("Resultat", "Result"), case.year, case.unit.name);
    match view {
        View::Complete(view) => {
            let shown = page_about(&viewer, &view.case, &title(&view.case));
            page(&ResultPage { page: shown, lang, view: *view, recipients: Vec::new() })
        }
        View::Open(case, open) => {
            page(&OpenPage { page: page_about(&viewer, &case, &title(&case)), lang, open })
        }
    }
}

fn load(
    db: &mut Db,
    standing: &Standing,
    app: &App,
    (slug, year): &(String, i32),
    version: Option<i32>,
    lang: Lang,
) -> Result<View, Problem> {
    let found = found_version(db, standing, app, (slug, *year), version)?;
    if !found.result.scored.is_final {
        let open = found.result.scored.open.iter().map(|id| waits(&found, id, lang)).collect();
        return Ok(View::Open(Box::new(found.case), open));
    }
    Ok(View::Complete(Box::new(complete(db, standing, app, found, lang)?)))
}

/// A criterion that waits, and for what.
fn waits(found: &Found, id: &str, lang: Lang) -> (String, &'static str) {
    let title = found.form.criterion(id).map(|criterion| criterion.title.get(lang)).unwrap_or_default();
    let state = found.result.scored.criteria.get(id).map(|result| gather::state(result.state, lang));
    (format!("{id} {title}"), state.unwrap_or_default())
}
