//! Colours, and whether one can be read on another.
//!
//! Contrast is WCAG 2.2's: <https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio>, over
//! <https://www.w3.org/TR/WCAG22/#dfn-relative-luminance>.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Steps from a colour to black or white in which a shade is looked for.
const STEPS: u16 = 255;

/// A colour, each part 0 to 255. Its text is `#rrggbb`, and nothing else ever.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Colour(u8, u8, u8);

/// A text that is no colour.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NoColour;

impl fmt::Display for NoColour {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("A colour is written like #4f4cd1.")
    }
}

impl Colour {
    /// The light theme's page.
    pub const WHITE: Colour = Colour(255, 255, 255);
    /// Ink.
    pub const BLACK: Colour = Colour(0, 0, 0);
    /// The dark theme's page.
    pub const DARK: Colour = Colour(0x11, 0x12, 0x14);
    /// Origin's own: the buttons of a shop that has not chosen.
    pub const BRAND: Colour = Colour(0x4f, 0x4c, 0xd1);
    /// The links of a shop that has not chosen.
    pub const LINK: Colour = Colour(0x45, 0x42, 0xbe);

    /// Relative luminance: 0 to 1.
    fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let share = f64::from(part) / 255.0;
            if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }

    /// Red, green and blue, each 0 to 255.
    pub fn rgb(self) -> (u8, u8, u8) {
        (self.0, self.1, self.2)
    }

    /// The contrast of two colours, 1 to 21. Text needs 4.5, what one presses 3.
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// White or black, whichever can be read on it; one of both always reaches 4.5.
    pub fn ink(self) -> Self {
        if self.contrast(Self::WHITE) >= 4.5 { Self::WHITE } else { Self::BLACK }
    }

    /// Itself where it has this contrast with a ground, or else its nearest shade on the way to black or white that has.
    pub fn on(self, ground: Self, ratio: f64) -> Self {
        let shades = (0..=STEPS).flat_map(|step| [self.towards(Self::BLACK, step), self.towards(Self::WHITE, step)]);
        let mut shades = shades.filter(|shade| shade.contrast(ground) >= ratio);
        shades.next().unwrap_or_else(|| ground.ink())
    }

    /// So many of [`STEPS`] of the way to another colour.
    fn towards(self, other: Self, step: u16) -> Self {
        let mix = |a: u8, b: u8| {
            let mixed = (u32::from(a) * u32::from(STEPS - step) + u32::from(b) * u32::from(step)) / u32::from(STEPS);
            u8::try_from(mixed).unwrap_or(u8::MAX)
        };
        Colour(mix(self.0, other.0), mix(self.1, other.1), mix(self.2, other.2))
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

impl FromStr for Colour {
    type Err = NoColour;

    /// Reads `#rrggbb` and the short `#rgb`.
    fn from_str(text: &str) -> Result<Self, NoColour> {
        let digits = text.strip_prefix('#').filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit())).ok_or(NoColour)?;
        let number = u32::from_str_radix(digits, 16).map_err(|_| NoColour)?;
        let [_, r, g, b] = match digits.len() {
            6 => number.to_be_bytes(),
            3 => [0, 8, 4, 0].map(|shift| u8::try_from(number >> shift & 0xf).unwrap_or(0) * 0x11),
            _ => return Err(NoColour),
        };
        Ok(Colour(r, g, b))
    }
}

impl TryFrom<String> for Colour {
    type Error = NoColour;

    fn try_from(text: String) -> Result<Self, NoColour> {
        text.parse()
    }
}

impl From<Colour> for String {
    fn from(colour: Colour) -> Self {
        colour.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(text: &str) -> Colour {
        text.parse().unwrap()
    }

    #[test]
    fn texts_that_are_colours_and_texts_that_are_not() {
        for (text, hex) in [("#4F4cd1", "#4f4cd1"), ("#fff", "#ffffff"), ("#1a0", "#11aa00"), ("#000000", "#000000")] {
            assert_eq!(colour(text).to_string(), hex);
        }
        for text in ["", "#", "red", "4f4cd1", "#ffff", "#12345é", "#+12345", "#1234567", "#000000}body{display:none", "url(javascript:x)"]
        {
            assert!(text.parse::<Colour>().is_err(), "{text}");
        }
    }

    #[test]
    fn contrasts_that_others_have_computed() {
        // From https://webaim.org/resources/contrastchecker/, rounded down there as well.
        for (a, b, ratio) in
            [("#ffffff", "#000000", 21.0), ("#777777", "#ffffff", 4.47), ("#767676", "#ffffff", 4.54), ("#0000ff", "#ffffff", 8.59)]
        {
            let computed = colour(a).contrast(colour(b));
            assert!((computed - ratio).abs() < 0.01, "{a} {b}: {computed}");
        }
    }

    #[test]
    fn any_colour_has_a_shade_that_can_be_read() {
        for text in ["#ffe600", "#000000", "#ffffff", "#e11d48", "#7dd3fc", "#808080", "#111214"] {
            let any = colour(text);
            assert!(any.contrast(any.ink()) >= 4.5, "{text}");
            for ground in [Colour::WHITE, Colour::DARK, Colour::BLACK, any] {
                for ratio in [3.0, 4.5] {
                    let shade = any.on(ground, ratio);
                    assert!(shade.contrast(ground) >= ratio, "{text} on {ground}: {shade}");
                    assert_eq!(any.contrast(ground) >= ratio, shade == any, "{text} on {ground} changes only where it must");
                }
            }
        }
    }

    /// Both colours of a token, light and dark.
    fn token(name: &str) -> [Colour; 2] {
        let sheet = include_str!("../../assets/css/tokens.css");
        let (_, rest) = sheet.split_once(&format!("--{name}: ")).unwrap();
        let value = rest.split_once(';').unwrap().0;
        let pair = value.strip_prefix("light-dark(").map_or((value, value), |both| both[..both.len() - 1].split_once(", ").unwrap());
        [colour(pair.0), colour(pair.1)]
    }

    #[test]
    fn the_usual_colours_are_those_of_the_stylesheet() {
        assert_eq!(token("page"), [Colour::WHITE, Colour::DARK]);
        assert_eq!((token("brand")[0], token("brand-text")[0]), (Colour::BRAND, Colour::LINK));
    }

    #[test]
    fn the_tokens_can_be_read_on_both_themes() {
        let grounds = ["page", "sunk", "raised", "hover"];
        let text = ["text", "muted", "brand-text", "good", "attention", "bad", "information", "second", "third"];
        let plain = text.iter().flat_map(|ink| grounds.iter().map(|ground| (*ink, (*ground).to_owned())));
        let soft = ["good", "attention", "bad", "information"]
            .iter()
            .flat_map(|ink| [(*ink, format!("{ink}-soft")), ("text", format!("{ink}-soft"))]);
        for (ink, ground) in plain.chain(soft).chain([("brand-ink", "brand".to_owned())]) {
            for (ink_shade, ground_shade) in token(ink).into_iter().zip(token(&ground)) {
                let contrast = ink_shade.contrast(ground_shade);
                assert!(contrast >= 4.5, "{ink} on {ground}: {contrast:.2}");
            }
        }
    }
}
