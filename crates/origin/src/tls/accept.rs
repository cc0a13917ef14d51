//! Connections, from the first byte to the last: the name is looked up before the handshake goes on.

use super::names::Names;
use crate::door;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::response::{IntoResponse, Response};
use http::uri::{Authority, PathAndQuery};
use http::{HeaderValue, StatusCode, Uri, header};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::Watcher;
use rustls::server::Acceptor;
use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::LazyConfigAcceptor;
use tokio_rustls::server::TlsStream;
use tower::ServiceExt;
use web::{OverTls, Service};

/// How long a handshake may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// What is said to whoever asks for a name without a certificate: a fatal alert, unrecognized_name.
const UNKNOWN_NAME: &[u8] = &[21, 3, 3, 0, 2, 2, 112];

pub(super) async fn serve(listener: TcpListener, names: Arc<Names>, service: Service, stop: impl Future<Output = ()> + Send) {
    door::keep(listener, stop, |stream, peer, watcher| {
        let (names, service) = (names.clone(), service.clone());
        async move {
            if let Some((stream, name)) = shake_hands(stream, &names).await {
                connection(stream, name, peer, service, watcher).await;
            }
        }
    })
    .await;
}

/// The handshake, with the certificate of the name that is asked for; nothing comes of a name that has none.
async fn shake_hands(stream: TcpStream, names: &Names) -> Option<(TlsStream<TcpStream>, Arc<str>)> {
    let hands = async {
        let mut hello = LazyConfigAcceptor::new(Acceptor::default(), stream).await.ok()?;
        let name: Arc<str> = hello.client_hello().server_name()?.to_ascii_lowercase().into();
        let config = match names.find(&name).await {
            Ok(Some(config)) => config,
            Ok(None) => {
                let _unless_gone = hello.io.write_all(UNKNOWN_NAME).await;
                return None;
            }
            Err(error) => {
                tracing::warn!(%name, ?error, "a certificate could not be read");
                return None;
            }
        };
        Some((hello.into_stream(config).await.ok()?, name))
    };
    tokio::time::timeout(PATIENCE, hands).await.ok().flatten()
}

async fn connection(stream: TlsStream<TcpStream>, name: Arc<str>, peer: SocketAddr, service: Service, watcher: Watcher) {
    let answers = hyper::service::service_fn(move |request: http::Request<Incoming>| {
        let (service, name) = (service.clone(), name.clone());
        async move { answer(service, request.map(Body::new), &name, peer).await }
    });
    // The handshake has said which of the two it is: who waits to see it waits for somebody who says nothing.
    let speaker = door::speaker(door::PATIENCE);
    let builder = if stream.get_ref().1.alpn_protocol() == Some(b"h2") { speaker.http2_only() } else { speaker.http1_only() };
    let connection = builder.serve_connection(TokioIo::new(stream), answers).into_owned();
    // Its error is ordinary: the caller left.
    let _ended = watcher.watch(connection).await;
}

async fn answer(service: Service, request: Request, name: &str, peer: SocketAddr) -> Result<Response, Infallible> {
    let mut request = with_host(request);
    if host(&request) != Some(name.to_owned()) {
        // The certificate spoke for one name, and the request is for another.
        return Ok(StatusCode::MISDIRECTED_REQUEST.into_response());
    }
    request.extensions_mut().insert(ConnectInfo(peer));
    request.extensions_mut().insert(OverTls);
    service.oneshot(request).await
}

/// HTTP/2 names the host within the address; everything behind this looks for it in a header and for a path.
pub(crate) fn with_host(mut request: Request) -> Request {
    let Some(authority) = request.uri().authority().cloned() else { return request };
    if let Ok(value) = HeaderValue::from_str(authority.as_str()) {
        request.headers_mut().insert(header::HOST, value);
    }
    let path = request.uri().path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/"));
    *request.uri_mut() = Uri::from(path);
    request
}

/// The name in the Host header, in lower case, without port and last dot.
pub(super) fn host(request: &Request) -> Option<String> {
    let authority: Authority = request.headers().get(header::HOST)?.to_str().ok()?.parse().ok()?;
    Some(authority.host().trim_end_matches('.').to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_request_is_for() {
        for (uri, header, expected, path) in [
            ("/a?b=c", Some("Asha.Example:443"), Some("asha.example"), "/a?b=c"),
            ("https://asha.example/a", None, Some("asha.example"), "/a"),
            ("https://asha.example:8443", Some("other.example"), Some("asha.example"), "/"),
            ("/", Some("asha.example."), Some("asha.example"), "/"),
            ("/", Some("a b"), None, "/"),
            ("/", None, None, "/"),
        ] {
            let mut request = Request::new(Body::empty());
            *request.uri_mut() = uri.parse().unwrap();
            if let Some(value) = header {
                request.headers_mut().insert(header::HOST, HeaderValue::from_static(value));
            }
            let request = with_host(request);
            assert_eq!((host(&request).as_deref(), request.uri().to_string().as_str()), (expected, path), "{uri} {header:?}");
        }
    }
}
