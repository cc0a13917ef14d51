//! QR codes, drawn as SVG.

use maud::{Markup, html};
use qrcodegen::{QrCode, QrCodeEcc};
use std::fmt::Write as _;

/// Light modules around the code, which scanners need to find it.
const BORDER: i32 = 4;

/// A QR code of a text, black on white in every theme so that every camera reads it; nothing for a text that is too long.
/// `label` says what it is to those who cannot see it.
pub fn qr(label: &str, text: &str) -> Markup {
    let Ok(code) = QrCode::encode_text(text, QrCodeEcc::Medium) else { return Markup::default() };
    let side = code.size() + 2 * BORDER;
    html! {
        svg.qr role="img" aria-label=(label) viewBox={ "0 0 " (side) " " (side) } shape-rendering="crispEdges" {
            rect width=(side) height=(side) fill="#fff" {}
            path fill="#000" d=(modules(&code)) {}
        }
    }
}

/// A square for each dark module.
fn modules(code: &QrCode) -> String {
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            // Writing into a String cannot fail.
            let _ = write!(path, "M{} {}h1v1h-1z", x + BORDER, y + BORDER);
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::qr;

    #[test]
    fn a_code_is_drawn_and_too_much_text_is_not() {
        let drawn = qr("For your app", "otpauth://totp/Origin:a?secret=GEZDGNBVGY3TQOJQ").into_string();
        assert!(drawn.contains("aria-label=\"For your app\"") && drawn.matches("h1v1h-1z").count() > 300);
        assert!(qr("", &"x".repeat(5_000)).into_string().is_empty());
    }
}
