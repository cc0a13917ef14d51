//! Files of people: understood, looked at, taken in, and taken in again.

use serde_json::{Value, json};
use std::fmt::Write;
use testkit::TestApp;

const IMPORTS: &str = "/api/v1/contact-imports";

/// A file of so many people, each called by a word.
fn csv(people: usize, word: &str) -> String {
    let mut text = "Name,Mobile no.,E-mail,City,Tags\n".to_owned();
    for n in 0..people {
        writeln!(text, "{word} {n},98765 {n:05},p{n}@Example.com,\"Pune, {}\",vip;{word}", n % 7).unwrap();
    }
    text
}

async fn upload(t: &TestApp, body: impl Into<Vec<u8>>) -> Value {
    let request = t.request("POST", &format!("{IMPORTS}?name=people.csv")).bearer_auth(t.key()).body(body.into());
    t.send(request).await.expect(201)
}

async fn start(t: &TestApp, import: &Value, how: Value) -> Value {
    let path = format!("{IMPORTS}/{}", import["id"].as_str().unwrap());
    t.post(&format!("{path}/start"), how).await.expect(202);
    t.settle().await;
    t.get(&path).await.expect(200)
}

fn counts(import: &Value) -> Vec<i64> {
    ["new", "changed", "same", "refused"].iter().map(|name| import[name].as_i64().unwrap()).collect()
}

async fn take(t: &TestApp, text: &str, more: Value) -> Value {
    let import = upload(t, text).await;
    let mut how = json!({"wins": "file", "consent": "none"});
    how.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
    start(t, &import, how).await
}

/// Everything that the tenant has, without what is about the import itself.
async fn without_imports(t: &TestApp) -> testkit::Holdings {
    let mut all = t.db().holdings(t.tenant()).await;
    let own = [
        "contact_imports",
        "contact_import_pages",
        "contact_import_refused",
        "contact_import_differences",
        "journal",
        "journal_heads",
        "timers",
        "journal_seals",
        "api_keys",
        "usage_counts",
        "usage_zones",
        "idempotency_keys",
    ];
    for own in own {
        all.remove(own);
    }
    all
}

testkit::both_apps! {
    async fn a_file_is_looked_at_taken_in_and_changes_nobody_again(t: TestApp) {
        let import = upload(&t, csv(4_500, "Asha")).await;
        let says: Vec<&str> = import["columns"].as_array().unwrap().iter().map(|column| column["says"].as_str().unwrap()).collect();
        assert_eq!((import["state"].as_str(), says), (Some("ready"), vec!["name", "phone", "email", "attribute", "tags"]));
        let before = without_imports(&t).await;
        let looked = start(&t, &import, json!({"dry": true, "wins": "file", "consent": "none"})).await;
        assert_eq!((looked["state"].as_str(), counts(&looked)), (Some("looked"), vec![4_500, 0, 0, 0]), "{looked}");
        let after = without_imports(&t).await;
        let changed: Vec<&String> = before.iter().zip(&after).filter(|(before, after)| before != after).map(|((name, _), _)| name).collect();
        assert_eq!(changed, Vec::<&String>::new(), "looking writes nothing but about itself");
        let list = t.post("/api/v1/lists", json!({"name": "From the fair"})).await.expect(201);
        let done = start(&t, &import, json!({"wins": "file", "consent": "none", "list_id": list["id"], "tags": ["Fair"]})).await;
        assert_eq!((done["state"].as_str(), counts(&done)), (Some("done"), vec![4_500, 0, 0, 0]), "{done}");
        let path = format!("/api/v1/lists/{}", list["id"].as_str().unwrap());
        assert_eq!(t.get(&path).await.expect(200)["contacts"], 4_500);
        let tags = json!([{"tag": "asha", "contacts": 4_500}, {"tag": "fair", "contacts": 4_500}, {"tag": "vip", "contacts": 4_500}]);
        assert_eq!(t.get("/api/v1/tags").await.expect(200)["data"], tags);
        let one = t.get("/api/v1/contacts?phone=9876500017").await.expect(200)["data"][0].clone();
        assert_eq!((one["name"].as_str(), one["email"].as_str(), &one["attributes"]["City"]), (Some("Asha 17"), Some("p17@example.com"), &json!("Pune, 3")));
        let known = without_imports(&t).await;
        let again = take(&t, &csv(4_500, "Asha"), json!({"list_id": list["id"], "tags": ["fair"]})).await;
        assert_eq!(counts(&again), [0, 0, 4_500, 0]);
        assert!(known == without_imports(&t).await, "the same file again changes nothing");
        assert_eq!(t.post(&format!("{IMPORTS}/{}/start", import["id"].as_str().unwrap()), json!({"wins": "file", "consent": "none"})).await.status, 409);
        let shown = t.get("/admin/contacts/imports").await;
        assert!(shown.status == 200 && shown.text.contains("people.csv"), "{}", shown.text);
    }

    async fn the_file_wins_or_adds(t: TestApp) {
        take(&t, "name,mobile,city\nAsha,9876543210,Pune\n", json!({})).await;
        let adds = "name,mobile,email,city,floor\nAsha Rao,9876543210,asha@example.com,Delhi,3\n";
        let stays = take(&t, adds, json!({"wins": "known"})).await;
        assert_eq!(counts(&stays), [0, 1, 0, 0]);
        let mut fields: Vec<&str> =
            stays["differences"][0]["changes"].as_array().unwrap().iter().map(|change| change["field"].as_str().unwrap()).collect();
        fields.sort_unstable();
        assert_eq!(fields, ["attributes.floor", "email"]);
        assert_eq!(counts(&take(&t, adds, json!({"wins": "known"})).await), [0, 0, 1, 0]);
        let wins = take(&t, adds, json!({})).await;
        assert_eq!(counts(&wins), [0, 1, 0, 0]);
        let asha = t.get("/api/v1/contacts?phone=9876543210").await.expect(200)["data"][0].clone();
        assert_eq!((asha["name"].as_str(), &asha["attributes"]), (Some("Asha Rao"), &json!({"city": "Delhi", "floor": "3"})));
        // Two people share a mailbox, and one person has two lines.
        let shared = "name,mobile,email\nRavi,9876500001,home@example.com\nMeera,9876500002,home@example.com\n,9876500001,\n";
        assert_eq!(counts(&take(&t, shared, json!({})).await), [2, 0, 1, 0]);
        assert_eq!(counts(&take(&t, shared, json!({})).await), [0, 0, 3, 0]);
    }

    async fn what_cannot_be_kept_is_left_out_line_by_line(t: TestApp) {
        let text = "name,phone,email\nAsha,12,\nRavi,9876543210,\n\n\"Mee\nra\",,meera@example.com\n=cmd,,\nKiran,,kiran@\n";
        let done = take(&t, text, json!({})).await;
        assert_eq!(counts(&done), [1, 0, 0, 4]);
        let path = format!("{IMPORTS}/{}", done["id"].as_str().unwrap());
        let file = t.get(&format!("{path}/refused")).await.text;
        let lines: Vec<&str> = file.split("\r\n").collect();
        assert!(lines[0] == "line,reason,name,phone,email" && lines[1].starts_with("2,phone: a phone number"), "{file}");
        assert!(file.contains("\r\n5,\"name: ") && file.contains("\r\n7,phone: ") && file.contains("\r\n8,email: "), "{file}");
        let shown = t.get(&format!("/admin/contacts/imports/{}", done["id"].as_str().unwrap())).await;
        assert!(shown.status == 200 && shown.text.contains("What is left out"), "{}", shown.text);
        for text in ["", "name,phone\n", "name,\"phone\nAsha"] {
            let request = t.request("POST", IMPORTS).bearer_auth(t.key()).body(text);
            assert_eq!(t.send(request).await.expect(422)["code"], "import_unreadable", "{text:?}");
        }
    }

    async fn what_must_be_said_is_asked_for(t: TestApp) {
        let import = upload(&t, "name,phone\nAsha,9876543210\n").await;
        let path = format!("{IMPORTS}/{}/start", import["id"].as_str().unwrap());
        let table = [
            (json!({"wins": "file", "consent": "unsaid"}), "consent"),
            (json!({"wins": "file"}), "body"),
            (json!({"wins": "file", "consent": "given"}), "consent_source"),
            (json!({"wins": "file", "consent": "none", "columns": ["name"]}), "columns"),
            (json!({"wins": "file", "consent": "none", "columns": ["name", "attribute"]}), "columns"),
            (json!({"wins": "file", "consent": "none", "list_id": "lst_01h2xcejqtf2nbrexx3vqjhp41"}), "list_id"),
            (json!({"wins": "file", "consent": "none", "tags": ["a,b"]}), "tag"),
        ];
        for (how, field) in table {
            assert_eq!(t.post(&path, how.clone()).await.expect(422)["errors"][0]["field"], field, "{how}");
        }
        let given = json!({"wins": "file", "consent": "given", "consent_source": "paper form, 2026"});
        let done = start(&t, &import, given).await;
        assert_eq!((done["consent"].as_str(), done["consent_source"].as_str()), (Some("given"), Some("paper form, 2026")));
        let other = t.another_tenant("Second").await.1;
        let theirs = t.send(t.request("GET", &format!("{IMPORTS}/{}", import["id"].as_str().unwrap())).bearer_auth(&other)).await;
        theirs.expect(404);
    }

    async fn it_is_paused_goes_on_and_is_cancelled(t: TestApp) {
        let import = upload(&t, csv(10, "Asha")).await;
        let path = format!("{IMPORTS}/{}", import["id"].as_str().unwrap());
        let act = |act: &str| { let (t, path) = (t.clone(), format!("{path}/{act}")); async move { t.post(&path, json!({})).await } };
        act("pause").await.expect(409);
        t.post(&format!("{path}/start"), json!({"wins": "file", "consent": "none"})).await.expect(202);
        // Either it was quicker than the pause, or it waits.
        if act("pause").await.status == 200 {
            t.settle().await;
            assert_eq!(t.get(&path).await.expect(200)["state"], "paused");
            act("resume").await.expect(200);
        }
        t.settle().await;
        assert_eq!(t.get(&path).await.expect(200)["state"], "done");
        let second = upload(&t, csv(10, "Ravi")).await;
        let path = format!("{IMPORTS}/{}", second["id"].as_str().unwrap());
        t.post(&format!("{path}/cancel"), json!({})).await.expect(200);
        t.post(&format!("{path}/cancel"), json!({})).await.expect(409);
        let third = upload(&t, csv(10, "Meera")).await;
        t.advance(std::time::Duration::from_secs(90_000)).await;
        let path = format!("{IMPORTS}/{}", third["id"].as_str().unwrap());
        assert_eq!(t.get(&path).await.expect(200)["state"], "stopped");
        assert_eq!(t.db().holdings(t.tenant()).await["contact_import_pages"].0, 0);
    }
}
