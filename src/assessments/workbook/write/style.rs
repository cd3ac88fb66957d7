//! How cells look: what the service reads is grey and small, where people write is light and framed.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

use super::super::cells::Cell;
use crate::forms::{Field, FieldKind};

const INK: Color = Color::RGB(0x1f_2a_37);
const GREY: Color = Color::RGB(0x6b_72_80);
const HEAD: Color = Color::RGB(0x12_4e_66);
const BAND: Color = Color::RGB(0xe6_ee_f2);
const WRITE: Color = Color::RGB(0xff_fb_e6);
const LINE: Color = Color::RGB(0xc9_d1_d9);

fn base() -> Format {
    Format::new().set_font_name("Calibri").set_font_size(11).set_font_color(INK).set_align(FormatAlign::Top)
}

/// A title.
pub(super) fn title() -> Format {
    base().set_bold().set_font_size(16)
}

/// A text that wraps.
pub(super) fn text() -> Format {
    base().set_text_wrap()
}

/// A text that stands out.
pub(super) fn bold() -> Format {
    text().set_bold()
}

/// What the service reads and people leave alone.
pub(super) fn id() -> Format {
    base().set_font_size(9).set_font_color(GREY)
}

/// A note beside an answer.
pub(super) fn note() -> Format {
    text().set_font_size(10).set_font_color(GREY)
}

/// A head.
pub(super) fn head() -> Format {
    base().set_bold().set_font_color(Color::White).set_background_color(HEAD).set_text_wrap()
}

/// The line of a criterion.
pub(super) fn band() -> Format {
    bold().set_background_color(BAND)
}

/// The line of a criterion, where its guidance stands.
pub(super) fn band_note() -> Format {
    note().set_background_color(BAND)
}

/// Where an answer is written.
pub(super) fn answer(field: &Field) -> Format {
    let framed = text()
        .set_background_color(WRITE)
        .set_border(FormatBorder::Thin)
        .set_border_color(LINE)
        .set_align(FormatAlign::Left)
        .set_align(FormatAlign::Top);
    match number_format(field) {
        Some(format) => framed.set_num_format(format),
        None => framed,
    }
}

/// The format of a field's numbers and days; texts are kept as texts, whatever they begin with.
fn number_format(field: &Field) -> Option<String> {
    let decimals = match usize::try_from(field.places.min(6)) {
        Ok(places) if places > 0 => format!(".{}", "0".repeat(places)),
        _ => String::new(),
    };
    Some(match field.kind {
        FieldKind::Percent => format!("0{decimals}%"),
        FieldKind::Money => "#,##0\" kr\"".to_owned(),
        FieldKind::Integer | FieldKind::Decimal | FieldKind::Years if field.is_year() => "0".to_owned(),
        FieldKind::Integer | FieldKind::Decimal | FieldKind::Years => format!("#,##0{decimals}"),
        FieldKind::Date => "yyyy\\-mm\\-dd".to_owned(),
        FieldKind::Text | FieldKind::LongText => "@".to_owned(),
        _ => return None,
    })
}

/// As [`answer`], for what stands there: a text in a field of numbers stays a text.
pub(super) fn answer_with(field: &Field, cell: &Cell) -> Format {
    match cell {
        Cell::Text(_) if number_format(field).is_some() => answer(field).set_num_format("@"),
        _ => answer(field),
    }
}
