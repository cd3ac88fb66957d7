//! Last year on an area's page: its answers beside this year's fields, and the button that confirms what came from it.

use actix_web::web::{Data, Path};

use super::{area, conflict, form_of};
use crate::app::App;
use crate::assessments::BACKGROUND;
use crate::assessments::change_warnings::is_asked;
use crate::assessments::confirm_prefill::confirm_prefill;
use crate::assessments::last_year::{Beside, LastYear};
use crate::assessments::progress::Entered;
use crate::assessments::save_answer::{self, Save};
use crate::db::Act;
use crate::forms::{Field, Form, RawAnswers};
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::problem::{Kind, Problem};
use crate::text::Lang;
use crate::web::page::Notice;
use crate::web::respond::{Answer, Refusal};
use crate::web::{Viewer, fields, form};

/// What one criterion shows of last year.
#[derive(Default)]
pub(super) struct LastYearView {
    /// The cycle's year that the answers were given in.
    pub(super) year: i32,
    pub(super) besides: Vec<Beside>,
    /// Whether what stands in the fields waits for somebody to confirm it.
    pub(super) waits: bool,
    /// Whether it waits because the form was mended, and not because it is last year's.
    pub(super) moved: bool,
    /// Explanations of changes that the page does not ask for now.
    pub(super) unasked: Vec<String>,
}

impl LastYearView {
    /// Of a criterion, or of the background form.
    pub(super) fn of(
        form: &Form,
        place: &str,
        entered: &Entered,
        last: Option<&LastYear>,
        lang: Lang,
    ) -> LastYearView {
        let answers = entered.answers_to(place);
        let criterion = form.criterion(place);
        let fields: Vec<&Field> = match criterion {
            Some(criterion) => form.fields(criterion).collect(),
            None => form.background.iter().collect(),
        };
        let besides = last.map_or_else(Vec::new, |last| match criterion {
            Some(criterion) => last.beside(form, criterion, &answers, false, lang),
            None => last.background(form, &answers, lang),
        });
        let unasked = fields
            .iter()
            .filter(|field| field.explains.is_some() && !is_asked(field, &fields, place, &answers, last))
            .map(|field| format!("{place}-{}", field.id))
            .collect();
        let left_out = entered.not_applicable.get(place).is_some_and(|asked| asked.approved != Some(false));
        LastYearView {
            year: last.map_or(0, LastYear::year),
            besides,
            waits: entered.waits(place) && !left_out,
            moved: entered.version_of(place) > 1,
            unasked,
        }
    }

    /// Whether a field of the page belongs on it: of those that explain a change, the ones that are asked for.
    pub(super) fn asks(&self, field: &str) -> bool {
        self.unasked.iter().all(|unasked| unasked != field)
    }

    /// Whether nothing stands beside the fields.
    pub(super) fn is_empty(&self) -> bool {
        self.besides.is_empty()
    }
}

/// `POST /enhet/{unit}/{year}/{area}/{criterion}/bekrafta`: saves what the page holds, since it is sent whole, and confirms
/// one criterion.
pub async fn confirm(
    app: Data<App>,
    viewer: Viewer,
    place: Path<(String, i32, String, String)>,
    sent: form::Form,
) -> Answer {
    let (slug, year, area, criterion) = place.into_inner();
    let pairs: Vec<(String, String)> =
        sent.pairs().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let (service, lang) = (app.get_ref().clone(), viewer.lang);
    let (target, name) = ((slug.clone(), year, area.clone()), criterion.clone());
    let confirmed = viewer
        .act(move |act, standing| save_and_confirm(act, standing, &service, &target, &name, &pairs, lang))
        .await;
    match confirmed {
        Ok(()) => {
            let what = if criterion == BACKGROUND {
                viewer
                    .t("Uppgifterna om enheten är bekräftade.", "The information on the unit is confirmed.")
                    .to_owned()
            } else {
                format!("{criterion} {}", viewer.t("är bekräftat.", "is confirmed."))
            };
            let back = format!("/enhet/{slug}/{year}/{area}#{criterion}");
            Ok(viewer.see_other(&back, Some(Notice::done(what))))
        }
        Err(Refusal(problem)) if problem.kind == Kind::Stale => {
            conflict::show(&app, &viewer, (slug, year, area), &sent, Some(&criterion)).await
        }
        Err(refusal) => Err(refusal),
    }
}

fn save_and_confirm(
    act: &mut Act<'_>,
    standing: &Standing,
    app: &App,
    target: &(String, i32, String),
    criterion: &str,
    pairs: &[(String, String)],
    lang: Lang,
) -> Result<(), Problem> {
    let (slug, year, area) = target;
    let case = crate::cycles::store::find(act.db, standing, slug, *year, Object::Assessment, Deed::Read)?;
    let form = form_of(app, &case)?;
    let places = area::places(&form, area)?;
    let (_, list) = places.iter().find(|(known, _)| *known == criterion).ok_or_else(Problem::not_found)?;
    let seen = area::seen(pairs, criterion).unwrap_or_default();
    let fields: RawAnswers = fields::read(list.iter().copied(), criterion, pairs);
    let changed = save_answer::changes(act.db, &form, &case.id, &Save { criterion, fields, seen })?;
    area::save_all(act, standing, app, target, pairs, lang)?;
    // Whoever changed an answer on the same page has confirmed the criterion by saving it.
    if changed {
        return Ok(());
    }
    confirm_prefill(act, standing, &form, &case.id, criterion, seen).map(drop)
}
