//! `trien request`.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Subcommand};
use serde::Deserialize;
use trien_core::change::ChangeView;
use trien_core::decision::Verb;
use trien_core::digest::Sha256;
use trien_core::id::RequestId;
use trien_core::request::{Assignment, RouteState};
use trien_core::wire::{Awaits, PersonView, RecordedDecision, RequestView, SignerView};

use super::CliError;
use super::remote::{Remote, RemoteArgs};

/// Follow requests and fetch what was signed
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  trien request list
  trien request show ID
  trien request changes --follow
  trien request remind ID
  trien request recall ID --why sai
  trien request download ID -o qd.signed.pdf
  trien request evidence ID -o qd.evidence
  trien verify qd.signed.pdf --trust root.pem qd.evidence --log-key log.pub")]
pub struct RequestArgs {
    #[command(subcommand)]
    command: RequestCommand,
    #[command(flatten)]
    remote: RemoteArgs,
}

#[derive(Debug, Subcommand)]
enum RequestCommand {
    /// List the unit's requests in order of change
    List {
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Show one request: steps, signers, decisions
    Show {
        /// The request
        request: RequestId,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Tell what happened to the unit's requests, in order
    Changes {
        /// Only after this number, where the last call ended
        #[arg(long, value_name = "NUMBER", default_value_t = 0)]
        since: u64,
        /// Wait for what happens next, until Ctrl-C
        #[arg(long)]
        follow: bool,
        /// Print as JSON, a line each
        #[arg(long)]
        json: bool,
    },
    /// Take a request back that somebody still has to decide on
    Recall {
        /// The request
        request: RequestId,
        /// Why; it stands in the log
        #[arg(long, value_name = "TEXT")]
        why: Option<String>,
    },
    /// Remind those for whom a request waits: once an hour at most
    Remind {
        /// The request
        request: RequestId,
    },
    /// Fetch the document as it is now, signatures included
    Download {
        /// The request
        request: RequestId,
        /// Where to; an existing file is not overwritten [default: ID.pdf]
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Fetch the evidence that a decision is recorded
    Evidence {
        /// The request
        request: RequestId,
        /// The decision's SHA-256 from `show` [default: the newest]
        #[arg(long, value_name = "HEX")]
        decision: Option<Sha256>,
        /// Where to; an existing file is not overwritten [default: standard output]
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

#[derive(Deserialize)]
struct Page {
    requests: Vec<serde_json::Value>,
    cursor: u64,
    more: bool,
}

/// Runs the command.
pub async fn run(args: RequestArgs) -> Result<ExitCode, CliError> {
    let remote = Remote::new(&args.remote)?;
    match args.command {
        RequestCommand::List { json } => list(&remote, json).await?,
        RequestCommand::Show { request, json } => show(&remote, request, json).await?,
        RequestCommand::Changes { since, follow, json } => {
            changes(&remote, since, follow, json).await?;
        }
        RequestCommand::Recall { request, why } => {
            let path = format!("/api/v1/requests/{request}/recall");
            remote.send(remote.post(&path).json(&serde_json::json!({ "why": why }))).await?;
            println!("taken back");
        }
        RequestCommand::Remind { request } => {
            remote.send(remote.post(&format!("/api/v1/requests/{request}/remind"))).await?;
            println!("reminded");
        }
        RequestCommand::Download { request, output } => {
            let path = output.unwrap_or_else(|| format!("{request}.pdf").into());
            download(&remote, request, &path).await?;
        }
        RequestCommand::Evidence { request, decision, output } => {
            evidence(&remote, request, decision, output.as_deref()).await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

#[derive(Deserialize)]
struct ChangePage {
    changes: Vec<ChangeView>,
    cursor: u64,
    more: bool,
}

/// How long is waited before another look.
const PAUSE: Duration = Duration::from_secs(5);

async fn changes(remote: &Remote, since: u64, follow: bool, json: bool) -> Result<(), CliError> {
    let mut cursor = since;
    loop {
        let path = format!("/api/v1/changes?cursor={cursor}&limit=200");
        let page: ChangePage = remote.json(remote.get(&path)).await?;
        for change in &page.changes {
            if json {
                println!("{}", serde_json::json!(change));
            } else {
                let ChangeView { number, outcome, request, at, .. } = change;
                println!("{number:>8}  {at}  {request}  {}", outcome.name());
            }
        }
        cursor = page.cursor;
        if !page.more && !follow {
            return Ok(());
        }
        if !page.more {
            tokio::time::sleep(PAUSE).await;
        }
    }
}

async fn list(remote: &Remote, json: bool) -> Result<(), CliError> {
    let mut cursor = 0;
    loop {
        let path = format!("/api/v1/requests?cursor={cursor}&limit=200");
        let page: Page = remote.json(remote.get(&path)).await?;
        for value in page.requests {
            if json {
                println!("{value}");
                continue;
            }
            let request: RequestView = serde_json::from_value(value)
                .map_err(|error| CliError::failed("the server's answer is not known", error))?;
            println!(
                "{}  {:<10}  {}  {}",
                request.id,
                state(request.state),
                request.metadata.number.as_ref().map_or("-", |number| number.as_str()),
                request.metadata.subject
            );
        }
        if !page.more || page.cursor <= cursor {
            return Ok(());
        }
        cursor = page.cursor;
    }
}

async fn show(remote: &Remote, request: RequestId, json: bool) -> Result<(), CliError> {
    let path = format!("/api/v1/requests/{request}");
    let value: serde_json::Value = remote.json(remote.get(&path)).await?;
    if json {
        println!("{value:#}");
        return Ok(());
    }
    let view: RequestView = serde_json::from_value(value)
        .map_err(|error| CliError::failed("the server's answer is not known", error))?;
    let decisions: Vec<RecordedDecision> =
        remote.json(remote.get(&format!("{path}/decisions"))).await?;
    let number = view.metadata.number.as_ref().map_or("-", |number| number.as_str());
    println!("{number}  {}", view.metadata.subject);
    println!("state     {}", state(view.state));
    if let Some(earlier) = view.supersedes {
        println!("version   {}, in place of {earlier}", view.revision);
    }
    if let Some(later) = view.superseded_by {
        println!("followed  {later} took its place");
    }
    println!("queued    {}", view.queued_at);
    println!("expires   {}", view.expires_at);
    if let Some(due) = view.due_at {
        println!("due       {due}");
    }
    for document in &view.documents {
        println!("document  {}  {}", document.current.sha256, document.name);
    }
    for step in &view.steps {
        for signer in &step.signers {
            let PersonView { name, position, .. } = &signer.person;
            println!("step {:<3}  {name}, {position}: {}", step.number.0, stands(signer));
            if let Some(by) = &signer.by {
                let place = by.form.in_place_of(position);
                println!("          {place}: {}, {}", by.person.name, by.person.position);
            }
        }
    }
    for decision in decisions {
        let reason = decision.reason.map_or_else(String::new, |reason| format!("  ({reason})"));
        let place = decision.in_place_of.map(|of| format!(" in place of {}", of.name));
        println!(
            "decision  {}  {}{} {} at {}{reason}",
            decision.decision,
            decision.person.name,
            place.unwrap_or_default(),
            verb(decision.verb),
            decision.recorded_at
        );
    }
    Ok(())
}

async fn download(remote: &Remote, request: RequestId, path: &Path) -> Result<(), CliError> {
    let address = format!("/api/v1/requests/{request}/document");
    let response = remote.send(remote.get(&address)).await?;
    let named = response.headers().get("etag").and_then(|value| value.to_str().ok());
    let named: Option<Sha256> = named.and_then(|value| value.trim_matches('"').parse().ok());
    let bytes = response.bytes().await.map_err(|error| remote.unreachable(error))?;
    if named.is_some_and(|named| named != Sha256::of(&bytes)) {
        return Err(CliError::Refused(
            "the document arrived damaged; nothing was written, try again".to_owned(),
        ));
    }
    write_new(path, &bytes)?;
    println!("{}", path.display());
    Ok(())
}

async fn evidence(
    remote: &Remote,
    request: RequestId,
    decision: Option<Sha256>,
    output: Option<&Path>,
) -> Result<(), CliError> {
    let path = format!("/api/v1/requests/{request}");
    let decision = if let Some(decision) = decision {
        decision
    } else {
        let decisions: Vec<RecordedDecision> =
            remote.json(remote.get(&format!("{path}/decisions"))).await?;
        let newest = decisions.last().ok_or_else(|| {
            CliError::Refused("nothing was decided on this request yet".to_owned())
        })?;
        newest.decision.0
    };
    let response = remote.send(remote.get(&format!("{path}/evidence/{decision}"))).await?;
    let text = response.text().await.map_err(|error| remote.unreachable(error))?;
    match output {
        Some(path) => {
            write_new(path, text.as_bytes())?;
            println!("{}", path.display());
        }
        None => print!("{text}"),
    }
    Ok(())
}

pub(super) fn write_new(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    let file = std::fs::File::create_new(path);
    let written = file.and_then(|mut file| file.write_all(bytes));
    written.map_err(|error| CliError::file(path, error))
}

fn state(state: RouteState) -> String {
    match state {
        RouteState::Open { step } => format!("open:{}", step.0),
        RouteState::Completed => "completed".to_owned(),
        RouteState::Rejected => "rejected".to_owned(),
        RouteState::Returned => "returned".to_owned(),
        RouteState::Recalled => "recalled".to_owned(),
        RouteState::Expired => "expired".to_owned(),
    }
}

fn stands(signer: &SignerView) -> String {
    match signer.awaits {
        Some(Awaits { decision, until }) => {
            format!("approved ({decision}), awaiting document signature until {until}")
        }
        None => assignment(signer.assignment),
    }
}

fn assignment(assignment: Assignment) -> String {
    match assignment {
        Assignment::Waiting => "waits for an earlier step".to_owned(),
        Assignment::Open => "may decide now".to_owned(),
        Assignment::Decided { verb: decided, at, .. } => format!("{} at {at}", verb(decided)),
        Assignment::Released => "no longer needed".to_owned(),
    }
}

fn verb(verb: Verb) -> &'static str {
    match verb {
        Verb::Approve => "approved",
        Verb::Reject => "rejected",
        Verb::Return => "returned",
    }
}
