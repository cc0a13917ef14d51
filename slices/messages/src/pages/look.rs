//! How a message looks where it arrives, and words that several pages use.

use crate::template::Composed;
use channels::Provider;
use facts::messages::{Channel, Subject};
use facts::{CampaignId, Id, JourneyId, OrderId};
use maud::{Markup, PreEscaped, html};
use uuid::Uuid;
use web::ui;

/// `payment_confirmation` as people say it.
pub(super) fn words(word: &str) -> String {
    let plain = word.replace('_', " ");
    let mut letters = plain.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// A link to what a message is about: its campaign, or an order for most.
pub(super) fn about(template: &str, about: Uuid) -> Markup {
    match Subject::of(template) {
        Subject::Campaign => html! { a href={ "/admin/campaigns/" (CampaignId::from_uuid(about)) } { "Campaign" } },
        Subject::Journey => html! { a href={ "/admin/journeys/" (JourneyId::from_uuid(about)) } { "Journey" } },
        Subject::Order => html! { a href={ "/admin/orders/" (OrderId::from_uuid(about)) } { "Order" } },
    }
}

/// A provider's name; the word itself for one that is no more.
pub(super) fn provider(word: &str) -> &str {
    word.parse().map_or(word, |provider: Provider| provider.title())
}

/// A phone number or an e-mail address, as people write it; the id of a device.
pub(super) fn address(channel: Channel, address: &str) -> String {
    match channel {
        Channel::Whatsapp | Channel::Sms => ui::phone_text(address),
        Channel::Email | Channel::Push => address.to_owned(),
    }
}

/// The message as it arrives: a bubble on a phone, or a mail.
pub(super) fn arrived(channel: Channel, composed: &Composed) -> Markup {
    match channel {
        Channel::Whatsapp => html! {
            figure.bubble { blockquote dir="auto" { (bubble(&composed.body)) } figcaption { "As it looks on WhatsApp" } }
        },
        Channel::Sms | Channel::Push => html! {
            figure.bubble {
                blockquote dir="auto" { @if !composed.subject.is_empty() { strong { (composed.subject) } br; } (lines(&composed.body)) }
                figcaption { @if channel == Channel::Sms { "As it looks as an SMS" } @else { "As it looks on a phone" } }
            }
        },
        Channel::Email => html! {
            figure.letter {
                figcaption { strong dir="auto" { (composed.subject) } }
                // Sandboxed: what a tenant writes runs nothing and leads nowhere.
                @if !composed.html.is_empty() {
                    iframe title={ "The mail: " (composed.subject) } sandbox="" srcdoc=(plain(&composed.html)) {}
                }
                details open[composed.html.is_empty()] { summary { "Text part" } pre tabindex="0" dir="auto" { (composed.body) } }
            }
        },
    }
}

/// The HTML without its styles, which the policy of our pages would refuse one by one.
fn plain(html: &str) -> String {
    html.replace(" style=", " data-style=").replace("<style", "<template").replace("</style", "</template")
}

/// Line breaks alone.
fn lines(text: &str) -> Markup {
    html! { @for (at, line) in text.lines().enumerate() { @if at > 0 { br; } (line) } }
}

/// Line breaks, and what stands between asterisks in bold, as WhatsApp shows it.
fn bubble(text: &str) -> Markup {
    html! {
        @for (at, line) in text.lines().enumerate() {
            @if at > 0 { br; }
            (bold(line))
        }
    }
}

fn bold(line: &str) -> Markup {
    let parts: Vec<&str> = line.split('*').collect();
    let last = parts.len() - 1;
    html! {
        @for (at, part) in parts.iter().enumerate() {
            @if at % 2 == 1 && at < last && !part.is_empty() { strong { (part) } }
            @else if at % 2 == 1 { (PreEscaped("*")) (part) @if at < last { (PreEscaped("*")) } }
            @else { (part) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asterisks_are_bold_where_they_pair() {
        for (line, markup) in [
            ("*₹99.00* received", "<strong>₹99.00</strong> received"),
            ("2 * 3", "2 * 3"),
            ("a ** b", "a ** b"),
            ("<b>*x*</b>", "&lt;b&gt;<strong>x</strong>&lt;/b&gt;"),
        ] {
            assert_eq!(bold(line).into_string(), markup);
        }
        assert_eq!(words("payment_confirmation"), "Payment confirmation");
    }
}
