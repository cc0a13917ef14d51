//! What the tests of this slice have in common: a file, a product, a buyer who pays.

use reqwest::header::HeaderMap;
use serde_json::json;
use testkit::{Reply, TestApp};

/// So many bytes that are no text and repeat nowhere near.
pub fn bytes(count: u32) -> Vec<u8> {
    (0..count).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

/// Sends a file as the body itself.
pub async fn upload(t: &TestApp, name: &str, kind: &str, content: Vec<u8>) -> Reply {
    let request = t.request("POST", "/api/v1/files").query(&[("name", name)]).bearer_auth(t.key()).header("content-type", kind);
    t.send(request.body(content)).await
}

/// Makes a product come with a file of these bytes; gives the file's id.
pub async fn sell(t: &TestApp, product: &str, name: &str, content: Vec<u8>) -> String {
    let file = upload(t, name, "application/pdf", content).await.expect(201);
    t.put(&format!("/api/v1/products/{product}/file"), json!({"file_id": file["id"]})).await.expect(200);
    file["id"].as_str().unwrap().to_owned()
}

/// Somebody buys a product and pays; gives the order's id.
pub async fn paid(t: &TestApp, product: &str) -> String {
    let body = json!({"amount": 99, "product": product, "customer": {"phone": "+919876543210"}});
    let order = t.post("/create_order", body).await.expect(201);
    t.sim().razorpay().pay(order["id"].as_str().unwrap(), sim::Method::Upi).unwrap();
    t.settle().await;
    order["order_id"].as_str().unwrap().to_owned()
}

/// The token of a fresh link on the order's page.
pub async fn token_of(t: &TestApp, order: &str) -> String {
    let seen = t.get(&format!("/order/{order}")).await.expect(200);
    let url = seen["download_url"].as_str().unwrap_or_else(|| panic!("no link: {seen}"));
    url.split_once("token=").unwrap().1.to_owned()
}

/// Asks for bytes.
pub async fn fetch(t: &TestApp, method: &str, path: &str, headers: &[(&str, &str)]) -> (u16, HeaderMap, Vec<u8>) {
    let request = headers.iter().fold(t.request(method, path), |request, (name, value)| request.header(*name, *value));
    t.meanwhile(async {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        (status, headers, response.bytes().await.unwrap().to_vec())
    })
    .await
}

/// Asks for a page as a browser does.
pub async fn get_as(t: &TestApp, path: &str, accept: &str) -> Reply {
    t.send(t.request("GET", path).header("accept", accept)).await
}

/// Every file in the folder where bytes are kept.
pub fn files_kept(t: &TestApp) -> Vec<String> {
    fn walk(folder: &std::path::Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.path() {
                path if path.is_dir() => walk(&path, found),
                path => found.push(path.display().to_string()),
            }
        }
    }
    let mut found = Vec::new();
    walk(&t.folder().join("files"), &mut found);
    found.sort();
    found
}
