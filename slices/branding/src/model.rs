//! A brand.

use facts::Time;
use web::ui::Colour;

facts::words! {
    /// Corners and letters of a shop.
    pub enum Theme {
        /// Slightly round, in the device's own letters.
        Classic = "classic",
        /// Very round.
        Soft = "soft",
        /// Square.
        Sharp = "sharp",
        /// With serifs, like a book.
        Editorial = "editorial",
    }
}

facts::words! {
    /// On what ground a shop stands.
    pub enum Mode {
        /// As the buyer's device likes it.
        Auto = "auto",
        /// Always light.
        Light = "light",
        /// Always dark.
        Dark = "dark",
    }
}

/// A picture of the shop's own.
#[derive(Debug, Clone, PartialEq)]
pub struct Logo {
    /// SHA-256 of its bytes, in hex: its name.
    pub sha256: String,
    /// Exactly what it is: `image/png`, `image/jpeg` or `image/webp`.
    pub content_type: String,
    /// In bytes.
    pub size: u32,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

impl Logo {
    /// Its path behind the shop's base; another picture has another.
    pub fn path(&self) -> String {
        let ending = self.content_type.strip_prefix("image/").unwrap_or_default();
        format!("/brand/logo/{}.{ending}", self.sha256)
    }

    /// Its size within a box, in pixels, never larger than it is.
    pub(crate) fn within(&self, width: u32, height: u32) -> (u32, u32) {
        let (wide, high) = (u64::from(self.width.max(1)), u64::from(self.height.max(1)));
        let (mut w, mut h) = (wide, high);
        if w > u64::from(width) {
            (w, h) = (u64::from(width), high * u64::from(width) / wide);
        }
        if h > u64::from(height) {
            (w, h) = (wide * u64::from(height) / high, u64::from(height));
        }
        let small = |n: u64| u32::try_from(n.max(1)).unwrap_or(u32::MAX);
        (small(w), small(h))
    }
}

/// How a tenant's shop and mail look.
#[derive(Debug, Clone, PartialEq)]
pub struct Brand {
    /// The name over the door; empty for the tenant's own name.
    pub display_name: String,
    /// What the shop says of itself in a sentence; may be empty.
    pub tagline: String,
    /// What one presses.
    pub primary_colour: Colour,
    /// Links.
    pub accent_colour: Colour,
    /// Corners and letters.
    pub theme: Theme,
    /// Light or dark.
    pub mode: Mode,
    /// Whom mail comes from; empty for the name in the mail server's settings.
    pub sender_name: String,
    /// Where answers to mail go; empty for the sender's address.
    pub reply_to: String,
    /// Address and legal line, plain text of several lines; may be empty.
    pub footer: String,
    /// The shop's own mark.
    pub logo: Option<Logo>,
    /// Counts changes; 0 where nothing was ever chosen, and all is as Origin comes.
    pub version: i64,
    /// When it last changed.
    pub changed_at: Option<Time>,
}

impl Brand {
    /// The look of a shop that has not chosen.
    pub fn usual() -> Self {
        Self {
            display_name: String::new(),
            tagline: String::new(),
            primary_colour: Colour::BRAND,
            accent_colour: Colour::LINK,
            theme: Theme::Classic,
            mode: Mode::Auto,
            sender_name: String::new(),
            reply_to: String::new(),
            footer: String::new(),
            logo: None,
            version: 0,
            changed_at: None,
        }
    }

    /// Whether anything was ever chosen.
    pub fn is_chosen(&self) -> bool {
        self.version > 0
    }

    /// The name over the door of a tenant of this name.
    pub fn name<'a>(&'a self, tenant_name: &'a str) -> &'a str {
        if self.display_name.is_empty() { tenant_name } else { &self.display_name }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logo_fits_its_box() {
        let logo = |width, height| Logo { sha256: "x".into(), content_type: "image/png".into(), size: 1, width, height };
        for ((width, height), fitted) in
            [((100, 20), (100, 20)), ((480, 56), (240, 28)), ((2000, 2000), (56, 56)), ((2000, 1), (240, 1)), ((1, 2000), (1, 56))]
        {
            assert_eq!(logo(width, height).within(240, 56), fitted, "{width} × {height}");
        }
        assert_eq!(logo(1, 1).path(), "/brand/logo/x.png");
    }
}
