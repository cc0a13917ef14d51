//! Links that work from one address alone, and the rate at which one address may ask.

use crate::shop::{bytes, fetch, paid, sell};
use serde_json::json;

testkit::both_apps! {
    with &[("BIND_DOWNLOAD_TOKEN_TO_IP", "true"), ("ORIGIN_DOWNLOAD_USES", "2")];

    async fn a_link_works_from_where_it_was_shown(t: TestApp) {
        sell(&t, "starter", "guide.pdf", bytes(1_000)).await;
        let order = paid(&t, "starter").await;
        let shown = t.send(t.request("GET", &format!("/order/{order}")).header("x-forwarded-for", "192.0.2.1")).await.expect(200);
        assert_eq!(shown["downloads"][0]["uses_left"], 2);
        let url = shown["download_url"].as_str().unwrap();
        let elsewhere = t.send(t.request("GET", url).header("x-forwarded-for", "192.0.2.2")).await.expect(402);
        assert_eq!(elsewhere["upgrade_url"], "/buy/starter", "who has a stolen link does not learn the order");
        assert_eq!(fetch(&t, "GET", url, &[("x-forwarded-for", "192.0.2.1")]).await.0, 200);
        t.advance(std::time::Duration::from_secs(900)).await;
        let over = t.send(t.request("GET", url).header("x-forwarded-for", "192.0.2.1")).await.expect(402);
        assert_eq!(over["upgrade_url"], format!("/order/{order}"));
    }

    async fn an_address_asks_thirty_times_a_minute(t: TestApp) {
        let ask = async |from: &str| t.send(t.request("GET", "/download/starter?token=x").header("x-forwarded-for", from)).await;
        for _ in 0..30 {
            assert_eq!(ask("192.0.2.1").await.status, 402);
        }
        let refused = ask("192.0.2.1").await;
        assert_eq!((refused.status, &refused.json()["code"]), (429, &json!("rate_limited")));
        assert!(refused.header("retry-after").is_some());
        assert_eq!(ask("192.0.2.2").await.status, 402);
    }
}
