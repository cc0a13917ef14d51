//! What is taken away with its file, its upload, or its tenant, on both databases.

use crate::shop::{bytes, files_kept, upload};
use facts::Id;
use futures::stream;
use serde_json::json;
use std::time::Duration;
use testkit::TestApp;

testkit::both_apps! {
    async fn a_sender_that_stops_leaves_nothing(t: TestApp) {
        let pieces = (0..30).map(|at| if at < 20 { Ok(bytes(100_000)) } else { Err(std::io::Error::other("gone")) });
        let body = reqwest::Body::wrap_stream(stream::iter(pieces));
        let request = t.request("POST", "/api/v1/files?name=a.bin").bearer_auth(t.key()).body(body);
        assert!(t.meanwhile(request.send()).await.is_err());
        // What was there is cleared up by a task of its own, which may still be on its way.
        for _ in 0..200 {
            t.settle().await;
            if files_kept(&t).is_empty() && open_uploads(&t).await == 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!((files_kept(&t), open_uploads(&t).await), (Vec::new(), 0));
        assert_eq!(t.get("/api/v1/files").await.expect(200)["data"], json!([]));
    }

    async fn an_upload_whose_process_died_is_swept(t: TestApp) {
        use store::{Look, params, sql};
        // As the process that died left it: noted, and half there.
        let id = facts::FileId::from_uuid(t.db().dice().id::<facts::FileId>(t.db().clock().now()).uuid());
        t.db().run(&t.who(), LeftBehind(id)).await.unwrap();
        let folder = t.folder().join("files").join(t.tenant().uuid().hyphenated().to_string());
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(id.uuid().hyphenated().to_string()), b"whole").unwrap();
        std::fs::write(folder.join(format!("{}#1", id.uuid().hyphenated())), b"half").unwrap();
        let kept = upload(&t, "kept.pdf", "application/pdf", bytes(10)).await.expect(201);
        t.advance(Duration::from_secs(3_599)).await;
        assert_eq!(files_kept(&t).len(), 3);
        t.advance(Duration::from_secs(2)).await;
        assert_eq!(files_kept(&t).len(), 1);
        assert_eq!(t.get("/api/v1/files").await.expect(200)["data"][0]["id"], kept["id"]);
        let left: i64 = t.db().read_main(t.tenant()).one(sql!("SELECT COUNT(*) FROM file_uploads WHERE tenant_id = $1"), params![t.tenant()]).await.unwrap();
        assert_eq!(left, 0);
    }

    async fn an_erased_tenant_takes_its_bytes_along(t: TestApp) {
        let (tenant, key) = t.another_tenant("Tea House").await;
        let theirs = t.request("POST", "/api/v1/files?name=tea.pdf").bearer_auth(&key).body(bytes(1_000));
        t.send(theirs).await.expect(201);
        upload(&t, "ours.pdf", "application/pdf", bytes(1_000)).await.expect(201);
        assert_eq!(files_kept(&t).len(), 2);
        let close = t.request("POST", &format!("/api/v1/tenants/{tenant}/close")).bearer_auth(&key).json(&json!({"slug": "tea-house"}));
        t.send(close).await.expect(200);
        t.advance(Duration::from_secs(29 * 86_400)).await;
        assert_eq!(files_kept(&t).len(), 2, "it may still come back");
        t.advance(Duration::from_secs(2 * 86_400)).await;
        let kept = files_kept(&t);
        assert!(kept.len() == 1 && kept[0].contains(&t.tenant().uuid().hyphenated().to_string()), "{kept:?}");
        let erased = t.get("/api/v1/audit?kind=tenant.erased").await.expect(200);
        assert_eq!(erased["data"][0]["body"]["tenant_id"], tenant.to_string());
    }
}

async fn open_uploads(t: &TestApp) -> i64 {
    use store::{Look, params, sql};
    let sql = sql!("SELECT COUNT(*) FROM file_uploads WHERE tenant_id = $1");
    t.db().read_main(t.tenant()).one(sql, params![t.tenant()]).await.unwrap()
}

/// Notes an upload that nobody will end, as a process does before the first byte.
struct LeftBehind(facts::FileId);

impl store::Command for LeftBehind {
    const NAME: &'static str = "left_behind";
    type Out = ();

    async fn run(&self, tx: &mut store::Tx) -> store::Result<()> {
        use store::{params, sql};
        let sql = sql!("INSERT INTO file_uploads (tenant_id, id, begun_at) VALUES ($1, $2, $3)");
        tx.put(sql, params![tx.tenant(), self.0, tx.now()]).await?;
        let due = tx.now().after(Duration::from_secs(3_600));
        let timer = sql!("INSERT INTO timers (tenant_id, name, key, due_at, body, failures) VALUES ($1, 'sweep_upload', $2, $3, $4, 0)");
        tx.put(timer, params![tx.tenant(), self.0.to_string(), due, json!({"file_id": self.0})]).await
    }
}
