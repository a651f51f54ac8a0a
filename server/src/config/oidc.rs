//! The identity provider, put together from its options.

use std::path::PathBuf;

use trien_core::jose::Algorithm;

use super::args::OidcArgs;
use super::{ConfigError, Secret};
use crate::oidc::{ClientSecret, Issuer, Network, NetworkError, Provider, ProviderSettings};

/// By which identity provider people sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OidcConfig {
    /// What is said of it.
    pub settings: ProviderSettings,
    /// The file of the secret.
    pub secret_file: PathBuf,
    /// The file of the authority that vouches for it, instead of the system's.
    pub authority: Option<PathBuf>,
}

impl OidcConfig {
    /// The provider; nothing is asked of it yet.
    pub fn provider(&self) -> Result<Provider, NetworkError> {
        let network = Network::new(&self.settings.issuer, self.authority.as_deref())?;
        Ok(Provider::new(self.settings.clone(), std::sync::Arc::new(network)))
    }

    /// From the options, which belong together; `read` gives the secret.
    pub(super) fn resolve(
        given: OidcArgs,
        read: impl FnOnce(&std::path::Path) -> Result<Option<Secret>, ConfigError>,
    ) -> Result<Option<Self>, ConfigError> {
        let OidcArgs { issuer, client, secret, name, acr, amr, algorithms, authority } = given;
        let (issuer, client, secret_file) = match (issuer, client, secret) {
            (Some(issuer), Some(client), Some(secret)) => (issuer, client, secret),
            (None, None, None) => {
                let lists = [&acr, &amr, &algorithms];
                let none = name.is_none()
                    && authority.is_none()
                    && lists.iter().all(|list| list.is_empty());
                return if none { Ok(None) } else { Err(ConfigError::HalfOidc) };
            }
            _ => return Err(ConfigError::HalfOidc),
        };
        let unfit = || {
            let why = "is not an identity provider: an https address without query is wanted";
            ConfigError::Oidc(format!("{issuer:?} {why}"))
        };
        let issuer = Issuer::parse(&issuer).ok_or_else(unfit)?;
        let secret = read(&secret_file)?.filter(|secret| !secret.reveal().is_empty());
        let secret = secret.ok_or(ConfigError::HalfOidc)?;
        let settings = ProviderSettings {
            name: name.unwrap_or_else(|| issuer.host().to_owned()),
            issuer,
            client,
            secret: ClientSecret(secret.reveal().to_owned()),
            acr,
            amr,
            algorithms: allowed(&algorithms)?,
        };
        Ok(Some(Self { settings, secret_file, authority }))
    }
}

fn allowed(names: &[String]) -> Result<Vec<Algorithm>, ConfigError> {
    if names.is_empty() {
        return Ok(vec![Algorithm::Rs256, Algorithm::Es256]);
    }
    let named = |name: &String| {
        let known = Algorithm::ALL.into_iter().find(|known| known.name() == name);
        let unknown = || format!("--oidc-algorithm takes RS256, PS256 and ES256, not {name:?}");
        known.ok_or_else(|| ConfigError::Oidc(unknown()))
    };
    names.iter().map(named).collect()
}
