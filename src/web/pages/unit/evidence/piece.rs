//! One piece of evidence as pages show it.

use crate::assessments::evidence::{Evidence, What, link};
use crate::clock::Moment;
use crate::text::{Lang, date};

/// A piece.
#[derive(Debug, Clone)]
pub struct Piece {
    /// Its identifier.
    pub id: String,
    /// Its name or title.
    pub name: String,
    /// Where it is opened; none while it is held.
    pub href: Option<String>,
    /// Whether it is a link out of the service.
    pub is_link: bool,
    /// A file's size, a link's web site.
    pub about: String,
    /// Where in the document, what it shows, whose it is, until when: what there is of them.
    pub told: Vec<String>,
    /// What a reader should know before relying on it.
    pub warnings: Vec<String>,
    /// What is known about a file's bytes, when no scanner has let it through.
    pub scan: Option<&'static str>,
    /// Whether it came after the submission, in place of another.
    pub is_later: bool,
    /// Whether another came in its place.
    pub is_superseded: bool,
}

impl Piece {
    /// The pieces of a criterion. `at` is the address of the case's pages that the reader uses.
    #[must_use]
    pub fn of(pieces: &[Evidence], criterion: &str, at: &str, now: Moment, lang: Lang) -> Vec<Piece> {
        let here = pieces.iter().filter(|piece| piece.criterion == criterion);
        here.map(|piece| Piece::new(piece, pieces, at, now, lang)).collect()
    }

    /// One piece among those of its case.
    #[must_use]
    pub fn new(piece: &Evidence, all: &[Evidence], at: &str, now: Moment, lang: Lang) -> Piece {
        let details = &piece.details;
        let mut told: Vec<String> = [&details.place, &details.description].into_iter().cloned().collect();
        if !details.owner.is_empty() {
            told.push(format!("{} {}", lang.t("Ansvarig:", "Owner:"), details.owner));
        }
        if let Some(last) = details.valid_until.filter(|_| !piece.has_expired(now)) {
            told.push(format!("{} {}", lang.t("Gäller till", "Valid until"), date(last, lang)));
        }
        told.retain(|text| !text.is_empty());
        let href = match &piece.what {
            What::File(_) => format!("{at}/underlag/{}", piece.id),
            What::Link(url) => url.clone(),
        };
        Piece {
            id: piece.id.to_string(),
            name: piece.name.clone(),
            href: piece.may_be_opened().then_some(href),
            is_link: piece.url().is_some(),
            about: piece.url().map_or_else(|| piece.shown_size(), link::host),
            told,
            warnings: piece.warnings(now).iter().map(|warning| warning.get(lang).to_owned()).collect(),
            scan: piece.scan_word(lang).filter(|_| piece.may_be_opened()),
            is_later: piece.supersedes.is_some(),
            is_superseded: all.iter().any(|other| other.supersedes.as_ref() == Some(&piece.id)),
        }
    }
}
