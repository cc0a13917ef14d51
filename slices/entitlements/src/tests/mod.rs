//! What must hold whatever happens, in whatever order, and whoever comes at once.

mod at_once;
mod stories;

use crate::MIGRATIONS;
use crate::commands::{Consume, CreateFeature, For, Override};
use crate::model::{Kind, Resets, Standing};
use facts::ContactId;
use std::sync::LazyLock;
use store::{Command, Look, Migration, Result, STORE, Tx, Who, params, sql};
use testkit::TestDb;

/// The tables that these tests need.
static ALL: LazyLock<Vec<Migration>> = LazyLock::new(|| {
    let rooms = [
        STORE,
        identity::MIGRATIONS,
        settings::MIGRATIONS,
        contacts::MIGRATIONS,
        payments::MIGRATIONS,
        invoices::MIGRATIONS,
        subscriptions::MIGRATIONS,
        MIGRATIONS,
    ];
    rooms.into_iter().flatten().copied().collect()
});

/// A tenant on a calendar, and so many customers.
struct Open(&'static str, usize);

impl Command for Open {
    const NAME: &'static str = "test_open";
    type Out = Vec<ContactId>;

    async fn run(&self, tx: &mut Tx) -> Result<Vec<ContactId>> {
        tx.put(
            sql!(
                "INSERT INTO tenants (tenant_id, name, slug, time_zone, currency, is_first, state, plan, created_at)
                 VALUES ($1, 'Shop', $2, $3, 'INR', FALSE, 'active', 'free', $4)"
            ),
            params![tx.tenant(), tx.tenant().to_string(), self.0, tx.now()],
        )
        .await?;
        let mut ids = Vec::new();
        for number in 0..self.1 {
            let email = Some(format!("customer{number}@example.com"));
            ids.push(contacts::save(tx, contacts::NewContact { email, ..Default::default() }).await?);
        }
        Ok(ids)
    }
}

/// A metered feature that begins anew each month.
async fn feature(db: &TestDb, who: &Who, grace_percent: i64) {
    let (code, name, unit) = ("calls".to_owned(), "Calls".to_owned(), "calls".to_owned());
    let command = CreateFeature { code, name, kind: Kind::Metered, unit, resets: Resets::Month, grace_percent };
    db.run(who, command).await.unwrap();
}

async fn allow(db: &TestDb, who: &Who, contact: ContactId, limit: Option<i64>) {
    let command = Override { contact, feature: "calls".into(), given: true, limit, until: None, note: String::new() };
    db.run(who, command).await.unwrap();
}

async fn consume(db: &TestDb, who: &Who, contact: ContactId, amount: i64, dry_run: bool) -> Result<Standing> {
    let public_url = "https://origin.example".to_owned();
    db.run(who, Consume { who: For::Contact(contact), feature: "calls".into(), amount, dry_run, public_url }).await
}

/// The thresholds that were told of, in the order of the journal: customer, first day, limit, percent.
async fn told(db: &TestDb, who: &Who) -> Vec<(ContactId, String, i64, i64)> {
    let bodies: Vec<store::Json<facts::entitlements::EntitlementThresholdCrossed>> = db
        .read_main(who.tenant)
        .all(
            sql!("SELECT body FROM journal WHERE tenant_id = $1 AND kind = 'entitlement.threshold_crossed' ORDER BY xid, seq"),
            params![who.tenant],
        )
        .await
        .unwrap();
    bodies.into_iter().map(|body| (body.0.contact_id.unwrap(), body.0.from, body.0.limit, body.0.percent)).collect()
}
