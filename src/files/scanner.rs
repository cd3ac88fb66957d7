//! Looking for malicious code: asks a clamd by its own protocol, over TCP or a socket of the machine.
//!
//! Each file is sent by `INSTREAM`: pieces with their length before, ended by an empty one; the answer is one line.

use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use futures_util::{Stream, StreamExt as _};

use super::Store;
use crate::problem::Problem;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(5);
/// How long clamd may take over a file of 20 MB.
const PATIENCE: Duration = Duration::from_mins(2);
/// The longest answer that is read, in bytes.
const LONGEST_ANSWER: u64 = 4096;

/// Where clamd listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scanner {
    /// `tcp://host:port`.
    Tcp(String),
    /// `unix:/path`.
    Unix(PathBuf),
}

/// What clamd said of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It knows nothing bad of it.
    Clean,
    /// It found this.
    Infected(String),
}

impl FromStr for Scanner {
    type Err = ();

    fn from_str(text: &str) -> Result<Scanner, ()> {
        if let Some(path) = text.strip_prefix("unix:").filter(|path| path.starts_with('/')) {
            return Ok(Scanner::Unix(PathBuf::from(path)));
        }
        let address = text.strip_prefix("tcp://").ok_or(())?;
        let (host, port) = address.rsplit_once(':').ok_or(())?;
        if host.is_empty() || port.parse::<u16>().is_err() {
            return Err(());
        }
        Ok(Scanner::Tcp(address.to_owned()))
    }
}

trait Wire: Read + Write + Send {}
impl<T: Read + Write + Send> Wire for T {}

impl Scanner {
    /// Sends a stored file through clamd, on a thread that may block.
    ///
    /// # Errors
    /// clamd or the store is away, or clamd could not look at the file.
    pub fn look_at(&self, store: &Store, name: &str) -> Result<Verdict, Problem> {
        store.wait(async {
            let bytes = store.get(name).await?;
            let mut wire = self.connect().map_err(Problem::unavailable)?;
            wire.write_all(b"zINSTREAM\0").map_err(Problem::unavailable)?;
            send(&mut *wire, bytes).await.map_err(Problem::unavailable)?;
            let mut answer = Vec::new();
            wire.take(LONGEST_ANSWER).read_to_end(&mut answer).map_err(Problem::unavailable)?;
            read_answer(&answer)
        })?
    }

    fn connect(&self) -> std::io::Result<Box<dyn Wire>> {
        match self {
            Scanner::Tcp(address) => {
                let place = address.to_socket_addrs()?.next();
                let place = place.ok_or_else(|| std::io::Error::other("no such host"))?;
                let wire = TcpStream::connect_timeout(&place, CONNECT)?;
                wire.set_read_timeout(Some(PATIENCE))?;
                wire.set_write_timeout(Some(PATIENCE))?;
                Ok(Box::new(wire))
            }
            Scanner::Unix(path) => {
                let wire = UnixStream::connect(path)?;
                wire.set_read_timeout(Some(PATIENCE))?;
                wire.set_write_timeout(Some(PATIENCE))?;
                Ok(Box::new(wire))
            }
        }
    }
}

async fn send(
    wire: &mut dyn Wire,
    bytes: impl Stream<Item = Result<bytes::Bytes, std::io::Error>> + Send,
) -> std::io::Result<()> {
    let mut bytes = std::pin::pin!(bytes);
    while let Some(piece) = bytes.next().await {
        let piece = piece?;
        for part in piece.chunks(64 * 1024) {
            let length = u32::try_from(part.len()).map_err(std::io::Error::other)?;
            wire.write_all(&length.to_be_bytes())?;
            wire.write_all(part)?;
        }
    }
    wire.write_all(&[0; 4])?;
    wire.flush()
}

/// `stream: OK`, `stream: NAME FOUND`, or what went wrong.
fn read_answer(answer: &[u8]) -> Result<Verdict, Problem> {
    let said = String::from_utf8_lossy(answer);
    let said = said.trim_matches(['\0', '\n', '\r', ' ']);
    let of_file = said.strip_prefix("stream:").map(str::trim);
    match of_file {
        Some("OK") => Ok(Verdict::Clean),
        Some(found) if found.ends_with(" FOUND") => {
            Ok(Verdict::Infected(found.trim_end_matches(" FOUND").chars().take(200).collect()))
        }
        _ => Err(Problem::unavailable(format!("clamd could not look at a file: {said}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_tcp_or_a_socket_of_the_machine() {
        assert_eq!("tcp://127.0.0.1:3310".parse(), Ok(Scanner::Tcp("127.0.0.1:3310".to_owned())));
        assert_eq!("unix:/run/clamd.ctl".parse(), Ok(Scanner::Unix(PathBuf::from("/run/clamd.ctl"))));
        for wrong in
            ["127.0.0.1:3310", "tcp://clamd", "tcp://:1", "unix:clamd.ctl", "http://x:1", "tcp://x:99999"]
        {
            assert_eq!(wrong.parse::<Scanner>(), Err(()), "{wrong}");
        }
    }

    #[test]
    fn only_a_plain_yes_is_clean() {
        assert_eq!(read_answer(b"stream: OK\0").unwrap(), Verdict::Clean);
        let found = read_answer(b"stream: Eicar-Test-Signature FOUND\0").unwrap();
        assert_eq!(found, Verdict::Infected("Eicar-Test-Signature".to_owned()));
        for odd in ["", "stream:", "INSTREAM size limit exceeded. ERROR", "stream: OK ERROR", "OK"] {
            assert!(read_answer(odd.as_bytes()).is_err(), "{odd}");
        }
    }
}
