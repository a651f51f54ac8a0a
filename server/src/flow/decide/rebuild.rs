//! The revision that the phone signed, built again.

use sha2::Digest as _;
use sqlx::AnyConnection;
use tokio::sync::Semaphore;
use trien_core::decision::Decision;
use trien_core::digest::Sha256;
use trien_core::env::UnixSecond;
use trien_core::pdf::check::{Finding, check};
use trien_core::pdf::image::{Images, StampImage};
use trien_core::pdf::read;
use trien_core::pdf::recipe::{Appearance, Recipe};
use trien_core::pdf::revise::build_revision;

use super::super::read::Content;
use super::super::{FlowError, Mismatch, Thing};
use super::compare::{Proof, Queued, recipe};
use crate::app::App;
use crate::store::document::{self, Located};

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
    images: Images,
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
    /// signature into it.
    pub(super) async fn run(self) -> Result<Option<Signed>, FlowError> {
        let place = REBUILDS.acquire().await.expect("nobody closes it");
        let base = self.content.read(0..self.content.document.size).await?;
        // The place goes with the work, which goes on when the caller has gone.
        let build = move || {
            let _place = place;
            self.build(&base)
        };
        let built = tokio::task::spawn_blocking(build).await;
        built.unwrap_or_else(|error| Err(FlowError::Internal(error.to_string())))
    }

    fn build(self, base: &[u8]) -> Result<Option<Signed>, FlowError> {
        let after_base = sha2::Sha256::new().chain_update(base);
        let name = self.content.document.sha256;
        if Sha256(after_base.clone().finalize().into()) != name {
            return Err(FlowError::Internal(format!("the document {name} is damaged")));
        }
        let document = read::open(base)
            .map_err(|error| FlowError::Internal(format!("a queued document: {error}")))?;
        if check(&document) != self.findings {
            return Err(Mismatch::Findings.into());
        }
        let Some(signing) = self.signing else { return Ok(None) };
        let delta = build_revision(&document, &signing.recipe, &signing.images, signing.signed_at)
            .map_err(|error| FlowError::Internal(format!("a queued recipe: {error}")))?;
        if delta.digest(after_base.clone()) != signing.revision_digest {
            return Err(Mismatch::Revision.into());
        }
        let tail =
            delta.embed(&signing.cms).map_err(|error| FlowError::Internal(error.to_string()))?;
        let sha256 = Sha256(after_base.chain_update(&tail).finalize().into());
        let size = base.len() as u64 + tail.len() as u64;
        Ok(Some(Signed { tail, sha256, size }))
    }
}

async fn images(connection: &mut AnyConnection, recipe: &Recipe) -> Result<Images, FlowError> {
    let Appearance::Stamp { image: Some(name), .. } = &recipe.appearance else {
        return Ok(Images::none());
    };
    let missing = || FlowError::Internal("a recipe names an image that is not there".to_owned());
    let view = document::image(connection, name).await?.ok_or_else(missing)?;
    let image = StampImage::from_view(view).map_err(|_| missing())?;
    Ok(std::iter::once(image).collect())
}
