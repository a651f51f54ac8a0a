//! What a provider says of itself (OpenID Connect Discovery 1.0), and who it is.

use reqwest::Url;
use serde::Deserialize;

/// A provider's name: an address that it states in each of its answers, compared letter by letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    written: String,
    discovery: Url,
}

impl Issuer {
    /// Reads one: `https`, or `http` on this machine; no query, no fragment, nobody's name.
    #[must_use]
    pub fn parse(written: &str) -> Option<Self> {
        let address = Url::parse(written).ok()?;
        let bare = address.query().is_none()
            && address.fragment().is_none()
            && address.username().is_empty()
            && address.password().is_none();
        let protected = address.scheme() == "https" || is_local(&address);
        let trimmed = written.trim_end_matches('/');
        let discovery = Url::parse(&format!("{trimmed}/.well-known/openid-configuration")).ok()?;
        (bare && protected).then(|| Self { written: written.to_owned(), discovery })
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// Its host.
    #[must_use]
    pub fn host(&self) -> &str {
        self.discovery.host_str().unwrap_or_default()
    }

    /// Whether it is on this machine, without TLS.
    pub(super) fn is_local(&self) -> bool {
        is_local(&self.discovery)
    }

    /// Where it speaks of itself.
    pub(super) fn discovery(&self) -> Url {
        self.discovery.clone()
    }

    /// Whether an address of this provider protects what is sent there as well as its name does.
    fn admits(&self, address: &Url) -> bool {
        address.scheme() == "https" || (is_local(&self.discovery) && is_local(address))
    }
}

/// Plain HTTP that does not leave this machine.
fn is_local(address: &Url) -> bool {
    let host = address.host_str().unwrap_or_default();
    address.scheme() == "http" && matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

/// What of it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// Where browsers are sent.
    pub authorization: Url,
    /// Where codes are redeemed.
    pub token: Url,
    /// Where its keys are.
    pub keys: Url,
    /// Whether the secret may come in a header; in the form otherwise.
    pub takes_basic: bool,
    /// Whether each answer through a browser names it (RFC 9207).
    pub names_itself: bool,
}

#[derive(Deserialize)]
struct Written {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl Metadata {
    /// Reads it; what another one says of itself is nothing, nor is an address without TLS.
    pub(super) fn read(json: &[u8], issuer: &Issuer) -> Result<Self, &'static str> {
        let written: Written =
            serde_json::from_slice(json).map_err(|_| "what it says of itself is damaged")?;
        if written.issuer != issuer.as_str() {
            return Err("it calls itself by another name than the configured one");
        }
        let address = |text: &str| {
            let address = Url::parse(text).ok().filter(|address| issuer.admits(address));
            address.ok_or("it names an address without TLS")
        };
        let methods = written.token_endpoint_auth_methods_supported;
        Ok(Self {
            authorization: address(&written.authorization_endpoint)?,
            token: address(&written.token_endpoint)?,
            keys: address(&written.jwks_uri)?,
            // Nothing said means this one (Discovery §3).
            takes_basic: methods
                .is_none_or(|methods| methods.iter().any(|it| it == "client_secret_basic")),
            names_itself: written.authorization_response_iss_parameter_supported,
        })
    }
}
