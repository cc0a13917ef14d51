//! Another master key takes over while secrets are written, is killed anywhere, and is done when the new key alone opens all.

use crate::common::{act, tables};
use facts::{Id, TenantId};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use store::secret::{self, Column, Locked, ROOTS, Source, Vault};
use store::{Db, Dice, Look, Who, params, sql};
use testkit::TestDb;

static LOCKERS: Column<(TenantId, String)> = Column {
    name: "lockers.locked",
    page: sql!(global
        "SELECT tenant_id, name, locked FROM lockers WHERE (tenant_id, name) > ($1, $2) AND locked IS NOT NULL
         ORDER BY tenant_id, name LIMIT $3"
    ),
    put: sql!(global "UPDATE lockers SET locked = $3 WHERE tenant_id = $1 AND name = $2 AND locked = $4"),
    least: || (TenantId::from_uuid(uuid::Uuid::nil()), String::new()),
    place: |(tenant, name)| place(*tenant, name),
};

fn place(tenant: TenantId, name: &str) -> String {
    format!("{tenant}/{name}")
}

fn columns() -> [&'static dyn Locked; 2] {
    [&ROOTS, &LOCKERS]
}

fn told(keys: &[&str]) -> Vault {
    Vault::of(Source::Told(keys.iter().map(|key| (*key).to_owned()).collect()), Dice::seeded(3)).unwrap()
}

fn write(path: &Path, keys: &[&str]) {
    secret::write_file(path, &keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>()).unwrap();
}

async fn settled(db: &Db, vault: Vault) -> Vault {
    secret::settled(db, vault, |_| async { Ok(None) }).await.unwrap()
}

async fn keep(db: &Db, who: &Who, vault: &Vault, name: &str, text: &str) {
    let locked = vault.lock(&place(who.tenant, name), text).unwrap();
    let name = name.to_owned();
    let put = act(move |tx| {
        let (name, locked) = (name.clone(), locked.clone());
        Box::pin(async move {
            let sql = sql!(
                "INSERT INTO lockers (tenant_id, name, locked) VALUES ($1, $2, $3)
                 ON CONFLICT (tenant_id, name) DO UPDATE SET locked = excluded.locked"
            );
            tx.exec(sql, params![tx.tenant(), name, locked]).await
        })
    });
    db.run(who, put).await.unwrap();
}

async fn texts(db: &Db, who: &Who, vault: &Vault) -> Vec<(String, String)> {
    let sql = sql!("SELECT name, locked FROM lockers WHERE tenant_id = $1 AND locked IS NOT NULL ORDER BY name");
    let found: Vec<(String, Vec<u8>)> = db.read_main(who.tenant).all(sql, params![who.tenant]).await.unwrap();
    found.into_iter().map(|(name, locked)| (name.clone(), vault.open(&place(who.tenant, &name), &locked).unwrap())).collect()
}

testkit::both! { with &tables();
    async fn what_is_written_meanwhile_is_neither_lost_nor_left_behind(db: TestDb) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        write(&path, &["old"]);
        let open = || Vault::of(Source::File(path.clone()), Dice::seeded(5)).unwrap();
        let serving = settled(&db, open()).await;
        let lasting = serving.derive("audit/seal");
        for number in 0..330 {
            let who = db.who_of(number % 3 + 1);
            keep(&db, &who, &serving, &format!("still/{number:03}"), &format!("text {number}")).await;
        }
        let stop = Arc::new(AtomicBool::new(false));
        let writers: Vec<_> = (1..=4).map(|number| {
            let (db, stop, serving) = (db.clone(), stop.clone(), serving.clone());
            tokio::spawn(async move {
                let who = db.who_of(number);
                let mut last = 0;
                while !stop.load(Ordering::Relaxed) {
                    last += 1;
                    keep(&db, &who, &serving, "moving", &format!("{last}")).await;
                }
                last
            })
        }).collect();
        tokio::time::sleep(std::time::Duration::from_millis(30)).await;
        // Another process, as the command line is.
        write(&path, &["new", "old"]);
        let other = settled(&db, open()).await;
        let found = secret::relock(&db, &other, &columns(), &mut |_, _| {}).await.unwrap();
        stop.store(true, Ordering::Relaxed);
        let new = settled(&db, told(&["new"])).await;
        assert!(found.iter().all(|(_, tally)| tally.lost == 0 && tally.by_key.keys().all(|key| *key == new.first())), "{found:?}");
        for (number, writer) in (1u128..).zip(writers) {
            let last = writer.await.unwrap();
            let all = texts(&db, &db.who_of(number), &new).await;
            assert_eq!(all.iter().find(|(name, _)| name == "moving").unwrap().1, last.to_string());
            let mut still = all.iter().filter_map(|(name, text)| Some((name.strip_prefix("still/")?.parse::<u128>().unwrap(), text)));
            assert!(still.all(|(number, text)| *text == format!("text {number}")));
            assert_eq!(all.len(), if number < 4 { 111 } else { 1 });
        }
        assert_eq!((other.derive("audit/seal"), new.derive("audit/seal")), (lasting, lasting));
    }

    async fn one_that_was_killed_anywhere_goes_on(db: TestDb) {
        let who = db.who();
        let old = settled(&db, told(&["old"])).await;
        for number in 0..230 {
            keep(&db, &who, &old, &format!("{number:03}"), &format!("text {number}")).await;
        }
        let settled_at = |known: Vec<secret::KnownKey>, vault: &Vault| known.into_iter().find(|key| key.id == vault.first().to_string()).unwrap().settled_at;
        let both = settled(&db, told(&["new", "old"])).await;
        for batches in [0, 1, 2, 3] {
            let (db, both) = (db.clone(), both.clone());
            let killed = tokio::spawn(async move {
                let mut left = batches;
                let mut tell = |_: &'static str, _: &secret::Tally| {
                    left -= 1;
                    assert!(left >= 0, "killed");
                };
                secret::relock(&db, &both, &columns(), &mut tell).await.map(drop)
            });
            assert!(killed.await.is_err());
        }
        assert_eq!(settled_at(secret::known_keys(&db).await.unwrap(), &both), None);
        assert_eq!(texts(&db, &who, &both).await.len(), 230);
        secret::relock(&db, &both, &columns(), &mut |_, _| {}).await.unwrap();
        assert!(settled_at(secret::known_keys(&db).await.unwrap(), &both).is_some());
        let new = settled(&db, told(&["new"])).await;
        let all = texts(&db, &who, &new).await;
        assert!((0..230).all(|number| all[number] == (format!("{number:03}"), format!("text {number}"))));
        // What hangs on a key that nobody holds is told and not touched.
        let again = secret::walk(&db, &told(&["third"]), &LOCKERS, true, &mut |_, _| {}).await.unwrap();
        assert_eq!((again.lost, again.relocked), (230, 0));
    }

    async fn the_root_is_found_where_things_were_made_before_it_was_kept(db: TestDb) {
        let before = Vault::new("old", Dice::seeded(1)).derive("audit/seal");
        let chosen = secret::settled(&db, told(&["new", "old"]), |vaults| async move {
            Ok(vaults.iter().position(|vault| vault.derive("audit/seal") == before))
        });
        assert_eq!(chosen.await.unwrap().derive("audit/seal"), before);
        // Kept once, it stays, whoever comes.
        assert_eq!(settled(&db, told(&["new"])).await.derive("audit/seal"), before);
        let wrong = secret::settled(&db, told(&["old"]), |_| async { Ok(None) }).await;
        assert_eq!(wrong.err().unwrap().code(), "wrong_master_key");
    }
}
