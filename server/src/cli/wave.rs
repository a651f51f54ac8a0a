//! `trien wave`.

use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};
use trien_core::document::Text;
use trien_core::env::UnixSecond;
use trien_core::id::{UnitId, WaveId};
use trien_core::wave::{Plan, Stage};

use super::init::text;
use super::language::LanguageArgs;
use super::{CliError, folder, table};
use crate::app::App;
use crate::config::ConfigArgs;
use crate::flow::waves::{self, Follower, NewWave, Standing, Who, stage_key};
use crate::paging::Turn;
use crate::text::{Language, local_day, start_of_local_day};

/// Enroll phones in waves: plan, follow, and whom to remind
#[derive(Debug, Args)]
pub struct WaveArgs {
    #[command(subcommand)]
    command: WaveCommand,
    #[command(flatten)]
    config: ConfigArgs,
}

#[derive(Debug, Subcommand)]
enum WaveCommand {
    /// Plan a wave for units and those below them
    #[command(after_help = "Example:
  trien wave plan --name \"Đợt I\" --unit ID --unit ID --from 2026-12-01 --to 2027-01-31")]
    Plan(PlanArgs),
    /// List waves, the latest first
    List,
    /// Show the progress of each unit, and who is stuck
    Show {
        /// The wave
        wave: WaveId,
        #[command(flatten)]
        language: LanguageArgs,
    },
    /// Write the list of those to remind
    #[command(after_help = "Example:\n  trien wave remind ID can-nhac.csv")]
    Remind {
        /// The wave
        wave: WaveId,
        #[command(flatten)]
        table: table::ExportArgs,
    },
    /// Close a wave: it is never behind any more, and reminds of nobody
    Close {
        /// The wave
        wave: WaveId,
        /// Why, for the log
        #[arg(long, value_name = "TEXT", value_parser = text::<500>)]
        why: Text<500>,
    },
}

#[derive(Debug, Args)]
struct PlanArgs {
    /// Its name
    #[arg(long, value_name = "NAME", value_parser = text::<200>)]
    name: Text<200>,
    /// A unit, with those below it; may be given several times
    #[arg(long = "unit", value_name = "UNIT", required = true)]
    units: Vec<UnitId>,
    /// The first day, such as 2026-12-01
    #[arg(long, value_name = "DAY", value_parser = day)]
    from: UnixSecond,
    /// The last day
    #[arg(long, value_name = "DAY", value_parser = day)]
    to: UnixSecond,
    /// Whose phones
    #[arg(long, value_enum, default_value = "leaders")]
    who: Whose,
    /// How many people [default: all of them]
    #[arg(long, value_name = "PEOPLE")]
    target: Option<u64>,
    /// Why, for the log
    #[arg(long, value_name = "TEXT", value_parser = text::<500>)]
    why: Option<Text<500>>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Whose {
    /// Of people in a position with authority
    Leaders,
    /// Of everybody
    Everybody,
}

fn day(text: &str) -> Result<UnixSecond, String> {
    start_of_local_day(text).ok_or_else(|| "a day is written 2026-11-22".to_owned())
}

/// Runs `trien wave`.
pub async fn run(args: WaveArgs) -> Result<ExitCode, CliError> {
    let Some(app) = folder::open(&args.config).await? else { return Ok(ExitCode::SUCCESS) };
    let everything = Follower::CommandLine;
    match args.command {
        WaveCommand::Plan(args) => plan(&app, args).await?,
        WaveCommand::List => {
            for wave in waves::list(&app, everything).await? {
                let standing = waves::standing(&app, everything, wave.id).await?;
                println!("{}  {}", wave.id, sum(&standing));
            }
        }
        WaveCommand::Show { wave, language } => {
            let standing = waves::standing(&app, everything, wave).await?;
            show(&app, &standing, language.chosen()).await?;
        }
        WaveCommand::Remind { wave, table } => {
            let standing = waves::standing(&app, everything, wave).await?;
            table.write(
                &waves::reminders(&app, &standing, table.format()?, table.language()).await?,
            )?;
        }
        WaveCommand::Close { wave, why } => {
            waves::close(&app, everything, wave, why).await?;
            println!("closed");
        }
    }
    app.shut_down().await;
    Ok(ExitCode::SUCCESS)
}

async fn plan(app: &App, args: PlanArgs) -> Result<(), CliError> {
    let who = match args.who {
        Whose::Leaders => Who::Leaders,
        Whose::Everybody => Who::Everybody,
    };
    // The last day is part of the wave.
    let plan = Plan { starts: args.from, ends: args.to.plus(86_400), target: args.target };
    let new = NewWave { name: args.name, who, plan, units: args.units };
    let wave = waves::plan(app, Follower::CommandLine, new, args.why).await?;
    println!("{wave}");
    Ok(())
}

fn sum(standing: &Standing) -> String {
    let Standing { wave, whole, expected, .. } = standing;
    let state = match (wave.closed_at, standing.is_behind()) {
        (Some(_), _) => "closed",
        (None, true) => "behind",
        (None, false) => "on plan",
    };
    let (confirmed, goal) = (whole.at(Stage::Confirmed), standing.goal());
    let stuck = standing.stuck;
    let name = &wave.name;
    format!(
        "{state:<8} {confirmed} of {goal} in use, {expected} planned by now, {stuck} stuck  {name}"
    )
}

async fn show(app: &App, standing: &Standing, language: Language) -> Result<(), CliError> {
    println!("{}", sum(standing));
    for (unit, progress) in &standing.units {
        let parts = Stage::ALL.iter().map(|stage| {
            let called = crate::text::text(language, stage_key(*stage));
            format!("{called} {}", progress.at(*stage))
        });
        let parts: Vec<String> = parts.collect();
        println!("{}: {} ({})", unit.name, progress.people(), parts.join(", "));
    }
    let mut turn = Turn::First;
    loop {
        let page = waves::stuck(app, standing, turn).await?;
        for one in page.people {
            let called = crate::text::text(language, stage_key(one.stage));
            let (person, since) = (&one.person, local_day(one.since));
            println!(
                "  {}, {}, {}: {called}, {since}",
                person.name, person.position, one.unit_name
            );
        }
        match page.next {
            Some(place) => turn = Turn::After(place),
            None => return Ok(()),
        }
    }
}
