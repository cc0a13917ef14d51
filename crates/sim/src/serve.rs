//! HTTP connections, accepted by hand: axum always answers, and a provider on a bad day does not.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use std::io;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tower::ServiceExt;

/// Marks an answer that is thrown away: the connection is closed in its place.
#[derive(Clone, Copy)]
pub(crate) struct HangUp;

/// Serves for ever. Dropping the future closes the listener and every connection.
pub(crate) async fn http(listener: TcpListener, app: Router) {
    let mut connections = JoinSet::new();
    loop {
        let stream = accept(&listener, &mut connections).await;
        connections.spawn(connection(stream, app.clone()));
    }
}

/// The next caller; connections that ended meanwhile are swept out.
pub(crate) async fn accept(listener: &TcpListener, connections: &mut JoinSet<()>) -> TcpStream {
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => return stream,
                // Out of file handles, usually: some connection has to end first.
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection(stream: TcpStream, app: Router) {
    let service = hyper::service::service_fn(move |request: Request<Incoming>| answer(app.clone(), request));
    // Both errors here are ordinary: the caller left, or we hung up on purpose and say nothing more.
    let _ = stream.set_nodelay(true);
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn answer(app: Router, request: Request<Incoming>) -> io::Result<Response<Body>> {
    let Ok(answer) = app.oneshot(request.map(Body::new)).await;
    match answer.extensions().get::<HangUp>() {
        Some(HangUp) => Err(io::Error::other("hung up by a fault")),
        None => Ok(answer),
    }
}
