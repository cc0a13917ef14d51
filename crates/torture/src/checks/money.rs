//! Orders and payments: all there, all right, none twice.

use crate::promises::Order;
use crate::street::Street;
use crate::verdict::Verdict;
use anyhow::Result;
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// Everything about money that both sides know.
struct Known {
    /// Origin's orders by its ids.
    orders: HashMap<String, Value>,
    /// Origin's payments by its orders.
    payments: HashMap<String, Vec<Value>>,
    /// The provider's captured payments by its orders.
    captured: HashMap<String, Vec<sim::Payment>>,
}

pub(super) async fn check(street: &Street, promised: &[Order], verdict: &mut Verdict) -> Result<()> {
    let known = ask(street).await?;
    let paid: Vec<&Order> = promised.iter().filter(|order| is_paid(&known, order)).collect();
    verdict.count("orders acknowledged", promised.len());
    verdict.count("orders to be paid later", promised.iter().filter(|order| order.later).count());
    verdict.count("orders paid at the provider", paid.len());
    let says_paid = promised.iter().filter(|order| known.orders.get(&order.id).is_some_and(|there| there["state"] == "paid")).count();
    verdict.count("orders that origin calls paid", says_paid);
    verdict.promise(
        "every acknowledged order is there, with its amount",
        promised.iter().filter_map(|order| is_there(&known, order)).collect(),
    );
    verdict.promise(
        "an order is paid where, and only where, its buyer paid",
        promised.iter().filter_map(|order| same_state(&known, order)).collect(),
    );
    verdict.promise("no order is paid twice", promised.iter().filter_map(|order| paid_once(&known, order)).collect());
    verdict.promise("the provider holds one order for each receipt", receipts(street));
    verdict.promise("no order was placed twice", placed_once(&known));
    Ok(())
}

async fn ask(street: &Street) -> Result<Known> {
    let orders = street.api.all("/api/v1/orders?limit=200").await?;
    let id = |order: Value| (order["id"].as_str().unwrap_or_default().to_owned(), order);
    let mut payments: HashMap<String, Vec<Value>> = HashMap::new();
    for payment in street.api.all("/api/v1/payments?limit=200").await? {
        payments.entry(payment["order_id"].as_str().unwrap_or_default().to_owned()).or_default().push(payment);
    }
    let mut captured: HashMap<String, Vec<sim::Payment>> = HashMap::new();
    for payment in street.sim.razorpay().payments().into_iter().filter(sim::Payment::captured) {
        captured.entry(payment.order_id.clone()).or_default().push(payment);
    }
    Ok(Known { orders: orders.into_iter().map(id).collect(), payments, captured })
}

fn is_paid(known: &Known, order: &Order) -> bool {
    order.provider_id.as_ref().is_some_and(|id| known.captured.contains_key(id))
}

fn is_there(known: &Known, order: &Order) -> Option<String> {
    let since = order.at.elapsed().as_secs();
    let Some(there) = known.orders.get(&order.id) else {
        return Some(format!("{} was acknowledged {since} s ago and is gone", order.id));
    };
    let minor = there["total"]["minor"].as_i64();
    (minor != Some(order.minor)).then(|| format!("{} comes to {minor:?}, and {} was acknowledged", order.id, order.minor))
}

fn same_state(known: &Known, order: &Order) -> Option<String> {
    let there = known.orders.get(&order.id)?;
    let (state, paid) = (there["state"].as_str().unwrap_or_default(), there["paid"]["minor"].as_i64().unwrap_or(-1));
    let right = if is_paid(known, order) { ("paid", order.minor) } else { ("created", 0) };
    ((state, paid) != right).then(|| format!("{} is {state} with {paid}, and should be {} with {}", order.id, right.0, right.1))
}

/// Exactly one captured payment that pays the order, the provider's own one, where it is paid; none elsewhere.
fn paid_once(known: &Known, order: &Order) -> Option<String> {
    let settled: Vec<&str> = known.payments.get(&order.id).into_iter().flatten().filter(pays).filter_map(provider_id).collect();
    let taken = order.provider_id.as_ref().and_then(|id| known.captured.get(id));
    let taken: Vec<&str> = taken.into_iter().flatten().map(|payment| payment.id.as_str()).collect();
    (settled != taken).then(|| format!("{} is paid by {settled:?}, and the provider captured {taken:?}", order.id))
}

fn pays(payment: &&Value) -> bool {
    payment["matched"] == true && payment["state"] == "captured"
}

fn provider_id(payment: &Value) -> Option<&str> {
    payment["provider_payment_id"].as_str()
}

fn receipts(street: &Street) -> Vec<String> {
    let mut seen = HashSet::new();
    let orders = street.sim.razorpay().orders();
    let again = orders.iter().filter(|order| order.receipt.as_ref().is_some_and(|receipt| !seen.insert(receipt.clone())));
    again.map(|order| format!("{} is a further order for receipt {:?}", order.id, order.receipt)).collect()
}

/// Each story has its own buyer, and each buyer one order.
fn placed_once(known: &Known) -> Vec<String> {
    let mut by_buyer: HashMap<&str, Vec<&str>> = HashMap::new();
    for (id, order) in &known.orders {
        if let Some(contact) = order["contact_id"].as_str() {
            by_buyer.entry(contact).or_default().push(id);
        }
    }
    let twice = by_buyer.iter().filter(|(_, orders)| orders.len() > 1);
    twice.map(|(buyer, orders)| format!("{buyer} has the orders {}", orders.join(", "))).collect()
}
