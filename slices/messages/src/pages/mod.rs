//! The pages of the back office: messages and templates.

mod caps;
mod channels;
mod detail;
mod editor;
mod list;
mod look;
mod recover;
mod replay;
mod templates;

use web::Route;

pub(crate) fn routes() -> Vec<Route> {
    [
        list::routes(),
        recover::routes(),
        channels::routes(),
        replay::routes(),
        caps::routes(),
        detail::routes(),
        templates::routes(),
        editor::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
