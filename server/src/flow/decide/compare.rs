//! What a decision says, beside what was queued.

use sqlx::AnyConnection;
use trien_core::certificate::Certificate;
use trien_core::decision::{Decision, DecisionHash, Signing, Verb};
use trien_core::digest::Sha256;
use trien_core::document::{DocumentRef, Metadata};
use trien_core::pdf::check::CHECK;
use trien_core::pdf::recipe::{BUILDER, Recipe};
use trien_core::request::Role;
use trien_core::wire::Binding;
use trien_core::{cms, cose, signer};

use super::super::delegate::right::Right;
use super::super::device::{authority, chain};
use super::super::{FlowError, Mismatch, Thing};
use crate::app::App;
use crate::store::document::{self, CurrentDocument};
use crate::store::request::{self, RequestHead};
use crate::store::reshape::{self, Part};
use crate::store::{certificate, device, holding};

/// Everything here that a decision is about.
pub(super) struct Queued {
    pub head: RequestHead,
    pub role: Role,
    /// Canonical CBOR; none when approving signs no document.
    pub recipe: Option<Vec<u8>>,
    /// The digests of those before it.
    past_recipes: Vec<Sha256>,
    /// The certificate that the decision names, registered for the device.
    pub certificate: Certificate,
    /// The authorities between it and its root, DER, the issuer first.
    pub between: Vec<Vec<u8>>,
    /// The positions in whose name the person acts, or acted before: the commit asks which it is.
    pub positions: Vec<String>,
    /// By what right, as the decision claims: whether it still is, the commit asks.
    pub right: Right,
    /// In their newest revisions, the main document first.
    pub documents: Vec<CurrentDocument>,
}

impl Queued {
    pub(super) async fn load(
        app: &App,
        connection: &mut AnyConnection,
        decision: &Decision,
    ) -> Result<Self, FlowError> {
        let head = request::head(connection, decision.request).await?;
        let head = head.ok_or(FlowError::NotFound(Thing::Request))?;
        let route = request::route(connection, decision.request).await?;
        let right = Right::claimed(connection, decision).await?;
        let principal = right.principal(decision.person);
        // A step that is not addressed to this person does not exist for them.
        let step = route.as_ref().and_then(|now| now.route.step(decision.step));
        let step = step.filter(|step| step.signers.iter().any(|s| s.person == principal));
        let role = step.ok_or(FlowError::NotFound(Thing::Step))?.role;
        let recipe = match &right {
            Right::Own => request::recipe(connection, head.id, decision.step, principal).await?,
            Right::Delegated(by) => by.stands_in.recipe.clone(),
        };
        let part = Part { request: head.id, step: decision.step, person: decision.person };
        let past_recipes = reshape::past_recipes(connection, part).await?;
        let registered = certificate::of_device(connection, decision.device).await?;
        let held = registered.into_iter().find(|held| held.sha256 == decision.certificate);
        let held = held.ok_or(Mismatch::Certificate)?;
        let certificate = Certificate::parse(&held.der)
            .map_err(|error| FlowError::Internal(format!("a registered certificate: {error}")))?;
        let mut between = chain(app, connection, &held).await?;
        between.pop();
        let now = device::now(connection, decision.device).await?;
        let mut positions = holding::past_titles(connection, decision.person).await?;
        positions.extend(now.and_then(|now| now.position));
        let documents = document::current(connection, head.id).await?;
        Ok(Self {
            head,
            role,
            recipe,
            past_recipes,
            certificate,
            between,
            positions,
            right,
            documents,
        })
    }
}

/// What the approval key signed, verified.
pub(super) enum Proof {
    /// By the CMS that goes into the document.
    Cms {
        cms: Vec<u8>,
        /// What the phone says its revision's ByteRange hashes to.
        revision_digest: Sha256,
    },
    /// A `COSE_Sign1`.
    Cose(Vec<u8>),
}

impl Proof {
    pub(super) fn cose(self) -> Option<Vec<u8>> {
        match self {
            Self::Cms { .. } => None,
            Self::Cose(statement) => Some(statement),
        }
    }
}

/// Verifies the signature under the certificate that the decision names.
pub(super) fn signature(
    decision: &Decision,
    hash: DecisionHash,
    cbor: &[u8],
    binding: Binding,
    queued: &Queued,
) -> Result<Proof, FlowError> {
    match binding {
        Binding::Cms { revision_digest, signature } => {
            let der = queued.certificate.der();
            let attributes = cms::signed_attributes(revision_digest, der, hash);
            // The twin with the higher s says the same, but a third party can make it.
            if !signer::is_low_s(&signature.0) {
                return Err(Mismatch::Signature.into());
            }
            let mut certificates = vec![der];
            certificates.extend(queued.between.iter().map(Vec::as_slice));
            let cms = cms::assemble(&attributes, &signature.0, &certificates)
                .map_err(|_| Mismatch::Signature)?;
            Ok(Proof::Cms { cms, revision_digest })
        }
        Binding::Cose { statement } => {
            let statement = statement.0;
            let key = queued.certificate.public_key();
            let read = cose::verify(&statement, decision.certificate, key);
            let read = read.map_err(|_| Mismatch::Signature)?;
            if read.payload != cbor {
                return Err(Mismatch::Signature.into());
            }
            Ok(Proof::Cose(statement))
        }
    }
}

/// Compares all that needs no document bytes.
pub(super) fn with_queued(decision: &Decision, queued: &Queued) -> Result<(), FlowError> {
    let require = |holds: Option<Mismatch>| holds.map_or(Ok(()), |what| Err(FlowError::from(what)));
    let unless = |holds: bool, what: Mismatch| (!holds).then_some(what);
    require(unless(decision.revision == queued.head.revision, Mismatch::RequestRevision))?;
    require(unless(says_what_was_queued(decision, queued), Mismatch::Metadata))?;
    require(unless(decision.summary.check == CHECK, Mismatch::Findings))?;
    let mut known = queued.positions.iter();
    let may = match &queued.right {
        Right::Own => known.any(|it| authority(it).is_ok_and(|own| own == decision.authority)),
        // What it claims was found to be so, once.
        Right::Delegated(_) => true,
    };
    require(unless(may, Mismatch::Authority))?;
    // Nothing here outlives its request or its certificate, so no decision may say that it does.
    let ends = queued.head.expires_at.second().min(queued.certificate.not_after());
    let ends = queued.right.ends().map_or(ends, |right| ends.min(right));
    require(unless(decision.valid_until <= ends, Mismatch::Validity))?;
    require(unless(signs_as_queued(decision, queued)?, Mismatch::Recipe))
}

/// What a decision says of the document; of a step before the seal's it may say that there was no number yet: then it is too
/// late, and that is recorded.
fn says_what_was_queued(decision: &Decision, queued: &Queued) -> bool {
    let (said, now) = (&decision.summary.metadata, &queued.head.metadata);
    let before = || Metadata { number: None, ..now.clone() };
    said == now || (queued.head.numbered && queued.role != Role::Seal && *said == before())
}

// An approval signs the main document as its recipe says, and nothing else signs anything.
fn signs_as_queued(decision: &Decision, queued: &Queued) -> Result<bool, FlowError> {
    let expected = match (decision.verb, queued.role.signs_document()) {
        (Verb::Approve, true) => {
            Some(Signing { builder: BUILDER.to_owned(), recipe: recipe(queued)?.hash() })
        }
        _ => None,
    };
    let mut documents = decision.documents.iter();
    let main = documents.next().is_some_and(|main| {
        main.signing == expected || (expected.is_some() && is_by_past_recipe(decision, queued))
    });
    Ok(main && documents.all(|attachment| attachment.signing.is_none()))
}

/// Whether a decision signs by a recipe that this signer had before, and has no more: with a title comes back its stamp.
fn is_by_past_recipe(decision: &Decision, queued: &Queued) -> bool {
    let signing = decision.documents.first().and_then(|main| main.signing.as_ref());
    let now = queued.recipe.as_deref().map(Sha256::of);
    signing.is_some_and(|signing| {
        let is_past = now != Some(signing.recipe) && queued.past_recipes.contains(&signing.recipe);
        signing.builder == BUILDER && is_past
    })
}

/// The recipe queued for this signer.
pub(super) fn recipe(queued: &Queued) -> Result<Recipe, FlowError> {
    let missing = || FlowError::Internal("a signing step without a recipe".to_owned());
    let cbor = queued.recipe.as_deref().ok_or_else(missing)?;
    Recipe::from_cbor(cbor).map_err(|error| FlowError::Internal(error.to_string()))
}

/// Which revision of the main document a decision is about.
pub(super) enum Base {
    /// The newest.
    Current(CurrentDocument),
    /// An earlier one, or its signature would look as it does not any more.
    Stale,
}

/// Compares the documents, attachments included.
pub(super) async fn base(
    connection: &mut AnyConnection,
    decision: &Decision,
    queued: &Queued,
) -> Result<Base, FlowError> {
    let decided: Vec<&DocumentRef> = decision.documents.iter().map(|d| &d.document).collect();
    let current: Vec<&DocumentRef> = queued.documents.iter().map(|d| &d.document).collect();
    let (Some((main, attachments)), Some((now, others))) =
        (decided.split_first(), current.split_first())
    else {
        return Err(Mismatch::Documents.into());
    };
    if attachments != others {
        return Err(Mismatch::Documents.into());
    }
    let newest = &queued.documents[0];
    if is_by_past_recipe(decision, queued) {
        return Ok(Base::Stale);
    }
    if main == now {
        return Ok(Base::Current(newest.clone()));
    }
    let chain = document::chain(connection, queued.head.id, newest.place, newest.number).await?;
    let is_main = |earlier: &document::Part| {
        (earlier.sha256, earlier.size) == (main.sha256, main.size)
            && main.media_type == now.media_type
    };
    if chain.iter().any(is_main) { Ok(Base::Stale) } else { Err(Mismatch::Documents.into()) }
}
