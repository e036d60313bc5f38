//! TLS, so that the server can stand without a proxy before it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::settings::settings;

settings! {
    /// TLS: both files, or neither.
    section "tls";
    pub struct Tls {
        /// The file with the server's certificate and those that lead to its root, as PEM
        #[flag("tls-cert")]
        pub cert: Option<PathBuf> = None;
        /// The file with its private key, as PEM
        #[flag("tls-key")]
        pub key: Option<PathBuf> = None;
    }
}

impl Tls {
    /// What speaks TLS with these files; `None` where none are set.
    ///
    /// # Errors
    /// When one is missing, cannot be read, or does not belong to the other.
    pub(super) fn acceptor(&self) -> Result<Option<TlsAcceptor>, String> {
        let (cert, key) = match (&self.cert, &self.key) {
            (None, None) => return Ok(None),
            (Some(cert), Some(key)) => (cert, key),
            (Some(_), None) => {
                return Err("tls.cert is set and tls.key is not: expected both".into());
            }
            (None, Some(_)) => {
                return Err("tls.key is set and tls.cert is not: expected both".into());
            }
        };
        let chain = CertificateDer::pem_file_iter(cert)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|error| unreadable("tls.cert", cert, &error))?;
        if chain.is_empty() {
            return Err(format!(
                "tls.cert: {} holds no certificate: expected PEM with `BEGIN CERTIFICATE`",
                cert.display()
            ));
        }
        let private = PrivateKeyDer::from_pem_file(key)
            .map_err(|error| unreadable("tls.key", key, &error))?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|builder| {
                builder
                    .with_no_client_auth()
                    .with_single_cert(chain, private)
            })
            .map_err(|error| {
                let (cert, key) = (cert.display(), key.display());
                format!("tls: {cert} and {key} cannot be used together: {error}")
            })?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Some(TlsAcceptor::from(Arc::new(config))))
    }
}

fn unreadable(setting: &str, path: &Path, error: &dyn std::error::Error) -> String {
    format!("{setting}: cannot read {}: {error}", path.display())
}
