//! `trien phone sign-with`: signing, with a token, documents that were approved on the phone.

use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr as _;
use std::sync::Arc;

use clap::Args;
use trien_core::certificate::{Certificate, read_bundle};
use trien_core::client::{AwaitedDocument, Companion, DocumentToSign};
use trien_core::decision::DecisionHash;
use trien_core::digest::Sha256;
use trien_core::pdf::recipe::Appearance;
use trien_core::signer::DocumentSigner;

use super::CliError;
use super::phone::{confirm, failed};
use super::pkcs11::{OpeningArgs, in_background};
use super::verify::read;
use crate::finding;
use crate::text::Language;
use crate::token::{DocumentKey, RefusedPin, Wanted};

/// Largest file of issuers, in bytes.
const MAX_FILE_BYTES: u64 = 1024 * 1024;

/// Sign documents with a token, after you have approved them on the phone
///
/// This computer is a device of yours beside the phone. It builds each document again from the decision that the phone
/// signed, shows what it is, and has the token sign it. Without --pkcs11 it lists what waits.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  trien phone sign-with                                       what waits for a signature
  trien phone sign-with --pkcs11 /usr/lib/softhsm/libsofthsm2.so
  trien phone sign-with 3f2a… --pkcs11 MODULE --pkcs11-token 'Văn thư' --issuer ca.pem --yes")]
pub(super) struct SignWithArgs {
    /// The decision, as the list names it [default: all that wait for a key of the token]
    #[arg(value_parser = decision)]
    decision: Option<DecisionHash>,
    /// The token maker's PKCS#11 module
    #[arg(long = "pkcs11", id = "signing_module", value_name = "MODULE")]
    module: Option<PathBuf>,
    #[command(flatten)]
    opening: OpeningArgs,
    /// Certificates that are not in the token, such as its issuer's: PEM, DER or P7B; may be given several times
    #[arg(long, value_name = "FILE", requires = "signing_module")]
    issuer: Vec<PathBuf>,
    /// Do not ask for confirmation
    #[arg(long)]
    yes: bool,
}

fn decision(text: &str) -> Result<DecisionHash, String> {
    let digest = Sha256::from_str(text);
    digest.map(DecisionHash).map_err(|_| "a decision is named by 64 hexadecimal digits".to_owned())
}

/// Runs the command.
pub(super) async fn run(phone: &Companion, args: SignWithArgs) -> Result<ExitCode, CliError> {
    phone.sync().await.map_err(failed)?;
    let mut waiting = phone.awaited_documents().await.map_err(failed)?;
    if let Some(wanted) = args.decision {
        waiting.retain(|awaited| awaited.decision.hash() == wanted);
        if waiting.is_empty() {
            return Err(CliError::Refused("no document waits for that decision".to_owned()));
        }
    }
    if waiting.is_empty() {
        println!("nothing waits for a document signature");
        return Ok(ExitCode::SUCCESS);
    }
    let Some(module) = &args.module else {
        waiting.iter().for_each(list);
        println!("to sign, give the token maker's module: trien phone sign-with --pkcs11 MODULE");
        return Ok(ExitCode::SUCCESS);
    };
    let others = issuers(&args.issuer)?;
    let token = args.opening.token(module)?;
    let access = args.opening.access(module, &token, RefusedPin::nowhere())?;
    for awaited in waiting {
        let document = phone.document_to_sign(awaited).await.map_err(failed)?;
        describe(&document);
        if !args.yes {
            confirm("sign")?;
        }
        let wanted = Wanted::Certificate(document.awaited.signer.certificate);
        let (access, others) = (access.clone(), others.clone());
        let found = move || Ok(DocumentKey::find(access, &wanted, &others)?);
        let key: Arc<dyn DocumentSigner> = Arc::new(in_background(found).await?);
        sign(phone, document, key).await?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn sign(
    phone: &Companion,
    document: DocumentToSign,
    key: Arc<dyn DocumentSigner>,
) -> Result<(), CliError> {
    let signed = phone.sign_document(document, key).await.map_err(failed)?;
    println!("signed      {}  {} bytes", signed.document.sha256, signed.document.size);
    Ok(())
}

fn issuers(files: &[PathBuf]) -> Result<Vec<Certificate>, CliError> {
    let mut all = Vec::new();
    for path in files {
        let bytes = read(path, MAX_FILE_BYTES)?;
        let found = read_bundle(&bytes)
            .map_err(|error| CliError::Usage(format!("{}: {error}", path.display())))?;
        all.extend(found.into_iter().filter_map(Result::ok));
    }
    Ok(all)
}

fn list(awaited: &AwaitedDocument) {
    let AwaitedDocument { decision, signer, until, .. } = awaited;
    let subject = &decision.summary.metadata.subject;
    println!("{}  {}  until {until}  {subject}", decision.hash(), signer.home.name());
}

/// What is signed: from the decision that the phone signed, and from the document itself.
fn describe(document: &DocumentToSign) {
    let AwaitedDocument { decision, recipe, signer, until, .. } = &document.awaited;
    let metadata = &decision.summary.metadata;
    println!("decision    {}", decision.hash());
    println!("subject     {} ({})", metadata.subject, metadata.kind);
    if let Some(number) = &metadata.number {
        println!("number      {number}");
    }
    println!("issued by   {}", metadata.issuer);
    println!("pages       {}", document.pages.len());
    for of in &decision.documents {
        println!("document    sha256 {}  {} bytes", of.document.sha256, of.document.size);
    }
    for finding in &decision.summary.findings {
        println!("note        {}", finding::text(*finding, Language::English));
    }
    println!("signature   field {}", recipe.field);
    if let Appearance::Stamp { page, .. } = &recipe.appearance {
        println!("stamp       page {}", page + 1);
    }
    println!("approved    {}, on the phone {}", decision.signed_at, decision.device);
    println!("signs       {} ({})", signer.subject, signer.issuer);
    println!("until       {until}");
}
