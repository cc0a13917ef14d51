//! A brand from the API and the page to the shop, the checkout and the mail, on both databases.
#![expect(clippy::unwrap_used, reason = "a test's helpers may fail with it")]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use testkit::{ADMIN, Reply, TestApp};

/// A real picture of one pixel.
fn png() -> Vec<u8> {
    let dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    STANDARD.decode(dot).unwrap()
}

fn branding(t: &TestApp) -> String {
    format!("/api/v1/tenants/{}/branding", t.tenant())
}

async fn put_logo(t: &TestApp, kind: &str, bytes: Vec<u8>) -> Reply {
    let request = t.request("PUT", &format!("{}/logo", branding(t))).bearer_auth(t.key()).header("content-type", kind);
    t.send(request.body(bytes)).await
}

async fn page(t: &TestApp, path: &str) -> String {
    let reply = t.send(t.request("GET", path).header("accept", "text/html")).await;
    assert_eq!(reply.status, 200, "{path}: {}", reply.text);
    reply.text
}

/// Signs in; the cookie, and the token for forms.
async fn sign_in(t: &TestApp) -> (String, String) {
    let form = [("username", ADMIN.0), ("password", ADMIN.1)];
    let reply = t.send(t.request("POST", "/admin/login").form(&form)).await;
    let cookie = reply.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let shown = t.send(t.request("GET", "/admin/branding").header("cookie", &cookie)).await;
    let (_, rest) = shown.text.split_once("name=\"csrf\" value=\"").unwrap();
    (cookie, rest.split_once('"').unwrap().0.to_owned())
}

/// The fields that each change of the branding changed, sorted.
async fn facts(t: &TestApp) -> Vec<Vec<String>> {
    t.settle().await;
    let audit = t.get("/api/v1/audit?limit=100").await.expect(200);
    let all = audit["data"].as_array().unwrap().iter().filter(|fact| fact["kind"] == "branding.changed");
    let fields = |fact: &Value| {
        let changes = fact["body"]["changes"].as_array().unwrap();
        let mut fields: Vec<String> = changes.iter().map(|change| change["field"].as_str().unwrap().to_owned()).collect();
        fields.sort();
        fields
    };
    let mut all: Vec<_> = all.map(fields).collect();
    all.sort();
    all
}

testkit::both_apps! {
    async fn a_shop_that_never_chose_looks_as_before(t: TestApp) {
        let seen = t.get(&branding(&t)).await.expect(200);
        assert_eq!((&seen["version"], &seen["primary_colour"], &seen["logo"]), (&json!(0), &json!("#4f4cd1"), &json!(null)));
        let home = page(&t, "/").await;
        assert!(!home.contains("brand.css") && home.contains("Pick what fits"));
    }

    async fn a_brand_is_on_the_shops_pages(t: TestApp) {
        let change = json!({
            "display_name": "Asha & Co", "tagline": "Since <1962>", "primary_colour": "#B45309", "accent_colour": "#92400e",
            "theme": "editorial", "mode": "light", "footer": "12 MG Road\nGSTIN 29ABCDE1234F1Z5",
        });
        let saved = t.put(&format!("/api/tenants/{}/branding", t.tenant()), change.clone()).await.expect(200);
        assert_eq!((&saved["version"], &saved["primary_colour"]), (&json!(1), &json!("#b45309")));
        // The same again changes nothing and states nothing.
        assert_eq!(t.put(&branding(&t), change).await.expect(200)["version"], 1);
        let logo = put_logo(&t, "image/png", png()).await.expect(200);
        assert_eq!((&logo["logo"]["width"], &logo["logo"]["content_type"], &logo["version"]), (&json!(1), &json!("image/png"), &json!(2)));

        let url = logo["logo"]["url"].as_str().unwrap();
        let order = t.post("/create_order", json!({"amount": 99, "product": "starter", "customer": {"phone": "+919876543210"}})).await.expect(201);
        t.settle().await;
        let tracking = format!("/order/{}", order["order_id"].as_str().unwrap());
        let paying = format!("/pay/{}", order["order_id"].as_str().unwrap());
        for path in ["/", "/buy/starter", &tracking, &paying] {
            let html = page(&t, path).await;
            assert!(html.contains("/brand.css?v=2") && html.contains(&format!("src=\"{url}\"")), "{path}: {html}");
            assert!(html.contains("alt=\"Asha &amp; Co\"") && html.contains("GSTIN 29ABCDE1234F1Z5"), "{path}");
            assert!(!html.contains("style="), "{path}");
        }
        assert!(page(&t, "/").await.contains("Since &lt;1962&gt;"));
        let checkout = page(&t, &paying).await;
        assert!(checkout.contains(&format!("name=\"image\" value=\"{}{url}\"", t.url())) && checkout.contains("name=\"name\" value=\"Asha &amp; Co\""));

        let sheet = t.send(t.request("GET", "/brand.css?v=2")).await;
        assert_eq!(sheet.header("cache-control"), Some("public, max-age=31536000, immutable"));
        assert!(sheet.text.contains("--brand:light-dark(#b45309,") && sheet.text.contains("color-scheme:light") && sheet.text.contains("Georgia"));
        assert_eq!(t.send(t.request("GET", "/brand.css?v=1")).await.header("cache-control"), Some("no-cache"));

        let picture = t.send(t.request("GET", url)).await;
        assert_eq!(picture.header("content-type"), Some("image/png"));
        assert_eq!(picture.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(picture.header("content-security-policy"), Some("default-src 'none'; sandbox"));
        assert_eq!(picture.header("cache-control"), Some("public, max-age=31536000, immutable"));
        assert_eq!(t.send(t.request("GET", &url.replace(".png", ".svg"))).await.status, 404);

        // Nothing of it in another tenant's shop.
        let (_, key) = t.another_tenant("Other Shop").await;
        assert!(!page(&t, "/s/other-shop/").await.contains("brand.css"));
        assert_eq!(t.send(t.request("GET", &format!("/s/other-shop{url}"))).await.status, 404);
        assert_eq!(t.send(t.request("PUT", &branding(&t)).bearer_auth(&key).json(&json!({"tagline": "x"}))).await.status, 404);

        let removed = t.send(t.request("DELETE", &format!("{}/logo", branding(&t))).bearer_auth(t.key())).await.expect(200);
        assert_eq!((&removed["logo"], &removed["version"]), (&json!(null), &json!(3)));
        assert_eq!(t.send(t.request("GET", url)).await.status, 404);
        let all = ["accent_colour", "display_name", "footer", "mode", "primary_colour", "tagline", "theme"];
        assert_eq!(facts(&t).await, [all.to_vec(), vec!["logo"], vec!["logo"]]);
    }

    async fn what_cannot_be_seen_or_is_no_text_is_refused(t: TestApp) {
        let hostile = "</style><script>alert(1)</script>";
        for (field, value, words) in [
            ("primary_colour", "#ffe600", "contrast of 1.26:1"),
            ("accent_colour", "#949494", "links need 4.5:1"),
            ("primary_colour", "red", "#4f4cd1"),
            ("primary_colour", "url(javascript:alert(1))", "#4f4cd1"),
            ("primary_colour", "#fff}body{display:none", "#4f4cd1"),
            ("theme", hostile, "classic, soft"),
            ("mode", "darkest", "auto, light"),
            ("sender_name", "Asha\r\nBcc: everybody@example.com", "control characters"),
            ("display_name", "\u{202e}ahsA", "control characters"),
            ("reply_to", "a@b.example\r\nBcc: c@d.example", "e-mail address"),
            ("footer", "x\u{0007}", "control characters"),
        ] {
            let reply = t.put(&branding(&t), json!({field: value})).await;
            let problem = reply.expect(422);
            assert_eq!(problem["errors"][0]["field"], field, "{value}: {problem}");
            assert!(problem["errors"][0]["message"].as_str().unwrap().contains(words), "{value}: {problem}");
        }
        assert_eq!(t.get(&branding(&t)).await.expect(200)["version"], 0);

        // As texts they may say what they like.
        t.put(&branding(&t), json!({"display_name": hostile, "tagline": hostile, "footer": hostile})).await.expect(200);
        let home = page(&t, "/").await;
        assert!(!home.contains("<script>alert") && home.contains("&lt;script&gt;"), "{home}");
        assert!(!t.send(t.request("GET", "/brand.css")).await.text.contains("script"));
        // Two at once: the later one is told.
        assert_eq!(t.put(&branding(&t), json!({"tagline": "x", "version": 0})).await.expect(409)["code"], "branding_changed");
    }

    async fn logos_come_in_three_ways(t: TestApp) {
        let url = format!("{}/logo", branding(&t));
        let by_json = t.put(&url, json!({"data": STANDARD.encode(png())})).await.expect(200);
        assert_eq!(put_logo(&t, "image/png", png()).await.expect(200)["version"], by_json["version"]);
        for (kind, bytes, status, words) in [
            ("image/svg+xml", b"<svg onload='alert(1)'/>".to_vec(), 422, "SVG is not taken"),
            ("image/png", b"<svg onload='alert(1)'/>".to_vec(), 422, "SVG is not taken"),
            ("image/png", b"<html><script>".to_vec(), 422, "Only PNG"),
            ("image/png", vec![0x89; 600 * 1024], 422, "512 KB"),
            ("image/png", vec![0x89; 800 * 1024], 413, "larger"),
            ("text/html", png(), 415, "Content-Type"),
            ("application/json", b"{\"data\": \"%%\"}".to_vec(), 422, "base64"),
        ] {
            let reply = put_logo(&t, kind, bytes).await;
            assert_eq!(reply.status, status, "{kind}: {}", reply.text);
            assert!(reply.text.contains(words), "{kind}: {}", reply.text);
        }
        let (cookie, csrf) = sign_in(&t).await;
        let send = async |token: &str, bytes: &[u8], first: bool| {
            let file = Part::bytes(bytes.to_vec()).file_name("logo.png").mime_str("image/png").unwrap();
            let form = if first {
                Form::new().text("csrf", token.to_owned()).part("logo", file)
            } else {
                Form::new().part("logo", file).text("csrf", token.to_owned())
            };
            t.send(t.request("POST", "/admin/branding/logo").header("cookie", &cookie).multipart(form)).await
        };
        assert_eq!(send("made-up", &png(), true).await.status, 403);
        assert_eq!(send(&csrf, &png(), false).await.status, 403, "the token has to come first");
        t.send(t.request("DELETE", &url).bearer_auth(t.key())).await.expect(200);
        assert_eq!(send(&csrf, &png(), true).await.status, 303);
        assert_eq!(t.get(&branding(&t)).await.expect(200)["logo"]["width"], 1);
        let refused = send(&csrf, b"<svg/>", true).await;
        assert!(refused.status == 422 && refused.text.contains("SVG is not taken"), "{}", refused.text);
    }

    async fn mail_goes_out_under_the_letterhead(t: TestApp) {
        let change = json!({"sender_name": "Asha & Co", "reply_to": "help@asha.example", "footer": "12 MG Road", "primary_colour": "#b45309"});
        t.put(&branding(&t), change).await.expect(200);
        let logo = put_logo(&t, "image/png", png()).await.expect(200);
        let text = json!({"email": "buyer@example.com", "type": "new_product", "variables": {"product": "Honey", "availability_date": "1 December"}});
        let sent = t.post("/api/v1/notifications/send-message", text).await;
        assert!(sent.status < 300, "{}", sent.text);
        t.settle().await;
        let mails = t.sim().mailboxes().mails_to("buyer@example.com");
        let mail = mails.first().unwrap();
        let raw = String::from_utf8_lossy(&mail.raw).into_owned();
        assert!(raw.contains("From: =?utf-8?b?QXNoYSAmIENv?= <shop@origin.example>") && raw.contains("Reply-To: help@asha.example"), "{raw}");
        assert!(mail.text.as_ref().unwrap().contains("-- \n12 MG Road") || mail.text.as_ref().unwrap().contains("-- \r\n12 MG Road"));
        let html = mail.html.as_ref().unwrap();
        let picture = format!("src=\"{}{}\"", t.url(), logo["logo"]["url"].as_str().unwrap());
        assert!(html.contains(&picture) && html.contains("#b45309") && html.contains("Honey"), "{html}");
    }
}
