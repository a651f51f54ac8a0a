//! People who came to a step of their enrollment and go no further, in a wave or in none.

use sqlx::AnyConnection;
use trien_core::env::UnixSecond;
use trien_core::id::{PersonId, UnitId};
use trien_core::wave::Stage;

use super::people::Branch;
use super::wave::{self, Meant, STAGE, Stuck};
use super::{Bind as _, StoreError, statements};

/// Days after which an invitation that nobody used asks for nothing more: it is as if there were none.
const FORGOTTEN_DAYS: i64 = 180;

statements! {
    /// Whoever has a certificate on its way, or an invitation from `$7` to `$8` that was not used, into a unit of the
    /// branch from `$1` to `$2` and still holds a post there, with how far the phones are, as [`wave::counts`] says it;
    /// `$3` to `$6` are the moments before which one must have come to each stage.
    STUCK = "WITH few AS (SELECT e.person, e.unit FROM unit u CROSS JOIN register_entry e \
            WHERE u.path >= $1 AND u.path < $2 AND e.unit = u.id AND e.device IS NOT NULL \
            AND e.state IN ('requested', 'reviewed', 'issued', 'suspended-unused') \
            UNION SELECT i.person, i.unit FROM unit u CROSS JOIN invitation i \
            WHERE u.path >= $1 AND u.path < $2 AND i.unit = u.id AND i.state IN ('open', 'spent') \
            AND i.created_at >= $7 AND i.created_at < $8), \
        reached AS (SELECT f.person, f.unit, COALESCE(\
            (SELECT MAX(CASE e.state WHEN 'requested' THEN 2 WHEN 'reviewed' THEN 3 \
                WHEN 'issued' THEN 4 WHEN 'suspended-unused' THEN 4 ELSE 5 END * 10000000000000 \
                + CASE WHEN e.state IN ('in-use', 'suspended') THEN 0 ELSE COALESCE(\
                    (SELECT MAX(v.at) FROM register_event v WHERE v.entry = e.id AND v.event IN \
                        ('requested', 'reviewed', 'issued', 'handed-over')), d.created_at) END) \
                FROM register_entry e CROSS JOIN device d WHERE e.person = f.person \
                AND e.state NOT IN ('refused', 'renewed', 'revoked', 'expired') \
                AND d.id = e.device), \
            (SELECT 10000000000000 + MAX(i.created_at) FROM invitation i \
                WHERE i.person = f.person AND i.state IN ('open', 'spent'))) AS furthest \
            FROM few f WHERE EXISTS (SELECT 1 FROM position o \
                WHERE o.person = f.person AND o.unit = f.unit AND o.until IS NULL)) \
        SELECT r.unit, r.person, r.furthest FROM reached r \
        WHERE r.furthest < CASE r.furthest / 10000000000000 WHEN 1 THEN CAST($3 AS BIGINT) \
            WHEN 2 THEN CAST($4 AS BIGINT) WHEN 3 THEN CAST($5 AS BIGINT) \
            WHEN 4 THEN CAST($6 AS BIGINT) ELSE 0 END";
    POST = "SELECT p.name, o.title, u.name, p.email, p.phone \
        FROM position o CROSS JOIN unit u CROSS JOIN person p \
        WHERE o.person = $1 AND o.unit = $2 AND o.until IS NULL AND u.id = o.unit \
        AND p.id = o.person ORDER BY o.since, o.title LIMIT 1";
}

/// Everybody of a branch who is stuck by now, the longest first; whoever began in two of its units stands there twice.
pub async fn within(
    connection: &mut AnyConnection,
    branch: &Branch,
    now: UnixSecond,
) -> Result<Vec<Stuck>, StoreError> {
    let before = |stage: Stage| stage.stuck_before(now).unwrap_or(UnixSecond::new(0)).get() * 1_000;
    let mut query = sqlx::query(STUCK).bind(branch.path().to_owned()).bind(branch.end());
    for (rank, stage) in (0_i64..).zip(Stage::ALL) {
        if !matches!(stage, Stage::NotInvited | Stage::Confirmed) {
            query = query.bind(rank * STAGE + before(stage));
        }
    }
    let forgotten = now.plus(-FORGOTTEN_DAYS * 86_400).get() * 1_000;
    let query = query.bind(forgotten).bind(before(Stage::Invited));
    let rows = query.fetch_all(connection).await?;
    let mut found = rows.iter().map(wave::read_stuck).collect::<Result<Vec<Stuck>, _>>()?;
    found.sort_unstable();
    Ok(found)
}

/// Who that is; nobody where the post has ended meanwhile.
pub async fn person(
    connection: &mut AnyConnection,
    person: PersonId,
    unit: UnitId,
) -> Result<Option<Meant>, StoreError> {
    let row = sqlx::query(POST).put(&person).put(&unit).fetch_optional(connection).await?;
    row.as_ref().map(|row| wave::read_meant(row, 0)).transpose()
}
