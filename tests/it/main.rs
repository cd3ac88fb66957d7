//! The tests of the whole, in one program so that it is linked once. They mirror `src/`.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

mod api;
mod api_year;
mod architecture;
mod area_page;
mod assessments;
mod background;
mod blindness;
mod calibration;
mod checking;
mod coordinator_pages;
mod cycles;
mod deadlines;
mod demo;
mod end_of_year;
mod evidence;
mod followup;
mod forms;
mod kill;
mod last_year;
mod migrations;
mod own_review;
mod pairing;
mod printing;
mod program;
mod registers;
mod reliability;
mod reports;
mod result_pages;
mod results;
mod review_pages;
mod reviewed_case;
mod reviews;
mod scoring;
mod seals;
mod settlement;
mod sign_in;
mod support;
mod team;
mod web_shell;
mod workbook;
