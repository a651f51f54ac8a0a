//! `trien certificates`.

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use trien_core::id::{EntryId, UnitId};
use trien_core::register::{Event, State};

use super::language::LanguageArgs;
use super::{CliError, document_signer, exchange, folder, table};
use crate::app::App;
use crate::config::ConfigArgs;
use crate::flow::register::{
    self, Asked, EntryRow, EventRow, Filter, PAGE, Period, Reader, Relations, Soon, Step, words,
};
use crate::sheet::Format;
use crate::text::{Language, local_day, local_minute, text};

/// Look at the register of certificates, and exchange files with an outside authority
#[derive(Debug, Args)]
pub struct CertificatesArgs {
    #[command(subcommand)]
    command: CertificatesCommand,
    #[command(flatten)]
    config: ConfigArgs,
}

#[derive(Debug, Subcommand)]
enum CertificatesCommand {
    /// List entries, newest first; with --within those that end soonest
    #[command(after_help = "Examples:
  trien certificates list --state in-use
  trien certificates list --within 30")]
    List {
        #[command(flatten)]
        chosen: Chosen,
    },
    /// Show one entry and what happened to it
    Show {
        /// The entry
        entry: EntryId,
        /// Print its certificate and those above it in PEM instead
        #[arg(long)]
        pem: bool,
        #[command(flatten)]
        language: LanguageArgs,
    },
    /// Write the list as CSV to standard output
    #[command(after_help = "Example:\n  trien certificates export --within 60 > renew.csv")]
    Export {
        #[command(flatten)]
        chosen: Chosen,
        /// In this layout of the file `register.toml` in the data folder, instead of the first one
        #[arg(long, value_name = "NAME")]
        layout: Option<String>,
        #[command(flatten)]
        language: LanguageArgs,
    },
    /// Write the figures of a period as CSV to standard output: in use when it began, what happened, in use at its end
    #[command(after_help = "Example:
  trien certificates counts --from 2026-01-01 --to 2026-12-31 --by quarter > so-lieu.csv")]
    Counts {
        /// The first day, such as 2026-01-01 [default: everything, or with --by the last twelve]
        #[arg(long, value_name = "DAY", default_value = "", hide_default_value = true)]
        from: String,
        /// The last day, counted whole [default: today]
        #[arg(long, value_name = "DAY", default_value = "", hide_default_value = true)]
        to: String,
        /// Divide it by month, quarter or year
        #[arg(long, value_name = "STEP", value_parser = step)]
        by: Option<Step>,
        /// Only of this unit and those below it
        #[arg(long, value_name = "UNIT")]
        unit: Option<UnitId>,
        #[command(flatten)]
        language: LanguageArgs,
    },
    /// Write the requests that wait for an outside authority, with the list of subscribers, as a ZIP
    #[command(after_help = "Example:\n  trien certificates export-requests yeu-cau.zip --unit ID")]
    ExportRequests(exchange::ExportArgs),
    /// Take in the certificates of an outside authority: PEM, DER, P7B or ZIP
    ///
    /// Each must be for a key that waits, lead to an authority trusted in its unit, and have the right
    /// usage, validity and subject. Each misfit is named; those that fit are taken in one act.
    #[command(after_help = "Example:\n  trien certificates import tra-ve.p7b --dry-run")]
    Import(exchange::ImportArgs),
    /// Trust an outside authority in a unit and those below it
    #[command(
        after_help = "Example:\n  trien certificates trust goc.pem --unit ID --why \"QĐ 12\""
    )]
    Trust(exchange::TrustArgs),
    /// Say where the certificates of a unit and of those below it come from
    #[command(after_help = "Example:\n  trien certificates source ID outside --why \"QĐ 12\"")]
    Source(exchange::SourceArgs),
    Documents(document_signer::DocumentsArgs),
    /// Write the list of revoked certificates that an outside authority has to revoke too
    #[command(after_help = "Example:\n  trien certificates export-revocations thu-hoi.xlsx")]
    ExportRevocations(table::ExportArgs),
}

/// Which entries.
#[derive(Debug, Args)]
struct Chosen {
    /// Only in this state: requested, reviewed, issued, in-use, suspended, renewed, revoked, expired
    /// or refused
    #[arg(long, value_name = "STATE", value_parser = state)]
    state: Option<State>,
    /// Only of this unit and those below it
    #[arg(long, value_name = "UNIT")]
    unit: Option<UnitId>,
    /// Only those in force that end within so many days: 7, 30 or 60
    #[arg(long, value_name = "DAYS", value_parser = soon)]
    within: Option<Soon>,
    /// Only those that are valid for longer than allowed
    #[arg(long, conflicts_with = "within")]
    exceeding: bool,
}

impl Chosen {
    fn filter(&self) -> Filter {
        let Self { state, unit, within: soon, exceeding: exceeds } = *self;
        Filter { state, unit, soon, exceeds }
    }
}

fn state(text: &str) -> Result<State, String> {
    let known = Filter::choices().find(|state| state.name() == text);
    known.ok_or_else(|| format!("{text:?} is none of the states; see --help"))
}

fn step(text: &str) -> Result<Step, String> {
    Step::from_name(text).ok_or_else(|| format!("{text:?} is none of month, quarter and year"))
}

fn soon(text: &str) -> Result<Soon, String> {
    let soon = text.parse().ok().and_then(Soon::of_days);
    soon.ok_or_else(|| format!("{text:?} is none of 7, 30 and 60"))
}

/// Runs `trien certificates`.
pub async fn run(args: CertificatesArgs) -> Result<ExitCode, CliError> {
    let Some(app) = folder::open(&args.config).await? else { return Ok(ExitCode::SUCCESS) };
    match args.command {
        CertificatesCommand::List { chosen } => list(&app, &chosen.filter()).await?,
        CertificatesCommand::Show { entry, pem: true, .. } => print_pem(&app, entry).await?,
        CertificatesCommand::Show { entry, language, .. } => {
            show(&app, entry, language.chosen()).await?;
        }
        CertificatesCommand::Export { chosen, layout, language } => {
            let (filter, language) = (chosen.filter(), language.chosen());
            let (reader, layout) = (Reader::CommandLine, layout.as_deref());
            let sheet = register::export(&app, reader, &filter, layout, language).await?;
            print_sheet(&sheet)?;
        }
        CertificatesCommand::Counts { from, to, by, unit, language } => {
            let period = Period::asked(&from, &to, by, app.clock().now())?;
            let asked = Asked { unit, period };
            let report = register::figures(&app, Reader::CommandLine, &asked).await?;
            print_sheet(&report.sheet(Format::Csv, language.chosen())?)?;
        }
        CertificatesCommand::ExportRequests(args) => exchange::export(&app, args).await?,
        CertificatesCommand::Import(args) => exchange::import(&app, args).await?,
        CertificatesCommand::Trust(args) => exchange::trust(&app, args).await?,
        CertificatesCommand::Source(args) => exchange::source(&app, args).await?,
        CertificatesCommand::Documents(args) => document_signer::run(&app, args).await?,
        CertificatesCommand::ExportRevocations(args) => {
            exchange::export_revocations(&app, &args).await?;
        }
    }
    app.shut_down().await;
    Ok(ExitCode::SUCCESS)
}

fn print_sheet(sheet: &[u8]) -> Result<(), CliError> {
    let written = std::io::stdout().write_all(sheet);
    written.map_err(|error| CliError::failed("the sheet was not written", error))
}

async fn list(app: &App, filter: &Filter) -> Result<(), CliError> {
    let mut after = None;
    loop {
        let page = register::list(app, Reader::CommandLine, filter, after, PAGE).await?;
        for entry in &page.entries {
            let certificate = entry.certificate.as_ref();
            let end = certificate.map_or_else(|| "-".to_owned(), |it| local_day(it.not_after));
            let EntryRow { id, state, home, person, unit, .. } = entry;
            let (state, home) = (state.name(), home.name());
            println!("{id}  {state:<16}  {end:<10}  {home:<6}  {}, {}", person.name, unit.name);
        }
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(()),
        }
    }
}

async fn show(app: &App, entry: EntryId, language: Language) -> Result<(), CliError> {
    let told = register::show(app, Reader::CommandLine, entry).await?;
    let word = |key: &str| text(language, key);
    let line = |key: &str, value: &str| println!("{}: {value}", word(key));
    let entry = &told.entry;
    line("console-holder", &format!("{}, {}", entry.person.name, entry.person.position));
    line("console-unit", &entry.unit.name);
    line("console-certificate-of", &word(words::kind(entry.kind)));
    line("console-key-is", &word(words::home_of(entry)));
    if entry.signs_documents {
        line("console-signs-documents", &word("console-signs-documents-yes"));
    }
    if let Some(assurance) = entry.assurance {
        line("console-assurance", &word(words::assurance(assurance)));
    }
    if let Some(policy) = entry.prompt_policy {
        line("prompt-prompt", &words::prompt(language, policy));
    }
    line("console-state", &word(words::state(entry.state)));
    if let Some(certificate) = &entry.certificate {
        let facts = certificate.facts()?;
        line("console-valid-from", &local_day(certificate.not_before));
        line("console-ends", &local_day(certificate.not_after));
        line("console-subject", &facts.subject);
        line("console-issuer", &facts.issuer);
        line("console-serial", &facts.serial);
        line("console-fingerprint", &certificate.sha256.to_string());
    }
    println!();
    for event in &told.events {
        println!("{}", happened(event, &told.relations, language));
    }
    Ok(())
}

async fn print_pem(app: &App, entry: EntryId) -> Result<(), CliError> {
    let told = register::show(app, Reader::CommandLine, entry).await?;
    let none = || CliError::Refused("the entry has no certificate yet".to_owned());
    let certificate = told.entry.certificate.as_ref().ok_or_else(none)?;
    print!("{}", register::pem(app, certificate).await?);
    Ok(())
}

fn happened(event: &EventRow, relations: &Relations, language: Language) -> String {
    let word = |key: &str| text(language, key);
    let unknown = || word("console-time-unrecorded");
    let at = event.at.map_or_else(unknown, |at| local_minute(at.second()));
    let author = event.name.clone().unwrap_or_else(|| word(words::author(event.author)));
    let mut told = format!("{at}  {}", word(words::event(event.event)));
    if let Some(reason) = event.reason {
        told.push_str(&format!(": {}", word(words::reason(reason))));
    }
    if let Some(serial) = relations.other_serial(event.event) {
        let key = match event.event {
            Event::Renewed => "renewal-renewed-by",
            _ => "renewal-renews",
        };
        told.push_str(&format!(": {} {} {serial}", word(key), word("renewal-serial")));
    }
    told.push_str(&format!(" ({author})"));
    if let Some(why) = &event.why {
        told.push_str(&format!(" – {why}"));
    }
    told
}
