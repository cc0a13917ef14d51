//! Addresses that a tenant may type: the house goes to public hosts alone, whatever a name is made to lead to.

use super::address::is_public;
use super::builder;
use crate::Env;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use store::{Error, Kind, Result};
use url::{Host, Url};

/// The longest address that is taken.
const LONGEST: usize = 2_000;

/// The way to addresses that a tenant may type. Names are looked up here, and what they lead to is judged at the moment
/// of connecting: a name that changes its mind in between leads nowhere else.
///
/// Cheap to clone; connections are kept and shared.
#[derive(Clone)]
pub struct Outside {
    rule: Rule,
    client: reqwest::Client,
}

/// How far one may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Rule {
    /// Whether this very machine may be reached.
    loopback: bool,
    /// Whether plain http is spoken.
    plain: bool,
}

impl Rule {
    fn lets_through(self, address: IpAddr) -> bool {
        is_public(address) || (self.loopback && address.is_loopback())
    }

    fn check(self, url: &Url) -> Result<(), &'static str> {
        match url.scheme() {
            "https" => {}
            "http" if self.plain => {}
            "http" => return Err("begins with https://: plain http can be read and changed on the way"),
            _ => return Err("begins with https://"),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("has no user name or password in it");
        }
        let inside = match url.host() {
            Some(Host::Ipv4(address)) => !self.lets_through(address.into()),
            Some(Host::Ipv6(address)) => !self.lets_through(address.into()),
            Some(Host::Domain(name)) => !self.loopback && is_own_name(name),
            None => return Err("names a host"),
        };
        if inside { Err("leads to a host on the public internet") } else { Ok(()) }
    }
}

/// Names that every machine has for itself.
fn is_own_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}

impl Outside {
    /// `loopback` lets this very machine be reached, for tests and the demo; in production it never is, and neither is
    /// plain http spoken.
    ///
    /// # Errors
    /// When the machine has no usable TLS set-up.
    pub fn new(env: Env, loopback: bool) -> Result<Self> {
        let production = env == Env::Production;
        let rule = Rule { loopback: loopback && !production, plain: !production };
        // A proxy would look names up for itself, and go wherever they lead.
        let client = builder().no_proxy().dns_resolver(Arc::new(Judge(rule))).build().map_err(Error::internal)?;
        Ok(Self { rule, client })
    }

    /// What a tenant typed, as an address that may be gone to.
    ///
    /// # Errors
    /// The field, with what is wrong.
    pub fn check(&self, field: &str, text: &str) -> Result<Url> {
        let text = text.trim();
        let wrong = |what: &str| Error::field(field, format!("an address that {what}"));
        if text.len() > LONGEST {
            return Err(wrong("is shorter"));
        }
        let url = Url::parse(text).map_err(|_| wrong("begins with https://, such as https://accounts.example.com"))?;
        self.rule.check(&url).map_err(wrong)?;
        Ok(url)
    }

    /// Where a host that a tenant typed may be reached by another protocol than HTTP, judged now: whoever connects goes to these
    /// addresses and looks the name up no more.
    ///
    /// # Errors
    /// `address_refused` where it leads to no public address; `outside_away` where nobody knows the name.
    pub async fn hosts(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>> {
        let unknown = |error: std::io::Error| Error::unavailable("outside_away", format!("{host} cannot be found.")).because(error);
        let found = tokio::net::lookup_host((host, port)).await.map_err(unknown)?;
        let public: Vec<SocketAddr> = found.filter(|address| self.rule.lets_through(address.ip())).collect();
        if public.is_empty() { Err(refused(host, "leads to a host on the public internet")) } else { Ok(public) }
    }

    /// Sends a request and reads the answer, up to `most` bytes of it. Redirects are answers like any other.
    ///
    /// # Errors
    /// `address_refused`, `outside_unreached`, `outside_away` when nothing answers in time, `answer_too_large`.
    pub async fn send(&self, request: http::Request<Vec<u8>>, most: usize) -> Result<http::Response<Vec<u8>>> {
        let (host, mut answer) = self.go(request).await?;
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| away(&host, error))? {
            if body.len() + chunk.len() > most {
                return Err(Error::unavailable("answer_too_large", format!("{host} answers with more than {most} bytes.")));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(response(answer, body))
    }

    /// Sends a request for the sake of the answer's status: it counts as soon as it is there, and of the body only what
    /// comes in time is read, up to `most` bytes. Redirects are answers like any other.
    ///
    /// # Errors
    /// `address_refused`, `outside_unreached` when nobody is there to talk to, `outside_away` when there is no status in time: then it may
    /// have been received.
    pub async fn ask(&self, request: http::Request<Vec<u8>>, most: usize, within: Duration) -> Result<http::Response<Vec<u8>>> {
        let end = tokio::time::Instant::now() + within;
        let host = request.uri().host().unwrap_or_default().to_owned();
        let late = |_| Error::unavailable("outside_away", format!("{host} does not answer in time."));
        let (_, mut answer) = tokio::time::timeout_at(end, self.go(request)).await.map_err(late)??;
        let mut body = Vec::new();
        while body.len() < most
            && let Ok(Ok(Some(chunk))) = tokio::time::timeout_at(end, answer.chunk()).await
        {
            body.extend_from_slice(&chunk);
        }
        body.truncate(most);
        Ok(response(answer, body))
    }

    /// The answer's head, and whose it is.
    async fn go(&self, request: http::Request<Vec<u8>>) -> Result<(String, reqwest::Response)> {
        let request = reqwest::Request::try_from(request).map_err(|error| Error::invalid("address_refused", error.to_string()))?;
        let host = request.url().host_str().unwrap_or_default().to_owned();
        // Nobody looks a number up, so it is judged here.
        self.rule.check(request.url()).map_err(|what| refused(&host, what))?;
        let answer = self.client.execute(request).await.map_err(|error| away(&host, error))?;
        Ok((host, answer))
    }
}

fn response(mut answer: reqwest::Response, body: Vec<u8>) -> http::Response<Vec<u8>> {
    let mut response = http::Response::new(body);
    *response.status_mut() = answer.status();
    *response.headers_mut() = std::mem::take(answer.headers_mut());
    response
}

fn refused(host: &str, what: &str) -> Error {
    Error::new(Kind::Invalid, "address_refused", format!("{host} is not gone to: an address {what}."))
}

fn away(host: &str, error: reqwest::Error) -> Error {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    while let Some(error) = cause {
        if error.is::<Inside>() {
            return refused(host, "leads to a host on the public internet");
        }
        cause = error.source();
    }
    let (code, what) = match (error.is_connect(), error.is_timeout()) {
        (true, _) => ("outside_unreached", "cannot be reached"),
        (_, true) => ("outside_away", "does not answer in time"),
        _ => ("outside_away", "broke off before it answered"),
    };
    Error::unavailable(code, format!("{host} {what}.")).because(error)
}

/// Looks names up, and keeps back what is not outside.
struct Judge(Rule);

impl Resolve for Judge {
    fn resolve(&self, name: Name) -> Resolving {
        let rule = self.0;
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let public: Vec<SocketAddr> = found.into_iter().filter(|address| rule.lets_through(address.ip())).collect();
            if public.is_empty() { Err(Inside.into()) } else { Ok(Box::new(public.into_iter()) as Addrs) }
        })
    }
}

/// A name that leads nowhere outside.
#[derive(Debug)]
struct Inside;

impl fmt::Display for Inside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name leads to no public address")
    }
}

impl std::error::Error for Inside {}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    #[tokio::test]
    async fn a_host_by_name_or_number_is_judged() {
        let strict = Outside::new(Env::Development, false).unwrap();
        for inside in ["127.0.0.1", "localhost", "10.0.0.1", "169.254.169.254", "::1"] {
            assert_eq!(strict.hosts(inside, 25).await.unwrap_err().code(), "address_refused", "{inside}");
        }
        assert_eq!(strict.hosts("8.8.8.8", 25).await.unwrap(), ["8.8.8.8:25".parse().unwrap()]);
        let demo = Outside::new(Env::Development, true).unwrap();
        assert_eq!(demo.hosts("127.0.0.1", 25).await.unwrap(), ["127.0.0.1:25".parse().unwrap()]);
        assert!(demo.hosts("10.0.0.1", 25).await.is_err());
    }

    #[test]
    fn what_a_tenant_types() {
        // In production; in development; in development where loopback is let through.
        let table = [
            ("https://accounts.example.com", [true, true, true]),
            (" https://accounts.example.com:8443/realms/shop?x=1 ", [true, true, true]),
            ("https://8.8.8.8/", [true, true, true]),
            ("http://accounts.example.com", [false, true, true]),
            ("http://127.0.0.1:4000", [false, false, true]),
            ("https://127.0.0.1", [false, false, true]),
            ("https://[::1]", [false, false, true]),
            ("https://localhost", [false, false, true]),
            ("https://LOCALHOST./", [false, false, true]),
            ("https://a.localhost", [false, false, true]),
            ("https://2130706433", [false, false, true]),
            ("https://0x7f.1", [false, false, true]),
            ("https://0177.0.0.1", [false, false, true]),
            ("https://127.1", [false, false, true]),
            ("https://[::ffff:127.0.0.1]", [false, false, false]),
            ("https://169.254.169.254/latest/meta-data", [false, false, false]),
            ("https://10.0.0.1", [false, false, false]),
            ("https://[fd00:ec2::254]", [false, false, false]),
            ("https://0.0.0.0", [false, false, false]),
            ("https://user@accounts.example.com", [false, false, false]),
            ("https://:pass@accounts.example.com", [false, false, false]),
            ("ftp://accounts.example.com", [false, false, false]),
            ("file:///etc/passwd", [false, false, false]),
            ("accounts.example.com", [false, false, false]),
            ("https://", [false, false, false]),
            ("", [false, false, false]),
        ];
        let guards = [(Env::Production, true), (Env::Development, false), (Env::Development, true)];
        for (index, (env, loopback)) in guards.into_iter().enumerate() {
            let outside = Outside::new(env, loopback).unwrap();
            for (text, expected) in table {
                assert_eq!(outside.check("issuer", text).is_ok(), expected[index], "{text} in {env:?}, loopback {loopback}");
            }
        }
        let long = format!("https://example.com/{}", "a".repeat(LONGEST));
        assert!(Outside::new(Env::Development, true).unwrap().check("issuer", &long).is_err());
    }

    async fn said(outside: &Outside, url: &str, most: usize) -> Result<String, &'static str> {
        let request = http::Request::get(url).body(Vec::new()).unwrap();
        let answer = outside.send(request, most).await.map_err(|error| error.code())?;
        Ok(format!("{} {}", answer.status(), String::from_utf8_lossy(answer.body())))
    }

    /// Answers with a head, and a body that never ends; or not at all.
    async fn endless(answers: bool) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let mut asked = [0; 1_024];
                    let _read = socket.read(&mut asked).await;
                    if answers {
                        let _written = socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\nhello").await;
                    }
                    std::future::pending::<()>().await;
                });
            }
        });
        url
    }

    #[tokio::test]
    async fn a_status_counts_whatever_becomes_of_the_body() {
        let open = Outside::new(Env::Test, true).unwrap();
        let ask = |url: String, most| {
            let open = open.clone();
            async move { open.ask(http::Request::post(url).body(Vec::new()).unwrap(), most, Duration::from_millis(300)).await }
        };
        let answer = ask(endless(true).await, 100).await.unwrap();
        assert_eq!((answer.status().as_u16(), answer.body().as_slice()), (200, b"hello".as_slice()));
        assert_eq!(ask(endless(true).await, 3).await.unwrap().body().as_slice(), b"hel");
        assert_eq!(ask(endless(false).await, 3).await.unwrap_err().code(), "outside_away");
        let strict = Outside::new(Env::Test, false).unwrap();
        let request = http::Request::post(endless(true).await).body(Vec::new()).unwrap();
        assert_eq!(strict.ask(request, 3, Duration::from_secs(1)).await.unwrap_err().code(), "address_refused");
    }

    #[tokio::test]
    async fn a_name_is_judged_by_where_it_leads() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                let mut asked = [0; 1_024];
                let _read = socket.read(&mut asked).await;
                let answer =
                    b"HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhello";
                let _written = socket.write_all(answer).await;
            }
        });
        let by_name = format!("http://localhost:{port}/");
        let open = Outside::new(Env::Test, true).unwrap();
        assert_eq!(said(&open, &by_name, 5).await.unwrap(), "302 Found hello", "a redirect is not followed");
        assert_eq!(said(&open, &by_name, 4).await, Err("answer_too_large"));
        let strict = Outside::new(Env::Test, false).unwrap();
        assert_eq!(said(&strict, &by_name, 5).await, Err("address_refused"));
        assert_eq!(said(&strict, &format!("http://127.0.0.1:{port}/"), 5).await, Err("address_refused"));
        // Straight to the resolver, as a name that only now leads to this machine would come to it.
        let judged = Judge(strict.rule).resolve("localhost".parse().unwrap()).await;
        assert!(judged.err().is_some_and(|error| error.is::<Inside>()));
    }
}
