//! What customers may use, by the plans that they have subscribed to and by what they were given beside them.

use crate::model::{Because, Entitlement, Feature, Gift, Kind, NO_LIMIT, Override, Period, Resets, Subject, Terms};
use crate::{queries, rules};
use facts::subscriptions::SubscriptionState;
use facts::{ContactId, PlanId, TenantId, Time};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::{BTreeSet, HashMap};
use store::{Look, Result};
use subscriptions::Holding;

/// What the tenant's calendar says now.
#[derive(Debug, Clone)]
pub(crate) struct Desk {
    pub tenant: TenantId,
    pub zone: TimeZone,
    pub now: Time,
    pub today: Date,
    /// The tenant's plan with the platform.
    pub plan: String,
}

impl Desk {
    pub async fn of(look: &mut impl Look, now: Time) -> Result<Self> {
        let tenant = identity::tenant(look).await?;
        let zone = TimeZone::get(&tenant.time_zone).unwrap_or(TimeZone::UTC);
        let today = now.timestamp().to_zoned(zone.clone()).date();
        Ok(Self { tenant: tenant.id, zone, now, today, plan: tenant.plan })
    }

    /// The day of a moment.
    pub fn day(&self, at: Time) -> Date {
        at.timestamp().to_zoned(self.zone.clone()).date()
    }

    /// When counting begins anew.
    pub fn resets_at(&self, period: Period) -> Time {
        rules::begins(period.end, &self.zone)
    }
}

/// All that some customers are given, read at once.
pub(crate) struct Gives {
    pub desk: Desk,
    holdings: HashMap<ContactId, Vec<Holding>>,
    plans: HashMap<(PlanId, String), Gift>,
    overrides: HashMap<(ContactId, String), Override>,
}

impl Gives {
    pub async fn of(look: &mut impl Look, desk: Desk, contacts: &[ContactId]) -> Result<Self> {
        let mut holdings: HashMap<ContactId, Vec<Holding>> = HashMap::new();
        for holding in subscriptions::holdings(look, contacts).await? {
            holdings.entry(holding.contact_id).or_default().push(holding);
        }
        let ids: BTreeSet<PlanId> = holdings.values().flatten().map(|holding| holding.plan_id).collect();
        let plans = queries::given_by(look, &ids.into_iter().collect::<Vec<_>>()).await?;
        let kept = queries::overrides_of(look, contacts).await?;
        let overrides =
            kept.into_iter().filter(|kept| kept.until >= desk.today).map(|kept| ((kept.contact_id, kept.feature.clone()), kept));
        Ok(Self { holdings, plans, overrides: overrides.collect(), desk })
    }

    fn gift(&self, holding: &Holding, feature: &Feature) -> Option<Gift> {
        self.plans.get(&(holding.plan_id, feature.code.clone())).copied()
    }

    fn given(&self, holding: &Holding, feature: &Feature) -> i64 {
        let each = self.gift(holding, feature).map_or(0, |gift| gift.allows);
        if feature.kind == Kind::Switch { each } else { rules::times(each, holding.quantity) }
    }

    /// What a customer may use of a feature: all their plans together, or what they were given in place of it.
    pub fn to(&self, contact: ContactId, feature: &Feature) -> Entitlement {
        let holdings = self.holdings.get(&contact).map_or(&[][..], Vec::as_slice);
        let by_plans = holdings.iter().map(|holding| self.given(holding, feature)).fold(0, rules::sum);
        let instead = self.overrides.get(&(contact, feature.code.clone()));
        let priced = holdings.iter().find_map(|holding| self.priced(holding, feature));
        let (allowed, because) = match instead {
            Some(instead) => (instead.allows, Because::Override),
            None if by_plans > 0 || priced.is_some() => (by_plans, Because::Plan),
            None => (0, Because::Nothing),
        };
        // What was taken away by hand is not to be had for money either.
        let taken = because == Because::Override && allowed == 0;
        let terms = priced.filter(|_| !taken && allowed != NO_LIMIT).map(|terms| Terms { limit: allowed, ..terms });
        let allowed = if feature.kind == Kind::Switch { allowed.min(1) } else { allowed };
        let (period, previous) = self.periods(holdings, feature);
        Entitlement {
            subject: Subject::Contact(contact),
            code: feature.code.clone(),
            name: feature.name.clone(),
            kind: feature.kind,
            unit: feature.unit.clone(),
            ceiling: match feature.kind {
                Kind::Metered if terms.is_some() => NO_LIMIT,
                Kind::Metered => rules::ceiling(allowed, feature.grace_percent),
                Kind::Switch | Kind::Limit => allowed,
            },
            allowed,
            because,
            terms,
            period,
            previous,
        }
    }

    /// What a subscription asks for what goes over. Nothing is asked on trial, nor of whom a provider bills, so there the limit holds.
    fn priced(&self, holding: &Holding, feature: &Feature) -> Option<Terms> {
        let over = self.gift(holding, feature)?.over?;
        let billed = holding.ours && holding.state != SubscriptionState::Trialing;
        let pays = billed && feature.kind == Kind::Metered && holding.currency == over.price.currency;
        pays.then_some(Terms { subscription_id: holding.id, limit: 0, price: over.price, per: over.per })
    }

    /// The period that counts now and the one before: of the oldest subscription that gives it, or else the month.
    fn periods(&self, holdings: &[Holding], feature: &Feature) -> (Period, Option<Period>) {
        let gives = holdings
            .iter()
            .find(|holding| self.given(holding, feature) > 0 || self.priced(holding, feature).is_some())
            .or(holdings.first());
        match gives.filter(|_| feature.resets == Resets::Period) {
            Some(it) => {
                let previous = it.previous_start.zip(it.previous_end).map(|(start, end)| Period { start, end });
                (Period { start: it.period_start, end: it.period_end }, previous)
            }
            None => {
                let period = rules::month(self.desk.today);
                (period, period.start.yesterday().ok().map(rules::month))
            }
        }
    }
}

/// A limit as programs read it: none where there is none.
pub(crate) fn shown(allowed: i64) -> Option<i64> {
    Some(allowed).filter(|allowed| *allowed != NO_LIMIT)
}
