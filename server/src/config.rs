//! Configuration: command line over environment over one TOML file; unknown keys are refused.

mod args;
mod oidc;
mod origin;
mod proxy;
mod push;
mod sources;
#[cfg(test)]
mod tests;
mod written;

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use trien_core::digest::Sha256;

use crate::app::{Passphrase, Settings};
use crate::attestation::{AppAttestSettings, AttestationSettings};
use crate::ca::{Life, TokenSettings};
use crate::deliver::DeliverSettings;
use crate::mail::MailSettings;
use crate::push::PushSettings;
use crate::tls::{self, TlsError};
use crate::token::{KeyName, Pin};
use crate::worker::CheckerSettings;

pub use args::{AttestationArgs, ConfigArgs, ListenArgs, TokenArgs};
pub use oidc::OidcConfig;
pub use origin::Origin;
pub use proxy::{Cidr, InvalidCidr};
pub use push::PushArgs;
pub use sources::Environment;

/// Everything the server is told from outside.
#[derive(Clone, Debug)]
pub struct Config {
    /// The data folder: database (unless PostgreSQL), documents, keys.
    pub data: PathBuf,
    /// PostgreSQL when given; otherwise SQLite in the data folder.
    pub database_url: Option<Secret>,
    /// Opens the keys in the data folder; without it they are sealed by a file beside them.
    pub passphrase: Option<Secret>,
    /// The PKCS#11 token of the issuing key.
    pub token: Option<TokenConfig>,
    /// The longest lives of certificates that are issued here.
    pub life: Life,
    /// Where the public API listens.
    pub listen: SocketAddr,
    /// Where metrics are served; nowhere when absent.
    pub metrics: Option<SocketAddr>,
    /// Who ends TLS.
    pub transport: Transport,
    /// How the world addresses this server, if not by the listening address.
    pub origins: Vec<Origin>,
    /// SHA-256 of further server keys that phones pin: the proxy's, or the next one's.
    pub pins: Vec<Sha256>,
    /// What phones must show of their keys.
    pub attestation: Option<AttestationSettings>,
    /// What iPhones must show.
    pub app_attest: Option<AppAttestSettings>,
    /// By which identity provider people sign in to the console.
    pub oidc: Option<OidcConfig>,
    /// By whom phones are woken.
    pub push: PushSettings,
    /// Where document systems may be told what became of their requests.
    pub deliver: DeliverSettings,
    /// The relay by which mail is sent.
    pub mail: Option<MailSettings>,
    /// How log lines look.
    pub log: LogFormat,
    /// The binary that runs as worker; the running one when absent, which a test is not.
    pub binary: Option<PathBuf>,
}

/// A value that must not be shown.
#[derive(Clone, PartialEq, Eq, zeroize::Zeroize, zeroize::ZeroizeOnDrop)]
pub struct Secret(String);

impl Secret {
    /// Wraps a value.
    #[must_use]
    pub fn new(value: String) -> Self {
        Self(value)
    }

    /// The value, for the one place that needs it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// How the issuing key's token is reached.
#[derive(Clone, Debug)]
pub struct TokenConfig {
    /// Its maker's PKCS#11 module.
    pub module: PathBuf,
    /// The label of the token for a new key.
    pub token: Option<String>,
    /// The new key's label.
    pub key: String,
    /// Its PIN.
    pub pin: Option<Secret>,
    /// The file that the PIN came from.
    pub pin_file: Option<PathBuf>,
}

/// Who ends TLS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transport {
    /// This process, with a certificate chain and key in PEM.
    Tls {
        /// Certificate chain, leaf first.
        certificate: PathBuf,
        /// PKCS#8, SEC1 or PKCS#1 key.
        key: PathBuf,
    },
    /// A proxy in front; this process speaks HTTP to it.
    BehindProxy {
        /// Whose word for where a request comes from is believed.
        proxies: Vec<Cidr>,
    },
    /// Nobody: plain HTTP on loopback.
    Loopback,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    /// One JSON object a line.
    #[default]
    Json,
    /// For people.
    Text,
}

/// The configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file that it names cannot be read.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The TOML file has an unknown key or a wrong value.
    #[error("{path}: {source}", path = path.display())]
    Toml {
        /// Which.
        path: PathBuf,
        /// Where and what.
        source: Box<toml::de::Error>,
    },
    /// An origin with a path, without a scheme, or with another one.
    #[error("{0:?} is not an origin such as https://ky.example.gov.vn")]
    Origin(String),
    /// A value and a file for the same secret.
    #[error("give {0} or {0}_FILE, not both")]
    Twice(&'static str),
    /// A token without what drives it.
    #[error("a token is reached through its module: give --pkcs11-module too")]
    NoModule,
    /// Only one of certificate and key.
    #[error("give both --tls-cert and --tls-key, or neither")]
    HalfTls,
    /// TLS here and a proxy that does it.
    #[error("--behind-proxy and --tls-cert exclude each other")]
    TlsBehindProxy,
    /// Proxies that nobody stands behind.
    #[error("--proxy says who the proxy of --behind-proxy is: give both")]
    ProxyAlone,
    /// Signed requests would cross a network in the clear.
    #[error(
        "plain HTTP is served on loopback only, not on {0}: give --tls-cert and --tls-key, or \
         --behind-proxy when a proxy ends TLS"
    )]
    PlainHttp(IpAddr),
    /// Keys cannot be judged with a part of what that needs.
    #[error(
        "--attestation-package, --attestation-signer, --attestation-roots and \
         --attestation-status-list belong together: give all or none"
    )]
    HalfAttestation,
    /// An app is not known without the root that vouches for it.
    #[error("--app-attest-app and --app-attest-root belong together: give both or neither")]
    HalfAppAttest,
    /// A provider is not known without its name, ours there, and the secret.
    #[error(
        "--oidc-issuer, --oidc-client-id and --oidc-client-secret-file belong together: give all \
         or none of the --oidc options"
    )]
    HalfOidc,
    /// A provider without TLS, or an algorithm that is not known.
    #[error("{0}")]
    Oidc(String),
    /// A push service with a part of what it needs.
    #[error("{0} belong together: give all or none")]
    HalfPush(&'static str),
    /// A push service that cannot be used as it is given.
    #[error("{0}")]
    Push(String),
    /// A mail relay with a part of what it needs.
    #[error(
        "mail-relay and mail-from belong together, and so do mail-user and mail-password-file: \
         give both or neither"
    )]
    HalfMail,
    /// A relay that cannot be reached so, or with a password where everybody sees it.
    #[error(
        "mail-relay is an address such as smtps://mail.example.gov.vn alone; who this server is \
         there say mail-user and mail-password-file"
    )]
    MailRelay,
    /// A proxy's public address cannot be guessed.
    #[error("--behind-proxy needs --origin, the address that phones use")]
    NoOrigin,
}

impl Config {
    /// Refuses to serve signed requests in the clear beyond this machine.
    pub fn check_exposure(&self) -> Result<(), ConfigError> {
        match self.transport {
            Transport::Loopback if !self.listen.ip().is_loopback() => {
                Err(ConfigError::PlainHttp(self.listen.ip()))
            }
            Transport::BehindProxy { .. } if self.origins.is_empty() => Err(ConfigError::NoOrigin),
            _ => Ok(()),
        }
    }

    /// A configuration for a server on a free loopback port: demos and tests.
    #[must_use]
    pub fn loopback(data: PathBuf, listen: SocketAddr) -> Self {
        Self {
            data,
            database_url: None,
            passphrase: None,
            token: None,
            life: Life::default(),
            listen,
            metrics: None,
            transport: Transport::Loopback,
            origins: Vec::new(),
            pins: Vec::new(),
            attestation: None,
            app_attest: None,
            oidc: None,
            push: PushSettings::default(),
            deliver: DeliverSettings::default(),
            mail: None,
            log: LogFormat::Text,
            binary: None,
        }
    }

    /// How foreign PDFs are opened.
    #[must_use]
    pub fn checker(&self) -> CheckerSettings {
        let binary = self.binary.clone().or_else(|| std::env::current_exe().ok());
        // Found on the search path where the system cannot say which binary is running.
        CheckerSettings::new(binary.unwrap_or_else(|| "trien".into()))
    }

    /// How the world addresses this server; the first stands in invitations.
    #[must_use]
    pub fn origins(&self) -> Vec<Origin> {
        match (self.origins.is_empty(), &self.transport) {
            (false, _) => self.origins.clone(),
            (true, Transport::Loopback) => {
                vec![self.own_origin(), Origin::local(self.listen.port())]
            }
            (true, _) => vec![self.own_origin()],
        }
    }

    /// The address that stands in invitations.
    #[must_use]
    pub fn origin(&self) -> Origin {
        self.origins.first().cloned().unwrap_or_else(|| self.own_origin())
    }

    /// What the application is told, the pin of our own TLS key included.
    pub fn settings(&self) -> Result<Settings, TlsError> {
        let mut pins = self.pins.clone();
        if let Transport::Tls { certificate, .. } = &self.transport {
            pins.insert(0, tls::pin(certificate)?);
        }
        Ok(Settings {
            data: self.data.clone(),
            database_url: self.database_url.as_ref().map(|url| url.reveal().to_owned()),
            origin: self.origin().to_string(),
            pins,
            passphrase: self.passphrase.as_ref().map(|p| Passphrase(p.reveal().to_owned())),
            token: self.token.as_ref().map(TokenConfig::settings),
            life: self.life,
            checker: self.checker(),
            attestation: self.attestation.clone(),
            app_attest: self.app_attest.clone(),
            push: self.push.clone(),
            deliver: self.deliver.clone(),
            mail: self.mail.clone(),
        })
    }

    /// Whether it is served on loopback under no name of its own.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.origins.is_empty() && self.transport == Transport::Loopback
    }

    fn own_origin(&self) -> Origin {
        let scheme = match self.transport {
            Transport::Tls { .. } => "https",
            Transport::BehindProxy { .. } | Transport::Loopback => "http",
        };
        Origin::of(scheme, self.listen)
    }
}

impl TokenConfig {
    fn settings(&self) -> TokenSettings {
        let token = self.token.clone().unwrap_or_default();
        TokenSettings {
            module: self.module.clone(),
            name: KeyName { token, key: self.key.clone() },
            pin: self.pin.as_ref().map(|pin| Pin::new(pin.reveal())),
        }
    }
}

/// The configuration file in the data folder.
pub const OWN_FILE: &str = "trien.toml";
