//! Requests as lists show them: those of a part of the tree, the newest first, found by words.

use sqlx::AnyConnection;
use trien_core::document::Metadata;
use trien_core::id::{RequestId, UnitId};

use super::people::{Branch, MAX_WORDS};
use super::{Bind as _, Columns as _, StoreError, statements};
use crate::fold;

/// Along the order of requests, so that a page ends the search.
macro_rules! listed {
    ($from:literal, $within:literal) => {
        concat!(
            "SELECT r.id FROM ",
            $from,
            " WHERE r.id < $1 AND ($2 = '' OR r.state = $2) AND r.folded LIKE $3 \
             AND r.folded LIKE $4 AND r.folded LIKE $5 AND r.folded LIKE $6 AND r.folded LIKE $7 \
             AND r.folded LIKE $8 AND r.folded LIKE $9 AND r.folded LIKE $10 AND ",
            $within
        )
    };
}

statements! {
    IN_ORDER = listed!(
        "request r CROSS JOIN unit u",
        "u.id = r.unit AND u.path >= $11 AND u.path < $12 ORDER BY r.id DESC LIMIT $13"
    );
    OF_UNIT = listed!("request r", "r.unit = $11 ORDER BY r.id DESC LIMIT $12");
    UNITS = "SELECT id FROM unit WHERE path >= $1 AND path < $2 ORDER BY path LIMIT $3";
}

/// Units below which each is asked for its own requests: in a narrow branch of a large office a search
/// along all requests would pass by nearly everything.
const FEW_UNITS: u32 = 24;

/// What is looked for.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The name of a state; none: in any.
    pub state: Option<&'static str>,
    /// Words that must all be there, as [`super::people::wanted`] gives them.
    pub words: Vec<String>,
}

/// The words that a request is found by.
#[must_use]
pub fn folded(metadata: &Metadata) -> String {
    let number = metadata.number.as_ref().map_or("", |number| number.as_str());
    let Metadata { subject, kind, issuer, .. } = metadata;
    fold::folded(&[number, subject.as_str(), kind.as_str(), issuer.as_str()])
}

/// At most `limit` requests of a branch that came before `before`, the newest first.
pub async fn list(
    connection: &mut AnyConnection,
    branch: &Branch,
    finding: &Finding,
    before: Option<RequestId>,
    limit: u32,
) -> Result<Vec<RequestId>, StoreError> {
    let units = sqlx::query(UNITS).bind(branch.path().to_owned()).bind(branch.end());
    let units = units.put(&(FEW_UNITS + 1)).fetch_all(&mut *connection).await?;
    let units = units.iter().map(|row| row.get_as(0)).collect::<Result<Vec<UnitId>, _>>()?;
    if units.len() > FEW_UNITS as usize {
        let query = begun(IN_ORDER, finding, before);
        let query = query.bind(branch.path().to_owned()).bind(branch.end()).put(&limit);
        let rows = query.fetch_all(connection).await?;
        return rows.iter().map(|row| row.get_as(0)).collect();
    }
    let mut found: Vec<RequestId> = Vec::new();
    for unit in units {
        let query = begun(OF_UNIT, finding, before).put(&unit).put(&limit);
        for row in query.fetch_all(&mut *connection).await? {
            found.push(row.get_as(0)?);
        }
    }
    found.sort_unstable_by(|one, other| other.cmp(one));
    found.truncate(limit as usize);
    Ok(found)
}

fn begun<'q>(
    sql: &'static str,
    finding: &Finding,
    before: Option<RequestId>,
) -> sqlx::query::Query<'q, sqlx::Any, sqlx::any::AnyArguments> {
    let last = RequestId::from_bytes([0xff; 16]);
    let mut query = sqlx::query(sql).put(&before.unwrap_or(last));
    query = query.bind(finding.state.unwrap_or_default().to_owned());
    for at in 0..MAX_WORDS {
        // Words are letters and digits: nothing in them means something else to LIKE.
        let word = finding.words.get(at);
        query = query.bind(word.map_or_else(|| "%".to_owned(), |word| format!("% {word}%")));
    }
    query
}
