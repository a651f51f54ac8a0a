//! What migration 16 cannot say in SQL: the words that requests are found by.

use sqlx::AnyConnection;
use trien_core::document::Metadata;
use trien_core::id::RequestId;

use crate::store::{Bind as _, Columns as _, StoreError, requests};

// They run between two schemas, so the test that prepares every statement has no place for them.
const REQUESTS: &str = "SELECT id, metadata FROM request";
const SET: &str = "UPDATE request SET folded = $1 WHERE id = $2";

/// Fills in what the column of migration 16 holds.
pub(super) async fn run(connection: &mut AnyConnection) -> Result<(), StoreError> {
    for row in sqlx::query(REQUESTS).fetch_all(&mut *connection).await? {
        let (id, metadata): (RequestId, Metadata) = (row.get_as(0)?, row.get_as(1)?);
        let folded = requests::folded(&metadata);
        sqlx::query(SET).put(&folded).put(&id).execute(&mut *connection).await?;
    }
    Ok(())
}
