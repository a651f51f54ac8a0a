//! For which parts of requests somebody stands in for somebody else, by a delegation.

use sqlx::AnyConnection;
use trien_core::digest::Sha256;
use trien_core::env::UnixSecond;
use trien_core::id::{PersonId, RequestId};
use trien_core::request::{Role, StepNumber};

use super::reshape::Part;
use super::{Bind as _, Columns as _, StoreError, statements};

/// Whether the person `$2` has a part in a request: an own one, one that they decided in another's place, or one in which they
/// stand in by a delegation that counts at `$3`, whether or not its end was noted yet.
macro_rules! has_part {
    ($request:literal) => {
        concat!(
            "(EXISTS (SELECT 1 FROM assignment a WHERE a.request = ",
            $request,
            " AND a.person = $2) OR EXISTS (SELECT 1 FROM assignment a WHERE a.request = ",
            $request,
            " AND a.decided_by = $2) OR EXISTS (SELECT 1 FROM stand_in s \
             JOIN delegation g ON g.hash = s.delegation WHERE s.request = ",
            $request,
            " AND s.person = $2 AND s.ended_change IS NULL \
             AND g.ended_at IS NULL AND g.starts_seconds <= $3 AND g.ends_seconds > $3))"
        )
    };
}
pub(super) use has_part;

statements! {
    // What waits for somebody's decision, or will.
    OPEN_REQUESTS = "SELECT DISTINCT a.request FROM assignment a JOIN request r ON r.id = a.request \
        WHERE a.person = $1 AND a.state IN ('open', 'waiting') AND r.state = 'open' ORDER BY a.request";
    STOOD_IN = "SELECT DISTINCT request FROM stand_in WHERE delegation = $1 AND ended_change IS NULL ORDER BY request";
    // In whose place somebody may decide on a request, as far as time and the giver's part go.
    MAY = "SELECT a.step, a.person, a.recipe, s.role, p.name, q.name, d.hash, d.cose FROM assignment a \
        JOIN step s ON s.request = a.request AND s.number = a.step \
        JOIN delegation d ON d.from_person = a.person JOIN person p ON p.id = a.person \
        JOIN person q ON q.id = d.to_person \
        WHERE a.request = $1 AND a.state IN ('open', 'waiting') AND d.ended_at IS NULL \
        AND d.starts_seconds <= $2 AND d.ends_seconds > $2 ORDER BY a.step, a.place, d.leaf";
    STANDING_IN = "SELECT step, principal, delegation, person, recipe FROM stand_in \
        WHERE request = $1 AND ended_change IS NULL";
    STAND_IN = "INSERT INTO stand_in (request, step, principal, delegation, person, recipe) \
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (request, step, principal, delegation) \
        DO UPDATE SET recipe = excluded.recipe, ended_change = NULL";
    STAND_DOWN = "UPDATE stand_in SET ended_change = $5 WHERE request = $1 AND step = $2 AND principal = $3 \
        AND delegation = $4 AND ended_change IS NULL";
    // A part that is open and the person's to decide in another's place; who has decided in the step has no second voice.
    TASK = "SELECT s.step, s.principal, s.delegation, s.recipe FROM stand_in s \
        JOIN assignment a ON a.request = s.request AND a.step = s.step AND a.person = s.principal \
        JOIN delegation d ON d.hash = s.delegation \
        WHERE s.request = $1 AND s.person = $2 AND s.ended_change IS NULL AND a.state = 'open' \
        AND d.ended_at IS NULL AND d.starts_seconds <= $3 AND d.ends_seconds > $3 \
        AND NOT EXISTS (SELECT 1 FROM assignment b WHERE b.request = s.request AND b.step = s.step \
            AND (b.person = s.person OR b.decided_by = s.person)) \
        ORDER BY s.step, a.place, d.leaf LIMIT 1";
    // Also where it is over: that a decision came too late is recorded.
    ONE_STAND_IN = "SELECT principal, recipe FROM stand_in \
        WHERE request = $1 AND step = $2 AND person = $3 AND delegation = $4 ORDER BY principal LIMIT 1";
}

/// Somebody's part that a delegation may be for.
#[derive(Clone, Debug)]
pub struct May {
    /// Whose part.
    pub part: Part,
    /// Its recipe, canonical CBOR.
    pub recipe: Option<Vec<u8>>,
    /// What the step asks.
    pub role: Role,
    /// Full name of whose part it is.
    pub name: String,
    /// Full name of the delegate.
    pub delegate: String,
    /// The delegation.
    pub delegation: Sha256,
    /// The `COSE_Sign1` over it.
    pub cose: Vec<u8>,
}

/// That somebody stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandIn {
    /// Whose part.
    pub part: Part,
    /// By which delegation.
    pub delegation: Sha256,
    /// Who.
    pub person: PersonId,
    /// How the document would be signed, canonical CBOR.
    pub recipe: Option<Vec<u8>>,
}

/// The open requests in which somebody has a part to decide.
pub async fn open_requests(
    connection: &mut AnyConnection,
    person: PersonId,
) -> Result<Vec<RequestId>, StoreError> {
    let rows = sqlx::query(OPEN_REQUESTS).put(&person).fetch_all(connection).await?;
    rows.iter().map(|row| row.get_as(0)).collect()
}

/// The requests in which somebody stands in by a delegation.
pub async fn stood_in(
    connection: &mut AnyConnection,
    delegation: &Sha256,
) -> Result<Vec<RequestId>, StoreError> {
    let rows = sqlx::query(STOOD_IN).put(delegation).fetch_all(connection).await?;
    rows.iter().map(|row| row.get_as(0)).collect()
}

/// In whose place somebody may decide on a request, as far as time and the giver's part go.
pub async fn may(
    connection: &mut AnyConnection,
    request: RequestId,
    now: UnixSecond,
) -> Result<Vec<May>, StoreError> {
    let rows = sqlx::query(MAY).put(&request).put(&now).fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            Ok(May {
                part: Part { request, step: row.get_as(0)?, person: row.get_as(1)? },
                recipe: row.get_opt(2)?,
                role: row.get_as(3)?,
                name: row.get_as(4)?,
                delegate: row.get_as(5)?,
                delegation: row.get_as(6)?,
                cose: row.get_as(7)?,
            })
        })
        .collect()
}

/// Who stands in for whom on a request now.
pub async fn standing_in(
    connection: &mut AnyConnection,
    request: RequestId,
) -> Result<Vec<StandIn>, StoreError> {
    let rows = sqlx::query(STANDING_IN).put(&request).fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            Ok(StandIn {
                part: Part { request, step: row.get_as(0)?, person: row.get_as(1)? },
                delegation: row.get_as(2)?,
                person: row.get_as(3)?,
                recipe: row.get_opt(4)?,
            })
        })
        .collect()
}

/// Has somebody stand in, or do so with another recipe.
pub async fn stand_in(connection: &mut AnyConnection, new: &StandIn) -> Result<(), StoreError> {
    let insert = sqlx::query(STAND_IN)
        .put(&new.part.request)
        .put(&new.part.step)
        .put(&new.part.person)
        .put(&new.delegation)
        .put(&new.person)
        .put_opt(new.recipe.as_ref());
    insert.execute(connection).await?;
    Ok(())
}

/// Has somebody not stand in any more, from a change on.
pub async fn stand_down(
    connection: &mut AnyConnection,
    of: &StandIn,
    change: u64,
) -> Result<u64, StoreError> {
    let update = sqlx::query(STAND_DOWN)
        .put(&of.part.request)
        .put(&of.part.step)
        .put(&of.part.person)
        .put(&of.delegation)
        .put(&change);
    Ok(update.execute(connection).await?.rows_affected())
}

/// What somebody may decide in another's place on a request now.
pub async fn task(
    connection: &mut AnyConnection,
    request: RequestId,
    person: PersonId,
    now: UnixSecond,
) -> Result<Option<StandIn>, StoreError> {
    let query = sqlx::query(TASK).put(&request).put(&person).put(&now);
    let row = query.fetch_optional(connection).await?;
    row.map(|row| {
        Ok(StandIn {
            part: Part { request, step: row.get_as(0)?, person: row.get_as(1)? },
            delegation: row.get_as(2)?,
            person,
            recipe: row.get_opt(3)?,
        })
    })
    .transpose()
}

/// For whom somebody stands, or stood, in at a step by a delegation.
pub async fn one_stand_in(
    connection: &mut AnyConnection,
    part: Part,
    delegation: &Sha256,
) -> Result<Option<StandIn>, StoreError> {
    let query = sqlx::query(ONE_STAND_IN).put(&part.request).put(&part.step).put(&part.person);
    let row = query.put(delegation).fetch_optional(connection).await?;
    row.map(|row| {
        let principal = row.get_as(0)?;
        Ok(StandIn {
            part: Part { person: principal, ..part },
            delegation: *delegation,
            person: part.person,
            recipe: row.get_opt(1)?,
        })
    })
    .transpose()
}

/// Whose part, for asking.
#[must_use]
pub fn part(request: RequestId, step: StepNumber, person: PersonId) -> Part {
    Part { request, step, person }
}
