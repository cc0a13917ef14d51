//! Experiments in the back office.

use super::{ALL, asked, meet, order, people};
use serde_json::json;
use testkit::{ADMIN, Browser};

const HERE: &str = "/admin/experiments";

testkit::both_apps! {
    async fn an_experiment_is_written_started_and_decided_by_hand(t: TestApp) {
        let office = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await;
        assert!(office.get(&t, HERE).await.text.contains("No experiments yet"));
        let form = office.get(&t, &format!("{HERE}/new")).await;
        let key = form.between("name=\"key\" value=\"", "\"").to_owned();
        let typed = |minimum: &'static str| vec![
            ("key", key.as_str()), ("name", "Price of the box"), ("subject", "shop"), ("about", ""), ("goal", "order.placed"),
            ("within_days", "7"), ("minimum", minimum), ("matters_bps", "100"), ("name0", "Old"), ("weight0", "1"), ("holdout0", "on"),
            ("name1", "New"), ("weight1", ""), ("name2", ""), ("weight2", ""),
        ];
        let refused = office.post(&t, &format!("{HERE}/new"), &typed("few")).await;
        assert!(refused.status == 422 && refused.text.contains("a whole number") && refused.text.contains("Price of the box"), "{}", refused.text);
        let made = office.post(&t, &format!("{HERE}/new"), &typed("20")).await;
        let path = made.header("location").unwrap().to_owned();
        let twice = office.post(&t, &format!("{HERE}/new"), &typed("20")).await;
        assert_eq!(twice.header("location"), Some(path.as_str()), "the same form twice is one experiment");
        let shown = office.get(&t, &path).await.text;
        assert!(shown.contains("It has not begun") && shown.contains("(gets nothing)"), "{shown}");
        let edit = office.get(&t, &format!("{path}/edit")).await.text;
        assert!(edit.contains("value=\"New\""), "{edit}");
        assert_eq!(office.post(&t, &format!("{path}/edit"), &typed("30")).await.status, 303);
        office.post(&t, &format!("{path}/start"), &[]).await;
        let refused = office.post(&t, &format!("{path}/edit"), &typed("40")).await;
        assert!(refused.status == 409 && refused.text.contains("Only a draft"), "{}", refused.text);
        let everybody = people(&t, 2).await;
        let id = path.rsplit('/').next().unwrap();
        meet(&t, &format!("{ALL}/{id}"), &everybody).await;
        order(&t, 0).await;
        t.settle().await;
        let shown = office.get(&t, &path).await.text;
        assert!(shown.contains("each variant must be met by 30 people first") && shown.contains("Placed an order within 7 days"), "{shown}");
        assert!(office.get(&t, &format!("{path}/people.csv")).await.text.lines().count() == 3);
        assert!(office.get(&t, HERE).await.text.contains("Too early"));
        let wrong = office.post(&t, &format!("{path}/decide"), &[("variant", "Newest")]).await;
        assert!(wrong.status == 422 && wrong.text.contains("That was not done"), "{}", wrong.text);
        assert_eq!(office.post(&t, &format!("{path}/decide"), &[("variant", "New")]).await.status, 303);
        assert!(office.get(&t, &path).await.text.contains("Everybody gets <bdi>New</bdi>"));
        let second = t.post(ALL, asked(json!({}))).await.expect(201);
        let gone = office.post(&t, &format!("{HERE}/{}/delete", second["id"].as_str().unwrap()), &[]).await;
        assert_eq!(gone.header("location"), Some(HERE));
    }
}
