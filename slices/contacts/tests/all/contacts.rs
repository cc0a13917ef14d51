//! One phone number, one person, whoever says what at the same time.

use contacts::{MIGRATIONS, NewContact};
use facts::ContactId;
use futures::future::join_all;
use std::sync::LazyLock;
use store::{Command, Migration, Result, STORE, Tx};
use testkit::TestDb;

static ALL: LazyLock<Vec<Migration>> = LazyLock::new(|| STORE.iter().chain(MIGRATIONS).copied().collect());

struct Save(NewContact);

impl Command for Save {
    const NAME: &'static str = "test_save";
    type Out = ContactId;

    async fn run(&self, tx: &mut Tx) -> Result<ContactId> {
        contacts::save(tx, self.0.clone()).await
    }
}

fn said(name: &str, phone: &str, email: &str) -> Save {
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    Save(NewContact { name: some(name), phone: some(phone), email: some(email), ..NewContact::default() })
}

async fn find(db: &TestDb, id: ContactId) -> contacts::Contact {
    contacts::find(&mut db.read(db.who().tenant), id).await.unwrap().unwrap()
}

testkit::both! { with &ALL;
    async fn a_hundred_who_say_the_same_are_one(db: TestDb) {
        let who = db.who();
        let saved = join_all((0..100).map(|_| db.run(&who, said("Asha", "98765 43210", "asha@example.com")))).await;
        let ids: Vec<ContactId> = saved.into_iter().map(Result::unwrap).collect();
        assert!(ids.iter().all(|id| *id == ids[0]));
        let asha = find(&db, ids[0]).await;
        assert_eq!((asha.phone.as_deref(), asha.email.as_deref()), (Some("+919876543210"), Some("asha@example.com")));
    }

    async fn the_phone_wins_and_the_mailbox_is_not_moved(db: TestDb) {
        let who = db.who();
        let asha = db.run(&who, said("Asha", "9876543210", "")).await.unwrap();
        let ravi = db.run(&who, said("Ravi", "", "ravi@example.com")).await.unwrap();
        assert_eq!(db.run(&who, said("", "9876543210", "ravi@example.com")).await.unwrap(), asha);
        assert_eq!(find(&db, asha).await.email, None);
        assert_eq!(find(&db, ravi).await.email.as_deref(), Some("ravi@example.com"));
        assert_eq!(find(&db, asha).await.name.as_deref(), Some("Asha"));
        // A mailbox that is nobody's becomes hers, and a number that is nobody's becomes his.
        db.run(&who, said("", "9876543210", "asha@example.com")).await.unwrap();
        assert_eq!(db.run(&who, said("", "9876500000", "ravi@example.com")).await.unwrap(), ravi);
        assert_eq!(find(&db, asha).await.email.as_deref(), Some("asha@example.com"));
        assert_eq!(find(&db, ravi).await.phone.as_deref(), Some("+919876500000"));
    }

    async fn two_known_people_want_one_mailbox_at_once(db: TestDb) {
        let who = db.who();
        for round in 0..20 {
            let phones: Vec<String> = (0..4).map(|n| format!("98765{:05}", round * 10 + n)).collect();
            for phone in &phones {
                db.run(&who, said("", phone, "")).await.unwrap();
            }
            let email = format!("shared{round}@example.com");
            let saved = join_all(phones.iter().map(|phone| db.run(&who, said("", phone, &email)))).await;
            let ids: Vec<ContactId> = saved.into_iter().map(Result::unwrap).collect();
            let mut holders = 0;
            for id in ids {
                holders += usize::from(find(&db, id).await.email.is_some());
            }
            assert_eq!(holders, 1);
        }
    }

    async fn tenants_know_their_own_people(db: TestDb) {
        let here = db.run(&db.who(), said("Asha", "9876543210", "")).await.unwrap();
        let there = db.run(&db.who_of(2), said("Asha", "9876543210", "")).await.unwrap();
        assert_ne!(here, there);
        assert!(contacts::find(&mut db.read(db.who_of(2).tenant), here).await.unwrap().is_none());
    }

    async fn nobody_is_nobody(db: TestDb) {
        assert_eq!(db.run(&db.who(), said("Asha", "", " ")).await.unwrap_err().fields()[0].field, "phone");
        assert_eq!(db.run(&db.who(), said("Asha", "12", "")).await.unwrap_err().fields()[0].field, "phone");
        assert_eq!(db.run(&db.who(), said("Asha", "", "asha@")).await.unwrap_err().fields()[0].field, "email");
    }
}
