//! Lists of devices, a page at a time, and what finds them.
//!
//! A list is ordered by `(sorting, id)`: by the names of its people, as theirs is, since what enrolled
//! together stands together in time and in the tree, and a page along time would pass by all of one
//! branch to find the first of another. Five statements give the same page by different ways.

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};
use trien_core::certificate::Assurance;
use trien_core::id::{DeviceId, PersonId};
use trien_core::push::PushHealth;
use trien_core::wire::{PersonView, UnitView};

use super::device::{DeviceView, Standing};
use super::people::{Branch, MAX_WORDS};
use super::words::{self, LAST, Looks};
use super::{Bind as _, Columns as _, StoreError, Stored as _, statements};
use crate::fold;
use crate::paging::Turn;

macro_rules! view {
    () => {
        "SELECT d.id, p.id, p.name, COALESCE((SELECT o.title FROM position o \
            WHERE o.person = p.id AND o.unit = d.unit AND o.until IS NULL \
            ORDER BY o.since, o.title LIMIT 1), ''), \
        d.state, d.assurance, d.model, d.app, d.created_at, u.id, u.name, d.sorting, d.prompt_policy, \
        (SELECT t.state FROM push_target t WHERE t.device = d.id) "
    };
}

macro_rules! listed {
    ($before:literal, $from:expr, $list:literal, $compare:literal) => {
        concat!(
            $before,
            view!(),
            "FROM ",
            $from,
            " u.id = d.unit AND p.id = d.person AND (d.sorting, d.id) ",
            $compare,
            " ($1, $2) AND u.path >= $3 AND u.path < $4 \
             AND ($5 = 'any' OR d.state = $5) AND ($6 = 'any' OR d.assurance = $6) \
             AND ' ' || ",
            $list,
            "sorting LIKE $7 AND ' ' || ",
            $list,
            "sorting LIKE $8 AND ' ' || ",
            $list,
            "sorting LIKE $9 AND ' ' || ",
            $list,
            "sorting LIKE $10 AND ' ' || ",
            $list,
            "sorting LIKE $11 AND ' ' || ",
            $list,
            "sorting LIKE $12 AND ' ' || ",
            $list,
            "sorting LIKE $13 AND ' ' || ",
            $list,
            "sorting LIKE $14 ORDER BY "
        )
    };
}

// SQLite takes the tables of a CROSS JOIN in their order; PostgreSQL chooses by itself.
macro_rules! page {
    ($before:literal, $from:expr, $compare:literal, $along:literal) => {
        concat!(
            listed!($before, $from, "d.", $compare),
            "d.sorting ",
            $along,
            ", d.id ",
            $along,
            " LIMIT $15"
        )
    };
}
macro_rules! in_order {
    ($compare:literal, $along:literal) => {
        page!("", "device d CROSS JOIN unit u CROSS JOIN person p WHERE", $compare, $along)
    };
}
macro_rules! of_standing {
    ($compare:literal, $along:literal) => {
        page!(
            "",
            "device d CROSS JOIN unit u CROSS JOIN person p \
             WHERE d.state = $16 AND d.assurance = $17 AND",
            $compare,
            $along
        )
    };
}
macro_rules! by_unit {
    ($compare:literal, $along:literal) => {
        page!("", "unit u CROSS JOIN device d CROSS JOIN person p WHERE", $compare, $along)
    };
}
macro_rules! by_word {
    ($compare:literal, $along:literal) => {
        page!(
            "WITH found AS MATERIALIZED (SELECT DISTINCT device FROM device_word \
             WHERE word >= $16 AND word < $17) ",
            "found f CROSS JOIN device d CROSS JOIN unit u CROSS JOIN person p \
             WHERE d.id = f.device AND",
            $compare,
            $along
        )
    };
}
macro_rules! along_word {
    ($compare:literal, $along:literal) => {
        concat!(
            listed!(
                "",
                concat!(
                    "device_word w CROSS JOIN device d CROSS JOIN unit u CROSS JOIN person p \
                     WHERE w.word = $16 AND d.id = w.device AND (w.sorting, w.device) ",
                    $compare,
                    " ($1, $2) AND"
                ),
                "w.",
                $compare
            ),
            "w.sorting ",
            $along,
            ", w.device ",
            $along,
            " LIMIT $15"
        )
    };
}

macro_rules! along_two {
    ($compare:literal, $along:literal) => {
        concat!(
            listed!(
                "",
                concat!(
                    "device_word w CROSS JOIN device_word x CROSS JOIN device d CROSS JOIN unit u \
                     CROSS JOIN person p WHERE w.word = $16 AND x.word = $17 \
                     AND x.sorting = w.sorting AND x.device = w.device AND d.id = w.device \
                     AND (w.sorting, w.device) ",
                    $compare,
                    "= ($18, $19) AND"
                ),
                "w.",
                $compare
            ),
            "w.sorting ",
            $along,
            ", w.device ",
            $along,
            " LIMIT $15"
        )
    };
}

statements! {
    IN_ORDER_AFTER = in_order!(">", "ASC");
    IN_ORDER_BEFORE = in_order!("<", "DESC");
    OF_STANDING_AFTER = of_standing!(">", "ASC");
    OF_STANDING_BEFORE = of_standing!("<", "DESC");
    BY_UNIT_AFTER = by_unit!(">", "ASC");
    BY_UNIT_BEFORE = by_unit!("<", "DESC");
    BY_WORD_AFTER = by_word!(">", "ASC");
    BY_WORD_BEFORE = by_word!("<", "DESC");
    ALONG_WORD_AFTER = along_word!(">", "ASC");
    ALONG_WORD_BEFORE = along_word!("<", "DESC");
    ALONG_TWO_AFTER = along_two!(">", "ASC");
    ALONG_TWO_BEFORE = along_two!("<", "DESC");
    WITH_WORD_FROM = "SELECT sorting, device FROM device_word WHERE word = $1 \
        AND (sorting, device) >= ($2, $3) ORDER BY sorting, device LIMIT 1";
    WITH_WORD_UP_TO = "SELECT sorting, device FROM device_word WHERE word = $1 \
        AND (sorting, device) <= ($2, $3) ORDER BY sorting DESC, device DESC LIMIT 1";
    ONE = concat!(view!(), "FROM device d JOIN unit u ON u.id = d.unit \
        JOIN person p ON p.id = d.person WHERE d.id = $1");
    NEWEST = concat!(view!(), "FROM device d CROSS JOIN unit u CROSS JOIN person p \
        WHERE u.id = d.unit AND p.id = d.person AND d.id < $1 ORDER BY d.id DESC LIMIT $2");
    BELOW_LEVEL = concat!(view!(), ", u.path FROM unit u CROSS JOIN device d CROSS JOIN person p \
        WHERE u.path >= $1 AND u.path < $2 AND d.unit = u.id AND p.id = d.person \
        AND d.state IN ('active', 'pending', 'waiting-for-certificate') AND d.assurance > $3 \
        ORDER BY d.sorting, d.id");
    WAITING = concat!(view!(), "FROM device d CROSS JOIN unit u CROSS JOIN person p \
        WHERE d.state = 'pending' AND u.id = d.unit AND p.id = d.person \
        AND u.path >= $1 AND u.path < $2 ORDER BY d.id DESC LIMIT $3");
    WAITING_BY_UNIT = concat!(view!(), "FROM unit u CROSS JOIN device d CROSS JOIN person p \
        WHERE d.state = 'pending' AND d.unit = u.id AND p.id = d.person \
        AND u.path >= $1 AND u.path < $2 ORDER BY d.id DESC LIMIT $3");
    COUNT_WAITING = "SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT 1 AS one FROM device d \
        CROSS JOIN unit u WHERE d.state = 'pending' AND u.id = d.unit \
        AND u.path >= $1 AND u.path < $2 LIMIT $3) AS few";
    COUNT_WAITING_BY_UNIT = "SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT 1 AS one FROM unit u \
        CROSS JOIN device d WHERE d.unit = u.id AND d.state = 'pending' \
        AND u.path >= $1 AND u.path < $2 LIMIT $3) AS few";
    COUNT_STANDING = "SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT 1 AS one FROM device \
        WHERE state = $1 AND assurance = $2 LIMIT $3) AS few";
    COUNT_BELOW = "SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT 1 AS one FROM unit u \
        CROSS JOIN device d WHERE d.unit = u.id AND u.path >= $1 AND u.path < $2 LIMIT $3) AS few";
    COUNT_WORD = "SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT 1 AS one FROM device_word \
        WHERE word >= $1 AND word < $2 LIMIT $3) AS few";
    NEXT_WORD = "SELECT word FROM device_word WHERE word >= $1 AND word < $2 \
        ORDER BY word LIMIT 1";
    NAME = "SELECT name FROM person WHERE id = $1";
    SET_SORTING = "UPDATE device SET sorting = $2 WHERE id = $1";
    OF_PERSON = "SELECT id, sorting FROM device WHERE person = $1";
    INSERT_WORD = "INSERT INTO device_word (word, sorting, device) VALUES ($1, $2, $3) \
        ON CONFLICT (word, sorting, device) DO NOTHING";
    DELETE_WORD = "DELETE FROM device_word WHERE word = $1 AND sorting = $2 AND device = $3";
}

/// A place in the order of devices.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The person's name as it is sorted by.
    pub sorting: String,
    /// Which.
    pub device: DeviceId,
}

/// The way to a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// Along the order.
    InOrder,
    /// Along those of one standing and level.
    OfStanding(Standing, Assurance),
    /// By the units of the branch.
    ByUnit,
    /// By those whose person's name has a word that begins so.
    ByWord(String),
    /// Along those whose person's name has exactly this word.
    AlongWord(String),
    /// Along those whose person's name has exactly these two words.
    AlongTwo(String, String),
}

/// Which devices a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Words of the person's name; each may be a beginning only.
    pub words: Vec<String>,
    /// Only those that stand so.
    pub standing: Option<Standing>,
    /// Only those of this level.
    pub assurance: Option<Assurance>,
}

/// A device as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The device.
    pub device: DeviceView,
    /// The name of its unit.
    pub unit_name: String,
    /// The person's name as it is sorted by.
    pub sorting: String,
    /// Whether waking it works; nothing where it never said how.
    pub push: Option<PushHealth>,
}

impl Listed {
    /// Where this stands in the order.
    #[must_use]
    pub fn place(&self) -> Place {
        Place { sorting: self.sorting.clone(), device: self.device.id }
    }
}

/// At most `limit` devices of a branch that are wanted.
pub async fn list(
    connection: &mut AnyConnection,
    way: &Way,
    branch: &Branch,
    wanted: &Wanted,
    turn: &Turn<Place>,
    limit: u32,
) -> Result<Vec<Listed>, StoreError> {
    let sql = match (way, matches!(turn, Turn::Before(_))) {
        (Way::InOrder, false) => IN_ORDER_AFTER,
        (Way::InOrder, true) => IN_ORDER_BEFORE,
        (Way::OfStanding(..), false) => OF_STANDING_AFTER,
        (Way::OfStanding(..), true) => OF_STANDING_BEFORE,
        (Way::ByUnit, false) => BY_UNIT_AFTER,
        (Way::ByUnit, true) => BY_UNIT_BEFORE,
        (Way::ByWord(_), false) => BY_WORD_AFTER,
        (Way::ByWord(_), true) => BY_WORD_BEFORE,
        (Way::AlongWord(_), false) => ALONG_WORD_AFTER,
        (Way::AlongWord(_), true) => ALONG_WORD_BEFORE,
        (Way::AlongTwo(..), false) => ALONG_TWO_AFTER,
        (Way::AlongTwo(..), true) => ALONG_TWO_BEFORE,
    };
    let mut query = match turn {
        Turn::After(place) | Turn::Before(place) => {
            sqlx::query(sql).put(&place.sorting).put(&place.device)
        }
        // Nothing stands before an empty text.
        Turn::First => sqlx::query(sql).bind(String::new()).bind(Vec::<u8>::new()),
    };
    query = query.bind(branch.path().to_owned()).bind(branch.end());
    let any = || "any".to_owned();
    query = query.bind(wanted.standing.map_or_else(any, |it| it.to_raw()));
    query = query.bind(wanted.assurance.map_or_else(any, |it| it.to_raw()));
    for at in 0..MAX_WORDS {
        // Words are letters and digits: nothing in them means something else to LIKE.
        let word = wanted.words.get(at);
        query = query.bind(word.map_or_else(|| "%".to_owned(), |it| format!("% {it}%")));
    }
    query = query.put(&limit);
    query = match way {
        Way::InOrder | Way::ByUnit => query,
        Way::OfStanding(standing, assurance) => query.put(standing).put(assurance),
        Way::ByWord(word) => query.bind(word.clone()).bind(format!("{word}{LAST}")),
        Way::AlongWord(word) => query.bind(word.clone()),
        Way::AlongTwo(one, other) => {
            let both = words::meet(connection, LOOKS, (one, other), turn.map(entry));
            let Some(met) = both.await? else {
                return Ok(Vec::new());
            };
            query.bind(one.clone()).bind(other.clone()).bind(met.0).bind(met.1)
        }
    };
    query.fetch_all(connection).await?.iter().map(read).collect()
}

const LOOKS: Looks = Looks { from: WITH_WORD_FROM, up_to: WITH_WORD_UP_TO };

fn entry(place: &Place) -> words::Entry {
    (place.sorting.clone(), place.device.as_bytes().to_vec())
}

/// One device.
pub async fn one(
    connection: &mut AnyConnection,
    id: DeviceId,
) -> Result<Option<Listed>, StoreError> {
    let row = sqlx::query(ONE).put(&id).fetch_optional(connection).await?;
    row.as_ref().map(read).transpose()
}

/// At most `limit` devices of the whole server from the newest on, those before `before` in time.
pub async fn newest(
    connection: &mut AnyConnection,
    before: Option<DeviceId>,
    limit: u32,
) -> Result<Vec<Listed>, StoreError> {
    let before = before.unwrap_or(DeviceId::from_bytes([0xff; 16]));
    let rows = sqlx::query(NEWEST).put(&before).put(&limit).fetch_all(connection).await?;
    rows.iter().map(read).collect()
}

/// The devices of a branch that act or may come to, and are of a worse level than this one, each with
/// the branch of its own unit. Levels are letters, of which the later is the worse.
pub async fn below_level(
    connection: &mut AnyConnection,
    branch: &Branch,
    level: Assurance,
) -> Result<Vec<(DeviceView, Branch)>, StoreError> {
    let query = sqlx::query(BELOW_LEVEL).bind(branch.path().to_owned()).bind(branch.end());
    let rows = query.put(&level).fetch_all(connection).await?;
    rows.iter().map(|row| Ok((read(row)?.device, Branch::new(row.get_as(14)?)))).collect()
}

/// At most `limit` devices of a branch that wait for their officer, the newest first.
pub async fn waiting(
    connection: &mut AnyConnection,
    way: &Way,
    branch: &Branch,
    limit: u32,
) -> Result<Vec<Listed>, StoreError> {
    let sql = if *way == Way::ByUnit { WAITING_BY_UNIT } else { WAITING };
    let query = sqlx::query(sql).bind(branch.path().to_owned()).bind(branch.end()).put(&limit);
    query.fetch_all(connection).await?.iter().map(read).collect()
}

/// How many devices of a branch wait for their officer; not counted beyond `most`.
pub async fn count_waiting(
    connection: &mut AnyConnection,
    way: &Way,
    branch: &Branch,
    most: u32,
) -> Result<u32, StoreError> {
    let sql = if *way == Way::ByUnit { COUNT_WAITING_BY_UNIT } else { COUNT_WAITING };
    let count = sqlx::query(sql).bind(branch.path().to_owned()).bind(branch.end());
    count.put(&most).fetch_one(connection).await?.get_as(0)
}

/// How many devices stand so and are of this level; not counted beyond `most`.
pub async fn count_standing(
    connection: &mut AnyConnection,
    standing: Standing,
    assurance: Assurance,
    most: u32,
) -> Result<u32, StoreError> {
    let count = sqlx::query(COUNT_STANDING).put(&standing).put(&assurance);
    count.put(&most).fetch_one(connection).await?.get_as(0)
}

/// How many devices a branch has; not counted beyond `most`.
pub async fn count_below(
    connection: &mut AnyConnection,
    branch: &Branch,
    most: u32,
) -> Result<u32, StoreError> {
    let count = sqlx::query(COUNT_BELOW).bind(branch.path().to_owned()).bind(branch.end());
    count.put(&most).fetch_one(connection).await?.get_as(0)
}

/// How many devices have a word that begins so; not counted beyond `most`.
pub async fn count_word(
    connection: &mut AnyConnection,
    word: &str,
    most: u32,
) -> Result<u32, StoreError> {
    let count = sqlx::query(COUNT_WORD).bind(word.to_owned()).bind(format!("{word}{LAST}"));
    count.put(&most).fetch_one(connection).await?.get_as(0)
}

/// The words that begin so, if they are no more than `most`.
pub async fn words_that_begin(
    connection: &mut AnyConnection,
    beginning: &str,
    most: usize,
) -> Result<Option<Vec<String>>, StoreError> {
    words::that_begin(connection, NEXT_WORD, beginning, most).await
}

/// Writes what a new device is sorted and found by.
pub(super) async fn learn(
    connection: &mut AnyConnection,
    device: DeviceId,
    person: PersonId,
) -> Result<(), StoreError> {
    let row = sqlx::query(NAME).put(&person).fetch_one(&mut *connection).await?;
    let sorting = fold::sorting(row.try_get(0)?);
    sqlx::query(SET_SORTING).put(&device).put(&sorting).execute(&mut *connection).await?;
    for word in fold::distinct(&[&sorting]) {
        let insert = sqlx::query(INSERT_WORD).bind(word).put(&sorting).put(&device);
        insert.execute(&mut *connection).await?;
    }
    Ok(())
}

/// Writes it anew for all devices of somebody whose name changed.
pub(super) async fn learn_again(
    connection: &mut AnyConnection,
    person: PersonId,
) -> Result<(), StoreError> {
    for row in sqlx::query(OF_PERSON).put(&person).fetch_all(&mut *connection).await? {
        let (device, sorting): (DeviceId, String) = (row.get_as(0)?, row.get_as(1)?);
        for word in fold::distinct(&[&sorting]) {
            let delete = sqlx::query(DELETE_WORD).bind(word).put(&sorting).put(&device);
            delete.execute(&mut *connection).await?;
        }
        learn(connection, device, person).await?;
    }
    Ok(())
}

fn read(row: &AnyRow) -> Result<Listed, StoreError> {
    let unit = UnitView { id: row.get_as(9)?, name: row.get_as(10)? };
    let device = DeviceView {
        id: row.get_as(0)?,
        person: PersonView { id: row.get_as(1)?, name: row.get_as(2)?, position: row.get_as(3)? },
        standing: row.get_as(4)?,
        assurance: row.get_as(5)?,
        prompt_policy: row.get_as(12)?,
        model: row.get_as(6)?,
        app: row.get_as(7)?,
        created_at: row.get_as(8)?,
        unit: unit.id,
    };
    let (sorting, push) = (row.get_as(11)?, row.get_opt(13)?);
    Ok(Listed { device, unit_name: unit.name, sorting, push })
}
