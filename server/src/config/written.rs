//! A configuration as TOML: to be shown, and to be left in the data folder.

use std::path::Path;

use super::{Config, LogFormat, OidcConfig, Secret, TokenConfig, Transport};
use crate::attestation::{AppAttestSettings, AttestationSettings};
use crate::deliver::DeliverSettings;
use crate::mail::MailSettings;

fn webhook_lines(settings: &DeliverSettings) -> Vec<String> {
    let mut lines = Vec::new();
    if !settings.private.is_empty() {
        let networks: Vec<_> = settings.private.iter().map(|cidr| format!("\"{cidr}\"")).collect();
        lines.push(format!("webhook-private = [{}]", networks.join(", ")));
    }
    let authority = settings.authority.as_ref();
    lines.extend(authority.map(|path| format!("webhook-ca = {:?}", absolute(path))));
    lines
}

// The password stands nowhere, and neither does its file: it was read.
fn mail_lines(settings: &MailSettings) -> Vec<String> {
    let mut lines = vec![
        format!("mail-relay = {:?}", settings.relay.as_str()),
        format!("mail-from = {:?}", settings.from),
    ];
    if let Some((user, _)) = &settings.user {
        lines.push(format!("mail-user = {user:?}"));
        lines.push("mail-password-file = \"…\"".to_owned());
    }
    let authority = settings.authority.as_ref();
    lines.extend(authority.map(|path| format!("mail-ca = {:?}", absolute(path))));
    lines
}

impl Config {
    /// The configuration in effect as TOML, secrets left out.
    #[must_use]
    pub fn to_redacted_toml(&self) -> String {
        let mut lines = vec![format!("data = {:?}", self.data.display().to_string())];
        let hidden =
            |key: &str, value: &Option<Secret>| value.as_ref().map(|_| format!("{key} = \"…\""));
        lines.extend(hidden("database-url", &self.database_url));
        lines.extend(hidden("passphrase", &self.passphrase));
        lines.extend(self.token.iter().flat_map(token_lines));
        lines.push(format!("certificate-days = {}", self.life.first.get()));
        lines.push(format!("renewal-days = {}", self.life.renewal.get()));
        lines.push(format!("listen = \"{}\"", self.listen));
        lines.extend(self.metrics.map(|address| format!("metrics = \"{address}\"")));
        lines.extend(self.address_lines());
        lines.extend(self.attestation.iter().flat_map(attestation_lines));
        lines.extend(self.app_attest.iter().flat_map(app_attest_lines));
        lines.extend(self.oidc.iter().flat_map(oidc_lines));
        lines.extend(super::push::lines(&self.push));
        lines.extend(webhook_lines(&self.deliver));
        lines.extend(self.mail.iter().flat_map(mail_lines));
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
        if !self.is_plain() {
            lines.extend(self.address_lines());
        }
        lines.extend(self.token.iter().flat_map(token_lines));
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
            Transport::BehindProxy { proxies } => {
                let proxies: Vec<_> = proxies.iter().map(|one| format!("\"{one}\"")).collect();
                lines.push("behind-proxy = true".to_owned());
                lines.push(format!("proxy = [{}]", proxies.join(", ")));
            }
            Transport::Loopback => {}
        }
        lines
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

// The PIN itself stands nowhere; where it is read from is no secret.
fn token_lines(token: &TokenConfig) -> Vec<String> {
    let mut lines = vec![format!("pkcs11-module = {:?}", absolute(&token.module))];
    lines.extend(token.token.as_ref().map(|label| format!("pkcs11-token = {label:?}")));
    lines.push(format!("pkcs11-key = {:?}", token.key));
    let file = token.pin_file.as_ref();
    lines.extend(file.map(|file| format!("pkcs11-pin-file = {:?}", absolute(file))));
    lines
}

pub(super) fn absolute(path: &Path) -> String {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).display().to_string()
}

fn app_attest_lines(settings: &AppAttestSettings) -> [String; 2] {
    [
        format!("app-attest-app = {:?}", settings.app),
        format!("app-attest-root = {:?}", absolute(&settings.root)),
    ]
}

fn oidc_lines(oidc: &OidcConfig) -> Vec<String> {
    let settings = &oidc.settings;
    let list = |values: Vec<&str>| {
        let values: Vec<String> = values.iter().map(|value| format!("{value:?}")).collect();
        values.join(", ")
    };
    let algorithms = settings.algorithms.iter().map(|algorithm| algorithm.name()).collect();
    let mut lines = vec![
        format!("oidc-issuer = {:?}", settings.issuer.as_str()),
        format!("oidc-client-id = {:?}", settings.client),
        format!("oidc-client-secret-file = {:?}", absolute(&oidc.secret_file)),
        format!("oidc-name = {:?}", settings.name),
        format!("oidc-algorithm = [{}]", list(algorithms)),
    ];
    for (key, values) in [("oidc-acr", &settings.acr), ("oidc-amr", &settings.amr)] {
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        lines.extend((!values.is_empty()).then(|| format!("{key} = [{}]", list(values))));
    }
    let authority = oidc.authority.as_ref();
    lines.extend(authority.map(|path| format!("oidc-ca = {:?}", absolute(path))));
    lines
}
