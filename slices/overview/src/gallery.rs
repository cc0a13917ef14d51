//! Every component in every state, outside production: the manual of the pages and their visual test.

use axum::extract::State;
use axum::response::Html;
use store::Error;
use web::{Answer, App, Env, ui};

pub(crate) async fn show(State(app): State<App>) -> Answer<Html<String>> {
    if app.env == Env::Production {
        return Err(Error::not_found("page").into());
    }
    Ok(Html(ui::gallery::page().into_string()))
}

/// The part of it that comes anew every few seconds.
pub(crate) async fn live(State(app): State<App>) -> Answer<Html<String>> {
    if app.env == Env::Production {
        return Err(Error::not_found("page").into());
    }
    Ok(Html(ui::gallery::live_part().into_string()))
}
