//! The grid of rights: an independent table against the live one, cell by cell, and the page that prints it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use usve::identity::rights::{Deed, Object, Role, allowed};
use usve::state::{CaseState, Phase};

/// The independent table.
const TABLE: &str = include_str!("rights.txt");

/// One cell: may this role do this with this object in this state?
pub type Cell = (Role, Object, Deed, CaseState);

/// The independent table, read.
pub struct Grid {
    phases: BTreeMap<&'static str, char>,
    lines: Vec<Line>,
}

struct Line {
    object: &'static str,
    deed: &'static str,
    roles: BTreeMap<&'static str, &'static str>,
    source: &'static str,
}

impl Grid {
    /// Reads the table; whatever is misspelt fails.
    pub fn read() -> Grid {
        let mut grid = Grid { phases: BTreeMap::new(), lines: Vec::new() };
        for line in TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (head, rest) = line.split_once(": ").unwrap();
            if let Some(letter) = head.strip_prefix("phase ") {
                grid.phases.extend(rest.split(' ').map(|state| (state, letter.chars().next().unwrap())));
                continue;
            }
            let (roles, source) = rest.split_once(" | ").unwrap_or((rest, ""));
            let (object, deed) = head.split_once(' ').unwrap();
            assert!(names(&Object::ALL).contains(object) && names(&Deed::ALL).contains(deed), "{line}");
            let roles: BTreeMap<_, _> = roles.split(' ').map(|one| one.split_once('=').unwrap()).collect();
            assert!(roles.keys().all(|role| names(&Role::ALL).contains(*role)), "{line}");
            assert!(
                roles.values().all(|when| when.chars().all(|letter| "DSVCFXPA".contains(letter))),
                "{line}"
            );
            grid.lines.push(Line { object, deed, roles, source });
        }
        assert_eq!(grid.phases.len(), CaseState::ALL.len(), "every state stands under one letter");
        grid
    }

    /// Whether the table lists this.
    pub fn allows(&self, (role, object, deed, state): Cell) -> bool {
        let (role, object, deed) = (format!("{role:?}"), format!("{object:?}"), format!("{deed:?}"));
        let letter = self.phases[state.as_str()];
        self.lines
            .iter()
            .filter(|line| line.object == object && line.deed == deed)
            .any(|line| line.roles.get(role.as_str()).is_some_and(|when| when.contains(letter)))
    }
}

fn names<T: std::fmt::Debug>(all: &[T]) -> BTreeSet<String> {
    all.iter().map(|one| format!("{one:?}")).collect()
}

/// Every cell there is.
pub fn cells() -> Vec<Cell> {
    let mut cells = Vec::new();
    for role in Role::ALL {
        for object in Object::ALL {
            for deed in Deed::ALL {
                cells.extend(CaseState::ALL.iter().map(|state| (role, object, deed, *state)));
            }
        }
    }
    cells
}

/// What the live table says of each cell.
fn live() -> Vec<bool> {
    cells()
        .into_iter()
        .map(|(role, object, deed, state)| allowed(role, object, deed, state.phase()))
        .collect()
}

/// The cells in which a table says another thing than the independent one.
fn deviations(expected: &[bool], table: &[bool]) -> Vec<usize> {
    (0..expected.len()).filter(|at| expected[*at] != table[*at]).collect()
}

fn expected() -> Vec<bool> {
    let grid = Grid::read();
    cells().into_iter().map(|cell| grid.allows(cell)).collect()
}

#[test]
fn the_live_table_says_what_the_independent_one_says_in_every_cell() {
    let (cells, expected, live) = (cells(), expected(), live());
    assert!(cells.len() >= 10_000);
    let wrong: Vec<&Cell> = deviations(&expected, &live).into_iter().map(|at| &cells[at]).collect();
    assert!(wrong.is_empty(), "{} cells: {wrong:#?}", wrong.len());
}

#[test]
fn a_flip_of_any_cell_of_the_live_table_is_seen() {
    let (cells, expected, mut table) = (cells(), expected(), live());
    let mut at = 0;
    let mut flips = 0;
    // The states of a phase are one cell of the live table, and stand together in no order: each flip is of them all.
    while let Some((role, object, deed, _)) = cells.get(at).copied() {
        for phase in Phase::ALL {
            let states = (at..at + CaseState::ALL.len()).filter(|cell| cells[*cell].3.phase() == phase);
            let flipped: Vec<usize> = states.collect();
            for cell in &flipped {
                table[*cell] = !table[*cell];
            }
            assert!(table != expected, "{role:?} {object:?} {deed:?} {phase:?}");
            assert_eq!(deviations(&expected[at..at + 18], &table[at..at + 18]).len(), flipped.len());
            for cell in &flipped {
                table[*cell] = !table[*cell];
            }
            flips += 1;
        }
        at += CaseState::ALL.len();
    }
    assert_eq!(flips, Role::ALL.len() * Object::ALL.len() * Deed::ALL.len() * Phase::ALL.len());
}

/// The grid as a page: a table an object, a column a role.
fn page() -> String {
    let mut page = String::from(
        "# Rights\n\nWho may do what with which part of a case, and when. Generated from the live table by the tests, which compare \
         every cell\nwith a table of their own, `tests/it/blindness/rights.txt`. What is not listed is refused. Why some lines read as \
         they do:\n[decisions/rights.md](decisions/rights.md).\n\nLetters are phases:",
    );
    for phase in Phase::ALL {
        let states: Vec<&str> =
            CaseState::ALL.iter().filter(|state| state.phase() == phase).map(CaseState::as_str).collect();
        write!(page, " {phase:?} = {};", states.join(", ")).unwrap();
    }
    page.pop();
    page += ".\n\nA declared conflict of interest takes every role in the case away, but those of the unit's own side; a reviewer \
             or a\nmember of the group has none before the declaration; nobody of the unit coordinates it or speaks for the group.\n";
    let grid = Grid::read();
    for object in Object::ALL {
        let rows: Vec<(Deed, Vec<(Role, String)>)> = Deed::ALL
            .into_iter()
            .map(|deed| {
                let of = |role| {
                    let when = Phase::ALL
                        .into_iter()
                        .filter(|phase| allowed(role, object, deed, *phase))
                        .fold(String::new(), |when, phase| when + &format!("{phase:?}"));
                    (role, when)
                };
                (deed, Role::ALL.into_iter().map(of).filter(|(_, when)| !when.is_empty()).collect())
            })
            .filter(|(_, roles): &(Deed, Vec<(Role, String)>)| !roles.is_empty())
            .collect();
        write!(page, "\n## {object:?}\n\n| deed | who, when | from |\n|---|---|---|\n").unwrap();
        for (deed, roles) in rows {
            let who: Vec<String> = roles.iter().map(|(role, when)| format!("{role:?} {when}")).collect();
            let line = grid
                .lines
                .iter()
                .find(|line| line.object == format!("{object:?}") && line.deed == format!("{deed:?}"));
            let source = line.map_or("", |line| line.source);
            writeln!(page, "| {deed:?} | {} | {source} |", who.join(", ")).unwrap();
        }
    }
    page
}

#[test]
fn the_page_of_rights_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/RIGHTS.md");
    if std::env::var("USVE_TEST_WRITE").is_ok() {
        std::fs::write(path, page()).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(written == page(), "docs/RIGHTS.md is not current: run with USVE_TEST_WRITE=1");
}
