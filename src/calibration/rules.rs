//! Who may read and write what of a calibration round, by its state. Pure. Whatever is not listed is refused.

use super::RoundState;
use crate::identity::GrantedRole;
use crate::identity::standing::Standing;

/// What somebody is to a calibration case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A coordinator of the year, without ties to the unit that the copy was made from. Scores nothing.
    Coordinator,
    /// A reviewer who is registered for the year.
    Reviewer {
        /// Whether the own review of this case is locked.
        locked: bool,
    },
}

/// What of a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Object {
    /// Which case the copy was made from, and the copy's history. Written by picking and leaving out.
    Source,
    /// The copy. Written by mending its texts.
    Copy,
    /// The round itself. Written by opening it.
    Round,
    /// Who has locked and who has not. Written by reminding and by ending the round.
    Progress,
    /// The own levels and reasons. Written by saving and locking.
    OwnScores,
    /// How the levels of all who have locked are spread, without names.
    Spread,
    /// What the anchors mean this year.
    Clarification,
}

/// What is done with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// See it.
    Read,
    /// Change it.
    Write,
}

/// What a person is to the rounds of a year. One who coordinates the year is that alone, since coordinators see everybody's
/// levels while others score.
#[must_use]
pub fn role(standing: &Standing, year: i32, locked: bool) -> Option<Role> {
    let registered = |grant: &crate::identity::Grant| {
        grant.role == GrantedRole::Reviewer && grant.year.is_none_or(|only| only == year)
    };
    if standing.coordinates(year) {
        Some(Role::Coordinator)
    } else {
        standing.grants.iter().any(registered).then_some(Role::Reviewer { locked })
    }
}

/// Whether a role may do a deed with an object of a round in a state.
#[must_use]
pub fn allowed(role: Role, object: Object, deed: Deed, state: RoundState) -> bool {
    use Deed::{Read, Write};
    use RoundState::{Closed, Open, Preparing};
    match (role, object, deed) {
        (Role::Coordinator, Object::Source | Object::Copy | Object::Round | Object::Progress, Read) => true,
        (Role::Coordinator, Object::Source | Object::Copy | Object::Round, Write) => state == Preparing,
        (Role::Coordinator, Object::Progress, Write) => state == Open,
        (Role::Coordinator, Object::Spread, Read)
        | (Role::Coordinator, Object::Clarification, _)
        | (Role::Reviewer { .. }, Object::Round | Object::Copy | Object::OwnScores, Read) => {
            state != Preparing
        }
        (Role::Reviewer { locked }, Object::OwnScores, Write) => state == Open && !locked,
        (Role::Reviewer { locked }, Object::Spread, Read) => state != Preparing && locked,
        (Role::Reviewer { .. }, Object::Clarification, Read) => state == Closed,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    const ROLES: [Role; 3] =
        [Role::Coordinator, Role::Reviewer { locked: false }, Role::Reviewer { locked: true }];

    /// Written by hand from what the round is for: roles down, states across, `r` may read and `w` may write too.
    const GRID: [(Object, [&str; 3]); 7] = [
        (Object::Source, ["w r r", "- - -", "- - -"]),
        (Object::Copy, ["w r r", "- r r", "- r r"]),
        (Object::Round, ["w r r", "- r r", "- r r"]),
        (Object::Progress, ["r w r", "- - -", "- - -"]),
        (Object::OwnScores, ["- - -", "- w r", "- r r"]),
        (Object::Spread, ["- r r", "- - -", "- r r"]),
        (Object::Clarification, ["- w w", "- - r", "- - r"]),
    ];

    #[test]
    fn every_cell_is_as_the_grid_says() {
        for (object, rows) in GRID {
            for (role, row) in ROLES.into_iter().zip(rows) {
                for (state, cell) in RoundState::ALL.iter().zip(row.split(' ')) {
                    let may = |deed| allowed(role, object, deed, *state);
                    let said = format!("{role:?} {object:?} {}", state.word(Lang::En));
                    assert_eq!(may(Deed::Read), cell != "-", "{said}: read");
                    assert_eq!(may(Deed::Write), cell == "w", "{said}: write");
                }
            }
        }
    }
}
