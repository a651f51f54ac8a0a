//! How each signature of a request will look: one recipe per signer who signs the document.

use std::collections::{HashMap, HashSet};

use bytes::Bytes;
use sqlx::AnyConnection;
use trien_core::document::Text;
use trien_core::env::Timestamp;
use trien_core::id::RequestId;
use trien_core::pdf::fields::WaitingSignature;
use trien_core::pdf::image::{StampImage, normalise};
use trien_core::pdf::inspect::Inspection;
use trien_core::pdf::placement::Place;
use trien_core::pdf::recipe::{Appearance, BUILDER, Fill, ImageRef, Line, Recipe, Target};
use trien_core::request::{Role, StepNumber};
use trien_core::wire::{ImageView, Submission, SubmittedAppearance, SubmittedSigner, UnitView};

use super::super::{FlowError, Thing};
use super::Upload;
use super::places::{self, Places};
use crate::app::App;
use crate::store::directory::{self, PersonRow};

/// Việt Nam's offset from UTC in minutes, in which stamps show the time.
const OFFSET_MINUTES: i16 = 420;
const SIGNED_AT: &str = "Thời gian ký";

/// The recipes of a request and the images they name.
pub(super) struct Recipes {
    /// Canonical CBOR by step and signer; none where approving signs no document.
    pub by_step: Vec<Vec<Option<Vec<u8>>>>,
    /// The images, each once.
    pub images: Vec<ImageView>,
}

/// Recipes before they were tried.
pub(super) struct Untried {
    recipes: Vec<Vec<Option<Recipe>>>,
    images: Vec<ImageView>,
}

/// Writes the recipes of a submission.
pub(super) async fn build(
    connection: &mut AnyConnection,
    request: RequestId,
    unit: &UnitView,
    (submission, mut places): (&Submission, Places),
    inspection: &Inspection,
    uploads: Vec<Upload>,
) -> Result<Untried, FlowError> {
    let pictures = read_pictures(uploads).await?;
    let mut recipes = Vec::with_capacity(submission.steps.len());
    let mut stamps = 0;
    for (number, step) in (1..).map(StepNumber).zip(&submission.steps) {
        let mut of_step = Vec::with_capacity(step.signers.len());
        for (place, signer) in step.signers.iter().enumerate() {
            let person = directory::person(connection, signer.person).await?;
            let person = person.ok_or(FlowError::NotFound(Thing::Person))?;
            if !step.role.signs_document() {
                of_step.push(None);
                continue;
            }
            if !signer.fill.is_empty() && step.role != Role::Seal {
                return Err(invalid("only a step of the role seal fills in fields"));
            }
            let writer = Writer { unit, inspection, pictures: &pictures, person: &person };
            let target = writer.target(signer, || field_name(request, number, place))?;
            let appearance = writer.appearance(signer, &target, &mut stamps, &mut places)?;
            of_step.push(Some(writer.recipe(target, appearance, signer.fill.clone())?));
        }
        recipes.push(of_step);
    }
    refuse_shared_fields(recipes.iter().flatten().flatten())?;
    let used: Vec<ImageRef> = recipes.iter().flatten().flatten().filter_map(image_of).collect();
    let used = pictures.into_values().filter(|picture| used.contains(&picture.name()));
    let mut images: Vec<StampImage> = used.collect();
    images.dedup_by_key(|image| image.name());
    let images = images.iter().map(StampImage::to_view).collect();
    Ok(Untried { recipes, images })
}

/// Builds every recipe's revision on the document, so that what cannot be signed is refused now and
/// not when a leader confirms.
pub(super) async fn try_out(
    app: &App,
    untried: Untried,
    document: Bytes,
    now: Timestamp,
) -> Result<Recipes, FlowError> {
    let Untried { recipes, images } = untried;
    let mut all = recipes.iter().flatten().flatten().peekable();
    if all.peek().is_some() {
        app.checker().try_out(document, all, &images, now.second()).await?;
    }
    let encode = |recipe: &Option<Recipe>| recipe.as_ref().map(Recipe::to_cbor);
    let by_step = recipes.iter().map(|step| step.iter().map(encode).collect()).collect();
    Ok(Recipes { by_step, images })
}

/// Two signatures in one field, or one field filled in twice: each alone can be built, both cannot.
fn refuse_shared_fields<'a>(recipes: impl Iterator<Item = &'a Recipe>) -> Result<(), FlowError> {
    let mut taken = HashSet::new();
    for recipe in recipes {
        let filled = recipe.fill.iter().map(|fill| fill.field.as_str());
        for field in filled.chain([recipe.field.as_str()]) {
            if !taken.insert(field.to_owned()) {
                return Err(invalid(format!("the field {field:?} is named twice")));
            }
        }
    }
    Ok(())
}

fn invalid(rule: impl Into<String>) -> FlowError {
    FlowError::InvalidSubmission(rule.into())
}

async fn read_pictures(uploads: Vec<Upload>) -> Result<HashMap<String, StampImage>, FlowError> {
    let read = tokio::task::spawn_blocking(move || {
        let mut pictures = HashMap::with_capacity(uploads.len());
        for upload in uploads {
            let picture = normalise(&upload.bytes).map_err(|error| {
                FlowError::InvalidSubmission(format!("image {}: {error}", upload.name))
            })?;
            pictures.insert(upload.name, picture);
        }
        Ok(pictures)
    });
    read.await.unwrap_or_else(|error| Err(FlowError::Internal(error.to_string())))
}

fn image_of(recipe: &Recipe) -> Option<ImageRef> {
    match recipe.appearance {
        Appearance::Stamp { image, .. } => image,
        Appearance::Invisible => None,
    }
}

// Unique in the document, whoever else signs it and however often it is submitted.
fn field_name(request: RequestId, step: StepNumber, place: usize) -> String {
    format!("Trien-{}-{}-{}", hex::encode(&request.as_bytes()[8..]), step.0, place + 1)
}

/// The field that takes a signature.
enum TargetField<'a> {
    /// One that is added, under this name.
    New(String),
    /// One that waits in the document.
    Waiting(&'a WaitingSignature),
}

struct Writer<'a> {
    unit: &'a UnitView,
    inspection: &'a Inspection,
    pictures: &'a HashMap<String, StampImage>,
    person: &'a PersonRow,
}

impl Writer<'_> {
    fn recipe(
        &self,
        target: TargetField<'_>,
        appearance: Appearance,
        mut fill: Vec<Fill>,
    ) -> Result<Recipe, FlowError> {
        fill.sort_by(|a, b| a.field.as_str().cmp(b.field.as_str()));
        let (field, target) = match target {
            TargetField::New(name) => (name, Target::New),
            TargetField::Waiting(field) => (field.name.clone(), Target::Existing),
        };
        let recipe = Recipe {
            builder: BUILDER.to_owned(),
            field,
            name: text(&self.person.view.name)?,
            reason: None,
            location: None,
            offset_minutes: OFFSET_MINUTES,
            appearance,
            target,
            fill,
        };
        recipe.check().map_err(|error| invalid(error.to_string()))?;
        // The same way back as on the phone: also refuses what is too long.
        Recipe::from_cbor(&recipe.to_cbor()).map_err(|error| invalid(error.to_string()))
    }

    fn target(
        &self,
        signer: &SubmittedSigner,
        new_name: impl FnOnce() -> String,
    ) -> Result<TargetField<'_>, FlowError> {
        let Some(SubmittedAppearance::Field { name, .. }) = &signer.appearance else {
            return Ok(TargetField::New(new_name()));
        };
        let waiting = &self.inspection.waiting;
        let named = waiting.iter().find(|field| field.name == *name);
        named.map(TargetField::Waiting).ok_or_else(|| {
            let names: Vec<&str> = waiting.iter().map(|field| field.name.as_str()).collect();
            let others = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            invalid(format!(
                "no signature field {name:?} waits in the document; these do: {others}"
            ))
        })
    }

    fn appearance(
        &self,
        signer: &SubmittedSigner,
        target: &TargetField<'_>,
        stamps: &mut usize,
        places: &mut Places,
    ) -> Result<Appearance, FlowError> {
        match &signer.appearance {
            Some(SubmittedAppearance::Invisible) => Ok(Appearance::Invisible),
            Some(SubmittedAppearance::Stamp { page, rect, lines, image }) => {
                let place = Place { page: places::page_of(self.inspection, *page)?, rect: *rect };
                self.stamp(place, lines.as_ref(), image.as_deref())
            }
            Some(SubmittedAppearance::Beside { lines, image, .. }) => {
                self.stamp(places.next()?, lines.as_ref(), image.as_deref())
            }
            Some(SubmittedAppearance::Field { lines, image, .. }) => match target {
                TargetField::Waiting(WaitingSignature { place: Some(place), .. }) => {
                    self.stamp(*place, lines.as_ref(), image.as_deref())
                }
                TargetField::Waiting(_) | TargetField::New(_) => Ok(Appearance::Invisible),
            },
            None => {
                let rect = self.inspection.default_rect(*stamps);
                *stamps += 1;
                let page = self.inspection.last_page();
                self.stamp(Place { page, rect }, None, None)
            }
        }
    }

    fn stamp(
        &self,
        Place { page, rect }: Place,
        lines: Option<&Vec<Line>>,
        image: Option<&str>,
    ) -> Result<Appearance, FlowError> {
        let lines = lines.map_or_else(|| self.default_lines(), |lines| Ok(lines.clone()))?;
        let image = image.map(|name| self.picture(name)).transpose()?;
        Ok(Appearance::Stamp { page, rect, lines, image })
    }

    fn picture(&self, name: &str) -> Result<ImageRef, FlowError> {
        let picture = self.pictures.get(name);
        picture
            .map(StampImage::name)
            .ok_or_else(|| FlowError::InvalidSubmission(format!("the image {name} was not sent")))
    }

    fn default_lines(&self) -> Result<Vec<Line>, FlowError> {
        Ok(vec![
            Line::Text { text: text(&self.person.view.name)? },
            Line::Text { text: text(&self.person.view.position)? },
            Line::Text { text: text(&self.unit.name)? },
            Line::SignedAt { label: text(SIGNED_AT)? },
        ])
    }
}

fn text<const MAX: usize>(of: &str) -> Result<Text<MAX>, FlowError> {
    Text::new(of).map_err(|error| FlowError::InvalidSubmission(error.to_string()))
}
