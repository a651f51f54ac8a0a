//! `trien doctor`.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use trien_core::id::DeviceId;

use super::{CliError, folder};
use crate::app::App;
use crate::config::{ConfigArgs, ListenArgs, PushArgs};
use crate::flow::digest;
use crate::jobs;
use crate::telemetry;

/// See whether what the server depends on works
#[derive(Debug, Args)]
pub struct DoctorArgs {
    #[command(subcommand)]
    command: DoctorCommand,
}

#[derive(Debug, Subcommand)]
enum DoctorCommand {
    /// Send a test wake-up, and print what each push service answers
    ///
    /// Without a device it goes to an address that is made up: a service that says so knows this
    /// server and its keys. With one, the phone should give notice within seconds.
    #[command(after_help = "Examples:
  trien doctor push
  trien doctor push --device ID")]
    Push(Box<DoctorPushArgs>),
    /// Greet the mail relay, and print what it answers and what is still to be sent
    #[command(after_help = "Example:\n  trien doctor mail")]
    Mail(Box<DoctorMailArgs>),
}

#[derive(Debug, Args)]
struct DoctorMailArgs {
    #[command(flatten)]
    config: ConfigArgs,
}

#[derive(Debug, Args)]
struct DoctorPushArgs {
    /// A phone that has said how it is woken
    #[arg(long, value_name = "ID")]
    device: Option<DeviceId>,
    #[command(flatten)]
    push: PushArgs,
    #[command(flatten)]
    config: ConfigArgs,
}

/// Runs the command.
pub async fn run(args: DoctorArgs) -> Result<ExitCode, CliError> {
    let args = match args.command {
        DoctorCommand::Push(args) => args,
        DoctorCommand::Mail(args) => return mail(&args.config).await,
    };
    let listen = ListenArgs { push: args.push, ..ListenArgs::default() };
    let Some(config) = folder::configure(&args.config, &listen)? else {
        return Ok(ExitCode::SUCCESS);
    };
    telemetry::start_quiet_log();
    let app = folder::open_as(&config).await?;
    let code = push(&app, args.device).await;
    app.shut_down().await;
    code
}

async fn mail(args: &ConfigArgs) -> Result<ExitCode, CliError> {
    let Some(app) = folder::open(args).await? else { return Ok(ExitCode::SUCCESS) };
    let tried = jobs::mail::try_relay(&app).await;
    let health = digest::health(&app).await;
    app.shut_down().await;
    let (Some(tried), Some(health)) = (tried, health?) else {
        println!("no mail-relay in the configuration file: no mail is sent");
        return Ok(ExitCode::SUCCESS);
    };
    println!("relay     {}  {}", if tried.works { "works" } else { "fails" }, tried.answer);
    println!("waiting   {}, {} of them tried in vain", health.waiting, health.failing);
    println!("given up  {} in the last 7 days", health.given_up);
    if let Some((answer, taken, at)) = health.last {
        let what = if taken { "taken" } else { "not taken" };
        println!("last      {what} at {at}: {answer}");
    }
    Ok(if tried.works { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn push(app: &App, device: Option<DeviceId>) -> Result<ExitCode, CliError> {
    let tried = match device {
        Some(device) => vec![jobs::push::try_device(app, device).await?],
        None => jobs::push::try_services(app).await,
    };
    if tried.is_empty() {
        println!(
            "neither FCM nor APNs nor a relay is configured; phones ask by themselves, or are \
                  woken by Web Push"
        );
        return Ok(ExitCode::SUCCESS);
    }
    for one in &tried {
        println!("{}  {}  {}", one.way, if one.works { "works" } else { "fails" }, one.answer);
    }
    let all = tried.iter().all(|one| one.works);
    Ok(if all { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
