//! `/api/v1/tenants/{id}/domains`.

use super::commands::{AddDomain, CheckNow, RemoveDomain};
use super::model::Domain;
use super::{certificates, forget, rows, rules};
use axum::Json;
use axum::extract::State;
use facts::{TenantId, Time};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Listed, Path, Path2, Permission, Route};

pub(super) fn routes() -> Vec<Route> {
    const ALL: &str = "/api/v1/tenants/{id}/domains";
    const ONE: &str = "/api/v1/tenants/{id}/domains/{domain}";
    vec![
        Route::get(ALL, Permission::TenantRead, list)
            .says("List the shop's own domains", "At most ten, oldest first.")
            .gives::<Listed<DomainView>>(200),
        Route::post(ALL, Permission::TenantWrite, add)
            .says(
                "Add a domain",
                "It leads to the shop once the TXT record of the answer is there. We look for it at once and in growing gaps for a week, then \
                 daily; a record that is gone for a week takes the domain away.",
            )
            .takes::<NewDomain>()
            .gives::<DomainView>(201),
        Route::post("/api/v1/tenants/{id}/domains/{domain}/check", Permission::TenantWrite, check)
            .says("Look for the record now", "The look takes a moment: read the list again. A domain that failed gets another week, a certificate that failed another try, four an hour \
                 at the most.")
            .gives::<DomainView>(202),
        Route::delete(ONE, Permission::TenantWrite, remove).says("Remove a domain", "It no longer leads to the shop."),
    ]
}

/// A domain of a shop.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Domain)]
struct DomainView {
    /// In ASCII, as DNS has it.
    #[schema(example = "xn--mnchen-3ya.example")]
    domain: String,
    /// In its own letters.
    #[schema(example = "münchen.example")]
    display: String,
    /// `pending`, `verified` or `failed`.
    state: String,
    /// Why the last look did not find the record: `no_record`, `wrong_record`, `no_answer` or `taken`.
    reason: Option<String>,
    /// The record that proves it.
    record: RecordView,
    /// When it was last looked for.
    #[schema(value_type = Option<String>, format = DateTime)]
    checked_at: Option<Time>,
    /// Since when it leads to the shop.
    #[schema(value_type = Option<String>, format = DateTime)]
    verified_at: Option<Time>,
    /// When it was added.
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
    /// What serves it by HTTPS; absent where the platform gets no certificates, or the domain is not proved.
    certificate: Option<CertificateView>,
}

/// A domain's certificate.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DomainCertificate)]
struct CertificateView {
    /// `wanted`, `ordered`, `issued` or `failed`. One that was issued before is served until its end, whatever becomes of the next.
    state: String,
    /// Why there is no new one: `not_reached`, `wrong_answer`, `forbidden`, `rate_limited`, `directory_away`, `refused` or `ours`.
    reason: Option<String>,
    /// What the authority said.
    note: Option<String>,
    /// Until when the one that is served is good.
    #[schema(value_type = Option<String>, format = DateTime)]
    not_after: Option<Time>,
    /// When it is renewed, or tried again.
    #[schema(value_type = Option<String>, format = DateTime)]
    next_at: Option<Time>,
}

impl From<certificates::Certificate> for CertificateView {
    fn from(certificate: certificates::Certificate) -> Self {
        Self {
            state: certificate.state.to_string(),
            reason: certificate.reason.map(|reason| reason.to_string()),
            note: certificate.note,
            not_after: certificate.not_after,
            next_at: certificate.next_at,
        }
    }
}

/// A record for a domain's name server.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DomainRecord)]
struct RecordView {
    /// Its kind.
    #[schema(example = "TXT")]
    r#type: &'static str,
    /// Its name.
    #[schema(example = "_origin.shop.example.com")]
    name: String,
    /// Its text.
    #[schema(example = "origin-verification=…")]
    value: String,
}

impl From<Domain> for DomainView {
    fn from(domain: Domain) -> Self {
        Self {
            display: domain.for_people(),
            record: RecordView { r#type: "TXT", name: domain.record_name(), value: domain.record_text() },
            state: domain.state.to_string(),
            reason: domain.reason.map(|reason| reason.to_string()),
            checked_at: domain.checked_at,
            verified_at: domain.verified_at,
            created_at: domain.created_at,
            domain: domain.domain,
            certificate: None,
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewDomain {
    /// Such as `shop.example.com`.
    domain: String,
}

async fn list(State(app): State<App>, caller: Caller, Path(id): Path<TenantId>) -> Answer<Json<Listed<DomainView>>> {
    caller.own(id)?;
    let mut read = caller.read(&app);
    let all = rows::all(&mut read).await?;
    let mut certificates = certificates::all(&mut read).await?;
    let view = |domain: Domain| {
        let at = certificates.iter().position(|certificate| certificate.domain == domain.domain);
        let certificate = at.map(|at| certificates.swap_remove(at).into());
        DomainView { certificate, ..domain.into() }
    };
    Ok(Json(Listed { data: all.into_iter().map(view).collect(), next_cursor: None }))
}

async fn add(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<TenantId>,
    body: Body<NewDomain>,
) -> Answer<(StatusCode, Json<DomainView>)> {
    caller.own(id)?;
    let domain = rules::domain(&body.value.domain, &super::own_host(&app))?;
    let added = app.db.run(&caller.who, AddDomain { domain }).await?;
    Ok((StatusCode::CREATED, Json(added.into())))
}

async fn check(
    State(app): State<App>,
    caller: Caller,
    Path2(id, domain): Path2<TenantId, String>,
) -> Answer<(StatusCode, Json<DomainView>)> {
    caller.own(id)?;
    let checked = app.db.run(&caller.who, CheckNow { domain }).await?;
    Ok((StatusCode::ACCEPTED, Json(checked.into())))
}

async fn remove(State(app): State<App>, caller: Caller, Path2(id, domain): Path2<TenantId, String>) -> Answer<StatusCode> {
    caller.own(id)?;
    app.db.run(&caller.who, RemoveDomain { domain: domain.clone() }).await?;
    forget(&app, &domain).await;
    Ok(StatusCode::NO_CONTENT)
}
