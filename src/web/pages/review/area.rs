//! One area to review: every criterion with the unit's answers beside the reader's own judgement.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use serde::Deserialize;

use super::criterion::{CriterionView, Material, counter_words};
use super::{Fault, Open, declare_first, under_case, with_error};
use crate::app::App;
use crate::assessments::difference::{Change, Kind};
use crate::assessments::shown::Shown;
use crate::db::Db;
use crate::identity::standing::Standing;
use crate::problem::Problem;
use crate::reviews::score::Draft;
use crate::text::{self, Lang};
use crate::web::respond::{Answer, page_with};
use crate::web::{Page, Viewer};

/// What a page says of its criteria.
#[derive(Debug, Deserialize)]
pub struct Show {
    /// `fel`: what is missing stands at each criterion.
    visa: Option<String>,
}

/// One area of one case, as a page asks for it.
pub(super) struct Asked {
    pub slug: String,
    pub year: i32,
    pub area: String,
    /// Whether what is missing is said at each criterion.
    pub faults: bool,
    /// What was sent and not taken, by criterion.
    pub typed: BTreeMap<String, Draft>,
}

#[derive(Template)]
#[template(path = "review/area.html")]
struct AreaPage {
    page: Page,
    lang: Lang,
    view: AreaView,
}

struct AreaView {
    open: Open,
    path: String,
    area: String,
    title: String,
    intro: Option<String>,
    steps: Vec<AreaStep>,
    criteria: Vec<CriterionView>,
    left_out: Vec<String>,
    background: Vec<Shown>,
    last: Option<(i32, String)>,
    last_year: Option<i32>,
    reason_rule: String,
    /// The fewest characters of a reason where one is needed, and the most.
    least: usize,
    most: usize,
    counter: [&'static str; 3],
    /// What is hidden until when.
    hidden: &'static str,
    faults: Vec<Fault>,
    saved: String,
}

struct AreaStep {
    area: String,
    name: String,
    current: bool,
    done: usize,
    of: usize,
    begun: bool,
}

/// `GET /granska/{unit}/{year}/{area}`.
pub async fn show(
    app: Data<App>,
    viewer: Viewer,
    place: Path<(String, i32, String)>,
    show: Query<Show>,
) -> Answer {
    let (slug, year, area) = place.into_inner();
    if let Some(way) = declare_first(&viewer, &slug, year).await? {
        return Ok(way);
    }
    let faults = show.visa.as_deref() == Some("fel");
    render(&app, &viewer, Asked { slug, year, area, faults, typed: BTreeMap::new() }).await
}

/// The page; with status 422 when something sent was not taken.
pub(super) async fn render(app: &App, viewer: &Viewer, asked: Asked) -> Answer {
    let (lang, service) = (viewer.lang, app.clone());
    let refused = !asked.typed.is_empty();
    let view = viewer.read(move |db, standing| load(db, standing, &service, &asked, lang)).await?;
    let page = under_case(viewer.page(&view.title), &view.open.case);
    let page = with_error(page, !view.faults.is_empty());
    let status = if refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page_with(status, &AreaPage { page, lang, view })
}

fn load(db: &mut Db, standing: &Standing, app: &App, asked: &Asked, lang: Lang) -> Result<AreaView, Problem> {
    let open = Open::load(db, standing, app, &asked.slug, asked.year)?;
    let form = open.form.clone();
    let area = form.areas.iter().find(|area| area.id == asked.area).ok_or_else(Problem::not_found)?;
    let (own, left_out): (Vec<_>, Vec<_>) =
        area.criteria.iter().partition(|criterion| open.own.criteria.contains(&criterion.id));
    if open.is_further() && own.is_empty() {
        return Err(Problem::not_found());
    }
    let material = Material::load(db, standing, app, &open)?;
    let view = |criterion: &&crate::forms::Criterion| {
        CriterionView::new(&open, criterion, &material, (asked.typed.get(&criterion.id), asked.faults), lang)
    };
    let criteria: Vec<CriterionView> = own.iter().map(view).collect();
    let titled =
        |criterion: &&crate::forms::Criterion| format!("{} {}", criterion.id, criterion.title.get(lang));
    Ok(AreaView {
        path: open.path(),
        area: area.id.clone(),
        title: format!("{}. {}", area.id, area.title.get(lang)),
        intro: area.intro.as_ref().map(|intro| intro.get(lang).to_owned()),
        steps: steps(&open, &asked.area, lang),
        left_out: if open.is_further() { Vec::new() } else { left_out.iter().map(titled).collect() },
        background: if open.is_further() { Vec::new() } else { material.background(&open, lang) },
        last: material.last_year().zip(material.last_score(&area.id)),
        last_year: material.last_year(),
        reason_rule: reason_rule(&open, lang),
        least: open.form.rules.reason_shortest,
        most: open.form.rules.reason_longest,
        counter: counter_words(lang),
        hidden: hidden(&open, lang),
        faults: faults(&criteria),
        saved: saved(&open, &criteria, lang),
        criteria,
        open,
    })
}

/// What the reader does not see until when.
fn hidden(open: &Open, lang: Lang) -> &'static str {
    match (open.is_further(), open.case.hides_own_level) {
        (true, true) => lang.t(
            "Du bedömer utan att se andras nivåer. Enhetens egen nivå visas när du har låst.",
            "You score without seeing other levels. The unit's own level is shown once you have locked.",
        ),
        (true, false) => {
            lang.t("Du bedömer utan att se andras nivåer.", "You score without seeing other levels.")
        }
        (false, true) => lang.t(
            "Den andra granskarens nivåer och enhetens egen nivå visas först när båda granskarna har låst.",
            "The other reviewer's levels and the unit's own level are shown only when both reviewers have locked.",
        ),
        (false, false) => lang.t(
            "Den andra granskarens nivåer visas först när båda granskarna har låst.",
            "The other reviewer's levels are shown only when both reviewers have locked.",
        ),
    }
}

fn steps(open: &Open, current: &str, lang: Lang) -> Vec<AreaStep> {
    let step = |area: &crate::forms::Area| {
        let own: Vec<&str> = area.criteria.iter().map(|criterion| criterion.id.as_str()).collect();
        let own: Vec<&str> =
            own.into_iter().filter(|id| open.own.criteria.iter().any(|criterion| criterion == id)).collect();
        AreaStep {
            area: area.id.clone(),
            name: area.title.get(lang).to_owned(),
            current: area.id == current,
            done: own.iter().filter(|id| open.is_done(id)).count(),
            begun: own.iter().any(|id| open.own.scores.contains_key(*id)),
            of: own.len(),
        }
    };
    let steps = open.form.areas.iter().map(step);
    steps.filter(|step| !open.is_further() || step.of > 0).collect()
}

/// When a reason is needed, in words (scoring model 7.2).
fn reason_rule(open: &Open, lang: Lang) -> String {
    let rules = &open.form.rules;
    let levels: Vec<String> = rules.reason_levels.iter().map(ToString::to_string).collect();
    let (levels, least) = (levels.join(", "), rules.reason_shortest);
    match lang {
        Lang::Sv => format!(
            "Minst {least} tecken vid {levels} och när du inte kan bedöma, annars frivilligt. Enheten läser motiveringen."
        ),
        Lang::En => format!(
            "At least {least} characters at {levels} and when you cannot judge, otherwise optional. The unit reads the reason."
        ),
    }
}

/// What stands wrong at the criteria of this page.
fn faults(criteria: &[CriterionView]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for criterion in criteria {
        let judgement = &criterion.judgement;
        for (part, fault) in [("score", &judgement.score_fault), ("reason", &judgement.reason_fault)] {
            faults.extend(fault.as_ref().map(|text| Fault {
                href: format!("#{}-{part}", criterion.id),
                text: format!("{} {text}", criterion.id),
            }));
        }
    }
    faults
}

fn saved(open: &Open, criteria: &[CriterionView], lang: Lang) -> String {
    let own = criteria.iter().filter_map(|criterion| open.own.scores.get(&criterion.id));
    let last = own.map(|scored| scored.saved_at).max();
    last.map_or_else(String::new, |at| {
        format!("{} {}", lang.t("Sparat", "Saved"), text::clock_time(at, lang))
    })
}

impl AreaView {
    /// How many criteria of the page are done.
    fn done(&self) -> usize {
        self.criteria.iter().filter(|criterion| criterion.judgement.complete).count()
    }

    /// Whether another area follows.
    fn has_next(&self) -> bool {
        self.steps.last().is_some_and(|last| last.area != self.area)
    }
}
