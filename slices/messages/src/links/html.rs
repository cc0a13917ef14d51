//! Where the anchors of an HTML text lead. What stands in comments is none.

use super::{Spot, target};
use std::ops::Range;

/// Where anchors lead, in the order of the text.
pub(super) fn spots(html: &str) -> Vec<Spot> {
    let mut spots = Vec::new();
    let mut from = 0;
    while let Some(at) = html[from..].find('<').map(|at| from + at) {
        let rest = &html[at..];
        if rest.starts_with("<!--") {
            from = rest.find("-->").map_or(html.len(), |end| at + end + 3);
            continue;
        }
        let end = at + tag(rest);
        if let Some(value) = leads(&html[at..end]).map(|range| at + range.start..at + range.end)
            && let Some(url) = target(decoded(&html[value.clone()]).trim())
        {
            spots.push(Spot { range: value, url });
        }
        from = end;
    }
    spots
}

/// How long the tag is that a text begins with: a `>` in quotes does not end it.
fn tag(text: &str) -> usize {
    let mut quote = None;
    for (at, letter) in text.char_indices().skip(1) {
        match (quote, letter) {
            (None, '>') => return at + 1,
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), close) if open == close => quote = None,
            _ => {}
        }
    }
    text.len()
}

/// Where in an anchor's tag the address stands that it leads to.
fn leads(tag: &str) -> Option<Range<usize>> {
    let name = tag.get(1..)?.split(|letter: char| letter.is_whitespace() || matches!(letter, '/' | '>')).next()?;
    if !["a", "area"].iter().any(|anchor| name.eq_ignore_ascii_case(anchor)) {
        return None;
    }
    let mut from = 1 + name.len();
    loop {
        from += tag[from..].find(|letter: char| !(letter.is_whitespace() || letter == '/'))?;
        let name = tag[from..].find(|letter: char| letter.is_whitespace() || matches!(letter, '=' | '>' | '/'))?;
        let (word, after) = (&tag[from..from + name], from + name);
        let value = value(tag, after);
        if word.eq_ignore_ascii_case("href") {
            return value;
        }
        // A letter at the least, so that it comes to an end whatever is written.
        let next = value.map_or(after, |value| value.end + usize::from(tag[value.end..].starts_with(['"', '\''])));
        from = next.max(from + tag[from..].chars().next()?.len_utf8());
    }
}

/// Where the value of an attribute stands, whose name ends here; nothing where it has none.
fn value(tag: &str, after: usize) -> Option<Range<usize>> {
    let rest = tag[after..].trim_start();
    let rest = rest.strip_prefix('=')?.trim_start();
    let at = tag.len() - rest.len();
    match rest.chars().next()? {
        quote @ ('"' | '\'') => rest[1..].find(quote).map(|end| at + 1..at + 1 + end),
        _ => rest.find(|letter: char| letter.is_whitespace() || letter == '>').map(|end| at..at + end),
    }
}

/// A value as it is meant: `&amp;` and the like are the letters that they stand for.
fn decoded(value: &str) -> String {
    let (mut text, mut rest) = (String::with_capacity(value.len()), value);
    while let Some(at) = rest.find('&') {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        let letter = rest.find(';').and_then(|end| Some((letter(&rest[1..end])?, end + 1)));
        let (letter, length) = letter.unwrap_or(('&', 1));
        text.push(letter);
        rest = &rest[length..];
    }
    text.push_str(rest);
    text
}

/// The letter that a name between `&` and `;` stands for.
fn letter(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let hex = number.strip_prefix(['x', 'X']).map(|hex| u32::from_str_radix(hex, 16));
            char::from_u32(hex.unwrap_or_else(|| number.parse()).ok()?)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_anchors_lead() {
        for (html, expected) in [
            ("<a href=\"https://a.example/?x=1&amp;y=2\">", Some("https://a.example/?x=1&y=2")),
            ("<a href='https:&#x2f;&#47;a.example'>", Some("https://a.example/")),
            ("<A title='a > b' HREF = https://a.example/x>", Some("https://a.example/x")),
            ("<area shape=rect href=\" https://a.example/ \" />", Some("https://a.example/")),
            ("<a data-href=\"https://a.example/\" / checked>", None),
            ("<abbr href=\"https://a.example/\">", None),
            ("<a href=\"mailto:a@b.example\">", None),
            ("<a href=\"#top\"><a href><a", None),
            ("<!-- <a href=\"https://a.example/\"> -->", None),
            ("<a href=\"https://a.example/&unknown;\">", Some("https://a.example/&unknown;")),
        ] {
            assert_eq!(spots(html).into_iter().next().map(|spot| spot.url).as_deref(), expected, "{html}");
        }
    }
}
