//! `trien worker`: the child in which foreign PDFs are opened. The server starts it; people do not.

use std::process::ExitCode;

use super::CliError;
use crate::worker::{Limits, run as serve};

/// Answer documents on standard input
#[derive(Debug, clap::Args)]
pub struct WorkerArgs {
    /// Address space in MiB
    #[arg(long, default_value_t = Limits::default().memory_mib)]
    memory_mib: u64,
    /// Processor time for one document, in seconds
    #[arg(long, default_value_t = Limits::default().cpu_seconds)]
    cpu_seconds: u64,
}

/// Runs the command.
pub fn run(args: &WorkerArgs) -> Result<ExitCode, CliError> {
    let limits = Limits { memory_mib: args.memory_mib, cpu_seconds: args.cpu_seconds };
    serve(limits).map_err(|error| CliError::failed("the worker stopped", error))?;
    Ok(ExitCode::SUCCESS)
}
