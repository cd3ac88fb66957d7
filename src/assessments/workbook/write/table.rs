//! The sheet of a table: its columns, its rows, and room for more.

use rust_xlsxwriter::{Worksheet, XlsxError};
use serde_json::Value as Json;

use super::rules::{Lists, how};
use super::{Source, TableSheet, name_of, put, put_cell, style};
use crate::assessments::workbook::ROW_OF_IDS;
use crate::assessments::workbook::cells::{rows, to_cell};
use crate::forms::{Field, FieldKind};
use crate::text::Lang;

/// Rows ready to write in after those that are there, when the form sets no limit.
const ROOM: usize = 30;

/// Writes the sheet. A table with a text that no cell can hold is told of, without ids.
pub(super) fn sheet(
    source: &Source<'_>,
    table: &TableSheet<'_>,
    lists: &mut Lists,
) -> Result<Worksheet, XlsxError> {
    let Source { form, entered, lang, .. } = *source;
    let TableSheet { criterion, field, name } = table;
    let mut sheet = Worksheet::new();
    sheet.set_name(name)?;
    let raw = entered.answers_to(criterion);
    let rows = rows(raw.get(&field.id).unwrap_or(&Json::Null));
    let cells: Option<Vec<Vec<_>>> = rows
        .iter()
        .map(|row| {
            let typed = |column: &Field| row.get(&column.id).map(String::as_str).unwrap_or_default();
            field.columns.iter().map(|column| to_cell(form, column, typed(column), lang)).collect()
        })
        .collect();
    sheet.set_column_width(0, 12)?;
    let title = format!("{} {}", name_of(criterion, lang), field.label.get(lang));
    put(&mut sheet, 0, 1, &title, &style::title())?;
    let Some(cells) = cells else {
        let said = lang.t(
            "En text i tabellen är för lång för en cell. Ändra tabellen i tjänsten.",
            "A text in the table is too long for a cell. Change the table in the service.",
        );
        put(&mut sheet, 1, 1, said, &style::note().unset_text_wrap())?;
        return Ok(sheet);
    };
    put(&mut sheet, 0, 0, &format!("{criterion}/{}", field.id), &style::id())?;
    sheet.write_number_with_format(1, 0, f64::from(entered.version_of(criterion)), &style::id())?;
    put(&mut sheet, 1, 1, &guidance(field, lang), &style::note().unset_text_wrap())?;
    put(&mut sheet, 2, 0, ROW_OF_IDS, &style::id())?;
    put(&mut sheet, 3, 0, lang.t("Rad", "Row"), &style::head())?;
    let most = field.most.as_ref().and_then(num_traits::ToPrimitive::to_usize);
    let room = most.unwrap_or(cells.len() + ROOM).clamp(cells.len(), cells.len() + 100);
    let last = 3 + u32::try_from(room).unwrap_or(u32::MAX - 3);
    for (at, column) in (1_u16..).zip(&field.columns) {
        sheet.set_column_width(at, width(column))?;
        put(&mut sheet, 2, at, &column.id, &style::id())?;
        let head = format!("{}\n{}", column.label.get(lang), how(column, lang));
        put(&mut sheet, 3, at, &head, &style::head())?;
        if let Some(rule) = lists.rule(form, &format!("{criterion}/{}", field.id), column)? {
            sheet.add_data_validation(4, at, last.max(4), at, &rule)?;
        }
    }
    for at in 0..room {
        let row = 4 + u32::try_from(at).unwrap_or(u32::MAX - 4);
        sheet.write_number_with_format(row, 0, f64::from(row - 3), &style::id())?;
        for (place, column) in field.columns.iter().enumerate() {
            let cell = cells.get(at).and_then(|row| row.get(place));
            let number = u16::try_from(place + 1).unwrap_or(u16::MAX);
            match cell {
                Some(cell) => put_cell(&mut sheet, row, number, cell, &style::answer_with(column, cell))?,
                None => drop(sheet.write_blank(row, number, &style::answer(column))?),
            }
        }
    }
    sheet.set_freeze_panes(4, 1)?;
    sheet.set_landscape().set_print_fit_to_pages(1, 0).set_repeat_rows(3, 3)?;
    Ok(sheet)
}

fn guidance(field: &Field, lang: Lang) -> String {
    let hint = field.hint.as_ref().map_or_else(String::new, |hint| format!("{} ", hint.get(lang)));
    let rows = match (&field.least, &field.most) {
        (Some(least), Some(most)) => format!("{least}\u{2013}{most} {}. ", lang.t("rader", "rows")),
        (None, Some(most)) => format!("{} {most} {}. ", lang.t("Högst", "At most"), lang.t("rader", "rows")),
        (Some(least), None) => {
            format!("{} {least} {}. ", lang.t("Minst", "At least"), lang.t("rader", "rows"))
        }
        (None, None) => String::new(),
    };
    format!(
        "{hint}{rows}{}",
        lang.t("En sak per rad. Tomma rader räknas inte.", "One thing a row. Empty rows do not count.")
    )
}

fn width(column: &Field) -> f64 {
    match column.kind {
        FieldKind::LongText => 60.0,
        FieldKind::Text => 36.0,
        FieldKind::Choice => 28.0,
        _ => 20.0,
    }
}
