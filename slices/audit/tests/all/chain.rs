//! The chain: clean after a real flow, and whatever was done to the journal behind its back is found and named.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use facts::{ContactId, Fact, FactId, Id, TenantId};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use std::time::Duration;
use store::secret::Vault;
use store::{Command, Dice, EraseTenant, Migration, Result, Sql, Tx, Value, Who, Works, params, sql};
use testkit::TestDb;
use uuid::Uuid;

#[derive(Serialize, Deserialize)]
struct Happened(Json);

impl Fact for Happened {
    const KIND: &'static str = "thing.happened";
    fn about(&self) -> Option<Uuid> {
        Some(Uuid::from_u128(7))
    }
    fn contact(&self) -> Option<ContactId> {
        self.0.get("contact").map(|_| Id::from_uuid(Uuid::from_u128(8)))
    }
}

/// What is hard to write the same twice.
fn hard(number: i64) -> Json {
    json!({
        "number": number, "zero": -0.0, "float": 0.1, "whole": 1.0, "big": 1e300, "small": 5e-9, "most": u64::MAX, "least": i64::MIN,
        "é": "ünïcödé 🙂 \u{202e}", "b": {"b": [1, [2, {}], []], "a": null}, "": "", "quote": "\"\\\n",
    })
}

struct State(Vec<Json>);

impl Command for State {
    const NAME: &'static str = "state";
    type Out = Vec<FactId>;

    async fn run(&self, tx: &mut Tx) -> Result<Vec<FactId>> {
        tx.state_all(self.0.iter().cloned().map(Happened)).await
    }
}

/// A statement as somebody would run it who has the database open.
struct Behind(&'static Sql, Vec<Value>, bool);

impl Command for Behind {
    const NAME: &'static str = "behind_its_back";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let changed = tx.exec(self.0, &self.1).await?;
        assert!(changed == 1 || !self.2, "{} changed {changed} rows", self.0.place());
        Ok(())
    }
}

struct Room {
    db: TestDb,
    vault: Vault,
    works: Works,
}

fn migrations() -> Vec<Migration> {
    store::STORE.iter().chain(audit::MIGRATIONS).copied().collect()
}

impl Room {
    fn new(db: TestDb) -> Self {
        let vault = Vault::new("a master key", Dice::seeded(1));
        let works = Works::new((*db).clone(), audit::slice(&vault).reactions, Vec::new(), Vec::new());
        Self { db, vault, works }
    }

    async fn seal(&mut self) {
        while self.works.turn().await.unwrap() > 0 {}
    }

    /// So many facts of a tenant, three to a seal, a minute apart.
    async fn fill(&mut self, who: &Who, seals: i64) -> Vec<FactId> {
        let mut ids = Vec::new();
        for number in 0..seals {
            self.db.clock().move_to(self.db.clock().now().after(Duration::from_secs(60)));
            let three = vec![hard(number), json!({"contact": true}), json!([number])];
            let mut who = who.clone().asked_by(Some("req_1".into()));
            who.from = Some("2001:db8::1".parse().unwrap());
            ids.extend(self.db.run(&who, State(three)).await.unwrap());
            self.seal().await;
        }
        ids
    }

    async fn found(&self) -> Vec<String> {
        audit::check(&self.db, &self.vault).await.unwrap()
    }

    async fn behind(&self, statement: &'static Sql, values: &[Value]) {
        self.db.run(&self.db.who(), Behind(statement, values.to_vec(), true)).await.unwrap();
    }

    fn tenant(&self) -> TenantId {
        self.db.who().tenant
    }
}

/// The facts that the sentences name.
fn named(found: &[String]) -> BTreeSet<String> {
    let id = |sentence: &String| sentence.split_whitespace().find(|word| word.starts_with("fact_")).unwrap_or_default().to_owned();
    found.iter().map(id).collect()
}

testkit::both! { with &migrations();
    async fn what_nobody_touched_is_as_it_was_sealed(db: TestDb) {
        let mut room = Room::new(db);
        assert!(room.found().await.is_empty());
        let strange = Vault::new("another master key", Dice::seeded(1));
        let vaults = [strange.clone(), room.vault.clone()];
        assert_eq!(audit::made_with(&room.db, &vaults).await.unwrap(), None);
        let (one, other) = (room.db.who(), room.db.who_of(2));
        room.fill(&one, 5).await;
        room.fill(&other, 3).await;
        // Many at once, of two tenants, and some that nobody has sealed yet.
        for who in [&one, &other, &one] {
            room.db.run(who, State((0..150).map(hard).collect())).await.unwrap();
        }
        room.seal().await;
        room.db.run(&one, State(vec![hard(1)])).await.unwrap();
        assert_eq!(room.found().await, Vec::<String>::new());
        assert_eq!(audit::made_with(&room.db, &vaults).await.unwrap(), Some(1));
        assert_eq!(audit::made_with(&room.db, &vaults[..1]).await.unwrap_err().code(), "wrong_master_key");
        assert!(!audit::check(&room.db, &strange).await.unwrap().is_empty());
        // As the manual says for a database restored elsewhere, once all is sealed.
        room.seal().await;
        for statement in [sql!(global "UPDATE journal SET xid = 0"), sql!(global "UPDATE journal_seals SET first_xid = 0, last_xid = 0")] {
            room.db.run(&one, Behind(statement, Vec::new(), false)).await.unwrap();
        }
        assert_eq!(room.found().await, Vec::<String>::new());
        room.db.run(&other, EraseTenant(other.tenant)).await.unwrap();
        assert_eq!(room.found().await, Vec::<String>::new());
    }

    /// Before the chain was there, or while nothing ran: sealed late, and all of it at once.
    async fn what_was_there_before_is_sealed_late(db: TestDb) {
        let mut room = Room::new(db);
        let who = room.db.who();
        for _ in 0..300 {
            room.db.clock().advance(Duration::from_secs(6 * 3_600));
            room.db.run(&who, State(vec![json!(1)])).await.unwrap();
        }
        room.db.clock().advance(Duration::from_secs(90 * 86_400));
        room.seal().await;
        assert_eq!(room.found().await, Vec::<String>::new());
    }

    async fn a_row_that_is_gone_altered_or_put_between_is_named(db: TestDb) {
        let mut room = Room::new(db);
        let who = room.db.who();
        let ids = room.fill(&who, 12).await;
        let tenant = room.tenant();
        let mut damaged = BTreeSet::new();
        let alterations: [(&'static Sql, Value); 8] = [
            (sql!(global "UPDATE journal SET body = $3 WHERE tenant_id = $1 AND id = $2"), json!({"number": 1}).into()),
            (sql!(global "UPDATE journal SET actor = $3 WHERE tenant_id = $1 AND id = $2"), "visitor".into()),
            (sql!(global "UPDATE journal SET at = at + $3 WHERE tenant_id = $1 AND id = $2"), 1_i64.into()),
            (sql!(global "UPDATE journal SET kind = $3 WHERE tenant_id = $1 AND id = $2"), "order.paid".into()),
            (sql!(global "UPDATE journal SET address = $3 WHERE tenant_id = $1 AND id = $2"), Value::Null),
            (sql!(global "UPDATE journal SET request_id = $3 WHERE tenant_id = $1 AND id = $2"), "req_2".into()),
            (sql!(global "UPDATE journal SET about = $3 WHERE tenant_id = $1 AND id = $2"), Uuid::from_u128(9).into()),
            (sql!(global "UPDATE journal SET version = version + $3 WHERE tenant_id = $1 AND id = $2"), 1_i64.into()),
        ];
        for (at, (statement, value)) in alterations.into_iter().enumerate() {
            room.behind(statement, &[tenant.into(), ids[at].into(), value]).await;
            damaged.insert(ids[at].to_string());
            let found = room.found().await;
            assert_eq!(named(&found), damaged, "{found:?}");
            assert!(found.iter().all(|said| said.ends_with("was altered")), "{found:?}");
        }
        room.behind(sql!(global "DELETE FROM journal WHERE tenant_id = $1 AND id = $2"), params![tenant, ids[20]]).await;
        damaged.insert(ids[20].to_string());
        let found = room.found().await;
        assert_eq!(named(&found), damaged, "{found:?}");
        assert!(found.iter().any(|said| said.contains("(thing.happened)") && said.ends_with("is gone from the journal")), "{found:?}");
        // Two rows that change places: each has the other's id.
        let put = sql!(global "UPDATE journal SET id = $3 WHERE tenant_id = $1 AND id = $2");
        let aside = FactId::from_uuid(Uuid::from_u128(1));
        for (from, to) in [(ids[25], aside), (ids[30], ids[25]), (aside, ids[30])] {
            room.behind(put, params![tenant, from, to]).await;
        }
        damaged.extend([ids[25].to_string(), ids[30].to_string()]);
        assert_eq!(named(&room.found().await), damaged);
    }

    async fn a_forged_row_in_the_past_is_named(db: TestDb) {
        let mut room = Room::new(db);
        let who = room.db.who();
        room.fill(&who, 4).await;
        let (tenant, forged) = (room.tenant(), FactId::from_uuid(Uuid::from_u128(5)));
        let past = room.db.clock().now().before(Duration::from_secs(20 * 86_400));
        let insert = sql!(global "INSERT INTO journal (tenant_id, id, kind, version, at, actor, body) VALUES ($1, $2, 'order.paid', 1, $3, 'visitor', $4)");
        room.behind(insert, params![tenant, forged, past, json!({})]).await;
        // Whoever cannot choose the place gets it sealed, and then its date gives it away.
        room.seal().await;
        let found = room.found().await;
        assert_eq!(named(&found), BTreeSet::from([forged.to_string()]), "{found:?}");
        // Moved to where it would have stood, it is in no seal.
        room.behind(sql!(global "UPDATE journal SET xid = -1 WHERE tenant_id = $1 AND id = $2"), params![tenant, forged]).await;
        let found = room.found().await;
        assert!(named(&found).contains(&forged.to_string()), "{found:?}");
    }

    async fn seals_that_are_gone_or_altered_are_named(db: TestDb) {
        let mut room = Room::new(db);
        let who = room.db.who();
        room.fill(&who, 6).await;
        let tenant = room.tenant();
        let says = |found: &[String], words: &str| assert!(found.iter().any(|said| said.contains(words)), "{words}: {found:?}");
        room.behind(sql!(global "DELETE FROM journal_seals WHERE tenant_id = $1 AND number = $2"), params![tenant, 6]).await;
        let found = room.found().await;
        says(&found, "the last seals of");
        assert_eq!(found.len(), 4, "and the three facts in it: {found:?}");
        room.behind(
            sql!(global "UPDATE journal_heads SET number = 5, hash = (SELECT hash FROM journal_seals WHERE tenant_id = $1 AND number = 5) WHERE tenant_id = $1"),
            params![tenant],
        )
        .await;
        says(&room.found().await, "the head of the chain of");
        room.behind(sql!(global "DELETE FROM journal_heads WHERE tenant_id = $1"), params![tenant]).await;
        says(&room.found().await, "is gone");
        let all = room.found().await.len();
        room.behind(sql!(global "UPDATE journal_seals SET sealed_at = sealed_at + 1 WHERE tenant_id = $1 AND number = $2"), params![tenant, 2]).await;
        says(&room.found().await, "seal 2 of");
        assert_eq!(room.found().await.len(), all + 1);
        room.behind(sql!(global "DELETE FROM journal_seals WHERE tenant_id = $1 AND number = $2"), params![tenant, 3]).await;
        says(&room.found().await, "seal 3 of");
    }

    /// Any damage, one upon another: what is named is what was damaged, no more and no less.
    async fn random_damage_is_named_exactly(db: TestDb) {
        let mut room = Room::new(db);
        let (one, other) = (room.db.who(), room.db.who_of(2));
        let mut facts: Vec<(TenantId, FactId)> = Vec::new();
        for round in 0..8 {
            let who = if round % 3 == 0 { &other } else { &one };
            facts.extend(room.fill(who, 4).await.into_iter().map(|id| (who.tenant, id)));
        }
        let mut dice = 0x2545_f491_4f6c_dd1d_u64;
        let mut roll = move |sides: usize| {
            dice ^= dice << 13;
            dice ^= dice >> 7;
            dice ^= dice << 17;
            usize::try_from(dice % sides as u64).unwrap()
        };
        let mut damaged = BTreeSet::new();
        for _ in 0..40 {
            let (tenant, id) = facts.swap_remove(roll(facts.len()));
            let damage = match roll(5) {
                0 => sql!(global "DELETE FROM journal WHERE tenant_id = $1 AND id = $2"),
                1 => sql!(global "UPDATE journal SET at = at - 1 WHERE tenant_id = $1 AND id = $2"),
                2 => sql!(global "UPDATE journal SET body = '[]' WHERE tenant_id = $1 AND id = $2"),
                3 => sql!(global "UPDATE journal SET actor = actor || ' ' WHERE tenant_id = $1 AND id = $2"),
                _ => sql!(global "UPDATE journal SET contact_id = tenant_id WHERE tenant_id = $1 AND id = $2"),
            };
            room.behind(damage, params![tenant, id]).await;
            damaged.insert(id.to_string());
            let found = room.found().await;
            assert_eq!(named(&found), damaged, "{found:?}");
            assert_eq!(found.len(), damaged.len());
        }
    }
}

testkit::both_apps! {
    async fn a_shops_day_is_as_it_was_sealed(t: TestApp) {
        for n in 0..3 {
            t.post("/api/v1/contacts", json!({"phone": format!("987654321{n}"), "name": "Asha 🙂"})).await.expect(201);
        }
        let (_, key) = t.another_tenant("Second").await;
        t.send(t.request("POST", "/api/v1/contacts").bearer_auth(&key).json(&json!({"phone": "9876543219"}))).await.expect(201);
        t.settle().await;
        t.post("/api/v1/contacts", json!({"phone": "9876543218"})).await.expect(201);
        assert_eq!(audit::check(t.db(), &t.app().vault).await.unwrap(), Vec::<String>::new());
    }
}
