//! The addresses of a server.

use std::fmt;
use std::net::SocketAddr;

use serde::Serialize;

use super::ConfigError;

/// Scheme, host and port by which the server is addressed: `https://ky.example.gov.vn`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Origin(String);

impl Origin {
    /// Reads an origin: `http` or `https`, a host, perhaps a port, nothing more.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let invalid = || ConfigError::Origin(text.to_owned());
        let uri: http::Uri = text.trim_end_matches('/').parse().map_err(|_| invalid())?;
        let authority = uri.authority().ok_or_else(invalid)?.as_str().to_ascii_lowercase();
        let scheme = uri.scheme_str().ok_or_else(invalid)?;
        let bare = uri.path_and_query().is_none_or(|path| path.as_str() == "/");
        if !matches!(scheme, "http" | "https") || !bare || authority.contains('@') {
            return Err(invalid());
        }
        let default = if scheme == "https" { ":443" } else { ":80" };
        let authority = authority.strip_suffix(default).unwrap_or(&authority);
        Ok(Self(format!("{scheme}://{authority}")))
    }

    /// Of a server that is addressed as it listens.
    pub(super) fn of(scheme: &str, address: SocketAddr) -> Self {
        Self(format!("{scheme}://{address}"))
    }

    /// Of this machine by its name, to which browsers bind passkeys; they bind none to a number.
    pub(super) fn local(port: u16) -> Self {
        Self(format!("http://localhost:{port}"))
    }

    /// The whole origin, without a slash at the end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The `@authority` of requests to it (RFC 9421 §2.2.3): lower case, default port left out.
    #[must_use]
    pub fn authority(&self) -> &str {
        self.0.split_once("://").map_or(self.0.as_str(), |(_, authority)| authority)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
