//! `trien phone list` and `trien phone show`: what waits, and what would be signed.

use std::path::Path;
use std::process::ExitCode;

use trien_core::client::{ClientError, Companion, PageView, Sheet, SheetSigner};
use trien_core::decision::Authority;
use trien_core::id::RequestId;
use trien_core::pdf::recipe::{Appearance, Rect};
use trien_core::request::{Role, RouteState};

use super::CliError;
use super::phone::failed;
use crate::finding;

pub(super) fn list(phone: &Companion, all: bool) {
    if all {
        for view in phone.requests() {
            println!("{}  {}  {}", view.id, state(view.state), view.metadata.subject);
        }
        return;
    }
    for item in phone.inbox() {
        let sent = if item.decision.is_some() { "  (decided here, see outbox)" } else { "" };
        let place = in_place_of(phone, item.request).map(|name| format!("  in place of {name}"));
        let place = place.unwrap_or_default();
        println!(
            "{}  {}  {}  {}{place}{sent}",
            item.request,
            role(item.role),
            item.queued_at,
            item.metadata.subject,
        );
    }
}

/// Whose part waits here, where it is another's.
fn in_place_of(phone: &Companion, request: RequestId) -> Option<String> {
    let task = phone.request(request).ok()?.task?;
    task.in_place_of.map(|place| place.person.name)
}

pub(super) async fn show(
    phone: &Companion,
    request: RequestId,
    png: Option<&Path>,
    width: u32,
) -> Result<ExitCode, CliError> {
    let opened = phone.open(request).await.map_err(failed)?;
    for (document, number) in opened.documents.iter().zip(1..) {
        println!("document {number}  sha256 {}  {} bytes", document.sha256, document.size);
    }
    println!("pages       {}", opened.pages.len());
    for signature in &opened.signatures {
        let signer = signature.signer.as_deref().unwrap_or("unnamed");
        println!("signed by   {signer} (field {})", signature.field);
    }
    let sheet = match phone.sheet(request).await {
        Ok(sheet) => Some(sheet),
        Err(ClientError::NothingToDecide(_) | ClientError::AlreadyDecided(_)) => None,
        Err(error) => return Err(failed(error)),
    };
    if let Some(sheet) = &sheet {
        describe(phone, sheet);
    }
    let Some(folder) = png else { return Ok(ExitCode::SUCCESS) };
    std::fs::create_dir_all(folder).map_err(|error| CliError::file(folder, error))?;
    for page in 0..u32::try_from(opened.pages.len()).unwrap_or(u32::MAX) {
        let picture = phone.page_png(request, page, width, PageView::Plain).await;
        write_picture(folder, &format!("page-{}.png", page + 1), &picture.map_err(failed)?)?;
    }
    if let Some(page) = sheet.as_ref().and_then(stamped_page) {
        let picture = phone.page_png(request, page, width, PageView::Stamped).await;
        write_picture(
            folder,
            &format!("page-{}-stamped.png", page + 1),
            &picture.map_err(failed)?,
        )?;
    }
    Ok(ExitCode::SUCCESS)
}

fn write_picture(folder: &Path, name: &str, picture: &[u8]) -> Result<(), CliError> {
    let path = folder.join(name);
    std::fs::write(&path, picture).map_err(|error| CliError::file(&path, error))?;
    println!("wrote       {}", path.display());
    Ok(())
}

fn stamped_page(sheet: &Sheet) -> Option<u32> {
    match &sheet.signing.as_ref()?.recipe.appearance {
        Appearance::Invisible => None,
        Appearance::Stamp { page, .. } => Some(*page),
    }
}

pub(super) fn describe(phone: &Companion, sheet: &Sheet) {
    println!("from        {}", sheet.unit.name);
    println!("subject     {} ({})", sheet.metadata.subject, sheet.metadata.kind);
    let (Authority::Own { position } | Authority::Delegated { position, .. }) = &sheet.authority;
    println!("act         {} as {position}", role(sheet.role));
    if let Authority::Delegated { statement, .. } = &sheet.authority {
        let name = in_place_of(phone, sheet.request).unwrap_or_default();
        println!("in place of {name}, by delegation {statement}");
    }
    for finding in &sheet.findings {
        println!("note        {}", finding::text(*finding, crate::text::Language::English));
    }
    if sheet.signed_meanwhile > 0 {
        println!("note        {} signed since you read it", sheet.signed_meanwhile);
    }
    match &sheet.signing {
        None => println!("signature   on the decision only"),
        Some(signing) => {
            println!("signature   in the document, field {}", signing.recipe.field);
            if let Appearance::Stamp { page, rect, .. } = &signing.recipe.appearance {
                println!(
                    "stamp       page {}, {} points from the lower left",
                    page + 1,
                    place(*rect)
                );
            }
            println!("digest      {}", signing.revision_digest);
        }
    }
    if let Some(signer) = &sheet.document_signer {
        let SheetSigner { home, subject, issuer, .. } = signer;
        println!("signed by   {subject} ({issuer}), key: {}", home.name());
        println!("            after this: `trien phone sign-with`, within 24 hours");
    }
    println!("signed at   {}", sheet.signed_at);
    println!("valid until {}", sheet.valid_until);
}

fn place(rect: Rect) -> String {
    let points = |hundredths: i32| f64::from(hundredths) / 100.0;
    let (left, bottom) = (points(rect.left), points(rect.bottom));
    let (width, height) = (points(rect.right) - points(rect.left), points(rect.top) - bottom);
    format!("{width:.1} × {height:.1} at {left:.1}, {bottom:.1}")
}

fn state(state: RouteState) -> String {
    match state {
        RouteState::Open { step } => format!("open at step {}", step.0),
        RouteState::Completed => "completed".into(),
        RouteState::Rejected => "rejected".into(),
        RouteState::Returned => "returned".into(),
        RouteState::Recalled => "recalled".into(),
        RouteState::Expired => "expired".into(),
    }
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Review => "review",
        Role::Initial => "initial",
        Role::Approve => "approve",
        Role::Seal => "seal",
        Role::Receive => "receive",
    }
}
