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
use super::phone::failed;
use super::phone_decide::confirm;
use super::pkcs11::{OpeningArgs, in_background};
use super::verify::read;
use crate::finding;
use crate::text::Language;
use crate::token::{Access, DocumentKey, RefusedPin, Wanted, shown};

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

/// Runs the command. A PIN that the token refused is remembered by `refused`.
pub(super) async fn run(
    phone: &Companion,
    args: SignWithArgs,
    refused: RefusedPin,
) -> Result<ExitCode, CliError> {
    phone.sync().await.map_err(failed)?;
    let (waiting, mut failures) = waiting(phone, args.decision).await?;
    let Some(module) = &args.module else {
        if waiting.is_empty() && failures == 0 {
            println!("nothing waits for a document signature");
        }
        waiting.iter().for_each(list);
        if !waiting.is_empty() {
            println!("to sign: trien phone sign-with --pkcs11 MODULE, the token maker's library");
        }
        return Ok(code(failures));
    };
    let files = issuers(&args.issuer)?;
    let token = args.opening.token(module)?;
    let held = {
        let (module, serial) = (module.clone(), token.serial.clone());
        in_background(move || Ok(shown(&module, &serial)?)).await?
    };
    let access = args.opening.access(module, &token, refused)?;
    let at_hand: Vec<Sha256> = held
        .iter()
        .filter_map(|item| item.certificate.as_ref())
        .chain(&files)
        .map(Certificate::sha256)
        .collect();
    let (ours, others): (Vec<_>, Vec<_>) =
        waiting.into_iter().partition(|of| at_hand.contains(&of.signer.certificate));
    for awaited in &others {
        println!("{}  waits for another key: {}", awaited.decision.hash(), awaited.signer.subject);
    }
    if ours.is_empty() {
        println!("nothing waits for a key of the token {:?}", token.label);
    }
    for awaited in ours {
        let decision = awaited.decision.hash();
        match sign(phone, awaited, &access, &files, args.yes).await {
            Ok(()) => {}
            // What a person stopped is not asked for the next one.
            Err(error @ CliError::Usage(_)) => return Err(error),
            Err(error) => {
                eprintln!("{decision}: {error}");
                failures += 1;
            }
        }
    }
    Ok(code(failures))
}

fn code(failures: usize) -> ExitCode {
    if failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What waits, or the one that is named, and how many do not hold: these are told and left out.
async fn waiting(
    phone: &Companion,
    wanted: Option<DecisionHash>,
) -> Result<(Vec<AwaitedDocument>, usize), CliError> {
    let (mut waiting, mut failures) = (Vec::new(), 0);
    for read in phone.awaited_documents().await.map_err(failed)? {
        match read {
            Ok(awaited) => waiting.push(awaited),
            Err(error) => {
                eprintln!("left out: {}", failed(error));
                failures += 1;
            }
        }
    }
    if let Some(wanted) = wanted {
        waiting.retain(|awaited| awaited.decision.hash() == wanted);
        if waiting.is_empty() {
            return Err(CliError::Refused("no document waits for that decision".to_owned()));
        }
    }
    Ok((waiting, failures))
}

async fn sign(
    phone: &Companion,
    awaited: AwaitedDocument,
    access: &Access,
    files: &[Certificate],
    is_confirmed: bool,
) -> Result<(), CliError> {
    let document = phone.document_to_sign(awaited).await.map_err(failed)?;
    describe(&document);
    if !is_confirmed {
        confirm("sign")?;
    }
    let wanted = Wanted::Certificate(document.awaited.signer.certificate);
    let (access, files) = (access.clone(), files.to_vec());
    let found = move || Ok(DocumentKey::find(access, &wanted, &files)?);
    let key: Arc<dyn DocumentSigner> = Arc::new(in_background(found).await?);
    let done = phone.sign_document(document, key).await.map_err(failed)?;
    let document = done.signed.document;
    println!("signed      {}  {} bytes", document.sha256, document.size);
    if !done.is_ours {
        println!("note        it was signed before: that signature stays");
    }
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
    let AwaitedDocument { decision, recipe, signer, decided_by, until, .. } = &document.awaited;
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
    println!("approved by {decided_by}");
    println!("signs       {} ({})", signer.subject, signer.issuer);
    println!("until       {until}");
}
