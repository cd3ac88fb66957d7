//! What each recipient will see once the year is released, before it is.
//!
//! Nothing is shown by other code than what the recipient will meet: the case is taken as the release will leave it, and
//! a standing is made up for somebody with that role and no other.

use std::collections::HashMap;

use crate::cycles::{self, Case};
use crate::db::Db;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::{Stage, Standing};
use crate::identity::{Grant, GrantedRole};
use crate::problem::Problem;
use crate::results::store;
use crate::scoring::Outcome;
use crate::state::{CaseState, Phase};
use crate::words::words;

words! {
    /// Who a release reaches.
    Recipient {
        /// The unit's head.
        Head = "head", "Verksamhetschefen", "The head of unit";
        /// A contributor of the unit.
        Contributor = "contributor", "En medarbetare", "A contributor";
        /// The head of the unit's administration.
        AdministrationHead = "administration_head", "Förvaltningschefen", "The head of administration";
        /// A member of the coordination group, declared free of conflict.
        Group = "group", "Samordningsgruppen", "The coordination group";
        /// The registrar.
        Registrar = "registrar", "Registratorn", "The registrar";
        /// Anybody who is signed in.
        SignedIn = "signed_in", "Vem som helst med inloggning", "Anybody signed in";
        /// Anybody at all.
        Anybody = "anybody", "Vem som helst", "Anybody";
    }
}

/// A case as the release will leave it, and somebody who reads it then.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The case after the release.
    pub case: Case,
    /// A person with the recipient's role and no other.
    pub standing: Standing,
    /// Whether the recipient can read the result then. Without an account that takes a published year.
    pub reads_result: bool,
}

/// The parts of a case beside the result, by the name that the API gives them.
const PARTS: [(Object, &str); 6] = [
    (Object::Assessment, "assessment"),
    (Object::Reviews, "reviews"),
    (Object::ReviewerIdentity, "reviewers"),
    (Object::FactComments, "fact_check"),
    (Object::Plan, "plan"),
    (Object::Recommendation, "recommendation"),
];

impl Seen {
    /// What the recipient reads of the case beside its result.
    #[must_use]
    pub fn reads(&self) -> Vec<&'static str> {
        let may = |object| self.standing.may(&self.case.reference(), object, Deed::Read);
        PARTS.iter().filter(|(object, _)| may(*object)).map(|(_, name)| *name).collect()
    }
}

/// What a recipient will see of a unit whose result goes with the next release.
///
/// # Errors
/// [`Problem::not_found`] for who does not coordinate the year or may not read this case, and for a case that is not
/// fixed.
pub fn preview(
    db: &mut Db,
    standing: &Standing,
    slug: &str,
    year: i32,
    recipient: Recipient,
) -> Result<Seen, Problem> {
    standing.require_coordinator(year)?;
    let mut case = cycles::store::find(db, standing, slug, year, Object::Result, Deed::Decide)?;
    if case.state.phase() != Phase::X {
        return Err(Problem::not_found());
    }
    let outcome = store::newest(db, &case.id)?.ok_or_else(Problem::not_found)?.outcome();
    case.state =
        if outcome.is_some_and(Outcome::needs_plan) { CaseState::Action } else { CaseState::Released };
    let reader = as_recipient(standing, &case, recipient);
    let reads_result = match recipient {
        Recipient::Anybody => cycles::store::cycle(db, year)?.published,
        _ => reader.may(&case.reference(), Object::Result, Deed::Read),
    };
    Ok(Seen { case, standing: reader, reads_result })
}

/// Somebody with one role.
fn as_recipient(standing: &Standing, case: &Case, recipient: Recipient) -> Standing {
    let role = match recipient {
        Recipient::Head => Some(GrantedRole::Head),
        Recipient::Contributor => Some(GrantedRole::Contributor),
        Recipient::AdministrationHead => Some(GrantedRole::AdministrationHead),
        Recipient::Group => Some(GrantedRole::Group),
        Recipient::Registrar => Some(GrantedRole::Registrar),
        Recipient::SignedIn | Recipient::Anybody => None,
    };
    let of_unit = matches!(recipient, Recipient::Head | Recipient::Contributor);
    let grants = standing.grants.first().zip(role).map(|(any, role)| Grant {
        role,
        unit_id: of_unit.then(|| case.unit.id.clone()),
        administration_id: (recipient == Recipient::AdministrationHead)
            .then(|| case.unit.administration.id.clone()),
        year: None,
        areas: None,
        ..any.clone()
    });
    Standing {
        person: standing.person.clone(),
        grants: grants.into_iter().collect(),
        seats: Vec::new(),
        declared: HashMap::from([((case.id.clone(), Stage::Group), false)]),
        conflicts: Vec::new(),
        supports: Vec::new(),
        own_units: Vec::new(),
    }
}
