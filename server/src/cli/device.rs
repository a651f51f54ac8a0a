//! `trien device`.

use std::io::BufRead as _;
use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};
use trien_core::id::DeviceId;

use super::why::WhyArgs;
use super::{CliError, folder};
use crate::config::ConfigArgs;
use crate::flow;
use crate::flow::act::Act;
use crate::flow::device::{DeviceView, RevocationReason, Standing};

/// Devices read at once.
const AT_ONCE: u32 = 500;

/// Approve, suspend and revoke devices
#[derive(Debug, Args)]
pub struct DeviceArgs {
    #[command(subcommand)]
    command: DeviceCommand,
    #[command(flatten)]
    config: ConfigArgs,
}

#[derive(Debug, Subcommand)]
enum DeviceCommand {
    /// List all devices, newest first
    List,
    /// Approve a waiting device with the eight digits that its person reads out
    #[command(after_help = "Examples:
  trien device approve ID              asks for the digits
  trien device approve ID --code \"1234 5678\"
  trien device approve ID --token-serial 0A1B2C3D   the approval key is in this PKCS#11 token")]
    Approve {
        /// The device
        device: DeviceId,
        /// The digits; asked for when absent
        #[arg(long, value_name = "DIGITS")]
        code: Option<String>,
        /// Serial number that stands on the PKCS#11 token with the device's approval key (level T)
        #[arg(long, value_name = "SERIAL")]
        token_serial: Option<String>,
    },
    /// Turn a waiting device away
    Refuse {
        /// The device
        device: DeviceId,
        #[command(flatten)]
        why: WhyArgs,
    },
    /// Stop a device at once, for a while
    Suspend {
        /// The device
        device: DeviceId,
        #[command(flatten)]
        why: WhyArgs,
    },
    /// Let a suspended device act again
    Resume {
        /// The device
        device: DeviceId,
        #[command(flatten)]
        why: WhyArgs,
    },
    /// Invite the person of a device to enroll another one in its place
    ///
    /// The old one works until the new one is approved and active, and ends in the same act.
    Replace {
        /// The device
        device: DeviceId,
        #[command(flatten)]
        why: WhyArgs,
    },
    /// Stop a device and its certificate for good
    #[command(after_help = "Example:\n  trien device revoke ID --reason key-compromise")]
    Revoke {
        /// The device
        device: DeviceId,
        /// Why
        #[arg(long, value_enum)]
        reason: Reason,
        #[command(flatten)]
        why: WhyArgs,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Reason {
    /// Lost, stolen, or its key known to others
    KeyCompromise,
    /// The person left the post
    AffiliationChanged,
    /// Replaced by another device
    Superseded,
    /// No longer used
    CessationOfOperation,
}

impl From<Reason> for RevocationReason {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::KeyCompromise => Self::KeyCompromise,
            Reason::AffiliationChanged => Self::AffiliationChanged,
            Reason::Superseded => Self::Superseded,
            Reason::CessationOfOperation => Self::CessationOfOperation,
        }
    }
}

/// Runs `trien device`.
pub async fn run(args: DeviceArgs) -> Result<ExitCode, CliError> {
    let Some(app) = folder::open(&args.config).await? else { return Ok(ExitCode::SUCCESS) };
    match args.command {
        DeviceCommand::List => {
            let mut before = None;
            loop {
                let some = flow::devices::newest(&app, before, AT_ONCE).await?;
                some.iter().for_each(print);
                match some.last() {
                    Some(last) if some.len() == AT_ONCE as usize => before = Some(last.id),
                    _ => break,
                }
            }
        }
        DeviceCommand::Approve { device, code, token_serial } => {
            let code = code.map_or_else(ask_for_digits, Ok)?;
            let act = Act::COMMAND_LINE;
            match token_serial {
                Some(serial) => {
                    flow::enroll::approve_with_token(&app, &act, device, &code, &serial).await?;
                }
                None => flow::enroll::approve(&app, &act, device, &code).await?,
            }
            match flow::device::lookup(&app, device).await?.standing {
                Standing::WaitingForCertificate => {
                    println!("approved; the phone waits for an outside authority's certificate");
                }
                _ => println!("approved; the phone receives its certificate at its next sync"),
            }
        }
        DeviceCommand::Refuse { device, why } => {
            flow::enroll::refuse(&app, &why.act(), device).await?;
            println!("turned away");
        }
        DeviceCommand::Suspend { device, why } => {
            flow::device::suspend(&app, &why.act(), device).await?;
            println!("suspended");
        }
        DeviceCommand::Resume { device, why } => {
            flow::device::resume(&app, &why.act(), device).await?;
            println!("active again");
        }
        DeviceCommand::Replace { device, why } => {
            let new = flow::replace::invite(&app, &why.act(), device).await?;
            println!("{}", new.link);
            eprintln!("works once, until {}", new.invitation.expires);
        }
        DeviceCommand::Revoke { device, reason, why } => {
            flow::device::revoke(&app, &why.act(), device, reason.into()).await?;
            println!("revoked");
        }
    }
    app.shut_down().await;
    Ok(ExitCode::SUCCESS)
}

fn print(device: &DeviceView) {
    println!(
        "{}  {:<10} {:?}  {}  {} ({})",
        device.id,
        standing(device.standing),
        device.assurance,
        device.person.name,
        device.model,
        device.app,
    );
}

fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Pending => "pending",
        Standing::WaitingForCertificate => "waiting",
        Standing::Active => "active",
        Standing::Refused => "refused",
        Standing::Suspended => "suspended",
        Standing::Revoked => "revoked",
    }
}

fn ask_for_digits() -> Result<String, CliError> {
    eprint!("the eight digits that the person reads out: ");
    let mut line = String::new();
    let read = std::io::stdin().lock().read_line(&mut line);
    read.map_err(|error| CliError::failed("cannot read the digits", error))?;
    if line.trim().is_empty() {
        return Err(CliError::Usage("no digits given; nothing was changed".to_owned()));
    }
    Ok(line)
}
