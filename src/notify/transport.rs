//! How a mail leaves: by SMTP, into a folder, or into memory for tests. The only home of lettre.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lettre::message::header::{ContentTransferEncoding, ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Attachment, Body, Mailbox, MultiPart};
use lettre::transport::smtp::PoolConfig;
use lettre::{Message, SmtpTransport, Transport as _};

/// A mail ready to leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Identifier of the outbox row: a mail that is sent again is recognised by it.
    pub id: String,
    /// The receiver's address.
    pub to: String,
    /// The receiver's name.
    pub to_name: String,
    /// Subject, one line.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The same text as HTML.
    pub html: String,
    /// The PDFs that go with it.
    pub attachments: Vec<Enclosed>,
}

/// A PDF in a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enclosed {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Why a mail did not leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Whether trying again is of no use.
    pub permanent: bool,
    /// What the server or the system said.
    pub reason: String,
}

/// What tests read: every letter that has left, oldest first.
pub type Outgoing = Arc<Mutex<Vec<Letter>>>;

/// A way out.
#[derive(Clone)]
pub enum Transport {
    /// A mail server.
    Smtp(SmtpTransport),
    /// One `.eml` file per mail.
    Folder(PathBuf),
    /// Kept in memory.
    Memory(Outgoing),
}

impl std::fmt::Debug for Transport {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The address of a mail server may hold a password.
        to.write_str(match self {
            Transport::Smtp(_) => "Smtp",
            Transport::Folder(_) => "Folder",
            Transport::Memory(_) => "Memory",
        })
    }
}

impl Transport {
    /// A mail server by its address: `smtps://user:password@host`, or `smtp://host:25` for a relay on the same
    /// machine. Nothing is connected yet.
    ///
    /// # Errors
    /// The address cannot be read.
    pub fn smtp(url: &str) -> Result<Transport, String> {
        let transport = SmtpTransport::from_url(url)
            .map_err(|error| error.to_string())?
            .pool_config(PoolConfig::new().max_size(4))
            .timeout(Some(Duration::from_secs(20)))
            .build();
        Ok(Transport::Smtp(transport))
    }

    /// Sends one letter; blocks until the server has taken it.
    ///
    /// # Errors
    /// The letter cannot be written, or the other side does not take it.
    pub fn send(&self, from: &str, letter: &Letter) -> Result<(), Failure> {
        let message = message(from, letter)?;
        match self {
            Transport::Smtp(server) => server.send(&message).map(drop).map_err(|error| Failure {
                // lettre calls a refused connection neither transient nor permanent: only a clear no is final.
                permanent: error.is_permanent(),
                reason: error.to_string(),
            }),
            Transport::Folder(folder) => put(folder, &letter.id, &message.formatted())
                .map_err(|error| Failure { permanent: false, reason: error.to_string() }),
            Transport::Memory(mailbox) => {
                mailbox.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(letter.clone());
                Ok(())
            }
        }
    }
}

/// Puts a mail in a folder, whole at once for whoever reads there; one that is sent again replaces itself.
fn put(folder: &Path, id: &str, mail: &[u8]) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let unfinished = folder.join(format!("{id}.part"));
    std::fs::write(&unfinished, mail)?;
    std::fs::rename(unfinished, folder.join(format!("{id}.eml")))
}

fn message(from: &str, letter: &Letter) -> Result<Message, Failure> {
    let failed = |reason: String| Failure { permanent: true, reason };
    let sender: Mailbox = from.parse().map_err(|error| failed(format!("the sender {from}: {error}")))?;
    let address = letter.to.parse().map_err(|error| failed(format!("the receiver's address: {error}")))?;
    let domain = sender.email.domain().to_owned();
    let mut body = MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone());
    if !letter.attachments.is_empty() {
        let pdf = ContentType::parse("application/pdf").map_err(|error| failed(error.to_string()))?;
        body = MultiPart::mixed().multipart(body);
        for enclosed in &letter.attachments {
            // Whatever the bytes are: a server on the way may change the line ends of what looks like text.
            let bytes = Body::new_with_encoding(enclosed.bytes.clone(), ContentTransferEncoding::Base64)
                .map_err(|_| failed(format!("{} cannot be enclosed", enclosed.name)))?;
            body = body.singlepart(Attachment::new(one_line(&enclosed.name)).body(bytes, pdf.clone()));
        }
    }
    Message::builder()
        .from(sender)
        .to(Mailbox::new(Some(one_line(&letter.to_name)), address))
        .subject(one_line(&letter.subject))
        .message_id(Some(format!("<{}@{domain}>", letter.id)))
        .header(AutoSubmitted)
        .multipart(body)
        .map_err(|error| failed(error.to_string()))
}

/// Names and subjects cannot begin a header of their own.
fn one_line(text: &str) -> String {
    text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect()
}

/// Tells the receiver's machine not to answer by itself (RFC 3834).
#[derive(Debug, Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(AutoSubmitted)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_add_a_header() {
        let letter = Letter {
            id: "1".to_owned(),
            to: "anna@example.se".to_owned(),
            to_name: "Anna\r\nBcc: eva@example.se".to_owned(),
            subject: "Hej\r\nBcc: eva@example.se".to_owned(),
            text: "text".to_owned(),
            html: "<p>text</p>".to_owned(),
            attachments: Vec::new(),
        };
        let message = message("USVE <usve@example.se>", &letter).unwrap();
        let bytes = String::from_utf8(message.formatted()).unwrap();
        assert_eq!(message.envelope().to().len(), 1);
        assert!(!bytes.lines().any(|line| line.starts_with("Bcc:")), "{bytes}");
        assert!(bytes.contains("Message-ID: <1@example.se>"));
        assert!(bytes.contains("Auto-Submitted: auto-generated"));
    }

    #[test]
    fn a_document_goes_beside_the_words() {
        let letter = Letter {
            id: "1".to_owned(),
            to: "anna@example.se".to_owned(),
            to_name: "Anna".to_owned(),
            subject: "Kvitto".to_owned(),
            text: "text".to_owned(),
            html: "<p>text</p>".to_owned(),
            attachments: vec![Enclosed { name: "usve.pdf".to_owned(), bytes: b"%PDF-1.7".to_vec() }],
        };
        let message = message("USVE <usve@example.se>", &letter).unwrap();
        let bytes = String::from_utf8(message.formatted()).unwrap();
        assert!(bytes.contains("multipart/mixed") && bytes.contains("multipart/alternative"), "{bytes}");
        assert!(bytes.contains("Content-Disposition: attachment; filename=\"usve.pdf\""), "{bytes}");
        assert!(bytes.contains("Content-Type: application/pdf") && bytes.contains("JVBERi0xLjc"), "{bytes}");
    }
}
