//! How often one may download, and what of a download takes a use, on both databases.

use crate::shop::{bytes, fetch, paid, sell, token_of};
use futures::future::join_all;
use serde_json::json;
use testkit::TestApp;

async fn left(t: &TestApp, order: &str) -> i64 {
    t.get(&format!("/order/{order}")).await.expect(200)["downloads"][0]["uses_left"].as_i64().unwrap()
}

testkit::both_apps! {
    with &[("RATE_DOWNLOAD_LIMIT", "100000")];

    async fn of_a_hundred_at_once_ten_get_it(t: TestApp) {
        let content = bytes(50_000);
        sell(&t, "starter", "guide.pdf", content.clone()).await;
        let order = paid(&t, "starter").await;
        let url = format!("/download/starter?token={}", token_of(&t, &order).await);
        let all = join_all((0..100).map(|_| fetch(&t, "GET", &url, &[]))).await;
        let got: Vec<_> = all.iter().filter(|(status, ..)| *status == 200).collect();
        assert_eq!(got.len(), 10);
        assert!(got.iter().all(|(.., body)| *body == content));
        assert_eq!(all.iter().filter(|(status, ..)| *status == 402).count(), 90);
        let refused = t.send(t.request("GET", &url)).await.expect(402);
        assert_eq!(refused["upgrade_url"], format!("/order/{order}"));
        t.settle().await;
        let facts = t.get("/api/v1/audit?kind=file.downloaded&limit=100").await.expect(200);
        let mut used: Vec<i64> = facts["data"].as_array().unwrap().iter().map(|fact| fact["body"]["used"].as_i64().unwrap()).collect();
        used.sort_unstable();
        assert_eq!(used, (1..=10).collect::<Vec<_>>());
    }

    async fn going_on_takes_no_other_use(t: TestApp) {
        let content = bytes(10_000);
        sell(&t, "starter", "guide.pdf", content.clone()).await;
        let order = paid(&t, "starter").await;
        let url = format!("/download/starter?token={}", token_of(&t, &order).await);
        let etag = fetch(&t, "HEAD", &url, &[]).await.1["etag"].to_str().unwrap().to_owned();
        for (asked, status) in [("HEAD", 200), ("GET", 304), ("GET", 416)] {
            let headers: &[(&str, &str)] = match status {
                304 => &[("if-none-match", &etag)],
                416 => &[("range", "bytes=10000-")],
                _ => &[],
            };
            let (answered, headers, body) = fetch(&t, asked, &url, headers).await;
            assert_eq!((answered, body.len(), left(&t, &order).await), (status, 0, 10), "{headers:?}");
            if status == 416 {
                assert_eq!(headers["content-range"], "bytes */10000");
            }
        }
        // A part of what was never begun is a beginning, wherever it lies.
        let part = async |range: &str, if_range: &str| {
            let (status, headers, body) = fetch(&t, "GET", &url, &[("range", range), ("if-range", if_range)]).await;
            (status, headers.get("content-range").map(|range| range.to_str().unwrap().to_owned()).unwrap_or_default(), body)
        };
        let (status, range, body) = part("bytes=4000-4999", &etag).await;
        assert_eq!((status, range.as_str(), body == content[4_000..5_000]), (206, "bytes 4000-4999/10000", true));
        assert_eq!(left(&t, &order).await, 9);
        for range in ["bytes=5000-", "bytes=-100", "bytes=1-1"] {
            assert_eq!(part(range, &etag).await.0, 206);
        }
        assert_eq!(left(&t, &order).await, 9, "what follows goes on with it");
        let (status, _, body) = part("bytes=0-99", &etag).await;
        assert_eq!((status, body == content[..100], left(&t, &order).await), (206, true, 8));
        // The rest of another file than the one that is here is all of it.
        let (status, _, body) = part("bytes=5000-", "\"another\"").await;
        assert_eq!((status, body == content, left(&t, &order).await), (200, true, 7));
        // Another link begins anew.
        t.advance(std::time::Duration::from_secs(5)).await;
        let other = format!("/download/starter?token={}", token_of(&t, &order).await);
        assert_ne!(other, url);
        assert_eq!(fetch(&t, "GET", &other, &[("range", "bytes=5000-")]).await.0, 206);
        assert_eq!(left(&t, &order).await, 6);
        // When no use is left, what was begun still comes to its end.
        for _ in 0..6 {
            assert_eq!(fetch(&t, "GET", &other, &[]).await.0, 200);
        }
        assert_eq!(fetch(&t, "GET", &other, &[]).await.0, 402);
        assert_eq!(fetch(&t, "GET", &other, &[("range", "bytes=9000-")]).await.2, content[9_000..]);
    }

    async fn a_store_that_lost_the_file_costs_no_use(t: TestApp) {
        sell(&t, "starter", "guide.pdf", bytes(1_000)).await;
        let order = paid(&t, "starter").await;
        let url = format!("/download/starter?token={}", token_of(&t, &order).await);
        for path in crate::shop::files_kept(&t) {
            std::fs::remove_file(path).unwrap();
        }
        let reply = t.send(t.request("GET", &url)).await.expect(503);
        assert_eq!((&reply["code"], left(&t, &order).await), (&json!("file_lost"), 10));
    }
}
