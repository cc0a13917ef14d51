//! Messages: templates, the life of a message from its cause to its receipt, and the channels it goes by.

mod account;
mod api;
mod attachments;
mod bills;
mod call_off;
mod caps;
mod check;
mod codes;
mod commands;
mod content;
mod daily;
mod deliveries;
mod erased;
mod errands;
mod hours;
mod instead;
mod left_orders;
mod life;
mod link_token;
mod links;
mod merged;
mod model;
mod packing;
mod pages;
mod queries;
mod reactions;
mod reason;
mod render;
mod rows;
mod silence;
mod stops;
mod subscribers;
mod talk;
mod template;
#[cfg(test)]
mod tests;
mod texts;
mod tracked;
mod trial;
mod types;
mod unheard;
mod unsubscribe;
mod world;

pub use attachments::{Attachment, FetchAgain, Fetched, LARGEST as LARGEST_ATTACHMENT, attach, attachment, attachments, title};
pub use call_off::call_off;
pub use caps::capped;
pub use check::check;
pub use codes::{CODE, one_time_code};
pub use commands::{Enqueued, Written, enqueue, enqueue_all, enqueue_written};
pub use content::{CAMPAIGN, Content, JOURNEY, Reader, Unfit};
pub use daily::{DAY, admit, daily_people, people_of_a_day};
pub use hours::Hours;
pub use link_token::{Place, read as read_link};
pub use model::{Cause, Message, NewMessage, State, Urgency, address};
pub use queries::{has_arrived, has_left, message, still_queued, template};
pub use reason::reason;
pub use silence::{Silence, silences};
pub use talk::{Received, Said, received, said, takes_files, written_to};
pub use template::{Composed, Template};
pub use tracked::{Sending, read_at, sendings, target};
pub use types::{MessageType, Variable};
pub use unheard::ask_at_start;
pub use world::Config;

use std::sync::Arc;
use store::{ErrandKind, Migration, TimerKind};
use web::{Extras, NavItem, Permission, Slice};

/// The tables of messages.
pub const MIGRATIONS: &[Migration] = &[
    Migration::both("messages/0001_messages", include_str!("../migrations/0001_messages.sql")),
    Migration::both("messages/0002_indexes", include_str!("../migrations/0002_indexes.sql")),
    Migration::pair(
        "messages/0003_suppressions",
        include_str!("../migrations/0003_suppressions.pg.sql"),
        include_str!("../migrations/0003_suppressions.sqlite.sql"),
    ),
    Migration::both("messages/0004_providers", include_str!("../migrations/0004_providers.sql")),
    Migration::both("messages/0005_contact", include_str!("../migrations/0005_contact.sql")),
    Migration::both("messages/0006_received_contact", include_str!("../migrations/0006_received_contact.sql")),
    Migration::both("messages/0007_bulk", include_str!("../migrations/0007_bulk.sql")),
    Migration::both("messages/0008_hours", include_str!("../migrations/0008_hours.sql")),
    Migration::both("messages/0009_caps", include_str!("../migrations/0009_caps.sql")),
    Migration::both("messages/0010_sms_instead", include_str!("../migrations/0010_sms_instead.sql")),
    Migration::both("messages/0011_attachments", include_str!("../migrations/0011_attachments.sql")),
    Migration::both("messages/0012_silence", include_str!("../migrations/0012_silence.sql")),
    Migration::both("messages/0013_room", include_str!("../migrations/0013_room.sql")),
    Migration::both("messages/0014_reports", include_str!("../migrations/0014_reports.sql")),
];

/// The slice.
pub fn slice(config: Config) -> Slice {
    let world = Arc::new(world::World::new(&config));
    let mut extras = Extras::default();
    extras.put(world.clone());
    Slice {
        name: "messages",
        migrations: MIGRATIONS.to_vec(),
        routes: [api::routes(), pages::routes(), attachments::routes()].into_iter().flatten().collect(),
        reactions: vec![
            Arc::new(reactions::ConfirmPlacedOrder),
            Arc::new(bills::RemindOfInvoice { public_url: config.public_url.clone() }),
            Arc::new(bills::ConfirmNotedPayment),
            Arc::new(deliveries::TellOfDelivery),
            Arc::new(packing::TellOfPacking),
            Arc::new(subscribers::TellOfSubscription),
            Arc::new(left_orders::RemindOfLeftOrder { public_url: config.public_url.clone() }),
            Arc::new(reactions::ConfirmPaidOrder { public_url: config.public_url }),
            Arc::new(reactions::CountMessages),
            Arc::new(instead::SayAtOnce),
            Arc::new(account::WriteAccountMail),
            Arc::new(unheard::AskNewAccount),
            Arc::new(contacts::WhenErased { name: "forget_erased_recipient", forget: |tx, who| Box::pin(erased::forget(tx, who)) }),
            Arc::new(contacts::WhenMerged { name: "bring_over_messages", join: |tx, who| Box::pin(merged::join(tx, who)) }),
        ],
        errands: vec![
            ErrandKind::of::<errands::DeliverCode>(world.clone()),
            ErrandKind::of::<errands::DeliverMessage>(world.clone()),
            ErrandKind::of::<unheard::AskForInbound>(world.clone()),
            ErrandKind::of::<attachments::FetchAttachment>(world),
        ],
        timers: vec![
            TimerKind::of::<commands::MatchReceipts>(),
            TimerKind::of::<instead::SaySms>(),
            TimerKind::of::<commands::SendAgain>(),
            TimerKind::of::<commands::ReadAgain>(),
            TimerKind::of::<commands::ReadWord>(),
            TimerKind::of::<silence::Listen>(),
            TimerKind::of::<unheard::AskAgain>(),
        ],
        nav: vec![NavItem { label: "Messages", href: "/admin/messages", icon: "messages", needs: Permission::MessagesRead, order: 40 }],
        extras,
        told: &[store::Told { table: "receipts", secret: &[], plain: &["code"] }],
    }
}
