//! Commands that act on the data folder itself: who may read its keys is the administrator.

use std::sync::Arc;

use trien_core::env::{OsEntropy, SystemClock};

use super::CliError;
use crate::app::App;
use crate::config::{Config, ConfigArgs, ConfigError, Environment, ListenArgs};
use crate::flow::FlowError;
use crate::problem;
use crate::telemetry;
use crate::text::Language;

/// Reads the configuration; with `--print-config` shows it and gives nothing.
pub(super) fn configure(
    args: &ConfigArgs,
    listen: &ListenArgs,
) -> Result<Option<Config>, CliError> {
    let config = Config::resolve(args, listen, &Environment::read())?;
    if args.print_config {
        println!("{}", config.to_redacted_toml());
        return Ok(None);
    }
    Ok(Some(config))
}

/// Opens the data folder for one command.
pub(super) async fn open(args: &ConfigArgs) -> Result<Option<App>, CliError> {
    let Some(config) = configure(args, &ListenArgs::default())? else { return Ok(None) };
    telemetry::start_quiet_log();
    Ok(Some(open_as(&config).await?))
}

/// Opens the data folder as the configuration says.
pub(super) async fn open_as(config: &Config) -> Result<App, CliError> {
    let settings = config.settings().map_err(|error| CliError::Usage(error.to_string()))?;
    Ok(App::open(settings, Arc::new(SystemClock), Arc::new(OsEntropy)).await?)
}

impl From<FlowError> for CliError {
    fn from(error: FlowError) -> Self {
        let code = error.code();
        let told = problem::document(error.problem(), code.as_deref(), Language::English);
        let line = format!("{}: {}", told.title, told.detail);
        match error {
            FlowError::NotFound(_) | FlowError::BadRequest(_) => Self::Refused(error.to_string()),
            FlowError::Unavailable(_) | FlowError::StorageFull => {
                Self::Failed { doing: "the data folder cannot be used", source: error.into() }
            }
            FlowError::IssuingKey(error) => {
                Self::Failed { doing: "the issuing key does not sign", source: error.into() }
            }
            _ => Self::Refused(line),
        }
    }
}

impl From<ConfigError> for CliError {
    fn from(error: ConfigError) -> Self {
        match error {
            ConfigError::File { path, source } => Self::File { path, source },
            other => Self::Usage(other.to_string()),
        }
    }
}
