//! What a cell lets people choose or type, by Excel's own data validation. It helps and never decides: what was typed all
//! the same is kept, as on a page.

use rust_xlsxwriter::utility::column_number_to_name;
use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DataValidationRule, Formula, Worksheet, XlsxError,
};

use super::super::cells::{level_label, yes_no};
use super::{put, style};
use crate::forms::{Field, FieldKind, Form};
use crate::number::{Fraction, display_short, whole};
use crate::text::Lang;

/// The longest message of a data validation, in characters.
const LONGEST_MESSAGE: usize = 250;

/// What can be chosen, each list once, on a sheet of its own: a list in the rule itself holds 255 characters.
pub(super) struct Lists {
    lang: Lang,
    lists: Vec<(String, Vec<String>)>,
}

impl Lists {
    pub(super) fn new(lang: Lang) -> Lists {
        Lists { lang, lists: Vec::new() }
    }

    fn name(&self) -> &'static str {
        self.lang.t("Listor", "Lists")
    }

    /// Where a list stands; it is added when it is new.
    fn range(&mut self, id: &str, labels: &[String]) -> String {
        let at = self.lists.iter().position(|(_, known)| known == labels);
        let at = at.unwrap_or_else(|| {
            self.lists.push((id.to_owned(), labels.to_vec()));
            self.lists.len() - 1
        });
        let column = column_number_to_name(u16::try_from(at).unwrap_or(u16::MAX));
        format!("={}!${column}$3:${column}${}", self.name(), labels.len() + 2)
    }

    /// The sheet.
    pub(super) fn sheet(self) -> Result<Worksheet, XlsxError> {
        let mut sheet = Worksheet::new();
        sheet.set_name(self.name())?;
        let said = self.lang.t(
            "Det som går att välja på de andra bladen. Ändra inget här.",
            "What can be chosen on the other sheets. Change nothing here.",
        );
        put(&mut sheet, 0, 0, said, &style::note().unset_text_wrap())?;
        for (at, (id, labels)) in self.lists.iter().enumerate() {
            let column = u16::try_from(at).unwrap_or(u16::MAX);
            sheet.set_column_width(column, 28)?;
            put(&mut sheet, 1, column, id, &style::head())?;
            for (row, label) in (2..).zip(labels) {
                put(&mut sheet, row, column, label, &style::text())?;
            }
        }
        sheet.set_freeze_panes(2, 0)?;
        Ok(sheet)
    }

    /// The rule of a field's cells, if it has one.
    pub(super) fn rule(
        &mut self,
        form: &Form,
        criterion: &str,
        field: &Field,
    ) -> Result<Option<DataValidation>, XlsxError> {
        let lang = self.lang;
        let id = format!("{criterion}/{}", field.id);
        let labels: Vec<String> = match field.kind {
            FieldKind::YesNo | FieldKind::Choices => {
                vec![yes_no(true, lang).into(), yes_no(false, lang).into()]
            }
            FieldKind::Choice => {
                field.options.iter().map(|option| option.label.get(lang).to_owned()).collect()
            }
            FieldKind::Level => (0..=4).map(|level| level_label(form, level, lang)).collect(),
            _ => return self.limits(field),
        };
        let rule = DataValidation::new().allow_list_formula(Formula::new(self.range(&id, &labels)));
        told(
            rule,
            lang.t("Välj i listan, eller töm cellen.", "Choose from the list, or empty the cell."),
            lang,
        )
        .map(Some)
    }

    fn limits(&self, field: &Field) -> Result<Option<DataValidation>, XlsxError> {
        let lang = self.lang;
        let new = DataValidation::new;
        let rule = match field.kind {
            FieldKind::Integer
            | FieldKind::Decimal
            | FieldKind::Percent
            | FieldKind::Money
            | FieldKind::Years => {
                let scale = if field.kind == FieldKind::Percent { whole(100) } else { whole(1) };
                let limit = |limit: &Option<Fraction>, open: f64| {
                    let number =
                        limit.as_ref().and_then(|limit| super::super::cells::exact(&(limit / &scale)));
                    number.unwrap_or(open)
                };
                let (least, most) = (limit(&field.least, -1e15), limit(&field.most, 1e15));
                new().allow_decimal_number(DataValidationRule::Between(least, most))
            }
            FieldKind::Text | FieldKind::LongText => {
                let Some(most) = field.most_characters.and_then(|most| u32::try_from(most).ok()) else {
                    return Ok(None);
                };
                new().allow_text_length(DataValidationRule::LessThanOrEqualTo(most))
            }
            _ => return Ok(None),
        };
        told(rule, &how(field, lang), lang).map(Some)
    }
}

fn told(rule: DataValidation, said: &str, lang: Lang) -> Result<DataValidation, XlsxError> {
    let said: String = said.chars().take(LONGEST_MESSAGE).collect();
    // A warning may be passed: the service keeps what was typed, and says what to mend.
    rule.set_error_style(DataValidationErrorStyle::Warning)
        .set_error_title(lang.t("Kontrollera svaret", "Check the answer"))?
        .set_error_message(said)
}

/// How a field is answered, in words.
pub(super) fn how(field: &Field, lang: Lang) -> String {
    let unit = field.unit.as_ref().map_or_else(String::new, |unit| format!(", {}", unit.get(lang)));
    let number = |limit: &Fraction| if field.is_year() { limit.to_string() } else { display_short(limit, 6) };
    let limits = match (&field.least, &field.most) {
        (Some(least), Some(most)) => format!(" {}\u{2013}{}", number(least), number(most)),
        (Some(least), None) => format!(", {} {}", lang.t("minst", "at least"), number(least)),
        (None, Some(most)) => format!(", {} {}", lang.t("högst", "at most"), number(most)),
        (None, None) => String::new(),
    };
    let decimals = match field.places {
        0 => lang.t("Heltal", "Whole number").to_owned(),
        1 => lang.t("Tal med högst en decimal", "Number with at most one decimal").to_owned(),
        places => match lang {
            Lang::Sv => format!("Tal med högst {places} decimaler"),
            Lang::En => format!("Number with at most {places} decimals"),
        },
    };
    let most = |most: Option<usize>, word: &str| {
        most.map_or_else(String::new, |most| format!(", {} {most} {word}", lang.t("högst", "at most")))
    };
    let length = || {
        let signs = most(field.most_characters, lang.t("tecken", "characters"));
        format!("{signs}{}", most(field.most_words, lang.t("ord", "words")))
    };
    let said = match field.kind {
        FieldKind::YesNo => lang.t("Välj Ja eller Nej", "Choose Yes or No").to_owned(),
        FieldKind::Choice => lang.t("Välj i listan", "Choose from the list").to_owned(),
        FieldKind::Choices => lang.t("Ja om det stämmer", "Yes if it holds").to_owned(),
        FieldKind::Level => lang.t("Välj nivå 0\u{2013}4", "Choose a level 0\u{2013}4").to_owned(),
        FieldKind::Integer | FieldKind::Decimal | FieldKind::Years => format!("{decimals}{limits}{unit}"),
        FieldKind::Percent => format!("{}{limits} %", lang.t("Procent", "Per cent")),
        FieldKind::Money => format!("{}{limits}", lang.t("Hela kronor", "Whole kronor")),
        FieldKind::Date => {
            lang.t("Datum, till exempel 2026-03-01", "Date, for example 2026-03-01").to_owned()
        }
        FieldKind::Text => format!("{}{}", lang.t("En rad", "One line"), length()),
        FieldKind::LongText => format!("{}{}", lang.t("Text", "Text"), length()),
        FieldKind::Table => lang.t("Eget blad", "Sheet of its own").to_owned(),
        FieldKind::Evidence => lang.t("Lämnas i tjänsten", "Given in the service").to_owned(),
    };
    if field.required { said } else { format!("{said} ({})", lang.t("frivilligt", "optional")) }
}
