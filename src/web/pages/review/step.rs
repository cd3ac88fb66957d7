//! What a reviewer is to do next in a case: the same answer for the list, for mail links and after an act.

use chrono::NaiveDate;

use super::Open;
use crate::app::App;
use crate::clock::local_day;
use crate::cycles::calendar::{Dates, after_working_days};
use crate::cycles::state::{CaseState, Phase};
use crate::cycles::{self, Case};
use crate::db::Db;
use crate::forms::Form;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::{Party, Standing};
use crate::problem::Problem;
use crate::reviews::view;
use crate::scoring::CriterionState;
use crate::text::Lang;
use crate::web::pages::unit::form_of;

/// The next step in one case.
pub(super) struct Step {
    /// What to do, or what is waited for.
    pub text: String,
    /// Where; none when nothing can be opened now.
    pub href: Option<String>,
    /// By when, as long as it is this reader's to do.
    pub due: Option<NaiveDate>,
    /// Criteria done and all, while scores are set.
    pub progress: Option<(usize, usize)>,
}

impl Step {
    fn to_do(text: impl Into<String>, href: String, due: NaiveDate) -> Step {
        Step { text: text.into(), href: Some(href), due: Some(due), progress: None }
    }

    fn wait(text: impl Into<String>, href: Option<String>) -> Step {
        Step { text: text.into(), href, due: None, progress: None }
    }

    /// Whether it is the reader who must act.
    pub(super) fn is_mine(&self) -> bool {
        self.due.is_some()
    }
}

/// The reader's next step in a case where they have a seat and no conflict of interest.
pub(super) fn step(
    db: &mut Db,
    standing: &Standing,
    app: &App,
    case: &Case,
    lang: Lang,
) -> Result<Step, Problem> {
    let path = case.review_path();
    let dates = cycles::store::cycle(db, case.year)?.dates;
    if standing.must_declare(&case.reference()).is_some() {
        let text = lang.t("Ta ställning till jäv", "Declare whether you have a conflict of interest");
        let due = if case.state.phase() == Phase::C { dates.settle } else { dates.lock };
        return Ok(Step::to_do(text, format!("{path}/jav"), due));
    }
    let further = standing.seat(&case.id).is_some_and(|seat| seat.party == Party::Further);
    Ok(match case.state.phase() {
        Phase::D | Phase::S => {
            let text = lang.t(
                "Granskningen öppnar när båda granskarna har tagit ställning till jäv",
                "The review opens once both reviewers have declared on conflicts of interest",
            );
            Step::wait(text, None)
        }
        Phase::V => score(db, standing, app, case, &dates, lang)?,
        Phase::C if further => score(db, standing, app, case, &dates, lang)?,
        Phase::C => settle(db, standing, &*form_of(app, case)?, case, &dates, lang)?,
        Phase::F if further => thanks(lang),
        Phase::F => facts(case, &dates, lang),
        Phase::X | Phase::P | Phase::A => {
            let may = standing.may(&case.reference(), Object::Result, Deed::Read);
            let text = lang.t("Resultatet är fastställt", "The result is fixed");
            Step::wait(text, may.then(|| format!("{}/resultat", case.path())))
        }
    })
}

fn thanks(lang: Lang) -> Step {
    Step::wait(lang.t("Du är klar. Tack", "You are done. Thank you"), None)
}

fn score(
    db: &mut Db,
    standing: &Standing,
    app: &App,
    case: &Case,
    dates: &Dates,
    lang: Lang,
) -> Result<Step, Problem> {
    let open = Open::load(db, standing, app, &case.unit.slug, case.year)?;
    let path = open.path();
    if open.is_locked() {
        let text = lang.t("Din granskning är låst", "Your review is locked");
        return Ok(Step::wait(text, Some(format!("{path}/las"))));
    }
    let due = if open.is_further() { dates.further } else { dates.lock };
    let (done, of) = open.progress();
    let Some(first) = open.own.missing.first() else {
        let text = lang.t("Lås granskningen", "Lock the review");
        return Ok(Step { progress: Some((done, of)), ..Step::to_do(text, format!("{path}/las"), due) });
    };
    let text = format!("{} {}", lang.t("Bedöm", "Score"), count(of - done, lang));
    let area = super::area_of(&open.form, super::place(first).0);
    Ok(Step { progress: Some((done, of)), ..Step::to_do(text, format!("{path}/{area}"), due) })
}

fn count(criteria: usize, lang: Lang) -> String {
    match criteria {
        1 => lang.t("1 kriterium", "1 criterion").to_owned(),
        more => format!("{more} {}", lang.t("kriterier", "criteria")),
    }
}

fn settle(
    db: &mut Db,
    standing: &Standing,
    form: &Form,
    case: &Case,
    dates: &Dates,
    lang: Lang,
) -> Result<Step, Problem> {
    let href = format!("{}/samsyn", case.review_path());
    if case.state == CaseState::Further {
        let text = lang.t("Ytterligare granskning pågår", "A further review is going on");
        return Ok(Step::wait(text, Some(href)));
    }
    let Some(seat) = standing.seat(&case.id) else { return Err(Problem::not_found()) };
    let view = view::settlement(db, standing, form, case)?;
    let open: Vec<_> =
        view.criteria.iter().filter(|one| one.status.state == CriterionState::NeedsDiscussion).collect();
    let own = |one: &&&view::SettledCriterion| {
        let scored = if seat.party == Party::University { &one.university } else { &one.region };
        scored.as_ref().is_some_and(|scored| scored.closed_at.is_none())
    };
    let mine = open.iter().filter(own).count();
    if mine > 0 {
        let text = format!("{} {}", lang.t("Samtala om", "Discuss"), count(mine, lang));
        return Ok(Step::to_do(text, href, dates.settle));
    }
    if !open.is_empty() || view.summary.signed_at(seat.party).is_some() {
        let text =
            lang.t("Den andra granskaren gör klart samsynen", "The other reviewer finishes the settlement");
        return Ok(Step::wait(text, Some(href)));
    }
    Ok(Step::to_do(lang.t("Skriv under samsynen", "Sign the settlement"), href, dates.settle))
}

fn facts(case: &Case, dates: &Dates, lang: Lang) -> Step {
    let href = format!("{}/ratta", case.review_path());
    if case.state == CaseState::FactCheck {
        return Step::wait(lang.t("Enheten kontrollerar fakta", "The unit checks facts"), Some(href));
    }
    let due = local_day(after_working_days(case.entered_at, dates.comment_days));
    Step::to_do(lang.t("Läs enhetens synpunkter", "Read the unit's comments"), href, due)
}
