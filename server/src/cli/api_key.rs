//! `trien api-key`.

use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};
use trien_core::id::{ApiKeyId, UnitId};

use super::{CliError, folder};
use crate::config::ConfigArgs;
use crate::flow;
use crate::flow::key::Scope;

/// Make and revoke the keys of document systems
#[derive(Debug, Args)]
pub struct ApiKeyArgs {
    #[command(subcommand)]
    command: ApiKeyCommand,
    #[command(flatten)]
    config: ConfigArgs,
}

#[derive(Debug, Subcommand)]
enum ApiKeyCommand {
    /// Make a key; it is shown once and stored only as a hash
    #[command(after_help = "Example:
  export TRIEN_API_KEY=$(trien api-key create --unit ID --scope submit,read --label QLVB)")]
    Create {
        /// The unit that it acts for
        #[arg(long, value_name = "UNIT")]
        unit: UnitId,
        /// What it may do
        #[arg(long, value_enum, value_delimiter = ',', required = true)]
        scope: Vec<Verb>,
        /// What it is for
        #[arg(long, value_name = "TEXT", default_value = "")]
        label: String,
    },
    /// List all keys, revoked ones too
    List,
    /// End a key
    Revoke {
        /// The key's id from `list`
        key: ApiKeyId,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Verb {
    /// Queue documents
    Submit,
    /// Read requests, documents, decisions and evidence of its unit
    Read,
}

impl From<Verb> for Scope {
    fn from(verb: Verb) -> Self {
        match verb {
            Verb::Submit => Self::Submit,
            Verb::Read => Self::Read,
        }
    }
}

/// Runs `trien api-key`.
pub async fn run(args: ApiKeyArgs) -> Result<ExitCode, CliError> {
    let Some(app) = folder::open(&args.config).await? else { return Ok(ExitCode::SUCCESS) };
    match args.command {
        ApiKeyCommand::Create { unit, scope, label } => {
            let scopes: Vec<Scope> = scope.into_iter().map(Scope::from).collect();
            let new = flow::key::create(&app, unit, &scopes, &label).await?;
            println!("{}", new.token);
            eprintln!("key {}: keep the line above; it is not shown again", new.key);
        }
        ApiKeyCommand::List => {
            for key in flow::key::list(&app).await? {
                let scopes: Vec<&str> = key.scopes.iter().map(|scope| name(*scope)).collect();
                let state = if key.revoked_at.is_some() { "revoked" } else { "active" };
                println!(
                    "{}  {state:<7}  unit {}  {}  {}",
                    key.key,
                    key.unit,
                    scopes.join(","),
                    key.label
                );
            }
        }
        ApiKeyCommand::Revoke { key } => {
            flow::key::revoke(&app, key).await?;
            println!("revoked");
        }
    }
    app.shut_down().await;
    Ok(ExitCode::SUCCESS)
}

fn name(scope: Scope) -> &'static str {
    match scope {
        Scope::Submit => "submit",
        Scope::Read => "read",
    }
}
