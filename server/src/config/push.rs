//! Push services, put together from their options.

use std::path::{Path, PathBuf};

use reqwest::Url;

use super::{Cidr, ConfigError};
use crate::egress::{Filter, HostPattern, Hosts};
use crate::push::{
    ApnsKey, ApnsSettings, FcmSettings, PATIENCE, PushSettings, RelaySettings, ServiceAccount,
    default_url,
};

/// By whom phones are woken; nobody where nothing is given.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct PushArgs {
    /// Push service of Web Push or UnifiedPush that may be called, a host or *.domain; may be given
    /// several times [default: none]
    #[arg(
        long = "push-host",
        id = "push_host",
        env = "TRIEN_PUSH_HOST",
        value_name = "HOST",
        value_delimiter = ','
    )]
    pub hosts: Vec<HostPattern>,
    /// Network inside the office in which such a service may be; may be given several times
    /// [default: none]
    #[arg(
        long = "push-private",
        id = "push_private",
        env = "TRIEN_PUSH_PRIVATE",
        value_name = "CIDR",
        value_delimiter = ','
    )]
    pub private: Vec<Cidr>,
    /// Google's file (JSON) of a service account that may send by FCM
    #[arg(
        long = "push-fcm-key-file",
        id = "push_fcm_key_file",
        env = "TRIEN_PUSH_FCM_KEY_FILE",
        value_name = "FILE"
    )]
    pub fcm_key_file: Option<PathBuf>,
    /// Package of the Android app, so that FCM reaches no other [default: any of the project]
    #[arg(
        long = "push-fcm-package",
        id = "push_fcm_package",
        env = "TRIEN_PUSH_FCM_PACKAGE",
        value_name = "NAME"
    )]
    pub fcm_package: Option<String>,
    /// Address of FCM [default: Google's]
    #[arg(
        long = "push-fcm-url",
        id = "push_fcm_url",
        env = "TRIEN_PUSH_FCM_URL",
        value_name = "URL"
    )]
    pub fcm_url: Option<String>,
    /// Apple's file (.p8) of a key that may send by APNs; with the next three
    #[arg(
        long = "push-apns-key-file",
        id = "push_apns_key_file",
        env = "TRIEN_PUSH_APNS_KEY_FILE",
        value_name = "FILE"
    )]
    pub apns_key_file: Option<PathBuf>,
    /// Its name at Apple, ten characters
    #[arg(
        long = "push-apns-key-id",
        id = "push_apns_key_id",
        env = "TRIEN_PUSH_APNS_KEY_ID",
        value_name = "ID"
    )]
    pub apns_key_id: Option<String>,
    /// Team that publishes the iPhone's app
    #[arg(
        long = "push-apns-team",
        id = "push_apns_team",
        env = "TRIEN_PUSH_APNS_TEAM",
        value_name = "ID"
    )]
    pub apns_team: Option<String>,
    /// Bundle identifier of that app
    #[arg(
        long = "push-apns-topic",
        id = "push_apns_topic",
        env = "TRIEN_PUSH_APNS_TOPIC",
        value_name = "NAME"
    )]
    pub apns_topic: Option<String>,
    /// Address of APNs [default: Apple's]
    #[arg(
        long = "push-apns-url",
        id = "push_apns_url",
        env = "TRIEN_PUSH_APNS_URL",
        value_name = "URL"
    )]
    pub apns_url: Option<String>,
    /// Relay of whoever publishes the app, instead of FCM and APNs; with the next one
    #[arg(long = "push-relay", id = "push_relay", env = "TRIEN_PUSH_RELAY", value_name = "URL")]
    pub relay: Option<String>,
    /// File that holds the office's key there
    #[arg(
        long = "push-relay-key-file",
        id = "push_relay_key_file",
        env = "TRIEN_PUSH_RELAY_KEY_FILE",
        value_name = "FILE"
    )]
    pub relay_key_file: Option<PathBuf>,
    /// HTTP proxy through which push services are reached [default: none]
    #[arg(
        long = "push-proxy",
        id = "push_proxy",
        env = "TRIEN_PUSH_PROXY",
        value_name = "URL",
        hide_env_values = true
    )]
    pub proxy: Option<String>,
    /// Certificate in PEM to trust for push services, beside the system's
    #[arg(long = "push-ca", id = "push_ca", env = "TRIEN_PUSH_CA", value_name = "FILE")]
    pub authority: Option<PathBuf>,
}

impl PushArgs {
    /// What the command line does not say, the file may.
    pub(super) fn or(self, file: Self) -> Self {
        Self {
            hosts: if self.hosts.is_empty() { file.hosts } else { self.hosts },
            private: if self.private.is_empty() { file.private } else { self.private },
            fcm_key_file: self.fcm_key_file.or(file.fcm_key_file),
            fcm_package: self.fcm_package.or(file.fcm_package),
            fcm_url: self.fcm_url.or(file.fcm_url),
            apns_key_file: self.apns_key_file.or(file.apns_key_file),
            apns_key_id: self.apns_key_id.or(file.apns_key_id),
            apns_team: self.apns_team.or(file.apns_team),
            apns_topic: self.apns_topic.or(file.apns_topic),
            apns_url: self.apns_url.or(file.apns_url),
            relay: self.relay.or(file.relay),
            relay_key_file: self.relay_key_file.or(file.relay_key_file),
            proxy: self.proxy.or(file.proxy),
            authority: self.authority.or(file.authority),
        }
    }

    /// Puts them together, and reads the keys.
    pub fn resolve(self) -> Result<PushSettings, ConfigError> {
        let (fcm, apns, relay) = (self.fcm()?, self.apns()?, self.relay()?);
        if relay.is_some() && (fcm.is_some() || apns.is_some()) {
            let why = "--push-relay stands instead of --push-fcm-key-file and --push-apns-key-file";
            return Err(ConfigError::Push(why.to_owned()));
        }
        let proxy = self.proxy.as_deref().map(proxy).transpose()?;
        Ok(PushSettings {
            fcm,
            apns,
            relay,
            filter: Filter { hosts: Hosts::These(self.hosts), private: self.private },
            proxy,
            authority: self.authority,
            patience: PATIENCE,
        })
    }

    fn fcm(&self) -> Result<Option<FcmSettings>, ConfigError> {
        let Some(key_file) = self.fcm_key_file.clone() else {
            return match (&self.fcm_package, &self.fcm_url) {
                (None, None) => Ok(None),
                _ => Err(ConfigError::HalfPush("--push-fcm-key-file")),
            };
        };
        let account = ServiceAccount::read(&key_file).map_err(push)?;
        let url = https(self.fcm_url.as_deref().unwrap_or(default_url::FCM))?;
        Ok(Some(FcmSettings { url, package: self.fcm_package.clone(), key_file, account }))
    }

    fn apns(&self) -> Result<Option<ApnsSettings>, ConfigError> {
        let names = (&self.apns_key_id, &self.apns_team, &self.apns_topic);
        let (key_file, (key_id, team, topic)) = match (&self.apns_key_file, names) {
            (Some(file), (Some(id), Some(team), Some(topic))) => (file, (id, team, topic)),
            (None, (None, None, None)) if self.apns_url.is_none() => return Ok(None),
            _ => {
                let all = "--push-apns-key-file, --push-apns-key-id, --push-apns-team and \
                           --push-apns-topic";
                return Err(ConfigError::HalfPush(all));
            }
        };
        Ok(Some(ApnsSettings {
            url: https(self.apns_url.as_deref().unwrap_or(default_url::APNS))?,
            topic: topic.clone(),
            team: team.clone(),
            key_id: key_id.clone(),
            key: ApnsKey::read(key_file).map_err(push)?,
            key_file: key_file.clone(),
        }))
    }

    fn relay(&self) -> Result<Option<RelaySettings>, ConfigError> {
        match (&self.relay, &self.relay_key_file) {
            (Some(url), Some(file)) => {
                let key = zeroize::Zeroizing::new(super::sources::read_text(file)?);
                let key = zeroize::Zeroizing::new(key.trim().to_owned());
                let sound = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_graphic());
                if !sound {
                    return Err(ConfigError::HalfPush("--push-relay-key-file with a key in it"));
                }
                Ok(Some(RelaySettings { url: https(url)?, key_file: file.clone(), key }))
            }
            (None, None) => Ok(None),
            _ => Err(ConfigError::HalfPush("--push-relay and --push-relay-key-file")),
        }
    }
}

fn https(text: &str) -> Result<Url, ConfigError> {
    // It is not repeated: it may hold a password.
    let wrong = || {
        let form = "https://, a host, and / at its end, without a user";
        ConfigError::Push(format!("the address of a push service is not of the form {form}"))
    };
    let url = Url::parse(text).map_err(|_| wrong())?;
    let nobody = url.username().is_empty() && url.password().is_none();
    let bare = nobody && url.query().is_none() && url.fragment().is_none();
    if url.scheme() == "https" && bare && url.path().ends_with('/') {
        Ok(url)
    } else {
        Err(wrong())
    }
}

fn proxy(text: &str) -> Result<Url, ConfigError> {
    let wrong = || ConfigError::Push("--push-proxy is not an http address".to_owned());
    let url = Url::parse(text).map_err(|_| wrong())?;
    if matches!(url.scheme(), "http" | "https") { Ok(url) } else { Err(wrong()) }
}

#[expect(clippy::needless_pass_by_value, reason = "errors are handed over")]
fn push(error: crate::egress::http::ReachError) -> ConfigError {
    ConfigError::Push(error.to_string())
}

/// As options of the file; what the key files hold stands nowhere.
pub(super) fn lines(settings: &PushSettings) -> Vec<String> {
    let file = |key: &str, path: &Path| format!("{key} = {:?}", super::written::absolute(path));
    let list = |key: &str, values: Vec<String>| {
        let values: Vec<String> = values.iter().map(|value| format!("{value:?}")).collect();
        format!("{key} = [{}]", values.join(", "))
    };
    let mut lines = Vec::new();
    let Filter { hosts, private } = &settings.filter;
    if !hosts.these().is_empty() {
        let hosts = hosts.these().iter().map(ToString::to_string);
        lines.push(list("push-host", hosts.collect()));
    }
    if !private.is_empty() {
        lines.push(list("push-private", private.iter().map(ToString::to_string).collect()));
    }
    if let Some(fcm) = &settings.fcm {
        lines.push(file("push-fcm-key-file", &fcm.key_file));
        lines.extend(fcm.package.as_ref().map(|name| format!("push-fcm-package = {name:?}")));
        lines.push(format!("push-fcm-url = {:?}", fcm.url.as_str()));
    }
    if let Some(apns) = &settings.apns {
        lines.push(file("push-apns-key-file", &apns.key_file));
        lines.push(format!("push-apns-key-id = {:?}", apns.key_id));
        lines.push(format!("push-apns-team = {:?}", apns.team));
        lines.push(format!("push-apns-topic = {:?}", apns.topic));
        lines.push(format!("push-apns-url = {:?}", apns.url.as_str()));
    }
    if let Some(relay) = &settings.relay {
        lines.push(format!("push-relay = {:?}", relay.url.as_str()));
        lines.push(file("push-relay-key-file", &relay.key_file));
    }
    // A proxy's address may hold a password.
    lines.extend(settings.proxy.as_ref().map(|_| "push-proxy = \"…\"".to_owned()));
    lines.extend(settings.authority.as_ref().map(|path| file("push-ca", path)));
    lines
}
