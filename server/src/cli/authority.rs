//! `trien authority`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};
use trien_core::document::Text;
use trien_core::register::Term;
use zeroize::Zeroizing;

use super::init::text;
use super::{CliError, folder};
use crate::app::App;
use crate::config::ConfigArgs;
use crate::flow::FlowError;
use crate::flow::act::Act;
use crate::flow::authority::{
    self, AuthorityReason, Issuing, KeyPlace, NewKey, RootKey, RootKeyPlace, Standing,
};
use crate::text::local_day;

/// Look after the office's own certificate authority: where its keys are, and its lists
#[derive(Debug, Args)]
pub struct AuthorityArgs {
    #[command(subcommand)]
    command: AuthorityCommand,
    #[command(flatten)]
    config: ConfigArgs,
}

#[derive(Debug, Subcommand)]
enum AuthorityCommand {
    /// Show certificates, lists and where the keys are, and ask each issuing key for a signature
    Show,
    /// Make a new issuing key and have the root certify it
    ///
    /// With --pkcs11-module and --pkcs11-token the key is made in the token, from where it cannot be
    /// taken out; otherwise it is an encrypted file. What was issued before keeps its chain and its
    /// revocation list, so the earlier key stays where it is. A running server uses the new key after it
    /// was restarted.
    #[command(after_help = "Examples:
  trien authority new-issuing --pkcs11-module /usr/lib/softhsm/libsofthsm2.so \\
      --pkcs11-token CA --pkcs11-pin-file /etc/trien/pin
  trien authority new-issuing --in-file --root-key /media/usb/root.pem \\
      --root-passphrase-file /dev/stdin")]
    NewIssuing {
        /// Make the key in an encrypted file, though a token is configured
        #[arg(long)]
        in_file: bool,
        #[command(flatten)]
        root: RootArgs,
    },
    /// Write the root's key into a new file, sealed with a passphrase of its own, and remove it from the
    /// server
    ///
    /// The server does not need the key for its daily work: keep the file on two media in two safes, and
    /// the passphrase apart from them. Backups that were made before still hold the key.
    #[command(after_help = "Example:
  trien authority export-root /media/usb/root.pem --root-passphrase-file /dev/stdin")]
    ExportRoot {
        /// The new file
        file: PathBuf,
        #[command(flatten)]
        passphrase: PassphraseArgs,
    },
    /// Revoke an earlier issuing authority, such as one whose key is lost or known to others
    ///
    /// The root's list says so at once. Nothing that it issued is good any more for those who read that
    /// list, so make the new authority first (`trien authority new-issuing`), restart the server, and
    /// invite its people again. Its own list and its answers go on.
    #[command(after_help = "Example:
  trien authority revoke 3f9c0b1d2e4a5867 --reason key-compromise --why \"Mất token\" \\
      --root-key /media/usb/root.pem --root-passphrase-file /dev/stdin")]
    Revoke {
        /// Its name or its serial number, as `trien authority show` prints them
        issuer: String,
        /// Why
        #[arg(long, value_enum)]
        reason: Reason,
        /// Why, for the log
        #[arg(long, value_name = "TEXT", value_parser = text::<500>)]
        why: Text<500>,
        #[command(flatten)]
        root: RootArgs,
    },
    /// Make the root's revocation list, which is good for a year
    ///
    /// A server that has the root's key does it by itself.
    #[command(after_help = "Example:
  trien authority root-list --root-key /media/usb/root.pem --root-passphrase-file /dev/stdin")]
    RootList {
        #[command(flatten)]
        root: RootArgs,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Reason {
    /// Its key is lost, or known to others
    KeyCompromise,
    /// Another one came in its place
    Superseded,
    /// No longer used
    CessationOfOperation,
}

impl From<Reason> for AuthorityReason {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::KeyCompromise => Self::KeyCompromise,
            Reason::Superseded => Self::Superseded,
            Reason::CessationOfOperation => Self::CessationOfOperation,
        }
    }
}

#[derive(Debug, Args)]
struct RootArgs {
    /// The root's key, where it is kept away from the server
    #[arg(long, value_name = "FILE")]
    root_key: Option<PathBuf>,
    #[command(flatten)]
    passphrase: PassphraseArgs,
}

#[derive(Debug, Args)]
struct PassphraseArgs {
    /// File that holds the passphrase of the root's key
    #[arg(
        long,
        help = "File that holds the passphrase of the root's key (or set TRIEN_ROOT_PASSPHRASE)",
        env = "TRIEN_ROOT_PASSPHRASE_FILE",
        value_name = "FILE"
    )]
    root_passphrase_file: Option<PathBuf>,
}

impl PassphraseArgs {
    fn read(&self) -> Result<Zeroizing<String>, CliError> {
        let text = match (&self.root_passphrase_file, std::env::var("TRIEN_ROOT_PASSPHRASE")) {
            (Some(path), _) => std::fs::read_to_string(path)
                .map(Zeroizing::new)
                .map_err(|error| CliError::file(path, error))?,
            (None, Ok(value)) => Zeroizing::new(value),
            (None, Err(_)) => Zeroizing::default(),
        };
        let passphrase = Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned());
        if passphrase.chars().count() < SHORTEST {
            return Err(CliError::Usage(format!(
                "a passphrase of {SHORTEST} characters or more is needed: --root-passphrase-file \
                 or TRIEN_ROOT_PASSPHRASE"
            )));
        }
        Ok(passphrase)
    }
}

/// A file that leaves the server is guessed at in peace.
const SHORTEST: usize = 12;

impl RootArgs {
    fn key(&self) -> Result<RootKey, CliError> {
        match &self.root_key {
            None => Ok(RootKey::Vault),
            Some(file) => read_root(file, &self.passphrase.read()?),
        }
    }
}

fn read_root(file: &Path, passphrase: &str) -> Result<RootKey, CliError> {
    let key = RootKey::read(file, passphrase);
    key.map_err(|error| CliError::Refused(error.to_string()))
}

/// Runs `trien authority`.
pub async fn run(args: AuthorityArgs) -> Result<ExitCode, CliError> {
    let Some(app) = folder::open(&args.config).await? else { return Ok(ExitCode::SUCCESS) };
    let done = act(&app, args.command).await;
    app.shut_down().await;
    if done? == After::MakeLists {
        make_lists(&args.config).await?;
    }
    Ok(ExitCode::SUCCESS)
}

#[derive(PartialEq, Eq)]
enum After {
    Nothing,
    /// The new authority is there once the folder is opened again.
    MakeLists,
}

async fn act(app: &App, command: AuthorityCommand) -> Result<After, CliError> {
    match command {
        AuthorityCommand::Show => show(app).await?,
        AuthorityCommand::NewIssuing { in_file, root } => {
            let token = app.settings().token.as_ref().filter(|_| !in_file);
            let place = NewKey::of(token);
            authority::replace_issuing(app, &Act::COMMAND_LINE, place, &root.key()?).await?;
            return Ok(After::MakeLists);
        }
        AuthorityCommand::ExportRoot { file, passphrase } => {
            let passphrase = passphrase.read()?;
            authority::export_root(app, &Act::COMMAND_LINE, &file, &passphrase).await?;
            println!("the root's key is in {} and no longer on this server", file.display());
            println!("backups made before today still hold it; remove them, or keep them as safe");
        }
        AuthorityCommand::Revoke { issuer, reason, why, root } => {
            let act = Act { why: Some(why), ..Act::COMMAND_LINE };
            authority::revoke(app, &act, &issuer, reason.into(), &root.key()?).await?;
            println!("revoked, and the root's list says so");
            println!("restart the server if it issued with it, and invite its people again");
        }
        AuthorityCommand::RootList { root } => {
            authority::renew_root_list(app, &root.key()?).await?;
            println!("the root's list is made");
        }
    }
    Ok(After::Nothing)
}

async fn make_lists(config: &ConfigArgs) -> Result<(), CliError> {
    let Some(app) = folder::open(config).await? else { return Ok(()) };
    let made: Result<(), FlowError> = authority::renew_lists(&app).await;
    let shown = show(&app).await;
    app.shut_down().await;
    // The new authority is there, whatever an earlier one's token says.
    if let Err(error) = made {
        eprintln!("trien: not every list is made yet: {error}");
    }
    shown?;
    println!("restart the server: it issues with the new key from then on");
    Ok(())
}

async fn show(app: &App) -> Result<(), CliError> {
    let found = authority::look(app).await?;
    let key = match found.root_key {
        RootKeyPlace::Here => "on this server",
        RootKeyPlace::Away => "kept away from this server",
    };
    print_standing("root", &found.root, key);
    let life = app.settings().life;
    let (first, later) = (life.days(Term::First), life.days(Term::Renewal));
    println!("issues   for {first} days at most, later ones of a person for {later}");
    for issuing in &found.issuing {
        print_standing("issuing", &issuing.standing, &place(issuing));
        if let Some(at) = issuing.revoked_at {
            println!("         revoked on {}", local_day(at.second()));
        }
    }
    Ok(())
}

fn print_standing(role: &str, standing: &Standing, key: &str) {
    let Standing { name, subject, serial, not_after, list } = standing;
    println!("{role:<8} {name}  {subject}");
    println!("         serial {serial}");
    println!("         until {}", local_day(*not_after));
    match list {
        Some((number, next)) => println!("         list {number}, next by {}", local_day(*next)),
        None => println!("         no list yet"),
    }
    println!("         key {key}");
}

fn place(issuing: &Issuing) -> String {
    let place = match &issuing.place {
        KeyPlace::File => "in an encrypted file".to_owned(),
        KeyPlace::Token(name) => format!("{:?} in the token {:?}", name.key, name.token),
    };
    match &issuing.signs {
        Ok(()) => format!("{place}, signs"),
        Err(error) => format!("{place}, does not sign: {error}"),
    }
}
