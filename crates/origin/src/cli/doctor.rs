//! `origin doctor`: what is set up, what is missing, and what to do about it.

use super::Json;
use crate::config::Config;
use crate::house;
use clap::Args;
use serde_json::json;
use std::process::ExitCode;
use store::{Clock, Db, Dice, errand};
use web::Env;

#[derive(Args)]
pub(super) struct Doctor {
    #[command(flatten)]
    json: Json,
}

/// How much a finding matters.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Good,
    Attention,
    Bad,
}

struct Finding {
    level: Level,
    what: String,
}

impl Doctor {
    pub(super) async fn run(self, config: &Config) -> store::Result<ExitCode> {
        let mut findings = providers(config);
        findings.extend(settings(config));
        match house::open(config, Clock::system(), Dice::fair()).await {
            Ok(db) => findings.extend(database(&db).await),
            Err(error) => findings.push(Finding { level: Level::Bad, what: format!("the database cannot be opened: {error}") }),
        }
        findings.push(redis(config).await);
        let bad = findings.iter().any(|finding| finding.level == Level::Bad);
        let list: Vec<_> = findings.iter().map(|finding| json!({"level": finding.level.word(), "finding": finding.what})).collect();
        self.json.print(&json!({"ok": !bad, "findings": list}), || {
            findings.iter().map(|finding| format!("{:<10} {}", finding.level.word(), finding.what)).collect::<Vec<_>>().join("\n")
        });
        Ok(if bad { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}

impl Level {
    fn word(self) -> &'static str {
        match self {
            Level::Good => "good",
            Level::Attention => "attention",
            Level::Bad => "bad",
        }
    }
}

fn providers(config: &Config) -> Vec<Finding> {
    let needs = [
        (
            &["razorpay", "stripe"][..],
            "payments: set RAZORPAY_KEY_ID, RAZORPAY_KEY_SECRET and RAZORPAY_WEBHOOK_SECRET, or STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET",
        ),
        (
            &["meta", "myoperator", "gateway"],
            "WhatsApp: set META_ACCESS_TOKEN and META_PHONE_NUMBER_ID, or MYOPERATOR_API_KEY, MYOPERATOR_ACCOUNT_ID and MYOPERATOR_PHONE_NUMBER, or \
             WHATSAPP_GATEWAY_URL",
        ),
        (&["twilio"], "SMS: set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM"),
        (&["smtp"], "e-mail: set EMAIL_HOST, EMAIL_USER, EMAIL_PASS and EMAIL_FROM"),
    ];
    let found = |(names, what): (&[&str], &str)| {
        let set: Vec<&str> = names.iter().copied().filter(|name| config.providers.credentials.contains_key(name)).collect();
        let level = if set.is_empty() { Level::Attention } else { Level::Good };
        let what = if set.is_empty() { format!("no {what}") } else { format!("{} is set up for the first tenant", set.join(" and ")) };
        Finding { level, what }
    };
    needs.into_iter().map(found).collect()
}

fn settings(config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    if config.env != Env::Production {
        findings.push(Finding {
            level: Level::Attention,
            what: "ORIGIN_ENV is not production: weak passwords and plain-http providers are let through".to_owned(),
        });
    }
    if config.public_url.is_none() {
        findings.push(Finding {
            level: Level::Attention,
            what: "ORIGIN_PUBLIC_URL is not set: links in messages lead to the listening address".to_owned(),
        });
    }
    if config.master_key.is_none() {
        findings.push(Finding {
            level: Level::Attention,
            what: "ORIGIN_MASTER_KEY is not set: a key is kept beside the database, where whoever copies one copies both".to_owned(),
        });
    }
    findings
}

async fn database(db: &Db) -> Vec<Finding> {
    if let Err(error) = db.ping().await {
        return vec![Finding { level: Level::Bad, what: format!("the database does not answer: {error}") }];
    }
    let mut findings = vec![Finding { level: Level::Good, what: "the database answers".to_owned() }];
    match store::pending(db, &house::migrations()).await {
        Ok(steps) if steps.is_empty() => findings.push(Finding { level: Level::Good, what: "the tables are up to date".to_owned() }),
        Ok(steps) => {
            findings.push(Finding {
                level: Level::Attention,
                what: format!("{} migrations have not run: origin migrate, or start origin serve", steps.len()),
            });
            return findings;
        }
        Err(error) => findings.push(Finding { level: Level::Bad, what: format!("the tables cannot be read: {error}") }),
    }
    findings.extend(row_security(db).await);
    findings.extend(rotation(db).await);
    if let Ok(standing) = errand::standing(db).await {
        let level = if standing.buried > 0 { Level::Attention } else { Level::Good };
        let what = format!(
            "errands: {} ready, {} waiting, {} under way, {} in need of a person",
            standing.ready, standing.waiting, standing.running, standing.buried
        );
        findings.push(Finding { level, what });
    }
    findings
}

/// Whether secrets may still hang on an older master key than the one that locks now.
async fn rotation(db: &Db) -> Option<Finding> {
    let known = store::secret::known_keys(db).await.ok()?;
    let what = "another master key locks now, and secrets may still hang on an older one: origin key rotate";
    let unsettled = known.first().is_some_and(|newest| newest.settled_at.is_none());
    unsettled.then(|| Finding { level: Level::Attention, what: what.to_owned() })
}

/// Whether PostgreSQL keeps tenants apart even where a statement forgets to.
async fn row_security(db: &Db) -> Option<Finding> {
    match db.row_security().await {
        Ok(None) => None,
        Ok(Some(true)) => Some(Finding { level: Level::Good, what: "row-level security keeps tenants apart".to_owned() }),
        Ok(Some(false)) => {
            let what = "row-level security does not bind this login: run origin migrate, or use a login without BYPASSRLS";
            Some(Finding { level: Level::Attention, what: what.to_owned() })
        }
        Err(error) => Some(Finding { level: Level::Bad, what: format!("row-level security cannot be looked at: {error}") }),
    }
}

async fn redis(config: &Config) -> Finding {
    let Some(url) = &config.redis_url else {
        return Finding { level: Level::Good, what: "no Redis: limits are counted in this process".to_owned() };
    };
    let pinged = async {
        let mut connection = redis::Client::open(url.as_str())?.get_multiplexed_async_connection().await?;
        redis::cmd("PING").query_async::<String>(&mut connection).await
    };
    match pinged.await {
        Ok(_) => Finding { level: Level::Good, what: "Redis answers".to_owned() },
        Err(error) => Finding { level: Level::Bad, what: format!("REDIS_URL does not answer: {error}") },
    }
}
