//! `trien phone push` and `trien phone listen`.

use std::process::ExitCode;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use clap::{Args, Subcommand};
use trien_core::client::{Companion, News};
use trien_core::push::{PushAddress, PushStatus, Subscription};
use trien_core::wire::Base64;

use super::CliError;
use super::phone::failed;

/// How the server wakes this phone
#[derive(Debug, Args)]
pub(super) struct PushArgs {
    #[command(subcommand)]
    command: PushCommand,
}

#[derive(Debug, Subcommand)]
enum PushCommand {
    /// By whom the server can wake phones, and how it stands with this one
    Show,
    /// Have this phone woken at a push service of Web Push or UnifiedPush
    #[command(after_help = "The keys are those of RFC 8291, base64url without padding: what a \
browser's or a distributor's subscription shows.")]
    Set {
        /// The subscription's address
        endpoint: String,
        /// Its key, an uncompressed point of P-256
        #[arg(long, value_name = "KEY")]
        p256dh: String,
        /// Its authentication secret, 16 bytes
        #[arg(long, value_name = "SECRET")]
        auth: String,
    },
    /// Say that this phone asks by itself
    None,
    /// Have the server forget where this phone is woken
    Remove,
    /// Have this phone woken now
    Test,
}

/// Runs `trien phone push`.
pub(super) async fn run(phone: &Companion, args: PushArgs) -> Result<ExitCode, CliError> {
    match args.command {
        PushCommand::Show => print(&phone.push_status().await.map_err(failed)?),
        PushCommand::Set { endpoint, p256dh, auth } => {
            let p256dh = decode("--p256dh", &p256dh)?;
            let subscription = Subscription { endpoint, p256dh, auth: decode("--auth", &auth)? };
            let address = PushAddress::Unifiedpush(subscription);
            address.check().map_err(|why| CliError::Usage(why.to_string()))?;
            print(&phone.push_register(&address).await.map_err(failed)?);
        }
        PushCommand::None => {
            print(&phone.push_register(&PushAddress::None).await.map_err(failed)?);
        }
        PushCommand::Remove => {
            phone.push_remove().await.map_err(failed)?;
            println!("forgotten");
        }
        PushCommand::Test => {
            phone.push_test().await.map_err(failed)?;
            println!("a wake-up is on its way");
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs `trien phone listen`: until the server ends the line, or for ever.
pub(super) async fn listen(phone: &Companion, once: Once) -> Result<ExitCode, CliError> {
    loop {
        match phone.await_news().await.map_err(failed)? {
            News::Synced(synced) => {
                println!(
                    "{} requests changed; the log has {} entries",
                    synced.changed, synced.log_size
                );
            }
            News::Ended => {
                println!("the server ended the line");
                // A device has two lines; a third one ends the first, which would come back at once.
                tokio::time::sleep(std::time::Duration::from_secs(1)).await;
            }
        }
        if once == Once::Yes {
            return Ok(ExitCode::SUCCESS);
        }
    }
}

/// Whether to listen for one thing only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Once {
    /// For one.
    Yes,
    /// Until somebody ends it.
    No,
}

fn decode(option: &str, text: &str) -> Result<Base64, CliError> {
    let bytes = Base64UrlUnpadded::decode_vec(text.trim_end_matches('='));
    bytes.map(Base64).map_err(|_| CliError::Usage(format!("{option} is not base64url")))
}

fn print(status: &PushStatus) {
    let offers: Vec<&str> = status.offers.iter().map(|kind| kind.name()).collect();
    println!("offers  {}", offers.join(", "));
    println!("key     {}", Base64UrlUnpadded::encode_string(&status.vapid.0));
    println!("woken   {} ({})", status.kind.name(), status.health.name());
    if let Some(at) = status.sent_at {
        println!("sent    {at}");
    }
}
