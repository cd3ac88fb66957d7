//! The registrar's pages: registry numbers, requests for public records, and the archive.
//!
//! Invariant: until a result is released these pages show which units take part and under which number, and nothing of
//! how their cases go.

pub mod case;
pub mod year;

use crate::web::Page;

/// A page below its year's register.
fn under_register(page: Page, year: i32) -> Page {
    let label = format!("{} {year}", page.lang.t("Diarium", "Registry"));
    page.under(label, format!("/diarium/{year}"))
}
