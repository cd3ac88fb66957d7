//! A file on its way in: written to a file of its own while it is counted and hashed, stopped at the limit.

use std::path::{Path, PathBuf};

use futures_util::{Stream, StreamExt as _};
use sha2::{Digest as _, Sha256};
use tokio::io::AsyncWriteExt as _;

use crate::ids::hex;
use crate::problem::Problem;

/// How much of a file that is refused is read and forgotten, in bytes, so that its sender hears why before the
/// connection ends.
const HEARD_OUT: usize = 2 * 1024 * 1024 * 1024;

/// Why a file did not arrive.
#[derive(Debug)]
enum Stop {
    /// The next piece would bring it over the limit. Nothing more of it need be read.
    TooLarge,
    /// The disk is full or away.
    Broken(std::io::Error),
}

impl Stop {
    /// The refusal for it; `too_large` says what the limit is and the way out.
    fn refusal(self, too_large: fn() -> Problem) -> Problem {
        match self {
            Stop::TooLarge => too_large(),
            Stop::Broken(error) => Problem::unavailable(error),
        }
    }
}

/// A file of which a part has come.
#[derive(Debug)]
pub struct Arriving {
    to: tokio::fs::File,
    beside: Beside,
    hash: Sha256,
    size: u64,
    most: u64,
}

/// A file that has come whole and lies beside the store; it goes when this goes.
#[derive(Debug)]
pub struct Received {
    beside: Beside,
    /// Bytes.
    pub size: u64,
    /// SHA-256 as hexadecimal.
    pub sha256: String,
}

/// The path of a file that is removed with its last owner.
#[derive(Debug)]
struct Beside(PathBuf);

impl Drop for Beside {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.0)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "a file that had arrived could not be removed");
        }
    }
}

impl Arriving {
    /// Begins a file of at most `most` bytes under a random name in a folder that is there.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub async fn begin(folder: &Path, name: &str, most: u64) -> Result<Arriving, Problem> {
        let path = folder.join(name);
        let to = tokio::fs::File::create_new(&path).await.map_err(Problem::unavailable)?;
        Ok(Arriving { to, beside: Beside(path), hash: Sha256::new(), size: 0, most })
    }

    /// Takes the next piece.
    ///
    /// # Errors
    /// See [`Stop`]; the piece is not kept.
    async fn take(&mut self, piece: &[u8]) -> Result<(), Stop> {
        let size = self.size + u64::try_from(piece.len()).unwrap_or(u64::MAX);
        if size > self.most {
            return Err(Stop::TooLarge);
        }
        self.to.write_all(piece).await.map_err(Stop::Broken)?;
        self.hash.update(piece);
        self.size = size;
        Ok(())
    }

    /// Takes a whole stream and ends it. What comes over the limit is read and forgotten, so that the sender, who reads
    /// nothing before all is sent, hears why.
    ///
    /// # Errors
    /// What `too_large` says; what `broken` makes of a stream that ends early; the disk is full or away.
    pub async fn take_all<B: AsRef<[u8]>, E>(
        mut self,
        mut pieces: impl Stream<Item = Result<B, E>> + Unpin,
        too_large: fn() -> Problem,
        broken: impl Fn(E) -> Problem,
    ) -> Result<Received, Problem> {
        while let Some(piece) = pieces.next().await {
            if let Err(stop) = self.take(piece.map_err(&broken)?.as_ref()).await {
                let mut patience = HEARD_OUT;
                while let (true, Some(Ok(piece))) = (patience > 0, pieces.next().await) {
                    patience = patience.saturating_sub(piece.as_ref().len());
                }
                return Err(stop.refusal(too_large));
            }
        }
        self.end().await
    }

    /// Ends it: all has come.
    ///
    /// # Errors
    /// The disk is full or away.
    async fn end(mut self) -> Result<Received, Problem> {
        self.to.flush().await.map_err(Problem::unavailable)?;
        let sha256 = hex(&self.hash.finalize());
        Ok(Received { beside: self.beside, size: self.size, sha256 })
    }
}

impl Received {
    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.beside.0
    }
}
