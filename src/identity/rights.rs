//! Who may do what, where and when: the table of the security page §2.1 as data. Pure.
//!
//! Invariant: the table is total because whatever it does not list is refused. A role here is what a person *is to one
//! case* (head of *that* unit, reviewer of *that* case); [`super::standing`] finds it, and gives a person with a
//! conflict of interest no role in the case at all.

use crate::state::Phase::{self, A, C, D, F, P, S, V, X};

/// What a person is to a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Head of the unit.
    Head,
    /// Contributor of the unit.
    Contributor,
    /// The university's reviewer, declared free of conflict.
    University,
    /// The region's reviewer, declared free of conflict.
    Region,
    /// A further reviewer, declared free of conflict.
    Further,
    /// Coordinator, not of the own unit.
    Coordinator,
    /// Coordinator who has opened the draft to help, with a reason that the unit sees.
    Support,
    /// Member of the coordination group, declared free of conflict.
    Group,
    /// Head of the unit's administration.
    AdministrationHead,
    /// Registrar.
    Registrar,
    /// Auditor.
    Auditor,
    /// Administrator.
    Administrator,
    /// Anybody signed in.
    SignedIn,
    /// Anybody, in a year whose results are open to everybody.
    Anybody,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 14] = [
        Role::Head,
        Role::Contributor,
        Role::University,
        Role::Region,
        Role::Further,
        Role::Coordinator,
        Role::Support,
        Role::Group,
        Role::AdministrationHead,
        Role::Registrar,
        Role::Auditor,
        Role::Administrator,
        Role::SignedIn,
        Role::Anybody,
    ];
}

/// What the right is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Object {
    /// The self-assessment with its evidence.
    Assessment,
    /// Newer versions of evidence that was submitted.
    LaterEvidence,
    /// How far the self-assessment has come, by area; no texts.
    Progress,
    /// The unit's own comments on criteria while it answers.
    UnitComments,
    /// Who answers for the unit: its contributors and their areas.
    Team,
    /// The list of what must be completed, and requests that a criterion does not apply.
    Completion,
    /// The reader's own review.
    OwnReview,
    /// Whether the reviewers have locked, without anything else.
    ReviewProgress,
    /// The two reviews, scores and reasons.
    Reviews,
    /// A further reviewer's own review.
    FurtherReview,
    /// Who reviews.
    ReviewerIdentity,
    /// Threads, closings and the joint summary.
    Settlement,
    /// The unit's comments on facts and the answers to them.
    FactComments,
    /// Lights, scores and outcome.
    Result,
    /// The group's recommendation.
    Recommendation,
    /// The improvement plan, its actions and follow-up.
    Plan,
    /// The assignment of reviewers.
    Assignment,
    /// Declarations of conflict as the one who decides sees them.
    Declaration,
    /// The case itself: its state, dates and extension.
    Case,
    /// The case's entries in the log.
    Log,
    /// A coordinator's visits to the draft, to help.
    Support,
    /// The case's registry number while the result is not fixed.
    RegistryNumber,
    /// The case's public records: the package for the archive, and requests for them.
    Records,
}

impl Object {
    /// Every object.
    pub const ALL: [Object; 23] = [
        Object::Assessment,
        Object::LaterEvidence,
        Object::Progress,
        Object::UnitComments,
        Object::Team,
        Object::Completion,
        Object::OwnReview,
        Object::ReviewProgress,
        Object::Reviews,
        Object::FurtherReview,
        Object::ReviewerIdentity,
        Object::Settlement,
        Object::FactComments,
        Object::Result,
        Object::Recommendation,
        Object::Plan,
        Object::Assignment,
        Object::Declaration,
        Object::Case,
        Object::Log,
        Object::Support,
        Object::RegistryNumber,
        Object::Records,
    ];
}

/// What is done with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Deed {
    /// See it.
    Read,
    /// Write or change it.
    Write,
    /// Put it forward: submit a self-assessment or a plan, ask that a criterion does not apply.
    Submit,
    /// Decide about it: return, approve, assign, extend, fix, accept.
    Decide,
    /// Put one's name under what somebody else has put forward.
    Sign,
}

impl Deed {
    /// Every deed.
    pub const ALL: [Deed; 5] = [Deed::Read, Deed::Write, Deed::Submit, Deed::Decide, Deed::Sign];
}

struct Rule(Object, Deed, &'static [Role], &'static [Phase]);

const ALWAYS: &[Phase] = &[D, S, V, C, F, X, P, A];
const FROM_S: &[Phase] = &[S, V, C, F, X, P, A];
const FROM_V: &[Phase] = &[V, C, F, X, P, A];
const FROM_C: &[Phase] = &[C, F, X, P, A];
const FROM_F: &[Phase] = &[F, X, P, A];
const FROM_X: &[Phase] = &[X, P, A];
const FROM_P: &[Phase] = &[P, A];

use Deed::{Decide, Read, Sign, Submit, Write};
use Object as O;
use Role as R;

/// The table. One line per permission of §2.1, in its order.
const TABLE: &[Rule] = &[
    // Self-assessment and evidence. A contributor writes in areas given; in a returned case only the returned criteria
    // are open: assessments::editable narrows both.
    Rule(O::Assessment, Read, &[R::Head, R::Contributor], ALWAYS),
    Rule(O::Assessment, Read, &[R::University, R::Region], FROM_V),
    Rule(O::Assessment, Read, &[R::Further], FROM_C),
    Rule(O::Assessment, Read, &[R::Coordinator], FROM_S),
    Rule(O::Assessment, Read, &[R::Auditor, R::Group], FROM_X),
    Rule(O::Assessment, Read, &[R::AdministrationHead], FROM_P),
    Rule(O::Assessment, Write, &[R::Head, R::Contributor], &[D]),
    Rule(O::Assessment, Submit, &[R::Head], &[D, S]),
    // After the submission evidence is superseded only, until the result is fixed. It is read as evidence is.
    Rule(O::LaterEvidence, Read, &[R::Head, R::Contributor], &[S, V, C, F]),
    Rule(O::LaterEvidence, Write, &[R::Head, R::Contributor], &[S, V, C, F]),
    Rule(O::Progress, Read, &[R::Head, R::Contributor, R::Coordinator], ALWAYS),
    // The unit's comment threads are for its own eyes alone.
    Rule(O::UnitComments, Read, &[R::Head, R::Contributor], ALWAYS),
    Rule(O::UnitComments, Write, &[R::Head, R::Contributor], &[D]),
    // Added to §2.1: the head invites contributors of the own unit and gives them areas (docs/decisions/team.md).
    Rule(O::Team, Read, &[R::Head, R::Contributor], ALWAYS),
    Rule(O::Team, Write, &[R::Head], &[D, S, V, C, F, X, P]),
    // Completion and not-applicable.
    Rule(O::Completion, Read, &[R::Head, R::Contributor], ALWAYS),
    Rule(O::Completion, Read, &[R::University, R::Region], FROM_V),
    Rule(O::Completion, Read, &[R::Coordinator], ALWAYS),
    Rule(O::Completion, Submit, &[R::Head], &[D]),
    Rule(O::Completion, Submit, &[R::University, R::Region], &[V, C]),
    Rule(O::Completion, Decide, &[R::Coordinator], &[D, S, V, C]),
    // Reviews.
    Rule(O::OwnReview, Read, &[R::University, R::Region], FROM_V),
    Rule(O::OwnReview, Write, &[R::University, R::Region], &[V, C, F]),
    Rule(O::ReviewProgress, Read, &[R::Coordinator], FROM_V),
    Rule(O::Reviews, Read, &[R::University, R::Region, R::Coordinator], FROM_C),
    Rule(O::Reviews, Read, &[R::Head, R::Contributor], FROM_F),
    Rule(O::Reviews, Read, &[R::Group, R::Auditor], FROM_X),
    Rule(O::Reviews, Read, &[R::AdministrationHead], FROM_P),
    Rule(O::FurtherReview, Read, &[R::Further], FROM_C),
    Rule(O::FurtherReview, Write, &[R::Further], &[C]),
    Rule(O::ReviewerIdentity, Read, &[R::University, R::Region], FROM_C),
    Rule(O::ReviewerIdentity, Read, &[R::Coordinator], ALWAYS),
    Rule(O::ReviewerIdentity, Read, &[R::Group], FROM_X),
    Rule(O::ReviewerIdentity, Read, &[R::Head, R::Contributor, R::AdministrationHead, R::SignedIn], FROM_P),
    // Settlement.
    Rule(O::Settlement, Read, &[R::University, R::Region, R::Coordinator], FROM_C),
    Rule(O::Settlement, Write, &[R::University, R::Region], &[C]),
    // Fact check.
    Rule(O::FactComments, Read, &[R::Head, R::University, R::Region, R::Coordinator], FROM_F),
    Rule(O::FactComments, Read, &[R::Group, R::Auditor], FROM_X),
    Rule(O::FactComments, Read, &[R::AdministrationHead], FROM_P),
    Rule(O::FactComments, Write, &[R::Head], &[F]),
    Rule(O::FactComments, Decide, &[R::University, R::Region, R::Coordinator], &[F]),
    // Result.
    Rule(O::Result, Read, &[R::University, R::Region, R::Coordinator], FROM_C),
    Rule(O::Result, Read, &[R::Head, R::Contributor], FROM_F),
    Rule(O::Result, Read, &[R::Group, R::Auditor], FROM_X),
    Rule(O::Result, Read, &[R::AdministrationHead, R::Registrar, R::SignedIn], FROM_P),
    // Only in a year that is published: results::view::published.
    Rule(O::Result, Read, &[R::Anybody], FROM_P),
    // A correction after release is a new linked version (process.md §2, guard d).
    Rule(O::Result, Decide, &[R::Coordinator], &[S, C, F, X, P]),
    // After the result.
    Rule(O::Recommendation, Read, &[R::Group, R::Coordinator, R::Auditor], FROM_X),
    Rule(O::Recommendation, Read, &[R::Head, R::AdministrationHead], FROM_P),
    Rule(O::Recommendation, Write, &[R::Group], &[P]),
    Rule(
        O::Plan,
        Read,
        &[R::Head, R::Contributor, R::AdministrationHead, R::Coordinator, R::Group, R::Auditor],
        FROM_P,
    ),
    Rule(O::Plan, Write, &[R::Head, R::Contributor], &[P]),
    Rule(O::Plan, Submit, &[R::Head], &[P]),
    Rule(O::Plan, Sign, &[R::AdministrationHead], &[P]),
    Rule(O::Plan, Decide, &[R::Coordinator], &[P]),
    // The running of the case.
    Rule(O::Assignment, Read, &[R::University, R::Region, R::Further], FROM_S),
    Rule(O::Assignment, Read, &[R::Coordinator], ALWAYS),
    Rule(O::Assignment, Read, &[R::Group, R::Auditor], FROM_X),
    Rule(O::Assignment, Decide, &[R::Coordinator], &[S, V, C, F]),
    Rule(O::Declaration, Read, &[R::Coordinator, R::Auditor], ALWAYS),
    Rule(O::Declaration, Decide, &[R::Coordinator], ALWAYS),
    Rule(O::Case, Read, &[R::Head, R::Contributor, R::Coordinator], ALWAYS),
    Rule(O::Case, Read, &[R::University, R::Region], FROM_V),
    Rule(O::Case, Read, &[R::Further], FROM_C),
    Rule(O::Case, Read, &[R::Group, R::Auditor], FROM_X),
    Rule(O::Case, Read, &[R::AdministrationHead, R::Registrar, R::SignedIn], FROM_P),
    Rule(O::Case, Decide, &[R::Coordinator], ALWAYS),
    Rule(O::Log, Read, &[R::Head, R::Coordinator, R::Auditor], ALWAYS),
    // Help with a draft: seen by the unit, which may end it.
    Rule(O::Assessment, Read, &[R::Support], &[D]),
    Rule(O::Support, Read, &[R::Head, R::Contributor, R::Coordinator, R::Auditor], ALWAYS),
    Rule(O::Support, Decide, &[R::Coordinator], &[D]),
    Rule(O::Support, Write, &[R::Head, R::Coordinator], ALWAYS),
    // The registrar's: numbers until the result is fixed, records from the release on.
    Rule(O::RegistryNumber, Read, &[R::Registrar, R::Coordinator], ALWAYS),
    Rule(O::RegistryNumber, Write, &[R::Registrar], &[D, S, V, C, F]),
    Rule(O::Records, Read, &[R::Registrar, R::Coordinator], FROM_P),
    Rule(O::Records, Write, &[R::Registrar], FROM_P),
];

/// Whether a role may do a deed with an object of a case in a phase.
#[must_use]
pub fn allowed(role: Role, object: Object, deed: Deed, phase: Phase) -> bool {
    TABLE.iter().any(|Rule(listed, done, roles, phases)| {
        *listed == object && *done == deed && roles.contains(&role) && phases.contains(&phase)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_reads_the_other_review_before_both_have_locked() {
        for role in Role::ALL {
            for phase in [D, S, V] {
                assert!(!allowed(role, O::Reviews, Read, phase), "{role:?} {phase:?}");
                assert!(!allowed(role, O::Result, Read, phase), "{role:?} {phase:?}");
            }
        }
    }

    #[test]
    fn an_administrator_reads_and_writes_nothing_of_a_case() {
        for object in Object::ALL {
            for deed in Deed::ALL {
                for phase in Phase::ALL {
                    assert!(!allowed(R::Administrator, object, deed, phase), "{object:?} {deed:?} {phase:?}");
                }
            }
        }
    }

    #[test]
    fn only_the_unit_writes_answers_and_only_while_the_case_is_with_it() {
        for role in Role::ALL {
            for phase in Phase::ALL {
                let expected = phase == D && matches!(role, R::Head | R::Contributor);
                assert_eq!(allowed(role, O::Assessment, Write, phase), expected, "{role:?} {phase:?}");
            }
        }
    }

    #[test]
    fn the_units_comments_and_team_are_nobody_elses() {
        for role in Role::ALL {
            for deed in Deed::ALL {
                for phase in Phase::ALL {
                    let of_unit = matches!(role, R::Head | R::Contributor);
                    for object in [O::UnitComments, O::Team] {
                        assert!(
                            of_unit || !allowed(role, object, deed, phase),
                            "{role:?} {object:?} {phase:?}"
                        );
                    }
                    let invites = role == R::Head && deed == Write && phase != A;
                    assert_eq!(allowed(role, O::Team, deed, phase), invites || (of_unit && deed == Read));
                }
            }
        }
    }

    #[test]
    fn who_may_write_may_also_read() {
        for role in Role::ALL {
            for object in Object::ALL {
                for phase in Phase::ALL {
                    if allowed(role, object, Write, phase) {
                        assert!(allowed(role, object, Read, phase), "{role:?} {object:?} {phase:?}");
                    }
                }
            }
        }
    }
}
