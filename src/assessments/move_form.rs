//! A form is mended while units answer it: their drafts go to the new version, by the mapping between the two.
//!
//! Nothing that was typed is lost. What hangs on a criterion goes where its answers go ([`super::move_along`]); answers to a
//! criterion that is gone stay stored under its id with their history, its files and its thread, and the unit reads them beside its other answers.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::batch_store::{self, AnswerRow, VersionRow};
use super::move_along::{self, Words};
use super::progress::Entered;
use super::{Answer, BACKGROUND, comments, request_store, store};
use crate::audit::{self, Chain, Event};
use crate::cycles::state::{CaseState, CycleState};
use crate::cycles::store::CycleChanges;
use crate::cycles::{self, Case, recipients, transition};
use crate::db::{Act, Db};
use crate::forms::mapping::AllAnswers;
use crate::forms::{Criterion, Fate, Form, Library, Route};
use crate::ids::{CaseId, PersonId};
use crate::notify::Kind;
use crate::problem::{Kind as Refusal, Problem};

/// What becomes of one draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedCase {
    /// The case as it was.
    pub case: Case,
    /// Answered criteria that nothing changes for.
    pub kept: usize,
    /// Answered criteria of the new version that are to be confirmed again.
    pub touched: Vec<String>,
    /// Criteria that something was entered in and the new version no longer has.
    pub dropped: Vec<String>,
}

/// What would become, or became, of a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedYear {
    /// The form of the drafts before, and of new cases.
    pub from: String,
    /// The form after.
    pub to: String,
    /// The drafts, by unit.
    pub cases: Vec<MovedCase>,
    /// How many cases are past draft and stay on their version.
    pub staying: usize,
}

/// What [`move_form`] would do now.
///
/// # Errors
/// As [`move_form`].
pub fn plan(db: &mut Db, library: &Library, year: i32, to: &str) -> Result<MovedYear, Problem> {
    let cycle = cycles::store::cycle(db, year).map_err(|problem| not_open(year, problem))?;
    let (all, drafts) = drafts(db, year, to)?;
    let new = target(library, &cycle.form, to)?;
    let ids: Vec<CaseId> = drafts.iter().map(|case| case.id.clone()).collect();
    let mut entered = store::entered_of(db, &ids)?;
    let mut threads = comments::threads(db, &ids)?;
    let mut cases = Vec::new();
    for case in drafts {
        let own = entered.remove(&case.id).unwrap_or_default();
        let commented = threads.remove(&case.id).unwrap_or_default();
        cases.push(Moving::new(library, &new, case, own, commented)?.told());
    }
    Ok(MovedYear { from: cycle.form, to: to.to_owned(), staying: all - cases.len(), cases })
}

/// Moves every draft of a year to another version of its form, and lets units that join later begin on it: answers are
/// kept, what is asked differently is marked as not confirmed, and heads and contributors are told. Cases past draft stay
/// on their version. Again: moves drafts that came back since, and nothing else.
///
/// # Errors
/// The year is not open, there is no such form, or no mappings lead to it.
pub fn move_form(
    act: &mut Act<'_>,
    actor: Option<&PersonId>,
    library: &Library,
    year: i32,
    to: &str,
) -> Result<MovedYear, Problem> {
    let before = cycles::store::claim_cycle(act, year, &[CycleState::Open])
        .map_err(|problem| not_open(year, problem))?;
    let new = target(library, &before.form, to)?;
    let digest = new.digest.clone();
    let changes = CycleChanges {
        form: Some(to.to_owned()),
        form_digest: Some(digest.clone()),
        ..CycleChanges::default()
    };
    cycles::store::set_on_cycle(act, &before.id, &changes)?;
    let (all, drafts) = drafts(act.db, year, to)?;
    let mut held = Vec::new();
    for case in drafts {
        if cycles::store::set_form_of(act, &case, to)? {
            held.push(case);
        }
    }
    let ids: Vec<CaseId> = held.iter().map(|case| case.id.clone()).collect();
    let mut entered = store::entered_of(act.db, &ids)?;
    let mut threads = comments::threads(act.db, &ids)?;
    let (mut rows, mut versions, mut cases) = (Vec::new(), Vec::new(), Vec::new());
    for case in held {
        let own = entered.remove(&case.id).unwrap_or_default();
        let commented = threads.remove(&case.id).unwrap_or_default();
        let moving = Moving::new(library, &new, case, own, commented)?;
        moving.write(act, &mut rows, &mut versions)?;
        let moved = moving.told();
        tell(act, actor, to, &digest, &moved)?;
        cases.push(moved);
    }
    batch_store::write(act, &rows, &versions)?;
    audit::record(
        act,
        &Event {
            chain: Chain::System,
            actor,
            act: "move_form",
            moved: None,
            detail: json!({ "year": year, "from": before.form, "to": to, "digest": digest, "cases": cases.len() }),
        },
    )?;
    Ok(MovedYear { from: before.form, to: to.to_owned(), staying: all - cases.len(), cases })
}

fn tell(
    act: &mut Act<'_>,
    actor: Option<&PersonId>,
    to: &str,
    digest: &str,
    moved: &MovedCase,
) -> Result<(), Problem> {
    let case = &moved.case;
    let detail = json!({
        "from": case.form, "to": to, "digest": digest, "touched": moved.touched, "dropped": moved.dropped,
    });
    transition::note(act, &case.id, actor, "move_form", detail)?;
    let unit = recipients::unit(act.db, case)?;
    recipients::tell(act, case, unit, &Kind::FormMoved, &case.path(), None, to)
}

/// How many cases a year has, and those in draft that are on another form.
fn drafts(db: &mut Db, year: i32, to: &str) -> Result<(usize, Vec<Case>), Problem> {
    let mut cases = cycles::store::all_of_year(db, year)?;
    cases.retain(|case| case.state != CaseState::Cancelled);
    let all = cases.len();
    cases.retain(|case| case.state == CaseState::Draft && case.form != to);
    Ok((all, cases))
}

fn not_open(year: i32, problem: Problem) -> Problem {
    if problem.kind != Refusal::NotFound {
        return problem;
    }
    Problem::new(
        Refusal::NotFound,
        "no_cycle",
        format!("året {year} är inte öppet"),
        format!("the year {year} is not open"),
    )
}

/// The form to move to.
fn target(library: &Library, from: &str, to: &str) -> Result<std::sync::Arc<Form>, Problem> {
    let Some(form) = library.get(to) else {
        let known: Vec<String> = library.forms().map(|form| form.key()).collect();
        let known = known.join(", ");
        return Err(Problem::new(
            Refusal::NotFound,
            "no_form",
            format!("det finns inget formulär {to}; det finns {known}"),
            format!("there is no form {to}; there are {known}"),
        ));
    };
    reach(library, from, to).map(|_| form)
}

fn reach(library: &Library, from: &str, to: &str) -> Result<Route, Problem> {
    library.route(from, to).ok_or_else(|| {
        Problem::conflict(
            "no_way",
            format!("inga mappningar leder från {from} till {to}; det går bara till en senare version"),
            format!("no mappings lead from {from} to {to}; only a later version can be moved to"),
        )
    })
}

/// One draft on its way.
struct Moving<'a> {
    case: Case,
    entered: Entered,
    /// The criteria that have a thread.
    commented: BTreeSet<String>,
    old: std::sync::Arc<Form>,
    new: &'a Form,
    route: Route,
    carried: AllAnswers,
}

impl<'a> Moving<'a> {
    fn new(
        library: &Library,
        new: &'a Form,
        case: Case,
        entered: Entered,
        commented: BTreeSet<String>,
    ) -> Result<Moving<'a>, Problem> {
        let route = reach(library, &case.form, &new.key())?;
        let old =
            library.get(&case.form).ok_or_else(|| Problem::internal(format!("no form {}", case.form)))?;
        let answers: AllAnswers =
            entered.answers.iter().map(|(id, answer)| (id.clone(), answer.content.clone())).collect();
        let carried = route.carry(&answers);
        Ok(Moving { case, entered, commented, old, new, route, carried })
    }

    /// The criteria of the new version that have answers, and the background, each with where those stand.
    fn answered(&self) -> Vec<(&str, Vec<String>)> {
        let ids = self.new.criteria().map(|(_, criterion)| criterion.id.as_str()).chain([BACKGROUND]);
        ids.filter_map(|id| {
            let mut from = self.route.comes_from(id);
            from.retain(|old| self.entered.answers.contains_key(old));
            (!from.is_empty()).then_some((id, from))
        })
        .collect()
    }

    /// Whether the unit must look at its answer again: other questions, or an answer that was put together anew.
    fn touches(&self, id: &str) -> bool {
        if id == BACKGROUND {
            return self.old.background != self.new.background;
        }
        let whole = matches!(self.route.fate(id), Fate::Kept | Fate::Renamed);
        let before = self.route.comes_from(id).pop();
        let both = before.and_then(|old| Some((self.old.criterion(&old)?, self.new.criterion(id)?)));
        let same = both.is_some_and(|(old, new)| asks_the_same(old, new) && self.old.every == self.new.every);
        !(whole && same)
    }

    fn dropped(&self) -> Vec<String> {
        let old = self.old.criteria().map(|(_, criterion)| criterion.id.as_str());
        let mut gone = self.route.dropped(old);
        gone.retain(|id| {
            self.entered.answers.contains_key(id)
                || self.entered.evidence.contains_key(id)
                || self.entered.not_applicable.contains_key(id)
                || self.commented.contains(id)
        });
        gone
    }

    fn told(self) -> MovedCase {
        let (touched, kept): (Vec<_>, Vec<_>) =
            self.answered().into_iter().map(|(id, _)| id.to_owned()).partition(|id| self.touches(id));
        MovedCase { kept: kept.len(), touched, dropped: self.dropped(), case: self.case }
    }

    /// What the move writes of this case: its answers to `rows` and `versions`, the rest at once.
    fn write(
        &self,
        act: &mut Act<'_>,
        rows: &mut Vec<AnswerRow>,
        versions: &mut Vec<VersionRow>,
    ) -> Result<(), Problem> {
        let case = &self.case.id;
        let mut undeclared = self.declared();
        for (id, from) in self.answered() {
            let touched = self.touches(id);
            let Some(source) = from.iter().find(|old| *old == id).or(from.first()) else { continue };
            let Some(answer) = self.entered.answers.get(source) else { continue };
            let declared = self.declaration(&from);
            if declared.is_some() {
                undeclared.retain(|old, _| !from.iter().any(|one| one == old));
            }
            if source != id {
                versions.extend(batch_store::history(act.db, case, source, id)?);
            }
            if touched {
                let content = self.carried.get(id).cloned().unwrap_or_default();
                let content = serde_json::to_string(&content).map_err(Problem::internal)?;
                let row = AnswerRow::unconfirmed(case, id, answer.version + 1, content, declared, act.now);
                versions.push(row.as_version());
                rows.push(row);
            } else if source != id {
                rows.push(AnswerRow::renamed(case, id, answer)?);
            }
        }
        self.write_what_hangs(act, &undeclared)?;
        let untouched = self.new.areas.iter().filter(|area| {
            !area.criteria.iter().any(|one| self.touches(&one.id) || self.route.fate(&one.id) == Fate::New)
        });
        let untouched: Vec<String> = untouched.map(|area| area.id.clone()).collect();
        batch_store::unmark_but(act, case, &untouched)
    }

    /// Files, threads, requests, and declarations that no new criterion took over.
    fn write_what_hangs(
        &self,
        act: &mut Act<'_>,
        undeclared: &BTreeMap<&str, &Answer>,
    ) -> Result<(), Problem> {
        let case = &self.case.id;
        let homes = move_along::new_homes(&self.old, self.new, &self.route);
        let home = |id: &str| {
            homes.iter().find(|(old, _)| old == id).map_or_else(|| id.to_owned(), |(_, to)| to.clone())
        };
        let asked = request_store::rows(act.db, case)?;
        let (moved, left) = move_along::requests(self.new, &self.route, &asked);
        if moved != asked {
            request_store::replace(act, case, &moved)?;
        }
        let mut words: Vec<Words> =
            left.iter().map(|one| move_along::request_in_words(one, &home(&one.criterion))).collect();
        for (id, answer) in undeclared {
            let by = match &answer.saved_by {
                Some(by) => Some(by.clone()),
                None => store::versions(act.db, case, id)?.into_iter().find_map(|(_, _, by, _)| by),
            };
            if let (Some(by), Some(reason)) = (by, &answer.declared_missing) {
                words.push(move_along::declaration_in_words(id, reason, by, &home(id)));
            }
        }
        batch_store::move_files(act, case, &homes)?;
        comments::follow(act, case, &homes, words)?;
        let gone =
            self.entered.answers.keys().filter(|id| *id != BACKGROUND && self.new.criterion(id).is_none());
        let gone: Vec<String> = gone.cloned().collect();
        batch_store::undeclare(act, case, &gone)
    }

    /// The answers of the old version that say that there is none.
    fn declared(&self) -> BTreeMap<&str, &Answer> {
        let declared = self
            .entered
            .answers
            .iter()
            .filter(|(id, answer)| answer.declared_missing.is_some() && self.old.criterion(id).is_some());
        declared.map(|(id, answer)| (id.as_str(), answer)).collect()
    }

    /// Why there is no answer to a criterion of the new version: when that was said of every part of it.
    fn declaration(&self, from: &[String]) -> Option<String> {
        let reasons: Vec<&str> = from
            .iter()
            .filter_map(|old| self.entered.answers.get(old)?.declared_missing.as_deref())
            .collect();
        if reasons.len() == from.len() { move_along::joined(reasons.into_iter()) } else { None }
    }
}

/// Whether a unit is asked the same: thresholds, weights and levels are not for it to answer again.
fn asks_the_same(old: &Criterion, new: &Criterion) -> bool {
    old.title == new.title && old.guidance == new.guidance && old.fields == new.fields
}
