//! A form as a blank to talk about and fill in by hand: every area, criterion, level and question, with room for the
//! answer. All branches are there; a question that another answer governs says when it is asked.

use chrono::{Datelike, NaiveDate};

use super::{Block, Cell, Column, Cover, Fact, Notice, Report, Table, Tone};
use crate::forms::evaluate::span;
use crate::forms::order::beside_what_governs;
use crate::forms::{Criterion, Field, FieldKind, Form, sentence};
use crate::number::{display_short, whole};
use crate::problem::Problem;
use crate::text::Lang;

/// The rows of a blank table.
const ROWS: usize = 4;
/// The most options that stand in each row of a table; more stand above it.
const FEW: usize = 3;
/// A long text gets a line for so many of the signs that it may have, for notes and not for the whole text, …
const SIGNS_A_LINE: usize = 200;
/// … and so many lines at least and at most.
const TEXT_LINES: (usize, usize) = (3, 5);

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
        blocks.push(Block::heading(1, lang.t("Bakgrund om enheten", "Background on the unit")));
        blank.questions(lang.t("Bakgrund", "Background"), &form.background, None, &mut blocks);
    }
    for area in &form.areas {
        blocks.push(Block::PageBreak);
        blocks.push(Block::heading(1, format!("{} {}", area.id, area.title.get(lang))));
        if let Some(intro) = &area.intro {
            blocks.push(Block::paragraph(intro.get(lang)));
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
        blocks.push(Block::heading(1, self.t("Så använder ni blanketten", "How to use this form")));
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
        blocks.push(Block::heading(2, format!("{} {}", criterion.id, criterion.title.get(lang))));
        let minimum =
            self.t("Minimikrav: nivå 2 måste nås.", "Minimum requirement: level 2 must be reached.");
        blocks.push(led(criterion.minimum.then_some(minimum), criterion.guidance.get(lang)));
        if let Some(when) = &criterion.not_applicable {
            blocks.push(led(Some(self.t("Ej tillämpligt:", "Not applicable:")), when.get(lang)));
        }
        let fields = self.form.fields(criterion);
        self.questions(&criterion.id, fields, Some(criterion), blocks);
        if !self.form.fields(criterion).any(|field| field.kind == FieldKind::Level) {
            let caption = format!("{} {}", self.t("Nivåer för", "Levels of"), criterion.id);
            blocks.push(self.levels(&caption, criterion));
        }
    }

    /// What each level takes, with a box before each.
    fn levels(&self, caption: &str, criterion: &Criterion) -> Block {
        let rows = criterion
            .levels
            .iter()
            .map(|level| {
                let title = self.form.scale.iter().find(|known| known.level == level.level);
                let title = title.map(|known| known.title.get(self.lang)).unwrap_or_default();
                let text = format!("{} {title}", level.level);
                vec![Cell::Boxes { text }, Cell::text(level.anchor.get(self.lang))]
            })
            .collect();
        two_columns(caption, self.t("Nivå", "Level"), self.t("Vad som krävs", "What it takes"), rows)
    }

    /// The questions in the order in which the service asks them; tables, series of years and levels stand as tables of
    /// their own.
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
            let label = self.label(field);
            let about = self.about(field, criterion);
            match (field.kind, criterion) {
                (FieldKind::Level, Some(criterion)) => {
                    self.flush(&caption, &mut rows, blocks);
                    blocks.push(led(Some(&label), &about.join(" ")));
                    blocks.push(self.levels(&format!("{label} {}", criterion.id), criterion));
                }
                (FieldKind::Table | FieldKind::Years, _) => {
                    self.flush(&caption, &mut rows, blocks);
                    blocks.push(led(Some(&label), &about.join(" ")));
                    blocks.push(self.table(format!("{caption}: {}", field.label.get(self.lang)), field));
                }
                _ => {
                    let asked = [label].into_iter().chain(about).collect::<Vec<_>>().join("\n");
                    rows.push(vec![Cell::text(asked), self.room(field)]);
                }
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

    /// The question.
    fn label(&self, field: &Field) -> String {
        let mut label = with_unit(field, self.lang);
        if !field.required {
            label = format!("{label} ({})", self.t("frivilligt", "optional"));
        }
        label
    }

    /// What is said about a question: when it is asked, its help, how long a text may be, and what a table's columns
    /// take.
    fn about(&self, field: &Field, criterion: Option<&Criterion>) -> Vec<String> {
        let condition = field.when.as_ref().map(|when| {
            let words = criterion.and_then(|criterion| sentence::condition(when, criterion, self.lang));
            match words {
                Some(words) => format!("{} {words}.", self.t("Fyll i om", "Fill in if")),
                None => self.t("Frågas bara i vissa fall.", "Asked in some cases only.").to_owned(),
            }
        });
        let hint = field.hint.as_ref().map(|hint| hint.get(self.lang).to_owned());
        let mut about: Vec<String> = [condition, hint, self.limit(field)].into_iter().flatten().collect();
        for column in field.columns.iter().filter(|column| column.options.len() > FEW) {
            let options: Vec<&str> =
                column.options.iter().map(|option| option.label.get(self.lang)).collect();
            about.push(format!("{}: {}.", column.label.get(self.lang), options.join(", ")));
        }
        about
    }

    /// How long a text may be, and what else a kind of question needs to be told.
    fn limit(&self, field: &Field) -> Option<String> {
        let most = |most: usize, of: &str| {
            let shown = display_short(&whole(i64::try_from(most).unwrap_or(i64::MAX)), 0);
            format!("{} {shown} {of}.", self.t("Högst", "At most"))
        };
        match field.kind {
            FieldKind::LongText => {
                let words = field.most_words.map(|words| most(words, self.t("ord", "words")));
                words.or_else(|| {
                    field.most_characters.map(|signs| most(signs, self.t("tecken", "characters")))
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
            FieldKind::LongText => {
                let signs =
                    field.most_characters.or(field.most_words.map(|words| words * 6)).unwrap_or_default();
                let (least, most) = TEXT_LINES;
                Cell::Room {
                    lines: u8::try_from((signs / SIGNS_A_LINE).clamp(least, most)).unwrap_or(u8::MAX),
                }
            }
            FieldKind::Evidence => Cell::Room { lines: 2 },
            _ => Cell::Room { lines: 1 },
        }
    }

    /// The blank table of a field that is answered in one.
    fn table(&self, caption: String, field: &Field) -> Block {
        let (columns, rows) = if field.kind == FieldKind::Years {
            let columns: Vec<Column> =
                span(field, self.period).map(|year| Column::left(year.to_string(), 1)).collect();
            let row = columns.iter().map(|_| Cell::Room { lines: 1 }).collect();
            (columns, vec![row])
        } else {
            let columns = field.columns.iter().map(|column| {
                Column::left(with_unit(column, self.lang), if column.kind.is_number() { 3 } else { 5 })
            });
            let row = field.columns.iter().map(|column| {
                if column.options.len() > FEW { Cell::Room { lines: 1 } } else { self.room(column) }
            });
            (columns.collect(), vec![row.collect(); ROWS])
        };
        Block::Table(Table { caption, columns, rows, row_heads: false })
    }
}

/// A question or column with its unit.
fn with_unit(field: &Field, lang: Lang) -> String {
    let label = field.label.get(lang);
    field.unit.as_ref().map_or_else(|| label.to_owned(), |unit| format!("{label} ({})", unit.get(lang)))
}

/// A paragraph that may open with bold words.
fn led(lead: Option<&str>, text: &str) -> Block {
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
