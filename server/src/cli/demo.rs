//! `trien demo`.

use std::process::ExitCode;

use super::CliError;

/// Runs a whole approval on this machine and shows it.
#[derive(Debug, clap::Args)]
pub struct DemoArgs {}

/// Runs the command.
pub async fn run(_args: DemoArgs) -> Result<ExitCode, CliError> {
    Err(CliError::Refused("not in this build yet".to_owned()))
}
