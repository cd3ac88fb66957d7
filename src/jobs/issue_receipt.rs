//! Makes the answers of a submission as PDF, once in each language, and lets the receipt's mail leave.

use crate::app::App;
use crate::assessments::receipt::{self, Order};
use crate::assessments::snapshot::Snapshot;
use crate::cycles;
use crate::problem::Problem;
use crate::reports::{Report, gather, pdf};
use crate::text::Lang;

/// Makes the documents and keeps their bytes; done again, it changes nothing.
pub(super) fn issue(app: &App, order: &Order) -> Result<(), Problem> {
    let (case, submission, reports) = app.database.read(|db| {
        let (case, submission) = receipt::ordered(db, order)?;
        let case = cycles::store::by_ids(db, std::slice::from_ref(&case))?.pop();
        let case = case.ok_or_else(Problem::not_found)?;
        let key = Snapshot::of(&submission)?.form;
        let form = app.forms.get(&key).ok_or_else(|| Problem::internal("the form is not here"))?;
        let mut reports = Vec::new();
        for lang in [Lang::Sv, Lang::En] {
            reports.push((lang, gather::submission(db, &form, &case, &submission, lang)?));
        }
        Ok((case, submission, reports))
    })?;
    let mut made = Vec::new();
    for (lang, report) in &reports {
        made.push((*lang, pdf::render(&Report::from(report)).map_err(Problem::internal)?));
    }
    app.database.act(|act| receipt::keep(act, &case, &submission, &made))
}
