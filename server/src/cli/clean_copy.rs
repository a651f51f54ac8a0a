//! `trien clean-copy`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use trien_core::document::MAX_DOCUMENT_BYTES;
use trien_core::problem::ProblemKind;

use super::CliError;
use super::language::LanguageArgs;
use super::request::write_new;
use super::verify::read;
use crate::clean_copy::{Account, ActiveContent};
use crate::flow::FlowError;
use crate::problem;
use crate::text::{Argument, Language, lookup};
use crate::worker::{Checker, CheckerSettings};

/// Write a PDF anew that cannot be signed as it is
///
/// For files that an owner's password protects, and files that readers would have to repair. The
/// copy is a new document: it says of itself that it is a clean copy, and whoever signs it is shown
/// that. Compare it with the original before you submit it.
///
/// Files that open only with a password, and files that hold signatures, get no copy.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trien clean-copy scan.pdf -o scan.clean.pdf
  trien clean-copy form.pdf -o form.clean.pdf --without-active-content")]
pub struct CleanCopyArgs {
    /// The PDF that cannot be signed
    file: PathBuf,
    /// Where the copy goes; an existing file is not overwritten
    #[arg(short, long, value_name = "NEW.pdf")]
    output: PathBuf,
    /// Leave out scripts, programs and automatic actions, and list them
    #[arg(long)]
    without_active_content: bool,
    #[command(flatten)]
    language: LanguageArgs,
}

/// Runs the command.
pub async fn run(args: CleanCopyArgs) -> Result<ExitCode, CliError> {
    let language = args.language.chosen();
    let original = read(&args.file, MAX_DOCUMENT_BYTES)?;
    let active =
        if args.without_active_content { ActiveContent::Removed } else { ActiveContent::Refused };
    let binary = std::env::current_exe()
        .map_err(|error| CliError::failed("cannot find this program", error))?;
    let checker = Checker::new(CheckerSettings::new(binary));
    let made = checker.clean_copy(original.into(), active).await.map_err(FlowError::from);
    let copy = match made.and_then(|made| made.map_err(FlowError::from)) {
        Ok(copy) => copy,
        Err(error) => return Err(refused(&error, language)),
    };
    write_new(&args.output, &copy.bytes)?;
    println!("{}", tell(&args.output, &copy.account, language));
    Ok(ExitCode::SUCCESS)
}

fn tell(output: &Path, account: &Account, language: Language) -> String {
    let say = |key: &str, arguments: &[(&'static str, &str)]| {
        let arguments: Vec<Argument<'_>> =
            arguments.iter().map(|(name, value)| Argument { name, value }).collect();
        lookup(language, key, &arguments).unwrap_or_default()
    };
    let (file, original) = (output.display().to_string(), account.mark.original.to_string());
    let mut lines = vec![say(
        "clean-copy-made",
        &[("file", &file), ("original", &original), ("reason", &account.mark.reason)],
    )];
    if !account.mark.removed.is_empty() {
        let removed = account.mark.removed.join(", ");
        lines.push(say("clean-copy-removed", &[("removed", &removed)]));
    }
    if account.missing > 0 {
        let count = account.missing.to_string();
        lines.push(say("clean-copy-missing", &[("count", &count)]));
    }
    lines.join("\n")
}

fn refused(error: &FlowError, language: Language) -> CliError {
    match error.problem() {
        ProblemKind::Unavailable | ProblemKind::Internal => {
            CliError::failed("cannot make a clean copy", error.to_string())
        }
        kind => {
            CliError::Refused(problem::document(kind, error.code().as_deref(), language).detail)
        }
    }
}
