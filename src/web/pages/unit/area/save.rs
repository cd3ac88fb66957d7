//! Saving an area: what the controls hold, each criterion over the version it was read at.

use std::collections::BTreeSet;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};

use super::super::{comments, conflict, entered, form_of, readable};
use super::saved::Saved;
use super::view::next;
use super::{BACKGROUND_PAGE, render};
use crate::app::App;
use crate::assessments::save_answer::{self, Save};
use crate::assessments::{BACKGROUND, presence, store};
use crate::cycles;
use crate::db::Act;
use crate::forms::{Field, FieldKind, Form, RawAnswers};
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::ids::CaseId;
use crate::problem::{Kind, Problem};
use crate::text::Lang;
use crate::web::page::Notice;
use crate::web::respond::{Answer, Refusal};
use crate::web::{Viewer, fields, form};

/// A unit, a year and an area, or the background form's word.
pub(super) type Target = (String, i32, String);

/// `POST /enhet/{unit}/{year}/{area}`: saves every criterion that the form holds, each over the version it was read at.
///
/// Saving never validates. The script's saving (`X-Autosave`) is answered with what it changes on the page as JSON; the
/// button with a way back to the page, or to the next.
pub async fn save(app: Data<App>, viewer: Viewer, place: Path<Target>, sent: form::Form) -> Answer {
    let target = place.into_inner();
    let pairs: Vec<(String, String)> =
        sent.pairs().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let asked = Asked {
        app: app.get_ref().clone(),
        target: target.clone(),
        pairs,
        lang: viewer.lang,
        by_script: viewer.autosave,
    };
    let comments = comments::Sent::read(&sent);
    if !comments.is_empty() {
        let (service, unit, year) = (asked.app.clone(), target.0.clone(), target.1);
        viewer
            .act(move |act, standing| {
                let case = readable(act.db, standing, &unit, year)?;
                let form = form_of(&service, &case)?;
                comments.write(act, standing, &form, &case)
            })
            .await?;
    }
    let saved = viewer.act(move |act, standing| asked.save(act, standing)).await;
    match saved {
        Ok(saved) if viewer.autosave => Ok(HttpResponse::Ok().json(saved)),
        Ok(saved) => after_save(&app, &viewer, target, &sent, &saved).await,
        Err(Refusal(problem)) if problem.kind == Kind::Stale && !viewer.autosave => {
            conflict::show(&app, &viewer, target, &sent, None).await
        }
        Err(refusal) => Err(refusal),
    }
}

/// What was sent.
struct Asked {
    app: App,
    target: Target,
    pairs: Vec<(String, String)>,
    lang: Lang,
    by_script: bool,
}

/// Saves what was changed on a page that was sent whole, as part of another act.
pub(in super::super) fn save_all(
    act: &mut Act<'_>,
    standing: &Standing,
    app: &App,
    target: &Target,
    pairs: &[(String, String)],
    lang: Lang,
) -> Result<(), Problem> {
    let (app, target, pairs) = (app.clone(), target.clone(), pairs.to_vec());
    Asked { app, target, pairs, lang, by_script: false }.save(act, standing).map(drop)
}

impl Asked {
    fn save(&self, act: &mut Act<'_>, standing: &Standing) -> Result<Saved, Problem> {
        let (slug, year, area) = &self.target;
        let case = cycles::store::find(act.db, standing, slug, *year, Object::Assessment, Deed::Read)?;
        let form = form_of(&self.app, &case)?;
        let (mut written, mut stale) = (BTreeSet::new(), Vec::new());
        for (criterion, list) in places(&form, area)? {
            let Some(seen) = seen(&self.pairs, criterion) else { continue };
            let sent: RawAnswers = fields::read(list.iter().copied(), criterion, &self.pairs);
            let save = Save { criterion, fields: sent, seen };
            if !save_answer::changes(act.db, &form, &case.id, &save)? {
                continue;
            }
            match self.save_one(act, standing, &form, &case.id, save, &list) {
                // Nothing was written: what else the page sent is saved, and the script asks its writer about this one.
                Err(problem) if problem.kind == Kind::Stale && self.by_script => {
                    stale.push(criterion.to_owned());
                }
                Err(problem) => return Err(problem),
                Ok(()) => drop(written.insert(criterion)),
            }
        }
        if written.is_empty() && !stale.is_empty() {
            return Err(Problem::stale());
        }
        // Whose script saves is at work there; a page that is sent whole may hold what nobody just wrote.
        if let Some(criterion) = written.last().filter(|_| self.by_script) {
            presence::note(act, standing, &form, &case, criterion)?;
        }
        let entered = store::entered(act.db, &case.id)?;
        let writing = presence::in_words(&presence::others(act.db, standing, &case, act.now)?, self.lang);
        let last = crate::assessments::last_year::of(act.db, &self.app.forms, &case)?;
        let sheet = super::criterion::Sheet {
            case: &case,
            form: &form,
            entered: &entered,
            files: &[],
            now: act.now,
            last: last.as_ref(),
            lang: self.lang,
        };
        let mut saved = Saved::new(&sheet, &self.pairs, area, &written, act.now)?;
        (saved.stale, saved.writing) = (stale, writing);
        Ok(saved)
    }

    /// Saves one criterion. Whoever compared two texts and kept the one that was there first saves both, the own first:
    /// then each is in the history, and the chosen one stands.
    fn save_one(
        &self,
        act: &mut Act<'_>,
        standing: &Standing,
        form: &Form,
        case: &CaseId,
        save: Save<'_>,
        list: &[&Field],
    ) -> Result<(), Problem> {
        let criterion = save.criterion;
        let theirs = if keeps_theirs(&self.pairs, criterion) {
            store::answer(act.db, case, criterion)?.map(|answer| answer.content)
        } else {
            None
        };
        let sent: Vec<String> = save.fields.keys().cloned().collect();
        let saved = save_answer::save_answer(act, standing, form, case, save)?;
        let Some(theirs) = theirs else { return Ok(()) };
        let back = list
            .iter()
            .filter(|field| sent.contains(&field.id))
            .map(|field| (field.id.clone(), theirs.get(&field.id).cloned().unwrap_or_else(|| nothing(field))))
            .collect();
        let save = Save { criterion, fields: back, seen: saved.version };
        save_answer::save_answer(act, standing, form, case, save).map(|_| ())
    }
}

/// The raw answer that says nothing.
fn nothing(field: &Field) -> serde_json::Value {
    match field.kind {
        FieldKind::Choices | FieldKind::Table => serde_json::json!([]),
        FieldKind::Years => serde_json::json!({}),
        _ => serde_json::json!(""),
    }
}

fn keeps_theirs(pairs: &[(String, String)], criterion: &str) -> bool {
    let name = format!("keep.{criterion}");
    pairs.iter().any(|(key, value)| *key == name && value == "theirs")
}

/// Every criterion of a page with its fields.
pub(in super::super) fn places<'a>(
    form: &'a Form,
    area: &str,
) -> Result<Vec<(&'a str, Vec<&'a Field>)>, Problem> {
    if area == BACKGROUND_PAGE {
        return Ok(vec![(BACKGROUND, form.background.iter().collect())]);
    }
    let area = form.areas.iter().find(|known| known.id == area).ok_or_else(Problem::not_found)?;
    Ok(area
        .criteria
        .iter()
        .map(|criterion| (criterion.id.as_str(), form.fields(criterion).collect()))
        .collect())
}

/// The version of a criterion that the form was made from.
pub(in super::super) fn seen(pairs: &[(String, String)], criterion: &str) -> Option<i32> {
    let name = format!("version.{criterion}");
    pairs.iter().find(|(key, _)| *key == name).and_then(|(_, value)| value.parse().ok())
}

/// The way on after the button: to what came up because of the answers, to the table whose rows were changed, or on.
async fn after_save(
    app: &App,
    viewer: &Viewer,
    (slug, year, area): Target,
    sent: &form::Form,
    saved: &Saved,
) -> Answer {
    let lang = viewer.lang;
    let address = format!("/enhet/{slug}/{year}/{area}");
    if sent.get("do") != Some("ready") {
        let pairs: Vec<(String, String)> =
            sent.pairs().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let back = match fields::row_change(&pairs) {
            Some((criterion, table, _)) => format!("#{criterion}-{table}"),
            None => saved.appeared().map_or_else(String::new, |first| format!("#{first}")),
        };
        let back = comments::Sent::anchor(sent).unwrap_or(back);
        let said = saved.said();
        let words = if said.is_empty() { String::new() } else { format!(" {said}") };
        let notice = Notice::done(format!("{}{words}", lang.t("Sparat.", "Saved.")));
        return Ok(viewer.see_other(&format!("{address}{back}"), Some(notice)));
    }
    let (service, place) = (app.clone(), (slug.clone(), area.clone()));
    let marked = viewer
        .act(move |act, standing| {
            let (case, entered, _) = entered(act.db, standing, &place.0, year)?;
            let form = form_of(&service, &case)?;
            if place.1 != BACKGROUND_PAGE {
                return crate::assessments::area_ready::mark(act, standing, &form, &case.id, &place.1, true)
                    .map(|()| None);
            }
            // The background is no area and is not marked; whoever is done with it goes on to the first area.
            if entered.missing(&form, case.period()).iter().any(|missing| missing.area.is_empty()) {
                return Err(Problem::invalid(
                    "background_incomplete",
                    "Något saknas.",
                    "Something is missing.",
                ));
            }
            Ok(next(&case, &form, None, lang))
        })
        .await;
    match marked {
        Ok(Some((first, _))) => Ok(viewer.see_other(&first, Some(Notice::done(lang.t("Sparat.", "Saved."))))),
        Ok(None) => {
            let notice = Notice::done(lang.t("Området är klart.", "The area is ready."));
            Ok(viewer.see_other(&format!("/enhet/{slug}/{year}"), Some(notice)))
        }
        Err(Refusal(problem)) if problem.kind == Kind::Invalid => {
            render(app, viewer, (slug, year, area), true, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(refusal) => Err(refusal),
    }
}
