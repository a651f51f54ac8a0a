//! Documents, their revisions and the stamp images that go into them.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use trien_core::decision::DecisionHash;
use trien_core::digest::Sha256;
use trien_core::document::DocumentRef;
use trien_core::env::{Timestamp, UnixSecond};
use trien_core::id::{PersonId, RequestId};
use trien_core::pdf::recipe::ImageRef;
use trien_core::wire::{Base64, DocumentView, ImageView};

use super::stand_in::has_part;
use super::{Bind as _, Columns as _, StoreError, statements};

statements! {
    INSERT_DOCUMENT = "INSERT INTO document (sha256, size, created_at) VALUES ($1, $2, $3) \
        ON CONFLICT (sha256) DO NOTHING";
    ATTACH = "INSERT INTO request_document (request, place, name, media_type) \
        VALUES ($1, $2, $3, $4)";
    INSERT_REVISION = "INSERT INTO document_revision (request, place, number, sha256, size, part, \
        tail, decision, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
        ON CONFLICT (request, place, number) DO NOTHING";
    VIEWS = "SELECT d.place, d.name, d.media_type, v.sha256, v.size FROM request_document d \
        JOIN document_revision v ON v.request = d.request AND v.place = d.place \
        WHERE d.request = $1 ORDER BY d.place, v.number";
    CURRENT = "SELECT d.place, d.name, d.media_type, v.number, v.sha256, v.size \
        FROM request_document d JOIN document_revision v \
        ON v.request = d.request AND v.place = d.place \
        WHERE d.request = $1 AND v.number = (SELECT MAX(n.number) FROM document_revision n \
            WHERE n.request = d.request AND n.place = d.place) ORDER BY d.place";
    CURRENT_MAIN = "SELECT number, sha256 FROM document_revision \
        WHERE request = $1 AND place = 0 ORDER BY number DESC LIMIT 1";
    CHAIN = "SELECT sha256, size, part, tail FROM document_revision \
        WHERE request = $1 AND place = $2 AND number <= $3 ORDER BY number";
    FOR_PERSON = concat!("SELECT v.request, v.place, v.number, d.name, d.media_type \
        FROM document_revision v JOIN request_document d \
        ON d.request = v.request AND d.place = v.place \
        WHERE v.sha256 = $1 AND (", has_part!("v.request"), " OR EXISTS (SELECT 1 FROM request_copy c \
            WHERE c.request = v.request AND c.person = $2 AND c.change > 0)) LIMIT 1");
    UNFILED = "SELECT request, place, number, part, tail FROM document_revision \
        WHERE tail IS NOT NULL ORDER BY created_at LIMIT $1";
    FILED = "UPDATE document_revision SET tail = NULL \
        WHERE request = $1 AND place = $2 AND number = $3 AND tail IS NOT NULL";
    INSERT_IMAGE = "INSERT INTO image (colour, alpha, width, height, colour_stream, alpha_stream) \
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (colour, alpha, width, height) DO NOTHING";
    USE_IMAGE = "INSERT INTO request_image (request, colour, alpha, width, height) \
        VALUES ($1, $2, $3, $4, $5) \
        ON CONFLICT (request, colour, alpha, width, height) DO NOTHING";
    IMAGE = "SELECT width, height, colour, alpha, colour_stream, alpha_stream FROM image \
        WHERE colour = $1 AND alpha = $2 AND width = $3 AND height = $4";
    IMAGE_FOR_PERSON = "SELECT i.width, i.height, i.colour, i.alpha, i.colour_stream, \
        i.alpha_stream FROM image i WHERE i.colour = $1 AND EXISTS (SELECT 1 FROM request_image u \
            JOIN assignment a ON a.request = u.request \
            WHERE u.colour = i.colour AND u.alpha = i.alpha AND u.width = i.width \
            AND u.height = i.height AND a.person = $2) ORDER BY i.alpha, i.width, i.height";
}

/// One document of a request in its newest revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CurrentDocument {
    /// Its place: 0 for the main document.
    pub place: u32,
    /// File name, for people.
    pub name: String,
    /// Number of the newest revision; 0 is the file as submitted.
    pub number: u32,
    /// The newest revision.
    pub document: DocumentRef,
}

/// A revision to add.
#[derive(Clone, Debug)]
pub struct NewRevision {
    /// Of which request.
    pub request: RequestId,
    /// Of which of its documents.
    pub place: u32,
    /// Its number.
    pub number: u32,
    /// Digest of all bytes.
    pub sha256: Sha256,
    /// Length of all bytes.
    pub size: u64,
    /// Digest of the bytes it adds: the file's for revision 0, the tail's later.
    pub part: Sha256,
    /// The tail, until it is filed.
    pub tail: Option<Vec<u8>>,
    /// The decision that signed it.
    pub decision: Option<DecisionHash>,
}

/// What one revision adds.
#[derive(Clone, Debug)]
pub struct Part {
    /// Digest of the document up to and with this part.
    pub sha256: Sha256,
    /// Length of the document up to and with this part.
    pub size: u64,
    /// Digest of this part: the name of its file.
    pub part: Sha256,
    /// Its bytes while they are in the row.
    pub tail: Option<Vec<u8>>,
}

/// Where a revision stands, and what it is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    /// Of which request.
    pub request: RequestId,
    /// Of which of its documents.
    pub place: u32,
    /// Its number.
    pub number: u32,
    /// File name, for people.
    pub name: String,
    /// Its media type.
    pub media_type: String,
}

/// A tail to file.
#[derive(Clone, Debug)]
pub struct Unfiled {
    /// Of which request.
    pub request: RequestId,
    /// Of which of its documents.
    pub place: u32,
    /// Its revision.
    pub number: u32,
    /// Its digest: the name of its file.
    pub part: Sha256,
    /// Its bytes.
    pub tail: Vec<u8>,
}

/// Notes a file that was stored.
pub async fn insert(
    connection: &mut AnyConnection,
    sha256: &Sha256,
    size: u64,
    at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(INSERT_DOCUMENT).put(sha256).put(&size).put(&at).execute(connection).await?;
    Ok(())
}

/// Makes a document part of a request.
pub async fn attach(
    connection: &mut AnyConnection,
    request: RequestId,
    place: u32,
    name: &str,
    media_type: &str,
) -> Result<(), StoreError> {
    sqlx::query(ATTACH)
        .put(&request)
        .put(&place)
        .bind(name.to_owned())
        .bind(media_type.to_owned())
        .execute(connection)
        .await?;
    Ok(())
}

/// Adds a revision; gives 0 when one with this number is there.
pub async fn insert_revision(
    connection: &mut AnyConnection,
    revision: &NewRevision,
    at: Timestamp,
) -> Result<u64, StoreError> {
    let insert = sqlx::query(INSERT_REVISION)
        .put(&revision.request)
        .put(&revision.place)
        .put(&revision.number)
        .put(&revision.sha256)
        .put(&revision.size)
        .put(&revision.part)
        .put_opt(revision.tail.as_ref())
        .put_opt(revision.decision.as_ref())
        .put(&at);
    Ok(insert.execute(connection).await?.rows_affected())
}

/// The documents of a request with all revisions, the main one first.
pub async fn views(
    connection: &mut AnyConnection,
    request: RequestId,
) -> Result<Vec<DocumentView>, StoreError> {
    let mut views: Vec<(u32, DocumentView)> = Vec::new();
    for row in sqlx::query(VIEWS).put(&request).fetch_all(connection).await? {
        let place = row.get_as(0)?;
        let current = DocumentRef {
            media_type: row.get_as(2)?,
            sha256: row.get_as(3)?,
            size: row.get_as(4)?,
        };
        match views.last_mut() {
            Some((last, view)) if *last == place => {
                let earlier = std::mem::replace(&mut view.current, current);
                view.earlier.push(earlier);
            }
            _ => {
                let view = DocumentView { name: row.get_as(1)?, current, earlier: Vec::new() };
                views.push((place, view));
            }
        }
    }
    Ok(views.into_iter().map(|(_, view)| view).collect())
}

/// The documents of a request in their newest revision, the main one first.
pub async fn current(
    connection: &mut AnyConnection,
    request: RequestId,
) -> Result<Vec<CurrentDocument>, StoreError> {
    let rows = sqlx::query(CURRENT).put(&request).fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            Ok(CurrentDocument {
                place: row.get_as(0)?,
                name: row.get_as(1)?,
                number: row.get_as(3)?,
                document: DocumentRef {
                    media_type: row.get_as(2)?,
                    sha256: row.get_as(4)?,
                    size: row.get_as(5)?,
                },
            })
        })
        .collect()
}

/// Number and digest of the main document's newest revision.
pub async fn current_main(
    connection: &mut AnyConnection,
    request: RequestId,
) -> Result<Option<(u32, Sha256)>, StoreError> {
    let row = sqlx::query(CURRENT_MAIN).put(&request).fetch_optional(connection).await?;
    row.map(|row| Ok((row.get_as(0)?, row.get_as(1)?))).transpose()
}

/// What a revision is made of, the file as submitted first.
pub async fn chain(
    connection: &mut AnyConnection,
    request: RequestId,
    place: u32,
    number: u32,
) -> Result<Vec<Part>, StoreError> {
    let query = sqlx::query(CHAIN).put(&request).put(&place).put(&number);
    let rows = query.fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            Ok(Part {
                sha256: row.get_as(0)?,
                size: row.get_as(1)?,
                part: row.get_as(2)?,
                tail: row.get_opt(3)?,
            })
        })
        .collect()
}

/// A revision by its digest, in a request that the person has a part in, or may decide on in another's place now.
pub async fn for_person(
    connection: &mut AnyConnection,
    sha256: &Sha256,
    person: PersonId,
    now: UnixSecond,
) -> Result<Option<Located>, StoreError> {
    let query = sqlx::query(FOR_PERSON).put(sha256).put(&person).put(&now);
    let row = query.fetch_optional(connection).await?;
    row.map(|row| {
        Ok(Located {
            request: row.get_as(0)?,
            place: row.get_as(1)?,
            number: row.get_as(2)?,
            name: row.get_as(3)?,
            media_type: row.get_as(4)?,
        })
    })
    .transpose()
}

/// Tails that are still in their rows, oldest first.
pub async fn unfiled(
    connection: &mut AnyConnection,
    limit: u32,
) -> Result<Vec<Unfiled>, StoreError> {
    let rows = sqlx::query(UNFILED).put(&limit).fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            Ok(Unfiled {
                request: row.get_as(0)?,
                place: row.get_as(1)?,
                number: row.get_as(2)?,
                part: row.get_as(3)?,
                tail: row.get_as(4)?,
            })
        })
        .collect()
}

/// Drops a tail that was filed.
pub async fn filed(connection: &mut AnyConnection, tail: &Unfiled) -> Result<(), StoreError> {
    let update = sqlx::query(FILED).put(&tail.request).put(&tail.place).put(&tail.number);
    update.execute(connection).await?;
    Ok(())
}

/// Stores a normalised image and says that a request uses it.
pub async fn use_image(
    connection: &mut AnyConnection,
    request: RequestId,
    image: &ImageView,
) -> Result<(), StoreError> {
    sqlx::query(INSERT_IMAGE)
        .put(&image.image.colour)
        .put(&image.image.alpha)
        .put(&image.image.width)
        .put(&image.image.height)
        .put(&image.colour.0)
        .put(&image.alpha.0)
        .execute(&mut *connection)
        .await?;
    sqlx::query(USE_IMAGE)
        .put(&request)
        .put(&image.image.colour)
        .put(&image.image.alpha)
        .put(&image.image.width)
        .put(&image.image.height)
        .execute(connection)
        .await?;
    Ok(())
}

/// One image.
pub async fn image(
    connection: &mut AnyConnection,
    image: &ImageRef,
) -> Result<Option<ImageView>, StoreError> {
    let query = sqlx::query(IMAGE)
        .put(&image.colour)
        .put(&image.alpha)
        .put(&image.width)
        .put(&image.height);
    query.fetch_optional(connection).await?.as_ref().map(read_image).transpose()
}

/// The images with this colour stream in requests that the person has a part in.
pub async fn images_for_person(
    connection: &mut AnyConnection,
    colour: &Sha256,
    person: PersonId,
) -> Result<Vec<ImageView>, StoreError> {
    let query = sqlx::query(IMAGE_FOR_PERSON).put(colour).put(&person);
    query.fetch_all(connection).await?.iter().map(read_image).collect()
}

fn read_image(row: &AnyRow) -> Result<ImageView, StoreError> {
    Ok(ImageView {
        image: ImageRef {
            width: row.get_as(0)?,
            height: row.get_as(1)?,
            colour: row.get_as(2)?,
            alpha: row.get_as(3)?,
        },
        colour: Base64(row.get_as(4)?),
        alpha: Base64(row.get_as(5)?),
    })
}
