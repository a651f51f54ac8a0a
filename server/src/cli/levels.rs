//! `trien levels`: the levels that units may have.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use trien_core::document::Text;

use super::init::text;
use super::{CliError, folder};
use crate::config::ConfigArgs;
use crate::flow::levels::{self, Changer};

/// List, add and rename the levels that units may have
#[derive(Debug, Args)]
pub struct LevelsArgs {
    #[command(subcommand)]
    command: LevelsCommand,
    #[command(flatten)]
    config: ConfigArgs,
}

#[derive(Debug, Subcommand)]
enum LevelsCommand {
    /// List all levels, the highest first, each with its code
    List,
    /// Add a level
    #[command(after_help = "Example:\n  trien levels add --name \"Khu vực\" --below province")]
    Add {
        /// Its name; its code is made of it
        #[arg(long, value_name = "NAME", value_parser = text::<100>)]
        name: Text<100>,
        /// The level right above it, by its code [default: it is the highest]
        #[arg(long, value_name = "LEVEL")]
        below: Option<String>,
        /// Why, at most 500 characters; it is logged
        #[arg(long, value_name = "TEXT", value_parser = text::<500>)]
        why: Option<Text<500>>,
    },
    /// Give a level another name; its code stays
    #[command(after_help = "Example:\n  trien levels rename province --name \"Tỉnh, thành phố\"")]
    Rename {
        /// The level's code
        level: String,
        /// Its new name
        #[arg(long, value_name = "NAME", value_parser = text::<100>)]
        name: Text<100>,
        /// Why, at most 500 characters; it is logged
        #[arg(long, value_name = "TEXT", value_parser = text::<500>)]
        why: Option<Text<500>>,
    },
}

/// Runs `trien levels`.
pub async fn run(args: LevelsArgs) -> Result<ExitCode, CliError> {
    let Some(app) = folder::open(&args.config).await? else { return Ok(ExitCode::SUCCESS) };
    let by = Changer::CommandLine;
    match args.command {
        LevelsCommand::List => {
            for level in levels::all(&app).await? {
                println!("{}  {}", level.code, level.name);
            }
        }
        LevelsCommand::Add { name, below, why } => {
            let level = levels::add(&app, by, &name, below.as_deref(), why).await?;
            println!("{}  {}", level.code, level.name);
        }
        LevelsCommand::Rename { level, name, why } => {
            levels::rename(&app, by, &level, &name, why).await?;
            println!("renamed");
        }
    }
    app.shut_down().await;
    Ok(ExitCode::SUCCESS)
}
