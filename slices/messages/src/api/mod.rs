//! The API: /api/v1/notifications, published as /api/notifications, and the webhook that receipts come in by.

mod direct;
mod health;
mod history;
mod packing;
mod process;
mod recover;
mod replay;
mod resend;
mod send;
mod statistics;
mod templates;
mod trial;
mod view;
mod webhook;

pub(crate) use history::Narrow;

use web::Route;

pub(crate) fn routes() -> Vec<Route> {
    let all = [
        direct::routes(),
        trial::routes(),
        send::routes(),
        history::routes(),
        packing::routes(),
        templates::routes(),
        recover::routes(),
        replay::routes(),
        resend::routes(),
        statistics::routes(),
        process::routes(),
        health::routes(),
        webhook::routes(),
    ];
    all.into_iter().flatten().collect()
}
