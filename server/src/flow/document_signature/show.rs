//! What awaits a signature, for the computer that has the key: all that it needs to build the revision again.

use sqlx::AnyConnection;
use trien_core::decision::Decision;
use trien_core::digest::Sha256;
use trien_core::wire::{AwaitedSignature, Base64, DocumentSignerView};

use crate::app::App;
use crate::flow::FlowError;
use crate::flow::delegate::right::Right;
use crate::flow::device::{AuthenticatedDevice, chain};
use crate::store::document_signature::{self, NewAwaited, SignatureRow};
use crate::store::{certificate, request};

/// The decisions of the device's person whose document signatures are awaited, the oldest first; at most 200.
pub async fn awaited(
    app: &App,
    device: &AuthenticatedDevice,
) -> Result<Vec<AwaitedSignature>, FlowError> {
    device.require_active()?;
    let mut connection = app.store().reader().await?;
    let now = app.clock().now();
    let mut shown = Vec::new();
    for of in document_signature::of_decider(&mut connection, device.person).await? {
        if now <= of.of.until {
            shown.extend(view(app, &mut connection, of).await?);
        }
    }
    Ok(shown)
}

/// None where its part has another recipe by now: its signature would be refused.
async fn view(
    app: &App,
    connection: &mut AnyConnection,
    of: SignatureRow,
) -> Result<Option<AwaitedSignature>, FlowError> {
    let of = of.of;
    let lost = |what: &str| FlowError::Internal(format!("an awaited signature without its {what}"));
    let decision = Decision::from_cbor(&of.cbor).map_err(|_| lost("decision"))?;
    let Some(recipe) = recipe_of(connection, &of, &decision).await? else { return Ok(None) };
    let signer = document_signature::entry(connection, of.entry).await?;
    let signer = signer.ok_or_else(|| lost("certificate"))?;
    Ok(Some(AwaitedSignature {
        decision: Base64(of.cbor),
        statement: Base64(of.cose),
        decided_with: decided_with(app, connection, &decision).await?,
        recipe: Base64(recipe),
        signer: DocumentSignerView { certificate: Base64(signer.der), home: signer.home },
        until: of.until,
    }))
}

/// The recipe by which a decision signs; none where its part has another one by now.
pub(super) async fn recipe_of(
    connection: &mut AnyConnection,
    of: &NewAwaited,
    decision: &Decision,
) -> Result<Option<Vec<u8>>, FlowError> {
    let recipe = match Right::claimed(connection, decision).await? {
        Right::Own => {
            let part = of.part;
            request::recipe(connection, part.request, part.step, part.person).await?
        }
        Right::Delegated(by) => by.stands_in.recipe,
    };
    Ok(recipe.filter(|recipe| Sha256::of(recipe) == of.recipe))
}

/// The certificate that a decision names, with the authorities above it but the root.
pub(in crate::flow) async fn decided_with(
    app: &App,
    connection: &mut AnyConnection,
    decision: &Decision,
) -> Result<Vec<Base64>, FlowError> {
    let held = certificate::held(connection, &decision.certificate).await?;
    let lost = || FlowError::Internal("a decision without its certificate".to_owned());
    let held = held.ok_or_else(lost)?;
    let mut certificates = chain(app, connection, &held).await?;
    certificates.pop();
    certificates.insert(0, held.der);
    Ok(certificates.into_iter().map(Base64).collect())
}
