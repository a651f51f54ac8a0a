//! The register of numbers that units give to the documents they issue.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use trien_core::env::Timestamp;
use trien_core::id::{RequestId, UnitId};
use trien_core::wire::Numbering;

use super::value::stored_json;
use super::{Bind as _, Columns as _, StoreError, statements};

stored_json!(Numbering);

macro_rules! rows {
    ($from:literal) => {
        concat!(
            "SELECT d.value, d.number, d.kind_shown, d.year, d.given_at, d.reference, d.request, \
             COALESCE(r.state, ''), (SELECT a.reason FROM assignment a WHERE a.request = d.request \
                 AND a.reason IS NOT NULL ORDER BY a.step DESC, a.place LIMIT 1) FROM ",
            $from
        )
    };
}

statements! {
    COUNT_ON = "INSERT INTO number_series (unit, kind, year, last) VALUES ($1, $2, $3, 1) \
        ON CONFLICT (unit, kind, year) DO UPDATE SET last = number_series.last + 1";
    LAST = "SELECT last FROM number_series WHERE unit = $1 AND kind = $2 AND year = $3";
    INSERT = "INSERT INTO document_number \
        (unit, kind, year, value, number, kind_shown, reference, request, given_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    BY_REFERENCE = rows!("document_number d LEFT JOIN request r ON r.id = d.request \
        WHERE d.unit = $1 AND d.reference = $2");
    // In the order of the index of numbers: without it SQLite reads the whole register.
    BY_TEXT = "SELECT kind, year, value, request FROM document_number WHERE unit = $1 AND number = $2 \
        ORDER BY year DESC, kind";
    OF_REQUEST = "SELECT kind, year, value, number FROM document_number \
        WHERE request = $1 AND unit = $2 ORDER BY given_at DESC, kind, value";
    TAKE = "UPDATE document_number SET request = $5 \
        WHERE unit = $1 AND kind = $2 AND year = $3 AND value = $4";
    LIST = rows!("document_number d LEFT JOIN request r ON r.id = d.request \
        WHERE d.unit = $1 AND d.kind = $2 AND d.year = $3 AND d.value > $4 ORDER BY d.value LIMIT $5");
    FIND_TEXT = rows!("document_number d LEFT JOIN request r ON r.id = d.request \
        WHERE d.unit = $1 AND d.number = $2 ORDER BY d.year DESC, d.kind LIMIT $3");
    // The same number of each kind and year: series first, which are few.
    FIND_VALUE = rows!("number_series s CROSS JOIN document_number d LEFT JOIN request r ON r.id = d.request \
        WHERE s.unit = $1 AND d.unit = s.unit AND d.kind = s.kind AND d.year = s.year AND d.value = $2 \
        ORDER BY s.year DESC, s.kind LIMIT $3");
    SERIES = "SELECT s.kind, s.year, s.last, COALESCE((SELECT d.kind_shown FROM document_number d \
        WHERE d.unit = s.unit AND d.kind = s.kind AND d.year = s.year ORDER BY d.value DESC LIMIT 1), s.kind) \
        FROM number_series s WHERE s.unit = $1 ORDER BY s.year DESC, s.kind LIMIT $2";
    NUMBERING = "SELECT numbering FROM request WHERE id = $1 AND numbering IS NOT NULL";
    NAME = "UPDATE request SET metadata = $2, folded = $3 WHERE id = $1";
}

/// Where a number stands: unit, kind without case and marks, year of Việt Nam's calendar, and the number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Whose register.
    pub unit: UnitId,
    /// Kind of document, folded.
    pub kind: String,
    /// Year.
    pub year: u32,
    /// The number.
    pub value: u64,
}

/// A number to note.
#[derive(Clone, Debug)]
pub struct NewNumber {
    /// Where it stands.
    pub place: Place,
    /// With its notation, as documents bear it.
    pub number: String,
    /// The kind as people write it.
    pub kind: String,
    /// What whoever reserved it calls it.
    pub reference: Option<String>,
    /// The request that bears it.
    pub request: Option<RequestId>,
}

/// A number as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberView {
    /// The number.
    pub value: u64,
    /// With its notation.
    pub number: String,
    /// Kind of document.
    pub kind: String,
    /// Year.
    pub year: u32,
    /// When it was reserved or given.
    pub given_at: Timestamp,
    /// What whoever reserved it calls it.
    pub reference: Option<String>,
    /// The request that bears it.
    pub request: Option<RequestId>,
    /// The name of the state of that request; none while it is reserved.
    pub state: Option<String>,
    /// Why that request was rejected or returned.
    pub reason: Option<String>,
}

/// The numbers of one kind and year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeriesView {
    /// Kind of document, as it was last written.
    pub kind: String,
    /// Year.
    pub year: u32,
    /// The last number that was given.
    pub last: u64,
}

/// The next number of a series.
pub async fn next(
    connection: &mut AnyConnection,
    unit: UnitId,
    kind: &str,
    year: u32,
) -> Result<Place, StoreError> {
    let count = sqlx::query(COUNT_ON).put(&unit).bind(kind.to_owned()).put(&year);
    count.execute(&mut *connection).await?;
    let last = sqlx::query(LAST).put(&unit).bind(kind.to_owned()).put(&year);
    let value = last.fetch_one(connection).await?.get_as(0)?;
    Ok(Place { unit, kind: kind.to_owned(), year, value })
}

/// Notes a number.
pub async fn insert(
    connection: &mut AnyConnection,
    new: &NewNumber,
    at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(INSERT)
        .put(&new.place.unit)
        .bind(new.place.kind.clone())
        .put(&new.place.year)
        .put(&new.place.value)
        .bind(new.number.clone())
        .bind(new.kind.clone())
        .bind(new.reference.clone())
        .put_opt(new.request.as_ref())
        .put(&at)
        .execute(connection)
        .await?;
    Ok(())
}

/// What a unit reserved under this name.
pub async fn by_reference(
    connection: &mut AnyConnection,
    unit: UnitId,
    reference: &str,
) -> Result<Option<NumberView>, StoreError> {
    let query = sqlx::query(BY_REFERENCE).put(&unit).bind(reference.to_owned());
    query.fetch_optional(connection).await?.as_ref().map(read).transpose()
}

/// Where a number stands that a unit's document bears, and which request has it; the newest year first.
pub async fn by_text(
    connection: &mut AnyConnection,
    unit: UnitId,
    number: &str,
) -> Result<Vec<(Place, Option<RequestId>)>, StoreError> {
    let query = sqlx::query(BY_TEXT).put(&unit).bind(number.to_owned());
    let rows = query.fetch_all(connection).await?;
    let place = |row: &AnyRow| {
        let (kind, year, value) = (row.get_as(0)?, row.get_as(1)?, row.get_as(2)?);
        Ok((Place { unit, kind, year, value }, row.get_opt(3)?))
    };
    rows.iter().map(place).collect()
}

/// The numbers that a request has from the register of `unit`, the newest first: more than one where a version before it was of
/// another kind or year.
pub async fn of_request(
    connection: &mut AnyConnection,
    unit: UnitId,
    request: RequestId,
) -> Result<Vec<(Place, String)>, StoreError> {
    let rows = sqlx::query(OF_REQUEST).put(&request).put(&unit).fetch_all(connection).await?;
    let read = |row: &AnyRow| {
        let (kind, year, value) = (row.get_as(0)?, row.get_as(1)?, row.get_as(2)?);
        Ok((Place { unit, kind, year, value }, row.get_as(3)?))
    };
    rows.iter().map(read).collect()
}

/// Notes which request bears a number; gives the rows changed.
pub async fn take(
    connection: &mut AnyConnection,
    place: &Place,
    request: RequestId,
) -> Result<u64, StoreError> {
    let take = sqlx::query(TAKE).put(&place.unit).bind(place.kind.clone()).put(&place.year);
    Ok(take.put(&place.value).put(&request).execute(connection).await?.rows_affected())
}

/// Numbers of one series after `value`, in order.
pub async fn list(
    connection: &mut AnyConnection,
    after: &Place,
    limit: u32,
) -> Result<Vec<NumberView>, StoreError> {
    let query = sqlx::query(LIST).put(&after.unit).bind(after.kind.clone()).put(&after.year);
    let rows = query.put(&after.value).put(&limit).fetch_all(connection).await?;
    rows.iter().map(read).collect()
}

/// The numbers of a unit that documents bear so, the newest first.
pub async fn find_text(
    connection: &mut AnyConnection,
    unit: UnitId,
    number: &str,
    limit: u32,
) -> Result<Vec<NumberView>, StoreError> {
    let query = sqlx::query(FIND_TEXT).put(&unit).bind(number.to_owned()).put(&limit);
    query.fetch_all(connection).await?.iter().map(read).collect()
}

/// This number of each of a unit's series, the newest first.
pub async fn find_value(
    connection: &mut AnyConnection,
    unit: UnitId,
    value: u64,
    limit: u32,
) -> Result<Vec<NumberView>, StoreError> {
    let query = sqlx::query(FIND_VALUE).put(&unit).put(&value).put(&limit);
    query.fetch_all(connection).await?.iter().map(read).collect()
}

/// The series of a unit, the newest year first.
pub async fn series(
    connection: &mut AnyConnection,
    unit: UnitId,
    limit: u32,
) -> Result<Vec<SeriesView>, StoreError> {
    let rows = sqlx::query(SERIES).put(&unit).put(&limit).fetch_all(connection).await?;
    let read = |row: &AnyRow| {
        Ok(SeriesView { kind: row.get_as(3)?, year: row.get_as(1)?, last: row.get_as(2)? })
    };
    rows.iter().map(read).collect()
}

/// What the register is to write into a request's document.
pub async fn numbering(
    connection: &mut AnyConnection,
    request: RequestId,
) -> Result<Option<Numbering>, StoreError> {
    let row = sqlx::query(NUMBERING).put(&request).fetch_optional(connection).await?;
    row.map(|row| row.get_as(0)).transpose()
}

/// Writes what the register says of a request now.
pub async fn name(
    connection: &mut AnyConnection,
    request: RequestId,
    metadata: &trien_core::document::Metadata,
) -> Result<(), StoreError> {
    let folded = super::requests::folded(metadata);
    sqlx::query(NAME).put(&request).put(metadata).put(&folded).execute(connection).await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<NumberView, StoreError> {
    let state: String = row.get_as(7)?;
    Ok(NumberView {
        value: row.get_as(0)?,
        number: row.get_as(1)?,
        kind: row.get_as(2)?,
        year: row.get_as(3)?,
        given_at: row.get_as(4)?,
        reference: row.get_opt(5)?,
        request: row.get_opt(6)?,
        state: (!state.is_empty()).then_some(state),
        reason: row.get_opt(8)?,
    })
}
