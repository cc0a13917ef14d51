//! A brand as a stylesheet. Nothing that somebody typed goes into it: colours are numbers, themes are words of ours.

use crate::model::{Brand, Mode, Theme};
use crate::rules::{CONTROL, TEXT, ground};
use web::ui::Colour;

/// The colours of a brand on one page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Shades {
    /// Buttons.
    pub button: Colour,
    /// Words on buttons.
    pub ink: Colour,
    /// Links.
    pub link: Colour,
}

impl Shades {
    /// A brand's colours on a page: as they were chosen where that page is the one they were chosen for, or else the
    /// nearest that can be read.
    pub(crate) fn on(brand: &Brand, page: Colour) -> Self {
        let button = brand.primary_colour.on(page, CONTROL);
        Self { button, ink: button.ink(), link: brand.accent_colour.on(page, TEXT) }
    }
}

/// Corner, and letters where they are not the device's own.
fn shape(theme: Theme) -> (&'static str, Option<&'static str>) {
    match theme {
        Theme::Classic => ("6px", None),
        Theme::Soft => ("16px", Some("ui-rounded,\"Hiragino Maru Gothic ProN\",Quicksand,Nunito,system-ui,sans-serif")),
        Theme::Sharp => ("0px", Some("\"Helvetica Neue\",Helvetica,Arial,\"Noto Sans\",sans-serif")),
        Theme::Editorial => ("3px", Some("ui-serif,Georgia,\"Noto Serif\",\"Times New Roman\",serif")),
    }
}

/// The custom properties of a brand, for everything under `at`.
pub(crate) fn properties(brand: &Brand, at: &str) -> String {
    let (light, dark) = (Shades::on(brand, Colour::WHITE), Shades::on(brand, Colour::DARK));
    let (radius, letters) = shape(brand.theme);
    let letters = letters.map(|letters| format!("--sans:{letters};")).unwrap_or_default();
    let scheme = match brand.mode {
        Mode::Auto => "",
        Mode::Light => "color-scheme:light;",
        Mode::Dark => "color-scheme:dark;",
    };
    let both = |light: Colour, dark: Colour| format!("light-dark({light},{dark})");
    let one = Shades::on(brand, ground(Mode::Light));
    format!(
        "{at}{{{scheme}--radius:{radius};{letters}--brand:{};--brand-ink:{};--brand-text:{}}}\n\
         @supports not (color:light-dark(#fff,#000)){{{at}{{--brand:{};--brand-ink:{};--brand-text:{}}}}}\n",
        both(light.button, dark.button),
        both(light.ink, dark.ink),
        both(light.link, dark.link),
        one.button,
        one.ink,
        one.link,
    )
}

/// What the sample on the page of branding needs besides.
pub(crate) fn sample(brand: &Brand) -> String {
    let mut sheet = properties(brand, ".brand-sample");
    sheet.push_str(
        ".brand-samples{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(280px,100%),1fr));gap:16px;margin-block:16px}\n\
         .brand-sample{display:grid;gap:12px;align-content:start;justify-items:start;padding:20px;border:1px solid var(--line);\
         border-radius:var(--radius);background:var(--page);color:var(--text);font-family:var(--sans)}\n\
         .brand-sample.light{color-scheme:light}.brand-sample.dark{color-scheme:dark}\n\
         .brand-sample a:not(.button){color:var(--brand-text)}\n\
         .brand-sample .shop-name{color:var(--text);font-size:20px;font-weight:600;text-decoration:none}\n\
         .brand-sample .shop-name img{display:block;width:auto;height:auto;max-width:240px;max-height:56px}\n\
         .brand-sample p{overflow-wrap:anywhere;white-space:pre-line}.brand-sample small{color:var(--muted)}\n\
         .brand-mail{width:100%;height:420px;border:1px solid var(--line);border-radius:6px;background:#fff}\n",
    );
    sheet
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_has_the_chosen_colours_where_they_were_chosen_for() {
        let brand = Brand { primary_colour: "#b45309".parse().unwrap(), ..Brand::usual() };
        let sheet = properties(&brand, ":root");
        assert!(
            sheet.contains("--brand:light-dark(#b45309,") && sheet.contains("--radius:6px") && !sheet.contains("color-scheme"),
            "{sheet}"
        );
        let dark = Brand { primary_colour: "#ffe600".parse().unwrap(), mode: Mode::Dark, theme: Theme::Sharp, ..brand };
        let sheet = properties(&dark, ":root");
        assert!(sheet.contains("color-scheme:dark") && sheet.contains(",#ffe600)") && sheet.contains("--radius:0px"), "{sheet}");
    }

    #[test]
    fn every_brand_can_be_read_on_both_pages() {
        for colour in ["#000000", "#ffffff", "#ffe600", "#ff0000", "#808080"] {
            let colour: Colour = colour.parse().unwrap();
            let brand = Brand { primary_colour: colour, accent_colour: colour, ..Brand::usual() };
            for page in [Colour::WHITE, Colour::DARK] {
                let shades = Shades::on(&brand, page);
                assert!(shades.button.contrast(page) >= CONTROL && shades.link.contrast(page) >= TEXT, "{colour} on {page}");
                assert!(shades.ink.contrast(shades.button) >= TEXT, "{colour} on {page}");
            }
        }
    }

    /// All that can stand in a sheet: no text of anybody's.
    #[test]
    fn nothing_typed_goes_into_a_sheet() {
        let hostile = "</style><script>x</script>;}body{background:url(javascript:alert(1))}";
        let texts = || hostile.to_owned();
        let brand = Brand { display_name: texts(), tagline: texts(), sender_name: texts(), footer: texts(), ..Brand::usual() };
        assert_eq!(properties(&brand, ":root"), properties(&Brand::usual(), ":root"));
        assert!(!sample(&brand).contains("url("));
    }
}
