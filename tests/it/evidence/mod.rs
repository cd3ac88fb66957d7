//! Evidence: what is taken, kept, served, shared, scanned and collected.

mod archive;
mod bucket;
mod corpus;
mod hostile;
mod large;
mod scanner;
mod shared;
