//! HTTP to others: short, small, without redirects, and through the office's proxy if it has one.

use std::path::PathBuf;
use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{Client, ClientBuilder, Proxy, RequestBuilder, Url, redirect};

/// The longest answer that is read, in bytes.
const MAX_ANSWER: usize = 16 * 1024;
/// A kept connection that says nothing for so long is asked whether it is still there.
const STILL_THERE: Duration = Duration::from_secs(30);

/// Why somebody cannot be reached as it is configured.
#[derive(Debug, thiserror::Error)]
pub enum ReachError {
    /// A file of keys or certificates.
    #[error("{path}: {why}", path = path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// An address that cannot be used.
    #[error("{0}")]
    Address(String),
    /// The client cannot be made.
    #[error("the network cannot be used: {0}")]
    Network(String),
}

/// How the outside is reached.
#[derive(Clone, Debug)]
pub struct Reach {
    /// The proxy between this server and all of them.
    pub proxy: Option<Url>,
    /// Certificates in PEM to trust beside the system's.
    pub authority: Option<PathBuf>,
    /// The longest wait for a connection, and for a whole answer.
    pub patience: Duration,
}

/// What a service said.
#[derive(Debug)]
pub struct Said {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, 16 KiB at most.
    pub body: Vec<u8>,
}

impl Said {
    /// The body as JSON; null where it is none.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

impl Reach {
    /// A client with all that holds for every call.
    pub fn client(&self) -> Result<ClientBuilder, ReachError> {
        // Fails only when a provider is installed already, which then is the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut client = Client::builder()
            .user_agent(concat!("trien/", env!("CARGO_PKG_VERSION")))
            .https_only(true)
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(self.patience)
            .timeout(self.patience)
            .http2_keep_alive_interval(STILL_THERE)
            .http2_keep_alive_timeout(self.patience);
        client = match &self.proxy {
            Some(proxy) => {
                let proxy = Proxy::all(proxy.clone());
                client.proxy(proxy.map_err(|error| network(&error))?)
            }
            // The configuration alone says what stands between.
            None => client.no_proxy(),
        };
        if let Some(path) = &self.authority {
            let failed = |why: &str| ReachError::File { path: path.clone(), why: why.to_owned() };
            let pem = std::fs::read(path).map_err(|error| failed(&error.to_string()))?;
            let roots = reqwest::Certificate::from_pem_bundle(&pem);
            let roots = roots.map_err(|_| failed("not certificates in PEM"))?;
            if roots.is_empty() {
                return Err(failed("no certificate in PEM"));
            }
            client = client.tls_certs_merge(roots);
        }
        Ok(client)
    }
}

/// A client that cannot be made.
#[must_use]
pub fn network(error: &reqwest::Error) -> ReachError {
    ReachError::Network(describe(error))
}

/// Sends, and reads the answer; says why there is none.
pub async fn send(request: RequestBuilder) -> Result<Said, String> {
    let failed = |error: reqwest::Error| describe(&error);
    let mut response = request.send().await.map_err(failed)?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        if body.len() + chunk.len() > MAX_ANSWER {
            return Err("an answer that is too long".to_owned());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Said { status, headers, body })
}

/// What kind of failure it was, without the address, which may be a secret of a phone.
#[must_use]
pub fn describe(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    let mut cause = std::error::Error::source(error);
    let mut innermost = None;
    while let Some(inner) = cause {
        innermost = Some(inner.to_string());
        cause = inner.source();
    }
    innermost.unwrap_or_else(|| "no connection".to_owned())
}
