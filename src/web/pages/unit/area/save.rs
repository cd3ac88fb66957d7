//! Saving an area: what the controls hold, each criterion over the version it was read at.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};

use super::super::{comments, conflict, entered, form_of};
use super::view::next;
use super::{BACKGROUND_PAGE, render};
use crate::app::App;
use crate::assessments::BACKGROUND;
use crate::assessments::save_answer::{self, Save};
use crate::forms::{Field, Form, RawAnswers};
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::problem::{Kind, Problem};
use crate::text;
use crate::web::page::Notice;
use crate::web::respond::{Answer, Refusal};
use crate::web::{Viewer, fields, form};

/// `POST /enhet/{unit}/{year}/{area}`: saves every criterion that the form holds, each over the version it was read at.
///
/// Saving never validates. The script's saving (`X-Autosave`) is answered with the new versions as JSON; the button with
/// a way back to the page, or to the next.
pub async fn save(
    app: Data<App>,
    viewer: Viewer,
    place: Path<(String, i32, String)>,
    sent: form::Form,
) -> Answer {
    let (slug, year, area) = place.into_inner();
    let pairs: Vec<(String, String)> =
        sent.pairs().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let service = app.get_ref().clone();
    let target = (slug.clone(), year, area.clone());
    let comments = comments::Sent::read(&sent);
    if !comments.is_empty() {
        let (service, unit) = (service.clone(), slug.clone());
        viewer
            .act(move |act, standing| {
                let (case, _, _) = entered(act.db, standing, &unit, year)?;
                let form = form_of(&service, &case)?;
                comments.write(act, standing, &form, &case)
            })
            .await?;
    }
    let saved = viewer.act(move |act, standing| save_all(act, standing, &service, &target, &pairs)).await;
    let lang = viewer.lang;
    match saved {
        Ok(versions) if viewer.autosave => {
            let at = text::clock_time(app.clock.now(), lang);
            Ok(HttpResponse::Ok().json(serde_json::json!({ "versions": versions, "saved_at": at })))
        }
        Ok(_) => after_save(&app, &viewer, (slug, year, area), &sent).await,
        Err(Refusal(problem)) if problem.kind == Kind::Stale && !viewer.autosave => {
            conflict::show(&app, &viewer, (slug, year, area), &sent).await
        }
        Err(refusal) => Err(refusal),
    }
}

type Versions = std::collections::BTreeMap<String, i32>;

fn save_all(
    act: &mut crate::db::Act<'_>,
    standing: &Standing,
    app: &App,
    (slug, year, area): &(String, i32, String),
    pairs: &[(String, String)],
) -> Result<Versions, Problem> {
    let case = crate::cycles::store::find(act.db, standing, slug, *year, Object::Assessment, Deed::Read)?;
    let form = form_of(app, &case)?;
    let mut versions = Versions::new();
    for (criterion, list) in places(&form, area)? {
        let Some(seen) = seen(pairs, criterion) else { continue };
        let sent: RawAnswers = fields::read(list.into_iter(), criterion, pairs);
        let save = Save { criterion, fields: sent, seen };
        if !save_answer::changes(act.db, &case.id, &save)? {
            continue;
        }
        let saved = save_answer::save_answer(act, standing, &form, &case.id, save)?;
        versions.insert(criterion.to_owned(), saved.version);
    }
    Ok(versions)
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

async fn after_save(
    app: &App,
    viewer: &Viewer,
    (slug, year, area): (String, i32, String),
    sent: &form::Form,
) -> Answer {
    let lang = viewer.lang;
    let address = format!("/enhet/{slug}/{year}/{area}");
    if sent.get("do") != Some("ready") {
        let back = sent.get("add-row").or(sent.get("remove-row")).map_or_else(String::new, |button| {
            let mut parts = button.split('.');
            format!("#{}-{}", parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
        });
        let back = comments::Sent::anchor(sent).unwrap_or(back);
        let notice = Notice::done(lang.t("Sparat.", "Saved."));
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
