//! Everything of a tenant as one file, for its owner to take along.
//!
//! A ZIP file: everybody's machine opens it, each table is a file of its own in it, and it can be written while it is read.
//! In it are lines of JSON, one a row, which a person can read and a program takes apart without loading all of it. Rows are
//! read by pages from one picture of the database, packed, and sent: a million rows need no more memory than a thousand, and
//! a reader who is slow is waited for, but not for ever.

use super::export_words::readme;
use crate::model::Tenant;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use facts::identity::TenantExported;
use facts::{TenantId, Time, UserId};
use futures::stream;
use http::header;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::export::Shape;
use store::{Command, Error, Look, Picture, Result, Told, Tx, Value, Who, params, sql};
use tokio::time::Instant;
use web::zip::Zip;
use web::{AllTold, Answer, App, Caller, Path, Permission, Route, Via};

/// How long one export may take: the picture that it reads from keeps the database from clearing up.
const LONGEST: Duration = Duration::from_secs(30 * 60);
/// Members that are read at once.
const PAGE: i64 = 500;
/// What waits to be sent at the least, so that small tables do not make small packets.
const PACKET: usize = 32 * 1_024;

/// The address of a tenant's export: the one that stays open to a key of its owner while the tenant is suspended or closed.
pub(crate) fn path(tenant: TenantId) -> String {
    format!("/api/v1/tenants/{tenant}/export")
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/tenants/{id}/export", Permission::TenantExport, export)
            .says(
                "Export everything of a tenant",
                "A ZIP file with a file of JSON lines for each table, the members, and a README.txt that counts them. What is secret \
                 (passwords, keys, credentials) is left out. It is one picture of one moment, and works for suspended and closed tenants too.",
            )
            .at_most("EXPORT", 15),
    ]
}

/// Notes that somebody took everything along.
struct NoteExport;

impl Command for NoteExport {
    const NAME: &'static str = "note_export";
    type Out = Tenant;

    async fn run(&self, tx: &mut Tx) -> Result<Tenant> {
        let tenant = crate::tenant(tx).await?;
        let tenant_id = tx.tenant();
        tx.state(TenantExported { tenant_id }).await?;
        Ok(tenant)
    }
}

async fn export(State(app): State<App>, caller: Caller, Path(id): Path<TenantId>) -> Answer<Response> {
    if caller.via != Via::Operator {
        caller.own(id)?;
    }
    let all = app.extra::<AllTold>()?;
    let told = all.told.clone();
    // Whoever gets nothing because others are busy has not taken anything along.
    let mut picture = app.db.picture(id).await?;
    let tables = picture.tables(&all.declared).await?;
    let tenant = app.db.run(&Who { tenant: id, ..caller.who.clone() }, NoteExport).await?;
    let at = picture.taken_at();
    let name = format!("{}-{}.zip", tenant.slug, at.timestamp().strftime("%Y-%m-%d"));
    let export = Export {
        zip: Zip::new(at),
        picture,
        told,
        tables: tables.into(),
        step: Step::People(None),
        counts: Vec::new(),
        tenant,
        ends: Instant::now() + LONGEST,
    };
    let body = stream::try_unfold(Some(export), |export| async move {
        match export {
            Some(export) => export.packet().await.map(Some),
            None => Ok(None),
        }
    });
    let headers = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        // It is packed; packing it again costs time and saves nothing.
        (header::CONTENT_ENCODING, "identity".to_owned()),
    ];
    Ok((headers, Body::from_stream(body)).into_response())
}

/// An export on its way.
struct Export {
    picture: Picture,
    told: Vec<Told>,
    tables: std::collections::VecDeque<Shape>,
    step: Step,
    zip: Zip,
    /// What each file holds, for the README.
    counts: Vec<(String, u64)>,
    tenant: Tenant,
    ends: Instant,
}

/// What comes next.
enum Step {
    /// Members, after this one.
    People(Option<UserId>),
    /// A table, after this key.
    Rows(Shape, Option<Vec<Value>>),
    /// The next table.
    Table,
}

#[derive(Deserialize, Serialize)]
struct Person {
    user_id: UserId,
    email: Option<String>,
    username: String,
    name: String,
    role: String,
    member_since: Time,
}

impl Export {
    /// The next bytes of the file, and what is left to be done; nothing after the last.
    async fn packet(mut self) -> Result<(Bytes, Option<Self>)> {
        let mut packet = Vec::new();
        while packet.len() < PACKET {
            if Instant::now() > self.ends {
                return Err(Error::unavailable("export_too_slow", "The export took too long and was broken off."));
            }
            let step = std::mem::replace(&mut self.step, Step::Table);
            match step {
                Step::People(after) => self.people(after).await?,
                Step::Rows(table, after) => self.rows(table, after).await?,
                Step::Table => match self.tables.pop_front() {
                    Some(table) => self.begin(table)?,
                    None => {
                        packet.extend(self.finish()?);
                        return Ok((packet.into(), None));
                    }
                },
            }
            packet.extend(self.zip.take());
        }
        Ok((packet.into(), Some(self)))
    }

    async fn people(&mut self, after: Option<UserId>) -> Result<()> {
        if after.is_none() {
            self.open("people");
            self.zip.begin("people.jsonl")?;
        }
        let sql = sql!(
            "SELECT m.user_id, u.email, u.username, u.name, m.role, m.created_at AS member_since FROM members m JOIN users u ON u.id = m.user_id
             WHERE m.tenant_id = $1 AND (m.user_id > $2 OR $2 IS NULL) ORDER BY m.user_id LIMIT $3"
        );
        let page: Vec<Person> = self.picture.all(sql, params![self.tenant.id, after, PAGE]).await?;
        let lines = page.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>()?;
        self.write(&lines)?;
        if let Some(last) = page.last().filter(|_| page.len() as i64 == PAGE) {
            self.step = Step::People(Some(last.user_id));
        }
        Ok(())
    }

    fn begin(&mut self, table: Shape) -> Result<()> {
        self.open(&table.name);
        self.zip.begin(&format!("{}.jsonl", table.name))?;
        self.step = Step::Rows(table, None);
        Ok(())
    }

    async fn rows(&mut self, table: Shape, after: Option<Vec<Value>>) -> Result<()> {
        let page = self.picture.page(&table, &self.told, after.as_deref()).await?;
        self.write(&page.lines)?;
        if let Some(next) = page.next {
            self.step = Step::Rows(table, Some(next));
        }
        Ok(())
    }

    fn open(&mut self, file: &str) {
        self.counts.push((file.to_owned(), 0));
    }

    fn write(&mut self, lines: &[String]) -> Result<()> {
        for line in lines {
            self.zip.write(line.as_bytes())?;
            self.zip.write(b"\n")?;
        }
        if let Some((_, count)) = self.counts.last_mut() {
            *count += lines.len() as u64;
        }
        Ok(())
    }

    /// The README and the directory; the numbers are known only now.
    fn finish(&mut self) -> Result<Vec<u8>> {
        self.zip.begin("README.txt")?;
        let text = readme(&self.tenant, self.picture.taken_at(), &self.counts);
        self.zip.write(text.as_bytes())?;
        std::mem::replace(&mut self.zip, Zip::new(Time(0))).finish()
    }
}
