//! What migration 14 cannot say in SQL: what devices are sorted and found by.

use sqlx::{AnyConnection, Row as _};
use trien_core::id::DeviceId;

use crate::fold;
use crate::store::{Bind as _, Columns as _, StoreError};

// They run between two schemas, so the test that prepares every statement has no place for them.
const DEVICES: &str = "SELECT d.id, p.name FROM device d JOIN person p ON p.id = d.person";
const SET_SORTING: &str = "UPDATE device SET sorting = $2 WHERE id = $1";
const INSERT_WORD: &str = "INSERT INTO device_word (word, sorting, device) VALUES ($1, $2, $3)";

/// Fills in what the columns of migration 14 hold.
pub(super) async fn run(connection: &mut AnyConnection) -> Result<(), StoreError> {
    for row in sqlx::query(DEVICES).fetch_all(&mut *connection).await? {
        let (id, name): (DeviceId, String) = (row.get_as(0)?, row.try_get(1)?);
        let sorting = fold::sorting(&name);
        let set = sqlx::query(SET_SORTING).put(&id).put(&sorting);
        set.execute(&mut *connection).await?;
        for word in fold::distinct(&[&sorting]) {
            let insert = sqlx::query(INSERT_WORD).bind(word).put(&sorting).put(&id);
            insert.execute(&mut *connection).await?;
        }
    }
    Ok(())
}
