//! Lists of people, a page at a time, and what finds them.
//!
//! A list is ordered by `(sorting, person, unit, title)` of the present positions, which an index
//! holds, and a page begins after or before a place in that order: no page costs more than another.
//! Four statements give the same page by different ways: along the order, or along those who have a
//! word, where many fit; by a word, or by a small part of the tree, where few do.

use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AnyConnection};
use trien_core::id::{PersonId, UnitId};
use trien_core::wire::PersonView;

use super::words::{self, LAST, Looks};
use super::{Bind as _, Columns as _, StoreError, statements};
use crate::fold;
use crate::paging::Turn;

/// Words of a search that count; the others are left out.
pub const MAX_WORDS: usize = 8;
/// Words written in one statement.
const WORDS_AT_ONCE: usize = 48;
macro_rules! listed {
    ($before:literal, $from:expr, $list:literal, $compare:literal, $along:literal) => {
        concat!(
            $before,
            "SELECT p.id, p.name, o.title, o.unit, u.name, o.sorting FROM ",
            $from,
            " u.id = o.unit AND p.id = o.person AND o.until IS NULL \
             AND (o.sorting, o.person, o.unit, o.title) ",
            $compare,
            " ($1, $2, $3, $4) AND u.path >= $5 AND u.path < $6 \
             AND o.folded LIKE $7 AND o.folded LIKE $8 AND o.folded LIKE $9 AND o.folded LIKE $10 \
             AND o.folded LIKE $11 AND o.folded LIKE $12 AND o.folded LIKE $13 \
             AND o.folded LIKE $14 ORDER BY ",
            $list,
            ".sorting ",
            $along,
            ", ",
            $list,
            ".person ",
            $along,
            ", o.unit ",
            $along,
            ", o.title ",
            $along,
            " LIMIT $15"
        )
    };
}

macro_rules! without_device {
    ($from:literal) => {
        concat!(
            "SELECT p.id, p.name, o.title, o.unit, u.name, o.sorting FROM ",
            $from,
            " WHERE u.id = o.unit AND p.id = o.person AND o.until IS NULL \
             AND o.equipped = 0 AND u.path >= $1 AND u.path < $2 \
             ORDER BY o.sorting, o.person, o.unit, o.title LIMIT $3"
        )
    };
}

// SQLite takes the tables of a CROSS JOIN in their order; PostgreSQL chooses by itself.
macro_rules! in_order {
    ($compare:literal, $along:literal) => {
        listed!("", "position o CROSS JOIN unit u CROSS JOIN person p WHERE", "o", $compare, $along)
    };
}
macro_rules! by_word {
    ($compare:literal, $along:literal) => {
        listed!(
            "WITH found AS MATERIALIZED (SELECT DISTINCT person FROM person_word \
             WHERE word >= $16 AND word < $17) ",
            "found f CROSS JOIN position o CROSS JOIN unit u CROSS JOIN person p \
             WHERE o.person = f.person AND",
            "o",
            $compare,
            $along
        )
    };
}
macro_rules! along_word {
    ($compare:literal, $along:literal) => {
        listed!(
            "",
            concat!(
                "person_word w CROSS JOIN position o CROSS JOIN unit u CROSS JOIN person p \
                 WHERE w.word = $16 AND o.person = w.person AND (w.sorting, w.person) ",
                $compare,
                "= ($1, $2) AND"
            ),
            "w",
            $compare,
            $along
        )
    };
}
macro_rules! along_two {
    ($compare:literal, $along:literal) => {
        listed!(
            "",
            concat!(
                "person_word w CROSS JOIN person_word x CROSS JOIN position o CROSS JOIN unit u \
                 CROSS JOIN person p WHERE w.word = $16 AND x.word = $17 \
                 AND x.sorting = w.sorting AND x.person = w.person AND o.person = w.person \
                 AND (w.sorting, w.person) ",
                $compare,
                "= ($18, $19) AND"
            ),
            "w",
            $compare,
            $along
        )
    };
}
macro_rules! by_unit {
    ($compare:literal, $along:literal) => {
        listed!("", "unit u CROSS JOIN position o CROSS JOIN person p WHERE", "o", $compare, $along)
    };
}

statements! {
    IN_ORDER_AFTER = in_order!(">", "ASC");
    IN_ORDER_BEFORE = in_order!("<", "DESC");
    ALONG_WORD_AFTER = along_word!(">", "ASC");
    ALONG_WORD_BEFORE = along_word!("<", "DESC");
    ALONG_TWO_AFTER = along_two!(">", "ASC");
    ALONG_TWO_BEFORE = along_two!("<", "DESC");
    BY_WORD_AFTER = by_word!(">", "ASC");
    BY_WORD_BEFORE = by_word!("<", "DESC");
    BY_UNIT_AFTER = by_unit!(">", "ASC");
    BY_UNIT_BEFORE = by_unit!("<", "DESC");
    WITHOUT_DEVICE_IN_ORDER =
        without_device!("position o CROSS JOIN unit u CROSS JOIN person p");
    WITHOUT_DEVICE_BY_UNIT =
        without_device!("unit u CROSS JOIN position o CROSS JOIN person p");
    COUNT_WORD = "SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT 1 AS one FROM person_word \
        WHERE word >= $1 AND word < $2 LIMIT $3) AS few";
    NEXT_WORD = "SELECT word FROM person_word WHERE word >= $1 AND word < $2 \
        ORDER BY word LIMIT 1";
    WITH_WORD_FROM = "SELECT sorting, person FROM person_word WHERE word = $1 \
        AND (sorting, person) >= ($2, $3) ORDER BY sorting, person LIMIT 1";
    WITH_WORD_UP_TO = "SELECT sorting, person FROM person_word WHERE word = $1 \
        AND (sorting, person) <= ($2, $3) ORDER BY sorting DESC, person DESC LIMIT 1";
    COUNT_BELOW = "SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT 1 AS one FROM unit u \
        CROSS JOIN position o WHERE o.unit = u.id AND o.until IS NULL \
        AND u.path >= $1 AND u.path < $2 LIMIT $3) AS few";
    COUNT_WITHOUT = "SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT 1 AS one FROM unit u \
        CROSS JOIN position o WHERE o.unit = u.id AND o.until IS NULL AND o.equipped = 0 \
        AND u.path >= $1 AND u.path < $2 LIMIT $3) AS few";
    ONE = "SELECT p.id, p.name, o.title, o.unit, u.name, o.sorting FROM position o \
        CROSS JOIN unit u CROSS JOIN person p WHERE o.person = $1 AND o.until IS NULL \
        AND u.id = o.unit AND p.id = o.person AND u.path >= $2 AND u.path < $3 \
        ORDER BY o.since, o.title LIMIT 1";
    INSERT_WORDS = "INSERT INTO person_word (word, sorting, person) VALUES \
        ($1, $2, $3), ($4, $5, $6), ($7, $8, $9), ($10, $11, $12), ($13, $14, $15), \
        ($16, $17, $18), ($19, $20, $21), ($22, $23, $24), ($25, $26, $27), ($28, $29, $30), \
        ($31, $32, $33), ($34, $35, $36), ($37, $38, $39), ($40, $41, $42), ($43, $44, $45), \
        ($46, $47, $48), ($49, $50, $51), ($52, $53, $54), ($55, $56, $57), ($58, $59, $60), \
        ($61, $62, $63), ($64, $65, $66), ($67, $68, $69), ($70, $71, $72), ($73, $74, $75), \
        ($76, $77, $78), ($79, $80, $81), ($82, $83, $84), ($85, $86, $87), ($88, $89, $90), \
        ($91, $92, $93), ($94, $95, $96), ($97, $98, $99), ($100, $101, $102), \
        ($103, $104, $105), ($106, $107, $108), ($109, $110, $111), ($112, $113, $114), \
        ($115, $116, $117), ($118, $119, $120), ($121, $122, $123), ($124, $125, $126), \
        ($127, $128, $129), ($130, $131, $132), ($133, $134, $135), ($136, $137, $138), \
        ($139, $140, $141), ($142, $143, $144) ON CONFLICT (word, sorting, person) DO NOTHING";
}

/// A part of the tree: a unit and all that stands below it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Branch(String);

impl Branch {
    /// The branch below a unit with this path.
    #[must_use]
    pub fn new(path: String) -> Self {
        Self(path)
    }

    /// Whether `other` is this branch or within it.
    #[must_use]
    pub fn holds(&self, other: &Self) -> bool {
        other.0.starts_with(&self.0)
    }

    /// The branch of a unit below another one, or at the top.
    #[must_use]
    pub fn below(above: Option<&Self>, unit: UnitId) -> Self {
        let above = above.map_or("", Self::path);
        Self(format!("{above}{}/", hex::encode(unit.as_bytes())))
    }

    /// A path ends in a stroke, and the next character after it ends what begins with the path.
    #[must_use]
    pub fn end(&self) -> String {
        format!("{}0", self.0.trim_end_matches('/'))
    }

    /// Its path.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0
    }
}

/// A place in the order of people.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The name as it is sorted by.
    pub sorting: String,
    /// Who.
    pub person: PersonId,
    /// In which unit.
    pub unit: UnitId,
    /// In which position.
    pub title: String,
}

/// The way to a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// Along the order.
    InOrder,
    /// Along those who have exactly this word.
    AlongWord(String),
    /// Along those who have exactly these two words.
    AlongTwo(String, String),
    /// By those who have a word that begins so.
    ByWord(String),
    /// By the units of the branch.
    ByUnit,
}

/// A person in a position, as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Who, and the position.
    pub person: PersonView,
    /// The unit of the position.
    pub unit: UnitId,
    /// Its name.
    pub unit_name: String,
    /// What the person is sorted by.
    pub sorting: String,
}

impl Listed {
    /// Where this stands in the order.
    #[must_use]
    pub fn place(&self) -> Place {
        Place {
            sorting: self.sorting.clone(),
            person: self.person.id,
            unit: self.unit,
            title: self.person.position.clone(),
        }
    }
}

/// At most `limit` people of a branch who have all words, each at the beginning of one of theirs.
pub async fn list(
    connection: &mut AnyConnection,
    way: &Way,
    branch: &Branch,
    words: &[String],
    turn: &Turn<Place>,
    limit: u32,
) -> Result<Vec<Listed>, StoreError> {
    let sql = match (way, matches!(turn, Turn::Before(_))) {
        (Way::InOrder, false) => IN_ORDER_AFTER,
        (Way::InOrder, true) => IN_ORDER_BEFORE,
        (Way::AlongWord(_), false) => ALONG_WORD_AFTER,
        (Way::AlongWord(_), true) => ALONG_WORD_BEFORE,
        (Way::AlongTwo(..), false) => ALONG_TWO_AFTER,
        (Way::AlongTwo(..), true) => ALONG_TWO_BEFORE,
        (Way::ByWord(_), false) => BY_WORD_AFTER,
        (Way::ByWord(_), true) => BY_WORD_BEFORE,
        (Way::ByUnit, false) => BY_UNIT_AFTER,
        (Way::ByUnit, true) => BY_UNIT_BEFORE,
    };
    let mut query = bind_place(sqlx::query(sql), turn);
    query = query.bind(branch.path().to_owned()).bind(branch.end());
    for at in 0..MAX_WORDS {
        // Words are letters and digits: nothing in them means something else to LIKE.
        query = query.bind(words.get(at).map_or_else(|| "%".to_owned(), |it| format!("% {it}%")));
    }
    query = query.put(&limit);
    query = match way {
        Way::InOrder | Way::ByUnit => query,
        Way::AlongWord(word) => query.bind(word.clone()),
        Way::AlongTwo(one, other) => {
            let both = words::meet(connection, LOOKS, (one, other), turn.map(entry));
            let Some(met) = both.await? else {
                return Ok(Vec::new());
            };
            query.bind(one.clone()).bind(other.clone()).bind(met.0).bind(met.1)
        }
        Way::ByWord(word) => query.bind(word.clone()).bind(format!("{word}{LAST}")),
    };
    query.fetch_all(connection).await?.iter().map(read).collect()
}

const LOOKS: Looks = Looks { from: WITH_WORD_FROM, up_to: WITH_WORD_UP_TO };

fn entry(place: &Place) -> words::Entry {
    (place.sorting.clone(), place.person.as_bytes().to_vec())
}

fn bind_place<'q>(
    query: Query<'q, Any, AnyArguments>,
    turn: &Turn<Place>,
) -> Query<'q, Any, AnyArguments> {
    match turn {
        Turn::After(place) | Turn::Before(place) => {
            query.put(&place.sorting).put(&place.person).put(&place.unit).put(&place.title)
        }
        // Nothing stands before empty texts.
        Turn::First => query
            .bind(String::new())
            .bind(Vec::<u8>::new())
            .bind(Vec::<u8>::new())
            .bind(String::new()),
    }
}

/// At most `limit` people of a branch without a device that may act.
pub async fn without_device(
    connection: &mut AnyConnection,
    way: &Way,
    branch: &Branch,
    limit: u32,
) -> Result<Vec<Listed>, StoreError> {
    let sql = if *way == Way::ByUnit { WITHOUT_DEVICE_BY_UNIT } else { WITHOUT_DEVICE_IN_ORDER };
    let query = sqlx::query(sql).bind(branch.path().to_owned()).bind(branch.end()).put(&limit);
    query.fetch_all(connection).await?.iter().map(read).collect()
}

/// How many people of a branch have no device that may act; not counted beyond `most`.
pub async fn count_without_device(
    connection: &mut AnyConnection,
    branch: &Branch,
    most: u32,
) -> Result<u32, StoreError> {
    let count = sqlx::query(COUNT_WITHOUT).bind(branch.path().to_owned()).bind(branch.end());
    count.put(&most).fetch_one(connection).await?.get_as(0)
}

/// How many people have a word that begins so; not counted beyond `most`.
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

/// How many people a branch has; not counted beyond `most`.
pub async fn count_below(
    connection: &mut AnyConnection,
    branch: &Branch,
    most: u32,
) -> Result<u32, StoreError> {
    let count = sqlx::query(COUNT_BELOW).bind(branch.path().to_owned()).bind(branch.end());
    count.put(&most).fetch_one(connection).await?.get_as(0)
}

/// A person in the oldest of their present positions within a branch.
pub async fn one(
    connection: &mut AnyConnection,
    id: PersonId,
    branch: &Branch,
) -> Result<Option<Listed>, StoreError> {
    let one = sqlx::query(ONE).put(&id).bind(branch.path().to_owned()).bind(branch.end());
    one.fetch_optional(connection).await?.as_ref().map(read).transpose()
}

/// What finds people, written in portions.
#[derive(Debug, Default)]
pub struct Words(Vec<(String, String, PersonId)>);

impl Words {
    /// Adds the words of a folded text.
    pub async fn add(
        &mut self,
        connection: &mut AnyConnection,
        folded: &str,
        sorting: &str,
        person: PersonId,
    ) -> Result<(), StoreError> {
        let words = folded.split_whitespace();
        self.0.extend(words.map(|word| (word.to_owned(), sorting.to_owned(), person)));
        while self.0.len() >= WORDS_AT_ONCE {
            let portion: Vec<_> = self.0.drain(..WORDS_AT_ONCE).collect();
            insert(connection, &portion).await?;
        }
        Ok(())
    }

    /// Writes what is left.
    pub async fn end(self, connection: &mut AnyConnection) -> Result<(), StoreError> {
        if self.0.is_empty() { Ok(()) } else { insert(connection, &self.0).await }
    }
}

async fn insert(
    connection: &mut AnyConnection,
    portion: &[(String, String, PersonId)],
) -> Result<(), StoreError> {
    let mut query = sqlx::query(INSERT_WORDS);
    // A statement has so many places; the last pair stands in what is left of them.
    let last = portion.last().into_iter().cycle();
    for (word, sorting, person) in portion.iter().chain(last).take(WORDS_AT_ONCE) {
        query = query.put(word).put(sorting).put(person);
    }
    query.execute(connection).await?;
    Ok(())
}

/// The words of a search: each once, those left out that another one begins with, the longest
/// first.
#[must_use]
pub fn wanted(query: &str) -> Vec<String> {
    let mut words = fold::distinct(&[query]);
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let mut wanted: Vec<String> = Vec::new();
    for word in words {
        if !wanted.iter().any(|longer| longer.starts_with(&word)) {
            wanted.push(word);
        }
    }
    wanted.truncate(MAX_WORDS);
    wanted
}

fn read(row: &AnyRow) -> Result<Listed, StoreError> {
    let person = PersonView { id: row.get_as(0)?, name: row.get_as(1)?, position: row.get_as(2)? };
    Ok(Listed { person, unit: row.get_as(3)?, unit_name: row.get_as(4)?, sorting: row.get_as(5)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_branch_ends_where_nothing_begins_with_its_path() {
        let branch = Branch::new("aa/bb/".to_owned());
        let within = |path: &str| path >= branch.path() && path < branch.end().as_str();
        assert!(within("aa/bb/") && within("aa/bb/cc/"));
        assert!(!within("aa/") && !within("aa/bc/") && !within("aa/bb"));
        assert!(Branch::new("aa/".to_owned()).holds(&branch));
    }

    #[test]
    fn a_search_keeps_each_word_once() {
        assert_eq!(wanted("Nguyễn ng NGUYEN an"), ["nguyen", "an"]);
        assert_eq!(wanted("a b c d e f g h i k").len(), MAX_WORDS);
    }
}
