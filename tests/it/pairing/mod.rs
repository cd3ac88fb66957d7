//! The pairing: the solver against brute force, years of history, and the coordinator's way from register to pairs.

mod histories;
mod solver;
mod year;
