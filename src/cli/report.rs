//! `usve report unit` and `usve report verify`: a unit's report as a file, and whether a file is one of ours.

use std::path::{Path, PathBuf};

use clap::{Subcommand, ValueEnum};

use super::{Context, Outcome, print};
use crate::app::App;
use crate::clock::local_day;
use crate::cycles;
use crate::problem::{Kind, Problem};
use crate::reports::gather::{self, Asked, Audience};
use crate::reports::{Report as Content, html, pdf};
use crate::results::documents::{self, Verdict};
use crate::results::judged;
use crate::results::store;
use crate::results::view::ResultView;
use crate::text::Lang;

/// `usve report …`
#[derive(Debug, Subcommand)]
pub enum Report {
    /// The report on a unit and year: the issued document, or a draft before the result is final.
    Unit {
        /// The unit, as in its address.
        unit: String,
        /// The year.
        year: i32,
        /// Where to write it; standard output when absent.
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// What kind of file.
        #[arg(long, value_enum, default_value_t = Format::Pdf)]
        format: Format,
        /// Its language: sv or en.
        #[arg(long, value_parser = language, default_value = "sv")]
        lang: Lang,
    },
    /// Says whether a file is an issued document: genuine, superseded by a newer version, or unknown or altered.
    Verify {
        /// The file.
        file: PathBuf,
    },
}

/// The kinds of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// The document.
    Pdf,
    /// A page.
    Html,
    /// The content, for programs.
    Json,
}

fn language(text: &str) -> Result<Lang, String> {
    Lang::from_tag(text).ok_or_else(|| "sv or en".to_owned())
}

/// Does a command about reports.
pub(super) fn run(context: Context, command: &Report) -> Outcome {
    let app = context.app()?;
    match command {
        Report::Unit { unit, year, output, format, lang } => {
            let bytes = file(&app, (unit, *year), *format, *lang)?;
            write(output.as_deref(), &bytes)?;
            Ok(0)
        }
        Report::Verify { file } => verify(&app, file),
    }
}

fn file(app: &App, (unit, year): (&str, i32), format: Format, lang: Lang) -> Result<Vec<u8>, Problem> {
    let (stored, report) = app.database.read(|db| {
        let case = cycles::store::find_unchecked(db, unit, year)?;
        let stored = documents::stored(db, &case.id, lang)?.filter(|_| format == Format::Pdf);
        let form = app.forms.get(&case.form).ok_or_else(|| Problem::internal("the form is not here"))?;
        let result = if let Some(fixed) = store::newest(db, &case.id)? {
            ResultView { judged: fixed.judged.clone(), scored: fixed.scored.clone(), fixed: Some(fixed) }
        } else {
            let (judged, scored) = judged::live_result(db, &form, &case)?;
            ResultView { judged, scored, fixed: None }
        };
        let (audience, today) = (Audience::Document, local_day(app.clock.now()));
        let asked = Asked { form: &form, case: &case, result: &result, audience, today, lang };
        Ok((stored.map(|(_, bytes)| bytes), Content::from(&gather::unit(db, &asked)?)))
    })?;
    match (format, stored) {
        (Format::Pdf, Some(bytes)) => Ok(bytes),
        (Format::Pdf, None) => pdf::render(&report).map_err(Problem::internal),
        (Format::Html, _) => Ok(page(&report).into_bytes()),
        (Format::Json, _) => serde_json::to_vec_pretty(&report).map_err(Problem::internal),
    }
}

/// The report as a whole page without looks.
fn page(report: &Content) -> String {
    let lang = report.language.tag();
    let fragment = html::render(report, "report");
    format!(
        "<!doctype html>\n<html lang=\"{lang}\"><head><meta charset=\"utf-8\"><title>USVE {}</title></head>\
         <body><main>{fragment}</main></body></html>\n",
        report.year
    )
}

fn write(to: Option<&Path>, bytes: &[u8]) -> Result<(), Problem> {
    use std::io::Write as _;
    let Some(path) = to else {
        return std::io::stdout().lock().write_all(bytes).map_err(Problem::internal);
    };
    std::fs::write(path, bytes).map_err(|error| unusable(path, "written", &error))
}

fn verify(app: &App, file: &Path) -> Outcome {
    let bytes = std::fs::read(file).map_err(|error| unusable(file, "read", &error))?;
    let verdict = app.database.read(|db| documents::verify(db, &bytes))?;
    let (status, words) = match verdict {
        Verdict::Genuine(issued) => (0, format!("genuine: issued {}", local_day(issued.issued_at))),
        Verdict::Superseded(issued) => {
            (1, format!("superseded: issued {}, and a newer version counts", local_day(issued.issued_at)))
        }
        Verdict::Unknown => (1, "unknown: not issued here, or altered since".to_owned()),
    };
    print(&format!("{words}\n"))?;
    Ok(status)
}

fn unusable(path: &Path, what: &str, error: &std::io::Error) -> Problem {
    let sentence = format!("{} cannot be {what}: {error}", path.display());
    Problem::new(Kind::Malformed, "unusable_file", sentence.clone(), sentence)
}
