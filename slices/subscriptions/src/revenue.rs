//! What subscriptions bring each month, how it moved, and where it is going.

use facts::{Currency, Money};
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;
use store::{Look, Result, params, sql};

/// Months that a report looks back, and ahead.
pub const MONTHS: i64 = 12;
/// Whole months that a forecast is made from, at the most.
const LEARN_FROM: usize = 6;

/// How the monthly recurring revenue of one currency moved in one month. All in minor units, each movement above zero.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Movement {
    /// The month, `2026-11`.
    pub month: String,
    /// From customers who came for the first time.
    pub new_minor: i64,
    /// From customers who came back.
    pub reactivation_minor: i64,
    /// More from customers who were there.
    pub expansion_minor: i64,
    /// Less from customers who stayed.
    pub contraction_minor: i64,
    /// From customers who left.
    pub churn_minor: i64,
}

impl Movement {
    /// By how much the month changed it.
    pub fn net(&self) -> i64 {
        self.new_minor + self.reactivation_minor + self.expansion_minor - self.contraction_minor - self.churn_minor
    }
}

/// A month with what it began and ended with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Month {
    /// What it began with.
    pub start_minor: i64,
    /// What moved.
    pub moved: Movement,
    /// What it ended with.
    pub end_minor: i64,
}

impl Month {
    /// What left of what was there, in basis points; none where nothing was there.
    pub fn churn_bps(&self) -> Option<i64> {
        share(self.moved.churn_minor, self.start_minor)
    }

    /// What became of a hundred that were there as it began, in basis points: new customers do not count.
    pub fn retention_bps(&self) -> Option<i64> {
        let kept = self.start_minor + self.moved.expansion_minor - self.moved.contraction_minor - self.moved.churn_minor;
        share(kept, self.start_minor)
    }
}

fn share(part: i64, of: i64) -> Option<i64> {
    let bps = (i128::from(part) * 10_000 + i128::from(of) / 2).checked_div(i128::from(of).max(0))?;
    i64::try_from(bps).ok()
}

/// What the subscriptions of a tenant bring, in one currency.
#[derive(Debug, Clone)]
pub struct Revenue {
    /// The currency.
    pub currency: Currency,
    /// What they bring each month now.
    pub mrr_minor: i64,
    /// The last months, oldest first, this one last.
    pub months: Vec<Month>,
    /// What the next months are likely to bring.
    pub forecast: Vec<i64>,
}

impl Revenue {
    /// So many minor units in its currency.
    pub fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }

    /// What they bring a year, as they are now.
    pub fn arr(&self) -> Money {
        self.money(self.mrr_minor.saturating_mul(12))
    }
}

#[derive(Deserialize)]
struct Now {
    currency: Currency,
    mrr_minor: i64,
}

/// What the subscriptions bring, in each currency that they are paid in.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn revenue(look: &mut impl Look, today: Date) -> Result<Vec<Revenue>> {
    let now: Vec<Now> = look
        .all(
            sql!(
                "SELECT currency, CAST(SUM(mrr_minor) AS BIGINT) AS mrr_minor FROM subscriptions WHERE tenant_id = $1
                 GROUP BY currency ORDER BY currency"
            ),
            params![look.tenant()],
        )
        .await?;
    let mut all = Vec::with_capacity(now.len());
    for Now { currency, mrr_minor } in now {
        let months = walk_back(mrr_minor, &movements(look, currency, today).await?, today);
        all.push(Revenue { currency, mrr_minor, forecast: forecast(mrr_minor, &months), months });
    }
    Ok(all)
}

/// The movements of a currency by month, those of the last year.
async fn movements(look: &mut impl Look, currency: Currency, today: Date) -> Result<Vec<Movement>> {
    let since = first_of(today, MONTHS - 1);
    look.all(
        sql!(
            "SELECT SUBSTR(on_day, 1, 7) AS month,
                CAST(SUM(CASE WHEN opening_minor = 0 AND NOT known THEN closing_minor ELSE 0 END) AS BIGINT) AS new_minor,
                CAST(SUM(CASE WHEN opening_minor = 0 AND known THEN closing_minor ELSE 0 END) AS BIGINT) AS reactivation_minor,
                CAST(SUM(CASE WHEN opening_minor > 0 AND closing_minor > opening_minor THEN closing_minor - opening_minor ELSE 0 END)
                    AS BIGINT) AS expansion_minor,
                CAST(SUM(CASE WHEN closing_minor > 0 AND closing_minor < opening_minor THEN opening_minor - closing_minor ELSE 0 END)
                    AS BIGINT) AS contraction_minor,
                CAST(SUM(CASE WHEN opening_minor > 0 AND closing_minor = 0 THEN opening_minor ELSE 0 END) AS BIGINT) AS churn_minor
             FROM mrr_days WHERE tenant_id = $1 AND currency = $2 AND on_day >= $3 GROUP BY SUBSTR(on_day, 1, 7) ORDER BY 1"
        ),
        params![look.tenant(), currency, since.to_string()],
    )
    .await
}

fn first_of(today: Date, months_ago: i64) -> Date {
    today.first_of_month().saturating_sub(months_ago.months())
}

/// The months before now, from what is there now and what moved: what a month began with is what it ended with less what moved.
fn walk_back(now: i64, moved: &[Movement], today: Date) -> Vec<Month> {
    let mut end = now;
    let mut months: Vec<Month> = (0..MONTHS)
        .map(|ago| {
            let month = first_of(today, ago).strftime("%Y-%m").to_string();
            let none = || Movement { month: month.clone(), ..Movement::default() };
            let moved = moved.iter().find(|moved| moved.month == month).cloned().unwrap_or_else(none);
            let start = end - moved.net();
            let whole = Month { start_minor: start, end_minor: end, moved };
            end = start;
            whole
        })
        .collect();
    months.reverse();
    months
}

/// What the next months are likely to bring, if customers come and leave as in the last whole months: what leaves is a share of what is
/// there, what comes is an amount.
pub fn forecast(now: i64, months: &[Month]) -> Vec<i64> {
    let whole = months.split_last().map_or(&[][..], |(_, before)| before);
    let learnt: Vec<&Month> = whole.iter().rev().take(LEARN_FROM).filter(|month| month.start_minor > 0 || month.end_minor > 0).collect();
    if learnt.is_empty() {
        return vec![now; usize::try_from(MONTHS).unwrap_or(0)];
    }
    let count = i128::try_from(learnt.len()).unwrap_or(1);
    let sum = |of: fn(&Month) -> i64| learnt.iter().map(|month| i128::from(of(month))).sum::<i128>();
    let there = sum(|month| month.start_minor).max(1);
    let leaves = sum(|month| month.moved.churn_minor + month.moved.contraction_minor);
    let comes = sum(|month| month.moved.new_minor + month.moved.reactivation_minor + month.moved.expansion_minor) / count;
    let mut mrr = i128::from(now);
    (0..MONTHS)
        .map(|_| {
            mrr = (mrr - mrr * leaves.min(there) / there + comes).max(0);
            i64::try_from(mrr).unwrap_or(i64::MAX)
        })
        .collect()
}

/// Somebody who would pay less by the year.
#[derive(Debug, Clone, Deserialize)]
pub struct Opportunity {
    /// The subscription.
    pub id: facts::SubscriptionId,
    /// Whose it is.
    pub contact_id: facts::ContactId,
    /// What they are called.
    pub customer_name: String,
    /// The plan.
    pub plan: String,
    /// How many.
    pub quantity: i64,
    /// For how many months it has run.
    pub periods: i64,
    /// What a month of one costs.
    pub month_minor: i64,
    /// What a year of one costs now.
    pub year_minor: i64,
    /// In which currency.
    pub currency: Currency,
}

impl Opportunity {
    /// What a year by the year saves.
    pub fn saves(&self) -> Money {
        Money::new((self.month_minor.saturating_mul(12) - self.year_minor).saturating_mul(self.quantity), self.currency)
    }
}

/// Those who have stayed for three months and more, and for whom the year is cheaper: the longest first.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn opportunities(look: &mut impl Look, limit: i64) -> Result<Vec<Opportunity>> {
    look.all(
        sql!(
            "SELECT s.id, s.contact_id, s.customer_name, l.name AS plan, s.quantity, s.periods, m.amount_minor AS month_minor,
                y.amount_minor AS year_minor, s.currency
             FROM subscriptions s
                JOIN plans l ON l.tenant_id = s.tenant_id AND l.id = s.plan_id
                JOIN plan_prices m ON m.tenant_id = s.tenant_id AND m.id = s.price_id
                JOIN plan_prices y ON y.tenant_id = s.tenant_id AND y.plan_id = s.plan_id AND y.cadence = 'year'
             WHERE s.tenant_id = $1 AND s.state = 'active' AND s.periods >= 3 AND s.cancel_on IS NULL AND s.next_price_id IS NULL
                AND m.cadence = 'month' AND y.currency = m.currency AND y.amount_minor < 12 * m.amount_minor AND l.active
                AND y.version = (SELECT MAX(v.version) FROM plan_prices v
                    WHERE v.tenant_id = y.tenant_id AND v.plan_id = y.plan_id AND v.cadence = 'year')
             ORDER BY s.created_at, s.id LIMIT $2"
        ),
        params![look.tenant(), limit],
    )
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn moved(month: &str, new: i64, churn: i64) -> Movement {
        Movement { month: month.into(), new_minor: new, churn_minor: churn, ..Movement::default() }
    }

    #[test]
    fn months_add_up_to_what_is_there() {
        let months = walk_back(9_000, &[moved("2026-09", 10_000, 0), moved("2026-11", 0, 1_000)], date(2026, 11, 21));
        assert_eq!(months.len(), 12);
        assert_eq!((months[0].start_minor, months[8].end_minor), (0, 0));
        assert_eq!((months[9].moved.month.as_str(), months[9].start_minor, months[9].end_minor), ("2026-09", 0, 10_000));
        assert_eq!((months[11].start_minor, months[11].end_minor), (10_000, 9_000));
        assert_eq!((months[11].churn_bps(), months[11].retention_bps()), (Some(1_000), Some(9_000)));
        assert_eq!(months[0].churn_bps(), None);
    }

    #[test]
    fn what_stays_as_it_is_is_forecast_to_stay() {
        assert_eq!(forecast(5_000, &[]), vec![5_000; 12]);
        let still = |_| Month { start_minor: 5_000, end_minor: 5_000, moved: Movement::default() };
        assert_eq!(forecast(5_000, &(0..12).map(still).collect::<Vec<_>>()), vec![5_000; 12]);
        let leaving = Month { start_minor: 1_000, end_minor: 900, moved: moved("2026-10", 0, 100) };
        assert_eq!(forecast(1_000, &[leaving.clone(), leaving])[..2], [900, 810]);
    }

    proptest! {
        #[test]
        fn every_month_begins_where_the_one_before_ended(now in 0i64..1_000_000, news in prop::collection::vec((0i64..10_000, 0i64..10_000), 12)) {
            let today = date(2026, 11, 21);
            let all: Vec<Movement> = news.iter().enumerate().map(|(ago, (new, churn))| {
                moved(&first_of(today, i64::try_from(ago).unwrap()).strftime("%Y-%m").to_string(), *new, *churn)
            }).collect();
            let months = walk_back(now, &all, today);
            for pair in months.windows(2) {
                prop_assert_eq!(pair[0].end_minor, pair[1].start_minor);
            }
            for month in &months {
                prop_assert_eq!(month.end_minor, month.start_minor + month.moved.net());
            }
            prop_assert_eq!(months.last().unwrap().end_minor, now);
            prop_assert!(forecast(now, &months).iter().all(|minor| *minor >= 0));
        }
    }
}
