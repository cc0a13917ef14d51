//! Open pages are told at once, each tenant's its own, and none keeps the house from closing.

use crate::{PHONE, by_meta, only, writes};
use testkit::{ADMIN, Browser};

/// The next thing that is told; nothing once it is over.
async fn next(response: &mut reqwest::Response, has: &str) -> Option<String> {
    let mut text = String::new();
    while let Some(bytes) = response.chunk().await.ok()? {
        text.push_str(&String::from_utf8_lossy(&bytes));
        if text.contains(has) && text.ends_with("\n\n") {
            return Some(text);
        }
    }
    None
}

testkit::both_apps! {
    async fn a_page_hears_of_what_changes(t: TestApp) {
        by_meta(&t).await;
        writes(&t, PHONE, "first").await;
        let agent = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await;
        let request = t.request("GET", "/admin/inbox/events").header("cookie", &agent.cookie);
        let mut open = t.meanwhile(request.send()).await.unwrap();
        assert_eq!(open.headers()["content-type"], "text/event-stream");
        let it = only(&t).await;
        let told = async {
            let words = writes(&t, PHONE, "second");
            let (told, ()) = futures::future::join(next(&mut open, it["id"].as_str().unwrap()), words).await;
            told
        };
        assert!(told.await.unwrap().contains("event: conversation"));
        inbox::close(t.app());
        assert_eq!(next(&mut open, "never").await, None, "the house closes, and the page with it");
    }
}
