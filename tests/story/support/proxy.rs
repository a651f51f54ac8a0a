//! A network between phone and server that loses answers, or a server that lies.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use tokio::io::{AsyncRead, ReadBuf};
use tokio::net::TcpListener;
use tokio_util::io::ReaderStream;

/// What becomes of an answer on its way to the phone.
pub enum Fate {
    /// It arrives as it is.
    Passes,
    /// It arrives with another body.
    Becomes(Vec<u8>),
    /// The connection breaks instead.
    IsLost,
}

type Rule = Box<dyn FnMut(&str, &[u8]) -> Fate + Send>;

/// A request as it went by.
#[derive(Clone)]
pub struct Seen {
    /// Path with query.
    pub path: String,
    /// Its headers, the signature among them.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

/// A proxy with a rule; phones and server know only its address.
pub struct Proxy {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    rule: Arc<Mutex<Rule>>,
    upstream: Arc<Mutex<Option<SocketAddr>>>,
}

#[derive(Clone)]
struct Shared {
    client: reqwest::Client,
    seen: Arc<Mutex<Vec<Seen>>>,
    rule: Arc<Mutex<Rule>>,
    upstream: Arc<Mutex<Option<SocketAddr>>>,
}

impl Proxy {
    /// Listens; answers 502 until it knows its server.
    pub async fn listen() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let rule: Arc<Mutex<Rule>> = Arc::new(Mutex::new(Box::new(|_, _| Fate::Passes)));
        let upstream = Arc::new(Mutex::new(None));
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().pool_max_idle_per_host(0).build().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let shared =
            Shared { client, seen: seen.clone(), rule: rule.clone(), upstream: upstream.clone() };
        let router = axum::Router::new().fallback(forward).with_state(shared);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, seen, rule, upstream }
    }

    /// The address that phones use.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where requests go.
    pub fn leads_to(&self, server: SocketAddr) {
        *self.upstream.lock().unwrap() = Some(server);
    }

    /// From now on `rule` says what becomes of each answer: path with query, body.
    pub fn rule(&self, rule: impl FnMut(&str, &[u8]) -> Fate + Send + 'static) {
        *self.rule.lock().unwrap() = Box::new(rule);
    }

    /// The last request whose path contains `part`.
    pub fn last(&self, part: &str) -> Seen {
        let seen = self.seen.lock().unwrap();
        seen.iter().rev().find(|seen| seen.path.contains(part)).cloned().expect("it went by")
    }

    /// The answer to the next call whose path contains `part` is lost; later ones arrive.
    pub fn lose_next(&self, part: &'static str) {
        let mut done = false;
        self.rule(move |path, _| {
            if done || !path.contains(part) {
                return Fate::Passes;
            }
            done = true;
            Fate::IsLost
        });
    }
}

async fn forward(State(shared): State<Shared>, request: Request) -> Response {
    let upstream = *shared.upstream.lock().unwrap();
    let Some(upstream) = upstream else { return empty(StatusCode::BAD_GATEWAY) };
    let (parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().map_or("/", |p| p.as_str()).to_owned();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let (path_seen, headers, copy) = (path.clone(), parts.headers.clone(), body.clone());
    shared.seen.lock().unwrap().push(Seen { path: path_seen, headers, body: copy });
    let call = shared
        .client
        .request(parts.method, format!("http://{upstream}{path}"))
        .headers(parts.headers)
        .body(body);
    let Ok(answer) = call.send().await else { return broken() };
    let (status, headers) = (answer.status(), answer.headers().clone());
    let Ok(bytes) = answer.bytes().await else { return broken() };
    let fate = (shared.rule.lock().unwrap())(&path, &bytes);
    let bytes = match fate {
        Fate::Passes => bytes,
        Fate::Becomes(other) => other.into(),
        Fate::IsLost => return broken(),
    };
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = status;
    for (name, value) in &headers {
        if !matches!(name.as_str(), "content-length" | "transfer-encoding" | "connection") {
            response.headers_mut().append(name, value.clone());
        }
    }
    response
}

/// An answer whose body breaks off: for the phone, the connection died.
fn broken() -> Response {
    Response::new(Body::from_stream(ReaderStream::new(Cut)))
}

struct Cut;

impl AsyncRead for Cut {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        Poll::Ready(Err(std::io::ErrorKind::ConnectionReset.into()))
    }
}

fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
