//! Codes that show that an address is somebody's, on both databases.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod late;
mod page;
mod promise;
