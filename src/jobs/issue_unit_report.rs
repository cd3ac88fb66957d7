//! Issues the report on a unit whose result was fixed: gathered, laid out and kept, once in each language.

use crate::app::App;
use crate::cycles;
use crate::problem::Problem;
use crate::reports::gather::{self, Asked, Audience};
use crate::reports::{Report, pdf};
use crate::results::documents::{self, Order};
use crate::results::view::ResultView;

/// Makes the document and keeps its bytes; done again, it changes nothing.
pub(super) fn issue(app: &App, order: &Order) -> Result<(), Problem> {
    let unit = app.database.read(|db| {
        let fixed = documents::ordered(db, order)?;
        let cases = cycles::store::by_ids(db, std::slice::from_ref(&fixed.case_id))?;
        let case = cases.first().ok_or_else(Problem::not_found)?;
        let form = app.forms.get(&case.form).ok_or_else(|| Problem::internal("the form is not here"))?;
        let today = crate::clock::local_day(fixed.fixed_at);
        let result =
            ResultView { judged: fixed.judged.clone(), scored: fixed.scored.clone(), fixed: Some(fixed) };
        let (audience, lang) = (Audience::Document, order.language);
        gather::unit(db, &Asked { form: &form, case, result: &result, audience, today, lang })
    })?;
    let bytes = pdf::render(&Report::from(&unit)).map_err(Problem::internal)?;
    app.database.act(|act| documents::keep(act, order, &bytes))
}
