//! A form as a blank to talk about and fill in by hand: every area, criterion, level and question, with room for the
//! answer. All branches are there; a question that another answer governs says when it is asked.

use chrono::{Datelike, NaiveDate};

use super::{Block, Cell, Column, Cover, Fact, Notice, Report, Table, Tone};
use crate::forms::evaluate::span;
use crate::forms::order::beside_what_governs;
use crate::forms::{Criterion, Field, FieldKind, Form, sentence};
use crate::number::display_short;
use crate::problem::Problem;
use crate::text::Lang;

/// The rows of a blank table.
const ROWS: usize = 5;
/// The signs of a text that a written line holds.
const LINE: usize = 80;
/// The least and most written lines of a long text.
const TEXT_LINES: (usize, usize) = (4, 12);

/// The year that a blank is for: the one asked for, or that of today.
///
/// # Errors
/// `year` outside 2000–2100.
pub fn year(asked: Option<i32>, today: NaiveDate) -> Result<i32, Problem> {
    let year = asked.unwrap_or_else(|| today.year());
    if (2000..=2100).contains(&year) {
        Ok(year)
    } else {
        Err(Problem::invalid(
            "year",
            "Årtalet ska vara mellan 2000 och 2100.",
            "The year must be between 2000 and 2100.",
        ))
    }
}

/// The name of the file: `usve-2026.1-blankett-2027-sv.pdf`.
#[must_use]
pub fn file_name(form: &Form, year: i32, lang: Lang) -> String {
    format!("{}-{}-blankett-{year}-{}.pdf", form.id, form.version, lang.tag())
}

/// The blank of a form for a cycle's year, as it is printed on a day.
#[must_use]
pub fn build(form: &Form, year: i32, printed: NaiveDate, lang: Lang) -> Report {
    let blank = Blank { form, period: year - 1, lang };
    let title =
        format!("{} {year}", lang.t("Blankett till självvärdering", "Blank form for the self-assessment"));
    let version = format!("{} {}", form.id.to_uppercase(), form.version);
    let count = form.criteria().count();
    let minimums = form.criteria().filter(|(_, criterion)| criterion.minimum).count();
    let mut blocks = vec![
        Block::Cover(Cover {
            title: title.clone(),
            subtitle: form.title.get(lang).to_owned(),
            outcome: None,
            facts: vec![
                Fact::new(lang.t("Svaren gäller", "The answers are about"), blank.period.to_string()),
                Fact::new(
                    lang.t("Kriterier", "Criteria"),
                    match lang {
                        Lang::Sv => format!("{count}, varav {minimums} minimikrav"),
                        Lang::En => format!("{count}, of which {minimums} are minimums"),
                    },
                ),
                Fact::new(lang.t("Formulär", "Form"), version),
            ],
        }),
        Block::Contents { title: lang.t("Innehåll", "Contents").to_owned() },
        Block::PageBreak,
    ];
    blank.how_to_use(&mut blocks);
    if !form.background.is_empty() {
        blocks.push(heading(1, lang.t("Bakgrund om enheten", "Background on the unit")));
        blank.questions(lang.t("Bakgrund", "Background"), &form.background, None, &mut blocks);
    }
    for area in &form.areas {
        blocks.push(Block::PageBreak);
        blocks.push(heading(1, &format!("{} {}", area.id, area.title.get(lang))));
        if let Some(intro) = &area.intro {
            blocks.push(paragraph(None, intro.get(lang)));
        }
        for criterion in &area.criteria {
            blank.criterion(criterion, &mut blocks);
        }
    }
    Report {
        subject: title.clone(),
        title,
        language: lang,
        unit: form.title.get(lang).to_owned(),
        year,
        registry_number: None,
        version: form.version.clone(),
        date: printed,
        watermark: None,
        code: String::new(),
        blocks,
    }
}

struct Blank<'a> {
    form: &'a Form,
    /// The calendar year that the answers are about.
    period: i32,
    lang: Lang,
}

impl Blank<'_> {
    fn t<'b>(&self, sv: &'b str, en: &'b str) -> &'b str {
        self.lang.t(sv, en)
    }

    fn how_to_use(&self, blocks: &mut Vec<Block>) {
        blocks.push(heading(1, self.t("Så använder ni blanketten", "How to use this form")));
        blocks.push(Block::Notice(Notice {
            tone: Tone::Info,
            title: Some(self.t("Blanketten lämnas inte in", "This form is not submitted").to_owned()),
            texts: vec![
                self.t(
                    "Den är till för möten och för att tänka igenom svaren tillsammans. Svaren lämnas i tjänsten, som \
                     sparar medan ni skriver och visar vad ni svarade förra året.",
                    "It is for meetings and for thinking the answers through together. The answers are given in the \
                     service, which saves while you write and shows what you answered last year.",
                )
                .to_owned(),
            ],
        }));
        let told = [self.t("Enhet", "Unit"), self.t("Ifylld av", "Filled in by"), self.t("Datum", "Date")];
        blocks.push(two_columns(
            self.t("Vems svar", "Whose answers"),
            self.t("Uppgift", "Detail"),
            self.t("Skriv här", "Write here"),
            told.map(|label| vec![Cell::text(label), Cell::Room { lines: 1 }]).into(),
        ));
    }

    fn criterion(&self, criterion: &Criterion, blocks: &mut Vec<Block>) {
        let lang = self.lang;
        blocks.push(heading(2, &format!("{} {}", criterion.id, criterion.title.get(lang))));
        if criterion.minimum {
            let lead = self.t("Minimikrav.", "Minimum requirement.");
            blocks.push(paragraph(Some(lead), self.t("Nivå 2 måste nås.", "Level 2 must be reached.")));
        }
        blocks.push(paragraph(None, criterion.guidance.get(lang)));
        if let Some(when) = &criterion.not_applicable {
            blocks.push(paragraph(Some(self.t("Ej tillämpligt:", "Not applicable:")), when.get(lang)));
        }
        self.levels(criterion, blocks);
        let fields = self.form.fields(criterion);
        self.questions(&criterion.id, fields, Some(criterion), blocks);
    }

    /// What each level takes.
    fn levels(&self, criterion: &Criterion, blocks: &mut Vec<Block>) {
        let rows = criterion
            .levels
            .iter()
            .map(|level| {
                let title = self.form.scale.iter().find(|known| known.level == level.level);
                let title = title.map(|known| known.title.get(self.lang)).unwrap_or_default();
                vec![Cell::text(format!("{} {title}", level.level)), Cell::text(level.anchor.get(self.lang))]
            })
            .collect();
        let caption = format!("{} {}", self.t("Nivåer för", "Levels of"), criterion.id);
        blocks.push(two_columns(
            &caption,
            self.t("Nivå", "Level"),
            self.t("Vad som krävs", "What it takes"),
            rows,
        ));
    }

    /// The questions in the order in which the service asks them, tables and series of years as tables of their own.
    fn questions<'a>(
        &self,
        place: &str,
        fields: impl IntoIterator<Item = &'a Field>,
        criterion: Option<&Criterion>,
        blocks: &mut Vec<Block>,
    ) {
        let mut rows = Vec::new();
        let caption = format!("{} {place}", self.t("Svar på", "Answers to"));
        for field in beside_what_governs(fields) {
            // A word on a change is asked for when there is one.
            if field.explains.is_some() {
                continue;
            }
            let asked = self.asked(field, criterion);
            if let Some(table) = self.table_of(field, &asked) {
                self.flush(&caption, &mut rows, blocks);
                blocks.push(table);
            } else {
                rows.push(vec![Cell::text(asked), self.room(field)]);
            }
        }
        self.flush(&caption, &mut rows, blocks);
    }

    fn flush(&self, caption: &str, rows: &mut Vec<Vec<Cell>>, blocks: &mut Vec<Block>) {
        if !rows.is_empty() {
            let (question, answer) = (self.t("Fråga", "Question"), self.t("Svar", "Answer"));
            blocks.push(two_columns(caption, question, answer, std::mem::take(rows)));
        }
    }

    /// The question with everything that is said about it, one sentence a line.
    fn asked(&self, field: &Field, criterion: Option<&Criterion>) -> String {
        let mut label = field.label.get(self.lang).to_owned();
        if let Some(unit) = field.unit.as_ref().filter(|_| !field.kind.is_scalar() || field.kind.is_number())
        {
            label = format!("{label} ({})", unit.get(self.lang));
        }
        if !field.required {
            label = format!("{label} ({})", self.t("frivilligt", "optional"));
        }
        let condition = field.when.as_ref().map(|when| {
            let words = criterion.and_then(|criterion| sentence::condition(when, criterion, self.lang));
            match words {
                Some(words) => format!("{} {words}.", self.t("Fyll i om", "Fill in if")),
                None => self.t("Frågas bara i vissa fall.", "Asked in some cases only.").to_owned(),
            }
        });
        let hint = field.hint.as_ref().map(|hint| hint.get(self.lang).to_owned());
        [Some(label), condition, hint, self.limits(field)]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// How long or large an answer may be.
    fn limits(&self, field: &Field) -> Option<String> {
        let number = |number: &crate::number::Fraction| {
            if field.is_year() { number.to_string() } else { display_short(number, field.places) }
        };
        if field.kind.is_number() {
            return match (&field.least, &field.most) {
                (Some(least), Some(most)) => Some(match self.lang {
                    Lang::Sv => format!("Mellan {} och {}.", number(least), number(most)),
                    Lang::En => format!("Between {} and {}.", number(least), number(most)),
                }),
                (Some(least), None) if *least != crate::number::whole(0) => {
                    Some(format!("{} {}.", self.t("Minst", "At least"), number(least)))
                }
                (None, Some(most)) => Some(format!("{} {}.", self.t("Högst", "At most"), number(most))),
                _ => None,
            };
        }
        let most = |most: usize, of: &str| {
            let shown = display_short(&crate::number::whole(i64::try_from(most).unwrap_or(i64::MAX)), 0);
            format!("{} {shown} {of}.", self.t("Högst", "At most"))
        };
        match field.kind {
            FieldKind::Text | FieldKind::LongText => {
                let words = field.most_words.map(|words| most(words, self.t("ord", "words")));
                words.or_else(|| {
                    let long = field.most_characters.filter(|_| field.kind == FieldKind::LongText);
                    long.map(|signs| most(signs, self.t("tecken", "characters")))
                })
            }
            FieldKind::Choices => Some(self.t("Flera kan väljas.", "Several can be chosen.").to_owned()),
            FieldKind::Date => Some(self.t("År, månad och dag.", "Year, month and day.").to_owned()),
            FieldKind::Evidence => Some(
                self.t(
                    "Skriv vilka dokument eller länkar ni tänker lämna.",
                    "Write which documents or links you mean to give.",
                )
                .to_owned(),
            ),
            _ => None,
        }
    }

    /// Where the answer is written or ticked.
    fn room(&self, field: &Field) -> Cell {
        let boxes = |options: Vec<&str>| Cell::Boxes { text: options.join("\n") };
        match field.kind {
            FieldKind::YesNo => boxes(vec![self.t("Ja", "Yes"), self.t("Nej", "No")]),
            FieldKind::Choice | FieldKind::Choices => {
                boxes(field.options.iter().map(|option| option.label.get(self.lang)).collect())
            }
            FieldKind::Level => {
                let levels: Vec<String> = self
                    .form
                    .scale
                    .iter()
                    .map(|level| format!("{} {}", level.level, level.title.get(self.lang)))
                    .collect();
                Cell::Boxes { text: levels.join("\n") }
            }
            FieldKind::LongText => {
                let signs =
                    field.most_characters.or(field.most_words.map(|words| words * 6)).unwrap_or_default();
                let (least, most) = TEXT_LINES;
                Cell::Room { lines: u8::try_from((signs / LINE).clamp(least, most)).unwrap_or(u8::MAX) }
            }
            FieldKind::Evidence => Cell::Room { lines: 2 },
            _ => Cell::Room { lines: 1 },
        }
    }

    /// The blank table of a field that is answered in one.
    fn table_of(&self, field: &Field, asked: &str) -> Option<Block> {
        let head = |column: &Field| {
            let label = column.label.get(self.lang);
            column
                .unit
                .as_ref()
                .map_or_else(|| label.to_owned(), |unit| format!("{label} ({})", unit.get(self.lang)))
        };
        let (columns, rows) = match field.kind {
            FieldKind::Table => {
                let columns: Vec<Column> = field
                    .columns
                    .iter()
                    .map(|column| Column::left(head(column), if column.kind.is_number() { 3 } else { 5 }))
                    .collect();
                let cells = |_| {
                    field
                        .columns
                        .iter()
                        .map(|column| match column.kind {
                            FieldKind::YesNo | FieldKind::Choice => self.room(column),
                            _ => Cell::Room { lines: 1 },
                        })
                        .collect()
                };
                (columns, (0..ROWS).map(cells).collect())
            }
            FieldKind::Years => {
                let columns: Vec<Column> =
                    span(field, self.period).map(|year| Column::left(year.to_string(), 1)).collect();
                let row = columns.iter().map(|_| Cell::Room { lines: 1 }).collect();
                (columns, vec![row])
            }
            _ => return None,
        };
        Some(Block::Table(Table { caption: asked.replace('\n', " "), columns, rows, row_heads: false }))
    }
}

fn heading(level: u8, text: &str) -> Block {
    Block::Heading { level, text: text.to_owned() }
}

fn paragraph(lead: Option<&str>, text: &str) -> Block {
    Block::Paragraph { lead: lead.map(str::to_owned), text: text.to_owned() }
}

fn two_columns(caption: &str, first: &str, second: &str, rows: Vec<Vec<Cell>>) -> Block {
    Block::Table(Table {
        caption: caption.to_owned(),
        columns: vec![Column::left(first, 5), Column::left(second, 8)],
        rows,
        row_heads: true,
    })
}
