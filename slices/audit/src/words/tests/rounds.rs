//! Standing orders and deliveries.

use super::{id, says};
use facts::rounds::{
    DeliveryAnnounced, DeliveryMarked, DeliveryState, MonthBilled, RoundPlanned, RouteSaved, StandingOrderBegun, StandingOrderChanged,
    StandingOrderDaySet, StandingOrderEnded, StandingOrderPaused, StandingOrderResumed,
};
use facts::{Change, Money};

#[test]
fn rounds() {
    let (standing_order_id, contact_id, on_day) = (id(), id(), "2026-11-22".to_owned());
    let begun = |unit: &str| StandingOrderBegun {
        standing_order_id,
        contact_id,
        product: "Cow milk".into(),
        quantity_milli: 1_500,
        unit: unit.into(),
        starts_on: on_day.clone(),
    };
    says(begun("l"), "Standing order begun: 1.5 l Cow milk from 22 Nov 2026");
    says(begun(""), "Standing order begun: 1.5 Cow milk from 22 Nov 2026");
    let changes = vec![Change::new("quantity", "1", "2"), Change::new("price", "a", "b")];
    let changed = |from_on| StandingOrderChanged { standing_order_id, contact_id, from_on, changes: changes.clone() };
    says(changed(Some("2026-12-01".into())), "Standing order changed from 1 Dec 2026: quantity, price");
    says(changed(None), "Standing order changed: quantity, price");
    let set = |quantity_milli| StandingOrderDaySet { standing_order_id, contact_id, on_day: on_day.clone(), quantity_milli };
    says(set(Some(0)), "22 Nov 2026: skipped");
    says(set(Some(3_000)), "22 Nov 2026: 3 for that day");
    says(set(None), "22 Nov 2026: as usual again");
    let paused = |resumes_on| StandingOrderPaused { standing_order_id, contact_id, from_on: on_day.clone(), resumes_on };
    says(paused(Some("2026-12-01".into())), "Standing order paused from 22 Nov 2026 until 1 Dec 2026");
    says(paused(None), "Standing order paused from 22 Nov 2026 until it is resumed");
    says(StandingOrderResumed { standing_order_id, contact_id, from_on: on_day.clone() }, "Standing order brought again from 22 Nov 2026");
    says(StandingOrderEnded { standing_order_id, contact_id, ends_on: on_day.clone() }, "Standing order ends with 22 Nov 2026");
    says(RoundPlanned { on_day: on_day.clone(), deliveries: 12 }, "Round of 22 Nov 2026 planned: 12 deliveries");
    says(DeliveryAnnounced { contact_id, standing_order_id, on_day: on_day.clone() }, "Delivery of 22 Nov 2026 announced");
    let marked = |state, eta: Option<&str>| DeliveryMarked {
        delivery_id: id(),
        standing_order_id,
        contact_id,
        on_day: on_day.clone(),
        state,
        quantity_milli: 1_000,
        eta: eta.map(str::to_owned),
        tell: true,
    };
    says(marked(DeliveryState::Delivered, None), "Delivery of 22 Nov 2026: delivered");
    says(marked(DeliveryState::Delayed, Some("07:30")), "Delivery of 22 Nov 2026: delayed to 07:30");
    says(marked(DeliveryState::Missed, None), "Delivery of 22 Nov 2026: missed");
    says(marked(DeliveryState::Planned, None), "Delivery of 22 Nov 2026: planned, 1");
    says(marked(DeliveryState::Skipped, None), "Delivery of 22 Nov 2026: called off");
    says(
        MonthBilled { contact_id, month: "2026-11".into(), invoice_id: id(), number: "INV2627/000001".into(), total: Money::inr(9_900) },
        "Deliveries of November 2026 billed: INV2627/000001, ₹99.00",
    );
    says(RouteSaved { route_id: id(), name: "North".into(), changes: Vec::new() }, "Route North saved");
}
