//! Every unit with its head and contributors.

use askama::Template;

use super::list::href;
use crate::db::Db;
use crate::identity::standing::Standing;
use crate::identity::{GrantedRole, store};
use crate::problem::Problem;
use crate::text::Lang;
use crate::units;
use crate::web::respond::{Answer, page};
use crate::web::{Page, Viewer};

#[derive(Template)]
#[template(path = "admin/units.html")]
struct UnitsPage {
    page: Page,
    lang: Lang,
    units: Vec<Row>,
}

struct Row {
    slug: String,
    name: String,
    administration: String,
    /// Address and name.
    head: Option<(String, String)>,
    contributors: usize,
    active: bool,
}

/// `GET /admin/enheter`.
pub async fn show(viewer: Viewer) -> Answer {
    let units = viewer.read(load).await?;
    let lang = viewer.lang;
    let shown = viewer.page(lang.t("Enheter", "Units"));
    let shown = shown.under(lang.t("Personer och roller", "People and roles"), "/admin");
    page(&UnitsPage { page: shown, lang, units })
}

fn load(db: &mut Db, standing: &Standing) -> Result<Vec<Row>, Problem> {
    standing.require_role(GrantedRole::Administrator)?;
    let (grants, names) = (store::grants(db, None)?, store::names(db)?);
    let row = |unit: units::Unit| {
        let own = |role| grants.iter().filter(move |grant| grant.role == role);
        let head = own(GrantedRole::Head).find(|grant| grant.unit_id.as_ref() == Some(&unit.id));
        let contributors =
            own(GrantedRole::Contributor).filter(|grant| grant.unit_id.as_ref() == Some(&unit.id)).count();
        Row {
            head: head.map(|grant| {
                (href(&grant.person_id), names.get(&grant.person_id).cloned().unwrap_or_default())
            }),
            contributors,
            slug: unit.slug,
            name: unit.name,
            administration: unit.administration.name,
            active: unit.active,
        }
    };
    Ok(units::store::all(db)?.into_iter().map(row).collect())
}
