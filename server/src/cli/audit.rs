//! `trien audit`: what was done, out of the log, and whether the log is what was signed.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use trien_core::env::UnixSecond;
use trien_core::id::{AccountId, PersonId, UnitId};

use super::language::LanguageArgs;
use super::{CliError, folder};
use crate::app::App;
use crate::config::ConfigArgs;
use crate::flow::acts::{self, ActView, Filter, Kept, Reader, words};
use crate::text::{Language, local_time, start_of_local_day};

/// Acts that are read at once.
const AT_ONCE: u32 = 200;

/// Read what was done, and check that nobody changed the log
#[derive(Debug, Args)]
pub struct AuditArgs {
    #[command(subcommand)]
    command: AuditCommand,
    #[command(flatten)]
    config: ConfigArgs,
}

#[derive(Debug, Subcommand)]
enum AuditCommand {
    /// List acts, newest first: when, who, what, whom, why, before and after
    #[command(after_help = "Examples:
  trien audit list --kind device-revoked --from 2026-11-01
  trien audit list --csv > nhat-ky.csv")]
    List(ListArgs),
    /// Read the whole log anew and name each row that was changed
    ///
    /// Every leaf, its statement or decision and the tree above are read from the database and compared
    /// with each other and with the head. A checkpoint that somebody kept outside the server also
    /// shows whether the log was rewritten together with its head.
    #[command(after_help = "Example:
  curl -s https://trien.example.vn/api/v1/log/checkpoint > kept.txt   (on another machine)
  trien audit verify --checkpoint kept.txt

Exit code 1: something does not fit.")]
    Verify(VerifyArgs),
}

#[derive(Debug, Args)]
struct ListArgs {
    /// Only what concerns this unit or one below it
    #[arg(long, value_name = "ID")]
    unit: Option<UnitId>,
    /// Only acts of this kind, such as device-revoked
    #[arg(long)]
    kind: Option<String>,
    /// Only what this account did
    #[arg(long, value_name = "ID")]
    account: Option<AccountId>,
    /// Only what concerns this person
    #[arg(long, value_name = "ID")]
    person: Option<PersonId>,
    /// Only what was done to this thing: an identifier, or the digest of a certificate or file
    #[arg(long, value_name = "ID")]
    subject: Option<String>,
    /// From this day on, as 2026-11-22
    #[arg(long, value_name = "DAY", value_parser = day)]
    from: Option<UnixSecond>,
    /// Until the end of this day
    #[arg(long, value_name = "DAY", value_parser = day)]
    until: Option<UnixSecond>,
    /// At most so many
    #[arg(long, default_value_t = 100, conflicts_with = "csv")]
    most: usize,
    /// Write CSV to standard output, at most 10,000 acts
    #[arg(long)]
    csv: bool,
    #[command(flatten)]
    language: LanguageArgs,
}

#[derive(Debug, Args)]
struct VerifyArgs {
    /// A checkpoint that was kept elsewhere, as a file
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
}

fn day(typed: &str) -> Result<UnixSecond, String> {
    start_of_local_day(typed).ok_or_else(|| "write a day as 2026-11-22".to_owned())
}

impl ListArgs {
    fn filter(&self) -> Result<Filter, CliError> {
        Ok(Filter {
            unit: self.unit,
            kind: self.kind.as_deref().map(acts::kind_of).transpose()?,
            account: self.account,
            person: self.person,
            subject: self.subject.as_deref().map(acts::subject_of).transpose()?,
            from: self.from,
            until: self.until.map(|day| UnixSecond::new(day.get() + 86_400)),
        })
    }
}

/// Runs `trien audit`.
pub async fn run(args: AuditArgs) -> Result<ExitCode, CliError> {
    let Some(app) = folder::open(&args.config).await? else { return Ok(ExitCode::SUCCESS) };
    let code = match &args.command {
        AuditCommand::List(args) => list(&app, args).await,
        AuditCommand::Verify(args) => verify(&app, args).await,
    };
    app.shut_down().await;
    code
}

async fn list(app: &App, args: &ListArgs) -> Result<ExitCode, CliError> {
    let (filter, language) = (args.filter()?, args.language.chosen());
    if args.csv {
        let sheet = acts::export(app, Reader::CommandLine, &filter, language).await?;
        let written = std::io::stdout().write_all(&sheet);
        written.map_err(|error| CliError::failed("the sheet was not written", error))?;
        return Ok(ExitCode::SUCCESS);
    }
    let (mut before, mut left) = (None, args.most);
    while left > 0 {
        let most = u32::try_from(left).unwrap_or(AT_ONCE).min(AT_ONCE);
        let page = acts::list(app, Reader::CommandLine, &filter, before, most).await?;
        page.acts.iter().for_each(|act| show(act, language));
        left = left.saturating_sub(page.acts.len());
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn show(act: &ActView, language: Language) {
    let (by, what) = (words::author(&act.by, language), words::kind(act.kind, language));
    println!("{}  {}  {by}: {what}", act.leaf, local_time(act.at));
    let more = [words::concerns(act), words::why(act, language), words::changes(act, language)];
    more.iter().filter(|line| !line.is_empty()).for_each(|line| println!("    {line}"));
}

async fn verify(app: &App, args: &VerifyArgs) -> Result<ExitCode, CliError> {
    let kept = match &args.checkpoint {
        Some(file) => {
            let note =
                std::fs::read_to_string(file).map_err(|error| CliError::file(file, error))?;
            Kept::read(app, &note)?
        }
        None => Kept::default(),
    };
    let found = acts::verify(app, &kept).await?;
    for misfit in &found.misfits {
        println!("{misfit}");
    }
    if found.more > 0 {
        println!("and {} more", found.more);
    }
    if found.misfits.is_empty() {
        println!("{} leaves: all as they were signed", found.leaves);
        return Ok(ExitCode::SUCCESS);
    }
    Ok(ExitCode::FAILURE)
}
