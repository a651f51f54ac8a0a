//! `import` and `export` of units and people.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use trien_core::document::Text;

use super::CliError;
use super::init::text;
use super::language::LanguageArgs;
use crate::app::App;
use crate::flow::act::Act;
use crate::flow::export::{self, Within};
use crate::flow::import::{self, Kind, Plan, Problem, Reach};
use crate::sheet::{Format, MAX_BYTES};
use crate::text::Language;

/// A table to read.
#[derive(Debug, clap::Args)]
pub(super) struct ImportArgs {
    /// CSV or XLSX
    file: PathBuf,
    /// Show every problem and what would be done, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Why, for the log
    #[arg(long, value_name = "TEXT", value_parser = text::<500>)]
    why: Option<Text<500>>,
    #[command(flatten)]
    language: LanguageArgs,
}

/// A table to write.
#[derive(Debug, clap::Args)]
pub(super) struct ExportArgs {
    /// Ends in .csv or .xlsx; one that is there is kept
    file: PathBuf,
    #[command(flatten)]
    language: LanguageArgs,
}

impl ExportArgs {
    /// What kind of table its ending asks for.
    pub(super) fn format(&self) -> Result<Format, CliError> {
        let ending = self.file.extension().and_then(|ending| ending.to_str());
        match ending.map(str::to_ascii_lowercase).as_deref() {
            Some("csv") => Ok(Format::Csv),
            Some("xlsx") => Ok(Format::Xlsx),
            _ => {
                let told = format!("{}: end the name in .csv or .xlsx", self.file.display());
                Err(CliError::Usage(told))
            }
        }
    }

    /// The language of its headings.
    pub(super) fn language(&self) -> Language {
        self.language.chosen()
    }

    /// Writes it.
    pub(super) fn write(&self, table: &[u8]) -> Result<(), CliError> {
        write_new(&self.file, table)
    }
}

/// Writes a file that is not there yet.
pub(super) fn write_new(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    let fault = |error| CliError::file(path, error);
    let mut file = std::fs::File::create_new(path).map_err(fault)?;
    std::io::Write::write_all(&mut file, bytes).map_err(fault)
}

/// Looks at a table and carries it out.
pub(super) async fn import(app: &App, kind: Kind, args: ImportArgs) -> Result<(), CliError> {
    let file = read(&args.file)?;
    let plan = import::plan(app, &Reach::EVERYWHERE, kind, file).await?;
    let language = args.language.chosen();
    for problem in &plan.problems {
        eprintln!("{}", line(problem, language));
    }
    let Plan { added, changed, .. } = plan;
    let unchanged = plan.unchanged();
    if !plan.problems.is_empty() {
        let count = plan.problems.len();
        let told = format!("nothing was written; problems in {}: {count}", args.file.display());
        return Err(CliError::Refused(told));
    }
    if args.dry_run || !plan.is_ready() {
        println!("nothing written: {added} to add, {changed} to change, {unchanged} as they are");
        return Ok(());
    }
    let act = Act { why: args.why, ..Act::COMMAND_LINE };
    let done = import::carry_out(app, &act, plan).await?;
    println!("{} added, {} changed, {unchanged} as they were", done.added, done.changed);
    Ok(())
}

/// `3, Email: Not an e-mail address. … (an@)`.
fn line(problem: &Problem, language: Language) -> String {
    let (told, value) = (crate::text::text(language, problem.fault.key()), &problem.value);
    let column = problem.column.map(|column| crate::text::text(language, column.key()));
    let mut line = match (problem.line, column) {
        (0, _) => told,
        (line, None) => format!("{line}: {told}"),
        (line, Some(column)) => format!("{line}, {column}: {told}"),
    };
    if !value.is_empty() {
        line.push_str(&format!(" ({value})"));
    }
    line
}

/// The file, or as much of it as shows that it is too large.
fn read(path: &Path) -> Result<Vec<u8>, CliError> {
    let fault = |error| CliError::file(path, error);
    let file = std::fs::File::open(path).map_err(fault)?;
    let mut bytes = Vec::new();
    let most = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX);
    file.take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(fault)?;
    Ok(bytes)
}

/// Writes all units or people.
pub(super) async fn export(app: &App, kind: Kind, args: &ExportArgs) -> Result<(), CliError> {
    let format = args.format()?;
    let table = export::table(app, Within::Everything, kind, format, args.language()).await?;
    args.write(&table)
}
