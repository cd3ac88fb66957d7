//! Two authorities release the year's results together: one coordinator asks, one of the other authority confirms.

use serde_json::json;

use super::store;
use crate::audit::{self, Chain, Event};
use crate::cycles::recipients;
use crate::cycles::state::{CaseState, Phase};
use crate::cycles::transition::{self, Move};
use crate::cycles::{self, Case, Cycle};
use crate::db::{Act, Db};
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::identity::{GrantedRole, Organisation, store as people};
use crate::ids::PersonId;
use crate::notify::{self, Kind, Mail};
use crate::problem::Problem;
use crate::text::Text;

/// What a release takes and what it leaves out.
#[derive(Debug, Clone, Default)]
pub struct Released {
    /// The fixed cases.
    pub released: Vec<Case>,
    /// Cases that are not fixed yet: their state says why. Cancelled and earlier released cases are in neither.
    pub left_out: Vec<Case>,
}

impl Released {
    /// The cases that the reader coordinates: those of the own unit, or with a conflict of interest, are released with
    /// the rest but are not the reader's to see.
    fn seen_by(mut self, standing: &Standing) -> Released {
        let coordinates = |case: &Case| standing.may(&case.reference(), Object::Case, Deed::Decide);
        self.released.retain(coordinates);
        self.left_out.retain(coordinates);
        self
    }
}

/// What would go if the year were released now, of the cases that the reader coordinates.
///
/// # Errors
/// The reader is no coordinator.
pub fn preview(db: &mut Db, standing: &Standing, year: i32) -> Result<Released, Problem> {
    Ok(all(db, standing, year)?.seen_by(standing))
}

fn all(db: &mut Db, standing: &Standing, year: i32) -> Result<Released, Problem> {
    standing.require_coordinator(year)?;
    let mut preview = Released::default();
    for case in cycles::store::all_of_year(db, year)? {
        match case.state.phase() {
            Phase::X => preview.released.push(case),
            Phase::P | Phase::A => {}
            _ => preview.left_out.push(case),
        }
    }
    Ok(preview)
}

/// Why a case does not go with a release: what it waits for.
#[must_use]
pub fn why_left_out(state: CaseState) -> Text {
    match state {
        CaseState::Draft => Text::new("Enheten har inte lämnat in.", "The unit has not submitted."),
        CaseState::Returned => Text::new("Enheten kompletterar.", "The unit completes its answers."),
        CaseState::Submitted => Text::new("Granskare är inte utsedda.", "Reviewers are not assigned."),
        CaseState::Assigned => {
            Text::new("Granskarna har inte tagit ställning till jäv.", "The reviewers have not declared.")
        }
        CaseState::Scoring => Text::new("Granskarna bedömer var för sig.", "The reviewers score alone."),
        CaseState::Settling => {
            Text::new("Granskarna har inte skrivit under samsynen.", "The reviewers have not signed.")
        }
        CaseState::Further => {
            Text::new("En ytterligare granskare har inte låst.", "A further reviewer has not locked.")
        }
        CaseState::FactCheck => Text::new(
            "Enheten kontrollerar fakta, eller så återstår att fastställa.",
            "The unit checks facts, or the result is still to be fixed.",
        ),
        CaseState::Commented => Text::new(
            "Enhetens synpunkter besvaras, eller så återstår att fastställa.",
            "The unit's comments are being answered, or the result is still to be fixed.",
        ),
        CaseState::NotSubmitted => Text::new(
            "Enheten lämnade aldrig in. Resultatet är inte fastställt.",
            "The unit never submitted. The result is not fixed.",
        ),
        CaseState::Cancelled => Text::new("Ärendet utgår.", "The case is cancelled."),
        CaseState::Final => Text::new("Väntar på att meddelas.", "Waits to be released."),
        CaseState::Released
        | CaseState::Presented
        | CaseState::Action
        | CaseState::FollowUp
        | CaseState::InDepth
        | CaseState::Closed => Text::new("Redan meddelat.", "Already released."),
    }
}

/// Asks for the release of a year. A coordinator of the other authority confirms it with [`confirm`].
///
/// # Errors
/// Nothing is fixed, somebody has asked already, or the coordinator represents neither authority.
pub fn ask(act: &mut Act<'_>, standing: &Standing, year: i32) -> Result<Released, Problem> {
    let own = authority(standing, year)?;
    let cycle = cycles::store::cycle(act.db, year)?;
    if cycle.release_asked_by.is_some() {
        return Err(Problem::conflict(
            "release_asked",
            "Någon har redan begärt att resultaten meddelas.",
            "Somebody has already asked for the release.",
        ));
    }
    let preview = fixed(act.db, standing, year)?;
    cycles::store::ask_release(act, &cycle, Some(standing.id()))?;
    record(act, standing.id(), "ask_release", json!({ "year": year, "cases": preview.released.len() }))?;
    for to in coordinators_of_other(act.db, year, own)? {
        let mail = Mail {
            dedupe: format!("release_asked:{}:{}:{to}", cycle.id, act.now),
            to,
            kind: Kind::CoordinatorNeeded,
            about: None,
            path: "/".to_owned(),
            due: None,
            attachment: None,
        };
        notify::enqueue(act, mail)?;
    }
    Ok(preview.seen_by(standing))
}

/// Takes a request for release back, so that somebody else may ask.
///
/// # Errors
/// Nobody has asked.
pub fn take_back(act: &mut Act<'_>, standing: &Standing, year: i32) -> Result<(), Problem> {
    standing.require_coordinator(year)?;
    let cycle = cycles::store::cycle(act.db, year)?;
    asker(&cycle)?;
    cycles::store::ask_release(act, &cycle, None)?;
    record(act, standing.id(), "take_back_release", json!({ "year": year }))
}

/// Releases every fixed case of the year in one transaction. May be repeated for those left out. A case whose outcome
/// demands a plan goes on to the improvement plan at once.
///
/// # Errors
/// Nobody has asked, the asker is of the same authority or no longer coordinator, or nothing is fixed.
pub fn confirm(act: &mut Act<'_>, standing: &Standing, year: i32) -> Result<Released, Problem> {
    let own = authority(standing, year)?;
    let cycle = cycles::store::cycle(act.db, year)?;
    let asker = asker(&cycle)?;
    cycles::store::ask_release(act, &cycle, None)?;
    let asker = crate::identity::standing::load(act.db, &asker)?.ok_or_else(Problem::not_found)?;
    let other = authority(&asker, year)?;
    if own == other {
        return Err(Problem::conflict(
            "same_authority",
            "En samordnare från den andra myndigheten behöver bekräfta.",
            "A coordinator of the other authority must confirm.",
        ));
    }
    let preview = fixed(act.db, standing, year)?;
    let mut done = Released { released: Vec::new(), left_out: preview.left_out };
    for case in &preview.released {
        done.released.push(release(act, standing, asker.id(), &cycle, case)?);
    }
    let left_out: Vec<String> =
        done.left_out.iter().map(|case| format!("{}: {}", case.unit.slug, case.state.as_str())).collect();
    let detail = json!({
        "year": year, "asked_by": asker.id(), "released": done.released.len(), "left_out": left_out,
    });
    record(act, standing.id(), "release", detail)?;
    Ok(done.seen_by(standing))
}

/// Releases one case: tells the unit and its administration, and asks for a plan where the outcome demands one.
fn release(
    act: &mut Act<'_>,
    standing: &Standing,
    asker: &PersonId,
    cycle: &Cycle,
    case: &Case,
) -> Result<Case, Problem> {
    let result =
        store::newest(act.db, &case.id)?.ok_or_else(|| Problem::internal("a fixed case has no result"))?;
    let step = Move {
        act: "release",
        from: CaseState::Final,
        to: CaseState::Released,
        actor: Some(standing.id()),
        reason: None,
        detail: json!({ "asked_by": asker, "digest": result.digest }),
    };
    let mut case = transition::enter(act, &case.id, step)?;
    let unit = recipients::unit(act.db, &case)?;
    let mut people = recipients::administration(act.db, &case)?;
    people.extend(unit.iter().cloned());
    recipients::tell(
        act,
        &case,
        people,
        &Kind::Released,
        &format!("{}/resultat", case.path()),
        None,
        "release",
    )?;
    if !result.outcome().is_some_and(crate::scoring::Outcome::needs_plan) {
        return Ok(case);
    }
    let due = cycle.dates.plan_due(act.now);
    let changes = cycles::store::Changes { plan_due: Some(due), ..cycles::store::Changes::default() };
    cycles::store::change(act, &case.id, &changes)?;
    let step = Move {
        act: "plan_needed",
        from: CaseState::Released,
        to: CaseState::Action,
        actor: Some(standing.id()),
        reason: None,
        detail: json!({ "due": due.to_string() }),
    };
    case = transition::enter(act, &case.id, step)?;
    recipients::tell(
        act,
        &case,
        unit,
        &Kind::PlanDue,
        &format!("{}/atgardsplan", case.path()),
        Some(due),
        "release",
    )?;
    Ok(case)
}

/// What goes now; refuses when nothing is fixed.
fn fixed(db: &mut Db, standing: &Standing, year: i32) -> Result<Released, Problem> {
    let preview = all(db, standing, year)?;
    if preview.released.is_empty() {
        return Err(Problem::conflict(
            "nothing_fixed",
            "Det finns inget fastställt resultat att meddela.",
            "There is no fixed result to release.",
        ));
    }
    Ok(preview)
}

fn asker(cycle: &Cycle) -> Result<PersonId, Problem> {
    cycle.release_asked_by.clone().ok_or_else(|| {
        Problem::conflict(
            "release_not_asked",
            "Ingen har begärt att resultaten meddelas.",
            "Nobody has asked for the release.",
        )
    })
}

/// The authority that a coordinator of the year represents.
fn authority(standing: &Standing, year: i32) -> Result<Organisation, Problem> {
    standing.require_coordinator(year)?;
    match standing.person.organisation {
        Organisation::Other => Err(Problem::forbidden()),
        authority => Ok(authority),
    }
}

fn coordinators_of_other(db: &mut Db, year: i32, own: Organisation) -> Result<Vec<PersonId>, Problem> {
    let holders: Vec<PersonId> = people::grants(db, None)?
        .into_iter()
        .filter(|grant| grant.role == GrantedRole::Coordinator && grant.year.is_none_or(|only| only == year))
        .map(|grant| grant.person_id)
        .collect();
    let people = people::people_by_id(db, &holders)?;
    let others =
        people.into_iter().filter(|person| ![own, Organisation::Other].contains(&person.organisation));
    Ok(others.map(|person| person.id).collect())
}

fn record(
    act: &mut Act<'_>,
    actor: &PersonId,
    name: &'static str,
    detail: serde_json::Value,
) -> Result<(), Problem> {
    audit::record(act, &Event { chain: Chain::System, actor: Some(actor), act: name, moved: None, detail })
}
