//! Saving a page of levels: by the script as they are set, or by the buttons.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use super::area::{Asked, render};
use super::form_of;
use super::list::find;
use crate::app::App;
use crate::calibration::score::{self, Draft};
use crate::db::Act;
use crate::forms::Form;
use crate::identity::standing::Standing;
use crate::problem::{Kind, Problem};
use crate::reviews::Score;
use crate::text;
use crate::web::page::Notice;
use crate::web::respond::{Answer, Refusal};
use crate::web::{Form as Sent, Viewer};

/// What was sent of one criterion: over which version, and what.
type Drafts = BTreeMap<String, (i32, Draft)>;

/// `POST /ovning/{case}/{area}`: saves every criterion that the form holds and that has changed, each over the version it was
/// read at. The script is answered with the new versions as JSON; the buttons with a way on.
pub async fn save(app: Data<App>, viewer: Viewer, place: Path<(String, String)>, sent: Sent) -> Answer {
    let (address, area) = place.into_inner();
    let (service, at) = (app.get_ref().clone(), address.clone());
    let drafts = read(&sent);
    let typed: BTreeMap<String, Draft> =
        drafts.iter().map(|(id, (_, draft))| (id.clone(), draft.clone())).collect();
    let saved = viewer.act(move |act, standing| save_all(act, standing, &service, &at, &drafts)).await;
    match saved {
        Ok(versions) if viewer.autosave => {
            let at = text::clock_time(app.clock.now(), viewer.lang);
            Ok(HttpResponse::Ok().json(serde_json::json!({ "versions": versions, "saved_at": at })))
        }
        Ok(_) => next(&app, &viewer, (address, area), &sent).await,
        Err(Refusal(problem)) if !viewer.autosave && matches!(problem.kind, Kind::Stale | Kind::Invalid) => {
            render(&app, &viewer, Asked { address, area, refused: Some(problem), typed }).await
        }
        Err(refusal) => Err(refusal),
    }
}

/// What a form holds.
fn read(sent: &Sent) -> Drafts {
    let draft = |(name, seen): (&str, &str)| {
        let id = name.strip_prefix("version.")?;
        let score = sent.get(&format!("{id}.score")).and_then(Score::from_text);
        let reason = sent.get(&format!("{id}.reason")).unwrap_or_default().replace("\r\n", "\n");
        Some((id.to_owned(), (seen.parse().ok()?, Draft { score, reason })))
    };
    sent.pairs().filter_map(draft).collect()
}

fn save_all(
    act: &mut Act<'_>,
    standing: &Standing,
    app: &App,
    address: &str,
    drafts: &Drafts,
) -> Result<BTreeMap<String, i32>, Problem> {
    let own = find(act.db, standing, address)?;
    let form = form_of(app, &own.round)?;
    let mut versions = BTreeMap::new();
    for (criterion, (seen, draft)) in drafts {
        let there = own.scores.get(criterion);
        let same = there.map_or_else(
            || draft.score.is_none() && draft.reason.is_empty(),
            |there| there.score == draft.score && there.reason == draft.reason,
        );
        if same {
            // Also after a saving whose answer was lost: the page learns the version that it made.
            versions.extend(there.map(|there| (criterion.clone(), there.version)));
            continue;
        }
        let place = (own.case.year, own.case.number, criterion.as_str());
        let saved = score::save(act, standing, &form, place, *seen, draft)?;
        versions.insert(criterion.clone(), saved.version);
    }
    Ok(versions)
}

/// After a save: the same page, the next area, or the page to lock.
async fn next(app: &App, viewer: &Viewer, (address, area): (String, String), sent: &Sent) -> Answer {
    let notice = Notice::done(viewer.t("Sparat.", "Saved."));
    if sent.get("do") != Some("next") {
        return Ok(viewer.see_other(&format!("/ovning/{address}/{area}"), Some(notice)));
    }
    let (service, at) = (app.clone(), address.clone());
    let form = viewer.read(move |db, standing| form_of(&service, &find(db, standing, &at)?.round)).await?;
    let following = following(&form, &area).unwrap_or("las");
    Ok(viewer.see_other(&format!("/ovning/{address}/{following}"), Some(notice)))
}

fn following<'a>(form: &'a Form, area: &str) -> Option<&'a str> {
    let mut after = form.areas.iter().skip_while(|one| one.id != area).skip(1);
    after.next().map(|area| area.id.as_str())
}
