//! Configuration: command line over environment over one TOML file; unknown keys are refused.

use std::fmt;
use std::io::IsTerminal as _;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use trien_core::attestation::PatchLevel;
use trien_core::digest::Sha256;

use crate::app::{Passphrase, Settings};
use crate::attestation::AttestationSettings;
use crate::tls::{self, TlsError};
use crate::worker::CheckerSettings;

/// Everything the server is told from outside.
#[derive(Clone, Debug)]
pub struct Config {
    /// The data folder: database (unless PostgreSQL), documents, keys.
    pub data: PathBuf,
    /// PostgreSQL when given; otherwise SQLite in the data folder.
    pub database_url: Option<Secret>,
    /// Opens the keys in the data folder; without it they are sealed by a file beside them.
    pub passphrase: Option<Secret>,
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
    BehindProxy,
    /// Nobody: plain HTTP on loopback.
    Loopback,
}

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
    /// Only one of certificate and key.
    #[error("give both --tls-cert and --tls-key, or neither")]
    HalfTls,
    /// TLS here and a proxy that does it.
    #[error("--behind-proxy and --tls-cert exclude each other")]
    TlsBehindProxy,
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
    /// A proxy's public address cannot be guessed.
    #[error("--behind-proxy needs --origin, the address that phones use")]
    NoOrigin,
}

/// What the command line and the environment say; both win over the file.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Configuration")]
pub struct ConfigArgs {
    /// Data folder [default: ./trien-data]
    #[arg(long, env = "TRIEN_DATA", value_name = "FOLDER", global = true)]
    pub data: Option<PathBuf>,
    /// Configuration file in TOML; its keys are the long options [default: trien.toml in the
    /// data folder]
    #[arg(long, env = "TRIEN_CONFIG", value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
    /// PostgreSQL instead of SQLite
    #[arg(
        long,
        help = "PostgreSQL instead of SQLite: postgres://user:password@host/name",
        env = "DATABASE_URL",
        value_name = "URL",
        hide_env_values = true,
        global = true
    )]
    pub database_url: Option<String>,
    /// File that holds the database URL
    #[arg(long, env = "DATABASE_URL_FILE", value_name = "FILE", global = true)]
    pub database_url_file: Option<PathBuf>,
    /// File that holds the passphrase of the keys in the data folder
    #[arg(
        long,
        help = "File that holds the passphrase of the keys in the data folder (or set \
                TRIEN_PASSPHRASE)",
        env = "TRIEN_PASSPHRASE_FILE",
        value_name = "FILE",
        global = true
    )]
    pub passphrase_file: Option<PathBuf>,
    /// Address by which phones reach the server; may be given several times, the first goes into
    /// invitations [default: the listening address]
    #[arg(
        long = "origin",
        env = "TRIEN_ORIGIN",
        value_name = "URL",
        value_delimiter = ',',
        global = true
    )]
    pub origins: Vec<String>,
    /// Certificate chain in PEM; the server ends TLS itself
    #[arg(long, env = "TRIEN_TLS_CERT", value_name = "FILE", global = true)]
    pub tls_cert: Option<PathBuf>,
    /// Its private key in PEM
    #[arg(long, env = "TRIEN_TLS_KEY", value_name = "FILE", global = true)]
    pub tls_key: Option<PathBuf>,
    /// SHA-256 of a further server key that phones pin: the proxy's, or the next one's
    #[arg(
        long = "pin",
        env = "TRIEN_PIN",
        value_name = "HEX",
        value_delimiter = ',',
        global = true
    )]
    pub pins: Vec<Sha256>,
    /// Print the configuration in effect, without secrets, and stop
    #[arg(long, global = true)]
    pub print_config: bool,
}

/// What only a running server needs.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct ListenArgs {
    /// Address to listen on [default: 127.0.0.1:8420]
    #[arg(long, env = "TRIEN_LISTEN", value_name = "ADDRESS:PORT")]
    pub listen: Option<SocketAddr>,
    /// Address for `/metrics`, away from the public one [default: off]
    #[arg(long, env = "TRIEN_METRICS", value_name = "ADDRESS:PORT")]
    pub metrics: Option<SocketAddr>,
    /// A proxy in front ends TLS
    #[arg(long, env = "TRIEN_BEHIND_PROXY")]
    pub behind_proxy: bool,
    /// What phones must show of their keys.
    #[command(flatten)]
    pub attestation: AttestationArgs,
    /// How log lines look [default: text on a terminal, else json]
    #[arg(long, env = "TRIEN_LOG_FORMAT", value_name = "FORMAT", value_enum)]
    pub log: Option<LogFormat>,
}

/// What phones must show of their keys, in the four options that belong together.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct AttestationArgs {
    /// Package of the phone's app; with the next three, phones' hardware keys are judged
    #[arg(
        long = "attestation-package",
        id = "attestation_package",
        env = "TRIEN_ATTESTATION_PACKAGE",
        value_name = "NAME"
    )]
    pub package: Option<String>,
    /// SHA-256 of a certificate that may sign the app; may be given several times
    #[arg(
        long = "attestation-signer",
        id = "attestation_signer",
        env = "TRIEN_ATTESTATION_SIGNER",
        value_name = "HEX",
        value_delimiter = ','
    )]
    pub signers: Vec<Sha256>,
    /// Trusted roots of attestations, PEM or Google's JSON
    #[arg(
        long = "attestation-roots",
        id = "attestation_roots",
        env = "TRIEN_ATTESTATION_ROOTS",
        value_name = "FILE"
    )]
    pub roots: Option<PathBuf>,
    /// Google's list of revoked attestation certificates; put there anew at least every 30 days
    #[arg(
        long = "attestation-status-list",
        id = "attestation_status_list",
        env = "TRIEN_ATTESTATION_STATUS_LIST",
        value_name = "FILE"
    )]
    pub status_list: Option<PathBuf>,
    /// Oldest security patches that a phone may have [default: any]
    #[arg(
        long = "attestation-patch-level",
        id = "attestation_patch_level",
        env = "TRIEN_ATTESTATION_PATCH_LEVEL",
        value_name = "YYYY-MM"
    )]
    pub patch_level: Option<PatchLevel>,
}

/// The TOML file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[expect(clippy::struct_field_names, reason = "the keys are named as the options are")]
struct File {
    data: Option<PathBuf>,
    database_url: Option<String>,
    database_url_file: Option<PathBuf>,
    passphrase_file: Option<PathBuf>,
    #[serde(default)]
    origin: Vec<String>,
    #[serde(default)]
    pin: Vec<Sha256>,
    tls_cert: Option<PathBuf>,
    tls_key: Option<PathBuf>,
    listen: Option<SocketAddr>,
    metrics: Option<SocketAddr>,
    attestation_package: Option<String>,
    #[serde(default)]
    attestation_signer: Vec<Sha256>,
    attestation_roots: Option<PathBuf>,
    attestation_status_list: Option<PathBuf>,
    attestation_patch_level: Option<PatchLevel>,
    #[serde(default)]
    behind_proxy: bool,
    log: Option<LogFormat>,
}

/// What the process finds around it: secrets that must not be options, because process lists show
/// those, and whether a person reads the log.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    passphrase: Option<Secret>,
    log: LogFormat,
}

impl Environment {
    /// Reads the process's environment.
    #[must_use]
    pub fn read() -> Self {
        let passphrase = std::env::var("TRIEN_PASSPHRASE").ok().map(Secret::new);
        let terminal = std::io::stderr().is_terminal();
        let log = if terminal { LogFormat::Text } else { LogFormat::Json };
        Self { passphrase, log }
    }
}

impl Config {
    /// Puts the three sources together.
    pub fn resolve(
        args: &ConfigArgs,
        listen: &ListenArgs,
        environment: &Environment,
    ) -> Result<Self, ConfigError> {
        let file = match &args.config {
            Some(path) => read_toml(path)?,
            None => read_own(args.data.as_deref().unwrap_or(Path::new(DEFAULT_DATA)))?,
        };
        // An option given above replaces both forms of the same secret below.
        let database_url = if args.database_url.is_some() || args.database_url_file.is_some() {
            secret("DATABASE_URL", args.database_url.clone(), args.database_url_file.as_deref())?
        } else {
            secret("database-url", file.database_url, file.database_url_file.as_deref())?
        };
        let passphrase_file = args.passphrase_file.clone().or(file.passphrase_file);
        let from_environment = environment.passphrase.as_ref().map(|p| p.reveal().to_owned());
        let passphrase = secret("TRIEN_PASSPHRASE", from_environment, passphrase_file.as_deref())?;
        let address = listen.listen.or(file.listen).unwrap_or(DEFAULT_LISTEN);
        let transport = transport(
            args.tls_cert.clone().or(file.tls_cert),
            args.tls_key.clone().or(file.tls_key),
            listen.behind_proxy || file.behind_proxy,
        )?;
        let written = if args.origins.is_empty() { file.origin } else { args.origins.clone() };
        let origins = written.iter().map(|o| Origin::parse(o)).collect::<Result<Vec<_>, _>>()?;
        let given = &listen.attestation;
        let signers = &given.signers;
        let attestation = attestation(AttestationArgs {
            package: given.package.clone().or(file.attestation_package),
            signers: if signers.is_empty() { file.attestation_signer } else { signers.clone() },
            roots: given.roots.clone().or(file.attestation_roots),
            status_list: given.status_list.clone().or(file.attestation_status_list),
            patch_level: given.patch_level.or(file.attestation_patch_level),
        })?;
        let data = args.data.clone().or(file.data).unwrap_or_else(|| DEFAULT_DATA.into());
        Ok(Self {
            data,
            database_url,
            passphrase,
            listen: address,
            metrics: listen.metrics.or(file.metrics),
            transport,
            origins,
            pins: if args.pins.is_empty() { file.pin } else { args.pins.clone() },
            attestation,
            log: listen.log.or(file.log).unwrap_or(environment.log),
            binary: None,
        })
    }

    /// Refuses to serve signed requests in the clear beyond this machine.
    pub fn check_exposure(&self) -> Result<(), ConfigError> {
        match self.transport {
            Transport::Loopback if !self.listen.ip().is_loopback() => {
                Err(ConfigError::PlainHttp(self.listen.ip()))
            }
            Transport::BehindProxy if self.origins.is_empty() => Err(ConfigError::NoOrigin),
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
            listen,
            metrics: None,
            transport: Transport::Loopback,
            origins: Vec::new(),
            pins: Vec::new(),
            attestation: None,
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
        if self.origins.is_empty() { vec![self.own_origin()] } else { self.origins.clone() }
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
            checker: self.checker(),
            attestation: self.attestation.clone(),
        })
    }

    /// The configuration in effect as TOML, secrets left out.
    #[must_use]
    pub fn to_redacted_toml(&self) -> String {
        let mut lines = vec![format!("data = {:?}", self.data.display().to_string())];
        let hidden =
            |key: &str, value: &Option<Secret>| value.as_ref().map(|_| format!("{key} = \"…\""));
        lines.extend(hidden("database-url", &self.database_url));
        lines.extend(hidden("passphrase", &self.passphrase));
        lines.push(format!("listen = \"{}\"", self.listen));
        lines.extend(self.metrics.map(|address| format!("metrics = \"{address}\"")));
        lines.extend(self.address_lines());
        lines.extend(self.attestation.iter().flat_map(attestation_lines));
        let log = match self.log {
            LogFormat::Json => "json",
            LogFormat::Text => "text",
        };
        lines.push(format!("log = \"{log}\""));
        lines.join("\n")
    }

    /// What `trien init` leaves in the data folder: by which name and with which keys the server
    /// is reached.
    #[must_use]
    pub fn to_own_toml(&self) -> String {
        let mut lines =
            vec!["# Made by `trien init`; every long option may stand here.".to_owned()];
        lines.extend(self.address_lines());
        lines.push(String::new());
        lines.join("\n")
    }

    fn address_lines(&self) -> Vec<String> {
        let origins: Vec<_> = self.origins().iter().map(|o| format!("\"{o}\"")).collect();
        let mut lines = vec![format!("origin = [{}]", origins.join(", "))];
        if !self.pins.is_empty() {
            let pins: Vec<_> = self.pins.iter().map(|pin| format!("\"{pin}\"")).collect();
            lines.push(format!("pin = [{}]", pins.join(", ")));
        }
        match &self.transport {
            Transport::Tls { certificate, key } => {
                lines.push(format!("tls-cert = {:?}", absolute(certificate)));
                lines.push(format!("tls-key = {:?}", absolute(key)));
            }
            Transport::BehindProxy => lines.push("behind-proxy = true".to_owned()),
            Transport::Loopback => {}
        }
        lines
    }

    fn own_origin(&self) -> Origin {
        let scheme = match self.transport {
            Transport::Tls { .. } => "https",
            Transport::BehindProxy | Transport::Loopback => "http",
        };
        Origin(format!("{scheme}://{}", self.listen))
    }
}

const DEFAULT_DATA: &str = "trien-data";

/// The configuration file in the data folder.
pub const OWN_FILE: &str = "trien.toml";

const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8420);

fn absolute(path: &Path) -> String {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).display().to_string()
}

fn transport(
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
    behind_proxy: bool,
) -> Result<Transport, ConfigError> {
    match (certificate, key) {
        (Some(_), Some(_)) if behind_proxy => Err(ConfigError::TlsBehindProxy),
        (Some(certificate), Some(key)) => Ok(Transport::Tls { certificate, key }),
        (None, None) if behind_proxy => Ok(Transport::BehindProxy),
        (None, None) => Ok(Transport::Loopback),
        _ => Err(ConfigError::HalfTls),
    }
}

fn attestation(given: AttestationArgs) -> Result<Option<AttestationSettings>, ConfigError> {
    let AttestationArgs { package, signers, roots, status_list, patch_level } = given;
    match (package, roots, status_list) {
        (Some(package), Some(roots), Some(status_list)) if !signers.is_empty() => {
            let minimum_patch_level = patch_level;
            let settings =
                AttestationSettings { package, signers, roots, status_list, minimum_patch_level };
            Ok(Some(settings))
        }
        (None, None, None) if signers.is_empty() && patch_level.is_none() => Ok(None),
        _ => Err(ConfigError::HalfAttestation),
    }
}

fn attestation_lines(settings: &AttestationSettings) -> Vec<String> {
    let signers: Vec<_> = settings.signers.iter().map(|digest| format!("\"{digest}\"")).collect();
    let mut lines = vec![
        format!("attestation-package = {:?}", settings.package),
        format!("attestation-signer = [{}]", signers.join(", ")),
        format!("attestation-roots = {:?}", absolute(&settings.roots)),
        format!("attestation-status-list = {:?}", absolute(&settings.status_list)),
    ];
    let level = settings.minimum_patch_level;
    lines.extend(level.map(|level| format!("attestation-patch-level = \"{level}\"")));
    lines
}

// What `trien init` left for all later commands, so that invitations name the server's address.
fn read_own(data: &Path) -> Result<File, ConfigError> {
    let path = data.join(OWN_FILE);
    if path.exists() { read_toml(&path) } else { Ok(File::default()) }
}

fn read_toml(path: &Path) -> Result<File, ConfigError> {
    let text = read_text(path)?;
    toml::from_str(&text)
        .map_err(|source| ConfigError::Toml { path: path.to_owned(), source: Box::new(source) })
}

fn secret(
    name: &'static str,
    value: Option<String>,
    file: Option<&Path>,
) -> Result<Option<Secret>, ConfigError> {
    match (value, file) {
        (Some(_), Some(_)) => Err(ConfigError::Twice(name)),
        (Some(value), None) => Ok(Some(Secret::new(value))),
        (None, Some(path)) => Ok(Some(Secret::new(read_text(path)?.trim_end().to_owned()))),
        (None, None) => Ok(None),
    }
}

fn read_text(path: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(path)
        .map_err(|source| ConfigError::File { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> Result<File, toml::de::Error> {
        toml::from_str(text)
    }

    fn resolve(args: &ConfigArgs, listen: &ListenArgs) -> Result<Config, ConfigError> {
        Config::resolve(args, listen, &Environment::default())
    }

    #[test]
    fn unknown_keys_are_refused() {
        assert!(file("listn = \"127.0.0.1:1\"").is_err());
        assert!(file("listen = \"127.0.0.1:1\"").is_ok());
    }

    #[test]
    fn the_command_line_wins_over_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("trien.toml");
        std::fs::write(&path, "listen = \"127.0.0.1:1\"\norigin = [\"https://a.vn\"]").unwrap();
        let args = ConfigArgs { config: Some(path), ..ConfigArgs::default() };
        let config = resolve(&args, &ListenArgs::default()).unwrap();
        assert_eq!(config.listen.port(), 1);
        assert_eq!(config.origin().as_str(), "https://a.vn");
        let listen =
            ListenArgs { listen: Some("127.0.0.1:2".parse().unwrap()), ..ListenArgs::default() };
        assert_eq!(resolve(&args, &listen).unwrap().listen.port(), 2);
    }

    #[test]
    fn what_init_leaves_behind_is_read_by_later_commands() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().to_owned();
        let first = ConfigArgs {
            data: Some(data.clone()),
            origins: vec!["https://ky.x.gov.vn".into()],
            pins: vec![Sha256::of(b"key")],
            ..ConfigArgs::default()
        };
        let first = resolve(&first, &ListenArgs::default()).unwrap();
        std::fs::write(data.join(OWN_FILE), first.to_own_toml()).unwrap();
        let later = ConfigArgs { data: Some(data), ..ConfigArgs::default() };
        let later = resolve(&later, &ListenArgs::default()).unwrap();
        assert_eq!(later.origin().as_str(), "https://ky.x.gov.vn");
        assert_eq!(later.pins, first.pins);
    }

    #[test]
    fn plain_http_stays_on_loopback() {
        let listen =
            ListenArgs { listen: Some("0.0.0.0:80".parse().unwrap()), ..ListenArgs::default() };
        let config = resolve(&ConfigArgs::default(), &listen).unwrap();
        assert!(matches!(config.check_exposure(), Err(ConfigError::PlainHttp(_))));
        let listen = ListenArgs { behind_proxy: true, ..listen };
        let config = resolve(&ConfigArgs::default(), &listen).unwrap();
        assert!(matches!(config.check_exposure(), Err(ConfigError::NoOrigin)));
        let args =
            ConfigArgs { origins: vec!["https://ky.x.gov.vn".into()], ..ConfigArgs::default() };
        assert!(resolve(&args, &listen).unwrap().check_exposure().is_ok());
    }

    #[test]
    fn a_secret_comes_from_a_file_and_is_never_printed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("url");
        std::fs::write(&path, "postgres://u:hunter2@h/d\n").unwrap();
        let args = ConfigArgs { database_url_file: Some(path), ..ConfigArgs::default() };
        let config = resolve(&args, &ListenArgs::default()).unwrap();
        assert_eq!(config.database_url.as_ref().unwrap().reveal(), "postgres://u:hunter2@h/d");
        assert!(!config.to_redacted_toml().contains("hunter2"));
        assert!(!format!("{config:?}").contains("hunter2"));
    }

    #[test]
    fn keys_are_judged_with_all_that_it_needs_or_not_at_all() {
        let digest = Sha256::of(b"signer");
        let written = format!(
            "attestation-package = \"vn.trien.app\"\nattestation-signer = [\"{digest}\"]\n\
             attestation-roots = \"/etc/roots.json\"\nattestation-status-list = \"/etc/s.json\"\n\
             attestation-patch-level = \"2025-06\"\n"
        );
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("trien.toml");
        let args = ConfigArgs { config: Some(path.clone()), ..ConfigArgs::default() };
        let listen = ListenArgs::default();
        std::fs::write(&path, &written).unwrap();
        let config = resolve(&args, &listen).unwrap();
        let settings = config.attestation.as_ref().unwrap();
        assert_eq!(settings.signers, [digest]);
        for line in written.lines() {
            assert!(config.to_redacted_toml().contains(line), "{line}");
            std::fs::write(&path, written.replace(line, "")).unwrap();
            let resolved = resolve(&args, &listen);
            if line.starts_with("attestation-patch-level") {
                assert_eq!(resolved.unwrap().attestation.unwrap().minimum_patch_level, None);
            } else {
                assert!(matches!(resolved, Err(ConfigError::HalfAttestation)), "{line}");
            }
        }
        std::fs::write(&path, written.replace("2025-06", "2025-13")).unwrap();
        assert!(matches!(resolve(&args, &listen), Err(ConfigError::Toml { .. })));
        std::fs::write(&path, "").unwrap();
        assert_eq!(resolve(&args, &listen).unwrap().attestation, None);
    }

    #[test]
    fn origins_are_compared_without_case_and_default_port() {
        let origin = Origin::parse("HTTPS://Ky.X.gov.vn:443/").unwrap();
        assert_eq!(origin.as_str(), "https://ky.x.gov.vn");
        assert_eq!(origin.authority(), "ky.x.gov.vn");
        for wrong in ["ky.x.gov.vn", "ftp://x", "https://x/path", "https://u@x", ""] {
            assert!(Origin::parse(wrong).is_err(), "{wrong}");
        }
    }
}
