//! What the page of a result shows, for whoever reads it: a reader now, or a recipient after the release.

use super::Found;
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
use crate::scoring::{Explain, Way, nearest};
use crate::text::{self, Lang};

/// The most ways to another outcome that are told.
const MOST_WAYS: usize = 5;

/// A result in which everything is settled.
pub(in crate::web::pages) struct Complete {
    pub case: Case,
    pub report: UnitReport,
    pub sentence: &'static str,
    pub total: Vec<String>,
    pub areas: Vec<Why>,
    pub profile: String,
    pub trend: String,
    pub minimums: usize,
    pub years: Vec<YearRow>,
    pub documents: Vec<Document>,
    pub whole_document: bool,
    pub versions: Vec<Version>,
    pub has_plan: bool,
    pub may_recommend: bool,
    pub checks_facts: bool,
    /// The newer version, when this one does not count any more.
    pub superseded: Option<i32>,
    pub better: Ways,
    pub worse: Ways,
    /// Where the case that `usve score` takes is.
    pub case_file: String,
    /// Whether this is what a recipient will see, and nothing leads further.
    pub preview: bool,
}

/// What would have changed the outcome one way.
#[derive(Default)]
pub(in crate::web::pages) struct Ways {
    pub told: Vec<Told>,
    /// How many more there are.
    pub more: usize,
}

/// One smallest change: its sentence, and the criteria with their names.
pub(in crate::web::pages) struct Told {
    pub sentence: String,
    pub criteria: Vec<(String, String)>,
}

impl Complete {
    /// Each area with the sentences behind its numbers.
    pub fn areas(&self) -> impl Iterator<Item = (&Area, &Why)> {
        self.report.areas.iter().zip(&self.areas)
    }

    /// The version that counts, when it corrects an earlier one.
    pub fn corrected(&self) -> Option<&Version> {
        self.versions.iter().find(|one| one.counts && self.versions.len() > 1)
    }
}

/// The sentences behind an area's numbers.
pub(in crate::web::pages) struct Why {
    pub sentences: Vec<String>,
}

pub(in crate::web::pages) struct YearRow {
    pub year: i32,
    pub href: Option<String>,
    pub total: String,
    pub outcome: String,
}

pub(in crate::web::pages) struct Document {
    pub href: String,
    pub label: String,
    pub issued: String,
    pub digest: String,
}

pub(in crate::web::pages) struct Version {
    pub number: i32,
    /// Where it is read, when another is shown here.
    pub href: Option<String>,
    pub counts: bool,
    pub fixed: String,
    pub reason: String,
}

/// The result as somebody reads it.
pub(in crate::web::pages) fn complete(
    db: &mut Db,
    standing: &Standing,
    app: &App,
    found: Found,
    lang: Lang,
) -> Result<Complete, Problem> {
    let asked = found.asked(app, Audience::Reader(standing), lang);
    let report = gather::unit(db, &asked)?;
    let may = |object, deed| standing.may(&found.case.reference(), object, deed);
    let issued = results::documents::list(db, standing, &found.case)?;
    let shown = found.result.fixed.as_ref().map(|fixed| (fixed.id.clone(), fixed.number));
    let whole_document = gather::DOCUMENT_PARTS.iter().all(|part| asked.audience.may(&found.case, *part));
    let versions = results::view::versions(db, standing, &found.case)?;
    let newest = versions.first().map(|one| one.number);
    let superseded = newest.filter(|newest| shown.as_ref().is_some_and(|(_, number)| number < newest));
    let charts = Report::from(&report);
    let near = nearest(&found.result.judged, &found.form.rules, &found.result.scored);
    Ok(Complete {
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
            .filter(|one| whole_document && shown.as_ref().is_some_and(|(shown, _)| one.result_id == *shown))
            .map(|one| document(&one, &found.case, superseded.and(shown.as_ref()).map(|one| one.1), lang))
            .collect(),
        whole_document,
        versions: versions
            .into_iter()
            .map(|one| Version {
                href: shown
                    .as_ref()
                    .is_some_and(|(_, number)| *number != one.number)
                    .then(|| format!("{}/resultat?version={}", found.case.path(), one.number)),
                counts: Some(one.number) == newest,
                number: one.number,
                fixed: text::moment(one.fixed_at, lang),
                reason: one.reason.unwrap_or_default(),
            })
            .collect(),
        has_plan: may(Object::Plan, Deed::Read),
        may_recommend: may(Object::Recommendation, Deed::Read),
        checks_facts: may(Object::FactComments, Deed::Read),
        better: ways(&asked, &near.better),
        worse: ways(&asked, &near.worse),
        case_file: match superseded.and(shown.as_ref()) {
            Some((_, number)) => format!("{}/case.json?version={number}", found.case.path()),
            None => format!("{}/case.json", found.case.path()),
        },
        superseded,
        preview: false,
        report,
        case: found.case,
    })
}

/// The first ways to another outcome, with the names of their criteria.
fn ways(asked: &Asked<'_>, ways: &[Way]) -> Ways {
    let title = |id: &str| {
        let criterion = asked.form.criterion(id);
        criterion.map_or_else(String::new, |criterion| criterion.title.get(asked.lang).to_owned())
    };
    let told = ways.iter().take(MOST_WAYS).map(|way| Told {
        sentence: Explain::way(way).get(asked.lang).to_owned(),
        criteria: way.changes.iter().map(|one| (one.criterion.clone(), title(&one.criterion))).collect(),
    });
    Ways { told: told.collect(), more: ways.len().saturating_sub(MOST_WAYS) }
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

fn document(issued: &results::documents::Issued, case: &Case, version: Option<i32>, lang: Lang) -> Document {
    let of = issued.language;
    Document {
        href: match version {
            Some(number) => format!("{}/rapport.pdf?sprak={}&version={number}", case.path(), of.tag()),
            None => format!("{}/rapport.pdf?sprak={}", case.path(), of.tag()),
        },
        label: of.t("Rapport på svenska (PDF)", "Report in English (PDF)").to_owned(),
        issued: text::moment(issued.issued_at, lang),
        digest: issued.digest.chars().take(16).collect(),
    }
}
