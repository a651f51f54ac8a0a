//! Making an office: its data folder, and what lies beside it for those who verify.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use trien_core::document::Text;
use trien_core::env::{Clock, Entropy};
use trien_core::wire::UnitView;

use crate::app::{App, InitOptions};
use crate::config::{Config, OWN_FILE};
use crate::flow::FlowError;
use crate::flow::admin::KeyPolicy;

/// An office to make.
#[derive(Clone, Debug)]
pub struct NewOffice {
    /// The first unit.
    pub unit: Text<200>,
    /// Which keys it takes.
    pub keys: KeyPolicy,
    /// The log's name for good; by default the origin's host, and `/log`.
    pub log_name: Option<String>,
}

/// An office that was made.
pub struct Founded {
    /// The application, open.
    pub app: App,
    /// The first unit.
    pub unit: UnitView,
    /// Where verifiers' trust anchor was written.
    pub root: PathBuf,
    /// Where the log's key was written.
    pub log_key: PathBuf,
}

/// Whether the data folder holds an office.
#[must_use]
pub fn is_founded(data: &Path) -> bool {
    data.join("keys").is_dir()
}

/// Makes keys, certificates, log and first unit in an empty data folder, and leaves there the root
/// and the log's key for those who verify, and how the server is reached for later commands.
pub async fn found(
    config: &Config,
    new: NewOffice,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
) -> Result<Founded, FlowError> {
    let settings = config.settings().map_err(|error| FlowError::Unavailable(error.to_string()))?;
    let log_origin = new.log_name.unwrap_or_else(|| format!("{}/log", config.origin().authority()));
    let options = InitOptions { unit: new.unit, keys: new.keys, log_origin };
    let unit = App::init(&settings, options, clock.clone(), entropy.clone()).await?;
    let app = App::open(settings, clock, entropy).await?;
    if !config.is_plain() || config.token.is_some() {
        write(&config.data.join(OWN_FILE), &config.to_own_toml())?;
    }
    let (root, log_key) = (config.data.join("root.pem"), config.data.join("log.pub"));
    write(&root, &app.root_pem())?;
    write(&log_key, &format!("{}\n", app.log_key()))?;
    Ok(Founded { app, unit, root, log_key })
}

fn write(path: &Path, text: &str) -> Result<(), FlowError> {
    std::fs::write(path, text)
        .map_err(|error| FlowError::Unavailable(format!("{}: {error}", path.display())))
}
