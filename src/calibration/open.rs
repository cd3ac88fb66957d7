//! A coordinator opens the round: reviewers get mail, and the copies change no more.

use chrono::NaiveDate;
use serde_json::json;

use super::{Round, RoundState, pick, store, view};
use crate::clock::{Moment, local_day};
use crate::cycles::calendar::end_of;
use crate::db::Act;
use crate::identity::standing::Standing;
use crate::ids::PersonId;
use crate::notify::{self, Kind, Mail};
use crate::problem::Problem;

/// Opens a round. `read` says that the coordinator has read every text; `due` is the day by which reviewers are asked to lock.
///
/// # Errors
/// `texts_not_read`, `no_cases`, `due_passed`; [`Problem::forbidden`] when one of the cases is not the coordinator's to read.
pub fn open(
    act: &mut Act<'_>,
    standing: &Standing,
    year: i32,
    due: Option<NaiveDate>,
    read: bool,
) -> Result<Round, Problem> {
    standing.require_coordinator(year)?;
    let round = store::claim(act, year, &[RoundState::Preparing])?;
    let own = view::coordinated_cases(act.db, standing, &round)?;
    let all = store::cases(act.db, year)?;
    if own.len() < all.len() {
        return Err(Problem::forbidden());
    }
    if all.is_empty() {
        return Err(Problem::conflict(
            "no_cases",
            "Välj minst ett övningsfall innan omgången öppnar.",
            "Pick at least one calibration case before the round opens.",
        ));
    }
    if !read {
        return Err(Problem::invalid(
            "texts_not_read",
            "Läs alla texter och bekräfta det innan omgången öppnar.",
            "Read every text and say so before the round opens.",
        ));
    }
    if due.is_some_and(|due| due < local_day(act.now)) {
        return Err(Problem::invalid(
            "due_passed",
            "Välj en sista dag som inte har passerat.",
            "Choose a last day that has not passed.",
        ));
    }
    store::open(act, year, due)?;
    pick::note(act, standing, "open_calibration", json!({ "year": year, "cases": all.len() }))?;
    let reviewers = view::registered(act.db, year)?;
    let people = reviewers.into_iter().map(|person| person.id);
    tell(act, year, people, &Kind::CalibrationOpened, due.map(end_of), "opened")?;
    store::round(act.db, year)
}

/// Tells reviewers about a round: a link, no content.
pub(super) fn tell(
    act: &mut Act<'_>,
    year: i32,
    people: impl IntoIterator<Item = PersonId>,
    kind: &Kind,
    due: Option<Moment>,
    occasion: &str,
) -> Result<(), Problem> {
    for to in people {
        let mail = Mail {
            dedupe: format!("{}:{year}:{occasion}:{to}", kind.as_str()),
            to,
            kind: kind.clone(),
            about: None,
            path: "/ovning".to_owned(),
            due,
            attachment: None,
        };
        notify::enqueue(act, mail)?;
    }
    Ok(())
}
