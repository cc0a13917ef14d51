//! What is sent along: fetched once, held against what was told, shown where it is harmless, and gone with whom it was of.

use crate::{HOUR, PHONE, by_meta, facts_of, only, path, writes};
use serde_json::{Value, json};
use sim::{At, Channel, Content, Enclosed, Fault, Provider, SimConfig, Status};
use testkit::{ADMIN, Browser, Reply, TestApp};

const MESSAGES: &str = "POST /{phone_number_id}/messages";
const PDF: &[u8] = b"%PDF-1.7 a price list";

/// The files that the shop has bytes of.
fn bytes_kept(t: &TestApp) -> usize {
    let folder = t.folder().join("files").join(facts::Id::uuid(t.tenant()).hyphenated().to_string());
    std::fs::read_dir(folder).map_or(0, Iterator::count)
}

async fn sends(t: &TestApp, file: &Enclosed, caption: Option<&str>) {
    // Ids of one moment have no order.
    t.advance(HOUR / 3_600_000).await;
    t.sim().meta().sends(None, PHONE, file, caption);
    t.settle().await;
}

/// The attachment of the newest entry.
async fn newest(t: &TestApp) -> Value {
    let it = only(t).await;
    t.get(&path(&it, "/entries")).await.expect(200)["data"][0]["attachments"][0].clone()
}

/// Asks for bytes.
async fn bytes(t: &TestApp, url: &str) -> (u16, Vec<u8>) {
    let request = t.request("GET", url).bearer_auth(t.key());
    t.meanwhile(async {
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.bytes().await.unwrap().to_vec())
    })
    .await
}

/// Sends a file to the customer, under a key.
async fn answers(t: &TestApp, it: &Value, key: &str, (name, kind, content): (&str, &str, Vec<u8>), caption: &str) -> Reply {
    let request = t.request("POST", &path(it, "/files")).query(&[("name", name), ("caption", caption)]).bearer_auth(t.key());
    t.send(request.header("idempotency-key", key).header("content-type", kind).body(content)).await
}

/// The shop has a number for WhatsApp at Twilio from now on.
async fn by_twilio(t: &TestApp) {
    let known = SimConfig::new(|| facts::Time(0)).twilio;
    let account = json!({
        "account_sid": known.account_sid, "auth_token": known.auth_token, "from": known.from, "whatsapp_from": known.whatsapp_from,
    });
    t.put("/api/v1/settings/credentials/twilio", account).await.expect(200);
    // Nodes hold on to the credentials that they know for a few seconds.
    t.advance(HOUR / 600).await;
}

testkit::both_apps! {
    async fn a_picture_is_fetched_once_and_shown(t: TestApp) {
        by_meta(&t).await;
        t.sim().meta().next_webhooks(5, sim::Mishap::Twice);
        let picture = Enclosed::picture();
        sends(&t, &picture, Some("This one?")).await;
        let it = only(&t).await;
        let entries = t.get(&path(&it, "/entries")).await.expect(200);
        assert_eq!((entries["data"].as_array().unwrap().len(), &entries["data"][0]["text"]), (1, &json!("This one?")));
        let file = &entries["data"][0]["attachments"][0];
        assert_eq!((&file["state"], &file["content_type"], &file["name"]), (&json!("kept"), &json!("image/png"), &json!("picture.png")));
        assert_eq!(file["bytes"], picture.bytes.len());
        assert_eq!((t.sim().meta().calls("GET /media").len(), bytes_kept(&t), facts_of(&t, "attachment.fetched").await), (1, 1, 1));
        let url = file["url"].as_str().unwrap();
        assert_eq!(bytes(&t, url).await, (200, picture.bytes.to_vec()));
        let reply = t.get(url).await;
        for (name, begins) in [
            ("content-type", "image/png"),
            ("x-content-type-options", "nosniff"),
            ("content-disposition", "inline;"),
            ("content-security-policy", "default-src 'none'; sandbox"),
        ] {
            assert!(reply.header(name).unwrap().starts_with(begins), "{name} {:?}", reply.header(name));
        }
        let (_, other) = t.another_tenant("Tea House").await;
        assert_eq!(t.send(t.request("GET", url).bearer_auth(&other)).await.status, 404);
        assert_eq!(t.send(t.request("GET", url)).await.status, 401);
        // Without words, the list says what it is.
        sends(&t, &picture, None).await;
        assert_eq!(only(&t).await["last_text"], "Picture");
        let page = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await.get(&t, &format!("/admin/inbox/{}", it["id"].as_str().unwrap())).await;
        assert_eq!((page.text.matches("<img src=\"/admin/inbox/attachments/").count(), page.text.matches("alt=\"This one?\"").count()), (2, 1));
    }

    async fn anything_else_is_saved_and_never_shown(t: TestApp) {
        by_meta(&t).await;
        let script = "<html><script>alert(1)</script></html>";
        for (file, kind, last) in [
            (Enclosed::document("price-list.pdf", "application/pdf", PDF), "application/pdf", "Document: price-list.pdf"),
            (Enclosed { name: None, ..Enclosed::document("", "image/png", script) }, "application/octet-stream", "Picture"),
            (Enclosed { name: None, ..Enclosed::document("", "image/svg+xml", script) }, "application/octet-stream", "Picture"),
            (Enclosed::document("../a.html", "text/html; charset=utf-8", script), "text/html", "Document: a.html"),
        ] {
            sends(&t, &file, None).await;
            assert_eq!(only(&t).await["last_text"], last);
            let attachment = newest(&t).await;
            assert_eq!((&attachment["state"], &attachment["content_type"]), (&json!("kept"), &json!(kind)), "{attachment}");
            let reply = t.get(attachment["url"].as_str().unwrap()).await;
            assert!(reply.header("content-disposition").unwrap().starts_with("attachment;"), "{kind}");
            assert_eq!((reply.header("x-content-type-options"), reply.header("content-type")), (Some("nosniff"), Some(kind)));
            assert_eq!(reply.header("content-security-policy"), Some("default-src 'none'; sandbox"));
            t.advance(HOUR / 3_600).await;
        }
    }

    async fn what_is_not_what_was_told_is_refused_and_said(t: TestApp) {
        by_meta(&t).await;
        sends(&t, &Enclosed { digest: Some("0".repeat(64)), ..Enclosed::picture() }, None).await;
        assert_eq!(newest(&t).await["state"], "waiting");
        t.advance(9 * HOUR).await;
        let file = newest(&t).await;
        assert_eq!((&file["state"], &file["url"], bytes_kept(&t)), (&json!("failed"), &json!(null), 0));
        assert!(file["reason"].as_str().unwrap().contains("digest"), "{file}");
        let here = format!("/api/v1/attachments/{}", file["id"].as_str().unwrap());
        assert_eq!(t.get(&here).await.expect(409)["code"], "not_fetched");
        let page = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await.get(&t, &format!("/admin/inbox/{}", only(&t).await["id"].as_str().unwrap())).await;
        assert!(page.text.contains("could not be fetched") && page.text.contains("Fetch again"), "{}", page.text);
    }

    async fn what_is_too_large_is_refused_before_it_comes(t: TestApp) {
        by_meta(&t).await;
        sends(&t, &Enclosed::document("all.zip", "application/zip", vec![7; (16 << 20) + 1]), None).await;
        let file = newest(&t).await;
        assert!(file["state"] == "failed" && file["reason"].as_str().unwrap().contains("16 MB"), "{file}");
        assert_eq!((t.sim().meta().calls("GET /media").len(), bytes_kept(&t)), (0, 0));
    }

    async fn what_the_provider_had_no_more_is_asked_for_again(t: TestApp) {
        by_meta(&t).await;
        // The address lasts minutes: where it is over, the next try is told another.
        t.sim().faults().next(1, At::every(Provider::Meta).on("GET /media"), Fault::reject(404));
        sends(&t, &Enclosed::picture(), None).await;
        assert_eq!(newest(&t).await["state"], "waiting");
        t.advance(HOUR / 60).await;
        assert_eq!(newest(&t).await["state"], "kept");
        t.sim().faults().next(1, At::every(Provider::Meta).on("GET /{media_id}"), Fault::reject(404));
        sends(&t, &Enclosed::picture(), None).await;
        let file = newest(&t).await;
        assert!(file["state"] == "failed" && file["reason"].as_str().unwrap().contains("no more"), "{file}");
        let again = format!("/api/v1/attachments/{}/fetch", file["id"].as_str().unwrap());
        for _ in 0..2 {
            assert_ne!(t.post(&again, json!({})).await.expect(200)["state"], "failed");
        }
        t.settle().await;
        assert_eq!((newest(&t).await["state"].clone(), bytes_kept(&t)), (json!("kept"), 2));
        assert_eq!(t.post(&again, json!({})).await.expect(200)["state"], "kept", "what is here is not asked for");
    }

    async fn twilio_is_asked_at_its_own_address_alone(t: TestApp) {
        let twilio = t.sim().twilio();
        twilio.sends(None, Channel::Whatsapp, PHONE, Enclosed::picture(), Some("This one?"));
        t.settle().await;
        assert_eq!(newest(&t).await["state"], "kept");
        let elsewhere = Content::Media { link: format!("{}/secret", t.sim().http_url()), caption: None, name: None };
        t.advance(HOUR / 3_600).await;
        twilio.inbound(None, Channel::Whatsapp, PHONE, elsewhere);
        t.settle().await;
        let file = newest(&t).await;
        assert!(file["state"] == "failed" && file["reason"].as_str().unwrap().contains("password"), "{file}");
    }

    async fn by_twilio_a_file_goes_by_a_link_that_lasts_an_hour(t: TestApp) {
        by_twilio(&t).await;
        let twilio = t.sim().twilio();
        twilio.inbound(None, Channel::Whatsapp, PHONE, Content::Text { body: "What does it cost?".to_owned() });
        t.settle().await;
        let it = only(&t).await;
        let picture = Enclosed::picture().bytes;
        answers(&t, &it, "k", ("mango.png", "image/png", picture.to_vec()), "These?").await.expect(201);
        t.advance(HOUR / 360).await;
        answers(&t, &it, "l", ("price-list.pdf", "application/pdf", PDF.to_vec()), "").await.expect(201);
        t.advance(HOUR / 360).await;
        let links: Vec<(String, Option<String>)> = twilio
            .sent()
            .into_iter()
            .map(|message| match message.content {
                Content::Media { link, caption, .. } => (link, caption),
                other => panic!("{other:?}"),
            })
            .collect();
        let [(shown, words), (saved, none)] = &links[..] else { panic!("{links:?}") };
        assert_eq!((words.as_deref(), none.as_deref()), (Some("These?"), None));
        for (link, kind, content) in [(shown, "image/png", &picture[..]), (saved, "application/pdf", PDF)] {
            let fetched = twilio.enclosed(link).unwrap();
            assert_eq!((fetched.kind.as_str(), &fetched.bytes[..]), (kind, content));
        }
        // Whoever has the link has that file, unless a letter of it is another, and for an hour.
        let open = |link: &str| t.send(t.request("GET", link.strip_prefix(t.url()).unwrap()));
        let last = if shown.ends_with('A') { "B" } else { "A" };
        let changed = format!("{}{last}", &shown[..shown.len() - 1]);
        assert_eq!((open(shown).await.status, open(&changed).await.status, open(saved).await.status), (200, 404, 200));
        assert!(open(saved).await.header("content-disposition").unwrap().starts_with("attachment;"));
        assert_eq!(t.send(t.request("GET", "/attachment")).await.status, 404);
        t.advance(HOUR).await;
        assert_eq!(open(shown).await.status, 404);
        // Who is erased has their files gone, links that are still good or not.
        answers(&t, &it, "m", ("price-list.pdf", "application/pdf", PDF.to_vec()), "").await.expect(201);
        t.advance(HOUR / 360).await;
        let Content::Media { link, .. } = twilio.sent().pop().unwrap().content else { panic!("no file went") };
        assert_eq!(open(&link).await.status, 200);
        let contact = format!("/api/v1/contacts/{}", only(&t).await["contact_id"].as_str().unwrap());
        let erase = t.request("DELETE", &contact).query(&[("reason", "They asked for it")]).bearer_auth(t.key());
        assert!(t.send(erase).await.status < 300);
        t.settle().await;
        assert_eq!((open(&link).await.status, bytes_kept(&t)), (404, 0));
    }

    async fn what_twilio_would_lose_is_refused_and_not_kept(t: TestApp) {
        t.sim().twilio().inbound(None, Channel::Whatsapp, PHONE, Content::Text { body: "What does it cost?".to_owned() });
        t.settle().await;
        let it = only(&t).await;
        for (key, file, words, field) in [
            ("a", ("list.txt", "text/plain", b"Mangoes: 499.00".to_vec()), "", "file"),
            ("b", ("list.pdf", "application/pdf", PDF.to_vec()), "All prices", "caption"),
        ] {
            let refused = answers(&t, &it, key, file, words).await.expect(422);
            assert_eq!(refused["errors"][0]["field"], field, "{refused}");
        }
        // To a number of SMS words alone go.
        t.sim().twilio().inbound(None, Channel::Sms, PHONE, Content::Text { body: "And by SMS?".to_owned() });
        t.settle().await;
        let all = crate::listed(&t, "").await;
        let sms = all.iter().find(|it| it["channel"] == "sms").unwrap();
        let refused = answers(&t, sms, "c", ("a.pdf", "application/pdf", PDF.to_vec()), "").await;
        assert_eq!(refused.expect(409)["code"], "text_only");
        t.settle().await;
        assert_eq!((bytes_kept(&t), t.sim().twilio().sent().len()), (0, 0), "what nobody carries is given back");
    }

    async fn a_document_reaches_the_customer_once(t: TestApp) {
        by_meta(&t).await;
        writes(&t, PHONE, "What does it cost?").await;
        let it = only(&t).await;
        t.sim().faults().next(1, At::every(Provider::Meta).on(MESSAGES), Fault::DropAnswer);
        let list = || ("price-list.pdf", "application/pdf", PDF.to_vec());
        let first = answers(&t, &it, "k", list(), "All prices").await.expect(201);
        let second = answers(&t, &it, "k", list(), "All prices").await;
        assert_eq!((second.expect(201)["id"].clone(), second.header("idempotency-replayed")), (first["id"].clone(), Some("true")));
        assert_eq!(answers(&t, &it, "k", list(), "Others").await.status, 422, "the key is another answer's");
        t.settle().await;
        // Nobody knows whether it was taken, until its receipt says so.
        assert_eq!(t.get(&path(&it, "/entries")).await.expect(200)["data"][0]["delivery"], "unknown");
        let theirs = t.sim().meta().sent()[0].message_id.clone().unwrap();
        t.sim().meta().status(&theirs, Status::Delivered);
        t.advance(HOUR).await;
        let sent = t.sim().meta().sent();
        assert_eq!(sent.len(), 1, "{sent:?}");
        let Content::Media { link, caption, name } = &sent[0].content else { panic!("{sent:?}") };
        assert_eq!((caption.as_deref(), name.as_deref()), (Some("All prices"), Some("price-list.pdf")));
        assert_eq!(t.sim().meta().enclosed(link).unwrap().bytes, PDF);
        let file = newest(&t).await;
        assert_eq!((&file["name"], &file["state"], bytes_kept(&t)), (&json!("price-list.pdf"), &json!("kept"), 1));
        assert_eq!(bytes(&t, file["url"].as_str().unwrap()).await, (200, PDF.to_vec()));
        // Without words its name is no caption, and the list says what it was.
        answers(&t, &it, "l", list(), "").await.expect(201);
        assert_eq!(only(&t).await["last_text"], "Document: price-list.pdf");
        t.advance(HOUR).await;
        assert!(matches!(&t.sim().meta().sent()[1].content, Content::Media { caption: None, .. }));
    }

    async fn an_upload_that_fails_is_made_again(t: TestApp) {
        by_meta(&t).await;
        writes(&t, PHONE, "What does it cost?").await;
        t.sim().faults().next(1, At::every(Provider::Meta).on("POST /{phone_number_id}/media"), Fault::DropAnswer);
        answers(&t, &only(&t).await, "k", ("list.png", "image/png", Enclosed::picture().bytes.to_vec()), "").await.expect(201);
        t.advance(HOUR).await;
        assert_eq!((t.sim().meta().sent().len(), t.sim().meta().calls("POST /{phone_number_id}/media").len()), (1, 2));
    }

    async fn what_whatsapp_does_not_carry_is_refused_and_not_kept(t: TestApp) {
        by_meta(&t).await;
        writes(&t, PHONE, "Is it ready?").await;
        let it = only(&t).await;
        let picture = Enclosed::picture().bytes.to_vec();
        let large = [picture.clone(), vec![0; 5 << 20]].concat();
        for (at, (name, kind, content)) in [
            ("a.html", "text/html", b"<script>".to_vec()),
            ("a.png", "image/png", b"<script>".to_vec()),
            ("a.png", "image/png", large),
            ("a.pdf", "application/pdf", Vec::new()),
            ("", "application/pdf", PDF.to_vec()),
        ]
        .into_iter()
        .enumerate()
        {
            assert_eq!(answers(&t, &it, &at.to_string(), (name, kind, content), "").await.status, 422, "{name} {kind}");
        }
        let long = "x".repeat(1_025);
        assert_eq!(answers(&t, &it, "long", ("a.png", "image/png", picture.clone()), &long).await.status, 422);
        t.advance(25 * HOUR).await;
        assert_eq!(answers(&t, &it, "late", ("a.png", "image/png", picture), "").await.expect(409)["code"], "window_closed");
        t.settle().await;
        assert_eq!((bytes_kept(&t), t.sim().meta().sent().len()), (0, 0));
    }

    async fn who_is_erased_has_their_files_gone(t: TestApp) {
        by_meta(&t).await;
        sends(&t, &Enclosed::picture(), None).await;
        let it = only(&t).await;
        answers(&t, &it, "k", ("a.pdf", "application/pdf", PDF.to_vec()), "").await.expect(201);
        t.settle().await;
        assert_eq!(bytes_kept(&t), 2);
        let url = newest(&t).await["url"].as_str().unwrap().to_owned();
        // One is still on its way.
        t.advance(HOUR / 3_600).await;
        t.sim().faults().next(1, At::every(Provider::Meta).on("GET /media"), Fault::reject(503));
        sends(&t, &Enclosed::picture(), None).await;
        let contact = format!("/api/v1/contacts/{}", it["contact_id"].as_str().unwrap());
        let erase = t.request("DELETE", &contact).query(&[("reason", "They asked for it")]).bearer_auth(t.key());
        assert!(t.send(erase).await.status < 300);
        t.advance(HOUR).await;
        assert_eq!((bytes_kept(&t), t.get(&url).await.status), (0, 404));
        let entries = t.get(&path(&only(&t).await, "/entries")).await.expect(200);
        assert!(entries["data"].as_array().unwrap().iter().all(|entry| entry["attachments"] == json!([])), "{entries}");
    }

    async fn an_agent_sends_a_file_without_script(t: TestApp) {
        by_meta(&t).await;
        writes(&t, PHONE, "What does it cost?").await;
        let agent = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await;
        let here = format!("/admin/inbox/{}", only(&t).await["id"].as_str().unwrap());
        let page = agent.get(&t, &here).await;
        assert!(page.text.contains("Send a file"), "{}", page.text);
        let (csrf, form) = (page.between("name=\"csrf\" value=\"", "\""), page.between("enctype=\"multipart/form-data\"", "</form>"));
        let once = form.split("name=\"once\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let field = |name: &str, value: &str| format!("--xx\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        let body = |name: &str, kind: &str, content: &str| {
            let head = format!("--xx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: {kind}\r\n\r\n");
            [field("csrf", csrf), field("once", once), field("caption", "All prices"), head, format!("{content}\r\n--xx--\r\n")].concat()
        };
        let post = |body: String| {
            let request = t.request("POST", &format!("{here}/files")).header("cookie", &agent.cookie);
            t.send(request.header("content-type", "multipart/form-data; boundary=xx").body(body))
        };
        let refused = post(body("a.html", "text/html", "<b>")).await;
        assert!(refused.status == 422 && refused.text.contains("A JPEG or PNG picture"), "{} {}", refused.status, refused.text);
        assert_eq!(post(body("", "application/octet-stream", "")).await.status, 422, "nothing was chosen");
        for _ in 0..2 {
            let sent = post(body("list.txt", "text/plain", "Mangoes: 499.00")).await;
            assert_eq!(sent.status, 303, "{}", sent.text);
        }
        t.advance(HOUR / 60).await;
        let sent = t.sim().meta().sent();
        assert!(matches!(&sent[..], [one] if matches!(&one.content, Content::Media { caption: Some(words), .. } if words == "All prices")), "{sent:?}");
        let page = agent.get(&t, &here).await;
        assert!(page.text.contains("Document: list.txt") && page.text.contains("(15 bytes)"), "{}", page.text);
    }
}
