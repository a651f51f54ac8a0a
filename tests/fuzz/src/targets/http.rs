//! Signed requests, written as they stand on the wire. A request verifies only if it is, in all that
//! the signature covers, one of those that the device signed.

use std::sync::OnceLock;

use trien_core::env::{Timestamp, UnixSecond};
use trien_core::http_signature::{Body, Headers, Nonce, Request, parse, prepare};
use trien_core::id::DeviceId;

use crate::office::{SIGNED_AT, office};

/// A request on the wire: start line, headers, a blank line, body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    method: String,
    path: String,
    query: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Option<Vec<u8>>,
}

pub fn run(data: &[u8]) {
    let Some(message) = Message::read(data) else { return };
    let headers = message.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice()));
    let Ok(headers) = Headers::collect(headers) else { return };
    let Ok(presented) = parse(&headers) else { return };
    assert_eq!(parse(&headers).as_ref(), Ok(&presented), "parsing repeats");
    let content_type = message.value("content-type");
    let request = message.request(content_type.as_deref().unwrap_or_default());
    if presented.verify(&request, &office().key.public_key(), now()).is_ok() {
        let known = signed_messages().iter().any(|known| known.is_signed_as(&message));
        assert!(known, "a request that nobody signed: {message:?}");
    }
}

fn now() -> Timestamp {
    SIGNED_AT.plus(60).timestamp()
}

impl Message {
    fn read(data: &[u8]) -> Option<Self> {
        let mut lines = data.split(|&byte| byte == b'\n');
        let start = std::str::from_utf8(lines.next()?).ok()?;
        let (method, target) = start.split_once(' ')?;
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut headers = Vec::new();
        let mut body = None;
        while let Some(line) = lines.next() {
            if line.is_empty() {
                body = Some(lines.collect::<Vec<_>>().join(b"\n".as_slice()));
                break;
            }
            let colon = line.windows(2).position(|two| two == b": ")?;
            let name = std::str::from_utf8(&line[..colon]).ok()?;
            headers.push((name.to_owned(), line[colon + 2..].to_vec()));
        }
        let owned = str::to_owned;
        Some(Self { method: owned(method), path: owned(path), query: owned(query), headers, body })
    }

    /// The bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mark = if self.query.is_empty() { "" } else { "?" };
        let mut bytes = format!("{} {}{mark}{}", self.method, self.path, self.query).into_bytes();
        for (name, value) in &self.headers {
            bytes.extend_from_slice(format!("\n{name}: ").as_bytes());
            bytes.extend_from_slice(value);
        }
        if let Some(body) = &self.body {
            bytes.extend_from_slice(b"\n\n");
            bytes.extend_from_slice(body);
        }
        bytes
    }

    fn value(&self, name: &str) -> Option<String> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.and_then(|(_, value)| String::from_utf8(value.clone()).ok())
    }

    fn request<'a>(&'a self, content_type: &'a str) -> Request<'a> {
        Request {
            method: &self.method,
            authority: "ky.minhtan.gov.vn",
            path: &self.path,
            query: &self.query,
            body: self.body.as_deref().map(|bytes| Body { content_type, bytes }),
        }
    }

    /// Whether the other one is the same in all that a signature covers, the signature included.
    fn is_signed_as(&self, other: &Self) -> bool {
        let headers = ["signature-input", "signature", "content-digest", "content-type"];
        let covered = if self.body.is_some() { &headers[..] } else { &headers[..2] };
        // An empty path is written "/" (RFC 9421 §2.2.6).
        let path = |message: &Self| {
            message.path.clone().replacen("", "/", usize::from(message.path.is_empty()))
        };
        self.method == other.method
            && path(self) == path(other)
            && self.query == other.query
            && self.body == other.body
            && covered.iter().all(|name| self.value(name) == other.value(name))
    }
}

/// What the device signed: with a body, without one, at the root.
pub fn signed_messages() -> &'static [Message] {
    static SIGNED: OnceLock<Vec<Message>> = OnceLock::new();
    SIGNED.get_or_init(|| {
        let decision = "/api/v1/requests/01890a5d-ac96-774b-bcce-b302099a8057/steps/1/decision";
        vec![
            signed(1, "PUT", decision, "", Some(br#"{"decision":"approve"}"#)),
            signed(2, "GET", "/api/v1/sync", "cursor=12&checkpoint=abc%20d", None),
            signed(3, "POST", "/", "", Some(b"")),
        ]
    })
}

fn signed(nonce: u8, method: &str, path: &str, query: &str, body: Option<&[u8]>) -> Message {
    const JSON: &str = "application/json";
    let mut message = Message {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers: Vec::new(),
        body: body.map(<[u8]>::to_vec),
    };
    let created = UnixSecond::new(SIGNED_AT.get());
    let device = DeviceId::from_bytes([7; 16]);
    let prepared = prepare(&message.request(JSON), created, Nonce([nonce; 16]), device);
    let key = &office().key;
    let signature = key.sign_now(prepared.to_be_signed());
    let headers = prepared.assemble(&signature, &key.public_key()).expect("our own key");
    let mut put =
        |name: &str, value: String| message.headers.push((name.to_owned(), value.into_bytes()));
    put("Signature-Input", headers.signature_input);
    put("Signature", headers.signature);
    if let Some(digest) = headers.content_digest {
        put("Content-Digest", digest);
        put("Content-Type", JSON.to_owned());
    }
    message
}
