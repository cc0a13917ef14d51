//! How often who may do what: in memory, or in Redis where there is one, by the same rule.
//!
//! The rule is GCRA (generic cell rate algorithm, ITU-T I.371): a caller may use the whole limit at once and then
//! earns it back evenly over the window. Written out in a dozen lines because both homes have to agree on it.

use redis::aio::ConnectionManager;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
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
    home: Home,
    clock: Clock,
    settings: Arc<HashMap<String, Rate>>,
}

#[derive(Clone)]
enum Home {
    Memory(moka::sync::Cache<String, i64>),
    Redis(ConnectionManager),
}

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
        let cache = moka::sync::Cache::builder().max_capacity(200_000).time_to_idle(Duration::from_secs(7_200)).build();
        Self { home: Home::Memory(cache), clock, settings: Arc::new(settings) }
    }

    /// Counted in Redis, for all nodes together.
    pub fn in_redis(redis: ConnectionManager, clock: Clock, settings: HashMap<String, Rate>) -> Self {
        Self { home: Home::Redis(redis), clock, settings: Arc::new(settings) }
    }

    /// The rate of a feature: what RATE_<FEATURE>_LIMIT and _WINDOW say, else the usual.
    pub fn setting(&self, feature: &str, usual: Rate) -> Rate {
        self.settings.get(&feature.to_ascii_lowercase()).copied().unwrap_or(usual)
    }

    /// Takes one. A Redis that is away lets everybody pass: losing it must not close the shop.
    pub async fn take(&self, who: &str, rate: Rate) -> Verdict {
        let now = self.clock.now().millis();
        match &self.home {
            Home::Memory(cache) => {
                let mut verdict = None;
                cache.entry_by_ref(who).and_upsert_with(|entry| {
                    let (decided, level) = decide(entry.map(moka::Entry::into_value), now, rate);
                    verdict = Some(decided);
                    level
                });
                verdict.unwrap_or_else(|| decide(None, now, rate).0)
            }
            Home::Redis(redis) => {
                let empty_at = self.in_one_step(redis.clone(), who, now, rate).await;
                decide(empty_at, now, rate).0
            }
        }
    }

    async fn in_one_step(&self, mut redis: ConnectionManager, who: &str, now: i64, rate: Rate) -> Option<i64> {
        let window = i64::try_from(rate.window.as_millis()).unwrap_or(i64::MAX).max(1);
        let step = (window / i64::from(rate.limit.max(1))).max(1);
        let key = format!("origin:limit:{who}");
        let answer: redis::RedisResult<String> =
            redis::Script::new(SCRIPT).key(key).arg(now).arg(step).arg(window).invoke_async(&mut redis).await;
        match answer {
            Ok(empty_at) => empty_at.parse().ok(),
            Err(error) => {
                tracing::warn!(%error, "Redis does not count; the request passes");
                None
            }
        }
    }

    /// Whether this text is new within a window.
    pub async fn first_time(&self, text: &str, window: Duration) -> bool {
        self.take(text, Rate { limit: 1, window }).await.allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use facts::Time;

    #[tokio::test]
    async fn the_whole_limit_at_once_and_then_evenly() {
        let clock = Clock::simulated(Time(1_000_000));
        let limits = Limits::in_memory(clock.clone(), HashMap::new());
        let rate = Rate { limit: 10, window: Duration::from_secs(60) };
        for left in (0..10).rev() {
            let verdict = limits.take("a", rate).await;
            assert!(verdict.allowed);
            assert_eq!(verdict.remaining, left);
        }
        let refused = limits.take("a", rate).await;
        assert!(!refused.allowed);
        assert_eq!(refused.retry_after, Duration::from_secs(6));
        assert!(limits.take("b", rate).await.allowed);
        clock.advance(Duration::from_secs(6));
        assert!(limits.take("a", rate).await.allowed);
        assert!(!limits.take("a", rate).await.allowed);
    }
}
