//! The pages of the back office.

use crate::flow::{bank, paid};
use std::time::Duration;
use testkit::Browser;

testkit::both_apps! {
    async fn a_month_in_the_office(t: TestApp) {
        let office = Browser::signed_in(&t, testkit::ADMIN.0, testkit::ADMIN.1).await;
        for (page, words) in [
            ("/admin/reconcile/settlements", "No settlements yet"),
            ("/admin/reconcile/bank", "Nothing of the bank yet"),
            ("/admin/reconcile/exceptions", "Everything adds up"),
        ] {
            let shown = office.get(&t, page).await;
            assert!(shown.status == 200 && shown.text.contains(words), "{page}: {}", shown.text);
        }
        paid(&t, 1).await;
        t.sim().razorpay().settle().unwrap();
        assert_eq!(office.post(&t, "/admin/reconcile/fetch", &[]).await.status, 303);
        t.settle().await;
        t.advance(Duration::from_secs(5 * 86_400)).await;
        let office = Browser::signed_in(&t, testkit::ADMIN.0, testkit::ADMIN.1).await;
        bank(&t, &["21/11/26,SOMEBODY,,21/11/26,,98.00,1.00".to_owned()]).await;
        let exceptions = office.get(&t, "/admin/reconcile/exceptions").await;
        assert!(exceptions.text.contains("Unknown money") && exceptions.text.contains("Not in the bank"), "{}", exceptions.text);
        let row = format!("bnk_{}", exceptions.between("value=\"bnk_", "\""));
        assert_eq!(office.post(&t, "/admin/reconcile/exceptions", &[("id", &row), ("note", "")]).await.status, 422);
        let list = office.get(&t, "/admin/reconcile/settlements").await;
        let page = format!("/admin/reconcile/settlements/stl_{}", list.between("/admin/reconcile/settlements/stl_", "\""));
        let shown = office.get(&t, &page).await;
        assert!(shown.text.contains("This is it") && shown.text.contains("SOMEBODY"), "{}", shown.text);
        let fields = [("bank_row_id", row.as_str()), ("note", "")];
        assert_eq!(office.post(&t, &format!("{page}/match"), &fields).await.status, 422);
        let fields = [("bank_row_id", row.as_str()), ("note", "a charge of the bank")];
        assert_eq!(office.post(&t, &format!("{page}/match"), &fields).await.status, 303);
        t.settle().await;
        assert!(office.get(&t, &page).await.text.contains("Take apart"));
        assert_eq!(office.post(&t, &format!("{page}/apart"), &[]).await.status, 303);
        t.settle().await;
        assert_eq!(office.post(&t, "/admin/reconcile/exceptions", &[("id", &row), ("note", "a gift")]).await.status, 303);
        for file in ["/admin/reconcile/settlements.csv", "/admin/reconcile/bank.csv", "/admin/reconcile/exceptions.csv?state=accepted"] {
            assert_eq!(office.get(&t, file).await.status, 200, "{file}");
        }
        assert_eq!(office.post(&t, "/admin/reconcile", &[("action", "apply")]).await.status, 303);
        assert_eq!(office.get(&t, "/admin/reconcile").await.status, 200);
    }

    async fn a_file_is_looked_at_before_it_is_taken(t: TestApp) {
        let office = Browser::signed_in(&t, testkit::ADMIN.0, testkit::ADMIN.1).await;
        let text = "Tag,Worum,Wert\n22.11.2026,AXISCN12345678,5.00\n";
        let request = t.request("POST", "/api/v1/bank-statements?name=strange.csv").bearer_auth(t.key()).header("content-type", "text/csv");
        let sent = t.send(request.body(text)).await.expect(201);
        let page = format!("/admin/reconcile/bank/{}", sent["id"].as_str().unwrap());
        let shown = office.get(&t, &page).await;
        assert!(shown.text.contains("Say what the columns mean") && shown.text.contains("strange.csv"), "{}", shown.text);
        assert_eq!(office.post(&t, &format!("{page}/take"), &[("date", "1"), ("amount", "2")]).await.status, 422);
        assert_eq!(office.post(&t, &format!("{page}/take"), &[("date", "0"), ("narration", "1"), ("amount", "2")]).await.status, 303);
        t.settle().await;
        assert!(office.get(&t, &page).await.text.contains("1 of them new"));
        assert_eq!(office.get(&t, &format!("{page}/progress")).await.status, 200);
        assert_eq!(office.post(&t, &format!("{page}/forget"), &[]).await.status, 409);
    }
}
