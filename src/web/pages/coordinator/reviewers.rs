//! A case's reviewers: the pair, successors, and further reviewers.

use actix_web::web::{Data, Path};
use serde::Deserialize;
use validator::Validate;

use super::{Choice, Place, act};
use crate::app::App;
use crate::clock::{Moment, local_day};
use crate::cycles::Case;
use crate::cycles::calendar::Dates;
use crate::cycles::state::CaseState;
use crate::db::Db;
use crate::forms::Form as CriteriaForm;
use crate::identity::standing::{Party, Standing};
use crate::ids::{AssignmentId, PersonId};
use crate::problem::Problem;
use crate::reviews::view::{self, Candidate, Declared, SeatView};
use crate::reviews::{assign, further};
use crate::text::{self, Lang};
use crate::web::pages::unit::form_of;
use crate::web::respond::Answer;
use crate::web::{Form, Viewer};

/// The case's reviewers, and what can be done about them now.
#[derive(Debug, Default)]
pub struct Reviewers {
    /// Seats that are taken.
    pub seats: Vec<Seat>,
    /// Seats of the pair that can be filled now.
    pub empty: Vec<EmptySeat>,
    /// Seats that their reviewers declined or left.
    pub left: Vec<LeftSeat>,
    /// Criteria that lack a further reviewer: id, title and how many.
    pub lacking: Vec<(String, String, usize)>,
    /// Who may score them.
    pub further: Candidates,
    /// Whether the further review can be ended.
    pub may_finish: bool,
}

/// A seat that is taken.
#[derive(Debug)]
pub struct Seat {
    /// The assignment.
    pub id: String,
    /// The party's word.
    pub party: &'static str,
    /// Who.
    pub name: String,
    /// Since when.
    pub since: String,
    /// How the declaration stands: look, icon and words.
    pub declared: (&'static str, &'static str, &'static str),
    /// When the review was locked.
    pub locked: Option<String>,
    /// Who may take the seat over; nothing when it cannot be ended now.
    pub successors: Option<Candidates>,
}

/// A seat of the pair without a reviewer.
#[derive(Debug)]
pub struct EmptySeat {
    /// The party's stored word: the field's name.
    pub party: &'static str,
    /// The party's word.
    pub word: &'static str,
    /// Who may have it.
    pub candidates: Candidates,
}

/// A seat that its reviewer left.
#[derive(Debug)]
pub struct LeftSeat {
    /// Who.
    pub name: String,
    /// The party's word.
    pub party: &'static str,
    /// Declined or left.
    pub how: &'static str,
    /// When.
    pub day: String,
    /// Why.
    pub reason: String,
}

/// Who may have a seat, and who may not with the reason.
#[derive(Debug, Default)]
pub struct Candidates {
    /// People to choose among, the proposed one first.
    pub open: Vec<Choice>,
    /// The others: name and why not.
    pub refused: Vec<(String, String)>,
}

/// The reviewers of a case as its page shows them.
pub(super) fn load(
    db: &mut Db,
    standing: &Standing,
    form: &CriteriaForm,
    case: &Case,
    dates: &Dates,
    now: Moment,
    lang: Lang,
) -> Result<Reviewers, Problem> {
    let seats = view::seats(db, standing, case)?;
    let late_completion = case.state == CaseState::Returned && now > dates.last_moment(case.due());
    let fills = matches!(case.state, CaseState::Submitted | CaseState::Assigned) || late_completion;
    let mut empty = Vec::new();
    for party in [Party::University, Party::Region] {
        if fills && seats.iter().all(|seat| seat.party != party) {
            let candidates = candidates(db, standing, case, (party, now), lang)?;
            empty.push(EmptySeat { party: party.as_str(), word: party.word(lang), candidates });
        }
    }
    let leaves = [CaseState::Assigned, CaseState::Scoring, CaseState::Settling, CaseState::Further]
        .contains(&case.state);
    let mut taken = Vec::new();
    for one in seats {
        let locked_further = one.party == Party::Further && one.locked_at.is_some();
        let successors = match one.party {
            _ if !leaves || locked_further => None,
            Party::Further => Some(Candidates::default()),
            party => Some(candidates(db, standing, case, (party, now), lang)?),
        };
        taken.push(seat(one, successors, lang));
    }
    let furthers = matches!(case.state, CaseState::Further | CaseState::Commented);
    let lacking = if furthers {
        view::lacking_further(db, standing, form, case)?
    } else {
        std::collections::BTreeMap::default()
    };
    let title = |id: &str| form.criterion(id).map(|one| one.title.get(lang).to_owned()).unwrap_or_default();
    let at_work = taken.iter().any(|seat| seat.party == Party::Further.word(lang) && seat.locked.is_none());
    let left = view::left_seats(db, standing, case)?.into_iter().map(|seat| LeftSeat {
        name: seat.person.name,
        party: seat.party.word(lang),
        how: if seat.declined { lang.t("Tackade nej", "Declined") } else { lang.t("Lämnade", "Left") },
        day: text::short_date(local_day(seat.at), lang),
        reason: seat.reason,
    });
    Ok(Reviewers {
        left: left.collect(),
        seats: taken,
        empty,
        further: if lacking.is_empty() {
            Candidates::default()
        } else {
            candidates(db, standing, case, (Party::Further, now), lang)?
        },
        may_finish: case.state == CaseState::Further && lacking.is_empty() && !at_work,
        lacking: lacking.into_iter().map(|(id, count)| (id.clone(), title(&id), count)).collect(),
    })
}

fn seat(seat: SeatView, successors: Option<Candidates>, lang: Lang) -> Seat {
    let day = |at: Moment| text::short_date(local_day(at), lang);
    Seat {
        id: seat.assignment_id.to_string(),
        party: seat.party.word(lang),
        name: seat.person.name,
        since: day(seat.assigned_at),
        declared: match seat.declared {
            Declared::NotYet if seat.accepted_at.is_some() => {
                ("line", "i-check", lang.t("Har tackat ja", "Has accepted"))
            }
            Declared::NotYet => ("line", "i-ring", lang.t("Inte svarat om jäv", "Has not declared")),
            Declared::Free => ("ok", "i-check", lang.t("Ingen jävsituation", "No conflict")),
            Declared::Waits => ("warn", "i-alert", lang.t("Har anmält jäv", "Declared a conflict")),
            Declared::Conflict => ("danger", "i-alert", lang.t("Jävig", "In conflict")),
        },
        locked: seat.locked_at.map(day),
        successors,
    }
}

fn candidates(
    db: &mut Db,
    standing: &Standing,
    case: &Case,
    (party, now): (Party, Moment),
    lang: Lang,
) -> Result<Candidates, Problem> {
    let (mut open, mut refused) = (Vec::new(), Vec::new());
    for Candidate { person, seats, refused: why, .. } in view::candidates(db, standing, case, party, now)? {
        match why {
            None => {
                let count = format!("{seats} {}", lang.t("uppdrag i år", "assignments this year"));
                let from = person.organisation.word(lang);
                let proposed = open.is_empty() && party != Party::Further;
                let count =
                    if proposed { format!("{count} ({})", lang.t("förslag", "proposed")) } else { count };
                let label = match party {
                    Party::Further => format!("{}, {from}, {count}", person.name),
                    Party::University | Party::Region => format!("{}, {count}", person.name),
                };
                open.push(Choice { value: person.id.to_string(), label });
            }
            // Everybody of the other authority would be noise.
            Some(why) if why.code != "wrong_organisation" => {
                refused.push((person.name, why.message.get(lang).to_owned()));
            }
            Some(_) => {}
        }
    }
    Ok(Candidates { open, refused })
}

/// Who gets the seats of the pair that are empty.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    #[validate(length(max = 64))]
    university: Option<String>,
    #[validate(length(max = 64))]
    region: Option<String>,
}

/// `POST /cykel/{year}/{unit}/granskare`.
pub async fn assign_pair(app: Data<App>, viewer: Viewer, place: Place, sent: Form) -> Answer {
    let asked = sent.read::<Pair>();
    let done =
        viewer.t("Granskare är utsedda och har fått mejl.", "Reviewers are assigned and have been mailed.");
    act((&app, &viewer), place.into_inner(), ("granskare", sent), done, move |act, standing, _, case| {
        let Pair { university, region } = asked?;
        if case.state != CaseState::Assigned {
            let (university, region) = (chosen(university.as_deref())?, chosen(region.as_deref())?);
            return assign::pair(act, standing, &case.id, &university, &region).map(drop);
        }
        for (party, person) in [(Party::University, university), (Party::Region, region)] {
            if let Some(person) = person {
                assign::fill(act, standing, &case.id, party, &chosen(Some(&person))?)?;
            }
        }
        Ok(())
    })
    .await
}

/// Why a seat ends, and who takes it over, if somebody does at once.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Leaving {
    #[validate(length(max = 10_000))]
    reason: String,
    #[serde(default)]
    #[validate(length(max = 64))]
    successor: String,
}

/// `POST /cykel/{year}/{unit}/granskare/{assignment}`.
pub async fn replace(
    app: Data<App>,
    viewer: Viewer,
    place: Path<(i32, String, String)>,
    sent: Form,
) -> Answer {
    let (year, slug, seat) = place.into_inner();
    let asked = sent.read::<Leaving>();
    let name = format!("byt-{seat}");
    let done = viewer.t("Uppdraget är avslutat.", "The assignment has ended.");
    act((&app, &viewer), (year, slug), (&name, sent), done, move |act, standing, _, case| {
        let Leaving { reason, successor } = asked?;
        let seats = crate::reviews::store::assignments(act.db, std::slice::from_ref(&case.id))?;
        let id = AssignmentId::from(seat);
        let party = seats.iter().find(|seat| seat.id == id).ok_or_else(Problem::not_found)?.party;
        let case = assign::end(act, standing, &case.id, &id, &reason)?;
        if !successor.is_empty() {
            assign::fill(act, standing, &case.id, party, &PersonId::from(successor))?;
        }
        Ok(())
    })
    .await
}

/// `POST /cykel/{year}/{unit}/ytterligare`.
pub async fn assign_further(app: Data<App>, viewer: Viewer, place: Place, sent: Form) -> Answer {
    let criteria: Vec<String> = sent.all("criterion").map(str::to_owned).collect();
    let person = sent.get("person").map(str::to_owned);
    let done = viewer.t("Ytterligare granskare är utsedd.", "A further reviewer is assigned.");
    act((&app, &viewer), place.into_inner(), ("ytterligare", sent), done, move |act, standing, app, case| {
        let form = form_of(app, case)?;
        let person = chosen(person.as_deref())?;
        further::assign(act, standing, &form, &case.id, &person, &criteria)
    })
    .await
}

/// `POST /cykel/{year}/{unit}/ytterligare/klar`.
pub async fn finish_further(app: Data<App>, viewer: Viewer, place: Place, sent: Form) -> Answer {
    let done = viewer.t("Ärendet har gått till faktagranskning.", "The case has gone on to the fact check.");
    act((&app, &viewer), place.into_inner(), ("ytterligare", sent), done, move |act, standing, app, case| {
        further::finish(act, standing, &*form_of(app, case)?, &case.id)
    })
    .await
}

fn chosen(person: Option<&str>) -> Result<PersonId, Problem> {
    person.and_then(PersonId::from_text).ok_or_else(|| {
        Problem::invalid("nobody_chosen", "Välj vem som ska granska.", "Choose who is to review.")
    })
}
