//! What the merchant sees and does.

use crate::{DAY, balance, join, order, pay};
use serde_json::json;
use testkit::{Reply, TestApp};

async fn submit(t: &TestApp, path: &str, fields: &[(&str, &str)]) -> Reply {
    t.send(t.request("POST", path).bearer_auth(t.key()).header("accept", "text/html").form(fields)).await
}

testkit::both_apps! {
    async fn the_pages(t: TestApp) {
        let page = t.get("/admin/referrals").await;
        assert!(page.status == 200 && page.text.contains("No referrers yet"), "{}", page.text);
        let made = submit(&t, "/admin/referrals", &[("name", "Asha Rao"), ("phone", "12"), ("email", ""), ("code", "")]).await;
        assert!(made.status == 422 && made.text.contains("value=\"Asha Rao\""), "{}", made.text);
        let made = submit(&t, "/admin/referrals", &[("name", "Asha Rao"), ("phone", "98765 43210"), ("email", ""), ("code", "Asha")]).await;
        assert_eq!(made.status, 303);
        let own = made.header("location").unwrap().to_owned();
        let again = submit(&t, "/admin/referrals", &[("name", "Other"), ("phone", ""), ("email", ""), ("code", "asha")]).await;
        assert!(again.status == 409 && again.text.contains("Another referrer has this code."), "{}", again.text);
        let (_, theirs) = order(&t, "a", "asha", json!({"name": "Ravi", "phone": "+919876500001"})).await;
        pay(&t, &theirs).await;
        t.advance(DAY * 15).await;
        let show = t.get(&own).await;
        for part in ["/ref/asha", "₹149.70", "Note as paid", "Theirs", "30 %, as usual"] {
            assert!(show.text.contains(part), "{part}: {}", show.text);
        }
        let key = show.between("name=\"key\" value=\"", "\"").to_owned();
        let fields = |amount: &'static str| [("key", key.clone()), ("currency", "INR".into()), ("amount", amount.into()), ("method", "bank".into()), ("reference", "NEFT 7".into())];
        let pays = |amount: &'static str| t.send(t.request("POST", &format!("{own}/payouts")).bearer_auth(t.key()).header("accept", "text/html").form(&fields(amount)));
        let wrong = pays("a lot").await;
        assert!(wrong.status == 422 && wrong.text.contains("NEFT 7"), "{}", wrong.text);
        assert_eq!(pays("149.70").await.status, 303);
        assert_eq!(pays("149.70").await.status, 303, "two presses are one payout");
        let id = own.rsplit('/').next().unwrap();
        assert_eq!(balance(&t, id).await, (0, 0, 14_970));
        assert_eq!(submit(&t, &own, &[("name", "Asha R."), ("rate_percent", "12.5")]).await.status, 303);
        let changed = t.get(&format!("/api/v1/referrals/{id}")).await.expect(200);
        assert_eq!((&changed["name"], &changed["rate_bps"], &changed["active"]), (&json!("Asha R."), &json!(1_250), &json!(false)));
        assert_eq!(submit(&t, "/admin/referrals/settings", &[("rate_percent", "95"), ("hold_days", "14")]).await.status, 422);
        assert_eq!(submit(&t, "/admin/referrals/settings", &[("rate_percent", "25"), ("hold_days", "30")]).await.status, 303);
        assert_eq!(t.get("/api/v1/referrals/settings").await.expect(200), json!({"rate_bps": 2_500, "hold_days": 30}));
        assert!(t.get("/admin/referrals?q=asha").await.text.contains("Asha R."));
        assert_eq!(t.get("/admin/referrals/commissions.csv").await.text.lines().count(), 2);
        let payouts = t.get("/api/v1/referrals/payouts").await.expect(200);
        assert_eq!((&payouts["data"][0]["reference"], &payouts["data"][0]["method"]), (&json!("NEFT 7"), &json!("bank")));
    }

    async fn a_contact_has_one_link(t: TestApp) {
        let id = join(&t, "asha", "+919876543210").await;
        let contact = t.get(&format!("/api/v1/referrals/{id}")).await.expect(200)["contact_id"].clone();
        let again = t.post("/api/v1/referrals", json!({"contact_id": contact, "code": "other"})).await.expect(201);
        assert_eq!((again["id"].as_str().unwrap(), &again["code"]), (id.as_str(), &json!("asha")));
        t.post("/api/v1/referrals", json!({"contact_id": contact, "name": "Both"})).await.expect(422);
        t.post("/api/v1/referrals", json!({"name": ""})).await.expect(422);
        let named = t.post("/api/v1/referrals", json!({"name": "Meera Iyer"})).await.expect(201);
        assert!(named["code"].as_str().unwrap().starts_with("meera-") && named["contact_id"].is_null(), "{named}");
        t.get("/api/v1/referrals/commissions?state=gone").await.expect(422);
    }
}
