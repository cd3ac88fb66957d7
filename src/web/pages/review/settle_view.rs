//! What the settlement's page shows: what differs first, then what settled by itself, each with its sentence.

use std::collections::HashMap;

use super::criterion::{Material, Value, score_value, value};
use super::{LevelChoice, Open, scale};
use crate::app::App;
use crate::cycles::state::CaseState;
use crate::db::Db;
use crate::forms::{Criterion, Form};
use crate::identity::standing::{Party, Standing};
use crate::identity::store as people;
use crate::ids::PersonId;
use crate::number::whole;
use crate::problem::Problem;
use crate::results;
use crate::reviews::Scored;
use crate::reviews::view::{self, SettledCriterion};
use crate::scoring::{CriterionState, Explain, Stake};
use crate::text::{self, Lang};

/// The settlement as its page shows it.
pub(super) struct SettleView {
    pub open: Open,
    pub path: String,
    /// The pair, the university's first.
    pub pair: [Reviewer; 2],
    /// To discuss, by what they can change.
    pub talks: Vec<Talk>,
    pub ended: Vec<Talk>,
    /// What settled by itself, by the rule that settled it.
    pub settled: Vec<Group>,
    pub further: usize,
    pub undecided: Vec<String>,
    pub summary: String,
    pub version: i32,
    pub may_write: bool,
}

/// One of the pair.
pub(super) struct Reviewer {
    pub party: &'static str,
    pub name: String,
    pub signed: Option<String>,
    pub is_reader: bool,
}

/// A criterion that the two talk about, or have.
pub(super) struct Talk {
    pub id: String,
    pub area: String,
    pub title: String,
    pub minimum: bool,
    pub distance: String,
    pub sentence: String,
    pub stake: Option<AtStake>,
    pub own_level: Option<String>,
    pub last: Option<Value>,
    pub sides: [Side; 2],
    pub messages: Vec<Said>,
    pub scale: Vec<LevelChoice>,
    pub may_revise: bool,
    pub may_close: bool,
    /// The level that the reader stands by when closing without a change.
    pub stands_by: Option<u8>,
}

/// What an open criterion can still change.
pub(super) struct AtStake {
    pub outcome: bool,
    pub minimum: bool,
    pub sentence: String,
}

/// Criteria that one rule settled.
pub(super) struct Group {
    pub title: &'static str,
    pub rule: &'static str,
    pub rows: Vec<Settled>,
}

/// What one of the pair says about a criterion.
#[derive(Default)]
pub(super) struct Side {
    pub score: Value,
    pub reason: String,
    pub revised: Option<(u8, String)>,
    pub closed: bool,
}

/// A message with its writer.
pub(super) struct Said {
    pub who: String,
    pub when: String,
    pub text: String,
}

/// A criterion that nothing is discussed about.
pub(super) struct Settled {
    pub id: String,
    pub area: String,
    pub title: String,
    pub scores: [Value; 2],
    pub value: Option<Value>,
    pub sentence: String,
    pub stake: Option<AtStake>,
}

/// What is needed for every criterion alike.
struct Sources<'a> {
    open: &'a Open,
    material: &'a Material,
    explain: Explain<'a>,
    stakes: &'a [Stake],
    names: &'a HashMap<PersonId, String>,
    lang: Lang,
}

impl SettleView {
    /// The settlement of a case where the reader is one of the pair.
    pub(super) fn load(
        db: &mut Db,
        standing: &Standing,
        app: &App,
        (slug, year): &(String, i32),
        lang: Lang,
    ) -> Result<SettleView, Problem> {
        let open = Open::load(db, standing, app, slug, *year)?;
        let settlement = view::settlement(db, standing, &open.form, &open.case)?;
        let result = results::view::result(db, standing, &open.form, &open.case)?;
        let material = Material::load(db, standing, app, &open)?;
        let reviews = view::reviews(db, standing, &open.case)?;
        let writers: Vec<PersonId> = settlement
            .criteria
            .iter()
            .flat_map(|one| one.messages.iter().map(|message| message.person_id.clone()))
            .collect();
        let names: HashMap<PersonId, String> =
            people::people_by_id(db, &writers)?.into_iter().map(|person| (person.id, person.name)).collect();
        let explain = Explain::new(&result.judged, &open.form.rules, &result.scored);
        let stakes = results::stakes::stakes(&open.form, &open.case, &settlement, &result)?;
        let sources =
            Sources { open: &open, material: &material, explain, stakes: &stakes, names: &names, lang };
        let all = || open.form.criteria().zip(&settlement.criteria);
        let talks = |wanted: fn(&SettledCriterion) -> bool| -> Vec<Talk> {
            let wanted = all().filter(|(_, one)| wanted(one));
            let mut talks: Vec<Talk> =
                wanted.map(|((area, criterion), one)| sources.talk(&area.id, criterion, one)).collect();
            talks.sort_by_key(|talk| sources.rank(&talk.id));
            talks
        };
        let settled = GROUPS.map(|(state, title, rule)| {
            let rows = all()
                .filter(|(_, one)| !is_open(one) && !is_ended(one) && group_of(one.status.state) == state);
            let mut rows: Vec<Settled> =
                rows.map(|((area, criterion), one)| sources.settled(&area.id, criterion, one)).collect();
            rows.sort_by_key(|row| sources.rank(&row.id));
            Group { title: title_of(title, lang), rule: title_of(rule, lang), rows }
        });
        let pair = [Party::University, Party::Region].map(|party| Reviewer {
            party: party.word(lang),
            name: reviews
                .iter()
                .find(|review| review.party == party)
                .and_then(|review| review.reviewer.as_ref())
                .map_or_else(String::new, |person| person.name.clone()),
            signed: settlement.summary.signed_at(party).map(|at| text::moment(at, lang)),
            is_reader: open.own.seat.party == party,
        });
        Ok(SettleView {
            path: open.path(),
            talks: talks(is_open),
            ended: talks(is_ended),
            settled: settled.into_iter().filter(|group| !group.rows.is_empty()).collect(),
            further: all().filter(|(_, one)| one.status.state == CriterionState::NeedsFurther).count(),
            undecided: settlement.undecided.iter().cloned().collect(),
            summary: settlement.summary.summary.clone(),
            version: settlement.summary.version,
            may_write: open.case.state == CaseState::Settling && !open.is_further(),
            pair,
            open,
        })
    }

    /// What each of the pair says about a criterion.
    pub(super) fn sides<'a>(&'a self, talk: &'a Talk) -> impl Iterator<Item = (&'a Reviewer, &'a Side)> {
        self.pair.iter().zip(&talk.sides)
    }

    /// What each of the pair set in a criterion that nothing is discussed about.
    pub(super) fn scores<'a>(&'a self, row: &'a Settled) -> impl Iterator<Item = (&'a Reviewer, &'a Value)> {
        self.pair.iter().zip(&row.scores)
    }

    /// How many criteria got their value without a discussion.
    pub(super) fn settled_alone(&self) -> usize {
        self.settled.iter().flat_map(|group| &group.rows).filter(|one| one.value.is_some()).count()
    }

    /// Whether the reader has signed what stands there.
    pub(super) fn has_signed(&self) -> bool {
        self.pair.iter().any(|one| one.is_reader && one.signed.is_some())
    }
}

/// The ways to settle without a discussion: the first state of each, what it is called, and its rule in words.
const GROUPS: [(CriterionState, Words, Words); 4] = [
    (
        CriterionState::NeedsFurther,
        ("Väntar på ytterligare granskare", "Waits for a further reviewer"),
        (
            "Någon av er kunde inte bedöma. Samordnaren utser en ny person.",
            "One of you could not judge. The coordinator assigns a new person.",
        ),
    ),
    (
        CriterionState::Mean,
        ("Nära varandra", "Near each other"),
        (
            "Nivåerna skiljer lite och ligger på samma sida om minimikravet. Medelvärdet gäller, utan samtal.",
            "The levels differ little and are on the same side of the minimum. The mean counts, without a discussion.",
        ),
    ),
    (
        CriterionState::Agreed,
        ("Lika", "Equal"),
        ("Ni satte samma nivå. Den gäller.", "You set the same level. It counts."),
    ),
    (
        CriterionState::Single,
        ("Avgjort på annat sätt", "Settled in another way"),
        (
            "En ensam granskares nivå, ej tillämpligt, eller underlag som saknas.",
            "One reviewer's level, not applicable, or evidence that is missing.",
        ),
    ),
];

type Words = (&'static str, &'static str);

fn title_of((sv, en): Words, lang: Lang) -> &'static str {
    lang.t(sv, en)
}

/// Which of [`GROUPS`] a state belongs to.
fn group_of(state: CriterionState) -> CriterionState {
    match state {
        CriterionState::NeedsFurther | CriterionState::Open => CriterionState::NeedsFurther,
        CriterionState::Mean | CriterionState::Agreed => state,
        _ => CriterionState::Single,
    }
}

fn is_open(one: &SettledCriterion) -> bool {
    one.status.state == CriterionState::NeedsDiscussion
}

fn is_ended(one: &SettledCriterion) -> bool {
    let closed = |scored: &Option<Scored>| scored.as_ref().is_some_and(|scored| scored.closed_at.is_some());
    !is_open(one) && closed(&one.university) && closed(&one.region)
}

impl Sources<'_> {
    /// Where a criterion stands among what can still change; settled ones last.
    fn rank(&self, criterion: &str) -> usize {
        self.stakes.iter().position(|stake| stake.criterion == criterion).unwrap_or(self.stakes.len())
    }

    fn stake(&self, criterion: &str) -> Option<AtStake> {
        let stake = self.stakes.iter().find(|stake| stake.criterion == criterion)?;
        Some(AtStake {
            outcome: stake.changes_outcome(),
            minimum: stake.decides_minimum,
            sentence: Explain::stake(stake).get(self.lang).to_owned(),
        })
    }

    fn sentence(&self, criterion: &str) -> String {
        self.explain.criterion(criterion).map_or_else(String::new, |text| text.get(self.lang).to_owned())
    }

    fn talk(&self, area: &str, criterion: &Criterion, one: &SettledCriterion) -> Talk {
        let own = if self.open.own.seat.party == Party::University { &one.university } else { &one.region };
        let in_talk = is_open(one) && self.open.case.state == CaseState::Settling;
        let may_close = in_talk && own.as_ref().is_some_and(|own| own.closed_at.is_none());
        let level = own.as_ref().and_then(|own| own.first?.level()).map(crate::reviews::Level::number);
        Talk {
            id: criterion.id.clone(),
            area: area.to_owned(),
            title: criterion.title.get(self.lang).to_owned(),
            minimum: criterion.minimum,
            distance: distance(&self.open.form, one, self.lang),
            sentence: self.sentence(&criterion.id),
            stake: self.stake(&criterion.id),
            own_level: self.material.own_level(self.open, criterion),
            last: self.material.last_value(&criterion.id),
            sides: [side(one.university.as_ref()), side(one.region.as_ref())],
            messages: one.messages.iter().map(|message| self.said(message)).collect(),
            scale: scale(&self.open.form, criterion, level, self.lang),
            may_revise: may_close && own.as_ref().is_some_and(|own| own.revised.is_none()),
            may_close,
            stands_by: level.filter(|_| own.as_ref().is_some_and(|own| own.revised.is_none())),
        }
    }

    fn said(&self, message: &crate::reviews::Message) -> Said {
        Said {
            who: self.names.get(&message.person_id).cloned().unwrap_or_default(),
            when: text::moment(message.written_at, self.lang),
            text: message.message.clone(),
        }
    }

    fn settled(&self, area: &str, criterion: &Criterion, one: &SettledCriterion) -> Settled {
        let score = |scored: &Option<Scored>| side(scored.as_ref()).score;
        Settled {
            id: criterion.id.clone(),
            area: area.to_owned(),
            title: criterion.title.get(self.lang).to_owned(),
            scores: [score(&one.university), score(&one.region)],
            value: one.status.value.as_ref().map(value),
            sentence: self.sentence(&criterion.id),
            stake: self.stake(&criterion.id),
        }
    }
}

fn side(scored: Option<&Scored>) -> Side {
    scored.map_or_else(
        || Side { score: score_value(None), ..Side::default() },
        |scored| Side {
            score: score_value(scored.first),
            reason: scored.reason.clone(),
            revised: scored.revised.as_ref().map(|(level, reason)| (level.number(), reason.clone())),
            closed: scored.closed_at.is_some(),
        },
    )
}

/// How far apart the two first scores are, in words.
fn distance(form: &Form, one: &SettledCriterion, lang: Lang) -> String {
    let level = |scored: &Option<Scored>| scored.as_ref().and_then(|scored| scored.first?.level());
    let Some((first, second)) = level(&one.university).zip(level(&one.region)) else { return String::new() };
    let steps = first.number().abs_diff(second.number());
    if whole(i64::from(steps)) <= form.rules.near {
        lang.t("Olika sidor om minimikravet", "On different sides of the minimum").to_owned()
    } else {
        format!("{steps} {}", lang.t("steg isär", "steps apart"))
    }
}
