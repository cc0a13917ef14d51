//! An order is left: nobody has paid it, and its buyer has done nothing for an hour.

use crate::model::{Abandoned, RecoverySettings, State};
use crate::{rows, rules};
use contacts::Contact;
use facts::Time;
use facts::orders::PayWhen;
use orders::{OrderState, Whole};
use store::{Json, Result, Tx};

/// Notes that an order was left, where it was and there is somebody to remind.
pub(super) async fn begin(tx: &mut Tx, whole: &Whole, active_at: Time, settings: &RecoverySettings) -> Result<Option<Abandoned>> {
    let order = &whole.order;
    let Some(contact_id) = order.contact_id.filter(|_| order.state == OrderState::Created && order.pay == PayWhen::First) else {
        return Ok(None);
    };
    let contact = contacts::find(tx, contact_id).await?.filter(reachable);
    let contact_id = contact.as_ref().map_or(contact_id, |contact| contact.id);
    if contact.is_none() || whole.lines.is_empty() || rules::too_late(settings, active_at, tx.now()) {
        return Ok(None);
    }
    let left = Abandoned {
        order_id: order.id,
        contact_id,
        customer: order.customer_name.clone().unwrap_or_default(),
        product: title(whole),
        products: Json(whole.lines.iter().filter_map(|line| line.product_id).collect()),
        currency: order.currency,
        total_minor: order.total_minor,
        placed_at: order.created_at,
        active_at,
        state: State::Waiting,
        why: None,
        next_step: 1,
        next_at: None,
        by_hand: false,
        asked_at: None,
        reminded_at: None,
        reminded_step: None,
        opened_at: None,
        clicked_at: None,
        replaced_by: None,
        recovered_at: None,
        paid_order_id: None,
        paid_minor: None,
        by_link: false,
        by_contact: false,
    };
    rows::insert(tx, &left).await?;
    Ok(Some(left))
}

/// Whether there is a way to remind somebody.
pub(super) fn reachable(contact: &Contact) -> bool {
    contact.phone.is_some() || contact.email.is_some()
}

/// What is in an order, in words: `Starter`, `Starter and 2 more`.
fn title(whole: &Whole) -> String {
    match whole.lines.len() {
        0 | 1 => whole.order.product.clone(),
        all => format!("{} and {} more", whole.order.product, all - 1),
    }
}
