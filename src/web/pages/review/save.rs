//! Saving a page of scores: by the script as they are set, or by the buttons.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;

use super::area::{Asked, render};
use super::{Open, conflict, pairs, text_of};
use crate::app::App;
use crate::db::Act;
use crate::identity::standing::Standing;
use crate::problem::{Kind, Problem};
use crate::reviews::score::{self, Draft};
use crate::reviews::{Score, Scored};
use crate::text::{self, Lang};
use crate::web::page::Notice;
use crate::web::respond::{Answer, Refusal};
use crate::web::{Viewer, form};

/// What came of a save.
#[derive(Default)]
struct Saved {
    versions: BTreeMap<String, i32>,
    /// Criteria that were saved elsewhere meanwhile: not saved, and both texts are there.
    stale: Vec<String>,
    /// What the saving changes on the page, by the name of the place.
    parts: BTreeMap<String, String>,
    /// Criteria called not applicable without a reason: not saved.
    refused: BTreeMap<String, Draft>,
}

/// Whether a criterion is done.
#[derive(Template)]
#[template(path = "review/tag.html")]
struct TagPart {
    complete: bool,
    given: bool,
    lang: Lang,
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
    let (by_script, lang) = (viewer.autosave, viewer.lang);
    let saved = viewer
        .act(move |act, standing| {
            let mut saved = save_all(act, standing, &service, &target, &sent_pairs, by_script)?;
            if by_script {
                let open = Open::load(act.db, standing, &service, &target.0, target.1)?;
                saved.parts = parts(&open, &target.2, &saved.versions, lang)?;
            }
            Ok(saved)
        })
        .await;
    match saved {
        Ok(saved) if by_script => {
            let at = text::clock_time(app.clock.now(), viewer.lang);
            Ok(HttpResponse::Ok().json(serde_json::json!({
                "versions": saved.versions, "stale": saved.stale, "parts": saved.parts, "saved_at": at,
            })))
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
    let mut saved = Saved::default();
    for (criterion, seen, mut draft) in drafts(&open, area, pairs) {
        let there = open.own.scores.get(criterion);
        let asks = draft.score == Some(Score::NotApplicable)
            && there.and_then(|there| there.first) != Some(Score::NotApplicable);
        if asks && by_script {
            // The coordinator is asked when the reviewer says so with the button, never in the middle of a sentence.
            draft.score = there.and_then(|there| there.first);
        } else if asks && keeps_saved(pairs, criterion) {
            continue;
        } else if asks && draft.reason.trim().is_empty() {
            saved.refused.insert(criterion.to_owned(), draft);
            continue;
        }
        if is_same(there, &draft) {
            // Also after a saving whose answer was lost: the page learns the version that it made.
            saved.versions.extend(there.map(|there| (criterion.to_owned(), there.version)));
            continue;
        }
        let mut save = |seen, draft: &Draft| {
            score::save(act, standing, &open.form, &open.case.id, criterion, seen, draft)
        };
        match save(seen, &draft) {
            // Nothing was written: what else the page sent is saved, and the script asks the writer about this one.
            Err(problem) if problem.kind == Kind::Stale && by_script => {
                saved.stale.push(criterion.to_owned());
            }
            Err(problem) => return Err(problem),
            Ok(scored) => {
                let kept = there.filter(|_| keeps_saved(pairs, criterion));
                let back = kept.map(|there| Draft { score: there.first, reason: there.reason.clone() });
                let scored = back.map_or(Ok(scored.clone()), |back| save(scored.version, &back))?;
                saved.versions.insert(criterion.to_owned(), scored.version);
            }
        }
    }
    if saved.versions.is_empty() && !saved.stale.is_empty() {
        return Err(Problem::stale());
    }
    Ok(saved)
}

/// Whether the reader compared two texts and keeps the one that was there: then the own one is saved before it, so that
/// both are in the history.
fn keeps_saved(pairs: &[(String, String)], criterion: &str) -> bool {
    let name = format!("keep.{criterion}");
    let keeps = pairs.iter().any(|(key, value)| key == "keep" && value == "saved");
    keeps && pairs.iter().any(|(key, _)| *key == name)
}

/// What a saving changes on the page of an area: the mark of each saved criterion, and how many are done.
fn parts(
    open: &Open,
    area: &str,
    saved: &BTreeMap<String, i32>,
    lang: Lang,
) -> Result<BTreeMap<String, String>, Problem> {
    let mut parts = BTreeMap::new();
    let given = |id: &str| open.own.scores.get(id).is_some_and(|scored| scored.first.is_some());
    for criterion in saved.keys() {
        let given = given(criterion);
        let tag = TagPart { complete: given && open.is_done(criterion), given, lang };
        parts.insert(format!("tag-{criterion}"), tag.render().map_err(Problem::internal)?);
    }
    let all = open.form.criteria().filter(|(of, one)| of.id == area && open.own.criteria.contains(&one.id));
    let (mut done, mut of) = (0, 0);
    for (_, criterion) in all {
        of += 1;
        done += usize::from(given(&criterion.id) && open.is_done(&criterion.id));
    }
    parts.insert("done".to_owned(), format!("{done} {} {of}", lang.t("av", "of")));
    Ok(parts)
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
