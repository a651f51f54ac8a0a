//! The network between us and the provider: short, small, and nowhere else.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use reqwest::{Client, RequestBuilder, Url, redirect};

use super::Issuer;

/// How long a connection, and a whole answer, may take: somebody waits at the door.
const CONNECT: Duration = Duration::from_secs(4);
const WHOLE: Duration = Duration::from_secs(8);
/// The longest answer that is read, in bytes.
pub const MAX_ANSWER_BYTES: usize = 256 * 1024;

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body, at most [`MAX_ANSWER_BYTES`].
    pub body: Vec<u8>,
}

/// Asks a provider.
#[async_trait]
pub trait Fetch: Send + Sync {
    /// Reads an address.
    async fn get(&self, address: &Url) -> Result<Answer, NetworkError>;

    /// Sends a form.
    async fn post(
        &self,
        address: &Url,
        authorization: Option<&str>,
        form: &str,
    ) -> Result<Answer, NetworkError>;
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    /// The file of the authority cannot be read.
    #[error("{path}: {why}", path = path.display())]
    Authority {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// No connection, or none in time.
    #[error("no answer ({0})")]
    Unreachable(String),
    /// Longer than is read.
    #[error("an answer of more than {MAX_ANSWER_BYTES} bytes")]
    TooLarge,
}

/// The network. A proxy is the one that the environment names (`HTTPS_PROXY`, `NO_PROXY`); none stands
/// between us and a provider on this machine.
#[derive(Clone, Debug)]
pub struct Network(Client);

impl Network {
    /// The way to a provider. Trusts the system's authorities, or this one alone.
    pub fn new(issuer: &Issuer, authority: Option<&Path>) -> Result<Self, NetworkError> {
        // Fails only when a provider is installed already, which then is the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut client = Client::builder()
            .user_agent(concat!("trien/", env!("CARGO_PKG_VERSION")))
            // Where a provider is moved to is said in the configuration, not by whoever answers.
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .resolve("localhost", SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
            .connect_timeout(CONNECT)
            .timeout(WHOLE);
        if issuer.is_local() {
            client = client.no_proxy();
        }
        if let Some(path) = authority {
            let failed = |why: String| NetworkError::Authority { path: path.to_owned(), why };
            let pem = std::fs::read(path).map_err(|error| failed(error.to_string()))?;
            let roots = reqwest::Certificate::from_pem_bundle(&pem);
            let roots = roots.map_err(|_| failed("not certificates in PEM".to_owned()))?;
            if roots.is_empty() {
                return Err(failed("no certificate in PEM".to_owned()));
            }
            client = client.tls_certs_only(roots);
        }
        let client = client.build();
        client.map(Self).map_err(|error| NetworkError::Unreachable(error.to_string()))
    }

    async fn send(&self, request: RequestBuilder) -> Result<Answer, NetworkError> {
        // Addresses hold nothing secret, but a proxy's could.
        let unreachable =
            |error: reqwest::Error| NetworkError::Unreachable(describe(&error.without_url()));
        let request = request.header(ACCEPT, "application/json");
        let mut response = request.send().await.map_err(unreachable)?;
        let status = response.status().as_u16();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
            if body.len() + chunk.len() > MAX_ANSWER_BYTES {
                return Err(NetworkError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, body })
    }
}

/// What kind of failure it was; the innermost cause says it best.
fn describe(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "not in time".to_owned();
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

#[async_trait]
impl Fetch for Network {
    async fn get(&self, address: &Url) -> Result<Answer, NetworkError> {
        self.send(self.0.get(address.clone())).await
    }

    async fn post(
        &self,
        address: &Url,
        authorization: Option<&str>,
        form: &str,
    ) -> Result<Answer, NetworkError> {
        let mut request = self.0.post(address.clone());
        request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(authorization) = authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        self.send(request.body(form.to_owned())).await
    }
}
