//! Alerts, buttons, dialogs, and what else a page is put together from.

use super::TOKEN;
use crate::ui::{Alert, Button, Dialog, Icon, Meaning, Menu, Step, actions, live, post, progress, section, skeleton_text, stepper, tabs};
use maud::{Markup, html};

/// Everything that is not a value, a list, a form or a chart.
pub(super) fn parts() -> Markup {
    html! {
        (section("Alerts", "", html! {
            (Alert::new(Meaning::Information, "Prices change on 1 December").body(html! { "Orders placed before then keep theirs." }))
            (Alert::new(Meaning::Good, "WhatsApp is connected"))
            (Alert::new(Meaning::Attention, "Two templates wait for Meta's approval").action(html! { (Button::quiet("See them").small().href("#")) }))
            (Alert::new(Meaning::Bad, "The report could not be made").body(html! { "Try again in a minute. If it stays, tell us request 7f3a9c." }))
            (Alert::new(Meaning::Neutral, "This page shows the last 30 days."))
        }))
        (section("Buttons", "", buttons()))
        (section("Tabs, steps, progress", "", html! {
            (tabs("Order", &[("Overview", "#o"), ("Payments", "#p"), ("Messages", "#m"), ("Timeline", "#t")], "#o"))
            (stepper(&[("Placed", Step::Done), ("Paid", Step::Done), ("Packed", Step::Current), ("Delivered", Step::Ahead)]))
            br;
            (stepper(&[("Queued", Step::Done), ("Sent", Step::Failed), ("Read", Step::Ahead)]))
            br;
            (progress("Reminders sent", 640, 1_204))
        }))
        (section("Loading", "", skeleton_text(3)))
        (section("Live part", "", live("/admin/gallery/live", 5, live_part())))
    }
}

/// What the live part of the gallery is fetched as, from `/admin/gallery/live`.
pub fn live_part() -> Markup {
    html! { p { "Fetched anew every five seconds." } }
}

fn buttons() -> Markup {
    html! {
        (actions(html! {
            (Button::primary("Refund"))
            (Button::quiet("Download invoice").icon(Icon::Download))
            (Button::danger("Delete shop").opens("delete-shop"))
            (Button::bare("Edit").href("#"))
            (Button::quiet("Resend").small())
            (Button::primary("Saving").off())
            (post("#", TOKEN, Button::quiet("Run again")))
            (Menu::new("more-actions", "More").link("Duplicate", "#").post("Archive", "#", TOKEN).opens("Delete…", "delete-shop"))
        }))
        (Dialog {
            id: "delete-shop",
            title: "Delete Maya Traders?",
            body: html! { p { "1,204 orders, 318 contacts and all messages go with it. This cannot be undone." } },
            action: "#",
            csrf: TOKEN,
            button: Button::danger("Delete shop"),
            typed: Some("Maya Traders"),
        })
    }
}
