//! One letter to one of the providers of its channel; to the next of them where the first surely does not have it.

use crate::classes::{Class, Failure};
use crate::letter::Letter;
use crate::outcome::{Outcome, Sent};
use crate::provider::Provider;
use crate::world::Channels;
use crate::{mail, push, twilio, whatsapp};
use facts::TenantId;
use std::time::Duration;

/// How long an answer is waited for. What is out longer counts as unknown.
const PATIENCE: Duration = Duration::from_secs(15);
/// The same where somebody waits.
const HASTE: Duration = Duration::from_secs(3);

impl Channels {
    /// Calls the providers of the letter's channel until one has it or may have it.
    pub async fn send(&self, tenant: TenantId, letter: &Letter) -> Sent {
        let mut providers = match self.set_up(tenant, letter.channel).await {
            Ok(providers) => providers,
            Err(error) => return Sent { provider: None, outcome: Outcome::unopened(&error), others: Vec::new() },
        };
        providers.retain(|provider| carries(*provider, letter));
        lead(&mut providers, letter.first);
        self.breaker.order(tenant, &mut providers, self.db.clock().now());
        providers.sort_by_key(|provider| letter.is_outside_window(*provider));
        let mut tried: Vec<(Provider, Failure)> = Vec::new();
        for provider in providers {
            // Where another may take it later, it is not given to one that never brings it there.
            if !tried.is_empty() && letter.is_outside_window(provider) {
                break;
            }
            let failure = match self.call(provider, tenant, letter).await {
                Outcome::NotConfigured => continue,
                Outcome::Failed(failure) => failure,
                accepted @ Outcome::Accepted { .. } => {
                    self.breaker.note(tenant, provider, None, self.db.clock().now());
                    return Sent { provider: Some(provider), outcome: accepted, others: tried };
                }
            };
            self.breaker.note(tenant, provider, Some(&failure), self.db.clock().now());
            let on = goes_on(&failure, letter.hasty);
            tried.push((provider, failure));
            if !on {
                break;
            }
        }
        what_counts(tried)
    }

    /// Calls one provider, once.
    async fn call(&self, provider: Provider, tenant: TenantId, letter: &Letter) -> Outcome {
        let patience = if letter.hasty { HASTE } else { PATIENCE };
        let called = match provider {
            Provider::Meta => whatsapp::meta::send(self, tenant, letter, patience).await,
            Provider::Myoperator => whatsapp::myoperator::send(self, tenant, letter, patience).await,
            Provider::Gateway => whatsapp::gateway::send(self, tenant, letter, patience).await,
            Provider::Twilio => twilio::send(self, tenant, letter, patience).await,
            Provider::Smtp => mail::send(self, tenant, letter).await,
            Provider::Fcm => push::fcm::send(self, tenant, letter, patience).await,
            Provider::Webpush => push::webpush::send(self, tenant, letter, patience).await,
        };
        called.unwrap_or_else(|error| Outcome::unopened(&error))
    }
}

/// Whether a letter goes by a provider as it is. Where a part of it would be lost, nobody would be told.
fn carries(provider: Provider, letter: &Letter) -> bool {
    let Some(file) = &letter.file else { return true };
    provider.carries_files(letter.channel) && provider.refuses(&file.kind, letter.caption().is_some()).is_none()
}

/// Puts one of them before the others.
fn lead(providers: &mut [Provider], first: Option<Provider>) {
    providers.sort_by_key(|provider| Some(*provider) != first);
}

/// Of several failures the one that decides what follows: who may have it is waited for, who may take it later is asked later, and only
/// where nobody ever will is it given up.
fn what_counts(mut tried: Vec<(Provider, Failure)>) -> Sent {
    let weight = |failure: &Failure| match failure.class {
        Class::Unknown => 0,
        Class::Suppressed => 1,
        Class::Transient => 2,
        Class::RateLimited => 3,
        Class::PairLimited => 4,
        Class::Permanent => 5,
    };
    let first = (0..tried.len()).min_by_key(|at| tried.get(*at).map(|(_, failure)| weight(failure)));
    match first.map(|at| tried.remove(at)) {
        Some((provider, failure)) => Sent { provider: Some(provider), outcome: Outcome::Failed(failure), others: tried },
        None => Sent { provider: None, outcome: Outcome::NotConfigured, others: Vec::new() },
    }
}

/// Whether another provider is asked at once: where this one surely does not have it and another may do better, and for what somebody
/// waits for also where it may have it.
fn goes_on(failure: &Failure, hasty: bool) -> bool {
    match failure.class {
        Class::Transient => true,
        Class::Unknown | Class::RateLimited => hasty,
        Class::Permanent => failure.elsewhere,
        Class::PairLimited | Class::Suppressed => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_failure_that_counts() {
        let counts = |classes: &[Class]| {
            let tried = classes.iter().map(|class| (Provider::Meta, Failure::new(*class, "x"))).collect();
            match what_counts(tried).outcome {
                Outcome::Failed(failure) => Some(failure.class),
                _ => None,
            }
        };
        assert_eq!(counts(&[]), None);
        assert_eq!(counts(&[Class::Transient, Class::Permanent]), Some(Class::Transient));
        assert_eq!(counts(&[Class::Unknown, Class::Permanent]), Some(Class::Unknown));
        assert_eq!(counts(&[Class::Transient, Class::Unknown]), Some(Class::Unknown));
        assert_eq!(counts(&[Class::Permanent, Class::Suppressed]), Some(Class::Suppressed));
    }

    #[test]
    fn who_is_asked_first() {
        let order = |first| {
            let mut all = [Provider::Myoperator, Provider::Meta, Provider::Twilio];
            lead(&mut all, first);
            all
        };
        assert_eq!(order(Some(Provider::Meta)), [Provider::Meta, Provider::Myoperator, Provider::Twilio]);
        for nothing in [None, Some(Provider::Smtp)] {
            assert_eq!(order(nothing), [Provider::Myoperator, Provider::Meta, Provider::Twilio]);
        }
    }

    #[test]
    fn when_another_is_asked() {
        for (class, calmly, hastily) in [
            (Class::Transient, true, true),
            (Class::Unknown, false, true),
            (Class::RateLimited, false, true),
            (Class::PairLimited, false, false),
            (Class::Suppressed, false, false),
            (Class::Permanent, false, false),
        ] {
            let failure = Failure::new(class, "x");
            assert_eq!((goes_on(&failure, false), goes_on(&failure, true)), (calmly, hastily), "{class}");
        }
        assert!(goes_on(&Failure { elsewhere: true, ..Failure::new(Class::Permanent, "no credit") }, false));
    }
}
