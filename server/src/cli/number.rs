//! `trien number`.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde::Deserialize;
use serde_json::{Value, json};
use trien_core::document::Text;
use trien_core::env::{Clock as _, SystemClock};

use super::CliError;
use super::init::text;
use super::remote::{Remote, RemoteArgs};
use crate::escape::escaped;
use crate::text::local_date;

/// The register of numbers that a unit gives to its documents
///
/// Each kind of document has its own numbers, from 1 each year. A number that is written into a document before anybody
/// signs is reserved first; one that the seal writes is given by itself (`trien submit --register`).
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  trien number reserve --kind \"Quyết định\" --notation QĐ-UBND --reference vb-2026-118
  trien number list --kind \"Quyết định\"")]
pub struct NumberArgs {
    #[command(subcommand)]
    command: NumberCommand,
    #[command(flatten)]
    remote: RemoteArgs,
}

#[derive(Debug, Subcommand)]
enum NumberCommand {
    /// Reserve the next number; the same reference gets the same one
    Reserve {
        /// Kind (loại văn bản)
        #[arg(long, value_name = "TEXT", value_parser = text::<100>)]
        kind: Text<100>,
        /// What stands after the number
        #[arg(long, value_name = "TEXT", value_parser = text::<30>)]
        notation: Text<30>,
        /// Your name for the document
        #[arg(long, value_name = "TEXT", value_parser = text::<100>)]
        reference: Text<100>,
    },
    /// List the numbers of a kind in their order
    List {
        /// Kind (loại văn bản)
        #[arg(long, value_name = "TEXT")]
        kind: String,
        /// Year [default: this one]
        #[arg(long, value_name = "YEAR")]
        year: Option<i16>,
        /// Print as JSON, one a line
        #[arg(long)]
        json: bool,
    },
}

#[derive(Deserialize)]
struct NumberPage {
    numbers: Vec<Value>,
    cursor: u64,
    more: bool,
}

/// Runs `trien number`.
pub async fn run(args: NumberArgs) -> Result<ExitCode, CliError> {
    let remote = Remote::new(&args.remote)?;
    match args.command {
        NumberCommand::Reserve { kind, notation, reference } => {
            let wish = json!({ "kind": kind, "notation": notation, "reference": reference });
            let reserved: Value = remote.json(remote.post("/api/v1/numbers").json(&wish)).await?;
            println!("{}", said(&reserved, "number"));
        }
        NumberCommand::List { kind, year, json } => {
            let year = year.unwrap_or_else(|| local_date(SystemClock.now().second()).year());
            list(&remote, &kind, year, json).await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(remote: &Remote, kind: &str, year: i16, json: bool) -> Result<(), CliError> {
    let mut after = 0;
    loop {
        let path = format!("/api/v1/numbers?kind={}&year={year}&cursor={after}", escaped(kind));
        let page: NumberPage = remote.json(remote.get(&path)).await?;
        if after == 0 && page.numbers.is_empty() {
            eprintln!("no number of this kind was given in {year}");
        }
        for one in &page.numbers {
            if json {
                println!("{one}");
            } else {
                let state = one["state"].as_str().unwrap_or("reserved");
                println!("{:<24} {state:<10} {}", said(one, "number"), said(one, "request"));
            }
        }
        if !page.more {
            return Ok(());
        }
        after = page.cursor;
    }
}

fn said<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or("-")
}
