//! `trien phone approve`, `reject`, `return` and `outbox`: deciding, and what became of it.

use std::io::{BufRead as _, IsTerminal as _};
use std::process::ExitCode;

use trien_core::client::{Companion, Decided, OutboxEntry};
use trien_core::decision::Verb;
use trien_core::id::RequestId;
use trien_core::problem::ProblemKind;

use super::CliError;
use super::phone::failed;
use super::phone_show::describe;

pub(super) async fn approve(
    phone: &Companion,
    request: RequestId,
    yes: bool,
) -> Result<ExitCode, CliError> {
    phone.open(request).await.map_err(failed)?;
    let sheet = phone.sheet(request).await.map_err(failed)?;
    describe(phone, &sheet);
    if !yes {
        confirm("approve")?;
    }
    told(&phone.approve(sheet.id).await.map_err(failed)?)
}

pub(super) fn confirm(what: &str) -> Result<(), CliError> {
    if !std::io::stdin().is_terminal() {
        return Err(CliError::Usage(format!("nobody to ask: give --yes to {what}")));
    }
    eprint!("{what}? [y/N] ");
    let mut answer = String::new();
    let read = std::io::stdin().lock().read_line(&mut answer);
    read.map_err(|error| CliError::file("standard input", error))?;
    match answer.trim() {
        "y" | "Y" | "yes" | "có" => Ok(()),
        _ => Err(CliError::Refused("nothing was done".to_owned())),
    }
}

pub(super) fn told(decided: &Decided) -> Result<ExitCode, CliError> {
    match decided {
        Decided::Recorded(receipt) => {
            println!("recorded    {}", receipt.recorded_at);
            println!("decision    {}", receipt.decision);
            Ok(ExitCode::SUCCESS)
        }
        Decided::Refused { why: ProblemKind::StaleRevision, .. } => Err(CliError::Refused(
            "somebody signed before you: `trien phone sync`, then approve again".to_owned(),
        )),
        Decided::Refused { why, .. } => {
            Err(CliError::Refused(format!("refused, and recorded as refused: {}", why.slug())))
        }
        Decided::Waiting(waiting) => Err(CliError::Unreachable {
            server: "the server".to_owned(),
            source: format!("{waiting}; the decision is signed and kept: `trien phone outbox --flush` sends it again").into(),
        }),
    }
}

pub(super) async fn outbox(phone: &Companion, flush: bool) -> Result<ExitCode, CliError> {
    if flush {
        phone.flush().await.map_err(failed)?;
    }
    let entries = phone.outbox();
    entries.iter().for_each(print_entry);
    let waiting = entries.iter().any(|entry| matches!(entry.state, Decided::Waiting(_)));
    Ok(if waiting && flush { ExitCode::from(69) } else { ExitCode::SUCCESS })
}

fn print_entry(entry: &OutboxEntry) {
    let verb = match entry.verb {
        Verb::Approve => "approve",
        Verb::Reject => "reject",
        Verb::Return => "return",
    };
    let state = match &entry.state {
        Decided::Recorded(receipt) => format!("recorded {}", receipt.recorded_at),
        Decided::Refused { why, .. } => format!("refused: {}", why.slug()),
        Decided::Waiting(waiting) => format!("waiting: {waiting}"),
    };
    println!("{}  {verb}  {}  {state}  {}", entry.request, entry.signed_at, entry.subject);
}
