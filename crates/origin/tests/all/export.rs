//! Everything of a tenant as a file: all of its rows, none of anybody else's, and nothing that is secret.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use facts::TenantId;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use store::export::Declared;
use testkit::{ADMIN, Browser, Reply, TestApp};
use web::AllTold;

const OPERATOR: &str = "a-token-for-tests-long-enough";

/// The files of an export, by name.
async fn export(t: &TestApp, tenant: TenantId, token: &str) -> BTreeMap<String, String> {
    let request = t.request("GET", &format!("/api/v1/tenants/{tenant}/export")).bearer_auth(token);
    let bytes = t
        .meanwhile(async {
            let response = request.send().await.unwrap();
            assert_eq!(response.status(), 200);
            assert_eq!(response.headers()["content-type"], "application/zip");
            response.bytes().await.unwrap()
        })
        .await;
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files = BTreeMap::new();
    for at in 0..zip.len() {
        let mut entry = zip.by_index(at).unwrap();
        let mut text = String::new();
        entry.read_to_string(&mut text).unwrap();
        files.insert(entry.name().to_owned(), text);
    }
    files
}

fn rows(files: &BTreeMap<String, String>, table: &str) -> Vec<Value> {
    files[&format!("{table}.jsonl")].lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

async fn refused(t: &TestApp, tenant: TenantId, token: &str) -> Reply {
    t.send(t.request("GET", &format!("/api/v1/tenants/{tenant}/export")).bearer_auth(token)).await
}

async fn place_order(t: &TestApp, key: &str) -> String {
    let customer = json!({"name": "Asha Krishnan", "phone": "98765 43210", "email": "asha@example.com"});
    let body = json!({"amount": 99, "product": "starter", "customer": customer});
    let placed = t.send(t.request("POST", "/create_order").header("idempotency-key", key).json(&body)).await.expect(201);
    placed["id"].as_str().unwrap().to_owned()
}

testkit::both_apps! {
    async fn every_column_that_sounds_secret_is_told_to_be_or_not(t: TestApp) {
        let all = t.app().extra::<AllTold>().unwrap();
        let told = all.told.clone();
        let mut picture = t.db().picture(t.tenant()).await.unwrap();
        let shapes = picture.tables(&all.declared).await.unwrap();
        assert!(shapes.len() > 30, "the tables were not found");
        let mut untold = Vec::new();
        for shape in &shapes {
            let of = |name: &str| told.iter().filter(|told| told.table == shape.name).filter(|told| told.secret.contains(&name) || told.plain.contains(&name)).count();
            for column in &shape.columns {
                match of(&column.name) {
                    0 if shape.must_be_told(column) => untold.push(format!("{}.{} is neither secret nor plain", shape.name, column.name)),
                    0 | 1 => {}
                    _ => untold.push(format!("{}.{} is told twice", shape.name, column.name)),
                }
            }
        }
        for told in &told {
            let shape = shapes.iter().find(|shape| shape.name == told.table);
            for name in told.secret.iter().chain(told.plain) {
                if !shape.is_some_and(|shape| shape.columns.iter().any(|column| column.name == *name)) {
                    untold.push(format!("{}.{name} is told and is not there", told.table));
                }
            }
        }
        // What the database itself says is the same, where it can say: PostgreSQL keeps each type, and SQLite the plain ones.
        for shape in picture.tables(&Declared::default()).await.unwrap() {
            for column in &shape.columns {
                let meant = all.declared.get(&shape.name, &column.name).unwrap_or("nothing").replace("double", "double precision");
                let kept = column.declared.to_lowercase();
                let same = kept == meant || matches!((kept.as_str(), meant.as_str()), ("blob", "uuid" | "bytea") | ("text", "jsonb") | ("integer", "bigint") | ("double", _));
                assert!(same, "{}.{} is {kept}, and was declared {meant}", shape.name, column.name);
            }
        }
        assert!(untold.is_empty(), "tell in the slice's `told`:\n{}", untold.join("\n"));
    }

    async fn an_owner_takes_everything_along_and_nothing_secret(t: TestApp) {
        let order = place_order(&t, "k-1").await;
        t.sim().razorpay().pay(&order, sim::Method::Upi).unwrap();
        t.settle().await;
        let path = format!("/api/v1/tenants/{}/api-keys", t.tenant());
        let made = t.post(&path, json!({"name": "till", "role": "viewer"})).await.expect(201)["key"].as_str().unwrap().to_owned();
        let browser = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await;
        let (other, other_key) = t.another_tenant("Tea House").await;
        t.settle().await;
        let files = export(&t, t.tenant(), t.key()).await;
        assert_eq!(rows(&files, "orders").len(), 1);
        assert_eq!(rows(&files, "orders")[0]["customer_name"], "Asha Krishnan");
        assert_eq!(rows(&files, "payments")[0]["amount_minor"], 9900);
        assert_eq!(rows(&files, "people")[0]["username"], ADMIN.0);
        assert!(rows(&files, "journal").last().unwrap()["body"].is_object());
        let at = rows(&files, "orders")[0]["created_at"].as_str().unwrap().to_owned();
        assert!(at.ends_with('Z') && at.contains('T'), "{at}");
        assert!(files["README.txt"].contains("1  orders.jsonl"), "{}", files["README.txt"]);
        let counted: usize = files.iter().filter(|(name, _)| name.ends_with(".jsonl")).map(|(_, text)| text.lines().count()).sum();
        assert!(files["README.txt"].contains(&format!("{counted} rows in")), "{}", files["README.txt"]);
        let session = browser.cookie.split('=').nth(1).unwrap();
        let hash = |text: &str| store::secret::sha256(text);
        for secret in [t.key(), &made, &hash(t.key()), &hash(&made), session, &hash(session), "$argon2", &other_key, &other.to_string(), "Tea House"] {
            for (name, text) in &files {
                assert!(!text.contains(secret), "{secret} is in {name}");
            }
        }
        for (name, text) in files.iter().filter(|(name, _)| *name != "people.jsonl" && name.ends_with(".jsonl")) {
            let own = facts::Id::uuid(t.tenant()).to_string();
            assert!(text.lines().all(|line| line.contains(&own)), "{name} has a row of somebody else's");
        }
        let trail = t.get("/api/v1/audit?kind=tenant.exported").await.expect(200);
        assert_eq!(trail["data"].as_array().unwrap().len(), 1);
        let page = browser.get(&t, "/admin/tenants").await;
        assert!(page.text.contains(&format!("/api/v1/tenants/{}/export", t.tenant())), "{}", page.text);
    }

    async fn nobody_but_an_owner_and_only_the_own(t: TestApp) {
        let (other, _) = t.another_tenant("Tea House").await;
        assert_eq!(refused(&t, other, t.key()).await.status, 404);
        let path = format!("/api/v1/tenants/{}/api-keys", t.tenant());
        let admin = t.post(&path, json!({"name": "till", "role": "admin"})).await.expect(201)["key"].as_str().unwrap().to_owned();
        assert_eq!(refused(&t, t.tenant(), &admin).await.status, 403);
        assert_eq!(export(&t, other, OPERATOR).await.len(), export(&t, t.tenant(), t.key()).await.len());
        let trail = t.get("/api/v1/audit?kind=tenant.exported").await.expect(200);
        assert_eq!(trail["data"].as_array().unwrap().len(), 1, "what was refused is not noted");
    }

    async fn suspended_and_closed_the_way_out_stays_open(t: TestApp) {
        let (tenant, key) = t.another_tenant("Tea House").await;
        let path = format!("/api/v1/tenants/{tenant}");
        let ask = |method, path: String, token: String, body| { let t = &t; async move { t.send(t.request(method, &path).bearer_auth(token).json(&body)).await } };
        ask("POST", format!("{path}/suspend"), OPERATOR.into(), json!({"reason": "unpaid"})).await.expect(200);
        assert_eq!(ask("GET", path.clone(), key.clone(), json!(null)).await.status, 403);
        assert_eq!(rows(&export(&t, tenant, &key).await, "tenants")[0]["state"], "suspended");
        ask("POST", format!("{path}/resume"), OPERATOR.into(), json!({})).await.expect(200);
        ask("POST", format!("{path}/close"), key.clone(), json!({"slug": "tea-house"})).await.expect(200);
        assert_eq!(rows(&export(&t, tenant, &key).await, "tenants")[0]["state"], "closing");
        let browser = Browser::signed_in(&t, "tea.house@example.com", "another-long-password").await;
        assert_eq!(browser.get(&t, &format!("{path}/export")).await.status, 200);
    }

    async fn fifteen_a_minute(t: TestApp) {
        for _ in 0..15 {
            export(&t, t.tenant(), t.key()).await;
        }
        let sixteenth = refused(&t, t.tenant(), t.key()).await;
        assert!(sixteenth.status == 429 && sixteenth.header("retry-after").is_some(), "{}", sixteenth.text);
    }
}
