//! Blindness that holds: nobody learns through any page, list, count, export, answer of the API, mail, size or status what
//! the list of rights keeps from them, and conflicts of interest shut the door at once.

mod canary;
mod conflict;
mod crawl;
mod grid;
mod through_http;
mod twin;
mod work;
mod world;

use usve::state::CaseState;

/// The states that are crawled: all with `USVE_TEST_WHOLE`, which `./test` sets on SQLite; else the first of each phase,
/// since rights follow the phase.
fn states() -> Vec<CaseState> {
    let whole = std::env::var_os("USVE_TEST_WHOLE").is_some();
    let first =
        |state: &CaseState| CaseState::ALL.iter().find(|one| one.phase() == state.phase()) == Some(state);
    CaseState::ALL.iter().copied().filter(|state| whole || first(state)).collect()
}
