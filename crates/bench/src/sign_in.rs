//! Signing in: how often, and what it does to everybody else meanwhile.

use anyhow::{Context, Result, ensure};
use http::{Request, header};
use http_body_util::Full;

use crate::client::{Ask, Line, Load, closed, get, paced};
use crate::ground::{CONNECTIONS, Engine, Ground};
use crate::orders::refusals;
use crate::origin::{ADMIN, Home, Origin};
use crate::report::{Aim, Report};

/// Light reads a second, and the connections that they come on.
const READS: f64 = 200.0;
const READERS: u64 = 8;

/// What lifts the limits of sign-ins by address: everybody has an address of their own, as behind a proxy.
pub fn settings() -> Vec<(&'static str, String)> {
    vec![("ORIGIN_TRUSTED_PROXIES", "1".to_owned())]
}

/// A light read alone, and while 64 people sign in at once, again and again.
///
/// # Errors
/// When origin or the database fails.
pub async fn run(ground: &Ground, engine: Engine, report: &mut Report) -> Result<()> {
    let suite = format!("signing in, {CONNECTIONS} at once, {engine}");
    let home = ground.home(engine, settings()).await?;
    let origin = home.serve()?;
    let key = home.api_key()?;
    reads(ground, &origin, &key).await?;
    for run in 1..=ground.repetitions {
        let alone = reads(ground, &origin, &key).await?;
        let sign_ins = closed(origin.address, CONNECTIONS, Some(ground.time), move |n| form(run, n).ok());
        let (beside, sign_ins) = tokio::try_join!(reads(ground, &origin, &key), sign_ins)?;
        report.add(&suite, "sign-ins", "1/s", sign_ins.per_second());
        report.add(&suite, "a sign-in, 99 % answered within", "ms", sign_ins.within_ms(0.99));
        report.add(&suite, "a light read alone, 99 % within", "ms", alone.within_ms(0.99));
        report.aimed(&suite, "a light read meanwhile, 99 % within", "ms", beside.within_ms(0.99), Aim::AtMost(100.0));
        report.add(&suite, "a light read meanwhile, half within", "ms", beside.within_ms(0.5));
        report.add(&suite, "meanwhile to alone, at 99 %", "times", beside.within_ms(0.99) / alone.within_ms(0.99));
        for load in [&alone, &beside, &sign_ins] {
            refusals(&suite, load, report);
        }
    }
    report.remark("A sign-in is one Argon2id hash (19 MiB) and a session; two hashes at once, the others wait their turn.");
    Ok(())
}

async fn reads(ground: &Ground, origin: &Origin, key: &str) -> Result<Load> {
    let bearer = format!("Bearer {key}");
    let count = (READS * ground.time.as_secs_f64()) as u64;
    paced(origin.address, READERS, READS, count, move |_| get("/api/v1/settings", &[("authorization", &bearer)]).ok()).await
}

/// The form of the sign-in page, sent by somebody at an address of their own.
fn form(run: u32, n: u64) -> Result<Ask> {
    let address = format!("10.{}.{}.{}", run % 256, n / 250 % 256, n % 250);
    let request = Request::post("/admin/login").header(header::HOST, "origin.test").header("x-forwarded-for", address);
    let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    Ok(request.body(Full::new(format!("username={}&password={}", ADMIN.0, ADMIN.1).into()))?)
}

/// Signs in and gives the cookie that says so.
///
/// # Errors
/// When nobody is let in.
pub async fn session(home: &Home, origin: &Origin) -> Result<String> {
    let answer = Line::open(origin.address).await?.ask(form(0, 0)?).await?;
    ensure!(answer.status.is_redirection(), "nobody is let in, {}:\n{}", answer.status, home.end_of_log());
    let cookie = answer.headers.get(header::SET_COOKIE).and_then(|cookie| cookie.to_str().ok()).context("no cookie")?;
    Ok(cookie.split(';').next().unwrap_or_default().to_owned())
}
