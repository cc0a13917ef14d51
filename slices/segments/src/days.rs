//! Days pass: what somebody did falls out of the windows that filters look back over.

use crate::book;
use crate::filter::{Day, Needs, Touch};
use crate::keep::{Touched, keep};
use crate::model::Segment;
use crate::rows;
use facts::{ContactId, Id};
use jiff::civil::Time as Hour;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashSet};
use store::{Look, Result, Timer, Tx, params, sql};
use uuid::Uuid;

/// People of a page.
const PAGE: i64 = 2_000;
/// When the tenant's day is over, and clocks that change at midnight have changed.
const AFTER_MIDNIGHT: Hour = Hour::constant(0, 5, 0, 0);

/// Looks at those whose deeds fell out of a window since the book's day, page by page, and rings again the next night.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct PassDay {
    /// Up to which day it goes; nothing before it begins.
    to: Option<i64>,
    /// Which deeds of which days are still to be looked at.
    due: Vec<(String, i64)>,
    /// Up to whom it has looked at the first of these.
    after: Option<ContactId>,
}

impl PassDay {
    /// Sets it for the first time.
    pub(crate) async fn begin(tx: &mut Tx, today: &Day) -> Result<()> {
        tx.at(web::next_at(tx.now(), &today.zone, AFTER_MIDNIGHT), Self::default()).await
    }
}

impl Timer for PassDay {
    const NAME: &'static str = "pass_segment_day";

    fn key(&self) -> String {
        String::new()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        let Some(through) = book::hold(tx).await? else { return Ok(()) };
        let today = book::today(tx, tx.now()).await?;
        let all = rows::all(tx).await?;
        let (to, mut left) = match self.to {
            Some(to) => (to, self.due.clone()),
            None => {
                let needs: Vec<Needs> = all.iter().map(Segment::needs).collect();
                (today.number, due(&Needs::together(&needs), through, today.number))
            }
        };
        let mut after = None;
        if let Some((kind, day)) = left.first() {
            let people = fallen(tx, kind, *day, self.after).await?;
            let touch = Touch::Did(kind.clone().into());
            let touched: Touched = people.iter().map(|person| (*person, HashSet::from([touch.clone()]))).collect();
            keep(tx, &all, &touched, &today).await?;
            after = people.last().copied().filter(|_| i64::try_from(people.len()) == Ok(PAGE));
            if after.is_none() {
                left.remove(0);
            }
        }
        if left.is_empty() {
            book::set_day(tx, to).await?;
            return Self::begin(tx, &today).await;
        }
        tx.at(tx.now(), Self { to: Some(to), due: left, after }).await
    }
}

/// Which deeds of which days some window saw on one day and does not see on a later one.
fn due(needs: &Needs, from: i64, to: i64) -> Vec<(String, i64)> {
    let mut found = BTreeSet::new();
    for (kind, windows) in &needs.did {
        for days in windows {
            // The window of `days` sees from `day - days + 1` on.
            found.extend((from - days + 1..=to - days).map(|day| (kind.clone(), day)));
        }
    }
    found.into_iter().collect()
}

/// Who did something on a day, in the order of their ids.
async fn fallen(tx: &mut Tx, kind: &str, day: i64, after: Option<ContactId>) -> Result<Vec<ContactId>> {
    let after = after.unwrap_or_else(|| ContactId::from_uuid(Uuid::nil()));
    tx.all(
        sql!(
            "SELECT contact_id FROM fact_days WHERE tenant_id = $1 AND kind = $2 AND day = $3 AND contact_id > $4
             ORDER BY contact_id LIMIT $5"
        ),
        params![tx.tenant(), kind, day, after, PAGE],
    )
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter;
    use serde_json::json;

    fn fallen(days: i64, from: i64, to: i64) -> Vec<i64> {
        let needs = Needs::of(&filter::read("filter", &json!({"did": "order.paid", "days": days})).unwrap());
        due(&needs, from, to).into_iter().map(|(_, day)| day).collect()
    }

    #[test]
    fn each_day_falls_out_once() {
        assert_eq!(fallen(1, 100, 101), [100]);
        assert_eq!(fallen(30, 100, 101), [71]);
        assert_eq!(fallen(30, 100, 103), [71, 72, 73], "also after a standstill");
        assert_eq!(fallen(30, 100, 100), Vec::<i64>::new());
        let ever = filter::read("filter", &json!({"did": "order.paid"})).unwrap();
        assert_eq!(due(&Needs::of(&ever), 100, 200), Vec::new());
    }
}
