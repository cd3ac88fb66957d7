//! Fills a [`UnitReport`] from what is stored: the one place where a report reads the database.
//!
//! Invariants: a fixed number of queries, whatever the form's size; what the reader may not read is not read here at
//! all; nothing is computed that the scoring model computes.

mod answered;
mod answers;
mod criteria;
mod follow_up;
mod method;

pub use answered::{draft, submission};
pub use criteria::{light, state};

use chrono::NaiveDate;

use super::unit_report::{self, UnitReport, Unmet, Year};
use crate::clock::local_day;
use crate::cycles::{self, Case};
use crate::db::Db;
use crate::forms::Form;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::number::{Fraction, display_change, display_short};
use crate::problem::Problem;
use crate::results::view::ResultView;
use crate::results::{self, FixedResult};
use crate::reviews;
use crate::scoring::{Change, CriterionState, Explain, Trend};
use crate::state::Phase;
use crate::text::Lang;

/// Who the report is for.
#[derive(Debug, Clone, Copy)]
pub enum Audience<'a> {
    /// The issued document: the whole result as it was fixed, and nothing that came after it.
    Document,
    /// A reader: what that person may read now.
    Reader(&'a Standing),
}

impl Audience<'_> {
    /// Whether a part of a case belongs in the report.
    #[must_use]
    pub fn may(self, case: &Case, object: Object) -> bool {
        match self {
            Audience::Document => !matches!(object, Object::Plan | Object::Recommendation),
            Audience::Reader(standing) => standing.may(&case.reference(), object, Deed::Read),
        }
    }
}

/// The parts of a case that the issued document holds: who may read them all may have the document.
pub const DOCUMENT_PARTS: [Object; 5] =
    [Object::Result, Object::Assessment, Object::Reviews, Object::ReviewerIdentity, Object::FactComments];

/// What a report is asked about.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The form that the case is answered on.
    pub form: &'a Form,
    /// The case.
    pub case: &'a Case,
    /// Its result, which the reader may read.
    pub result: &'a ResultView,
    /// Who reads.
    pub audience: Audience<'a>,
    /// The day of a draft.
    pub today: NaiveDate,
    /// The language of all texts.
    pub lang: Lang,
}

impl<'a> Asked<'a> {
    fn may(&self, object: Object) -> bool {
        self.audience.may(self.case, object)
    }

    /// Explains the result's numbers.
    #[must_use]
    pub fn explain(&self) -> Explain<'a> {
        Explain::new(&self.result.judged, &self.form.rules, &self.result.scored)
    }
}

/// The report of a case whose result is complete.
///
/// # Errors
/// `result_open` while something waits for a reviewer; the database cannot be read.
pub fn unit(db: &mut Db, asked: &Asked<'_>) -> Result<UnitReport, Problem> {
    let (case, lang, scored) = (asked.case, asked.lang, &asked.result.scored);
    results::check_final(scored)?;
    let fixed = asked.result.fixed.as_ref();
    let years = years(db, asked)?;
    let last = years.iter().find(|(year, _)| *year == case.year - 1).map(|(_, result)| result);
    let compared = scored.change.as_ref().filter(|change| change.change.is_some());
    let answered = answers::Answered::load(db, asked)?;
    let said = criteria::Said::load(db, asked)?;
    let summary = reviews::store::joint_summary(db, &case.id)?;
    let signed = summary.university_signed_at.is_some() && summary.region_signed_at.is_some();
    let (plan, actions) = follow_up::plan(db, asked)?.unzip();
    Ok(UnitReport {
        language: lang,
        unit: case.unit.name.clone(),
        administration: case.unit.administration.name.clone(),
        year: case.year,
        registry_number: case.registry_number.clone(),
        version: fixed.map_or(1, |fixed| fixed.number).to_string(),
        form_version: format!("{} {}", asked.form.id.to_uppercase(), asked.form.version),
        date: fixed.map_or(asked.today, |fixed| local_day(fixed.fixed_at)),
        draft: fixed.is_none(),
        code: fixed.map(code).unwrap_or_default(),
        outcome: outcome(asked),
        total: total(scored),
        total_last_year: compared.and(last).and_then(|last| total(&last.scored)),
        total_change: scored
            .change
            .as_ref()
            .map(|change| change_in_words(change, &asked.form.rules.change_total, lang))
            .unwrap_or_default(),
        unmet: unmet(asked),
        special_reasons: None,
        summary: Some(summary.summary).filter(|text| signed && !text.trim().is_empty()),
        areas: criteria::areas(asked, last, &said, &answered),
        years: all_years(&years, asked),
        reviewers: said.reviewers(asked),
        learning_example: answered.example(asked),
        plan,
        actions: actions.unwrap_or_default(),
        recommendation: follow_up::recommendation(db, asked)?,
        answers: answered.groups(asked),
        method: method::texts(asked.form, lang),
    })
}

/// The code that tells the versions of results apart: the first twelve signs of the result's digest.
#[must_use]
pub fn code(result: &FixedResult) -> String {
    let signs: Vec<char> = result.digest.to_uppercase().chars().take(12).collect();
    signs.chunks(4).map(|part| part.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

fn outcome(asked: &Asked<'_>) -> unit_report::Outcome {
    let lang = asked.lang;
    let rule = asked.explain().outcome_reasons().map(|text| text.get(lang).to_owned()).unwrap_or_default();
    asked.result.scored.outcome.map_or_else(
        || unit_report::Outcome { letter: String::new(), name: String::new(), rule: rule.clone() },
        |outcome| unit_report::Outcome {
            letter: outcome.code().to_owned(),
            name: outcome.title().get(lang).to_owned(),
            rule: rule.clone(),
        },
    )
}

fn total(scored: &crate::scoring::Scored) -> Option<unit_report::Score> {
    Some(unit_report::Score { exact: scored.total.clone()?, shown: scored.display.clone()? })
}

/// A change with its word: `Förbättrad, +6,3`; one below the threshold is no change that can be told from chance.
#[must_use]
pub fn change_in_words(change: &Change, threshold: &Fraction, lang: Lang) -> String {
    let word = match change.trend {
        Trend::Improved => lang.t("Förbättrad", "Improved"),
        Trend::Declined => lang.t("Försämrad", "Declined"),
        Trend::Unchanged => lang.t("Ingen säker förändring", "No detectable change"),
        Trend::NotCompared => return lang.t("Jämförs inte", "Not compared").to_owned(),
    };
    match &change.change {
        Some(value) => format!("{word}, {}", shown_change(value, threshold)),
        None => word.to_owned(),
    }
}

/// A change as a number with its sign, never shown as the threshold unless it reaches it.
#[must_use]
pub fn shown_change(change: &Fraction, threshold: &Fraction) -> String {
    display_change(change, &[threshold.clone(), -threshold])
}

fn unmet(asked: &Asked<'_>) -> Vec<Unmet> {
    let (scored, lang) = (&asked.result.scored, asked.lang);
    let before = asked.result.judged.previous.as_ref();
    let ids = scored.unmet_minimum.iter().flatten();
    ids.map(|id| {
        let result = scored.criteria.get(id);
        let earlier = before.and_then(|before| before.unmet_minimum.get(id));
        let mut remarks = Vec::new();
        if result.is_some_and(|result| result.state == CriterionState::Missing) {
            remarks.push(lang.t("Underlag saknas.", "Evidence is missing.").to_owned());
        }
        if let Some(earlier) = earlier.filter(|earlier| earlier.years > 0) {
            let years = earlier.years.saturating_add(1);
            remarks.push(match lang {
                Lang::Sv => format!("Inte uppfyllt {years} år i rad."),
                Lang::En => format!("Not met {years} years running."),
            });
            if !earlier.plan {
                remarks.push(
                    lang.t("Ingen godkänd plan från i fjol.", "No accepted plan from last year.").to_owned(),
                );
            }
        }
        Unmet {
            id: id.clone(),
            title: asked
                .form
                .criterion(id)
                .map(|criterion| criterion.title.get(lang).to_owned())
                .unwrap_or_default(),
            value: result
                .and_then(|result| result.value.as_ref())
                .map_or_else(|| "–".to_owned(), |value| display_short(value, 2)),
            remark: remarks.join(" "),
        }
    })
    .collect()
}

/// The fixed results of the unit's earlier years that the reader may read, oldest first.
fn years(db: &mut Db, asked: &Asked<'_>) -> Result<Vec<(i32, FixedResult)>, Problem> {
    let mut cases = cycles::store::all_of_unit(db, &asked.case.unit.id)?;
    cases.retain(|case| {
        case.year < asked.case.year
            && matches!(case.state.phase(), Phase::X | Phase::P | Phase::A)
            && asked.audience.may(case, Object::Result)
    });
    cases.sort_by_key(|case| case.year);
    let ids: Vec<_> = cases.iter().map(|case| case.id.clone()).collect();
    let mut newest = results::store::newest_of(db, &ids)?;
    Ok(cases.into_iter().filter_map(|case| Some((case.year, newest.remove(&case.id)?))).collect())
}

fn all_years(earlier: &[(i32, FixedResult)], asked: &Asked<'_>) -> Vec<Year> {
    let lang = asked.lang;
    let results = earlier.iter().map(|(year, result)| (*year, &result.scored));
    results
        .chain([(asked.case.year, &asked.result.scored)])
        .map(|(year, scored)| Year {
            year,
            total: total(scored),
            outcome: scored
                .outcome
                .map(|outcome| format!("{} {}", outcome.code(), outcome.title().get(lang))),
        })
        .collect()
}
