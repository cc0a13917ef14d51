//! What a brand may be: texts that stay texts, colours that can be read.

use crate::model::Mode;
use store::{Error, Result};
use web::ui::Colour;

/// What one presses must stand out from the page: WCAG 2.2, 1.4.11,
/// <https://www.w3.org/TR/WCAG22/#non-text-contrast>.
pub(crate) const CONTROL: f64 = 3.0;
/// What one reads must stand out more: WCAG 2.2, 1.4.3, <https://www.w3.org/TR/WCAG22/#contrast-minimum>.
pub(crate) const TEXT: f64 = 4.5;

/// The longest name, in characters.
const NAME: usize = 60;
/// The longest tagline, in characters.
const TAGLINE: usize = 140;
/// The longest footer, in characters.
const FOOTER: usize = 600;
/// The most lines of a footer.
const FOOTER_LINES: usize = 8;

/// One line of text: trimmed, short, and without anything that is not seen.
///
/// # Errors
/// The field, with what is wrong.
pub(crate) fn line(field: &str, text: &str) -> Result<String> {
    let most = if field == "tagline" { TAGLINE } else { NAME };
    let text = text.trim();
    if text.chars().any(is_unseen) {
        return Err(Error::field(field, "One line, without control characters."));
    }
    if text.chars().count() > most {
        return Err(Error::field(field, format!("At most {most} characters.")));
    }
    Ok(text.to_owned())
}

/// Lines of text.
///
/// # Errors
/// `footer`, with what is wrong.
pub(crate) fn footer(text: &str) -> Result<String> {
    let text = text.replace("\r\n", "\n");
    let lines: Vec<&str> = text.trim().lines().map(str::trim).collect();
    if lines.iter().any(|line| line.chars().any(is_unseen)) {
        return Err(Error::field("footer", "Plain text, without control characters."));
    }
    if lines.len() > FOOTER_LINES || text.chars().count() > FOOTER {
        return Err(Error::field("footer", format!("At most {FOOTER_LINES} lines and {FOOTER} characters.")));
    }
    Ok(lines.join("\n"))
}

/// Control characters, and those that turn the direction of what follows: what is written would not be what is read.
fn is_unseen(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// A mail address, or nothing.
///
/// # Errors
/// `reply_to`, when mail cannot be sent to it.
pub(crate) fn reply_to(text: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(String::new());
    }
    match text.parse::<lettre::Address>() {
        Ok(address) if text.len() <= 254 && text.is_ascii() => Ok(address.to_string()),
        _ => Err(Error::field("reply_to", "An e-mail address such as hello@shop.example.")),
    }
}

/// A colour; nothing is the usual one.
///
/// # Errors
/// The field, when it is none.
pub(crate) fn colour(field: &str, text: &str, usual: Colour) -> Result<Colour> {
    match text.trim() {
        "" => Ok(usual),
        text => text.parse().map_err(|error: web::ui::NoColour| Error::field(field, error.to_string())),
    }
}

/// The page that a colour chosen for a mode has to be seen on. Where a buyer's device decides, the colour is chosen for
/// the light page, and the dark one gets its nearest shade.
pub(crate) fn ground(mode: Mode) -> Colour {
    match mode {
        Mode::Auto | Mode::Light => Colour::WHITE,
        Mode::Dark => Colour::DARK,
    }
}

/// How a colour stands on a ground, and the nearest that would do where it does not.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Standing {
    pub ratio: f64,
    pub needs: f64,
    pub nearest: Colour,
}

impl Standing {
    pub(crate) fn of(colour: Colour, ground: Colour, needs: f64) -> Self {
        Self { ratio: colour.contrast(ground), needs, nearest: colour.on(ground, needs) }
    }

    pub(crate) fn is_enough(&self) -> bool {
        self.ratio >= self.needs
    }
}

/// A ratio for people. Cut off and not rounded: 4.499 is not 4.5.
pub(crate) fn shown(ratio: f64) -> String {
    format!("{:.2}:1", (ratio * 100.0).floor() / 100.0)
}

/// Whether buttons stand out from the page and links can be read on it.
///
/// # Errors
/// `low_contrast` with a field for each colour that cannot: its ratio, and the nearest that would do.
pub(crate) fn readable(primary: Colour, accent: Colour, mode: Mode) -> Result<()> {
    let ground = ground(mode);
    let page = if ground == Colour::WHITE { "white" } else { "dark" };
    let checked = [("primary_colour", primary, CONTROL, "buttons"), ("accent_colour", accent, TEXT, "links")];
    let faults: Vec<(&str, String)> = checked
        .into_iter()
        .filter_map(|(field, colour, needs, what)| {
            let standing = Standing::of(colour, ground, needs);
            let (ratio, nearest) = (shown(standing.ratio), standing.nearest);
            let words = format!(
                "{colour} has a contrast of {ratio} with the {page} page; {what} need {needs}:1. The nearest that has it is {nearest}."
            );
            (!standing.is_enough()).then_some((field, words))
        })
        .collect();
    let Some((_, first)) = faults.first() else { return Ok(()) };
    let error = Error::invalid("low_contrast", first.clone());
    Err(faults.into_iter().fold(error, |error, (field, words)| error.with_field(field, words)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn colour(text: &str) -> Colour {
        text.parse().unwrap()
    }

    #[test]
    fn colours_that_can_be_read_and_those_that_cannot() {
        let table = [
            ("#4f4cd1", "#4542be", Mode::Auto, vec![]),
            ("#ffe600", "#4542be", Mode::Light, vec!["primary_colour"]),
            ("#ffe600", "#ffe600", Mode::Dark, vec![]),
            ("#111827", "#ffe600", Mode::Dark, vec!["primary_colour"]),
            ("#949494", "#767676", Mode::Light, vec![]),
            ("#959595", "#777777", Mode::Light, vec!["primary_colour", "accent_colour"]),
            ("#949494", "#949494", Mode::Auto, vec!["accent_colour"]),
        ];
        for (primary, accent, mode, fields) in table {
            let error = readable(colour(primary), colour(accent), mode).err();
            let found: Vec<String> = error.iter().flat_map(|error| error.fields()).map(|field| field.field.clone()).collect();
            assert_eq!(found, fields, "{primary} {accent} {mode}");
        }
        let error = readable(colour("#ffe600"), Colour::LINK, Mode::Light).unwrap_err();
        let words = &error.fields()[0].message;
        assert!(words.contains("1.26:1 with the white page; buttons need 3:1"), "{words}");
        let nearest: Colour = words.rsplit(' ').next().unwrap().trim_end_matches('.').parse().unwrap();
        assert!(readable(nearest, Colour::LINK, Mode::Light).is_ok());
        assert_eq!(shown(4.4999), "4.49:1");
    }

    proptest! {
        #[test]
        fn the_nearest_does(r: u8, g: u8, b: u8, dark: bool, text: bool) {
            let any: Colour = format!("#{r:02x}{g:02x}{b:02x}").parse().unwrap();
            let ground = ground(if dark { Mode::Dark } else { Mode::Light });
            let standing = Standing::of(any, ground, if text { TEXT } else { CONTROL });
            prop_assert!(standing.nearest.contrast(ground) >= standing.needs);
            prop_assert_eq!(standing.is_enough(), standing.nearest == any);
            prop_assert!(any.contrast(any.ink()) >= TEXT);
        }

        #[test]
        fn a_text_that_is_taken_is_one_line(text: String) {
            if let Ok(kept) = line("sender_name", &text) {
                prop_assert!(!kept.chars().any(char::is_control) && kept.chars().count() <= NAME);
            }
        }
    }

    #[test]
    fn texts() {
        assert_eq!(line("display_name", "  Asha & Co ").unwrap(), "Asha & Co");
        for text in ["a\nb", "a\r\nBcc: x@y", "a\0", "\u{202e}evil", "x\u{2028}y"] {
            assert!(line("sender_name", text).is_err(), "{text:?}");
        }
        assert!(line("display_name", &"x".repeat(60)).is_ok() && line("display_name", &"x".repeat(61)).is_err());
        assert!(line("tagline", &"é".repeat(140)).is_ok() && line("tagline", &"é".repeat(141)).is_err());
        assert_eq!(footer(" 12 MG Road \r\n Bengaluru\n").unwrap(), "12 MG Road\nBengaluru");
        assert!(footer(&"x\n".repeat(9)).is_err() && footer(&"x".repeat(601)).is_err() && footer("a\tb").is_err());
        for (text, fits) in [
            ("", true),
            ("hello@shop.example", true),
            ("hello", false),
            ("a@b\r\nBcc: c@d", false),
            ("Asha <a@b.c>", false),
            ("a@b.c, d@e.f", false),
            ("ä@b.c", false),
        ] {
            assert_eq!(reply_to(text).is_ok(), fits, "{text:?}");
        }
        assert_eq!(super::colour("x", " ", Colour::BRAND).unwrap(), Colour::BRAND);
        assert!(super::colour("x", "#12", Colour::BRAND).is_err());
    }
}
