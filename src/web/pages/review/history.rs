//! Every saved version of the reader's own score and reason of one criterion. Nobody else finds it.

use actix_web::web::{Data, Path};
use askama::Template;

use super::criterion::{Value, score_value};
use super::{Open, area_of, declare_first, under_case};
use crate::app::App;
use crate::assessments::difference::{self, Change, Kind};
use crate::db::Db;
use crate::identity::standing::Standing;
use crate::problem::Problem;
use crate::reviews::history::{self, SavedVersion};
use crate::reviews::{Level, Score};
use crate::text::{self, Lang};
use crate::web::respond::{Answer, page};
use crate::web::{Page, Viewer};

#[derive(Template)]
#[template(path = "review/history.html")]
struct HistoryPage {
    page: Page,
    lang: Lang,
    open: Open,
    criterion: String,
    area: String,
    versions: Vec<VersionView>,
}

/// One saved version beside the one before it.
struct VersionView {
    number: i32,
    when: String,
    score: Value,
    title: String,
    /// The reason, with what changed since the version before.
    reason: Option<Change>,
    revised: Option<(Level, String)>,
    corrected: Option<(Level, String)>,
}

/// `GET /granska/{unit}/{year}/historik/{criterion}`.
pub async fn show(app: Data<App>, viewer: Viewer, place: Path<(String, i32, String)>) -> Answer {
    let (slug, year, criterion) = place.into_inner();
    if let Some(way) = declare_first(&viewer, &slug, year).await? {
        return Ok(way);
    }
    let (lang, service, asked) = (viewer.lang, app.clone(), criterion.clone());
    let (open, versions) =
        viewer.read(move |db, standing| load(db, standing, &service, (&slug, year), &asked, lang)).await?;
    let area = area_of(&open.form, &criterion).to_owned();
    let title = format!("{criterion}: {}", lang.t("dina sparade versioner", "your saved versions"));
    let back = format!("{}/{area}#{criterion}", open.path());
    let shown = under_case(viewer.page(title), &open.case)
        .under(format!("{} {area}", lang.t("Område", "Area")), back);
    page(&HistoryPage { page: shown, lang, open, criterion, area, versions })
}

fn load(
    db: &mut Db,
    standing: &Standing,
    app: &App,
    (slug, year): (&str, i32),
    criterion: &str,
    lang: Lang,
) -> Result<(Open, Vec<VersionView>), Problem> {
    let open = Open::load(db, standing, app, slug, year)?;
    let saved = history::of_own(db, &open.own, criterion)?;
    let before = saved.iter().skip(1).map(Some).chain([None]);
    let versions = saved.iter().zip(before).map(|(one, before)| view(&open, one, before, lang)).collect();
    Ok((open, versions))
}

fn view(open: &Open, one: &SavedVersion, before: Option<&SavedVersion>, lang: Lang) -> VersionView {
    let earlier = before.map_or(one.reason.as_str(), |before| before.reason.as_str());
    let said = !one.reason.is_empty() || !earlier.is_empty();
    VersionView {
        number: one.version,
        when: text::moment(one.saved_at, lang),
        score: score_value(one.first),
        title: title(open, one.first, lang),
        reason: said.then(|| difference::of_texts(earlier, &one.reason)),
        revised: one.revised.clone(),
        corrected: one.corrected.clone(),
    }
}

/// What a score is called.
fn title(open: &Open, score: Option<Score>, lang: Lang) -> String {
    let Some(score) = score else { return lang.t("Ingen nivå satt", "No level set").to_owned() };
    let level = score.level().map(Level::number);
    let of_scale = open.form.scale.iter().find(|known| Some(known.level) == level).map(|known| &known.title);
    of_scale.cloned().or_else(|| score.title()).map_or_else(String::new, |title| title.get(lang).to_owned())
}
