//! WhatsApp's templates: what may be said to people who have not written, once the provider has approved of it.
//!
//! The provider is asked every day and on demand (`ask.rs`), and calls when it thinks otherwise of one (`told.rs`). Whatever goes out by a
//! template can be held against what is known of it before (`fits.rs`).

mod api;
mod ask;
mod chosen;
mod fits;
mod look;
mod page;
mod prices;
mod rows;
mod told;

#[cfg(test)]
mod tests;

pub use chosen::Chosen;
pub use fits::Approval;
pub use look::{approved, template};
pub use prices::Prices;
pub use told::note_template;

pub(crate) use ask::{AskDaily, AskNewAccount, AskTemplates};

use facts::{Time, WhatsappTemplateId};
use serde::Deserialize;
use store::Json;
use web::Route;

facts::words! {
    /// What a template is for: prices differ by it.
    pub enum Category {
        /// It sells something.
        Marketing = "marketing",
        /// It is about something that the person asked for.
        Utility = "utility",
        /// It carries a code.
        Authentication = "authentication",
        /// Something that the provider came up with later.
        Other = "other",
    }
}

facts::words! {
    /// What the provider thinks of a template.
    pub enum Status {
        /// It may be sent.
        Approved = "approved",
        /// It is looked at.
        Pending = "pending",
        /// It may not be sent, and never could.
        Rejected = "rejected",
        /// It may not be sent for some hours, since people did not like it.
        Paused = "paused",
        /// It may not be sent any more.
        Disabled = "disabled",
        /// The provider does not have it any more.
        Gone = "gone",
        /// A word of the provider's that is not known here.
        Other = "other",
    }
}

facts::words! {
    /// How people take a template.
    pub enum Quality {
        /// Well.
        Green = "green",
        /// Some block the sender or report it.
        Yellow = "yellow",
        /// So many that it is soon paused.
        Red = "red",
        /// Too few have got it.
        Unknown = "unknown",
    }
}

/// A template in one language.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Template {
    /// Our id of it.
    pub id: WhatsappTemplateId,
    /// Its name at the provider.
    pub name: String,
    /// Such as `en` or `en_US`.
    pub language: String,
    /// What it is for.
    pub category: Category,
    /// What the provider thinks of it.
    pub status: Status,
    /// How people take it.
    pub quality: Quality,
    /// What it says, with its variables in double braces.
    pub body: String,
    /// The names of the body's variables, in their order.
    pub variables: Json<Vec<String>>,
    /// Whether these are numbers, to be filled in by their places.
    pub numbered: bool,
    /// What it needs beside them, in words, such as a picture.
    pub also_needs: Option<String>,
    /// Why it stands so, in the provider's words.
    pub reason: Option<String>,
    /// When it was last seen at the provider.
    pub seen_at: Time,
    /// Since when it is known here.
    pub created_at: Time,
}

/// The API, and the page.
pub(crate) fn routes() -> Vec<Route> {
    [api::routes(), page::routes()].into_iter().flatten().collect()
}
