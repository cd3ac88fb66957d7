//! A workbook in the hands of somebody with a spreadsheet program: cells changed, rows moved, sheets renamed.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

use usve::assessments::workbook::cells::Cell;
use usve::assessments::workbook::read::{Sheet, sheets};

use crate::evidence::archive::{Part, archive};

/// A workbook that is being changed.
pub struct Book {
    parts: Vec<(String, Vec<u8>)>,
    sheets: Vec<Sheet>,
}

/// What is put into a cell.
pub enum Put<'a> {
    Text(&'a str),
    Number(&'a str),
    Formula(&'a str),
    Fault(&'a str),
    Nothing,
}

impl Book {
    pub fn open(bytes: &[u8]) -> Book {
        let mut file = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let names: Vec<String> =
            (0..file.len()).map(|at| file.by_index(at).unwrap().name().unwrap().to_string()).collect();
        let parts = names
            .into_iter()
            .map(|name| {
                let mut bytes = Vec::new();
                file.by_name(&name).unwrap().read_to_end(&mut bytes).unwrap();
                (name, bytes)
            })
            .collect();
        Book { parts, sheets: sheets(bytes).unwrap() }
    }

    pub fn save(&self) -> Vec<u8> {
        archive(&self.parts.iter().map(|(name, bytes)| Part::new(name, bytes)).collect::<Vec<_>>())
    }

    pub fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    /// The XML of every part whose name begins so.
    pub fn xml(&self, begins: &str) -> Vec<(String, String)> {
        let parts = self.parts.iter().filter(|(name, _)| name.starts_with(begins));
        parts.map(|(name, bytes)| (name.clone(), String::from_utf8(bytes.clone()).unwrap())).collect()
    }

    /// Replaces a part, or adds it.
    pub fn set_part(&mut self, name: &str, bytes: &[u8]) {
        self.parts.retain(|(known, _)| known != name);
        self.parts.push((name.to_owned(), bytes.to_vec()));
    }

    /// Changes the XML of one part.
    pub fn edit(&mut self, name: &str, change: impl FnOnce(String) -> String) {
        let part = self.parts.iter_mut().find(|(known, _)| known == name).unwrap();
        part.1 = change(String::from_utf8(std::mem::take(&mut part.1)).unwrap()).into_bytes();
    }

    /// The part of a sheet by its number.
    pub fn part(at: usize) -> String {
        format!("xl/worksheets/sheet{}.xml", at + 1)
    }

    fn text(&self, at: usize, row: u32, column: u32) -> &str {
        match self.sheets[at].cells.get(&(row, column)) {
            Some(Cell::Text(text)) => text,
            _ => "",
        }
    }

    /// The sheet and row of an answer by its ids.
    pub fn find(&self, criterion: &str, field: &str) -> (usize, u32) {
        for (at, sheet) in self.sheets.iter().enumerate() {
            let rows = sheet.cells.keys().map(|(row, _)| *row);
            for row in rows {
                if self.text(at, row, 0) == criterion && self.text(at, row, 1) == field {
                    return (at, row);
                }
            }
        }
        panic!("{criterion} {field} is not in the workbook");
    }

    /// The sheet of a table.
    pub fn table(&self, criterion: &str, field: &str) -> usize {
        let id = format!("{criterion}/{field}");
        (0..self.sheets.len()).find(|at| self.text(*at, 0, 0) == id).unwrap()
    }

    /// The column of a table by its id.
    pub fn column(&self, at: usize, id: &str) -> u32 {
        (1..40).find(|column| self.text(at, 2, *column) == id).unwrap()
    }

    /// Writes an answer.
    pub fn answer(&mut self, criterion: &str, field: &str, put: &Put<'_>) {
        let (at, row) = self.find(criterion, field);
        self.put(at, row, 4, put);
    }

    /// Writes a cell that is there, keeping how it looks.
    pub fn put(&mut self, at: usize, row: u32, column: u32, put: &Put<'_>) {
        let name = format!("{}{}", letters(column), row + 1);
        let (kind, inside) = match put {
            Put::Nothing => ("", String::new()),
            Put::Number(number) => ("", format!("<v>{number}</v>")),
            Put::Formula(formula) => ("", format!("<f>{formula}</f><v>2</v>")),
            Put::Fault(fault) => (" t=\"e\"", format!("<v>{fault}</v>")),
            Put::Text(text) => {
                let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
                (" t=\"inlineStr\"", format!("<is><t xml:space=\"preserve\">{text}</t></is>"))
            }
        };
        self.edit(&Book::part(at), |xml| {
            let start = xml.find(&format!("<c r=\"{name}\"")).unwrap_or_else(|| panic!("no cell {name}"));
            let head = &xml[start..=start + xml[start..].find('>').unwrap()];
            let end = if head.ends_with("/>") {
                start + head.len()
            } else {
                start + xml[start..].find("</c>").unwrap() + 4
            };
            let style = head.split("s=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or("0");
            let cell = format!("<c r=\"{name}\" s=\"{style}\"{kind}>{inside}</c>");
            format!("{}{cell}{}", &xml[..start], &xml[end..])
        });
    }

    /// The rows of a sheet, each as its XML, by number from 0.
    pub fn rows(&self, at: usize) -> BTreeMap<u32, String> {
        let xml =
            String::from_utf8(self.parts.iter().find(|(name, _)| *name == Book::part(at)).unwrap().1.clone())
                .unwrap();
        xml.split("<row ")
            .skip(1)
            .map(|row| {
                let row = row.split("</sheetData>").next().unwrap();
                let number: u32 =
                    row.split("r=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap();
                (number - 1, format!("<row {row}"))
            })
            .collect()
    }

    /// Puts rows in other places, or leaves them out.
    pub fn set_rows(&mut self, at: usize, rows: &[String]) {
        let rows: String = rows
            .iter()
            .enumerate()
            .map(|(place, row)| {
                let old = row.split("r=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
                let mut renumbered =
                    row.replacen(&format!("<row r=\"{old}\""), &format!("<row r=\"{}\"", place + 1), 1);
                for column in 0..40 {
                    let letters = letters(column);
                    renumbered = renumbered.replace(
                        &format!("<c r=\"{letters}{old}\""),
                        &format!("<c r=\"{letters}{}\"", place + 1),
                    );
                }
                renumbered
            })
            .collect();
        self.edit(&Book::part(at), |xml| {
            let (before, rest) = xml.split_once("<sheetData>").unwrap();
            let (_, after) = rest.split_once("</sheetData>").unwrap();
            format!("{before}<sheetData>{rows}</sheetData>{after}")
        });
    }
}

fn letters(column: u32) -> String {
    let last = char::from_u32(u32::from(b'A') + column % 26).unwrap();
    if column < 26 { last.to_string() } else { format!("{}{last}", letters(column / 26 - 1)) }
}
