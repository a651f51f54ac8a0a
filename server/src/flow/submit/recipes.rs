//! How each signature of a request will look: one recipe per signer who signs the document.

use std::collections::HashMap;

use bytes::Bytes;
use sqlx::AnyConnection;
use trien_core::document::Text;
use trien_core::env::Timestamp;
use trien_core::id::RequestId;
use trien_core::pdf::image::{StampImage, normalise};
use trien_core::pdf::inspect::Inspection;
use trien_core::pdf::placement::{Place, Wish};
use trien_core::pdf::recipe::{Appearance, BUILDER, ImageRef, Line, Recipe};
use trien_core::request::StepNumber;
use trien_core::wire::{ImageView, Submission, SubmittedAppearance, SubmittedSigner, UnitView};

use super::super::{FlowError, Thing};
use super::Upload;
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

/// The places of the stamps that stand beside a text, in the order of their signers.
pub(super) struct Places(std::vec::IntoIter<Place>);

/// Looks in the document for the texts that stamps stand beside.
pub(super) async fn find_places(
    app: &App,
    submission: &Submission,
    inspection: &Inspection,
    document: Bytes,
) -> Result<Places, FlowError> {
    let signing = submission.steps.iter().filter(|step| step.role.signs_document());
    let signers = signing.flat_map(|step| &step.signers);
    let wishes = signers.filter_map(|signer| wish(signer.appearance.as_ref()?, inspection));
    let wishes: Vec<Wish> = wishes.collect::<Result<_, _>>()?;
    if wishes.is_empty() {
        return Ok(Places(Vec::new().into_iter()));
    }
    let places = app.checker().place(document, &wishes).await??;
    Ok(Places(places.into_iter()))
}

fn wish(
    appearance: &SubmittedAppearance,
    inspection: &Inspection,
) -> Option<Result<Wish, FlowError>> {
    let SubmittedAppearance::Beside { text, occurrence, page, side, width, height, .. } =
        appearance
    else {
        return None;
    };
    let page = page.map(|page| page_of(inspection, page)).transpose();
    let (text, occurrence, side) = (text.clone(), *occurrence, *side);
    let (width, height) = (*width, *height);
    Some(page.map(|page| Wish { text, occurrence, page, side, width, height }))
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
            let writer = Writer { unit, inspection, pictures: &pictures, person: &person };
            let appearance = writer.appearance(signer, &mut stamps, &mut places)?;
            let field = field_name(request, number, place);
            of_step.push(Some(writer.recipe(field, appearance)?));
        }
        recipes.push(of_step);
    }
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

struct Writer<'a> {
    unit: &'a UnitView,
    inspection: &'a Inspection,
    pictures: &'a HashMap<String, StampImage>,
    person: &'a PersonRow,
}

impl Writer<'_> {
    fn recipe(&self, field: String, appearance: Appearance) -> Result<Recipe, FlowError> {
        let recipe = Recipe {
            builder: BUILDER.to_owned(),
            field,
            name: text(&self.person.view.name)?,
            reason: None,
            location: None,
            offset_minutes: OFFSET_MINUTES,
            appearance,
        };
        let invalid =
            |error: &dyn std::fmt::Display| FlowError::InvalidSubmission(error.to_string());
        recipe.check().map_err(|error| invalid(&error))?;
        // The same way back as on the phone: also refuses what is too long.
        Recipe::from_cbor(&recipe.to_cbor()).map_err(|error| invalid(&error))
    }

    fn appearance(
        &self,
        signer: &SubmittedSigner,
        stamps: &mut usize,
        places: &mut Places,
    ) -> Result<Appearance, FlowError> {
        match &signer.appearance {
            Some(SubmittedAppearance::Invisible) => Ok(Appearance::Invisible),
            Some(SubmittedAppearance::Stamp { page, rect, lines, image }) => {
                let place = Place { page: page_of(self.inspection, *page)?, rect: *rect };
                self.stamp(place, lines.as_ref(), image.as_deref())
            }
            Some(SubmittedAppearance::Beside { lines, image, .. }) => {
                let place = places.0.next();
                let place =
                    place.ok_or_else(|| FlowError::Internal("a place is missing".into()))?;
                self.stamp(place, lines.as_ref(), image.as_deref())
            }
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

/// The page, from 0, that is asked for from 1 or, negative, from the end.
fn page_of(inspection: &Inspection, asked: i32) -> Result<u32, FlowError> {
    let pages = inspection.pages.len();
    let index = match usize::try_from(asked.unsigned_abs()).unwrap_or(usize::MAX) {
        distance @ 1.. if asked > 0 => Some(distance - 1),
        distance => pages.checked_sub(distance).filter(|_| asked < 0),
    };
    let index = index.filter(|index| *index < pages).and_then(|i| u32::try_from(i).ok());
    index.ok_or_else(|| {
        FlowError::InvalidSubmission(format!("the document has no page {asked} of {pages}"))
    })
}

fn text<const MAX: usize>(of: &str) -> Result<Text<MAX>, FlowError> {
    Text::new(of).map_err(|error| FlowError::InvalidSubmission(error.to_string()))
}
