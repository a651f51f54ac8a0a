//! `trien administer`: over a server's API, as the person whose token is shown.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};

use super::CliError;
use super::remote::{AdminRemoteArgs, Remote};
use crate::escape::escaped;

/// Administer a server from elsewhere, with a token made in its console
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  trien administer token
  trien administer people khue
  trien administer import people can-bo.xlsx
  trien administer import people can-bo.xlsx --why \"nhân sự đầu năm\"")]
pub struct AdministerArgs {
    #[command(subcommand)]
    command: AdministerCommand,
    #[command(flatten)]
    remote: AdminRemoteArgs,
}

#[derive(Debug, Subcommand)]
enum AdministerCommand {
    /// Whose the token is, and what it may do now
    Token,
    /// Find people by words of name, position, unit or number
    People {
        /// With or without marks
        words: Vec<String>,
    },
    /// Look at a table of units or people; with --why, carry it out
    Import {
        /// What it holds
        kind: TableKind,
        /// XLSX or CSV
        file: PathBuf,
        /// Carry it out if nothing is wrong with it, for this reason
        #[arg(long, value_name = "WORDS")]
        why: Option<String>,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum TableKind {
    Units,
    People,
}

impl TableKind {
    fn name(self) -> &'static str {
        match self {
            Self::Units => "units",
            Self::People => "people",
        }
    }
}

/// Runs the command.
pub async fn run(args: AdministerArgs) -> Result<ExitCode, CliError> {
    let remote = Remote::with_token(&args.remote)?;
    match args.command {
        AdministerCommand::Token => token(&remote).await?,
        AdministerCommand::People { words } => people(&remote, &words.join(" ")).await?,
        AdministerCommand::Import { kind, file, why } => {
            return import(&remote, kind, &file, why).await;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn token(remote: &Remote) -> Result<(), CliError> {
    let token: Value = remote.json(remote.get("/api/v1/admin/token")).await?;
    print(&[&text(&token["name"]), &text(&token["login"]), &text(&token["verbs"])]);
    for grant in token["grants"].as_array().into_iter().flatten() {
        print(&[&text(&grant["role"]), &text(&grant["unit"])]);
    }
    Ok(())
}

async fn people(remote: &Remote, words: &str) -> Result<(), CliError> {
    let mut cursor: Option<String> = None;
    loop {
        let mut path = format!("/api/v1/admin/people?q={}", escaped(words));
        if let Some(cursor) = &cursor {
            path += &format!("&cursor={}", escaped(cursor));
        }
        let page: Value = remote.json(remote.get(&path)).await?;
        for person in page["people"].as_array().into_iter().flatten() {
            let position = format!("{}, {}", text(&person["name"]), text(&person["position"]));
            print(&[&text(&person["id"]), &position, &text(&person["unit_name"])]);
        }
        match page["cursor"].as_str() {
            Some(next) => cursor = Some(next.to_owned()),
            None => return Ok(()),
        }
    }
}

async fn import(
    remote: &Remote,
    kind: TableKind,
    file: &std::path::Path,
    why: Option<String>,
) -> Result<ExitCode, CliError> {
    let bytes = std::fs::read(file).map_err(|error| CliError::file(file, error))?;
    let path = format!("/api/v1/admin/imports/{}", kind.name());
    let look = remote.post(&path).header("content-type", "application/octet-stream").body(bytes);
    let plan: Value = remote.json(look).await?;
    for problem in plan["problems"].as_array().into_iter().flatten() {
        print(&[&problem["line"].to_string(), &text(&problem["text"]), &text(&problem["value"])]);
    }
    let count = |name: &str| plan[name].to_string();
    print(&[
        &format!("rows {}", count("rows")),
        &format!("new {}", count("added")),
        &format!("changed {}", count("changed")),
    ]);
    let problems = plan["problems"].as_array().is_some_and(|all| !all.is_empty());
    let (Some(why), false) = (why, problems) else {
        return Ok(if problems { ExitCode::FAILURE } else { ExitCode::SUCCESS });
    };
    let path = format!("{path}/{}", text(&plan["digest"]));
    let _: Value = remote.json(remote.post(&path).json(&json!({ "why": why }))).await?;
    print(&["done"]);
    Ok(ExitCode::SUCCESS)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// One line, its parts apart by two spaces; whoever reads may stop reading.
fn print(parts: &[&str]) {
    let _ = writeln!(std::io::stdout(), "{}", parts.join("  "));
}
