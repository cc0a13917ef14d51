//! One body of tests for both homes of the limits: this process's memory, and Redis where ORIGIN_TEST_REDIS says it is.

#![expect(clippy::expect_used, reason = "a test that cannot be set up has failed")]

use facts::{OrderId, Time};
use redis::aio::ConnectionManager;
use std::collections::HashMap;
use std::time::{Duration, Instant};
use store::{Clock, Dice};
use tokio::net::{TcpListener, TcpStream};
use web::limits::{Limits, Rate};

const MINUTE: Duration = Duration::from_secs(60);
const START: Time = Time(1_700_000_000_000);

/// Where limits are counted.
#[derive(Clone, Copy)]
enum Home {
    Memory,
    Redis,
}

/// A clock that is moved by hand, and limits by it.
struct Bench {
    clock: Clock,
    limits: Limits,
}

impl Bench {
    async fn new(home: Home) -> Self {
        let clock = Clock::simulated(START);
        let limits = match home {
            Home::Memory => Limits::in_memory(clock.clone(), HashMap::new()),
            Home::Redis => Limits::in_redis(connected(&address()).await, clock.clone(), HashMap::new()),
        };
        Self { clock, limits }
    }
}

fn address() -> String {
    let url = std::env::var("ORIGIN_TEST_REDIS").expect("ORIGIN_TEST_REDIS says where a Redis for tests is; cargo x test starts one");
    url.trim_start_matches("redis://").to_owned()
}

async fn connected(address: &str) -> ConnectionManager {
    let client = redis::Client::open(format!("redis://{address}")).expect("an address");
    ConnectionManager::new(client).await.expect("Redis answers")
}

/// Somebody whom no other test knows, nor this one when it ran before.
fn somebody() -> String {
    Dice::fair().id::<OrderId>(START).to_string()
}

/// Makes a test for each home from each body.
macro_rules! both_homes {
    ($(async fn $name:ident($bench:ident: Bench) $body:block)+) => {$(
        mod $name {
            use super::*;

            async fn body($bench: Bench) $body

            #[tokio::test(flavor = "multi_thread")]
            async fn memory() {
                body(Bench::new(Home::Memory).await).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn redis() {
                body(Bench::new(Home::Redis).await).await;
            }
        }
    )+};
}

both_homes! {
    async fn the_whole_limit_at_once_and_then_evenly(t: Bench) {
        let (a, b) = (somebody(), somebody());
        let rate = Rate { limit: 10, window: MINUTE };
        for left in (0..10).rev() {
            let verdict = t.limits.take(&a, rate).await;
            assert!(verdict.allowed);
            assert_eq!((verdict.limit, verdict.remaining, verdict.retry_after), (10, left, Duration::ZERO));
        }
        let refused = t.limits.take(&a, rate).await;
        assert!(!refused.allowed);
        assert_eq!((refused.retry_after, refused.reset_after), (Duration::from_secs(6), MINUTE));
        assert!(t.limits.take(&b, rate).await.allowed, "another's limit is another");
        t.clock.advance(Duration::from_secs(6));
        assert!(t.limits.take(&a, rate).await.allowed);
        assert!(!t.limits.take(&a, rate).await.allowed);
        t.clock.advance(MINUTE);
        assert_eq!(t.limits.take(&a, rate).await.remaining, 9, "all of it is there again");
    }

    async fn of_many_at_once_no_more_than_the_limit_pass(t: Bench) {
        let who = somebody();
        let rate = Rate { limit: 20, window: MINUTE };
        let tries = (0..100).map(|_| {
            let (limits, who) = (t.limits.clone(), who.clone());
            tokio::spawn(async move { limits.take(&who, rate).await.allowed })
        });
        let mut passed = 0;
        for one in tries.collect::<Vec<_>>() {
            passed += u32::from(one.await.expect("it ends"));
        }
        assert_eq!(passed, 20);
    }

    async fn a_text_is_new_once_in_a_window(t: Bench) {
        let text = somebody();
        assert!(t.limits.first_time(&text, MINUTE).await);
        assert!(!t.limits.first_time(&text, MINUTE).await);
        t.clock.advance(MINUTE);
        assert!(t.limits.first_time(&text, MINUTE).await);
    }

    async fn a_refusal_costs_nothing(t: Bench) {
        let who = somebody();
        let rate = Rate { limit: 2, window: MINUTE };
        for _ in 0..50 {
            t.limits.take(&who, rate).await;
        }
        t.clock.advance(Duration::from_secs(30));
        assert!(t.limits.take(&who, rate).await.allowed);
        assert!(!t.limits.take(&who, rate).await.allowed);
    }
}

/// The same walk through time, in both homes, comes to the same verdicts to the last figure.
#[tokio::test]
async fn both_homes_decide_the_same() {
    let (memory, redis) = (Bench::new(Home::Memory).await, Bench::new(Home::Redis).await);
    let dice = Dice::seeded(7);
    for limit in [1, 2, 3, 7, 60, 1000] {
        let (who, rate) = (somebody(), Rate { limit, window: MINUTE });
        for step in 0..200u32 {
            let [pause, burst] = dice.secret::<2>();
            let verdicts = (memory.limits.take(&who, rate).await, redis.limits.take(&who, rate).await);
            assert_eq!(verdicts.0, verdicts.1, "step {step} of a limit of {limit}");
            let pause = if burst % 3 == 0 { Duration::from_millis(u64::from(pause) * 40) } else { Duration::ZERO };
            memory.clock.advance(pause);
            redis.clock.advance(pause);
        }
    }
}

#[tokio::test]
async fn nodes_on_one_redis_count_together() {
    let (one, other) = (Bench::new(Home::Redis).await, Bench::new(Home::Redis).await);
    let (who, rate) = (somebody(), Rate { limit: 2, window: MINUTE });
    assert!(one.limits.take(&who, rate).await.allowed);
    assert!(other.limits.take(&who, rate).await.allowed);
    assert!(!one.limits.take(&who, rate).await.allowed);
}

/// Losing Redis closes no shop, holds up no request for long, and opens no door; when it is back, it counts again.
#[tokio::test(flavor = "multi_thread")]
async fn while_redis_is_away_the_process_counts_for_itself() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("its address").port();
    let way = tokio::spawn(lead(listener));
    let clock = Clock::simulated(START);
    let limits = Limits::in_redis(connected(&format!("127.0.0.1:{port}")).await, clock, HashMap::new());
    let (who, rate) = (somebody(), Rate { limit: 5, window: MINUTE });
    assert_eq!(limits.take(&who, rate).await.remaining, 4);

    way.abort();
    drop(way.await);
    let start = Instant::now();
    for left in (0..5).rev() {
        let verdict = limits.take(&who, rate).await;
        assert_eq!((verdict.allowed, verdict.remaining), (true, left), "this process begins to count");
    }
    assert!(!limits.take(&who, rate).await.allowed, "the door is not open");
    assert!(start.elapsed() < Duration::from_secs(1), "six requests were held up for {:?}", start.elapsed());

    let listener = TcpListener::bind(("127.0.0.1", port)).await.expect("the same port");
    let _way = tokio::spawn(lead(listener));
    let patience = Instant::now() + Duration::from_secs(30);
    while !limits.take(&who, rate).await.allowed {
        assert!(Instant::now() < patience, "it is back and does not count");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let left = limits.take(&who, rate).await.remaining;
    assert!(left < 4, "Redis has not forgotten: {left} left");
}

/// A way to Redis that can be cut: whoever drops it cuts every connection on it.
async fn lead(listener: TcpListener) {
    let mut ways = tokio::task::JoinSet::new();
    while let Ok((mut from, _)) = listener.accept().await {
        ways.spawn(async move {
            let mut to = TcpStream::connect(address()).await.expect("Redis is there");
            drop(tokio::io::copy_bidirectional(&mut from, &mut to).await);
        });
    }
}
