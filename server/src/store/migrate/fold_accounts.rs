//! What migration 12 cannot say in SQL: the words that accounts are sorted and found by.

use sqlx::AnyConnection;
use trien_core::id::AccountId;

use crate::fold;
use crate::store::{Bind as _, Columns as _, StoreError};

// They run between two schemas, so the test that prepares every statement has no place for them.
const ACCOUNTS: &str = "SELECT id, name, login FROM account";
const SET: &str = "UPDATE account SET sorting = $1, folded = $2 WHERE id = $3";

/// Fills in what the columns of migration 12 hold.
pub(super) async fn run(connection: &mut AnyConnection) -> Result<(), StoreError> {
    for row in sqlx::query(ACCOUNTS).fetch_all(&mut *connection).await? {
        let (id, name, login): (AccountId, String, String) =
            (row.get_as(0)?, row.get_as(1)?, row.get_as(2)?);
        let (sorting, folded) = (fold::sorting(&name), fold::folded(&[&name, &login]));
        sqlx::query(SET).put(&sorting).put(&folded).put(&id).execute(&mut *connection).await?;
    }
    Ok(())
}
