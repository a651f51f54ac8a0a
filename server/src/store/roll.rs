//! Changing units and people that are there, and keeping what finds them.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use trien_core::env::Timestamp;
use trien_core::id::{PersonId, UnitId};
use trien_core::wire::PersonView;

use super::directory::{Authority, PersonDetails, PersonRow, UnitDetails};
use super::people::Words;
use super::{Bind as _, Columns as _, StoreError, devices, reshape, statements};
use crate::fold;

/// Words taken away in one statement.
const WORDS_AT_ONCE: usize = 16;

statements! {
    STANDING = "SELECT p.id, p.name, o.title, o.unit, o.authority, p.staff_number, p.email, p.phone \
        FROM person p JOIN position o ON o.person = p.id AND o.until IS NULL \
        WHERE p.id = $1 ORDER BY o.since, o.title LIMIT 1";
    WITH_STAFF_NUMBER = "SELECT p.id, p.name, o.title, o.unit, o.authority, p.staff_number, \
        p.email, p.phone FROM person p JOIN position o ON o.person = p.id AND o.until IS NULL \
        WHERE p.staff_number = $1 ORDER BY o.since, o.title LIMIT 1";
    EVERYBODY = "SELECT p.id, p.name, o.title, o.unit, o.authority, p.staff_number, p.email, p.phone \
        FROM position o CROSS JOIN unit u CROSS JOIN person p WHERE u.id = o.unit \
        AND p.id = o.person AND o.until IS NULL AND u.path >= $1 AND u.path < $2 \
        ORDER BY o.sorting, o.person, o.unit, o.title";
    NAMES_IN = "SELECT p.name, o.title FROM position o JOIN person p ON p.id = o.person \
        WHERE o.unit = $1 AND o.until IS NULL";
    UNIT_WITH_CODE = "SELECT id FROM unit WHERE organ_id = $1";
    CHANGE_UNIT = "UPDATE unit SET name = $1, folded = $2, level = $3, organ_id = $4 \
        WHERE id = $5 AND name = $6 AND ended_at IS NULL";
    PEOPLE_OF = "SELECT DISTINCT person FROM position WHERE unit = $1 AND until IS NULL";
    CHANGE_PERSON = "UPDATE person SET name = $1, staff_number = $2, email = $3, phone = $4 \
        WHERE id = $5";
    LEAVE = "UPDATE position SET until = $1 WHERE person = $2 AND unit = $3 AND title = $4 \
        AND until IS NULL";
    TAKE = "INSERT INTO position (person, unit, title, since, authority, equipped) \
        VALUES ($1, $2, $3, $4, $5, CASE WHEN EXISTS (SELECT 1 FROM device d \
            WHERE d.person = $1 AND d.state = 'active') THEN 1 ELSE 0 END) \
        ON CONFLICT (person, unit, title) DO UPDATE SET since = excluded.since, until = NULL, \
        authority = excluded.authority, equipped = excluded.equipped";
    KEEP_PAST = "INSERT INTO past_position (person, unit, unit_name, title, authority, since, until) \
        SELECT o.person, o.unit, u.name, o.title, o.authority, o.since, o.until FROM position o \
        JOIN unit u ON u.id = o.unit WHERE o.person = $1 AND o.unit = $2 AND o.title = $3 \
        AND o.until IS NOT NULL ON CONFLICT (person, unit, title, until) DO NOTHING";
    SET_AUTHORITY = "UPDATE position SET authority = $1 WHERE person = $2 AND unit = $3 \
        AND title = $4 AND until IS NULL";
    FOLDED = "SELECT folded, sorting FROM position WHERE person = $1 AND until IS NULL";
    POSITIONS = "SELECT p.name, o.title, o.unit, u.name, p.staff_number, p.email, p.phone \
        FROM position o CROSS JOIN unit u CROSS JOIN person p WHERE o.person = $1 \
        AND o.until IS NULL AND u.id = o.unit AND p.id = o.person";
    SET_FOLDED = "UPDATE position SET sorting = $1, folded = $2 \
        WHERE person = $3 AND unit = $4 AND title = $5";
    DELETE_WORDS = "DELETE FROM person_word WHERE sorting = $1 AND person = $2 AND word IN ($3, $4, \
        $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)";
}

/// All that is known of a person in the oldest of their present positions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Who, in which position and unit.
    pub row: PersonRow,
    /// What else is known.
    pub details: PersonDetails,
}

impl Standing {
    /// Whether the other is another post than this one.
    #[must_use]
    pub fn is_elsewhere(&self, other: &Self) -> bool {
        (self.row.unit, &self.row.view.position) != (other.row.unit, &other.row.view.position)
    }
}

/// Somebody as known now.
pub async fn standing(
    connection: &mut AnyConnection,
    id: PersonId,
) -> Result<Option<Standing>, StoreError> {
    let row = sqlx::query(STANDING).put(&id).fetch_optional(connection).await?;
    row.as_ref().map(read).transpose()
}

/// Who has this number.
pub async fn with_staff_number(
    connection: &mut AnyConnection,
    number: &str,
) -> Result<Option<Standing>, StoreError> {
    let query = sqlx::query(WITH_STAFF_NUMBER).bind(number.to_owned());
    query.fetch_optional(connection).await?.as_ref().map(read).transpose()
}

/// Everybody of a branch, once per present position, in the order of lists.
pub async fn everybody(
    connection: &mut AnyConnection,
    from: &str,
    to: &str,
) -> Result<Vec<Standing>, StoreError> {
    let query = sqlx::query(EVERYBODY).bind(from.to_owned()).bind(to.to_owned());
    query.fetch_all(connection).await?.iter().map(read).collect()
}

/// Name and position of everybody in a unit.
pub async fn names_in(
    connection: &mut AnyConnection,
    unit: UnitId,
) -> Result<Vec<(String, String)>, StoreError> {
    let rows = sqlx::query(NAMES_IN).put(&unit).fetch_all(connection).await?;
    rows.iter().map(|row| Ok((row.get_as(0)?, row.get_as(1)?))).collect()
}

/// Which unit has this code.
pub async fn unit_with_code(
    connection: &mut AnyConnection,
    code: &str,
) -> Result<Option<UnitId>, StoreError> {
    let query = sqlx::query(UNIT_WITH_CODE).bind(code.to_owned());
    query.fetch_optional(connection).await?.map(|row| row.get_as(0)).transpose()
}

/// Changes a unit that has the name `before`; says whether there was one.
pub async fn change_unit(
    connection: &mut AnyConnection,
    id: UnitId,
    before: &str,
    name: &str,
    details: &UnitDetails,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let people = if before == name { Vec::new() } else { people_of(connection, id).await? };
    for person in &people {
        forget(connection, *person).await?;
    }
    let change = sqlx::query(CHANGE_UNIT)
        .bind(name.to_owned())
        .bind(details.folded(name))
        .put_opt(details.level.as_ref())
        .put_opt(details.organ_id.as_ref())
        .put(&id)
        .bind(before.to_owned());
    let changed = change.execute(&mut *connection).await?.rows_affected() == 1;
    if changed && before != name {
        reshape::keep_name(connection, id, before, at).await?;
    }
    for person in &people {
        learn(connection, *person).await?;
    }
    Ok(changed)
}

async fn people_of(
    connection: &mut AnyConnection,
    unit: UnitId,
) -> Result<Vec<PersonId>, StoreError> {
    let rows = sqlx::query(PEOPLE_OF).put(&unit).fetch_all(connection).await?;
    rows.iter().map(|row| row.get_as(0)).collect()
}

/// Changes a person; another unit or position ends the one before and begins now.
pub async fn change_person(
    connection: &mut AnyConnection,
    before: &Standing,
    after: &Standing,
    at: Timestamp,
) -> Result<(), StoreError> {
    let (old, new, details) = (&before.row, &after.row, &after.details);
    forget(connection, old.view.id).await?;
    sqlx::query(CHANGE_PERSON)
        .put(&new.view.name)
        .put_opt(details.staff_number.as_ref())
        .put_opt(details.email.as_ref())
        .put_opt(details.phone.as_ref())
        .put(&old.view.id)
        .execute(&mut *connection)
        .await?;
    if old.view.name != new.view.name {
        devices::learn_again(connection, old.view.id).await?;
    }
    let place = (old.unit, &old.view.position);
    if place == (new.unit, &new.view.position) {
        let set = sqlx::query(SET_AUTHORITY).put_opt(details.authority.as_ref());
        let set = set.put(&old.view.id).put(&old.unit).put(&old.view.position);
        set.execute(&mut *connection).await?;
    } else {
        leave(connection, old.view.id, old.unit, &old.view.position, at).await?;
        let taken = Taken {
            unit: new.unit,
            title: new.view.position.clone(),
            authority: details.authority,
        };
        take(connection, old.view.id, &taken, at).await?;
    }
    learn(connection, old.view.id).await
}

/// A position that somebody takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// In which unit.
    pub unit: UnitId,
    /// The position.
    pub title: String,
    /// What it lets its holder do.
    pub authority: Option<Authority>,
}

/// Ends positions of somebody and begins others; says whether each that ends was held.
pub async fn change_positions(
    connection: &mut AnyConnection,
    person: PersonId,
    ends: &[(UnitId, String)],
    takes: &[Taken],
    at: Timestamp,
) -> Result<bool, StoreError> {
    forget(connection, person).await?;
    let mut held = true;
    for (unit, title) in ends {
        held &= leave(connection, person, *unit, title, at).await?;
    }
    for taken in takes {
        take(connection, person, taken, at).await?;
    }
    learn(connection, person).await?;
    Ok(held)
}

/// Ends a position and keeps how long it was held; says whether it was.
async fn leave(
    connection: &mut AnyConnection,
    person: PersonId,
    unit: UnitId,
    title: &String,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let leave = sqlx::query(LEAVE).put(&at).put(&person).put(&unit).put(title);
    let left = leave.execute(&mut *connection).await?.rows_affected() == 1;
    if left {
        let keep = sqlx::query(KEEP_PAST).put(&person).put(&unit).put(title);
        keep.execute(connection).await?;
    }
    Ok(left)
}

async fn take(
    connection: &mut AnyConnection,
    person: PersonId,
    taken: &Taken,
    at: Timestamp,
) -> Result<(), StoreError> {
    let take = sqlx::query(TAKE).put(&person).put(&taken.unit).put(&taken.title);
    take.put(&at).put_opt(taken.authority.as_ref()).execute(connection).await?;
    Ok(())
}

/// Takes away what finds a person.
async fn forget(connection: &mut AnyConnection, person: PersonId) -> Result<(), StoreError> {
    for row in sqlx::query(FOLDED).put(&person).fetch_all(&mut *connection).await? {
        let (folded, sorting): (String, String) = (row.get_as(0)?, row.get_as(1)?);
        let words: Vec<&str> = folded.split_whitespace().collect();
        for some in words.chunks(WORDS_AT_ONCE) {
            let mut delete = sqlx::query(DELETE_WORDS).put(&sorting).put(&person);
            // A statement has so many places; the last word stands in what is left of them.
            for word in some.iter().chain(some.last().into_iter().cycle()).take(WORDS_AT_ONCE) {
                delete = delete.bind((*word).to_owned());
            }
            delete.execute(&mut *connection).await?;
        }
    }
    Ok(())
}

/// Writes anew what finds a person.
async fn learn(connection: &mut AnyConnection, person: PersonId) -> Result<(), StoreError> {
    let mut words = Words::default();
    for row in sqlx::query(POSITIONS).put(&person).fetch_all(&mut *connection).await? {
        let view = PersonView { id: person, name: row.get_as(0)?, position: row.get_as(1)? };
        let (unit, unit_name): (UnitId, String) = (row.get_as(2)?, row.get_as(3)?);
        let details = PersonDetails {
            authority: None,
            staff_number: row.get_opt(4)?,
            email: row.get_opt(5)?,
            phone: row.get_opt(6)?,
        };
        let (sorting, folded) = (fold::sorting(&view.name), details.folded(&view, &unit_name));
        let set = sqlx::query(SET_FOLDED).put(&sorting).put(&folded);
        let set = set.put(&person).put(&unit).put(&view.position);
        set.execute(&mut *connection).await?;
        words.add(connection, &folded, &sorting, person).await?;
    }
    words.end(connection).await
}

fn read(row: &AnyRow) -> Result<Standing, StoreError> {
    let view = PersonView { id: row.get_as(0)?, name: row.get_as(1)?, position: row.get_as(2)? };
    let details = PersonDetails {
        authority: row.get_opt(4)?,
        staff_number: row.get_opt(5)?,
        email: row.get_opt(6)?,
        phone: row.get_opt(7)?,
    };
    Ok(Standing { row: PersonRow { view, unit: row.get_as(3)? }, details })
}
