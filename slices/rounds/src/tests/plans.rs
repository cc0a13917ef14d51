//! A large round, and who plans it twice.

use super::{ALL, Open};
use crate::commands::{BeginStandingOrder, Place, PlanRound, SaveRoute, Who as Whose};
use crate::model::Pricing;
use crate::{schedule, sheet};
use contacts::NewContact;
use facts::{Money, RouteId};
use futures::future::join_all;
use std::time::Duration;
use store::{Command, Look, Result, Timer, Tx, params, sql};
use testkit::TestDb;

/// How many subscribers a large round has.
const SUBSCRIBERS: i64 = 10_000;

/// What the timer does at the cut-off.
pub(super) struct CutOff;

impl Command for CutOff {
    const NAME: &'static str = "test_cut_off";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        PlanRound {}.ring(tx).await
    }
}

/// Ten thousand standing orders like one that is there.
struct Multiply(RouteId);

impl Command for Multiply {
    const NAME: &'static str = "test_multiply";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        for nth in 0..SUBSCRIBERS {
            let (id, contact) = (tx.uuid(), tx.uuid());
            tx.put(
                sql!(
                    "INSERT INTO standing_orders (tenant_id, id, contact_id, customer, route_id, stop, address, note, product, unit, hsn, rate_bps,
                        pricing, currency, starts_on, ends_on, paused_from, resumes_on, created_at)
                     VALUES ($1, $2, $3, 'Asha', $4, $5, '', '', 'Cow milk', 'l', '', 0, 'month', 'INR', '2026-11-21', '9999-12-31',
                        '9999-12-31', '9999-12-31', 0)"
                ),
                params![tx.tenant(), id, contact, self.0, nth + 2],
            )
            .await?;
            tx.put(
                sql!(
                    "INSERT INTO standing_terms (tenant_id, standing_order_id, from_on, quantity_milli, weekdays, price_minor)
                     VALUES ($1, $2, '2026-11-21', 1000, 127, 180000)"
                ),
                params![tx.tenant(), id],
            )
            .await?;
        }
        Ok(())
    }
}

pub(super) fn standing(route: RouteId, phone: &str) -> BeginStandingOrder {
    BeginStandingOrder {
        who: Whose::Named(NewContact { name: Some("Asha".into()), phone: Some(phone.into()), ..NewContact::default() }),
        place: Place { route: Some(route), ..Place::default() },
        product: "Cow milk".into(),
        unit: "l".into(),
        hsn: String::new(),
        rate_bps: 0,
        quantity: "1".into(),
        weekdays: schedule::DAILY,
        pricing: Pricing::Unit,
        price: Money::inr(6_000),
        starts_on: None,
        ends_on: None,
    }
}

testkit::both! { with &ALL;
    async fn a_large_round_is_planned_once(db: TestDb) {
        let who = db.who();
        db.run(&who, Open).await.unwrap();
        let route = db.run(&who, SaveRoute { id: None, name: "North".into(), position: None }).await.unwrap();
        db.run(&who, standing(route.id, "+919876543210")).await.unwrap();
        db.run(&who, Multiply(route.id)).await.unwrap();
        db.clock().move_to(db.clock().now().after(Duration::from_secs(10 * 3_600)));
        // The timer on several nodes, and whoever asks at that moment.
        for planned in join_all((0..4).map(|_| db.run(&who, CutOff))).await {
            planned.unwrap();
        }
        let mut look = db.read_main(who.tenant);
        let (_, whole) = sheet::day(&mut look, "2026-11-21".parse().unwrap()).await.unwrap();
        assert_eq!(whole.stops(), SUBSCRIBERS + 1);
        let told: i64 = look
            .one(sql!("SELECT COUNT(*) FROM journal WHERE tenant_id = $1 AND kind = 'delivery.announced'"), params![who.tenant])
            .await
            .unwrap();
        assert_eq!(told, SUBSCRIBERS + 1, "each is told once");
    }
}
