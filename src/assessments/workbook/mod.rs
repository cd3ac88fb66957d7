//! A unit's answers as an Excel workbook, to write in away from the service and to bring back.
//!
//! Invariants:
//! - Every answer is found by the ids that stand beside it, never by its place or by the name of its sheet.
//! - What a cell cannot carry is told in the workbook and never read back.
//! - Reading changes nothing. What is taken is chosen first, and goes through [`super::save_answer`] over the version
//!   that was shown.

pub mod answers;
pub mod cells;
pub mod plan;
pub mod read;
pub mod refusals;
pub mod take;
pub mod write;

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::progress::Entered;
use super::{BACKGROUND, editable, request_store, store};
use crate::cycles::Case;
use crate::db::Db;
use crate::files::Received;
use crate::forms::Form;
use crate::identity::rights::{Deed, Object, Role};
use crate::identity::standing::Standing;
use crate::problem::Problem;
use crate::text::{Lang, Text};
pub use answers::Answers;
use plan::{Plan, Situation};

/// The largest workbook that is taken in, in bytes.
pub const LARGEST: u64 = 5 * 1024 * 1024;

/// The most that its parts expand to together, in bytes. A workbook with every answer as long as it may be is a tenth.
pub const MOST_EXPANDED: u64 = 32 * 1024 * 1024;

/// The word in the first column of the first sheet that says what the file is, with the number of its layout.
pub(crate) const MARK: &str = "usve-workbook";
/// The layout that is written and read.
pub(crate) const LAYOUT: &str = "1";
/// The word that begins a table's row of column ids.
pub(crate) const ROW_OF_IDS: &str = "id";

/// What a workbook says that it is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct About {
    /// The unit's slug.
    pub unit: String,
    /// The unit's name.
    pub name: String,
    /// The cycle's year.
    pub year: String,
    /// The form's full name.
    pub form: String,
    /// When it was taken out, as people write it.
    pub taken_out: String,
}

/// What a workbook holds for one field.
#[derive(Debug, Clone, PartialEq)]
pub enum Given {
    /// The whole answer, as it is stored.
    Whole(Json),
    /// Years of a series, each with what stands there.
    Years(BTreeMap<String, String>),
    /// Options, each with whether it is chosen.
    Options(BTreeMap<String, bool>),
}

/// One answer in a workbook, or on the page that shows what would change.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// The criterion, or the background.
    pub criterion: String,
    /// The field.
    pub field: String,
    /// The answer.
    pub given: Given,
    /// The version that was there when it was taken out or shown.
    pub seen: i32,
}

/// Something in a workbook that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// The sheet's name as it is in the file.
    pub sheet: String,
    /// The cell, `F12`; empty when the whole sheet is meant.
    pub cell: String,
    /// A stable word for what is wrong.
    pub code: &'static str,
    /// What to do.
    pub message: Text,
}

impl Unreadable {
    /// The sentence with its place: `Bladet A, cell F12: …`.
    #[must_use]
    pub fn said(&self, lang: Lang) -> String {
        let sheet = lang.t("Bladet", "Sheet");
        let cell = match self.cell.as_str() {
            "" => String::new(),
            cell => format!(", {} {cell}", lang.t("cell", "cell")),
        };
        format!("{sheet} {}{cell}: {}", self.sheet, self.message.get(lang))
    }
}

/// The name of a case's workbook as a file: `usve-kardiologi-2026-svar.xlsx`.
#[must_use]
pub fn file_name(case: &Case, lang: Lang) -> String {
    format!("usve-{}-{}-{}.xlsx", case.unit.slug, case.year, lang.t("svar", "answers"))
}

/// Refuses, as unknown, whoever may not read the unit's own pages: a reviewer reads what leaves out the unit's own level.
///
/// # Errors
/// [`Problem::not_found`].
pub fn require_reader(standing: &Standing, case: &Case) -> Result<(), Problem> {
    standing.require(&case.reference(), Object::Assessment, Deed::Read)?;
    if standing.seat(&case.id).is_some() { Err(Problem::not_found()) } else { Ok(()) }
}

/// Refuses whoever is not of the unit: only the unit brings answers back.
///
/// # Errors
/// [`Problem::not_found`] and [`Problem::forbidden`].
pub fn require_of_unit(standing: &Standing, case: &Case) -> Result<(), Problem> {
    require_reader(standing, case)?;
    let of_unit = |role: &Role| matches!(role, Role::Head | Role::Contributor);
    if standing.roles_in(&case.reference()).iter().any(of_unit) { Ok(()) } else { Err(Problem::forbidden()) }
}

/// Reads a workbook of a case's answers that has arrived: what it holds, and when it was taken out.
///
/// # Errors
/// Those of [`refusals`].
pub fn open(received: &Received, case: &Case, form: &Form) -> Result<(About, Answers), Problem> {
    crate::files::kind::workbook(received.path(), MOST_EXPANDED).map_err(refusals::refused)?;
    let bytes = std::fs::read(received.path()).map_err(Problem::unavailable)?;
    let sheets = read::sheets(&bytes)?;
    let about = answers::about(&sheets)?;
    refusals::require_same(&about, case, form)?;
    Ok((about, answers::answers(&sheets, form)))
}

/// What would change by these proposals, with everything that is saved now, for somebody of the unit. Three queries more
/// than what is entered takes, and one for each criterion that was saved since.
///
/// # Errors
/// Those of [`require_of_unit`], or the database cannot be read.
pub fn plan_for(
    db: &mut Db,
    standing: &Standing,
    form: &Form,
    case: &Case,
    proposals: &[Proposal],
    lang: Lang,
) -> Result<(Plan, Entered), Problem> {
    require_of_unit(standing, case)?;
    let entered = store::entered(db, &case.id)?;
    let returned: Vec<String> =
        request_store::returned(db, &case.id)?.into_iter().map(|(criterion, _)| criterion).collect();
    let places = form.criteria().map(|(area, criterion)| (area.id.as_str(), criterion.id.as_str()));
    let closed = places
        .chain([("", BACKGROUND)])
        .filter_map(|(area, criterion)| {
            let problem = editable::check(standing, case, area, criterion, &returned).err()?;
            Some((criterion.to_owned(), problem.message))
        })
        .collect();
    let mut histories = BTreeMap::new();
    for one in proposals {
        if one.seen != entered.version_of(&one.criterion) && !histories.contains_key(&one.criterion) {
            histories.insert(one.criterion.clone(), store::versions(db, &case.id, &one.criterion)?);
        }
    }
    let situation = Situation {
        form,
        entered: &entered,
        histories: &histories,
        closed: &closed,
        period: case.period(),
        lang,
    };
    let plan = plan::plan(&situation, proposals);
    Ok((plan, entered))
}
