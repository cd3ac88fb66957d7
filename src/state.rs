//! The states of a case and the only ways between them (process.md §2). Pure.

use crate::words::words;

words! {
    /// Where a case is. It alone gates acts.
    CaseState {
        /// The unit answers.
        Draft = "draft", "Utkast", "Draft";
        /// The head has signed and submitted.
        Submitted = "submitted", "Inlämnad", "Submitted";
        /// The coordinator has asked for completion of some criteria.
        Returned = "returned", "Åter för komplettering", "Returned for completion";
        /// Two reviewers are chosen; they declare conflicts of interest.
        Assigned = "assigned", "Granskare utsedda", "Reviewers assigned";
        /// Each reviewer scores alone.
        Scoring = "scoring", "Enskild granskning", "Individual review";
        /// Both have locked; what differs is settled.
        Settling = "settling", "Samsyn", "Settlement";
        /// A further reviewer scores what is still open.
        Further = "further", "Ytterligare granskning", "Further review";
        /// Never submitted.
        NotSubmitted = "not_submitted", "Ej inlämnad", "Not submitted";
        /// The unit checks facts in the draft result.
        FactCheck = "fact_check", "Faktagranskning", "Fact check";
        /// The unit has commented facts; reviewers may correct.
        Commented = "commented", "Synpunkter lämnade", "Comments given";
        /// Result and documents are fixed.
        Final = "final", "Fastställd", "Final";
        /// Results are told to everybody concerned.
        Released = "released", "Meddelad", "Released";
        /// The group has noted its recommendation.
        Presented = "presented", "Redovisad för gruppen", "Presented to the group";
        /// The unit writes an improvement plan.
        Action = "action", "Åtgärdsplan", "Improvement plan";
        /// The plan is accepted and followed up.
        FollowUp = "follow_up", "Uppföljning", "Follow-up";
        /// The group has asked for an in-depth review.
        InDepth = "in_depth", "Fördjupad granskning", "In-depth review";
        /// Done.
        Closed = "closed", "Avslutad", "Closed";
        /// The unit was merged or closed during the year.
        Cancelled = "cancelled", "Utgår", "Cancelled";
    }
}

words! {
    /// Where a cycle is. It gates nothing in a case.
    CycleState {
        /// Prepared.
        Planned = "planned", "Planerad", "Planned";
        /// Running.
        Open = "open", "Öppen", "Open";
        /// Every case is done.
        Closed = "closed", "Stängd", "Closed";
        /// In the archive.
        Archived = "archived", "Arkiverad", "Archived";
    }
}

/// The letters that the rights are written in (process.md §2, last lines).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Draft or returned.
    D,
    /// Submitted or assigned.
    S,
    /// Individual review.
    V,
    /// Settlement or further review.
    C,
    /// Fact check or comments.
    F,
    /// Fixed.
    X,
    /// Released and after.
    P,
    /// Closed.
    A,
}

impl Phase {
    /// Every phase in order.
    pub const ALL: [Phase; 8] =
        [Phase::D, Phase::S, Phase::V, Phase::C, Phase::F, Phase::X, Phase::P, Phase::A];
}

use CaseState as S;

impl CaseState {
    /// The states that may follow this one; none others exist.
    #[must_use]
    pub fn next(self) -> &'static [CaseState] {
        match self {
            S::Draft => &[S::Submitted, S::NotSubmitted, S::Cancelled],
            S::Submitted => &[S::Draft, S::Returned, S::Assigned, S::Cancelled],
            S::Returned => &[S::Submitted, S::Assigned],
            S::Assigned => &[S::Scoring],
            S::Scoring => &[S::Settling, S::Assigned],
            S::Settling => &[S::Further, S::FactCheck, S::Assigned],
            S::Further => &[S::FactCheck, S::Settling],
            S::NotSubmitted => &[S::Final],
            S::FactCheck => &[S::Commented, S::Final],
            S::Commented => &[S::Final, S::Further],
            S::Final => &[S::Released],
            S::Released => &[S::Presented, S::Action, S::Closed, S::InDepth],
            S::Presented => &[S::Action, S::Closed, S::InDepth],
            S::Action => &[S::FollowUp, S::Closed],
            S::FollowUp => &[S::Closed, S::InDepth],
            S::InDepth => &[S::Closed],
            S::Closed | S::Cancelled => &[],
        }
    }

    /// The letter under which rights are listed. A case that was never submitted is with the coordinator, like a
    /// submitted one; a cancelled case can be read like a closed one.
    #[must_use]
    pub fn phase(self) -> Phase {
        match self {
            S::Draft | S::Returned => Phase::D,
            S::Submitted | S::Assigned | S::NotSubmitted => Phase::S,
            S::Scoring => Phase::V,
            S::Settling | S::Further => Phase::C,
            S::FactCheck | S::Commented => Phase::F,
            S::Final => Phase::X,
            S::Released | S::Presented | S::Action | S::FollowUp | S::InDepth => Phase::P,
            S::Closed | S::Cancelled => Phase::A,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_closed_and_cancelled_cases_lead_nowhere_and_all_others_can_be_reached() {
        for state in CaseState::ALL {
            let last = matches!(state, S::Closed | S::Cancelled);
            assert_eq!(state.next().is_empty(), last, "{state:?}");
            let reached = CaseState::ALL.iter().any(|from| from.next().contains(state));
            assert!(reached, "{state:?}");
        }
    }

    #[test]
    fn no_way_from_scoring_to_release_skips_settlement_fact_check_and_fixing() {
        fn reaches(from: CaseState, to: CaseState, without: CaseState) -> bool {
            let mut seen = vec![from];
            let mut at = 0;
            while let Some(state) = seen.get(at).copied() {
                at += 1;
                for next in state.next() {
                    if *next != without && !seen.contains(next) {
                        seen.push(*next);
                    }
                }
            }
            seen.contains(&to)
        }
        assert!(reaches(S::Scoring, S::Released, S::Cancelled));
        for gate in [S::Settling, S::FactCheck, S::Final] {
            assert!(!reaches(S::Scoring, S::Released, gate), "{gate:?}");
        }
    }
}
