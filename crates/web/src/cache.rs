//! What may be forgotten: short-lived answers, in this process.

use moka::future::Cache as Moka;
use std::any::Any;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use store::{Error, Result};

/// Answers that may be a few seconds old. What must be true at once is not kept here.
#[derive(Clone)]
pub struct Cache(Moka<String, Arc<dyn Any + Send + Sync>>);

impl Cache {
    /// A cache that forgets everything after so long.
    pub fn new(lifetime: Duration) -> Self {
        Self(Moka::builder().max_capacity(50_000).time_to_live(lifetime).build())
    }

    /// The answer under a key, made when it is not there. Many who ask at once wait for one.
    ///
    /// # Errors
    /// What making it fails with; a failure is not kept.
    pub async fn get<T, F>(&self, key: &str, make: F) -> Result<T>
    where
        T: Clone + Send + Sync + 'static,
        F: Future<Output = Result<T>> + Send,
    {
        let made = self.0.try_get_with_by_ref(key, async { make.await.map(|value| Arc::new(value) as Arc<dyn Any + Send + Sync>) }).await;
        let value = made.map_err(|error: Arc<Error>| Error::new(error.kind(), error.code(), error.message()))?;
        value.downcast_ref::<T>().cloned().ok_or_else(|| Error::internal(format!("another type is cached under {key}")))
    }

    /// Forgets everything, because something changed that many answers rest on.
    pub fn forget_all(&self) {
        self.0.invalidate_all();
    }

    /// Forgets one answer.
    pub async fn forget(&self, key: &str) {
        self.0.invalidate(key).await;
    }
}
