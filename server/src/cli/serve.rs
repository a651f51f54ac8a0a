//! `trien serve`.

use std::process::ExitCode;
use std::sync::Arc;

use trien_core::env::{OsEntropy, SystemClock};

use super::{CliError, folder};
use crate::config::{ConfigArgs, ListenArgs, Origin};
use crate::flow::account::{self, SetupCode};
use crate::flow::authority;
use crate::founding::is_founded;
use crate::serve::{Founding, ServeError, Server, asked_to_stop};
use crate::telemetry;

/// Run the server
///
/// Plain HTTP is served on loopback only. For phones, either let the server end TLS
/// (--tls-cert, --tls-key) or put a proxy in front (--behind-proxy, --origin). SIGINT or SIGTERM
/// stops it: what is under way is answered first.
///
/// On an empty data folder it prints a link to a page that makes the office and the first account;
/// `trien init` makes an office without a browser. As long as nobody has an account, each start
/// prints such a link, which is good for a day, once.
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
    let (clock, entropy) = (Arc::new(SystemClock), Arc::new(OsEntropy));
    let (server, mut stop);
    if is_founded(&config.data) {
        server = Server::start(config, clock, entropy).await?;
        stop = Box::pin(asked_to_stop());
        if let Some(code) = account::begin_setup(server.app()).await? {
            tell("nobody has an account yet", server.origin(), &code);
            println!("the link works once, for 24 hours; the next start prints another one");
        }
    } else {
        let founding = Founding::start(config, clock, entropy).await?;
        stop = Box::pin(asked_to_stop());
        tell("there is no office in the data folder yet", founding.origin(), founding.code());
        println!("the link works once, until the server stops; `trien init` makes an office too");
        tracing::info!(address = %founding.address(), "waiting for an office");
        match founding.made(&mut stop).await {
            Some(made) => server = made,
            None => return Ok(ExitCode::SUCCESS),
        }
    }
    let (address, origin) = (server.address(), server.origin());
    tracing::info!(%address, %origin, version = env!("CARGO_PKG_VERSION"), "serving");
    // A server whose token is away still takes decisions, so it starts and says so.
    tokio::select! {
        () = &mut stop => {}
        checked = authority::check_key(server.app()) => {
            if let Err(error) = checked {
                tracing::error!(%error, "nothing can be issued now");
            }
            stop.await;
        }
    }
    tracing::info!("stopping");
    server.stop().await?;
    Ok(ExitCode::SUCCESS)
}

/// To whoever starts the server, and into no log. What stands behind `#` stays in the browser: no
/// proxy's log has it. A browser without scripts shows a field for it.
fn tell(what: &str, origin: &Origin, code: &SetupCode) {
    println!("{what}: open {origin}/console/setup#{code}");
}

impl From<ServeError> for CliError {
    fn from(error: ServeError) -> Self {
        match error {
            ServeError::Config(error) => error.into(),
            ServeError::Open(error) => error.into(),
            ServeError::Listen { .. }
            | ServeError::Tls(_)
            | ServeError::Attestation(_)
            | ServeError::Form(_)
            | ServeError::Provider(_) => Self::Usage(error.to_string()),
            ServeError::System(error) => Self::failed("the server stopped", error),
        }
    }
}
