//! A month of a standing order, day by day: what was brought, what is planned, and what is called off.

use super::{ORDERS, state};
use crate::model::{Delivery, StandingOrder, Terms};
use crate::schedule::{self, Plan};
use crate::{month, queries};
use facts::Money;
use facts::rounds::DeliveryState;
use jiff::civil::Date;
use maud::{Markup, html};
use store::{Look, Result};
use web::ui::{self, Column, Query, Row, Table};

/// A month, and all that is known of its days.
pub(super) struct Month {
    first: Date,
    deliveries: Vec<Delivery>,
    terms: Vec<Terms>,
    other: Vec<(Date, i64)>,
}

impl Month {
    /// The month of a day.
    pub async fn of(look: &mut impl Look, order: &StandingOrder, day: Date) -> Result<Self> {
        let (first, last) = (day.first_of_month(), day.last_of_month());
        Ok(Self {
            first,
            deliveries: queries::of_order(look, order.id, first, last).await?,
            terms: queries::terms(look, order.id).await?,
            other: queries::days(look, order.id, first, last).await?,
        })
    }

    /// What the deliveries so far come to.
    pub fn amount(&self, order: &StandingOrder) -> Money {
        Money::new(self.deliveries.iter().map(Delivery::amount).sum(), order.currency)
    }

    /// A day's state and quantity: from the sheet where it stands, from what is agreed on where it does not.
    fn day(&self, order: &StandingOrder, day: Date, today: Date) -> Option<(&'static str, i64)> {
        if let Some(delivery) = self.deliveries.iter().find(|delivery| delivery.on_day == day) {
            let word = if delivery.state == DeliveryState::Planned && day < today { "not_marked" } else { delivery.state.as_str() };
            return Some((word, delivery.quantity_milli));
        }
        let other = self.other.iter().find(|(of, _)| *of == day).map(|(_, quantity)| *quantity);
        // What is past and on no sheet was not brought.
        let terms = schedule::terms_on(&self.terms, day).filter(|_| day >= today)?;
        match schedule::plan(&order.standing(), terms, other, day) {
            Plan::Nothing => None,
            Plan::Paused => Some(("paused", 0)),
            Plan::Skipped => Some(("skipped", 0)),
            Plan::Bring(quantity) => Some(("planned", quantity)),
        }
    }

    /// The month as weeks of seven days.
    pub fn show(&self, order: &StandingOrder, today: Date) -> Markup {
        let monday = self.first.saturating_sub(jiff::Span::new().days(i64::from(self.first.weekday().to_monday_zero_offset())));
        let weeks =
            (0..6).map(|week| monday.saturating_add(jiff::Span::new().days(week * 7))).filter(|week| *week <= self.first.last_of_month());
        let columns: Vec<Column> = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].map(|name| Column::text(name, name).matters()).into();
        let rows = weeks.map(|week| {
            let days = (0..7).map(|day| week.saturating_add(jiff::Span::new().days(day)));
            Row::new(week, days.map(|day| self.cell(order, day, today)))
        });
        html! { (Table::new("Month", &Query::default(), columns).rows(rows)) }
    }

    fn cell(&self, order: &StandingOrder, day: Date, today: Date) -> Markup {
        if day.first_of_month() != self.first {
            return html! { "\u{a0}" };
        }
        html! {
            @if day == today { strong { (day.day()) } } @else { (day.day()) }
            @if let Some((word, quantity)) = self.day(order, day, today) {
                br; (state(word))
                @if quantity > 0 && quantity != order.quantity_milli { " " (invoices::quantity_text(quantity)) }
            }
        }
    }

    /// The month before and the month after.
    pub fn turn(&self, order: &StandingOrder) -> Markup {
        let link =
            |words: &str, day: Date| ui::Button::quiet(words).small().href(format!("{ORDERS}/{}?month={}", order.id, month::of(day)));
        html! {
            (link("Earlier", self.first.yesterday().unwrap_or(self.first)))
            (link("Later", self.first.last_of_month().tomorrow().unwrap_or(self.first)))
        }
    }

    /// What it is called.
    pub fn title(&self) -> String {
        month::words(&month::of(self.first))
    }
}
