//! Serving HTTPS without a proxy in front.

use super::read::Reader;
use std::net::SocketAddr;
use url::{Host, Url};
use web::Env;

/// Let's Encrypt.
const DIRECTORY: &str = "https://acme-v02.api.letsencrypt.org/directory";

/// How HTTPS is served, and who issues the certificates.
#[derive(Debug, Clone)]
pub struct Tls {
    /// Where to listen. ORIGIN_TLS_LISTEN.
    pub listen: SocketAddr,
    /// The port that the world reaches it by: that of ORIGIN_PUBLIC_URL where that is https, else the one listened on.
    pub port: Option<u16>,
    /// The directory that issues certificates. ORIGIN_ACME_DIRECTORY; Let's Encrypt when not said.
    pub directory: String,
    /// Whom it may write to. ORIGIN_ACME_EMAIL.
    pub email: Option<String>,
    /// The platform's own host names. ORIGIN_TLS_HOSTS; the one of ORIGIN_PUBLIC_URL when not said.
    pub hosts: Vec<String>,
}

/// Nothing without ORIGIN_TLS_LISTEN.
pub(super) fn tls(read: &mut Reader, env: Env) -> Option<Tls> {
    let listen = read.maybe("ORIGIN_TLS_LISTEN")?;
    let public = read.text("ORIGIN_PUBLIC_URL").and_then(|url| Url::parse(&url).ok());
    let own = public.as_ref().and_then(Url::domain).filter(|name| name.contains('.'));
    let hosts = match read.text("ORIGIN_TLS_HOSTS") {
        Some(hosts) => hosts.split([',', ' ']).filter(|host| !host.is_empty()).filter_map(|host| name(read, host)).collect(),
        None => own.map(str::to_owned).into_iter().collect(),
    };
    let directory = read.or("ORIGIN_ACME_DIRECTORY", DIRECTORY.to_owned());
    if !directory.starts_with("https://") && (env == Env::Production || !directory.starts_with("http://")) {
        read.wrong(format!("ORIGIN_ACME_DIRECTORY: an https address such as {DIRECTORY}"));
    }
    let email = read.text("ORIGIN_ACME_EMAIL");
    if email.as_ref().is_some_and(|email| !email.contains('@') || email.contains(char::is_whitespace)) {
        read.wrong("ORIGIN_ACME_EMAIL: an e-mail address");
    }
    let port = public.filter(|url| url.scheme() == "https").and_then(|url| url.port_or_known_default());
    Some(Tls { listen, port, directory, email, hosts })
}

/// A host in its one spelling.
fn name(read: &mut Reader, host: &str) -> Option<String> {
    match Host::parse(host) {
        Ok(Host::Domain(name)) if name.contains('.') && !name.contains(['*', '_']) => Some(name),
        _ => {
            read.wrong(format!("ORIGIN_TLS_HOSTS: names such as shop.example.com, and not {host:?}"));
            None
        }
    }
}
