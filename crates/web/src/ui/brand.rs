//! A tenant's brand colour, made readable on both themes.

/// A colour, each part 0 to 255.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Rgb(u8, u8, u8);

impl Rgb {
    pub(super) const WHITE: Rgb = Rgb(255, 255, 255);
    /// The dark theme's surface.
    const DARK: Rgb = Rgb(0x17, 0x18, 0x1b);
    const BLACK: Rgb = Rgb(0, 0, 0);

    /// Reads `#rrggbb`.
    pub(super) fn parse(hex: &str) -> Option<Self> {
        let digits = hex.strip_prefix('#').filter(|d| d.len() == 6 && d.is_ascii())?;
        let part = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok();
        Some(Rgb(part(0)?, part(2)?, part(4)?))
    }

    /// Relative luminance, as WCAG 2 defines it: 0 to 1.
    fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let share = f64::from(part) / 255.0;
            if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }

    /// The WCAG contrast of two colours, 1 to 21; text needs 4.5.
    pub(super) fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// So many hundredths of the way to another colour.
    fn towards(self, other: Self, hundredths: u16) -> Self {
        let mix = |a: u8, b: u8| {
            let mixed = u16::from(a) * (100 - hundredths) + u16::from(b) * hundredths;
            u8::try_from(mixed / 100).unwrap_or(u8::MAX)
        };
        Rgb(mix(self.0, other.0), mix(self.1, other.1), mix(self.2, other.2))
    }

    /// The nearest shade on the way to `end` that is readable on `ground`.
    fn readable(self, ground: Self, end: Self) -> Self {
        (0..=100).map(|hundredths| self.towards(end, hundredths)).find(|shade| shade.contrast(ground) >= 4.6).unwrap_or(end)
    }

    fn hex(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

/// The stylesheet that puts a tenant's colour (`#rrggbb`) over Origin's own; `None` when it is no colour.
/// The tenant's shade stays on buttons; where it is text it is darkened or lightened until it can be read.
pub fn brand_stylesheet(colour: &str) -> Option<String> {
    let brand = Rgb::parse(colour)?;
    let on_white = brand.readable(Rgb::WHITE, Rgb::BLACK);
    let on_dark = brand.readable(Rgb::DARK, Rgb::WHITE);
    let ink = if brand.contrast(Rgb::WHITE) >= 4.5 { Rgb::WHITE } else { Rgb::BLACK };
    Some(format!(
        ":root{{--brand:{};--brand-ink:{};--brand-text:light-dark({},{})}}",
        brand.hex(),
        ink.hex(),
        on_white.hex(),
        on_dark.hex()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_brand_can_be_read() {
        for colour in ["#ffe600", "#000000", "#ffffff", "#e11d48", "#7dd3fc", "#808080"] {
            let brand = Rgb::parse(colour).unwrap();
            let sheet = brand_stylesheet(colour).unwrap();
            let ink = if sheet.contains("--brand-ink:#ffffff") { Rgb::WHITE } else { Rgb::BLACK };
            assert!(brand.contrast(ink) >= 4.5, "{colour}: {sheet}");
            assert!(brand.readable(Rgb::WHITE, Rgb::BLACK).contrast(Rgb::WHITE) >= 4.5);
            assert!(brand.readable(Rgb::DARK, Rgb::WHITE).contrast(Rgb::DARK) >= 4.5);
        }
    }

    /// Both colours of a token, light and dark.
    fn token(name: &str) -> [Rgb; 2] {
        let sheet = include_str!("../../assets/css/tokens.css");
        let (_, rest) = sheet.split_once(&format!("--{name}: ")).unwrap();
        let value = rest.split_once(';').unwrap().0;
        let pair = value.strip_prefix("light-dark(").map_or((value, value), |both| both[..both.len() - 1].split_once(", ").unwrap());
        [Rgb::parse(pair.0).unwrap(), Rgb::parse(pair.1).unwrap()]
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

    #[test]
    fn only_a_colour_becomes_a_stylesheet() {
        for text in ["", "red", "#fff", "#12345é", "#000000}body{display:none"] {
            assert_eq!(brand_stylesheet(text), None, "{text}");
        }
    }
}
