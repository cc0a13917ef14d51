//! Every component in every state: the manual of the house's pages, and their test by eye.

mod charts;
mod documents;
mod forms;
mod lists;
mod parts;
mod values;

pub use documents::{problem_page, shop_page, sign_in_page};
pub use parts::live_part;

use super::{Alert, Button, Calendar, Icon, Meaning, NavItem, Page, Query, Toast, shell};
use facts::Time;
use maud::{Markup, html};

/// The morning at which the gallery is always shown.
const NOW: Time = Time(1_795_253_640_000);

/// A name that is longer than anyone planned for.
const LONG: &str = "Venkatanarasimharajuvaripeta Subramaniam Chandrasekhar & Sons (Wholesale) Private Limited";

/// A name that runs the other way.
const RIGHT_TO_LEFT: &str = "متجر الزهور الصغير";

/// The token that the gallery's forms carry; they lead nowhere.
const TOKEN: &str = "gallery";

fn calendar() -> Calendar {
    Calendar::new("Asia/Kolkata", NOW)
}

/// All of it, in the shell of the back office.
pub fn page() -> Markup {
    let nav = [
        ("Overview", "/admin/gallery", Icon::Home, 0),
        ("Orders", "/admin/orders", Icon::Orders, 3),
        ("Messages", "/admin/messages", Icon::Messages, 12),
        ("Payments", "/admin/payments", Icon::Payments, 0),
        ("Contacts", "/admin/contacts", Icon::Contacts, 0),
        ("Products", "/admin/products", Icon::Products, 0),
        ("Reports", "/admin/reports", Icon::Reports, 1_204),
        ("Settings", "/admin/settings", Icon::Settings, 0),
    ]
    .map(|(label, href, icon, count)| NavItem { label, href, icon, count });
    shell(&Page {
        title: "Gallery",
        lead: html! { "₹48,200 today, 12 % above last Friday; three things wait for you." },
        crumbs: &[("Settings", "/admin/settings"), ("Development", "/admin/gallery")],
        action: html! { (Button::quiet("Import").href("#")) (Button::primary("New order").icon(Icon::Plus).href("#")) },
        nav: &nav,
        current: "/admin/gallery",
        tenant_name: "Maya Traders",
        user_name: "Asha Krishnan",
        test: false,
        session_minutes: 30,
        csrf: TOKEN,
        body: html! {
            (waiting())
            (Toast::new(Meaning::Good, "Order 1042 archived").undo("#", TOKEN))
            (values::stats_row())
            (charts::charts())
            (lists::lists(&Query::parse("/admin/gallery", "sort=-placed&state=paid")))
            (values::values())
            (parts::parts())
            (forms::forms())
        },
    })
}

/// What needs a person comes first, with the action beside it.
fn waiting() -> Markup {
    html! {
        (Alert::new(Meaning::Bad, "4 messages could not be delivered")
            .body(html! { "MyOperator answered “template paused”. They are kept, and go out when it is resumed." })
            .action(html! { (Button::quiet("See them").small().href("#")) }))
        (Alert::new(Meaning::Attention, "₹1,299.00 arrived without an order")
            .action(html! { (Button::quiet("Match it").small().href("#")) }))
    }
}
