//! Somebody at a browser: keeps cookies, carries form tokens, reads answers.

use std::cell::RefCell;
use std::collections::BTreeMap;

use actix_web::cookie::Cookie;
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap};
use actix_web::test::TestRequest;
use usve::ids::SessionId;
use usve::web::page::new_token;

use super::TestApp;

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Status code.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Vec<u8>,
}

impl Reply {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// One header as text; empty when it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Where the answer sends the reader on to; empty when nowhere.
    pub fn location(&self) -> &str {
        self.header("location")
    }

    /// Every cookie that the answer sets.
    pub fn cookies(&self) -> Vec<Cookie<'static>> {
        self.headers
            .get_all(header::SET_COOKIE)
            .map(|value| Cookie::parse_encoded(value.to_str().unwrap().to_owned()).unwrap())
            .collect()
    }

    /// Fails the test unless the answer has this status.
    #[track_caller]
    pub fn expect_status(self, status: u16) -> Reply {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.body));
        self
    }
}

/// Somebody at a browser.
#[derive(Clone)]
pub struct Actor<'a> {
    app: &'a TestApp,
    cookies: RefCell<BTreeMap<String, String>>,
}

impl<'a> Actor<'a> {
    pub(super) fn new(app: &'a TestApp) -> Actor<'a> {
        Actor { app, cookies: RefCell::default() }
    }

    /// Puts a cookie in the browser.
    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.borrow_mut().insert(name.to_owned(), value.to_owned());
    }

    /// The value of a cookie in the browser.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.borrow().get(name).cloned()
    }

    /// The session that the browser's cookie names, whether or not it lives.
    pub fn session(&self) -> Option<SessionId> {
        let cookie = self.cookie(usve::web::cookies::session_name(&self.app.app))?;
        self.app.app.tokens.read(&cookie).map(|claims| claims.sid)
    }

    /// A form token as a page of the session would carry it.
    pub fn form_token(&self) -> String {
        match self.session() {
            Some(session) => new_token(&self.app.app.keys.forms, &self.app.app.ids, &session),
            None => String::new(),
        }
    }

    /// A request with the browser's cookies, to be made more of.
    pub fn request(&self, method: Method, path: &str) -> TestRequest {
        let mut request =
            TestRequest::with_uri(path).method(method).peer_addr("192.0.2.7:4000".parse().unwrap());
        for (name, value) in &*self.cookies.borrow() {
            request = request.cookie(Cookie::new(name.clone(), value.clone()));
        }
        request
    }

    /// Sends a request and keeps the cookies of the answer, as browsers do.
    pub async fn send(&self, request: TestRequest) -> Reply {
        let reply = self.app.send(request).await;
        for cookie in reply.cookies() {
            let gone = cookie.max_age().is_some_and(actix_web::cookie::time::Duration::is_zero);
            if gone {
                self.cookies.borrow_mut().remove(cookie.name());
            } else {
                self.cookies.borrow_mut().insert(cookie.name().to_owned(), cookie.value().to_owned());
            }
        }
        reply
    }

    /// Opens a page.
    pub async fn get(&self, path: &str) -> Reply {
        self.send(self.request(Method::GET, path)).await
    }

    /// Sends a form from one of our pages, with its token and key.
    pub async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let (token, key) = (self.form_token(), self.app.app.ids.secret());
        let mut all = vec![("csrf", token.as_str()), ("nyckel", key.as_str())];
        if self.session().is_none() {
            all.clear();
        }
        all.extend_from_slice(fields);
        self.post_as_is(path, &all).await
    }

    /// Sends a form with exactly these fields.
    pub async fn post_as_is(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let request = self
            .request(Method::POST, path)
            .insert_header(("sec-fetch-site", "same-origin"))
            .set_form(fields);
        self.send(request).await
    }

    /// Sends files from one of our pages: the form's own fields first, as browsers do.
    pub async fn post_files(&self, path: &str, files: &[(&str, &[u8])]) -> Reply {
        let (token, mut body) = (self.form_token(), Vec::new());
        body.extend_from_slice(
            format!("--grans\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n").as_bytes(),
        );
        for (name, bytes) in files {
            let name =
                name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A").replace('\0', "%00");
            let head = format!(
                "--grans\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\nContent-Type: \
                 application/pdf\r\n\r\n"
            );
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--grans--\r\n");
        let request = self
            .request(Method::POST, path)
            .insert_header(("sec-fetch-site", "same-origin"))
            .insert_header(("content-type", "multipart/form-data; boundary=grans"))
            .set_payload(body);
        self.send(request).await
    }

    /// Sends JSON with the session's cookie and token, as our script does to the API.
    pub async fn put_json(&self, path: &str, body: &serde_json::Value, headers: &[(&str, &str)]) -> Reply {
        let mut request = self
            .request(Method::PUT, path)
            .insert_header(("sec-fetch-site", "same-origin"))
            .insert_header(("x-csrf-token", self.form_token()))
            .set_json(body);
        for header in headers {
            request = request.insert_header(*header);
        }
        self.send(request).await
    }
}
