//! What a change of posts or units writes: moving what somebody holds, handing steps on, and units that
//! are renamed, placed elsewhere or ended. Each names the state that it expects and gives the number of
//! rows changed.

use sqlx::AnyConnection;
use trien_core::digest::Sha256;
use trien_core::env::Timestamp;
use trien_core::id::{
    AccountId, ApiKeyId, DeviceId, EntryId, InvitationId, PersonId, RequestId, UnitId,
};
use trien_core::request::StepNumber;

use super::people::Branch;
use super::{Bind as _, Columns as _, StoreError, statements};

statements! {
    DEVICE_UNIT = "UPDATE device SET unit = $2 \
        WHERE id = $1 AND unit = $3 AND state IN ('active', 'suspended')";
    ENTRY_OF_DEVICE = "UPDATE register_entry SET unit = $2 WHERE device = $1 AND unit = $3 \
        AND state IN ('issued', 'in-use', 'suspended', 'suspended-unused')";
    ENTRY_UNIT = "UPDATE register_entry SET unit = $2 WHERE id = $1 AND unit = $3";
    SPEND_INVITATION = "UPDATE invitation SET state = 'spent' WHERE id = $1 AND state = 'open'";
    RELEASE = "UPDATE assignment SET state = 'released', reason = $4 \
        WHERE request = $1 AND step = $2 AND person = $3 AND state IN ('open', 'waiting')";
    PART = "SELECT a.state, CAST((SELECT MAX(o.place) + 1 FROM assignment o \
            WHERE o.request = a.request AND o.step = a.step) AS BIGINT) FROM assignment a \
        WHERE a.request = $1 AND a.step = $2 AND a.person = $3 AND a.state IN ('open', 'waiting')";
    HAND_ON = "INSERT INTO assignment (request, step, person, place, state, recipe) \
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (request, step, person) DO NOTHING";
    SET_RECIPE = "UPDATE assignment SET recipe = $4 \
        WHERE request = $1 AND step = $2 AND person = $3 AND state IN ('open', 'waiting')";
    RECIPE = "SELECT recipe FROM assignment WHERE request = $1 AND step = $2 AND person = $3 \
        AND recipe IS NOT NULL AND state IN ('open', 'waiting')";
    KEEP_RECIPE = "INSERT INTO past_recipe (request, step, person, recipe) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (request, step, person, recipe) DO NOTHING";
    PAST_RECIPES = "SELECT recipe FROM past_recipe WHERE request = $1 AND step = $2 AND person = $3";
    NOTE_CHANGE = "UPDATE request SET change = $2 WHERE id = $1";
    REQUEST_UNIT = "UPDATE request SET unit = $2, change = $3 \
        WHERE id = $1 AND unit = $4 AND state = 'open'";
    OPEN_REQUESTS = "SELECT id FROM request WHERE unit = $1 AND state = 'open' ORDER BY id";
    UNIT_ENDED = "SELECT ended_at FROM unit WHERE id = $1";
    END_OF = "SELECT ended_at, successor FROM unit WHERE id = $1 AND ended_at IS NOT NULL";
    PAST_NAMES = "SELECT name, until FROM past_unit_name WHERE unit = $1 ORDER BY until DESC, name";
    RENAMED = "INSERT INTO past_unit_name (unit, name, until) VALUES ($1, $2, $3)";
    END_UNIT = "UPDATE unit SET ended_at = $2, successor = $3, organ_id = NULL, folded = '' \
        WHERE id = $1 AND ended_at IS NULL";
    SET_PARENT = "UPDATE unit SET parent = $2 WHERE id = $1 AND parent = $3";
    PLACE = "UPDATE unit SET path = $1 || SUBSTR(path, CAST($2 AS INTEGER)) \
        WHERE path >= $3 AND path < $4";
    CHILDREN = "SELECT id, name FROM unit WHERE parent = $1 AND ended_at IS NULL ORDER BY name, id";
    KEYS = "SELECT id, label FROM api_key WHERE unit = $1 AND revoked_at IS NULL \
        ORDER BY created_at, id";
    KEY_UNIT = "UPDATE api_key SET unit = $2 WHERE id = $1 AND unit = $3 AND revoked_at IS NULL";
    GRANTS = "SELECT g.account, a.name, g.role FROM role_grant g JOIN account a ON a.id = g.account \
        WHERE g.unit = $1 AND g.until IS NULL AND a.ended_at IS NULL ORDER BY a.name, g.role";
    END_GRANTS = "UPDATE role_grant SET until = $2 WHERE unit = $1 AND until IS NULL";
}

/// Takes a device into another unit, and its entry of the register with it.
pub async fn move_device(
    connection: &mut AnyConnection,
    device: DeviceId,
    from: UnitId,
    to: UnitId,
) -> Result<u64, StoreError> {
    let entry = sqlx::query(ENTRY_OF_DEVICE).put(&device).put(&to).put(&from);
    entry.execute(&mut *connection).await?;
    let update = sqlx::query(DEVICE_UNIT).put(&device).put(&to).put(&from);
    Ok(update.execute(connection).await?.rows_affected())
}

/// Takes an entry of the register into another unit.
pub async fn move_entry(
    connection: &mut AnyConnection,
    entry: EntryId,
    from: UnitId,
    to: UnitId,
) -> Result<u64, StoreError> {
    let update = sqlx::query(ENTRY_UNIT).put(&entry).put(&to).put(&from);
    Ok(update.execute(connection).await?.rows_affected())
}

/// Ends an invitation that nobody used.
pub async fn spend_invitation(
    connection: &mut AnyConnection,
    id: InvitationId,
) -> Result<u64, StoreError> {
    Ok(sqlx::query(SPEND_INVITATION).put(&id).execute(connection).await?.rows_affected())
}

/// Somebody's part in a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The request.
    pub request: RequestId,
    /// The step.
    pub step: StepNumber,
    /// Whose.
    pub person: PersonId,
}

/// Hands a part on: the new signer has it with another recipe, the old one is released.
pub async fn hand_on(
    connection: &mut AnyConnection,
    part: Part,
    to: PersonId,
    recipe: Option<&Vec<u8>>,
    why: Option<&String>,
) -> Result<u64, StoreError> {
    let read = sqlx::query(PART).put(&part.request).put(&part.step).put(&part.person);
    let Some(row) = read.fetch_optional(&mut *connection).await? else { return Ok(0) };
    let (state, place): (String, u64) = (row.get_as(0)?, row.get_as(1)?);
    let insert = sqlx::query(HAND_ON)
        .put(&part.request)
        .put(&part.step)
        .put(&to)
        .put(&place)
        .put(&state)
        .put_opt(recipe);
    let added = insert.execute(&mut *connection).await?.rows_affected();
    Ok(added * release(connection, part, why).await?)
}

/// Releases somebody of a part; `why` is told to the submitter.
pub async fn release(
    connection: &mut AnyConnection,
    part: Part,
    why: Option<&String>,
) -> Result<u64, StoreError> {
    let update = sqlx::query(RELEASE).put(&part.request).put(&part.step).put(&part.person);
    Ok(update.put_opt(why).execute(connection).await?.rows_affected())
}

/// Gives a part another recipe, and keeps the digest of the one that it had.
pub async fn set_recipe(
    connection: &mut AnyConnection,
    part: Part,
    recipe: &Vec<u8>,
) -> Result<u64, StoreError> {
    let read = sqlx::query(RECIPE).put(&part.request).put(&part.step).put(&part.person);
    let Some(row) = read.fetch_optional(&mut *connection).await? else { return Ok(0) };
    let before = Sha256::of(&row.get_as::<Vec<u8>>(0)?);
    keep_recipe(connection, part, &before).await?;
    let update = sqlx::query(SET_RECIPE).put(&part.request).put(&part.step).put(&part.person);
    Ok(update.put(recipe).execute(connection).await?.rows_affected())
}

/// Keeps the digest of a recipe that a part had.
pub async fn keep_recipe(
    connection: &mut AnyConnection,
    part: Part,
    recipe: &Sha256,
) -> Result<(), StoreError> {
    let keep = sqlx::query(KEEP_RECIPE).put(&part.request).put(&part.step).put(&part.person);
    keep.put(recipe).execute(connection).await?;
    Ok(())
}

/// The digests of the recipes that a part had before.
pub async fn past_recipes(
    connection: &mut AnyConnection,
    part: Part,
) -> Result<Vec<Sha256>, StoreError> {
    let read = sqlx::query(PAST_RECIPES).put(&part.request).put(&part.step).put(&part.person);
    read.fetch_all(connection).await?.iter().map(|row| row.get_as(0)).collect()
}

/// Notes that a request changed, so that phones fetch it again.
pub async fn note_change(
    connection: &mut AnyConnection,
    request: RequestId,
    change: u64,
) -> Result<u64, StoreError> {
    let update = sqlx::query(NOTE_CHANGE).put(&request).put(&change);
    Ok(update.execute(connection).await?.rows_affected())
}

/// Takes an open request into another unit.
pub async fn move_request(
    connection: &mut AnyConnection,
    request: RequestId,
    from: UnitId,
    to: UnitId,
    change: u64,
) -> Result<u64, StoreError> {
    let update = sqlx::query(REQUEST_UNIT).put(&request).put(&to).put(&change).put(&from);
    Ok(update.execute(connection).await?.rows_affected())
}

/// The open requests that a unit submitted.
pub async fn open_requests(
    connection: &mut AnyConnection,
    unit: UnitId,
) -> Result<Vec<RequestId>, StoreError> {
    let rows = sqlx::query(OPEN_REQUESTS).put(&unit).fetch_all(connection).await?;
    rows.iter().map(|row| row.get_as(0)).collect()
}

/// Whether a unit stands: it is there and was not dissolved.
pub async fn stands(connection: &mut AnyConnection, unit: UnitId) -> Result<bool, StoreError> {
    let row = sqlx::query(UNIT_ENDED).put(&unit).fetch_optional(connection).await?;
    Ok(match row {
        None => false,
        Some(row) => row.get_opt::<Timestamp>(0)?.is_none(),
    })
}

/// When a unit was dissolved, and of which it became part; none for one that stands.
pub async fn end_of(
    connection: &mut AnyConnection,
    unit: UnitId,
) -> Result<Option<(Timestamp, Option<UnitId>)>, StoreError> {
    let row = sqlx::query(END_OF).put(&unit).fetch_optional(connection).await?;
    row.map(|row| Ok((row.get_as(0)?, row.get_opt(1)?))).transpose()
}

/// The names that a unit had, the last one first, and until when each.
pub async fn past_names(
    connection: &mut AnyConnection,
    unit: UnitId,
) -> Result<Vec<(String, Timestamp)>, StoreError> {
    let rows = sqlx::query(PAST_NAMES).put(&unit).fetch_all(connection).await?;
    rows.iter().map(|row| Ok((row.get_as(0)?, row.get_as(1)?))).collect()
}

/// Keeps the name that a unit had until now.
pub async fn keep_name(
    connection: &mut AnyConnection,
    unit: UnitId,
    name: &str,
    until: Timestamp,
) -> Result<(), StoreError> {
    let insert = sqlx::query(RENAMED).put(&unit).bind(name.to_owned()).put(&until);
    insert.execute(connection).await?;
    Ok(())
}

/// Ends a unit, which keeps its name and gives its code back.
pub async fn end_unit(
    connection: &mut AnyConnection,
    unit: UnitId,
    at: Timestamp,
    successor: Option<UnitId>,
) -> Result<u64, StoreError> {
    let update = sqlx::query(END_UNIT).put(&unit).put(&at).put_opt(successor.as_ref());
    Ok(update.execute(connection).await?.rows_affected())
}

/// Places a unit and all that stands below it under another one.
pub async fn place_under(
    connection: &mut AnyConnection,
    unit: UnitId,
    branch: &Branch,
    from: UnitId,
    to: UnitId,
    above: &Branch,
) -> Result<u64, StoreError> {
    let new = Branch::below(Some(above), unit);
    let rest = u64::try_from(branch.path().len() + 1).unwrap_or(u64::MAX);
    let place = sqlx::query(PLACE).bind(new.path().to_owned()).put(&rest);
    place.bind(branch.path().to_owned()).bind(branch.end()).execute(&mut *connection).await?;
    let update = sqlx::query(SET_PARENT).put(&unit).put(&to).put(&from);
    Ok(update.execute(connection).await?.rows_affected())
}

/// The units right below another one that stand, with their names.
pub async fn children(
    connection: &mut AnyConnection,
    unit: UnitId,
) -> Result<Vec<(UnitId, String)>, StoreError> {
    let rows = sqlx::query(CHILDREN).put(&unit).fetch_all(connection).await?;
    rows.iter().map(|row| Ok((row.get_as(0)?, row.get_as(1)?))).collect()
}

/// The keys of document systems of a unit, with what each is for.
pub async fn keys(
    connection: &mut AnyConnection,
    unit: UnitId,
) -> Result<Vec<(ApiKeyId, String)>, StoreError> {
    let rows = sqlx::query(KEYS).put(&unit).fetch_all(connection).await?;
    rows.iter().map(|row| Ok((row.get_as(0)?, row.get_as(1)?))).collect()
}

/// Has a key act for another unit.
pub async fn move_key(
    connection: &mut AnyConnection,
    key: ApiKeyId,
    from: UnitId,
    to: UnitId,
) -> Result<u64, StoreError> {
    let update = sqlx::query(KEY_UNIT).put(&key).put(&to).put(&from);
    Ok(update.execute(connection).await?.rows_affected())
}

/// Who has a role in a unit: account, full name, the role's name.
pub async fn grants(
    connection: &mut AnyConnection,
    unit: UnitId,
) -> Result<Vec<(AccountId, String, String)>, StoreError> {
    let rows = sqlx::query(GRANTS).put(&unit).fetch_all(connection).await?;
    rows.iter().map(|row| Ok((row.get_as(0)?, row.get_as(1)?, row.get_as(2)?))).collect()
}

/// Ends all roles in a unit.
pub async fn end_grants(
    connection: &mut AnyConnection,
    unit: UnitId,
    at: Timestamp,
) -> Result<u64, StoreError> {
    Ok(sqlx::query(END_GRANTS).put(&unit).put(&at).execute(connection).await?.rows_affected())
}
