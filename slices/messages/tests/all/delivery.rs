//! What a crash, the clock and a repeated cause do to a message, on both databases.
#![expect(clippy::unwrap_used, reason = "a test's helpers may fail with it")]

use facts::MessageId;
use facts::messages::Channel;
use messages::{Cause, Enqueued, MessageType, NewMessage, State, Urgency};
use serde_json::{Map, json};
use sim::{At, Fault};
use std::time::Duration;
use store::{Command, Result, Tx, params, sql};
use testkit::TestApp;
use uuid::Uuid;

/// Queues a message for each reference.
struct Queue {
    references: Vec<u32>,
    worth: Option<Duration>,
    missing: bool,
}

impl Queue {
    fn of(references: impl IntoIterator<Item = u32>) -> Self {
        Self { references: references.into_iter().collect(), worth: None, missing: false }
    }

    fn message(&self, reference: u32) -> NewMessage {
        let mut variables = Map::new();
        if !self.missing {
            variables.insert("customer_name".to_owned(), json!("Asha"));
        }
        NewMessage {
            template: MessageType::ChurnRisk,
            channel: Channel::Whatsapp,
            address: format!("+9198765{reference:05}"),
            contact_id: None,
            about: None,
            variables,
            urgency: Urgency::Transactional,
            cause: Cause { source: "test", reference: reference.to_string(), step: String::new() },
            due: None,
            hours: None,
            worth: self.worth,
        }
    }
}

impl Command for Queue {
    const NAME: &'static str = "test_queue";
    type Out = Vec<Enqueued>;

    async fn run(&self, tx: &mut Tx) -> Result<Vec<Enqueued>> {
        messages::enqueue_all(tx, self.references.iter().map(|reference| self.message(*reference)).collect()).await
    }
}

/// Queues one message of each urgency and way that is worth sending for less than six hours, and last one that is worth more.
struct QueueOfEachKind;

impl QueueOfEachKind {
    fn all() -> Vec<NewMessage> {
        const HOUR: Duration = Duration::from_secs(3_600);
        let kinds = [
            // As long as each is worth by itself, where nothing is said.
            (MessageType::OneTimeCode, Channel::Whatsapp, ("code", messages::CODE), None),
            (MessageType::OneTimeCode, Channel::Sms, ("code", messages::CODE), None),
            (MessageType::OneTimeCode, Channel::Email, ("code", messages::CODE), None),
            (MessageType::ChurnRisk, Channel::Whatsapp, ("customer_name", "Asha"), Some(HOUR * 4)),
            (MessageType::ChurnRisk, Channel::Email, ("customer_name", "Asha"), Some(HOUR * 5)),
            (MessageType::DeliveryReminder, Channel::Whatsapp, ("delivery_date", "21 Nov 2026"), Some(HOUR * 2)),
            (MessageType::DeliveryReminder, Channel::Sms, ("delivery_date", "21 Nov 2026"), Some(HOUR * 6)),
            (MessageType::DeliveryReminder, Channel::Email, ("delivery_date", "21 Nov 2026"), None),
        ];
        let all = kinds.into_iter().enumerate().map(|(nth, (template, channel, (name, value), worth))| NewMessage {
            template,
            channel,
            address: if channel == Channel::Email { format!("asha{nth}@example.com") } else { format!("+9198765{nth:05}") },
            contact_id: None,
            about: None,
            variables: Map::from_iter([(name.to_owned(), json!(value))]),
            urgency: template.urgency(),
            cause: Cause { source: "test", reference: nth.to_string(), step: String::new() },
            due: None,
            hours: None,
            worth,
        });
        all.collect()
    }
}

impl Command for QueueOfEachKind {
    const NAME: &'static str = "test_queue_each_kind";
    type Out = Vec<Enqueued>;

    async fn run(&self, tx: &mut Tx) -> Result<Vec<Enqueued>> {
        messages::enqueue_all(tx, Self::all()).await
    }
}

/// Leaves an errand as a node does that was killed while it was out.
struct Orphan(MessageId);

impl Command for Orphan {
    const NAME: &'static str = "test_orphan";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let gone = Uuid::from_u128(9);
        tx.put(
            sql!("UPDATE errands SET state = 'running', node = $3, tries = 1 WHERE tenant_id = $1 AND id = $2"),
            params![tx.tenant(), self.0, gone],
        )
        .await?;
        tx.put(
            sql!("INSERT INTO attempts (tenant_id, errand_id, try, started_at) VALUES ($1, $2, 1, $3)"),
            params![tx.tenant(), self.0, tx.now()],
        )
        .await
    }
}

async fn queue(t: &TestApp, queue: Queue) -> Vec<Enqueued> {
    t.db().run(&t.who(), queue).await.unwrap()
}

async fn state(t: &TestApp, id: MessageId) -> State {
    messages::message(&mut t.db().read_main(t.tenant()), id).await.unwrap().unwrap().state
}

testkit::both_apps! {
    async fn the_same_cause_never_makes_two(t: TestApp) {
        let first = queue(&t, Queue::of(0..40)).await;
        assert!(first.iter().all(|one| !one.repeated && one.state == State::Queued));
        let second = queue(&t, Queue::of(20..60)).await;
        assert_eq!(second.iter().filter(|one| one.repeated).count(), 20);
        assert_eq!(second[0].id, first[20].id);
        // At 80 a second.
        t.advance(Duration::from_secs(2)).await;
        assert_eq!((t.sim().phones().accepted(), t.sim().phones().repeated()), (60, 0));
        assert_eq!(messages::check(t.db()).await.unwrap(), Vec::<String>::new());
    }

    async fn a_missing_variable_queues_none_of_them(t: TestApp) {
        let refused = t.db().run(&t.who(), Queue { missing: true, ..Queue::of(0..3) }).await.unwrap_err();
        assert_eq!((refused.code(), refused.fields()[0].field.as_str()), ("missing_variable", "variables.customer_name"));
        t.settle().await;
        assert_eq!(t.sim().phones().accepted(), 0);
    }

    async fn a_try_that_never_came_back_is_held_before_the_next(t: TestApp) {
        let id = queue(&t, Queue::of([1])).await[0].id;
        t.db().run(&t.who(), Orphan(id)).await.unwrap();
        t.settle().await;
        assert_eq!((t.sim().phones().accepted(), state(&t, id).await), (0, State::Unknown));
        t.advance(Duration::from_secs(240)).await;
        assert_eq!(t.sim().phones().accepted(), 0);
        t.advance(Duration::from_secs(61)).await;
        assert_eq!((t.sim().phones().accepted(), state(&t, id).await), (1, State::Sent));
    }

    async fn a_receipt_ends_the_hold_of_a_try_that_never_came_back(t: TestApp) {
        let id = queue(&t, Queue::of([1])).await[0].id;
        t.db().run(&t.who(), Orphan(id)).await.unwrap();
        t.settle().await;
        let receipt = json!({"event_id": "e1", "event_type": "message.delivered", "payload": {"myop_ref_id": id, "message_id": "m1", "status": "delivered"}});
        t.send(t.request("POST", "/webhooks/myoperator/first").json(&receipt)).await.expect(200);
        t.advance(Duration::from_secs(3_600)).await;
        assert_eq!((t.sim().phones().accepted(), state(&t, id).await), (0, State::Delivered));
    }

    async fn promise_10_what_comes_too_late_is_not_sent(t: TestApp) {
        let rule = t.sim().faults().until_cleared(At::phones(), Fault::too_many(Some(10)));
        let id = queue(&t, Queue { worth: Some(Duration::from_secs(5)), ..Queue::of([1]) }).await[0].id;
        t.settle().await;
        t.sim().faults().clear(rule);
        t.advance(Duration::from_secs(60)).await;
        assert_eq!((t.sim().phones().accepted(), state(&t, id).await), (0, State::Expired));
    }

    async fn promise_10_of_a_backup_of_six_hours_ago_nothing_is_sent_that_has_expired(t: TestApp) {
        let queued = t.db().run(&t.who(), QueueOfEachKind).await.unwrap();
        assert!(queued.iter().all(|one| one.state == State::Queued), "{queued:?}");
        // What was restored wakes up six hours later, and nobody has carried out anything in between.
        t.db().clock().advance(Duration::from_secs(6 * 3_600));
        t.settle().await;
        t.advance(Duration::from_secs(3_600)).await;
        let mut found = Vec::new();
        for one in &queued {
            let message = messages::message(&mut t.db().read_main(t.tenant()), one.id).await.unwrap().unwrap();
            found.push((message.state, message.reason));
        }
        let (fresh, late) = found.split_last().unwrap();
        let expired = (State::Expired, Some("it came too late to be of use".to_owned()));
        assert!(late.iter().all(|one| *one == expired), "{late:?}");
        assert_eq!(fresh.0, State::Sent, "what is worth a day still goes");
        assert_eq!((t.sim().phones().calls().len(), t.sim().twilio().sent().len()), (0, 0));
        let mails: Vec<usize> = (0..queued.len()).map(|nth| t.sim().mailboxes().mails_to(&format!("asha{nth}@example.com")).len()).collect();
        assert_eq!(mails, [0, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!(messages::check(t.db()).await.unwrap(), Vec::<String>::new());
    }

    async fn a_channel_without_an_account_sends_nothing(t: TestApp) {
        let (tenant, _) = t.another_tenant("Other").await;
        let who = store::Who::system(tenant, "test");
        let id = t.db().run(&who, Queue::of([1])).await.unwrap()[0].id;
        t.settle().await;
        let message = messages::message(&mut t.db().read_main(tenant), id).await.unwrap().unwrap();
        assert_eq!((message.state, message.reason.as_deref()), (State::Suppressed, Some("channel_not_configured")));
    }
}
