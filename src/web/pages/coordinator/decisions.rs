//! What a coordinator decides in a case: declared conflicts of interest, and criteria that do not apply.

use actix_web::web::{Data, Path};
use serde::Deserialize;
use validator::Validate;

use super::act;
use crate::app::App;
use crate::assessments::not_applicable;
use crate::clock::local_day;
use crate::cycles::Case;
use crate::cycles::state::{CaseState, Phase};
use crate::db::Db;
use crate::forms::Form as CriteriaForm;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::identity::store::Names;
use crate::ids::RowId;
use crate::problem::Problem;
use crate::reviews::conflict::{self, Declaration, grounds};
use crate::reviews::view;
use crate::text::{self, Lang};
use crate::web::respond::Answer;
use crate::web::{Form, Viewer};

/// A declared conflict of interest.
#[derive(Debug)]
pub struct Conflict {
    /// The declaration.
    pub id: String,
    /// Who declared.
    pub name: String,
    /// When in the process, and on which day.
    pub when: String,
    /// The ground in law.
    pub ground: String,
    /// In the person's own words.
    pub words: String,
    /// The decision with its reason.
    pub decided: Option<(&'static str, String)>,
    /// Whether the reader can decide now.
    pub may_decide: bool,
}

/// A request that a criterion does not apply.
#[derive(Debug)]
pub struct Request {
    /// The criterion.
    pub criterion: String,
    /// Its title.
    pub title: String,
    /// When the form says that it may be left out.
    pub allowed: String,
    /// Why, as asked.
    pub reason: String,
    /// Who asked.
    pub by: String,
    /// The decision with its reason.
    pub decided: Option<(&'static str, String)>,
    /// Whether the reader can decide now.
    pub may_decide: bool,
}

/// The declared conflicts of a case, with their grounds.
pub(super) fn conflicts(
    db: &mut Db,
    standing: &Standing,
    case: &Case,
    names: &Names,
    lang: Lang,
) -> Result<Vec<Conflict>, Problem> {
    let decides = standing.may(&case.reference(), Object::Declaration, Deed::Decide);
    let all = view::declared_conflicts(db, standing, case)?;
    let row = |one: Declaration| {
        let ground = one.stated.as_ref().and_then(|stated| grounds::by_id(&stated.ground));
        let day = text::short_date(local_day(one.declared_at), lang);
        Conflict {
            id: one.id.to_string(),
            name: names.get(&one.person_id).cloned().unwrap_or_default(),
            when: format!("{}, {day}", one.stage.word(lang)),
            ground: ground
                .map(|ground| format!("{} {} {}", ground.law, ground.paragraph, ground.text(lang)))
                .unwrap_or_default(),
            words: one.stated.map(|stated| stated.words).unwrap_or_default(),
            decided: one.upheld.map(|upheld| {
                let word = if upheld {
                    lang.t("Jäv föreligger", "The conflict stands")
                } else {
                    lang.t("Jäv föreligger inte", "There is no conflict")
                };
                (word, one.decision_reason.unwrap_or_default())
            }),
            may_decide: decides && one.decided_by.is_none() && one.person_id != *standing.id(),
        }
    };
    Ok(all.into_iter().map(row).collect())
}

/// The requests in a case that a criterion does not apply.
pub(super) fn requests(
    db: &mut Db,
    standing: &Standing,
    form: &CriteriaForm,
    case: &Case,
    names: &Names,
    lang: Lang,
) -> Result<Vec<Request>, Problem> {
    let phase = case.state.phase();
    let open = matches!(phase, Phase::D | Phase::S | Phase::V | Phase::C);
    let decides = open
        && case.state != CaseState::NotSubmitted
        && standing.may(&case.reference(), Object::Completion, Deed::Decide);
    let all = crate::assessments::request_store::of_case(db, &case.id)?;
    let row = |one: crate::assessments::NotApplicable| {
        let criterion = form.criterion(&one.criterion);
        Request {
            title: criterion.map(|known| known.title.get(lang).to_owned()).unwrap_or_default(),
            allowed: criterion
                .and_then(|known| known.not_applicable.as_ref())
                .map(|when| when.get(lang).to_owned())
                .unwrap_or_default(),
            criterion: one.criterion,
            reason: one.reason,
            by: names.get(&one.asked_by).cloned().unwrap_or_default(),
            decided: one.approved.map(|approved| {
                let word = if approved {
                    lang.t("Ej tillämpligt", "Does not apply")
                } else {
                    lang.t("Ska bedömas", "Applies")
                };
                (word, one.decision_reason.unwrap_or_default())
            }),
            may_decide: decides && one.approved.is_none(),
        }
    };
    Ok(all.into_iter().map(row).collect())
}

/// A decision with its reason.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// `yes` or `no`.
    #[serde(default)]
    #[validate(length(max = 3))]
    decision: String,
    #[validate(length(max = 10_000))]
    reason: String,
}

impl Decision {
    fn is_yes(&self) -> Result<bool, Problem> {
        match self.decision.as_str() {
            "yes" => Ok(true),
            "no" => Ok(false),
            _ => Err(Problem::invalid(
                "no_decision",
                "Välj ett av alternativen.",
                "Choose one of the answers.",
            )),
        }
    }
}

/// `POST /cykel/{year}/{unit}/jav/{declaration}`.
pub async fn decide_conflict(
    app: Data<App>,
    viewer: Viewer,
    place: Path<(i32, String, String)>,
    sent: Form,
) -> Answer {
    let (year, slug, declaration) = place.into_inner();
    let asked = sent.read::<Decision>();
    let name = format!("jav-{declaration}");
    let done =
        viewer.t("Ditt ställningstagande till jävet är sparat.", "Your decision on the conflict is saved.");
    act((&app, &viewer), (year, slug), (&name, sent), done, move |act, standing, _, case| {
        let asked = asked?;
        let id = RowId::from(declaration);
        let own = view::declared_conflicts(act.db, standing, case)?;
        own.iter().find(|one| one.id == id).ok_or_else(Problem::not_found)?;
        conflict::decide::decide(act, standing, &id, asked.is_yes()?, &asked.reason)
    })
    .await
}

/// `POST /cykel/{year}/{unit}/undantag/{criterion}`.
pub async fn decide_request(
    app: Data<App>,
    viewer: Viewer,
    place: Path<(i32, String, String)>,
    sent: Form,
) -> Answer {
    let (year, slug, criterion) = place.into_inner();
    let asked = sent.read::<Decision>();
    let name = format!("undantag-{criterion}");
    let done = viewer.t("Enheten har fått ditt besked.", "The unit has your answer.");
    act((&app, &viewer), (year, slug), (&name, sent), done, move |act, standing, _, case| {
        let asked = asked?;
        not_applicable::decide(act, standing, &case.id, &criterion, asked.is_yes()?, &asked.reason)
    })
    .await
}
