//! Blindness that holds: nobody learns through any page, list, count, export, answer of the API, mail, size or status what
//! the list of rights keeps from them, and conflicts of interest shut the door at once.

mod canary;
mod conflict;
mod crawl;
mod grid;
mod log;
mod pairing;
mod through_http;
mod twin;
mod work;
mod world;

use usve::state::CaseState;

use crate::support::tests_everything;

/// The first state of each phase, since rights follow the phase; all when everything is tested.
fn states() -> Vec<CaseState> {
    let first =
        |state: &CaseState| CaseState::ALL.iter().find(|one| one.phase() == state.phase()) == Some(state);
    CaseState::ALL.iter().copied().filter(|state| tests_everything() || first(state)).collect()
}

/// The states in which every page is crawled as everybody: all when everything is tested; else one in which the pair is
/// blind, one in which only the unit may look, and one in which all that is written can be read by somebody.
fn crawled() -> Vec<CaseState> {
    let most = [CaseState::Scoring, CaseState::FactCheck, CaseState::FollowUp];
    if tests_everything() { CaseState::ALL.to_vec() } else { most.to_vec() }
}
