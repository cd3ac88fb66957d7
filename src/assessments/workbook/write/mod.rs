//! Writes a unit's answers as a workbook: a sheet that says what it is, one for the background and each area, one for
//! each table, and one with what can be chosen.
//!
//! Invariants: no cell holds a formula; every text is written as a text; every sheet carries ids.

mod list;
mod rules;
mod style;
mod table;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::cells::Cell;
use super::{LAYOUT, MARK};
use crate::assessments::BACKGROUND;
use crate::assessments::last_year::LastYear;
use crate::assessments::progress::Entered;
use crate::clock::Moment;
use crate::cycles::Case;
use crate::forms::Form;
use crate::problem::Problem;
use crate::text::{self, Lang};
use list::Place;
use rules::Lists;

/// What a workbook is made from.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The case.
    pub case: &'a Case,
    /// The form that it is answered on.
    pub form: &'a Form,
    /// Everything that is saved.
    pub entered: &'a Entered,
    /// What was submitted the year before.
    pub last: Option<&'a LastYear>,
    /// When it is taken out.
    pub now: Moment,
    /// The reader's language.
    pub lang: Lang,
}

/// The bytes of the workbook.
///
/// # Errors
/// It cannot be written, which is a fault of ours.
pub fn write(source: &Source<'_>) -> Result<Vec<u8>, Problem> {
    workbook(source).map_err(Problem::internal)
}

fn workbook(source: &Source<'_>) -> Result<Vec<u8>, XlsxError> {
    let mut names = Names { taken: Vec::new() };
    let mut lists = Lists::new(source.lang);
    let mut sheets = vec![first(source, &mut names)?];
    for place in Place::all(source) {
        let tables = place.tables(&mut names);
        sheets.push(list::sheet(source, &place, &tables, &mut names, &mut lists)?);
        for one in &tables {
            sheets.push(table::sheet(source, one, &mut lists)?);
        }
    }
    sheets.push(lists.sheet()?);
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(source)?);
    for sheet in sheets {
        workbook.push_worksheet(sheet);
    }
    workbook.save_to_buffer()
}

fn properties(source: &Source<'_>) -> Result<DocProperties, XlsxError> {
    let made = ExcelDateTime::parse_from_str(&source.now.format("%Y-%m-%dT%H:%M:%S").to_string())?;
    Ok(DocProperties::new().set_title(title(source)).set_author("USVE").set_creation_datetime(&made))
}

fn title(source: &Source<'_>) -> String {
    let Source { case, lang, .. } = *source;
    format!("USVE {}, {} {}", case.unit.name, lang.t("självvärdering", "self-assessment"), case.year)
}

/// The sheet that says what the file is, and to the service what it is about.
fn first(source: &Source<'_>, names: &mut Names) -> Result<Worksheet, XlsxError> {
    let Source { case, form, lang, .. } = *source;
    let mut sheet = Worksheet::new();
    sheet.set_name(names.free(lang.t("Läs först", "Read first")))?;
    sheet.set_column_width(0, 16)?.set_column_width(1, 34)?.set_column_width(2, 90)?;
    put(&mut sheet, 0, 1, &title(source), &style::title())?;
    let taken_out = text::moment(source.now, lang);
    let year = case.year.to_string();
    let key = form.key();
    let facts = [
        (MARK, lang.t("Filens slag", "Kind of file"), LAYOUT),
        ("unit", lang.t("Enhet i adressen", "Unit in the address"), case.unit.slug.as_str()),
        ("name", lang.t("Enhet", "Unit"), case.unit.name.as_str()),
        ("year", lang.t("År", "Year"), &year),
        ("form", lang.t("Formulär", "Form"), &key),
        ("taken_out", lang.t("Hämtad", "Taken out"), &taken_out),
    ];
    let mut row = 2;
    for (id, label, value) in facts {
        put(&mut sheet, row, 0, id, &style::id())?;
        put(&mut sheet, row, 1, label, &style::bold())?;
        put(&mut sheet, row, 2, value, &style::text())?;
        row += 1;
    }
    for (head, said) in guidance(lang) {
        row += 1;
        put(&mut sheet, row, 1, head, &style::bold())?;
        put(&mut sheet, row, 2, said, &style::text())?;
    }
    sheet.set_freeze_panes(2, 0)?;
    sheet.set_landscape().set_print_fit_to_pages(1, 0);
    Ok(sheet)
}

fn guidance(lang: Lang) -> [(&'static str, &'static str); 7] {
    [
        (
            lang.t("Vad filen är", "What the file is"),
            lang.t(
                "Enhetens svar som de stod när filen hämtades. Det som ändras här sparas inte förrän filen har lästs in i \
                 tjänsten och någon har valt vad som ska sparas.",
                "The unit's answers as they stood when the file was taken out. Nothing changed here is saved until the \
                 file is brought back to the service and somebody has chosen what to save.",
            ),
        ),
        (
            lang.t("Så fyller du i", "How to fill it in"),
            lang.t(
                "Skriv i de ljusgula cellerna. Kolumnen bredvid frågan säger hur. Där det går att välja finns en lista i \
                 cellen. Ny rad i en text: Alt+Enter.",
                "Write in the light yellow cells. The column beside the question says how. Where there is something to \
                 choose, the cell has a list. New line in a text: Alt+Enter.",
            ),
        ),
        (
            lang.t("Tabeller", "Tables"),
            lang.t(
                "Varje tabell har ett eget blad. Lägg till, flytta och ta bort rader som du vill. Tomma rader räknas inte.",
                "Each table has a sheet of its own. Add, move and remove rows as you like. Empty rows do not count.",
            ),
        ),
        (
            lang.t("Låt detta vara", "Leave alone"),
            lang.t(
                "Grå text är till för tjänsten: den säger vilken fråga svaret hör till och vilken version det utgår från. \
                 Rader får byta plats och blad får byta namn. En rad eller ett blad som tas bort lämnar svaret som det är.",
                "Grey text is for the service: it says which question an answer belongs to and which version it started \
                 from. Rows may change places and sheets may be renamed. A row or sheet that is removed leaves the answer \
                 as it is.",
            ),
        ),
        (
            lang.t("Skriv värden", "Write values"),
            lang.t(
                "Formler och makron tas inte emot. Kopierar du från ett annat kalkylark: klistra in som värden.",
                "Formulas and macros are not taken. If you copy from another spreadsheet, paste as values.",
            ),
        ),
        (
            lang.t("Det som inte ändras här", "What is not changed here"),
            lang.t(
                "Underlag, kommentarer, Lämna utan svar och Ej tillämpligt sköts i tjänsten.",
                "Evidence, comments, Leave without an answer and Not applicable are dealt with in the service.",
            ),
        ),
        (
            lang.t("Så läser du in filen", "How to bring it back"),
            lang.t(
                "Öppna enhetens sida i tjänsten, Läs in svar från Excel-fil, och välj filen. Sidan visar vad som skiljer \
                 sig. Välj vad som ska gälla och tryck Spara valda ändringar.",
                "Open the unit's page in the service, Bring answers back from an Excel file, and choose the file. The page \
                 shows what differs. Choose what to keep and press Save the chosen changes.",
            ),
        ),
    ]
}

/// Names of sheets: short enough, without signs that Excel refuses, each once.
struct Names {
    taken: Vec<String>,
}

impl Names {
    fn free(&mut self, wanted: &str) -> String {
        let plain: String = wanted.chars().filter(|sign| !"[]:*?/\\'".contains(*sign)).collect();
        let cut = |most: usize| match plain.char_indices().nth(most) {
            None => plain.trim().to_owned(),
            Some((end, _)) => {
                let short = plain.get(..end).unwrap_or_default();
                // Whole words, when the last one is not most of the name.
                let word = short.rfind(' ').filter(|at| at * 2 > end).unwrap_or(end);
                short.get(..word).unwrap_or(short).trim().to_owned()
            }
        };
        let numbered = (2..).map(|number| format!("{} {number}", cut(26)));
        let free = std::iter::once(cut(30))
            .chain(numbered)
            .find(|name| !name.is_empty() && !self.taken.contains(&name.to_lowercase()));
        let free = free.unwrap_or_default();
        self.taken.push(free.to_lowercase());
        free
    }
}

/// A table with the sheet that it gets.
struct TableSheet<'a> {
    criterion: &'a str,
    field: &'a crate::forms::Field,
    name: String,
}

/// Writes a text, as a text.
fn put(sheet: &mut Worksheet, row: u32, column: u16, text: &str, format: &Format) -> Result<(), XlsxError> {
    // The writer takes a text in these signs for marked-up text; the reader takes the space away again.
    let marked_up = text.starts_with("<r>") && text.ends_with("</r>");
    let text = if marked_up { format!("{text} ") } else { text.to_owned() };
    sheet.write_string_with_format(row, column, text, format).map(drop)
}

/// Writes what stands in a cell.
fn put_cell(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Cell,
    format: &Format,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Text(text) => put(sheet, row, column, text, format),
        Cell::Number(number) | Cell::Share(number) => {
            sheet.write_number_with_format(row, column, *number, format).map(drop)
        }
        Cell::Day(date) => {
            let date = ExcelDateTime::parse_from_str(&date.format("%Y-%m-%d").to_string())?;
            sheet.write_datetime_with_format(row, column, &date, format).map(drop)
        }
        _ => sheet.write_blank(row, column, format).map(drop),
    }
}

/// A criterion's name in ids and titles: the background's is a word.
fn name_of(criterion: &str, lang: Lang) -> &str {
    if criterion == BACKGROUND { lang.t("Bakgrund", "Background") } else { criterion }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_sheets_are_short_and_each_is_taken_once() {
        let mut names = Names { taken: Vec::new() };
        let long = "A3 Mål/delmål: för [hela] verksamheten under året";
        assert_eq!(names.free(long), "A3 Måldelmål för hela");
        assert_eq!(names.free(long), "A3 Måldelmål för hela 2");
        assert!(names.free(&"å".repeat(60)).chars().count() <= 31);
    }
}
