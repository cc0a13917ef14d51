//! What must hold whatever happens at once, and in whatever order.

mod numbers;
mod stories;

use crate::MIGRATIONS;
use std::sync::LazyLock;
use store::{Migration, STORE};

/// The tables that these tests need.
static ALL: LazyLock<Vec<Migration>> = LazyLock::new(|| {
    let rooms = [STORE, identity::MIGRATIONS, settings::MIGRATIONS, contacts::MIGRATIONS, payments::MIGRATIONS, MIGRATIONS];
    rooms.into_iter().flatten().copied().collect()
});
