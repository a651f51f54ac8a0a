//! `trien verify`.

use std::process::ExitCode;

use super::CliError;

/// Checks a signed document, and that its signature was recorded.
#[derive(Debug, clap::Args)]
pub struct VerifyArgs {}

/// Runs the command.
pub async fn run(_args: VerifyArgs) -> Result<ExitCode, CliError> {
    Err(CliError::Refused("not in this build yet".to_owned()))
}
