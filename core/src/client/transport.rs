//! HTTP to one server: pinned keys, limits, timeouts, signed requests, problems as values.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use reqwest::header::{
    ACCEPT_LANGUAGE, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER,
};
use reqwest::{Method, Response, StatusCode, Url, redirect};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::digest::Sha256;
use crate::env::{Clock, Entropy, Timestamp};
use crate::http_signature::{self, Nonce};
use crate::id::DeviceId;
use crate::problem::{Problem, ProblemKind};
use crate::signer::{Signer, ToSign};

use super::error::{ClientError, InvalidAddress};
use super::tls;

/// Largest answer that is not a download, in bytes.
pub(super) const MAX_ANSWER_BYTES: u64 = 16 * 1024 * 1024;

const JSON: &str = "application/json";
const CONNECT: Duration = Duration::from_secs(10);
/// Between two reads; a download as a whole may take as long as it moves.
const SILENCE: Duration = Duration::from_secs(30);
/// For a whole answer that is not a download.
const ANSWER: Duration = Duration::from_secs(90);

/// The language of the texts that the server sends and the prompts show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Language {
    /// Tiếng Việt.
    #[default]
    Vietnamese,
    /// English.
    English,
}

impl Language {
    fn tag(self) -> &'static str {
        match self {
            Self::Vietnamese => "vi",
            Self::English => "en",
        }
    }
}

/// A server's address, as requests are signed for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    url: String,
    authority: String,
    protection: Protection,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Protection {
    Tls,
    SameMachine,
}

impl Origin {
    pub fn parse(text: &str) -> Result<Self, InvalidAddress> {
        let malformed = || InvalidAddress::Malformed(text.to_owned());
        let url = Url::parse(text).map_err(|_| malformed())?;
        let host = url.host_str().ok_or_else(malformed)?.to_owned();
        let bare = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        if !bare {
            return Err(malformed());
        }
        let protection = match url.scheme() {
            "https" => Protection::Tls,
            "http" if is_this_machine(&host) => Protection::SameMachine,
            "http" => return Err(InvalidAddress::Plain(text.to_owned())),
            _ => return Err(malformed()),
        };
        let authority = match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host,
        };
        let url = format!("{}://{authority}", url.scheme());
        Ok(Self { url, authority, protection })
    }
}

fn is_this_machine(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// A connection to one server whose requests a device signs.
pub(super) struct Connection {
    transport: Transport,
    device: DeviceId,
    key: Arc<dyn Signer>,
}

/// A server, reached as its address and pins say.
pub(super) struct Transport {
    client: reqwest::Client,
    origin: Origin,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    // Milliseconds to add to our clock for the server's; set by `clock-skew` answers.
    offset: AtomicI64,
}

/// One request, before it is signed or sent.
#[derive(Clone, Debug)]
pub(super) struct Call {
    method: Method,
    path: String,
    query: String,
    body: Option<Vec<u8>>,
    headers: HeaderMap,
    patience: Option<Duration>,
}

impl Call {
    pub fn get(path: impl Into<String>) -> Self {
        Self {
            method: Method::GET,
            path: path.into(),
            query: String::new(),
            body: None,
            headers: HeaderMap::new(),
            patience: Some(ANSWER),
        }
    }

    pub fn download(path: impl Into<String>) -> Self {
        Self { patience: None, ..Self::get(path) }
    }

    pub fn post<T: Serialize>(path: impl Into<String>, body: &T) -> Self {
        let body = serde_json::to_vec(body).expect("wire types are JSON");
        Self { method: Method::POST, body: Some(body), ..Self::get(path) }
    }

    /// A request that says all by its address.
    pub fn post_nothing(path: impl Into<String>) -> Self {
        Self { method: Method::POST, ..Self::get(path) }
    }

    pub fn put(path: impl Into<String>, body: Vec<u8>) -> Self {
        Self { method: Method::PUT, body: Some(body), ..Self::get(path) }
    }

    pub fn delete(path: impl Into<String>) -> Self {
        Self { method: Method::DELETE, ..Self::get(path) }
    }

    pub fn query(self, query: String) -> Self {
        Self { query, ..self }
    }

    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        self.headers.extend(HeaderValue::from_str(value).ok().map(|value| (name, value)));
        self
    }
}

impl Transport {
    pub fn new(
        origin: Origin,
        pins: Vec<Sha256>,
        language: Language,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, ClientError> {
        if origin.protection == Protection::Tls && pins.is_empty() {
            return Err(InvalidAddress::NoPins(origin.url).into());
        }
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static(language.tag()));
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::config(pins))
            .https_only(origin.protection == Protection::Tls)
            // "localhost" is what we say it is, whatever a resolver says.
            .resolve("localhost", SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
            .no_proxy()
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(CONNECT)
            .read_timeout(SILENCE)
            .default_headers(headers)
            .build()
            .map_err(|_| ClientError::Defect("the network client"))?;
        Ok(Self { client, origin, clock, entropy, offset: AtomicI64::new(0) })
    }

    /// The server's time as far as `clock-skew` answers told it.
    fn now(&self) -> Timestamp {
        let millis = self.clock.now().as_millis();
        Timestamp::from_millis(millis.saturating_add(self.offset.load(Ordering::Relaxed)))
    }

    /// Tells the transport the server's time.
    fn server_time(&self, time: Timestamp) {
        let offset = time.as_millis().saturating_sub(self.clock.now().as_millis());
        self.offset.store(offset, Ordering::Relaxed);
    }

    /// Sends an unsigned request: enrollment only.
    pub async fn unsigned<T: DeserializeOwned>(&self, call: &Call) -> Result<T, ClientError> {
        self.json(self.send(call, HeaderMap::new()).await?).await
    }

    async fn send(&self, call: &Call, headers: HeaderMap) -> Result<Response, ClientError> {
        let mut url = format!("{}{}", self.origin.url, call.path);
        if !call.query.is_empty() {
            url.push('?');
            url.push_str(&call.query);
        }
        let mut request = self.client.request(call.method.clone(), url);
        request = request.headers(call.headers.clone()).headers(headers);
        if let Some(patience) = call.patience {
            request = request.timeout(patience);
        }
        if let Some(body) = &call.body {
            request = request.header(CONTENT_TYPE, JSON).body(body.clone());
        }
        request.send().await.map_err(|error| self.unreachable(&error))
    }

    async fn json<T: DeserializeOwned>(&self, answer: Response) -> Result<T, ClientError> {
        let answer = self.check(answer).await?;
        let body = self.collect(answer, MAX_ANSWER_BYTES).await?;
        serde_json::from_slice(&body)
            .map_err(|error| ClientError::UnexpectedAnswer(error.to_string()))
    }

    /// Turns everything but success into an error.
    async fn check(&self, answer: Response) -> Result<Response, ClientError> {
        let status = answer.status();
        if status.is_success() {
            return Ok(answer);
        }
        let retry = answer.headers().contains_key(RETRY_AFTER);
        let body = self.collect(answer, MAX_ANSWER_BYTES).await?;
        match serde_json::from_slice::<Problem>(&body) {
            // A problem that contradicts its own status comes from something in between.
            Ok(problem) if problem.status == status.as_u16() => {
                Err(ClientError::Problem(Box::new(problem)))
            }
            _ if retry || status == StatusCode::BAD_GATEWAY || status.as_u16() == 504 => {
                Err(ClientError::Unreachable {
                    server: self.origin.url.clone(),
                    detail: status.to_string(),
                })
            }
            _ => Err(ClientError::UnexpectedAnswer(status.to_string())),
        }
    }

    async fn collect(&self, mut answer: Response, limit: u64) -> Result<Vec<u8>, ClientError> {
        if answer.content_length().is_some_and(|length| length > limit) {
            return Err(ClientError::AnswerTooLarge { limit });
        }
        let mut body = Vec::new();
        while let Some(chunk) = self.chunk(&mut answer).await? {
            if body.len() as u64 + chunk.len() as u64 > limit {
                return Err(ClientError::AnswerTooLarge { limit });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    /// The next bytes of an answer.
    pub async fn chunk(&self, answer: &mut Response) -> Result<Option<bytes::Bytes>, ClientError> {
        answer.chunk().await.map_err(|error| self.unreachable(&error))
    }

    fn unreachable(&self, error: &reqwest::Error) -> ClientError {
        let server = self.origin.url.clone();
        if tls::is_wrong_key(error) {
            return ClientError::WrongServerKey { server };
        }
        let mut detail = error.to_string();
        let mut cause = std::error::Error::source(error);
        while let Some(error) = cause {
            detail = error.to_string();
            cause = error.source();
        }
        ClientError::Unreachable { server, detail }
    }
}

impl Connection {
    pub fn new(transport: Transport, device: DeviceId, key: Arc<dyn Signer>) -> Self {
        Self { transport, device, key }
    }

    /// Sends a request and reads its JSON.
    pub async fn json<T: DeserializeOwned>(&self, call: &Call) -> Result<T, ClientError> {
        let answer = self.raw(call).await?;
        self.transport.json(answer).await
    }

    /// Sends a request and reads a text of at most `limit` bytes.
    pub async fn text(&self, call: &Call, limit: u64) -> Result<String, ClientError> {
        let answer = self.raw(call).await?;
        let body = self.transport.collect(answer, limit).await?;
        String::from_utf8(body).map_err(|error| ClientError::UnexpectedAnswer(error.to_string()))
    }

    /// Sends a request. Where the clocks differ too much, it is signed once more with the server's
    /// time.
    pub async fn raw(&self, call: &Call) -> Result<Response, ClientError> {
        match self.once(call).await {
            Err(ClientError::Problem(problem)) if problem.kind.0 == ProblemKind::ClockSkew => {
                let Some(time) = problem.server_time else {
                    return Err(ClientError::Problem(problem));
                };
                self.server_time(time);
                self.once(call).await
            }
            other => other,
        }
    }

    /// Tells the connection the server's time.
    pub fn server_time(&self, time: Timestamp) {
        self.transport.server_time(time);
    }

    /// The next bytes of an answer.
    pub async fn chunk(&self, answer: &mut Response) -> Result<Option<bytes::Bytes>, ClientError> {
        self.transport.chunk(answer).await
    }

    async fn once(&self, call: &Call) -> Result<Response, ClientError> {
        let to = &self.transport;
        let request = http_signature::Request {
            method: call.method.as_str(),
            authority: &to.origin.authority,
            path: &call.path,
            query: &call.query,
            body: call
                .body
                .as_deref()
                .map(|bytes| http_signature::Body { content_type: JSON, bytes }),
        };
        let nonce = Nonce::generate(&*to.entropy);
        let created = to.now().second();
        let prepared = http_signature::prepare(&request, created, nonce, self.device);
        let to_sign = ToSign::new(prepared.to_be_signed().to_vec(), "");
        let signature = self.key.sign(to_sign).await?;
        let signed = prepared.assemble(&signature, &self.key.public_key())?;
        let mut headers = HeaderMap::new();
        let mut set = |name: &'static str, value: String| {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        };
        set("signature-input", signed.signature_input);
        set("signature", signed.signature);
        if let Some(digest) = signed.content_digest {
            set("content-digest", digest);
        }
        let answer = to.send(call, headers).await?;
        to.check(answer).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_https_or_this_machine() {
        for (text, authority) in [
            ("https://Trien.Example.gov.vn", "trien.example.gov.vn"),
            ("https://trien.example.gov.vn:443", "trien.example.gov.vn"),
            ("https://trien.example.gov.vn:8443/", "trien.example.gov.vn:8443"),
            ("http://127.0.0.1:8080", "127.0.0.1:8080"),
            ("http://127.8.9.10:80", "127.8.9.10"),
            ("http://[::1]:8080", "[::1]:8080"),
            ("http://localhost:8080", "localhost:8080"),
        ] {
            assert_eq!(Origin::parse(text).unwrap().authority, authority, "{text}");
        }
        for text in [
            "http://trien.example.gov.vn",
            "http://10.0.0.1:8080",
            "http://localhost.example.vn",
            "http://127.0.0.1.example.vn",
            "http://0.0.0.0:80",
        ] {
            let refused = Origin::parse(text);
            assert_eq!(refused, Err(InvalidAddress::Plain(text.to_owned())), "{text}");
        }
        for text in ["", "trien", "ftp://a", "https://u:p@a", "https://a/b", "https://a?b"] {
            assert!(matches!(Origin::parse(text), Err(InvalidAddress::Malformed(_))), "{text}");
        }
    }
}
