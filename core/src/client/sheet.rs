//! The sheet: everything a decision will say, computed here and fixed before the person confirms.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::certificate::Certificate;
use crate::decision::{DecidedDocument, Decision, SeenCheckpoint, Signing, Summary, Verb};
use crate::digest::{Sha256, hash_beside};
use crate::document::{DocumentRef, Text};
use crate::env::UnixSecond;
use crate::id::RequestId;
use crate::pdf::check::CHECK;
use crate::pdf::image::{Images, StampImage};
use crate::pdf::read;
use crate::pdf::recipe::{Appearance, ImageRef, Recipe};
use crate::pdf::revise::build_revision;
use crate::register::KeyHome;
use crate::request::StepNumber;
use crate::signer::document::scheme_of;
use crate::wire::{DocumentSignerView, ImageView, Profile, RequestView, TaskView};

use super::delegations::InName;
use super::error::{ClientError, DocumentFault, RecipeFault};
use super::records::{Opened, Sheet, SheetId, SheetSigner, SheetSigning, StampPlace};
use super::state::{BuiltRevision, OpenSheet, Plan, Row, Shown};
use super::transport::Call;
use super::{Companion, off_thread};

/// How long a sheet may be looked at, in seconds; then its time of signing is renewed.
const SHEET_SECONDS: i64 = 300;

/// Sheets that are kept open at once.
const MAX_SHEETS: usize = 50;

impl Companion {
    /// Opens the sheet of a request that was opened: fixes the time of signing, builds the signing
    /// revision, and gives all that the decision will say. Where only signatures were added since
    /// the person read the document, they are fetched, and the sheet counts them.
    pub async fn sheet(&self, request: RequestId) -> Result<Sheet, ClientError> {
        let view = self.request(request)?;
        let task = view.task.clone().ok_or(ClientError::NothingToDecide(request))?;
        self.not_decided(request, task.step)?;
        let opened = self.opened(&view).await?;
        let recipe = recipe(&task)?;
        let signed_at = self.server_now().second();
        let name = self.in_name(&view, &task, signed_at).await?;
        let built = match &recipe {
            Some(recipe) => Some(self.build(&opened, recipe, signed_at).await?),
            None => None,
        };
        let place = name.place.clone();
        let plan = self.plan((Verb::Approve, None), &view, &opened, (signed_at, name), built)?;
        let id = SheetId(self.next_sheet.fetch_add(1, Ordering::Relaxed));
        let renew_at = signed_at.plus(SHEET_SECONDS);
        let described = describe(id, &view, &task, &opened, recipe, &plan, renew_at)?;
        let sheet = Sheet { in_place_of: place, ..described };
        let open = OpenSheet { id, request, shown: Shown::of(&view), renew_at, plan };
        let mut state = self.lock();
        state.sheets.retain(|sheet| sheet.request != request);
        if state.sheets.len() >= MAX_SHEETS {
            state.sheets.remove(0);
        }
        state.sheets.push(open);
        Ok(sheet)
    }

    /// Where approving a request would put a stamp on its main document, by the last sync; none where it
    /// signs without one, or signs no document.
    pub fn stamp_place(&self, request: RequestId) -> Result<Option<StampPlace>, ClientError> {
        let view = self.request(request)?;
        let recipe = match &view.task {
            Some(task) => recipe(task)?,
            None => None,
        };
        Ok(recipe.and_then(|recipe| match recipe.appearance {
            Appearance::Invisible => None,
            Appearance::Stamp { page, rect, .. } => Some(StampPlace { page, rect }),
        }))
    }

    /// What a decision says, all of it from this phone's own data.
    pub(super) fn plan(
        &self,
        (verb, reason): (Verb, Option<Text<2000>>),
        view: &RequestView,
        opened: &Opened,
        (signed_at, name): (UnixSecond, InName),
        revision: Option<BuiltRevision>,
    ) -> Result<Plan, ClientError> {
        let task = view.task.as_ref().ok_or(ClientError::NothingToDecide(view.id))?;
        let profile = self.profile()?;
        let (seen, checkpoint) = self.seen()?;
        let valid_until = valid_until(view, &profile, signed_at)?;
        let ends = name.place.map(|place| place.until);
        let valid_until = ends.map_or(valid_until, |ends| valid_until.min(ends));
        // Whoever rejects signs no document.
        let signer = revision.as_ref().and(signer(task)?);
        let valid_until = signer.as_ref().map_or(valid_until, |it| valid_until.min(it.not_after));
        let document_signer = signer.map(|signer| signer.certificate);
        let decision = Decision {
            version: Decision::version_for(document_signer),
            verb,
            request: view.id,
            step: task.step,
            revision: view.revision,
            documents: decided(&opened.documents, revision.as_ref()),
            certificate: Sha256::of(&profile.certificate.0),
            authority: name.authority,
            summary: Summary {
                metadata: view.metadata.clone(),
                check: CHECK.to_owned(),
                findings: opened.findings.clone(),
            },
            reason,
            signed_at,
            valid_until,
            checkpoint: SeenCheckpoint { size: seen.size, root: seen.root },
            app: self.setup.app.clone(),
            person: profile.person.id,
            device: profile.device,
            document_signer,
        };
        Ok(Plan { decision, checkpoint, revision })
    }

    /// The request as it was opened, if it still is so; where only signatures were added to its
    /// document, it is opened again.
    pub(super) async fn opened(&self, view: &RequestView) -> Result<Opened, ClientError> {
        let before = self.lock().opened.get(&view.id).cloned();
        let before = before.ok_or(ClientError::NotOpened(view.id))?;
        let now = Shown::of(view);
        if before.shown == now {
            return Ok(before.opened);
        }
        if !before.shown.differs_in_main_document_only(&now) {
            return Err(ClientError::Changed(view.id));
        }
        let looked = self.look(view, before.shown.main().cloned()).await?;
        match looked.only_signed {
            Some(_) => Ok(self.remember(looked)),
            None => Err(DocumentFault::ChangedMeanwhile.into()),
        }
    }

    /// Refuses a second decision while one on the same step is on its way or recorded.
    pub(super) fn not_decided(
        &self,
        request: RequestId,
        step: StepNumber,
    ) -> Result<(), ClientError> {
        let state = self.lock();
        let mut rows = state.remembered.outbox.values();
        let task = state.remembered.requests.get(&request).and_then(|view| view.task.as_ref());
        let undone = task.map_or(&[][..], |task| &task.undone);
        let of_step = |row: &&Row| row.request == request && row.step == step;
        match rows.find(|row| of_step(row) && row.blocks(undone)) {
            Some(_) => Err(ClientError::AlreadyDecided(request)),
            None => Ok(()),
        }
    }

    pub(super) async fn build(
        &self,
        opened: &Opened,
        recipe: &Recipe,
        signed_at: UnixSecond,
    ) -> Result<BuiltRevision, ClientError> {
        let main = opened.documents.first().cloned().ok_or(DocumentFault::Missing)?;
        let bytes = self.document(&main).await?;
        let images = self.images(recipe).await?;
        let recipe = recipe.clone();
        off_thread("building the revision", move || {
            let (built, hashed) = hash_beside(&bytes, || {
                let document = read::open(&bytes).map_err(ClientError::Unsignable)?;
                build_revision(&document, &recipe, &images, signed_at)
                    .map_err(|error| ClientError::from(RecipeFault::Build(error)))
            });
            let built = built?;
            let digests = built.digests_after(hashed);
            // The very bytes that are signed over, not a claim about them.
            if digests.document != main.sha256 {
                return Err(DocumentFault::WrongDigest.into());
            }
            let delta: Arc<[u8]> = built.bytes().into();
            Ok(BuiltRevision {
                recipe: recipe.hash(),
                builder: recipe.builder,
                digest: digests.signed,
                delta,
            })
        })
        .await?
    }

    async fn images(&self, recipe: &Recipe) -> Result<Images, ClientError> {
        let Appearance::Stamp { image: Some(image), .. } = &recipe.appearance else {
            return Ok(Images::none());
        };
        let image = *image;
        let name = format!("images/{}-{}-{}.json", image.colour, image.alpha, image.width);
        let kept = name.clone();
        let held: Option<ImageView> =
            self.on_disk(move |folder| folder.load_if_sound(&kept)).await?;
        if let Some(image) = held.and_then(|view| checked(view, &image).ok()) {
            return Ok([image].into_iter().collect());
        }
        let call = Call::get(format!("/api/v1/images/{}", image.colour))
            .query(format!("alpha={}&width={}", image.alpha, image.width));
        let view: ImageView = self.connect().await?.json(&call).await?;
        let stamp = checked(view.clone(), &image)?;
        self.on_disk(move |folder| folder.save(&name, &view)).await?;
        Ok([stamp].into_iter().collect())
    }
}

fn checked(view: ImageView, wanted: &ImageRef) -> Result<StampImage, RecipeFault> {
    if view.image != *wanted {
        return Err(RecipeFault::OtherImage);
    }
    Ok(StampImage::from_view(view)?)
}

fn recipe(task: &TaskView) -> Result<Option<Recipe>, RecipeFault> {
    match &task.recipe {
        Some(cbor) => Ok(Some(Recipe::from_cbor(&cbor.0)?)),
        None if task.role.signs_document() => Err(RecipeFault::Missing),
        None => Ok(None),
    }
}

fn decided(documents: &[DocumentRef], revision: Option<&BuiltRevision>) -> Vec<DecidedDocument> {
    let mut all: Vec<DecidedDocument> = documents
        .iter()
        .map(|document| DecidedDocument { document: document.clone(), signing: None })
        .collect();
    if let (Some(main), Some(built)) = (all.first_mut(), revision) {
        let (builder, recipe) = (built.builder.clone(), built.recipe);
        main.signing = Some(Signing { builder, recipe });
    }
    all
}

/// Until when a decision of now may arrive; refused where that is over.
fn valid_until(
    view: &RequestView,
    profile: &Profile,
    now: UnixSecond,
) -> Result<UnixSecond, ClientError> {
    let certificate = Certificate::parse(&profile.certificate.0)
        .map_err(|_| ClientError::Defect("reading this device's certificate"))?;
    let (request_ends, certificate_ends) = (view.expires_at.second(), certificate.not_after());
    if request_ends <= now {
        return Err(ClientError::TooLate(request_ends));
    }
    if certificate_ends <= now {
        return Err(ClientError::CertificateEnded(certificate_ends));
    }
    Ok(request_ends.min(certificate_ends))
}

fn describe(
    id: SheetId,
    view: &RequestView,
    task: &TaskView,
    opened: &Opened,
    recipe: Option<Recipe>,
    plan: &Plan,
    renew_at: UnixSecond,
) -> Result<Sheet, ClientError> {
    let signing = recipe.zip(plan.revision.as_ref()).map(|(recipe, built)| SheetSigning {
        recipe,
        recipe_hash: built.recipe,
        revision_digest: built.digest,
    });
    Ok(Sheet {
        id,
        request: view.id,
        step: task.step,
        revision: view.revision,
        role: task.role,
        unit: view.unit.clone(),
        metadata: plan.decision.summary.metadata.clone(),
        documents: opened.documents.clone(),
        signing,
        authority: plan.decision.authority.clone(),
        in_place_of: None,
        certificate: plan.decision.certificate,
        document_signer: plan.revision.as_ref().and(signer(task)?),
        findings: plan.decision.summary.findings.clone(),
        signed_meanwhile: opened.signed_meanwhile,
        signed_at: plan.decision.signed_at,
        valid_until: plan.decision.valid_until,
        renew_at,
    })
}

/// Whose key signs the document, where it is not this phone's: by the certificate itself, whatever is said of it.
fn signer(task: &TaskView) -> Result<Option<SheetSigner>, ClientError> {
    task.document_signer.as_ref().map(signer_of).transpose()
}

/// The same of what the server told.
pub(super) fn signer_of(told: &DocumentSignerView) -> Result<SheetSigner, ClientError> {
    let unusable = || ClientError::UnexpectedAnswer("a certificate that signs no documents".into());
    let certificate = Certificate::parse(&told.certificate.0).map_err(|_| unusable())?;
    if told.home == KeyHome::Phone || scheme_of(certificate.public_key()).is_none() {
        return Err(unusable());
    }
    Ok(SheetSigner {
        home: told.home,
        certificate: certificate.sha256(),
        subject: certificate.subject_name(),
        issuer: certificate.issuer_text(),
        not_after: certificate.not_after(),
    })
}
