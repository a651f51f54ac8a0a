//! `trien phone`: the headless companion.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Subcommand, ValueEnum};
use trien_core::client::{ClientError, Companion, Language, SecretFiles, Setup};
use trien_core::document::Text;
use trien_core::env::{OsEntropy, SystemClock};
use trien_core::id::{DeviceId, RequestId};

use super::phone_decide::{approve, outbox, told};
use super::phone_push::{self, Once};
use super::phone_show::{list, show};
use super::phone_stand::{lost, status};
use super::{CliError, phone_delegate, phone_enroll, phone_sign, phone_token};

/// A companion without a screen: enroll, read, approve and reject from the command line
///
/// It is the same core as in the apps, with keys in encrypted files instead of secure hardware
/// (assurance level D): for tests, demos and integrations. With --pkcs11 the approval key is made in a
/// token and never leaves it (level T), as clerks have them. A unit takes such devices only where its
/// policy says so (`trien unit level`).
#[derive(Debug, Args)]
#[command(after_help = "A first approval:
  export TRIEN_PHONE_PASSPHRASE=…               opens the key files
  trien phone enroll 'http://127.0.0.1:8080/e#…'  shows eight digits for the officer
  trien phone sync && trien phone list
  trien phone show REQUEST --png pages/          the pages, the stamp included
  trien phone approve REQUEST")]
pub struct PhoneArgs {
    /// Where this phone keeps its files; one folder is one phone
    #[arg(long, value_name = "DIR", env = "TRIEN_PHONE_FOLDER", default_value = "trien-phone")]
    folder: PathBuf,
    #[arg(
        long,
        value_name = "FILE",
        help = "File whose first line is the passphrase of the keys [default: the variable \
                TRIEN_PHONE_PASSPHRASE]"
    )]
    passphrase_file: Option<PathBuf>,
    #[command(flatten)]
    token: phone_token::ApprovalTokenArgs,
    /// Language of the server's texts
    #[arg(long, value_enum, default_value = "vi")]
    lang: Lang,
    #[command(subcommand)]
    command: PhoneCommand,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Lang {
    /// Tiếng Việt
    Vi,
    /// English
    En,
}

#[derive(Debug, Subcommand)]
enum PhoneCommand {
    /// Open an invitation or a slip, make the keys, and wait for the officer
    ///
    /// A slip only says who you are: once the officer has begun, the short code on the officer's
    /// screen is read from standard input, a line for each try.
    #[command(after_help = "Examples:
  trien phone enroll 'https://trien.example.gov.vn/e#…'
  trien phone enroll 'https://trien.example.gov.vn/e#slip.…'   then type the short code
  trien phone enroll - < invitation.txt           keeps the link out of the process list
  trien phone enroll                              goes on with an enrollment that was cut off")]
    Enroll {
        /// The link of an invitation or a slip, or - to read it from standard input
        link: Option<String>,
        /// Seconds to wait for the officer; 0 ends at once, and `trien phone status` goes on
        #[arg(long, value_name = "SECONDS", default_value_t = 900)]
        wait: u64,
    },
    /// Where this phone stands
    Status,
    /// Report another phone of yours as lost: it is suspended at once
    ///
    /// Only officers can let it act again. Without a device, your other phones are listed.
    #[command(after_help = "Examples:
  trien phone lost            your other phones
  trien phone lost 0193a1b2-…")]
    Lost {
        /// The lost phone
        device: Option<DeviceId>,
    },
    /// Ask for a replacement of this phone, whose approval key is gone
    ///
    /// The officer sees which phone asks, and invites; then `trien phone enroll LINK` makes new keys here. This
    /// phone's device ends when the new one is approved.
    Replace,
    /// Fetch what changed, and check that the log only grew
    Sync,
    /// Wait until something may have happened at the server, and sync; again and again
    Listen {
        /// For one thing only
        #[arg(long)]
        once: bool,
    },
    /// What waits for a decision, by the last sync
    List {
        /// All requests that this phone knows, decided ones too
        #[arg(long)]
        all: bool,
    },
    /// Fetch and check a document; say what would be signed, and draw its pages
    #[command(after_help = "Example:
  trien phone show 0193a1b2-… --png pages/ --width 1200
writes pages/page-1.png … and, where a stamp will stand, pages/page-N-stamped.png.")]
    Show {
        /// The request
        request: RequestId,
        /// Folder for the pictures of the pages
        #[arg(long, value_name = "DIR")]
        png: Option<PathBuf>,
        /// Width of the pictures in pixels
        #[arg(long, value_name = "PIXELS", default_value_t = 1000)]
        width: u32,
    },
    /// Approve, and sign the document where the step asks for it
    #[command(after_help = "Example:
  trien phone approve 0193a1b2-… --yes")]
    Approve {
        /// The request
        request: RequestId,
        /// Do not ask for confirmation
        #[arg(long)]
        yes: bool,
    },
    /// Reject (từ chối): the request ends
    #[command(after_help = "Example:
  trien phone reject 0193a1b2-… --reason 'Sai thẩm quyền'")]
    Reject(Refusing),
    /// Return (trả lại): the submitter makes a new version
    #[command(after_help = "Example:
  trien phone return 0193a1b2-… --reason 'Thiếu phụ lục'")]
    Return(Refusing),
    /// Let somebody decide in your place: KT., TL. or TUQ., for a time
    ///
    /// Your approval key signs it. It ends by itself on its day, and when you or they leave the post.
    #[command(after_help = "Examples:
  trien phone delegate                     to whom you may delegate
  trien phone delegate --to 0193a1b2-… --form kt --until 2026-12-31 --reason 'Đi công tác'
  trien phone delegate --to 0193a1b2-… --form tuq --kind 'Giấy mời' \\
      --until 2026-12-31 --reason 'Theo Quyết định 12/QĐ-UBND'")]
    Delegate(phone_delegate::DelegateArgs),
    /// What you delegated, and what was delegated to you
    Delegations,
    /// End a delegation that you gave, or lay down one that was given to you
    #[command(after_help = "Example:
  trien phone end-delegation 3f2a… --reason 'Về sớm'")]
    EndDelegation(phone_delegate::EndArgs),
    SignWith(phone_sign::SignWithArgs),
    Push(phone_push::PushArgs),
    /// Decisions of this phone, and whether they are recorded
    Outbox {
        /// Send again what has no receipt yet, the very same bytes
        #[arg(long)]
        flush: bool,
    },
}

#[derive(Debug, Args)]
struct Refusing {
    /// The request
    request: RequestId,
    /// Why, at most 2,000 characters; it is recorded and shown to the submitter
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// Runs the command.
pub async fn run(args: PhoneArgs) -> Result<ExitCode, CliError> {
    let phone = start(&args).await?;
    match args.command {
        PhoneCommand::Enroll { link, wait } => phone_enroll::run(&phone, link, wait).await,
        PhoneCommand::Status => status(&phone).await,
        PhoneCommand::Lost { device } => lost(&phone, device).await,
        PhoneCommand::Replace => {
            phone.ask_replacement().await.map_err(failed)?;
            println!("asked; see your officer for the invitation");
            Ok(ExitCode::SUCCESS)
        }
        PhoneCommand::Sync => {
            let synced = phone.sync().await.map_err(failed)?;
            println!(
                "{} requests changed; the log has {} entries",
                synced.changed, synced.log_size
            );
            Ok(ExitCode::SUCCESS)
        }
        PhoneCommand::Listen { once } => {
            phone_push::listen(&phone, if once { Once::Yes } else { Once::No }).await
        }
        PhoneCommand::Delegate(args) => phone_delegate::delegate(&phone, args).await,
        PhoneCommand::Delegations => phone_delegate::list(&phone).await,
        PhoneCommand::EndDelegation(args) => phone_delegate::end(&phone, args).await,
        PhoneCommand::SignWith(of) => {
            let passphrase = passphrase(args.passphrase_file.as_deref())?;
            let refused = phone_token::refused(&args.folder.join("keys"), passphrase);
            phone_sign::run(&phone, of, refused).await
        }
        PhoneCommand::Push(args) => phone_push::run(&phone, args).await,
        PhoneCommand::List { all } => {
            list(&phone, all);
            Ok(ExitCode::SUCCESS)
        }
        PhoneCommand::Show { request, png, width } => {
            show(&phone, request, png.as_deref(), width).await
        }
        PhoneCommand::Approve { request, yes } => approve(&phone, request, yes).await,
        PhoneCommand::Reject(Refusing { request, reason }) => {
            phone.open(request).await.map_err(failed)?;
            told(&phone.reject(request, reason).await.map_err(failed)?)
        }
        PhoneCommand::Return(Refusing { request, reason }) => {
            phone.open(request).await.map_err(failed)?;
            told(&phone.return_for_changes(request, reason).await.map_err(failed)?)
        }
        PhoneCommand::Outbox { flush } => outbox(&phone, flush).await,
    }
}

async fn start(args: &PhoneArgs) -> Result<Companion, CliError> {
    let passphrase = passphrase(args.passphrase_file.as_deref())?;
    let entropy = Arc::new(OsEntropy);
    let folder = args.folder.join("keys");
    let keys = phone_token::key_store(&folder, passphrase, &args.token, entropy.clone());
    let name = concat!("trien phone ", env!("CARGO_PKG_VERSION"));
    let text = |text| Text::new(text).expect("a short ASCII text is valid");
    let setup = Setup {
        folder: args.folder.clone(),
        keys,
        secrets: Arc::new(SecretFiles::new(&args.folder.join("secrets"))),
        clock: Arc::new(SystemClock),
        entropy,
        app: text(name),
        model: text("command line"),
        language: match args.lang {
            Lang::Vi => Language::Vietnamese,
            Lang::En => Language::English,
        },
    };
    Companion::start(setup).await.map_err(failed)
}

// Never an argument: other users of the machine can read those.
fn passphrase(file: Option<&Path>) -> Result<String, CliError> {
    let Some(path) = file else {
        return std::env::var("TRIEN_PHONE_PASSPHRASE").map_err(|_| {
            CliError::Usage(
                "set TRIEN_PHONE_PASSPHRASE, or give --passphrase-file: the keys are encrypted"
                    .to_owned(),
            )
        });
    };
    let text = std::fs::read_to_string(path).map_err(|error| CliError::file(path, error))?;
    match text.lines().next() {
        Some(line) if !line.is_empty() => Ok(line.to_owned()),
        _ => Err(CliError::Usage(format!("{}: its first line is empty", path.display()))),
    }
}

pub(super) fn failed(error: ClientError) -> CliError {
    match error {
        ClientError::Problem(problem) => CliError::Problem(problem),
        ClientError::Unreachable { server, detail } => {
            CliError::Unreachable { server, source: detail.into() }
        }
        ClientError::Storage(error) => CliError::failed("this phone's files", error),
        ClientError::Invitation(_) | ClientError::Address(_) => CliError::Usage(error.to_string()),
        other => CliError::Refused(other.to_string()),
    }
}
