//! Form fields in their states.

use super::{RIGHT_TO_LEFT, TOKEN};
use crate::ui::{Button, Field, actions, csrf, section};
use facts::Currency;
use maud::{Markup, html};

/// Every field: empty, filled, wrong, switched off.
pub(super) fn forms() -> Markup {
    section(
        "Form",
        "",
        html! {
            form method="post" {
                (csrf(TOKEN))
                (Field::text("name", "Name").required().value(RIGHT_TO_LEFT).autocomplete("name"))
                (Field::input("tel", "phone", "Phone").placeholder("+91 98765 43210").help("With the country code; we write there on WhatsApp."))
                (Field::input("email", "email", "E-mail").required().value("asha@").error(Some("This address has no domain: add what follows the @.")))
                (Field::money("amount", "Amount", Currency::INR).required().value("1,23,45,678.00").error(Some("More than was paid. At most ₹1,299.00 can go back.")).help("The customer gets it in five to seven days."))
                (Field::select("reason", "Reason", [("", "Choose one"), ("late", "Came too late"), ("damaged", "Came damaged")]).value("damaged"))
                (Field::area("note", "Note", 3).value("Rang twice."))
                (Field::checkbox("tell", "Tell the customer", true).help("One message on the channel of the order."))
                (Field::text("id", "Provider's id").value("pay_29QQoUBi66xm2f").off())
                    (actions(html! { (Button::primary("Refund")) (Button::quiet("Cancel").href("#")) }))
            }
        },
    )
}
