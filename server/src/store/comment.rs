//! Comments beside the pages of documents.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use trien_core::env::{Timestamp, UnixSecond};
use trien_core::id::{AccountId, CommentId, PersonId, RequestId};
use trien_core::papers::{CommentAuthor, CommentView};

use super::stand_in::has_part;
use super::{Bind as _, Columns as _, StoreError, statements};

statements! {
    INSERT = "INSERT INTO request_comment (id, request, document, page, account, person, text, written_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    WITHDRAW = "UPDATE request_comment SET text = NULL, withdrawn_at = $3 \
        WHERE id = $1 AND request = $2 AND withdrawn_at IS NULL";
    LIST = "SELECT c.id, c.document, c.page, c.person, COALESCE(p.name, a.name, ''), \
        COALESCE((SELECT o.title FROM position o WHERE o.person = c.person AND o.until IS NULL \
            ORDER BY o.since, o.title LIMIT 1), ''), c.text, c.written_at, c.withdrawn_at, c.account \
        FROM request_comment c LEFT JOIN person p ON p.id = c.person \
        LEFT JOIN account a ON a.id = c.account WHERE c.request = $1 ORDER BY c.id";
    WRITER = "SELECT account, person, document, page FROM request_comment \
        WHERE id = $1 AND request = $2 AND withdrawn_at IS NULL";
    COUNT = "SELECT COUNT(*) FROM request_comment WHERE request = $1";
    HAS_DOCUMENT = "SELECT 1 FROM request_document WHERE request = $1 AND place = $2";
    HAS_PART = concat!("SELECT 1 FROM request r WHERE r.id = $1 AND ", has_part!("r.id"));
}

/// Who writes comments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writer {
    /// A clerk, who signed in or showed a token.
    Account(AccountId),
    /// Somebody with a part in the request, on their phone.
    Person(PersonId),
}

/// A comment to note.
#[derive(Clone, Debug)]
pub struct NewComment {
    /// Which.
    pub id: CommentId,
    /// On which request.
    pub request: RequestId,
    /// The place of the document: 0 is the main one.
    pub document: u32,
    /// The page, from 1.
    pub page: u32,
    /// By whom.
    pub by: Writer,
    /// What it says.
    pub text: String,
}

/// A comment with who wrote it, and beside which page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// By whom.
    pub by: Writer,
    /// The place of the document.
    pub document: u32,
    /// The page, from 1.
    pub page: u32,
}

/// Notes a comment.
pub async fn insert(
    connection: &mut AnyConnection,
    new: &NewComment,
    at: Timestamp,
) -> Result<(), StoreError> {
    let (account, person) = match new.by {
        Writer::Account(account) => (Some(account), None),
        Writer::Person(person) => (None, Some(person)),
    };
    let insert = sqlx::query(INSERT).put(&new.id).put(&new.request).put(&new.document);
    let insert = insert.put(&new.page).put_opt(account.as_ref()).put_opt(person.as_ref());
    insert.put(&new.text).put(&at).execute(connection).await?;
    Ok(())
}

/// Takes a comment's text away; gives 0 where it was gone before.
pub async fn withdraw(
    connection: &mut AnyConnection,
    request: RequestId,
    id: CommentId,
    at: Timestamp,
) -> Result<u64, StoreError> {
    let withdraw = sqlx::query(WITHDRAW).put(&id).put(&request).put(&at);
    Ok(withdraw.execute(connection).await?.rows_affected())
}

/// The comments on a request, the oldest first; those of `mine` say so.
pub async fn list(
    connection: &mut AnyConnection,
    request: RequestId,
    mine: Option<Writer>,
) -> Result<Vec<CommentView>, StoreError> {
    let rows = sqlx::query(LIST).put(&request).fetch_all(connection).await?;
    rows.iter().map(|row| read(row, mine)).collect()
}

/// Who wrote a comment that was not withdrawn.
pub async fn written(
    connection: &mut AnyConnection,
    request: RequestId,
    id: CommentId,
) -> Result<Option<Written>, StoreError> {
    let row = sqlx::query(WRITER).put(&id).put(&request).fetch_optional(connection).await?;
    row.map(|row| {
        let by = writer(row.get_opt(0)?, row.get_opt(1)?)?;
        Ok(Written { by, document: row.get_as(2)?, page: row.get_as(3)? })
    })
    .transpose()
}

/// How many comments a request has, withdrawn ones too.
pub async fn count(connection: &mut AnyConnection, request: RequestId) -> Result<u64, StoreError> {
    sqlx::query(COUNT).put(&request).fetch_one(connection).await?.get_as(0)
}

/// Whether a request has a document at that place.
pub async fn has_document(
    connection: &mut AnyConnection,
    request: RequestId,
    place: u32,
) -> Result<bool, StoreError> {
    let query = sqlx::query(HAS_DOCUMENT).put(&request).put(&place);
    Ok(query.fetch_optional(connection).await?.is_some())
}

/// Whether a person has a part in a request, be it by a delegation that counts now.
pub async fn has_part(
    connection: &mut AnyConnection,
    request: RequestId,
    person: PersonId,
    now: UnixSecond,
) -> Result<bool, StoreError> {
    let query = sqlx::query(HAS_PART).put(&request).put(&person).put(&now);
    Ok(query.fetch_optional(connection).await?.is_some())
}

fn writer(account: Option<AccountId>, person: Option<PersonId>) -> Result<Writer, StoreError> {
    match (account, person) {
        (Some(account), None) => Ok(Writer::Account(account)),
        (None, Some(person)) => Ok(Writer::Person(person)),
        _ => Err(StoreError::Corrupt("author of a comment")),
    }
}

fn read(row: &AnyRow, mine: Option<Writer>) -> Result<CommentView, StoreError> {
    let by = writer(row.get_opt(9)?, row.get_opt(3)?)?;
    Ok(CommentView {
        id: row.get_as(0)?,
        document: row.get_as(1)?,
        page: row.get_as(2)?,
        by: CommentAuthor { name: row.get_as(4)?, position: row.get_as(5)? },
        text: row.get_opt(6)?,
        written_at: row.get_as(7)?,
        withdrawn_at: row.get_opt(8)?,
        mine: mine == Some(by),
    })
}
