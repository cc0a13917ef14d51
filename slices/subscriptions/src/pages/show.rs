//! `/admin/subscriptions/{id}`: one subscription, what it was billed for, and what can be done.

use super::list::{plan, state, then};
use super::usage as over;
use super::{HERE, each, may, not_done, quoted};
use crate::commands::Quote;
use crate::model::{Charge, ChargeKind, ChargeState, Mode, Offer, PlanPrice, Run, Subscription};
use crate::queries;
use crate::rules::{self, Event};
use crate::usage::{self, Used};
use axum::extract::State;
use axum::response::Html;
use facts::provider_subscriptions::LastInvoice;
use facts::{Id, Money, SubscriptionId};
use maud::{Markup, html};
use store::{Error, Result, journal};
use web::ui::{self, Alert, Button, Calendar, Column, Dialog, Empty, Field, Meaning, Moment, Query, Row, Table};
use web::{Answer, App, BackOffice, Caller, Failure, Path, Permission, Route, back_office};

const MOMENTS: i64 = 100;
const CHARGES: i64 = 60;

/// A subscription with all that its page shows.
struct Shown {
    sub: Subscription,
    /// None of one that a provider runs.
    price: Option<PlanPrice>,
    offers: Vec<Offer>,
    charges: Vec<Charge>,
    used: Vec<Used>,
    /// What was used above the plan and waits for an invoice comes to.
    waits: Money,
    mandate: Option<payments::Mandate>,
    moments: Vec<Moment>,
    calendar: Calendar,
    csrf: String,
    may: bool,
}

/// What was just tried.
#[derive(Default)]
pub(super) struct Tried<'a> {
    /// What was wrong with it.
    pub wrong: Option<&'a Failure>,
    /// What a change would come to, and the form that asked.
    pub quote: Option<(Quote, super::acts::Wish)>,
}

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<SubscriptionId>) -> Answer<Html<String>> {
    page(&app, &caller, id, Tried::default()).await
}

pub(super) async fn page(app: &App, caller: &Caller, id: SubscriptionId, tried: Tried<'_>) -> Answer<Html<String>> {
    let look = &mut app.db.read_main(caller.tenant());
    let sub = queries::subscription(look, id).await?.ok_or_else(|| Error::not_found("subscription"))?;
    let waits = sub.money(usage::sum(&usage::waiting(look, id).await?)?);
    let shown = Shown {
        waits,
        used: usage::of(look, id, CHARGES).await?,
        price: match sub.price_id {
            Some(price) => queries::price(look, price).await?,
            None => None,
        },
        offers: queries::offers(look).await?,
        charges: queries::charges(look, id, CHARGES).await?,
        mandate: payments::mandate(look, sub.contact_id).await?,
        moments: journal::timeline(look, id.uuid(), MOMENTS).await?.iter().rev().map(audit::moment).collect(),
        calendar: Calendar::new(&caller.time_zone, app.db.clock().now()),
        csrf: caller.csrf().to_owned(),
        // What a provider runs is changed there.
        may: may(caller) && sub.run.is_none(),
        sub,
    };
    let title = format!("{}, {}", shown.plan(), shown.sub.customer_name);
    let lead = html! { (state(&shown.sub)) " " (then(&shown.sub, &shown.calendar)) };
    let (action, body) = (shown.actions(), shown.body(&tried)?);
    Ok(back_office(app, caller, BackOffice { title: &title, lead, action, place: HERE, crumbs: &[("Subscriptions", HERE)], body }))
}

impl Shown {
    fn plan(&self) -> &str {
        plan(&self.sub, &self.offers)
    }

    fn here(&self, act: &str) -> String {
        format!("{HERE}/{}/{act}", self.sub.id)
    }

    fn can(&self, event: Event) -> bool {
        self.may && rules::next(self.sub.state, event).is_ok()
    }

    fn actions(&self) -> Markup {
        let sub = &self.sub;
        let wished = sub.cancel_on.is_some() || sub.pause_on.is_some() || sub.pending.is_some();
        let wished = wished || sub.next_price_id.is_some() || sub.next_quantity.is_some();
        html! {
            @if self.can(Event::Cancel) { (Button::quiet("Cancel").opens("cancel")) (self.cancel()) }
            @if self.can(Event::Pause) { (Button::quiet("Pause").opens("pause")) (self.pause()) }
            @if self.may && wished { (ui::post(&self.here("keep"), &self.csrf, Button::primary("Leave it as it is"))) }
            @if self.may && sub.parked.is_some() { (ui::post(&self.here("go-on"), &self.csrf, Button::primary("Let it go on"))) }
            @if self.can(Event::Resume) { (ui::post(&self.here("resume"), &self.csrf, Button::primary("Resume"))) }
        }
    }

    fn cancel(&self) -> Markup {
        let body = html! {
            p { "Nothing is given back by it. If something should be, issue a credit note on the invoice." }
            (Field::select("when", "When", [("period_end", "With the period that is billed"), ("now", "Now")]).of_form("cancel"))
            (Field::text("reason", "Reason").of_form("cancel"))
        };
        let button = Button::danger("Cancel it");
        html! { (Dialog { id: "cancel", title: "Cancel this subscription?", body, action: &self.here("cancel"), csrf: &self.csrf, button, typed: None }) }
    }

    fn pause(&self) -> Markup {
        let body = html! {
            p { "Nothing is billed and nothing given until it goes on. What is left of the period goes off the next invoice." }
            (Field::select("when", "From", [("now", "Now"), ("period_end", "The end of the period")]).of_form("pause"))
            (Field::input("date", "resume_on", "Goes on by itself on").of_form("pause").help("Left empty, it rests until somebody resumes it."))
            (Field::text("reason", "Reason").of_form("pause"))
        };
        let button = Button::primary("Pause it");
        html! { (Dialog { id: "pause", title: "Pause this subscription?", body, action: &self.here("pause"), csrf: &self.csrf, button, typed: None }) }
    }

    fn body(&self, tried: &Tried) -> Result<Markup> {
        let changes = self.may && matches!(self.sub.state.as_str(), "active" | "trialing");
        let gives = html! { a href={ "/admin/entitlements/customers/" (self.sub.contact_id) } { "What they may use" } };
        let used = over::section(&self.used, &self.calendar)?;
        Ok(html! {
            (not_done(tried.wrong))
            @if let Some((quote, _)) = &tried.quote { (Alert::new(Meaning::Information, "What it would come to today").body(html! { p { (quoted(quote)) } })) }
            @if let Some(parked) = &self.sub.parked { (Alert::new(Meaning::Attention, "It waits for a person").body(html! { p { (parked) } })) }
            @if let Some(pending) = &self.sub.pending {
                (Alert::new(Meaning::Information, "A change waits for its payment")
                    .body(html! { p { a href={ "/admin/invoices/" (pending.0.invoice_id) } { "Its invoice" } } }))
            }
            @if let Some(run) = &self.sub.run { (self.run_elsewhere(&run.0)) }
            (ui::section("What is subscribed to", gives, self.details()))
            @if let Some(price) = self.price.as_ref().filter(|_| changes) { (ui::section("Change it", "", self.change(price, tried))) }
            @if self.sub.run.is_none() { (ui::section("What was billed", "", self.billed())) }
            (used)
            (ui::section("What happened", "", ui::timeline(&self.calendar, &self.moments)))
        })
    }

    fn details(&self) -> Markup {
        let sub = &self.sub;
        let day = |day| html! { (self.calendar.date_text(day)) };
        let carried = sub.money(sub.carry_minor.abs());
        let all = [
            ("Customer", html! { a href={ "/admin/contacts/" (sub.contact_id) } { bdi { (sub.customer_name) } } }),
            ("Plan", html! { bdi { (self.plan()) } ", " (self.costs()) @if sub.quantity > 1 { ", " (sub.quantity) " of it" } }),
            ("Discount", html! { @if sub.discount_bps > 0 { (catalogue::tax::percent(sub.discount_bps)) } }),
            (
                "Period",
                html! { (self.calendar.date_text(sub.period_start)) " to " (self.calendar.date_text(sub.period_end.yesterday().unwrap_or(sub.period_end))) },
            ),
            ("Brings a month", html! { @if sub.mrr_minor > 0 { (ui::money(sub.money(sub.mrr_minor))) " without tax" } }),
            ("Off the next invoice", html! { @if sub.carry_minor > 0 { (ui::money(carried)) } }),
            ("Added to the next invoice", html! { @if sub.carry_minor < 0 { (ui::money(carried)) } }),
            ("Used above the plan", html! { @if self.waits.minor > 0 { (ui::money(self.waits)) ", on the next invoice" } }),
            (
                "Charged by",
                html! { @match (&sub.run, &self.mandate) {
                    (Some(run), _) => (run.0.provider.title()),
                    (None, Some(mandate)) => bdi { (mandate.label) },
                    (None, None) => "nothing; its invoices are paid by the customer",
                } },
            ),
            ("Late since", html! { @if let Some(on) = sub.past_due_on { (day(on)) } }),
            ("Reason", html! { @if let Some(reason) = &sub.reason { bdi { (reason) } } }),
            ("Id", ui::id(sub.id)),
        ];
        ui::detail_list(all.into_iter().filter(|(_, value)| !value.0.is_empty()))
    }

    /// What a period costs.
    fn costs(&self) -> Markup {
        match (&self.sub.run, &self.price) {
            (Some(run), _) if run.0.every == 1 => html! { (ui::money(self.sub.money(run.0.amount_minor))) " each " (run.0.interval) },
            (Some(run), _) => html! { (ui::money(self.sub.money(run.0.amount_minor))) " every " (run.0.every) " " (run.0.interval) "s" },
            (None, Some(price)) => html! { (ui::money(price.amount())) " " (each(price.cadence)) },
            (None, None) => html! {},
        }
    }

    /// Who runs it, and where to go with what cannot be done here.
    fn run_elsewhere(&self, run: &Run) -> Markup {
        let who = run.provider.title();
        let body = html! {
            p {
                (who) " bills it, charges for it and tries again; here it is shown as " (who) " has it. "
                @match run.last_invoice {
                    Some(LastInvoice::Failed) => "Its newest invoice could not be charged. ",
                    Some(LastInvoice::Open) => "Its newest invoice is to be paid. ",
                    Some(LastInvoice::Paid) => "Its newest invoice is paid. ",
                    None => {}
                }
                @if self.sub.plan_id.is_none() {
                    "No plan here names " (ui::id(&run.price)) ", so it gives nothing: fill that in on a plan’s page. "
                }
                a href=(run.page()) { "Change or cancel it at " (who) }
            }
        };
        html! { (Alert::new(Meaning::Information, format!("{who} runs it")).body(body)) }
    }

    fn change(&self, price: &PlanPrice, tried: &Tried) -> Markup {
        let now = format!(
            "{}/{}",
            self.offers.iter().find(|offer| Some(offer.plan.id) == self.sub.plan_id).map_or("", |offer| offer.plan.code.as_str()),
            price.cadence
        );
        let choices: Vec<(String, String)> = self
            .offers
            .iter()
            .filter(|offer| offer.plan.active || Some(offer.plan.id) == self.sub.plan_id)
            .flat_map(|offer| {
                offer.prices.iter().map(|price| {
                    (
                        format!("{}/{}", offer.plan.code, price.cadence),
                        format!("{}, {} {}", offer.plan.name, price.amount(), each(price.cadence)),
                    )
                })
            })
            .collect();
        let modes = [
            (Mode::InvoiceNow.as_str(), "Now, as soon as the difference is paid"),
            (Mode::NextInvoice.as_str(), "Now, with the difference on the next invoice"),
            (Mode::NextPeriod.as_str(), "From the next period on"),
            (Mode::Reset.as_str(), "A new period from today, as soon as it is paid"),
        ];
        let wish = tried.quote.as_ref().map(|(_, wish)| wish.clone()).unwrap_or_default();
        let held = |typed: &str, now: String| if typed.is_empty() { now } else { typed.to_owned() };
        html! {
            form method="post" action=(self.here("change")) {
                (ui::csrf(&self.csrf))
                (ui::beside([
                    Field::select("plan", "Plan", choices).value(held(&wish.plan, now)),
                    Field::input("number", "quantity", "How many").value(held(&wish.quantity, self.sub.quantity.to_string())),
                ]))
                (Field::select("mode", "When", modes).value(held(&wish.mode, Mode::InvoiceNow.to_string())))
                (ui::actions(html! {
                    (Button::primary("Change it"))
                    (Button::quiet("What would it come to?").to(self.here("preview")))
                }))
            }
        }
    }

    fn billed(&self) -> Markup {
        let columns = vec![
            Column::text("for", "For").matters(),
            Column::text("state", "State").matters(),
            Column::text("due", "To be paid by"),
            Column::text("invoice", "Invoice"),
            Column::number("billed", "Plan").matters(),
        ];
        let rows = self.charges.iter().map(|charge| {
            let last = charge.period_end.yesterday().unwrap_or(charge.period_end);
            let cells = [
                html! { @match charge.kind { ChargeKind::Change => "Change, ", ChargeKind::Usage => "Used above the plan, ", ChargeKind::Period => "" } (self.calendar.date_text(charge.period_start)) " – " (self.calendar.date_text(last)) },
                html! { (ui::badge(charge.state.as_str())) @if let Some(on) = charge.try_on.filter(|_| charge.state == ChargeState::Open) { " charged on " (self.calendar.date_text(on)) } },
                html! { @if let Some(due) = charge.due_on { (self.calendar.date_text(due)) } },
                html! { @if let Some(invoice) = charge.invoice_id { a href={ "/admin/invoices/" (invoice) } { "Open" } } },
                ui::money(self.sub.money(charge.billed_minor)),
            ];
            Row::new(charge.id, cells)
        });
        let empty = Empty::new("Nothing yet", "The first period is billed when the trial ends.");
        html! { (Table::new("What was billed", &Query::default(), columns).rows(rows).empty(empty)) }
    }
}

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/admin/subscriptions/{id}", Permission::SubscriptionsRead, show).page().says("A subscription", "")]
}
