//! `trien init` and `trien migrate`.

use std::process::ExitCode;
use std::sync::Arc;

use trien_core::document::Text;
use trien_core::env::{OsEntropy, SystemClock};

use super::{CliError, folder};
use crate::config::{ConfigArgs, ListenArgs};
use crate::flow::admin::KeyPolicy;
use crate::founding::{Founded, NewOffice, found};
use crate::telemetry;

/// Make a new data folder: keys, certificates, log and the first unit
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trien init --unit \"UBND tỉnh X\" --origin https://ky.example.gov.vn
  trien init --unit \"Thử nghiệm\" --allow-software-keys --data ./try

Then:
  trien person add --unit ID --name \"Nguyễn Văn An\" --position \"Chủ tịch\"
  trien invite PERSON")]
pub struct InitArgs {
    /// Name of the first unit
    #[arg(long, value_name = "NAME", value_parser = text::<200>)]
    unit: Text<200>,
    /// Take keys in software too (assurance level D): for trying out, never for an office
    #[arg(long)]
    allow_software_keys: bool,
    /// Name of the log in receipts, for good [default: host of the origin, and /log]
    #[arg(long, value_name = "NAME")]
    log_name: Option<String>,
    #[command(flatten)]
    config: ConfigArgs,
}

/// Runs `trien init`.
pub async fn run(args: InitArgs) -> Result<ExitCode, CliError> {
    let Some(config) = folder::configure(&args.config, &ListenArgs::default())? else {
        return Ok(ExitCode::SUCCESS);
    };
    telemetry::start_quiet_log();
    let keys = key_policy(args.allow_software_keys);
    let new = NewOffice { unit: args.unit, keys, log_name: args.log_name };
    let founded = found(&config, new, Arc::new(SystemClock), Arc::new(OsEntropy)).await?;
    let Founded { app, unit, root, log_key } = founded;
    let lists = app.revocation_lists();
    app.shut_down().await;
    println!("data folder  {}", config.data.display());
    println!("unit         {}  {}", unit.id, unit.name);
    println!("root         {}  (trust anchor for `trien verify --trust`)", root.display());
    println!("log key      {}  (for `trien verify --log-key`)", log_key.display());
    for list in lists {
        let address = format!("{}{}", config.origin(), list.path());
        println!("revoked      {address}  ({} list for `trien verify --crl`)", list.authority);
    }
    Ok(ExitCode::SUCCESS)
}

/// Bring the database up to date with this build
///
/// `trien serve` does it by itself; this command does it without serving.
#[derive(Debug, clap::Args)]
pub struct MigrateArgs {
    #[command(flatten)]
    config: ConfigArgs,
}

/// Runs `trien migrate`.
pub async fn migrate(args: MigrateArgs) -> Result<ExitCode, CliError> {
    let Some(app) = folder::open(&args.config).await? else { return Ok(ExitCode::SUCCESS) };
    app.ready().await?;
    app.shut_down().await;
    println!("the database is up to date");
    Ok(ExitCode::SUCCESS)
}

/// Reads a text of at most `MAX` characters from the command line.
pub(super) fn text<const MAX: usize>(
    value: &str,
) -> Result<Text<MAX>, trien_core::document::InvalidText> {
    Text::new(value)
}

/// Which keys a unit takes, from `--allow-software-keys`.
pub(super) fn key_policy(allow_software: bool) -> KeyPolicy {
    if allow_software { KeyPolicy::SoftwareAllowed } else { KeyPolicy::Hardware }
}
