//! What any refusal becomes: one type from the verbs to the page and the API.
//!
//! Verbs say *what* is wrong with a stable code and a sentence in both languages, and *where to go* from there; only
//! `web/` and `api/` know status codes of HTTP beyond [`Kind`]. An unexpected fault is [`Problem::internal`], whose
//! cause goes to the log and never to the reader.

use crate::text::{Lang, Text};

/// The family of a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The request itself cannot be read.
    Malformed,
    /// Nobody is signed in.
    SignedOut,
    /// The reader knows of the object but may not do this.
    Forbidden,
    /// Unknown, or hidden from this reader: the two answer alike.
    NotFound,
    /// The act does not fit the state that the object is in.
    Conflict,
    /// Somebody changed the object since it was read.
    Stale,
    /// Used up or expired.
    Gone,
    /// A file is larger than the limit.
    TooLarge,
    /// A file is of a kind that is not taken.
    WrongKind,
    /// Values are wrong or missing.
    Invalid,
    /// The version that was read is missing from the request.
    VersionMissing,
    /// Too many requests.
    TooMany,
    /// A fault of ours.
    Internal,
    /// The database cannot be reached just now.
    Unavailable,
}

/// One value that must be mended before the act can be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// JSON pointer to the value, for example `/A2/meetings_held`.
    pub pointer: String,
    /// Stable code, for example `missing`.
    pub code: String,
    /// What to do, in both languages.
    pub message: Text,
}

/// A refusal.
#[derive(Debug, Clone)]
pub struct Problem {
    /// Family.
    pub kind: Kind,
    /// Stable code for programs, for example `deadline_passed`.
    pub code: &'static str,
    /// One plain sentence.
    pub message: Text,
    /// The way out, in a sentence.
    pub hint: Option<Text>,
    /// The way out, as a local address.
    pub link: Option<String>,
    /// Which values to mend.
    pub errors: Vec<FieldError>,
    /// For the log only.
    pub cause: Option<String>,
}

impl Problem {
    /// A refusal with its sentence in Swedish and English.
    #[must_use]
    pub fn new(kind: Kind, code: &'static str, sv: impl Into<String>, en: impl Into<String>) -> Problem {
        Problem {
            kind,
            code,
            message: Text::new(sv, en),
            hint: None,
            link: None,
            errors: Vec::new(),
            cause: None,
        }
    }

    /// The act does not fit the state.
    #[must_use]
    pub fn conflict(code: &'static str, sv: impl Into<String>, en: impl Into<String>) -> Problem {
        Problem::new(Kind::Conflict, code, sv, en)
    }

    /// Values are wrong.
    #[must_use]
    pub fn invalid(code: &'static str, sv: impl Into<String>, en: impl Into<String>) -> Problem {
        Problem::new(Kind::Invalid, code, sv, en)
    }

    /// Unknown or hidden; always the same bytes.
    #[must_use]
    pub fn not_found() -> Problem {
        Problem::new(Kind::NotFound, "not_found", "Sidan finns inte.", "The page does not exist.").way_out(
            "Gå till Mina uppgifter och leta därifrån.",
            "Go to My tasks and look from there.",
            "/",
        )
    }

    /// Known, but not allowed.
    #[must_use]
    pub fn forbidden() -> Problem {
        Problem::new(
            Kind::Forbidden,
            "forbidden",
            "Du har inte behörighet att göra detta just nu.",
            "You are not allowed to do this now.",
        )
        .way_out(
            "Fråga enhetens ansvariga eller samordnaren om du behöver göra det.",
            "Ask the head of the unit or the coordinator if you need to do it.",
            "/",
        )
    }

    /// Nobody is signed in.
    #[must_use]
    pub fn signed_out() -> Problem {
        Problem::new(Kind::SignedOut, "signed_out", "Du är inte inloggad.", "You are not signed in.").way_out(
            "Logga in igen. Det som var sparat finns kvar.",
            "Sign in again. Everything saved is still there.",
            "/logga-in",
        )
    }

    /// Somebody was first.
    #[must_use]
    pub fn stale() -> Problem {
        Problem::new(
            Kind::Stale,
            "stale",
            "Någon annan har ändrat detta sedan du öppnade sidan.",
            "Somebody else has changed this since you opened the page.",
        )
    }

    /// A fault of ours; the cause is logged, never shown.
    #[must_use]
    pub fn internal(cause: impl std::fmt::Display) -> Problem {
        let mut problem = Problem::new(
            Kind::Internal,
            "internal",
            "Något gick fel hos oss. Allt som var sparat finns kvar.",
            "Something went wrong on our side. Everything saved is still there.",
        );
        problem.cause = Some(cause.to_string());
        problem
    }

    /// The database is away.
    #[must_use]
    pub fn unavailable(cause: impl std::fmt::Display) -> Problem {
        let mut problem = Problem::new(
            Kind::Unavailable,
            "unavailable",
            "Tjänsten kan inte spara eller läsa just nu. Försök igen om en stund.",
            "The service cannot save or read just now. Try again in a moment.",
        );
        problem.cause = Some(cause.to_string());
        problem
    }

    /// Adds the way out.
    #[must_use]
    pub fn way_out(
        mut self,
        sv: impl Into<String>,
        en: impl Into<String>,
        link: impl Into<String>,
    ) -> Problem {
        self.hint = Some(Text::new(sv, en));
        self.link = Some(link.into());
        self
    }

    /// Adds the cause, for the log only.
    #[must_use]
    pub fn because(mut self, cause: impl std::fmt::Display) -> Problem {
        self.cause = Some(cause.to_string());
        self
    }

    /// Adds the values to mend.
    #[must_use]
    pub fn with_errors(mut self, errors: Vec<FieldError>) -> Problem {
        self.errors = errors;
        self
    }

    /// The sentence and the way out in one language.
    #[must_use]
    pub fn sentence(&self, lang: Lang) -> String {
        match &self.hint {
            Some(hint) => format!("{} {}", self.message.get(lang), hint.get(lang)),
            None => self.message.get(lang).to_owned(),
        }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(to, "{}: {}", self.code, self.sentence(Lang::En))?;
        self.cause.as_ref().map_or(Ok(()), |cause| write!(to, " ({cause})"))
    }
}

impl std::error::Error for Problem {}
