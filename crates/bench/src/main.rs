//! `cargo x bench`: the real binary, measured beside its yardsticks, in one run on one machine.

mod access;
mod campaigns;
mod client;
mod codes;
mod contacts;
mod crowd;
mod footprint;
mod ground;
mod imports;
mod journeys;
mod machine;
mod messages;
mod office;
mod orders;
mod origin;
mod papers;
mod pgbench;
mod raw;
mod reconcile;
mod renewals;
mod report;
mod rounds;
mod segments;
mod sign_in;
mod slow_disk;
mod statements;
mod usage;
mod webhooks;

use std::cell::Cell;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use clap::{Args, Parser, Subcommand, ValueEnum};
use uuid::Uuid;

use ground::{Engine, Ground};
use report::Report;
use slow_disk::SlowDisk;

/// Measure origin beside its yardsticks
#[derive(Parser)]
struct Bench {
    /// The origin binary to measure
    #[arg(long)]
    origin: Option<PathBuf>,
    /// The maintenance database of a durable PostgreSQL; without it only SQLite is measured
    #[arg(long)]
    postgres: Option<String>,
    /// A Redis; without it limits are measured in memory only
    #[arg(long)]
    redis: Option<String>,
    /// The pgbench program
    #[arg(long, default_value = "pgbench")]
    pgbench: PathBuf,
    /// A second or so for each measure, to see that it runs
    #[arg(long)]
    short: bool,
    /// Only these suites
    #[arg(long)]
    only: Vec<Suite>,
    /// Only this database
    #[arg(long)]
    engine: Option<Engine>,
    /// Print JSON in place of tables
    #[arg(long)]
    json: bool,
    /// Repetitions of each measure
    #[arg(long, default_value_t = 5)]
    repetitions: u32,
    /// Hold back each flush of SQLite so that it takes about this long, for origin and for the raw loop alike (needs strace)
    #[arg(long)]
    fsync_ms: Option<f64>,
    #[command(subcommand)]
    part: Option<Part>,
}

#[derive(Subcommand)]
enum Part {
    /// The raw SQLite loop, in a process of its own
    #[command(hide = true)]
    RawLoop(RawLoop),
}

#[derive(Args)]
struct RawLoop {
    #[arg(long)]
    database: PathBuf,
    #[arg(long)]
    tenant: Uuid,
    #[arg(long)]
    product: Uuid,
    #[arg(long)]
    price: Uuid,
    #[arg(long)]
    run: u32,
    #[arg(long)]
    per_commit: u32,
    #[arg(long)]
    seconds: f64,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Suite {
    Footprint,
    Orders,
    Webhooks,
    Enqueues,
    Deliveries,
    Latency,
    Access,
    Limits,
    Journal,
    SignIn,
    Usage,
    Reconcile,
    Imports,
    Contacts,
    Renewals,
    Pdf,
    Rounds,
    Segments,
    Campaigns,
    Codes,
    Journeys,
}

fn main() -> Result<()> {
    let bench = Bench::parse();
    if let Some(Part::RawLoop(raw)) = bench.part {
        let shop = statements::Shop { tenant: raw.tenant, product: raw.product, price: raw.price };
        let time = Duration::from_secs_f64(raw.seconds);
        println!("{}", raw::orders_per_second(&raw.database, &shop, raw.run, raw.per_commit, time)?);
        return Ok(());
    }
    tokio::runtime::Runtime::new()?.block_on(bench.run())
}

impl Bench {
    async fn run(self) -> Result<()> {
        let scratch = tempfile::Builder::new().prefix("origin-bench-").tempdir()?;
        let fsync = machine::fsync_ms(scratch.path())?;
        let ground = Ground {
            origin: self.origin.clone().unwrap_or_default(),
            postgres: self.postgres.clone(),
            redis: self.redis.clone(),
            pgbench: self.pgbench.clone(),
            folder: scratch.path().to_path_buf(),
            repetitions: if self.short { 1 } else { self.repetitions },
            time: Duration::from_millis(if self.short { 1_000 } else { 4_000 }),
            disk: SlowDisk::taking(self.fsync_ms, fsync),
            made: Cell::new(0),
        };
        let mut report = Report::default();
        report.remark(machine::described());
        report
            .remark(format!("one flush of a page takes {fsync:.3} ms on this disk; PostgreSQL runs with fsync and synchronous_commit on"));
        match self.fsync_ms {
            Some(wanted) => report
                .remark(format!("SQLite's flushes are held back by strace to take about {wanted} ms, for origin and the raw loop alike")),
            None if fsync < 0.7 => report.remark("the aim of 4 times is set for a flush of 1 ms: see --fsync-ms 1 for a disk like that"),
            None => {}
        }
        self.measure(&ground, &mut report).await?;
        if self.json {
            println!("{:#}", report.json())
        } else {
            println!("{}", report.notes())
        }
        Ok(())
    }

    async fn measure(&self, ground: &Ground, report: &mut Report) -> Result<()> {
        for suite in Suite::value_variants() {
            if !self.only.is_empty() && !self.only.contains(suite) {
                continue;
            }
            for engine in ground.engines() {
                if self.engine.is_some_and(|only| only != engine) {
                    continue;
                }
                let before = report.figures();
                eprintln!("measuring {} on {engine}", suite.to_possible_value().map_or(String::new(), |name| name.get_name().to_owned()));
                match suite {
                    Suite::Footprint => footprint::run(ground, engine, report).await?,
                    Suite::Orders => orders::run(ground, engine, report).await?,
                    Suite::Webhooks => webhooks::throughput(ground, engine, report).await?,
                    Suite::Enqueues => messages::enqueues(ground, engine, report).await?,
                    Suite::Deliveries => messages::deliveries(ground, engine, report).await?,
                    Suite::Latency => webhooks::latency(ground, engine, report).await?,
                    Suite::Access => access::requests(ground, engine, report).await?,
                    Suite::Limits => access::limits(ground, report).await?,
                    Suite::Journal => access::journal(ground, engine, report).await?,
                    Suite::SignIn => sign_in::run(ground, engine, report).await?,
                    Suite::Usage => usage::run(ground, engine, report).await?,
                    Suite::Reconcile => reconcile::run(ground, engine, report).await?,
                    Suite::Imports => imports::run(ground, engine, report).await?,
                    Suite::Contacts => contacts::run(ground, engine, report).await?,
                    Suite::Renewals => renewals::run(ground, engine, report).await?,
                    Suite::Pdf => papers::run(ground, engine, report).await?,
                    Suite::Rounds => rounds::run(ground, engine, report).await?,
                    Suite::Segments => segments::run(ground, engine, report).await?,
                    Suite::Campaigns => campaigns::run(ground, engine, report).await?,
                    Suite::Codes => codes::run(ground, engine, report).await?,
                    Suite::Journeys => journeys::run(ground, engine, report).await?,
                }
                // At once: a later suite may fail, and all of them take an hour.
                if !self.json {
                    println!("{}", report.table(before));
                }
            }
        }
        Ok(())
    }
}
