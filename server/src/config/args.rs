//! What the command line and the environment may say.

use std::net::SocketAddr;
use std::path::PathBuf;

use trien_core::attestation::PatchLevel;
use trien_core::digest::Sha256;

use super::LogFormat;
use crate::ca::CertificateDays;

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
    /// Longest life of a certificate that is issued here, 1826 days at most [default: 1095]
    #[arg(long, env = "TRIEN_CERTIFICATE_DAYS", value_name = "DAYS", global = true)]
    pub certificate_days: Option<CertificateDays>,
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
    /// What phones must show of their keys.
    #[command(flatten)]
    pub attestation: AttestationArgs,
    /// What iPhones must show.
    #[command(flatten)]
    pub app_attest: AppAttestArgs,
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
