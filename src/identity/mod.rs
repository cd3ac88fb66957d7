//! People, the roles they were given, and what a role may do.
//!
//! Invariants: what is not listed in [`rights`] is refused; a person represents one organisation in a cycle; nobody is
//! both reviewer and member of the same unit.

pub mod add_person;
pub mod bearer;
mod bearer_store;
pub mod grant;
mod grant_store;
pub mod rights;
pub mod session;
mod session_store;
pub mod sign_in;
pub mod standing;
pub mod store;
pub mod token;

use crate::ids::{AdministrationId, GrantId, PersonId, UnitId};
use crate::text::Lang;

use crate::words::words;

words! {
    /// Which authority a person represents.
    Organisation {
        /// Lund University.
        University = "university", "Lunds universitet", "Lund University";
        /// Region Skåne.
        Region = "region", "Region Skåne", "Region Skåne";
        /// Neither.
        Other = "other", "Annan organisation", "Other organisation";
    }
}

words! {
    /// A role that is given to a person (process.md §1). Reviewers' seats in a case are assignments, not grants: the
    /// grant only puts the person in the register.
    GrantedRole {
        /// Users, settings, form versions; no scores and no texts of cases.
        Administrator = "administrator", "Administratör", "Administrator";
        /// Runs the cycle.
        Coordinator = "coordinator", "Samordnare", "Coordinator";
        /// Owns and submits the unit's self-assessment.
        Head = "head", "Verksamhetschef", "Head of unit";
        /// Drafts answers.
        Contributor = "contributor", "Medarbetare", "Contributor";
        /// May be assigned to cases.
        Reviewer = "reviewer", "Granskare", "Reviewer";
        /// Member of the coordination group.
        Group = "group", "Samordningsgruppen", "Coordination group";
        /// Head of an administration.
        AdministrationHead = "administration_head", "Förvaltningschef", "Head of administration";
        /// Registry numbers and public records.
        Registrar = "registrar", "Registrator", "Registrar";
        /// Reads everything fixed, and the log.
        Auditor = "auditor", "Revisor", "Auditor";
    }
}

/// A person with an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Identifier.
    pub id: PersonId,
    /// Address, in lower case; unique.
    pub email: String,
    /// Full name.
    pub name: String,
    /// The authority that the person represents.
    pub organisation: Organisation,
    /// Language of mail, and of pages until another is chosen.
    pub language: Lang,
    /// Whether the account may sign in.
    pub active: bool,
}

/// A role held now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Identifier.
    pub id: GrantId,
    /// Who.
    pub person_id: PersonId,
    /// What.
    pub role: GrantedRole,
    /// For heads and contributors: where.
    pub unit_id: Option<UnitId>,
    /// For heads of administration: where.
    pub administration_id: Option<AdministrationId>,
    /// Only in this year's cycle; none means every year.
    pub year: Option<i32>,
    /// For contributors: only these areas; none means all.
    pub areas: Option<Vec<String>>,
}
