//! What changes segments.

mod delete;
mod save;

pub(crate) use delete::DeleteSegment;
pub(crate) use save::SaveSegment;
