//! The inbox: conversations with customers over WhatsApp and SMS, who answers them, and what comes of them.

mod api;
mod attachments;
mod commands;
mod fill;
mod live;
mod merged;
mod model;
mod pages;
mod people;
mod queries;
mod reactions;
mod rows;
mod rules;

use std::sync::Arc;
use store::{Db, Migration, TimerKind};
use web::{App, Extras, Slice};

/// The tables of this slice.
pub const MIGRATIONS: &[Migration] = &[Migration::both("inbox/0001_inbox", include_str!("../migrations/0001_inbox.sql"))];

/// The slice.
pub fn slice(db: Db) -> Slice {
    let mut extras = Extras::default();
    extras.put(live::Live::new(db));
    Slice {
        name: "inbox",
        migrations: MIGRATIONS.to_vec(),
        routes: [api::routes(), pages::routes()].into_iter().flatten().collect(),
        nav: pages::nav(),
        reactions: vec![
            Arc::new(reactions::GatherReceived),
            Arc::new(reactions::FollowReplies),
            Arc::new(reactions::FollowAttachments),
            Arc::new(reactions::FollowName),
            Arc::new(contacts::WhenErased { name: "forget_erased_talker", forget: |tx, who| Box::pin(rows::forget(tx, who.contact_id)) }),
            Arc::new(contacts::WhenMerged { name: "bring_over_talks", join: |tx, who| Box::pin(merged::join(tx, who)) }),
        ],
        timers: vec![TimerKind::of::<commands::WakeConversation>()],
        extras,
        ..Slice::default()
    }
}

/// Ends what open pages listen to, since this process is told to stop and waits for no connection that nobody closes.
pub fn close(app: &App) {
    if let Ok(live) = app.extra::<live::Live>() {
        live.close();
    }
}

#[cfg(test)]
mod tests;
