//! What a request sends and what an answer holds.
//!
//! Invariant: a body is read into a type that names every field it takes and the limits of each; anything else in it is
//! refused before the product sees it.

use std::cell::RefCell;
use std::future::{Ready, ready};
use std::rc::Rc;

use actix_web::dev::Payload;
use actix_web::http::header::{
    self, Charset, ContentDisposition, DispositionParam, DispositionType, ExtendedValue,
};
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, HttpResponse, HttpResponseBuilder};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;
use validator::{Validate, ValidationError, ValidationErrors, ValidationErrorsKind};

use super::refusal::{Answer, Refusal};
use super::version::tag;
use crate::clock::{Moment, microseconds};
use crate::files::Received;
use crate::ids::sha256;
use crate::problem::{FieldError, Kind, Problem};
use crate::text::Text;

/// The bytes of a request, read whole by the guard.
#[derive(Debug, Clone)]
pub(super) struct Sent(pub Bytes);

impl FromRequest for Sent {
    type Error = Refusal;
    type Future = Ready<Result<Sent, Refusal>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let sent = request.extensions().get::<Sent>().cloned();
        ready(sent.ok_or_else(|| Problem::internal("a body outside the guard").into()))
    }
}

/// A file that came with a request and was written down by the guard; whoever takes it first has it.
#[derive(Debug, Clone)]
pub(super) struct Uploaded(Rc<RefCell<Option<Received>>>);

impl Uploaded {
    pub fn new(received: Received) -> Uploaded {
        Uploaded(Rc::new(RefCell::new(Some(received))))
    }

    /// The file.
    ///
    /// # Errors
    /// It was taken before.
    pub fn take(&self) -> Result<Received, Problem> {
        self.0.take().ok_or_else(|| Problem::internal("a file that was taken twice"))
    }
}

impl FromRequest for Uploaded {
    type Error = Refusal;
    type Future = Ready<Result<Uploaded, Refusal>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let uploaded = request.extensions().get::<Uploaded>().cloned();
        ready(uploaded.ok_or_else(|| not_a_file().into()))
    }
}

fn not_a_file() -> Problem {
    Problem::new(
        Kind::WrongKind,
        "wrong_media_type",
        "Skicka själva filen med Content-Type application/octet-stream.",
        "Send the file itself with Content-Type application/octet-stream.",
    )
}

/// A JSON body, checked.
#[derive(Debug, Clone)]
pub(super) struct Body<T>(pub T);

impl<T: DeserializeOwned + Validate> FromRequest for Body<T> {
    type Error = Refusal;
    type Future = Ready<Result<Body<T>, Refusal>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let read = Sent::from_request(request, payload).into_inner().and_then(|sent| {
            if request.content_type() != "application/json" {
                return Err(not_json().into());
            }
            Ok(Body(parse(&sent.0)?))
        });
        ready(read)
    }
}

fn parse<T: DeserializeOwned + Validate>(bytes: &[u8]) -> Result<T, Problem> {
    let value: T = serde_json::from_slice(bytes).map_err(|error| unreadable(&error))?;
    value.validate().map_err(|errors| invalid(&errors))?;
    Ok(value)
}

fn not_json() -> Problem {
    Problem::new(
        Kind::WrongKind,
        "wrong_media_type",
        "Skicka JSON med Content-Type application/json.",
        "Send JSON with Content-Type application/json.",
    )
}

fn unreadable(error: &serde_json::Error) -> Problem {
    let said = error.to_string();
    if error.is_data() {
        let message = Text::new(said.clone(), said);
        let at = FieldError { pointer: String::new(), code: "shape".to_owned(), message };
        return Problem::invalid("wrong_shape", "Innehållet har fel form.", "The body has the wrong shape.")
            .with_errors(vec![at]);
    }
    Problem::new(
        Kind::Malformed,
        "malformed_json",
        format!("Innehållet är inte JSON: {said}."),
        format!("The body is not JSON: {said}."),
    )
}

/// Values out of their limits, each with its pointer.
fn invalid(errors: &ValidationErrors) -> Problem {
    let mut found = Vec::new();
    collect("", errors, &mut found);
    found.sort_by(|one, other| (&one.pointer, &one.code).cmp(&(&other.pointer, &other.code)));
    Problem::invalid("invalid_values", "Några värden behöver rättas.", "Some values need to be mended.")
        .with_errors(found)
}

fn collect(at: &str, errors: &ValidationErrors, found: &mut Vec<FieldError>) {
    for (field, kind) in errors.errors() {
        let pointer = format!("{at}/{field}");
        match kind {
            ValidationErrorsKind::Field(faults) => found.extend(faults.iter().map(|fault| FieldError {
                pointer: pointer.clone(),
                code: fault.code.to_string(),
                message: limits(fault),
            })),
            ValidationErrorsKind::Struct(inner) => collect(&pointer, inner, found),
            ValidationErrorsKind::List(inner) => {
                for (place, errors) in inner {
                    collect(&format!("{pointer}/{place}"), errors, found);
                }
            }
        }
    }
}

/// What is wrong with a value, with the limits that it broke.
fn limits(fault: &ValidationError) -> Text {
    let limit = |name: &str| fault.params.get(name).map(ToString::to_string);
    let (sv, en) = match fault.code.as_ref() {
        "length" => ("Fel längd", "Wrong length"),
        "range" => ("Utanför gränserna", "Out of range"),
        "email" => ("Ingen e-postadress", "Not an e-mail address"),
        _ => ("Fel värde", "Wrong value"),
    };
    match (limit("min"), limit("max")) {
        (Some(least), Some(most)) => {
            Text::new(format!("{sv}: {least}–{most}."), format!("{en}: {least}–{most}."))
        }
        (Some(least), None) => Text::new(format!("{sv}: minst {least}."), format!("{en}: at least {least}.")),
        (None, Some(most)) => Text::new(format!("{sv}: högst {most}."), format!("{en}: at most {most}.")),
        (None, None) => Text::new(format!("{sv}."), format!("{en}.")),
    }
}

/// 200 with a value.
pub(super) fn ok(value: &impl Serialize) -> Answer {
    json(HttpResponse::Ok(), value)
}

/// 200 with a value that can be edited.
pub(super) fn ok_version(version: i32, value: &impl Serialize) -> Answer {
    let mut response = HttpResponse::Ok();
    response.insert_header((header::ETAG, tag(version)));
    json(response, value)
}

/// 201 with what was made, and where it is.
pub(super) fn created(location: &str, value: &impl Serialize) -> Answer {
    let mut response = HttpResponse::Created();
    response.insert_header((header::LOCATION, location));
    json(response, value)
}

fn json(mut response: HttpResponseBuilder, value: &impl Serialize) -> Answer {
    let text = serde_json::to_string(value).map_err(Problem::internal)?;
    Ok(response.content_type("application/json").body(text))
}

/// 204: done, nothing to tell.
pub(super) fn done() -> HttpResponse {
    HttpResponse::NoContent().finish()
}

/// A moment as it is written in JSON.
pub(super) fn utc(at: Moment) -> DateTime<Utc> {
    at.and_utc()
}

/// A moment as it was read from JSON.
pub(super) fn moment(at: DateTime<Utc>) -> Moment {
    microseconds(at.naive_utc())
}

/// A PDF to keep under a name; a caller who has these bytes is told so.
pub(super) fn pdf(request: &HttpRequest, name: String, bytes: Vec<u8>) -> HttpResponse {
    let tag = format!("\"{}\"", sha256(&bytes));
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    if known.is_some_and(|known| known.split(',').any(|one| one.trim() == tag || one.trim() == "*")) {
        return HttpResponse::NotModified().insert_header((header::ETAG, tag)).finish();
    }
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/pdf"))
        .insert_header((header::ETAG, tag))
        .insert_header(attachment(name))
        .body(bytes)
}

/// Always an attachment, never shown by a browser.
pub(super) fn attachment(name: String) -> ContentDisposition {
    let name = ExtendedValue {
        charset: Charset::Ext("UTF-8".to_owned()),
        language_tag: None,
        value: name.into_bytes(),
    };
    ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![DispositionParam::FilenameExt(name)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize, Validate)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        #[validate(length(min = 2, max = 3))]
        name: String,
        #[serde(default)]
        #[validate(nested)]
        inner: Vec<Inner>,
    }

    #[derive(Debug, Deserialize, Validate)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        #[validate(range(max = 4))]
        level: u8,
    }

    fn refused(body: &str) -> (Kind, &'static str, Vec<String>) {
        let problem = parse::<Outer>(body.as_bytes()).unwrap_err();
        (problem.kind, problem.code, problem.errors.into_iter().map(|error| error.pointer).collect())
    }

    #[test]
    fn a_body_is_taken_within_its_limits_and_no_further() {
        let outer: Outer = parse(br#"{"name": "abc", "inner": [{"level": 4}]}"#).unwrap();
        assert_eq!((outer.name.as_str(), outer.inner.first().unwrap().level), ("abc", 4));
        assert_eq!(refused("{"), (Kind::Malformed, "malformed_json", vec![]));
        assert_eq!(refused(r#"{"name": "abc", "role": "administrator"}"#).1, "wrong_shape");
        assert_eq!(refused(r#"{"name": "abc", "name": "abd"}"#).1, "wrong_shape");
        assert_eq!(
            refused(r#"{"name": "a", "inner": [{"level": 4}, {"level": 9}]}"#),
            (Kind::Invalid, "invalid_values", vec!["/inner/1/level".to_owned(), "/name".to_owned()])
        );
    }
}
