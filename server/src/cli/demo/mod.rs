//! `trien demo`: one document, from submission to verification, on this machine.
//!
//! Nothing is a mock but the phone's hardware: the server, its database, the HTTP between them,
//! the signature and the receipt are those of an office.

mod office;
mod paper;
mod tell;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use trien_core::client::{Companion, Decided, PageView, Sheet};
use trien_core::decision::{Authority, DecisionHash};
use trien_core::id::RequestId;

use self::office::Office;
use self::paper::Paper;
use self::tell::Teller;
use super::language::LanguageArgs;
use super::{CliError, verify};
use crate::serve::asked_to_stop;
use crate::text::local_time;

/// Most pages that are drawn one by one; the signed one is drawn in any case.
const MAX_PICTURES: u32 = 12;
/// Width of the pictures, in pixels.
const WIDTH: u32 = 1080;

/// Run a whole approval on this machine and show it
///
/// Starts a real server on SQLite in a fresh folder, enrolls a simulated phone over HTTP, and takes
/// a document the whole way: submitted, synced, checked, shown, signed, recorded, verified. Writes
/// NAME.signed.pdf, NAME.evidence, root.pem, log.pub and the revocation lists beside the document
/// (for the sample: in the current folder), and the pictures of its pages in NAME.pages.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trien demo                     the sample, a two-page Quyết định
  trien demo FILE.pdf            your own document
  trien demo --once --out /tmp   end when the work is done; write elsewhere")]
pub struct DemoArgs {
    /// A PDF of your own; a sample when absent
    #[arg(value_name = "FILE.pdf")]
    file: Option<PathBuf>,
    /// End when the work is done instead of leaving the server running
    #[arg(long)]
    once: bool,
    /// Folder for what is written [default: beside the file; for the sample, the current folder]
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// Port of the server [default: a free one]
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    port: u16,
    #[command(flatten)]
    language: LanguageArgs,
}

/// Runs the command.
pub async fn run(args: DemoArgs) -> Result<ExitCode, CliError> {
    let paper = Paper::choose(args.file.as_deref(), args.out.as_deref())?;
    let mut teller = Teller::start(args.language.chosen());
    let office = Office::open(args.port, &paper, &mut teller).await?;
    let verdict = approve(&office, &paper, &mut teller).await;
    if let (Ok(_), false) = (&verdict, args.once) {
        let stop = asked_to_stop();
        teller.open(office.server.origin().as_str());
        stop.await;
    }
    office.close().await?;
    verdict
}

async fn approve(
    office: &Office,
    paper: &Paper,
    teller: &mut Teller,
) -> Result<ExitCode, CliError> {
    let phone = office.enroll(teller).await?;
    let request = office.submit(paper, teller).await?;
    read(&phone, request, paper, teller).await?;
    let sheet = phone.sheet(request).await.map_err(phone_failed)?;
    teller.step(
        "demo-step-sheet",
        &[("position", position(&sheet.authority)), ("time", &local_time(sheet.signed_at))],
    );
    show(&phone, &sheet, paper, teller).await?;
    let decision = sign(&phone, &sheet, teller).await?;
    let files = office.fetch(request, decision, paper).await?;
    teller.step("demo-step-fetched", &[]);
    let report = verify::check(&verify::Material {
        document: &files.document,
        anchors: std::slice::from_ref(&files.root),
        crls: &files.crls,
        ocsp: &[],
        evidence: std::slice::from_ref(&files.evidence),
        log_key: Some(&files.log_key),
    })?;
    teller.step("demo-step-verified", &[]);
    teller.finish(&report, &files);
    Ok(ExitCode::from(report.verdict.exit_code()))
}

/// The phone learns of the document, downloads it and checks it.
async fn read(
    phone: &Companion,
    request: RequestId,
    paper: &Paper,
    teller: &mut Teller,
) -> Result<(), CliError> {
    phone.sync().await.map_err(phone_failed)?;
    let opened = phone.open(request).await.map_err(phone_failed)?;
    teller.step("demo-step-synced", &[("size", &paper.bytes.len().to_string())]);
    let pages = opened.pages.len().to_string();
    let findings = opened.findings.len().to_string();
    teller.step("demo-step-checked", &[("pages", &pages), ("findings", &findings)]);
    let count = u32::try_from(opened.pages.len()).unwrap_or(u32::MAX);
    for page in 0..count.min(MAX_PICTURES) {
        let picture = phone.page_png(request, page, WIDTH, PageView::Plain).await;
        let name = format!("page-{}.png", page + 1);
        write(&paper.pictures().join(name), &picture.map_err(phone_failed)?)?;
    }
    Ok(())
}

/// The page as it will be: drawn from the very bytes that will be signed.
async fn show(
    phone: &Companion,
    sheet: &Sheet,
    paper: &Paper,
    teller: &mut Teller,
) -> Result<(), CliError> {
    use trien_core::pdf::recipe::Appearance;
    let signing = sheet.signing.as_ref().map(|signing| &signing.recipe.appearance);
    if let Some(Appearance::Stamp { page, .. }) = signing {
        let picture = phone.page_png(sheet.request, *page, WIDTH, PageView::Stamped).await;
        let name = format!("page-{}-signed.png", page + 1);
        write(&paper.pictures().join(name), &picture.map_err(phone_failed)?)?;
    }
    let folder = paper.pictures();
    teller.step("demo-step-shown", &[("folder", &folder.display().to_string())]);
    Ok(())
}

async fn sign(
    phone: &Companion,
    sheet: &Sheet,
    teller: &mut Teller,
) -> Result<DecisionHash, CliError> {
    let receipt = match phone.approve(sheet.id).await.map_err(phone_failed)? {
        Decided::Recorded(receipt) => receipt,
        Decided::Refused { why, .. } => {
            return Err(CliError::Refused(format!("the server refused: {}", why.slug())));
        }
        Decided::Waiting(waiting) => {
            return Err(CliError::Refused(format!("the decision waits: {waiting}")));
        }
    };
    teller.step("demo-step-signed", &[]);
    let profile = phone.profile().map_err(phone_failed)?;
    let key = profile.log_key.parse().map_err(|error| CliError::failed("log key", error))?;
    let proof = receipt
        .verify(&key)
        .map_err(|error| CliError::failed("the receipt does not verify", error))?;
    let size = proof.size.to_string();
    teller.step("demo-step-receipt", &[("size", &size)]);
    Ok(receipt.decision)
}

fn position(authority: &Authority) -> &str {
    match authority {
        Authority::Own { position } | Authority::Delegated { position, .. } => position.as_str(),
    }
}

fn phone_failed(error: trien_core::client::ClientError) -> CliError {
    CliError::failed("the phone", error)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| CliError::file(folder, error))?;
    }
    std::fs::write(path, bytes).map_err(|error| CliError::file(path, error))
}
