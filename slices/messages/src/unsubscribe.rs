//! The link by which a reader ends offers is put into a message at the moment it leaves, so that it stands in no row and no list.

use crate::links;
use crate::model::{Message, Urgency};
use crate::template::Composed;
use crate::world::World;
use facts::TenantId;
use std::borrow::Cow;
use store::Result;

/// The variable that templates of what sells something may use.
pub(crate) const VARIABLE: &str = "unsubscribe_url";
/// Stands for the link until the message leaves.
pub(crate) const LINK: &str = "[unsubscribe]";

/// Ends a mail with the link, where it does not have it.
pub(crate) fn end(mail: &mut Composed) {
    if !mail.body.contains(LINK) {
        mail.body.push_str(&format!("\n\nUnsubscribe: {LINK}"));
    }
    if !mail.html.is_empty() && !mail.html.contains(LINK) {
        links::add(&mut mail.html, &format!("<p><a href=\"{LINK}\">Unsubscribe</a></p>"));
    }
}

/// What is no offer to anybody in particular has nobody to lead out: it shows where the link would stand.
pub(crate) fn shown(mut composed: Composed) -> Composed {
    composed.body = composed.body.replace(LINK, "(here stands each reader's own link)");
    composed.html = composed.html.replace(LINK, "#");
    composed
}

/// The message with its link in it; as it is where it sells nothing.
///
/// # Errors
/// Whatever the engine refuses.
pub(crate) async fn filled<'m>(world: &World, tenant: TenantId, message: &'m Message) -> Result<Cow<'m, Message>> {
    let Some(link) = message.link.filter(|_| message.urgency == Urgency::Bulk) else { return Ok(Cow::Borrowed(message)) };
    let shop = identity::shop_url(&mut world.db.read(tenant), &world.public_url).await?;
    let url = format!("{shop}{}", consent::unsubscribe_path(&world.vault, tenant, link));
    let mut message = message.clone();
    message.body = message.body.replace(LINK, &url);
    message.html = message.html.replace(LINK, &url);
    message.unsubscribe_url = Some(url);
    Ok(Cow::Owned(message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_stands_within_what_is_shown() {
        for (html, expected) in [
            ("<p>Hello</p>", "<p>Hello</p><p><a href=\"[unsubscribe]\">Unsubscribe</a></p>"),
            ("<html><body>Hello</BODY></html>", "<html><body>Hello<p><a href=\"[unsubscribe]\">Unsubscribe</a></p></BODY></html>"),
            ("<html>Hello</html>\n", "<html>Hello<p><a href=\"[unsubscribe]\">Unsubscribe</a></p></html>\n"),
            ("<a href='[unsubscribe]'>Out</a>", "<a href='[unsubscribe]'>Out</a>"),
        ] {
            let mut mail = Composed { subject: String::new(), body: String::new(), html: html.to_owned() };
            end(&mut mail);
            assert_eq!((mail.html.as_str(), mail.body.as_str()), (expected, "\n\nUnsubscribe: [unsubscribe]"));
        }
    }
}
