//! What stands around every page: each that can be reached by a link is read, and its headers and its HTML are held against
//! the rules. And what a slow sender may cost.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};
use testkit::{ADMIN, Browser, Engine, Reply, TestApp};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Pages at the most; lists lead to things, and things to things.
const MOST: usize = 250;

/// The places of this house that a page leads to.
fn links(page: &Reply) -> Vec<String> {
    let hrefs = page.text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let plain = hrefs.map(|href| href.split('#').next().unwrap_or_default().replace("&amp;", "&"));
    plain.filter(|href| href.starts_with('/') && !href.starts_with("//")).collect()
}

/// One of a kind: `/admin/orders/ord_…` stands for every order, and a query for every other.
fn kind(path: &str) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let part = |part: &str| if part.contains('_') && part.len() > 20 { "{id}".to_owned() } else { part.to_owned() };
    let names: BTreeSet<&str> = query.split('&').filter_map(|pair| pair.split('=').next()).collect();
    format!("{} {}", path.split('/').map(part).collect::<Vec<_>>().join("/"), names.into_iter().collect::<Vec<_>>().join(","))
}

/// What is wrong with an answer.
fn wrong(reply: &Reply, https: bool) -> Vec<String> {
    let mut wrong = Vec::new();
    let header = |name: &str| reply.header(name).unwrap_or_default();
    let mut must = |holds: bool, what: &str| {
        if !holds {
            wrong.push(what.to_owned());
        }
    };
    let policy: BTreeMap<&str, &str> =
        header("content-security-policy").split(';').filter_map(|rule| rule.trim().split_once(' ')).collect();
    must(policy.get("default-src") == Some(&"'self'"), "what is loaded comes from here alone");
    must(!header("content-security-policy").contains("unsafe"), "no script or style within the page, and no eval");
    must(policy.get("object-src") == Some(&"'none'") && policy.get("base-uri") == Some(&"'none'"), "no plug-ins, no other base");
    must(policy.get("frame-ancestors") == Some(&"'none'") && header("x-frame-options") == "DENY", "no frame around it");
    must(policy.contains_key("form-action"), "where forms go is said");
    must(header("x-content-type-options") == "nosniff", "its type is not guessed");
    must(header("referrer-policy") == "strict-origin-when-cross-origin", "others learn no path");
    must(header("permissions-policy").contains("camera=()"), "no camera");
    must(header("cross-origin-opener-policy") == "same-origin", "no other window reaches it");
    must(!header("x-request-id").is_empty(), "it can be asked about");
    must(!header("cache-control").is_empty(), "whether it is kept is said");
    must(header("strict-transport-security").starts_with("max-age=31536000") == https, "HSTS by https, and only then");
    must(reply.header("access-control-allow-credentials").is_none(), "no credentials for other sites");
    must(reply.header("server").is_none() && reply.header("x-powered-by").is_none(), "it does not say what it runs on");
    if header("content-type").starts_with("text/html") {
        let text = reply.text.to_lowercase();
        must(!text.contains(" style=\"") && !text.contains("<style"), "no style within the page");
        must(
            text.split("<script").skip(1).all(|rest| rest.split('>').next().is_some_and(|tag| tag.contains("src="))),
            "no script within the page",
        );
        must(
            [" onclick=", " onload=", " onsubmit=", " onchange=", " onerror=", "javascript:"].iter().all(|inline| !text.contains(inline)),
            "no script in attributes",
        );
    }
    for cookie in reply.headers.iter().filter(|(name, _)| name == "set-cookie").map(|(_, value)| value) {
        must(cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Lax"), "cookies are for us alone");
        must(!https || (cookie.starts_with("__") && cookie.contains("; Secure")), "cookies travel by https alone");
        must(!cookie.starts_with("__Host-") || (cookie.contains("; Path=/;") && !cookie.contains("Domain")), "and to this host");
    }
    wrong
}

/// Follows every link, as somebody who is signed in, and as a stranger.
async fn walk(t: &TestApp, https: bool) -> BTreeSet<String> {
    let browser = Browser::signed_in(t, ADMIN.0, ADMIN.1).await;
    let (mut seen, mut faults) = (BTreeSet::new(), Vec::new());
    let starts = [
        "/",
        "/admin",
        "/admin/login",
        "/docs/",
        "/redoc",
        "/openapi.json",
        "/nowhere",
        "/admin/nowhere",
        "/health",
        "/s/my-shop/",
        "/brand.css",
    ];
    let mut ahead: VecDeque<String> = starts.into_iter().map(str::to_owned).collect();
    while let Some(path) = ahead.pop_front() {
        if seen.len() >= MOST || !seen.insert(kind(&path)) {
            continue;
        }
        for page in [browser.get(t, &path).await, Browser::new().get(t, &path).await] {
            faults.extend(wrong(&page, https).into_iter().map(|what| format!("{path} ({}): {what}", page.status)));
            faults.extend((page.status >= 500).then(|| format!("{path}: {}", page.text)));
            ahead.extend(links(&page));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    seen
}

fn run(body: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap().block_on(body);
}

#[test]
fn every_page_is_closed_to_what_is_not_ours() {
    run(async {
        let t = TestApp::new(Engine::Sqlite).await;
        let seen = walk(&t, false).await;
        for page in
            ["/admin/orders ", "/admin/keys ", "/admin/security ", "/admin/network ", "/admin/audit ", "/admin/branding ", "/buy/starter "]
        {
            assert!(seen.contains(page), "{page} was not reached: {seen:?}");
        }
    });
}

#[test]
fn by_https_it_stays_so() {
    run(async {
        let t = TestApp::with(Engine::Sqlite, &[("ORIGIN_PUBLIC_URL", "https://shop.example")]).await;
        let signed_in = Browser::new().post(&t, "/admin/login", &[("username", ADMIN.0), ("password", ADMIN.1)]).await;
        let cookie = signed_in.header("set-cookie").unwrap();
        assert!(cookie.starts_with("__Host-origin_session=") && cookie.contains("; Secure") && cookie.contains("; Path=/;"), "{cookie}");
        assert!(wrong(&signed_in, true).is_empty(), "{signed_in:?}");
        walk(&t, true).await;
        // A session under the name that a neighbour could plant is none.
        let value = cookie.split(';').next().unwrap().split_once('=').unwrap().1;
        let mut planted = Browser::new();
        planted.cookie = format!("origin_session={value}");
        assert_eq!(planted.get(&t, "/admin/orders").await.status, 303);
    });
}

#[test]
fn a_body_that_comes_for_ever_is_given_up() {
    run(async {
        let t = TestApp::new(Engine::Sqlite).await;
        let mut stream = TcpStream::connect(t.url().trim_start_matches("http://")).await.unwrap();
        let head = "POST /api/v2/auth/login HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n{";
        stream.write_all(head.as_bytes()).await.unwrap();
        let (mut from, mut to) = stream.into_split();
        let start = Instant::now();
        let drip = tokio::spawn(async move {
            while to.write_all(b" ").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
        });
        let mut answer = vec![0; 4_096];
        let read = tokio::time::timeout(Duration::from_secs(45), from.read(&mut answer)).await.expect("it is given up").unwrap();
        drip.abort();
        let text = String::from_utf8_lossy(&answer[..read]).into_owned();
        assert!(text.starts_with("HTTP/1.1 408"), "{text}");
        assert!(start.elapsed() > Duration::from_secs(20), "{:?}", start.elapsed());
    });
}
