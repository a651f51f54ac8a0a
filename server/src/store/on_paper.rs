//! How many documents also went on paper, by unit and reason.

use sqlx::AnyConnection;
use trien_core::env::Timestamp;
use trien_core::papers::OnPaper;
use trien_core::wire::UnitView;

use super::people::Branch;
use super::{Bind as _, Columns as _, StoreError, statements};

statements! {
    COUNTS = "SELECT u.id, u.name, r.on_paper, CAST(COUNT(*) AS BIGINT) FROM unit u \
        JOIN request r ON r.unit = u.id WHERE u.path >= $1 AND u.path < $2 AND r.on_paper IS NOT NULL \
        AND r.state = 'completed' AND r.queued_at >= $3 AND r.queued_at < $4 \
        GROUP BY u.path, u.id, u.name, r.on_paper ORDER BY u.path, r.on_paper LIMIT $5";
}

/// Documents of a unit that also went on paper, for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaperCount {
    /// The unit that submitted them.
    pub unit: UnitView,
    /// Why.
    pub why: OnPaper,
    /// How many.
    pub count: u64,
}

/// Which documents that all have signed were submitted from `begin` on and before `end`, those above before those below.
pub async fn counts(
    connection: &mut AnyConnection,
    branch: &Branch,
    (begin, end): (Timestamp, Timestamp),
    limit: u32,
) -> Result<Vec<PaperCount>, StoreError> {
    let query = sqlx::query(COUNTS).bind(branch.path().to_owned()).bind(branch.end());
    let rows = query.put(&begin).put(&end).put(&limit).fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            Ok(PaperCount {
                unit: UnitView { id: row.get_as(0)?, name: row.get_as(1)? },
                why: row.get_as(2)?,
                count: row.get_as(3)?,
            })
        })
        .collect()
}
