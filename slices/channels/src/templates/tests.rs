//! What is known of a template is never older than it was, in whatever order answers and calls come.

use super::{Category, Quality, Status, rows, told};
use crate::MIGRATIONS;
use crate::provider::Provider;
use crate::whatsapp::templates::Seen;
use crate::words::{TemplateWord, Thought};
use facts::Time;
use facts::whatsapp::WhatsappTemplateMoved;
use std::sync::LazyLock;
use std::time::Duration;
use store::{Command, Look, Migration, Result, STORE, Tx, params, sql};
use testkit::TestDb;

/// The tables that these tests need.
static ALL: LazyLock<Vec<Migration>> = LazyLock::new(|| [STORE, MIGRATIONS].into_iter().flatten().copied().collect());

fn seen(name: &str, status: Status) -> Seen {
    Seen {
        name: name.to_owned(),
        language: "en".to_owned(),
        category: Category::Marketing,
        status,
        quality: Quality::Green,
        body: "{{name}}".to_owned(),
        variables: vec!["name".to_owned()],
        numbered: false,
        also_needs: None,
        reason: None,
    }
}

/// Something that comes from Meta.
enum Comes {
    /// A page that was asked for at a moment, in a look that began then.
    Page(Vec<Seen>, Time),
    /// The last page of that look has been there.
    End(Time),
    /// A call.
    Call(Thought),
}

struct Come(Comes);

impl Command for Come {
    const NAME: &'static str = "test_come";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        match &self.0 {
            Comes::Page(page, asked) => rows::keep(tx, page, *asked, *asked).await,
            Comes::End(begun) => rows::end(tx, *begun).await,
            Comes::Call(thought) => {
                let word = TemplateWord { name: "mangoes".to_owned(), language: "en".to_owned(), thought: thought.clone() };
                told::note_template(tx, Provider::Meta, &word).await
            }
        }
    }
}

async fn comes(db: &TestDb, what: Comes) {
    db.run(&db.who(), Come(what)).await.unwrap();
}

async fn status(db: &TestDb) -> Status {
    crate::template(&mut db.read_main(db.who().tenant), "mangoes", "en").await.unwrap().unwrap().status
}

testkit::both! { with &ALL;
    async fn an_answer_that_was_asked_for_before_a_call_changes_nothing(db: TestDb) {
        let start = db.clock().now();
        comes(&db, Comes::Page(vec![seen("mangoes", Status::Approved), seen("apples", Status::Approved)], start)).await;
        db.clock().advance(Duration::from_secs(10));
        let asked = db.clock().now();
        db.clock().advance(Duration::from_secs(1));
        comes(&db, Comes::Call(Thought::Status(Status::Paused, Some("low quality".to_owned())))).await;
        comes(&db, Comes::Page(vec![seen("mangoes", Status::Approved)], asked)).await;
        assert_eq!(status(&db).await, Status::Paused);
        comes(&db, Comes::End(asked)).await;
        let apples = crate::template(&mut db.read_main(db.who().tenant), "apples", "en").await.unwrap().unwrap();
        assert_eq!((apples.status, status(&db).await), (Status::Gone, Status::Paused), "what a call told of since is not gone");
        db.clock().advance(Duration::from_secs(30));
        comes(&db, Comes::Page(vec![seen("mangoes", Status::Approved), seen("mangoes", Status::Approved)], db.clock().now())).await;
        assert_eq!(status(&db).await, Status::Approved);
    }

    async fn each_change_is_stated_once(db: TestDb) {
        for status in [Status::Approved, Status::Approved, Status::Paused, Status::Paused, Status::Approved] {
            db.clock().advance(Duration::from_secs(1));
            comes(&db, Comes::Page(vec![seen("mangoes", status)], db.clock().now())).await;
        }
        let mut read = db.read_main(db.who().tenant);
        let bodies: Vec<(store::Json<WhatsappTemplateMoved>,)> = read
            .all(sql!("SELECT body FROM journal WHERE tenant_id = $1 AND kind = 'whatsapp_template.moved' ORDER BY seq"), params![db.who().tenant])
            .await
            .unwrap();
        let moves: Vec<(String, String)> = bodies.into_iter().map(|(one,)| (one.0.from, one.0.to)).collect();
        let word = |from: &str, to: &str| (from.to_owned(), to.to_owned());
        assert_eq!(moves, [word("approved", "paused"), word("paused", "approved")]);
    }
}
