//! From a file to the buyer who paid for it, over HTTP on both databases.

use crate::shop::{bytes, fetch, files_kept, get_as, paid, sell, token_of, upload};
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use std::time::Duration;
use testkit::Browser;

testkit::both_apps! {
    with &[("RATE_DOWNLOAD_LIMIT", "100000"), ("ORIGIN_FILES_LARGEST_MB", "1")];

    async fn a_buyer_downloads_what_was_paid_for(t: TestApp) {
        let content = bytes(200_000);
        let file = upload(&t, "Guide für \"alle\" €.pdf", "application/pdf", content.clone()).await.expect(201);
        // The shop itself has it back, and it counts as nobody's download.
        let own = format!("/api/v1/files/{}/content", file["id"].as_str().unwrap());
        let bearer = format!("Bearer {}", t.key());
        let (status, headers, body) = fetch(&t, "GET", &own, &[("authorization", &bearer), ("range", "bytes=100-199")]).await;
        assert_eq!((status, &headers["content-range"], body == content[100..200]), (206, &"bytes 100-199/200000".parse().unwrap(), true));
        let order = paid(&t, "starter").await;
        assert_eq!(t.get(&format!("/order/{order}")).await.expect(200)["downloads"], json!([]), "the product has no file yet");
        // The right was there before the file.
        t.put("/api/v1/products/starter/file", json!({"file_id": file["id"]})).await.expect(200);
        let seen = t.get(&format!("/order/{order}")).await.expect(200);
        assert_eq!((&seen["downloads"][0]["uses_left"], &seen["downloads"][0]["size"]), (&json!(10), &json!(200_000)), "{seen}");
        assert_eq!(seen["download_url"], seen["downloads"][0]["url"]);
        let url = seen["download_url"].as_str().unwrap();
        let (status, headers, body) = fetch(&t, "GET", url, &[]).await;
        assert_eq!((status, body == content), (200, true));
        let header = |name: &str| headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
        assert_eq!(header("content-type"), "application/pdf");
        assert!(header("content-disposition").starts_with("attachment; filename=\"Guide f_r _alle_ _.pdf\"; filename*=UTF-8''Guide%20f%C3%BCr"), "{headers:?}");
        assert_eq!((header("x-content-type-options").as_str(), header("accept-ranges").as_str()), ("nosniff", "bytes"));
        assert_eq!((header("etag"), header("content-length")), (format!("\"{}\"", file["sha256"].as_str().unwrap()), "200000".to_owned()));
        assert_eq!(header("content-security-policy"), "default-src 'none'; sandbox");
        // A browser that takes packed answers gets it as it is all the same.
        let (_, headers, packed) = fetch(&t, "GET", url, &[("accept-encoding", "gzip")]).await;
        assert!(packed == content && headers.get("content-encoding").is_none_or(|kind| kind == "identity"), "{headers:?}");
        let seen = t.get(&format!("/order/{order}")).await.expect(200);
        assert_eq!(seen["downloads"][0]["uses_left"], 8);
        let page = get_as(&t, &format!("/order/{order}"), "text/html").await;
        assert!(page.text.contains("You can download it 8 more times.") && page.text.contains("/download/starter?token="), "{}", page.text);
        let thanks = get_as(&t, &format!("/success?order={order}"), "text/html").await;
        assert!(thanks.text.contains("/download/starter?token="), "{}", thanks.text);
        // Each use is a fact, about the order and with where it came from.
        t.settle().await;
        let facts = t.get("/api/v1/audit?kind=file.downloaded").await.expect(200);
        let facts = facts["data"].as_array().unwrap();
        assert_eq!(facts.len(), 2);
        assert!(facts.iter().all(|fact| fact["body"]["order_id"] == order && fact["actor"].to_string().contains("visitor")), "{facts:?}");
        assert_eq!(t.get(&format!("/api/v1/files/{}", file["id"].as_str().unwrap())).await.expect(200)["downloads"], 2);
    }

    async fn without_a_right_it_says_where_one_is_to_be_had(t: TestApp) {
        let content = bytes(1_000);
        sell(&t, "starter", "guide.pdf", content.clone()).await;
        let order = paid(&t, "starter").await;
        let token = token_of(&t, &order).await;
        let unpaid = async |path: &str, upgrade: &str| {
            let reply = t.send(t.request("GET", path)).await;
            let body = reply.expect(402);
            assert_eq!((&body["error"], &body["upgrade_url"]), (&json!("payment_required"), &json!(upgrade)), "{path}");
            assert_eq!((reply.header("content-type"), &body["code"]), (Some("application/problem+json"), &json!("payment_required")));
            body["detail"].as_str().unwrap().to_owned()
        };
        let url = |product: &str, token: &str| format!("/download/{product}?token={token}");
        unpaid("/download/starter", "/buy/starter").await;
        unpaid(&url("starter", "x"), "/buy/starter").await;
        unpaid(&url("pro", &token), "/buy/pro").await;
        let (expires, right) = token.split_once('.').unwrap();
        unpaid(&url("starter", &format!("{}.{right}", expires.parse::<i64>().unwrap() + 1)), "/buy/starter").await;
        let turned: String = right.chars().rev().collect();
        unpaid(&url("starter", &format!("{expires}.{turned}")), "/buy/starter").await;
        assert_eq!(t.send(t.request("GET", "/download/No%20Such")).await.status, 404);
        // Another shop's: the same token says nothing there.
        t.another_tenant("Other Shop").await;
        unpaid(&format!("/s/other-shop{}", url("starter", &token)), "/s/other-shop/buy/starter").await;
        // A page for people, with the way back.
        let page = get_as(&t, &url("starter", "x"), "text/html").await;
        assert!(page.status == 402 && page.text.contains("href=\"/buy/starter\""), "{}", page.text);
        // Nothing of it took a use.
        assert_eq!(fetch(&t, "GET", &url("starter", &token), &[]).await.2, content);
        t.advance(Duration::from_secs(15 * 60)).await;
        let why = unpaid(&url("starter", &token), &format!("/order/{order}")).await;
        assert!(why.contains("fresh one"), "{why}");
        let fresh = token_of(&t, &order).await;
        assert_eq!(fetch(&t, "GET", &url("starter", &fresh), &[]).await.0, 200);
    }

    async fn a_refund_takes_the_right_back(t: TestApp) {
        sell(&t, "starter", "guide.pdf", bytes(1_000)).await;
        let order = paid(&t, "starter").await;
        let url = format!("/download/starter?token={}", token_of(&t, &order).await);
        let payment = t.get(&format!("/api/v1/payments?order_id={order}")).await.expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
        let refund = async |minor: i64| {
            let body = json!({"amount": {"minor": minor, "currency": "INR"}, "reason": "asked for it"});
            let reply = t.post(&format!("/api/v1/payments/{payment}/refunds"), body).await;
            assert!(reply.status < 300, "{}", reply.text);
            t.settle().await;
        };
        refund(4_900).await;
        assert_eq!(fetch(&t, "GET", &url, &[]).await.0, 200, "a part of it leaves the right");
        refund(5_000).await;
        assert_eq!(t.get(&format!("/order/{order}")).await.expect(200)["status"], "refunded");
        let refused = t.send(t.request("GET", &url)).await.expect(402);
        assert_eq!(refused["upgrade_url"], "/buy/starter");
        // Nor does a download go on that was begun before.
        assert_eq!(fetch(&t, "GET", &url, &[("range", "bytes=500-")]).await.0, 402);
        assert_eq!(t.get(&format!("/order/{order}")).await.expect(200)["download_url"], Value::Null);
    }

    async fn files_come_in_two_ways_and_wrong_ones_leave_nothing(t: TestApp) {
        let raw = upload(&t, "../../a b.txt", "Text/Plain; charset=utf-8", b"hello".to_vec()).await.expect(201);
        assert_eq!((&raw["name"], &raw["media_type"], &raw["size"]), (&json!("a b.txt"), &json!("text/plain"), &json!(5)));
        assert_eq!(raw["sha256"], "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
        let part = Part::bytes(bytes(300_000)).file_name("song.mp3").mime_str("audio/mpeg").unwrap();
        let form = Form::new().text("note", "a field that nobody reads").part("anything", part);
        let sent = t.send(t.request("POST", "/api/v1/files").bearer_auth(t.key()).multipart(form)).await.expect(201);
        assert_eq!((&sent["name"], &sent["media_type"], &sent["size"]), (&json!("song.mp3"), &json!("audio/mpeg"), &json!(300_000)));
        assert_eq!(files_kept(&t).len(), 2);
        for (name, content, status, words) in [
            ("guide.pdf", Vec::new(), 422, "something in it"),
            ("", bytes(10), 422, "What the file is called"),
            ("a%0Ab", bytes(10), 422, "control characters"),
            ("big.bin", bytes(1_000_001), 413, "larger than 1000000 bytes"),
            ("bigger.bin", bytes(5_000_000), 413, "larger than 1000000 bytes"),
        ] {
            let request = t.request("POST", &format!("/api/v1/files?name={name}")).bearer_auth(t.key()).body(content);
            let reply = t.send(request).await;
            assert!(reply.status == status && reply.text.contains(words), "{name}: {}", reply.text);
        }
        let nothing = t.send(t.request("POST", "/api/v1/files").bearer_auth(t.key()).multipart(Form::new().text("a", "b"))).await;
        assert_eq!(nothing.status, 422, "{}", nothing.text);
        let broken = t.request("POST", "/api/v1/files").bearer_auth(t.key()).header("content-type", "multipart/form-data").body("x");
        assert_eq!(t.send(broken).await.status, 400);
        // Who may not is told so, however much they send.
        let refused = t.send(t.request("POST", "/api/v1/files?name=a.bin").body(bytes(900_000))).await;
        assert_eq!(refused.status, 401, "{}", refused.text);
        t.settle().await;
        assert_eq!(files_kept(&t).len(), 2, "nothing is left of what was refused");
        let all = t.get("/api/v1/files").await.expect(200);
        assert_eq!(all["data"].as_array().unwrap().len(), 2);
        assert_eq!(t.get("/api/v1/files?q=SONG").await.expect(200)["data"][0]["id"], sent["id"]);
        assert_eq!(t.get("/api/v1/files?q=%25").await.expect(200)["data"], json!([]));
        let csv = t.get("/api/v1/files?format=csv").await;
        assert!(csv.text.starts_with("id,name,media_type,size") && csv.text.lines().count() == 3, "{}", csv.text);
    }

    async fn what_is_sold_is_not_deleted(t: TestApp) {
        let file = sell(&t, "starter", "guide.pdf", bytes(1_000)).await;
        let path = format!("/api/v1/files/{file}");
        let delete = async || t.send(t.request("DELETE", &path).bearer_auth(t.key())).await;
        let refused = delete().await.expect(409);
        assert!(refused["code"] == "file_sold" && refused["detail"].as_str().unwrap().contains("starter"), "{refused}");
        assert_eq!(t.put("/api/v1/products/nothing/file", json!({"file_id": file})).await.status, 404);
        let unknown = t.put("/api/v1/products/pro/file", json!({"file_id": "file_01h2xcejqtf2nbrexx3vqjhp41"})).await.expect(422);
        assert_eq!(unknown["errors"][0]["field"], "file_id");
        let (_, other) = t.another_tenant("Other Shop").await;
        assert_eq!(t.send(t.request("GET", &path).bearer_auth(&other)).await.status, 404);
        assert_eq!(t.send(t.request("DELETE", &path).bearer_auth(&other)).await.status, 404);
        assert_eq!(t.send(t.request("DELETE", "/api/v1/products/starter/file").bearer_auth(t.key())).await.status, 204);
        assert_eq!(delete().await.status, 204);
        t.settle().await;
        assert_eq!(files_kept(&t), Vec::<String>::new());
        assert_eq!(delete().await.status, 404);
        t.settle().await;
        let kinds = t.get("/api/v1/audit?limit=100").await.expect(200);
        let kinds: Vec<&str> = kinds["data"].as_array().unwrap().iter().filter_map(|fact| fact["kind"].as_str()).collect();
        for kind in ["file.uploaded", "product.file_changed", "file.deleted"] {
            assert!(kinds.contains(&kind), "{kind}: {kinds:?}");
        }
    }

    async fn the_office_adds_chooses_and_allows_again(t: TestApp) {
        let office = Browser::signed_in(&t, testkit::ADMIN.0, testkit::ADMIN.1).await;
        let empty = office.get(&t, "/admin/files").await;
        assert!(empty.text.contains("Nothing to download yet") && empty.text.contains("Add a file above"), "{}", empty.text);
        let csrf = empty.between("name=\"csrf\" value=\"", "\"").to_owned();
        let send = async |token: &str, content: Vec<u8>, first: bool| {
            let part = Part::bytes(content).file_name("<b>guide.pdf").mime_str("application/pdf").unwrap();
            let form = if first { Form::new().text("csrf", token.to_owned()).part("file", part) } else { Form::new().part("file", part).text("csrf", token.to_owned()) };
            t.send(t.request("POST", "/admin/files").header("cookie", &office.cookie).multipart(form)).await
        };
        assert_eq!(send("made-up", bytes(10), true).await.status, 403);
        assert_eq!(send(&csrf, bytes(10), false).await.status, 403, "the token has to come first");
        let refused = send(&csrf, Vec::new(), true).await;
        assert!(refused.status == 422 && refused.text.contains("something in it"), "{}", refused.text);
        let added = send(&csrf, bytes(500_000), true).await;
        assert_eq!(added.status, 303, "{}", added.text);
        let page = added.header("location").unwrap().to_owned();
        assert!(office.get(&t, &page).await.text.contains("Nobody can buy it yet"));
        assert_eq!(office.post(&t, &format!("{page}/products"), &[("product", "starter")]).await.status, 303);
        let shown = office.get(&t, &page).await;
        assert!(shown.text.contains("Buyers of Starter download it") && shown.text.contains("It is sold with"), "{}", shown.text);
        assert!(!shown.text.contains("<b>guide") && shown.text.contains("&lt;b&gt;guide"), "{}", shown.text);
        assert_eq!(office.post(&t, &format!("{page}/delete"), &[]).await.status, 409);

        let order = paid(&t, "starter").await;
        for _ in 0..10 {
            let url = format!("/download/starter?token={}", token_of(&t, &order).await);
            assert_eq!(fetch(&t, "GET", &url, &[]).await.0, 200);
        }
        let buyer = get_as(&t, &format!("/order/{order}"), "text/html").await;
        assert!(buyer.text.contains("as often as one may"), "{}", buyer.text);
        let shown = office.get(&t, &page).await;
        assert!(shown.text.contains("10 of 10"), "{}", shown.text);
        let again = format!("/admin/files/downloads/{}", shown.between("/admin/files/downloads/", "\""));
        assert_eq!(office.post(&t, &again, &[]).await.status, 303);
        let url = format!("/download/starter?token={}", token_of(&t, &order).await);
        assert_eq!(fetch(&t, "GET", &url, &[]).await.0, 200);
    }
}
