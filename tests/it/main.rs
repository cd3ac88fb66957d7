//! The tests of the whole, in one program so that it is linked once. They mirror `src/`.

mod architecture;
mod assessments;
mod followup;
mod forms;
mod kill;
mod migrations;
mod reports;
#[cfg(any())]
mod results;
mod review_pages;
mod reviewed_case;
mod reviews;
mod scoring;
mod settlement;
mod sign_in;
mod support;
mod web_shell;
