//! The other documents: the shop, signing in, a problem.

use super::TOKEN;
use crate::ui::{Bare, Button, Field, Offer, Problem, Shop, bare, csrf, faq, hero, offers, panel, problem, receipt, shop};
use facts::Money;
use maud::{Markup, html};

/// A page of the shop with everything that a shop's pages are made of.
pub fn shop_page() -> Markup {
    shop(&Shop {
        title: "Maya Traders",
        description: "A hundred tested texts for small shops.",
        tenant_name: "Maya Traders",
        home_href: "/shop",
        logo: None,
        brand_href: None,
        test: false,
        lang: "en",
        dir: "ltr",
        foot: html! { p { "Maya Traders, 12 MG Road, Bengaluru · " a href="#" { "Terms" } " · " a href="#" { "Refunds" } } },
        body: html! {
            (hero("Words that sell", "A hundred tested texts for small shops, in eleven languages.", html! { (Button::primary("See prices").href("#offers")) }))
            h2 #offers { "What you can buy" }
            (offers(&products()))
            h2 { "Check and pay" }
            (receipt(&[("Pro, one month", Money::inr(49_900)), ("SAVE20", Money::inr(-9_980))], Money::inr(39_920), "Paid through Razorpay. We never see your card."))
            form method="post" {
                (csrf(TOKEN))
                (Field::text("name", "Name").required().autocomplete("name"))
                (Field::input("tel", "phone", "Phone").required().autocomplete("tel").help("Your receipt comes here on WhatsApp."))
                (Button::primary("Pay ₹399.20"))
            }
            h2 { "Questions" }
            (faq(&[
                ("Can I cancel?", "Any time, from the link in your receipt. What is paid stays yours until the month ends."),
                ("Do I get an invoice?", "Yes, with GST, to the address that you give."),
            ]))
        },
    })
}

fn products() -> [Offer<'static>; 4] {
    let offer = |name, text, paise, per| Offer { name, text, price: Money::inr(paise), per, href: "#" };
    [
        offer("Starter", "Twenty texts to begin with.", 9_900, ""),
        offer("Pro", "All of them, and a new one each week.", 49_900, "a month"),
        offer("Premium", "All of Pro, read over by an editor who knows your trade.", 99_900, "a month"),
        offer("Platinum", "Written for you from the first word to the last.", 299_900, ""),
    ]
}

/// Signing in, after a wrong password.
pub fn sign_in_page() -> Markup {
    let form = html! {
        form method="post" {
            (csrf(TOKEN))
            (Field::input("email", "email", "E-mail").required().value("asha@mayatraders.example").autocomplete("username"))
            (Field::input("password", "password", "Password").required().autocomplete("current-password").error(Some("E-mail and password do not belong together.")))
            (Button::primary("Sign in"))
        }
    };
    bare(Bare { title: "Sign in", body: panel("Sign in to Maya Traders", form) })
}

/// Something went wrong on our side.
pub fn problem_page() -> Markup {
    problem(Problem {
        title: "Something went wrong on our side",
        message: "Nothing was lost. Try again in a minute; if it stays, tell us the number below.",
        request_id: "01h2xcejqtf2nbrexx3vqjhp41",
    })
}
