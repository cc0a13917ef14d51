//! Promise 16, as far as it is about campaigns: one thing to some, another to others, nothing to a few.

use super::{act, counted, mail, people, person, show, with, written};
use serde_json::{Value, json};

/// Makes an experiment of a holdout and two texts; gives its id.
async fn experiment(t: &testkit::TestApp) -> String {
    let variants = json!([{"name": "Nothing", "holdout": true}, {"name": "A"}, {"name": "B"}]);
    let asked = json!({"name": "Words", "subject": "campaign", "goal": "order.placed", "minimum": 20, "variants": variants});
    t.post("/api/v1/experiments", asked).await.expect(201)["id"].as_str().unwrap().to_owned()
}

fn texts(subject: &str) -> Value {
    json!([{"channel": "email", "content": {"subject": subject, "body": "Hello {{ name }}"}}])
}

testkit::both_apps! {
    async fn promise_16_each_gets_the_text_of_their_variant_and_a_holdout_none(t: TestApp) {
        people(&t, 30).await;
        person(&t, "", json!({"email": "nameless@example.com"})).await;
        let experiment = experiment(&t).await;
        let path = written(&t, with(mail("Mangoes are in."), json!({"per_second": 7}))).await;
        let compared = json!({"experiment_id": experiment, "variants": [{"name": "B", "contents": texts("The king of fruits")}]});
        assert_eq!(t.put(&format!("{path}/experiment"), compared).await.expect(200)["variants"][0]["name"], "B");
        assert_eq!(act(&t, &path, "send").await.expect(409)["code"], "experiment_state", "it has not begun");
        act(&t, &format!("/api/v1/experiments/{experiment}"), "start").await.expect(200);
        assert_eq!(act(&t, &path, "freeze").await.status, 202);
        t.settle().await;
        let of = |shown: &Value, place: usize| shown["variants"][place]["exposed"].as_i64().unwrap();
        let shown = t.get(&format!("/api/v1/experiments/{experiment}")).await.expect(200);
        assert!((0..3).all(|place| of(&shown, place) == 0), "nobody meets anything before it is written to them: {shown}");
        assert_eq!(act(&t, &path, "send").await.status, 202);
        t.settle().await;
        t.advance(std::time::Duration::from_secs(60)).await;
        let done = show(&t, &path).await;
        let shown = t.get(&format!("/api/v1/experiments/{experiment}")).await.expect(200);
        assert_eq!((done["state"].as_str(), (0..3).map(|place| of(&shown, place)).sum::<i64>()), (Some("done"), 30), "{shown}");
        let file = t.get(&format!("{path}/recipients/export")).await.text;
        let named = |number: usize| file.lines().find(|line| line.contains(&format!(",p{number}@example.com,"))).unwrap().rsplit(',').next().unwrap();
        let left_out = file.lines().find(|line| line.contains(",excluded,missing_variable,")).unwrap();
        assert!(file.lines().next().unwrap().ends_with(",variant") && left_out.ends_with(','), "whoever is left out met nothing: {file}");
        let mut got = [0, 0, 0];
        for number in 0..30 {
            let mails = t.sim().mailboxes().mails_to(&format!("p{number}@example.com"));
            let place = match mails.iter().map(|mail| mail.subject.as_str()).collect::<Vec<_>>()[..] {
                [] => 0,
                ["Mangoes"] => 1,
                ["The king of fruits"] => 2,
                ref other => panic!("{other:?}"),
            };
            assert_eq!(named(number), ["Nothing", "A", "B"][place], "{number}");
            got[place] += 1;
        }
        assert_eq!(got, [of(&shown, 0), of(&shown, 1), of(&shown, 2)]);
        assert!(got.iter().all(|many| *many > 0), "{got:?}");
        assert_eq!((counted(&done, "audience", "holdout"), done["messages"].as_i64()), (got[0], Some(30 - got[0])));
        let out = t.get(&format!("{path}/recipients?state=excluded&reason=holdout&limit=200")).await.expect(200);
        assert_eq!(i64::try_from(out["data"].as_array().unwrap().len()).unwrap(), got[0]);
        assert_eq!(counted(&done, "audience", "missing_variable"), 1, "whoever one of the texts cannot be written to gets none of them");
        assert_eq!(campaigns::check(t.db()).await.unwrap(), Vec::<String>::new());
        assert_eq!(experiments::check(t.db()).await.unwrap(), Vec::<String>::new());
        let office = testkit::Browser::signed_in(&t, testkit::ADMIN.0, testkit::ADMIN.1).await;
        let page = office.get(&t, &path.replace("/api/v1", "/admin")).await.text;
        assert!(page.contains("By the experiment") && page.contains("The king of fruits") && page.contains("Held back by the experiment"), "{page}");
    }

    async fn what_does_not_fit_an_experiment_is_named(t: TestApp) {
        let experiment = experiment(&t).await;
        let path = written(&t, mail("Mangoes are in.")).await;
        let here = format!("{path}/experiment");
        t.get(&here).await.expect(404);
        let refused = async |variants: Value| {
            let wrong = t.put(&here, json!({"experiment_id": experiment, "variants": variants})).await.expect(422);
            wrong["errors"][0]["field"].as_str().unwrap().to_owned()
        };
        assert_eq!(refused(json!([{"name": "C", "contents": texts("x")}])).await, "variants[0].name");
        assert_eq!(refused(json!([{"name": "Nothing", "contents": texts("x")}])).await, "variants[0].name");
        assert_eq!(refused(json!([{"name": "B", "contents": []}])).await, "variants[0].contents");
        assert_eq!(refused(json!([{"name": "B", "contents": texts("")}])).await, "variants[0].contents");
        let nowhere = json!({"experiment_id": "exp_01h2xcejqtf2nbrexx3vqjhp41", "variants": []});
        assert_eq!(t.put(&here, nowhere).await.expect(422)["errors"][0]["field"], "experiment_id");
        t.put(&here, json!({"experiment_id": experiment, "variants": []})).await.expect(200);
        t.send(t.request("DELETE", &here).bearer_auth(t.key())).await.expect(204);
        t.get(&here).await.expect(404);
        assert_eq!(act(&t, &path, "freeze").await.status, 202, "it says the same to everybody again");
    }
}
