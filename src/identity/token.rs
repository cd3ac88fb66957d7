//! The signed token in the session cookie. The only home of jsonwebtoken.
//!
//! Invariants: one algorithm (HS256) is taken, whatever a token says of itself; issuer, audience and type must be ours;
//! time is ours to judge, by the service's clock. A token alone opens nothing: the session's row decides.

use chrono::TimeDelta;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};

use crate::clock::Moment;
use crate::config::secret::Key;
use crate::ids::{PersonId, SessionId};
use crate::problem::Problem;

/// What a token says. Times are seconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// The person.
    pub sub: PersonId,
    /// The session.
    pub sid: SessionId,
    /// When it was made.
    pub iat: i64,
    /// Not good before.
    pub nbf: i64,
    /// Not good from.
    pub exp: i64,
    /// Who made it: the service's address.
    pub iss: String,
    /// For whom.
    pub aud: String,
    /// What it is for.
    pub typ: String,
}

impl Claims {
    /// Whether the token has begun.
    #[must_use]
    pub fn has_begun(&self, now: Moment) -> bool {
        self.nbf <= now.and_utc().timestamp()
    }

    /// Whether the token has run out.
    #[must_use]
    pub fn has_run_out(&self, now: Moment) -> bool {
        self.exp <= now.and_utc().timestamp()
    }
}

const AUDIENCE: &str = "usve-web";
const TYPE: &str = "session";

/// Makes and reads tokens with one key.
#[derive(Clone)]
pub struct Tokens {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
    issuer: String,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.debug_struct("Tokens").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

impl Tokens {
    /// Tokens of the service at `base_url`.
    #[must_use]
    pub fn new(key: &Key, base_url: &str) -> Tokens {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[base_url]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        // The library would ask the machine's clock.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        Tokens {
            encoding: EncodingKey::from_secret(key.bytes()),
            decoding: DecodingKey::from_secret(key.bytes()),
            validation,
            issuer: base_url.to_owned(),
        }
    }

    /// A token for a session, good for `life` from `now`.
    ///
    /// # Errors
    /// Signing fails, which it does not with this kind of key.
    pub fn issue(
        &self,
        person: &PersonId,
        session: &SessionId,
        now: Moment,
        life: TimeDelta,
    ) -> Result<String, Problem> {
        let claims = Claims {
            sub: person.clone(),
            sid: session.clone(),
            iat: now.and_utc().timestamp(),
            nbf: now.and_utc().timestamp(),
            exp: (now + life).and_utc().timestamp(),
            iss: self.issuer.clone(),
            aud: AUDIENCE.to_owned(),
            typ: TYPE.to_owned(),
        };
        encode(&Header::new(Algorithm::HS256), &claims, &self.encoding).map_err(Problem::internal)
    }

    /// Reads a token that we signed, run out or not; nothing for any other.
    #[must_use]
    pub fn read(&self, token: &str) -> Option<Claims> {
        let claims = decode::<Claims>(token, &self.decoding, &self.validation).ok()?.claims;
        (claims.typ == TYPE).then_some(claims)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    fn noon() -> Moment {
        NaiveDate::from_ymd_opt(2026, 12, 4).unwrap().and_hms_opt(12, 0, 0).unwrap()
    }

    fn tokens(key: &str, base: &str) -> Tokens {
        Tokens::new(&Key::new(key.as_bytes()), base)
    }

    #[test]
    fn a_token_reads_back_and_runs_out_by_our_clock() {
        let ours = tokens("key of the service, long enough", "https://usve.example.se");
        let (person, session) = (PersonId::from("p".to_owned()), SessionId::from("s".to_owned()));
        let token = ours.issue(&person, &session, noon(), TimeDelta::minutes(10)).unwrap();
        let claims = ours.read(&token).unwrap();
        assert_eq!((claims.sub.as_str(), claims.sid.as_str()), ("p", "s"));
        assert!(claims.has_begun(noon()) && !claims.has_begun(noon() - TimeDelta::seconds(1)));
        assert!(!claims.has_run_out(noon() + TimeDelta::seconds(599)));
        assert!(claims.has_run_out(noon() + TimeDelta::minutes(10)));
    }

    #[test]
    fn another_key_issuer_algorithm_or_type_is_refused() {
        let ours = tokens("key of the service, long enough", "https://usve.example.se");
        let (person, session) = (PersonId::from("p".to_owned()), SessionId::from("s".to_owned()));
        let life = TimeDelta::minutes(10);
        for other in [
            tokens("another key, also long enough...", "https://usve.example.se"),
            tokens("key of the service, long enough", "https://test.example.se"),
        ] {
            assert_eq!(ours.read(&other.issue(&person, &session, noon(), life).unwrap()), None);
        }
        let claims = ours.read(&ours.issue(&person, &session, noon(), life).unwrap()).unwrap();
        let other_type = Claims { typ: "link".to_owned(), ..claims.clone() };
        let other_audience = Claims { aud: "usve-api".to_owned(), ..claims.clone() };
        for wrong in [other_type, other_audience] {
            assert_eq!(
                ours.read(&encode(&Header::new(Algorithm::HS256), &wrong, &ours.encoding).unwrap()),
                None
            );
        }
        let stronger = encode(&Header::new(Algorithm::HS512), &claims, &ours.encoding).unwrap();
        assert_eq!(ours.read(&stronger), None);
    }
}
