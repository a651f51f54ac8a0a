//! Where stamps and fields of a submission go: pages as people count them, places beside a text.

use bytes::Bytes;
use trien_core::pdf::fields::NewField;
use trien_core::pdf::inspect::Inspection;
use trien_core::pdf::placement::{Place, Wish};
use trien_core::wire::{Submission, SubmittedAppearance, SubmittedField};

use super::super::FlowError;
use crate::app::App;

/// The places of the stamps that stand beside a text, in the order of their signers.
pub(super) struct Places(std::vec::IntoIter<Place>);

impl Places {
    /// The place of the next of them.
    pub(super) fn next(&mut self) -> Result<Place, FlowError> {
        self.0.next().ok_or_else(|| FlowError::Internal("a place is missing".to_owned()))
    }
}

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

/// Fields as they are added, from fields as they are submitted.
pub(super) fn new_fields(
    fields: &[SubmittedField],
    inspection: &Inspection,
) -> Result<Vec<NewField>, FlowError> {
    let new = |field: &SubmittedField| {
        let SubmittedField { name, label, page, rect } = field.clone();
        Ok(NewField { name, label, page: page_of(inspection, page)?, rect })
    };
    fields.iter().map(new).collect()
}

/// The page of that number from 1, or from the end where it is negative, as an index.
pub(super) fn page_of(inspection: &Inspection, asked: i32) -> Result<u32, FlowError> {
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
