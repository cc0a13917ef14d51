//! The links of a message in their order, and the message with other addresses in their places. Only what a mail program makes a link of
//! is one: an address in a text that begins with `http://` or `https://`, and where an anchor of HTML leads.

use crate::link_token::Place;
use crate::unsubscribe;
use std::collections::HashMap;
use std::ops::Range;
use url::Url;

mod html;

/// Links of one message that are followed; what comes after so many is left as it is.
const MOST: usize = 500;
/// What ends a sentence and no address.
const STOPS: [char; 10] = ['.', ',', ';', ':', '!', '?', '\'', '*', '_', '…'];
const BRACKETS: [(char, char); 3] = [('(', ')'), ('[', ']'), ('{', '}')];

/// Where in a text an address stands, and where it leads.
#[derive(Debug, PartialEq)]
struct Spot {
    range: Range<usize>,
    url: String,
}

/// The different addresses that a message leads to, in the order in which they first come: its text's, then its HTML's.
pub(crate) fn of(body: &str, html: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for spot in in_text(body).into_iter().chain(html::spots(html)) {
        if all.len() < MOST && !all.contains(&spot.url) {
            all.push(spot.url);
        }
    }
    all
}

/// Text and HTML with each link in place of the one that stands there; the HTML with an image and a link that no person sees as well.
pub(crate) fn rewrite(body: &str, html: &str, address: impl Fn(Place) -> String) -> (String, String) {
    let numbers: HashMap<String, u16> = of(body, html).into_iter().zip(0..).collect();
    let other = |spot: &Spot| numbers.get(&spot.url).map(|number| address(Place::Link(*number)));
    let text = replaced(body, &in_text(body), other);
    if html.is_empty() {
        return (text, String::new());
    }
    let hidden = format!(
        "<a href=\"{}\" style=\"display:none\" aria-hidden=\"true\" tabindex=\"-1\" rel=\"nofollow\"></a>\
         <img src=\"{}.gif\" width=\"1\" height=\"1\" alt=\"\" style=\"border:0\">",
        address(Place::Trap),
        address(Place::Image)
    );
    let mut html = replaced(html, &html::spots(html), other);
    add(&mut html, &hidden);
    (text, html)
}

/// Puts something at the end of what a mail's HTML shows.
pub(crate) fn add(html: &mut String, more: &str) {
    let closes = |tag: &str| html.to_ascii_lowercase().rfind(tag);
    let end = closes("</body").or_else(|| closes("</html")).unwrap_or(html.len());
    html.insert_str(end, more);
}

fn replaced(text: &str, spots: &[Spot], other: impl Fn(&Spot) -> Option<String>) -> String {
    let (mut made, mut from) = (String::with_capacity(text.len()), 0);
    for spot in spots {
        let Some(other) = other(spot) else { continue };
        made.push_str(&text[from..spot.range.start]);
        made.push_str(&other);
        from = spot.range.end;
    }
    made.push_str(&text[from..]);
    made
}

/// Where something that is written as an address leads, as a browser reads it. What ends offers is no link of this kind, wherever it stands.
fn target(written: &str) -> Option<String> {
    let url = Url::parse(written).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())?;
    (!written.contains(unsubscribe::LINK)).then(|| url.into())
}

fn in_text(text: &str) -> Vec<Spot> {
    let mut spots = Vec::new();
    let mut from = 0;
    while let Some(start) = begins(text, from) {
        let rest = &text[start..];
        let end = rest.find(|letter: char| letter.is_whitespace() || matches!(letter, '<' | '>' | '"')).unwrap_or(rest.len());
        let written = ended(&rest[..end]);
        if let Some(url) = target(written) {
            spots.push(Spot { range: start..start + written.len(), url });
        }
        from = start + end;
    }
    spots
}

/// Where the next address begins.
fn begins(text: &str, from: usize) -> Option<usize> {
    text[from..].match_indices("://").find_map(|(at, _)| {
        let before = &text[from..from + at];
        let scheme = ["https", "http"].into_iter().find(|scheme| {
            let at = before.len().checked_sub(scheme.len());
            at.and_then(|at| before.get(at..)).is_some_and(|end| end.eq_ignore_ascii_case(scheme))
        })?;
        let start = before.len() - scheme.len();
        (!before[..start].ends_with(char::is_alphanumeric)).then_some(from + start)
    })
}

/// An address without what ends the sentence that it stands in.
fn ended(written: &str) -> &str {
    let mut rest = written;
    loop {
        let open = |(open, close): &(char, char)| rest.ends_with(*close) && rest.matches(*open).count() < rest.matches(*close).count();
        let shorter = match BRACKETS.iter().any(open) {
            true => &rest[..rest.len() - 1],
            false => rest.trim_end_matches(STOPS),
        };
        if shorter.len() == rest.len() {
            return rest;
        }
        rest = shorter;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HERE: &str = "https://asha.example/l/";

    fn address(place: Place) -> String {
        match place {
            Place::Link(number) => format!("{HERE}{number}"),
            Place::Image => format!("{HERE}image"),
            Place::Trap => format!("{HERE}trap"),
        }
    }

    fn urls(spots: Vec<Spot>) -> Vec<String> {
        spots.into_iter().map(|spot| spot.url).collect()
    }

    #[test]
    fn what_is_a_link_in_a_text() {
        for (text, expected) in [
            ("See https://a.example/x.", vec!["https://a.example/x"]),
            ("(https://a.example/x_(1)), HTTP://b.example!", vec!["https://a.example/x_(1)", "http://b.example/"]),
            ("<https://a.example/?q=1&r=2>", vec!["https://a.example/?q=1&r=2"]),
            ("mailto:a@b.example ftp://a.example xhttps://a.example https://", vec![]),
            ("Unsubscribe: [unsubscribe] https://a.example/[unsubscribe]", vec![]),
        ] {
            assert_eq!(urls(in_text(text)), expected, "{text}");
        }
    }

    #[test]
    fn a_mail_with_its_links() {
        let body = "Mangoes: https://a.example/m\nOut: [unsubscribe]";
        let html = "<body><a class=x href='https://a.example/m'>M</a> <a href=\"https://b.example/?a=1&amp;b=2\">B</a>\
                    <a href=\"[unsubscribe]\">Out</a><img src=\"https://c.example/i.png\"></body>";
        assert_eq!(of(body, html), ["https://a.example/m", "https://b.example/?a=1&b=2"]);
        let (text, html) = rewrite(body, html, address);
        assert_eq!(text, format!("Mangoes: {HERE}0\nOut: [unsubscribe]"));
        assert!(html.starts_with(&format!("<body><a class=x href='{HERE}0'>M</a> <a href=\"{HERE}1\">B</a><a href=\"[unsubscribe]\">Out</a><img src=\"https://c.example/i.png\"><a href=\"{HERE}trap\" style=\"display:none\"")), "{html}");
        assert!(
            html.ends_with(&format!("<img src=\"{HERE}image.gif\" width=\"1\" height=\"1\" alt=\"\" style=\"border:0\"></body>")),
            "{html}"
        );
        assert_eq!(rewrite("Hello", "", address), ("Hello".to_owned(), String::new()), "a text hides nothing");
    }

    /// Pieces of mails: links well and badly written, marks, and words.
    fn piece() -> impl Strategy<Value = String> {
        prop_oneof![
            "https?://[a-c]\\.example(/[a-z(){}.,?=&]{0,8})?",
            "[ \\n.,()<>\"'\\[\\]a-z]{0,6}",
            Just("[unsubscribe]".to_owned()),
            Just("https://".to_owned()),
            Just("é ü".to_owned()),
        ]
    }

    fn anchor() -> impl Strategy<Value = String> {
        prop_oneof![
            ("https?://[a-c]\\.example(/[a-z]{0,3})?", "[a-z ]{0,4}").prop_map(|(url, words)| format!("<a href=\"{url}\">{words}</a>")),
            "https?://[a-c]\\.example/[a-z]{0,3}".prop_map(|url| format!("<A title='x > y' HREF={url} >z</A>")),
            Just("<!-- <a href=\"https://z.example/\">not this</a> -->".to_owned()),
            Just("<a name=\"top\"><br/></a>< a & b".to_owned()),
        ]
    }

    proptest! {
        /// The nth link of what was sent leads where the nth link of what is stored leads.
        #[test]
        fn each_link_leads_where_it_led(body in proptest::collection::vec(piece(), 0..12), html in proptest::collection::vec(anchor(), 0..8)) {
            let (body, html) = (body.concat(), html.concat());
            let links = of(&body, &html);
            let (sent, sent_html) = rewrite(&body, &html, address);
            let lead = |url: &String| url.strip_prefix(HERE).and_then(|number| number.parse::<usize>().ok()).map(|number| links[number].clone());
            let led: Vec<String> = urls(in_text(&sent)).iter().filter_map(lead).collect();
            prop_assert_eq!(led, urls(in_text(&body)));
            let led: Vec<String> = urls(html::spots(&sent_html)).iter().filter_map(lead).collect();
            prop_assert_eq!(led, urls(html::spots(&html)));
        }

        /// Whatever is written, it is read to its end, and what is no link stays as it is.
        #[test]
        fn any_text_is_read(body in "\\PC{0,80}", html in "[<a href=\"'!->&;x/:]{0,60}") {
            let (sent, sent_html) = rewrite(&body, &html, address);
            if of(&body, &html).is_empty() {
                prop_assert_eq!(sent, body);
                prop_assert!(html.is_empty() || sent_html.starts_with(&html));
            }
        }
    }
}
