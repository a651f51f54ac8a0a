//! `trien token`: what PKCS#11 tokens hold.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use trien_core::signer::document::scheme_of;

use super::CliError;
use super::pkcs11::{OpeningArgs, in_background};
use crate::token::{Item, KeyThere, RefusedPin, Token, Tries, plugged, shown};

/// PKCS#11 tokens: cards and sticks that sign and never give their keys away
#[derive(Debug, Args)]
pub struct TokenArgs {
    #[command(subcommand)]
    command: TokenCommand,
}

#[derive(Debug, Subcommand)]
enum TokenCommand {
    /// What is plugged in, and the certificates that it holds
    #[command(after_help = "Examples:
  trien token list --pkcs11 /usr/lib/softhsm/libsofthsm2.so
  trien token list --pkcs11 /usr/lib/softhsm/libsofthsm2.so --keys   also which keys are there")]
    List {
        /// The token maker's PKCS#11 module
        #[arg(long = "pkcs11", value_name = "MODULE")]
        module: PathBuf,
        #[command(flatten)]
        opening: OpeningArgs,
        /// Also look which keys are there, which takes the PIN
        #[arg(long)]
        keys: bool,
    },
}

/// Runs `trien token`.
pub async fn run(args: TokenArgs) -> Result<ExitCode, CliError> {
    let TokenCommand::List { module, opening, keys } = args.command;
    in_background(move || {
        if keys || opening.names_token() {
            let token = opening.token(&module)?;
            let items = if keys {
                let access = opening.access(&module, &token, RefusedPin::nowhere())?;
                access.contents()?
            } else {
                shown(&module, &token.serial)?
            };
            print(&token, &items);
            return Ok(ExitCode::SUCCESS);
        }
        list(&module)
    })
    .await
}

fn list(module: &Path) -> Result<ExitCode, CliError> {
    let tokens = plugged(module)?;
    if tokens.is_empty() {
        println!("no token is plugged in");
    }
    for token in &tokens {
        print(token, &shown(module, &token.serial)?);
    }
    Ok(ExitCode::SUCCESS)
}

fn print(token: &Token, items: &[Item]) {
    println!("{:?}  serial {}  {} ({})", token.label, token.serial, token.model, token.maker);
    match token.tries {
        Tries::All => {}
        Tries::Fewer => println!("  a wrong PIN was tried"),
        Tries::One => println!("  one try of the PIN is left before it locks"),
        Tries::None => println!("  locked: unlock it with its security officer's PIN"),
    }
    if items.is_empty() {
        println!("  holds no certificate and no key that it shows");
    }
    for item in items {
        println!("\n  label    {:?}", item.label);
        if let Some(certificate) = &item.certificate {
            println!("  subject  {}", certificate.subject_text());
            println!("  issuer   {}", certificate.issuer_text());
            println!("  serial   {}", certificate.serial());
            println!("  valid    {} to {}", certificate.not_before(), certificate.not_after());
            println!("  sha256   {}", certificate.sha256());
            match scheme_of(certificate.public_key()) {
                Some(scheme) => println!("  signs    {scheme}"),
                None => println!("  signs    no documents: its key is of another kind"),
            }
        }
        println!("  key      {}", there(item));
    }
}

fn there(item: &Item) -> &'static str {
    match (item.key, &item.certificate) {
        (KeyThere::Yes, Some(_)) => "in the token",
        (KeyThere::Yes, None) => "in the token, without a certificate",
        (KeyThere::No, _) => "not in the token",
        (KeyThere::NotShown, _) => "not looked for: give --keys",
    }
}
