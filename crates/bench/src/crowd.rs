//! A crowd that becomes known by a file of people.

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use serde_json::json;
use std::fmt::Write;
use std::time::Duration;

use crate::office::Office;

/// How often is asked whether it is done.
const LOOK: Duration = Duration::from_millis(20);

/// So many people of a city, each with a number and a mailbox.
pub fn file(people: u64, city: &str) -> Bytes {
    let mut text = "name,mobile,email,city,tags\n".to_owned();
    for n in 0..people {
        let phone = crate::orders::phone(1, n);
        // A text takes whatever is written to it.
        let _written = writeln!(text, "Asha Rao {n},{phone},asha.{n}@example.com,{city},vip");
    }
    text.into()
}

/// Hands a file in; gives where its import is.
///
/// # Errors
/// When it is refused.
pub async fn upload(office: &mut Office, file: Bytes) -> Result<String> {
    let import = office.post("/api/v1/contact-imports", file).await?;
    Ok(format!("/api/v1/contact-imports/{}", import["id"].as_str().context("an import without an id")?))
}

/// Begins to take a file in.
///
/// # Errors
/// When it is refused.
pub async fn begin(office: &mut Office, import: &str) -> Result<()> {
    office.post(&format!("{import}/start"), json!({"wins": "file", "consent": "none"}).to_string()).await.map(drop)
}

/// Waits until a file is taken in.
///
/// # Errors
/// When it is stopped.
pub async fn done(office: &mut Office, import: &str) -> Result<()> {
    loop {
        match office.get(import).await?["state"].as_str() {
            Some("done") => return Ok(()),
            Some("taking") => tokio::time::sleep(LOOK).await,
            state => bail!("a file was not taken in: {state:?}"),
        }
    }
}

/// Takes a file in.
///
/// # Errors
/// As the three above.
pub async fn take(office: &mut Office, file: Bytes) -> Result<()> {
    let import = upload(office, file).await?;
    begin(office, &import).await?;
    done(office, &import).await
}
