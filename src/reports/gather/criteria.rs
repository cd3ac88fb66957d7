//! Areas and criteria: values, lights, what the reviewers said and what the unit answered to it.

use std::collections::{BTreeMap, HashMap};

use num_traits::ToPrimitive;

use super::answers::Answered;
use super::{Asked, shown_change};
use crate::db::Db;
use crate::forms;
use crate::identity::rights::Object;
use crate::identity::standing::Party;
use crate::identity::{Person, store as people};
use crate::ids::{AssignmentId, PersonId};
use crate::number::{Fraction, display_short};
use crate::problem::Problem;
use crate::reports::Light;
use crate::reports::unit_report::{Area, Criterion, FactComment, LevelValue, Review, Reviewer, Score};
use crate::results::{self, FixedResult};
use crate::reviews::{self, Assignment, Scored};
use crate::scoring::{self, CriterionState};
use crate::text::Lang;

/// What was said about the criteria, as far as the reader may read it.
pub(super) struct Said {
    seats: Vec<Assignment>,
    scores: HashMap<AssignmentId, BTreeMap<String, Scored>>,
    people: HashMap<PersonId, Person>,
    comments: Vec<results::FactComment>,
}

impl Said {
    pub(super) fn load(db: &mut Db, asked: &Asked<'_>) -> Result<Said, Problem> {
        let mut said =
            Said { seats: Vec::new(), scores: HashMap::new(), people: HashMap::new(), comments: Vec::new() };
        let case = std::slice::from_ref(&asked.case.id);
        let names = asked.may(Object::ReviewerIdentity);
        let reads = asked.may(Object::Reviews);
        if reads || names {
            said.seats = reviews::store::assignments(db, case)?;
            said.seats.retain(|seat| seat.locked_at.is_some());
            said.seats.sort_by_key(|seat| (seat.party, seat.locked_at, seat.id.clone()));
        }
        if reads {
            let ids: Vec<_> = said.seats.iter().map(|seat| seat.id.clone()).collect();
            for score in reviews::store::scores(db, &ids)? {
                let of = said.scores.entry(score.assignment_id.clone()).or_default();
                of.insert(score.criterion.clone(), score);
            }
        }
        if names {
            let ids: Vec<_> = said.seats.iter().map(|seat| seat.person_id.clone()).collect();
            let people = people::people_by_id(db, &ids)?;
            said.people = people.into_iter().map(|person| (person.id.clone(), person)).collect();
        }
        if asked.may(Object::FactComments) {
            said.comments = results::store::comments(db, &asked.case.id)?;
        }
        Ok(said)
    }

    /// Who reviewed, when the reader may know.
    pub(super) fn reviewers(&self, asked: &Asked<'_>) -> Vec<Reviewer> {
        let lang = asked.lang;
        let seats = self.seats.iter().filter_map(|seat| Some((seat, self.people.get(&seat.person_id)?)));
        seats
            .map(|(seat, person)| {
                // What a further reviewer scored is of the reviews: none for who reads the names alone.
                let count = self.scores.get(&seat.id).map(BTreeMap::len);
                Reviewer {
                    name: person.name.clone(),
                    party: person.organisation.word(lang).to_owned(),
                    task: match (seat.party, count) {
                        (Party::Further, None) => {
                            lang.t("Ytterligare granskare", "Further reviewer").to_owned()
                        }
                        (Party::Further, Some(1)) => lang
                            .t("Ytterligare granskare, ett kriterium", "Further reviewer, one criterion")
                            .to_owned(),
                        (Party::Further, Some(count)) => match lang {
                            Lang::Sv => format!("Ytterligare granskare, {count} kriterier"),
                            Lang::En => format!("Further reviewer, {count} criteria"),
                        },
                        _ => lang.t("Granskare, alla kriterier", "Reviewer, all criteria").to_owned(),
                    },
                }
            })
            .collect()
    }

    fn reviews(&self, criterion: &str, lang: Lang) -> Vec<Review> {
        let several = self.seats.iter().filter(|seat| seat.party == Party::Further).count() > 1;
        let mut further = 0;
        let mut reviews = Vec::new();
        for seat in &self.seats {
            let mut party = seat.party.word(lang).to_owned();
            if seat.party == Party::Further {
                further += 1;
                if several {
                    party = format!("{party} {further}");
                }
            }
            let Some(said) = self.scores.get(&seat.id).and_then(|scores| scores.get(criterion)) else {
                continue;
            };
            let later = said.revised.iter().chain(&said.corrected).map(|(_, reason)| reason.clone());
            let reasons = std::iter::once(said.reason.clone()).chain(later);
            reviews.push(Review {
                party,
                score: score_in_words(said, lang),
                reasons: reasons.filter(|reason| !reason.trim().is_empty()).collect(),
            });
        }
        reviews
    }
}

/// `3`, `2 (först 1)`, `Kan inte bedöma`.
fn score_in_words(said: &Scored, lang: Lang) -> String {
    let first = said.first.map_or_else(
        || "–".to_owned(),
        |first| first.title().map_or_else(|| first.as_str().to_owned(), |title| title.get(lang).to_owned()),
    );
    let counts = said.corrected.as_ref().or(said.revised.as_ref());
    match counts {
        Some((level, _)) => format!("{} ({} {first})", level.number(), lang.t("först", "first")),
        None => first,
    }
}

/// The areas in which anything applies, in the form's order.
pub(super) fn areas(
    asked: &Asked<'_>,
    last: Option<&FixedResult>,
    said: &Said,
    answered: &Answered,
) -> Vec<Area> {
    let scored = &asked.result.scored;
    let areas = asked.form.areas.iter();
    // A case that was never submitted has no criteria to show.
    areas
        .filter(|_| !scored.criteria.is_empty())
        .map(|area| {
            let result = scored.areas.get(&area.id);
            let change = result.and_then(|result| result.change.change.as_ref());
            let before = change.and(last).and_then(|last| last.scored.areas.get(&area.id));
            Area {
                id: area.id.clone(),
                title: area.title.get(asked.lang).to_owned(),
                weight: format!("{}\u{a0}%", display_short(&area.weight, 2)),
                score: result.map(score),
                light: result.map(|result| light(result.light)),
                last_year: before.map(score),
                change: change.map_or_else(
                    || "–".to_owned(),
                    |change| shown_change(change, &asked.form.rules.change_area),
                ),
                criteria: area
                    .criteria
                    .iter()
                    .map(|criterion| one(asked, criterion, said, answered))
                    .collect(),
            }
        })
        .collect()
}

fn score(result: &scoring::AreaResult) -> Score {
    Score { exact: result.score.clone(), shown: result.display.clone() }
}

/// The report's light of a scoring's.
#[must_use]
pub fn light(light: scoring::Light) -> Light {
    match light {
        scoring::Light::Green => Light::Green,
        scoring::Light::Yellow => Light::Yellow,
        scoring::Light::Red => Light::Red,
    }
}

fn one(asked: &Asked<'_>, criterion: &forms::Criterion, said: &Said, answered: &Answered) -> Criterion {
    let (lang, id) = (asked.lang, criterion.id.as_str());
    let result = asked.result.scored.criteria.get(id);
    let explain = asked.explain();
    // How a value came about tells what each reviewer said; the rule alone does not.
    let how = if asked.may(Object::Reviews) { explain.criterion(id) } else { explain.criterion_in_short(id) };
    let sentences = [how, explain.light(id)];
    let comments = said.comments.iter().filter(|comment| comment.criterion == id);
    Criterion {
        id: criterion.id.clone(),
        title: criterion.title.get(lang).to_owned(),
        minimum: criterion.minimum,
        met: result.and_then(|result| result.minimum_met),
        value: result.and_then(|result| result.value.as_ref()).map(|value| level(value, asked)),
        light: result.and_then(|result| result.light).map(light),
        last_year: last_year(asked, id),
        state: result.map_or_else(String::new, |result| state(result.state, lang).to_owned()),
        explanation: sentences
            .iter()
            .flatten()
            .map(|text| text.get(lang))
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join(" "),
        self_level: answered.self_level(asked, id),
        reviews: said.reviews(id, lang),
        fact_comments: comments
            .map(|comment| FactComment {
                comment: comment.comment.clone(),
                answer: comment.answer.as_ref().map(|(answer, _, _)| answer.clone()),
            })
            .collect(),
    }
}

/// A value on the scale, with its word when it is a whole step.
pub(super) fn level(value: &Fraction, asked: &Asked<'_>) -> LevelValue {
    let step = value.floor().to_integer().to_u8().unwrap_or(0).min(scoring::HIGHEST_LEVEL);
    let named = asked.form.scale.iter().find(|level| level.level == step).filter(|_| value.is_integer());
    LevelValue {
        step,
        shown: display_short(value, 2),
        word: named.map(|level| level.title.get(asked.lang).to_owned()),
    }
}

/// Last year's value, when the criterion means the same.
fn last_year(asked: &Asked<'_>, id: &str) -> Option<String> {
    let before = asked.result.judged.previous.as_ref()?.criteria.get(id)?;
    let now = asked.result.judged.form.criterion(id)?.digest.as_ref();
    let value = before.value.as_ref().filter(|_| now.is_some() && now == before.digest.as_ref())?;
    Some(display_short(value, 2))
}

/// How a value came about, in a word or two.
#[must_use]
pub fn state(state: CriterionState, lang: Lang) -> &'static str {
    match state {
        CriterionState::Open => lang.t("Inte bedömt än", "Not judged yet"),
        CriterionState::NeedsDiscussion => lang.t("Väntar på samtal", "Waits for discussion"),
        CriterionState::NeedsFurther => {
            lang.t("Väntar på ytterligare granskare", "Waits for a further reviewer")
        }
        CriterionState::Agreed => lang.t("Lika", "Equal"),
        CriterionState::Mean => lang.t("Medelvärde", "Mean"),
        CriterionState::Revised => lang.t("Medelvärde efter samtal", "Mean after discussion"),
        CriterionState::Median => lang.t("Median", "Median"),
        CriterionState::Further => lang.t("Ytterligare granskare", "Further reviewer"),
        CriterionState::Single => lang.t("En granskare", "One reviewer"),
        CriterionState::Corrected => {
            lang.t("Rättat efter faktagranskningen", "Corrected after the fact check")
        }
        CriterionState::NotApplicable => lang.t("Ej tillämpligt", "Not applicable"),
        CriterionState::Missing => lang.t("Underlag saknas", "Evidence missing"),
    }
}
