//! The year as a cycle, and one case (ärende) per unit in it.
//!
//! Invariants: a case moves only along [`state::CaseState::next`]; every move is one conditional UPDATE whose row count
//! is checked, with its audit entry in the same transaction; dates gate submission alone.

pub mod state;
