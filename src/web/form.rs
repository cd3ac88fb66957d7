//! What a page's form sends, read once and checked at the border.

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::web::Query;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use serde::de::DeserializeOwned;
use validator::{Validate, ValidationErrors};

use super::respond::Refusal;
use crate::problem::{FieldError, Problem};
use crate::text::{Text, percent_encoded};

/// Fields of the form itself, not of what it is about: its token, its key, and whether it was kept before.
const OWN: [&str; 3] = ["csrf", "nyckel", KEPT];
/// Marks a form that was kept when a session ran out and is sent now.
pub(super) const KEPT: &str = "sparat";

/// The fields of a form, in order, names repeated as they came. The guard has read it and checked its token.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    pairs: Arc<Vec<(String, String)>>,
}

impl Form {
    /// Reads an urlencoded body.
    ///
    /// # Errors
    /// The body is no form.
    pub fn parse(body: &str) -> Result<Form, Problem> {
        let pairs = Query::<Vec<(String, String)>>::from_query(body).map_err(|_| unreadable())?.into_inner();
        Ok(Form { pairs: Arc::new(pairs) })
    }

    /// The first value of a field; an absent field and an empty one are told apart.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// Every value of a field, in order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.pairs.iter().filter(move |(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// Every field but the form's own, in order.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs
            .iter()
            .filter(|(name, _)| !OWN.contains(&name.as_str()))
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The fields as text again, without the form's own: what is kept when a session has ended.
    #[must_use]
    pub fn content(&self) -> String {
        let fields: Vec<String> = self
            .pairs()
            .map(|(name, value)| format!("{}={}", percent_encoded(name), percent_encoded(value)))
            .collect();
        fields.join("&")
    }

    /// Reads the fields into a type, which says with `deny_unknown_fields` what it takes and with `Validate` within
    /// which limits.
    ///
    /// # Errors
    /// A field is missing, unknown or of the wrong kind; or values are out of limits, each named.
    pub fn read<T: DeserializeOwned + Validate>(&self) -> Result<T, Problem> {
        let value = Query::<T>::from_query(&self.content()).map_err(|error| {
            let mut problem = unreadable();
            problem.cause = Some(error.to_string());
            problem
        })?;
        let value = value.into_inner();
        value.validate().map_err(|errors| invalid(&errors))?;
        Ok(value)
    }
}

impl FromRequest for Form {
    type Error = Refusal;
    type Future = Ready<Result<Form, Refusal>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(request.extensions().get::<Form>().cloned().ok_or_else(|| Refusal(unreadable())))
    }
}

fn unreadable() -> Problem {
    Problem::new(
        crate::problem::Kind::Malformed,
        "malformed_form",
        "Formuläret kunde inte läsas. Gå tillbaka, läs in sidan igen och försök en gång till.",
        "The form could not be read. Go back, reload the page and try once more.",
    )
}

/// What is wrong with each field, in words that say what to do.
#[must_use]
pub fn invalid(errors: &ValidationErrors) -> Problem {
    let mut fields: Vec<FieldError> = errors
        .field_errors()
        .into_iter()
        .flat_map(|(field, faults)| {
            faults.iter().map(move |fault| FieldError {
                pointer: format!("/{field}"),
                code: fault.code.to_string(),
                message: words(&fault.code),
            })
        })
        .collect();
    fields.sort_by(|one, other| one.pointer.cmp(&other.pointer));
    Problem::invalid("invalid_values", "Några uppgifter behöver rättas.", "Some values need to be mended.")
        .with_errors(fields)
}

fn words(code: &str) -> Text {
    match code {
        "email" => Text::new(
            "Skriv en e-postadress, till exempel namn@example.se.",
            "Write an e-mail address, for example name@example.se.",
        ),
        "length" => Text::new("Skriv en text av rätt längd.", "Write a text of the right length."),
        "range" => Text::new("Skriv ett tal inom gränserna.", "Write a number within the limits."),
        "required" => Text::new("Fyll i fältet.", "Fill in the field."),
        _ => Text::new("Kontrollera värdet.", "Check the value."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize, Validate, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Extension {
        #[validate(length(min = 3, max = 10))]
        reason: String,
        days: i32,
    }

    fn read(body: &str) -> Result<Extension, Problem> {
        Form::parse(body).unwrap().read()
    }

    #[test]
    fn fields_are_read_into_a_type_without_the_forms_own() {
        let read = read("csrf=x&nyckel=y&reason=sj%C3%B6k+dom&days=14").unwrap();
        assert_eq!(read, Extension { reason: "sjök dom".to_owned(), days: 14 });
    }

    #[test]
    fn an_unknown_field_is_refused() {
        assert_eq!(read("reason=abc&days=1&role=administrator").unwrap_err().code, "malformed_form");
        assert_eq!(read("reason=abc&days=x").unwrap_err().code, "malformed_form");
    }

    #[test]
    fn a_value_out_of_limits_is_named() {
        let problem = read("reason=a&days=1").unwrap_err();
        assert_eq!(problem.errors.first().unwrap().pointer, "/reason");
    }

    #[test]
    fn repeated_fields_keep_their_order() {
        let form = Form::parse("omrade=A&omrade=B&csrf=x&omrade=%26").unwrap();
        assert_eq!(form.all("omrade").collect::<Vec<_>>(), ["A", "B", "&"]);
        assert_eq!(form.content(), "omrade=A&omrade=B&omrade=%26");
    }
}
