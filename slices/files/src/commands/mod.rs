//! What changes files, and the rights to download them.

mod delete;
mod products;
mod upload;
mod uses;

pub(crate) use delete::DeleteFile;
pub use products::SetProductFile;
pub use upload::bear;
pub(crate) use upload::{AbandonUpload, BeginUpload, FinishUpload, SweepUpload};
pub(crate) use uses::{AllowAgain, TakeUse};
