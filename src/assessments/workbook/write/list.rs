//! The sheet of an area or of the background: an answer in each row.

use rust_xlsxwriter::{Format, Url, Worksheet, XlsxError};
use serde_json::Value as Json;

use super::rules::{Lists, how};
use super::{Names, Source, TableSheet, name_of, put, put_cell, style};
use crate::assessments::change_warnings::is_asked;
use crate::assessments::progress::{CriterionState, Stage};
use crate::assessments::workbook::cells::{Cell, to_cell, yes_no};
use crate::assessments::{BACKGROUND, shown};
use crate::forms::evaluate::{background, span};
use crate::forms::order::beside_what_governs;
use crate::forms::{Area, Criterion, Field, FieldKind, FieldState, RawAnswers};
use crate::text::{self, Lang};

/// Ids of the columns, for the service.
const COLUMNS: [&str; 7] = ["criterion", "field", "question", "how", "answer", "note", "version"];
const CRITERION: u16 = 0;
const FIELD: u16 = 1;
const QUESTION: u16 = 2;
const HOW: u16 = 3;
const ANSWER: u16 = 4;
const NOTE: u16 = 5;
const VERSION: u16 = 6;

/// An area, or the background.
pub(super) struct Place<'a> {
    source: &'a Source<'a>,
    area: Option<&'a Area>,
}

impl<'a> Place<'a> {
    pub(super) fn all(source: &'a Source<'a>) -> Vec<Place<'a>> {
        let areas = source.form.areas.iter().map(|area| Place { source, area: Some(area) });
        let has_background = !source.form.background.is_empty();
        has_background.then_some(Place { source, area: None }).into_iter().chain(areas).collect()
    }

    fn title(&self) -> String {
        let lang = self.source.lang;
        self.area.map_or_else(
            || lang.t("Bakgrund om enheten", "Background on the unit").to_owned(),
            |area| format!("{} {}", area.id, area.title.get(lang)),
        )
    }

    /// Every criterion with its fields, in the order of the pages.
    fn criteria(&self) -> Vec<(&'a str, Option<&'a Criterion>, Vec<&'a Field>)> {
        let form = self.source.form;
        match self.area {
            None => vec![(BACKGROUND, None, beside_what_governs(&form.background))],
            Some(area) => area
                .criteria
                .iter()
                .map(|one| (one.id.as_str(), Some(one), beside_what_governs(form.fields(one))))
                .collect(),
        }
    }

    /// The tables, each with the name of its sheet.
    pub(super) fn tables(&self, names: &mut Names) -> Vec<TableSheet<'a>> {
        let lang = self.source.lang;
        let mut tables = Vec::new();
        for (criterion, _, fields) in self.criteria() {
            for field in fields.into_iter().filter(|field| field.kind == FieldKind::Table) {
                let name = names.free(&format!("{} {}", name_of(criterion, lang), field.label.get(lang)));
                tables.push(TableSheet { criterion, field, name });
            }
        }
        tables
    }
}

/// Writes the sheet.
pub(super) fn sheet(
    source: &Source<'_>,
    place: &Place<'_>,
    tables: &[TableSheet<'_>],
    names: &mut Names,
    lists: &mut Lists,
) -> Result<Worksheet, XlsxError> {
    let lang = source.lang;
    let mut sheet = Worksheet::new();
    sheet.set_name(names.free(&place.title()))?;
    for (column, width) in
        [(CRITERION, 11), (FIELD, 20), (QUESTION, 46), (HOW, 30), (ANSWER, 60), (NOTE, 34), (VERSION, 9)]
    {
        sheet.set_column_width(column, width)?;
    }
    put(&mut sheet, 0, 0, &place.title(), &style::title())?;
    let heads = [
        lang.t("Kriterium", "Criterion"),
        lang.t("Fält", "Field"),
        lang.t("Fråga", "Question"),
        lang.t("Så svarar ni", "How to answer"),
        lang.t("Svar", "Answer"),
        lang.t("Att veta", "To know"),
        lang.t("Version", "Version"),
    ];
    for ((column, id), head) in (0..).zip(COLUMNS).zip(heads) {
        put(&mut sheet, 1, column, id, &style::id())?;
        put(&mut sheet, 2, column, head, &style::head())?;
    }
    sheet.set_freeze_panes(3, 2)?;
    sheet.set_landscape().set_print_fit_to_pages(1, 0).set_repeat_rows(2, 2)?;
    let mut rows = Rows { source, sheet, tables, lists, row: 3 };
    for (criterion, known, fields) in place.criteria() {
        rows.criterion(criterion, known, &fields)?;
    }
    Ok(rows.sheet)
}

struct Rows<'a> {
    source: &'a Source<'a>,
    sheet: Worksheet,
    tables: &'a [TableSheet<'a>],
    lists: &'a mut Lists,
    row: u32,
}

/// One row.
struct Line<'a> {
    criterion: &'a str,
    path: String,
    question: String,
    how: String,
    note: String,
}

impl Rows<'_> {
    fn criterion(
        &mut self,
        id: &str,
        criterion: Option<&Criterion>,
        fields: &[&Field],
    ) -> Result<(), XlsxError> {
        let Source { form, entered, case, .. } = *self.source;
        let raw = entered.answers_to(id);
        let states = match criterion {
            Some(criterion) => {
                let state = entered.criterion(form, criterion, case.period());
                self.head(criterion, &state)?;
                state.evaluated.fields
            }
            None => background(form, &raw, case.period()),
        };
        for field in fields {
            if field.explains.is_none() || is_asked(field, fields, id, &raw, self.source.last) {
                let state = states.iter().find(|state| state.id == field.id);
                self.field(id, field, &raw, state)?;
            }
        }
        Ok(())
    }

    /// The line above a criterion's answers, which holds none.
    fn head(&mut self, criterion: &Criterion, state: &CriterionState) -> Result<(), XlsxError> {
        let Source { entered, lang, .. } = *self.source;
        let answer = entered.answers.get(&criterion.id);
        let minimum = if criterion.minimum { lang.t(" (minimikrav)", " (minimum)") } else { "" };
        let mut notes = vec![stage(state.stage, lang).to_owned()];
        if let Some(why) = answer.and_then(|answer| answer.declared_missing.as_ref()) {
            notes.push(format!("{} {why}", lang.t("Skäl:", "Reason:")));
        }
        let asked = entered.not_applicable.get(&criterion.id);
        if let Some(asked) = asked.filter(|asked| !asked.reason.is_empty()) {
            notes.push(format!(
                "{} {}",
                lang.t("Ej tillämpligt begärt:", "Not applicable asked for:"),
                asked.reason
            ));
        }
        if let Some(answer) = answer {
            let who = answer.saved_by.as_ref().and_then(|who| entered.names.get(who));
            let at = text::moment(answer.saved_at, lang);
            notes.extend(who.map(|who| format!("{} {who}, {at}", lang.t("Sparat av", "Saved by"))));
        }
        let band = style::band();
        let cells: [(u16, &str, &Format); 7] = [
            (CRITERION, &criterion.id, &band),
            (FIELD, "", &band),
            (QUESTION, &format!("{}{minimum}", criterion.title.get(lang)), &band),
            (HOW, "", &band),
            (ANSWER, criterion.guidance.get(lang), &style::band_note()),
            (NOTE, &notes.join("\n"), &style::band_note()),
            (VERSION, "", &band),
        ];
        for (column, text, format) in cells {
            put(&mut self.sheet, self.row, column, text, format)?;
        }
        self.row += 1;
        Ok(())
    }

    fn field(
        &mut self,
        criterion: &str,
        field: &Field,
        raw: &RawAnswers,
        state: Option<&FieldState>,
    ) -> Result<(), XlsxError> {
        let Source { form, case, lang, .. } = *self.source;
        let raw = raw.get(&field.id).unwrap_or(&Json::Null);
        let question = match &field.hint {
            Some(hint) => format!("{}\n{}", shown::label(field, lang), hint.get(lang)),
            None => shown::label(field, lang),
        };
        let line = |part: Option<&str>, question: String, how: String| Line {
            criterion,
            path: part.map_or_else(|| field.id.clone(), |part| format!("{}/{part}", field.id)),
            question,
            how,
            note: note(state, lang),
        };
        let how = how(field, lang);
        match field.kind {
            FieldKind::Evidence => self.evidence(&line(None, question, how)),
            FieldKind::Table => self.link(&line(None, question, how), field),
            FieldKind::Choices => {
                let chosen =
                    |id: &str| raw.as_array().into_iter().flatten().any(|one| one.as_str() == Some(id));
                for option in &field.options {
                    let cell = if chosen(&option.id) {
                        Cell::Text(yes_no(true, lang).to_owned())
                    } else {
                        Cell::Empty
                    };
                    let question = format!("{question}: {}", option.label.get(lang));
                    self.line(&line(Some(&option.id), question, how.clone()), field, Some(&cell))?;
                }
                Ok(())
            }
            FieldKind::Years => {
                let stored = raw.as_object().into_iter().flat_map(|years| years.keys().cloned());
                let mut years: Vec<String> =
                    span(field, case.period()).map(|year| year.to_string()).collect();
                years.extend(stored);
                years.sort();
                years.dedup();
                for year in years {
                    let typed = raw.get(&year).and_then(Json::as_str).unwrap_or_default();
                    let cell = to_cell(form, field, typed, lang);
                    self.line(
                        &line(Some(&year), format!("{question}: {year}"), how.clone()),
                        field,
                        cell.as_ref(),
                    )?;
                }
                Ok(())
            }
            _ => {
                let cell = to_cell(form, field, raw.as_str().unwrap_or_default(), lang);
                self.line(&line(None, question, how), field, cell.as_ref())
            }
        }
    }

    /// A row with an answer; one that is too long for a cell is told of, without ids.
    fn line(&mut self, line: &Line<'_>, field: &Field, cell: Option<&Cell>) -> Result<(), XlsxError> {
        let Source { form, entered, lang, .. } = *self.source;
        let Some(cell) = cell else {
            let said = lang.t(
                "Texten är för lång för en cell. Ändra den i tjänsten.",
                "The text is too long for a cell. Change it in the service.",
            );
            self.words(&Line {
                path: String::new(),
                note: said.to_owned(),
                question: line.question.clone(),
                how: line.how.clone(),
                criterion: line.criterion,
            })?;
            self.row += 1;
            return Ok(());
        };
        self.words(line)?;
        put_cell(&mut self.sheet, self.row, ANSWER, cell, &style::answer_with(field, cell))?;
        if let Some(rule) = self.lists.rule(form, line.criterion, field)? {
            self.sheet.add_data_validation(self.row, ANSWER, self.row, ANSWER, &rule)?;
        }
        let version = f64::from(entered.version_of(line.criterion));
        self.sheet.write_number_with_format(self.row, VERSION, version, &style::id())?;
        self.row += 1;
        Ok(())
    }

    fn words(&mut self, line: &Line<'_>) -> Result<(), XlsxError> {
        put(&mut self.sheet, self.row, CRITERION, line.criterion, &style::id())?;
        put(&mut self.sheet, self.row, FIELD, &line.path, &style::id())?;
        put(&mut self.sheet, self.row, QUESTION, &line.question, &style::text())?;
        put(&mut self.sheet, self.row, HOW, &line.how, &style::note())?;
        put(&mut self.sheet, self.row, NOTE, &line.note, &style::note())
    }

    fn evidence(&mut self, line: &Line<'_>) -> Result<(), XlsxError> {
        let Source { entered, lang, .. } = *self.source;
        let count = entered.evidence.get(line.criterion).copied().unwrap_or(0);
        self.words(line)?;
        let said = match count {
            1 => lang.t("1 underlag", "1 piece of evidence").to_owned(),
            count => format!("{count} {}", lang.t("underlag", "pieces of evidence")),
        };
        put(&mut self.sheet, self.row, ANSWER, &said, &style::note())?;
        self.row += 1;
        Ok(())
    }

    fn link(&mut self, line: &Line<'_>, field: &Field) -> Result<(), XlsxError> {
        let lang = self.source.lang;
        self.words(line)?;
        let table =
            self.tables.iter().find(|one| one.criterion == line.criterion && one.field.id == field.id);
        if let Some(table) = table {
            let to = Url::new(format!("internal:'{}'!B5", table.name)).set_text(format!(
                "{} {}",
                lang.t("Bladet", "Sheet"),
                table.name
            ));
            self.sheet.write_url_with_format(self.row, ANSWER, to, &style::text().set_hyperlink())?;
        }
        self.row += 1;
        Ok(())
    }
}

/// What is to be known of an answer.
fn note(state: Option<&FieldState>, lang: Lang) -> String {
    let Some(state) = state else { return String::new() };
    if !state.visible {
        return lang
            .t("Visas inte med de svar som gäller nu.", "Not shown with the answers as they are now.")
            .to_owned();
    }
    let issues = state.issues.iter().map(|issue| issue.message.get(lang).to_owned());
    let missing = state.missing.then(|| lang.t("Saknas.", "Missing.").to_owned());
    issues.chain(missing).collect::<Vec<_>>().join("\n")
}

fn stage(stage: Stage, lang: Lang) -> &'static str {
    match stage {
        Stage::Untouched => lang.t("Inte besvarat", "Not answered"),
        Stage::Begun => lang.t("Påbörjat", "Begun"),
        Stage::NotConfirmed => {
            lang.t("Inte bekräftat: kommer från förra året", "Not confirmed: comes from last year")
        }
        Stage::Complete => lang.t("Besvarat", "Answered"),
        Stage::DeclaredMissing => lang.t("Lämnas utan svar", "Left without an answer"),
        Stage::NotApplicable => lang.t("Ej tillämpligt begärt", "Not applicable asked for"),
    }
}
