//! The link is put into a mail at the moment it leaves.

use super::LINK;
use crate::model::Message;
use crate::world::World;
use channels::{Class, Failure};
use facts::{TenantId, TicketId};

/// The mail with its link in it.
///
/// # Errors
/// The link opens nothing any more, or cannot be had now.
pub(crate) async fn fill(world: &World, tenant: TenantId, message: &Message) -> Result<Message, Failure> {
    let mut message = message.clone();
    if !message.body.contains(LINK) {
        return Ok(message);
    }
    let id: TicketId = message.source_ref.parse().map_err(|_| Failure::new(Class::Permanent, "the mail names no ticket"))?;
    let link = link(world, tenant, id).await?;
    message.body = message.body.replace(LINK, &link);
    message.html = message.html.replace(LINK, &link);
    Ok(message)
}

async fn link(world: &World, tenant: TenantId, id: TicketId) -> Result<String, Failure> {
    let unread = |error: store::Error| Failure::new(Class::Transient, format!("the link cannot be read: {}", error.message()));
    let over = || Failure::new(Class::Permanent, "the link was used or taken back before its mail left");
    let ticket = identity::ticket(&mut world.db.read_main(tenant), id).await.map_err(unread)?.ok_or_else(over)?;
    identity::ticket_link(&world.vault, &world.public_url, &ticket, world.db.clock().now()).map_err(unread)?.ok_or_else(over)
}
