//! The unit's answers as it submitted them.

use super::Asked;
use crate::assessments::progress::Stage;
use crate::assessments::snapshot::{Given, Named, Snapshot};
use crate::assessments::{shown, store};
use crate::db::Db;
use crate::forms::evaluate::{background, evaluate};
use crate::forms::{Criterion, EvidenceCount, Field, FieldKind, FieldState, Form, RawAnswers};
use crate::identity::rights::Object;
use crate::number::whole;
use crate::problem::Problem;
use crate::reports::unit_report::{Answer, AnswerGroup, AnswerValue, LearningExample};
use crate::text::Lang;

/// A criterion whose text may be shared with other units has these two fields.
const MAY_SHARE: &str = "may_share";
const SHARED_TEXT: &str = "case_text";

/// What was submitted; nothing when the reader may not read it or nothing was.
#[derive(Default)]
pub(super) struct Answered(Snapshot);

impl Answered {
    pub(super) fn load(db: &mut Db, asked: &Asked<'_>) -> Result<Answered, Problem> {
        if !asked.may(Object::Assessment) {
            return Ok(Answered::default());
        }
        let submission = store::latest_submission(db, &asked.case.id)?;
        let Some(submission) = submission else { return Ok(Answered::default()) };
        Snapshot::of(&submission).map(Answered)
    }

    fn typed(&self, criterion: &str, field: &str) -> Option<&str> {
        self.0.criteria.get(criterion)?.answers.get(field)?.as_str()
    }

    /// The level that the unit gave itself, with its word.
    pub(super) fn self_level(&self, asked: &Asked<'_>, criterion: &str) -> Option<String> {
        let every = &asked.form.every;
        let field = every.iter().find(|field| field.kind == FieldKind::Level)?;
        let level: u8 = self.typed(criterion, &field.id)?.trim().parse().ok()?;
        Some(super::criteria::level(&whole(i64::from(level)), asked))
            .map(|level| [Some(level.shown), level.word].into_iter().flatten().collect::<Vec<_>>().join(" "))
    }

    /// The text that the unit lets others learn from.
    pub(super) fn example(&self, asked: &Asked<'_>) -> Option<LearningExample> {
        let (_, criterion) =
            asked.form.criteria().find(|(_, one)| self.typed(&one.id, MAY_SHARE) == Some("yes"))?;
        let text = self.typed(&criterion.id, SHARED_TEXT)?.trim();
        let title = criterion.title.get(asked.lang).to_owned();
        (!text.is_empty()).then(|| LearningExample { title, text: text.to_owned() })
    }

    /// Every answer, by criterion in the form's order.
    pub(super) fn groups(&self, asked: &Asked<'_>) -> Vec<AnswerGroup> {
        groups_of(asked.form, &self.0, asked.case.period(), |_| None, asked.lang)
    }
}

/// Every answer of a submission or a draft, by criterion in the form's order. `stage`: how far a criterion has come,
/// where that is to be said.
pub(super) fn groups_of(
    form: &Form,
    submitted: &Snapshot,
    period: i32,
    stage: impl Fn(&Criterion) -> Option<Stage>,
    lang: Lang,
) -> Vec<AnswerGroup> {
    if submitted.criteria.is_empty() {
        return Vec::new();
    }
    let about = lang.t("Bakgrund om enheten", "Background on the unit");
    let states = background(form, &submitted.background, period);
    let mut groups = vec![AnswerGroup {
        area: about.to_owned(),
        title: about.to_owned(),
        answers: answers(form.background.iter(), &states, &submitted.background, lang),
    }];
    for (area, criterion) in form.criteria() {
        let Some(given) = submitted.criteria.get(&criterion.id) else { continue };
        let evaluated = evaluate(form, criterion, &given.answers, &EvidenceCount::new(), period);
        let mut listed = Vec::new();
        listed.extend(stage(criterion).map(|stage| Answer {
            label: lang.t("Läge", "State").to_owned(),
            value: AnswerValue::Text(stage.word(lang).to_owned()),
        }));
        listed.extend(answers(form.fields(criterion), &evaluated.fields, &given.answers, lang));
        let computed = shown::indicators(criterion, &evaluated, lang);
        let counted = lang.t("beräknat", "computed");
        listed.extend(computed.into_iter().map(|(label, value)| Answer {
            label: format!("{label} ({counted})"),
            value: AnswerValue::Text(value),
        }));
        if !given.evidence.is_empty() {
            listed.push(evidence(&given.evidence, lang));
        }
        listed.extend(left_out(given, lang));
        groups.push(AnswerGroup {
            area: format!("{} {}", area.id, area.title.get(lang)),
            title: format!("{} {}", criterion.id, criterion.title.get(lang)),
            answers: listed,
        });
    }
    groups
}

/// The evidence of a criterion, each file with the beginning of its SHA-256; the submission holds all of it.
fn evidence(pieces: &[Named], lang: Lang) -> Answer {
    let row = |piece: &Named| {
        let told = [piece.details.place.as_str(), piece.details.description.as_str()];
        let told: Vec<&str> = told.into_iter().filter(|text| !text.is_empty()).collect();
        vec![piece.name.clone(), told.join(". "), piece.mark()]
    };
    let heads = [
        lang.t("Namn", "Name"),
        lang.t("Var och vad", "Where and what"),
        lang.t("Kontrollsumma eller adress", "Checksum or address"),
    ];
    Answer {
        label: lang.t("Underlag", "Evidence").to_owned(),
        value: AnswerValue::Rows {
            heads: heads.map(|head| (head.to_owned(), false)).to_vec(),
            rows: pieces.iter().map(row).collect(),
        },
    }
}

/// Why a criterion has no answer, when the unit said so.
fn left_out(given: &Given, lang: Lang) -> Vec<Answer> {
    let say = |label: &str, text: &str| Answer {
        label: label.to_owned(),
        value: AnswerValue::Text(text.to_owned()),
    };
    let reason = given.declared_missing.as_deref();
    let missing = reason.map(|reason| say(lang.t("Lämnas utan svar", "Left without an answer"), reason));
    let asked = given.not_applicable_asked.then(|| {
        say(lang.t("Ej tillämpligt", "Not applicable"), lang.t("Begärt av enheten", "Asked for by the unit"))
    });
    missing.into_iter().chain(asked).collect()
}

fn answers<'a>(
    fields: impl IntoIterator<Item = &'a Field>,
    states: &[FieldState],
    raw: &RawAnswers,
    lang: Lang,
) -> Vec<Answer> {
    let answer = |shown: shown::Shown| {
        let value = match shown.table {
            Some(shown::Table { heads, rows }) => AnswerValue::Rows { heads, rows },
            None => AnswerValue::Text(shown.value),
        };
        Answer { label: shown.label, value }
    };
    shown::all(fields, states, raw, lang).into_iter().map(answer).collect()
}
