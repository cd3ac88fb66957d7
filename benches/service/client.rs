//! A browser as far as measurements need one: one connection that stays open, one cookie, forms read from pages.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;

use usve::text::percent_encoded;

/// What the service answered.
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Where it sends its reader, if anywhere.
    pub location: Option<String>,
    /// The body; empty when it was compressed, since nobody reads that here.
    pub body: String,
}

/// One connection with the cookie of one session.
pub struct Client {
    stream: BufReader<TcpStream>,
    host: String,
    cookie: String,
}

impl Client {
    /// Connects to `host`, an address and a port.
    pub fn connect(host: &str) -> std::io::Result<Client> {
        let stream = TcpStream::connect(host)?;
        stream.set_nodelay(true)?;
        Ok(Client { stream: BufReader::new(stream), host: host.to_owned(), cookie: String::new() })
    }

    /// Asks for a page.
    pub fn get(&mut self, path: &str) -> Answer {
        let head = format!("GET {path} HTTP/1.1\r\n");
        match self.exchange(&head, "") {
            // The service closes a connection that nobody has used for a minute.
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                let cookie = std::mem::take(&mut self.cookie);
                *self = Client { cookie, ..Client::connect(&self.host).unwrap() };
                self.exchange(&head, "").unwrap()
            }
            answer => answer.unwrap(),
        }
    }

    /// Asks for a page as browsers do, compressed.
    pub fn get_compressed(&mut self, path: &str) -> Answer {
        self.exchange(&format!("GET {path} HTTP/1.1\r\nAccept-Encoding: gzip\r\n"), "").unwrap()
    }

    /// Sends a form; `headers` are further lines, each with its end.
    pub fn post(&mut self, path: &str, headers: &str, form: &[(String, String)]) -> Answer {
        let body: Vec<String> =
            form.iter().map(|(name, value)| format!("{name}={}", percent_encoded(value))).collect();
        let kind = "Content-Type: application/x-www-form-urlencoded\r\n";
        self.exchange(&format!("POST {path} HTTP/1.1\r\n{kind}{headers}"), &body.join("&")).unwrap()
    }

    /// Whether the service says that it is ready.
    pub fn is_ready(&mut self) -> bool {
        self.exchange("GET /readyz HTTP/1.1\r\n", "").is_ok_and(|answer| answer.status == 200)
    }

    fn exchange(&mut self, head: &str, body: &str) -> std::io::Result<Answer> {
        let (host, cookie) = (&self.host, &self.cookie);
        let length = body.len();
        let request = format!(
            "{head}Host: {host}\r\nOrigin: http://{host}\r\nCookie: {cookie}\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        self.stream.get_mut().write_all(request.as_bytes())?;
        let status = self.line()?;
        let status = status.split(' ').nth(1).and_then(|code| code.parse().ok());
        let mut answer = Answer {
            status: status.ok_or(std::io::ErrorKind::InvalidData)?,
            location: None,
            body: String::new(),
        };
        let (mut length, mut chunked) = (0, false);
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(": ") else { break };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.parse().unwrap(),
                "transfer-encoding" => chunked = value == "chunked",
                "location" => answer.location = Some(value.to_owned()),
                "set-cookie" if value.starts_with("usve-local=") => {
                    value.split(';').next().unwrap_or_default().clone_into(&mut self.cookie);
                }
                _ => {}
            }
        }
        if chunked {
            while self.chunk()? {}
        } else {
            let mut bytes = vec![0; length];
            self.stream.read_exact(&mut bytes)?;
            answer.body = String::from_utf8(bytes).unwrap_or_default();
        }
        Ok(answer)
    }

    /// A line without its end.
    fn line(&mut self) -> std::io::Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end().to_owned())
    }

    /// Reads one piece of a compressed body away; false after the last.
    fn chunk(&mut self) -> std::io::Result<bool> {
        let length = usize::from_str_radix(&self.line()?, 16).unwrap();
        let mut piece = vec![0; length + 2];
        self.stream.read_exact(&mut piece)?;
        Ok(length > 0)
    }
}

/// The controls of the form `id` of a page with their values, as a browser would send them.
pub fn controls(page: &str, id: &str) -> Vec<(String, String)> {
    let from = page.find(&format!("<form id=\"{id}\"")).unwrap();
    let form = &page[from..from + page[from..].find("</form>").unwrap()];
    let mut found = Vec::new();
    let mut in_template = false;
    for (at, _) in form.match_indices('<') {
        let tag = &form[at..];
        let head = &tag[..tag.find('>').unwrap_or(tag.len())];
        in_template = (in_template || head.starts_with("<template")) && !head.starts_with("</template");
        let Some(name) = attribute(head, "name").filter(|_| !in_template) else { continue };
        let kind = attribute(head, "type").unwrap_or_default();
        let is_left_out = ["radio", "checkbox"].contains(&kind.as_str()) && !head.ends_with(" checked");
        if head.starts_with("<textarea") {
            let text = tag[head.len() + 1..].split("</textarea>").next().unwrap_or_default();
            found.push((name, unescaped(text.strip_prefix('\n').unwrap_or(text))));
        } else if head.starts_with("<select") {
            let options = tag.split("</select>").next().unwrap_or_default().split("<option").skip(1);
            let chosen = options
                .filter(|option| option.contains(" selected>"))
                .find_map(|option| attribute(option, "value"));
            found.push((name, chosen.unwrap_or_default()));
        } else if head.starts_with("<input") && kind != "file" && !is_left_out {
            found.push((name, attribute(head, "value").unwrap_or_default()));
        }
    }
    found
}

fn attribute(head: &str, name: &str) -> Option<String> {
    let (_, rest) = head.split_once(&format!(" {name}=\""))?;
    Some(unescaped(rest.split('"').next()?))
}

fn unescaped(text: &str) -> String {
    text.replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#38;", "&")
}
