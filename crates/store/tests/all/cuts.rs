//! Connections to PostgreSQL are cut at the worst moment: COMMIT has gone out and its answer never comes, so nobody
//! knows what became of it.

use crate::common::{World, act, bump, call, calls, send, standing, tables, value};
use rand::Rng;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;
use store::{Db, Options};
use testkit::{Engine, TestDb};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A line to the server that drops answers to COMMIT while it is bad.
#[derive(Clone)]
struct Line {
    bad: Arc<AtomicBool>,
    cuts: Arc<AtomicU32>,
}

impl Line {
    /// Stands between a test and the server; tells the address to use in place of the server's.
    async fn open(db: &TestDb) -> (Self, String) {
        let server: tokio_postgres::Config = db.url().parse().unwrap();
        let tokio_postgres::config::Host::Tcp(host) = server.get_hosts()[0].clone() else { panic!("a server on TCP") };
        let server = format!("{host}:{}", server.get_ports().first().unwrap_or(&5_432));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = db.url().replace(&server, &listener.local_addr().unwrap().to_string());
        assert_ne!(url, db.url());
        let line = Self { bad: Arc::default(), cuts: Arc::default() };
        let (mut dice, lines) = (db.dice().fork(), line.clone());
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(lines.clone().carry(client, TcpStream::connect(server.clone()).await.unwrap(), dice.random()));
            }
        });
        (line, url)
    }

    async fn carry(self, mut client: TcpStream, mut server: TcpStream, mut fate: u32) {
        let (mut asked, mut answered) = (vec![0; 65_536], vec![0; 65_536]);
        loop {
            tokio::select! {
                count = client.read(&mut asked) => {
                    let Ok(count @ 1..) = count else { return };
                    let commits = asked[..count].windows(6).any(|word| word == b"COMMIT");
                    server.write_all(&asked[..count]).await.unwrap();
                    fate = fate.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    if commits && self.bad.load(Ordering::SeqCst) && fate >> 30 == 0 {
                        self.cuts.fetch_add(1, Ordering::SeqCst);
                        // The server gets it and carries it out.
                        let _answer_nobody_hears = server.read(&mut answered).await;
                        return;
                    }
                }
                count = server.read(&mut answered) => {
                    let Ok(count @ 1..) = count else { return };
                    if client.write_all(&answered[..count]).await.is_err() {
                        return;
                    }
                }
            }
        }
    }
}

#[test]
fn answers_to_commits_get_lost_and_nothing_else_does() {
    testkit::run(Engine::Postgres, &tables(), async |db: TestDb| {
        let (line, url) = Line::open(&db).await;
        let options = Options { clock: db.clock().clone(), dice: db.dice().clone(), ..Options::new(url) };
        let (world, node) = (World::kind(), Db::open(options).await.unwrap());
        let mut works = calls(&node, &world);
        line.bad.store(true, Ordering::SeqCst);
        for round in 0..60 {
            send(&db, &db.who(), (0..3).map(|n| call(round * 3 + n, "l")).collect()).await;
            let _cut_off = works.turn().await;
        }
        line.bad.store(false, Ordering::SeqCst);
        while works.turn().await.map_or(1, |done| done) > 0 {}
        let now = standing(&db).await;
        assert_eq!((now.ready, now.running, now.waiting, now.buried), (0, 0, 0, 0));
        assert_eq!(value(&db, &db.who(), "back").await, 180);
        let cuts = line.cuts.load(Ordering::SeqCst);
        assert!(cuts > 10, "{cuts} cuts");
    });
}

#[test]
fn connections_cut_anywhere_lose_and_repeat_nothing() {
    testkit::run(Engine::Postgres, &tables(), async |db: TestDb| {
        let (world, node) = (World::kind(), db.node().await);
        let (cutter, connection) = tokio_postgres::connect(db.url(), tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
        let mut works = calls(&node, &world);
        for round in 0..25 {
            // Sends and counts in one commit, so that an answer that got lost does not spoil the count.
            let sending = || {
                act(|tx| {
                    Box::pin(async move {
                        tx.send(call(1, "l")).await?;
                        bump(tx, "sent").await
                    })
                })
            };
            while db.run(&db.who(), sending()).await.is_err() {}
            let turning = async {
                for _ in 0..3 {
                    let _cut_off = works.turn().await;
                }
            };
            let cutting = async {
                tokio::time::sleep(Duration::from_micros(700 * (round % 12))).await;
                cutter.execute(cut, &[]).await.unwrap();
            };
            futures::join!(turning, cutting);
        }
        while works.turn().await.map_or(1, |done| done) > 0 {}
        let now = standing(&db).await;
        assert_eq!((now.ready, now.running, now.waiting, now.buried), (0, 0, 0, 0));
        assert_eq!(value(&db, &db.who(), "back").await, value(&db, &db.who(), "sent").await);
    });
}
