//! From command line, environment and file to one configuration.

use std::io::IsTerminal as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use reqwest::Url;
use serde::Deserialize;
use trien_core::attestation::PatchLevel;
use trien_core::digest::Sha256;

use super::args::OidcArgs;
use super::{
    AttestationArgs, Cidr, Config, ConfigArgs, ConfigError, ListenArgs, LogFormat, OWN_FILE,
    OidcConfig, Origin, PushArgs, Secret, TokenArgs, TokenConfig, Transport,
};
use crate::attestation::{AppAttestSettings, AttestationSettings};
use crate::ca::{CertificateDays, Life, RenewalDays};
use crate::deliver::{DeliverSettings, PATIENCE};
use crate::egress::HostPattern;
use crate::mail::{self, MailSettings};

const DEFAULT_DATA: &str = "trien-data";
const DEFAULT_KEY: &str = "trien-issuing";

const DEFAULT_LISTEN: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8420);

/// The TOML file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[expect(clippy::struct_field_names, reason = "the keys are named as the options are")]
pub(super) struct File {
    data: Option<PathBuf>,
    database_url: Option<String>,
    database_url_file: Option<PathBuf>,
    passphrase_file: Option<PathBuf>,
    pkcs11_module: Option<PathBuf>,
    pkcs11_token: Option<String>,
    pkcs11_key: Option<String>,
    pkcs11_pin_file: Option<PathBuf>,
    certificate_days: Option<CertificateDays>,
    renewal_days: Option<RenewalDays>,
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
    app_attest_app: Option<String>,
    app_attest_root: Option<PathBuf>,
    oidc_issuer: Option<String>,
    oidc_client_id: Option<String>,
    oidc_client_secret_file: Option<PathBuf>,
    oidc_name: Option<String>,
    #[serde(default)]
    oidc_acr: Vec<String>,
    #[serde(default)]
    oidc_amr: Vec<String>,
    #[serde(default)]
    oidc_algorithm: Vec<String>,
    oidc_ca: Option<PathBuf>,
    #[serde(default)]
    push_host: Vec<HostPattern>,
    #[serde(default)]
    push_private: Vec<Cidr>,
    push_fcm_key_file: Option<PathBuf>,
    push_fcm_package: Option<String>,
    push_fcm_url: Option<String>,
    push_apns_key_file: Option<PathBuf>,
    push_apns_key_id: Option<String>,
    push_apns_team: Option<String>,
    push_apns_topic: Option<String>,
    push_apns_url: Option<String>,
    push_relay: Option<String>,
    push_relay_key_file: Option<PathBuf>,
    push_proxy: Option<String>,
    push_ca: Option<PathBuf>,
    // In the file alone, not on a command line: what opens the office's network is decided once, and can be read.
    #[serde(default)]
    webhook_private: Vec<Cidr>,
    webhook_ca: Option<PathBuf>,
    // In the file alone as well: who may send mail in the office's name.
    mail_relay: Option<String>,
    mail_from: Option<String>,
    mail_user: Option<String>,
    mail_password_file: Option<PathBuf>,
    mail_ca: Option<PathBuf>,
    #[serde(default)]
    behind_proxy: bool,
    #[serde(default)]
    proxy: Vec<Cidr>,
    log: Option<LogFormat>,
}

/// What the process finds around it: secrets that must not be options, because process lists show
/// those, and whether a person reads the log.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    passphrase: Option<Secret>,
    pin: Option<Secret>,
    log: LogFormat,
}

impl Environment {
    /// Reads the process's environment.
    #[must_use]
    pub fn read() -> Self {
        let passphrase = std::env::var("TRIEN_PASSPHRASE").ok().map(Secret::new);
        let pin = std::env::var("TRIEN_PKCS11_PIN").ok().map(Secret::new);
        let terminal = std::io::stderr().is_terminal();
        let log = if terminal { LogFormat::Text } else { LogFormat::Json };
        Self { passphrase, pin, log }
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
        let mail = mail(&file)?;
        // An option given above replaces both forms of the same secret below.
        let database_url = if args.database_url.is_some() || args.database_url_file.is_some() {
            secret("DATABASE_URL", args.database_url.clone(), args.database_url_file.as_deref())?
        } else {
            secret("database-url", file.database_url, file.database_url_file.as_deref())?
        };
        let passphrase_file = args.passphrase_file.clone().or(file.passphrase_file);
        let from_environment = environment.passphrase.as_ref().map(|p| p.reveal().to_owned());
        let passphrase = secret("TRIEN_PASSPHRASE", from_environment, passphrase_file.as_deref())?;
        let token = token(
            TokenArgs {
                module: args.token.module.clone().or(file.pkcs11_module),
                token: args.token.token.clone().or(file.pkcs11_token),
                key: args.token.key.clone().or(file.pkcs11_key),
                pin_file: args.token.pin_file.clone().or(file.pkcs11_pin_file),
            },
            environment,
        )?;
        let address = listen.listen.or(file.listen).unwrap_or(DEFAULT_LISTEN);
        let transport = transport(
            args.tls_cert.clone().or(file.tls_cert),
            args.tls_key.clone().or(file.tls_key),
            listen.behind_proxy || file.behind_proxy,
            if listen.proxies.is_empty() { file.proxy } else { listen.proxies.clone() },
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
        let app_attest = app_attest(
            listen.app_attest.app.clone().or(file.app_attest_app),
            listen.app_attest.root.clone().or(file.app_attest_root),
        )?;
        let given = listen.oidc.clone();
        let either = |given: Vec<String>, file| if given.is_empty() { file } else { given };
        let oidc = OidcArgs {
            issuer: given.issuer.or(file.oidc_issuer),
            client: given.client.or(file.oidc_client_id),
            secret: given.secret.or(file.oidc_client_secret_file),
            name: given.name.or(file.oidc_name),
            acr: either(given.acr, file.oidc_acr),
            amr: either(given.amr, file.oidc_amr),
            algorithms: either(given.algorithms, file.oidc_algorithm),
            authority: given.authority.or(file.oidc_ca),
        };
        let oidc = OidcConfig::resolve(oidc, |path| secret("oidc", None, Some(path)))?;
        let push = PushArgs {
            hosts: file.push_host,
            private: file.push_private,
            fcm_key_file: file.push_fcm_key_file,
            fcm_package: file.push_fcm_package,
            fcm_url: file.push_fcm_url,
            apns_key_file: file.push_apns_key_file,
            apns_key_id: file.push_apns_key_id,
            apns_team: file.push_apns_team,
            apns_topic: file.push_apns_topic,
            apns_url: file.push_apns_url,
            relay: file.push_relay,
            relay_key_file: file.push_relay_key_file,
            proxy: file.push_proxy,
            authority: file.push_ca,
        };
        let push = listen.push.clone().or(push).resolve()?;
        let data = args.data.clone().or(file.data).unwrap_or_else(|| DEFAULT_DATA.into());
        Ok(Self {
            data,
            database_url,
            passphrase,
            token,
            life: Life {
                first: args.certificate_days.or(file.certificate_days).unwrap_or_default(),
                renewal: args.renewal_days.or(file.renewal_days).unwrap_or_default(),
            },
            listen: address,
            metrics: listen.metrics.or(file.metrics),
            transport,
            origins,
            pins: if args.pins.is_empty() { file.pin } else { args.pins.clone() },
            attestation,
            app_attest,
            oidc,
            push,
            deliver: deliver(file.webhook_private, file.webhook_ca),
            mail,
            log: listen.log.or(file.log).unwrap_or(environment.log),
            binary: None,
        })
    }
}

fn transport(
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
    behind_proxy: bool,
    mut proxies: Vec<Cidr>,
) -> Result<Transport, ConfigError> {
    if !behind_proxy && !proxies.is_empty() {
        return Err(ConfigError::ProxyAlone);
    }
    if proxies.is_empty() {
        proxies = Cidr::LOOPBACK.to_vec();
    }
    match (certificate, key) {
        (Some(_), Some(_)) if behind_proxy => Err(ConfigError::TlsBehindProxy),
        (Some(certificate), Some(key)) => Ok(Transport::Tls { certificate, key }),
        (None, None) if behind_proxy => Ok(Transport::BehindProxy { proxies }),
        (None, None) => Ok(Transport::Loopback),
        _ => Err(ConfigError::HalfTls),
    }
}

fn token(given: TokenArgs, environment: &Environment) -> Result<Option<TokenConfig>, ConfigError> {
    let Some(module) = given.module else {
        let is_silent = given.token.is_none() && given.key.is_none() && given.pin_file.is_none();
        return if is_silent { Ok(None) } else { Err(ConfigError::NoModule) };
    };
    let pin = environment.pin.as_ref().map(|pin| pin.reveal().to_owned());
    let pin = secret("TRIEN_PKCS11_PIN", pin, given.pin_file.as_deref())?;
    Ok(Some(TokenConfig {
        module,
        token: given.token,
        key: given.key.unwrap_or_else(|| DEFAULT_KEY.to_owned()),
        pin,
        pin_file: given.pin_file,
    }))
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

fn mail(file: &File) -> Result<Option<MailSettings>, ConfigError> {
    let user = match (&file.mail_user, &file.mail_password_file) {
        (Some(user), Some(path)) => {
            let password = secret("mail-password", None, Some(path))?;
            password.map(|password| (user.clone(), password))
        }
        (None, None) => None,
        _ => return Err(ConfigError::HalfMail),
    };
    let authority = file.mail_ca.clone();
    let (Some(relay), Some(from)) = (&file.mail_relay, &file.mail_from) else {
        let named = file.mail_relay.is_some() || file.mail_from.is_some();
        let is_silent = !named && user.is_none() && authority.is_none();
        return if is_silent { Ok(None) } else { Err(ConfigError::HalfMail) };
    };
    // A password in it would be shown with it.
    let bare = |url: &Url| url.username().is_empty() && url.password().is_none();
    let relay = Url::parse(relay).ok().filter(bare).ok_or(ConfigError::MailRelay)?;
    let (from, patience) = (from.clone(), mail::PATIENCE);
    Ok(Some(MailSettings { relay, from, user, authority, patience }))
}

fn deliver(private: Vec<Cidr>, authority: Option<PathBuf>) -> DeliverSettings {
    DeliverSettings { private, authority, patience: PATIENCE }
}

fn app_attest(
    app: Option<String>,
    root: Option<PathBuf>,
) -> Result<Option<AppAttestSettings>, ConfigError> {
    match (app, root) {
        (Some(app), Some(root)) => Ok(Some(AppAttestSettings { app, root })),
        (None, None) => Ok(None),
        _ => Err(ConfigError::HalfAppAttest),
    }
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

pub(super) fn read_text(path: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(path)
        .map_err(|source| ConfigError::File { path: path.to_owned(), source })
}
