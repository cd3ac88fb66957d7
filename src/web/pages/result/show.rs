//! The result on one page: unmet minimums, outcome, profile, every number with its sentence, history, documents.

use actix_web::web::Data;
use askama::Template;

use super::{Found, found, page_about};
use crate::app::App;
use crate::cycles::Case;
use crate::db::Db;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::problem::Problem;
use crate::reports::charts::Chart;
use crate::reports::gather::{self, Asked, Audience};
use crate::reports::unit_report::{Area, UnitReport, outcome_sentence};
use crate::reports::{Block, Report};
use crate::results;
use crate::text::{self, Lang};
use crate::web::pages::unit::Place;
use crate::web::respond::{Answer, page};
use crate::web::{Page, Viewer};

#[derive(Template)]
#[template(path = "result/show.html")]
struct ResultPage {
    page: Page,
    lang: Lang,
    view: Complete,
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

struct Complete {
    case: Case,
    report: UnitReport,
    sentence: &'static str,
    total: Vec<String>,
    areas: Vec<Why>,
    profile: String,
    trend: String,
    minimums: usize,
    years: Vec<YearRow>,
    documents: Vec<Document>,
    whole_document: bool,
    versions: Vec<Version>,
    has_plan: bool,
    may_recommend: bool,
    checks_facts: bool,
}

impl Complete {
    /// Each area with the sentences behind its numbers.
    fn areas(&self) -> impl Iterator<Item = (&Area, &Why)> {
        self.report.areas.iter().zip(&self.areas)
    }
}

/// The sentences behind an area's numbers.
struct Why {
    sentences: Vec<String>,
}

struct YearRow {
    year: i32,
    href: Option<String>,
    total: String,
    outcome: String,
}

struct Document {
    href: String,
    label: String,
    issued: String,
    digest: String,
}

struct Version {
    number: i32,
    fixed: String,
    reason: String,
}

/// `GET /enhet/{unit}/{year}/resultat`.
pub async fn show(app: Data<App>, viewer: Viewer, place: Place) -> Answer {
    let (slug, year) = place.into_inner();
    let lang = viewer.lang;
    let view = viewer.read(move |db, standing| load(db, standing, &app, &slug, year, lang)).await?;
    let title = |case: &Case| format!("{} {}: {}", lang.t("Resultat", "Result"), case.year, case.unit.name);
    match view {
        View::Complete(view) => {
            let shown = page_about(&viewer, &view.case, &title(&view.case));
            page(&ResultPage { page: shown, lang, view: *view })
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
    slug: &str,
    year: i32,
    lang: Lang,
) -> Result<View, Problem> {
    let found = found(db, standing, app, slug, year)?;
    if !found.result.scored.is_final {
        let open = found.result.scored.open.iter().map(|id| waits(&found, id, lang)).collect();
        return Ok(View::Open(Box::new(found.case), open));
    }
    let asked = found.asked(app, Audience::Reader(standing), lang);
    let report = gather::unit(db, &asked)?;
    let may = |object, deed| standing.may(&found.case.reference(), object, deed);
    let issued = results::documents::list(db, standing, &found.case)?;
    let counts = found.result.fixed.as_ref().map(|fixed| &fixed.id);
    let whole_document = gather::DOCUMENT_PARTS.iter().all(|part| asked.audience.may(&found.case, *part));
    let versions = results::view::versions(db, standing, &found.case)?;
    let charts = Report::from(&report);
    Ok(View::Complete(Box::new(Complete {
        sentence: outcome_sentence(lang),
        total: sentences(
            [asked.explain().total(), asked.explain().change(), asked.explain().missing_share()],
            lang,
        ),
        areas: why(&asked),
        profile: figure(&charts, "profile", |chart| matches!(chart, Chart::Radar { .. })),
        trend: figure(&charts, "trend", |chart| matches!(chart, Chart::Trend { .. })),
        minimums: report
            .areas
            .iter()
            .flat_map(|area| &area.criteria)
            .filter(|criterion| criterion.met.is_some())
            .count(),
        years: years(&report, &found.case),
        documents: issued
            .into_iter()
            .filter(|one| whole_document && Some(&one.result_id) == counts)
            .map(|one| document(&one, &found.case, lang))
            .collect(),
        whole_document,
        versions: versions
            .into_iter()
            .map(|one| Version {
                number: one.number,
                fixed: text::moment(one.fixed_at, lang),
                reason: one.reason.unwrap_or_default(),
            })
            .collect(),
        has_plan: may(Object::Plan, Deed::Read),
        may_recommend: may(Object::Recommendation, Deed::Read),
        checks_facts: may(Object::FactComments, Deed::Read),
        report,
        case: found.case,
    })))
}

/// A criterion that waits, and for what.
fn waits(found: &Found, id: &str, lang: Lang) -> (String, &'static str) {
    let title = found.form.criterion(id).map(|criterion| criterion.title.get(lang)).unwrap_or_default();
    let state = found.result.scored.criteria.get(id).map(|result| gather::state(result.state, lang));
    (format!("{id} {title}"), state.unwrap_or_default())
}

fn sentences(texts: impl IntoIterator<Item = Option<text::Text>>, lang: Lang) -> Vec<String> {
    texts.into_iter().flatten().map(|text| text.get(lang).to_owned()).collect()
}

fn why(asked: &Asked<'_>) -> Vec<Why> {
    let explain = asked.explain();
    let areas = asked.form.areas.iter().map(|area| area.id.as_str());
    areas
        .map(|id| Why {
            sentences: sentences(
                [explain.area_score(id), explain.area_light(id), explain.area_change(id)],
                asked.lang,
            ),
        })
        .collect()
}

/// The chart of a kind in a report as inline SVG; empty when it has none.
fn figure(report: &Report, id: &str, wanted: impl Fn(&Chart) -> bool) -> String {
    let figures = report.blocks.iter().filter_map(|block| match block {
        Block::Figure(figure) if wanted(&figure.chart) => Some(figure),
        _ => None,
    });
    figures.take(1).map(|figure| figure.chart.draw(&figure.caption, &figure.alt).svg(id)).collect()
}

fn years(report: &UnitReport, case: &Case) -> Vec<YearRow> {
    let rows = report.years.iter().rev().map(|one| YearRow {
        year: one.year,
        href: (one.year != case.year).then(|| format!("/enhet/{}/{}/resultat", case.unit.slug, one.year)),
        total: one.total.as_ref().map_or_else(|| "–".to_owned(), |total| total.shown.clone()),
        outcome: one.outcome.clone().unwrap_or_else(|| "–".to_owned()),
    });
    rows.collect()
}

fn document(issued: &results::documents::Issued, case: &Case, lang: Lang) -> Document {
    let of = issued.language;
    Document {
        href: format!("{}/rapport.pdf?sprak={}", case.path(), of.tag()),
        label: of.t("Rapport på svenska (PDF)", "Report in English (PDF)").to_owned(),
        issued: text::moment(issued.issued_at, lang),
        digest: issued.digest.chars().take(16).collect(),
    }
}
