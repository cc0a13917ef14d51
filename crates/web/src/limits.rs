//! How often who may do what: in memory, or in Redis where there is one, by the same rule.
//!
//! The rule is GCRA (generic cell rate algorithm, ITU-T I.371): a caller may use the whole limit at once and then
//! earns it back evenly over the window. Written out in a dozen lines because both homes have to agree on it.

use redis::aio::ConnectionManager;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use store::Clock;

/// So many in such a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many.
    pub limit: u32,
    /// In what time.
    pub window: Duration,
}

/// Whether a request may pass, and what is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it may.
    pub allowed: bool,
    /// The limit.
    pub limit: u32,
    /// The window.
    pub window: Duration,
    /// How many more may follow at once.
    pub remaining: u32,
    /// When the next one may pass, where this one may not.
    pub retry_after: Duration,
    /// When all of the limit is there again.
    pub reset_after: Duration,
}

/// The next moment at which the bucket is empty, before and after a request, in milliseconds.
fn decide(empty_at: Option<i64>, now: i64, rate: Rate) -> (Verdict, i64) {
    let window = i64::try_from(rate.window.as_millis()).unwrap_or(i64::MAX).max(1);
    let step = (window / i64::from(rate.limit.max(1))).max(1);
    let after = empty_at.unwrap_or(now).max(now) + step;
    let allowed = rate.limit > 0 && after - now <= window.max(step);
    let level = if allowed { after } else { after - step };
    let millis = |span: i64| Duration::from_millis(u64::try_from(span).unwrap_or(0));
    let verdict = Verdict {
        allowed,
        limit: rate.limit,
        window: rate.window,
        remaining: u32::try_from((window - (level - now)).max(0) / step).unwrap_or(0),
        retry_after: if allowed { Duration::ZERO } else { millis(after - now - window) },
        reset_after: millis(level - now),
    };
    (verdict, level)
}

/// The limits, wherever they are counted.
#[derive(Clone)]
pub struct Limits {
    memory: moka::sync::Cache<String, i64>,
    redis: Option<Redis>,
    clock: Clock,
    settings: Arc<HashMap<String, Rate>>,
}

/// A Redis, and whether it is worth asking.
#[derive(Clone)]
struct Redis {
    connection: ConnectionManager,
    /// Where it did not answer: until when nobody asks it.
    left_alone: Arc<Mutex<Option<Instant>>>,
}

/// How long a request waits for Redis at the most.
const PATIENCE: Duration = Duration::from_millis(250);
/// How long a Redis that did not answer is left alone; then one request asks it for all.
const PAUSE: Duration = Duration::from_secs(1);

/// What Redis runs: the same rule, in one step.
const SCRIPT: &str = r"
local empty_at = tonumber(redis.call('GET', KEYS[1]) or ARGV[1])
local now, step, window = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local after = math.max(empty_at, now) + step
if after - now <= math.max(window, step) then redis.call('SET', KEYS[1], string.format('%.0f', after), 'PX', window + step) end
return string.format('%.0f', empty_at)";

impl Limits {
    /// Counted in this process.
    pub fn in_memory(clock: Clock, settings: HashMap<String, Rate>) -> Self {
        let memory = moka::sync::Cache::builder().max_capacity(200_000).time_to_idle(Duration::from_secs(7_200)).build();
        Self { memory, redis: None, clock, settings: Arc::new(settings) }
    }

    /// Counted in Redis, for all nodes together; in this process while Redis is away.
    pub fn in_redis(connection: ConnectionManager, clock: Clock, settings: HashMap<String, Rate>) -> Self {
        let redis = Redis { connection, left_alone: Arc::default() };
        Self { redis: Some(redis), ..Self::in_memory(clock, settings) }
    }

    /// The rate of a feature: what RATE_<FEATURE>_LIMIT and _WINDOW say, else the usual.
    pub fn setting(&self, feature: &str, usual: Rate) -> Rate {
        self.settings.get(&feature.to_ascii_lowercase()).copied().unwrap_or(usual)
    }

    /// Takes one. Losing Redis closes no shop, holds up no request for long, and opens no door: each node counts for
    /// itself then.
    pub async fn take(&self, who: &str, rate: Rate) -> Verdict {
        let now = self.clock.now().millis();
        if let Some(redis) = &self.redis
            && let Some(empty_at) = redis.ask(who, now, rate).await
        {
            return decide(Some(empty_at), now, rate).0;
        }
        let mut verdict = None;
        self.memory.entry_by_ref(who).and_upsert_with(|entry| {
            let (decided, level) = decide(entry.map(moka::Entry::into_value), now, rate);
            verdict = Some(decided);
            level
        });
        verdict.unwrap_or_else(|| decide(None, now, rate).0)
    }

    /// Whether this text is new within a window.
    pub async fn first_time(&self, text: &str, window: Duration) -> bool {
        self.take(text, Rate { limit: 1, window }).await.allowed
    }
}

impl Redis {
    /// When the bucket was empty, before this request; the request is counted. Nothing where Redis does not answer.
    async fn ask(&self, who: &str, now: i64, rate: Rate) -> Option<i64> {
        let was_away = self.may_ask()?;
        let window = i64::try_from(rate.window.as_millis()).unwrap_or(i64::MAX).max(1);
        let step = (window / i64::from(rate.limit.max(1))).max(1);
        let (key, mut connection) = (format!("origin:limit:{who}"), self.connection.clone());
        let script = redis::Script::new(SCRIPT);
        let mut asking = script.key(key);
        asking.arg(now).arg(step).arg(window);
        let answer: redis::RedisResult<String> = match tokio::time::timeout(PATIENCE, asking.invoke_async(&mut connection)).await {
            Ok(answer) => answer,
            Err(_) => Err(redis::RedisError::from((redis::ErrorKind::Io, "no answer in time"))),
        };
        match answer {
            Ok(empty_at) => {
                if was_away {
                    *self.left_alone.lock().unwrap_or_else(PoisonError::into_inner) = None;
                    tracing::info!("Redis counts again");
                }
                empty_at.parse().ok()
            }
            Err(error) => {
                *self.left_alone.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + PAUSE);
                tracing::warn!(%error, "Redis does not count; this process counts for itself");
                None
            }
        }
    }

    /// Whether it was away, and one may ask again; nothing while it is left alone.
    fn may_ask(&self) -> Option<bool> {
        let mut left_alone = self.left_alone.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(until) = *left_alone else { return Some(false) };
        if Instant::now() < until {
            return None;
        }
        *left_alone = Some(Instant::now() + PAUSE);
        Some(true)
    }
}
