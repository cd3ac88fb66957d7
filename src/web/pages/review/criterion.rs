//! One criterion on the reviewer's page: this year's answers, last year's, and the reader's own judgement.

use std::collections::{BTreeMap, BTreeSet};

use super::{LevelChoice, Open, scale};
use crate::app::App;
use crate::assessments::difference::Changed;
use crate::assessments::progress::Entered;
use crate::assessments::shown::{self, Shown};
use crate::assessments::since_last_year::{Compared, SinceLastYear};
use crate::assessments::{Evidence, NotApplicable, evidence, store};
use crate::clock::Moment;
use crate::cycles::recipients;
use crate::db::Db;
use crate::forms::answer::characters;
use crate::forms::{Criterion, FieldKind, Form};
use crate::identity::standing::Standing;
use crate::ids::PersonId;
use crate::number::display_short;
use crate::problem::Problem;
use crate::results;
use crate::reviews::beside::BesideLastYear;
use crate::reviews::lock::needs_reason;
use crate::reviews::score::Draft;
use crate::reviews::{Level, Score, Scored};
use crate::scoring;
use crate::text::Lang;
use crate::web::pages::unit::evidence::piece::Piece;

/// What the criteria of a page are made from, read once.
pub(super) struct Material {
    entered: Entered,
    files: Vec<Evidence>,
    now: Moment,
    last: Option<BesideLastYear>,
    result: Option<scoring::Scored>,
    /// The unit's people: what others ask for is not shown here.
    unit: BTreeSet<PersonId>,
    reader: PersonId,
    /// What the year's calibration round made clearer of the anchors, by criterion.
    clarified: BTreeMap<String, String>,
}

impl Material {
    /// Reads what a reviewer of an open case may see beside the own review.
    pub(super) fn load(
        db: &mut Db,
        standing: &Standing,
        app: &App,
        open: &Open,
    ) -> Result<Material, Problem> {
        let case = &open.case;
        let files = evidence::store::of_case(db, &case.id)?;
        let entered = store::entered_beside(db, &case.id, &files)?;
        let both = (case, &*open.form);
        Ok(Material {
            last: BesideLastYear::load(db, standing, &app.forms, both, (&entered, &files))?,
            entered,
            files,
            now: app.clock.now(),
            result: results::last_year::released(db, standing, case)?,
            unit: recipients::unit(db, case)?,
            reader: standing.id().clone(),
            clarified: crate::calibration::view::beside_anchors(db, case.year)?,
        })
    }

    /// The unscored answers about the unit.
    pub(super) fn background(&self, open: &Open, lang: Lang) -> Vec<Shown> {
        let raw = self.entered.answers_to(crate::assessments::BACKGROUND);
        shown::background(&open.form, &raw, open.case.period(), lang)
    }

    /// Last year's score of an area, 0–100, when it has been released.
    pub(super) fn last_score(&self, area: &str) -> Option<String> {
        self.result.as_ref()?.areas.get(area).map(|area| area.display.clone())
    }

    /// Last year's value of the same criterion, when it has been released.
    pub(super) fn last_value(&self, criterion: &str) -> Option<Value> {
        let id = self
            .last
            .as_ref()
            .map_or_else(|| Some(criterion.to_owned()), |last| last.same_criterion(criterion))?;
        self.result.as_ref()?.criteria.get(&id)?.value.as_ref().map(value)
    }

    /// The level that the unit gives itself, once it may be seen.
    pub(super) fn own_level(&self, open: &Open, criterion: &Criterion) -> Option<String> {
        let field = open.form.fields(criterion).find(|field| field.kind == FieldKind::Level)?;
        let raw = self.entered.answers_to(&criterion.id);
        raw.get(&field.id)?.as_str().filter(|_| open.sees_own_level()).map(str::to_owned)
    }

    /// This year's answers where there is nothing to compare with.
    fn this_year(
        &self,
        open: &Open,
        criterion: &Criterion,
        evaluated: &crate::forms::Evaluated,
        lang: Lang,
    ) -> SinceLastYear {
        let raw = self.entered.answers_to(&criterion.id);
        let mut answers = shown::answers(&open.form, criterion, &raw, evaluated, lang);
        answers.retain(|one| open.sees_own_level() || !is_level(&open.form, criterion, &one.field));
        let alone = |now: Shown| Compared {
            field: now.field.clone(),
            label: now.label.clone(),
            now: Some(now),
            before: None,
            change: None,
            number: None,
        };
        SinceLastYear { answers: answers.into_iter().map(alone).collect(), beside: Vec::new() }
    }

    /// The year before the case's.
    pub(super) fn last_year(&self) -> Option<i32> {
        self.last.as_ref().map(BesideLastYear::year)
    }
}

/// A value as a chip, with the level that colours it.
#[derive(Default)]
pub(super) struct Value {
    pub shown: String,
    pub level: String,
}

/// A criterion with everything its page shows.
pub(super) struct CriterionView {
    pub id: String,
    pub title: String,
    pub guidance: String,
    pub minimum: bool,
    /// What is new or has changed since last year, or everything where there is nothing to compare with.
    pub answers: Vec<Compared>,
    /// What reads as last year.
    pub same: Vec<Shown>,
    /// Evidence and the like that changed.
    pub beside: Vec<Changed>,
    pub indicators: Vec<(String, String)>,
    pub files: Vec<Piece>,
    pub left: Option<String>,
    pub asked: Option<(String, &'static str)>,
    pub check: Option<bool>,
    /// Whether anything was asked last year.
    pub compared: bool,
    pub last_value: Option<Value>,
    pub clarification: Option<String>,
    pub judgement: Judgement,
}

/// The reader's own judgement of a criterion.
pub(super) struct Judgement {
    pub version: i32,
    pub scale: Vec<LevelChoice>,
    pub others: Vec<Other>,
    pub reason: String,
    /// The scores that need a reason.
    pub reason_at: String,
    pub given: Option<Score>,
    pub revised: Option<(Level, String)>,
    pub corrected: Option<(Level, String)>,
    pub score_fault: Option<String>,
    pub reason_fault: Option<String>,
    pub complete: bool,
}

/// A score that is no level.
pub(super) struct Other {
    pub value: &'static str,
    pub title: String,
    pub hint: String,
    pub chosen: bool,
}

impl CriterionView {
    /// A criterion of an open case. `typed` stands in for what is saved; `faults` tells whether what is missing is said.
    pub(super) fn new(
        open: &Open,
        criterion: &Criterion,
        material: &Material,
        (typed, faults): (Option<&Draft>, bool),
        lang: Lang,
    ) -> CriterionView {
        let (form, year) = (&open.form, open.case.period());
        let state = material.entered.criterion(form, criterion, year);
        let since = match &material.last {
            Some(last) => last.criterion(form, criterion, lang),
            None => material.this_year(open, criterion, &state.evaluated, lang),
        };
        let compared = since.answers.iter().any(|one| one.before.is_some());
        let (same, answers): (Vec<_>, Vec<_>) = since.answers.into_iter().partition(Compared::is_unchanged);
        let answered = material.entered.answers.get(&criterion.id);
        let asked = material.entered.not_applicable.get(&criterion.id);
        let asked = asked
            .filter(|asked| asked.asked_by == material.reader || material.unit.contains(&asked.asked_by));
        CriterionView {
            id: criterion.id.clone(),
            title: criterion.title.get(lang).to_owned(),
            guidance: criterion.guidance.get(lang).to_owned(),
            minimum: criterion.minimum,
            answers,
            same: same.into_iter().filter_map(|one| one.now).collect(),
            beside: since.beside,
            compared,
            indicators: shown::indicators(criterion, &state.evaluated, lang),
            files: Piece::of(&material.files, &criterion.id, &open.case.review_path(), material.now, lang),
            left: answered.and_then(|answer| answer.declared_missing.clone()),
            asked: asked.map(|asked| (asked.reason.clone(), word(asked, lang))),
            check: open.own.minimum_checks.get(&criterion.id).copied().filter(|_| criterion.minimum),
            last_value: material.last_value(&criterion.id),
            clarification: material.clarified.get(&criterion.id).cloned(),
            judgement: Judgement::new(open, criterion, asked, (typed, faults), lang),
        }
    }
}

/// A settled value as a chip: halves take the colour of the level below.
pub(super) fn value(value: &crate::number::Fraction) -> Value {
    Value { shown: display_short(value, 1), level: value.floor().to_integer().to_string() }
}

/// A score as a chip.
pub(super) fn score_value(score: Option<Score>) -> Value {
    let (shown, level) = match score {
        Some(Score::Level(level)) => (level.number().to_string(), level.number().to_string()),
        Some(Score::CannotJudge) => ("K".to_owned(), "x".to_owned()),
        Some(Score::NotApplicable) | None => ("\u{2013}".to_owned(), "x".to_owned()),
    };
    Value { shown, level }
}

fn is_level(form: &Form, criterion: &Criterion, field: &str) -> bool {
    form.fields(criterion).any(|known| known.id == field && known.kind == FieldKind::Level)
}

fn word(asked: &NotApplicable, lang: Lang) -> &'static str {
    match asked.approved {
        None => lang.t("samordnaren har inte tagit ställning", "the coordinator has not decided"),
        Some(true) => lang.t("samordnaren har sagt ja", "the coordinator has said yes"),
        Some(false) => lang.t("samordnaren har sagt nej", "the coordinator has said no"),
    }
}

impl Judgement {
    fn new(
        open: &Open,
        criterion: &Criterion,
        asked: Option<&NotApplicable>,
        (typed, faults): (Option<&Draft>, bool),
        lang: Lang,
    ) -> Judgement {
        let saved = open.own.scores.get(&criterion.id);
        let given = typed.map_or_else(|| saved.and_then(|saved| saved.first), |typed| typed.score);
        let reason = typed.map_or_else(
            || saved.map(|saved| saved.reason.clone()).unwrap_or_default(),
            |typed| typed.reason.clone(),
        );
        let fault = |part: &str| {
            let mut all = open.faults_of(&criterion.id).filter(|_| faults && typed.is_none());
            all.find(|fault| super::place(fault).1 == part).map(|fault| fault.message.get(lang).to_owned())
        };
        let refused = typed.map(|_| {
            lang.t("Skriv varför kriteriet inte är tillämpligt.", "Write why the criterion does not apply.")
                .to_owned()
        });
        let level = given.and_then(Score::level).map(Level::number);
        let fails_check = open.own.minimum_checks.get(&criterion.id) == Some(&false);
        let reason_at: Vec<&str> = Score::ALL
            .iter()
            .filter(|score| **score != Score::NotApplicable)
            .filter(|score| needs_reason(&open.form, criterion, **score, fails_check))
            .map(Score::as_str)
            .collect();
        Judgement {
            reason_at: reason_at.join(" "),
            version: saved.map_or(0, |saved| saved.version),
            scale: scale(&open.form, criterion, level, lang),
            others: others(open, criterion, asked, given, lang),
            reason,
            given,
            revised: saved.and_then(|saved| saved.revised.clone()),
            corrected: saved.and_then(|saved| saved.corrected.clone()),
            score_fault: fault("score"),
            reason_fault: refused.or_else(|| fault("reason")),
            complete: open.is_done(&criterion.id) && saved.is_some_and(is_given),
        }
    }

    /// The score as a chip.
    pub(super) fn chip(&self) -> Value {
        score_value(self.given)
    }

    /// The name of what was chosen.
    pub(super) fn word(&self) -> Option<&str> {
        let level = self.scale.iter().find(|choice| choice.chosen).map(|choice| &choice.title);
        let other = || self.others.iter().find(|other| other.chosen).map(|other| &other.title);
        level.or_else(other).map(String::as_str)
    }
}

impl CriterionView {
    /// Whether nothing at all has changed since last year.
    pub(super) fn is_as_last_year(&self) -> bool {
        self.answers.is_empty() && self.beside.is_empty()
    }

    /// How many characters of the reason are still needed or left, in words.
    pub(super) fn left(&self, least: usize, most: usize, lang: Lang) -> String {
        let own = &self.judgement;
        let typed = characters(&own.reason);
        let given = own.given.as_ref().map(Score::as_str);
        let needed = given.is_some_and(|given| own.reason_at.split(' ').any(|score| score == given));
        let [left, over, needs] = counter_words(lang);
        let (words, number) = match (needed, typed) {
            (true, typed) if typed < least => (needs, least - typed),
            (_, typed) if typed > most => (over, typed - most),
            (_, typed) => (left, most - typed),
        };
        words.replace("{n}", &number.to_string())
    }
}

/// The sentences of the counter: what is left, what is too much, and what is still needed.
pub(super) fn counter_words(lang: Lang) -> [&'static str; 3] {
    [
        lang.t("{n} tecken kvar", "Characters left: {n}"),
        lang.t("{n} tecken för mycket", "Characters too many: {n}"),
        lang.t("{n} tecken till behövs", "Characters still needed: {n}"),
    ]
}

fn is_given(saved: &Scored) -> bool {
    saved.first.is_some()
}

/// K, and «not applicable» where the form allows it, nobody has said no, and the reader is one of the pair.
fn others(
    open: &Open,
    criterion: &Criterion,
    asked: Option<&NotApplicable>,
    given: Option<Score>,
    lang: Lang,
) -> Vec<Other> {
    let title = |score: Score| score.title().map(|title| title.get(lang).to_owned()).unwrap_or_default();
    let mut others = vec![Other {
        value: "K",
        title: title(Score::CannotJudge),
        hint: lang.t("Du saknar kompetens eller underlag.", "You lack competence or evidence.").to_owned(),
        chosen: given == Some(Score::CannotJudge),
    }];
    let denied = asked.is_some_and(|asked| asked.approved == Some(false));
    if let Some(when) = criterion.not_applicable.as_ref().filter(|_| !open.is_further() && !denied) {
        others.push(Other {
            value: "NA",
            title: title(Score::NotApplicable),
            hint: format!(
                "{} {}",
                when.get(lang),
                lang.t(
                    "Samordnaren tar ställning när du har sparat med knappen.",
                    "The coordinator decides once you have saved with the button."
                )
            ),
            chosen: given == Some(Score::NotApplicable),
        });
    }
    others
}
