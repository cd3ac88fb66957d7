//! Why a piece of evidence is not taken, and the way out.

use super::{Evidence, MOST_PIECES, shown_size};
use crate::files::Refused;
use crate::problem::{Kind, Problem};

/// The file is over the limit.
#[must_use]
pub fn too_large() -> Problem {
    let mut problem = Problem::new(
        Kind::TooLarge,
        "file_too_large",
        "Filen är större än 20 MB.",
        "The file is larger than 20 MB.",
    );
    problem.hint = Some(crate::text::Text::new(
        "Dela upp den eller spara den i mindre format, eller lägg till en länk till den.",
        "Split it or save it in a smaller format, or add a link to it.",
    ));
    problem
}

/// The file is not one that is taken.
#[must_use]
pub fn refused(why: Refused) -> Problem {
    let (code, sv, en) = match why {
        Refused::Unreadable => return Problem::unavailable("a file that had arrived cannot be read"),
        Refused::Empty => ("empty_file", "Filen är tom.", "The file is empty."),
        Refused::WrongKind => (
            "wrong_kind",
            "Filen är av ett slag som inte tas emot.",
            "The file is of a kind that is not taken.",
        ),
        Refused::Broken => {
            ("broken_file", "Filen är skadad eller inte hel.", "The file is damaged or not whole.")
        }
        Refused::Encrypted => {
            ("encrypted_file", "Filen är skyddad med lösenord.", "The file is protected by a password.")
        }
        Refused::Macro => (
            "file_with_macro",
            "Filen innehåller makron eller program.",
            "The file holds macros or programs.",
        ),
        Refused::Nested => (
            "file_with_embedded",
            "Filen innehåller andra filer, till exempel ett inbäddat kalkylark.",
            "The file holds other files, such as an embedded spreadsheet.",
        ),
        Refused::Bomb => (
            "file_expands",
            "Filen blir orimligt stor när den öppnas.",
            "The file grows beyond measure when it is opened.",
        ),
        Refused::Entities => (
            "file_with_entities",
            "Filen innehåller hänvisningar som inte får finnas i ett dokument.",
            "The file holds references that may not be in a document.",
        ),
    };
    let mut problem = Problem::new(Kind::WrongKind, code, sv, en);
    problem.hint = Some(match why {
        Refused::WrongKind => crate::text::Text::new(
            "Lämna PDF, Word (DOCX), Excel (XLSX), PNG eller JPG.",
            "Give PDF, Word (DOCX), Excel (XLSX), PNG or JPG.",
        ),
        Refused::Empty | Refused::Broken => crate::text::Text::new(
            "Öppna den på din dator, spara den på nytt och försök igen.",
            "Open it on your computer, save it again and try once more.",
        ),
        _ => crate::text::Text::new(
            "Öppna den på din dator, spara den som PDF och lämna den.",
            "Open it on your computer, save it as PDF and give that.",
        ),
    });
    problem
}

/// The criterion has all it may have.
#[must_use]
pub(super) fn too_many() -> Problem {
    let mut problem = Problem::conflict(
        "too_many_files",
        format!("Det finns redan {MOST_PIECES} underlag här."),
        format!("There are {MOST_PIECES} pieces of evidence here already."),
    );
    problem.hint = Some(crate::text::Text::new("Ta bort ett först.", "Remove one first."));
    problem
}

/// The unit's files would come to more than they may.
#[must_use]
pub(super) fn quota_full(used: i64, quota: i64, library: String) -> Problem {
    Problem::conflict(
        "quota_full",
        format!(
            "Enhetens filer får ta {} i allt och tar redan {}. Filen får inte plats.",
            shown_size(quota),
            shown_size(used)
        ),
        format!(
            "The unit's files may take {} in all and take {} already. There is no room for the file.",
            shown_size(quota),
            shown_size(used)
        ),
    )
    .way_out(
        "Ta bort filer som inte behövs i underlagsbiblioteket, lämna en mindre fil eller lägg till en länk.",
        "Remove files that are not needed in the library, give a smaller file or add a link.",
        library,
    )
}

/// The same bytes were stopped before.
#[must_use]
pub(super) fn known_infected() -> Problem {
    let mut problem = Problem::new(
        Kind::WrongKind,
        "infected",
        "Viruskontrollen har stoppat den här filen.",
        "The virus scan has stopped this file.",
    );
    problem.hint = Some(crate::text::Text::new(
        "Lämna en ren kopia. Fråga it-stödet om du är osäker.",
        "Give a clean copy. Ask your IT support if you are unsure.",
    ));
    problem
}

/// Refuses to serve what is held.
///
/// # Errors
/// `file_held` while it waits, `file_stopped` when something was found.
pub fn require_served(evidence: &Evidence) -> Result<(), Problem> {
    if evidence.may_be_opened() {
        return Ok(());
    }
    if evidence.is_stopped() {
        return Err(Problem::new(
            Kind::Gone,
            "file_stopped",
            "Viruskontrollen har stoppat filen. Den går inte att öppna.",
            "The virus scan has stopped the file. It cannot be opened.",
        ));
    }
    let mut problem = Problem::conflict(
        "file_held",
        "Filen väntar på viruskontroll och kan inte öppnas än.",
        "The file waits for the virus scan and cannot be opened yet.",
    );
    problem.hint = Some(crate::text::Text::new("Försök igen om en stund.", "Try again in a while."));
    Err(problem)
}

/// The link cannot be taken.
#[must_use]
pub(super) fn wrong_link(sv: &str, en: &str) -> Problem {
    let mut problem = Problem::invalid("wrong_link", sv, en);
    problem.hint = Some(crate::text::Text::new(
        "Skriv en hel adress, till exempel https://exempel.se/rapport, eller en DOI.",
        "Write a whole address, such as https://example.se/report, or a DOI.",
    ));
    problem.with_errors(vec![crate::problem::FieldError {
        pointer: "/url".to_owned(),
        code: "wrong_link".to_owned(),
        message: crate::text::Text::new(sv, en),
    }])
}
