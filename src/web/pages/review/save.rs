//! Saving a page of scores: by the script as they are set, or by the buttons.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use super::area::{Asked, render};
use super::{Open, conflict, pairs, text_of};
use crate::app::App;
use crate::db::Act;
use crate::identity::standing::Standing;
use crate::problem::{Kind, Problem};
use crate::reviews::score::{self, Draft};
use crate::reviews::{Score, Scored};
use crate::text;
use crate::web::page::Notice;
use crate::web::respond::{Answer, Refusal};
use crate::web::{Viewer, form};

/// What came of a save.
struct Saved {
    versions: BTreeMap<String, i32>,
    /// Criteria called not applicable without a reason: not saved.
    refused: BTreeMap<String, Draft>,
}

/// `POST /granska/{unit}/{year}/{area}`: saves every criterion that the form holds and that has changed, each over the
/// version it was read at.
///
/// The script's saving (`X-Autosave`) is answered with the new versions as JSON; the buttons with a way on.
pub async fn save(
    app: Data<App>,
    viewer: Viewer,
    place: Path<(String, i32, String)>,
    sent: form::Form,
) -> Answer {
    let place = place.into_inner();
    let (service, target, sent_pairs) = (app.get_ref().clone(), place.clone(), pairs(&sent));
    let by_script = viewer.autosave;
    let saved = viewer
        .act(move |act, standing| save_all(act, standing, &service, &target, &sent_pairs, by_script))
        .await;
    match saved {
        Ok(saved) if by_script => {
            let at = text::clock_time(app.clock.now(), viewer.lang);
            Ok(HttpResponse::Ok().json(serde_json::json!({ "versions": saved.versions, "saved_at": at })))
        }
        Ok(saved) if !saved.refused.is_empty() => {
            let (slug, year, area) = place;
            render(&app, &viewer, Asked { slug, year, area, faults: false, typed: saved.refused }).await
        }
        Ok(_) => next(&app, &viewer, place, &sent).await,
        Err(Refusal(problem)) if problem.kind == Kind::Stale && !by_script => {
            conflict::scores(&app, &viewer, place, &sent).await
        }
        Err(refusal) => Err(refusal),
    }
}

fn save_all(
    act: &mut Act<'_>,
    standing: &Standing,
    app: &App,
    (slug, year, area): &(String, i32, String),
    pairs: &[(String, String)],
    by_script: bool,
) -> Result<Saved, Problem> {
    let open = Open::load(act.db, standing, app, slug, *year)?;
    let mut saved = Saved { versions: BTreeMap::new(), refused: BTreeMap::new() };
    for (criterion, seen, mut draft) in drafts(&open, area, pairs) {
        let there = open.own.scores.get(criterion);
        let asks = draft.score == Some(Score::NotApplicable)
            && there.and_then(|there| there.first) != Some(Score::NotApplicable);
        if asks && by_script {
            // The coordinator is asked when the reviewer says so with the button, never in the middle of a sentence.
            draft.score = there.and_then(|there| there.first);
        } else if asks && draft.reason.trim().is_empty() {
            saved.refused.insert(criterion.to_owned(), draft);
            continue;
        }
        if is_same(there, &draft) {
            // Also after a saving whose answer was lost: the page learns the version that it made.
            saved.versions.extend(there.map(|there| (criterion.to_owned(), there.version)));
            continue;
        }
        let scored = score::save(act, standing, &open.form, &open.case.id, criterion, seen, &draft)?;
        saved.versions.insert(criterion.to_owned(), scored.version);
    }
    Ok(saved)
}

/// The criteria of an area that a form holds, each with the version it was made from and what was typed.
pub(super) fn drafts<'a>(
    open: &'a Open,
    area: &str,
    pairs: &[(String, String)],
) -> Vec<(&'a str, i32, Draft)> {
    let value = |name: String| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str());
    let own = open
        .form
        .criteria()
        .filter(|(of, criterion)| of.id == area && open.own.criteria.contains(&criterion.id));
    own.filter_map(|(_, criterion)| {
        let id = criterion.id.as_str();
        let seen = value(format!("version.{id}"))?.parse().ok()?;
        let draft = Draft {
            score: value(format!("{id}.score")).and_then(Score::from_text),
            reason: text_of(value(format!("{id}.reason")).unwrap_or_default()),
        };
        Some((id, seen, draft))
    })
    .collect()
}

/// Whether a draft is what is saved already.
pub(super) fn is_same(there: Option<&Scored>, draft: &Draft) -> bool {
    match there {
        None => draft.score.is_none() && draft.reason.is_empty(),
        Some(there) => there.first == draft.score && there.reason == draft.reason,
    }
}

/// After a save: the same page, the next area, or the page to lock.
async fn next(
    app: &App,
    viewer: &Viewer,
    (slug, year, area): (String, i32, String),
    sent: &form::Form,
) -> Answer {
    let path = format!("/granska/{slug}/{year}");
    let notice = Notice::done(viewer.t("Sparat.", "Saved."));
    if sent.get("do") != Some("next") {
        return Ok(viewer.see_other(&format!("{path}/{area}"), Some(notice)));
    }
    let (service, at) = (app.clone(), area.clone());
    let following = viewer
        .read(move |db, standing| {
            let open = Open::load(db, standing, &service, &slug, year)?;
            let own = |area: &&crate::forms::Area| {
                area.criteria.iter().any(|criterion| open.own.criteria.contains(&criterion.id))
            };
            let mut after = open.form.areas.iter().skip_while(|area| area.id != at).skip(1);
            Ok(after.find(own).map(|area| area.id.clone()))
        })
        .await?;
    Ok(viewer.see_other(&format!("{path}/{}", following.as_deref().unwrap_or("las")), Some(notice)))
}
