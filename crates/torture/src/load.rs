//! The load: one story after another begins, and many go on at the same time.

use crate::chance::Chance;
use crate::stories::{Scene, until_the_next};
use anyhow::Result;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

/// Stories under way at the same time; while there are so many, none begins.
const MOST: usize = 500;

/// The load, running.
pub struct Load {
    stop: watch::Sender<bool>,
    running: JoinHandle<JoinSet<()>>,
}

impl Load {
    /// Begins it.
    pub fn start(scene: Scene, seed: u64) -> Self {
        let (stop, stopping) = watch::channel(false);
        Self { stop, running: tokio::spawn(begin_stories(scene, seed, stopping)) }
    }

    /// Lets no further story begin, and those that have begun come to their end. Tells how many did not within `patience`.
    ///
    /// # Errors
    /// A story panicked.
    pub async fn end(self, patience: Duration) -> Result<usize> {
        self.stop.send_replace(true);
        let mut stories = self.running.await?;
        let all = async {
            while let Some(ended) = stories.join_next().await {
                ended?;
            }
            Ok::<(), tokio::task::JoinError>(())
        };
        match tokio::time::timeout(patience, all).await {
            Ok(ended) => ended.map(|()| 0).map_err(Into::into),
            Err(_) => Ok(stories.len()),
        }
    }
}

async fn begin_stories(scene: Scene, seed: u64, mut stopping: watch::Receiver<bool>) -> JoinSet<()> {
    let mut stories = JoinSet::new();
    let mut chance = Chance::of(seed, "street", 0);
    for number in 0.. {
        stories.spawn(scene.clone().play(number, Chance::of(seed, "story", number)));
        let pause = until_the_next(&mut chance);
        if tokio::time::timeout(pause, stopping.wait_for(|stop| *stop)).await.is_ok() {
            break;
        }
        while stories.try_join_next().is_some() || stories.len() >= MOST {
            if stories.len() >= MOST && tokio::time::timeout(pause, stopping.wait_for(|stop| *stop)).await.is_ok() {
                return stories;
            }
        }
    }
    stories
}
