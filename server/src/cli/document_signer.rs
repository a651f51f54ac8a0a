//! `trien certificates documents`: whose key signs the documents that somebody decides on.

use clap::ValueEnum;
use trien_core::document::Text;
use trien_core::id::EntryId;

use super::CliError;
use super::init::text;
use crate::app::App;
use crate::flow::act::{Act, Actor};
use crate::flow::document_signature::choose::{self, Signs};

/// Have a token, a SIM or a remote service sign the documents that its holder decides on by phone, or the phone again
///
/// While it does, an approval of its holder in its unit is recorded at once, and waits up to 24 hours for that key's
/// signature: `trien phone sign-with`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trien certificates documents 0193a1b2-… this --why \"Quyết định 12/QĐ-UBND\"
  trien certificates documents 0193a1b2-… phone")]
pub(super) struct DocumentsArgs {
    /// The entry of the certificate
    entry: EntryId,
    /// Which key signs
    #[arg(value_enum)]
    key: Key,
    /// Why, for the log
    #[arg(long, value_name = "TEXT", value_parser = text::<500>)]
    why: Option<Text<500>>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Key {
    /// This certificate's
    This,
    /// The phone's, as without such a certificate
    Phone,
}

/// Runs the command.
pub(super) async fn run(app: &App, args: DocumentsArgs) -> Result<(), CliError> {
    let act = Act { by: Actor::CommandLine, why: args.why, token: None };
    let signs = match args.key {
        Key::This => Signs::Documents,
        Key::Phone => Signs::Nothing,
    };
    choose::choose(app, &act, args.entry, signs).await?;
    println!("saved");
    Ok(())
}
