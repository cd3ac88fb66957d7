//! A coordinator picks a released case of an earlier year as calibration case, or leaves one out again.

use std::collections::BTreeSet;

use serde_json::json;

use super::{CalibrationCase, Round, RoundState, copy, store, view};
use crate::assessments::snapshot::Snapshot;
use crate::assessments::{request_store, store as assessments};
use crate::audit::{self, Chain, Event};
use crate::cycles::state::{CycleState, Phase};
use crate::cycles::{self, Case};
use crate::db::{Act, Db};
use crate::forms::{Form, Library};
use crate::identity::standing::Standing;
use crate::problem::Problem;
use crate::results;

/// The cases that can be picked for a year's round: released, of an earlier year, on a form that leads to the round's, not
/// picked yet, and none of the coordinator's own unit. Newest first.
///
/// # Errors
/// [`Problem::not_found`] for who does not coordinate the year.
pub fn eligible(
    db: &mut Db,
    standing: &Standing,
    library: &Library,
    year: i32,
) -> Result<Vec<Case>, Problem> {
    standing.require_coordinator(year)?;
    let cycle = cycles::store::cycle(db, year)?;
    let round = store::known_round(db, year)?;
    let form = round.map_or(cycle.form, |round| round.form);
    let taken: Vec<_> = store::sources(db, year)?.into_iter().map(|(_, source)| source).collect();
    let mut cases: Vec<Case> = cycles::store::visible_of_all_years(db, standing)?
        .into_iter()
        .filter(|case| case.year < year && is_released(case) && !taken.contains(&case.id))
        .filter(|case| view::handles(standing, case) && library.route(&case.form, &form).is_some())
        .collect();
    let ids: Vec<_> = cases.iter().map(|case| case.id.clone()).collect();
    let submitted = store::submitted(db, &ids)?;
    cases.retain(|case| submitted.contains(&case.id));
    cases.sort_by(|one, other| other.year.cmp(&one.year).then_with(|| one.unit.name.cmp(&other.unit.name)));
    Ok(cases)
}

/// Whether a case's result has been released; closed ones without a result were cancelled or left out.
fn is_released(case: &Case) -> bool {
    matches!(case.state.phase(), Phase::P | Phase::A) && case.registry_number.is_some()
}

/// Picks a case: the anonymised copy is made, and with the first case the round. `most` is how many cases a round may have.
///
/// # Errors
/// The case cannot be picked, the round has opened, or it has its cases.
pub fn pick(
    act: &mut Act<'_>,
    standing: &Standing,
    (library, most): (&Library, usize),
    year: i32,
    (slug, source_year): (&str, i32),
) -> Result<CalibrationCase, Problem> {
    standing.require_coordinator(year)?;
    let cycle = cycles::store::claim_cycle(act, year, &[CycleState::Planned, CycleState::Open])?;
    let round = match store::known_round(act.db, year)? {
        Some(_) => store::claim(act, year, &[RoundState::Preparing])?,
        None => store::add_round(act, year, &cycle.form)?,
    };
    let picked = eligible(act.db, standing, library, year)?;
    let source = picked
        .into_iter()
        .find(|case| case.unit.slug == slug && case.year == source_year)
        .ok_or_else(not_eligible)?;
    let there = store::cases(act.db, year)?;
    if there.len() >= most {
        return Err(Problem::conflict(
            "round_is_full",
            format!("Omgången har redan sina {most} övningsfall. Ta bort ett först."),
            format!("The round has its {most} calibration cases already. Leave one out first."),
        ));
    }
    let number = (1..=i32::MAX).find(|number| there.iter().all(|case| case.number != *number)).unwrap_or(1);
    let case = CalibrationCase { year, number, period: source.period() };
    let made = make(act.db, library, &round, &source)?;
    store::add_case(act, case, &source.id, standing.id(), &made)?;
    record(act, standing, "pick_calibration_case", case)?;
    Ok(case)
}

/// Makes the copy of a case, as it was submitted last.
fn make(db: &mut Db, library: &Library, round: &Round, source: &Case) -> Result<copy::Copy, Problem> {
    let submission = assessments::latest_submission(db, &source.id)?.ok_or_else(not_eligible)?;
    results::store::newest(db, &source.id)?.ok_or_else(not_eligible)?;
    let snapshot = Snapshot::of(&submission)?;
    let (form, route) =
        library.get(&round.form).zip(library.route(&snapshot.form, &round.form)).ok_or_else(not_eligible)?;
    let approved = |request: &crate::assessments::NotApplicable| request.approved == Some(true);
    let requests = request_store::of_case(db, &source.id)?;
    let not_applicable: BTreeSet<String> =
        requests.into_iter().filter(approved).map(|request| request.criterion).collect();
    let form: &Form = &form;
    let terms = view::terms(db, form, source)?;
    Ok(copy::copy(form, &route, &snapshot, &not_applicable, &terms))
}

/// Leaves a case out of a round that has not opened; its copy goes with it.
///
/// # Errors
/// [`Problem::not_found`], or the round has opened.
pub fn leave_out(act: &mut Act<'_>, standing: &Standing, year: i32, number: i32) -> Result<(), Problem> {
    standing.require_coordinator(year)?;
    store::claim(act, year, &[RoundState::Preparing])?;
    let known = view::coordinated_case(act.db, standing, year, number)?;
    if !store::remove_case(act, year, number)? {
        return Err(Problem::not_found());
    }
    record(act, standing, "leave_out_calibration_case", known.case)
}

fn not_eligible() -> Problem {
    Problem::invalid(
        "not_eligible",
        "Välj ett meddelat ärende från ett tidigare år. Ett ärende från din egen enhet går inte.",
        "Choose a released case of an earlier year. A case of your own unit cannot be taken.",
    )
}

/// The log says which calibration case, never which case it was made from: others than coordinators read the log.
pub(super) fn record(
    act: &mut Act<'_>,
    standing: &Standing,
    what: &'static str,
    case: CalibrationCase,
) -> Result<(), Problem> {
    note(act, standing, what, json!({ "year": case.year, "number": case.number }))
}

/// Writes an entry about a round.
pub(super) fn note(
    act: &mut Act<'_>,
    standing: &Standing,
    what: &'static str,
    detail: serde_json::Value,
) -> Result<(), Problem> {
    let event = Event { chain: Chain::System, actor: Some(standing.id()), act: what, moved: None, detail };
    audit::record(act, &event)
}
