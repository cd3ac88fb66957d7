//! The answers that the sheets of a workbook hold, each found by its ids. Pure.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use super::cells::{self, Cell};
use super::read::Sheet;
use super::{About, Given, LAYOUT, MARK, Proposal, ROW_OF_IDS, Unreadable, refusals};
use crate::assessments::BACKGROUND;
use crate::forms::{Field, FieldKind, Form};
use crate::problem::Problem;
use crate::text::Text;

/// How far down a sheet its ids begin at the latest: people put lines of their own above.
const IDS_WITHIN: u32 = 60;
/// The most rows of a table.
const MOST_ROWS: usize = 1000;

/// What the sheets say that they are about.
///
/// # Errors
/// [`refusals::not_ours`].
pub fn about(sheets: &[Sheet]) -> Result<About, Problem> {
    let marked = sheets.iter().find_map(|sheet| {
        let row = (0..IDS_WITHIN).find(|row| sheet.text(*row, 0) == MARK)?;
        (sheet.text(row, 2) == LAYOUT).then_some((sheet, row))
    });
    let (sheet, start) = marked.ok_or_else(refusals::not_ours)?;
    let value = |id: &str| {
        let row = (start..start + IDS_WITHIN).find(|row| sheet.text(*row, 0) == id);
        row.map_or_else(String::new, |row| sheet.text(row, 2))
    };
    Ok(About {
        unit: value("unit"),
        name: value("name"),
        year: value("year"),
        form: value("form"),
        taken_out: value("taken_out"),
    })
}

/// What the sheets hold.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Answers {
    /// The answers that can be read, one for each field.
    pub proposals: Vec<Proposal>,
    /// What cannot be read.
    pub unreadable: Vec<Unreadable>,
}

/// Every answer to a form.
#[must_use]
pub fn answers(sheets: &[Sheet], form: &Form) -> Answers {
    let mut reading =
        Reading { form, found: Answers::default(), parts: BTreeMap::new(), seen: BTreeSet::new() };
    for sheet in sheets {
        if let Some((row, criterion, field)) = table_of(sheet, form) {
            reading.table(sheet, row, &criterion, field);
        } else {
            reading.list(sheet);
        }
    }
    reading.done()
}

/// The fields of a criterion or of the background.
fn field_of<'a>(form: &'a Form, criterion: &str, field: &str) -> Option<&'a Field> {
    if criterion == BACKGROUND {
        return form.background.iter().find(|known| known.id == field);
    }
    form.fields(form.criterion(criterion)?).find(|known| known.id == field)
}

fn table_of<'a>(sheet: &Sheet, form: &'a Form) -> Option<(u32, String, &'a Field)> {
    (0..IDS_WITHIN).find_map(|row| {
        let text = sheet.text(row, 0);
        let (criterion, field) = text.split_once('/')?;
        let field = field_of(form, criterion, field).filter(|field| field.kind == FieldKind::Table)?;
        Some((row, criterion.to_owned(), field))
    })
}

impl Sheet {
    fn at(&self, row: u32, column: u32) -> &Cell {
        self.cells.get(&(row, column)).unwrap_or(&Cell::Empty)
    }

    /// A cell's text or number, without the space around it.
    fn text(&self, row: u32, column: u32) -> String {
        match self.at(row, column) {
            Cell::Text(text) => text.trim().to_owned(),
            Cell::Number(number) => number.to_string(),
            _ => String::new(),
        }
    }

    /// The columns of a row that hold a text, by that text.
    fn heads(&self, row: u32) -> BTreeMap<String, u32> {
        let cells = self.cells.range((row, 0)..(row.saturating_add(1), 0));
        cells
            .map(|((_, column), _)| (self.text(row, *column), *column))
            .filter(|(text, _)| !text.is_empty())
            .collect()
    }

    fn rows_after(&self, row: u32) -> BTreeSet<u32> {
        self.cells.range((row.saturating_add(1), 0)..).map(|((row, _), _)| *row).collect()
    }

    fn version(&self, row: u32, column: u32) -> Option<i32> {
        self.text(row, column).parse().ok().filter(|version| *version >= 0)
    }

    fn wrong(&self, place: Option<(u32, u32)>, code: &'static str, message: Text) -> Unreadable {
        let cell = place
            .map_or_else(String::new, |(row, column)| format!("{}{}", letters(column), u64::from(row) + 1));
        Unreadable { sheet: self.name.clone(), cell, code, message }
    }
}

/// A column's letters: `A` for 0, `AA` for 26.
pub(super) fn letters(column: u32) -> String {
    let last = char::from_u32(u32::from(b'A') + column % 26).unwrap_or('A');
    if column < 26 { last.to_string() } else { format!("{}{last}", letters(column / 26 - 1)) }
}

type Parts = (i32, BTreeMap<String, String>, BTreeMap<String, bool>);

struct Reading<'a> {
    form: &'a Form,
    found: Answers,
    /// Years and options by criterion and field, with the oldest version that stands beside them.
    parts: BTreeMap<(String, String), Parts>,
    seen: BTreeSet<(String, String)>,
}

impl Reading<'_> {
    /// A sheet with an answer in each row.
    fn list(&mut self, sheet: &Sheet) {
        let heads = (0..IDS_WITHIN).find_map(|row| {
            let heads = sheet.heads(row);
            (heads.contains_key("criterion") && heads.contains_key("field")).then_some((row, heads))
        });
        let Some((ids, heads)) = heads else { return };
        let column = |name: &str| heads.get(name).copied();
        let (Some(criterion), Some(field), Some(answer), Some(version)) =
            (column("criterion"), column("field"), column("answer"), column("version"))
        else {
            self.found.unreadable.push(sheet.wrong(None, "column_missing", Text::new(
                "En av kolumnerna criterion, field, answer och version saknas. Inget på bladet lästes.",
                "One of the columns criterion, field, answer and version is missing. Nothing on the sheet was read.",
            )));
            return;
        };
        for row in sheet.rows_after(ids) {
            let (place, path) = (sheet.text(row, criterion), sheet.text(row, field));
            if path.is_empty() || ["Kriterium", "Criterion"].contains(&place.as_str()) {
                continue;
            }
            let read = self.one(sheet, &place, &path, (row, field), (row, answer), (row, version));
            if let Err(wrong) = read {
                self.found.unreadable.push(wrong);
            }
        }
    }

    fn one(
        &mut self,
        sheet: &Sheet,
        place: &str,
        path: &str,
        id_at: (u32, u32),
        answer_at: (u32, u32),
        version_at: (u32, u32),
    ) -> Result<(), Unreadable> {
        let (id, part) = path.split_once('/').map_or((path, None), |(id, part)| (id, Some(part)));
        let unknown =
            || {
                sheet.wrong(Some(id_at), "unknown_field", Text::new(
                format!("{place} {path} finns inte i formuläret. Ändra inte kolumnerna criterion och field."),
                format!("{place} {path} is not in the form. Do not change the columns criterion and field."),
            ))
            };
        let field = field_of(self.form, place, id).ok_or_else(unknown)?;
        if matches!(field.kind, FieldKind::Table | FieldKind::Evidence) {
            return Ok(());
        }
        if !self.seen.insert((place.to_owned(), path.to_owned())) {
            return Err(sheet.wrong(
                Some(id_at),
                "row_repeated",
                Text::new(
                    format!("{place} {path} finns på flera rader. Den första gäller."),
                    format!("{place} {path} stands in several rows. The first one counts."),
                ),
            ));
        }
        let version = sheet
            .version(version_at.0, version_at.1)
            .ok_or_else(|| sheet.wrong(Some(version_at), "version", no_version()))?;
        let cell = sheet.at(answer_at.0, answer_at.1);
        let key = (place.to_owned(), id.to_owned());
        let wrong = || sheet.wrong(Some(answer_at), code(cell), not_read(cell));
        match (field.kind, part) {
            (FieldKind::Choices, Some(option)) if field.options.iter().any(|known| known.id == option) => {
                let chosen = cells::chosen(cell).ok_or_else(wrong)?;
                let parts =
                    self.parts.entry(key).or_insert_with(|| (version, BTreeMap::new(), BTreeMap::new()));
                parts.0 = parts.0.min(version);
                parts.2.insert(option.to_owned(), chosen);
            }
            (FieldKind::Years, Some(year))
                if year.len() == 4 && year.bytes().all(|one| one.is_ascii_digit()) =>
            {
                let text = cells::from_cell(self.form, field, cell).ok_or_else(wrong)?;
                let parts =
                    self.parts.entry(key).or_insert_with(|| (version, BTreeMap::new(), BTreeMap::new()));
                parts.0 = parts.0.min(version);
                parts.1.insert(year.to_owned(), text);
            }
            (FieldKind::Choices | FieldKind::Years, _) | (_, Some(_)) => return Err(unknown()),
            _ => {
                let text = cells::from_cell(self.form, field, cell).ok_or_else(wrong)?;
                self.propose(place, id, Given::Whole(json!(text)), version);
            }
        }
        Ok(())
    }

    /// A sheet that is one table.
    fn table(&mut self, sheet: &Sheet, start: u32, criterion: &str, field: &Field) {
        match self.rows(sheet, start, field) {
            Err(wrong) => self.found.unreadable.push(wrong),
            Ok((rows, version)) => {
                if self.seen.insert((criterion.to_owned(), field.id.clone())) {
                    self.propose(criterion, &field.id, Given::Whole(Json::Array(rows)), version);
                } else {
                    self.found.unreadable.push(sheet.wrong(
                        Some((start, 0)),
                        "row_repeated",
                        Text::new(
                            "Tabellen finns på flera blad. Det första gäller.",
                            "The table stands on several sheets. The first one counts.",
                        ),
                    ));
                }
            }
        }
    }

    fn rows(&self, sheet: &Sheet, start: u32, field: &Field) -> Result<(Vec<Json>, i32), Unreadable> {
        let version = sheet
            .version(start + 1, 0)
            .ok_or_else(|| sheet.wrong(Some((start + 1, 0)), "version", no_version()))?;
        let ids = (start..start + IDS_WITHIN).find(|row| sheet.text(*row, 0) == ROW_OF_IDS);
        let heads = ids.map(|row| sheet.heads(row)).unwrap_or_default();
        let mut columns = Vec::new();
        for column in &field.columns {
            let Some(at) = heads.get(&column.id) else {
                return Err(sheet.wrong(
                    None,
                    "column_missing",
                    Text::new(
                        format!("Kolumnen {} saknas. Tabellen lästes inte.", column.id),
                        format!("The column {} is missing. The table was not read.", column.id),
                    ),
                ));
            };
            columns.push((column, *at));
        }
        let mut rows = Vec::new();
        for row in sheet.rows_after(ids.unwrap_or(start)) {
            if ["Rad", "Row"].contains(&sheet.text(row, 0).as_str()) {
                continue;
            }
            let mut cells = Map::new();
            for (column, at) in &columns {
                let cell = sheet.at(row, *at);
                let wrong = || sheet.wrong(Some((row, *at)), code(cell), not_read(cell));
                let text = cells::from_cell(self.form, column, cell).ok_or_else(wrong)?;
                if !text.trim().is_empty() {
                    cells.insert(column.id.clone(), json!(text));
                }
            }
            if !cells.is_empty() {
                rows.push(Json::Object(cells));
            }
            if rows.len() > MOST_ROWS {
                return Err(sheet.wrong(
                    Some((row, 0)),
                    "too_many_rows",
                    Text::new(
                        format!("Tabellen har fler än {MOST_ROWS} rader och lästes inte."),
                        format!("The table has more than {MOST_ROWS} rows and was not read."),
                    ),
                ));
            }
        }
        Ok((rows, version))
    }

    fn propose(&mut self, criterion: &str, field: &str, given: Given, seen: i32) {
        let (criterion, field) = (criterion.to_owned(), field.to_owned());
        self.found.proposals.push(Proposal { criterion, field, given, seen });
    }

    fn done(mut self) -> Answers {
        for ((criterion, field), (seen, years, options)) in std::mem::take(&mut self.parts) {
            let given = if options.is_empty() { Given::Years(years) } else { Given::Options(options) };
            self.propose(&criterion, &field, given, seen);
        }
        self.found
    }
}

fn no_version() -> Text {
    Text::new(
        "Versionen saknas eller är ingen siffra. Ändra inte kolumnen version.",
        "The version is missing or no number. Do not change the column version.",
    )
}

fn code(cell: &Cell) -> &'static str {
    match cell {
        Cell::Formula => "formula",
        Cell::Fault(_) => "fault",
        _ => "not_yes_or_no",
    }
}

fn not_read(cell: &Cell) -> Text {
    match cell {
        Cell::Formula => Text::new(
            "Cellen innehåller en formel. Skriv in värdet i stället.",
            "The cell holds a formula. Write the value instead.",
        ),
        Cell::Fault(fault) => Text::new(
            format!("Cellen innehåller ett fel ({fault}). Skriv in värdet i stället."),
            format!("The cell holds a fault ({fault}). Write the value instead."),
        ),
        _ => Text::new("Skriv Ja eller Nej.", "Write Yes or No."),
    }
}
