//! The door that speaks no TLS: it shows the way to the one that does.

use super::accept::host;
use super::names::Names;
use axum::extract::Request;
use axum::response::IntoResponse;
use http::{StatusCode, header};
use std::sync::Arc;
use tower::{ServiceBuilder, ServiceExt};
use web::Service;

/// What stays at this door whatever the host: what a directory fetches, and what a balancer asks of each node.
const STAYS: &[&str] = &["/.well-known/acme-challenge/", "/health"];

pub(super) fn layer(service: Service, names: Arc<Names>, port: u16) -> Service {
    let around = tower::layer::layer_fn(move |service: Service| {
        let names = names.clone();
        tower::service_fn(move |request: Request| {
            let (service, names) = (service.clone(), names.clone());
            async move {
                match elsewhere(asked(&request), &names, port).await {
                    Some(url) => Ok((StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, url)]).into_response()),
                    None => service.oneshot(request).await,
                }
            }
        })
    });
    Service::new(ServiceBuilder::new().layer(around).service(service))
}

/// Whom a request is for, and its path; nothing for what stays here.
fn asked(request: &Request) -> Option<(String, String)> {
    if STAYS.iter().any(|path| request.uri().path().starts_with(path)) {
        return None;
    }
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    Some((host(request)?, path.to_owned()))
}

/// The same address by https, where its host has a certificate.
async fn elsewhere(asked: Option<(String, String)>, names: &Names, port: u16) -> Option<String> {
    let (host, path) = asked?;
    names.find(&host).await.ok().flatten()?;
    let port = if port == 443 { String::new() } else { format!(":{port}") };
    Some(format!("https://{host}{port}{path}"))
}
