//! Who failed lately goes to the end of the line, so that a message does not wait for one that is down while another is not.

use crate::classes::{Class, Failure};
use crate::provider::Provider;
use facts::{TenantId, Time};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Failures in a row after which a provider is asked last.
const IN_A_ROW: u32 = 3;
/// For how long.
const REST: Duration = Duration::from_secs(30);

/// What this process has seen of each tenant's providers. It decides the order alone: where nobody else is left, also one that
/// failed is asked.
#[derive(Default)]
pub(crate) struct Breaker(Mutex<HashMap<(TenantId, Provider), Seen>>);

#[derive(Clone, Copy)]
struct Seen {
    failures: u32,
    last: Time,
}

impl Breaker {
    /// Puts those that failed lately behind the others, and leaves the order otherwise as it is.
    pub(crate) fn order(&self, tenant: TenantId, providers: &mut [Provider], now: Time) {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        providers.sort_by_key(|provider| seen.get(&(tenant, *provider)).is_some_and(|seen| seen.rests(now)));
    }

    /// Notes how a call went. Whoever answers at all is up, whatever the answer.
    pub(crate) fn note(&self, tenant: TenantId, provider: Provider, failure: Option<&Failure>, now: Time) {
        let down = failure.is_some_and(|failure| matches!(failure.class, Class::Transient | Class::Unknown));
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !down {
            all.remove(&(tenant, provider));
            return;
        }
        let seen = all.entry((tenant, provider)).or_insert(Seen { failures: 0, last: now });
        *seen = Seen { failures: seen.failures.saturating_add(1), last: now };
    }
}

impl Seen {
    fn rests(self, now: Time) -> bool {
        self.failures >= IN_A_ROW && self.last.after(REST) > now
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use facts::Id;
    use uuid::Uuid;

    #[test]
    fn who_failed_lately_is_asked_last() {
        let breaker = Breaker::default();
        let tenant = TenantId::from_uuid(Uuid::nil());
        let order = |at: Time| {
            let mut all = [Provider::Meta, Provider::Twilio];
            breaker.order(tenant, &mut all, at);
            all[0]
        };
        let down = Failure::new(Class::Transient, "down");
        for _ in 0..2 {
            breaker.note(tenant, Provider::Meta, Some(&down), Time(0));
        }
        assert_eq!(order(Time(1)), Provider::Meta);
        breaker.note(tenant, Provider::Meta, Some(&down), Time(0));
        assert_eq!(order(Time(1)), Provider::Twilio);
        assert_eq!(order(Time(30_000)), Provider::Meta, "after a rest it gets another chance");
        breaker.note(tenant, Provider::Meta, Some(&down), Time(30_000));
        assert_eq!(order(Time(30_001)), Provider::Twilio, "and one failure is enough then");
        breaker.note(tenant, Provider::Meta, Some(&Failure::new(Class::Permanent, "no such number")), Time(30_002));
        assert_eq!(order(Time(30_003)), Provider::Meta, "an answer is an answer");
    }
}
