//! What changed between two submitted versions: for the unit, its reviewers and everybody else who may read the answers.

use actix_web::web::{Data, Query};
use askama::Template;
use serde::Deserialize;

use super::{Place, form_of};
use crate::app::App;
use crate::assessments::difference::{Change, CriterionChange, Kind};
use crate::assessments::receipt::Receipt;
use crate::cycles::{self, Case};
use crate::identity::rights::{Deed, Object};
use crate::reviews::reading;
use crate::text::{self, Lang};
use crate::web::respond::{Answer, page};
use crate::web::{Page, Viewer};

#[derive(Template)]
#[template(path = "unit/difference.html")]
struct DifferencePage {
    page: Page,
    lang: Lang,
    case: Case,
    /// Where the submitted answers are read.
    reading: String,
    receipts: Vec<Receipt>,
    from: i32,
    to: i32,
    changes: Vec<CriterionChange>,
}

impl DifferencePage {
    /// The only submission, when there is nothing to compare it with.
    fn only(&self) -> Option<&Receipt> {
        if let [only] = self.receipts.as_slice() { Some(only) } else { None }
    }

    fn label(&self, receipt: &Receipt) -> String {
        let word = self.lang.t("Inlämning", "Submission");
        format!("{word} {}, {}", receipt.number, text::moment(receipt.submitted_at, self.lang))
    }
}

/// Which two versions.
#[derive(Debug, Deserialize)]
pub struct Asking {
    fran: Option<i32>,
    till: Option<i32>,
}

/// `GET /enhet/{unit}/{year}/skillnad?fran=1&till=2`: the two newest when nothing is said.
pub async fn show(app: Data<App>, viewer: Viewer, place: Place, asking: Query<Asking>) -> Answer {
    let (slug, year) = place.into_inner();
    let (lang, service) = (viewer.lang, app.get_ref().clone());
    let Asking { fran, till } = asking.into_inner();
    let (case, found) = viewer
        .read(move |db, standing| {
            let case = cycles::store::find(db, standing, &slug, year, Object::Assessment, Deed::Read)?;
            let form = |key: &str| match service.forms.get(key) {
                Some(form) => Ok(form),
                None => form_of(&service, &case),
            };
            let found = reading::difference(db, standing, &case, (fran, till), form, lang)?;
            Ok((case, found))
        })
        .await?;
    let (back, reading) = match viewer.standing().seat(&case.id) {
        Some(_) => (case.review_path(), case.review_path()),
        None => (case.path(), format!("{}/kvitto", case.path())),
    };
    let shown = viewer
        .page(lang.t("Skillnad mellan inlämningar", "Difference between submissions"))
        .under(lang.t("Mina uppgifter", "My tasks"), "/")
        .under(format!("{} {year}", case.unit.name), back);
    let reading::Difference { receipts, from, to, changes } = found;
    page(&DifferencePage { page: shown, lang, case, reading, receipts, from, to, changes })
}
