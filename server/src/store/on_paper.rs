//! How many documents also went on paper, by unit and reason.

use serde::{Deserialize, Serialize};
use sqlx::AnyConnection;
use trien_core::env::Timestamp;
use trien_core::wire::UnitView;

use super::people::Branch;
use super::value::stored_json;
use super::{Bind as _, Columns as _, StoreError, statements};

stored_json!(PaperReason);

macro_rules! went_on_paper {
    () => {
        "FROM unit u JOIN request r ON r.unit = u.id WHERE u.path >= $1 AND u.path < $2 \
         AND r.on_paper IS NOT NULL AND r.state = 'completed' AND r.queued_at >= $3 AND r.queued_at < $4"
    };
}

statements! {
    // A reason that has words is an object; each has words of its own, and together they are one.
    COUNTS = concat!("SELECT u.id, u.name, CASE WHEN r.on_paper LIKE '{%' THEN '\"other\"' ELSE r.on_paper END, \
        CAST(COUNT(*) AS BIGINT) ", went_on_paper!(), " GROUP BY u.path, u.id, u.name, 3 ORDER BY u.path, 3 LIMIT $5");
    WHOLE = concat!("SELECT CAST(COUNT(*) AS BIGINT) ", went_on_paper!());
}

/// Why documents went on paper, as they are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PaperReason {
    /// Legal normative documents.
    Legislation,
    /// Finance.
    Finance,
    /// Personnel.
    Personnel,
    /// Complaints and denunciations.
    Complaints,
    /// Any other reason, in whatever words.
    Other,
}

/// Documents of a unit that also went on paper, for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaperCount {
    /// The unit that submitted them.
    pub unit: UnitView,
    /// Why.
    pub why: PaperReason,
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

/// How many they are, whatever was not listed.
pub async fn whole(
    connection: &mut AnyConnection,
    branch: &Branch,
    (begin, end): (Timestamp, Timestamp),
) -> Result<u64, StoreError> {
    let query = sqlx::query(WHOLE).bind(branch.path().to_owned()).bind(branch.end());
    query.put(&begin).put(&end).fetch_one(connection).await?.get_as(0)
}

#[cfg(test)]
mod tests {
    use trien_core::papers::OnPaper;

    use super::*;
    use crate::store::Stored as _;

    #[test]
    fn each_reason_that_a_submission_names_is_counted_by_its_name() {
        for (name, why) in OnPaper::NAMED {
            let counted = PaperReason::from_raw(why.to_raw()).unwrap();
            assert_eq!(serde_json::to_value(counted).unwrap(), name);
        }
    }
}
