//! Templates at Meta's, and files.

use crate::street::{client, start};
use serde_json::{Value, json};
use sim::Sim;

async fn call(sim: &Sim, method: reqwest::Method, path: &str, body: Option<&Value>) -> (u16, Value) {
    let mut request = client().request(method, format!("{}{path}", sim.meta_url())).bearer_auth("EAAsimulated");
    if let Some(body) = body {
        request = request.json(body);
    }
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

const ACCOUNT: &str = "/102290129340398/message_templates";

#[tokio::test]
async fn templates_are_listed_in_pages() {
    let (sim, _) = start().await;
    let (mut names, mut path) = (Vec::new(), format!("{ACCOUNT}?limit=4"));
    loop {
        let (status, page) = call(&sim, reqwest::Method::GET, &path, None).await;
        assert_eq!(status, 200);
        names.extend(page["data"].as_array().unwrap().iter().map(|template| template["name"].as_str().unwrap().to_owned()));
        let Some(next) = page["paging"]["next"].as_str() else { break };
        path = next.strip_prefix(&sim.meta_url()).unwrap().to_owned();
    }
    assert_eq!(names.len(), sim.meta().templates(None).len());
    let (_, page) = call(&sim, reqwest::Method::GET, &format!("{ACCOUNT}?name=hello_world"), None).await;
    assert_eq!((&page["data"][0]["status"], &page["data"][0]["language"]), (&json!("APPROVED"), &json!("en_US")));
}

#[tokio::test]
async fn a_list_is_as_strict_as_graphs() {
    let (sim, _) = start().await;
    for (query, code) in [("?fields=name,moon", 100), ("?limit=0", 100), ("?limit=1&after=x", 100)] {
        let (status, refused) = call(&sim, reqwest::Method::GET, &format!("{ACCOUNT}{query}"), None).await;
        assert_eq!((status, &refused["error"]["code"]), (400, &json!(code)), "{query}");
    }
    let (status, _) = call(&sim, reqwest::Method::GET, "/1/message_templates", None).await;
    assert_eq!(status, 400);
    let bare = client().get(format!("{}{ACCOUNT}", sim.meta_url())).send().await.unwrap();
    assert_eq!(bare.status(), 401);
    let (_, page) = call(&sim, reqwest::Method::GET, &format!("{ACCOUNT}?fields=name,quality_score&limit=1"), None).await;
    let fields: Vec<&String> = page["data"][0].as_object().unwrap().keys().collect();
    assert_eq!(fields, ["id", "name", "quality_score"]);
    assert_eq!(page["data"][0]["quality_score"], json!({"score": "UNKNOWN"}));
}

#[tokio::test]
async fn what_is_thought_of_a_template_is_told() {
    let (sim, shop) = start().await;
    sim.meta().put_template(None, "mangoes", "en", "MARKETING", "{{name}}, mangoes are in.");
    assert!(sim.meta().rate_template(None, "mangoes", "en", "RED") && sim.meta().sort_template(None, "mangoes", "en", "UTILITY"));
    assert!(!sim.meta().rate_template(None, "nobody_knows", "en", "RED"));
    sim.quiet().await;
    let mut told: Vec<String> = shop.events().iter().map(|event| event["entry"][0]["changes"][0]["field"].to_string()).collect();
    told.sort();
    assert_eq!(told, ["\"message_template_quality_update\"", "\"template_category_update\""]);
    sim.meta().drop_template(None, "mangoes");
    assert!(sim.meta().templates(None).iter().all(|one| one.name != "mangoes"));
}

#[tokio::test]
async fn a_new_template_waits_for_its_approval() {
    let (sim, shop) = start().await;
    let text = json!({"type": "BODY", "text": "Hi {{1}}", "example": {"body_text": [["Asha"]]}});
    let new = json!({"name": "greeting", "language": "en", "category": "MARKETING", "components": [text]});
    let (status, made) = call(&sim, reqwest::Method::POST, ACCOUNT, Some(&new)).await;
    assert_eq!((status, &made["status"]), (200, &json!("PENDING")));
    assert_eq!(call(&sim, reqwest::Method::POST, ACCOUNT, Some(&new)).await.0, 400, "it is there already");
    let message = json!({
        "messaging_product": "whatsapp", "to": "919876543210", "type": "template",
        "template": {"name": "greeting", "language": {"code": "en"}, "components": [{"type": "body", "parameters": [{"type": "text", "text": "Asha"}]}]},
    });
    let (_, refused) = call(&sim, reqwest::Method::POST, "/106540352242922/messages", Some(&message)).await;
    assert_eq!(refused["error"]["code"], 132_001);
    assert!(sim.meta().judge_template(None, "greeting", "en", "APPROVED"));
    assert_eq!(call(&sim, reqwest::Method::POST, "/106540352242922/messages", Some(&message)).await.0, 200);
    sim.meta().judge_template(None, "greeting", "en", "PAUSED");
    let (_, refused) = call(&sim, reqwest::Method::POST, "/106540352242922/messages", Some(&message)).await;
    assert_eq!(refused["error"]["code"], 132_015);
    sim.quiet().await;
    let mut told: Vec<Value> = shop.events().iter().map(|event| event["entry"][0]["changes"][0]["value"]["event"].clone()).collect();
    told.sort_by_key(Value::to_string);
    assert_eq!(told, [json!("APPROVED"), json!("PAUSED")]);
}

#[tokio::test]
async fn a_template_that_is_none_is_refused() {
    let (sim, _) = start().await;
    let body = |text: &str| json!([{"type": "BODY", "text": text}]);
    for (name, category, components) in [
        ("Capital", "UTILITY", body("x")),
        ("fine", "OTHER", body("x")),
        ("fine", "UTILITY", json!([])),
        ("fine", "UTILITY", body("")),
        ("fine", "UTILITY", body("Hi {{1}}")),
    ] {
        let new = json!({"name": name, "language": "en", "category": category, "components": components});
        let (status, answer) = call(&sim, reqwest::Method::POST, ACCOUNT, Some(&new)).await;
        assert_eq!((status, &answer["error"]["code"]), (400, &json!(100)), "{new}");
    }
}

#[tokio::test]
async fn a_file_is_uploaded_and_taken_away() {
    let (sim, _) = start().await;
    let upload = async |kind: &str| {
        let boundary = "b0undary";
        let part = |head: &str, body: &str| format!("--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n{body}\r\n");
        let file = format!("name=\"file\"; filename=\"a\"\r\nContent-Type: {kind}");
        let body = part("name=\"messaging_product\"", "whatsapp") + &part(&file, "some bytes") + &format!("--{boundary}--\r\n");
        let request = client().post(format!("{}/106540352242922/media", sim.meta_url())).bearer_auth("EAAsimulated");
        let answer = request.header("content-type", format!("multipart/form-data; boundary={boundary}")).body(body).send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    assert_eq!(upload("application/x-odd").await.0, 400);
    let (status, made) = upload("application/pdf").await;
    assert_eq!(status, 200, "{made}");
    let path = format!("/{}", made["id"].as_str().unwrap());
    let (_, described) = call(&sim, reqwest::Method::GET, &path, None).await;
    assert_eq!((&described["mime_type"], &described["file_size"]), (&json!("application/pdf"), &json!(10)));
    assert_eq!(call(&sim, reqwest::Method::DELETE, &path, None).await.0, 200);
    assert_eq!(call(&sim, reqwest::Method::GET, &path, None).await.0, 400);
}
