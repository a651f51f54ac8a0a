//! The same submission twice is one: whoever asks again gets the answer that they had.

use serde_json::json;
use trien_core::digest::Sha256;
use trien_core::wire::Submitted;

use super::super::FlowError;
use super::super::key::ApiCaller;
use super::{Package, Queue, Upload, prepare};
use crate::app::App;
use crate::store::key::remembered;

/// What a submission is.
pub(super) enum Once {
    /// The second one of what was taken before, with the answer that the first one got.
    Answered(Submitted),
    /// A new one, checked.
    New(Box<Queue>),
}

pub(super) async fn once(
    app: &App,
    caller: &ApiCaller,
    package: Package,
    digest: Sha256,
) -> Result<Once, FlowError> {
    let name = package.idempotency_key.clone();
    if let Some(answer) = answered(app, caller, &name, &digest).await? {
        return Ok(Once::Answered(answer));
    }
    match prepare(app, caller, package, digest).await {
        Ok(queue) => Ok(Once::New(Box::new(queue))),
        // While it was looked at, the first one may have been taken, and stand in its way.
        Err(refused) => match answered(app, caller, &name, &digest).await? {
            Some(answer) => Ok(Once::Answered(answer)),
            None => Err(refused),
        },
    }
}

/// Identifies a package: the description and every file with its role and name.
pub(super) fn digest(package: &Package) -> Result<Sha256, FlowError> {
    let visible = package.idempotency_key.bytes().all(|b| b.is_ascii_graphic());
    if !visible || !(1..=255).contains(&package.idempotency_key.len()) {
        let rule = "an idempotency key has 1 to 255 visible ASCII characters";
        return Err(FlowError::BadRequest(rule.to_owned()));
    }
    let list = |files: &[Upload]| -> Vec<serde_json::Value> {
        let one = |file: &Upload| json!([file.name, file.media_type, Sha256::of(&file.bytes)]);
        files.iter().map(one).collect()
    };
    let whole = json!({
        "submission": package.submission,
        "document": list(std::slice::from_ref(&package.document)),
        "attachments": list(&package.attachments),
        "images": list(&package.images),
    });
    Ok(Sha256::of(whole.to_string().as_bytes()))
}

async fn answered(
    app: &App,
    caller: &ApiCaller,
    key: &str,
    digest: &Sha256,
) -> Result<Option<Submitted>, FlowError> {
    let mut connection = app.store().reader().await?;
    match remembered(&mut connection, caller.key, key).await? {
        None => Ok(None),
        Some(earlier) if earlier.package == *digest => Ok(Some(earlier.answer)),
        Some(_) => Err(FlowError::IdempotencyConflict),
    }
}
