//! Files of evidence: how they arrive, what they are, where they are kept, and whether they are clean.
//!
//! Invariants:
//! - A file is there whole or not at all, also after a crash: it arrives beside the store ([`arrive`]), is looked at
//!   ([`kind`]), and is then put under a random name in one step ([`keep`]). Nothing of its own name or place decides
//!   where it lies.
//! - Memory is the same whatever a file's size: bytes are written as they come, and never more than the limit.
//! - Nothing here is ever opened as anything but bytes: archives are measured ([`office`]), never unpacked to disk.

pub mod arrive;
pub mod keep;
pub mod kind;
pub mod office;
pub mod scanner;

pub use arrive::{Arriving, Received};
pub use keep::{Place, Store};
pub use kind::{Kind, Refused};
pub use scanner::{Scanner, Verdict};
