//! Three devices that edit the same few records while they are away, over a network that loses, repeats and reorders: in
//! the end they hold the same, and no edit is lost.

mod device;
mod world;

use crate::MIGRATIONS;
use futures::StreamExt;
use std::sync::LazyLock;
use store::{Migration, STORE};
use testkit::{Engine, TestDb};
use world::{Network, World};

static ALL: LazyLock<Vec<Migration>> =
    LazyLock::new(|| [STORE, identity::MIGRATIONS, contacts::MIGRATIONS, MIGRATIONS].into_iter().flatten().copied().collect());

/// Histories that are tried on each database.
const RUNS: u64 = 1_000;

/// Runs so many worlds, many at once, each in a tenant of its own; what went wrong in which.
async fn worlds(db: &TestDb, network: Network, runs: u64) -> Vec<String> {
    let run = |seed: u64| async move { World::new(db, network, seed).run().await.err().map(|wrong| format!("seed {seed}: {wrong}")) };
    futures::stream::iter(0..runs).map(run).buffer_unordered(24).filter_map(std::future::ready).collect().await
}

testkit::both! { with &ALL;
    async fn devices_end_equal_and_no_edit_is_lost(db: TestDb) {
        let wrong = worlds(&db, Network::Bad, RUNS).await;
        assert!(wrong.is_empty(), "{} of {RUNS} worlds went wrong:\n{}", wrong.len(), wrong.join("\n"));
    }
}

/// What the test above would say if the server took changes that were made without knowing what they change.
#[test]
fn a_lost_edit_is_noticed() {
    testkit::run(Engine::Sqlite, &ALL, |db: TestDb| async move {
        let wrong = worlds(&db, Network::Lying, 40).await;
        assert!(wrong.len() > 10, "{wrong:?}");
        assert!(wrong.iter().any(|wrong| wrong.contains("is lost")), "{wrong:?}");
    });
}
