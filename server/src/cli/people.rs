//! `trien unit`, `trien person`, `trien invite` and `trien invitation`.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use trien_core::document::Text;
use trien_core::id::{InvitationId, PersonId, UnitId};

use super::changes::{self, AuthorityArg};
use super::init::{key_policy, text};
use super::level::{self, LevelArgs};
use super::prompt::{self, PromptArgs};
use super::why::WhyArgs;
use super::{CliError, folder, table};
use crate::config::ConfigArgs;
use crate::flow;
use crate::flow::admin::{NewPerson, NewUnit};
use crate::flow::change::UnitChange;
use crate::flow::import::Kind;
use crate::flow::invite::InvitationEnd;
use crate::flow::read::ListedUnit;
use crate::text::local_day;

/// Add, list and change units
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
        /// Its level, by the code that `trien levels list` shows
        #[arg(long, value_name = "LEVEL")]
        level: Option<String>,
        /// Take keys in software too (assurance level D): for trying out only
        #[arg(long)]
        allow_software_keys: bool,
        #[command(flatten)]
        why: WhyArgs,
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
    /// Give a unit another name; shows what that does, and does it with --yes
    #[command(
        after_help = "Example:\n  trien unit rename ID --name \"Sở Nội vụ\" --yes --why \"NQ 12\""
    )]
    Rename {
        /// The unit
        unit: UnitId,
        /// Its new name
        #[arg(long, value_name = "NAME", value_parser = text::<200>)]
        name: Text<200>,
        #[command(flatten)]
        args: changes::UnitDoArgs,
    },
    /// Make a unit part of another one: people, devices, open requests and units below go over
    #[command(
        after_help = "Example:\n  trien unit merge ID --into ID --keys move --yes --why \"NQ 12\""
    )]
    Merge {
        /// The unit that ends
        unit: UnitId,
        /// The unit of which it becomes part
        #[arg(long, value_name = "UNIT")]
        into: UnitId,
        /// The keys of its document systems
        #[arg(long, value_enum, default_value_t = changes::KeysArg::End)]
        keys: changes::KeysArg,
        #[command(flatten)]
        args: changes::UnitDoArgs,
    },
    /// Make a new unit beside one, with some of its people
    #[command(
        after_help = "Example:\n  trien unit split ID --name \"Phòng Y\" --person ID --person ID"
    )]
    Split {
        /// The unit
        unit: UnitId,
        /// Name of the new one
        #[arg(long, value_name = "NAME", value_parser = text::<200>)]
        name: Text<200>,
        /// Who goes into it; may be repeated
        #[arg(long = "person", value_name = "PERSON", required = true)]
        people: Vec<PersonId>,
        /// Steps that wait for them
        #[arg(long, value_enum, default_value_t = changes::StepsArg::Keep)]
        steps: changes::StepsArg,
        #[command(flatten)]
        args: changes::UnitDoArgs,
    },
    /// The lowest assurance level that a unit and those below it take for approval keys
    #[command(after_help = "Example:\n  trien unit level ID --lowest b --yes --why \"QD 15\"")]
    Level(LevelArgs),
    /// How often the keys of the unit's phones ask for the person; phones enrolled before keep theirs
    #[command(after_help = "Example:
  trien unit prompt ID --policy session --seconds 60 --signatures 20 --yes --why \"QD 15\"")]
    Prompt(PromptArgs),
    /// End a unit, its posts, devices and certificates; open requests are sent back
    #[command(after_help = "Example:\n  trien unit dissolve ID --yes --why \"NQ 12\"")]
    Dissolve {
        /// The unit
        unit: UnitId,
        #[command(flatten)]
        args: changes::UnitDoArgs,
    },
}

/// Runs `trien unit`.
pub async fn unit(args: UnitArgs) -> Result<ExitCode, CliError> {
    let Some(app) = folder::open(&args.config).await? else { return Ok(ExitCode::SUCCESS) };
    match args.command {
        UnitCommand::Add { name, parent, level, allow_software_keys, why } => {
            let keys = key_policy(allow_software_keys);
            let new = NewUnit { name, parent, keys, level };
            let unit = flow::admin::add_unit(&app, &why.act(), new).await?;
            println!("{}  {}", unit.id, unit.name);
        }
        UnitCommand::List => {
            for ListedUnit { unit, ended_at } in flow::read::units(&app).await? {
                let ended = ended_at.map(|at| format!("  (ended {})", local_day(at.second())));
                println!("{}  {}{}", unit.id, unit.name, ended.unwrap_or_default());
            }
        }
        UnitCommand::Import(args) => table::import(&app, Kind::Units, args).await?,
        UnitCommand::Export(args) => table::export(&app, Kind::Units, &args).await?,
        UnitCommand::Rename { unit, name, args } => {
            let change = UnitChange::Rename(name);
            changes::change_unit(&app, unit, change, &args, (None, None)).await?;
        }
        UnitCommand::Merge { unit, into, keys, args } => {
            let change = UnitChange::Merge { into };
            changes::change_unit(&app, unit, change, &args, (Some(keys), None)).await?;
        }
        UnitCommand::Split { unit, name, people, steps, args } => {
            let change = UnitChange::Split { name, people };
            changes::change_unit(&app, unit, change, &args, (None, Some(steps))).await?;
        }
        UnitCommand::Level(args) => level::run(&app, args).await?,
        UnitCommand::Prompt(args) => prompt::run(&app, args).await?,
        UnitCommand::Dissolve { unit, args } => {
            let change = UnitChange::Dissolve;
            changes::change_unit(&app, unit, change, &args, (None, None)).await?;
        }
    }
    app.shut_down().await;
    Ok(ExitCode::SUCCESS)
}

/// Add, list and move the people who sign
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
        /// What the position lets its holder do in the unit
        #[arg(long, value_enum)]
        authority: Option<AuthorityArg>,
        #[command(flatten)]
        why: WhyArgs,
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
    /// Change a post as one task: shows what is held and proposed, and does it with --yes
    ///
    /// Each thing is shown with the choice that is proposed for it, and the others that there are;
    /// --choose takes another one.
    #[command(after_help = "Examples:
  trien person move ID --unit ID --position \"Giám đốc\"
  trien person move ID --leaves retires --yes --why \"QĐ 45\"
  trien person move ID --ends --choose step:ID:1=return --yes --why \"QĐ 45\"")]
    Move(changes::MoveArgs),
}

/// Runs `trien person`.
pub async fn person(args: PersonArgs) -> Result<ExitCode, CliError> {
    let Some(app) = folder::open(&args.config).await? else { return Ok(ExitCode::SUCCESS) };
    match args.command {
        PersonCommand::Add { unit, name, position, authority, why } => {
            let authority = authority.map(AuthorityArg::authority);
            let new = NewPerson { name, unit, position, authority };
            let person = flow::admin::add_person(&app, &why.act(), new).await?;
            println!("{}  {}, {}", person.id, person.name, person.position);
        }
        PersonCommand::List { unit } => {
            for person in flow::read::people(&app, unit).await? {
                println!("{}  {}, {}", person.id, person.name, person.position);
            }
        }
        PersonCommand::Import(args) => table::import(&app, Kind::People, args).await?,
        PersonCommand::Export(args) => table::export(&app, Kind::People, &args).await?,
        PersonCommand::Move(args) => changes::move_person(&app, args).await?,
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
    why: WhyArgs,
    #[command(flatten)]
    config: ConfigArgs,
}

/// List, cancel and renew invitations that nobody used
#[derive(Debug, Args)]
pub struct InvitationArgs {
    #[command(subcommand)]
    command: InvitationCommand,
    #[command(flatten)]
    config: ConfigArgs,
}

#[derive(Debug, Subcommand)]
enum InvitationCommand {
    /// The newest invitations of a person, ended ones too
    List {
        /// The person
        person: PersonId,
    },
    /// End an invitation, and turn away a device that waits by it
    Cancel {
        /// The invitation
        invitation: InvitationId,
        #[command(flatten)]
        why: WhyArgs,
    },
    /// Invite the same person again in place of an invitation, which ends
    Resend {
        /// The invitation
        invitation: InvitationId,
        #[command(flatten)]
        why: WhyArgs,
    },
}

/// Runs `trien invitation`.
pub async fn invitation(args: InvitationArgs) -> Result<ExitCode, CliError> {
    let Some(app) = folder::open(&args.config).await? else { return Ok(ExitCode::SUCCESS) };
    match args.command {
        InvitationCommand::List { person } => {
            for one in flow::invite::of_person(&app, person).await? {
                let state = one.end.map_or("open", |end| match end {
                    InvitationEnd::Used => "used",
                    InvitationEnd::Expired => "expired",
                    InvitationEnd::Spent => "spent",
                    InvitationEnd::Cancelled => "cancelled",
                    InvitationEnd::Replaced => "replaced",
                });
                println!("{}  {state:<9}  until {}", one.row.id, one.row.expires);
            }
        }
        InvitationCommand::Cancel { invitation, why } => {
            flow::invite::cancel(&app, &why.act(), invitation).await?;
            println!("cancelled");
        }
        InvitationCommand::Resend { invitation, why } => {
            let new = flow::invite::resend(&app, &why.act(), invitation).await?;
            println!("{}", new.link);
            eprintln!("works once, until {}", new.invitation.expires);
        }
    }
    app.shut_down().await;
    Ok(ExitCode::SUCCESS)
}

/// Runs `trien invite`.
pub async fn invite(args: InviteArgs) -> Result<ExitCode, CliError> {
    let Some(app) = folder::open(&args.config).await? else { return Ok(ExitCode::SUCCESS) };
    let new = flow::invite::create(&app, &args.why.act(), args.person, args.minutes * 60).await?;
    app.shut_down().await;
    println!("{}", new.link);
    eprintln!("works once, until {}", new.invitation.expires);
    Ok(ExitCode::SUCCESS)
}
