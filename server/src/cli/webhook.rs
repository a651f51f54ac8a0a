//! `trien webhook`.

use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};
use trien_core::id::{ApiKeyId, WebhookId};

use super::{CliError, folder};
use crate::app::App;
use crate::config::ConfigArgs;
use crate::flow::webhook::{
    self, DeliveryState, DeliveryView, Earlier, Keeper, Shown, WebhookView,
};

/// Tell document systems what becomes of their requests
///
/// Each message is a POST of JSON as Standard Webhooks 1.0 has it: `webhook-id` is the same at each try,
/// `webhook-signature` is by the secret that `add` shows once. It names a request and what happened, and nobody;
/// whoever wants more asks with the API key. What is not taken with a status of 200 to 299 within ten seconds is sent again
/// for two days, less and less often.
#[derive(Debug, Args)]
pub struct WebhookArgs {
    #[command(subcommand)]
    command: WebhookCommand,
    #[command(flatten)]
    config: ConfigArgs,
}

#[derive(Debug, Subcommand)]
enum WebhookCommand {
    /// Tell the document system of a key at an address; the secret is shown once
    ///
    /// The address is https. One in the office's own network must be in a network that `webhook-private` names in the
    /// configuration file.
    #[command(after_help = "Example:
  trien webhook add --key ID https://qlvb.example.gov.vn/trien")]
    Add {
        /// The key of the document system, from `trien api-key list`
        #[arg(long, value_name = "KEY")]
        key: ApiKeyId,
        /// Where it is told
        url: String,
    },
    /// List all webhooks, ended ones too
    List,
    /// List what a webhook was told, newest first, and what the other end said
    Deliveries {
        /// The webhook's id from `list`
        webhook: WebhookId,
        /// Only what stands so
        #[arg(long, value_enum)]
        state: Option<State>,
        /// Only what came before this change, the last of the page before
        #[arg(long, value_name = "NUMBER")]
        before: Option<u64>,
    },
    /// Send a change again, taken or not; the message's id stays the same
    Replay {
        /// The webhook's id from `list`
        webhook: WebhookId,
        /// The change's number from `deliveries`
        change: u64,
    },
    /// Give a webhook another secret; for a day, the one that it had signs too
    ///
    /// Within that day there is no further one: the document system may still know the first of the three alone.
    RenewSecret {
        /// The webhook's id from `list`
        webhook: WebhookId,
        /// Drop the secret that still signs beside the present one
        #[arg(long)]
        drop_earlier: bool,
    },
    /// Hold back what a webhook is told, until it is resumed
    Pause {
        /// The webhook's id from `list`
        webhook: WebhookId,
    },
    /// Tell a webhook what was held back, and what comes
    Resume {
        /// The webhook's id from `list`
        webhook: WebhookId,
    },
    /// End a webhook
    End {
        /// The webhook's id from `list`
        webhook: WebhookId,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum State {
    /// Is sent, now or again later
    Waiting,
    /// Was taken by the other end
    Taken,
    /// Was not taken within two days, or the other end wants nothing more
    GivenUp,
}

impl From<State> for DeliveryState {
    fn from(state: State) -> Self {
        match state {
            State::Waiting => Self::Waiting,
            State::Taken => Self::Taken,
            State::GivenUp => Self::GivenUp,
        }
    }
}

/// Runs `trien webhook`.
pub async fn run(args: WebhookArgs) -> Result<ExitCode, CliError> {
    let Some(app) = folder::open(&args.config).await? else { return Ok(ExitCode::SUCCESS) };
    let done = act(&app, args.command).await;
    app.shut_down().await;
    done.map(|()| ExitCode::SUCCESS)
}

async fn act(app: &App, command: WebhookCommand) -> Result<(), CliError> {
    match command {
        WebhookCommand::Add { key, url } => {
            show_secret(&webhook::add(app, Keeper::CommandLine, key, &url).await?);
        }
        WebhookCommand::List => {
            let webhooks = webhook::list(app).await?;
            if webhooks.is_empty() {
                eprintln!("no document system is told anything; see `trien webhook add --help`");
            }
            webhooks.iter().for_each(show);
        }
        WebhookCommand::Deliveries { webhook, state, before } => {
            let state = state.map(DeliveryState::from);
            let told = webhook::deliveries(app, webhook, before, state).await?;
            if told.is_empty() {
                eprintln!("nothing");
            }
            told.iter().for_each(show_delivery);
        }
        WebhookCommand::Replay { webhook, change } => {
            webhook::replay(app, webhook, change).await?;
            println!("is sent again");
        }
        WebhookCommand::RenewSecret { webhook, drop_earlier } => {
            let earlier = if drop_earlier { Earlier::Dropped } else { Earlier::Stays };
            let by = Keeper::CommandLine;
            show_secret(&webhook::renew_secret(app, by, webhook, earlier).await?);
            eprintln!("for a day, messages are signed by the one before too");
        }
        WebhookCommand::End { webhook } => {
            webhook::end(app, Keeper::CommandLine, webhook).await?;
            println!("ended");
        }
        WebhookCommand::Pause { webhook } => {
            webhook::pause(app, Keeper::CommandLine, webhook).await?;
            println!("paused");
        }
        WebhookCommand::Resume { webhook } => {
            webhook::resume(app, Keeper::CommandLine, webhook).await?;
            println!("is told again");
        }
    }
    Ok(())
}

fn show_secret(shown: &Shown) {
    println!("{}", shown.secret.reveal());
    eprintln!("webhook {}: keep the line above; it is not shown again", shown.webhook);
}

fn show(webhook: &WebhookView) {
    let state = match (webhook.ended_at, webhook.gone_at, webhook.paused_at) {
        (Some(at), ..) => format!("ended {at}"),
        (None, Some(at), _) => format!("the other end wants nothing more since {at}"),
        (None, None, Some(at)) => format!("paused {at}, {} waiting", webhook.waiting),
        (None, None, None) => format!("active, {} waiting", webhook.waiting),
    };
    let WebhookView { id, unit, label, url, .. } = webhook;
    println!("{id}  {state}\n    {url}  unit {}  {label}", unit.id);
}

fn show_delivery(told: &DeliveryView) {
    let DeliveryView { change, state, request, happened_at, attempts, .. } = told;
    let outcome = told.outcome.name();
    println!("{change}  {state}  request {request} {outcome}  {happened_at}");
    let answer = told.answer.as_deref().unwrap_or("not sent yet");
    let next = told.next_at.map(|at| format!(", next at {at}")).unwrap_or_default();
    println!("    {attempts} tries, last answer: {answer}{next}");
}
