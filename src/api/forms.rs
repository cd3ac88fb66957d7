//! The forms: what is asked, by area and criterion.

use actix_web::HttpRequest;
use actix_web::web::{Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::body::{self, ok};
use super::caller::Caller;
use super::paging::{Page, Paging};
use super::refusal::Answer;
use crate::clock::local_day;
use crate::forms::{Criterion, Field, Form};
use crate::number::exact;
use crate::problem::Problem;
use crate::reports::{blank_form, pdf};
use crate::text::Lang;

/// A form in short.
#[derive(Debug, Serialize, ToSchema)]
struct FormInShort {
    /// Its key.
    #[schema(example = "usve/2026.1")]
    key: String,
    /// What people call it.
    title: String,
    /// SHA-256 of its file.
    digest: String,
    /// Whether it never changes again.
    published: bool,
}

/// A form.
#[derive(Debug, Serialize, ToSchema)]
struct FormView {
    #[serde(flatten)]
    about: FormInShort,
    /// Fields about the unit that are not scored; their answers are kept under the name `background`.
    background: Vec<FieldView>,
    /// The areas in order.
    areas: Vec<AreaView>,
}

/// An area.
#[derive(Debug, Serialize, ToSchema)]
struct AreaView {
    /// Its id.
    #[schema(example = "E")]
    id: String,
    /// Its weight, per cent, exact.
    #[schema(example = "20")]
    weight: String,
    /// What people call it.
    title: String,
    /// Its criteria in order.
    criteria: Vec<CriterionView>,
}

/// A criterion.
#[derive(Debug, Serialize, ToSchema)]
struct CriterionView {
    /// Its id.
    #[schema(example = "E2")]
    id: String,
    /// Its weight in the area, exact.
    weight: String,
    /// Whether level 2 is a minimum requirement.
    minimum: bool,
    /// What people call it.
    title: String,
    /// How to answer.
    guidance: String,
    /// When it may be called not applicable; absent means never.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_applicable: Option<String>,
    /// What each level takes, 0–4.
    levels: Vec<String>,
    /// Its fields in order.
    fields: Vec<FieldView>,
}

/// A field.
#[derive(Debug, Serialize, ToSchema)]
struct FieldView {
    /// Its id: the name in answers.
    #[schema(example = "meetings_held")]
    id: String,
    /// What kind of answer it takes.
    #[schema(example = "integer")]
    kind: &'static str,
    /// The question.
    label: String,
    /// Whether it is needed to submit, when it is shown.
    required: bool,
}

impl FormInShort {
    fn of(form: &Form, published: bool, lang: Lang) -> FormInShort {
        FormInShort {
            key: form.key(),
            title: form.title.get(lang).to_owned(),
            digest: form.digest().to_owned(),
            published,
        }
    }
}

fn field(field: &Field, lang: Lang) -> FieldView {
    FieldView {
        id: field.id.clone(),
        kind: field.kind.name(),
        label: field.label.get(lang).to_owned(),
        required: field.required,
    }
}

fn criterion(form: &Form, criterion: &Criterion, lang: Lang) -> CriterionView {
    CriterionView {
        id: criterion.id.clone(),
        weight: exact(&criterion.weight),
        minimum: criterion.minimum,
        title: criterion.title.get(lang).to_owned(),
        guidance: criterion.guidance.get(lang).to_owned(),
        not_applicable: criterion.not_applicable.as_ref().map(|when| when.get(lang).to_owned()),
        levels: criterion.levels.iter().map(|level| level.anchor.get(lang).to_owned()).collect(),
        fields: form.fields(criterion).map(|one| field(one, lang)).collect(),
    }
}

/// Every form, in the caller's language.
#[utoipa::path(get, path = "/forms", operation_id = "list_forms", tag = "Cycles", params(Paging),
    responses((status = 200, body = Page<FormInShort>)))]
pub(super) async fn list(caller: Caller, paging: Query<Paging>) -> Answer {
    let forms = &caller.app.forms;
    let short = |form| FormInShort::of(form, forms.is_published(&form.key()), caller.lang);
    let views = forms.forms().map(|form| short(form.as_ref())).collect();
    ok(&paging.cut(views, |form: &FormInShort| form.key.clone())?)
}

/// One form with its criteria, in the caller's language.
#[utoipa::path(get, path = "/forms/{form}/{version}", operation_id = "get_form", tag = "Cycles",
    params(("form" = String, Path, example = "usve"), ("version" = String, Path, example = "2026.1")),
    responses((status = 200, body = FormView)))]
pub(super) async fn show(caller: Caller, path: Path<(String, String)>) -> Answer {
    let key = format!("{}/{}", path.0, path.1);
    let form = caller.app.forms.get(&key).ok_or_else(Problem::not_found)?;
    let lang = caller.lang;
    ok(&FormView {
        about: FormInShort::of(&form, caller.app.forms.is_published(&key), lang),
        background: form.background.iter().map(|one| field(one, lang)).collect(),
        areas: form
            .areas
            .iter()
            .map(|area| AreaView {
                id: area.id.clone(),
                weight: exact(&area.weight),
                title: area.title.get(lang).to_owned(),
                criteria: area.criteria.iter().map(|one| criterion(&form, one, lang)).collect(),
            })
            .collect(),
    })
}

/// Which year a blank is for, and in which language.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ForYear {
    /// The cycle's year; this year when not said.
    #[param(minimum = 2000, maximum = 2100)]
    year: Option<i32>,
    /// `sv` or `en`; the caller's when not said.
    #[param(value_type = Option<String>, pattern = "^(sv|en)$")]
    language: Option<Lang>,
}

/// The form as a blank to print and talk about: every criterion, level and question with room for the answer, as PDF.
#[utoipa::path(get, path = "/forms/{form}/{version}/blank.pdf", operation_id = "get_blank_form", tag = "Cycles",
    params(("form" = String, Path, example = "usve"), ("version" = String, Path, example = "2026.1"), ForYear),
    responses((status = 200, body = Vec<u8>, content_type = "application/pdf",
        headers(("ETag" = String, description = "SHA-256 of the bytes")))))]
pub(super) async fn blank(
    caller: Caller,
    path: Path<(String, String)>,
    asked: Query<ForYear>,
    request: HttpRequest,
) -> Answer {
    let (app, lang) = (&caller.app, asked.language.unwrap_or(caller.lang));
    let form = app.forms.get(&format!("{}/{}", path.0, path.1)).ok_or_else(Problem::not_found)?;
    let today = local_day(app.clock.now());
    let year = blank_form::year(asked.year, today)?;
    let name = blank_form::file_name(&form, year, lang);
    let bytes = app
        .block(move |_| pdf::render(&blank_form::build(&form, year, today, lang)).map_err(Problem::internal))
        .await?;
    Ok(body::pdf(&request, name, bytes))
}
