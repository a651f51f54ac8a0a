//! `trien phone`.

use std::process::ExitCode;

use super::CliError;

/// A headless companion: enroll, sync, show, approve and reject from the command line.
#[derive(Debug, clap::Args)]
pub struct PhoneArgs {}

/// Runs the command.
pub async fn run(_args: PhoneArgs) -> Result<ExitCode, CliError> {
    Err(CliError::Refused("not in this build yet".to_owned()))
}
