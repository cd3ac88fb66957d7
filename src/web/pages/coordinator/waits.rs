//! What a case waits for from its coordinators.

use std::collections::{BTreeMap, BTreeSet};

use crate::app::App;
use crate::assessments;
use crate::clock::Moment;
use crate::cycles::calendar::Dates;
use crate::cycles::state::{CaseState, Phase};
use crate::cycles::{self, Case, recipients};
use crate::db::Db;
use crate::followup;
use crate::identity::standing::{Party, Standing};
use crate::ids::CaseId;
use crate::problem::Problem;
use crate::results;
use crate::reviews::view::{self, SeatView};
use crate::text::Lang;
use crate::web::pages::unit::form_of;

/// Something that a coordinator has to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wait {
    /// Decide about a declared conflict of interest.
    Conflict,
    /// Decide whether a criterion applies.
    Request,
    /// Answer a unit's request for more time.
    MoreTime,
    /// Extend the time of a unit that has not submitted, or close its case.
    Overdue,
    /// Assign the pair of reviewers.
    Assign,
    /// Fill the seat of a reviewer who has left.
    Vacant,
    /// Assign a further reviewer, or end the further review.
    Further,
    /// Send or answer comments on facts.
    Comments,
    /// Fix the result.
    Finalise,
    /// Release the result.
    Release,
    /// Accept the improvement plan.
    Plan,
}

impl Wait {
    /// Every one, the most urgent first.
    pub const ALL: [Wait; 11] = [
        Wait::Conflict,
        Wait::Request,
        Wait::MoreTime,
        Wait::Overdue,
        Wait::Assign,
        Wait::Vacant,
        Wait::Further,
        Wait::Comments,
        Wait::Finalise,
        Wait::Release,
        Wait::Plan,
    ];

    /// What to do, in words.
    #[must_use]
    pub fn words(self, lang: Lang) -> &'static str {
        match self {
            Wait::Conflict => lang.t("Ta ställning till anmält jäv", "Decide about a conflict of interest"),
            Wait::Request => lang.t("Ta ställning till ej tillämpligt", "Decide about not applicable"),
            Wait::MoreTime => lang.t("Svara på begäran om mer tid", "Answer the request for more time"),
            Wait::Overdue => lang.t("Tiden har gått ut", "The time is up"),
            Wait::Assign => lang.t("Utse granskare", "Assign reviewers"),
            Wait::Vacant => lang.t("Utse ny granskare", "Assign a new reviewer"),
            Wait::Further => lang.t("Utse ytterligare granskare", "Assign a further reviewer"),
            Wait::Comments => lang.t("Besvara synpunkter", "Answer comments"),
            Wait::Finalise => lang.t("Fastställ resultatet", "Fix the result"),
            Wait::Release => lang.t("Meddela resultatet", "Release the result"),
            Wait::Plan => lang.t("Godkänn åtgärdsplanen", "Accept the improvement plan"),
        }
    }

    /// The section of the case's page where it is done.
    #[must_use]
    pub fn anchor(self) -> &'static str {
        match self {
            Wait::Conflict => "jav",
            Wait::Request => "undantag",
            Wait::MoreTime | Wait::Overdue => "tid",
            Wait::Assign | Wait::Vacant | Wait::Further => "granskare",
            Wait::Comments => "synpunkter",
            Wait::Finalise | Wait::Release => "resultat",
            Wait::Plan => "plan",
        }
    }
}

/// What cases of one year wait for; cases that wait for nothing are left out. The reader coordinates them all.
///
/// # Errors
/// The database cannot be read.
pub fn of_cases(
    db: &mut Db,
    standing: &Standing,
    app: &App,
    cases: &[Case],
    seats: &[SeatView],
    dates: &Dates,
) -> Result<BTreeMap<CaseId, BTreeSet<Wait>>, Problem> {
    let now = app.clock.now();
    let mut waits: BTreeMap<CaseId, BTreeSet<Wait>> = BTreeMap::new();
    for case in cases {
        let own = of_state(db, standing, app, case, seats, dates, now)?;
        waits.entry(case.id.clone()).or_default().extend(own);
    }
    for case in view::conflicts_to_decide(db, standing, cases)? {
        waits.entry(case).or_default().insert(Wait::Conflict);
    }
    let with_the_unit =
        cases.iter().filter(|case| matches!(case.state, CaseState::Draft | CaseState::Returned));
    let ids: Vec<CaseId> = with_the_unit.map(|case| case.id.clone()).collect();
    for case in cycles::extension::waiting_in(db, &ids)? {
        waits.entry(case).or_default().insert(Wait::MoreTime);
    }
    let decided_later = [Phase::D, Phase::S, Phase::V, Phase::C];
    let open: Vec<CaseId> = cases
        .iter()
        .filter(|case| decided_later.contains(&case.state.phase()))
        .filter(|case| case.state != CaseState::NotSubmitted)
        .map(|case| case.id.clone())
        .collect();
    for (case, request) in assessments::request_store::of_cases(db, &open)? {
        if request.approved.is_none() {
            waits.entry(case).or_default().insert(Wait::Request);
        }
    }
    waits.retain(|_, own| !own.is_empty());
    Ok(waits)
}

/// What a case waits for because of the state it is in.
fn of_state(
    db: &mut Db,
    standing: &Standing,
    app: &App,
    case: &Case,
    seats: &[SeatView],
    dates: &Dates,
    now: Moment,
) -> Result<Option<Wait>, Problem> {
    let when = |holds: bool, wait: Wait| holds.then_some(wait);
    let time_is_up = now > dates.last_moment(case.due());
    Ok(match case.state {
        CaseState::Draft => when(time_is_up, Wait::Overdue),
        CaseState::Submitted => Some(Wait::Assign),
        CaseState::Returned => when(time_is_up, Wait::Assign),
        CaseState::Assigned => {
            let pair = seats.iter().filter(|seat| seat.case.id == case.id && seat.party != Party::Further);
            when(pair.count() < 2, Wait::Vacant)
        }
        CaseState::Further => when(further_waits(db, standing, app, case, seats)?, Wait::Further),
        CaseState::FactCheck if case.fact_check_due.is_none_or(|due| now < due) => None,
        CaseState::FactCheck | CaseState::Commented => {
            let comments = results::view::fact_comments(db, standing, case)?;
            let unanswered = comments.iter().any(|comment| comment.answer.is_none());
            let form = form_of(app, case)?;
            if case.state == CaseState::Commented
                && !view::lacking_further(db, standing, &form, case)?.is_empty()
            {
                Some(Wait::Further)
            } else {
                Some(if unanswered { Wait::Comments } else { Wait::Finalise })
            }
        }
        CaseState::NotSubmitted => Some(Wait::Finalise),
        CaseState::Final => Some(Wait::Release),
        CaseState::Action => {
            let plan = followup::view::plan(db, standing, case)?;
            let plan = plan.filter(|plan| plan.submitted_at.is_some() && plan.accepted_at.is_none());
            let ready = match plan {
                Some(plan) if plan.signed_at.is_some() => true,
                // Without a head of administration nobody signs.
                Some(_) => recipients::administration(db, case)?.is_empty(),
                None => false,
            };
            when(ready, Wait::Plan)
        }
        _ => None,
    })
}

/// Whether a criterion lacks a further reviewer, or no further reviewer is at work any more.
fn further_waits(
    db: &mut Db,
    standing: &Standing,
    app: &App,
    case: &Case,
    seats: &[SeatView],
) -> Result<bool, Problem> {
    let at_work = seats
        .iter()
        .any(|seat| seat.case.id == case.id && seat.party == Party::Further && seat.locked_at.is_none());
    let form = form_of(app, case)?;
    Ok(!at_work || !view::lacking_further(db, standing, &form, case)?.is_empty())
}
