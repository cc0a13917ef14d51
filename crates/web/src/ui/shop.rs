//! The shop: one column, large type, the tenant's name and brand, nothing between the buyer and paying.

use super::shell::head;
use super::{Icon, money};
use facts::Money;
use maud::{DOCTYPE, Markup, html};

/// A page of the shop.
pub struct Shop<'a> {
    /// What the page is, for the browser's tab and for search engines.
    pub title: &'a str,
    /// One sentence for search engines.
    pub description: &'a str,
    /// The shop's name.
    pub tenant_name: &'a str,
    /// The shop's front page.
    pub home_href: &'a str,
    /// The shop's own mark, in the place of its name.
    pub logo: Option<Logo<'a>>,
    /// The address of a stylesheet with the tenant's colours.
    pub brand_href: Option<&'a str>,
    /// Whether nothing is charged here, because all of it is test data.
    pub test: bool,
    /// What the page says; it brings its own `h1`.
    pub body: Markup,
    /// How to reach the shop, and what the law wants said.
    pub foot: Markup,
    /// The language of the page, as BCP 47.
    pub lang: &'a str,
    /// `ltr` or `rtl`.
    pub dir: &'a str,
}

/// A shop's own mark.
pub struct Logo<'a> {
    /// Its address.
    pub src: &'a str,
    /// In pixels, so that nothing jumps when it arrives.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

/// The shop's name over the door, or its mark, which then has the name for those who do not see it.
pub fn sign(name: &str, home_href: &str, logo: Option<&Logo>) -> Markup {
    html! {
        a.shop-name href=(home_href) {
            @match logo {
                Some(logo) => { img src=(logo.src) width=(logo.width) height=(logo.height) alt=(name); }
                None => { bdi { (name) } }
            }
        }
    }
}

/// The whole document around a page of the shop.
pub fn shop(page: &Shop) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(page.lang) dir=(page.dir) {
            (head(page.title, "shop.css", html! {
                meta name="description" content=(page.description);
                @if let Some(href) = page.brand_href { link rel="stylesheet" href=(href); }
            }))
            body.shop {
                a.skip href="#main" { "Skip to content" }
                header { (sign(page.tenant_name, page.home_href, page.logo.as_ref())) }
                @if page.test { aside.test-strip aria-label="Test shop" { p { strong { "Test shop." } " Nothing is charged and nothing is delivered." } } }
                main #main tabindex="-1" { (page.body) }
                footer { (page.foot) }
            }
        }
    }
}

/// The first thing a buyer reads: what this is, why, and where to go.
pub fn hero(title: &str, text: &str, action: Markup) -> Markup {
    html! {
        section.hero { h1 { (title) } p { (text) } (action) }
    }
}

/// Something to buy.
pub struct Offer<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it is, in a sentence or two.
    pub text: &'a str,
    /// What it costs.
    pub price: Money,
    /// What the price is for, such as "a month"; empty for once.
    pub per: &'a str,
    /// Where to buy it.
    pub href: &'a str,
}

/// What there is to buy.
pub fn offers(all: &[Offer]) -> Markup {
    html! {
        ul.offers { @for offer in all { li {
            h3 { (offer.name) }
            p { (offer.text) }
            p.price { (money(offer.price)) @if !offer.per.is_empty() { span { " " (offer.per) } } }
            a class="button primary" href=(offer.href) { "Buy " span.unseen { (offer.name) } }
        } } }
    }
}

/// Questions and their answers.
pub fn faq(all: &[(&str, &str)]) -> Markup {
    html! {
        div.faq { @for (question, answer) in all { details { summary { (question) } p { (answer) } } } }
    }
}

/// What the buyer pays, line by line, with the total below and why it is safe.
pub fn receipt(lines: &[(&str, Money)], total: Money, safe: &str) -> Markup {
    html! {
        div.receipt {
            dl {
                @for (words, amount) in lines { div { dt { (words) } dd { (money(*amount)) } } }
                div.total { dt { "Total" } dd { (money(total)) } }
            }
            @if !safe.is_empty() { p.safe { (Icon::Lock) (safe) } }
        }
    }
}
