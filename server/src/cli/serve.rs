//! `trien serve`.

use std::process::ExitCode;
use std::sync::Arc;

use trien_core::env::{OsEntropy, SystemClock};

use super::{CliError, folder};
use crate::config::{ConfigArgs, ListenArgs};
use crate::flow::account;
use crate::serve::{ServeError, Server, asked_to_stop};
use crate::telemetry;

/// Run the server
///
/// Plain HTTP is served on loopback only. For phones, either let the server end TLS
/// (--tls-cert, --tls-key) or put a proxy in front (--behind-proxy, --origin). SIGINT or SIGTERM
/// stops it: what is under way is answered first.
///
/// While nobody has an account, it prints the address of the console's set-up page and a code that
/// makes the first one; the code is good for a day, and each start prints a new one.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trien serve
  trien serve --listen 0.0.0.0:443 --tls-cert chain.pem --tls-key key.pem \\
      --origin https://ky.example.gov.vn
  trien serve --behind-proxy --origin https://ky.example.gov.vn --metrics 127.0.0.1:9420
  DATABASE_URL_FILE=/run/secrets/db trien serve --config /etc/trien.toml")]
pub struct ServeArgs {
    #[command(flatten)]
    listen: ListenArgs,
    #[command(flatten)]
    config: ConfigArgs,
}

/// Runs the command.
pub async fn run(args: ServeArgs) -> Result<ExitCode, CliError> {
    let Some(config) = folder::configure(&args.config, &args.listen)? else {
        return Ok(ExitCode::SUCCESS);
    };
    telemetry::start_log(config.log);
    let server = Server::start(config, Arc::new(SystemClock), Arc::new(OsEntropy)).await?;
    let stop = asked_to_stop();
    if let Some(code) = account::begin_setup(server.app()).await? {
        let address = server.origin();
        // To whoever starts the server, and into no log.
        println!("nobody has an account yet: open {address}/console/setup and type {code}");
        println!("the code works once, for 24 hours; the next start prints another one");
    }
    let (address, origin) = (server.address(), server.origin());
    tracing::info!(%address, %origin, version = env!("CARGO_PKG_VERSION"), "serving");
    stop.await;
    tracing::info!("stopping");
    server.stop().await?;
    Ok(ExitCode::SUCCESS)
}

impl From<ServeError> for CliError {
    fn from(error: ServeError) -> Self {
        match error {
            ServeError::Config(error) => error.into(),
            ServeError::Open(error) => error.into(),
            ServeError::Listen { .. } | ServeError::Tls(_) | ServeError::Attestation(_) => {
                Self::Usage(error.to_string())
            }
            ServeError::System(error) => Self::failed("the server stopped", error),
        }
    }
}
