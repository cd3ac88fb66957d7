//! The report as an HTML fragment for the service's pages.
//!
//! Invariants: the same text in the same order as the PDF's tag tree; every text is escaped; no inline styles, scripts or
//! addresses outside the fragment, so that the strictest content policy holds. Looks are the style sheet's: every class
//! begins with `report`, but for the paints of charts.

use std::collections::HashMap;
use std::fmt::Write;

use super::charts::{Drawing, Place, escape, light_mark};
use super::{Align, Block, Cell, Cover, Fact, Light, Notice, Report, Table, Tone, heading_levels};

/// The report as a fragment: one `article`, its top heading an `h1`. `id` begins every id in it.
#[must_use]
pub fn render(report: &Report, id: &str) -> String {
    let headings = heading_levels(report);
    let mut page = Page { html: String::new(), id: escape(id), figures: 0, tables: HashMap::new() };
    let lang = report.language.tag();
    page.open(&format!("<article class=\"report\" lang=\"{lang}\">"));
    if let Some(word) = &report.watermark {
        page.element("p", "report-watermark", word);
    }
    let mut at = 0;
    for block in &report.blocks {
        match block {
            Block::Cover(cover) => page.cover(cover),
            Block::Contents { title } => page.contents(title, &headings),
            Block::Heading { text, .. } => {
                let level = headings.get(at).map_or(2, |(level, _)| *level);
                let text = escape(text);
                page.open(&format!("<h{level} id=\"{}-{at}\">{text}</h{level}>", page.id.clone()));
                at += 1;
            }
            Block::Paragraph { lead, text } => page.paragraph(lead.as_deref(), text),
            Block::List { items } => page.list(items),
            Block::Table(table) => page.table(table),
            Block::KeyFigures { figures, compact } => {
                page.facts(if *compact { "report-facts" } else { "report-figures" }, figures);
            }
            Block::Notice(notice) => page.notice(notice),
            Block::Figure(figure) => {
                page.figures += 1;
                let id = format!("{}-figure-{}", page.id, page.figures);
                let drawing: Drawing = figure.chart.draw(&figure.caption, &figure.alt);
                page.open("<figure class=\"report-figure\">");
                page.open(&drawing.svg(&id));
                page.element("figcaption", "", &figure.caption);
                page.open("</figure>");
            }
            Block::PageBreak => page.open("<div class=\"report-break\"></div>"),
        }
    }
    page.open("</article>");
    page.html
}

struct Page {
    html: String,
    id: String,
    figures: u32,
    /// How many tables have had each caption: two regions of a page must not have the same name.
    tables: HashMap<String, u32>,
}

impl Page {
    fn open(&mut self, markup: &str) {
        self.html.push_str(markup);
    }

    fn element(&mut self, tag: &str, class: &str, text: &str) {
        let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
        let _ = write!(self.html, "<{tag}{class}>{}</{tag}>", lines(text));
    }

    fn cover(&mut self, cover: &Cover) {
        self.open("<header class=\"report-cover\">");
        self.element("h1", "", &cover.title);
        self.element("p", "report-subtitle", &cover.subtitle);
        if let Some(outcome) = &cover.outcome {
            let letter = escape(&outcome.letter);
            let badge = format!("<span class=\"report-letter\" aria-hidden=\"true\">{letter}</span>");
            self.open(&format!("<div class=\"report-outcome\">{badge}<div>"));
            self.element("p", "report-outcome-name", &outcome.name);
            self.element("p", "", &outcome.sentence);
            self.open("</div></div>");
        }
        self.facts("report-facts", &cover.facts);
        self.open("</header>");
    }

    fn contents(&mut self, title: &str, headings: &[(u8, &str)]) {
        let label = escape(title);
        self.open(&format!("<nav class=\"report-contents\" aria-label=\"{label}\">"));
        self.element("p", "report-contents-title", title);
        self.open("<ol>");
        for (at, (level, text)) in headings.iter().enumerate().filter(|(_, (level, _))| *level < 4) {
            let (id, text) = (&self.id, escape(text));
            let entry = format!("<li class=\"report-level-{level}\"><a href=\"#{id}-{at}\">{text}</a></li>");
            self.open(&entry);
        }
        self.open("</ol></nav>");
    }

    fn paragraph(&mut self, lead: Option<&str>, text: &str) {
        match lead {
            Some(lead) => self.open(&format!("<p><b>{}</b> {}</p>", escape(lead), lines(text))),
            None => self.element("p", "", text),
        }
    }

    fn list(&mut self, items: &[String]) {
        self.open("<ul>");
        for item in items {
            self.element("li", "", item);
        }
        self.open("</ul>");
    }

    fn facts(&mut self, class: &str, facts: &[Fact]) {
        self.open(&format!("<dl class=\"{class}\">"));
        for fact in facts {
            let (label, value) = (escape(&fact.label), cell(&fact.value));
            self.open(&format!("<div><dt>{label}</dt> <dd>{value}</dd></div>"));
        }
        self.open("</dl>");
    }

    fn notice(&mut self, notice: &Notice) {
        let tone = match notice.tone {
            Tone::Info => "info",
            Tone::Warning => "warn",
            Tone::Good => "ok",
        };
        self.open(&format!("<div class=\"report-notice report-{tone}\">"));
        if let Some(title) = &notice.title {
            self.element("p", "report-notice-title", title);
        }
        for text in &notice.texts {
            self.element("p", "", text);
        }
        self.open("</div>");
    }

    fn table(&mut self, table: &Table) {
        let mut label = escape(&table.caption);
        let before = self.tables.entry(label.clone()).or_insert(0);
        *before += 1;
        if *before > 1 {
            label = format!("{label} ({before})");
        }
        self.open(&format!(
            "<div class=\"report-table\" role=\"region\" tabindex=\"0\" aria-label=\"{label}\"><table>"
        ));
        self.element("caption", "", &table.caption);
        self.open("<thead><tr>");
        for column in &table.columns {
            let class = class(column.align);
            self.open(&format!("<th scope=\"col\"{class}>{}</th>", lines(&column.head)));
        }
        self.open("</tr></thead><tbody>");
        let empty = Cell::text("");
        for row in &table.rows {
            self.open("<tr>");
            for (at, column) in table.columns.iter().enumerate() {
                let (class, value) = (class(column.align), cell(row.get(at).unwrap_or(&empty)));
                self.open(&if at == 0 && table.row_heads {
                    format!("<th scope=\"row\"{class}>{value}</th>")
                } else {
                    format!("<td{class}>{value}</td>")
                });
            }
            self.open("</tr>");
        }
        self.open("</tbody></table></div>");
    }
}

fn class(align: Align) -> &'static str {
    match align {
        Align::Left => "",
        Align::Right => " class=\"report-number\"",
    }
}

fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Text { text } => lines(text),
        Cell::Light { light, text } => format!("{} {}", mark(*light), lines(text)),
        Cell::Level { step, text } => {
            format!("<span class=\"report-step report-step-{}\">{}</span>", (*step).min(4), lines(text))
        }
        Cell::Boxes { text } => {
            let option = |option| format!("<span aria-hidden=\"true\">\u{2610}</span> {}", lines(option));
            text.lines().map(option).collect::<Vec<_>>().join("<br>")
        }
        Cell::Room { lines } => "<br>".repeat(usize::from(*lines)),
    }
}

/// The shape of a light, seen only: the word stands beside it.
fn mark(light: Light) -> String {
    let shape = light_mark(light, Place { x: 0.0, y: 0.0 }, 10.0);
    let drawing = Drawing { shapes: vec![shape], ..Drawing::new(10.0, 10.0) };
    drawing.mark(light.name())
}

/// Escaped text with its line feeds as line breaks.
fn lines(text: &str) -> String {
    escape(text).replace("\r\n", "\n").replace(['\n', '\r'], "<br>")
}
