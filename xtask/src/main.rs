//! The commands of the workshop: `cargo x demo | test | bench | torture | check`.
fn main() {}
