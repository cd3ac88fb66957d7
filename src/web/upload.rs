//! Files that come by a page's form, written down as they come and stopped at their limit.

use actix_multipart::{Field, MultipartError};
use futures_util::StreamExt as _;

use super::respond::Refusal;
use crate::app::App;
use crate::files::Received;
use crate::problem::{Kind, Problem};

/// The longest text field of a form that brings a file, in bytes.
const LONGEST_FIELD: usize = 1024;

/// A file of at most so many bytes.
///
/// # Errors
/// What `too_large` says when it is larger; `broken_body` when it did not arrive whole.
pub async fn receive(
    app: &App,
    part: &mut Field,
    most: u64,
    too_large: fn() -> Problem,
) -> Result<Received, Problem> {
    let arriving = app.files.begin(&app.ids.secret(), most).await?;
    arriving.take_all(part, too_large, |error| broken(error).0).await
}

/// A short text field beside a file.
///
/// # Errors
/// What `too_large` says when it is not short; `broken_body` when it did not arrive whole.
pub async fn small(part: &mut Field, too_large: fn() -> Problem) -> Result<String, Refusal> {
    let mut text = Vec::new();
    while let Some(bytes) = part.next().await {
        text.extend_from_slice(&bytes.map_err(broken)?);
        if text.len() > LONGEST_FIELD {
            return Err(Refusal(too_large()));
        }
    }
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// The form did not arrive whole.
pub fn broken(error: MultipartError) -> Refusal {
    let problem = Problem::new(
        Kind::Malformed,
        "broken_body",
        "Filen kom inte fram hel. Försök igen.",
        "The file did not arrive whole. Try again.",
    );
    Refusal(problem.because(error))
}
