//! Promise 21, as far as it is about campaigns: by what template one goes, what it costs, and why somebody did not get it.

use super::{act, counted, mail, person, show, with, written};
use serde_json::{Value, json};
use sim::{MetaLimits, SimConfig};
use testkit::{ADMIN, Browser, TestApp};

const SAYS: &str = "{{first_name}}, mangoes are in {{city}}.";

/// WhatsApp goes by Meta, which has a template of mangoes; everybody may be written to.
pub(super) async fn by_meta(t: &TestApp) {
    let known = SimConfig::new(|| facts::Time(0)).meta;
    let account = json!({
        "access_token": known.access_token, "phone_number_id": known.phone_number_id, "waba_id": known.waba_id,
        "app_secret": known.app_secret, "verify_token": known.verify_token,
    });
    t.sim().meta().put_template(None, "mangoes", "en", "MARKETING", SAYS);
    t.sim().meta().set_limits(MetaLimits { per_second: 1_000, pair_gap: 0 });
    t.put("/api/v1/settings/credentials/meta", account).await.expect(200);
    t.put("/api/v1/settings", json!({"channels.whatsapp": ["meta"]})).await.expect(200);
    t.settle().await;
    agreed(t).await;
}

async fn agreed(t: &TestApp) {
    t.put("/api/v1/consent-settings", json!({"marketing": {"whatsapp": "opt_out"}})).await.expect(200);
}

pub(super) async fn reachable(t: &TestApp, name: &str, phone: &str) -> String {
    person(t, name, json!({"phone": phone, "attributes": {"city": "Pune"}})).await
}

/// A campaign on WhatsApp by the template of mangoes.
pub(super) fn offer(body: &str) -> Value {
    let text = json!({"channel": "whatsapp", "content": {"body": body, "provider_template": "mangoes"}});
    with(mail(""), json!({"contents": [text]}))
}

/// Every way to launch it is refused, for this reason; gives what it says.
async fn refused(t: &TestApp, path: &str, body: &str, code: &str) -> String {
    let all = [act(t, path, "freeze").await, act(t, path, "send").await, t.post("/api/v1/campaigns/send", offer(body)).await];
    for reply in &all {
        assert_eq!((reply.status, reply.json()["code"].as_str()), (409, Some(code)), "{}", reply.text);
    }
    let says = all[0].json()["detail"].as_str().unwrap().to_owned();
    let page = path.replace("/api/v1", "/admin");
    let browser = Browser::signed_in(t, ADMIN.0, ADMIN.1).await;
    let shown = browser.post(t, &format!("{page}/freeze"), &[]).await;
    assert_eq!(shown.status, 409);
    assert!(shown.text.contains(&says), "{says}: {}", shown.text);
    assert!(browser.get(t, &page).await.text.contains(&says), "it is said before anybody tries");
    assert!(t.sim().meta().sent().is_empty());
    says
}

testkit::both_apps! {
    async fn promise_21_a_launch_is_refused_by_a_template_that_is_paused_or_takes_more(t: TestApp) {
        by_meta(&t).await;
        reachable(&t, "Asha Rao", "+91 98765 43210").await;
        let short = "Hello {{ first_name }}, mangoes are in.";
        let path = written(&t, offer(short)).await;
        let says = refused(&t, &path, short, "template_variables").await;
        assert!(says.contains("does not use city"), "{says}");
        let whole = "{{ first_name }}, mangoes are in {{ city }}.";
        t.put(&path, offer(whole)).await.expect(200);
        t.sim().meta().judge_template(None, "mangoes", "en", "PAUSED");
        t.settle().await;
        let says = refused(&t, &path, whole, "template_not_approved").await;
        assert!(says.contains("paused"), "{says}");
        t.sim().meta().judge_template(None, "mangoes", "en", "APPROVED");
        t.settle().await;
        act(&t, &path, "send").await.expect(202);
        t.settle().await;
        let sent = t.sim().meta().sent();
        assert_eq!((sent.len(), sent[0].phone.as_str()), (1, "+919876543210"));
        assert_eq!(show(&t, &path).await["state"], "done");
    }

    async fn promise_21_one_in_another_language_and_with_numbers_goes_out(t: TestApp) {
        t.sim().meta().put_template(None, "sale", "en_US", "MARKETING", "{{1}}, mangoes are in {{2}}.");
        by_meta(&t).await;
        reachable(&t, "Asha Rao", "+91 98765 43210").await;
        let by = |template: &str| {
            let content = json!({"body": "{{ first_name }}, mangoes are in {{ city }}.", "provider_template": template});
            with(mail(""), json!({"contents": [{"channel": "whatsapp", "content": content}]}))
        };
        let wrong = t.post("/api/v1/campaigns", by("sale/en_US(first_name, phone)")).await.expect(422);
        assert_eq!(wrong["errors"][0]["field"], "contents.whatsapp.provider_template");
        let path = written(&t, by("sale")).await;
        let refused = act(&t, &path, "send").await.expect(409);
        assert!(refused["code"] == "template_not_approved" && refused["detail"].as_str().unwrap().contains("sale/en_US"), "{refused}");
        t.put(&path, by("sale/en_US")).await.expect(200);
        let refused = act(&t, &path, "send").await.expect(409);
        assert!(refused["code"] == "template_variables" && refused["detail"].as_str().unwrap().contains("numbers"), "{refused}");
        t.put(&path, by("sale/en_US(first_name, city)")).await.expect(200);
        act(&t, &path, "send").await.expect(202);
        t.settle().await;
        let sent = t.sim().meta().sent();
        let variables = [("1", "Asha"), ("2", "Pune")].map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let content = sim::Content::Template { name: "sale".to_owned(), language: "en_US".to_owned(), variables };
        assert_eq!(sent.iter().map(|message| &message.content).collect::<Vec<_>>(), [&content], "{:?}", t.sim().meta().refused());
    }

    async fn promise_21_every_failed_recipient_shows_a_code(t: TestApp) {
        by_meta(&t).await;
        for (name, phone) in [("At once", "+91 99001 31051"), ("Later", "+91 98765 43211"), ("Odd", "+91 98765 43212"), ("Well", "+91 98765 43213")] {
            reachable(&t, name, phone).await;
        }
        let path = written(&t, offer("{{ first_name }}, mangoes are in {{ city }}.")).await;
        act(&t, &path, "send").await.expect(202);
        t.settle().await;
        for message in t.sim().meta().sent() {
            let id = message.message_id.unwrap();
            match message.phone.as_str() {
                "+919876543211" => assert!(t.sim().meta().fail(&id, 131_026)),
                "+919876543212" => assert!(t.sim().meta().fail(&id, 139_999)),
                _ => assert!(t.sim().meta().status(&id, sim::Status::Delivered)),
            }
        }
        t.settle().await;
        let all = t.get(&format!("{path}/recipients")).await.expect(200)["data"].as_array().unwrap().clone();
        for (address, state, code) in [
            ("+919900131051", "dead", Some("(131051")),
            ("+919876543211", "failed", Some("(131026")),
            ("+919876543212", "failed", Some("(139999")),
            ("+919876543213", "delivered", None),
        ] {
            let one = all.iter().find(|one| one["address"] == address).unwrap();
            assert_eq!(one["state"], state, "{one}");
            assert_eq!(code.is_none(), one["reason"].is_null(), "{one}");
            assert!(code.is_none_or(|code| one["reason"].as_str().unwrap().contains(code)), "{one}");
        }
        let file = t.get(&format!("{path}/recipients/export")).await.text;
        let page = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await.get(&t, &path.replace("/api/v1", "/admin")).await.text;
        for code in ["131051", "131026", "139999"] {
            assert!(file.contains(code) && page.contains(code), "{code}: {file}");
        }
    }

    async fn promise_21_it_says_what_it_costs_before_and_after(t: TestApp) {
        by_meta(&t).await;
        for number in 0..3 {
            reachable(&t, &format!("Person {number}"), &format!("+91 98765 4321{number}")).await;
        }
        let path = written(&t, offer("{{ first_name }}, mangoes are in {{ city }}.")).await;
        act(&t, &path, "freeze").await.expect(202);
        t.settle().await;
        assert!(show(&t, &path).await.get("cost").is_none(), "no price is said");
        t.put("/api/v1/settings", json!({"channels.whatsapp_prices": {"currency": "INR", "marketing": 8_631}})).await.expect(200);
        let cost = show(&t, &path).await["cost"].clone();
        assert_eq!((&cost["whole"], &cost["spent"]), (&json!({"minor": 259, "currency": "INR"}), &json!({"minor": 0, "currency": "INR"})));
        let browser = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await;
        assert!(browser.get(&t, &path.replace("/api/v1", "/admin")).await.text.contains("2.59"));
        act(&t, &path, "send").await.expect(202);
        t.settle().await;
        let sent = t.sim().meta().sent();
        t.sim().meta().fail(sent[0].message_id.as_deref().unwrap(), 131_049);
        t.sim().meta().status(sent[1].message_id.as_deref().unwrap(), sim::Status::Read);
        t.settle().await;
        let done = show(&t, &path).await;
        assert_eq!(counted(&done, "stands", "failed"), 1);
        assert_eq!(done["cost"]["spent"], json!({"minor": 173, "currency": "INR"}));
    }

    async fn what_cannot_be_checked_is_let_through_and_said(t: TestApp) {
        agreed(&t).await;
        reachable(&t, "Asha Rao", "+91 98765 43210").await;
        let path = written(&t, offer("{{ first_name }}")).await;
        let browser = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await;
        let page = browser.get(&t, &path.replace("/api/v1", "/admin")).await;
        assert!(page.text.contains("could not be checked"), "{}", page.text);
        act(&t, &path, "freeze").await.expect(202);
    }

    async fn approved_templates_are_offered_where_one_is_written(t: TestApp) {
        by_meta(&t).await;
        t.sim().meta().judge_template(None, "churn_risk", "en", "PAUSED");
        t.settle().await;
        let page = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await.get(&t, "/admin/campaigns/new").await.text;
        assert!(page.contains("<option value=\"mangoes\">") && !page.contains("<option value=\"churn_risk\">"), "{page}");
    }
}
