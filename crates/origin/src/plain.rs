//! The door that speaks no TLS: connections on which nothing comes are closed, so that nobody holds many for nothing.

use crate::door;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::Watcher;
use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt;
use web::Service;

/// Serves until `stop` ends, and then what is under way.
pub(crate) async fn serve(listener: TcpListener, service: Service, patience: Duration, stop: impl Future<Output = ()> + Send) {
    door::keep(listener, stop, |stream, peer, watcher| connection(stream, peer, service.clone(), patience, watcher)).await;
}

async fn connection(stream: TcpStream, peer: SocketAddr, service: Service, patience: Duration, watcher: Watcher) {
    let answers = hyper::service::service_fn(move |request: http::Request<Incoming>| {
        let mut request = crate::tls::with_host(request.map(Body::new));
        request.extensions_mut().insert(ConnectInfo(peer));
        service.clone().oneshot(request)
    });
    // HTTP/2 comes by TLS alone; whoever waits to see which of the two it will be waits without an end.
    let connection = door::speaker(patience).http1_only().serve_connection(TokioIo::new(stream), answers).into_owned();
    // Its error is ordinary: the caller left, or was silent for too long.
    let _ended = watcher.watch(connection).await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::response::IntoResponse;
    use std::convert::Infallible;
    use std::time::Instant;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    const SHORT: Duration = Duration::from_millis(300);

    /// A door that answers everything with who came; ends when told to.
    async fn door() -> (SocketAddr, tokio::sync::oneshot::Sender<()>, tokio::task::JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let answer = |request: axum::extract::Request| async move {
            let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().unwrap().0.ip().to_string();
            Ok::<_, Infallible>(peer.into_response())
        };
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let stopped = async move { stopped.await.unwrap_or_default() };
        (addr, stop, tokio::spawn(serve(listener, Service::new(tower::service_fn(answer)), SHORT, stopped)))
    }

    /// What comes back for some bytes until the connection is closed, and how long that takes.
    async fn said(addr: SocketAddr, pieces: &[&str]) -> (String, Duration) {
        let mut stream = TcpStream::connect(addr).await.unwrap();
        let start = Instant::now();
        for piece in pieces {
            // It may be closed by now, which is what some of these are for.
            let _closed = stream.write_all(piece.as_bytes()).await;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let mut text = Vec::new();
        let _reset = stream.read_to_end(&mut text).await;
        (String::from_utf8_lossy(&text).into_owned(), start.elapsed())
    }

    #[tokio::test]
    async fn who_sends_a_head_for_ever_or_none_at_all_is_shut_out() {
        let (addr, stop, served) = door().await;
        let whole = "GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
        assert!(said(addr, &[whole]).await.0.ends_with("127.0.0.1"));
        let slow: Vec<&str> = std::iter::once("GET / HTTP/1.1\r\n").chain(std::iter::repeat_n("x: y\r\n", 20)).collect();
        for pieces in [&slow[..], &["GET / HT"], &[], &["GET / HTTP/1.1\r\nhost: a\r\n\r\n"]] {
            let held = tokio::time::timeout(SHORT * 20, said(addr, pieces)).await;
            let (_, took) = held.unwrap_or_else(|_| panic!("{pieces:?} held a connection"));
            assert!(took < SHORT * 8, "{pieces:?} held a connection for {took:?}");
        }
        let long = format!("GET / HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n", "y".repeat(door::LONGEST_HEAD * 2));
        let (text, _) = said(addr, &[&long]).await;
        assert!(!text.starts_with("HTTP/1.1 200"), "{text}");
        stop.send(()).unwrap();
        tokio::time::timeout(Duration::from_secs(5), served).await.unwrap().unwrap();
    }
}
