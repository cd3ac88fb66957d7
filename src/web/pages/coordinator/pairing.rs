//! The proposal of pairs for a year, what the coordinator makes of it, and «could X review Y?».

use std::collections::BTreeSet;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use serde::Deserialize;
use validator::Validate;

use super::{Choice, Place, Refused, act, register, under_year};
use crate::app::App;
use crate::cycles;
use crate::db::Db;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::{Party, Standing};
use crate::ids::{PersonId, RowId};
use crate::problem::Problem;
use crate::reviews::pairing::accept::{self, Accepted};
use crate::reviews::pairing::ask::{self, Answer as Answered};
use crate::reviews::pairing::propose::{self, Chosen, PAIR, Proposal, ProposedSeat};
use crate::reviews::pairing::rules::Rule;
use crate::reviews::pairing::{except, settings};
use crate::text::Lang;
use crate::web::page::Notice;
use crate::web::respond::{Answer, Refusal, page_with, status};
use crate::web::{Form, Page, Viewer};

#[derive(Template)]
#[template(path = "coordinator/pairing.html")]
struct PairingPage {
    page: Page,
    lang: Lang,
    year: i32,
    view: View,
    fault: Option<String>,
    answer: Option<Told>,
}

struct View {
    cases: Vec<CaseRow>,
    clash: Option<Clash>,
    loads: Vec<LoadRow>,
    reviewers: Vec<Choice>,
    units: Vec<Choice>,
    seen_from: u32,
}

struct CaseRow {
    slug: String,
    unit: String,
    href: String,
    administration: String,
    taken: bool,
    seats: Vec<SeatRow>,
}

struct SeatRow {
    /// The field's name and id.
    field: String,
    party: &'static str,
    /// Who can have it, the proposed first; each with the label of its cost.
    choices: Vec<Choice>,
    why: Vec<String>,
    next: Option<String>,
    refused: Vec<String>,
}

struct Clash {
    rules: Vec<String>,
    ways: Vec<Vec<WayRow>>,
}

struct WayRow {
    text: String,
    href: Option<String>,
}

struct LoadRow {
    name: String,
    href: String,
    organisation: &'static str,
    given: u32,
    proposed: u32,
    limit: u32,
    few: bool,
}

/// The answer to a question.
struct Told {
    person: String,
    person_id: String,
    unit: String,
    slug: String,
    refusals: Vec<Stop>,
    /// A rule that the proposal would break, to let pass beforehand.
    may_come: Option<Stop>,
    why: Vec<String>,
    exceptions: Vec<Passed>,
}

impl Told {
    /// Whether a rule neither stops the person nor is let pass.
    fn lacks(&self, rule: Rule) -> bool {
        self.refusals.iter().all(|one| one.rule != rule.as_str())
            && self.exceptions.iter().all(|one| one.id_of_rule != rule)
    }

    /// What can be let pass.
    fn open(&self) -> impl Iterator<Item = &Stop> {
        self.refusals.iter().filter(|one| one.may_pass).chain(&self.may_come)
    }
}

struct Stop {
    rule: &'static str,
    text: String,
    may_pass: bool,
}

struct Passed {
    id: String,
    id_of_rule: Rule,
    rule: &'static str,
    reason: String,
    by: String,
}

/// Who, and which unit.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Question {
    /// A person's identifier.
    #[serde(default)]
    person: String,
    /// A unit's slug.
    #[serde(default)]
    enhet: String,
    /// A rule that a way out would let pass, though it stops nobody yet.
    #[serde(default)]
    regel: String,
}

/// What the page shows again.
#[derive(Default)]
struct Again {
    chosen: Chosen,
    /// Units that were ticked; none: all that are whole.
    taken: Option<BTreeSet<String>>,
    problem: Option<Problem>,
}

/// `GET /cykel/{year}/parning`, also with a question.
pub async fn show(app: Data<App>, viewer: Viewer, year: Path<i32>, question: Query<Question>) -> Answer {
    render(&app, &viewer, year.into_inner(), Again::default(), question.into_inner()).await
}

async fn render(app: &App, viewer: &Viewer, year: i32, again: Again, question: Question) -> Answer {
    let (lang, service) = (viewer.lang, app.clone());
    let problem = again.problem.clone();
    let (view, answer) = viewer
        .read(move |db, standing| {
            standing.require_coordinator(year)?;
            let areas = areas(&service, db, year)?;
            let now = service.clock.now();
            let answer = match question {
                Question { person, enhet, regel } if !person.is_empty() && !enhet.is_empty() => {
                    let person = PersonId::from(person);
                    let answered = ask::ask(db, standing, year, &enhet, &person, areas.clone(), now)?;
                    let mut told = told(db, standing, answered, lang)?;
                    let rule = Rule::from_text(&regel).filter(|rule| *rule == Rule::Reciprocal);
                    told.may_come = rule.filter(|rule| told.lacks(*rule)).map(|rule| Stop {
                        rule: rule.as_str(),
                        text: rule.word(lang).to_owned(),
                        may_pass: true,
                    });
                    Some(told)
                }
                _ => None,
            };
            let proposal = propose::propose(db, standing, year, areas, &again.chosen, now)?;
            let reviewers = register::reviewers(db, standing)?;
            let coordinated = cycles::store::visible(db, standing, year)?;
            let pairs = |case: &cycles::Case| standing.may(&case.reference(), Object::Case, Deed::Decide);
            let units = coordinated
                .into_iter()
                .filter(pairs)
                .map(|case| Choice { value: case.unit.slug, label: case.unit.name })
                .collect();
            Ok((of_proposal(proposal, &again, year, reviewers, units, lang), answer))
        })
        .await?;
    let fault = problem.as_ref().map(|problem| problem.message.get(lang).to_owned());
    let mut page = under_year(viewer.page(format!("{} {year}", lang.t("Parning", "Pairing"))), year);
    if fault.is_some() {
        page.title = format!("{}{}", lang.t("Fel: ", "Error: "), page.title);
    }
    let status = problem.map_or(StatusCode::OK, |problem| status(problem.kind));
    page_with(status, &PairingPage { page, lang, year, view, fault, answer })
}

/// The areas of a year's form.
fn areas(app: &App, db: &mut Db, year: i32) -> Result<Vec<String>, Problem> {
    let form = cycles::store::cycle(db, year)?.form;
    let form = app.forms.get(&form).ok_or_else(|| Problem::internal(format!("no form {form}")))?;
    Ok(propose::areas(&form))
}

fn of_proposal(
    proposal: Proposal,
    again: &Again,
    year: i32,
    reviewers: Vec<Choice>,
    units: Vec<Choice>,
    lang: Lang,
) -> View {
    let few = propose::few(&proposal.loads);
    let clash = proposal.clash.map(|clash| Clash {
        rules: clash.rules.iter().map(|rule| rule.get(lang).to_owned()).collect(),
        ways: clash.ways.iter().map(|way| way.iter().map(|one| way_row(one, year, lang)).collect()).collect(),
    });
    let case = |case: propose::ProposedCase| {
        let slug = case.case.unit.slug.clone();
        let whole = case.seats.iter().all(|seat| seat.suggested.is_some());
        CaseRow {
            href: case.case.coordination_path(),
            administration: case.case.unit.administration.name.clone(),
            unit: case.case.unit.name.clone(),
            taken: whole && again.taken.as_ref().is_none_or(|taken| taken.contains(&slug)),
            seats: case.seats.into_iter().map(|seat| seat_row(&slug, seat, lang)).collect(),
            slug,
        }
    };
    let load = |load: propose::Load| LoadRow {
        few: few.contains(&load.person.id),
        href: format!("/granskare/{}", load.person.id),
        organisation: load.person.organisation.word(lang),
        name: load.person.name,
        given: load.given,
        proposed: load.proposed,
        limit: load.limit,
    };
    View {
        cases: proposal.cases.into_iter().map(case).collect(),
        clash,
        loads: proposal.loads.into_iter().map(load).collect(),
        reviewers,
        units,
        seen_from: settings::SEEN_FROM,
    }
}

fn seat_row(slug: &str, seat: ProposedSeat, lang: Lang) -> SeatRow {
    let costs = |more: i64| if more == 0 { "0".to_owned() } else { format!("{more:+}") };
    let mut choices = Vec::new();
    if let Some(one) = &seat.suggested {
        choices.push(Choice { value: one.person.id.to_string(), label: one.person.name.clone() });
    }
    choices.extend(seat.others.iter().map(|(person, more)| Choice {
        value: person.id.to_string(),
        label: format!("{} ({})", person.name, costs(*more)),
    }));
    let next = seat.others.first().filter(|_| seat.suggested.is_some());
    SeatRow {
        field: field(seat.party, slug),
        party: seat.party.word(lang),
        choices,
        next: next.map(|(person, more)| format!("{} ({})", person.name, costs(*more))),
        why: seat
            .suggested
            .map(|one| one.why.iter().map(|why| why.get(lang).to_owned()).collect())
            .unwrap_or_default(),
        refused: seat.refused.iter().map(|why| why.get(lang).to_owned()).collect(),
    }
}

fn field(party: Party, slug: &str) -> String {
    format!("{}-{slug}", party.as_str())
}

fn way_row(way: &propose::Way, year: i32, lang: Lang) -> WayRow {
    let href = match (&way.person, &way.unit) {
        (Some(person), Some(unit)) => {
            let rule = way.rule.map_or("", |rule| rule.as_str());
            Some(format!("/cykel/{year}/parning?person={person}&enhet={unit}&regel={rule}#svar"))
        }
        (Some(person), None) => Some(format!("/granskare/{person}")),
        _ => None,
    };
    WayRow { text: way.text.get(lang).to_owned(), href }
}

fn told(db: &mut Db, standing: &Standing, answered: Answered, lang: Lang) -> Result<Told, Problem> {
    let mut exceptions = Vec::new();
    for one in except::of_case(db, standing, &answered.case)? {
        if one.person_id == answered.person.id {
            exceptions.push(Passed {
                id: one.id.to_string(),
                id_of_rule: one.rule,
                rule: one.rule.word(lang),
                by: register::name(db, &one.decided_by)?,
                reason: one.reason,
            });
        }
    }
    Ok(Told {
        person: answered.person.name,
        person_id: answered.person.id.to_string(),
        unit: answered.case.unit.name,
        slug: answered.case.unit.slug,
        refusals: answered
            .refusals
            .iter()
            .map(|one| Stop {
                rule: one.rule.as_str(),
                text: format!("{} {}", one.text.get(lang), one.rule.word(lang)),
                may_pass: one.may_pass,
            })
            .collect(),
        may_come: None,
        why: answered.parts.iter().map(|part| part.text.get(lang).to_owned()).collect(),
        exceptions,
    })
}

/// `POST /cykel/{year}/parning`: counts anew around what was changed, or assigns what is ticked.
pub async fn send(app: Data<App>, viewer: Viewer, year: Path<i32>, sent: Form) -> Answer {
    let year = year.into_inner();
    let taken: BTreeSet<String> = sent.all("ta").map(str::to_owned).collect();
    let chosen = chosen(&sent);
    let again = |problem| Again { chosen: chosen.clone(), taken: Some(taken.clone()), problem };
    if sent.get("do") == Some("rakna") {
        let changed = changed(&app, &viewer, year, chosen.clone()).await?;
        let again = Again { chosen: changed, taken: Some(taken.clone()), problem: None };
        return render(&app, &viewer, year, again, Question::default()).await;
    }
    let pairs: Result<Vec<Accepted>, Problem> = taken
        .iter()
        .map(|unit| {
            let person = |party| chosen.get(&(unit.clone(), party)).cloned();
            match (person(Party::University), person(Party::Region)) {
                (Some(university), Some(region)) => Ok(Accepted { unit: unit.clone(), university, region }),
                _ => Err(Problem::invalid(
                    "nobody_chosen",
                    "Välj vem som ska granska på båda platserna.",
                    "Choose who is to review in both seats.",
                )),
            }
        })
        .collect();
    let done = viewer.act(move |act, standing| accept::accept(act, standing, year, &pairs?)).await;
    match done {
        Ok(cases) => {
            let done = match cases.len() {
                1 => viewer
                    .t("Ett par är utsett och har fått mejl.", "One pair is assigned and mailed.")
                    .to_owned(),
                many => format!(
                    "{many} {}",
                    viewer.t("par är utsedda och har fått mejl.", "pairs are assigned and mailed.")
                ),
            };
            Ok(viewer.see_other(&format!("/cykel/{year}/parning"), Some(Notice::done(done))))
        }
        Err(Refusal(problem)) if Refused::is_mendable(&problem) => {
            render(&app, &viewer, year, again(Some(problem)), Question::default()).await
        }
        Err(refusal) => Err(refusal),
    }
}

/// Who was sent for each seat.
fn chosen(sent: &Form) -> Chosen {
    let mut chosen = Chosen::new();
    for (name, value) in sent.pairs() {
        for party in PAIR {
            let slug = name.strip_prefix(party.as_str()).and_then(|rest| rest.strip_prefix('-'));
            if let (Some(slug), Some(person)) = (slug, PersonId::from_text(value)) {
                chosen.insert((slug.to_owned(), party), person);
            }
        }
    }
    chosen
}

/// What of the choices is not the proposal's own: the coordinator's changes, which stay.
async fn changed(app: &App, viewer: &Viewer, year: i32, chosen: Chosen) -> Result<Chosen, Refusal> {
    let app = app.clone();
    viewer
        .read(move |db, standing| {
            standing.require_coordinator(year)?;
            let areas = areas(&app, db, year)?;
            let plain = propose::propose(db, standing, year, areas, &Chosen::new(), app.clock.now())?;
            let own: Chosen = plain
                .cases
                .into_iter()
                .flat_map(|case| {
                    let slug = case.case.unit.slug;
                    case.seats
                        .into_iter()
                        .filter_map(move |seat| Some(((slug.clone(), seat.party), seat.suggested?.person.id)))
                })
                .collect();
            Ok(chosen.into_iter().filter(|(seat, person)| own.get(seat) != Some(person)).collect())
        })
        .await
}

/// A rule to let somebody pass.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Pass {
    #[validate(length(max = 64))]
    person: String,
    #[validate(length(max = 40))]
    rule: String,
    #[validate(length(max = 10_000))]
    reason: String,
}

/// `POST /cykel/{year}/{unit}/godta`.
pub async fn pass(app: Data<App>, viewer: Viewer, place: Place, sent: Form) -> Answer {
    let (year, slug) = place.into_inner();
    let asked = sent.read::<Pass>()?;
    let back = format!("/cykel/{year}/parning?person={}&enhet={slug}#svar", asked.person);
    let (person, regel) = (asked.person.clone(), asked.rule.clone());
    let question = Question { person, enhet: slug.clone(), regel };
    let done = viewer
        .act(move |act, standing| {
            let case = super::find(act.db, standing, year, &slug)?;
            let rule = Rule::from_text(&asked.rule).ok_or_else(Problem::not_found)?;
            except::pass(act, standing, &case.id, &PersonId::from(asked.person), rule, &asked.reason)
        })
        .await;
    match done {
        Ok(_) => {
            let done = viewer.t("Beslutet är sparat.", "The decision is saved.");
            Ok(viewer.see_other(&back, Some(Notice::done(done))))
        }
        Err(Refusal(problem)) if Refused::is_mendable(&problem) => {
            let again = Again { problem: Some(problem), ..Again::default() };
            render(&app, &viewer, year, again, question).await
        }
        Err(refusal) => Err(refusal),
    }
}

/// `POST /cykel/{year}/{unit}/godta/{exception}`: takes the decision back.
pub async fn take_back(
    app: Data<App>,
    viewer: Viewer,
    place: Path<(i32, String, String)>,
    sent: Form,
) -> Answer {
    let (year, slug, id) = place.into_inner();
    let done = viewer.t("Beslutet är återtaget.", "The decision is taken back.");
    act((&app, &viewer), (year, slug), ("godta", sent), done, move |act, standing, _, case| {
        except::take_back(act, standing, &case.id, &RowId::from(id))
    })
    .await
}
