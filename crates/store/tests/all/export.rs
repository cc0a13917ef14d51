//! A picture of a tenant: every row of it once, none of another's, all of one moment.

use crate::common::{act, tables};
use facts::{Id, TenantId};
use serde_json::Value as Json;
use std::collections::BTreeSet;
use store::export::Declared;
use store::{Db, Kind, Look, Picture, Told, Who, params, sql};
use testkit::TestDb;
use uuid::Uuid;

const TOLD: &[Told] = &[Told { table: "cells", secret: &["state"], plain: &["secret"] }];

fn who(number: u128) -> Who {
    Who::system(TenantId::from_uuid(Uuid::from_u128(number)), "test")
}

/// So many rows in three tables with keys of one and two columns.
async fn fill(db: &Db, who: &Who, rows: i64) {
    let filled = act(move |tx| {
        Box::pin(async move {
            for number in 0..rows {
                let (id, body) = (tx.uuid(), serde_json::json!({"number": number}));
                tx.put(
                    sql!("INSERT INTO counters (tenant_id, name, value) VALUES ($1, $2, $3)"),
                    params![tx.tenant(), format!("n{number}"), number],
                )
                .await?;
                let seen = sql!("INSERT INTO seen (tenant_id, reaction, fact_id, times) VALUES ($1, $2, $3, $4)");
                tx.put(seen, params![tx.tenant(), format!("r{}", number % 7), id, number]).await?;
                let cells = sql!(
                    "INSERT INTO cells (tenant_id, id, text, number, maybe, flag, at, contact, body, secret, ratio, state)
                     VALUES ($1, $2, $3, $4, NULL, $5, $6, NULL, $7, $8, 0.5, 'open')"
                );
                tx.put(cells, params![tx.tenant(), id, "चाय", number, number % 2 == 0, tx.now(), body, vec![0xffu8, 0]]).await?;
            }
            Ok(())
        })
    });
    db.run(who, filled).await.unwrap();
}

async fn rows(picture: &mut Picture, table: &str) -> Vec<Json> {
    let shape = picture.tables(&Declared::of(&tables())).await.unwrap().into_iter().find(|shape| shape.name == table).unwrap();
    let (mut lines, mut after) = (Vec::new(), None);
    loop {
        let page = picture.page(&shape, TOLD, after.as_deref()).await.unwrap();
        lines.extend(page.lines);
        after = page.next;
        if after.is_none() {
            return lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
        }
    }
}

testkit::both! { with &tables();
    async fn every_row_once_and_all_of_one_moment(db: TestDb) {
        let (own, other) = (who(1), who(2));
        fill(&db, &own, 1_203).await;
        fill(&db, &other, 5).await;
        let mut picture = db.picture(own.tenant).await.unwrap();
        let before = picture.tables(&Declared::of(&tables())).await.unwrap().len();
        assert!(before > 5);
        let more = act(|tx| {
            Box::pin(async move {
                tx.put(sql!("UPDATE counters SET value = -1 WHERE tenant_id = $1"), params![tx.tenant()]).await?;
                tx.put(sql!("DELETE FROM seen WHERE tenant_id = $1 AND reaction = 'r3'"), params![tx.tenant()]).await?;
                tx.put(sql!("INSERT INTO counters (tenant_id, name, value) VALUES ($1, 'late', 7)"), params![tx.tenant()]).await
            })
        });
        db.run(&own, more).await.unwrap();
        for table in ["counters", "seen", "cells"] {
            let found = rows(&mut picture, table).await;
            assert_eq!(found.len(), 1_203, "{table}");
            assert_eq!(found.iter().map(Json::to_string).collect::<BTreeSet<_>>().len(), 1_203, "{table} has a row twice");
            assert!(found.iter().all(|row| row["tenant_id"] == own.tenant.uuid().to_string()), "{table} has another tenant's");
        }
        assert!(rows(&mut picture, "counters").await.iter().all(|row| row["value"] != -1), "what was written since is not in the picture");
        let count: i64 = picture.one(sql!("SELECT COUNT(*) FROM seen WHERE tenant_id = $1"), params![own.tenant]).await.unwrap();
        assert_eq!(count, 1_203);
        drop(picture);
        let mut later = db.picture(own.tenant).await.unwrap();
        assert!(rows(&mut later, "counters").await.iter().any(|row| row["name"] == "late"));
        assert_eq!(rows(&mut later, "journal").await.len(), 0);
    }

    async fn a_line_reads_the_same_from_both_and_has_no_secret(db: TestDb) {
        let own = who(1);
        fill(&db, &own, 1).await;
        let mut picture = db.picture(own.tenant).await.unwrap();
        let row = rows(&mut picture, "cells").await.remove(0);
        assert_eq!((&row["flag"], &row["body"]["number"], &row["text"], &row["maybe"]), (&true.into(), &0.into(), &"चाय".into(), &Json::Null));
        assert!(row["at"].as_str().unwrap().ends_with('Z') && Uuid::try_parse(row["id"].as_str().unwrap()).is_ok(), "{row}");
        assert_eq!(row["secret"]["base64"], "/wA=", "told to be plain");
        assert!(row.get("state").is_none(), "told to be secret");
        let shape = picture.tables(&Declared::of(&tables())).await.unwrap().into_iter().find(|shape| shape.name == "lockers").unwrap();
        let locked = shape.columns.iter().find(|column| column.name == "locked").unwrap();
        assert!(shape.is_secret(locked, TOLD), "nobody told of it, and it sounds secret");
    }

    async fn two_at_a_time_and_no_more(db: TestDb) {
        let first = db.picture(who(1).tenant).await.unwrap();
        let _second = db.picture(who(2).tenant).await.unwrap();
        let third = db.picture(who(3).tenant).await.err().unwrap();
        assert_eq!((third.kind(), third.code()), (Kind::Unavailable, "export_busy"));
        drop(first);
        assert!(db.picture(who(3).tenant).await.is_ok());
    }
}
