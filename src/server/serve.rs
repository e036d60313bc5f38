//! Accepting connections, and stopping without losing a request.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::http::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};
use tower::util::MapRequest;

use super::App;
use super::metrics::HttpCounts;
use super::patient::Patient;
use super::streams::{Connection, Stopping};

/// How large the head of a request may be, and how much is read of its body and written of its answer at once. Each connection may
/// hold twice as much.
const MOST_HEAD: usize = 64 * 1024;

/// Serves until `shutdown` is ready, then finishes the requests in hand.
///
/// New connections are refused at once, idle ones closed. Requests that are still running after
/// the drain timeout are given up.
///
/// # Errors
///
/// When the listener's address cannot be read, which means that there is no listener.
pub async fn serve(
    listener: TcpListener,
    app: App,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    // axum's own `serve` sets no timer, so a client may open a connection and never send anything.
    tracing::debug!(server.address = %listener.local_addr()?, "listening");
    // Each connection holds a receiver: sending tells them all to finish, and when the last one
    // is dropped all have.
    let (stop, stopping) = watch::channel(());
    let mut shutdown = pin!(shutdown);
    let most = app.http.connections.clamp(1, Semaphore::MAX_PERMITS);
    let room = Arc::new(Semaphore::new(most));
    let accept = async || {
        // The semaphore is never closed. Those for whom there is no room wait with the system.
        let place = Arc::clone(&room).acquire_owned().await;
        listener
            .accept()
            .await
            .map(|(stream, peer)| (stream, peer, place))
    };
    loop {
        tokio::select! {
            accepted = accept() => match accepted {
                Ok((stream, peer, place)) => {
                    let known = Connection {
                        address: Some(peer.ip().to_canonical()),
                        stopping: Stopping::when(stopping.clone()),
                    };
                    let open = Open::new(&app.counts);
                    let talk = converse(stream, app.clone(), known, stopping.clone());
                    tokio::spawn(async move {
                        talk.await;
                        drop((open, place));
                    });
                }
                Err(error) => wait_after(&error).await,
            },
            () = &mut shutdown => break,
        }
    }
    drop((listener, stopping));

    tracing::debug!(server.connections = stop.receiver_count(), "stopping");
    stop.send_replace(());
    if timeout(app.http.drain_timeout, stop.closed())
        .await
        .is_err()
    {
        tracing::warn!(
            server.connections = stop.receiver_count(),
            "requests were still running and are given up"
        );
    }
    Ok(())
}

/// A connection that counts as open until this is dropped.
struct Open(Arc<HttpCounts>);

impl Open {
    fn new(counts: &Arc<HttpCounts>) -> Self {
        counts.accepted.fetch_add(1, Ordering::Relaxed);
        counts.connections.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(counts))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.connections.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Serves one connection until its client closes it or the server stops.
async fn converse(
    stream: TcpStream,
    app: App,
    known: Connection,
    mut stopping: watch::Receiver<()>,
) {
    // Answers are written whole, so waiting for more to send only delays them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection closed before it was used");
        return;
    }
    let patience = app.http.head_timeout;
    // The builder below waits without a limit for the first bytes, which tell HTTP/1 from HTTP/2.
    tokio::select! {
        biased;
        first_bytes = timeout(patience, first_bytes(&stream)) => {
            if !matches!(first_bytes, Ok(true)) {
                return;
            }
        }
        _ = stopping.changed() => return,
    }
    let Some(tls) = &app.tls else {
        return talk(stream, app, known, stopping).await;
    };
    match timeout(patience, tls.accept(stream)).await {
        Ok(Ok(stream)) => talk(stream, app, known, stopping).await,
        Ok(Err(error)) => tracing::debug!(%error, "a client speaks no TLS that we do"),
        Err(_) => tracing::debug!("a client took too long to begin with TLS"),
    }
}

/// Speaks HTTP.
async fn talk(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    app: App,
    known: Connection,
    mut stopping: watch::Receiver<()>,
) {
    let stream = Patient::new(stream, app.http.write_timeout);
    let patience = app.http.head_timeout;
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .max_buf_size(MOST_HEAD)
        .header_read_timeout(patience);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(patience);
    // What a request cannot tell of its connection.
    let routes = MapRequest::new(app.routes, move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(known.clone());
        request
    });
    let service = TowerToHyperService::new(routes);
    let mut connection =
        pin!(builder.serve_connection_with_upgrades(TokioIo::new(Box::pin(stream)), service));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        _ = stopping.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        // A client that goes away or sends something that is not HTTP: nothing for us to do.
        tracing::debug!(error, "a connection ended early");
    }
}

/// After a failed accept: at once if it was the client's doing, else when there may be room again.
async fn wait_after(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    if matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted
    ) {
        return;
    }
    // Most likely too many open files; without the pause this would be a busy loop.
    tracing::error!(%error, "cannot accept a connection, trying again in a second");
    sleep(Duration::from_secs(1)).await;
}

/// Waits until as much has come as tells HTTP/1 from HTTP/2: the preface of the latter is this long.
/// `false` when the client went away.
async fn first_bytes(stream: &TcpStream) -> bool {
    const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    let mut bytes = [0; PREFACE.len()];
    loop {
        match stream.peek(&mut bytes).await {
            Ok(0) | Err(_) => return false,
            // Whatever differs from the preface is HTTP/1, whose own time limit then holds.
            Ok(count) if count == PREFACE.len() || !PREFACE.starts_with(&bytes[..count]) => {
                return true;
            }
            // What was peeked at stays readable, so that only waiting tells whether more has come.
            Ok(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::time::Instant;

    use axum::Router;
    use axum::routing::get;
    use tokio::sync::oneshot;

    use crate::server::Http;

    fn app(routes: Router, drain_timeout: Duration) -> App {
        App {
            routes,
            http: Http {
                drain_timeout,
                ..Http::default()
            },
            counts: Arc::default(),
            tls: None,
        }
    }

    #[tokio::test]
    async fn a_request_that_never_ends_is_given_up() {
        let endless = Router::new().route("/", get(async || sleep(Duration::from_secs(600)).await));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async {
            stopped.await.ok();
        };
        let app = app(endless, Duration::from_millis(200));
        let server = tokio::spawn(serve(listener, app, shutdown));

        let client = TcpStream::connect(address).await.unwrap();
        let request = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n";
        client.writable().await.unwrap();
        assert_eq!(client.try_write(request).unwrap(), request.len());
        sleep(Duration::from_millis(100)).await;

        let started = Instant::now();
        stop.send(()).unwrap();
        server.await.unwrap().unwrap();
        assert!(
            started.elapsed() >= Duration::from_millis(200),
            "{:?}",
            started.elapsed()
        );
        assert!(
            started.elapsed() < Duration::from_secs(5),
            "{:?}",
            started.elapsed()
        );
    }

    #[tokio::test]
    async fn idle_connections_do_not_delay_the_end() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async {
            stopped.await.ok();
        };
        let server = tokio::spawn(serve(
            listener,
            app(Router::new(), Duration::from_secs(20)),
            shutdown,
        ));

        let silent = TcpStream::connect(address).await.unwrap();
        sleep(Duration::from_millis(100)).await;
        let started = Instant::now();
        stop.send(()).unwrap();
        server.await.unwrap().unwrap();
        assert!(
            started.elapsed() < Duration::from_secs(5),
            "{:?}",
            started.elapsed()
        );
        drop(silent);
    }
}
