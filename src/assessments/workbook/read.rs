//! The cells of a workbook, read from bytes that [`crate::files::kind::workbook`] has let through.
//!
//! Invariant: memory grows with what the file holds and never with what it claims: cells are read one by one and counted,
//! never into a rectangle, and every text that is copied is counted.

use std::collections::{BTreeMap, HashSet};
use std::io::Cursor;

use calamine::{DataRef, ExcelDateTime, Reader as _, Xlsx, XlsxError};
use chrono::NaiveDate;

use super::cells::Cell;
use super::{MOST_EXPANDED, refusals};
use crate::files::Refused;
use crate::problem::Problem;

/// The most cells with something in them.
const MOST_CELLS: usize = 200_000;

/// One sheet.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// What stands in it, by row and column from 0.
    pub cells: BTreeMap<(u32, u32), Cell>,
}

/// Reads every sheet.
///
/// # Errors
/// The file is damaged, or holds more than any workbook of answers.
pub fn sheets(bytes: &[u8]) -> Result<Vec<Sheet>, Problem> {
    let broken = |error: XlsxError| refusals::broken().because(error);
    let mut file = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let mut left = Left { cells: MOST_CELLS, text: usize::try_from(MOST_EXPANDED).unwrap_or(usize::MAX) };
    let mut sheets = Vec::new();
    for name in file.sheet_names() {
        let shares = match shares(&mut file, &name) {
            // A sheet that is a chart has no cells.
            Err(XlsxError::NotAWorksheet(_)) => continue,
            shares => shares.map_err(broken)?,
        };
        let mut sheet = Sheet { name: name.clone(), cells: BTreeMap::new() };
        let mut cells = file.worksheet_cells_reader(&name).map_err(broken)?;
        while let Some(read) = cells.next_cell_with_formula_metadata().map_err(broken)? {
            let cell = match read.formula {
                Some(_) => Cell::Formula,
                None => cell(read.value, shares.contains(&read.pos)),
            };
            if cell != Cell::Empty {
                left.take(&cell)?;
                sheet.cells.insert(read.pos, cell);
            }
        }
        sheets.push(sheet);
    }
    Ok(sheets)
}

/// What more may be read.
struct Left {
    cells: usize,
    text: usize,
}

impl Left {
    fn take(&mut self, cell: &Cell) -> Result<(), Problem> {
        let text = match cell {
            Cell::Text(text) => text.len(),
            _ => 0,
        };
        match (self.cells.checked_sub(1), self.text.checked_sub(text)) {
            (Some(cells), Some(text)) => {
                (self.cells, self.text) = (cells, text);
                Ok(())
            }
            _ => Err(refusals::refused(Refused::Bomb)),
        }
    }
}

/// The cells that show a number as per cent.
fn shares(file: &mut Xlsx<Cursor<&[u8]>>, sheet: &str) -> Result<HashSet<(u32, u32)>, XlsxError> {
    let mut reader = file.worksheet_cells_reader(sheet)?;
    let percent: HashSet<usize> = reader
        .styles()
        .iter()
        .enumerate()
        .filter(|(_, style)| {
            style.number_format.as_ref().is_some_and(|format| is_percent(&format.format_code))
        })
        .map(|(at, _)| at)
        .collect();
    let mut shares = HashSet::new();
    while let Some((row, column, style)) = reader.next_style_id()? {
        if percent.contains(&style) && shares.len() < MOST_CELLS {
            shares.insert((row, column));
        }
    }
    Ok(shares)
}

/// Whether a format multiplies by a hundred: a sign of per cent that is not a quoted text.
fn is_percent(format: &str) -> bool {
    format.split('"').step_by(2).any(|outside| outside.replace("\\%", "").contains('%'))
}

fn cell(value: DataRef<'_>, is_share: bool) -> Cell {
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::String(text) => text_cell(text),
        DataRef::SharedString(text) => text_cell(text.to_owned()),
        DataRef::Bool(yes) => Cell::Bool(yes),
        DataRef::Float(number) if !number.is_finite() => Cell::Text(number.to_string()),
        DataRef::Float(number) if is_share => Cell::Share(number),
        DataRef::Float(number) => Cell::Number(number),
        DataRef::Int(number) => Cell::Text(number.to_string()),
        DataRef::DateTime(at) => moment(at),
        DataRef::DateTimeIso(text) => {
            let (date, time) = text.split_once('T').unwrap_or((&text, ""));
            match NaiveDate::parse_from_str(date, "%Y-%m-%d") {
                Ok(day) if time.trim_matches(['0', ':', '.', 'Z']).is_empty() => Cell::Day(day),
                _ => Cell::Text(text),
            }
        }
        DataRef::DurationIso(text) => Cell::Text(text),
        DataRef::Error(fault) => Cell::Fault(fault.to_string()),
    }
}

fn text_cell(mut text: String) -> Cell {
    // See the writer: a text in these signs would be taken for marked-up text.
    if text.starts_with("<r>") && text.ends_with("</r> ") {
        text.pop();
    }
    if text.is_empty() { Cell::Empty } else { Cell::Text(text) }
}

fn moment(at: ExcelDateTime) -> Cell {
    let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
    let time = format!("{hour:02}:{minute:02}");
    if at.is_duration() || at.as_f64() < 1.0 {
        return Cell::Text(time);
    }
    let Some(date) = NaiveDate::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day)) else {
        return Cell::Number(at.as_f64());
    };
    if (hour, minute, second) == (0, 0, 0) { Cell::Day(date) } else { Cell::Text(format!("{date} {time}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_shows_per_cent_by_its_sign_and_not_by_a_text() {
        assert!(is_percent("0%") && is_percent("#,##0.0 %;[Red]-0 %"));
        assert!(!is_percent("0\" %\"") && !is_percent("0 \\%") && !is_percent("General"));
    }
}
