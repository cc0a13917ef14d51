//! A channel is tried out, and put in order.

use channels::{OrderProviders, Provider};
use facts::messages::Channel;
use serde_json::json;

fn test(channel: &str) -> String {
    format!("/api/v1/channels/{channel}/test")
}

testkit::both_apps! {
    async fn a_test_goes_the_ordinary_way_and_once(t: TestApp) {
        let to = json!({"to": "98765 43210"});
        let sent = t.post_keyed(&test("sms"), "k", to.clone()).await.expect(202);
        assert_eq!(t.post_keyed(&test("sms"), "k", to).await.expect(202), sent);
        t.settle().await;
        assert_eq!(t.sim().twilio().sent().len(), 1);
        let message = messages::message(&mut t.db().read_main(t.tenant()), sent["id"].as_str().unwrap().parse().unwrap()).await.unwrap().unwrap();
        assert_eq!((message.state.as_str(), message.source.as_str(), message.body.as_str()), ("sent", "test", "This is a test of SMS. If you can read it, it works."));
        for (channel, wrong) in [("email", "asha"), ("sms", ""), ("push", "dev_1")] {
            assert_eq!(t.post(&test(channel), json!({"to": wrong})).await.expect(422)["errors"][0]["field"], "to", "{channel}");
        }
        assert_eq!(t.post(&test("fax"), json!({"to": "1"})).await.status, 404);
        let (_, other) = t.another_tenant("Second").await;
        let nobody = t.send(t.request("POST", &test("email")).bearer_auth(&other).json(&json!({"to": "asha@example.com"}))).await;
        assert_eq!(nobody.expect(409)["code"], "channel_not_set_up");
    }

    async fn who_is_asked_first_can_be_said(t: TestApp) {
        let run = |order: Vec<Provider>| { let t = t.clone(); async move { t.db().run(&t.who(), OrderProviders(order)).await } };
        run(vec![Provider::Gateway, Provider::Meta]).await.unwrap();
        assert_eq!(t.get("/api/v1/settings").await.expect(200)["channels.whatsapp"], json!(["gateway", "meta"]));
        for wrong in [vec![Provider::Meta, Provider::Meta], vec![Provider::Smtp]] {
            assert_eq!(run(wrong).await.unwrap_err().fields()[0].field, "order");
        }
        let out = t.app().extra::<channels::Channels>().unwrap();
        let set_up = out.set_up(t.tenant(), Channel::Whatsapp).await.unwrap();
        assert_eq!(set_up, [Provider::Myoperator], "those with an account alone");
        let shown = t.get("/admin/messages/channels").await;
        assert!(shown.status == 200 && shown.text.contains("4 of 4 channels are set up."), "{}", shown.text);
    }
}
