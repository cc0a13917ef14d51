//! The charts.

use super::LONG;
use crate::ui::{Bar, BarChart, Flow, FlowStep, LineChart, Series, Unit, section};
use facts::Currency;
use maud::{Markup, html};

/// Lines over time and bars from zero.
pub(super) fn charts() -> Markup {
    html! {
        (section("Charts", "", html! {
            (revenue())
        }))
        (section("Chart with a gap, and several lines", "", several()))
        (section("Bars", "", bars()))
        (section("A way with forks", "", flow()))
    }
}

/// Thirty days of October, in paise.
fn days() -> Vec<i64> {
    (0..30i64).map(|day| 1_800_000 + day * 62_000 + (day * day * 7_919 + day * 104_729) % 1_400_000).collect()
}

fn revenue() -> LineChart {
    LineChart {
        sentence: "Revenue grew by 18 % in October; the best day was the 29th.".into(),
        each: "Day",
        unit: Unit::Money(Currency::INR),
        times: (1..=30).map(|day| format!("{day} Oct")).collect(),
        series: vec![Series { name: "Revenue".into(), points: days().into_iter().map(Some).collect() }],
    }
}

fn several() -> LineChart {
    let whatsapp = (0..24i64).map(|hour| (!(9..=11).contains(&hour)).then(|| 40 + (hour * 37) % 61));
    let sms = (0..24i64).map(|hour| Some(12 + (hour * 23) % 19));
    let email = (0..24i64).map(|hour| Some(4 + (hour * 11) % 9));
    LineChart {
        sentence: "Nothing was sent on WhatsApp from 9 to 11 o'clock; SMS and e-mail went on.".into(),
        each: "Hour",
        unit: Unit::Count,
        times: (0..24).map(|hour| format!("{hour}:00")).collect(),
        series: vec![
            Series { name: "WhatsApp".into(), points: whatsapp.collect() },
            Series { name: "SMS".into(), points: sms.collect() },
            Series { name: "E-mail".into(), points: email.collect() },
        ],
    }
}

fn flow() -> Flow {
    let step = |title: &str, says: &str, here, exits| FlowStep { title: title.into(), says: says.into(), here, exits };
    Flow {
        sentence: "A welcome: whoever orders within three days is left alone, the others are reminded.".into(),
        steps: vec![
            step("hello", "Says: Welcome to our dairy", 0, vec![(None, Some(1))]),
            step("order", "Waits 3 days for an order", 1_204, vec![(Some("done in time"), None), (Some("not done"), Some(2))]),
            step("split", "1 to 1, by chance", 0, vec![(None, Some(3)), (None, Some(4))]),
            step("offer", LONG, 12, vec![(None, None)]),
            step("reminder", "Says: Your first litre waits", 0, vec![(None, None)]),
        ],
    }
}

fn bars() -> BarChart {
    BarChart {
        sentence: "Pro brings in more than all other products together.".into(),
        of: "Product",
        unit: Unit::Money(Currency::INR),
        bars: vec![
            Bar::new("Pro", 1_234_567_890).href("#"),
            Bar::new("Starter", 412_300_000).href("#"),
            Bar::new(LONG, 96_100_000).href("#"),
            Bar::new("Refunds", -150_000_000),
            Bar::new("Premium", 0),
        ],
    }
}
