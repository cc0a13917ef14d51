//! Icons: 16 by 16, one stroke, in the colour of the text beside them.

use maud::{Markup, PreEscaped, Render, html};

/// A drawing that accompanies a word; screen readers skip it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    /// The overview.
    Home,
    /// Orders, a bag.
    Orders,
    /// Messages, a speech bubble.
    Messages,
    /// Payments, a card.
    Payments,
    /// Contacts, two people.
    Contacts,
    /// The catalogue, a tag.
    Products,
    /// Templates, a written sheet.
    Templates,
    /// Subscriptions, a circle of arrows.
    Subscriptions,
    /// Daily deliveries, a van.
    Rounds,
    /// Campaigns, a megaphone.
    Campaigns,
    /// What is planned, a month.
    Month,
    /// Journeys, a way from one place to another.
    Journeys,
    /// Reports, a chart.
    Reports,
    /// The books, a ledger.
    Ledger,
    /// Invoices, a slip.
    Invoices,
    /// The inbox, a tray.
    Inbox,
    /// Phones that people are signed in on.
    Mobile,
    /// Settings, two sliders.
    Settings,
    /// Operations, a pulse.
    Pulse,
    /// Looking for something.
    Search,
    /// Copying.
    Copy,
    /// Done.
    Check,
    /// Closing.
    Close,
    /// Adding.
    Plus,
    /// More than is shown.
    More,
    /// Help, a question mark.
    Help,
    /// Light and dark.
    Theme,
    /// Leaving.
    SignOut,
    /// Taking a file along.
    Download,
    /// Which columns are shown.
    Columns,
    /// Up.
    Up,
    /// Down.
    Down,
    /// Onwards, in reading direction.
    Next,
    /// Something to look at.
    Warning,
    /// Something to know.
    Info,
    /// Time.
    Clock,
    /// Something locked or paid for safely.
    Lock,
}

impl Icon {
    /// The drawing of a place in the rail by its name, such as `orders`; a place nobody drew gets three dots.
    pub fn named(name: &str) -> Self {
        match name {
            "home" | "overview" => Icon::Home,
            "orders" => Icon::Orders,
            "messages" => Icon::Messages,
            "payments" => Icon::Payments,
            "contacts" | "customers" => Icon::Contacts,
            "products" | "catalogue" => Icon::Products,
            "templates" => Icon::Templates,
            "subscriptions" => Icon::Subscriptions,
            "rounds" => Icon::Rounds,
            "campaigns" => Icon::Campaigns,
            "social" => Icon::Month,
            "journeys" => Icon::Journeys,
            "reports" | "analytics" => Icon::Reports,
            "ledger" | "books" => Icon::Ledger,
            "invoices" => Icon::Invoices,
            "inbox" => Icon::Inbox,
            "mobile" => Icon::Mobile,
            "settings" => Icon::Settings,
            "operations" | "audit" | "pulse" => Icon::Pulse,
            _ => Icon::More,
        }
    }

    /// The path's data; drawn with a round stroke of 1.5.
    fn path(self) -> &'static str {
        match self {
            Icon::Home => "M2.5 7 8 2.5 13.5 7v6.5h-4v-4h-3v4h-4z",
            Icon::Orders => "M3 5.5h10l.7 8H2.3zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5",
            Icon::Messages => "M2.5 3.5h11v8H7l-3 2.5v-2.5H2.5z",
            Icon::Payments => "M2 4h12v8.5H2zM2 7h12M4.5 10h2.5",
            Icon::Contacts => {
                "M6 8a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM1.5 13.5c0-2.5 2-4 4.5-4s4.5 1.5 4.5 4M10.5 3.2a2.5 2.5 0 0 1 0 4.6M12 9.8c1.5.5 2.5 1.8 2.5 3.7"
            }
            Icon::Products => "M2.5 2.5h5.5l5.5 5.5-5.5 5.5-5.5-5.5zM5.5 5.5h.01",
            Icon::Templates => "M3.5 2h9v12h-9zM6 5.5h4M6 8h4M6 10.5h2",
            Icon::Subscriptions => "M13 6.5A5.3 5.3 0 0 0 3.5 5M3 2.5V5.2h2.7M3 9.5A5.3 5.3 0 0 0 12.5 11M13 13.5v-2.7h-2.7",
            Icon::Rounds => {
                "M1.5 4h8v7h-8zM9.5 6.5h3l2 2.5v2h-5M4 13.2a1.2 1.2 0 1 0 0-2.4 1.2 1.2 0 0 0 0 2.4zM12 13.2a1.2 1.2 0 1 0 0-2.4 1.2 1.2 0 0 0 0 2.4z"
            }
            Icon::Campaigns => "M2.5 6.5v3h2.5l6.5 3.5v-10l-6.5 3.5zM5 9.5l1 4h1.5M13.5 7v2",
            Icon::Month => "M2.5 3.5h11v10h-11zM2.5 6.8h11M5.5 2v3M10.5 2v3",
            Icon::Journeys => {
                "M4 13.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3zM12 5.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3zM5.5 12h4.7a2 2 0 0 0 0-4H6a2 2 0 0 1 0-4h4.5"
            }
            Icon::Reports => "M2.5 2.5v11h11M5.5 11V8M8.5 11V5M11.5 11V6.5",
            Icon::Ledger => "M3 2.5h10v11H3zM3 6h10M3 9.5h10M8 2.5v11",
            Icon::Invoices => "M3.5 2h9v12l-1.5-1-1.5 1L8 13l-1.5 1L5 13l-1.5 1zM6 5.5h4M6 8.5h4",
            Icon::Inbox => "M2.5 9l2-6h7l2 6v4h-11zM2.5 9H6l.7 1.7h2.6L10 9h3.5",
            Icon::Mobile => "M4.5 1.5h7v13h-7zM7 12h2",
            Icon::Settings => "M2 5h5M11 5h3M2 11h3M9 11h5M9 3.2v3.6M7 9.2v3.6",
            Icon::Pulse => "M1.5 8.5h3l2-5 3 9 2-4h3",
            Icon::Search => "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.3 10.3 13.5 13.5",
            Icon::Copy => "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
            Icon::Check => "M3 8.5l3.5 3.5L13 4.5",
            Icon::Close => "M4 4l8 8M12 4l-8 8",
            Icon::Plus => "M8 3v10M3 8h10",
            Icon::More => "M3.5 8h.01M8 8h.01M12.5 8h.01",
            Icon::Help => "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM6.3 6.3a1.7 1.7 0 1 1 2.4 1.6c-.5.3-.7.6-.7 1.1M8 11.3h.01",
            Icon::Theme => "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 2v12M8 5l4.5-.5M8 8h6M8 11l4.5.5",
            Icon::SignOut => "M6.5 2.5h-4v11h4M6.5 8H14M11 5l3 3-3 3",
            Icon::Download => "M8 2.5v8M4.5 7.5 8 10.8l3.5-3.3M2.5 13.5h11",
            Icon::Columns => "M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10",
            Icon::Up => "M8 13V3.5M4 7.5l4-4 4 4",
            Icon::Down => "M8 3v9.5M4 8.5l4 4 4-4",
            Icon::Next => "M6 3.5 10.5 8 6 12.5",
            Icon::Warning => "M8 2.2 14.5 13.5h-13zM8 6.5v3.2M8 11.6h.01",
            Icon::Info => "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 7.5v3.5M8 5h.01",
            Icon::Clock => "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 4.8V8l2.2 1.7",
            Icon::Lock => "M3.5 7h9v6.5h-9zM5.5 7V5a2.5 2.5 0 0 1 5 0v2",
        }
    }
}

impl Render for Icon {
    fn render(&self) -> Markup {
        html! {
            svg.icon viewBox="0 0 16 16" aria-hidden="true" { path d=(PreEscaped(self.path())) {} }
        }
    }
}
