//! Contacts: whom a merchant sells to or writes to, each phone number and e-mail address one person's.

mod model;
mod queries;
mod rows;
mod rules;
mod save;

pub use model::{Contact, NewContact};
pub use queries::find;
pub use rules::{email, phone};
pub use save::save;
