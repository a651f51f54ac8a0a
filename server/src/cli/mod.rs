//! The command line: one file per command, this one names them.

mod administer;
mod api_key;
mod attestation;
mod audit;
mod authority;
mod calendar;
mod certificates;
mod changes;
mod clean_copy;
mod completions;
mod demo;
mod device;
mod doctor;
mod document_signer;
mod error;
mod exchange;
mod folder;
mod init;
mod language;
mod level;
mod levels;
mod number;
mod people;
mod phone;
mod phone_decide;
mod phone_delegate;
mod phone_enroll;
mod phone_push;
mod phone_show;
mod phone_sign;
mod phone_stand;
mod phone_token;
mod pkcs11;
mod prompt;
mod push_relay;
mod remote;
mod request;
mod serve;
mod submit;
mod table;
mod template;
mod token;
mod verify;
mod wave;
mod webhook;
mod why;
mod worker;

use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};

pub use error::CliError;

/// Triện: documents approved and signed on the phone, recorded so that nobody can rewrite it
#[derive(Debug, Parser)]
#[command(
    name = "trien",
    version,
    max_term_width = 100,
    arg_required_else_help = true,
    after_help = "First steps:
  trien demo                                      a whole approval, shown step by step
  trien init --unit \"UBND tỉnh X\" && trien serve  a server of your own

Exit codes: 0 done; 1 refused (verify: not valid); 2 verify: cannot be determined;
64 command line or configuration; 66 a file; 69 no answer, try again; 70 anything else."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::DemoArgs),
    Init(init::InitArgs),
    Serve(Box<serve::ServeArgs>),
    #[command(alias = "units")]
    Unit(people::UnitArgs),
    #[command(alias = "level")]
    Levels(levels::LevelsArgs),
    #[command(alias = "people")]
    Person(people::PersonArgs),
    Invite(people::InviteArgs),
    #[command(alias = "invitations")]
    Invitation(people::InvitationArgs),
    Device(device::DeviceArgs),
    Certificates(certificates::CertificatesArgs),
    Authority(authority::AuthorityArgs),
    #[command(alias = "waves")]
    Wave(wave::WaveArgs),
    Changes(changes::ChangesArgs),
    Audit(audit::AuditArgs),
    Administer(administer::AdministerArgs),
    ApiKey(api_key::ApiKeyArgs),
    Webhook(webhook::WebhookArgs),
    Calendar(calendar::CalendarArgs),
    Submit(Box<submit::SubmitArgs>),
    Number(number::NumberArgs),
    #[command(alias = "templates")]
    Template(template::TemplateArgs),
    Request(request::RequestArgs),
    Verify(verify::VerifyArgs),
    CleanCopy(clean_copy::CleanCopyArgs),
    Attestation(attestation::AttestationArgs),
    Phone(phone::PhoneArgs),
    #[command(alias = "tokens")]
    Token(token::TokenArgs),
    Doctor(doctor::DoctorArgs),
    PushRelay(push_relay::PushRelayArgs),
    Migrate(init::MigrateArgs),
    Completions(completions::CompletionsArgs),
    #[command(hide = true)]
    Worker(worker::WorkerArgs),
}

/// How long threads that still work are waited for at the end.
const STOPPING: Duration = Duration::from_secs(5);

/// Reads the command line, runs the command, and says in one line what went wrong.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return error::usage(&error),
    };
    match run(cli.command) {
        Ok(code) => code,
        Err(error) => error.report(),
    }
}

fn run(command: Command) -> Result<ExitCode, CliError> {
    // Apart from the rest: it limits its own memory, and the threads of a runtime would count.
    if let Command::Worker(args) = &command {
        return worker::run(args);
    }
    // Apart from the rest: it limits its own memory, and threads of a runtime count against that.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| CliError::failed("cannot start", error))?;
    let code = runtime.block_on(async {
        match command {
            Command::Demo(args) => demo::run(args).await,
            Command::Init(args) => init::run(args).await,
            Command::Serve(args) => serve::run(*args).await,
            Command::Unit(args) => people::unit(args).await,
            Command::Levels(args) => levels::run(args).await,
            Command::Person(args) => people::person(args).await,
            Command::Invite(args) => people::invite(args).await,
            Command::Invitation(args) => people::invitation(args).await,
            Command::Device(args) => device::run(args).await,
            Command::Authority(args) => authority::run(args).await,
            Command::Certificates(args) => certificates::run(args).await,
            Command::Wave(args) => wave::run(args).await,
            Command::Changes(args) => changes::run(args).await,
            Command::Audit(args) => audit::run(args).await,
            Command::Administer(args) => administer::run(args).await,
            Command::ApiKey(args) => api_key::run(args).await,
            Command::Webhook(args) => webhook::run(args).await,
            Command::Calendar(args) => calendar::run(&args),
            Command::Submit(args) => submit::run(*args).await,
            Command::Number(args) => number::run(args).await,
            Command::Template(args) => template::run(args).await,
            Command::Request(args) => request::run(args).await,
            Command::Verify(args) => verify::run(args).await,
            Command::CleanCopy(args) => clean_copy::run(args).await,
            Command::Attestation(args) => attestation::run(args),
            Command::Phone(args) => phone::run(args).await,
            Command::Token(args) => token::run(args).await,
            Command::Doctor(args) => doctor::run(args).await,
            Command::PushRelay(args) => push_relay::run(args).await,
            Command::Migrate(args) => init::migrate(args).await,
            Command::Completions(args) => Ok(completions::run(&args)),
            Command::Worker(args) => worker::run(&args),
        }
    });
    // A token's driver that does not answer holds a thread that nobody can end.
    runtime.shutdown_timeout(STOPPING);
    code
}
