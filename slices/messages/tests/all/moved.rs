//! Suppressions of an older version are known to consent.

use consent::{Class, Reason, Why};
use facts::messages::Channel;
use std::sync::LazyLock;
use store::{Command, Migration, Result, STORE, Tx, params, sql};
use testkit::TestDb;

/// What the last version had, and what this one needs.
static BEFORE: LazyLock<Vec<Migration>> =
    LazyLock::new(|| all().into_iter().filter(|step| step.name != "messages/0003_suppressions").collect());

fn all() -> Vec<Migration> {
    [STORE, settings::MIGRATIONS, contacts::MIGRATIONS, consent::MIGRATIONS, messages::MIGRATIONS].into_iter().flatten().copied().collect()
}

/// Keeps a suppression as the last version did.
struct Suppress(&'static str, &'static str, &'static str);

impl Command for Suppress {
    const NAME: &'static str = "test_suppress";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        tx.put(
            sql!("INSERT INTO suppressions (tenant_id, channel, address, scope, reason, created_at) VALUES ($1, $2, $3, $4, 'words', $5)"),
            params![tx.tenant(), self.0, self.1, self.2, tx.now()],
        )
        .await
    }
}

testkit::both! { with &BEFORE;
    async fn what_was_stopped_stays_so(db: TestDb) {
        let who = db.who();
        for (channel, address, scope) in
            [("email", "gone@example.com", "all"), ("whatsapp", "+919876543210", "marketing"), ("whatsapp", "+919876543211", "all")]
        {
            db.run(&who, Suppress(channel, address, scope)).await.unwrap();
        }
        assert_eq!(store::migrate(&db, &all()).await.unwrap(), ["messages/0003_suppressions"]);
        for (channel, address, class, why) in [
            (Channel::Email, "gone@example.com", Class::Asked, Some(Reason::Bounced)),
            (Channel::Whatsapp, "+919876543210", Class::Personal, Some(Reason::ProviderOptOut)),
            (Channel::Whatsapp, "+919876543210", Class::Service, None),
            (Channel::Whatsapp, "+919876543211", Class::Service, Some(Reason::Undeliverable)),
        ] {
            let found = consent::why_not_one(&mut db.read_main(who.tenant), channel, address, class).await.unwrap();
            assert_eq!(found, why.map(Why::Stopped), "{address} {class}");
        }
        assert_eq!(consent::check(&db).await.unwrap(), Vec::<String>::new());
    }
}
