//! Why a workbook is not taken in, and the way out.

use super::About;
use crate::cycles::Case;
use crate::files::Refused;
use crate::forms::Form;
use crate::problem::{Kind, Problem};
use crate::text::Text;

/// The file is over the limit.
#[must_use]
pub fn too_large() -> Problem {
    let mut problem = Problem::new(
        Kind::TooLarge,
        "workbook_too_large",
        "Filen är större än 5 MB.",
        "The file is larger than 5 MB.",
    );
    problem.hint = Some(Text::new(
        "Ta bort bilder och egna blad ur den, eller hämta en ny fil och klistra in svaren där.",
        "Remove pictures and sheets of your own from it, or take a new file and paste the answers there.",
    ));
    problem
}

/// The file is no workbook that is taken.
#[must_use]
pub fn refused(why: Refused) -> Problem {
    let mut problem = crate::assessments::evidence::refusals::refused(why);
    match why {
        Refused::Unreadable => return problem,
        Refused::WrongKind => {
            problem.message =
                Text::new("Filen är inte en Excel-fil (XLSX).", "The file is not an Excel file (XLSX).");
        }
        _ => {}
    }
    problem.hint = Some(match why {
        Refused::Encrypted => Text::new(
            "Ta bort lösenordet i Excel, spara och försök igen.",
            "Remove the password in Excel, save and try once more.",
        ),
        Refused::Macro => Text::new(
            "Spara filen som Excel-arbetsbok (.xlsx) utan makron.",
            "Save the file as an Excel workbook (.xlsx) without macros.",
        ),
        Refused::Nested => Text::new(
            "Ta bort det som är inbäddat i filen, spara och försök igen.",
            "Remove what is embedded in the file, save and try once more.",
        ),
        _ => Text::new(
            "Hämta en ny fil här, skriv svaren i den och läs in den.",
            "Take a new file here, write the answers in it and bring it back.",
        ),
    });
    problem
}

/// The file is a workbook and cannot be read as one.
#[must_use]
pub fn broken() -> Problem {
    refused(Refused::Broken)
}

/// The file is a workbook of something else.
#[must_use]
pub fn not_ours() -> Problem {
    let mut problem = Problem::invalid(
        "not_a_workbook_of_answers",
        "Filen är en Excel-fil, men inte en som är hämtad härifrån: dess första blad saknar uppgifterna om enhet, år \
         och formulär.",
        "The file is an Excel file, but not one that was taken from here: its first sheet lacks unit, year and form.",
    );
    problem.hint = Some(Text::new(
        "Hämta en ny fil här, skriv svaren i den och läs in den.",
        "Take a new file here, write the answers in it and bring it back.",
    ));
    problem
}

/// Refuses a workbook of another unit, year or form than the case's.
///
/// # Errors
/// `other_workbook`, which says what the file is about.
pub fn require_same(about: &About, case: &Case, form: &Form) -> Result<(), Problem> {
    let (name, year) = (&about.name, &about.year);
    if about.unit != case.unit.slug || about.year != case.year.to_string() {
        return Err(Problem::invalid(
            "other_workbook",
            format!("Filen gäller {name} {year}. Här svarar ni för {} {}.", case.unit.name, case.year),
            format!("The file is about {name} {year}. Here you answer for {} {}.", case.unit.name, case.year),
        )
        .way_out("Välj rätt fil.", "Choose the right file.", format!("{}/svar/las-in", case.path())));
    }
    if about.form != form.key() {
        return Err(Problem::invalid(
            "other_form",
            format!("Filen gäller formuläret {}. Ni svarar nu på {}.", about.form, form.key()),
            format!("The file is about the form {}. You now answer {}.", about.form, form.key()),
        )
        .way_out(
            "Hämta en ny fil och klistra in det du har skrivit.",
            "Take a new file and paste what you have written.",
            format!("{}/svar/las-in", case.path()),
        ));
    }
    Ok(())
}
