//! Lists: people who were put together by hand, or by a file.

mod commands;
mod members;
mod model;
mod queries;
mod rows;

pub use members::{add_to_list, members_of, take_off_list};
pub use model::List;
pub use queries::{list, lists};

pub(crate) use commands::{DeleteList, PutOnList, SaveList, TakeOffList};
pub(crate) use members::{add_new, add_some, on_list, remove_from_all, unite};
pub(crate) use queries::{of_contact, page, place};
