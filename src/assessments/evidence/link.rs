//! Links: which addresses are taken, and how a DOI becomes one. Nothing here, and nothing else, ever opens them.

use url::{Host, Url};

use super::refusals::wrong_link;
use crate::problem::Problem;

/// The longest address, in bytes.
pub const LONGEST: usize = 2000;

/// The address of a link as it is kept: http or https, or a DOI in any of its usual forms as `https://doi.org/…`.
///
/// # Errors
/// `wrong_link`, with what is wrong in a sentence.
pub fn read(text: &str) -> Result<String, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(wrong_link("Skriv en adress.", "Write an address."));
    }
    if text.len() > LONGEST {
        return Err(wrong_link("Adressen är för lång.", "The address is too long."));
    }
    // The reader of addresses drops some of these silently, which is how one address passes for another.
    if text.chars().any(|sign| {
        sign.is_control() || sign == '\\' || super::one_line(&sign.to_string()).is_empty() && sign != ' '
    }) {
        return Err(wrong_link(
            "Adressen innehåller otillåtna tecken.",
            "The address holds signs that are not allowed.",
        ));
    }
    if let Some(doi) = doi(text) {
        return Ok(doi);
    }
    let url = Url::parse(text)
        .map_err(|_| wrong_link("Adressen går inte att läsa.", "The address cannot be read."))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong_link(
            "Bara adresser med http eller https tas emot.",
            "Only addresses with http or https are taken.",
        ));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong_link(
            "Adressen får inte innehålla namn eller lösenord.",
            "The address may hold no name or password.",
        ));
    }
    let has_host = url.host().is_some_and(|host| match host {
        Host::Domain(name) => name.contains('.') && !name.ends_with('.') || name == "localhost",
        Host::Ipv4(_) | Host::Ipv6(_) => true,
    });
    if !has_host {
        return Err(wrong_link("Adressen saknar en hel webbplats.", "The address lacks a whole web site."));
    }
    let whole = url.to_string();
    if whole.len() > LONGEST {
        return Err(wrong_link("Adressen är för lång.", "The address is too long."));
    }
    Ok(whole)
}

/// The host that a link leads to, as people check it before they follow it.
#[must_use]
pub fn host(url: &str) -> String {
    Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
}

/// A DOI as an address: from `10.1000/182`, `doi:10.1000/182`, `DOI 10.1000/182`, `https://doi.org/10.1000/182` and the
/// older `http://dx.doi.org/…`.
fn doi(text: &str) -> Option<String> {
    const BEFORE: [&str; 8] = [
        "https://doi.org/",
        "http://doi.org/",
        "https://www.doi.org/",
        "http://www.doi.org/",
        "https://dx.doi.org/",
        "http://dx.doi.org/",
        "doi.org/",
        "doi:",
    ];
    let lower = text.to_ascii_lowercase();
    let rest = BEFORE
        .iter()
        .find_map(|before| lower.starts_with(before).then(|| text.get(before.len()..)).flatten())
        .or_else(|| lower.strip_prefix("doi ").and_then(|_| text.get(4..)))
        .unwrap_or(text)
        .trim();
    // From an address the name comes encoded.
    let name = if lower.starts_with("http") { crate::text::percent_decoded(rest)? } else { rest.to_owned() };
    let (prefix, suffix) = name.split_once('/')?;
    let numbers = prefix.strip_prefix("10.")?;
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let registrant = numbers.split('.').next().unwrap_or_default();
    if !(4..=9).contains(&registrant.len()) || !numbers.split('.').all(is_number) {
        return None;
    }
    if suffix.is_empty() || suffix.chars().any(|sign| sign.is_whitespace() || sign.is_control()) {
        return None;
    }
    let mut url = Url::parse("https://doi.org/").ok()?;
    // What in an address would end the path is part of the name here.
    url.set_path(&format!("{prefix}/{}", suffix.replace('%', "%25").replace('?', "%3F").replace('#', "%23")));
    Some(url.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_doi_is_recognised_in_its_usual_forms() {
        for form in [
            "10.1000/182",
            " doi:10.1000/182 ",
            "DOI: 10.1000/182",
            "DOI 10.1000/182",
            "https://doi.org/10.1000/182",
            "http://dx.doi.org/10.1000/182",
            "doi.org/10.1000/182",
        ] {
            assert_eq!(read(form).unwrap(), "https://doi.org/10.1000/182", "{form}");
        }
        assert_eq!(
            read("10.1002/(SICI)1096-8644(199601)99:1<135::AID-AJPA8>3.0.CO;2-#").unwrap(),
            "https://doi.org/10.1002/(SICI)1096-8644(199601)99:1%3C135::AID-AJPA8%3E3.0.CO;2-%23"
        );
        let again =
            read("https://doi.org/10.1002/(SICI)1096-8644(199601)99:1%3C135::AID-AJPA8%3E3.0.CO;2-%23");
        assert!(again.unwrap().ends_with("%3C135::AID-AJPA8%3E3.0.CO;2-%23"));
    }

    #[test]
    fn an_address_is_whole_open_and_on_the_web() {
        for (text, kept) in [
            ("https://exempel.se/Rapport 1?år=2025", "https://exempel.se/Rapport%201?%C3%A5r=2025"),
            ("HTTP://Exempel.SE", "http://exempel.se/"),
            ("https://åäö.se/", "https://xn--4cab6c.se/"),
            ("https://exempel.se:8443/a#b", "https://exempel.se:8443/a#b"),
        ] {
            assert_eq!(read(text).unwrap(), kept);
        }
        for wrong in [
            "",
            "exempel",
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "\u{1}javascript:alert(1)",
            "java\nscript:alert(1)",
            "data:text/html,<script>",
            "vbscript:x",
            "file:///etc/passwd",
            "ftp://exempel.se/",
            "https://",
            "https://user:hemligt@exempel.se/",
            "https://exempel.se@evil.example/",
            "https:\\\\exempel.se",
            "https://exempel.se/\u{202e}fdp",
            "https://exempel.se/a\r\nSet-Cookie: b",
            "mailto:a@exempel.se",
            "//exempel.se/a",
            "/enhet/a",
            "https://server/a",
        ] {
            assert_eq!(read(wrong).unwrap_err().code, "wrong_link", "{wrong:?}");
        }
        assert!(read(&format!("https://exempel.se/{}", "a".repeat(LONGEST))).is_err());
    }
}
