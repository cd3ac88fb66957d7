//! One area of the form: every criterion with its fields, saved by the script field by field or by the Save button.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use serde::Deserialize;

use super::{entered, form_of};
use crate::app::App;
use crate::assessments::progress::{Entered, Stage, is_blank};
use crate::assessments::save_answer::{self, Save};
use crate::assessments::shown::Shown;
use crate::assessments::{BACKGROUND, Evidence, editable};
use crate::clock::Moment;
use crate::cycles::Case;
use crate::db::Db;
use crate::forms::{Area, Criterion, Field, Form, RawAnswers};
use crate::identity::standing::Standing;
use crate::problem::{Kind, Problem};
use crate::text::{self, Lang};
use crate::web::fields::{self, FieldView};
use crate::web::page::Notice;
use crate::web::respond::{Answer, Refusal, page_with};
use crate::web::{Page, Viewer, form};

/// The address of the background form's page, where an area's letter stands otherwise.
const BACKGROUND_PAGE: &str = "bakgrund";

/// What a page shows of its answers.
#[derive(Debug, Deserialize)]
pub struct Show {
    /// `fel`: what is missing and wrong stands at each field.
    visa: Option<String>,
}

#[derive(Template)]
#[template(path = "unit/area.html")]
struct AreaPage {
    page: Page,
    lang: Lang,
    view: AreaView,
}

struct AreaView {
    case: Case,
    address: String,
    area: String,
    intro: String,
    steps: Vec<Step>,
    criteria: Vec<CriterionView>,
    faults: Vec<Fault>,
    may_write: bool,
    ready: bool,
    saved: String,
    next: Option<(String, String)>,
}

struct Step {
    href: String,
    letter: String,
    name: String,
    current: bool,
    done: bool,
    begun: bool,
}

struct Fault {
    anchor: String,
    text: String,
}

struct CriterionView {
    id: String,
    title: String,
    minimum: bool,
    guidance: String,
    version: i32,
    fields: Vec<FieldView>,
    level: Option<FieldView>,
    anchors: Vec<(u8, String)>,
    indicators: Vec<(String, String)>,
    suggested: Option<u8>,
    files: Vec<Evidence>,
    last_year: Vec<Shown>,
    may_be_left_out: Option<String>,
    left_out: Option<(String, &'static str)>,
    declared_missing: Option<String>,
    not_confirmed: bool,
    takes_files: bool,
    files_missing: bool,
}

/// `GET /enhet/{unit}/{year}/{area}`.
pub async fn show(
    app: Data<App>,
    viewer: Viewer,
    place: Path<(String, i32, String)>,
    show: Query<Show>,
) -> Answer {
    let (slug, year, area) = place.into_inner();
    let faults = show.visa.as_deref() == Some("fel");
    render(&app, &viewer, (slug, year, area), faults, StatusCode::OK).await
}

async fn render(
    app: &App,
    viewer: &Viewer,
    (slug, year, area): (String, i32, String),
    faults: bool,
    status: StatusCode,
) -> Answer {
    let (lang, service) = (viewer.lang, app.clone());
    let view = viewer
        .read(move |db, standing| load(db, standing, &service, &slug, year, &area, faults, lang))
        .await?;
    let shown = viewer
        .page(view.area.clone())
        .under(lang.t("Mina uppgifter", "My tasks"), "/")
        .under(format!("{} {year}", view.case.unit.name), view.case.path());
    page_with(status, &AreaPage { page: shown, lang, view })
}

#[expect(
    clippy::too_many_arguments,
    reason = "one page's whole question; grouping them would only rename it"
)]
fn load(
    db: &mut Db,
    standing: &Standing,
    app: &App,
    slug: &str,
    year: i32,
    area: &str,
    faults: bool,
    lang: Lang,
) -> Result<AreaView, Problem> {
    let (case, entered, _) = entered(db, standing, slug, year)?;
    let form = form_of(app, &case)?;
    let known = form.areas.iter().find(|known| known.id == area);
    if known.is_none() && area != BACKGROUND_PAGE {
        return Err(Problem::not_found());
    }
    let returned: Vec<String> = crate::assessments::store::returned(db, &case.id)?
        .into_iter()
        .map(|(criterion, _)| criterion)
        .collect();
    let first = known.and_then(|area| area.criteria.first()).map_or(BACKGROUND, |first| first.id.as_str());
    let open = returned.first().map_or(first, String::as_str);
    let may_write =
        editable::check(standing, &case, known.map_or("", |area| &area.id), open, &returned).is_ok();
    let files = crate::assessments::store::evidence_of(db, &case.id)?;
    let last = crate::assessments::last_year::of(db, &case)?;
    let criteria = match known {
        None => vec![background(&case, &form, &entered, lang)],
        Some(area) => area
            .criteria
            .iter()
            .map(|criterion| view_of(&case, &form, criterion, &entered, &files, last.as_ref(), lang))
            .collect(),
    };
    let shown_faults = if faults {
        entered
            .missing(&form, case.period())
            .into_iter()
            .filter(|missing| missing.area == known.map_or("", |area| area.id.as_str()))
            .map(|missing| Fault {
                anchor: fields::issue_anchor(&missing.criterion, &missing.field),
                text: match missing.criterion.as_str() {
                    BACKGROUND => missing.message.get(lang).to_owned(),
                    criterion => format!("{criterion} {}", missing.message.get(lang)),
                },
            })
            .collect()
    } else {
        Vec::new()
    };
    let last_saved: Option<Moment> = criteria
        .iter()
        .filter_map(|criterion| entered.answers.get(&criterion.id).map(|answer| answer.saved_at))
        .max();
    Ok(AreaView {
        address: format!("{}/{area}", case.path()),
        area: known.map_or_else(
            || lang.t("Bakgrund om enheten", "Background on the unit").to_owned(),
            |area| format!("{}. {}", area.id, area.title.get(lang)),
        ),
        intro: known
            .and_then(|area| area.intro.as_ref())
            .map_or_else(String::new, |intro| intro.get(lang).to_owned()),
        steps: steps(&case, &form, &entered, area, lang),
        next: next(&case, &form, known, lang),
        ready: entered.ready.iter().any(|ready| ready == area),
        saved: last_saved.map_or_else(String::new, |at| {
            format!("{} {}", lang.t("Sparat kl.", "Saved at"), text::clock_time(at, lang))
        }),
        criteria,
        faults: shown_faults,
        may_write,
        case,
    })
}

fn steps(case: &Case, form: &Form, entered: &Entered, current: &str, lang: Lang) -> Vec<Step> {
    let about = entered.answers_to(BACKGROUND);
    let states = crate::forms::evaluate::background(form, &about, case.period());
    let background = Step {
        href: format!("{}/{BACKGROUND_PAGE}", case.path()),
        letter: lang.t("Om", "Unit").to_owned(),
        name: lang.t("enheten", "background").to_owned(),
        current: current == BACKGROUND_PAGE,
        done: states.iter().all(|state| !state.missing && state.issues.is_empty()),
        begun: !is_blank(&about),
    };
    let areas = form.areas.iter().zip(entered.areas(form, case.period())).map(|(area, progress)| Step {
        href: format!("{}/{}", case.path(), area.id),
        letter: area.id.clone(),
        name: area.title.get(lang).to_owned(),
        current: area.id == current,
        done: progress.done == progress.of,
        begun: progress.begun > 0,
    });
    std::iter::once(background).chain(areas).collect()
}

fn next(case: &Case, form: &Form, known: Option<&Area>, lang: Lang) -> Option<(String, String)> {
    let after = match known {
        None => form.areas.first(),
        Some(area) => form.areas.iter().skip_while(|other| other.id != area.id).nth(1),
    }?;
    Some((format!("{}/{}", case.path(), after.id), format!("{}. {}", after.id, after.title.get(lang))))
}

fn background(case: &Case, form: &Form, entered: &Entered, lang: Lang) -> CriterionView {
    let answers = entered.answers_to(BACKGROUND);
    let states = crate::forms::evaluate::background(form, &answers, case.period());
    let list: Vec<&Field> = form.background.iter().collect();
    CriterionView {
        id: BACKGROUND.to_owned(),
        title: lang.t("Om enheten", "About the unit").to_owned(),
        minimum: false,
        guidance: lang
            .t(
                "Uppgifterna räknas inte med i bedömningen.",
                "This information is not part of the evaluation.",
            )
            .to_owned(),
        version: entered.version_of(BACKGROUND),
        fields: fields::fields(form, BACKGROUND, &list, &states, &answers, case.period(), lang),
        level: None,
        anchors: Vec::new(),
        indicators: Vec::new(),
        suggested: None,
        files: Vec::new(),
        last_year: Vec::new(),
        may_be_left_out: None,
        left_out: None,
        declared_missing: None,
        not_confirmed: false,
        takes_files: false,
        files_missing: false,
    }
}

fn view_of(
    case: &Case,
    form: &Form,
    criterion: &Criterion,
    entered: &Entered,
    files: &[Evidence],
    last: Option<&crate::assessments::last_year::LastYear>,
    lang: Lang,
) -> CriterionView {
    let state = entered.criterion(form, criterion, case.period());
    let answers = entered.answers_to(&criterion.id);
    let list: Vec<&Field> = form.fields(criterion).collect();
    let mut shown =
        fields::fields(form, &criterion.id, &list, &state.evaluated.fields, &answers, case.period(), lang);
    let level = shown.iter().position(|field| field.kind == "level").map(|at| shown.remove(at));
    let takes_files = shown.iter().any(|field| field.kind == "evidence");
    let files_missing = shown.iter().any(|field| field.kind == "evidence" && field.missing);
    shown.retain(|field| field.kind != "evidence");
    let asked = entered.not_applicable.get(&criterion.id);
    let answer = entered.answers.get(&criterion.id);
    CriterionView {
        id: criterion.id.clone(),
        title: criterion.title.get(lang).to_owned(),
        minimum: criterion.minimum,
        guidance: criterion.guidance.get(lang).to_owned(),
        version: entered.version_of(&criterion.id),
        fields: shown,
        level,
        anchors: criterion
            .levels
            .iter()
            .map(|level| (level.level, level.anchor.get(lang).to_owned()))
            .collect(),
        indicators: crate::assessments::shown::indicators(criterion, &state.evaluated, lang),
        suggested: state.evaluated.suggested,
        files: files.iter().filter(|file| file.criterion == criterion.id).cloned().collect(),
        last_year: last.map_or_else(Vec::new, |last| last.of(form, criterion, lang)),
        may_be_left_out: criterion.not_applicable.as_ref().map(|when| when.get(lang).to_owned()),
        left_out: asked.map(|asked| {
            let word = match asked.approved {
                None => lang.t("väntar på samordnarens beslut", "waits for the coordinator's decision"),
                Some(true) => lang.t("godkänt av samordnaren", "approved by the coordinator"),
                Some(false) => lang.t("inte godkänt av samordnaren", "not approved by the coordinator"),
            };
            (asked.reason.clone(), word)
        }),
        declared_missing: answer.and_then(|answer| answer.declared_missing.clone()),
        not_confirmed: state.stage == Stage::NotConfirmed,
        takes_files,
        files_missing,
    }
}

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
    let saved = viewer.act(move |act, standing| save_all(act, standing, &service, &target, &pairs)).await;
    let lang = viewer.lang;
    match saved {
        Ok(versions) if viewer.autosave => {
            let at = text::clock_time(app.clock.now(), lang);
            Ok(HttpResponse::Ok().json(serde_json::json!({ "versions": versions, "saved_at": at })))
        }
        Ok(_) => after_save(&app, &viewer, (slug, year, area), &sent).await,
        Err(Refusal(problem)) if problem.kind == Kind::Stale && !viewer.autosave => {
            super::conflict::show(&app, &viewer, (slug, year, area), &sent).await
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
    let case = crate::cycles::store::find(
        act.db,
        standing,
        slug,
        *year,
        crate::identity::rights::Object::Assessment,
        crate::identity::rights::Deed::Read,
    )?;
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
pub(super) fn places<'a>(form: &'a Form, area: &str) -> Result<Vec<(&'a str, Vec<&'a Field>)>, Problem> {
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
pub(super) fn seen(pairs: &[(String, String)], criterion: &str) -> Option<i32> {
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

impl AreaView {
    /// Whether this is the page of the questions on the unit itself, which is no area.
    fn is_background(&self) -> bool {
        self.address.ends_with(BACKGROUND_PAGE)
    }
}

impl CriterionView {
    /// Whether a table needs the whole width.
    fn has_table(&self) -> bool {
        self.fields.iter().any(|field| field.kind == "table")
    }
}
