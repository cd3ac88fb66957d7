//! Conflicts of interest (jäv): declared before any content opens, and decided by a coordinator who is not concerned.
//!
//! Invariants: a declaration never changes, a later one of the same stage takes its place; a declared conflict takes
//! every role in the case away at once, until a decision dismisses it; nobody decides about themselves; a ground is
//! read by its author and by those who decide, and stands in no mail, list or log.

pub mod decide;
pub mod declare;
pub mod grounds;
pub mod store;

use serde::{Deserialize, Serialize};

use crate::clock::Moment;
use crate::identity::standing::Stage;
use crate::ids::{CaseId, PersonId, RowId};

/// Why somebody has a conflict of interest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stated {
    /// The ground in law: an id of [`grounds::ALL`].
    pub ground: String,
    /// In own words, if any.
    #[serde(default)]
    pub words: String,
}

/// A declaration as those who decide see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    /// Identifier.
    pub id: RowId,
    /// The case.
    pub case_id: CaseId,
    /// Who declared.
    pub person_id: PersonId,
    /// When in the process.
    pub stage: Stage,
    /// Whether a conflict was declared.
    pub conflict: bool,
    /// Why, when one was.
    pub stated: Option<Stated>,
    /// The version of the text that was agreed to.
    pub text_version: String,
    /// When.
    pub declared_at: Moment,
    /// The decision, if there is one: whether the conflict stands.
    pub upheld: Option<bool>,
    /// Its reason.
    pub decision_reason: Option<String>,
    /// Who decided.
    pub decided_by: Option<PersonId>,
}
