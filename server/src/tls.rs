//! TLS ended by the server itself (rustls, ring): TLS 1.3 and 1.2.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::serve::Listener;
use rustls::ServerConfig;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use trien_core::digest::Sha256;
use x509_cert::Certificate;
use x509_cert::der::{Decode as _, Encode as _};

/// How long a handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// Handshakes at once; more wait in the listen queue.
const HANDSHAKES: usize = 256;

/// The certificate or key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// Not readable, or not PEM.
    #[error("{path}: {source}", path = path.display())]
    Pem {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        source: rustls_pki_types::pem::Error,
    },
    /// No certificate in the file.
    #[error("{path}: no certificate in it", path = .0.display())]
    NoCertificate(PathBuf),
    /// Not a certificate.
    #[error("{path}: not a certificate: {source}", path = path.display())]
    Certificate {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        source: x509_cert::der::Error,
    },
    /// They do not fit each other, or rustls does not know them.
    #[error("the certificate and its key: {0}")]
    Rustls(#[from] rustls::Error),
}

/// Reads certificate chain and key.
pub fn acceptor(certificate: &Path, key: &Path) -> Result<TlsAcceptor, TlsError> {
    let chain = read_chain(certificate)?;
    let key = PrivateKeyDer::from_pem_file(key)
        .map_err(|source| TlsError::Pem { path: key.to_owned(), source })?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// SHA-256 of the leaf's `SubjectPublicKeyInfo`: what invitations pin.
pub fn pin(certificate: &Path) -> Result<Sha256, TlsError> {
    let chain = read_chain(certificate)?;
    let invalid = |source| TlsError::Certificate { path: certificate.to_owned(), source };
    let leaf = chain.first().ok_or_else(|| TlsError::NoCertificate(certificate.to_owned()))?;
    let leaf = Certificate::from_der(leaf).map_err(invalid)?;
    let key = leaf.tbs_certificate().subject_public_key_info().to_der().map_err(invalid)?;
    Ok(Sha256::of(&key))
}

fn read_chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let chain = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|source| TlsError::Pem { path: path.to_owned(), source })?;
    if chain.is_empty() {
        return Err(TlsError::NoCertificate(path.to_owned()));
    }
    Ok(chain)
}

/// Accepts connections whose handshake is done. Handshakes run beside each other, so that a slow
/// one holds up nobody.
#[derive(Debug)]
pub struct TlsListener {
    ready: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
    address: SocketAddr,
    accepting: tokio::task::JoinHandle<()>,
}

impl TlsListener {
    /// Listens on `tcp`.
    pub fn new(mut tcp: TcpListener, acceptor: TlsAcceptor) -> io::Result<Self> {
        let address = tcp.local_addr()?;
        let (sender, ready) = mpsc::channel(64);
        let slots = Arc::new(Semaphore::new(HANDSHAKES));
        let accepting = tokio::spawn(async move {
            loop {
                let Ok(slot) = Arc::clone(&slots).acquire_owned().await else { return };
                let (stream, peer) = Listener::accept(&mut tcp).await;
                let (acceptor, sender) = (acceptor.clone(), sender.clone());
                tokio::spawn(async move {
                    let _slot = slot;
                    let _ = stream.set_nodelay(true);
                    match tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await {
                        Ok(Ok(stream)) => {
                            let _ = sender.send((stream, peer)).await;
                        }
                        Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
                        Err(_) => tracing::debug!("a TLS handshake took too long"),
                    }
                });
            }
        });
        Ok(Self { ready, address, accepting })
    }
}

impl Drop for TlsListener {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(connection) => connection,
            // Only when the accepting task is gone, which it is not before this value.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}
