//! Where bytes lie: a folder, or a bucket that speaks S3. A path there is the tenant's id and the file's, and nothing that
//! anybody typed.

use bytes::Bytes;
use facts::{FileId, Id, TenantId};
use futures::stream::{BoxStream, StreamExt, TryStreamExt};
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{BackoffConfig, ClientOptions, GetOptions, GetRange, MultipartUpload, ObjectStore, RetryConfig};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use std::future::Future;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use store::{Error, Result};
use tokio::sync::OnceCell;
use web::Incoming;

/// What is sent to the store at once. S3 takes no smaller part but the last.
const PART: usize = 5 << 20;
/// How long the store may be silent.
const PATIENCE: Duration = Duration::from_secs(30);
/// Files that are taken away at once.
const REMOVED_AT_ONCE: usize = 8;

/// Where bytes are kept.
#[derive(Debug, Clone)]
pub enum Place {
    /// A folder, made when it is first needed.
    Folder(PathBuf),
    /// A bucket.
    S3(S3),
}

/// A bucket that speaks S3.
#[derive(Debug, Clone)]
pub struct S3 {
    /// Its name.
    pub bucket: String,
    /// What every path in it begins with; may be empty.
    pub prefix: String,
    /// Where it is, when it is not Amazon's: `https://s3.example.com`.
    pub endpoint: Option<String>,
    /// Its region.
    pub region: String,
    /// The key's id and the key; the machine's own role where there is none.
    pub key: Option<(String, SecretString)>,
}

/// What a file came to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Measured {
    pub size: i64,
    pub sha256: String,
}

/// Bytes on their way out.
pub(crate) type Outgoing = BoxStream<'static, Result<Bytes>>;

/// The place where bytes lie, each file under its tenant's id and its own.
pub struct Depot {
    place: Place,
    store: OnceCell<Arc<dyn ObjectStore>>,
}

impl Depot {
    /// Touches nothing yet.
    pub fn new(place: Place) -> Self {
        Self { place, store: OnceCell::new() }
    }

    async fn store(&self) -> Result<&Arc<dyn ObjectStore>> {
        self.store
            .get_or_try_init(|| async {
                match &self.place {
                    Place::Folder(folder) => {
                        tokio::fs::create_dir_all(folder).await.map_err(away)?;
                        let store = LocalFileSystem::new_with_prefix(folder).map_err(away)?;
                        Ok(Arc::new(store) as Arc<dyn ObjectStore>)
                    }
                    Place::S3(s3) => bucket(s3),
                }
            })
            .await
    }

    fn folder_of(&self, tenant: TenantId) -> Path {
        let prefix = match &self.place {
            Place::Folder(_) => "",
            Place::S3(s3) => s3.prefix.as_str(),
        };
        Path::from(prefix).child(tenant.uuid().hyphenated().to_string())
    }

    fn path(&self, tenant: TenantId, file: FileId) -> Path {
        self.folder_of(tenant).child(file.uuid().hyphenated().to_string())
    }

    /// Keeps a file that is on its way in; when this returns, it is there to stay.
    ///
    /// # Errors
    /// A file that is empty, too large or does not arrive whole; a store that is away. Nothing is kept then.
    pub(crate) async fn put(&self, tenant: TenantId, file: FileId, incoming: &mut Incoming) -> Result<Measured> {
        let path = self.path(tenant, file);
        let upload = in_time(self.store().await?.put_multipart(&path)).await.map_err(away)?;
        let mut writing = Writing { upload, pieces: Vec::new(), held: 0 };
        match pour(incoming, &mut writing).await {
            Ok(measured) => {
                self.press(tenant, file).await?;
                Ok(measured)
            }
            Err(error) => {
                if let Err(left) = in_time(writing.upload.abort()).await {
                    tracing::warn!(%file, error = ?left, "an upload that was broken off could not be taken back");
                }
                Err(error)
            }
        }
    }

    /// Keeps these bytes.
    ///
    /// # Errors
    /// A store that is away.
    pub(crate) async fn put_bytes(&self, tenant: TenantId, file: FileId, bytes: Bytes) -> Result<Measured> {
        let measured = Measured { size: i64::try_from(bytes.len()).map_err(Error::internal)?, sha256: hex::encode(Sha256::digest(&bytes)) };
        in_time(self.store().await?.put(&self.path(tenant, file), bytes.into())).await.map_err(away)?;
        self.press(tenant, file).await?;
        Ok(measured)
    }

    /// Keeps bytes of another slice's row under an id of that row; gives their digest. Bytes that were there under it are replaced.
    ///
    /// # Errors
    /// A store that is away.
    pub async fn keep(&self, tenant: TenantId, file: FileId, bytes: Bytes) -> Result<String> {
        Ok(self.put_bytes(tenant, file, bytes).await?.sha256)
    }

    /// All bytes of a file of this size, for those that are known to fit into memory.
    ///
    /// # Errors
    /// They are not there, or the store is away.
    pub async fn read(&self, tenant: TenantId, file: FileId, size: u64) -> Result<Bytes> {
        self.part(tenant, file, size, 0..size).await
    }

    pub(crate) async fn part(&self, tenant: TenantId, file: FileId, size: u64, bytes: Range<u64>) -> Result<Bytes> {
        let pieces: Vec<Bytes> = self.open(tenant, file, size, bytes).await?.try_collect().await?;
        Ok(pieces.concat().into())
    }

    /// Makes a file of a folder outlive a loss of power, as a bucket's does.
    async fn press(&self, tenant: TenantId, file: FileId) -> Result<()> {
        let Place::Folder(root) = &self.place else { return Ok(()) };
        let folder = root.join(tenant.uuid().hyphenated().to_string());
        let name = folder.join(file.uuid().hyphenated().to_string());
        for path in [name.as_path(), folder.as_path(), root.as_path()] {
            let opened = tokio::fs::File::open(path).await.map_err(away)?;
            opened.sync_all().await.map_err(away)?;
        }
        Ok(())
    }

    /// Bytes of a file of this size.
    ///
    /// # Errors
    /// They are not there, or the store is away.
    pub(crate) async fn open(&self, tenant: TenantId, file: FileId, size: u64, bytes: Range<u64>) -> Result<Outgoing> {
        let options = GetOptions { range: Some(GetRange::Bounded(bytes.clone())), ..GetOptions::default() };
        let got = in_time(self.store().await?.get_opts(&self.path(tenant, file), options)).await.map_err(lost).inspect_err(|error| {
            tracing::error!(%tenant, %file, ?error, "a file could not be opened");
        })?;
        if got.meta.size != size || got.range != bytes {
            return Err(Error::internal(format!("{file} has {} bytes where it is kept, and should have {size}", got.meta.size)));
        }
        let silent = |_| Error::unavailable("files_away", AWAY);
        let pieces = futures::stream::try_unfold(got.into_stream(), move |mut pieces| async move {
            let next = tokio::time::timeout(PATIENCE, pieces.try_next()).await.map_err(silent)?;
            Ok(next.map_err(away)?.map(|piece| (piece, pieces)))
        });
        Ok(pieces.boxed())
    }

    /// Takes a file away, whole or half; nothing happens where there is none.
    ///
    /// # Errors
    /// A store that is away.
    pub(crate) async fn remove(&self, tenant: TenantId, file: FileId) -> Result<()> {
        let path = self.path(tenant, file);
        gone(in_time(self.store().await?.delete(&path)).await)?;
        let Place::Folder(root) = &self.place else { return Ok(()) };
        // What a process left that ended while it wrote: the store names it like this, and gives nobody a way to it.
        let half = root.join(tenant.uuid().hyphenated().to_string()).join(format!("{}#1", file.uuid().hyphenated()));
        match tokio::fs::remove_file(half).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(away(error)),
            _ => Ok(()),
        }
    }

    /// Takes everything of a tenant away.
    ///
    /// # Errors
    /// A store that is away; what is gone by then stays gone.
    pub(crate) async fn remove_all(&self, tenant: TenantId) -> Result<()> {
        if let Place::Folder(root) = &self.place {
            return match tokio::fs::remove_dir_all(root.join(tenant.uuid().hyphenated().to_string())).await {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(away(error)),
                _ => Ok(()),
            };
        }
        let store = self.store().await?;
        let all = store.list(Some(&self.folder_of(tenant))).map_err(away);
        all.try_for_each_concurrent(REMOVED_AT_ONCE, |file| async move { gone(in_time(store.delete(&file.location)).await) }).await
    }
}

/// An upload in parts of one size, as every store takes them; one part lies in memory.
struct Writing {
    upload: Box<dyn MultipartUpload>,
    pieces: Vec<Bytes>,
    held: usize,
}

impl Writing {
    async fn put(&mut self, mut piece: Bytes) -> Result<()> {
        while self.held + piece.len() >= PART {
            self.pieces.push(piece.split_to(PART - self.held));
            self.send().await?;
        }
        self.held += piece.len();
        self.pieces.push(piece);
        Ok(())
    }

    async fn send(&mut self) -> Result<()> {
        self.held = 0;
        let part = std::mem::take(&mut self.pieces).into_iter().filter(|piece| !piece.is_empty()).collect();
        in_time(self.upload.put_part(part)).await.map_err(away)
    }

    async fn finish(&mut self) -> Result<()> {
        if self.held > 0 {
            self.send().await?;
        }
        in_time(self.upload.complete()).await.map(drop).map_err(away)
    }
}

/// From the sender into the store, piece by piece.
async fn pour(incoming: &mut Incoming, writing: &mut Writing) -> Result<Measured> {
    let (mut digest, mut size) = (Sha256::new(), 0i64);
    while let Some(piece) = incoming.next().await? {
        digest.update(&piece);
        size = size.saturating_add(i64::try_from(piece.len()).map_err(Error::internal)?);
        writing.put(piece).await?;
    }
    if size == 0 {
        return Err(Error::field("file", "Choose a file with something in it."));
    }
    writing.finish().await?;
    Ok(Measured { size, sha256: hex::encode(digest.finalize()) })
}

fn bucket(s3: &S3) -> Result<Arc<dyn ObjectStore>> {
    // A download takes as long as its buyer; what has to be in time is each step, and that is seen to above.
    let client = ClientOptions::new().with_timeout_disabled().with_connect_timeout(Duration::from_secs(5));
    let retry = RetryConfig { max_retries: 3, retry_timeout: PATIENCE, backoff: BackoffConfig::default() };
    let mut builder =
        AmazonS3Builder::new().with_client_options(client).with_retry(retry).with_bucket_name(&s3.bucket).with_region(&s3.region);
    if let Some(endpoint) = &s3.endpoint {
        builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
    }
    if let Some((id, secret)) = &s3.key {
        builder = builder.with_access_key_id(id).with_secret_access_key(secret.expose_secret());
    }
    Ok(Arc::new(builder.build().map_err(away)?))
}

const AWAY: &str = "The place where files are kept does not answer. Try again in a moment.";

fn away(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::unavailable("files_away", AWAY).because(error)
}

/// Of what ought to be there.
fn lost(error: object_store::Error) -> Error {
    match error {
        error @ object_store::Error::NotFound { .. } => {
            Error::unavailable("file_lost", "This file is not where it is kept. The shop has to add it again.").because(error)
        }
        error => away(error),
    }
}

/// What was gone before is gone.
fn gone(removed: object_store::Result<()>) -> Result<()> {
    match removed {
        Err(object_store::Error::NotFound { .. }) => Ok(()),
        removed => removed.map_err(away),
    }
}

/// A step of the store, which may not take for ever.
async fn in_time<T>(step: impl Future<Output = object_store::Result<T>>) -> object_store::Result<T> {
    let late = |late| object_store::Error::Generic { store: "files", source: Box::new(late) };
    tokio::time::timeout(PATIENCE * 2, step).await.map_err(late)?
}
