//! usve runs the yearly quality evaluation of university healthcare units, from the criteria to the report.
//!
//! Read in this order: the product's own words first, the plumbing last.

// What everything stands on, and knows nothing of ours.
pub mod clock;
pub mod files;
pub mod ids;
pub mod number;
pub mod problem;
pub mod state;
pub mod text;
mod words;

// The product.
pub mod assessments;
pub mod audit;
pub mod calibration;
pub mod cycles;
pub mod followup;
pub mod forms;
pub mod identity;
pub mod notify;
pub mod records;
pub mod reliability;
pub mod reports;
pub mod results;
pub mod reviews;
pub mod scoring;
pub mod units;

// The plumbing.
pub mod api;
pub mod app;
pub mod cli;
pub mod config;
pub mod db;
pub mod demo;
pub mod jobs;
pub mod server;
pub mod telemetry;
pub mod web;
