//! A node that dies between a reaction and its cursor has the same fact come once more; and many names change in one statement.

use crate::reactions::gather;
use crate::rows;
use facts::{ContactId, ConversationEntryId, ReceivedId};
use sim::{Channel, Content};
use store::{Command, Look, Result, Tx, params, sql};
use testkit::TestApp;

/// Gathers all that was ever received.
struct Again;

impl Command for Again {
    const NAME: &'static str = "test_gather_again";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let all: Vec<ReceivedId> =
            tx.all(sql!("SELECT id FROM received WHERE tenant_id = $1 ORDER BY id DESC"), params![tx.tenant()]).await?;
        assert_eq!(all.len(), 2);
        for id in all {
            gather(tx, id).await?;
        }
        Ok(())
    }
}

/// How often it moved, what of it is unread, and what stands in it.
async fn seen(t: &TestApp) -> (Vec<(i64, i64, i64)>, Vec<ConversationEntryId>) {
    let mut read = t.db().read_main(t.tenant());
    let rows = sql!("SELECT version, beat, unread FROM conversations WHERE tenant_id = $1");
    let entries = sql!("SELECT id FROM conversation_entries WHERE tenant_id = $1 ORDER BY at, id");
    (read.all(rows, params![t.tenant()]).await.unwrap(), read.all(entries, params![t.tenant()]).await.unwrap())
}

/// Calls everybody by their own id.
struct Rename;

impl Command for Rename {
    const NAME: &'static str = "test_rename";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let all: Vec<ContactId> = tx.all(sql!("SELECT contact_id FROM conversations WHERE tenant_id = $1"), params![tx.tenant()]).await?;
        assert_eq!(rows::talkers(tx, &all).await?.len(), all.len());
        let names: Vec<(ContactId, String)> = all.into_iter().map(|id| (id, id.to_string())).collect();
        rows::rename(tx, &names).await
    }
}

testkit::both_apps! {
    async fn each_gets_their_own_name(t: TestApp) {
        for n in 0..35 {
            t.sim().twilio().inbound(None, Channel::Sms, &format!("+9198765432{n:02}"), Content::Text { body: "Hello".to_owned() });
        }
        t.settle().await;
        t.db().run(&t.who(), Rename).await.unwrap();
        let called = sql!("SELECT contact_id, customer FROM conversations WHERE tenant_id = $1");
        let all: Vec<(ContactId, String)> = t.db().read_main(t.tenant()).all(called, params![t.tenant()]).await.unwrap();
        assert_eq!(all.len(), 35);
        assert!(all.iter().all(|(id, customer)| id.to_string() == *customer), "{all:?}");
    }

    async fn the_same_fact_twice_changes_nothing(t: TestApp) {
        for words in ["Is it ready?", "Hello?"] {
            t.sim().twilio().inbound(None, Channel::Sms, "+919876543210", Content::Text { body: words.to_owned() });
            t.settle().await;
        }
        let before = seen(&t).await;
        assert_eq!((before.0.len(), before.1.len(), before.0[0].2), (1, 2, 2));
        t.db().run(&t.who(), Again).await.unwrap();
        assert_eq!(seen(&t).await, before);
    }
}
