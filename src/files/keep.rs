//! Where files are kept: a folder, or a bucket that speaks the protocol of S3.
//!
//! Invariant: a name is there with all its bytes or not at all. In the folder a file is written beside, synced, renamed,
//! and the folder synced; in a bucket an upload in parts counts when its last call has succeeded.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use object_store::aws::AmazonS3Builder;
use object_store::buffered::BufWriter;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Name;
use object_store::{ClientOptions, ObjectStore, ObjectStoreExt as _, RetryConfig};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::runtime::Runtime;

use super::arrive::{Arriving, Received};
use crate::clock::{Moment, microseconds};
use crate::ids::Secret;
use crate::problem::Problem;

/// What is sent to a bucket at a time, in bytes; S3 takes no less.
const PART: usize = 5 * 1024 * 1024;
/// How old what was left half done is when it is taken away, in hours: longer than any upload takes.
const LEFTOVER: i64 = 1;
/// The folder of files that are arriving, in the data folder.
const ARRIVING: &str = "arriving";

/// Where files are to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In a folder.
    Folder(PathBuf),
    /// In a bucket.
    Bucket {
        /// Its name.
        bucket: String,
        /// The service's address; empty for that of AWS in the region.
        endpoint: String,
        /// The region.
        region: String,
        /// Who asks.
        key_id: String,
        /// The key.
        secret: Secret,
    },
}

/// The store.
#[derive(Debug, Clone)]
pub struct Store {
    objects: Arc<dyn ObjectStore>,
    folder: Option<PathBuf>,
    arriving: PathBuf,
    behind: Arc<Behind>,
}

/// What drives the store for whoever waits on a thread: connections that are kept open must outlive the asking.
/// Made when first somebody waits.
#[derive(Debug, Default)]
struct Behind(OnceLock<std::io::Result<Runtime>>);

impl Drop for Behind {
    fn drop(&mut self) {
        if let Some(Ok(runtime)) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl Store {
    /// Opens a store. Files arrive in a folder of `data`.
    ///
    /// # Errors
    /// The folders cannot be made, or the bucket's settings cannot be used. A bucket that is away is no error.
    pub fn open(place: &Place, data: &Path) -> Result<Store, Problem> {
        let arriving = data.join(ARRIVING);
        std::fs::create_dir_all(&arriving).map_err(Problem::unavailable)?;
        let (objects, folder): (Arc<dyn ObjectStore>, _) = match place {
            Place::Folder(folder) => {
                std::fs::create_dir_all(folder).map_err(Problem::unavailable)?;
                let kept = LocalFileSystem::new_with_prefix(folder).map_err(Problem::unavailable)?;
                (Arc::new(kept.with_fsync(true)), Some(folder.clone()))
            }
            Place::Bucket { bucket, endpoint, region, key_id, secret } => {
                use_ring();
                let retry = RetryConfig {
                    max_retries: 3,
                    retry_timeout: Duration::from_secs(20),
                    ..RetryConfig::default()
                };
                let plain = endpoint.starts_with("http://");
                let options = ClientOptions::new()
                    .with_allow_http(plain)
                    .with_connect_timeout(Duration::from_secs(5))
                    .with_timeout(Duration::from_mins(1));
                let mut builder = AmazonS3Builder::new()
                    .with_client_options(options)
                    .with_bucket_name(bucket)
                    .with_region(region)
                    .with_access_key_id(key_id)
                    .with_secret_access_key(secret.expose())
                    // Files go one by one, and not every service knows how to delete many.
                    .with_disable_bulk_delete(true)
                    .with_retry(retry);
                if !endpoint.is_empty() {
                    builder = builder.with_endpoint(endpoint);
                }
                (Arc::new(builder.build().map_err(Problem::unavailable)?), None)
            }
        };
        Ok(Store { objects, folder, arriving, behind: Arc::default() })
    }

    /// Begins to take a file of at most `most` bytes in.
    ///
    /// # Errors
    /// The data folder cannot be written.
    pub async fn begin(&self, name: &str, most: u64) -> Result<Arriving, Problem> {
        Arriving::begin(&self.arriving, name, most).await
    }

    /// Keeps a file that has arrived under a name.
    ///
    /// # Errors
    /// The store is full or away; nothing is kept then.
    pub async fn put(&self, name: &str, file: &Received) -> Result<(), Problem> {
        let mut from = tokio::fs::File::open(file.path()).await.map_err(Problem::unavailable)?;
        let mut to = BufWriter::with_capacity(Arc::clone(&self.objects), Name::from(name), PART)
            .with_max_concurrency(1);
        let mut piece = vec![0; 128 * 1024];
        let copied: std::io::Result<()> = async {
            loop {
                let read = from.read(&mut piece).await?;
                let Some(some) = piece.get(..read).filter(|some| !some.is_empty()) else { return Ok(()) };
                to.write_all(some).await?;
            }
        }
        .await;
        if let Err(error) = copied {
            if let Err(left) = to.abort().await {
                tracing::warn!(%left, "an upload that was broken off could not be taken back");
            }
            return Err(Problem::unavailable(error));
        }
        // An end that fails takes back what was sent by itself.
        to.shutdown().await.map_err(Problem::unavailable)
    }

    /// Reads a file, piece by piece.
    ///
    /// # Errors
    /// It is not there, or the store is away.
    pub async fn get(
        &self,
        name: &str,
    ) -> Result<impl Stream<Item = Result<Bytes, std::io::Error>> + Send + use<>, Problem> {
        let found = self.objects.get(&Name::from(name)).await.map_err(problem)?;
        Ok(found.into_stream().map(|piece| piece.map_err(std::io::Error::other)))
    }

    /// Takes a file away; one that is not there is away already.
    ///
    /// # Errors
    /// The store is away.
    pub async fn delete(&self, name: &str) -> Result<(), Problem> {
        match self.objects.delete(&Name::from(name)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(problem(error)),
        }
    }

    /// The names of the files that were last written before a moment.
    ///
    /// # Errors
    /// The store is away.
    pub async fn older_than(&self, moment: Moment) -> Result<Vec<String>, Problem> {
        let mut names = Vec::new();
        let mut all = self.objects.list(None);
        while let Some(found) = all.next().await {
            let found = found.map_err(problem)?;
            if found.last_modified.naive_utc() < moment {
                names.push(found.location.to_string());
            }
        }
        Ok(names)
    }

    /// Waits for something of the store, on a thread that may block.
    ///
    /// # Errors
    /// The machine has no thread left.
    pub fn wait<T: Send>(&self, work: impl Future<Output = T> + Send) -> Result<T, Problem> {
        let runtime = self.behind.0.get_or_init(|| {
            tokio::runtime::Builder::new_multi_thread()
                .worker_threads(1)
                .thread_name("files")
                .enable_all()
                .build()
        });
        let runtime = runtime.as_ref().map_err(Problem::unavailable)?;
        // On a thread of its own, since the asking one may belong to another runtime.
        let done = std::thread::scope(|scope| scope.spawn(|| runtime.block_on(work)).join());
        done.map_err(|_| Problem::internal("a thread of the store of files ended"))
    }

    /// Takes away what a process that died left half done; gives how many files that were.
    pub fn clear_leftovers(&self, now: Moment) -> usize {
        let before = now - chrono::TimeDelta::hours(LEFTOVER);
        let halves = self.folder.iter().flat_map(|folder| files_of(folder)).filter(|path| is_half(path));
        let old = halves.chain(files_of(&self.arriving)).filter(|path| was_written_before(path, before));
        old.filter(|path| std::fs::remove_file(path).is_ok()).count()
    }
}

/// Rustls takes no cryptography by itself; the first one to be named stays.
fn use_ring() {
    // Refused when it was named before, which is as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

fn files_of(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.is_file()).collect()
}

/// Whether a file of the folder is one that is written beside its name.
fn is_half(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    name.contains('#') || path.extension().is_some_and(|end| end == "part")
}

fn was_written_before(path: &Path, moment: Moment) -> bool {
    let written = path.metadata().and_then(|about| about.modified());
    written.is_ok_and(|at| microseconds(chrono::DateTime::<chrono::Utc>::from(at).naive_utc()) < moment)
}

fn problem(error: object_store::Error) -> Problem {
    match error {
        object_store::Error::NotFound { .. } => Problem::not_found().because(error),
        error => Problem::unavailable(error),
    }
}
