//! Units, people and their positions; settings of the whole server.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use trien_core::certificate::{Assurance, PromptPolicy, Prompts};
use trien_core::env::Timestamp;
use trien_core::id::{PersonId, UnitId};
use trien_core::wire::{PersonView, UnitView};

use super::people::{Branch, MAX_WORDS, Words};
use super::value::{stored_json, stored_names};
use super::{Bind as _, Columns as _, StoreError, statements};
use crate::fold;
use crate::paging::Turn;

/// Which keys a new unit takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum KeyPolicy {
    /// Those that the unit above it takes; at the top only keys in secure hardware, attested.
    #[default]
    Hardware,
    /// Keys in software too (assurance level D): demos, tests, the headless companion.
    SoftwareAllowed,
}

impl KeyPolicy {
    /// The lowest level that the unit states by itself.
    #[must_use]
    pub fn stated(self) -> Option<Assurance> {
        match self {
            Self::Hardware => None,
            Self::SoftwareAllowed => Some(Assurance::D),
        }
    }
}

/// The lowest level where no unit states one: keys in hardware, or an app that speaks for them.
pub const LOWEST_BY_DEFAULT: Assurance = Assurance::C;

/// The lowest level that a unit takes: the strictest of what it and the units above it state. Levels are
/// stored as texts of which the earlier is the stricter. Few units state one, and an index holds them.
macro_rules! lowest {
    ($unit:literal) => {
        concat!(
            "(SELECT MIN(a.lowest_assurance) FROM unit a WHERE a.lowest_assurance IS NOT NULL \
                AND a.ended_at IS NULL AND a.path = SUBSTR(",
            $unit,
            ".path, 1, LENGTH(a.path)))"
        )
    };
}
pub(crate) use lowest;

/// The bounds of a session that a unit takes, seconds, signatures, and whether a passcode answers: the strictest of
/// what it and the units above it state. 0 seconds are a prompt each time, and the strictest of all.
macro_rules! prompt {
    ($unit:literal) => {
        concat!(
            prompt!("prompt_seconds", $unit),
            ", ",
            prompt!("prompt_signatures", $unit),
            ", ",
            prompt!("prompt_passcode", $unit)
        )
    };
    ($column:literal, $unit:literal) => {
        concat!(
            "(SELECT MIN(a.",
            $column,
            ") FROM unit a WHERE a.prompt_seconds IS NOT NULL \
                AND a.ended_at IS NULL AND a.path = SUBSTR(",
            $unit,
            ".path, 1, LENGTH(a.path)))"
        )
    };
}

stored_json!(PromptPolicy);

/// A stated policy as its three columns; all null where none is stated.
fn prompt_columns(policy: Option<PromptPolicy>) -> [Option<i64>; 3] {
    let Some(policy) = policy else { return [None; 3] };
    let (seconds, signatures) = match policy.prompts {
        Prompts::PerUse => (0, 1),
        Prompts::Session { seconds, signatures } => (seconds.into(), signatures.into()),
    };
    [Some(seconds), Some(signatures), Some(policy.passcode.into())]
}

fn read_prompt(row: &AnyRow, at: usize) -> Result<Option<PromptPolicy>, StoreError> {
    let bound = |value: i64| u16::try_from(value).map_err(|_| StoreError::Corrupt("prompt policy"));
    let prompts = match (row.get_opt::<i64>(at)?, row.get_opt::<i64>(at + 1)?) {
        (Some(0), _) => Prompts::PerUse,
        (Some(seconds), Some(signatures)) => {
            Prompts::Session { seconds: bound(seconds)?, signatures: bound(signatures)? }
        }
        _ => return Ok(None),
    };
    Ok(Some(PromptPolicy { prompts, passcode: row.get_opt::<i64>(at + 2)? == Some(1) }))
}

/// What a position lets its holder do in the unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Authority {
    /// Heads the unit.
    Chief,
    /// Stands in for its head.
    Deputy,
    /// Keeps its documents and its seal (văn thư).
    Clerk,
}

impl Authority {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Chief, Self::Deputy, Self::Clerk];

    /// The one of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|authority| authority.name() == name)
    }

    /// Its name in the database and in answers.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Chief => "chief",
            Self::Deputy => "deputy",
            Self::Clerk => "clerk",
        }
    }
}

stored_names!(Authority {
    Authority::Chief = "chief",
    Authority::Deputy = "deputy",
    Authority::Clerk = "clerk",
});

macro_rules! found {
    ($compare:literal, $along:literal) => {
        concat!(
            "SELECT id, parent, name, path, level, organ_id FROM unit \
             WHERE path >= $1 AND path < $2 AND ended_at IS NULL AND path ",
            $compare,
            " $3 AND folded LIKE $4 AND folded LIKE $5 AND folded LIKE $6 AND folded LIKE $7 \
             AND folded LIKE $8 AND folded LIKE $9 AND folded LIKE $10 AND folded LIKE $11 \
             ORDER BY path ",
            $along,
            " LIMIT $12"
        )
    };
}

statements! {
    INSERT_UNIT = "INSERT INTO unit (id, parent, name, lowest_assurance, created_at, \
        path, folded, level, organ_id, prompt_seconds, prompt_signatures, prompt_passcode) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    PATH = "SELECT path FROM unit WHERE id = $1";
    UNIT = concat!("SELECT u.id, u.name, u.lowest_assurance, ", lowest!("u"), ", ", prompt!("u"),
        ", u.prompt_seconds, u.prompt_signatures, u.prompt_passcode FROM unit u WHERE u.id = $1");
    UNITS = concat!("SELECT u.id, u.name, u.lowest_assurance, ", lowest!("u"), ", ", prompt!("u"),
        ", u.prompt_seconds, u.prompt_signatures, u.prompt_passcode FROM unit u \
        ORDER BY u.created_at, u.id");
    LISTED = "SELECT id, name, ended_at FROM unit ORDER BY created_at, id";
    SET_LOWEST = "UPDATE unit SET lowest_assurance = $2 WHERE id = $1 \
        AND COALESCE(lowest_assurance, '') = COALESCE($3, '')";
    SET_PROMPT = "UPDATE unit SET prompt_seconds = $2, prompt_signatures = $3, prompt_passcode = $4 \
        WHERE id = $1 AND COALESCE(prompt_seconds, -1) = COALESCE(CAST($5 AS BIGINT), -1) \
        AND COALESCE(prompt_signatures, -1) = COALESCE(CAST($6 AS BIGINT), -1) \
        AND COALESCE(prompt_passcode, 0) = COALESCE(CAST($7 AS BIGINT), 0)";
    PROMPTS_ABOVE = "SELECT a.id, a.name, a.prompt_seconds, a.prompt_signatures, \
        a.prompt_passcode FROM unit u \
        JOIN unit a ON a.path = SUBSTR(u.path, 1, LENGTH(a.path)) AND a.id <> u.id \
        WHERE u.id = $1 AND a.prompt_seconds IS NOT NULL AND a.ended_at IS NULL ORDER BY a.path";
    STATED = "SELECT id, name, path, lowest_assurance FROM unit WHERE lowest_assurance IS NOT NULL \
        AND ended_at IS NULL ORDER BY path";
    INSERT_PERSON = "INSERT INTO person (id, name, created_at, staff_number, email, phone) \
        VALUES ($1, $2, $3, $4, $5, $6)";
    INSERT_POSITION = "INSERT INTO position (person, unit, title, since, authority, sorting, \
        folded) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    PERSON = "SELECT p.id, p.name, o.title, o.unit FROM person p \
        JOIN position o ON o.person = p.id AND o.until IS NULL \
        WHERE p.id = $1 ORDER BY o.since, o.title LIMIT 1";
    PERSON_IN_UNIT = "SELECT p.id, p.name, o.title, o.unit FROM person p \
        JOIN position o ON o.person = p.id AND o.until IS NULL \
        WHERE p.id = $1 AND o.unit = $2 ORDER BY o.since, o.title LIMIT 1";
    IS_CLERK = "SELECT 1 FROM position WHERE person = $1 AND unit = $2 AND until IS NULL \
        AND authority = 'clerk' LIMIT 1";
    PEOPLE = "SELECT p.id, p.name, o.title, o.unit FROM person p \
        JOIN position o ON o.person = p.id AND o.until IS NULL \
        ORDER BY p.created_at, p.id, o.since, o.title";
    SETTING = "SELECT value FROM setting WHERE name = $1";
    INSERT_SETTING = "INSERT INTO setting (name, value) VALUES ($1, $2)";
    SET_SETTING = "INSERT INTO setting (name, value) VALUES ($1, $2) \
        ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    REMOVE_SETTING = "DELETE FROM setting WHERE name = $1";
    ALL_PLACED = "SELECT id, parent, name, path, level, organ_id FROM unit \
        WHERE ended_at IS NULL ORDER BY path";
    TOPS = "SELECT path FROM unit WHERE parent IS NULL ORDER BY path";
    DETAILS = "SELECT level, organ_id FROM unit WHERE id = $1";
    BELOW = "SELECT id, parent, name, path, level, organ_id FROM unit \
        WHERE path >= $1 AND path < $2 AND ended_at IS NULL ORDER BY path LIMIT $3";
    FOUND_AFTER = found!(">", "ASC");
    FOUND_BEFORE = found!("<", "DESC");
    PARENT = "SELECT parent FROM unit WHERE id = $1";
    PARENTS = "SELECT id, parent FROM unit ORDER BY created_at, id";
}

/// A unit with its policy.
#[derive(Clone, Debug)]
pub struct UnitRow {
    /// Which, and its name.
    pub view: UnitView,
    /// The lowest assurance level that it states by itself.
    pub stated: Option<Assurance>,
    /// The lowest level that it takes: the strictest that it or a unit above it states.
    pub lowest: Assurance,
    /// How often the approval keys that are made for it ask for the person: what all who state something on
    /// the line from it up allow; each time, where nobody does.
    pub prompt_policy: PromptPolicy,
    /// What it states of that by itself.
    pub stated_prompt: Option<PromptPolicy>,
}

impl UnitRow {
    /// A unit that is not stored yet, and states at most a level.
    #[must_use]
    pub fn new(view: UnitView, stated: Option<Assurance>) -> Self {
        Self {
            view,
            stated,
            lowest: stated.unwrap_or(LOWEST_BY_DEFAULT),
            prompt_policy: PromptPolicy::PER_USE,
            stated_prompt: None,
        }
    }

    /// Whether it takes keys of this assurance level.
    #[must_use]
    pub fn takes(&self, assurance: Assurance) -> bool {
        assurance >= self.lowest
    }
}

/// What else is known of a unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnitDetails {
    /// Its level's code.
    pub level: Option<String>,
    /// Its code in the exchange of documents (QCVN 102:2016/BTTTT).
    pub organ_id: Option<String>,
}

impl UnitDetails {
    /// What a unit is found by.
    #[must_use]
    pub fn folded(&self, name: &str) -> String {
        fold::folded(&[name, self.organ_id.as_deref().unwrap_or_default()])
    }
}

/// A unit in its place of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Which, and its name.
    pub view: UnitView,
    /// The unit above it.
    pub parent: Option<UnitId>,
    /// It and all that stands below it.
    pub branch: Branch,
    /// What else is known of it.
    pub details: UnitDetails,
}

/// A person in one position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonRow {
    /// Who, and the position.
    pub view: PersonView,
    /// The unit of the position.
    pub unit: UnitId,
}

/// What else is known of a person in a position.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonDetails {
    /// What the position lets its holder do.
    pub authority: Option<Authority>,
    /// The number that the person has for good; no two have the same.
    pub staff_number: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// The telephone number.
    pub phone: Option<String>,
}

impl PersonDetails {
    /// What a person is found by, and what a list of people is sorted by.
    #[must_use]
    pub fn folded(&self, person: &PersonView, unit_name: &str) -> String {
        let more = [&self.staff_number, &self.email, &self.phone];
        let more = more.map(|text| text.as_deref().unwrap_or_default());
        fold::folded(&[&person.name, &person.position, unit_name, more[0], more[1], more[2]])
    }
}

/// Adds a unit.
pub async fn insert_unit(
    connection: &mut AnyConnection,
    unit: &UnitRow,
    details: &UnitDetails,
    parent: Option<UnitId>,
    at: Timestamp,
) -> Result<(), StoreError> {
    let above = match parent {
        Some(parent) => branch(connection, parent).await?,
        None => None,
    };
    let path = Branch::below(above.as_ref(), unit.view.id).path().to_owned();
    let [seconds, signatures, passcode] = prompt_columns(unit.stated_prompt);
    sqlx::query(INSERT_UNIT)
        .put(&unit.view.id)
        .put_opt(parent.as_ref())
        .put(&unit.view.name)
        .put_opt(unit.stated.as_ref())
        .put(&at)
        .bind(path)
        .bind(details.folded(&unit.view.name))
        .put_opt(details.level.as_ref())
        .put_opt(details.organ_id.as_ref())
        .put_opt(seconds.as_ref())
        .put_opt(signatures.as_ref())
        .put_opt(passcode.as_ref())
        .execute(connection)
        .await?;
    Ok(())
}

/// The trees of units, each by its top.
pub async fn top_branches(connection: &mut AnyConnection) -> Result<Vec<Branch>, StoreError> {
    let rows = sqlx::query(TOPS).fetch_all(connection).await?;
    rows.iter().map(|row| Ok(Branch::new(row.get_as(0)?))).collect()
}

/// What else is known of a unit.
pub async fn unit_details(
    connection: &mut AnyConnection,
    unit: UnitId,
) -> Result<Option<UnitDetails>, StoreError> {
    let row = sqlx::query(DETAILS).put(&unit).fetch_optional(connection).await?;
    row.map(|row| Ok(UnitDetails { level: row.get_opt(0)?, organ_id: row.get_opt(1)? })).transpose()
}

/// A unit and all that stands below it.
pub async fn branch(
    connection: &mut AnyConnection,
    unit: UnitId,
) -> Result<Option<Branch>, StoreError> {
    let row = sqlx::query(PATH).put(&unit).fetch_optional(connection).await?;
    row.map(|row| Ok(Branch::new(row.get_as(0)?))).transpose()
}

/// One unit.
pub async fn unit(
    connection: &mut AnyConnection,
    id: UnitId,
) -> Result<Option<UnitRow>, StoreError> {
    let row = sqlx::query(UNIT).put(&id).fetch_optional(connection).await?;
    row.as_ref().map(read_unit).transpose()
}

/// States the lowest level that a unit takes, or leaves it to the units above; gives 0 when it was not
/// stated as `before`.
pub async fn set_lowest(
    connection: &mut AnyConnection,
    id: UnitId,
    before: Option<Assurance>,
    after: Option<Assurance>,
) -> Result<u64, StoreError> {
    let set = sqlx::query(SET_LOWEST).put(&id).put_opt(after.as_ref()).put_opt(before.as_ref());
    Ok(set.execute(connection).await?.rows_affected())
}

/// States how often a unit's keys ask for the person, or leaves it to the units above; gives 0 when it was not
/// stated as `before`.
pub async fn set_prompt(
    connection: &mut AnyConnection,
    id: UnitId,
    before: Option<PromptPolicy>,
    after: Option<PromptPolicy>,
) -> Result<u64, StoreError> {
    let mut set = sqlx::query(SET_PROMPT).put(&id);
    for column in prompt_columns(after).into_iter().chain(prompt_columns(before)) {
        set = set.put_opt(column.as_ref());
    }
    Ok(set.execute(connection).await?.rows_affected())
}

/// The units above one that state how often keys ask for the person, the uppermost first.
pub async fn prompts_above(
    connection: &mut AnyConnection,
    unit: UnitId,
) -> Result<Vec<(UnitView, PromptPolicy)>, StoreError> {
    let rows = sqlx::query(PROMPTS_ABOVE).put(&unit).fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            let stated = read_prompt(row, 2)?.ok_or(StoreError::Corrupt("prompt policy"))?;
            Ok((UnitView { id: row.get_as(0)?, name: row.get_as(1)? }, stated))
        })
        .collect()
}

/// The units that state the lowest level they take, those above before those below.
pub async fn stated_levels(connection: &mut AnyConnection) -> Result<Vec<StatedLevel>, StoreError> {
    let rows = sqlx::query(STATED).fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            Ok(StatedLevel {
                unit: UnitView { id: row.get_as(0)?, name: row.get_as(1)? },
                branch: Branch::new(row.get_as(2)?),
                lowest: row.get_as(3)?,
            })
        })
        .collect()
}

/// A unit that states the lowest level it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedLevel {
    /// Which.
    pub unit: UnitView,
    /// It and all that stands below it.
    pub branch: Branch,
    /// The level.
    pub lowest: Assurance,
}

/// All units, oldest first.
pub async fn units(connection: &mut AnyConnection) -> Result<Vec<UnitRow>, StoreError> {
    sqlx::query(UNITS).fetch_all(connection).await?.iter().map(read_unit).collect()
}

/// All units, oldest first, each with the moment at which it ended.
pub async fn listed(
    connection: &mut AnyConnection,
) -> Result<Vec<(UnitView, Option<Timestamp>)>, StoreError> {
    let rows = sqlx::query(LISTED).fetch_all(connection).await?;
    let read =
        |row: &AnyRow| Ok((UnitView { id: row.get_as(0)?, name: row.get_as(1)? }, row.get_opt(2)?));
    rows.iter().map(read).collect()
}

/// At most `limit` units of a branch, those above before those below.
pub async fn below(
    connection: &mut AnyConnection,
    branch: &Branch,
    limit: u32,
) -> Result<Vec<Placed>, StoreError> {
    let below = sqlx::query(BELOW).bind(branch.path().to_owned()).bind(branch.end()).put(&limit);
    below.fetch_all(connection).await?.iter().map(read_placed).collect()
}

/// At most `limit` units of a branch that have all words in name or code, each at the beginning of
/// one of theirs; those above before those below.
pub async fn found(
    connection: &mut AnyConnection,
    branch: &Branch,
    words: &[String],
    turn: &Turn<String>,
    limit: u32,
) -> Result<Vec<Placed>, StoreError> {
    let (sql, path) = match turn {
        Turn::First => (FOUND_AFTER, ""),
        Turn::After(path) => (FOUND_AFTER, path.as_str()),
        Turn::Before(path) => (FOUND_BEFORE, path.as_str()),
    };
    let mut query = sqlx::query(sql).bind(branch.path().to_owned()).bind(branch.end());
    query = query.bind(path.to_owned());
    for at in 0..MAX_WORDS {
        query = query.bind(words.get(at).map_or_else(|| "%".to_owned(), |it| format!("% {it}%")));
    }
    query.put(&limit).fetch_all(connection).await?.iter().map(read_placed).collect()
}

/// All units, those above before those below.
pub async fn all_placed(connection: &mut AnyConnection) -> Result<Vec<Placed>, StoreError> {
    sqlx::query(ALL_PLACED).fetch_all(connection).await?.iter().map(read_placed).collect()
}

/// Adds a person with a position in the unit of that name.
pub async fn insert_person(
    connection: &mut AnyConnection,
    person: &PersonRow,
    details: &PersonDetails,
    unit_name: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(INSERT_PERSON)
        .put(&person.view.id)
        .put(&person.view.name)
        .put(&at)
        .put_opt(details.staff_number.as_ref())
        .put_opt(details.email.as_ref())
        .put_opt(details.phone.as_ref())
        .execute(&mut *connection)
        .await?;
    let folded = details.folded(&person.view, unit_name);
    let sorting = fold::sorting(&person.view.name);
    sqlx::query(INSERT_POSITION)
        .put(&person.view.id)
        .put(&person.unit)
        .put(&person.view.position)
        .put(&at)
        .put_opt(details.authority.as_ref())
        .put(&sorting)
        .put(&folded)
        .execute(&mut *connection)
        .await?;
    let mut words = Words::default();
    words.add(connection, &folded, &sorting, person.view.id).await?;
    words.end(connection).await
}

/// A person in the oldest of their present positions.
pub async fn person(
    connection: &mut AnyConnection,
    id: PersonId,
) -> Result<Option<PersonRow>, StoreError> {
    let row = sqlx::query(PERSON).put(&id).fetch_optional(connection).await?;
    row.as_ref().map(read_person).transpose()
}

/// A person in a position of one unit.
pub async fn person_in_unit(
    connection: &mut AnyConnection,
    id: PersonId,
    unit: UnitId,
) -> Result<Option<PersonRow>, StoreError> {
    let row = sqlx::query(PERSON_IN_UNIT).put(&id).put(&unit).fetch_optional(connection).await?;
    row.as_ref().map(read_person).transpose()
}

/// Whether a person has a post as clerk of a unit.
pub async fn is_clerk(
    connection: &mut AnyConnection,
    person: PersonId,
    unit: UnitId,
) -> Result<bool, StoreError> {
    let query = sqlx::query(IS_CLERK).put(&person).put(&unit);
    Ok(query.fetch_optional(connection).await?.is_some())
}

/// Everybody, once per present position.
pub async fn people(connection: &mut AnyConnection) -> Result<Vec<PersonRow>, StoreError> {
    sqlx::query(PEOPLE).fetch_all(connection).await?.iter().map(read_person).collect()
}

/// A setting of the whole server.
pub async fn setting(
    connection: &mut AnyConnection,
    name: &str,
) -> Result<Option<String>, StoreError> {
    let row = sqlx::query(SETTING).bind(name.to_owned()).fetch_optional(connection).await?;
    row.map(|row| row.get_as(0)).transpose()
}

/// Fixes a setting, once.
pub async fn insert_setting(
    connection: &mut AnyConnection,
    name: &str,
    value: &str,
) -> Result<(), StoreError> {
    let insert = sqlx::query(INSERT_SETTING).bind(name.to_owned()).bind(value.to_owned());
    insert.execute(connection).await?;
    Ok(())
}

/// Sets a setting, also anew.
pub async fn set_setting(
    connection: &mut AnyConnection,
    name: &str,
    value: &str,
) -> Result<(), StoreError> {
    let set = sqlx::query(SET_SETTING).bind(name.to_owned()).bind(value.to_owned());
    set.execute(connection).await?;
    Ok(())
}

/// Removes a setting.
pub async fn remove_setting(connection: &mut AnyConnection, name: &str) -> Result<(), StoreError> {
    sqlx::query(REMOVE_SETTING).bind(name.to_owned()).execute(connection).await?;
    Ok(())
}

/// Every unit with the one above it, oldest first.
pub async fn parents(
    connection: &mut AnyConnection,
) -> Result<Vec<(UnitId, Option<UnitId>)>, StoreError> {
    let rows = sqlx::query(PARENTS).fetch_all(connection).await?;
    rows.iter().map(|row| Ok((row.get_as(0)?, row.get_opt(1)?))).collect()
}

/// A unit and the units above it, at most so many.
pub async fn line(
    connection: &mut AnyConnection,
    unit: UnitId,
    most: usize,
) -> Result<Vec<UnitId>, StoreError> {
    let mut line = vec![unit];
    while line.len() < most {
        let Some(last) = line.last() else { break };
        let row = sqlx::query(PARENT).put(last).fetch_optional(&mut *connection).await?;
        match row.map(|row| row.get_opt::<UnitId>(0)).transpose()?.flatten() {
            Some(parent) => line.push(parent),
            None => break,
        }
    }
    Ok(line)
}

fn read_unit(row: &AnyRow) -> Result<UnitRow, StoreError> {
    Ok(UnitRow {
        view: UnitView { id: row.get_as(0)?, name: row.get_as(1)? },
        stated: row.get_opt(2)?,
        lowest: row.get_opt(3)?.unwrap_or(LOWEST_BY_DEFAULT),
        prompt_policy: read_prompt(row, 4)?.unwrap_or_default(),
        stated_prompt: read_prompt(row, 7)?,
    })
}

fn read_placed(row: &AnyRow) -> Result<Placed, StoreError> {
    Ok(Placed {
        view: UnitView { id: row.get_as(0)?, name: row.get_as(2)? },
        parent: row.get_opt(1)?,
        branch: Branch::new(row.get_as(3)?),
        details: UnitDetails { level: row.get_opt(4)?, organ_id: row.get_opt(5)? },
    })
}

fn read_person(row: &AnyRow) -> Result<PersonRow, StoreError> {
    let view = PersonView { id: row.get_as(0)?, name: row.get_as(1)?, position: row.get_as(2)? };
    Ok(PersonRow { view, unit: row.get_as(3)? })
}
