//! A unit's library: every file and link that it has, in this year and those before, with where it is used.

use super::{Evidence, What, store};
use crate::cycles::Case;
use crate::db::Db;
use crate::identity::rights::Role;
use crate::identity::standing::Standing;
use crate::problem::Problem;

/// One file or link, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its newest piece, whose name and details it goes by.
    pub newest: Evidence,
    /// The year of that piece.
    pub year: i32,
    /// Where it is used, newest first: year and criterion.
    pub uses: Vec<(i32, String)>,
}

/// A unit's library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Library {
    /// What it holds, newest first.
    pub items: Vec<Item>,
    /// What its files come to, in bytes; also those that were removed and are kept for a submission or a while.
    pub used: i64,
}

/// The library as it is seen from a case.
///
/// # Errors
/// [`Problem::not_found`] for everybody but the unit's own people: it spans other years.
pub fn of(db: &mut Db, standing: &Standing, case: &Case) -> Result<Library, Problem> {
    let roles = standing.roles_in(&case.reference());
    if !roles.iter().any(|role| matches!(role, Role::Head | Role::Contributor)) {
        return Err(Problem::not_found());
    }
    let mut items: Vec<Item> = Vec::new();
    for (year, piece) in store::of_unit(db, &case.unit.id, case.year)? {
        let place = (year, piece.criterion.clone());
        match items.iter_mut().find(|item| key(&item.newest) == key(&piece)) {
            Some(item) if item.uses.contains(&place) => {}
            Some(item) => item.uses.push(place),
            None => items.push(Item { newest: piece, year, uses: vec![place] }),
        }
    }
    for item in &mut items {
        item.uses.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
    }
    Ok(Library { items, used: store::used(db, &case.unit.id)? })
}

fn key(piece: &Evidence) -> &str {
    match &piece.what {
        What::File(file) => &file.stored_as,
        What::Link(url) => url,
    }
}
