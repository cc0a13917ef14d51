//! The layout of a mail: the shop's mark above what it says, and who sent it below.

use crate::model::{Brand, Logo};
use crate::sheet::Shades;
use maud::{DOCTYPE, Markup, PreEscaped, html as markup};
use web::ui::Colour;

/// The text part of a mail.
pub fn text(brand: &Brand, said: &str) -> String {
    if brand.footer.is_empty() { said.to_owned() } else { format!("{said}\n\n-- \n{}\n", brand.footer) }
}

/// The HTML part of a mail around what it says. `base` is the absolute address of the shop, without a slash at the end.
///
/// What a tenant wrote as a whole document stays as it is, and so does the mail of one who never chose a look.
pub fn html(brand: &Brand, shop_name: &str, base: &str, said: &str) -> String {
    let is_document = ["<html", "<body", "<!doctype"].iter().any(|tag| said.to_ascii_lowercase().contains(tag));
    if !brand.is_chosen() || is_document {
        return said.to_owned();
    }
    layout(brand, brand.name(shop_name), &Pictures::Shop(base), PreEscaped(said.to_owned())).into_string()
}

/// Where pictures are fetched from.
pub(crate) enum Pictures<'a> {
    /// The shop, at this address: whoever has the mail may see them.
    Shop(&'a str),
    /// The back office, for a sample.
    Office,
}

impl Pictures<'_> {
    fn address(&self, logo: &Logo) -> String {
        match self {
            Pictures::Shop(base) => format!("{base}{}", logo.path()),
            Pictures::Office => format!("/admin/branding/logo/{}", logo.sha256),
        }
    }
}

/// Tables and styles in attributes, because that is what mail programs know.
pub(crate) fn layout(brand: &Brand, name: &str, from: &Pictures, said: Markup) -> Markup {
    let shades = Shades::on(brand, Colour::WHITE);
    markup! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light";
                title { (name) }
                style { "a{color:" (shades.link) "}" }
            }
            body style="margin:0;padding:0;background:#f4f4f6" {
                table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:#f4f4f6" {
                    tr { td align="center" style="padding:24px 12px" { (sheet(brand, name, from, shades, said)) } }
                }
            }
        }
    }
}

fn sheet(brand: &Brand, name: &str, from: &Pictures, shades: Shades, said: Markup) -> Markup {
    let edge = format!("max-width:560px;background:#ffffff;color:#1f2328;border-top:4px solid {}", shades.button);
    markup! {
        table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style=(edge) {
            tr { td style="padding:24px 28px 0;font-family:system-ui,sans-serif;font-size:20px;font-weight:600" { (head(brand, name, from)) } }
            tr { td style="padding:16px 28px 24px;font-family:system-ui,sans-serif;font-size:16px;line-height:1.5" { (said) } }
            @if !brand.footer.is_empty() {
                tr {
                    td style="padding:16px 28px;border-top:1px solid #e5e5e9;color:#5d5e68;font-family:system-ui,sans-serif;font-size:13px;line-height:1.5" {
                        @for (at, line) in brand.footer.lines().enumerate() { @if at > 0 { br; } (line) }
                    }
                }
            }
        }
    }
}

fn head(brand: &Brand, name: &str, from: &Pictures) -> Markup {
    markup! {
        @match &brand.logo {
            Some(logo) => { (picture(logo, name, from)) }
            None => { (name) }
        }
    }
}

fn picture(logo: &Logo, name: &str, from: &Pictures) -> Markup {
    let (width, height) = logo.within(240, 56);
    markup! { img src=(from.address(logo)) width=(width) height=(height) alt=(name) style="display:block;border:0"; }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen() -> Brand {
        let logo = Logo { sha256: "ab".into(), content_type: "image/png".into(), size: 9, width: 480, height: 56 };
        let footer = "Asha & Co <Bengaluru>\nGSTIN 29ABCDE".to_owned();
        Brand { display_name: "Asha".into(), footer, logo: Some(logo), version: 3, ..Brand::usual() }
    }

    #[test]
    fn a_mail_carries_logo_colour_and_footer() {
        let mail = html(&chosen(), "My shop", "https://shop.example", "<p>Hello <b>you</b></p>");
        assert!(mail.contains("<p>Hello <b>you</b></p>"));
        assert!(mail.contains(r#"src="https://shop.example/brand/logo/ab.png" width="240" height="28" alt="Asha""#), "{mail}");
        assert!(mail.contains("border-top:4px solid #4f4cd1"));
        assert!(mail.contains("Asha &amp; Co &lt;Bengaluru&gt;<br>GSTIN 29ABCDE"));
        assert_eq!(text(&chosen(), "Hello"), "Hello\n\n-- \nAsha & Co <Bengaluru>\nGSTIN 29ABCDE\n");
    }

    #[test]
    fn who_never_chose_and_whole_documents_stay_as_they_are() {
        assert_eq!(html(&Brand::usual(), "My shop", "", "<p>x</p>"), "<p>x</p>");
        assert_eq!(text(&Brand::usual(), "x"), "x");
        let whole = "<!DOCTYPE html><HTML><body>x</body></HTML>";
        assert_eq!(html(&chosen(), "My shop", "", whole), whole);
    }

    #[test]
    fn a_hostile_name_stays_a_name() {
        let brand = Brand { display_name: "</title></style><script>alert(1)</script>".into(), logo: None, ..chosen() };
        let mail = html(&brand, "My shop", "", "x");
        assert!(!mail.contains("<script") && mail.matches("</style>").count() == 1 && mail.matches("</title>").count() == 1, "{mail}");
    }
}
