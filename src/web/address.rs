//! Addresses: where a request came from, and which addresses a reader may be sent on to.

use std::net::IpAddr;

use actix_web::HttpRequest;

/// The network address that a request came from, as text. What a proxy says of others is believed only of proxies that
/// the settings name; of what they say, the last address that is not such a proxy counts.
#[must_use]
pub fn network_address(request: &HttpRequest, trusted: &[IpAddr]) -> String {
    let Some(peer) = request.peer_addr().map(|peer| peer.ip()) else { return "unknown".to_owned() };
    if !trusted.contains(&peer) {
        return peer.to_string();
    }
    let headers = request.headers().get_all("x-forwarded-for");
    let said: Vec<IpAddr> = headers
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|part| part.trim().parse().ok())
        .collect();
    said.into_iter().rev().find(|address| !trusted.contains(address)).unwrap_or(peer).to_string()
}

/// The address if it is one of ours, else the start page: nobody is sent on to another site.
#[must_use]
pub fn local(path: &str) -> &str {
    let is_local = path.starts_with('/')
        && !path.starts_with("//")
        && path.len() <= 500
        && path.chars().all(|char| !char.is_control() && !char.is_whitespace() && char != '\\');
    if is_local { path } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn nobody_is_sent_on_to_another_site() {
        for outside in [
            "//evil.example",
            "/\\evil.example",
            "https:evil.example",
            "https://evil.example",
            "evil",
            "",
            "/a\r\nb",
            "/\t/evil",
        ] {
            assert_eq!(local(outside), "/", "{outside:?}");
        }
        assert_eq!(local("/enhet/kardiologi/2026?flik=1"), "/enhet/kardiologi/2026?flik=1");
    }

    #[test]
    fn only_named_proxies_are_believed() {
        let proxy: IpAddr = "10.0.0.1".parse().unwrap();
        let request = |peer: &str| {
            TestRequest::default()
                .peer_addr(format!("{peer}:4000").parse().unwrap())
                .insert_header(("x-forwarded-for", "1.2.3.4, 203.0.113.9, 10.0.0.1"))
                .to_http_request()
        };
        assert_eq!(network_address(&request("198.51.100.7"), &[proxy]), "198.51.100.7");
        assert_eq!(network_address(&request("10.0.0.1"), &[proxy]), "203.0.113.9");
    }
}
