//! What the tenant itself may use of the platform, by its plan: the whole table.

use crate::entitle::Desk;
use crate::model::{Because, Entitlement, Kind, Subject};
use crate::rules;
use identity::Plan;
use store::{Error, Result};

facts::words! {
    /// What a platform plan gives beside the room that identity counts.
    pub enum Quota {
        /// Runs of the attribution in a month.
        AttributionRuns = "attribution_runs",
        /// Attribution models that can be chosen from.
        Models = "models",
        /// So many days back an attribution looks.
        LookbackDays = "lookback_days",
        /// Whether reports can be taken along as files.
        Export = "export",
    }
}

impl Quota {
    fn allows(self, plan: Plan) -> i64 {
        let (runs, models, days, export) = match plan {
            Plan::Free => (100, 1, 7, 0),
            Plan::Pro => (5_000, 3, 60, 1),
            Plan::Scale => (25_000, 10, 180, 1),
        };
        match self {
            Quota::AttributionRuns => runs,
            Quota::Models => models,
            Quota::LookbackDays => days,
            Quota::Export => export,
        }
    }

    fn words(self) -> (&'static str, Kind, &'static str) {
        match self {
            Quota::AttributionRuns => ("Attribution runs", Kind::Metered, "runs"),
            Quota::Models => ("Attribution models", Kind::Limit, "models"),
            Quota::LookbackDays => ("Days of look-back", Kind::Limit, "days"),
            Quota::Export => ("Export of reports", Kind::Switch, ""),
        }
    }

    /// What the tenant may use of it. `grace_percent` is how far above the limit what is metered still goes.
    ///
    /// # Errors
    /// A plan that is none.
    pub fn entitlement(self, desk: &Desk, grace_percent: i64) -> Result<Entitlement> {
        let plan: Plan = desk.plan.parse().map_err(Error::internal)?;
        let (name, kind, unit) = self.words();
        let allowed = self.allows(plan);
        let period = rules::month(desk.today);
        Ok(Entitlement {
            subject: Subject::Own(desk.tenant),
            code: self.as_str().to_owned(),
            name: name.to_owned(),
            kind,
            unit: unit.to_owned(),
            allowed,
            ceiling: if kind == Kind::Metered { rules::ceiling(allowed, grace_percent) } else { allowed },
            terms: None,
            because: if allowed > 0 { Because::Plan } else { Because::Nothing },
            previous: period.start.yesterday().ok().map(rules::month),
            period,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_numbers() {
        let table = [(Plan::Free, [100, 1, 7, 0]), (Plan::Pro, [5_000, 3, 60, 1]), (Plan::Scale, [25_000, 10, 180, 1])];
        for (plan, numbers) in table {
            let given: Vec<i64> = Quota::ALL.iter().map(|quota| quota.allows(plan)).collect();
            assert_eq!(given, numbers, "{plan}");
        }
    }
}
