//! The report as PDF: PDF/UA-1 and PDF/A-2a in one file, tagged by construction.
//!
//! The way of a report: `compose` lays its blocks out as a column of pieces and builds the tag tree (`tree`); `paginate`
//! cuts the column into pages; `canvas` draws them as marked content; `structure` writes tags, bookmarks, links and
//! metadata around what the PDF library made. Invariants: the same report gives the same bytes; every drawn thing belongs
//! to an element or is an artifact; texts are never read as markup; the file has no scripts, actions or outside links.

mod boxes;
mod canvas;
mod compose;
mod cover;
mod face;
mod lines;
mod metadata;
mod outline;
mod paginate;
mod piece;
mod structure;
mod style;
mod table;
mod tree;

use printpdf::{Mm, PdfDocument, PdfFont, PdfPage, PdfSaveOptions, Pt};
use thiserror::Error;

use super::{Block, Report};
use crate::reports::charts::Paint;
use canvas::{Canvas, font_id};
use compose::{Composer, Setting, TEXT, text};
use face::{Faces, Weight};
use lines::Line;
use piece::{Item, Owner};
use style::{HEIGHT, LEFT, PAGE_HEIGHT, PAGE_WIDTH, RIGHT, TINY, TOP};

/// Why a report could not become a PDF.
#[derive(Debug, Error)]
pub enum PdfError {
    /// The first block is not a cover, so that the document would have no top heading.
    #[error("a report begins with its cover")]
    NoCover,
    /// A face of the program cannot be read.
    #[error("a built-in face cannot be read")]
    Face,
    /// The library's document lacks a part that every document has.
    #[error("the document lacks {0}")]
    Lacking(&'static str),
    /// The document cannot be changed.
    #[error(transparent)]
    Document(#[from] lopdf::Error),
    /// The document cannot be written.
    #[error(transparent)]
    Write(#[from] std::io::Error),
}

/// The report as the bytes of a PDF. The same report always gives the same bytes.
///
/// # Errors
/// [`PdfError::NoCover`] when the first block is not a cover; the others mean a fault in the program.
pub fn render(report: &Report) -> Result<Vec<u8>, PdfError> {
    if !matches!(report.blocks.first(), Some(Block::Cover(_))) {
        return Err(PdfError::NoCover);
    }
    let faces = Faces::get()?;
    let mut composer = Composer::new(faces);
    composer.report(report);
    let Composer { mut tree, column, .. } = composer;
    let (pages, spots) = paginate::paginate(&column, HEIGHT);
    let mut canvas = Canvas::new(faces, &mut tree, spots.iter().map(|spot| spot.page).collect());
    let count = pages.len();
    for (at, page) in pages.iter().enumerate() {
        canvas.page(report.watermark.as_deref());
        canvas.draw(&page.items);
        canvas.draw(&edges(faces, report, at + 1, count, page.bare));
    }
    let Canvas { pages: drawn, contents, links, .. } = canvas;
    let mut document = PdfDocument::new(&report.title);
    for weight in [Weight::Regular, Weight::Bold] {
        let font = PdfFont::new(faces.face(weight).parsed.clone());
        document.resources.fonts.map.insert(font_id(weight), font);
    }
    let (width, height) = (Mm::from(Pt(PAGE_WIDTH)), Mm::from(Pt(PAGE_HEIGHT)));
    document.with_pages(drawn.into_iter().map(|ops| PdfPage::new(width, height, ops)).collect());
    let plain = document.to_lopdf_document(&PdfSaveOptions::default(), &mut Vec::new());
    structure::finish(
        plain,
        report,
        &structure::Parts { tree, contents, links, headings: column.headings, spots },
    )
}

/// The running head and foot of a page.
fn edges(faces: &Faces, report: &Report, number: usize, count: usize, bare: bool) -> Vec<Item> {
    let lang = report.language;
    let setting = Setting { kind: TINY, paint: Paint::Ink2, ..TEXT };
    let left = |words: &str, y: f32| {
        text(Owner::Artifact, LEFT, y, setting, Line::single(faces, words, Weight::Regular, TINY.size))
    };
    let right = |words: &str, y: f32| {
        let line = Line::single(faces, words, Weight::Regular, TINY.size);
        text(Owner::Artifact, RIGHT - line.width, y, setting, line)
    };
    let (head, foot) = (38.0 - TOP, PAGE_HEIGHT - TOP - 38.0);
    let page = format!("{} {number} {} {count}", lang.t("Sida", "Page"), lang.t("av", "of"));
    let mut items = vec![right(&page, foot)];
    if !report.code.is_empty() {
        items.push(left(&format!("{} {}", lang.t("Kontrollkod", "Check code"), report.code), foot));
    }
    if !bare {
        items.push(left(&shortened(faces, &format!("{} · {}", report.title, report.unit)), head));
        if let Some(number) = &report.registry_number {
            items.push(right(&format!("{} {number}", lang.t("Dnr", "Reg. no.")), head));
        }
        items.push(compose::rule(LEFT, RIGHT, head + 7.0, Paint::Line, 0.6));
    }
    items
}

/// The words, cut with an ellipsis when they would meet the registry number.
fn shortened(faces: &Faces, words: &str) -> String {
    let room = (RIGHT - LEFT) * 0.66;
    let words = face::clean(faces, &words.replace('\n', " "));
    if faces.width(&words, Weight::Regular, TINY.size) <= room {
        return words;
    }
    let mut short = String::new();
    for sign in words.chars() {
        if faces.width(&short, Weight::Regular, TINY.size) > room - 10.0 {
            break;
        }
        short.push(sign);
    }
    format!("{}…", short.trim_end())
}
