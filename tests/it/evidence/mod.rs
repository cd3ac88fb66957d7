//! Evidence: what is taken, kept, served, shared, scanned and collected.

pub mod archive;
mod bucket;
pub mod corpus;
mod hostile;
mod large;
mod scanner;
mod shared;
