//! `trien unit`, `trien person` and `trien invite`.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use trien_core::document::Text;
use trien_core::id::{PersonId, UnitId};

use super::init::{key_policy, text};
use super::{CliError, folder, table};
use crate::config::ConfigArgs;
use crate::flow;
use crate::flow::act::Act;
use crate::flow::import::Kind;

/// Add and list units
#[derive(Debug, Args)]
pub struct UnitArgs {
    #[command(subcommand)]
    command: UnitCommand,
    #[command(flatten)]
    config: ConfigArgs,
}

#[derive(Debug, Subcommand)]
enum UnitCommand {
    /// Add a unit
    #[command(after_help = "Example:\n  trien unit add --name \"Sở Nội vụ\" --parent ID")]
    Add {
        /// Its name
        #[arg(long, value_name = "NAME", value_parser = text::<200>)]
        name: Text<200>,
        /// The unit above it
        #[arg(long, value_name = "UNIT")]
        parent: Option<UnitId>,
        /// Take keys in software too (assurance level D): for trying out only
        #[arg(long)]
        allow_software_keys: bool,
    },
    /// List all units
    List,
    /// Add and change units by a table, all or nothing
    ///
    /// CSV (UTF-8) or XLSX, with the headings that `export` writes, in either language. A unit is
    /// found by its Trien ID, its OrganId, or its name below the same unit; then it is changed.
    #[command(after_help = "Example:\n  trien unit import don-vi.xlsx --dry-run")]
    Import(table::ImportArgs),
    /// Write all units as a table that can be imported again
    #[command(after_help = "Example:\n  trien unit export don-vi.xlsx")]
    Export(table::ExportArgs),
}

/// Runs `trien unit`.
pub async fn unit(args: UnitArgs) -> Result<ExitCode, CliError> {
    let Some(app) = folder::open(&args.config).await? else { return Ok(ExitCode::SUCCESS) };
    match args.command {
        UnitCommand::Add { name, parent, allow_software_keys } => {
            let keys = key_policy(allow_software_keys);
            let unit =
                flow::admin::create_unit(&app, &Act::COMMAND_LINE, &name, parent, keys).await?;
            println!("{}  {}", unit.id, unit.name);
        }
        UnitCommand::List => {
            for unit in flow::read::units(&app).await? {
                println!("{}  {}", unit.id, unit.name);
            }
        }
        UnitCommand::Import(args) => table::import(&app, Kind::Units, args).await?,
        UnitCommand::Export(args) => table::export(&app, Kind::Units, &args).await?,
    }
    app.shut_down().await;
    Ok(ExitCode::SUCCESS)
}

/// Add and list the people who sign
#[derive(Debug, Args)]
pub struct PersonArgs {
    #[command(subcommand)]
    command: PersonCommand,
    #[command(flatten)]
    config: ConfigArgs,
}

#[derive(Debug, Subcommand)]
enum PersonCommand {
    /// Add a person with a position
    #[command(after_help = "Example:
  trien person add --unit ID --name \"Nguyễn Văn An\" --position \"Chủ tịch\"")]
    Add {
        /// The unit
        #[arg(long, value_name = "UNIT")]
        unit: UnitId,
        /// Full name
        #[arg(long, value_name = "NAME", value_parser = text::<200>)]
        name: Text<200>,
        /// Position, as written above the signature
        #[arg(long, value_name = "POSITION", value_parser = text::<200>)]
        position: Text<200>,
    },
    /// List people
    List {
        /// Only of this unit
        #[arg(long, value_name = "UNIT")]
        unit: Option<UnitId>,
    },
    /// Add and change people by a table, all or nothing
    ///
    /// CSV (UTF-8) or XLSX, with the headings that `export` writes, in either language. A person is
    /// found by the Trien ID or the staff number; then the row changes what it says, and blank cells
    /// change nothing. A unit is named by its OrganId or its full name.
    #[command(after_help = "Example:\n  trien person import can-bo.xlsx --dry-run")]
    Import(table::ImportArgs),
    /// Write all people as a table that can be imported again
    #[command(after_help = "Example:\n  trien person export can-bo.xlsx")]
    Export(table::ExportArgs),
}

/// Runs `trien person`.
pub async fn person(args: PersonArgs) -> Result<ExitCode, CliError> {
    let Some(app) = folder::open(&args.config).await? else { return Ok(ExitCode::SUCCESS) };
    match args.command {
        PersonCommand::Add { unit, name, position } => {
            let person =
                flow::admin::create_person(&app, &Act::COMMAND_LINE, &name, unit, &position)
                    .await?;
            println!("{}  {}, {}", person.id, person.name, person.position);
        }
        PersonCommand::List { unit } => {
            for person in flow::read::people(&app, unit).await? {
                println!("{}  {}, {}", person.id, person.name, person.position);
            }
        }
        PersonCommand::Import(args) => table::import(&app, Kind::People, args).await?,
        PersonCommand::Export(args) => table::export(&app, Kind::People, &args).await?,
    }
    app.shut_down().await;
    Ok(ExitCode::SUCCESS)
}

/// Invite a person to enroll one phone
///
/// Prints a link that works once. Hand it over in person or show it as a QR code; do not mail it
/// together with the comparison code. The person opens it in the app and reads out eight digits,
/// which you type into `trien device approve`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  trien invite 01890a5d-ac96-774b-bcce-b302099a8057 --minutes 30"
)]
pub struct InviteArgs {
    /// The person
    person: PersonId,
    /// How long the invitation works, at most 1440
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(i64).range(1..=1440))]
    minutes: i64,
    #[command(flatten)]
    config: ConfigArgs,
}

/// Runs `trien invite`.
pub async fn invite(args: InviteArgs) -> Result<ExitCode, CliError> {
    let Some(app) = folder::open(&args.config).await? else { return Ok(ExitCode::SUCCESS) };
    let new =
        flow::invite::create(&app, &Act::COMMAND_LINE, args.person, args.minutes * 60).await?;
    app.shut_down().await;
    println!("{}", new.link);
    eprintln!("works once, until {}", new.invitation.expires);
    Ok(ExitCode::SUCCESS)
}
