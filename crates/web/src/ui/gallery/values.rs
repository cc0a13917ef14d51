//! Numbers, states, and how single values are written.

use super::{LONG, NOW, RIGHT_TO_LEFT, calendar};
use crate::ui::{Badge, Meaning, Moment, Stat, badge, change, code_block, detail_list, id, money, person, phone, section, stats, timeline};
use facts::{Change, Money, Time};
use maud::{Markup, html};

/// Numbers with what to compare them to.
pub(super) fn stats_row() -> Markup {
    let amount = |paise| money(Money::inr(paise));
    html! {
        (section("Stats", "", stats([
            Stat::new("Revenue today", amount(4_820_000)).against(112, 100, "last Friday").href("#").points([3, 5, 4, 6, 5, 8, 9]),
            Stat::new("Orders", html! { "37" }).against(34, 37, "last Friday").href("#").points([5, 6, 4, 5, 7, 6, 4]),
            Stat::new("Refunds", amount(259_800)).against(3, 2, "last week").less_is_better(),
            Stat::new("Revenue this year", amount(123_456_789_000)).note("Nothing to compare with yet"),
        ])))
    }
}

/// Values, detail list, timeline, payload.
pub(super) fn values() -> Markup {
    html! {
        (section("Badges", "", badges()))
        (section("Detail list", "", details()))
        (section("Timeline", "", timeline(&calendar(), &moments())))
        (section("Code block", "", code_block(
            "What Razorpay sent",
            "{\n  \"event\": \"payment.captured\",\n  \"payload\": { \"payment\": { \"entity\": { \"id\": \"pay_29QQoUBi66xm2f\", \"amount\": 129900, \"currency\": \"INR\" } } }\n}",
        )))
    }
}

fn badges() -> Markup {
    let states =
        ["paid", "delivered", "created", "queued", "sent", "past_due", "unmatched", "unknown", "failed", "overdue", "cancelled", "draft"];
    html! {
        div.actions {
            @for state in states { (badge(state)) }
            (Badge::new(Meaning::Information, "Arrives tomorrow"))
        }
    }
}

fn details() -> Markup {
    let calendar = calendar();
    detail_list([
        ("Order", id("ord_01h2xcejqtf2nbrexx3vqjhp41")),
        ("Customer", person("Asha Krishnan", Some("#"), phone("+919876543210"))),
        ("Company", person(LONG, None, html! {})),
        ("Shop", person(RIGHT_TO_LEFT, Some("#"), phone("+971501234567"))),
        ("Total", money(Money::inr(12_345_678_900))),
        ("Placed", html! { (calendar.time(NOW)) ", " (calendar.ago(Time(NOW.millis() - 7_500_000))) }),
        ("A year ago", calendar.time(Time(NOW.millis() - 31_600_000_000))),
        ("State", badge("paid")),
        ("Changed", change(&Change::new("time_zone", "UTC", "Asia/Kolkata"))),
        ("Coupon", Markup::default()),
    ])
}

fn moments() -> Vec<Moment> {
    let at = |minutes: i64| Time(NOW.millis() - minutes * 60_000);
    vec![
        Moment::new(at(1), Meaning::Good, html! { "Payment of " (money(Money::inr(129_900))) " captured" })
            .note(html! { "UPI · " (id("pay_29QQoUBi66xm2f")) })
            .by("Razorpay"),
        Moment::new(at(4), Meaning::Bad, html! { "Order confirmation failed on WhatsApp" })
            .note(html! { "The number has no WhatsApp. " a href="#" { "Sent as SMS instead" } }),
        Moment::new(at(5), Meaning::Attention, html! { "Payment outcome unknown" }).note(html! { "Asked again in one minute" }),
        Moment::new(at(7), Meaning::Information, html! { "Checkout opened" }),
        Moment::new(at(9), Meaning::Neutral, html! { "Order placed" }).by(RIGHT_TO_LEFT),
    ]
}
