//! The same in a bucket that speaks S3, played over real HTTP with its signatures, on good days and bad ones.

use crate::shop::{bytes, fetch, paid, sell, token_of, upload};
use facts::Id;
use serde_json::json;
use sim::{At, Fault};
use std::time::Duration;

const GET: &str = "GET /{bucket}/{key}";
const PART: &str = "PUT /{bucket}/{key}?partNumber";
const BEGIN: &str = "POST /{bucket}/{key}?uploads";
const COMPLETE: &str = "POST /{bucket}/{key}?uploadId";

testkit::both_apps! {
    with &[("ORIGIN_FILES_URL", "s3://goods/of/origin"), ("RATE_DOWNLOAD_LIMIT", "100000")];

    async fn a_file_of_several_parts_comes_back_whole_and_in_ranges(t: TestApp) {
        let content = bytes(12_000_000);
        let file = sell(&t, "starter", "film.mp4", content.clone()).await;
        let uuid = |id: &str| id.parse::<facts::FileId>().unwrap().uuid().hyphenated().to_string();
        let key = format!("of/origin/{}/{}", t.tenant().uuid().hyphenated(), uuid(&file));
        assert_eq!(t.sim().buckets().keys("goods"), std::slice::from_ref(&key));
        let order = paid(&t, "starter").await;
        let url = format!("/download/starter?token={}", token_of(&t, &order).await);
        let (status, _, body) = fetch(&t, "GET", &url, &[]).await;
        assert_eq!((status, body == content), (200, true));
        let border = 5 << 20;
        let (status, headers, body) = fetch(&t, "GET", &url, &[("range", &format!("bytes={}-{}", border - 10, border + 9))]).await;
        assert_eq!((status, body == content[border - 10..border + 10]), (206, true), "{headers:?}");
        assert_eq!(fetch(&t, "GET", &url, &[("range", "bytes=-1")]).await.2, content[11_999_999..]);

        t.send(t.request("DELETE", "/api/v1/products/starter/file").bearer_auth(t.key())).await;
        // Away at first: the errand comes again.
        t.sim().faults().next(8, At::s3_call("DELETE /{bucket}/{key}"), Fault::reject(503));
        t.send(t.request("DELETE", &format!("/api/v1/files/{file}")).bearer_auth(t.key())).await;
        t.settle().await;
        assert_eq!(t.sim().buckets().keys("goods").len(), 1);
        t.advance(Duration::from_secs(600)).await;
        assert_eq!(t.sim().buckets().keys("goods"), Vec::<String>::new());
    }

    async fn a_bucket_that_is_away_loses_nothing_and_costs_no_use(t: TestApp) {
        sell(&t, "starter", "guide.pdf", bytes(10_000)).await;
        let order = paid(&t, "starter").await;
        let url = format!("/download/starter?token={}", token_of(&t, &order).await);
        let away = t.sim().faults().until_cleared(At::s3_call(GET), Fault::reject(503));
        let refused = t.send(t.request("GET", &url)).await.expect(503);
        assert_eq!(refused["code"], "files_away");
        t.sim().faults().clear(away);
        let left = t.get(&format!("/order/{order}")).await.expect(200)["downloads"][0]["uses_left"].clone();
        assert_eq!(left, 10);
        // One failure is tried again at once, and nobody hears of it.
        t.sim().faults().next(1, At::s3_call(GET), Fault::reject(500));
        assert_eq!(fetch(&t, "GET", &url, &[]).await.0, 200);

        for (call, fault) in [
            (BEGIN, Fault::reject(503)),
            (PART, Fault::reject(500)),
            (COMPLETE, Fault::reject(500)),
            (COMPLETE, Fault::DropAnswer),
        ] {
            let bad = t.sim().faults().until_cleared(At::s3_call(call), fault.clone());
            let reply = upload(&t, "more.pdf", "application/pdf", bytes(6_000_000)).await;
            assert_eq!(reply.expect(503)["code"], "files_away", "{call} {fault:?}");
            t.sim().faults().clear(bad);
            t.advance(Duration::from_secs(60)).await;
            assert_eq!((t.sim().buckets().keys("goods").len(), t.sim().buckets().open_uploads()), (1, 0), "{call} {fault:?}");
        }
        assert_eq!(t.get("/api/v1/files").await.expect(200)["data"].as_array().unwrap().len(), 1);
    }

    async fn an_erased_tenants_objects_go_and_nobody_elses(t: TestApp) {
        let (tenant, key) = t.another_tenant("Tea House").await;
        for at in 0..5 {
            let file = t.request("POST", &format!("/api/v1/files?name=tea{at}.pdf")).bearer_auth(&key).body(bytes(1_000));
            t.send(file).await.expect(201);
        }
        upload(&t, "ours.pdf", "application/pdf", bytes(1_000)).await.expect(201);
        let close = t.request("POST", &format!("/api/v1/tenants/{tenant}/close")).bearer_auth(&key).json(&json!({"slug": "tea-house"}));
        t.send(close).await.expect(200);
        assert_eq!(t.sim().buckets().keys("goods").len(), 6);
        t.advance(Duration::from_secs(31 * 86_400)).await;
        let kept = t.sim().buckets().keys("goods");
        assert!(kept.len() == 1 && kept[0].contains(&t.tenant().uuid().hyphenated().to_string()), "{kept:?}");
    }
}
