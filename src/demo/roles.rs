//! One person for each role, with what they can do right now: for the page and the terminal.

use std::collections::BTreeMap;

use crate::assessments;
use crate::cycles::{self, Case};
use crate::db::Db;
use crate::identity::standing::{self, Party, Standing};
use crate::identity::{Grant, GrantedRole, Organisation, Person, store as people};
use crate::ids::{CaseId, PersonId};
use crate::problem::Problem;
use crate::state::CaseState;
use crate::text::Text;

/// Somebody to be in the rehearsal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub person: PersonId,
    /// Full name.
    pub name: String,
    /// The role, with its unit or authority.
    pub role: Text,
    /// What there is to do now.
    pub now: Text,
}

struct Now {
    cases: Vec<Case>,
    grants: Vec<Grant>,
    people: BTreeMap<PersonId, Person>,
}

/// One person for each role, in the order of the process.
///
/// # Errors
/// The database cannot be read.
pub fn actors(db: &mut Db) -> Result<Vec<Actor>, Problem> {
    let Some(cycle) = cycles::store::cycles(db)?.into_iter().next() else { return Ok(Vec::new()) };
    let now = Now {
        cases: cycles::store::all_of_year(db, cycle.year)?,
        grants: people::grants(db, None)?,
        people: people::everybody(db)?.into_iter().map(|person| (person.id.clone(), person)).collect(),
    };
    let mut actors = now.of_units(db)?;
    actors.extend(now.reviewers(db)?);
    actors.extend(now.offices());
    Ok(actors)
}

impl Now {
    fn actor(&self, person: &PersonId, role: Text, now: Text) -> Option<Actor> {
        let found = self.people.get(person)?;
        Some(Actor { person: person.clone(), name: found.name.clone(), role, now })
    }

    fn member(&self, case: &Case, role: GrantedRole) -> Option<&PersonId> {
        let mut grants = self.grants.iter();
        let found = grants.find(|grant| grant.role == role && grant.unit_id.as_ref() == Some(&case.unit.id));
        found.map(|grant| &grant.person_id)
    }

    fn holders(&self, role: GrantedRole) -> impl Iterator<Item = (&Grant, &Person)> {
        let grants = self.grants.iter().filter(move |grant| grant.role == role);
        grants.filter_map(|grant| Some((grant, self.people.get(&grant.person_id)?)))
    }

    fn count(&self, states: &[CaseState]) -> usize {
        self.cases.iter().filter(|case| states.contains(&case.state)).count()
    }

    /// Heads of units in three phases, and a contributor.
    fn of_units(&self, db: &mut Db) -> Result<Vec<Actor>, Problem> {
        let mut begun: Option<(usize, &Case)> = None;
        for case in self.cases.iter().filter(|case| case.state == CaseState::Draft) {
            let entered = assessments::store::entered(db, &case.id)?;
            let answered = entered.answers.values().filter(|answer| answer.confirmed).count();
            // Half done is the best to look at.
            let away = answered.abs_diff(25);
            if begun.is_none_or(|(best, _)| away < best) {
                begun = Some((away, case));
            }
        }
        let draft = begun.map(|(_, case)| case);
        let first = |state: CaseState| self.cases.iter().find(|case| case.state == state);
        let heads = [
            (draft, Text::new("svara och lämna in", "answer and submit")),
            (
                first(CaseState::Returned),
                Text::new(
                    "komplettera det som samordnaren har bett om",
                    "complete what the coordinator asked for",
                ),
            ),
            (
                first(CaseState::FactCheck),
                Text::new("kontrollera fakta i resultatutkastet", "check facts in the draft result"),
            ),
            (first(CaseState::Action), Text::new("skriva åtgärdsplan", "write an improvement plan")),
        ];
        let role = |role: GrantedRole, case: &Case| {
            let word = |lang| role.word(lang);
            Text::new(
                format!("{}, {}", word(crate::text::Lang::Sv), case.unit.name),
                format!("{}, {}", word(crate::text::Lang::En), case.unit.name),
            )
        };
        let mut actors: Vec<Actor> = heads
            .into_iter()
            .filter_map(|(case, now)| {
                let case = case?;
                self.actor(self.member(case, GrantedRole::Head)?, role(GrantedRole::Head, case), now)
            })
            .collect();
        let contributor = draft.and_then(|case| {
            let now = Text::new("skriva svar, men inte lämna in", "write answers, but not submit");
            let person = self.member(case, GrantedRole::Contributor)?;
            self.actor(person, role(GrantedRole::Contributor, case), now)
        });
        if let Some(contributor) = contributor {
            actors.insert(1.min(actors.len()), contributor);
        }
        Ok(actors)
    }

    /// A reviewer of each authority and a further reviewer: those with most to do.
    fn reviewers(&self, db: &mut Db) -> Result<Vec<Actor>, Problem> {
        let states: BTreeMap<CaseId, CaseState> =
            self.cases.iter().map(|case| (case.id.clone(), case.state)).collect();
        let mut all: Vec<Standing> = Vec::new();
        for (_, person) in self.holders(GrantedRole::Reviewer) {
            all.extend(standing::load(db, &person.id)?);
        }
        let seats = |person: &Standing, party: Party, state: CaseState| {
            let mine = person.seats.iter().filter(|seat| seat.party == party && !seat.locked);
            mine.filter(|seat| states.get(&seat.case_id) == Some(&state)).count()
        };
        let settling = |person: &Standing, party: Party| {
            let mine = person.seats.iter().filter(|seat| seat.party == party);
            mine.filter(|seat| states.get(&seat.case_id) == Some(&CaseState::Settling)).count()
        };
        let mut actors = Vec::new();
        for (party, sv, en) in [
            (Party::University, "Granskare, Lunds universitet", "Reviewer, Lund University"),
            (Party::Region, "Granskare, Region Skåne", "Reviewer, Region Skåne"),
        ] {
            let busy = |person: &&Standing| {
                let (open, talk) = (seats(person, party, CaseState::Scoring), settling(person, party));
                (open.min(1) + talk.min(1), open + talk)
            };
            let Some(busiest) = all.iter().max_by_key(busy) else { continue };
            let (declare, score, talk) = (
                seats(busiest, party, CaseState::Assigned),
                seats(busiest, party, CaseState::Scoring),
                settling(busiest, party),
            );
            let now = Text::new(
                counts(
                    "Ärenden",
                    &[(score, "att granska"), (talk, "i samsyn"), (declare, "att ta ställning till jäv i")],
                ),
                counts(
                    "Cases",
                    &[(score, "to review"), (talk, "to settle"), (declare, "to declare conflicts in")],
                ),
            );
            actors.extend(self.actor(busiest.id(), Text::new(sv, en), now));
        }
        let further = all.iter().find(|person| seats(person, Party::Further, CaseState::Further) > 0);
        if let Some(further) = further {
            let role = Text::new("Ytterligare granskare", "Further reviewer");
            let now = Text::new(
                "granska de kriterier som paret inte enades om",
                "review what the pair did not agree on",
            );
            actors.extend(self.actor(further.id(), role, now));
        }
        Ok(actors)
    }

    /// Coordinators of both authorities, the group, and the offices around.
    fn offices(&self) -> Vec<Actor> {
        let waiting = self.count(&[CaseState::Submitted]);
        let further = self.count(&[CaseState::Further]);
        let ready = self.count(&[CaseState::FactCheck, CaseState::Commented]);
        let fixed = self.count(&[CaseState::Final]);
        let released = self.count(&[CaseState::Released, CaseState::Action, CaseState::FollowUp]);
        let mut actors = Vec::new();
        for (organisation, sv, en) in [
            (Organisation::University, "Samordnare, Lunds universitet", "Coordinator, Lund University"),
            (Organisation::Region, "Samordnare, Region Skåne", "Coordinator, Region Skåne"),
        ] {
            let now = Text::new(
                counts(
                    "Ärenden",
                    &[
                        (waiting, "väntar på granskare"),
                        (further, "i ytterligare granskning"),
                        (ready, "i faktagranskning"),
                        (fixed, "att meddela"),
                    ],
                ),
                counts(
                    "Cases",
                    &[
                        (waiting, "waiting for reviewers"),
                        (further, "in further review"),
                        (ready, "in fact check"),
                        (fixed, "to release"),
                    ],
                ),
            );
            let found = self
                .holders(GrantedRole::Coordinator)
                .find(|(_, person)| person.organisation == organisation);
            actors.extend(found.and_then(|(_, person)| self.actor(&person.id, Text::new(sv, en), now)));
        }
        for (role, now) in [
            (
                GrantedRole::Group,
                Text::new(
                    format!("läsa fastställda resultat och skriva rekommendationer ({released} ärenden)"),
                    format!("read fixed results and write recommendations ({released} cases)"),
                ),
            ),
            (
                GrantedRole::AdministrationHead,
                Text::new(
                    "läsa resultat och planer i den egna förvaltningen",
                    "read results and plans of the own administration",
                ),
            ),
            (
                GrantedRole::Registrar,
                Text::new("diarienummer, begäran om utlämnande", "registry numbers, public-records requests"),
            ),
            (
                GrantedRole::Auditor,
                Text::new("läsa allt som är fastställt, och loggen", "read all that is fixed, and the log"),
            ),
            (
                GrantedRole::Administrator,
                Text::new("konton, roller och formulär; inga ärenden", "accounts, roles and forms; no cases"),
            ),
        ] {
            let words = Text::new(role.word(crate::text::Lang::Sv), role.word(crate::text::Lang::En));
            let found = self.holders(role).next();
            actors.extend(found.and_then(|(_, person)| self.actor(&person.id, words, now)));
        }
        actors
    }
}

/// `Ärenden: 2 att granska, 1 i samsyn`; what there is none of is left out.
fn counts(what_of: &str, all: &[(usize, &str)]) -> String {
    let some = all.iter().filter(|(count, _)| *count > 0);
    let each: Vec<String> = some.map(|(count, what)| format!("{count} {what}")).collect();
    format!("{what_of}: {}", each.join(", "))
}
