//! The appendix: what the unit answered, as it was submitted.

use super::{AnswerGroup, AnswerValue, UnitReport};
use crate::reports::{Block, Cell, Column, Table};
use crate::text::Lang;

pub(super) fn blocks(unit: &UnitReport, blocks: &mut Vec<Block>) {
    let lang = unit.language;
    if unit.answers.is_empty() {
        return;
    }
    blocks.push(Block::PageBreak);
    blocks.push(Block::heading(1, lang.t("Bilaga: enhetens svar", "Appendix: the unit's answers")));
    blocks.push(Block::paragraph(
        lang.t(
            "Svaren återges som enheten lämnade dem.",
            "The answers are given as the unit submitted them.",
        ),
    ));
    answer_blocks(&unit.answers, 2, lang, blocks);
}

/// The answers by area and criterion; `level` is that of an area's heading.
pub(in crate::reports) fn answer_blocks(
    groups: &[AnswerGroup],
    level: u8,
    lang: Lang,
    blocks: &mut Vec<Block>,
) {
    let mut area = "";
    for group in groups {
        if group.area != area {
            area = &group.area;
            blocks.push(Block::heading(level, area));
        }
        answer_group(group, level.saturating_add(1), lang, blocks);
    }
}

fn answer_group(group: &AnswerGroup, level: u8, lang: Lang, blocks: &mut Vec<Block>) {
    if group.title != group.area {
        blocks.push(Block::heading(level, &group.title));
    }
    let no_answer = lang.t("Inget svar", "No answer");
    let mut rows = Vec::new();
    for answer in &group.answers {
        match &answer.value {
            AnswerValue::Text(value) => {
                let value = if value.trim().is_empty() { no_answer } else { value };
                rows.push(vec![Cell::text(&answer.label), Cell::text(value)]);
            }
            AnswerValue::Rows { rows: given, .. } if given.is_empty() => {
                rows.push(vec![Cell::text(&answer.label), Cell::text(no_answer)]);
            }
            AnswerValue::Rows { heads, rows: given } => {
                pairs(group, lang, &mut rows, blocks);
                let column = |(at, (head, number)): (usize, &(String, bool))| {
                    let width = width(head, given.iter().filter_map(|row| row.get(at)));
                    if *number { Column::right(head, width) } else { Column::left(head, width) }
                };
                blocks.push(Block::Table(Table {
                    caption: answer.label.clone(),
                    columns: heads.iter().enumerate().map(column).collect(),
                    rows: given.iter().map(|row| row.iter().map(Cell::text).collect()).collect(),
                    row_heads: false,
                }));
            }
        }
    }
    pairs(group, lang, &mut rows, blocks);
}

/// A column's share of the width: that of its longest text, not very wide, and always with room for its longest word.
fn width<'a>(head: &'a String, cells: impl Iterator<Item = &'a String>) -> u16 {
    let texts: Vec<&String> = cells.chain([head]).collect();
    let length = |text: &str| text.chars().count();
    let longest = texts.iter().map(|text| length(text)).max().unwrap_or_default();
    let word = texts.iter().flat_map(|text| text.split_whitespace()).map(length).max().unwrap_or_default();
    u16::try_from(longest.clamp(8, 22).max(word.min(20) + 4)).unwrap_or(22)
}

fn pairs(group: &AnswerGroup, lang: Lang, rows: &mut Vec<Vec<Cell>>, blocks: &mut Vec<Block>) {
    if rows.is_empty() {
        return;
    }
    blocks.push(Block::Table(Table {
        caption: format!(
            "{} {}",
            lang.t("Svar på", "Answers to"),
            group.title.split(' ').next().unwrap_or_default()
        ),
        columns: vec![
            Column::left(lang.t("Fråga", "Question"), 5),
            Column::left(lang.t("Svar", "Answer"), 8),
        ],
        rows: std::mem::take(rows),
        row_heads: true,
    }));
}
