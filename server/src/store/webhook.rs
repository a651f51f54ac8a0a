//! Where document systems are told what became of their requests.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use trien_core::env::Timestamp;
use trien_core::id::{ApiKeyId, UnitId, WebhookId};
use trien_core::wire::UnitView;

use super::people::Branch;
use super::{Bind as _, Columns as _, StoreError, statements};

macro_rules! rows {
    ($rest:literal) => {
        concat!(
            "SELECT w.id, w.api_key, k.unit, k.label, w.url, w.created_at, w.gone_at, w.ended_at, \
             k.revoked_at, (SELECT CAST(COUNT(*) AS BIGINT) FROM webhook_delivery d \
                 WHERE d.webhook = w.id AND d.due_at > 0), u.name, w.paused_at, w.earlier_until \
             FROM webhook w JOIN api_key k ON k.id = w.api_key JOIN unit u ON u.id = k.unit ",
            $rest
        )
    };
}

statements! {
    INSERT = "INSERT INTO webhook (id, api_key, url, secret, earlier_until, created_at) \
        VALUES ($1, $2, $3, $4, 0, $5)";
    COUNT_OF_KEY = "SELECT CAST(COUNT(*) AS BIGINT) FROM webhook WHERE api_key = $1 \
        AND ended_at IS NULL";
    ALL = rows!("ORDER BY w.created_at, w.id");
    ONE = rows!("WHERE w.id = $1");
    // What ended comes last: it never leaves off what is in use.
    IN_BRANCH = rows!("WHERE u.path >= $1 AND u.path < $2 ORDER BY CASE WHEN w.ended_at IS NULL \
        AND k.revoked_at IS NULL THEN 0 ELSE 1 END, w.created_at DESC, w.id LIMIT 200");
    SECRETS = "SELECT url, secret, earlier, earlier_until FROM webhook WHERE id = $1";
    OWNER = "SELECT w.api_key, k.unit, w.paused_at, w.gone_at FROM webhook w \
        JOIN api_key k ON k.id = w.api_key \
        WHERE w.id = $1 AND w.ended_at IS NULL AND k.revoked_at IS NULL";
    PAUSE = "UPDATE webhook SET paused_at = $2 WHERE id = $1 AND paused_at IS NULL AND ended_at IS NULL";
    RESUME = "UPDATE webhook SET paused_at = NULL WHERE id = $1 AND paused_at IS NOT NULL \
        AND ended_at IS NULL";
    // Two days for each begin anew: nobody was asked meanwhile. The lease of what is under way stays.
    SEND_HELD = "UPDATE webhook_delivery SET due_at = $2, since = $2, attempts = 0 \
        WHERE webhook = $1 AND due_at > 0";
    RENEW = "UPDATE webhook SET earlier = secret, earlier_until = $3, secret = $2 \
        WHERE id = $1 AND ended_at IS NULL";
    END = "UPDATE webhook SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL";
    GONE = "UPDATE webhook SET gone_at = $2 WHERE id = $1 AND gone_at IS NULL";
    GIVE_UP_ALL = "UPDATE webhook_delivery SET state = 'given-up', due_at = 0, lease_until = 0 \
        WHERE webhook = $1 AND due_at > 0";
    GIVE_UP_OF_KEY = "UPDATE webhook_delivery SET state = 'given-up', due_at = 0, lease_until = 0 \
        WHERE due_at > 0 AND webhook IN (SELECT id FROM webhook WHERE api_key = $1)";
}

/// A webhook as others see it; never its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookView {
    /// Which.
    pub id: WebhookId,
    /// The key of the document system that is told.
    pub key: ApiKeyId,
    /// The unit that the key acts for.
    pub unit: UnitView,
    /// What the key is for.
    pub label: String,
    /// Where it is told.
    pub url: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When the other end said that it wants nothing more.
    pub gone_at: Option<Timestamp>,
    /// When it ended here, itself or with its key.
    pub ended_at: Option<Timestamp>,
    /// Since when it is told nothing, because somebody paused it.
    pub paused_at: Option<Timestamp>,
    /// Until when the secret before the last change signs too.
    pub earlier_until: Option<Timestamp>,
    /// What still waits to be told.
    pub waiting: u64,
}

/// How a webhook stands that has not ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is told what happens.
    Active,
    /// What happens is kept for it.
    Paused,
    /// Its other end wants nothing more.
    Gone,
}

/// Whose a webhook is that has not ended, and how it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The key of the document system that is told.
    pub key: ApiKeyId,
    /// The unit that the key acts for.
    pub unit: UnitId,
    /// How it stands.
    pub standing: Standing,
}

/// Where something is sent, and by what it is signed; sealed.
#[derive(Clone, Debug)]
pub struct Sealed {
    /// The address.
    pub url: String,
    /// The secret that there is.
    pub secret: Vec<u8>,
    /// The one before, and until when it signs too.
    pub earlier: Option<(Vec<u8>, Timestamp)>,
}

/// Adds a webhook.
pub async fn insert(
    connection: &mut AnyConnection,
    id: WebhookId,
    key: ApiKeyId,
    url: &str,
    secret: &[u8],
    now: Timestamp,
) -> Result<(), StoreError> {
    let insert =
        sqlx::query(INSERT).put(&id).put(&key).bind(url.to_owned()).bind(secret.to_vec()).put(&now);
    insert.execute(connection).await?;
    Ok(())
}

/// How many webhooks of a key have not ended.
pub async fn count_of_key(
    connection: &mut AnyConnection,
    key: ApiKeyId,
) -> Result<u32, StoreError> {
    sqlx::query(COUNT_OF_KEY).put(&key).fetch_one(connection).await?.get_as(0)
}

/// All webhooks, oldest first; those that ended too.
pub async fn all(connection: &mut AnyConnection) -> Result<Vec<WebhookView>, StoreError> {
    let rows = sqlx::query(ALL).fetch_all(connection).await?;
    rows.iter().map(read_view).collect()
}

/// One webhook, ended or not.
pub async fn one(
    connection: &mut AnyConnection,
    id: WebhookId,
) -> Result<Option<WebhookView>, StoreError> {
    let row = sqlx::query(ONE).put(&id).fetch_optional(connection).await?;
    row.as_ref().map(read_view).transpose()
}

/// The webhooks of a branch's units, at most 200: those in use, the newest first, and then those that ended.
pub async fn in_branch(
    connection: &mut AnyConnection,
    branch: &Branch,
) -> Result<Vec<WebhookView>, StoreError> {
    let query = sqlx::query(IN_BRANCH).bind(branch.path().to_owned()).bind(branch.end());
    query.fetch_all(connection).await?.iter().map(read_view).collect()
}

fn read_view(row: &AnyRow) -> Result<WebhookView, StoreError> {
    let (ended, signs): (Option<Timestamp>, Timestamp) = (row.get_opt(7)?, row.get_as(12)?);
    Ok(WebhookView {
        id: row.get_as(0)?,
        key: row.get_as(1)?,
        unit: UnitView { id: row.get_as(2)?, name: row.get_as(10)? },
        label: row.get_as(3)?,
        url: row.get_as(4)?,
        created_at: row.get_as(5)?,
        gone_at: row.get_opt(6)?,
        ended_at: ended.or(row.get_opt(8)?),
        paused_at: row.get_opt(11)?,
        earlier_until: (signs.as_millis() > 0).then_some(signs),
        waiting: row.get_as(9)?,
    })
}

/// Where a webhook is, and by what its messages are signed.
pub async fn sealed(
    connection: &mut AnyConnection,
    id: WebhookId,
) -> Result<Option<Sealed>, StoreError> {
    let row = sqlx::query(SECRETS).put(&id).fetch_optional(connection).await?;
    row.map(|row| {
        let (earlier, until): (Option<Vec<u8>>, Timestamp) = (row.get_opt(2)?, row.get_as(3)?);
        Ok(Sealed {
            url: row.get_as(0)?,
            secret: row.get_as(1)?,
            earlier: earlier.map(|secret| (secret, until)),
        })
    })
    .transpose()
}

/// The key that a webhook belongs to, and its unit; none for one that ended, itself or with its key.
pub async fn owner(
    connection: &mut AnyConnection,
    id: WebhookId,
) -> Result<Option<Owner>, StoreError> {
    let row = sqlx::query(OWNER).put(&id).fetch_optional(connection).await?;
    row.map(|row| {
        let (paused, gone): (Option<Timestamp>, Option<Timestamp>) =
            (row.get_opt(2)?, row.get_opt(3)?);
        let standing = match (gone, paused) {
            (Some(_), _) => Standing::Gone,
            (None, Some(_)) => Standing::Paused,
            (None, None) => Standing::Active,
        };
        Ok(Owner { key: row.get_as(0)?, unit: row.get_as(1)?, standing })
    })
    .transpose()
}

/// Holds back what a webhook is told; gives 0 where it is held already.
pub async fn pause(
    connection: &mut AnyConnection,
    id: WebhookId,
    now: Timestamp,
) -> Result<u64, StoreError> {
    Ok(sqlx::query(PAUSE).put(&id).put(&now).execute(connection).await?.rows_affected())
}

/// Sends what was held back, and what comes; gives 0 where nothing was held.
pub async fn resume(
    connection: &mut AnyConnection,
    id: WebhookId,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let resumed = sqlx::query(RESUME).put(&id).execute(&mut *connection).await?.rows_affected();
    if resumed > 0 {
        sqlx::query(SEND_HELD).put(&id).put(&now).execute(connection).await?;
    }
    Ok(resumed)
}

/// Puts a new secret in the place of the one that there is, which signs too until then; gives the rows changed.
pub async fn renew(
    connection: &mut AnyConnection,
    id: WebhookId,
    secret: &[u8],
    earlier_until: Timestamp,
) -> Result<u64, StoreError> {
    let renew = sqlx::query(RENEW).put(&id).bind(secret.to_vec()).put(&earlier_until);
    Ok(renew.execute(connection).await?.rows_affected())
}

/// Ends a webhook and gives up what it was still to be told; gives the rows changed.
pub async fn end(
    connection: &mut AnyConnection,
    id: WebhookId,
    now: Timestamp,
) -> Result<u64, StoreError> {
    sqlx::query(GIVE_UP_ALL).put(&id).execute(&mut *connection).await?;
    Ok(sqlx::query(END).put(&id).put(&now).execute(connection).await?.rows_affected())
}

/// Notes that the other end wants nothing more, and gives up what it was still to be told.
pub async fn gone(
    connection: &mut AnyConnection,
    id: WebhookId,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(GIVE_UP_ALL).put(&id).execute(&mut *connection).await?;
    sqlx::query(GONE).put(&id).put(&now).execute(connection).await?;
    Ok(())
}

/// Gives up what the webhooks of a key were still to be told.
pub async fn give_up_of_key(
    connection: &mut AnyConnection,
    key: ApiKeyId,
) -> Result<(), StoreError> {
    sqlx::query(GIVE_UP_OF_KEY).put(&key).execute(connection).await?;
    Ok(())
}
