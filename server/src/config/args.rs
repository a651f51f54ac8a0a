//! What the command line and the environment may say.

use std::net::SocketAddr;
use std::path::PathBuf;

use trien_core::attestation::PatchLevel;
use trien_core::digest::Sha256;

use super::{Cidr, LogFormat, PushArgs};
use crate::ca::{CertificateDays, RenewalDays};

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
    /// The PKCS#11 token of the issuing key.
    #[command(flatten)]
    pub token: TokenArgs,
    /// Longest life of a person's first certificate from here, 1826 days at most [default: 1095]
    #[arg(long, env = "TRIEN_CERTIFICATE_DAYS", value_name = "DAYS", global = true)]
    pub certificate_days: Option<CertificateDays>,
    /// Longest life of every later one, 1095 days at most [default: 1095]
    #[arg(long, env = "TRIEN_RENEWAL_DAYS", value_name = "DAYS", global = true)]
    pub renewal_days: Option<RenewalDays>,
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

/// The PKCS#11 token of the issuing key.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct TokenArgs {
    /// PKCS#11 module of the token or HSM that holds the issuing key: its maker's library
    #[arg(
        long = "pkcs11-module",
        id = "pkcs11_module",
        env = "TRIEN_PKCS11_MODULE",
        value_name = "FILE",
        global = true
    )]
    pub module: Option<PathBuf>,
    /// Label of the token in which a new issuing key is made
    #[arg(
        long = "pkcs11-token",
        id = "pkcs11_token",
        env = "TRIEN_PKCS11_TOKEN",
        value_name = "LABEL",
        global = true
    )]
    pub token: Option<String>,
    /// Label of that key [default: trien-issuing]
    #[arg(
        long = "pkcs11-key",
        id = "pkcs11_key",
        env = "TRIEN_PKCS11_KEY",
        value_name = "LABEL",
        global = true
    )]
    pub key: Option<String>,
    /// File that holds the PIN
    #[arg(
        long = "pkcs11-pin-file",
        id = "pkcs11_pin_file",
        help = "File that holds the PIN (or set TRIEN_PKCS11_PIN)",
        env = "TRIEN_PKCS11_PIN_FILE",
        value_name = "FILE",
        global = true
    )]
    pub pin_file: Option<PathBuf>,
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
    /// Address or network of a proxy whose X-Forwarded-For is believed; may be given several times
    /// [default: loopback]
    #[arg(long = "proxy", env = "TRIEN_PROXY", value_name = "CIDR", value_delimiter = ',')]
    pub proxies: Vec<Cidr>,
    /// What phones must show of their keys.
    #[command(flatten)]
    pub attestation: AttestationArgs,
    /// What iPhones must show.
    #[command(flatten)]
    pub app_attest: AppAttestArgs,
    /// By which identity provider people sign in.
    #[command(flatten)]
    pub oidc: OidcArgs,
    /// By whom phones are woken.
    #[command(flatten)]
    pub push: PushArgs,
    /// How log lines look [default: text on a terminal, else json]
    #[arg(long, env = "TRIEN_LOG_FORMAT", value_name = "FORMAT", value_enum)]
    pub log: Option<LogFormat>,
}

/// What iPhones must show, in the two options that belong together.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct AppAttestArgs {
    /// Team and bundle identifier of the iPhone's app, TEAM.bundle; with the next one, App Attest
    /// is judged
    #[arg(
        long = "app-attest-app",
        id = "app_attest_app",
        env = "TRIEN_APP_ATTEST_APP",
        value_name = "NAME"
    )]
    pub app: Option<String>,
    /// Apple's root certificate for App Attest, PEM
    #[arg(
        long = "app-attest-root",
        id = "app_attest_root",
        env = "TRIEN_APP_ATTEST_ROOT",
        value_name = "FILE"
    )]
    pub root: Option<PathBuf>,
}

/// By which identity provider people sign in to the console; the first three belong together.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct OidcArgs {
    /// Identity provider (OpenID Connect) by which people sign in to the console, exactly as it
    /// calls itself
    #[arg(long = "oidc-issuer", id = "oidc_issuer", env = "TRIEN_OIDC_ISSUER", value_name = "URL")]
    pub issuer: Option<String>,
    /// The server's name at the provider
    #[arg(
        long = "oidc-client-id",
        id = "oidc_client_id",
        env = "TRIEN_OIDC_CLIENT_ID",
        value_name = "NAME"
    )]
    pub client: Option<String>,
    /// File that holds the server's secret there
    #[arg(
        long = "oidc-client-secret-file",
        id = "oidc_client_secret_file",
        env = "TRIEN_OIDC_CLIENT_SECRET_FILE",
        value_name = "FILE"
    )]
    pub secret: Option<PathBuf>,
    /// What people call the provider [default: its host]
    #[arg(long = "oidc-name", id = "oidc_name", env = "TRIEN_OIDC_NAME", value_name = "NAME")]
    pub name: Option<String>,
    /// Way of signing in there (`acr`) that is enough; may be given several times [default: any]
    #[arg(
        long = "oidc-acr",
        id = "oidc_acr",
        env = "TRIEN_OIDC_ACR",
        value_name = "NAME",
        value_delimiter = ','
    )]
    pub acr: Vec<String>,
    /// Means that must have been used there (`amr`); may be given several times [default: any]
    #[arg(
        long = "oidc-amr",
        id = "oidc_amr",
        env = "TRIEN_OIDC_AMR",
        value_name = "NAME",
        value_delimiter = ','
    )]
    pub amr: Vec<String>,
    /// How its tokens may be signed, RS256, PS256 or ES256; may be given several times [default:
    /// RS256 and ES256]
    #[arg(
        long = "oidc-algorithm",
        id = "oidc_algorithm",
        env = "TRIEN_OIDC_ALGORITHM",
        value_name = "NAME",
        value_delimiter = ','
    )]
    pub algorithms: Vec<String>,
    /// Certificate in PEM to trust for the provider, instead of the system's
    #[arg(long = "oidc-ca", id = "oidc_ca", env = "TRIEN_OIDC_CA", value_name = "FILE")]
    pub authority: Option<PathBuf>,
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
