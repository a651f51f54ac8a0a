//! `trien push-relay`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Subcommand};
use trien_core::env::{OsEntropy, SystemClock};

use super::CliError;
use crate::api;
use crate::config::{LogFormat, PushArgs, Transport};
use crate::relay::{NewOffice, Offices, Relay};
use crate::serve::{self, asked_to_stop};
use crate::telemetry;

/// Wake phones for other offices: for whoever publishes the app
///
/// The relay holds the keys of FCM and APNs. Offices send it tokens and random bytes, never words.
#[derive(Debug, Args)]
pub struct PushRelayArgs {
    #[command(subcommand)]
    command: RelayCommand,
}

#[derive(Debug, Subcommand)]
enum RelayCommand {
    /// Run the relay
    #[command(after_help = "Example:
  trien push-relay serve --offices offices.txt --push-fcm-key-file fcm.json \\
      --listen 0.0.0.0:443 --tls-cert chain.pem --tls-key key.pem")]
    Serve(Box<ServeArgs>),
    /// Make an office's key: prints it, and the line for the file of offices
    NewKey {
        /// What the office is called
        name: String,
    },
}

#[derive(Debug, Args)]
struct ServeArgs {
    /// File of offices, a line each: the SHA-256 of a key, and a name
    #[arg(long, value_name = "FILE")]
    offices: PathBuf,
    /// Address to listen on
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8421")]
    listen: SocketAddr,
    /// Certificate chain in PEM
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// Its private key in PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// A proxy in front ends TLS
    #[arg(long, conflicts_with = "tls_cert")]
    behind_proxy: bool,
    #[command(flatten)]
    push: PushArgs,
}

/// Runs the command.
pub async fn run(args: PushRelayArgs) -> Result<ExitCode, CliError> {
    match args.command {
        RelayCommand::NewKey { name } => {
            let NewOffice { key, line } = NewOffice::new(&name, &OsEntropy);
            println!("for the office, shown once:\n{key}\nfor the file of offices:\n{line}");
            Ok(ExitCode::SUCCESS)
        }
        RelayCommand::Serve(args) => serve(*args).await,
    }
}

async fn serve(args: ServeArgs) -> Result<ExitCode, CliError> {
    let text = std::fs::read_to_string(&args.offices);
    let text = text.map_err(|error| CliError::file(&args.offices, error))?;
    let usage = |error: &dyn std::fmt::Display| CliError::Usage(error.to_string());
    let offices = Offices::read(&text).map_err(|error| usage(&error))?;
    let push = args.push.resolve()?;
    if push.relay.is_some() || (push.fcm.is_none() && push.apns.is_none()) {
        let why = "a relay speaks to FCM or APNs itself: give --push-fcm-key-file or the options of APNs, and no \
                   --push-relay";
        return Err(CliError::Usage(why.to_owned()));
    }
    let transport = match (args.tls_cert, args.tls_key) {
        (Some(certificate), Some(key)) => Transport::Tls { certificate, key },
        _ if args.behind_proxy => Transport::BehindProxy { proxies: Vec::new() },
        _ if args.listen.ip().is_loopback() => Transport::Loopback,
        _ => {
            let why = "plain HTTP is served on loopback only: give --tls-cert and --tls-key, or \
                       --behind-proxy";
            return Err(CliError::Usage(why.to_owned()));
        }
    };
    telemetry::start_log(LogFormat::default());
    let (clock, entropy) = (Arc::new(SystemClock), Arc::new(OsEntropy));
    let relay = Relay::of(&push, offices, clock, entropy).map_err(|error| usage(&error))?;
    let stop = asked_to_stop();
    let listener = serve::bind(args.listen).await?;
    let address =
        listener.local_addr().map_err(|error| CliError::failed("cannot listen", error))?;
    tracing::info!(%address, version = env!("CARGO_PKG_VERSION"), "relaying");
    serve::serve(listener, transport, api::guarded(relay.router()), stop).await?;
    Ok(ExitCode::SUCCESS)
}
