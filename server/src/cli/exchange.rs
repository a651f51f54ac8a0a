//! `trien certificates`: the exchange with an outside authority.

use std::path::PathBuf;

use clap::ValueEnum;
use trien_core::document::Text;
use trien_core::id::{UnitId, WaveId};

use super::CliError;
use super::init::text;
use super::language::LanguageArgs;
use super::table::{self, write_new};
use super::verify::read;
use crate::app::App;
use crate::flow::exchange::{
    self, Answer, Asked, Encoding, Exchanger, MAX_FILE_BYTES, Refusal, Source, Upload,
};
use crate::text::Language;

/// Requests to write.
#[derive(Debug, clap::Args)]
pub(super) struct ExportArgs {
    /// The ZIP; one that is there is kept
    file: PathBuf,
    /// Only of this unit and those below it
    #[arg(long, value_name = "UNIT", conflicts_with = "wave")]
    unit: Option<UnitId>,
    /// Only of the units of this wave
    #[arg(long, value_name = "WAVE")]
    wave: Option<WaveId>,
    /// Write requests in DER instead of PEM
    #[arg(long)]
    der: bool,
    /// Why, for the log
    #[arg(long, value_name = "TEXT", value_parser = text::<500>)]
    why: Option<Text<500>>,
}

/// Hands requests out.
pub(super) async fn export(app: &App, args: ExportArgs) -> Result<(), CliError> {
    let asked = match (args.unit, args.wave) {
        (Some(unit), _) => Asked::Unit(unit),
        (None, Some(wave)) => Asked::Wave(wave),
        (None, None) => Asked::All,
    };
    let encoding = if args.der { Encoding::Der } else { Encoding::Pem };
    // Before the log says that they went out.
    if args.file.exists() {
        let there = std::io::Error::from(std::io::ErrorKind::AlreadyExists);
        return Err(CliError::file(&args.file, there));
    }
    let packed = exchange::pack(app, Exchanger::CommandLine, asked, encoding, args.why).await?;
    write_new(&args.file, &packed.zip)?;
    println!("{} requests in {}", packed.export.entries, args.file.display());
    println!("sha256 {}", packed.export.sha256);
    Ok(())
}

/// Certificates to take in.
#[derive(Debug, clap::Args)]
pub(super) struct ImportArgs {
    /// PEM, DER, P7B or a ZIP of them
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Show what fits and every misfit, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Why, for the log
    #[arg(long, value_name = "TEXT", value_parser = text::<500>)]
    why: Option<Text<500>>,
    #[command(flatten)]
    language: LanguageArgs,
}

/// Takes certificates in.
pub(super) async fn import(app: &App, args: ImportArgs) -> Result<(), CliError> {
    let mut uploads = Vec::new();
    for path in &args.files {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        uploads.push(Upload { name, bytes: read(path, MAX_FILE_BYTES as u64)? });
    }
    let who = Exchanger::CommandLine;
    let answer = exchange::plan(app, who, exchange::together(uploads)).await?;
    let language = args.language.chosen();
    for refusal in &answer.refused {
        eprintln!("{}", line(refusal, language));
    }
    let Answer { accepted, refused, .. } = &answer;
    for one in accepted {
        println!("{}  {}, {}", one.serial(), one.person.name, one.unit.name);
    }
    let (fit, misfit) = (accepted.len(), refused.len());
    if args.dry_run {
        println!("nothing written: {fit} fit, {misfit} do not");
        return Ok(());
    }
    if !answer.is_ready() {
        return Err(CliError::Refused(format!("nothing was written: {misfit} do not fit")));
    }
    let taken = exchange::carry_out(app, who, answer, args.why).await?;
    println!("{taken} taken, {misfit} did not fit");
    Ok(())
}

/// `tra-ve.p7b, 3: CN=… (0a1b): Already expired. …`.
fn line(refusal: &Refusal, language: Language) -> String {
    let mut place = refusal.file.clone();
    if refusal.number > 0 {
        let comma = if place.is_empty() { "" } else { ", " };
        place.push_str(&format!("{comma}{}", refusal.number));
    }
    let mut line = if place.is_empty() { String::new() } else { format!("{place}: ") };
    if !refusal.subject.is_empty() {
        line.push_str(&format!("{} ({}): ", refusal.subject, refusal.serial));
    }
    let told = refusal.objections.iter().map(|it| crate::text::text(language, it.key()));
    line.push_str(&told.collect::<Vec<_>>().join(" "));
    line
}

/// An authority to trust.
#[derive(Debug, clap::Args)]
pub(super) struct TrustArgs {
    /// Its root certificate, PEM or DER
    file: PathBuf,
    /// In this unit and those below it
    #[arg(long, value_name = "UNIT")]
    unit: UnitId,
    /// Why, for the log
    #[arg(long, value_name = "TEXT", value_parser = text::<500>)]
    why: Text<500>,
}

/// Trusts an authority.
pub(super) async fn trust(app: &App, args: TrustArgs) -> Result<(), CliError> {
    let file = read(&args.file, MAX_FILE_BYTES as u64)?;
    exchange::trust(app, args.unit, &file, args.why).await?;
    println!("trusted");
    Ok(())
}

/// Where certificates come from.
#[derive(Debug, clap::Args)]
pub(super) struct SourceArgs {
    /// The unit
    unit: UnitId,
    /// From where
    #[arg(value_enum)]
    source: From,
    /// Why, for the log
    #[arg(long, value_name = "TEXT", value_parser = text::<500>)]
    why: Text<500>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum From {
    /// This server issues them at approval
    Here,
    /// An outside authority issues them, by exchange of files
    Outside,
    /// As for the unit above
    AsAbove,
}

/// Says where certificates come from.
pub(super) async fn source(app: &App, args: SourceArgs) -> Result<(), CliError> {
    let source = match args.source {
        From::Here => Some(Source::Here),
        From::Outside => Some(Source::Outside),
        From::AsAbove => None,
    };
    exchange::set_source(app, Exchanger::CommandLine, args.unit, source, args.why).await?;
    println!("saved");
    Ok(())
}

/// Writes what an authority has to revoke.
pub(super) async fn export_revocations(
    app: &App,
    args: &table::ExportArgs,
) -> Result<(), CliError> {
    let who = Exchanger::CommandLine;
    let list = exchange::write_ended(app, who, args.format()?, args.language(), None).await?;
    args.write(&list)
}
