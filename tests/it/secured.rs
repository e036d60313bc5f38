//! What stands between the server and strangers: TLS, how many requests and connections there may be.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails the test by panicking"
)]

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use onrecord::server::Options;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::program::{Program, program, refused};
use crate::support::TestApp;

/// Writes a certificate and its key into a folder.
fn certify(folder: &Path) -> CertificateDer<'static> {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    fs::write(folder.join("cert.pem"), made.cert.pem()).unwrap();
    fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
    made.cert.der().clone()
}

fn connector(root: CertificateDer<'static>, protocol: &[u8]) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add(root).unwrap();
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![protocol.to_vec()];
    TlsConnector::from(Arc::new(config))
}

const HEALTH: &str = "GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";

#[tokio::test]
async fn the_server_speaks_tls() {
    let folder = tempfile::tempdir().unwrap();
    let root = certify(folder.path());
    let flags = ["--tls-cert", "cert.pem", "--tls-key", "key.pem"];
    let server = Program::serve(folder.path(), &flags, &[]);
    let name = ServerName::try_from("localhost").unwrap();
    let connect = async |protocol: &[u8]| {
        let stream = TcpStream::connect(&server.address).await.unwrap();
        let connector = connector(root.clone(), protocol);
        connector.connect(name.clone(), stream).await.unwrap()
    };
    let mut stream = connect(b"http/1.1").await;
    stream.write_all(HEALTH.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(answer.ends_with("ok"), "{answer}");
    let newer = connect(b"h2").await;
    assert_eq!(newer.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));

    // A client that speaks no TLS gets no answer, and the next one does.
    let mut plain = TcpStream::connect(&server.address).await.unwrap();
    plain.write_all(HEALTH.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    plain.read_to_end(&mut bytes).await.ok();
    assert!(!bytes.starts_with(b"HTTP/"), "{bytes:?}");
    connect(b"http/1.1").await;
}

#[test]
fn files_that_are_no_certificate_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    certify(folder.path());
    let other = tempfile::tempdir().unwrap();
    certify(other.path());
    let key_of_other = other.path().join("key.pem");
    fs::write(folder.path().join("empty.pem"), "").unwrap();
    let key_of_other = key_of_other.to_str().unwrap();
    let cases = [
        (&["--tls-cert", "cert.pem"][..], "tls.key is not"),
        (&["--tls-key", "key.pem"], "tls.cert is not"),
        (
            &["--tls-cert", "none.pem", "--tls-key", "key.pem"],
            "tls.cert: cannot read none.pem",
        ),
        (
            &["--tls-cert", "empty.pem", "--tls-key", "key.pem"],
            "empty.pem holds no certificate",
        ),
        (
            &["--tls-cert", "cert.pem", "--tls-key", "cert.pem"],
            "tls.key: cannot read cert.pem",
        ),
        (
            &["--tls-cert", "cert.pem", "--tls-key", key_of_other],
            "cannot be used together",
        ),
    ];
    for (flags, words) in cases {
        let mut serve = program(folder.path());
        let said = refused(serve.args(["serve", "--listen", "127.0.0.1:0"]).args(flags));
        assert!(said.contains(words), "{flags:?}: {said}");
    }
}

#[tokio::test]
async fn a_client_that_sends_too_many_requests_is_told_when_to_come_again() {
    let mut options = Options::default();
    options.rate.requests = 1;
    options.rate.burst = 3;
    let app = TestApp::seed_with(options).await;
    let ask = async |path: &str| app.client.get(app.url(path)).send().await.unwrap();
    for _ in 0..3 {
        assert_eq!(
            ask("/graphql?query={__typename}").await.status().as_u16(),
            200
        );
    }
    for path in ["/graphql?query={__typename}", "/cite/none"] {
        let refused = ask(path).await;
        assert_eq!(refused.status().as_u16(), 429, "{path}");
        assert_eq!(refused.headers()["retry-after"], "1");
        let body: serde_json::Value = refused.json().await.unwrap();
        assert_eq!(body["errors"][0]["extensions"]["code"], "RATE_LIMITED");
    }
    // Who watches over the server is always let in.
    for path in ["/healthz", "/readyz", "/metrics"] {
        assert_eq!(ask(path).await.status().as_u16(), 200, "{path}");
    }
}

#[tokio::test]
async fn connections_beyond_the_limit_wait_for_their_turn() {
    let mut options = Options::default();
    options.http.connections = 2;
    let app = TestApp::seed_with(options).await;
    let first = TcpStream::connect(app.address).await.unwrap();
    let second = TcpStream::connect(app.address).await.unwrap();
    // Both must be with the server before the third comes.
    tokio::time::sleep(Duration::from_millis(200)).await;
    let mut third = TcpStream::connect(app.address).await.unwrap();
    third.write_all(HEALTH.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let waited = tokio::time::timeout(
        Duration::from_millis(400),
        third.read_to_string(&mut answer),
    );
    assert!(waited.await.is_err(), "{answer}");
    let started = Instant::now();
    drop(first);
    third.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(
        started.elapsed() < Duration::from_secs(5),
        "{:?}",
        started.elapsed()
    );
    drop(second);
}
