//! A server of HTTP/2 over TLS under a test's own authority, whose connections can be broken on purpose.

use std::future::Future;
use std::path::Path;
use std::pin::pin;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What a handler does to the connection that its request came by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Break {
    No,
    /// Takes no more requests, and ends a moment after.
    GoAway,
    /// Ends now.
    Close,
}

/// A certificate for `localhost`, with the authority that vouches for it.
pub struct Authority(TempDir);

impl Authority {
    pub fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
        let root = ["req", "-x509", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Test"];
        openssl(folder.path(), &[&root[..], &curve, &["-days", "30"]].concat());
        let leaf = ["req", "-keyout", "leaf.key", "-out", "leaf.csr", "-subj", "/CN=localhost"];
        openssl(folder.path(), &[&leaf[..], &curve].concat());
        std::fs::write(folder.path().join("names"), "subjectAltName=DNS:localhost").unwrap();
        let sign = ["x509", "-req", "-in", "leaf.csr", "-CA", "ca.pem", "-CAkey", "ca.key"];
        let more = ["-CAcreateserial", "-days", "30", "-extfile", "names", "-out", "leaf.pem"];
        openssl(folder.path(), &[&sign[..], &more].concat());
        Self(folder)
    }

    pub fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }
}

pub fn openssl(folder: &Path, words: &[&str]) -> Vec<u8> {
    let made = Command::new("openssl").args(words).current_dir(folder).output().unwrap();
    assert!(made.status.success(), "{words:?}: {}", String::from_utf8_lossy(&made.stderr));
    made.stdout
}

/// Serves on a free port; gives the origin.
pub async fn serve<H, F>(authority: &Authority, handler: H) -> String
where
    H: Fn(Request<Incoming>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = (Break, Response<Body>)> + Send + 'static,
{
    let acceptor =
        trien_server::tls::acceptor(&authority.path("leaf.pem"), &authority.path("leaf.key"));
    let acceptor = acceptor.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("https://localhost:{}/", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, handler) = (acceptor.clone(), handler.clone());
            tokio::spawn(async move {
                if let Ok(stream) = acceptor.accept(stream).await {
                    connection(stream, handler).await;
                }
            });
        }
    });
    origin
}

async fn connection<H, F>(
    stream: tokio_rustls::server::TlsStream<tokio::net::TcpStream>,
    handler: H,
) where
    H: Fn(Request<Incoming>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = (Break, Response<Body>)> + Send + 'static,
{
    let (breaking, mut broken) = watch::channel(Break::No);
    let breaking = Arc::new(breaking);
    let service = service_fn(move |request: Request<Incoming>| {
        let (handler, breaking) = (handler.clone(), Arc::clone(&breaking));
        async move {
            let (how, response) = handler(request).await;
            if how != Break::No {
                breaking.send_replace(how);
                std::future::pending::<()>().await;
            }
            Ok::<_, std::convert::Infallible>(response)
        }
    });
    let serving =
        http2::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service);
    let mut serving = pin!(serving);
    tokio::select! {
        _ = serving.as_mut() => return,
        how = broken.wait_for(|how| *how != Break::No) => {
            if how.is_ok_and(|how| *how == Break::Close) {
                return;
            }
        }
    }
    serving.as_mut().graceful_shutdown();
    let _ = tokio::time::timeout(Duration::from_millis(50), serving).await;
}

/// An HTTP proxy (RFC 9110 §9.3.6) that leads to one server, whatever its name resolves to, and remembers who was asked for.
pub struct Proxy {
    pub origin: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    pub async fn start(to: reqwest::Url) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}/", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (noted, port) = (Arc::clone(&asked), to.port().unwrap());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(tunnel(stream, port, Arc::clone(&noted)));
            }
        });
        Self { origin, asked }
    }

    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

async fn tunnel(stream: TcpStream, port: u16, noted: Arc<Mutex<Vec<String>>>) {
    let mut stream = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head).await.unwrap_or(0) == 0 {
            return;
        }
    }
    let Some(to) = head.strip_prefix("CONNECT ").and_then(|rest| rest.split(' ').next()) else {
        return;
    };
    noted.lock().unwrap().push(to.to_owned());
    let Ok(mut server) = TcpStream::connect(("127.0.0.1", port)).await else { return };
    if stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.is_ok() {
        let _ = tokio::io::copy_bidirectional(&mut stream, &mut server).await;
    }
}
