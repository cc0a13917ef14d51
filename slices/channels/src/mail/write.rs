//! A message as a mail: headers, text and HTML side by side, under the shop's letterhead. The same message under the
//! same letterhead is the same mail, byte for byte.

use crate::letter::Letter;
use crate::world::Channels;
use branding::Brand;
use facts::TenantId;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder, MultiPart, MultiPartKind, SinglePart};
use std::time::{Duration, SystemTime};

/// How a tenant's mail looks, and where its pictures are.
pub(super) struct Letterhead {
    brand: Brand,
    shop_name: String,
    shop_url: String,
}

impl Letterhead {
    /// That of a tenant, as it is now: a mail that waited goes out as the shop looks today.
    pub(super) async fn of(channels: &Channels, tenant: TenantId) -> store::Result<Self> {
        let mut look = channels.db.read(tenant);
        let brand = branding::of(&mut look).await?;
        if !brand.is_chosen() {
            return Ok(Self { brand, shop_name: String::new(), shop_url: String::new() });
        }
        let shop_name = identity::tenant(&mut look).await?.name;
        let shop_url = identity::shop_url(&mut look, &channels.public_url).await?;
        Ok(Self { brand, shop_name, shop_url })
    }

    /// The account's address under the shop's name, where it has chosen one. No name ends a header, whatever the branding
    /// let through.
    fn sender(&self, account: &Mailbox) -> Mailbox {
        let own: String = self.brand.sender_name.chars().filter(|letter| !letter.is_control()).collect();
        let name = if own.is_empty() { account.name.clone() } else { Some(own) };
        Mailbox::new(name, account.email.clone())
    }
}

/// The button by which mail programs end offers (RFC 8058). No mailto stands beside it: no mailbox of ours is read. Both headers
/// are what a mail server that signs with DKIM has to cover.
fn one_click(builder: MessageBuilder, url: &str) -> MessageBuilder {
    let header = |name: &'static str, value: String| {
        // As it is: an address must not be folded or encoded, and is made of plain letters.
        HeaderValue::dangerous_new_pre_encoded(HeaderName::new_from_ascii_str(name), value.clone(), value)
    };
    builder
        .raw_header(header("List-Unsubscribe", format!("<{url}>")))
        .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()))
}

/// Writes the mail.
///
/// # Errors
/// What is wrong with an address, in words.
pub(super) fn write(account: &Mailbox, head: &Letterhead, letter: &Letter) -> Result<lettre::Message, String> {
    let to: Mailbox = letter.address.parse().map_err(|error| format!("{} is no mail address ({error})", letter.address))?;
    let made = SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(letter.made_at.millis()).unwrap_or(0));
    let mut builder = lettre::Message::builder()
        .message_id(Some(format!("<{}@{}>", letter.id, account.email.domain())))
        .date(made)
        .from(head.sender(account))
        .to(to)
        .subject(letter.subject.as_str());
    if let Ok(address) = head.brand.reply_to.parse() {
        builder = builder.reply_to(Mailbox::new(None, address));
    }
    if let Some(url) = &letter.unsubscribe {
        builder = one_click(builder, url);
    }
    let text = SinglePart::plain(branding::text(&head.brand, &letter.body));
    let mail = if letter.html.is_empty() {
        builder.singlepart(text)
    } else {
        let html = branding::html(&head.brand, &head.shop_name, &head.shop_url, &letter.html);
        let both = MultiPart::builder().kind(MultiPartKind::Alternative).boundary(format!("={}", letter.id)).build();
        builder.multipart(both.singlepart(text).singlepart(SinglePart::html(html)))
    };
    mail.map_err(|error| error.to_string())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::letter::letter;
    use facts::messages::Channel;

    /// That of a shop that has chosen nothing.
    pub(in crate::mail) fn plain() -> Letterhead {
        Letterhead { brand: Brand::usual(), shop_name: String::new(), shop_url: String::new() }
    }

    #[test]
    fn the_same_message_is_the_same_mail() {
        let mut letter = letter(Channel::Email, "asha@example.com");
        letter.subject = "✓ Payment of ₹99.00 received".to_owned();
        letter.body = "we received your payment — धन्यवाद".to_owned();
        letter.html = "<p>✓ we received your payment</p>".to_owned();
        let from: Mailbox = "Shop <shop@origin.example>".parse().unwrap();
        let mail = write(&from, &plain(), &letter).unwrap().formatted();
        assert_eq!(mail, write(&from, &plain(), &letter).unwrap().formatted());
        let text = String::from_utf8(mail).unwrap();
        assert!(text.contains(&format!("Message-ID: <{}@origin.example>", letter.id)), "{text}");
        assert!(text.contains("multipart/alternative") && text.contains("text/plain") && text.contains("text/html"));
        assert!(text.is_ascii());
    }

    #[test]
    fn what_sells_something_ends_with_a_click() {
        let mut letter = letter(Channel::Email, "asha@example.com");
        let from: Mailbox = "Shop <shop@origin.example>".parse().unwrap();
        let text = |letter: &Letter| String::from_utf8(write(&from, &plain(), letter).unwrap().formatted()).unwrap();
        assert!(!text(&letter).contains("List-Unsubscribe"));
        let url = format!("https://shop.example/u/{}", "A1-_".repeat(30));
        letter.unsubscribe = Some(url.clone());
        let mail = text(&letter);
        assert!(mail.contains(&format!("\r\nList-Unsubscribe: <{url}>\r\n")), "{mail}");
        assert!(mail.contains("\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"), "{mail}");
    }

    #[test]
    fn a_wrong_address_is_said() {
        assert!(write(&"shop@origin.example".parse().unwrap(), &plain(), &letter(Channel::Email, "nobody")).is_err());
    }

    #[test]
    fn a_letterhead_changes_the_name_and_never_the_address() {
        let mut letter = letter(Channel::Email, "asha@example.com");
        letter.body = "Hello".to_owned();
        let from: Mailbox = "Shop <shop@origin.example>".parse().unwrap();
        for (name, header) in [
            ("Asha", "From: Asha <shop@origin.example>"),
            ("आशा & Co", "From: =?utf-8?b?4KSG4KS24KS+ICYgQ28=?= <shop@origin.example>"),
            ("", "From: Shop <shop@origin.example>"),
            // What the branding refuses to keep would still stay within its header.
            ("x\r\nBcc: everybody@example.com", "<shop@origin.example>"),
            ("\" <evil@example.com>, \"", "<shop@origin.example>"),
        ] {
            let brand =
                Brand { sender_name: name.into(), reply_to: "help@asha.example".into(), footer: "12 MG Road".into(), ..Brand::usual() };
            let mail = write(&from, &Letterhead { brand, ..plain() }, &letter).unwrap();
            let text = String::from_utf8(mail.formatted()).unwrap();
            assert!(text.contains(header), "{name}: {text}");
            assert!(text.contains("Reply-To: help@asha.example\r\n") && text.contains("-- \r\n12 MG Road"), "{text}");
            assert!(!text.contains("\r\nBcc:"), "{text}");
            assert_eq!(mail.envelope().from().unwrap().to_string(), "shop@origin.example");
            assert_eq!(mail.envelope().to().len(), 1);
        }
    }
}
