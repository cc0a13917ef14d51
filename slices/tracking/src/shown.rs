//! Opens and clicks on a page, those of people beside all there were.

use crate::model::{Figure, Figures};
use maud::{Markup, html};
use web::ui::{self, Stat};

/// How many people opened what was sent and followed its links, as a section of a page.
pub fn section(figures: &Figures) -> Markup {
    let count = |number: i64| ui::count(u64::try_from(number).unwrap_or(0));
    let stat = |title: &'static str, Figure { raw, human }: Figure| {
        let people = if human == 1 { "person" } else { "people" };
        Stat::new(title, html! { (count(human)) " " (people) }).note(format!("{} with machines", count(raw)))
    };
    let body = html! {
        (ui::stats([stat("Opened", figures.opens), stat("Followed a link", figures.clicks)]))
        p {
            "Of e-mails alone. Machines are scanners, and mail providers that fetch images by themselves; they are told apart a minute later. \
             Where images are not shown or are fetched by a provider, nobody knows who has read it."
        }
    };
    ui::section("What people did", "", body)
}
