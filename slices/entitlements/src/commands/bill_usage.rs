//! What was used above a limit in a period that is over is stated, so that it is billed: each unit once.

use crate::entitle::Desk;
use crate::model::Subject;
use crate::rows::{self, Closing};
use crate::{queries, rules};
use facts::ContactId;
use facts::entitlements::{UsageBillable, UsageOver};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use store::{Result, Timer, Tx};
use uuid::Uuid;

/// Counters that are closed in one go.
const PAGE: i64 = 200;

/// Rings when the periods that end on a day take nothing more. Whoever counts something that goes over sets it, also when it has rung
/// already: then what came since is stated.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct BillUsage {
    /// The day after the last of the periods.
    pub end: Date,
    /// Where to go on: the counter that was closed last.
    pub after: Option<(Uuid, String, Date)>,
}

impl BillUsage {
    /// Sets it for when its periods have closed.
    pub async fn set(self, tx: &mut Tx, desk: &Desk) -> Result<()> {
        tx.at(rules::begins(self.end, &desk.zone).after(rules::LATE), self).await
    }
}

/// What is stated of a counter, and how much of it is stated then.
fn line(it: &Closing, names: &HashMap<String, (String, String)>) -> Option<(UsageOver, i64)> {
    let terms = it.terms.0;
    let next = terms.next(it.used, it.over_told)?;
    let (name, unit) = names.get(&it.feature).cloned().unwrap_or_else(|| (it.feature.clone(), String::new()));
    let line = UsageOver {
        subscription_id: terms.subscription_id,
        feature: it.feature.clone(),
        name,
        unit,
        after: it.over_told,
        units: next.units,
        per: terms.per,
        packages: next.packages,
        price: terms.price,
    };
    Some((line, it.over_told + next.units))
}

impl Timer for BillUsage {
    const NAME: &'static str = "bill_usage";

    fn key(&self) -> String {
        self.end.to_string()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        let now = tx.now();
        let desk = Desk::of(tx, now).await?;
        let names = queries::features(tx).await?.into_iter().map(|it| (it.code, (it.name, it.unit))).collect();
        let page = rows::closing(tx, self, PAGE).await?;
        let mut told = Vec::new();
        let mut facts: BTreeMap<(ContactId, Date), Vec<UsageOver>> = BTreeMap::new();
        let mut more = false;
        for it in &page {
            let Some(contact) = Subject::of(desk.tenant, it.subject).contact() else { continue };
            let Some((line, upto)) = line(it, &names) else { continue };
            more |= it.terms.0.next(it.used, upto).is_some();
            facts.entry((contact, it.period_start)).or_default().push(line);
            told.push((it, upto));
        }
        rows::tell_over(tx, self.end, &told).await?;
        let end = self.end;
        let fact = |((contact_id, from), lines): ((ContactId, Date), _)| UsageBillable {
            contact_id,
            from: from.to_string(),
            to: end.to_string(),
            lines,
        };
        tx.state_all(facts.into_iter().map(fact)).await?;
        let last = page.last().filter(|_| i64::try_from(page.len()) == Ok(PAGE));
        let after = last.map(|it| (it.subject, it.feature.clone(), it.period_start));
        if more || after.is_some() {
            // Whatever is left of these counters is found again from the first on.
            let after = after.filter(|_| !more);
            tx.at(now, Self { end, after }).await?;
        }
        Ok(())
    }
}
