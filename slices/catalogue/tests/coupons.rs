//! What is for sale, and that nobody gets more out of a coupon than it gives, on both databases.

use facts::{ContactId, Id, Money, OrderId};
use store::{Command, Db, Migration, Result, Tx, Who};
use testkit::TestDb;
use uuid::Uuid;

fn tables() -> Vec<Migration> {
    [store::STORE, catalogue::MIGRATIONS].concat()
}

fn order(number: u128) -> OrderId {
    OrderId::from_uuid(Uuid::from_u128(number))
}

struct Redeem(&'static str, u128, Option<u128>, i64);

impl Command for Redeem {
    const NAME: &'static str = "redeem";
    type Out = i64;
    async fn run(&self, tx: &mut Tx) -> Result<i64> {
        let contact = self.2.map(|number| ContactId::from_uuid(Uuid::from_u128(number)));
        Ok(catalogue::redeem(tx, self.0, order(self.1), contact, Money::inr(self.3)).await?.amount.minor)
    }
}

struct GiveBack(u128);

impl Command for GiveBack {
    const NAME: &'static str = "give_back";
    type Out = ();
    async fn run(&self, tx: &mut Tx) -> Result<()> {
        catalogue::give_back(tx, order(self.0)).await
    }
}

async fn limited(db: &Db, who: &Who, max_uses: Option<i64>, per_contact: Option<i64>) -> Result<()> {
    let limits = catalogue::Limits { max_uses, per_contact, min_amount_minor: 0, starts_at: None, ends_at: None, active: true };
    let coupon = catalogue::CreateCoupon {
        code: "few".into(),
        kind: catalogue::CouponKind::Fixed,
        value: 1_000,
        currency: facts::Currency::INR,
        limits,
    };
    db.run(who, coupon).await?;
    Ok(())
}

testkit::both! { with &tables();
    async fn the_shop_starts_with_four_products(db: TestDb) {
        let who = db.who();
        db.run(&who, catalogue::Seed).await.unwrap();
        db.run(&who, catalogue::Seed).await.unwrap();
        let mut look = db.read_main(who.tenant);
        let prices: Vec<_> = catalogue::products(&mut look).await.unwrap().into_iter().map(|product| (product.slug.clone(), product.amount_minor)).collect();
        let expected = [("starter", 9_900), ("pro", 49_900), ("premium", 99_900), ("platinum", 299_900)].map(|(slug, minor)| (slug.to_owned(), minor));
        assert_eq!(prices, expected);
        assert_eq!(db.run(&who, Redeem("save20", 1, None, 9_900)).await.unwrap(), 1_980);
        assert!(catalogue::product(&mut db.read_main(db.who_of(2).tenant), "starter").await.unwrap().is_none());
        assert_eq!(catalogue::check(&db).await.unwrap(), Vec::<String>::new());
    }

    async fn a_changed_price_is_a_new_version(db: TestDb) {
        let who = db.who();
        db.run(&who, catalogue::Seed).await.unwrap();
        let before = catalogue::product(&mut db.read_main(who.tenant), "pro").await.unwrap().unwrap();
        let change = |price| catalogue::ChangeProduct { id: before.id, name: None, description: None, features: None, active: None, hsn: None, tax_bps: None, price, interval: None };
        db.run(&who, change(Some(Money::inr(59_900)))).await.unwrap();
        db.run(&who, change(Some(Money::inr(59_900)))).await.unwrap();
        let mut look = db.read_main(who.tenant);
        let after = catalogue::named(&mut look, &["pro", "starter"]).await.unwrap();
        let pro = after.iter().find(|product| product.slug == "pro").unwrap();
        assert_eq!((pro.price_version, pro.amount_minor, after.len()), (2, 59_900, 2));
        assert_ne!(pro.price_id, before.price_id);
    }

    async fn the_last_use_goes_to_one(db: TestDb) {
        let who = db.who();
        limited(&db, &who, Some(3), None).await.unwrap();
        let all = (0..20).map(|number| {
            let (db, who) = (db.clone(), who.clone());
            tokio::spawn(async move { db.run(&who, Redeem("FEW", number, None, 5_000)).await })
        });
        let mut used = 0;
        for one in all.collect::<Vec<_>>() {
            match one.await.unwrap() {
                Ok(off) => { assert_eq!(off, 1_000); used += 1; }
                Err(error) => assert_eq!(error.code(), "coupon_used_up"),
            }
        }
        assert_eq!(used, 3);
        assert_eq!(catalogue::check(&db).await.unwrap(), Vec::<String>::new());
    }

    async fn a_coupon_is_given_back_once(db: TestDb) {
        let who = db.who();
        limited(&db, &who, Some(1), None).await.unwrap();
        db.run(&who, Redeem("few", 1, None, 5_000)).await.unwrap();
        assert_eq!(db.run(&who, Redeem("few", 2, None, 5_000)).await.unwrap_err().code(), "coupon_used_up");
        for _ in 0..3 {
            db.run(&who, GiveBack(1)).await.unwrap();
        }
        db.run(&who, GiveBack(9)).await.unwrap();
        db.run(&who, Redeem("few", 3, None, 5_000)).await.unwrap();
        assert_eq!(db.run(&who, Redeem("few", 4, None, 5_000)).await.unwrap_err().code(), "coupon_used_up");
        assert_eq!(catalogue::check(&db).await.unwrap(), Vec::<String>::new());
    }

    async fn one_person_at_once_uses_it_no_more_often(db: TestDb) {
        let who = db.who();
        limited(&db, &who, None, Some(2)).await.unwrap();
        let all = (0..20).map(|number| {
            let (db, who) = (db.clone(), who.clone());
            tokio::spawn(async move { db.run(&who, Redeem("FEW", number, Some(number % 2), 5_000)).await })
        });
        let mut used = 0;
        for one in all.collect::<Vec<_>>() {
            match one.await.unwrap() {
                Ok(_) => used += 1,
                Err(error) => assert_eq!(error.code(), "coupon_used_up"),
            }
        }
        assert_eq!(used, 4, "two people, twice each");
        assert_eq!(catalogue::check(&db).await.unwrap(), Vec::<String>::new());
    }

    async fn one_person_uses_it_so_often(db: TestDb) {
        let who = db.who();
        limited(&db, &who, None, Some(1)).await.unwrap();
        db.run(&who, Redeem("few", 1, Some(7), 5_000)).await.unwrap();
        assert_eq!(db.run(&who, Redeem("few", 2, Some(7), 5_000)).await.unwrap_err().code(), "coupon_used_up");
        assert_eq!(db.run(&who, Redeem("few", 3, None, 5_000)).await.unwrap_err().code(), "coupon_needs_customer");
        db.run(&who, Redeem("few", 4, Some(8), 500)).await.unwrap();
        assert_eq!(db.run(&who, Redeem("nope", 5, Some(8), 500)).await.unwrap_err().code(), "coupon_unknown");
        assert_eq!(catalogue::check(&db).await.unwrap(), Vec::<String>::new());
    }
}
