//! Due work: done once even when several processes run, tried again when it fails.
//!
//! Invariants: a job is queued in the act that causes it, with a key that makes it the same one when the act is run
//! again; whoever claims it holds it for a lease, outside any transaction; what a job does must bear being done twice,
//! since a process may die between doing and noting it.

mod files;
mod issue_receipt;
mod issue_unit_report;
mod remind;
mod run;
mod store;

pub use run::{Done, run_due, run_next, work_on};
pub use store::waiting;

use serde::{Deserialize, Serialize};

use chrono::{NaiveDate, NaiveTime};

use crate::app::App;
use crate::assessments::receipt;
use crate::clock::{Moment, from_local};
use crate::db::Act;
use crate::problem::Problem;
use crate::results::documents::Order;

/// Work that waits in the table `jobs`, with what it needs. A new kind is a variant here and an arm in [`Work::run`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Work {
    /// Forgets what only short memory needs: answers of forms, counts of tries.
    ForgetOld,
    /// Reminds of the dates that are near or past on a Swedish day.
    Remind {
        /// The day.
        day: NaiveDate,
    },
    /// Issues the report on a unit whose result was fixed.
    IssueUnitReport(Order),
    /// Sends a file of evidence through the scanner.
    ScanFile {
        /// Its name in the store.
        stored_as: String,
    },
    /// Collects the bytes that nothing names, and sends what no scanner has looked at through the one that there is.
    KeepFiles,
    /// Makes the answers of a submission as PDF, for its receipt.
    IssueReceipt(receipt::Order),
}

impl Work {
    /// The kind as stored beside the data, for people who look.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Work::ForgetOld => "forget_old",
            Work::Remind { .. } => "remind",
            Work::IssueUnitReport(_) => "issue_unit_report",
            Work::ScanFile { .. } => "scan_file",
            Work::KeepFiles => "keep_files",
            Work::IssueReceipt(_) => "issue_receipt",
        }
    }

    /// Does it.
    fn run(&self, app: &App) -> Result<(), Problem> {
        match self {
            Work::ForgetOld => app.database.act(|act| {
                crate::db::limits::forget_old(act)?;
                crate::db::repeats::forget_old_answers(act)?;
                Ok(())
            }),
            Work::Remind { day } => remind::remind(app, *day),
            Work::IssueUnitReport(order) => issue_unit_report::issue(app, order),
            Work::ScanFile { stored_as } => files::scan(app, stored_as),
            Work::KeepFiles => files::keep(app),
            Work::IssueReceipt(order) => issue_receipt::issue(app, order),
        }
    }
}

/// Queues work as part of an act, to be done from `at` on; nothing happens when `dedupe` is there already.
///
/// # Errors
/// The database cannot be written.
pub fn enqueue(act: &mut Act<'_>, work: &Work, dedupe: &str, at: Moment) -> Result<(), Problem> {
    let data = serde_json::to_string(work).map_err(Problem::internal)?;
    store::insert(act, dedupe, work.kind(), &data, at)
}

/// Queues what comes back every day by itself.
///
/// # Errors
/// The database cannot be written.
fn enqueue_daily(act: &mut Act<'_>) -> Result<(), Problem> {
    let day = crate::clock::local_day(act.now);
    let now = act.now;
    enqueue(act, &Work::ForgetOld, &format!("forget_old:{day}"), now)?;
    enqueue(act, &Work::KeepFiles, &format!("keep_files:{day}"), now)?;
    let morning = from_local(day, NaiveTime::from_hms_opt(7, 0, 0).unwrap_or_default());
    enqueue(act, &Work::Remind { day }, &format!("remind:{day}"), morning)
}
