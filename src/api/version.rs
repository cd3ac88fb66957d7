//! Versions of what can be edited: `ETag` on the way out, `If-Match` on the way in.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest};

use super::refusal::Refusal;
use crate::problem::{Kind, Problem};

/// A version as an `ETag`: `"3"`.
pub(super) fn tag(version: i32) -> String {
    format!("\"{version}\"")
}

/// The version that the caller has read, from `If-Match`. `"0"` says that nothing was saved yet; `*` is refused, since
/// nothing is overwritten unread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen(pub i32);

impl FromRequest for Seen {
    type Error = Refusal;
    type Future = Ready<Result<Seen, Refusal>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let given = request.headers().get(header::IF_MATCH).map(|value| value.to_str().unwrap_or_default());
        ready(match given {
            None => Err(version_missing().into()),
            Some(given) => read(given).map(Seen).ok_or_else(|| unreadable().into()),
        })
    }
}

fn read(given: &str) -> Option<i32> {
    let version: i32 = given.trim().strip_prefix('"')?.strip_suffix('"')?.parse().ok()?;
    (version >= 0).then_some(version)
}

fn version_missing() -> Problem {
    Problem::new(
        Kind::VersionMissing,
        "version_missing",
        "Ange vilken version du har läst i If-Match. Hämta först; svarets ETag är versionen.",
        "Say in If-Match which version you have read. Read first; the answer's ETag is the version.",
    )
}

fn unreadable() -> Problem {
    Problem::new(
        Kind::Malformed,
        "if_match",
        "If-Match ska vara en version ur ETag, till exempel \"3\".",
        "If-Match must be a version out of ETag, for example \"3\".",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_strong_version_is_read() {
        assert_eq!(read("\"0\""), Some(0));
        assert_eq!(read(" \"17\" "), Some(17));
        for wrong in ["*", "17", "W/\"17\"", "\"-1\"", "\"1\", \"2\"", "\"x\"", ""] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
