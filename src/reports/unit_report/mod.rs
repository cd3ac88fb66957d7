//! The report of one unit and one year: everything it needs as a plain value, and how that becomes a [`Report`].
//!
//! Invariants: nothing is computed here that the scoring model computes: scores, lights, outcome and the sentences that
//! explain them come in ready; texts come in the report's language. Unmet minimums stand before everything else, and
//! every page that shows the outcome says that it is about the year and not the appointment (process, chapter 5).

mod answers;
mod build;
mod criteria;

pub(in crate::reports) use answers::answer_blocks;
pub use build::build;

use chrono::NaiveDate;

use super::{Light, Report};
use crate::number::Fraction;
use crate::text::Lang;

/// Everything the report of one unit and year shows. Texts are in `language`; lists are in the order shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitReport {
    /// The language of all texts.
    pub language: Lang,
    /// The unit's name.
    pub unit: String,
    /// The administration (förvaltning) it belongs to.
    pub administration: String,
    /// The year evaluated.
    pub year: i32,
    /// The registry number, from the final state on.
    pub registry_number: Option<String>,
    /// The document's version: `1`, and `2` after a correction.
    pub version: String,
    /// The form and its version: `USVE 2026.1`.
    pub form_version: String,
    /// The day of issue, or of the draft.
    pub date: NaiveDate,
    /// A draft: shown with a watermark, never stored.
    pub draft: bool,
    /// The code at the foot that the document can be looked up by.
    pub code: String,
    /// The outcome.
    pub outcome: Outcome,
    /// The total, 0–100; none with outcome E.
    pub total: Option<Score>,
    /// The total of the year before, when compared.
    pub total_last_year: Option<Score>,
    /// The change of the total in words: `Förbättrad, +6,3`, or why it is not compared.
    pub total_change: String,
    /// The minimums that are not met, in the form's order.
    pub unmet: Vec<Unmet>,
    /// Why the outcome deserves a special reading (särskilda skäl), if said.
    pub special_reasons: Option<String>,
    /// The reviewers' joint summary, if they wrote one.
    pub summary: Option<String>,
    /// The areas in the form's order.
    pub areas: Vec<Area>,
    /// Totals of earlier years and this one, oldest first; the trend is drawn from two years on.
    pub years: Vec<Year>,
    /// Who reviewed.
    pub reviewers: Vec<Reviewer>,
    /// The unit's example to learn from, if it gave one.
    pub learning_example: Option<LearningExample>,
    /// The improvement plan's state in a sentence, if there is a plan or one is due.
    pub plan: Option<String>,
    /// The actions of the plan.
    pub actions: Vec<Action>,
    /// What the coordination group wrote, if anything.
    pub recommendation: Option<String>,
    /// The unit's answers, one group a criterion (and one for the background).
    pub answers: Vec<AnswerGroup>,
    /// How it was done, as headed texts; numbers from the form's rules are already in them.
    pub method: Vec<Method>,
}

/// The outcome of the year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// `F`, `G`, `V`, `O` or `E`.
    pub letter: String,
    /// `Godkänd med krav på åtgärder`.
    pub name: String,
    /// The rule that gave it, as a sentence with the unit's own numbers.
    pub rule: String,
}

/// A score from 0 to 100.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score {
    /// The exact value, for charts.
    pub exact: Fraction,
    /// The value as people read it.
    pub shown: String,
}

/// A minimum that is not met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmet {
    /// `E2`.
    pub id: String,
    /// The criterion's title.
    pub title: String,
    /// The value as people read it, 0–4.
    pub value: String,
    /// What that means: `Underlag saknas.`, `Inte uppfyllt andra året i rad.`; may be empty.
    pub remark: String,
}

/// An area with its score and its criteria.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Area {
    /// `A`.
    pub id: String,
    /// The area's title.
    pub title: String,
    /// Its share of the total: `20 %`.
    pub weight: String,
    /// The score, none when nothing in it applies.
    pub score: Option<Score>,
    /// The light, none when nothing in it applies.
    pub light: Option<Light>,
    /// Last year's score on this year's terms, when compared.
    pub last_year: Option<Score>,
    /// `+6,3`, or an en dash when it is not compared.
    pub change: String,
    /// Its criteria in the form's order.
    pub criteria: Vec<Criterion>,
}

/// A criterion with how its value came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Criterion {
    /// `E2`.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Whether it is a minimum requirement.
    pub minimum: bool,
    /// For a minimum with a value: whether it is met.
    pub met: Option<bool>,
    /// The settled value; none when not applicable or still open.
    pub value: Option<LevelValue>,
    /// Its light; none when not applicable or still open.
    pub light: Option<Light>,
    /// The value last year as people read it; none when there is none.
    pub last_year: Option<String>,
    /// How the value was settled, in a word or two: `Lika`, `Medelvärde`, `Ej tillämpligt`.
    pub state: String,
    /// How the value was settled, as a sentence.
    pub explanation: String,
    /// The unit's own level as people read it, if it gave one.
    pub self_level: Option<String>,
    /// What each reviewer and further reviewer said.
    pub reviews: Vec<Review>,
    /// What the unit said in the fact check and what came of it.
    pub fact_comments: Vec<FactComment>,
}

impl Criterion {
    /// Whether the unit has commented on facts here and nobody has answered.
    #[must_use]
    pub fn waits_for_answer(&self) -> bool {
        self.fact_comments.iter().any(|comment| comment.answer.is_none())
    }
}

/// A value on the scale 0–4.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LevelValue {
    /// The whole step at or below it, 0–4, for the colour.
    pub step: u8,
    /// `2,5`.
    pub shown: String,
    /// The scale's word when the value is a whole step: `Uppfyllt`.
    pub word: Option<String>,
}

/// One reviewer's part in one criterion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// `Lunds universitet`, `Region Skåne`, `Ytterligare granskare 1`.
    pub party: String,
    /// `3`, `2 (först 1)`, `Kan inte bedöma`.
    pub score: String,
    /// The reasons in order, the revision's and the correction's last; may be empty.
    pub reasons: Vec<String>,
}

/// A fact comment and its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactComment {
    /// What the unit wrote.
    pub comment: String,
    /// What was done about it, if anything.
    pub answer: Option<String>,
}

/// One year in the row of years.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Year {
    /// The year.
    pub year: i32,
    /// The total, if there was one.
    pub total: Option<Score>,
    /// The outcome's letter and name, if there was one.
    pub outcome: Option<String>,
}

/// Who reviewed and for whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reviewer {
    /// The person's name.
    pub name: String,
    /// `Lunds universitet`.
    pub party: String,
    /// What they did: `Granskare`, `Ytterligare granskare, 3 kriterier`.
    pub task: String,
}

/// An example for other units to learn from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LearningExample {
    /// Its title.
    pub title: String,
    /// The text; blank lines part paragraphs.
    pub text: String,
}

/// An action of the improvement plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// What is to be done.
    pub text: String,
    /// The criteria it is about: `E2, F1`.
    pub criteria: String,
    /// Who answers for it.
    pub owner: String,
    /// When it is due, as people read it.
    pub due: String,
    /// `Pågår`.
    pub state: String,
}

/// The answers to one criterion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerGroup {
    /// The area's id and title, or the background's title; groups of one area stand together.
    pub area: String,
    /// `E2 Handledning`, or the background's title.
    pub title: String,
    /// The answers in the form's order.
    pub answers: Vec<Answer>,
}

/// One question and its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The question.
    pub label: String,
    /// The answer as people read it; empty when not answered.
    pub value: AnswerValue,
}

/// An answer as people read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnswerValue {
    /// Everything that fits beside its label.
    Text(String),
    /// A table or a row of years: the heads and the rows.
    Rows {
        /// The heads, with whether the column holds numbers.
        heads: Vec<(String, bool)>,
        /// The rows, as many cells as heads.
        rows: Vec<Vec<String>>,
    },
}

/// One headed text of the method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Method {
    /// The heading.
    pub title: String,
    /// The text; blank lines part paragraphs.
    pub text: String,
}

/// The sentence that stands wherever an outcome is shown.
#[must_use]
pub fn outcome_sentence(lang: Lang) -> &'static str {
    lang.t(
        "Omdömet gäller årets utvärdering, inte uppdraget som USVE.",
        "The outcome is about this year's evaluation, not about the appointment as a university healthcare unit.",
    )
}

impl From<&UnitReport> for Report {
    fn from(unit: &UnitReport) -> Report {
        build(unit)
    }
}
