//! The command line: one file per command, this one names them.

mod demo;
mod error;
mod phone;
mod verify;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use error::CliError;

/// Documents approved and signed on the phone, recorded so that nobody can rewrite it.
#[derive(Debug, Parser)]
#[command(name = "trien", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::DemoArgs),
    Verify(verify::VerifyArgs),
    Phone(phone::PhoneArgs),
}

/// Reads the command line, runs the command, and says in one line what went wrong.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return error::usage(&error),
    };
    match run(cli.command) {
        Ok(code) => code,
        Err(error) => error.report(),
    }
}

fn run(command: Command) -> Result<ExitCode, CliError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| CliError::failed("cannot start", error))?;
    runtime.block_on(async {
        match command {
            Command::Demo(args) => demo::run(args).await,
            Command::Verify(args) => verify::run(args).await,
            Command::Phone(args) => phone::run(args).await,
        }
    })
}
