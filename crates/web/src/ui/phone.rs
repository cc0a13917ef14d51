//! A phone number, as people write it.

use maud::{Markup, html};
use phonenumber::Mode;

/// The number as people write it, as a link that calls it.
pub fn phone(number: &str) -> Markup {
    html! { a.phone href={ "tel:" (number) } dir="ltr" { (phone_text(number)) } }
}

/// `+919876543210` as `+91 98765 43210`; what is no international number stays as it is.
pub fn phone_text(number: &str) -> String {
    phonenumber::parse(None, number).map_or_else(|_| number.to_owned(), |known| known.format().mode(Mode::International).to_string())
}

#[cfg(test)]
mod tests {
    use super::phone_text;

    #[test]
    fn as_people_write_it() {
        assert_eq!(phone_text("+919876543210"), "+91 98765 43210");
        assert_eq!(phone_text("+442079460958"), "+44 20 7946 0958");
        assert_eq!(phone_text("not a number"), "not a number");
    }
}
