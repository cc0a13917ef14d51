//! `origin seed`.

use super::Json;
use crate::config::Config;
use crate::{house, seed};
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use store::{Clock, Dice};

#[derive(Subcommand)]
pub(super) enum Seed {
    /// Make a tenant with weeks of orders, payments and messages behind it.
    Load(Load),
    /// Take the demo's tenant out again.
    Clear(Json),
    /// Say whether there is demo data, and how much.
    Status(Json),
}

#[derive(Args)]
pub(super) struct Load {
    /// How many days back the business begins.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=730))]
    days: u32,
    /// How many orders.
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    orders: u32,
    #[command(flatten)]
    json: Json,
}

impl Seed {
    pub(super) async fn run(self, config: Config) -> store::Result<()> {
        match self {
            Seed::Load(load) => load.run(config).await,
            Seed::Clear(json) => {
                let db = house::open(&config, Clock::system(), Dice::fair()).await?;
                let rows = seed::clear(&db).await?;
                json.print(&json!({"rows": rows}), || {
                    if rows == 0 { "there was no demo data".to_owned() } else { format!("{rows} rows taken out") }
                });
                Ok(())
            }
            Seed::Status(json) => {
                let db = house::open(&config, Clock::system(), Dice::fair()).await?;
                store::migrate(&db, &house::migrations()).await?;
                let tenant = seed::tenant(&db).await?;
                let orders = match tenant {
                    Some(tenant) => seed::orders(&db, tenant).await?,
                    None => 0,
                };
                json.print(&json!({"tenant_id": tenant, "orders": orders}), || match tenant {
                    Some(tenant) => format!("demo data in tenant {tenant}: {orders} orders"),
                    None => "no demo data: origin seed load makes some".to_owned(),
                });
                Ok(())
            }
        }
    }
}

impl Load {
    async fn run(self, config: Config) -> store::Result<()> {
        let bar = ProgressBar::new(u64::from(self.orders));
        if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} orders, {eta} left") {
            bar.set_style(style);
        }
        let seeded = seed::load(config, self.days, self.orders, |done| bar.set_position(u64::from(done))).await?;
        bar.finish_and_clear();
        let answer = json!({"tenant_id": seeded.tenant, "slug": seeded.slug, "email": seeded.email, "password": seeded.password});
        self.json.print(&answer, || {
            format!(
                "{} orders over {} days\nshop /s/{}, back office: {} with {}",
                self.orders, self.days, seeded.slug, seeded.email, seeded.password
            )
        });
        Ok(())
    }
}
