//! The revision that the phone signed, built again.

use sha2::Digest as _;
use sqlx::AnyConnection;
use tokio::sync::Semaphore;
use trien_core::decision::Decision;
use trien_core::digest::Sha256;
use trien_core::env::UnixSecond;
use trien_core::pdf::check::Finding;
use trien_core::pdf::recipe::{Appearance, Recipe};
use trien_core::wire::ImageView;

use super::super::read::Content;
use super::super::{FlowError, Mismatch, Thing};
use super::compare::{Proof, Queued, recipe};
use crate::app::App;
use crate::store::document::{self, Located};
use crate::worker::{Built, InspectError, Signing as Build};

/// Documents that are rebuilt at once, each wholly in memory; more wait.
static REBUILDS: Semaphore = Semaphore::const_new(2);

/// A signed revision, ready to be recorded.
#[derive(Clone, Debug)]
pub(super) struct Signed {
    /// What follows the document's bytes, the CMS in its place.
    pub tail: Vec<u8>,
    /// Digest of the document with the tail.
    pub sha256: Sha256,
    /// Its length.
    pub size: u64,
}

/// All that is needed to build, away from the database.
pub(super) struct Rebuild {
    content: Content,
    findings: Vec<Finding>,
    signing: Option<Signing>,
}

struct Signing {
    recipe: Recipe,
    images: Vec<ImageView>,
    signed_at: UnixSecond,
    cms: Vec<u8>,
    revision_digest: Sha256,
}

impl Rebuild {
    pub(super) async fn load(
        app: &App,
        connection: &mut AnyConnection,
        decision: &Decision,
        proof: &Proof,
        queued: &Queued,
    ) -> Result<Self, FlowError> {
        let signing = match (proof, decision.signs_document()) {
            (Proof::Cms { cms, revision_digest }, true) => {
                let recipe = recipe(queued)?;
                Some(Signing {
                    images: images(connection, &recipe).await?,
                    recipe,
                    signed_at: decision.signed_at,
                    cms: cms.clone(),
                    revision_digest: *revision_digest,
                })
            }
            (Proof::Cose(_), false) => None,
            // Another key signs the document, once this is recorded.
            (Proof::Cose(_), true) if decision.document_signer.is_some() => None,
            _ => return Err(Mismatch::Binding.into()),
        };
        let main = queued.documents.first().ok_or(FlowError::NotFound(Thing::Document))?;
        let located = Located {
            request: queued.head.id,
            place: main.place,
            number: main.number,
            name: main.name.clone(),
            media_type: main.document.media_type.clone(),
        };
        let content = Content::load(app, connection, located).await?;
        Ok(Self { content, findings: decision.summary.findings.clone(), signing })
    }

    /// Compares the findings and, for a decision bound by CMS, builds the revision and puts the
    /// signature into it. The document is opened in a worker; what it builds is believed because
    /// it hashes, behind the document that is hashed here, to what the phone signed.
    pub(super) async fn run(self, app: &App) -> Result<Option<Signed>, FlowError> {
        let _place = REBUILDS.acquire().await.expect("nobody closes it");
        let base = self.content.read(0..self.content.document.size).await?;
        let hashed = base.clone();
        let hashing =
            tokio::task::spawn_blocking(move || sha2::Sha256::new().chain_update(&hashed));
        let signing = self.signing.as_ref().map(|signing| Build {
            recipe: &signing.recipe,
            images: &signing.images,
            signed_at: signing.signed_at,
        });
        let built = app.builder().build(base, signing).await.map_err(ours)?;
        let after_base = hashing.await.map_err(|error| FlowError::Internal(error.to_string()))?;
        self.accept(built, &after_base)
    }

    fn accept(self, built: Built, after_base: &sha2::Sha256) -> Result<Option<Signed>, FlowError> {
        let name = self.content.document.sha256;
        if Sha256(after_base.clone().finalize().into()) != name {
            return Err(FlowError::Internal(format!("the document {name} is damaged")));
        }
        if built.findings != self.findings {
            return Err(Mismatch::Findings.into());
        }
        let Some(signing) = self.signing else { return Ok(None) };
        let missing = || FlowError::Internal("a revision was not built".to_owned());
        let delta = built.delta.ok_or_else(missing)?;
        if delta.digest(after_base.clone()) != signing.revision_digest {
            return Err(Mismatch::Revision.into());
        }
        let tail =
            delta.embed(&signing.cms).map_err(|error| FlowError::Internal(error.to_string()))?;
        let sha256 = Sha256(after_base.clone().chain_update(&tail).finalize().into());
        let size = self.content.document.size + tail.len() as u64;
        Ok(Some(Signed { tail, sha256, size }))
    }
}

/// What was queued passed a worker: if it does not any more, the phone is not to blame.
fn ours(error: InspectError) -> FlowError {
    match error {
        InspectError::Refused(refusal) => {
            FlowError::Internal(format!("a queued document: {refusal}"))
        }
        InspectError::NotBuilt(why) => FlowError::Internal(format!("a queued recipe: {why}")),
        InspectError::TimedOut | InspectError::Crashed | InspectError::Unavailable(_) => {
            FlowError::Unavailable(error.to_string())
        }
    }
}

async fn images(
    connection: &mut AnyConnection,
    recipe: &Recipe,
) -> Result<Vec<ImageView>, FlowError> {
    let Appearance::Stamp { image: Some(name), .. } = &recipe.appearance else {
        return Ok(Vec::new());
    };
    let view = document::image(connection, name).await?.ok_or_else(|| {
        FlowError::Internal("a recipe names an image that is not there".to_owned())
    })?;
    Ok(vec![view])
}
