//! Number and date of documents (Decree 30/2020, articles 14 and 15): from the register of the unit, by kind and year,
//! from 1 each year; unique, and never given twice. A number is reserved before signing, or given when the seal's step
//! opens, and then written by whoever seals.

mod desk;

use async_trait::async_trait;
use serde_json::json;
use trien_core::digest::Sha256;
use trien_core::document::{Metadata, Text};
use trien_core::env::Timestamp;
use trien_core::id::{RequestId, UnitId};
use trien_core::pdf::recipe::{Fill, Recipe};
use trien_core::request::{Assignment, Role, Step, StepNumber};
use trien_core::wire::{Numbering, Submission};

pub use self::desk::{Asked, Register, of_unit, reserve_by};
use super::key::{ApiCaller, Scope};
use super::submitter::Submitter;
use super::{FlowError, Thing};
use crate::app::App;
use crate::flow::act::kind::Kind;
use crate::fold;
use crate::store::number::{self, NewNumber, Place};
pub use crate::store::number::{NumberView, SeriesView};
use crate::store::{request, reshape};
use crate::text::local_date;
use crate::writer::{Commit, CommitError, Tx};

/// Numbers of one page.
pub const PAGE: u32 = 200;

/// As long as any that is given: what a document bears has room for it.
const ROOM_FOR_NUMBER: &str = "00000";
const ROOM_FOR_DATE: &str = "ngày 00 tháng 00 năm 0000";

/// A number to reserve.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Kind of document.
    pub kind: Text<100>,
    /// What stands after the number.
    pub notation: Text<30>,
    /// The document system's own name for the document: who asks again under it gets the same number.
    pub reference: Text<100>,
}

/// Reserves the next number of the caller's unit for a document that it will submit.
pub async fn reserve(app: &App, caller: &ApiCaller, wish: Wish) -> Result<NumberView, FlowError> {
    caller.require(Scope::Submit)?;
    let (by, unit) = (Submitter::Key(caller.key), caller.unit);
    Ok(app.writer().commit(Reserve { by, unit, wish }).await?.value)
}

/// Numbers of the caller's unit for a kind and a year, in order, after `cursor`.
pub async fn list(
    app: &App,
    caller: &ApiCaller,
    kind: &str,
    year: u32,
    cursor: u64,
) -> Result<Vec<NumberView>, FlowError> {
    caller.require(Scope::Read)?;
    let after = Place { unit: caller.unit, kind: series(kind), year, value: cursor };
    let mut connection = app.store().reader().await?;
    Ok(number::list(&mut connection, &after, PAGE).await?)
}

/// What a submission asks of the register, checked; the seal's signer fills in what it will say, for now as long as
/// can be.
pub(super) fn prepare(submission: &mut Submission) -> Result<(), FlowError> {
    let Some(numbering) = &submission.numbering else { return Ok(()) };
    let invalid = |why: &str| Err(FlowError::InvalidSubmission(why.to_owned()));
    if submission.metadata.number.is_some() {
        return invalid("a document has a number, or the register gives it one");
    }
    let seals = submission.steps.iter().filter(|step| step.role == Role::Seal).count();
    let last = submission.steps.last_mut().filter(|last| seals == 1 && last.role == Role::Seal);
    let Some(seal) = last else {
        return invalid(
            "the register writes by the seal: a route ends with its one such step then",
        );
    };
    let [signer] = &mut seal.signers[..] else {
        return invalid("the register writes by the seal: its step has one signer then");
    };
    let room = format!("{ROOM_FOR_NUMBER}/{}", numbering.notation);
    signer.fill.extend(filled(numbering, &room, ROOM_FOR_DATE)?);
    Ok(())
}

/// Notes that a request bears a number that its unit reserved, or took over from the version before.
pub(super) async fn bind(
    tx: &mut Tx<'_>,
    request: RequestId,
    unit: UnitId,
    metadata: &Metadata,
    supersedes: Option<RequestId>,
) -> Result<(), CommitError> {
    let Some(text) = &metadata.number else { return Ok(()) };
    let (kind, year) = (series(metadata.kind.as_str()), year(tx.now()));
    let rows = number::by_text(tx.connection(), unit, text.as_str()).await?;
    let free = |holder: &Option<RequestId>| holder.is_none() || *holder == supersedes;
    let refused = |why: String| Err(CommitError::from(FlowError::InvalidSubmission(why)));
    let of_year = rows.iter().find(|(place, _)| place.year == year);
    // What was reserved in December may be submitted in January.
    let earlier = || rows.iter().find(|(place, holder)| place.year + 1 == year && free(holder));
    match of_year.or_else(earlier) {
        None => Ok(()),
        Some((place, _)) if place.kind != kind => {
            refused(format!("the register has {text} for another kind of document"))
        }
        Some((place, holder)) if free(holder) => take(tx, place, request).await,
        Some(_) => refused(format!("the number {text} is another request's")),
    }
}

/// Hands the numbers of a request over to its new version.
pub(super) async fn hand_over(
    tx: &mut Tx<'_>,
    unit: UnitId,
    earlier: RequestId,
    to: RequestId,
) -> Result<(), CommitError> {
    for (place, _) in number::of_request(tx.connection(), unit, earlier).await? {
        take(tx, &place, to).await?;
    }
    Ok(())
}

async fn take(tx: &mut Tx<'_>, place: &Place, request: RequestId) -> Result<(), CommitError> {
    match number::take(tx.connection(), place, request).await? {
        1 => Ok(()),
        _ => Err(FlowError::Internal("a number is not in the register".to_owned()).into()),
    }
}

/// Gives number and date where the step that opens is the seal's and the register writes them.
pub(super) async fn give(
    tx: &mut Tx<'_>,
    id: RequestId,
    step: StepNumber,
) -> Result<(), CommitError> {
    let Some(numbering) = number::numbering(tx.connection(), id).await? else { return Ok(()) };
    let now = request::route(tx.connection(), id).await?;
    let route = now.ok_or(FlowError::NotFound(Thing::Request))?.route;
    let at = usize::from(step.0).checked_sub(1);
    let Some(open) = at.and_then(|at| route.steps().get(at)) else { return Ok(()) };
    if open.role != Role::Seal {
        return Ok(());
    }
    let head = request::head(tx.connection(), id).await?;
    let mut head = head.ok_or(FlowError::NotFound(Thing::Request))?;
    if head.metadata.number.is_some() {
        return Ok(());
    }
    let text = given(tx, &head, &numbering).await?;
    head.metadata.number = Some(Text::new(text.as_str()).map_err(|_| too_long())?);
    number::name(tx.connection(), id, &head.metadata).await?;
    let recipes = write(tx, id, step, open, &numbering, &text).await?;
    let statement = json!({
        "request": id,
        "unit": head.unit.id,
        "recipes": recipes,
        "before": { "number": null },
        "after": { "number": text },
    });
    tx.state(Kind::NumberGiven, id.as_bytes(), &statement).await?;
    Ok(())
}

/// The number of the version before, or the next one.
async fn given(
    tx: &mut Tx<'_>,
    head: &request::RequestHead,
    numbering: &Numbering,
) -> Result<String, CommitError> {
    let (unit, now) = (head.unit.id, tx.now());
    let (kind, year) = (series(head.metadata.kind.as_str()), year(now));
    let notation = format!("/{}", numbering.notation);
    let mut had = number::of_request(tx.connection(), unit, head.id).await?.into_iter();
    let fits = |(place, text): &(Place, String)| {
        place.kind == kind && place.year == year && text.ends_with(&notation)
    };
    if let Some((_, text)) = had.find(fits) {
        return Ok(text);
    }
    let place = number::next(tx.connection(), unit, &kind, year).await?;
    let text = written(place.value, &numbering.notation);
    let kind = head.metadata.kind.to_string();
    let new =
        NewNumber { place, number: text.clone(), kind, reference: None, request: Some(head.id) };
    number::insert(tx.connection(), &new, now).await?;
    Ok(text)
}

/// Writes number and date into what the seal's signer will sign.
async fn write(
    tx: &mut Tx<'_>,
    id: RequestId,
    step: StepNumber,
    open: &Step,
    numbering: &Numbering,
    text: &str,
) -> Result<Vec<Sha256>, CommitError> {
    let date = local_date(tx.now().second());
    let (day, month) = (date.day(), date.month());
    // Days below 10 and the first two months have a nought before them (Decree 30/2020, annex I).
    let month = if month < 3 { format!("{month:02}") } else { month.to_string() };
    let date = format!("ngày {day:02} tháng {month} năm {}", date.year());
    let fill = filled(numbering, text, &date)?;
    let mut written = Vec::new();
    for signer in open.signers.iter().filter(|signer| signer.assignment == Assignment::Open) {
        let part = reshape::Part { request: id, step, person: signer.person };
        let kept = request::recipe(tx.connection(), id, step, signer.person).await?;
        let Some(kept) = kept else { continue };
        let damaged = |_| FlowError::Internal("a recipe in the database is none".to_owned());
        let mut recipe = Recipe::from_cbor(&kept).map_err(damaged)?;
        for new in &fill {
            for old in recipe.fill.iter_mut().filter(|old| old.field == new.field) {
                old.text = new.text.clone();
            }
        }
        let recipe = recipe.to_cbor();
        if reshape::set_recipe(tx.connection(), part, &recipe).await? != 1 {
            return Err(FlowError::Overtaken.into());
        }
        written.push(Sha256::of(&recipe));
    }
    if written.is_empty() {
        return Err(FlowError::Internal("nobody would write the number".to_owned()).into());
    }
    Ok(written)
}

struct Reserve {
    by: Submitter,
    unit: UnitId,
    wish: Wish,
}

#[async_trait]
impl Commit for Reserve {
    type Done = NumberView;

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<NumberView, CommitError> {
        let (unit, now, year) = (self.unit, tx.now(), year(tx.now()));
        let Wish { kind, notation, reference } = &self.wish;
        self.by.require(tx, unit).await?;
        if !reshape::stands(tx.connection(), unit).await? {
            return Err(FlowError::NotFound(Thing::Unit).into());
        }
        let connection = tx.connection();
        if let Some(known) = number::by_reference(connection, unit, reference.as_str()).await? {
            let same = self.is_for(&known, year);
            return if same { Ok(known) } else { Err(FlowError::IdempotencyConflict.into()) };
        }
        let place = number::next(connection, unit, &series(kind.as_str()), year).await?;
        let new = NewNumber {
            number: written(place.value, notation),
            kind: kind.to_string(),
            reference: Some(reference.to_string()),
            request: None,
            place,
        };
        Text::<41>::new(new.number.as_str()).map_err(|_| too_long())?;
        number::insert(tx.connection(), &new, now).await?;
        let mut statement = json!({
            "unit": unit,
            "reference": reference,
            "before": { "number": null },
            "after": { "number": new.number },
        });
        self.by.note(&mut statement);
        tx.state(Kind::NumberReserved, unit.as_bytes(), &statement).await?;
        let reserved = number::by_reference(tx.connection(), unit, reference.as_str()).await?;
        Ok(reserved.ok_or(FlowError::NotFound(Thing::Unit))?)
    }
}

impl Reserve {
    /// Whether a number that has this name already is the one that is wished for. A document system asks again after a lost
    /// answer, whenever that is; a clerk would be told of a number to write that another document bears, or of another year.
    fn is_for(&self, known: &NumberView, year: u32) -> bool {
        let Wish { kind, notation, .. } = &self.wish;
        let same = series(&known.kind) == series(kind.as_str())
            && known.number.ends_with(&format!("/{notation}"));
        match self.by {
            Submitter::Key(_) => same,
            Submitter::Clerk(_) => same && known.request.is_none() && known.year == year,
        }
    }
}

/// One register for each kind, however it is written.
fn series(kind: &str) -> String {
    fold::words(kind).join(" ")
}

fn year(now: Timestamp) -> u32 {
    u32::from(local_date(now.second()).year().unsigned_abs())
}

/// Numbers below 10 have a nought before them.
fn written(value: u64, notation: &Text<30>) -> String {
    format!("{value:02}/{notation}")
}

fn filled(numbering: &Numbering, number: &str, date: &str) -> Result<Vec<Fill>, FlowError> {
    let fill = |field: &Text<200>, text: &str| {
        let text = Text::new(text).map_err(|_| too_long())?;
        Ok::<_, FlowError>(Fill { field: field.clone(), text })
    };
    let mut fills = vec![fill(&numbering.number_field, number)?];
    if let Some(field) = &numbering.date_field {
        fills.push(fill(field, date)?);
    }
    Ok(fills)
}

fn too_long() -> FlowError {
    FlowError::InvalidSubmission("number and notation have at most 41 characters".to_owned())
}
