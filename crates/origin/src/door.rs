//! A door: connections come in, each has its place, and at the end those under way are waited for.

use hyper_util::rt::{TokioExecutor, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// How long the head of a request may take, the wait for it on an open connection included. Longer than the minute for which
/// proxies keep connections to us, or theirs would break under requests.
pub(crate) const PATIENCE: Duration = Duration::from_secs(75);
/// The longest head of a request, in bytes.
pub(crate) const LONGEST_HEAD: usize = 64 << 10;
/// How long connections under way are waited for at the end.
const LAST: Duration = Duration::from_secs(25);
/// Connections at one time.
const MOST: usize = 20_000;

/// Lets connections in until `stop` ends; `serve` has each until it is over, and watches it from its first request on.
pub(crate) async fn keep<F, S>(listener: TcpListener, stop: S, serve: impl Fn(TcpStream, SocketAddr, Watcher) -> F)
where
    F: Future<Output = ()> + Send + 'static,
    S: Future<Output = ()> + Send,
{
    let mut stop = std::pin::pin!(stop);
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(MOST));
    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, peer)) = accepted else {
            // Out of file handles, usually: some connection has to end first.
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        // One too many is closed at once.
        let Ok(place) = places.clone().try_acquire_owned() else { continue };
        let _unless_gone = stream.set_nodelay(true);
        let served = serve(stream, peer, graceful.watcher());
        tokio::spawn(async move {
            served.await;
            drop(place);
        });
    }
    drop(listener);
    let _in_time = tokio::time::timeout(LAST, graceful.shutdown()).await;
}

/// What speaks HTTP on a connection, with no patience for heads that do not come or do not end.
pub(crate) fn speaker(patience: Duration) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(patience).max_buf_size(LONGEST_HEAD);
    builder.http2().timer(TokioTimer::new()).keep_alive_interval(Duration::from_secs(60));
    builder
}
